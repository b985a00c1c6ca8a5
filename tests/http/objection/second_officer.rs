//! What officers trip over who work side by side: a page that is older than the case, a draft that
//! was sent back, and a complaint with an officer who may not refuse again.

use super::{ONE, THREE, TWO, act, decide, file, recording, stored};
use crate::queue::officer_id;
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use sayso::account::model::Role;
use sayso::support::daily_digest;

stories![
    an_old_page_says_what_happened_and_asks_for_no_text,
    a_stale_page_with_a_mistake_is_told_that_it_is_stale,
    a_draft_that_was_sent_back_is_told_to_its_writer,
    officers_read_who_made_a_step_and_the_person_does_not,
    an_officer_who_may_refuse_again_is_told_of_anothers_complaint,
    a_review_for_several_cases_takes_no_case_of_another_officer,
    the_tile_counts_what_one_may_agree_to,
    an_officer_sees_the_address_that_they_can_correct,
    an_answered_case_is_not_due_and_leads_back_to_the_queue,
];

const QUEUE: &str = "/support/objections";
const CHANGED: &str = "This case has changed since you loaded the page.";

/// Olga and Otto.
async fn two(site: &TestApp) -> (TestClient, TestClient) {
    let officers = (site.officer().await, site.another_officer().await);
    for (email, name) in [("officer@example.org", "Olga"), ("second@example.org", "Otto")] {
        site.tamper(&format!("update members set name = '{name}' where email = '{email}'")).await.unwrap();
    }
    officers
}

async fn third(site: &TestApp) -> TestClient {
    site.staff("third@example.org", Role::PrivacyOfficer).await;
    site.tamper("update members set name = 'Odile' where email = 'third@example.org'").await.unwrap();
    site.signed_in_as("third@example.org", Role::PrivacyOfficer).await
}

const fn refusal() -> [(&'static str, &'static str); 3] {
    [("rulings[0][purpose]", "research"), ("rulings[0][outcome]", "refused"), ("rulings[0][grounds]", "We need it.")]
}

/// A case in which Olga has drafted a refusal.
async fn drafted(site: &TestApp, olga: &TestClient, email: &str) -> (TestClient, String) {
    let ada = site.member(email, "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    act(olga, site, "review-objection", &number, &[]).await;
    act(olga, site, "decide-objection", &number, &refusal()).await;
    (ada, number)
}

async fn morning(site: &TestApp) {
    site.pass_days(1);
    daily_digest::send(&site.app.db, 0, "https://x.example", true, site.app.clock.now()).await.unwrap();
}

async fn an_old_page_says_what_happened_and_asks_for_no_text(site: TestApp) {
    let (olga, otto) = two(&site).await;
    let (_, number) = drafted(&site, &olga, "ada@example.org").await;
    let title = format!("Case {number}");
    let revision = async || stored(&site, &number).await.revision.to_string();
    let seen = revision().await;
    let old = |seen: &str| [("case".to_owned(), number.clone()), ("revision".to_owned(), seen.to_owned())];
    let post = async |officer: &TestClient, endpoint: &str, seen: &str, more: &[(&str, &str)]| {
        let fields = old(seen);
        let mut fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (&**k, &**v)).collect();
        fields.extend(more);
        officer.post(&format!("/api/{endpoint}"), &fields).await
    };
    // Otto sends it back; then Olga takes it back on her old page, and he agrees on his.
    act(&otto, &site, "return-decision", &number, &[("why", "Which grounds?")]).await;
    let late = post(&olga, "return-decision", &seen, &[("why", "")]).await;
    late.refused(&title).says(CHANGED);
    late.says("The draft answer was sent back on");
    late.does_not_say("Please write what has to change");
    let late = post(&otto, "agree-to-decision", &seen, &[]).await;
    late.refused(&title).says("The draft answer was sent back on");
    late.does_not_say("what you wrote");
    // Once it was sent, "Take it back" says so.
    act(&olga, &site, "decide-objection", &number, &refusal()).await;
    let seen = revision().await;
    act(&otto, &site, "agree-to-decision", &number, &[]).await;
    let late = post(&olga, "return-decision", &seen, &[("why", "")]).await;
    late.refused(&title).says("The answer was sent on");
    late.does_not_say("Please write what has to change");
    // What Otto wrote is still there, to be copied.
    let late = post(&otto, "return-decision", &seen, &[("why", "Too short.")]).await;
    late.refused(&title).says("What you wrote is still on this page.");
    late.says("Too short.");
    let seen = revision().await;
    act(&otto, &site, "close-objection", &number, &[]).await;
    let late = post(&olga, "close-objection", &seen, &[]).await;
    late.refused(&title).says("The case was closed on");
    late.does_not_say("what you wrote");
}

async fn a_stale_page_with_a_mistake_is_told_that_it_is_stale(site: TestApp) {
    let (olga, otto) = two(&site).await;
    let (_, number) = drafted(&site, &olga, "ada@example.org").await;
    let seen = (stored(&site, &number).await.revision - 1).to_string();
    let title = format!("Case {number}");
    for (endpoint, field) in [
        ("extend-objection", "reason"),
        ("ask-person", "question"),
        ("mark-duplicate-objection", "of"),
        ("answer-complaint", "text"),
    ] {
        let fields = [("case", &*number), ("revision", &*seen), (field, " ")];
        let late = otto.post(&format!("/api/{endpoint}"), &fields).await;
        late.refused(&title).says(CHANGED);
        late.does_not_say("Please write");
    }
    let empty =
        [("case", &*number), ("revision", &*seen), ("rulings[0][purpose]", "research"), ("rulings[0][outcome]", "")];
    let late = otto.post("/api/decide-objection", &empty).await;
    late.refused(&title).says(CHANGED);
    // What can still be sent is there, and is said to be.
    let fields = [("case", &*number), ("revision", &*seen), ("months", "1"), ("reason", "Many letters.")];
    let late = otto.post("/api/extend-objection", &fields).await;
    late.refused(&title).says("what you wrote is still here. Please check it, then send it.");
}

async fn a_draft_that_was_sent_back_is_told_to_its_writer(site: TestApp) {
    let (olga, otto) = two(&site).await;
    let (_, number) = drafted(&site, &olga, "ada@example.org").await;
    let (_, taken) = drafted(&site, &olga, "bea@example.org").await;
    act(&olga, &site, "return-decision", &taken, &[]).await;
    olga.get(QUEUE).await.does_not_say("sent back");
    act(&otto, &site, "return-decision", &number, &[("why", "Which grounds?")]).await;
    for query in ["", "?sort=name", "?state=under-review", "?purpose=research"] {
        olga.get(&format!("{QUEUE}{query}")).await.says("Under review, sent back");
    }
    let page = format!("{QUEUE}/{number}");
    for (officer, whose) in [(&olga, "your draft"), (&otto, "a draft")] {
        let shown = officer.get(&page).await;
        shown.says(&format!("Under review. A second officer sent {whose} back. See why"));
        assert!(shown.has("a[href='#sent-back']"));
        assert!(shown.text_of("#sent-back").contains("Which grounds?"));
    }
    olga.get(&format!("{QUEUE}/{taken}")).await.does_not_say("See why");
    morning(&site).await;
    let mail = site.mail("officer@example.org", "One answer was sent back to you").await;
    assert!(mail.contains("Sent back to you:") && mail.contains(&number) && !mail.contains(&taken), "{mail}");
    assert!(!site.mails("second@example.org").await.concat().contains("Sent back to you"));
    // The next move is hers, and then nothing is left to be told.
    let olga = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    act(&olga, &site, "extend-objection", &number, &[("months", "1"), ("reason", "Many letters.")]).await;
    olga.get(QUEUE).await.does_not_say("sent back");
    olga.get(&page).await.does_not_say("See why");
}

async fn officers_read_who_made_a_step_and_the_person_does_not(site: TestApp) {
    let (olga, otto) = two(&site).await;
    let (ada, number) = drafted(&site, &olga, "ada@example.org").await;
    act(&otto, &site, "return-decision", &number, &[("why", "Which grounds?")]).await;
    let page = olga.get(&format!("{QUEUE}/{number}")).await;
    let steps = page.texts_of("ol.steps p.soft");
    assert!(steps.iter().any(|text| text.ends_with("· Otto")), "{steps:?}");
    assert!(steps.iter().any(|text| text.ends_with("· You")), "{steps:?}");
    assert!(!steps.iter().any(|text| text.contains("our privacy team")), "{steps:?}");
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("our privacy team");
    own.does_not_say("Otto");
    own.does_not_say("Olga");
}

async fn an_officer_who_may_refuse_again_is_told_of_anothers_complaint(site: TestApp) {
    let (olga, otto) = two(&site).await;
    let (ada, number) = drafted(&site, &olga, "ada@example.org").await;
    act(&otto, &site, "agree-to-decision", &number, &[]).await;
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    let odile = third(&site).await;
    let page = format!("{QUEUE}/{number}");
    for barred in [&olga, &otto] {
        let page = barred.get(&page).await;
        page.says("Who can refuse it again: Odile.");
        assert_eq!(page.text_of("[aria-labelledby='decide'] blockquote"), "Look again.");
    }
    odile.get(&page).await.does_not_say("Who can refuse it again");
    morning(&site).await;
    let mail = site.mail("third@example.org", "A case may need another officer").await;
    assert!(mail.contains("With another officer, who cannot refuse it again. You can:"), "{mail}");
    assert!(mail.contains(&number), "{mail}");
    let others = [site.mails("officer@example.org").await, site.mails("second@example.org").await].concat().concat();
    assert!(!others.contains("who cannot refuse it again"), "{others}");
}

async fn a_review_for_several_cases_takes_no_case_of_another_officer(site: TestApp) {
    let (olga, otto) = two(&site).await;
    let ada = site.member("ada@example.org", "IE").await;
    let (mine, his) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["inferences"]).await);
    let otto_id = officer_id(&site, "second@example.org").await;
    act(&otto, &site, "assign-objection", &his, &[("officer", &otto_id)]).await;
    let mut boxes = Vec::new();
    for number in [&mine, &his] {
        boxes.push(format!("{number}.{}", stored(&site, number).await.revision));
    }
    let fields = [("cases[]", &*boxes[0]), ("cases[]", &*boxes[1]), ("intent", "review")];
    let answer = olga.post("/api/work-on-objections", &fields).await;
    let said = olga.get(&answer.location()).await;
    said.says("1 review begun.");
    said.says("1 is with another officer, so nothing was done about it:");
    assert!(!said.links(&format!("{QUEUE}/{his}")).is_empty());
    assert_eq!(stored(&site, &his).await.officer.as_deref(), Some(&*otto_id));
    // The question before upholding names whose they are, and why any are left out.
    let done = file(&ada, THREE, &["personalisation"]).await;
    decide(&olga, &site, &done, &[("personalisation", "upheld", "")]).await;
    let mut query = Vec::new();
    for number in [&his, &done] {
        query.push(format!("cases%5B%5D={number}.{}", stored(&site, number).await.revision));
    }
    let asked = olga.get(&format!("{QUEUE}/uphold?{}", query.join("&"))).await;
    assert!(asked.text_of("summary").contains("with Otto"), "{}", asked.lines());
    asked.says(&format!("{done}: it is answered"));
}

async fn the_tile_counts_what_one_may_agree_to(site: TestApp) {
    let (olga, otto) = two(&site).await;
    let (ada, number) = drafted(&site, &olga, "ada@example.org").await;
    olga.get(QUEUE).await.says("0 Waiting for you to agree");
    otto.get(QUEUE).await.says("1 Waiting for you to agree");
    // Whoever wrote an earlier refusal does not agree to a later one.
    act(&otto, &site, "agree-to-decision", &number, &[]).await;
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    let odile = third(&site).await;
    act(&odile, &site, "decide-objection", &number, &refusal()).await;
    for (officer, count) in [(&olga, 0), (&otto, 1), (&odile, 0)] {
        officer.get(QUEUE).await.says(&format!("{count} Waiting for you to agree"));
    }
    morning(&site).await;
    let told = async |email: &str| site.mails(email).await.concat().contains("Waiting for a second officer:");
    let all = [told("officer@example.org").await, told("second@example.org").await, told("third@example.org").await];
    assert_eq!(all, [false, true, false]);
}

async fn an_officer_sees_the_address_that_they_can_correct(site: TestApp) {
    let (olga, _) = two(&site).await;
    let answer = olga.post("/api/record-objection", &recording("ben@example.org", &["research"])).await;
    let page = olga.get(&answer.location()).await;
    page.says("The address now: ben@example.org");
    assert_eq!(page.field("email"), "", "the field is for another one");
}

async fn an_answered_case_is_not_due_and_leads_back_to_the_queue(site: TestApp) {
    let (olga, _) = two(&site).await;
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let page = format!("{QUEUE}/{number}");
    assert!(olga.get(&page).await.texts_of("dt").contains(&"Due".to_owned()));
    decide(&olga, &site, &number, &[("research", "upheld", "")]).await;
    let answered = olga.get(&page).await;
    assert!(!answered.texts_of("dt").contains(&"Due".to_owned()));
    assert_eq!(answered.attribute("nav[aria-label='List'] a", "href"), QUEUE);
    olga.get(QUEUE).await.says("Open objections, soonest deadline first.");
    let found = olga.get(&format!("{QUEUE}?q={number}")).await;
    found.says("Cases that match your search.");
    found.does_not_say("soonest deadline first");
}
