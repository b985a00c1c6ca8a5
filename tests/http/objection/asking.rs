//! An officer asks whoever objected a question. It pauses nothing and moves no deadline, and nobody
//! has to reply.

use super::{CODE, ONE, TWO, act, applicant, decide, file, recording, send, stored};
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use sayso::account::model::Role;
use sayso::ledger::{Actor, Purpose, Step, store as ledger};
use sayso::objection::question::Stands;
use sayso::objection::steps::replay;
use sayso::support::daily_digest;
use sayso::time::UtcMillis;

stories![
    a_question_is_mailed_at_once_and_changes_neither_pause_nor_due_date,
    the_officer_sees_in_the_queue_that_a_reply_is_awaited_and_that_it_came,
    the_mail_of_a_morning_names_the_replies,
    one_question_waits_at_a_time_and_an_old_page_replies_to_no_newer_one,
    after_the_decision_both_pages_say_that_no_reply_is_needed,
    after_it_is_withdrawn_or_merged_no_reply_is_needed,
    without_an_account_one_replies_by_the_link_of_the_letter,
    what_was_recorded_and_not_confirmed_is_asked_nothing,
    what_was_asked_and_replied_can_be_proved,
    a_reply_that_was_not_sent_is_still_there,
];

/// What the page says without JavaScript where another form would lose a text.
const ALONE: &str = "Each form on this page is sent alone.";
const ADA: &str = "ada@example.org";
const QUEUE: &str = "/support/objections";

async fn ask(officer: &TestClient, site: &TestApp, number: &str, question: &str) -> Answer {
    act(officer, site, "ask-person", number, &[("question", question)]).await
}

/// Sends the reply as the person's page has the form.
async fn reply(person: &TestClient, number: &str, reply: &str) -> Answer {
    let page = person.get(&format!("/objections/{number}")).await;
    let question = page.field("question");
    person.post("/api/reply-to-question", &[("case", number), ("question", &question), ("reply", reply)]).await
}

#[track_caller]
fn says_all(page: &Answer, texts: &[&str]) {
    texts.iter().for_each(|text| page.says(text));
}

async fn asked(site: &TestApp) -> (TestClient, TestClient, String) {
    let ada = site.member(ADA, "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    ask(&officer, site, &number, "Which posts do you mean?").await;
    (ada, officer, number)
}

async fn a_question_is_mailed_at_once_and_changes_neither_pause_nor_due_date(site: TestApp) {
    let ada = site.member(ADA, "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let before = stored(&site, &number).await;
    let officer = site.officer().await;
    let page = officer.get(&format!("{QUEUE}/{number}")).await;
    page.says("It pauses nothing and moves no deadline");
    page.says("never for identity documents");
    let title = format!("Case {number}");
    ask(&officer, &site, &number, " ").await.refused(&title).says("Please write your question.");
    let done = ask(&officer, &site, &number, "Which posts do you mean?").await;
    let page = officer.get(&done.location()).await;
    says_all(&page, &["We have sent your question to the person.", "The person has not replied yet."]);
    assert!(page.attributes("form[action^='/api/ask-person']", "method").is_empty(), "one at a time");

    let letter = site.mail(ADA, &format!("A question about your objection {number}")).await;
    for said in [
        "> Which posts do you mean?",
        "You don't have to reply, and replying costs nothing.",
        "Our question does not change what is paused, and it moves no deadline.",
        "We decide by 23 December 2026, with what we have by then.",
    ] {
        assert!(letter.contains(said), "{said}: {letter}");
    }
    ada.get("/objections").await.says("We asked you a question on 23 November 2026.");
    let page = ada.get(&format!("/objections/{number}")).await;
    says_all(&page, &["We asked you a question on", "Read it and reply", "Which posts do you mean?"]);
    assert!(page.body.contains(ALONE), "there are two texts that can be sent");
    page.says("You don't have to reply, and replying costs nothing.");
    page.says("with what we have by then.");
    let after = stored(&site, &number).await;
    assert_eq!((after.state, after.due, after.pending()), (before.state, before.due, vec![Purpose::Research]));

    let said = reply(&ada, &number, "All of them.").await;
    let page = ada.get(&said.location()).await;
    says_all(&page, &["We have your reply.", "You replied to our question"]);
    assert!(!page.body.contains(ALONE), "there is one text");
    let page = officer.get(&format!("{QUEUE}/{number}")).await;
    says_all(&page, &["All of them.", "The person replied on", "Send this question"]);
    let after = stored(&site, &number).await;
    assert_eq!((after.state, after.due, after.pending()), (before.state, before.due, vec![Purpose::Research]));
    let receipts = ada.get(&format!("/objections/{number}")).await.links("/settings/privacy/entries/");
    let receipt = ada.get(receipts.last().unwrap()).await;
    receipt.says(&format!("You replied to the question about objection {number}"));
}

async fn the_officer_sees_in_the_queue_that_a_reply_is_awaited_and_that_it_came(site: TestApp) {
    let (ada, officer, number) = asked(&site).await;
    let other = file(&site.member("bo@example.org", "IE").await, TWO, &["research"]).await;
    officer.get(QUEUE).await.says("New, question sent");
    // Either can be asked for, and what was replied to is counted.
    let of = async |state: &str| officer.get(&format!("{QUEUE}?state={state}")).await;
    let waits = of("question-sent").await;
    waits.says(&number);
    waits.does_not_say(&other);
    waits.says("0 Reply received");
    of("reply-received").await.does_not_say(&number);
    reply(&ada, &number, "All of them.").await;
    let replied = of("reply-received").await;
    says_all(&replied, &["New, reply received", &number, "1 Reply received"]);
    replied.does_not_say(&other);
    of("question-sent").await.does_not_say(&number);
    act(&officer, &site, "review-objection", &number, &[]).await;
    let queue = officer.get(QUEUE).await;
    queue.says("Under review");
    queue.does_not_say("reply received");
    queue.says("0 Reply received");
    // Whoever loaded the page before the reply came is told so.
    ask(&officer, &site, &number, "And since when?").await;
    let old = stored(&site, &number).await.revision.to_string();
    reply(&ada, &number, "Since May.").await;
    let fields = [("case", &*number), ("revision", &old), ("months", "1"), ("reason", "Many letters.")];
    let stale = officer.post("/api/extend-objection", &fields).await;
    stale.refused(&format!("Case {number}")).says("This case has changed since you loaded the page.");
}

async fn the_mail_of_a_morning_names_the_replies(site: TestApp) {
    let (ada, _officer, number) = asked(&site).await;
    let morning = async || daily_digest::send(&site.app.db, 0, "https://x.example", true, site.app.clock.now()).await;
    morning().await.unwrap();
    reply(&ada, &number, "All of them.").await;
    site.pass(UtcMillis::DAY);
    assert_eq!(morning().await.unwrap(), 1);
    let mail = site.mail("officer@example.org", "A person replied to a question").await;
    assert!(mail.contains("Reply received to a question:") && mail.contains(&number), "{mail}");
    assert!(!mail.contains("All of them."), "what they wrote is for the page only: {mail}");
}

async fn one_question_waits_at_a_time_and_an_old_page_replies_to_no_newer_one(site: TestApp) {
    let (ada, officer, number) = asked(&site).await;
    let again = ask(&officer, &site, &number, "And since when?").await;
    says_all(again.refused(&format!("Case {number}")), &["A question is already waiting", "And since when?"]);
    reply(&ada, &number, "All of them.").await;
    site.pass(3_600_001);
    let officer = site.another_officer().await;
    ask(&officer, &site, &number, "And since when?").await;
    let ada = site.signed_in(ADA).await;
    let old = [("case", &*number), ("question", "1"), ("reply", "Some of them.")];
    let said = ada.post("/api/reply-to-question", &old).await;
    says_all(said.refused(&format!("Objection {number}")), &["We have asked another question", "Some of them."]);
    reply(&ada, &number, "Since May.").await;
    let title = format!("Objection {number}");
    let late = [("case", &*number), ("question", "2"), ("reply", "Since June.")];
    let late = ada.post("/api/reply-to-question", &late).await;
    says_all(late.refused(&title), &["No question is waiting", "What you wrote was not sent", "Since June."]);
    let eve = site.member("eve@example.org", "IE").await;
    assert_eq!(eve.post("/api/reply-to-question", &old).await.status.as_u16(), 404);
}

async fn after_the_decision_both_pages_say_that_no_reply_is_needed(site: TestApp) {
    let (ada, officer, number) = asked(&site).await;
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    let page = ada.get(&format!("/objections/{number}")).await;
    page.says("no longer needs a reply, because we have decided without a reply.");
    assert!(page.attributes("form[action^='/api/reply-to-question']", "method").is_empty());
    officer.get(&format!("{QUEUE}/{number}")).await.says("because the case was decided without one.");
    let late = [("case", &*number), ("question", "1"), ("reply", "All of them.")];
    let late = ada.post("/api/reply-to-question", &late).await;
    says_all(late.refused(&format!("Objection {number}")), &["already been decided", "All of them."]);
    ask(&officer, &site, &number, "And now?").await.refused(&format!("Case {number}")).says("already been decided");
    officer.get(&format!("{QUEUE}?state=answered")).await.does_not_say("question sent");
}

async fn after_it_is_withdrawn_or_merged_no_reply_is_needed(site: TestApp) {
    let (_, _, number) = asked(&site).await;
    site.pass(3_600_001);
    let (ada, officer) = (site.signed_in(ADA).await, site.another_officer().await);
    let other = file(&ada, TWO, &["research"]).await;
    ask(&officer, &site, &other, "Is it the same?").await;
    act(&officer, &site, "mark-duplicate-objection", &other, &[("of", &number)]).await;
    ada.get(&format!("/objections/{other}")).await.says("because this objection continues as another one.");
    officer.get(&format!("{QUEUE}/{other}")).await.says("because the case was merged with another one.");
    // Reopened, it does not wait again.
    act(&officer, &site, "reopen-objection", &other, &[("why_again", "A mistake.")]).await;
    assert_ne!(stored(&site, &other).await.question().map(|question| question.stands), Some(Stands::Open));
    ada.post("/api/withdraw-objection", &[("case", &number)]).await;
    ada.get(&format!("/objections/{number}")).await.says("because you have withdrawn the objection.");
    officer.get(&format!("{QUEUE}/{number}")).await.says("because the objection was withdrawn.");
}

async fn without_an_account_one_replies_by_the_link_of_the_letter(site: TestApp) {
    let ben = site.visitor();
    let number = send(&ben, &applicant(ONE, "ben@example.org")).await.filed_number();
    let officer = site.officer().await;
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    ask(&officer, &site, &number, "Which posts do you mean?").await;
    site.mail("ben@example.org", "A question about your objection").await;
    let key = site.mailed("ben@example.org", &format!("/objections/{number}?key=")).await;
    let later = site.visitor();
    later.get(&format!("/objections/{number}?key={key}")).await;
    reply(&later, &number, "All of them.").await;
    let case = stored(&site, &number).await;
    let last = case.steps.last().unwrap();
    assert_eq!((last.step, last.actor, last.text.as_deref()), (Step::Replied, Actor::Applicant, Some("All of them.")));
    ben.get(&format!("/objections/{number}")).await.says("All of them.");
}

async fn what_was_recorded_and_not_confirmed_is_asked_nothing(site: TestApp) {
    let officer = site.officer().await;
    let done = officer.post("/api/record-objection", &recording("ben@example.org", &["research"])).await;
    let number = done.location().rsplit('/').next().unwrap().to_owned();
    let page = officer.get(&format!("{QUEUE}/{number}")).await;
    page.says("You can ask a question once the person has confirmed their e-mail address.");
    officer.get(QUEUE).await.says("New, address not confirmed");
    let refused = ask(&officer, &site, &number, "Which posts do you mean?").await;
    refused.refused(&format!("Case {number}")).says("The person has not confirmed their e-mail address yet.");
    assert!(stored(&site, &number).await.question().is_none());
}

async fn what_was_asked_and_replied_can_be_proved(site: TestApp) {
    let (ada, officer, number) = asked(&site).await;
    reply(&ada, &number, "All of them.").await;
    ask(&officer, &site, &number, "And since when?").await;
    let case = stored(&site, &number).await;
    let entries = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &case.subject).await.unwrap();
    let of_case: Vec<_> = entries.iter().filter(|entry| entry.case.as_ref() == Some(&number)).collect();
    let steps = [(Step::Asked, Actor::PrivacyOfficer), (Step::Replied, Actor::Member)];
    for (step, actor) in steps {
        let entry = of_case.iter().find(|entry| entry.step.as_ref().is_some_and(|s| s.name == step)).unwrap();
        assert_eq!(entry.actor, actor);
        assert!(entry.step.as_ref().unwrap().text.is_some(), "the hash of what was written");
        let bytes = String::from_utf8(entry.canonical().bytes).unwrap();
        assert!(!bytes.contains("posts") && !bytes.contains("All of them"), "{bytes}");
    }
    assert_eq!(replay(case.regime().answer, of_case), Some(case.facts()));
}

async fn a_reply_that_was_not_sent_is_still_there(site: TestApp) {
    let (ada, _, number) = asked(&site).await;
    let page = reply(&ada, &number, " ").await;
    page.refused(&format!("Objection {number}")).says("Please write your reply.");
    ada.post("/api/sign-out", &[]).await;
    let fields = [("case", &*number), ("question", "1"), ("reply", "Written in vain.")];
    let answer = ada.post("/api/reply-to-question", &fields).await;
    assert_eq!(answer.location(), format!("/objections/{number}?unsent=1"));
    site.sign_in(&ada, ADA, Role::Member).await;
    ada.get(&format!("/objections/{number}")).await.says("Written in vain.");
}
