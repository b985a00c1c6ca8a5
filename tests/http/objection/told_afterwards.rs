//! What a person is told of the use once an objection has ended: whether it begins again, and what
//! keeps it off all the same. It is shown later as it was sent, and to officers before it is sent.

use super::{CODE, ONE, THREE, TWO, act, applicant, decide, form, send, stored};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use sayso::account::model::Role;

stories![
    a_refusal_without_an_account_says_what_still_pauses_the_account,
    of_two_without_any_account_the_second_still_pauses,
    an_earlier_answer_stays_on_its_page_as_it_was_sent,
    officers_agree_to_the_text_that_is_sent,
    withdrawing_the_last_one_says_that_the_use_begins_again,
    the_question_before_withdrawing_says_what_holds_afterwards,
    an_answer_says_when_it_was_written_and_what_holds_today,
    reopened_and_withdrawn_nobody_decided_again,
    a_refusal_ends_no_pause_of_a_use_that_is_off_permanently,
    a_page_of_the_version_before_says_nothing_that_it_does_not_know,
];

const FOUR: &str = "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad004";
const FIVE: &str = "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad005";
const ADA: &str = "ada@example.org";
const ENDS: &str = "The pause ends today";
const AGAIN: &str = "we use your data for this again";
const OTHERWISE: &str = "We still do not use your data for this, because it is off for another reason";
const PAUSES: &str = "Another objection still pauses this, so we still do not use your data for it.";
const REFUSED: &[(&str, &str, &str)] = &[("research", "refused", "We need it.")];

async fn third(site: &TestApp) -> TestClient {
    site.staff("third@example.org", Role::PrivacyOfficer).await;
    site.signed_in_as("third@example.org", Role::PrivacyOfficer).await
}

/// Files as a member, each time for another reason: the same twice would be one case.
async fn file(visitor: &TestClient, id: &str, purposes: &[&'static str]) -> String {
    let mut fields = form(id, purposes);
    fields.iter_mut().filter(|(name, _)| name == "reason").for_each(|(_, value)| *value = format!("As in {id}."));
    fields.push(("member".into(), visitor.get("/objection").await.field("member")));
    send(visitor, &fields).await.location().replace("/objections/", "")
}

/// Objects to research without an account and enters the code.
async fn confirmed(site: &TestApp, form: &str, email: &str) -> (TestClient, String) {
    let visitor = site.visitor();
    let mut fields = applicant(form, email);
    fields.iter_mut().filter(|(name, _)| name == "purposes[]").for_each(|(_, value)| *value = "research".into());
    let number = send(&visitor, &fields).await.filed_number();
    let code = site.mailed(email, CODE).await;
    visitor.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    (visitor, number)
}

fn page(number: &str) -> String {
    format!("/objections/{number}")
}

async fn a_refusal_without_an_account_says_what_still_pauses_the_account(site: TestApp) {
    site.staff(ADA, Role::Member).await;
    let ada = site.signed_in(ADA).await;
    file(&ada, ONE, &["research"]).await;
    let (visitor, number) = confirmed(&site, TWO, ADA).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, REFUSED).await;
    let letter = site.mail(ADA, "Our answer to your objection").await;
    let shown = visitor.get(&page(&number)).await.text();
    for text in [letter, shown] {
        assert!(text.contains(OTHERWISE), "{text}");
        assert!(text.contains("The Data privacy page of the account with this e-mail address"), "{text}");
        assert!(!text.contains(ENDS) && !text.contains(AGAIN), "{text}");
    }
    officer.get(&format!("/support/objections/{number}")).await.says(OTHERWISE);
}

async fn of_two_without_any_account_the_second_still_pauses(site: TestApp) {
    let (_, one) = confirmed(&site, ONE, "ben@example.org").await;
    site.pass(60_000);
    let (visitor, two) = confirmed(&site, TWO, "ben@example.org").await;
    let officer = site.officer().await;
    decide(&officer, &site, &one, REFUSED).await;
    let letter = site.mail("ben@example.org", "Our answer to your objection").await;
    assert!(letter.contains(PAUSES) && !letter.contains(ENDS), "{letter}");
    decide(&officer, &site, &two, REFUSED).await;
    let letter = site.mail("ben@example.org", &format!("Our answer to your objection {two}")).await;
    assert!(letter.contains("The pause ends today. From today we use your data for this again."), "{letter}");
    visitor.get(&page(&two)).await.says("From today we use your data for this again.");
}

async fn an_earlier_answer_stays_on_its_page_as_it_was_sent(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let (one, two) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["research"]).await);
    let officer = site.officer().await;
    decide(&officer, &site, &one, REFUSED).await;
    ada.post("/api/complain-about-objection", &[("case", &one), ("text", "Look again.")]).await;
    ada.post("/api/withdraw-objection", &[("case", &two)]).await;
    decide(&third(&site).await, &site, &one, REFUSED).await;
    let letter = site.mail(ADA, "Our answer to your complaint").await;
    assert!(letter.contains("We stand by our refusal, so nothing changes."), "{letter}");
    for shown in [ada.get(&page(&one)).await, officer.get(&format!("/support/objections/{one}")).await] {
        shown.says(PAUSES);
        shown.says("We stand by our refusal, so nothing changes.");
        shown.does_not_say(ENDS);
        shown.does_not_say(AGAIN);
    }
}

async fn officers_agree_to_the_text_that_is_sent(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let one = file(&ada, ONE, &["research"]).await;
    file(&ada, TWO, &["research"]).await;
    let (writer, second) = (site.officer().await, site.another_officer().await);
    act(&writer, &site, "review-objection", &one, &[]).await;
    let ruling = [
        ("rulings[0][purpose]", "research"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "We need it."),
    ];
    let written = writer.post("/api/preview-decision", &[&[("case", &*one)], &ruling[..]].concat()).await;
    let mut preview = ruling.to_vec();
    preview.push(("intent", "preview"));
    act(&writer, &site, "decide-objection", &one, &preview).await;
    let form = writer.get(&format!("/support/objections/{one}")).await.text_of(".letter");
    act(&writer, &site, "decide-objection", &one, &ruling).await;
    let agreed_to = second.get(&format!("/support/objections/{one}")).await.text();
    act(&second, &site, "agree-to-decision", &one, &[]).await;
    let sent = site.mail(ADA, "Our answer to your objection").await;
    for text in [written.body.replace("\\n", " ").replace('\n', " "), form.replace('\n', " "), agreed_to, sent] {
        assert!(text.contains("Another objection still pauses this"), "{text}");
        assert!(!text.contains(ENDS) && !text.contains(AGAIN), "{text}");
    }
}

async fn the_question_before_withdrawing_says_what_holds_afterwards(site: TestApp) {
    const STILL: &str = "Another objection still pauses this, so we still do not use your data for it: Research.";
    let ada = site.member(ADA, "IE").await;
    let (one, two) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["research"]).await);
    let asked = ada.get(&format!("{}/withdraw", page(&one))).await;
    asked.says(STILL);
    asked.does_not_say("ends at once");
    asked.does_not_say(AGAIN);
    ada.post("/api/withdraw-objection", &[("case", &one)]).await;
    let then = "another objection still paused this, so we did not use your data for it: Research.";
    ada.get(&page(&one)).await.says(then);
    let asked = ada.get(&format!("{}/withdraw", page(&two))).await;
    asked.says("The pause of Research ends at once.");
    asked.says("From today we use your data for this again: Research.");
    // Without an account as well: what another objection under the same confirmed address does.
    let (ben, three) = confirmed(&site, THREE, "ben@example.org").await;
    let asked = ben.get(&format!("{}/withdraw", page(&three))).await;
    asked.says("From today we use your data for this again, unless it is off for another reason: Research.");
    site.pass(60_000);
    confirmed(&site, FOUR, "ben@example.org").await;
    let asked = ben.get(&format!("{}/withdraw", page(&three))).await;
    asked.says(STILL);
    asked.does_not_say(AGAIN);
    // What an account holds is told to nobody else.
    site.pass(60_000);
    let (visitor, last) = confirmed(&site, FIVE, ADA).await;
    let asked = visitor.get(&format!("{}/withdraw", page(&last))).await;
    asked.says("unless it is off for another reason: Research.");
    asked.does_not_say("Another objection");
}

async fn withdrawing_the_last_one_says_that_the_use_begins_again(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let (one, two) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["research"]).await);
    let officer = site.officer().await;
    decide(&officer, &site, &one, REFUSED).await;
    let letter = site.mail(ADA, "Our answer to your objection").await;
    assert!(letter.contains(PAUSES) && !letter.contains(ENDS), "{letter}");
    ada.post("/api/withdraw-objection", &[("case", &two)]).await;
    let letter = site.mail(ADA, "You withdrew objection").await;
    assert!(letter.contains("From today we use your data for this again: Research."), "{letter}");
    ada.get(&page(&two)).await.says("we use your data for this again: Research.");
    // Another one pauses it meanwhile: what was said of the second stays.
    let three = file(&ada, THREE, &["research"]).await;
    ada.get(&page(&two)).await.says("we use your data for this again: Research.");
    let four = file(&ada, "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad004", &["research", "inferences"]).await;
    ada.post("/api/withdraw-objection", &[("case", &four)]).await;
    let shown = ada.get(&page(&four)).await;
    shown.says("another objection still paused this, so we did not use your data for it: Research.");
    shown.does_not_say("today");
    shown.says("we use your data for this again: Inferences about you.");
    assert!(stored(&site, &three).await.is_open());
    // That one ends too: what was said is of its day, and what holds now is said with it.
    site.pass(1_000);
    ada.post("/api/withdraw-objection", &[("case", &three)]).await;
    let shown = ada.get(&page(&four)).await;
    shown.says("another objection still paused this");
    shown.says("Research: Nothing keeps this off today, so we use your data for it.");
}

async fn an_answer_says_when_it_was_written_and_what_holds_today(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let (one, two) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["research"]).await);
    let officer = site.officer().await;
    decide(&officer, &site, &one, REFUSED).await;
    let shown = ada.get(&page(&one)).await;
    shown.says("As we wrote on 23 November 2026:");
    shown.says(PAUSES);
    shown.does_not_say("today");
    assert!(shown.has("a[href='#complain']"));
    // The other one is upheld: what was refused is off for good, and there is no more to complain.
    decide(&officer, &site, &two, &[("research", "upheld", "")]).await;
    let shown = ada.get(&page(&one)).await;
    shown.says(PAUSES);
    shown.says("Research: This is off permanently today, because we upheld another objection to it.");
    assert!(!shown.has("a[href='#complain']") && !shown.has("form[action^='/api/complain-about-objection']"));
}

async fn reopened_and_withdrawn_nobody_decided_again(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let one = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &one, REFUSED).await;
    act(&officer, &site, "reopen-objection", &one, &[("why_again", "We missed something.")]).await;
    ada.get(&page(&one)).await.says("We are deciding again about what this answer refused.");
    ada.post("/api/withdraw-objection", &[("case", &one)]).await;
    let shown = ada.get(&page(&one)).await;
    shown.says("You withdrew it before we decided again.");
    shown.does_not_say("We decided again");
}

async fn a_refusal_ends_no_pause_of_a_use_that_is_off_permanently(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let (one, two) = (file(&ada, ONE, &["research"]).await, file(&ada, TWO, &["research"]).await);
    let officer = site.officer().await;
    decide(&officer, &site, &one, &[("research", "upheld", "")]).await;
    decide(&officer, &site, &two, REFUSED).await;
    let letter = site.mail(ADA, &format!("Our answer to your objection {two}")).await;
    let shown = ada.get(&page(&two)).await.text();
    for text in [letter, shown] {
        assert!(text.contains("This is off permanently, because we upheld another objection to it."), "{text}");
        assert!(!text.contains(ENDS) && !text.contains(AGAIN), "{text}");
    }
}

/// It has kept nothing of what an answer said. Of the newest the history of the member tells it.
async fn a_page_of_the_version_before_says_nothing_that_it_does_not_know(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let one = file(&ada, ONE, &["research"]).await;
    file(&ada, TWO, &["research"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &one, REFUSED).await;
    let (drop, make) = match site.app.db {
        sayso::db::Db::Sqlite { .. } => ("drop trigger case_rulings_refuse_update", None),
        _ => ("alter table case_rulings disable trigger all", Some("alter table case_rulings enable trigger all")),
    };
    site.tamper(drop).await.unwrap();
    site.tamper("update case_rulings set said = null, holds = null").await.unwrap();
    if let Some(make) = make {
        site.tamper(make).await.unwrap();
    }
    ada.get(&page(&one)).await.says(PAUSES);
    let officers = officer.get(&format!("/support/objections/{one}")).await;
    officers.says("We need it.");
    officers.does_not_say(AGAIN);
    ada.post("/api/complain-about-objection", &[("case", &one), ("text", "Look again.")]).await;
    decide(&third(&site).await, &site, &one, REFUSED).await;
    let shown = ada.get(&page(&one)).await;
    shown.says("We stand by our refusal.");
    shown.does_not_say(AGAIN);
    shown.does_not_say(ENDS);
}
