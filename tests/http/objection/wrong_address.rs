//! What is said and sent about a recorded objection whose address is somebody else's, and once it
//! is corrected.

use super::{THREE, act, decide, file, recording, stored};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use sayso::account::model::Role;
use sayso::support::daily_digest;

stories![
    upheld_with_others_it_is_not_said_to_be_on_its_way,
    decided_alone_it_is_not_said_to_be_sent,
    an_answer_that_reached_nobody_stays_on_the_list_until_the_address_is_right,
    a_corrected_address_is_sent_the_answer,
    a_corrected_address_is_sent_the_complaint_and_its_answer,
];

const EVE: &str = "eve@example.org";
const BEN: &str = "ben@example.org";
const QUEUE: &str = "/support/objections";
const NOBODYS: &str = "the address is somebody else's";

/// An objection that was recorded under the address of Eve, who has said that it is not hers.
async fn disowned(site: &TestApp, officer: &TestClient) -> String {
    let answer = officer.post("/api/record-objection", &recording(EVE, &["research"])).await;
    let number = answer.location().rsplit('/').next().unwrap_or_default().to_owned();
    let own = format!("/objections/{number}");
    let key = site.mailed(EVE, &format!("{own}?key=")).await;
    let eve = site.visitor();
    eve.get(&format!("{own}?key={key}")).await;
    site.pass(1_000);
    eve.post("/api/disown-objection", &[("case", &number)]).await;
    assert!(stored(site, &number).await.is_disowned());
    number
}

async fn upheld_with_others_it_is_not_said_to_be_on_its_way(site: TestApp) {
    let officer = site.officer().await;
    let ada = site.member("ada@example.org", "IE").await;
    let number = disowned(&site, &officer).await;
    let other = file(&ada, THREE, &["research"]).await;
    let mut boxes = Vec::new();
    for number in [&number, &other] {
        boxes.push(format!("{number}.{}", stored(&site, number).await.revision));
    }
    let one = officer.get(&format!("{QUEUE}/uphold?cases%5B%5D={}", boxes[0])).await;
    one.says("No e-mail is sent, because the address is somebody else's.");
    one.does_not_say("gets their answer now");
    one.does_not_say("send the answer");
    one.says("Uphold it");
    let both = officer.get(&format!("{QUEUE}/uphold?cases%5B%5D={}&cases%5B%5D={}", boxes[0], boxes[1])).await;
    both.says("each person but one gets their answer now");
    both.says("For one case no e-mail is sent");
    both.says("no e-mail, because the address is somebody else's");
    for _ in 0..2 {
        let fields = [("cases[]", &*boxes[0]), ("cases[]", &boxes[1]), ("intent", "uphold"), ("list", "")];
        let answer = officer.post("/api/work-on-objections", &fields).await;
        let page = officer.get(&answer.location()).await;
        page.says("2 upheld. 1 answer is on its way.");
        page.says("1 answer is stored, but was not sent");
        assert!(!page.links(&format!("{QUEUE}/{number}")).is_empty());
    }
    assert!(site.mails(EVE).await.is_empty());
    let page = officer.get(&format!("{QUEUE}/{number}")).await;
    page.says(&format!("We have not sent this, because {NOBODYS}."));
    page.does_not_say("The person reads:");
    page.says("Our answer then goes to the new address.");
    page.does_not_say("still due on the same day");
    let page = officer.get(&format!("{QUEUE}/{other}")).await;
    page.says("The person reads:");
    page.does_not_say(NOBODYS);
}

async fn decided_alone_it_is_not_said_to_be_sent(site: TestApp) {
    let officer = site.officer().await;
    let number = disowned(&site, &officer).await;
    let case = format!("{QUEUE}/{number}");
    let page = officer.get(&case).await;
    page.says("No e-mail about this case goes out");
    page.says("The objection is still due on the same day.");
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    let page = officer.get(&case).await;
    page.says("It is stored, but no e-mail was sent");
    page.says("Our answer then goes to the new address.");
    page.does_not_say("still due on the same day");
    page.does_not_say("The person reads:");
    assert!(site.mails(EVE).await.is_empty());
}

async fn an_answer_that_reached_nobody_stays_on_the_list_until_the_address_is_right(site: TestApp) {
    const LIST: &str = "/support/objections?state=answer-not-sent";
    let officer = site.officer().await;
    let number = disowned(&site, &officer).await;
    let case_page = format!("{QUEUE}/{number}");
    officer.get(LIST).await.says("No matching cases.");
    officer.get(QUEUE).await.does_not_say("Answer not sent\n");
    decide(&officer, &site, &number, &[("research", "refused", "We need it.")]).await;
    assert!(!stored(&site, &number).await.is_open());
    let queue = officer.get(QUEUE).await;
    assert_eq!(queue.text_of(&format!(".counts a[href='{LIST}']")), "1 Answer not sent");
    let list = officer.get(LIST).await;
    assert_eq!(list.texts_of("h2")[0], "Answer not sent");
    assert_eq!(list.links(&case_page).len(), 1, "{}", list.text());
    list.says(", wrong address");
    // Also by country and by officer.
    for narrowed in ["&country=IE", "&purpose=research", "&country=DE"] {
        let found = officer.get(&format!("{LIST}{narrowed}")).await.links(&case_page).len();
        assert_eq!(found, usize::from(narrowed != "&country=DE"), "{narrowed}");
    }
    site.pass(86_400_000);
    let now = site.app.clock.now();
    daily_digest::send(&site.app.db, 0, "https://x.example", false, now).await.unwrap();
    let letter = site.mail("officer@example.org", "One answer was not sent").await;
    assert!(letter.contains("Answer not sent, because the address is somebody else's"), "{letter}");
    assert!(letter.contains(&format!("{number}: received")), "{letter}");
    // Their session is over by now.
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    act(&officer, &site, "correct-recorded-address", &number, &[("email", BEN)]).await;
    assert!(!stored(&site, &number).await.is_disowned());
    assert!(officer.get(LIST).await.links(&case_page).is_empty());
}

async fn a_corrected_address_is_sent_the_answer(site: TestApp) {
    let officer = site.officer().await;
    let number = disowned(&site, &officer).await;
    decide(&officer, &site, &number, &[("research", "refused", "We need it.")]).await;
    let case = format!("{QUEUE}/{number}");
    officer
        .get(&case)
        .await
        .says("We send our answer and a new code to the new address, and a copy once somebody has entered it.");
    act(&officer, &site, "correct-recorded-address", &number, &[("email", BEN)]).await;
    let page = officer.get(&case).await;
    page.says("We have sent our answer there.");
    page.says("The person reads:");
    page.does_not_say(NOBODYS);
    let letter = site.mail(BEN, "Our answer to your objection").await;
    let letter = letter.split_whitespace().collect::<Vec<_>>().join(" ");
    for so in ["Our answer, of 23 November 2026:", "We need it.", "We still use your data for this", "enter this code"]
    {
        assert!(letter.contains(so), "{so}: {letter}");
    }
    for untrue in ["will decide", "due by", "Until then"] {
        assert!(!letter.contains(untrue), "{untrue}: {letter}");
    }
    assert_eq!(site.mails(BEN).await.len(), 1);
    assert!(site.mails(EVE).await.is_empty());
}

async fn a_corrected_address_is_sent_the_complaint_and_its_answer(site: TestApp) {
    let officer = site.officer().await;
    let number = disowned(&site, &officer).await;
    decide(&officer, &site, &number, &[("research", "refused", "We need it.")]).await;
    site.pass(1_000);
    let complaint = [("came", "letter"), ("received", "2026-11-23"), ("words", "person"), ("complaint", "I do mind.")];
    act(&officer, &site, "record-complaint", &number, &complaint).await;
    let case = format!("{QUEUE}/{number}");
    officer.get(&case).await.says("The complaint is still due on the same day.");
    act(&officer, &site, "correct-recorded-address", &number, &[("email", BEN)]).await;
    let letter = site.mail(BEN, "Our answer to your objection").await;
    let letter = letter.split_whitespace().collect::<Vec<_>>().join(" ");
    for so in ["We need it.", "We have your complaint, which came by letter", "Answer due by: "] {
        assert!(letter.contains(so), "{so}: {letter}");
    }
    assert!(!letter.contains("I do mind."), "nobody has proved this address: {letter}");
}
