//! An officer opens a case again: what was refused is pending and paused once more, with a reason
//! that the person reads; what was upheld stays. A case that was merged by mistake counts by
//! itself.

use super::{ONE, act, decide, file, stored};
use crate::case_counts::counts_are_true;
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use sayso::account::model::Role;
use sayso::ledger::{Outcome, Purpose};
use sayso::objection::case::CaseState;

stories![
    what_was_refused_is_paused_again_and_the_person_is_told_why,
    another_refusal_after_a_reopening_is_written_by_somebody_new,
    what_was_upheld_stays_upheld,
    a_case_merged_by_mistake_counts_by_itself_again,
    only_what_was_refused_or_merged_is_reopened,
];

const ADA: &str = "ada@example.org";
const AI: &str = "generative-ai-training";
const TWO: &str = "00000000-0000-4000-8000-000000000002";

async fn reopen(officer: &TestClient, site: &TestApp, number: &str) -> Answer {
    act(officer, site, "reopen-objection", number, &[("why_again", "We missed what you wrote.")]).await
}

async fn rule(officer: &TestClient, site: &TestApp, number: &str, purpose: &str, outcome: &str) -> Answer {
    let grounds = if outcome == "refused" { "We still need it." } else { "" };
    let ruling = [("rulings[0][purpose]", purpose), ("rulings[0][outcome]", outcome), ("rulings[0][grounds]", grounds)];
    act(officer, site, "decide-objection", number, &ruling).await
}

/// Ada, who had allowed AI training and whose objection to it was refused.
async fn refused(site: &TestApp) -> (TestClient, TestClient, String) {
    site.publish(1).await;
    let ada = site.member(ADA, "US").await;
    ada.press("allowed").await;
    let number = file(&ada, ONE, &[AI]).await;
    let officer = site.officer().await;
    decide(&officer, site, &number, &[(AI, "refused", "We need it.")]).await;
    (ada, officer, number)
}

async fn what_was_refused_is_paused_again_and_the_person_is_told_why(site: TestApp) {
    let (ada, officer, number) = refused(&site).await;
    assert!(ada.get("/settings/privacy").await.is_on());
    let page = format!("/support/objections/{number}");
    officer.get(&page).await.says("Reopen the case");
    let blank = act(&officer, &site, "reopen-objection", &number, &[("why_again", " ")]).await;
    blank.refused(&format!("Case {number}")).says("Please say why you reopen the case.");
    let done = reopen(&officer, &site, &number).await;
    officer.get(&done.location()).await.says("The case is open again, and we have written to the person.");
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.decided), (CaseState::Acknowledged, None));
    assert_eq!(case.pending(), [Purpose::GenerativeAiTraining]);
    assert!(!ada.get("/settings/privacy").await.is_on(), "paused again");
    let letter = site.mail(ADA, "We have reopened your objection").await;
    assert!(letter.contains("We missed what you wrote."), "{letter}");
    ada.get("/settings/privacy/history").await.says(&format!("Objection {number} reopened; paused again"));
    ada.get(&format!("/objections/{number}")).await.says("We reopened it and will answer by");
    act(&officer, &site, "review-objection", &number, &[]).await;
    rule(&officer, &site, &number, AI, "upheld").await;
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.decided.is_some()), (CaseState::Upheld, true));
    ada.get(&format!("/objections/{number}")).await.says("Our answer after we reopened it");
    assert!(!ada.get("/settings/privacy").await.is_on());
    counts_are_true(&site).await;
}

async fn another_refusal_after_a_reopening_is_written_by_somebody_new(site: TestApp) {
    let (ada, officer, number) = refused(&site).await;
    reopen(&officer, &site, &number).await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    let title = format!("Case {number}");
    let second = site.another_officer().await;
    for earlier in [&officer, &second] {
        let said = rule(earlier, &site, &number, AI, "refused").await;
        said.refused(&title).says("You wrote an earlier refusal or agreed to it.");
    }
    site.staff("third@example.org", Role::PrivacyOfficer).await;
    let third = site.signed_in_as("third@example.org", Role::PrivacyOfficer).await;
    rule(&third, &site, &number, AI, "refused").await;
    let wrote = act(&officer, &site, "agree-to-decision", &number, &[]).await;
    wrote.refused(&title);
    act(&second, &site, "agree-to-decision", &number, &[]).await;
    assert_eq!(stored(&site, &number).await.state, CaseState::Refused);
    assert!(ada.get("/settings/privacy").await.is_on(), "the pause has ended");
    // Reopened once more, all three stand behind a refusal, whichever it was.
    reopen(&second, &site, &number).await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    let page = format!("/support/objections/{number}");
    for earlier in [&officer, &second, &third] {
        let said = rule(earlier, &site, &number, AI, "refused").await;
        said.refused(&title).says("You wrote an earlier refusal or agreed to it.");
        assert_eq!(earlier.get(&page).await.count("input[name='rulings[0][outcome]']"), 1);
    }
    let queue = officer.get("/support/objections").await;
    assert!(queue.has(&format!("[aria-labelledby='too-few'] a[href='{page}']")));
    let origin = site.app.config.origin();
    site.pass_days(1);
    sayso::support::daily_digest::send(&site.app.db, 0, &origin, true, site.app.clock.now()).await.unwrap();
    let mail = site.mails("third@example.org").await.concat();
    assert!(mail.contains("Another officer is needed to refuse these again") && mail.contains(&number), "{mail}");
}

async fn what_was_upheld_stays_upheld(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let officer = site.officer().await;
    let number = file(&ada, ONE, &["research", "personalisation"]).await;
    decide(&officer, &site, &number, &[("research", "refused", "We need it."), ("personalisation", "upheld", "")])
        .await;
    act(&officer, &site, "close-objection", &number, &[]).await;
    reopen(&officer, &site, &number).await;
    let case = stored(&site, &number).await;
    assert_eq!((case.pending(), case.upheld()), (vec![Purpose::Research], vec![Purpose::Personalisation]));
    act(&officer, &site, "review-objection", &number, &[]).await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    assert_eq!(page.attributes("input[name^='rulings'][type='hidden']", "value"), ["research"]);
    rule(&officer, &site, &number, "research", "upheld").await;
    let case = stored(&site, &number).await;
    assert!(case.purposes.iter().all(|asked| asked.outcome == Some(Outcome::Upheld)));
}

async fn a_case_merged_by_mistake_counts_by_itself_again(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let officer = site.officer().await;
    let first = file(&ada, ONE, &["research"]).await;
    // Within the hour it would be taken for the same press.
    site.pass(3_600_001);
    site.sign_in(&officer, "officer@example.org", Role::PrivacyOfficer).await;
    let other = file(&ada, TWO, &["research"]).await;
    let due = stored(&site, &other).await.due;
    act(&officer, &site, "mark-duplicate-objection", &other, &[("of", &first)]).await;
    assert_eq!(stored(&site, &other).await.state, CaseState::Duplicate);
    reopen(&officer, &site, &other).await;
    let case = stored(&site, &other).await;
    assert_eq!((case.state, case.duplicate_of.as_deref(), case.due), (CaseState::Acknowledged, None, due));
    assert!(stored(&site, &first).await.joined.is_empty());
    let letter = site.mail(ADA, "We have reopened your objection").await;
    assert!(letter.contains("by mistake"), "{letter}");
    counts_are_true(&site).await;
}

async fn only_what_was_refused_or_merged_is_reopened(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let officer = site.officer().await;
    let number = file(&ada, ONE, &["research"]).await;
    let title = format!("Case {number}");
    reopen(&officer, &site, &number).await.refused(&title);
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    reopen(&officer, &site, &number).await.refused(&title).says("Nothing was refused here");
    let taken_back = file(&ada, TWO, &["personalisation"]).await;
    ada.post("/api/withdraw-objection", &[("case", &taken_back)]).await;
    reopen(&officer, &site, &taken_back).await.refused(&format!("Case {taken_back}")).says("was withdrawn");
}
