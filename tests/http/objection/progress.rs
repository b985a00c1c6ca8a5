//! Before an answer is due, people are told where their objections and complaints stand.

use super::{CODE, ONE, TWO, act, decide, file, recording, stored, unverified};
use crate::stories;
use crate::test_app::TestApp;
use sayso::account::model::Role;
use sayso::ledger::Step;
use sayso::objection::service::tell_progress;

stories![
    a_week_before_the_answer_is_due_one_letter_says_where_it_stands,
    nobody_is_told_after_the_decision,
    a_complaint_has_its_own_letter_and_in_the_united_kingdom_it_comes_earlier,
    what_waits_for_its_code_has_none_and_what_was_recorded_has,
];

const ADA: &str = "ada@example.org";

/// What the hourly sweep does; how many it told.
async fn sweep(site: &TestApp) -> u64 {
    tell_progress(&site.app.db, &site.app.config.origin(), site.app.clock.now()).await.unwrap()
}

/// How often the person was told, by the steps.
async fn told(site: &TestApp, number: &str) -> usize {
    stored(site, number).await.steps.iter().filter(|done| done.step == Step::ProgressTold).count()
}

async fn a_week_before_the_answer_is_due_one_letter_says_where_it_stands(site: TestApp) {
    let ada = site.member(ADA, "FR").await;
    let number = file(&ada, ONE, &["research", "advertising"]).await;
    site.pass_days(23);
    site.pass(-1);
    assert_eq!(sweep(&site).await, 0, "it is due on 23 December");
    site.pass(1);
    let officer = site.officer().await;
    act(&officer, &site, "review-objection", &number, &[]).await;
    let revision = stored(&site, &number).await.revision;
    // Two nodes at once, and again an hour later.
    let (one, other) = tokio::join!(sweep(&site), sweep(&site));
    assert_eq!(one + other, 1);
    site.pass(3_600_000);
    assert_eq!((sweep(&site).await, told(&site, &number).await), (0, 1));
    let letter = site.mail(ADA, &format!("Where your objection {number} stands")).await;
    for said in [
        "Now: A person is reviewing it. We have not decided yet.",
        "Answer due by: 23 December 2026",
        "Paused while we decide: Research. Already upheld, and off permanently: Advertising.",
        "You don't have to wait for us. You can complain to",
    ] {
        assert!(letter.contains(said), "{said}: {letter}");
    }
    let ada = site.signed_in(ADA).await;
    ada.get(&format!("/objections/{number}")).await.says("We told you where it stands");
    let officer = site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await;
    officer.get(&format!("/support/objections/{number}")).await.says("The person was told where it stands");
    assert_eq!(stored(&site, &number).await.revision, revision, "no officer's page is stale by it");
    act(&officer, &site, "extend-objection", &number, &[("months", "1"), ("reason", "Many letters.")]).await;
    site.pass_days(30);
    assert_eq!(sweep(&site).await, 0, "once");
}

async fn nobody_is_told_after_the_decision(site: TestApp) {
    let ada = site.member(ADA, "FR").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "upheld", "")]).await;
    let withdrawn = file(&ada, TWO, &["inferences"]).await;
    ada.post("/api/withdraw-objection", &[("case", &withdrawn)]).await;
    let late = file(&ada, super::THREE, &["other-ai"]).await;
    // Down while it was time: nobody is told of progress when it is late.
    site.pass_days(30);
    for _ in 0..10 {
        assert_eq!(sweep(&site).await, 0);
        site.pass_days(1);
    }
    assert_eq!(told(&site, &number).await + told(&site, &withdrawn).await + told(&site, &late).await, 0);
}

async fn a_complaint_has_its_own_letter_and_in_the_united_kingdom_it_comes_earlier(site: TestApp) {
    let mut numbers = Vec::new();
    for (n, (email, country)) in [("gil@example.org", "GB"), ("fay@example.org", "FR")].into_iter().enumerate() {
        let member = site.member(email, country).await;
        let number = file(&member, &format!("00000000-0000-4000-8000-00000000000{n}"), &["research"]).await;
        let officer = if n == 0 {
            site.officer().await
        } else {
            site.signed_in_as("officer@example.org", Role::PrivacyOfficer).await
        };
        decide(&officer, &site, &number, &[("research", "refused", "We need it.")]).await;
        member.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
        numbers.push(number);
    }
    let mut days = Vec::new();
    for day in 1..35 {
        site.pass_days(1);
        if sweep(&site).await > 0 {
            days.push(day);
        }
    }
    assert_eq!(days, [15, 23]);
    for (email, number) in [("gil@example.org", &numbers[0]), ("fay@example.org", &numbers[1])] {
        let letter = site.mail(email, &format!("Where your complaint about objection {number} stands")).await;
        assert!(letter.contains("Now: A person has to decide about it. We have not decided yet."), "{letter}");
        assert_eq!(told(&site, number).await, 1);
    }
}

async fn what_waits_for_its_code_has_none_and_what_was_recorded_has(site: TestApp) {
    let waits = unverified(&site.visitor(), ONE, "cat@example.org").await;
    let officer = site.officer().await;
    let recording = recording("ben@example.org", &["research"]);
    let recorded = officer.post("/api/record-objection", &recording).await.location();
    let recorded = recorded.strip_prefix("/support/objections/").unwrap();
    site.mailed("ben@example.org", CODE).await;
    for _ in 0..40 {
        site.pass_days(1);
        sweep(&site).await;
    }
    assert_eq!((told(&site, &waits).await, told(&site, recorded).await), (0, 1));
    let letter = site.mail("ben@example.org", &format!("Where your objection {recorded} stands")).await;
    assert!(letter.contains("It is waiting for a person to review it."), "{letter}");
    assert!(letter.contains("Nothing is paused in an account yet."), "{letter}");
}
