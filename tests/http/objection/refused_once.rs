//! A refusal that cannot go on, because an officer is missing; one that is upheld since; and one
//! that is opened again while another objection pauses the use.

use super::{ONE, TWO, act, decide, file, stored};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use sayso::account::model::Role;
use sayso::objection::case::CaseState;

stories![
    a_draft_that_nobody_may_agree_to_is_named,
    one_officer_alone_is_told_that_another_is_needed,
    what_is_upheld_since_cannot_be_complained_about,
    reopened_it_pauses_only_what_no_other_one_did,
];

const ADA: &str = "ada@example.org";
const FIRST: &str = "officer@example.org";
const SECOND: &str = "second@example.org";
const THIRD: &str = "third@example.org";
const REFUSED: &[(&str, &str, &str)] = &[("research", "refused", "We need it.")];

async fn ruled(officer: &TestClient, site: &TestApp, number: &str, outcome: &str) {
    let grounds = if outcome == "refused" { "We need it." } else { "" };
    let ruling =
        [("rulings[0][purpose]", "research"), ("rulings[0][outcome]", outcome), ("rulings[0][grounds]", grounds)];
    act(officer, site, "decide-objection", number, &ruling).await;
}

async fn close(site: &TestApp, email: &str) {
    site.tamper(&format!("update members set role = 'support' where email = '{email}'")).await.unwrap();
}

async fn is_named(officer: &TestClient, number: &str) -> bool {
    let here = format!("[aria-labelledby='too-few'] a[href='/support/objections/{number}']");
    officer.get("/support/objections").await.has(&here)
}

async fn digest(site: &TestApp, email: &str) -> String {
    let origin = site.app.config.origin();
    site.pass_days(1);
    sayso::support::daily_digest::send(&site.app.db, 0, &origin, true, site.app.clock.now()).await.unwrap();
    site.mails(email).await.concat()
}

/// What `sayso config check` says of the cases.
async fn missing(site: &TestApp) -> Vec<String> {
    sayso::support::too_few::of_database(&site.app.db, true).await.unwrap().says()
}

async fn a_draft_that_nobody_may_agree_to_is_named(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, REFUSED).await;
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    site.staff(THIRD, Role::PrivacyOfficer).await;
    let third = site.signed_in_as(THIRD, Role::PrivacyOfficer).await;
    ruled(&third, &site, &number, "refused").await;
    assert!(stored(&site, &number).await.proposed.is_some());
    assert!(!is_named(&officer, &number).await, "the second officer may agree");
    let page = format!("/support/objections/{number}");
    let alone = "there is no other officer who can";
    officer.get(&page).await.does_not_say(alone);
    close(&site, SECOND).await;
    for one in [&officer, &third] {
        assert!(is_named(one, &number).await);
        one.get(&page).await.says(alone);
    }
    officer.get("/support/objections").await.says("In these cases a refusal is drafted, and nobody can agree to it");
    let mail = digest(&site, FIRST).await;
    assert!(mail.contains("Another officer is needed to agree to these drafts") && mail.contains(&number), "{mail}");
    // Sent back, it can be upheld.
    let officer = site.signed_in_as(FIRST, Role::PrivacyOfficer).await;
    act(&officer, &site, "return-decision", &number, &[("why", "Nobody can agree.")]).await;
    officer.get("/support/objections").await.says("These cases were refused before.");
    ruled(&officer, &site, &number, "upheld").await;
    assert_eq!(stored(&site, &number).await.state, CaseState::Upheld);
    assert!(!is_named(&officer, &number).await);
}

async fn one_officer_alone_is_told_that_another_is_needed(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    assert!(!is_named(&officer, &number).await, "it can be upheld");
    assert!(missing(&site).await.is_empty());
    let page = officer.get(&format!("/support/objections/{number}")).await;
    page.says("nobody else can agree to yours now");
    page.does_not_say("we send the answer only once a second officer has agreed to it");
    ruled(&officer, &site, &number, "refused").await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    page.says("The answer is stored, but it is not sent: it refuses something, and there is no other officer");
    assert!(is_named(&officer, &number).await);
    let said = missing(&site).await;
    assert!(said.len() == 1 && said[0].contains("to agree to these drafts") && said[0].contains(&number), "{said:?}");
    let said = "You wrote it, and there is no other officer who can agree to it.";
    officer.get(&format!("/support/objections/{number}")).await.says(said);
    let mail = digest(&site, FIRST).await;
    assert!(mail.contains("Another officer is needed to agree to these drafts"), "{mail}");
    site.another_officer().await;
    let officer = site.signed_in_as(FIRST, Role::PrivacyOfficer).await;
    assert!(!is_named(&officer, &number).await);
    assert!(missing(&site).await.is_empty());
}

async fn what_is_upheld_since_cannot_be_complained_about(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let page = format!("/objections/{number}");
    let officer = site.officer().await;
    decide(&officer, &site, &number, REFUSED).await;
    let link = "Complain about this answer";
    ada.get(&page).await.says(link);
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    ruled(&officer, &site, &number, "upheld").await;
    let shown = ada.get(&page).await;
    shown.says("Our first answer");
    shown.does_not_say(link);
    // A complaint about how long it took is answered in words. Nothing is ruled on again.
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Refuse nothing.")]).await;
    for outcome in ["refused", "upheld"] {
        ruled(&officer, &site, &number, outcome).await;
    }
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.has_complaint(), case.proposed), (CaseState::Upheld, true, None));
    act(&officer, &site, "answer-complaint", &number, &[("text", "We are sorry.")]).await;
    ada.get(&page).await.does_not_say(link);
    // After a reopening, too.
    let other = file(&ada, TWO, &["personalisation"]).await;
    decide(&officer, &site, &other, &[("personalisation", "refused", "We need it.")]).await;
    act(&officer, &site, "reopen-objection", &other, &[("why_again", "We missed a fact.")]).await;
    decide(&officer, &site, &other, &[("personalisation", "upheld", "")]).await;
    ada.get(&format!("/objections/{other}")).await.does_not_say(link);
}

async fn reopened_it_pauses_only_what_no_other_one_did(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let one = file(&ada, ONE, &["research", "inferences"]).await;
    let two = file(&ada, TWO, &["research"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &one, &[("research", "refused", "We need it."), ("inferences", "refused", "We need it.")])
        .await;
    act(&officer, &site, "reopen-objection", &one, &[("why_again", "We missed a fact.")]).await;
    let history = ada.get("/settings/privacy/history").await;
    history.says(&format!("Objection {one} reopened; paused again: Inferences about you"));
    history.does_not_say("paused again: Research");
    assert!(stored(&site, &two).await.is_open());
}
