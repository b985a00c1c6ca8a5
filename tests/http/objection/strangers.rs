//! A recorded objection under an address that was misheard: whoever reads that mailbox does not
//! speak as the person.

use super::{CODE, act, decide, recording, stored};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use sayso::ledger::Step;

stories![
    a_link_alone_complains_of_nothing,
    what_a_stranger_added_is_theirs_and_not_the_persons,
    what_was_added_before_a_correction_is_marked_too,
];

const EVE: &str = "eve@example.org";
const BEN: &str = "ben@example.org";
const REFUSED: &[(&str, &str, &str)] = &[("research", "refused", "We need it.")];
const STRANGERS: &str = "Somebody else added information, at the earlier address";
const WRITTEN: &str = "Written by somebody else, who read the e-mail at the earlier address.";

/// An officer records an objection under this address; whoever reads it opens the link.
async fn recorded(site: &TestApp, officer: &TestClient, email: &str) -> (TestClient, String) {
    let to = officer.post("/api/record-objection", &recording(email, &["research"])).await.location();
    let number = to.strip_prefix("/support/objections/").unwrap().to_owned();
    let key = site.mailed(email, &format!("/objections/{number}?key=")).await;
    let browser = site.visitor();
    browser.get(&format!("/objections/{number}?key={key}")).await;
    (browser, number)
}

async fn a_link_alone_complains_of_nothing(site: TestApp) {
    const FORM: &str = "form[action^='/api/complain-about-objection']";
    let officer = site.officer().await;
    let (browser, number) = recorded(&site, &officer, BEN).await;
    let own = format!("/objections/{number}");
    browser.get(&own).await.says("and we work on it now");
    let code = site.mailed(BEN, CODE).await;
    decide(&officer, &site, &number, REFUSED).await;
    let page = browser.get(&own).await;
    assert!(!page.has(FORM) && !page.has("a[href='#complain']"), "{}", page.body);
    page.says("and we have answered it. To complain here about our answer, first enter the code");
    page.does_not_say("we work on it now");
    let complaint = [("case", &*number), ("text", "Look again.")];
    let refused = browser.post("/api/complain-about-objection", &complaint).await;
    refused.refused(&format!("Objection {number}")).says("Please confirm your e-mail address first");
    assert!(!stored(&site, &number).await.has_complaint());
    // With the code it is theirs to say.
    browser.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    assert!(browser.get(&own).await.has(FORM));
    browser.post("/api/complain-about-objection", &complaint).await;
    assert!(stored(&site, &number).await.has_complaint());
}

async fn what_a_stranger_added_is_theirs_and_not_the_persons(site: TestApp) {
    const NOT_THEIRS: &str = "Whoever read the address said that it is not theirs";
    const AT_THE_WRONG: &str = "Somebody else added information, at the wrong address";
    let officer = site.officer().await;
    let (eve, number) = recorded(&site, &officer, EVE).await;
    let (own, theirs) = (format!("/objections/{number}"), format!("/support/objections/{number}"));
    eve.post("/api/add-to-objection", &[("case", &number), ("text", "I love it. Go on.")]).await;
    officer.get(&theirs).await.says("The person added information");
    site.pass(60_000);
    for _ in 0..2 {
        eve.post("/api/disown-objection", &[("case", &number)]).await;
    }
    let steps = stored(&site, &number).await.steps;
    assert_eq!(steps.iter().filter(|done| done.step == Step::Disowned).count(), 1);
    let page = officer.get(&theirs).await;
    for text in [NOT_THEIRS, AT_THE_WRONG, "who read the e-mail at the wrong address."] {
        page.says(text);
    }
    page.does_not_say("earlier address");
    page.does_not_say("The person added information");
    site.pass(60_000);
    act(&officer, &site, "correct-recorded-address", &number, &[("email", BEN)]).await;
    let page = officer.get(&theirs).await;
    for text in ["Address corrected by an officer", NOT_THEIRS, STRANGERS, WRITTEN] {
        page.says(text);
    }
    // To the person, too, it is nothing that they said.
    site.pass(1_000);
    let key = site.mailed(BEN, &format!("{own}?key=")).await;
    let ben = site.visitor();
    ben.get(&format!("{own}?key={key}")).await;
    let page = ben.get(&own).await;
    for text in [STRANGERS, "told us that the address was wrong"] {
        page.says(text);
    }
    page.does_not_say("You added information");
    page.does_not_say("I love it.");
    // What they add is theirs.
    ben.post("/api/add-to-objection", &[("case", &number), ("text", "I write about my health.")]).await;
    ben.get(&own).await.says("You added information");
    officer.get(&theirs).await.says("The person added information");
    // With the code they read it, and that it is not theirs.
    let code = site.mailed(BEN, CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let page = ben.get(&own).await;
    for text in [WRITTEN, "I love it. Go on.", "I write about my health."] {
        page.says(text);
    }
}

async fn what_was_added_before_a_correction_is_marked_too(site: TestApp) {
    let officer = site.officer().await;
    let (eve, number) = recorded(&site, &officer, EVE).await;
    eve.post("/api/add-to-objection", &[("case", &number), ("text", "I love it. Go on.")]).await;
    site.pass(60_000);
    act(&officer, &site, "correct-recorded-address", &number, &[("email", BEN)]).await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    for text in [STRANGERS, WRITTEN] {
        page.says(text);
    }
    page.does_not_say("The person added information");
}
