//! The question before an objection is withdrawn, the e-mail and the page afterwards: they say the
//! same, and the press does nothing else than what the question has said.

use super::{CODE, ONE, THREE, TWO, applicant, form, send, stored};
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};

stories![
    without_an_account_question_e_mail_and_page_say_the_same,
    without_an_account_the_page_says_what_holds_by_now,
    what_the_question_said_is_held_to_at_the_press,
    by_a_link_the_question_is_asked_again_as_well,
    a_question_that_still_says_the_same_is_asked_once,
    what_paused_nothing_is_not_said_to_end_a_pause,
];

const BEN: &str = "ben@example.org";
const STILL: &str = "Another objection still pauses this, so we still do not use your data for it: Research.";
const THAT_DAY: &str = "another objection still paused this, so we did not use your data for it: Research.";
const AGAIN: &str = "we use your data for this again";
const CHANGED: &str = "What withdrawing means has changed since you opened this page. Nothing was withdrawn.";

/// Files as a member, each time for another reason.
async fn file(visitor: &TestClient, id: &str, purposes: &[&'static str]) -> String {
    let mut fields = form(id, purposes);
    fields.iter_mut().filter(|(name, _)| name == "reason").for_each(|(_, value)| *value = format!("As in {id}."));
    fields.push(("member".into(), visitor.get("/objection").await.field("member")));
    send(visitor, &fields).await.location().replace("/objections/", "")
}

/// Objects to research without an account and enters the code.
async fn confirmed(site: &TestApp, browser: &TestClient, id: &str) -> String {
    site.pass(60_000);
    let mut fields = applicant(id, BEN);
    fields.iter_mut().filter(|(name, _)| name == "purposes[]").for_each(|(_, value)| *value = "research".into());
    let number = send(browser, &fields).await.filed_number();
    let code = site.mailed(BEN, CODE).await;
    browser.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    number
}

fn page(number: &str) -> String {
    format!("/objections/{number}")
}

async fn question(browser: &TestClient, number: &str) -> Answer {
    browser.get(&format!("{}/withdraw", page(number))).await
}

/// Presses in a page that was loaded earlier.
async fn press(browser: &TestClient, number: &str, asked: &Answer) -> Answer {
    browser.post("/api/withdraw-objection", &[("case", number), ("shown", &asked.field("shown"))]).await
}

async fn without_an_account_question_e_mail_and_page_say_the_same(site: TestApp) {
    let ben = site.visitor();
    let (one, two) = (confirmed(&site, &ben, ONE).await, confirmed(&site, &ben, TWO).await);
    let asked = question(&ben, &one).await;
    asked.says(STILL);
    press(&ben, &one, &asked).await;
    let letter = site.mail(BEN, &format!("You withdrew objection {one}")).await;
    assert!(letter.contains(STILL) && !letter.contains(AGAIN), "{letter}");
    let shown = ben.get(&page(&one)).await;
    shown.says(THAT_DAY);
    shown.does_not_say(AGAIN);
    shown.does_not_say("today");
    // The last one: now the use begins.
    let asked = question(&ben, &two).await;
    asked.says(AGAIN);
    asked.does_not_say("Another objection");
    press(&ben, &two, &asked).await;
    let letter = site.mail(BEN, &format!("You withdrew objection {two}")).await;
    assert!(letter.contains(AGAIN), "{letter}");
    ben.get(&page(&two)).await.says(AGAIN);
}

async fn without_an_account_the_page_says_what_holds_by_now(site: TestApp) {
    let ben = site.visitor();
    let (one, two) = (confirmed(&site, &ben, ONE).await, confirmed(&site, &ben, TWO).await);
    press(&ben, &one, &question(&ben, &one).await).await;
    site.pass(1_000);
    press(&ben, &two, &question(&ben, &two).await).await;
    let shown = ben.get(&page(&one)).await;
    shown.says(THAT_DAY);
    shown.says("Research: No other objection outside an account keeps this off today");
    let three = confirmed(&site, &ben, THREE).await;
    let shown = ben.get(&page(&one)).await;
    shown.says(THAT_DAY);
    shown.does_not_say("today");
    ben.get(&page(&two)).await.says("Research: Another objection pauses this today.");
    assert!(stored(&site, &three).await.is_open());
}

async fn what_the_question_said_is_held_to_at_the_press(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let one = file(&ada, ONE, &["research", "inferences"]).await;
    let two = file(&ada, TWO, &["research"]).await;
    let stale = question(&ada, &two).await;
    stale.says(STILL);
    press(&ada, &one, &question(&ada, &one).await).await;
    let asked = press(&ada, &two, &stale).await;
    asked.refused(&format!("Withdraw objection {two}?"));
    asked.says(CHANGED);
    asked.says("New: The pause of Research ends at once.");
    asked.says("New: From today we use your data for this again: Research.");
    asked.does_not_say("New: You cannot undo this");
    asked.does_not_say(STILL);
    assert!(stored(&site, &two).await.is_open(), "nothing was withdrawn");
    press(&ada, &two, &asked).await;
    assert!(!stored(&site, &two).await.is_open(), "asked again, they said so");
    ada.get(&page(&two)).await.says(AGAIN);
}

async fn by_a_link_the_question_is_asked_again_as_well(site: TestApp) {
    let ben = site.visitor();
    let (one, two) = (confirmed(&site, &ben, ONE).await, confirmed(&site, &ben, TWO).await);
    let (first, second) = (question(&ben, &one).await, question(&ben, &two).await);
    press(&ben, &one, &first).await;
    let asked = press(&ben, &two, &second).await;
    asked.refused(&format!("Withdraw objection {two}?"));
    asked.says(CHANGED);
    asked.says(AGAIN);
    assert!(stored(&site, &two).await.is_open());
    press(&ben, &two, &asked).await;
    assert!(!stored(&site, &two).await.is_open());
}

async fn a_question_that_still_says_the_same_is_asked_once(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let one = file(&ada, ONE, &["research"]).await;
    let asked = question(&ada, &one).await;
    // What they do meanwhile that changes nothing of it is no reason to ask again.
    ada.post("/api/add-to-objection", &[("case", &one), ("text", "One thing more.")]).await;
    press(&ada, &one, &asked).await;
    assert!(!stored(&site, &one).await.is_open());
    // The same press once more says the same.
    let again = press(&ada, &one, &asked).await;
    assert_eq!(again.location(), page(&one));
}

async fn what_paused_nothing_is_not_said_to_end_a_pause(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let one = file(&ada, ONE, &["moderation-safety"]).await;
    let asked = question(&ada, &one).await;
    asked.says("It pauses nothing at the moment, so no use of your data starts again.");
    press(&ada, &one, &asked).await;
    let letter = site.mail("ada@example.org", &format!("You withdrew objection {one}")).await;
    assert!(letter.contains("It did not pause any use of your data, so nothing starts again."), "{letter}");
    assert!(!letter.contains("no longer pauses"), "{letter}");
}
