//! Whoever corrects a form and sends it again has filed twice: the newer one names the earlier one
//! that is still open, to those who may know of it.

use super::{CODE, ONE, TWO, applicant, file, send};
use crate::stories;
use crate::test_app::{TestApp, TestClient};

stories![
    the_same_from_the_same_browser_is_filed_once_while_it_waits_for_its_code,
    a_member_is_told_of_the_earlier_one_that_is_still_open,
    without_an_account_the_same_browser_is_told_and_nobody_else,
];

const ADA: &str = "ada@example.org";
const BEN: &str = "ben@example.org";
const OPEN: &str = "You objected to some of this before, and that is still open: ";
const WAITS: &str = "You filed this before, and that still waits for its code: ";

async fn a_member_is_told_of_the_earlier_one_that_is_still_open(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let one = file(&ada, ONE, &["research"]).await;
    ada.get(&format!("/objections/{one}")).await.does_not_say(OPEN);
    site.pass(1_000);
    let two = file(&ada, TWO, &["research", "personalisation"]).await;
    let letter = site.mail(ADA, &format!("We have your objection {two}")).await;
    assert!(letter.contains(&format!("{OPEN}{one}.")), "{letter}");
    let page = ada.get(&format!("/objections/{two}")).await;
    page.says(&format!("{OPEN}{one}."));
    assert!(page.links("/objections/").contains(&format!("/objections/{one}")));
    ada.get(&format!("/objections/{one}")).await.does_not_say(OPEN);
    ada.post("/api/withdraw-objection", &[("case", &one)]).await;
    ada.get(&format!("/objections/{two}")).await.does_not_say(OPEN);
}

async fn sent(site: &TestApp, visitor: &TestClient, form: &str, language: &str) -> (String, String, String) {
    let mut fields = applicant(form, BEN);
    fields.iter_mut().filter(|(name, _)| name == "reason").for_each(|(_, value)| *value = language.into());
    let answer = send(visitor, &fields).await;
    let number = answer.filed_number();
    let page = visitor.get(&answer.location()).await.text();
    let letter = site.mail(BEN, &format!("Your code for objection {number}")).await;
    (number, page, letter)
}

async fn the_same_from_the_same_browser_is_filed_once_while_it_waits_for_its_code(site: TestApp) {
    const ALREADY: &str = "You have filed this already.";
    let ben = site.visitor();
    let (one, page, _) = sent(&site, &ben, ONE, "A reason.").await;
    assert!(!page.contains(ALREADY), "{page}");
    // Back to the form, which has another name, and File again.
    for form in [TWO, "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad003", "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad004"] {
        site.pass(60_000);
        let mails = site.mails(BEN).await.len();
        let mut fields = applicant(form, BEN);
        fields.iter_mut().filter(|(name, _)| name == "reason").for_each(|(_, value)| *value = "A reason.".into());
        let answer = send(&ben, &fields).await;
        assert_eq!(answer.filed_number(), one);
        ben.get(&answer.location()).await.says(ALREADY);
        assert_eq!(site.mails(BEN).await.len(), mails, "no other code");
    }
    // Another browser may be somebody else's, and is told nothing.
    site.pass(60_000);
    let (other, page, _) = sent(&site, &site.visitor(), "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad005", "A reason.").await;
    assert!(other != one && !page.contains(&one) && !page.contains(ALREADY), "{page}");
}

async fn without_an_account_the_same_browser_is_told_and_nobody_else(site: TestApp) {
    let ben = site.visitor();
    let (one, page, letter) = sent(&site, &ben, ONE, "A reason.").await;
    assert!(!page.contains(WAITS) && !letter.contains(WAITS), "{page} {letter}");
    let code = site.mailed(BEN, CODE).await;
    // Corrected and sent again.
    site.pass(1_000);
    let (two, page, letter) = sent(&site, &ben, TWO, "Another reason.").await;
    for text in [page, letter] {
        assert!(text.contains(&format!("{WAITS}{one}.")), "{text}");
    }
    site.pass(1_000);
    let (_, page, letter) = sent(&site, &site.visitor(), "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad009", "Mine.").await;
    assert!(!page.contains(&one) && !letter.contains(&one), "another browser is told nothing");
    ben.post("/api/verify-objection", &[("case", &one), ("code", &code)]).await;
    let page = ben.get(&format!("/objection/code?case={two}")).await;
    page.says(&format!("{OPEN}{one}."));
}
