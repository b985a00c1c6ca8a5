//! What can never be refused is upheld as soon as the address is known to be theirs, and nobody has
//! to decide it.

use super::{CODE, ONE, act, applicant, decide, file, send, stored};
use crate::case_counts::counts_are_true;
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::ledger::Step;
use sayso::objection::case::CaseState;
use sayso::objection::service::catch_up_by_rule;

stories![
    advertising_alone_is_upheld_at_once_and_waits_for_nobody,
    the_rest_of_a_case_waits_for_an_officer,
    without_an_account_it_is_upheld_with_the_code_and_reaches_the_account,
    a_case_that_is_added_to_an_account_takes_what_was_upheld_along,
    withdrawn_what_was_upheld_stays_off,
    what_a_version_before_has_left_is_caught_up_with,
    what_took_nobody_any_time_is_not_in_the_median,
];

const ADA: &str = "ada@example.org";

/// What the export has for `purpose` in the account with this address: what holds, and why.
pub async fn exported(site: &TestApp, email: &str, purpose: &str) -> [String; 2] {
    let lines = crate::members::exported_lines(site).await;
    let line = lines.into_iter().find(|line| line["email"] == email).unwrap();
    ["holds", "because"].map(|field| line["purposes"][purpose][field].as_str().unwrap().to_owned())
}

/// Files without an account, about these purposes, and enters the code.
async fn confirmed(site: &TestApp, browser: &TestClient, email: &str, purposes: &[&str]) -> String {
    let mut fields = applicant(ONE, email);
    fields.retain(|(name, _)| name != "purposes[]");
    fields.extend(purposes.iter().map(|purpose| ("purposes[]".to_owned(), (*purpose).to_owned())));
    let number = send(browser, &fields).await.filed_number();
    let case = stored(site, &number).await;
    assert!(case.upheld().is_empty(), "nobody has shown that the address is theirs");
    let code = site.mailed(email, CODE).await;
    browser.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    number
}

async fn advertising_alone_is_upheld_at_once_and_waits_for_nobody(site: TestApp) {
    let ada = site.member(ADA, "FR").await;
    let number = file(&ada, ONE, &["advertising"]).await;
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.decided), (CaseState::Upheld, Some(case.received)));
    let letter = site.mail(ADA, &format!("Your objection {number} is upheld")).await;
    assert!(letter.contains("We have already upheld this, because we never refuse it"), "{letter}");
    for wrong in ["Answer due by", "A person will decide", "Paused while"] {
        assert!(!letter.contains(wrong), "{letter}");
    }
    let own = ada.get(&format!("/objections/{number}")).await;
    own.says("Upheld at once");
    own.says("We have permanently stopped using your data for this.");
    own.says("We upheld it for Advertising, which we never refuse");
    assert_eq!(exported(&site, ADA, "advertising").await, ["denied", "objection upheld"]);
    // An officer finds it among the answered ones, and nothing to do.
    let officer = site.officer().await;
    officer.get("/support/objections").await.does_not_say(&number);
    officer.get("/support/objections?state=answered").await.says(&number);
    let page = officer.get(&format!("/support/objections/{number}")).await;
    page.says("Upheld by rule: Advertising");
    assert!(!page.has("[action^='/api/decide-objection']"));
    let refused = decide(&officer, &site, &number, &[("advertising", "refused", "Money.")]).await;
    refused.refused(&format!("Case {number}")).says("Advertising: We never refuse an objection to this");
}

async fn the_rest_of_a_case_waits_for_an_officer(site: TestApp) {
    let ada = site.member(ADA, "FR").await;
    let number = file(&ada, ONE, &["advertising", "research"]).await;
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.decided), (CaseState::Acknowledged, None));
    let letter = site.mail(ADA, &format!("We have your objection {number}")).await;
    for said in [
        "We have already upheld this, because we never refuse it",
        "We still have to decide about Research.",
        "Answer due by",
        "Paused while we decide: Research. Already upheld, and off permanently: Advertising.",
    ] {
        assert!(letter.contains(said), "{said}:\n{letter}");
    }
    assert_eq!(exported(&site, ADA, "advertising").await, ["denied", "objection upheld"]);
    assert_eq!(exported(&site, ADA, "research").await, ["denied", "paused while we decide"]);
    let officer = site.officer().await;
    officer.get("/support/objections").await.says(&number);
    act(&officer, &site, "review-objection", &number, &[]).await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    assert_eq!(page.attributes("input[name^='rulings'][type='hidden']", "value"), ["research"]);
    page.says("Upheld by rule");
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    assert_eq!(stored(&site, &number).await.state, CaseState::Upheld);
    let answer = site.mail(ADA, &format!("Our answer to your objection {number}")).await;
    assert!(!answer.contains("Advertising"), "it was told before:\n{answer}");
    let own = ada.get(&format!("/objections/{number}")).await;
    let titles = own.texts_of("h2");
    assert!(titles.contains(&"Our answer".to_owned()) && titles.contains(&"Upheld at once".to_owned()), "{titles:?}");
    assert_eq!(exported(&site, ADA, "research").await, ["denied", "objection upheld"]);
    counts_are_true(&site).await;
}

async fn without_an_account_it_is_upheld_with_the_code_and_reaches_the_account(site: TestApp) {
    site.member(ADA, "FR").await;
    let browser = site.visitor();
    let number = confirmed(&site, &browser, ADA, &["advertising"]).await;
    assert_eq!(stored(&site, &number).await.state, CaseState::Upheld);
    assert_eq!(exported(&site, ADA, "advertising").await, ["denied", "objection upheld"]);
    // Also an account that is proved while the rest waits.
    let ben = "ben@example.org";
    confirmed(&site, &site.visitor(), ben, &["advertising", "research"]).await;
    site.member(ben, "FR").await;
    assert_eq!(exported(&site, ben, "advertising").await, ["denied", "objection upheld"]);
    assert_eq!(exported(&site, ben, "research").await, ["denied", "paused while we decide"]);
}

async fn a_case_that_is_added_to_an_account_takes_what_was_upheld_along(site: TestApp) {
    let browser = site.visitor();
    let number = confirmed(&site, &browser, ADA, &["advertising", "research"]).await;
    site.member(ADA, "FR").await;
    site.sign_in(&browser, ADA, Role::Member).await;
    assert_eq!(browser.post("/api/claim-objection", &[("case", &number)]).await.status, StatusCode::FOUND);
    let case = stored(&site, &number).await;
    assert!(case.member.is_some());
    assert_eq!(case.steps.iter().filter(|done| done.step == Step::UpheldByRule).count(), 2, "in both histories");
    assert_eq!(exported(&site, ADA, "advertising").await, ["denied", "objection upheld"]);
    let own = browser.get(&format!("/objections/{number}")).await;
    assert_eq!(own.texts_of("h2").iter().filter(|title| *title == "Upheld at once").count(), 1);
}

async fn withdrawn_what_was_upheld_stays_off(site: TestApp) {
    let ada = site.member(ADA, "FR").await;
    let number = file(&ada, ONE, &["advertising", "research"]).await;
    ada.post("/api/withdraw-objection", &[("case", &number)]).await;
    assert_eq!(stored(&site, &number).await.state, CaseState::Withdrawn);
    let letter = site.mail(ADA, &format!("You withdrew objection {number}")).await;
    assert!(letter.contains("What we have upheld stays off: Advertising."), "{letter}");
    assert_eq!(exported(&site, ADA, "advertising").await, ["denied", "objection upheld"]);
    assert_ne!(exported(&site, ADA, "research").await[1], "paused while we decide");
    counts_are_true(&site).await;
}

async fn what_a_version_before_has_left_is_caught_up_with(site: TestApp) {
    let ada = site.member(ADA, "FR").await;
    let number = file(&ada, ONE, &["research"]).await;
    // As such a version has filed it.
    site.tamper(&format!("update case_purposes set purpose = 'advertising' where number = '{number}'")).await.unwrap();
    for _ in 0..2 {
        catch_up_by_rule(&site.app.db, &site.app.config.origin(), site.app.clock.now()).await.unwrap();
    }
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.steps.len()), (CaseState::Upheld, 3));
    let letter = site.mail(ADA, &format!("Your objection {number} is upheld")).await;
    assert!(letter.contains("for Advertising, because we never refuse that"), "{letter}");
    assert_eq!(exported(&site, ADA, "advertising").await, ["denied", "objection upheld"]);
}

async fn what_took_nobody_any_time_is_not_in_the_median(site: TestApp) {
    site.officer().await;
    let mut research = String::new();
    for (n, purpose) in [(1, "advertising"), (2, "advertising"), (3, "research")] {
        let member = site.member(&format!("m{n}@example.org"), "FR").await;
        research = file(&member, &format!("00000000-0000-4000-8000-00000000000{n}"), &[purpose]).await;
    }
    site.pass_days(3);
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    decide(&officer, &site, &research, &[("research", "upheld", "")]).await;
    let page = officer.get("/support/figures").await;
    page.says("3 objections were received and 3 were answered. We fully upheld 3");
    page.says("the median answer took 3.0 days");
}
