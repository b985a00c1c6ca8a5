//! An officer records an objection or a complaint that came by letter, by phone or from an agent.

use super::by_rule::exported;
use super::{CODE, ONE, THREE, TWO, act, decide, file, recording, stored};
use crate::case_counts::counts_are_true;
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::StatusCode;
use sayso::account::model::Role;
use sayso::db::Db;
use sayso::ledger::{Step, store as ledger};
use sayso::objection::case::CaseState;
use sayso::objection::steps::replay;
use sayso::serve::sweep;

stories![
    a_recorded_objection_is_worked_on_at_once_and_due_from_the_day_it_came,
    it_reaches_an_account_only_with_the_code,
    decided_first_and_confirmed_afterwards_the_ruling_reaches_the_account,
    confirmed_by_a_member_who_is_signed_in_it_is_theirs,
    every_mistake_is_said_at_once_and_nothing_is_lost,
    a_day_whose_deadline_is_over_is_asked_about_first,
    whose_words_they_are_stands_wherever_the_words_are,
    nobody_confirmed_it_and_it_is_not_swept,
    a_link_alone_withdraws_nothing,
    a_stranger_says_that_it_is_not_theirs_and_it_goes_on,
    what_is_confirmed_is_disowned_by_nobody,
    a_case_that_nobody_confirmed_takes_no_confirmed_one_in,
    the_code_can_be_sent_again,
    an_address_that_was_misheard_is_corrected,
    a_recorded_complaint_is_ruled_on_again,
    a_complaint_of_before_the_answer_is_not_recorded,
];

const BEN: &str = "ben@example.org";
const RECORD: &str = "/support/objections/record";

async fn number_of(site: &TestApp, sql: &str) -> i64 {
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(pool).await.unwrap(),
    }
}

async fn record(officer: &TestClient, fields: &[(&str, &str)]) -> String {
    let answer = officer.post("/api/record-objection", fields).await;
    let to = answer.location();
    to.strip_prefix("/support/objections/").unwrap_or_else(|| panic!("{to}: {}", answer.body)).to_owned()
}

async fn confirm(site: &TestApp, browser: &TestClient, number: &str) -> Answer {
    let code = site.mailed(BEN, CODE).await;
    let answer = browser.post("/api/verify-objection", &[("case", number), ("code", &code)]).await;
    assert_eq!(answer.location(), format!("/objections/{number}"), "{}", answer.body);
    browser.get(&answer.location()).await
}

/// Opens the case by the newest link that was mailed.
async fn by_link(site: &TestApp, number: &str) -> TestClient {
    let browser = site.visitor();
    let key = site.mailed(BEN, &format!("/objections/{number}?key=")).await;
    let own = format!("/objections/{number}");
    assert_eq!(browser.get(&format!("{own}?key={key}")).await.location(), own);
    browser
}

/// The same fields, with these in their place.
fn with<'a>(fields: Vec<(&'a str, &'a str)>, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let replaced = |name: &str| other.iter().any(|(field, _)| *field == name);
    let kept = fields.into_iter().filter(|(name, _)| !replaced(name));
    kept.chain(other.iter().copied()).collect()
}

async fn a_recorded_objection_is_worked_on_at_once_and_due_from_the_day_it_came(site: TestApp) {
    let officer = site.officer().await;
    assert!(officer.get("/support/objections").await.has(&format!("a[href='{RECORD}']")));
    officer.get(RECORD).await.is_page("Record an objection");
    let number = record(&officer, &recording(BEN, &["personalisation", "advertising"])).await;
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.member.as_deref()), (CaseState::Acknowledged, None));
    assert_eq!((case.received.day(), case.due.day()), ("20 November 2026".into(), "20 December 2026".into()));
    assert!(case.pending().is_empty() && case.upheld().is_empty(), "nothing before the code");
    officer.get("/support/objections").await.says(&number);
    officer.get(&format!("/support/objections?q={BEN}")).await.says(&number);
    let page = officer.get(&format!("/support/objections/{number}")).await;
    for said in [
        "The objection is recorded.",
        "The person has not confirmed this address yet. Until they do, the objection reaches no account.",
        "By phone",
        "Recorded. It came by phone on 20 November 2026",
        "An officer's notes, not the person's own words:",
        "He said that he writes about his health.",
    ] {
        page.says(said);
    }
    page.does_not_say("address confirmed");
    let letter = site.mail(BEN, &format!("We have recorded your objection {number}")).await;
    for said in [
        "How it reached us: By phone",
        "About: Personalisation and Advertising",
        "We show you what was written, and send you a copy, once you",
        "Answer due by: 20 December 2026",
        "Nothing is paused in an account yet.",
        "enter this code on the confirmation page:",
    ] {
        assert!(letter.contains(said), "{said}: {letter}");
    }
    for untold in ["health", "Our notes", "Ireland", "Data Protection"] {
        assert!(!letter.contains(untold), "{untold}: {letter}");
    }
    // The same form once more is the same case.
    assert_eq!(record(&officer, &recording(BEN, &["personalisation", "advertising"])).await, number);
    assert_eq!(site.mails(BEN).await.len(), 1);
    // The officer answers, and the person is told, though nobody has confirmed anything.
    decide(&officer, &site, &number, &[("personalisation", "refused", "We need it."), ("advertising", "upheld", "")])
        .await;
    let case = stored(&site, &number).await;
    assert_eq!(case.state, CaseState::PartlyUpheld);
    let answer = site.mail(BEN, &format!("Our answer to your objection {number}")).await;
    assert!(answer.contains("please confirm the address with the code from our e-mail"), "{answer}");
    // The ledger alone knows the way.
    let entries = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &case.subject).await.unwrap();
    assert_eq!(entries[0].step.as_ref().unwrap().name, Step::Recorded);
    assert_eq!(replay(case.regime().answer, &entries), Some(case.facts()));
    let rows = "select count(*) from staff_actions where kind = 'case-move'";
    assert!(number_of(&site, rows).await >= 2, "the recording is in the log of what staff did");
    counts_are_true(&site).await;
}

async fn it_reaches_an_account_only_with_the_code(site: TestApp) {
    site.member(BEN, "IE").await;
    let officer = site.officer().await;
    let number = record(&officer, &recording(BEN, &["research", "advertising"])).await;
    for purpose in ["research", "advertising"] {
        assert_ne!(exported(&site, BEN, purpose).await[1], "paused while we decide", "{purpose}");
    }
    let browser = by_link(&site, &number).await;
    let own = browser.get(&format!("/objections/{number}")).await;
    own.says("Confirm your e-mail address");
    own.says("We recorded your objection, which came by phone on 20 November 2026");
    let facts = own.texts_of("dd");
    assert!(facts.iter().any(|fact| fact.contains("Advertising") && fact.contains("Research")), "{facts:?}");
    own.says("We show you what was written, and send you a copy, once you have entered the code.");
    for untold in ["health", "Ireland", "You ask for", "Your reason", "An officer"] {
        own.does_not_say(untold);
    }
    assert!(!own.texts_of("dt").contains(&"From".to_owned()));
    assert_ne!(exported(&site, BEN, "research").await[1], "paused while we decide", "a link confirms nothing");
    let page = confirm(&site, &browser, &number).await;
    page.says("Your e-mail address is confirmed, and the objection is yours.");
    page.says("Paused while we decide: Research. Already upheld, and off permanently: Advertising.");
    page.does_not_say("Confirm your e-mail address");
    page.says("Our notes of what you told us. They are not your own words:");
    page.says("He said that he writes about his health.");
    assert!(page.texts_of("dt").contains(&"From".to_owned()));
    assert_eq!(exported(&site, BEN, "research").await, ["denied", "paused while we decide"]);
    assert_eq!(exported(&site, BEN, "advertising").await, ["denied", "objection upheld"]);
    let letter = site.mail(BEN, &format!("Address confirmed for objection {number}")).await;
    assert!(letter.contains("We still have to decide about Research."), "{letter}");
    // From here on they have the copy that they have a right to.
    for copied in
        ["This is a copy of it.", "Our notes of what you told us.", "> He said that he writes about his health."]
    {
        assert!(letter.contains(copied), "{copied}: {letter}");
    }
    officer.get(&format!("/support/objections/{number}")).await.says("address confirmed");
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    assert_eq!(exported(&site, BEN, "research").await, ["denied", "objection upheld"]);
}

async fn decided_first_and_confirmed_afterwards_the_ruling_reaches_the_account(site: TestApp) {
    site.member(BEN, "IE").await;
    let officer = site.officer().await;
    let number = record(&officer, &recording(BEN, &["research", "advertising"])).await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    let page = officer.get(&format!("/support/objections/{number}")).await;
    assert_eq!(page.attributes("input[name^='rulings'][type='hidden']", "value"), ["advertising", "research"]);
    decide(&officer, &site, &number, &[("advertising", "upheld", ""), ("research", "upheld", "")]).await;
    assert_ne!(exported(&site, BEN, "research").await[1], "objection upheld", "nobody has confirmed the address");
    let browser = site.visitor();
    confirm(&site, &browser, &number).await.says("Your e-mail address is confirmed");
    for purpose in ["research", "advertising"] {
        assert_eq!(exported(&site, BEN, purpose).await, ["denied", "objection upheld"]);
    }
    let letter = site.mail(BEN, &format!("Address confirmed for objection {number}")).await;
    assert!(letter.contains("What we upheld applies from now on in the account with this address"), "{letter}");
    assert_eq!(stored(&site, &number).await.state, CaseState::Upheld);
}

async fn confirmed_by_a_member_who_is_signed_in_it_is_theirs(site: TestApp) {
    let ben = site.member(BEN, "IE").await;
    let officer = site.officer().await;
    let decided = record(&officer, &recording(BEN, &["research"])).await;
    decide(&officer, &site, &decided, &[("research", "upheld", "")]).await;
    confirm(&site, &ben, &decided).await.says("Our answer");
    assert!(stored(&site, &decided).await.member.is_some());
    assert_eq!(exported(&site, BEN, "research").await, ["denied", "objection upheld"]);
    site.pass(1_000);
    let open = record(&officer, &with(recording(BEN, &["inferences"]), &[("form", TWO)])).await;
    // The link alone puts it into no account.
    let key = site.mailed(BEN, &format!("/objections/{open}?key=")).await;
    ben.get(&format!("/objections/{open}?key={key}")).await;
    assert!(!ben.get(&format!("/objections/{open}")).await.has("form[action^='/api/claim-objection']"));
    ben.post("/api/claim-objection", &[("case", &open)]).await;
    assert!(stored(&site, &open).await.member.is_none());
    site.pass(60_000);
    confirm(&site, &ben, &open).await.says("Paused while we decide: Inferences");
    assert!(stored(&site, &open).await.member.is_some());
    assert_eq!(exported(&site, BEN, "inferences").await, ["denied", "paused while we decide"]);
    counts_are_true(&site).await;
}

async fn a_day_whose_deadline_is_over_is_asked_about_first(site: TestApp) {
    let officer = site.officer().await;
    let tick = "input[type='checkbox'][name='overdue']";
    assert!(!officer.get(RECORD).await.has(tick));
    let mut fields = recording(BEN, &["research"]);
    fields.retain(|(name, _)| *name != "received");
    fields.push(("received", "2026-09-20"));
    let asked = officer.post("/api/record-objection", &fields).await;
    asked.refused("Record an objection").says("The answer would have been due on 20 October 2026.");
    assert!(asked.has(tick) && site.mails(BEN).await.is_empty());
    assert_eq!(asked.field("received"), "2026-09-20");
    asked.says("He said that he writes about his health.");
    // The day was right.
    fields.push(("overdue", "1"));
    let number = record(&officer, &fields).await;
    let case = stored(&site, &number).await;
    assert_eq!(case.due.day(), "20 October 2026");
    let letter = site.mail(BEN, "We have recorded").await;
    assert!(letter.contains("Our answer was due by: 20 October 2026"), "{letter}");
    assert!(letter.contains("We are late, and we are sorry."), "{letter}");
    assert!(letter.contains("Received: 20 September 2026 ") && !letter.contains("Answer due by"), "{letter}");
    let own = by_link(&site, &number).await.get(&format!("/objections/{number}")).await;
    own.says("We acknowledged it. Our answer was due by 20 October 2026. We are late, and we are sorry");
    own.does_not_say("23:59");
    let theirs = officer.get(&format!("/support/objections/{number}")).await;
    theirs.says("Acknowledged, answer was due by 20 October 2026");
    theirs.does_not_say("20 September 2026, 23:59");
    // The same of a complaint, which is due within 30 days.
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    site.pass_days(60);
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    let page = format!("/support/objections/{number}");
    assert!(!officer.get(&page).await.has(tick));
    let mut complaint =
        vec![("came", "letter"), ("received", "2026-11-24"), ("words", "person"), ("complaint", "Too slow.")];
    let asked = act(&officer, &site, "record-complaint", &number, &complaint).await;
    asked.refused(&format!("Case {number}")).says("The answer would have been due on 24 December 2026.");
    assert!(asked.has(tick) && !stored(&site, &number).await.has_complaint());
    complaint.push(("overdue", "1"));
    act(&officer, &site, "record-complaint", &number, &complaint).await;
    assert!(stored(&site, &number).await.has_complaint());
    let letter = site.mail(BEN, "We have your complaint").await;
    assert!(letter.contains("Our answer was due by: 24 December 2026") && letter.contains("We are late"), "{letter}");
}

async fn every_mistake_is_said_at_once_and_nothing_is_lost(site: TestApp) {
    let officer = site.officer().await;
    let wrong = [
        ("form", ONE),
        ("came", "agent"),
        ("received", "2026-11-24"),
        ("name", "Ben"),
        ("email", "nonsense"),
        ("reason", "Dear all,\nI object."),
        ("purposes[]", "research"),
        ("language", "en"),
    ];
    let answer = officer.post("/api/record-objection", &wrong).await;
    let page = answer.refused("Record an objection");
    for said in [
        "This day is in the future (by UTC).",
        "Please choose whose words you have recorded.",
        "Please enter the name of the agent.",
        "Please enter an e-mail address, such as name@example.org.",
        "Please choose their country from the list.",
        "Please choose what they ask for.",
    ] {
        page.says(said);
    }
    assert_eq!((page.field("received"), page.field("name")), ("2026-11-24".into(), "Ben".into()));
    assert!(page.has("#came-agent[checked]") && page.body.contains("Dear all,\nI object."), "{}", page.body);
    assert_eq!(page.field("form"), ONE);
    for day in ["2025-11-01", "1926-11-20", "soon"] {
        let fields = with(recording(BEN, &["research"]), &[("received", day)]);
        officer.post("/api/record-objection", &fields).await.refused("Record an objection");
    }
    assert_eq!(number_of(&site, "select count(*) from cases").await, 0);
}

async fn whose_words_they_are_stands_wherever_the_words_are(site: TestApp) {
    let officer = site.officer().await;
    let agent = [("came", "agent"), ("words", "agent"), ("agent", "Cy Agent"), ("reason", "My client objects.")];
    let first = record(&officer, &with(recording(BEN, &["research"]), &agent)).await;
    let said = "The words of Cy Agent, who acts for";
    assert!(!site.mail(BEN, "We have recorded").await.contains("Cy Agent"));
    confirm(&site, &site.visitor(), &first).await.says(&format!("{said} you:"));
    assert!(site.mail(BEN, "Address confirmed").await.contains(&format!("{said} you:")));
    site.pass(1_000);
    let second = [&[("form", TWO), ("received", "2026-11-22")], &agent[..]].concat();
    let second = record(&officer, &with(recording(BEN, &["research"]), &second)).await;
    act(&officer, &site, "mark-duplicate-objection", &second, &[("of", &first)]).await;
    let page = officer.get(&format!("/support/objections/{first}")).await;
    page.says("From Cy Agent");
    assert_eq!(page.text().matches("My client objects.").count(), 3, "the reason, the step, and the other case");
    assert_eq!(page.text().matches(&format!("{said} the person:")).count(), 3);
    let browser = by_link(&site, &second).await;
    let page = browser.get(&format!("/objections/{second}")).await;
    page.says("so we do not show what was written in this objection.");
    page.does_not_say("Cy Agent");
    page.does_not_say("My client objects.");
    // The record says whose words they are, and names nobody.
    site.staff("auditor@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("auditor@example.org", Role::Auditor).await;
    let entry = stored(&site, &first).await.steps[0].entry;
    let page = auditor.get(&format!("/audit/ledger/{entry}?chain=whole")).await;
    page.says("Match: The text matches the hash in the entry.");
    page.does_not_say("Cy Agent");
    let rows = site.tamper("update case_records set words = 'person'").await;
    assert!(rows.unwrap_err().contains("append-only"));
    assert!(site.tamper("delete from case_records").await.unwrap_err().contains("append-only"));
}

async fn nobody_confirmed_it_and_it_is_not_swept(site: TestApp) {
    let officer = site.officer().await;
    let number = record(&officer, &recording(BEN, &["research"])).await;
    by_link(&site, &number).await.post("/api/withdraw-objection", &[("case", &number)]).await;
    let other = record(&officer, &with(recording("cat@example.org", &["research"]), &[("form", TWO)])).await;
    site.tamper("update cases set received_at = received_at - 315360000000").await.unwrap();
    sweep::all(&site.app).await;
    for number in [&number, &other] {
        let case = stored(&site, number).await;
        assert_eq!(case.reason.as_deref(), Some("He said that he writes about his health."));
        let erase = format!("update case_steps set text = null, salt = '' where number = '{number}'");
        assert!(site.tamper(&erase).await.unwrap_err().contains("append-only"));
    }
}

async fn a_link_alone_withdraws_nothing(site: TestApp) {
    let officer = site.officer().await;
    let number = record(&officer, &recording(BEN, &["research"])).await;
    let letter = site.mail(BEN, "We have recorded").await.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(letter.contains("once you have confirmed this address also withdraw your objection."), "{letter}");
    let browser = by_link(&site, &number).await;
    let (own, withdraw) = (format!("/objections/{number}"), format!("/objections/{number}/withdraw"));
    assert!(!browser.get(&own).await.has(&format!("a[href='{withdraw}']")));
    assert_eq!(browser.get(&withdraw).await.location(), own);
    let refused = browser.post("/api/withdraw-objection", &[("case", &number)]).await;
    refused.refused(&format!("Objection {number}")).says("Please confirm your e-mail address first");
    assert_eq!(stored(&site, &number).await.state, CaseState::Acknowledged);
    // With the code it is theirs to withdraw.
    assert!(confirm(&site, &browser, &number).await.has(&format!("a[href='{withdraw}']")));
    browser.post("/api/withdraw-objection", &[("case", &number)]).await;
    assert_eq!(stored(&site, &number).await.state, CaseState::Withdrawn);
    for list in ["?state=ended".to_owned(), "?state=ended&sort=officer".to_owned(), format!("?q={number}")] {
        officer.get(&format!("/support/objections{list}")).await.says(&number);
    }
    officer.get(&format!("/support/objections/{number}")).await.says("Withdrawn by the person");
    assert!(!browser.get(&own).await.has(&format!("a[href='{own}/not-mine']")));
}

async fn a_stranger_says_that_it_is_not_theirs_and_it_goes_on(site: TestApp) {
    const EVE: &str = "eve@example.org";
    let officer = site.officer().await;
    let number = record(&officer, &recording(EVE, &["research"])).await;
    let (own, theirs) = (format!("/objections/{number}"), format!("/support/objections/{number}"));
    let letter = site.mail(EVE, "We have recorded").await.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(letter.contains("press “This isn't mine”. We then send nothing more"), "{letter}");
    let key = site.mailed(EVE, &format!("{own}?key=")).await;
    let code = site.mailed(EVE, CODE).await;
    let eve = site.visitor();
    eve.get(&format!("{own}?key={key}")).await;
    assert!(eve.get(&own).await.has(&format!("a[href='{own}/not-mine']")));
    let asked = eve.get(&format!("{own}/not-mine")).await;
    asked.is_page("Is this objection somebody else's?").says("We send nothing more about this objection");
    let stale = stored(&site, &number).await.revision.to_string();
    site.pass(1_000);
    for _ in 0..2 {
        let said = eve.post("/api/disown-objection", &[("case", &number)]).await;
        eve.get(&said.location()).await.says("Thank you for telling us.");
    }
    // To her it is closed, and nothing more is sent to her.
    assert_eq!(eve.get(&own).await.status, StatusCode::UNAUTHORIZED);
    assert!(eve.get(&format!("{own}?key={key}")).await.location().starts_with("/objection/again"));
    eve.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await.refused("Enter your code");
    site.pass(60_000);
    eve.post("/api/send-objection-again", &[("case", &number), ("email", EVE)]).await;
    let late = [("case", &*number), ("revision", &*stale), ("email", BEN)];
    officer.post("/api/correct-recorded-address", &late).await.refused(&format!("Case {number}"));
    act(&officer, &site, "extend-objection", &number, &[("months", "1"), ("reason", "Many.")]).await;
    officer.get(&theirs).await.says("It is stored, but no e-mail was sent");
    assert!(site.mails(EVE).await.is_empty(), "also what waited to be sent is taken back");
    // The case is open and due as before, and the officers know.
    let case = stored(&site, &number).await;
    assert!(case.is_open() && case.is_disowned());
    officer.get("/support/objections").await.says("wrong address");
    officer.get(&theirs).await.says("whoever reads this address said that the objection is not theirs.");
    let same = act(&officer, &site, "correct-recorded-address", &number, &[("email", EVE)]).await;
    same.refused(&format!("Case {number}")).says("Please enter another address.");
    act(&officer, &site, "correct-recorded-address", &number, &[("email", BEN)]).await;
    let page = officer.get(&theirs).await;
    page.says("Address corrected by an officer");
    page.does_not_say("the objection is not theirs");
    officer.get("/support/objections").await.says("address not confirmed");
    site.pass(1_000);
    confirm(&site, &site.visitor(), &number).await.says("Paused while we decide: Research");
    assert!(site.mails(EVE).await.is_empty());
}

async fn what_is_confirmed_is_disowned_by_nobody(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let officer = site.officer().await;
    let own = file(&ada, THREE, &["research"]).await;
    let recorded = record(&officer, &recording(BEN, &["research"])).await;
    let ben = site.visitor();
    confirm(&site, &ben, &recorded).await;
    for (browser, number) in [(&ada, &own), (&ben, &recorded)] {
        assert_eq!(
            browser.get(&format!("/objections/{number}/not-mine")).await.location(),
            format!("/objections/{number}")
        );
        let refused = browser.post("/api/disown-objection", &[("case", number)]).await;
        refused.refused(&format!("Objection {number}")).says("no longer waiting for its address to be confirmed");
        assert!(!stored(&site, number).await.is_disowned());
    }
    // Whoever has neither the link nor the account says nothing.
    site.visitor().post("/api/disown-objection", &[("case", &recorded)]).await;
    assert!(!stored(&site, &recorded).await.is_disowned());
}

async fn a_case_that_nobody_confirmed_takes_no_confirmed_one_in(site: TestApp) {
    let officer = site.officer().await;
    let open = record(&officer, &recording(BEN, &["research"])).await;
    let later = [("form", TWO), ("received", "2026-11-22")];
    site.pass(1_000);
    let confirmed = record(&officer, &with(recording(BEN, &["research"]), &later)).await;
    confirm(&site, &site.visitor(), &confirmed).await;
    let refused = act(&officer, &site, "mark-duplicate-objection", &confirmed, &[("of", &open)]).await;
    refused.refused(&format!("Case {confirmed}")).says("The other case must be from the same person");
}

async fn the_code_can_be_sent_again(site: TestApp) {
    let officer = site.officer().await;
    let number = record(&officer, &recording(BEN, &["research"])).await;
    let browser = site.visitor();
    for (wait, mails) in [(0, 1), (60_000, 2)] {
        site.pass(wait);
        browser.post("/api/send-objection-again", &[("case", &number), ("email", BEN)]).await;
        assert_eq!(site.mails(BEN).await.len(), mails);
    }
    by_link(&site, &number).await.get(&format!("/objections/{number}")).await.says("Confirm your e-mail address");
    confirm(&site, &browser, &number).await.says("Paused while we decide: Research");
}

async fn an_address_that_was_misheard_is_corrected(site: TestApp) {
    let officer = site.officer().await;
    let number = record(&officer, &recording("bean@example.org", &["research"])).await;
    let [code, key] = ["page:\n\n    ", &format!("/objections/{number}?key=")].map(str::to_owned);
    let (code, key) = (site.mailed("bean@example.org", &code).await, site.mailed("bean@example.org", &key).await);
    site.pass(1_000);
    let theirs = format!("/support/objections/{number}");
    let wrong = act(&officer, &site, "correct-recorded-address", &number, &[("email", "ben")]).await;
    wrong.refused(&format!("Case {number}")).says("Please enter an e-mail address");
    let corrected = act(&officer, &site, "correct-recorded-address", &number, &[("email", BEN)]).await;
    officer.get(&corrected.location()).await.says("The address is corrected.");
    officer.get(&theirs).await.says("Address corrected by an officer");
    // Whoever has the other mailbox sees nothing of it.
    let stranger = site.visitor();
    let over = stranger.get(&format!("/objections/{number}?key={key}")).await.location();
    assert!(over.starts_with("/objection/again"), "{over}");
    stranger.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await.refused("Enter your code");
    site.pass(1_000);
    by_link(&site, &number).await.get(&format!("/objections/{number}")).await.says("We corrected your e-mail address");
    confirm(&site, &site.visitor(), &number).await.says("Paused while we decide: Research");
    assert!(!officer.get(&theirs).await.has("form[action^='/api/correct-recorded-address']"));
    let late = act(&officer, &site, "correct-recorded-address", &number, &[("email", "x@example.org")]).await;
    late.refused(&format!("Case {number}")).says("The e-mail address has already been confirmed.");
}

async fn a_recorded_complaint_is_ruled_on_again(site: TestApp) {
    let ada = site.member("ada@example.org", "GB").await;
    let officer = site.officer().await;
    let number = file(&ada, THREE, &["research"]).await;
    let theirs = format!("/support/objections/{number}");
    assert!(!officer.get(&theirs).await.has("form[action^='/api/record-complaint']"), "nothing was answered yet");
    decide(&officer, &site, &number, &[("research", "refused", "We need it.")]).await;
    site.pass_days(10);
    site.sign_in(&officer, "officer@example.org", Role::PrivacyOfficer).await;
    assert!(officer.get(&theirs).await.has("form[action^='/api/record-complaint']"));
    let empty = act(&officer, &site, "record-complaint", &number, &[]).await;
    let page = empty.refused(&format!("Case {number}"));
    page.says("Please choose how it reached us.");
    page.says("Please write down the complaint.");
    let complaint =
        [("came", "letter"), ("received", "2026-12-01"), ("words", "person"), ("complaint", "I do not accept this.")];
    let recorded = act(&officer, &site, "record-complaint", &number, &complaint).await;
    officer.get(&recorded.location()).await.says("The complaint is recorded.");
    let case = stored(&site, &number).await;
    assert_eq!(case.complaint_due.unwrap().day(), "31 December 2026");
    let letter = site.mail("ada@example.org", "We have your complaint").await;
    for said in ["How it reached us: By letter", "Your own words, as they reached us:", "> I do not accept this."] {
        assert!(letter.contains(said), "{said}: {letter}");
    }
    let own = ada.get(&format!("/objections/{number}")).await;
    assert_eq!(own.status, StatusCode::OK);
    own.says("We recorded your complaint, which came by letter or e-mail on 1 December 2026");
    own.says("Your own words, as they reached us:");
    officer.get("/support/objections?state=complaint").await.says(&number);
    let ruling = [("rulings[0][purpose]", "research"), ("rulings[0][outcome]", "upheld")];
    act(&officer, &site, "decide-objection", &number, &ruling).await;
    let case = stored(&site, &number).await;
    assert_eq!((case.state, case.has_complaint()), (CaseState::Upheld, false));
    assert_eq!(exported(&site, "ada@example.org", "research").await, ["denied", "objection upheld"]);
}

async fn a_complaint_of_before_the_answer_is_not_recorded(site: TestApp) {
    let ada = site.member("ada@example.org", "GB").await;
    let officer = site.officer().await;
    let number = file(&ada, THREE, &["research"]).await;
    decide(&officer, &site, &number, &[("research", "refused", "We need it.")]).await;
    let early = [("came", "phone"), ("received", "2026-11-20"), ("words", "officer"), ("complaint", "Too slow.")];
    let answer = act(&officer, &site, "record-complaint", &number, &early).await;
    let page = answer.refused(&format!("Case {number}"));
    page.says("We gave our answer on 23 November 2026. Please enter a day on or after that.");
    page.says("Too slow.");
}
