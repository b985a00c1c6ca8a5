//! Objections without an account, under an address that an account is known to have: they pause
//! that account, too.

use crate::case_counts::counts_are_true;
use crate::objection::{CODE, ONE, TWO, decide};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;

stories![
    it_is_off_in_the_account_too_and_on_again_once_it_was_withdrawn,
    upheld_it_is_off_in_the_account_for_good_and_refused_it_is_on_again,
    an_account_that_proves_the_address_meanwhile_is_reached_and_a_later_one_is_not,
    whoever_has_the_mailbox_after_a_reached_account_hears_nothing_of_it,
    added_to_the_account_it_is_recorded_there_once,
];

/// Files without an account and confirms the address; returns the number.
async fn filed(site: &TestApp, id: &str, email: &str, purposes: &[&str]) -> (TestClient, String) {
    let visitor = site.visitor();
    let mut fields = vec![("form", id), ("mode", "object"), ("language", "en"), ("name", "Ben"), ("email", email)];
    fields.extend([("country", "IE"), ("reason", "I write about my health.")]);
    fields.extend(purposes.iter().map(|purpose| ("purposes[]", *purpose)));
    let answer = visitor.post("/api/submit-objection", &fields).await;
    let number = answer.filed_number();
    (visitor, number)
}

async fn confirm(site: &TestApp, visitor: &TestClient, number: &str, email: &str) -> Answer {
    let code = site.mailed(email, CODE).await;
    visitor.post("/api/verify-objection", &[("case", number), ("code", &code)]).await
}

/// A member whose address is known to be theirs, and who is on by default.
async fn told(site: &TestApp, email: &str) -> TestClient {
    site.staff(email, Role::Member).await;
    let visitor = site.signed_in(email).await;
    visitor.get("/settings/privacy").await.says("The exact words.");
    visitor
}

const AI: &[&str] = &["generative-ai-training", "moderation-safety"];

async fn it_is_off_in_the_account_too_and_on_again_once_it_was_withdrawn(site: TestApp) {
    site.publish(1).await;
    told(&site, "ada@example.org").await;
    site.pass_days(40);
    let ada = site.signed_in("ada@example.org").await;
    assert!(ada.get("/settings/privacy").await.is_on());
    let (ben, number) = filed(&site, ONE, "Ada@Example.org", AI).await;
    assert!(ada.get("/settings/privacy").await.is_on(), "nobody has shown that the address is theirs");
    confirm(&site, &ben, &number, "ada@example.org").await;
    let tab = ada.get("/settings/privacy").await;
    assert!(!tab.is_on());
    tab.says(&format!("paused while we decide on your objection {number}"));
    tab.says(
        "It was filed without signing in, under one of your e-mail addresses. \
         To open it, use the link that we e-mailed there.",
    );
    // The list of objections does not say that there is none.
    let list = ada.get("/objections").await;
    list.says(&format!("{number}Data for Generative AI improvement and"));
    list.says("We will answer by");
    list.does_not_say("You have not objected to anything yet");
    list.does_not_say("health");
    tab.does_not_say("health");
    assert_eq!(
        ada.get(&format!("/objections/{number}")).await.status,
        StatusCode::NOT_FOUND,
        "it is not opened by the address"
    );
    assert_eq!(ada.press("allowed").await.location(), "/error?about=objected");
    ada.get("/settings/privacy/history").await.says(&format!("Objection {number}, filed under your e-mail address"));
    // Sent twice, the code is used up, and the history has it once.
    confirm(&site, &ben, &number, "ada@example.org").await;
    assert_eq!(site.count("pause").await, 1);

    ben.post("/api/withdraw-objection", &[("case", &number)]).await;
    assert!(ada.get("/settings/privacy").await.is_on());
    ada.get("/settings/privacy/history").await.says(&format!("Objection {number} withdrawn"));
    assert_eq!(site.count("pause").await, 2);
}

async fn upheld_it_is_off_in_the_account_for_good_and_refused_it_is_on_again(site: TestApp) {
    site.publish(1).await;
    told(&site, "ada@example.org").await;
    told(&site, "eve@example.org").await;
    site.pass_days(40);
    let officer = site.officer().await;
    for (id, email, outcome) in [(ONE, "ada@example.org", "upheld"), (TWO, "eve@example.org", "refused")] {
        let (ben, number) = filed(&site, id, email, &AI[..1]).await;
        confirm(&site, &ben, &number, email).await;
        let grounds = if outcome == "refused" { "Because we must." } else { "" };
        decide(&officer, &site, &number, &[("generative-ai-training", outcome, grounds)]).await;
        let member = site.signed_in(email).await;
        assert_eq!(member.get("/settings/privacy").await.is_on(), outcome == "refused");
        // What became of it is still to be found.
        let list = member.get("/objections").await;
        list.says(&number);
        list.says("We answered on");
        list.says("To open it, use the link that we e-mailed there.");
        site.pass_days(400);
        assert_eq!(site.signed_in(email).await.get("/settings/privacy").await.is_on(), outcome == "refused");
        site.pass_days(-400);
    }
    counts_are_true(&site).await;
}

async fn an_account_that_proves_the_address_meanwhile_is_reached_and_a_later_one_is_not(site: TestApp) {
    site.publish(1).await;
    let (ben, number) = filed(&site, ONE, "ada@example.org", &AI[..1]).await;
    confirm(&site, &ben, &number, "ada@example.org").await;
    site.staff("ada@example.org", Role::Member).await;
    let ada = site.signed_in("ada@example.org").await;
    let tab = ada.get("/settings/privacy").await;
    tab.says(&format!("paused while we decide on your objection {number}"));
    // The card of the other uses names it, and not what was written.
    tab.says(&format!("Objection {number} is about Data for Generative AI improvement."));

    let (ben, number) = filed(&site, TWO, "eve@example.org", &AI[..1]).await;
    confirm(&site, &ben, &number, "eve@example.org").await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("generative-ai-training", "upheld", "")]).await;
    site.staff("eve@example.org", Role::Member).await;
    let eve = site.signed_in("eve@example.org").await;
    eve.get("/settings/privacy").await.does_not_say(&number);
}

/// Ada had the address when the case was confirmed, and gave it up while it was open.
async fn whoever_has_the_mailbox_after_a_reached_account_hears_nothing_of_it(site: TestApp) {
    site.publish(1).await;
    let ada = told(&site, "ada@example.org").await;
    let (ben, number) = filed(&site, ONE, "ada@example.org", &AI[..1]).await;
    confirm(&site, &ben, &number, "ada@example.org").await;
    ada.post("/api/change-address", &[("email", "new@example.org"), ("present", PASSWORD)]).await;
    site.open_link(&ada, "new@example.org").await;
    assert_eq!(ada.post("/api/confirm", &[]).await.location(), "/account");
    let later = told(&site, "ada@example.org").await;
    for path in ["/settings/privacy", "/settings/privacy/history", "/objections"] {
        later.get(path).await.does_not_say(&number);
    }
    ada.get("/settings/privacy").await.says(&format!("paused while we decide on your objection {number}"));
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("generative-ai-training", "upheld", "")]).await;
    site.pass_days(40);
    assert!(!site.signed_in("new@example.org").await.get("/settings/privacy").await.is_on());
    let later = site.signed_in("ada@example.org").await.get("/settings/privacy").await;
    assert!(later.is_on(), "it was not about them");
    later.does_not_say(&number);
}

async fn added_to_the_account_it_is_recorded_there_once(site: TestApp) {
    site.publish(1).await;
    told(&site, "ada@example.org").await;
    let (ben, number) = filed(&site, ONE, "ada@example.org", &AI[..1]).await;
    confirm(&site, &ben, &number, "ada@example.org").await;
    site.sign_in(&ben, "ada@example.org", Role::Member).await;
    let key = site.mailed("ada@example.org", &format!("/objections/{number}")).await;
    ben.get(&format!("/objections/{number}{key}")).await;
    ben.post("/api/claim-objection", &[("case", &number)]).await;
    let tab = ben.get("/settings/privacy").await;
    tab.says(&format!("View objection {number}"));
    ben.post("/api/withdraw-objection", &[("case", &number)]).await;
    assert_eq!(site.count("pause").await, 1, "from then on the case itself stands in the history");
    ben.get("/settings/privacy").await.does_not_say("paused");
}
