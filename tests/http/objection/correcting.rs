//! An address that was typed wrong is no dead end: the browser that filed corrects it. And an
//! address alone is enough for links to everything that was filed under it.

use super::{CODE, ONE, THREE, TWO, applicant, decide, file, send, stored, unverified};
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::StatusCode;
use sayso::ledger::Step;
use sayso::objection::code::CODES_AN_ADDRESS;
use sayso::objection::correction::CORRECTABLE;

stories![
    an_address_typed_wrong_is_shown_and_corrected,
    only_the_browser_that_filed_corrects_it,
    it_is_corrected_three_times_within_a_day_and_not_after_the_code,
    a_wrong_correction_loses_nothing,
    no_mailbox_is_filled_by_correcting,
    an_address_alone_is_enough_for_links,
    links_go_to_nobody_else_and_not_too_often,
];

const WRONG: &str = "bne@example.org";
const RIGHT: &str = "ben@example.org";

async fn correct(visitor: &TestClient, number: &str, email: &str) -> Answer {
    visitor.post("/api/correct-objection-address", &[("case", number), ("email", email)]).await
}

/// Files without an account; returns the page for the code.
async fn filed(visitor: &TestClient, id: &str, email: &str) -> (String, String) {
    let answer = send(visitor, &applicant(id, email)).await;
    (answer.filed_number(), answer.location())
}

async fn an_address_typed_wrong_is_shown_and_corrected(site: TestApp) {
    let ben = site.visitor();
    let (number, page) = filed(&ben, ONE, WRONG).await;
    // In full once, and then a hint.
    ben.get(&page).await.says("Your code goes to bne@example.org.");
    let again = ben.get(&page).await;
    again.says("Your code goes to b•••@e•••.org.");
    again.says(&format!("We have your objection {number}"));
    again.does_not_say(WRONG);
    // The way to another code leads to the box that sends one.
    let way = format!("/objection/again?case={number}");
    assert!(again.has(&format!("[href='{way}']")));
    let way = ben.get(&way).await;
    assert_eq!(way.attributes("main section.card", "aria-labelledby"), ["one", "all"]);
    assert_eq!(way.field("case"), number);
    let old = site.mailed(WRONG, CODE).await;
    let letter = site.mail(WRONG, "Your code").await;
    assert!(letter.contains("It is about: Personalisation") && !letter.contains("my health"), "{letter}");

    let answer = correct(&ben, &number, " BEN@example.org ").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::FOUND, page.clone()), "the number is the same");
    let shown = ben.get(&page).await;
    shown.says(&format!("We have your objection {number}"));
    shown.says("We have corrected the address and sent a new code to it.");
    shown.says("Your code goes to ben@example.org.");
    shown.says("2 more times");
    // Twice is once.
    let steps = stored(&site, &number).await.steps.len();
    assert_eq!(correct(&ben, &number, RIGHT).await.location(), page);
    assert_eq!(ben.get(&page).await.text(), shown.text());
    assert_eq!((stored(&site, &number).await.steps.len(), site.mails(RIGHT).await.len()), (steps, 1));
    // Said once; and later the same address is told to be the same.
    ben.get(&page).await.does_not_say("We have corrected the address");
    site.pass(60_000);
    correct(&ben, &number, RIGHT).await;
    ben.get(&page).await.says("This is the address that we already have, so we have not sent another code.");
    assert_eq!(site.mails(RIGHT).await.len(), 1);
    // What was not sent yet is not, and what was sent opens nothing.
    assert!(site.mails(WRONG).await.is_empty());
    let verify = async |code: &str| ben.post("/api/verify-objection", &[("case", &number), ("code", code)]).await;
    verify(&old).await.refused("Enter your code").says(&format!("We have your objection {number}"));
    site.pass(60_000);
    ben.post("/api/send-objection-again", &[("case", &number), ("email", WRONG)]).await;
    assert!(site.mails(WRONG).await.is_empty());
    let code = site.mailed(RIGHT, CODE).await;
    assert_eq!(verify(&code).await.location(), format!("/objections/{number}"));
    let case = ben.get(&format!("/objections/{number}")).await;
    case.says("You corrected your e-mail address");
    case.says(RIGHT);
    assert!(site.mails(WRONG).await.is_empty());
    let officer = site.officer().await;
    officer.get(&format!("/support/objections/{number}")).await.says("The person corrected their address");
    let steps: Vec<Step> = stored(&site, &number).await.steps.iter().map(|done| done.step).collect();
    assert_eq!(steps[..4], [Step::Filed, Step::CodeSent, Step::AddressCorrected, Step::CodeSent]);
}

async fn only_the_browser_that_filed_corrects_it(site: TestApp) {
    let ben = site.visitor();
    let (number, page) = filed(&ben, ONE, WRONG).await;
    // The mark in the address of the page shows a hint of the address, and corrects nothing.
    let eve = site.visitor();
    let seen = eve.get(&page).await;
    seen.says("Your code goes to b•••@e•••.org.");
    seen.does_not_say(WRONG);
    assert!(!seen.has("[action^='/api/correct-objection-address']"));
    let said = "can be corrected only in the browser that you filed in";
    let refused = [correct(&eve, &number, RIGHT).await, correct(&eve, "OBJ-00000000", RIGHT).await];
    for answer in &refused {
        answer.refused("Enter your code").says(said);
    }
    // Nor does what she has of a case of her own, or what she makes up.
    let hers = filed(&eve, TWO, "eve@example.org").await.0;
    let cookie = eve.filed_cookie().unwrap();
    eve.set_filed_cookie(&cookie.replace(&hers, &number));
    correct(&eve, &number, "eve@example.org").await.refused("Enter your code").says(said);
    eve.set_filed_cookie(&format!("{number}~{}", page.rsplit('=').next().unwrap()));
    correct(&eve, &number, "eve@example.org").await.refused("Enter your code").says(said);
    eve.get(&format!("/objection/code?case={number}")).await.does_not_say("We have your objection");
    assert_eq!(stored(&site, &number).await.email, WRONG);
    // A second press of the form is hers who filed; whoever has a copy of it later is not.
    let pressed = site.visitor();
    assert_eq!(send(&pressed, &applicant(ONE, WRONG)).await.filed_number(), number);
    assert!(pressed.filed_cookie().is_some());
    site.pass(60_000);
    let late = site.visitor();
    assert_eq!(send(&late, &applicant(ONE, WRONG)).await.filed_number(), number);
    assert_eq!(late.filed_cookie(), None);
    // By a link in an address nothing is done.
    let get = ben.get(&format!("/api/correct-objection-address?case={number}&email={RIGHT}")).await;
    assert_eq!(get.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(correct(&ben, &number, RIGHT).await.location(), page);
}

async fn it_is_corrected_three_times_within_a_day_and_not_after_the_code(site: TestApp) {
    let ben = site.visitor();
    let (number, page) = filed(&ben, ONE, WRONG).await;
    for (n, left) in [(1, "2 more times"), (2, "once more"), (3, "")] {
        correct(&ben, &number, &format!("{n}@example.org")).await;
        let shown = ben.get(&page).await;
        shown.says(left);
        assert_eq!(shown.has("[action^='/api/correct-objection-address']"), n < 3);
        shown.says("Is the address wrong?");
    }
    let shown = ben.get(&page).await;
    shown.says("which is as often as it can be. If it is still wrong, please file a new objection.");
    assert!(shown.has("main a.button[href='/objection']"));
    // To everybody else there is nothing to correct.
    site.visitor().get(&page).await.does_not_say("Is the address wrong?");
    correct(&ben, &number, RIGHT).await.refused("Enter your code").says("corrected three times already");
    assert_eq!(correct(&ben, &number, "3@example.org").await.location(), page, "as it is");

    let (late, _) = filed(&ben, TWO, WRONG).await;
    site.pass(CORRECTABLE);
    ben.get(&format!("/objection/code?case={late}")).await.does_not_say("more times");
    correct(&ben, &late, RIGHT).await.refused("Enter your code").says("for 24 hours after filing");

    let (confirmed, _) = filed(&ben, THREE, "cat@example.org").await;
    let code = site.mailed("cat@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &confirmed), ("code", &code)]).await;
    let refused = correct(&ben, &confirmed, RIGHT).await;
    refused.refused("Enter your code").says("not waiting for a code any more");
    refused.does_not_say("Your code goes to");
    assert_eq!(stored(&site, &confirmed).await.email, "cat@example.org");
}

async fn a_wrong_correction_loses_nothing(site: TestApp) {
    let ben = site.visitor();
    let (number, _) = filed(&ben, ONE, WRONG).await;
    let refused = correct(&ben, &number, "nowhere").await;
    refused.refused("Enter your code").says("Please enter an e-mail address, such as name@example.org.");
    assert_eq!((refused.field("email"), refused.field("case")), ("nowhere".to_owned(), number.clone()));
    refused.says(&format!("We have your objection {number}"));
    assert_eq!(stored(&site, &number).await.email, WRONG);
    let program = site.visitor().wanting_json();
    assert_eq!(correct(&program, &number, RIGHT).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Somebody files under an address and corrects it, again and again.
async fn no_mailbox_is_filled_by_correcting(site: TestApp) {
    for n in 0..CODES_AN_ADDRESS + 3 {
        let eve = site.visitor();
        let (number, _) = filed(&eve, &format!("0b7c8a52-95a9-4b5c-b6a5-2d8b6c6af{n:03}"), RIGHT).await;
        site.tamper("update outbox set state = 'dead'").await.unwrap();
        correct(&eve, &number, &format!("{n}@example.org")).await;
    }
    assert_eq!(site.mails(RIGHT).await.len() as i64, CODES_AN_ADDRESS);
    // And the other way round.
    for n in 0..CODES_AN_ADDRESS + 3 {
        let eve = site.visitor();
        let (number, _) =
            filed(&eve, &format!("0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ac{n:03}"), &format!("{n}@x.example")).await;
        assert_eq!(correct(&eve, &number, "all@example.org").await.status, StatusCode::FOUND);
    }
    assert_eq!(site.mails("all@example.org").await.len() as i64, CODES_AN_ADDRESS);
}

async fn ask(visitor: &TestClient, address: &str) -> Answer {
    let answer = visitor.post("/api/send-objection-links", &[("address", address)]).await;
    assert_eq!((answer.status, answer.location().as_str()), (StatusCode::FOUND, "/objection/again#all"), "{address}");
    let page = visitor.get("/objection/again").await;
    page.says("If there are confirmed objections under this address, we have sent links to them.");
    page.says("For objections whose address was never confirmed, we send nothing from here.");
    page.says("We send no codes from here");
    assert!(page.has("a[href='#one']") && page.has("h2#one"));
    assert_eq!(page.attributes("main section.card", "aria-labelledby"), ["all", "one"]);
    page
}

async fn confirmed(site: &TestApp, id: &str, email: &str) -> String {
    // Mails are told apart by their time.
    site.pass(1_000);
    let visitor = site.visitor();
    let number = unverified(&visitor, id, email).await;
    let code = site.mailed(email, CODE).await;
    visitor.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    number
}

async fn an_address_alone_is_enough_for_links(site: TestApp) {
    let open = confirmed(&site, ONE, RIGHT).await;
    let closed = confirmed(&site, TWO, RIGHT).await;
    let officer = site.officer().await;
    decide(&officer, &site, &closed, &[("personalisation", "upheld", "")]).await;
    // Nobody has shown that this one is theirs.
    site.pass(1_000);
    let waiting = unverified(&site.visitor(), THREE, RIGHT).await;
    let phone = site.visitor();
    ask(&phone, " BEN@example.org").await;
    let letter = site.mail(RIGHT, "Links to your objections").await;
    assert!(letter.contains(&open) && letter.contains(&closed) && !letter.contains(&waiting), "{letter}");
    assert!(letter.contains("Upheld") && !letter.contains("my health"), "{letter}");
    for number in [&open, &closed] {
        let key = site.mailed(RIGHT, &format!("/objections/{number}?key=")).await;
        assert_eq!(
            phone.get(&format!("/objections/{number}?key={key}")).await.location(),
            format!("/objections/{number}")
        );
        assert_eq!(phone.get(&format!("/objections/{number}")).await.status, StatusCode::OK);
    }
    // Of an account those of its own, once its address is proved; they open by signing in.
    let ada = site.member("ada@example.org", "IE").await;
    let hers = file(&ada, "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6ad009", &["research"]).await;
    ask(&phone, "ada@example.org").await;
    let letter = site.mail("ada@example.org", "Links to your objections").await;
    assert!(letter.contains(&format!("/objections/{hers}")) && !letter.contains("?key="), "{letter}");
    site.pass(60_000);
    site.tamper("delete from outbox").await.unwrap();
    site.tamper("update members set address_proved_at = null where email = 'ada@example.org'").await.unwrap();
    ask(&phone, "ada@example.org").await;
    assert!(site.mails("ada@example.org").await.is_empty());
}

async fn links_go_to_nobody_else_and_not_too_often(site: TestApp) {
    let number = confirmed(&site, ONE, RIGHT).await;
    let phone = site.visitor();
    let texts = [ask(&phone, RIGHT).await.text(), ask(&phone, "nobody@example.org").await.text()];
    assert_eq!(texts[0], texts[1]);
    assert!(site.mails("nobody@example.org").await.is_empty());
    let sent = async || {
        let mails = site.mails(RIGHT).await;
        mails.iter().filter(|mail| mail.starts_with("Links to your objections")).count()
    };
    ask(&phone, RIGHT).await;
    assert_eq!(sent().await, 1, "not within a minute");
    for _ in 0..14 {
        site.pass(60_000);
        ask(&site.visitor(), RIGHT).await;
    }
    assert_eq!(sent().await, 10, "ten a day");
    // What is no address comes back, and the form for one objection is as it was.
    let refused = phone.post("/api/send-objection-links", &[("address", "nowhere")]).await;
    refused.refused("Resend our e-mail").says("Please enter an e-mail address, such as name@example.org.");
    assert_eq!((refused.field("address"), refused.field("email")), ("nowhere".into(), String::new()));
    let one = phone.get(&format!("/objection/again?case={number}")).await;
    assert_eq!(one.field("case"), number);
}
