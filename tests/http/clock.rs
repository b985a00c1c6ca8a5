//! Clocks that are wrong: for a moment, at the start, and until the operator says so.

use crate::case_counts::counts_are_true;
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use http::StatusCode;
use sayso::members::{export::Export, model::Format};
use sayso::time::UtcMillis;
use std::time::{Duration, Instant};

stories![
    a_clock_that_is_wrong_for_a_moment_writes_nothing_and_enrols_nobody,
    two_minutes_are_no_jump_and_neither_is_a_night_asleep,
    a_server_that_is_started_again_remembers_what_it_believed,
    a_clock_that_only_caught_up_can_be_accepted,
    what_a_clock_that_was_ahead_wrote_counts_from_the_acceptance,
    what_a_clock_that_was_behind_wrote_counts_from_the_acceptance,
    due_dates_only_move_to_an_earlier_day,
    a_running_server_notices_an_acceptance_within_seconds,
    nothing_is_said_of_days_to_come_once_a_running_clock_was_set_right,
];

const DAYS_60: i64 = 60 * UtcMillis::DAY;
const MINUTE: i64 = 60_000;

/// What an export says now of the member with this address, for generative AI training.
pub async fn exported(site: &TestApp, email: &str) -> String {
    exported_since(site, email).await.0
}

/// The same, with since when.
async fn exported_since(site: &TestApp, email: &str) -> (String, String) {
    let app = &site.app;
    let present = app.present();
    let work = Export {
        db: &app.db,
        rules: &app.rules,
        window_days: 30,
        now: present.earliest,
        doubt: present.doubt.is_some(),
        demo: false,
    };
    let mut out = Vec::new();
    work.run(Format::Ndjson, &mut out, |_| {}).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    let line = text.lines().find(|line| line.contains(email)).expect("everybody is exported");
    let sheet: serde_json::Value = serde_json::from_str(line).unwrap();
    let held = &sheet["purposes"]["generative-ai-training"];
    (held["holds"].as_str().unwrap().to_owned(), held["since"].as_str().unwrap().to_owned())
}

async fn ready(site: &TestApp) -> (StatusCode, String) {
    let answer = site.visitor().get("/readyz").await;
    (answer.status, answer.body)
}

/// Signs in once the server writes again.
async fn back(site: &TestApp, email: &str) -> TestClient {
    site.signed_in(email).await
}

async fn a_clock_that_is_wrong_for_a_moment_writes_nothing_and_enrols_nobody(site: TestApp) {
    site.publish(1).await;
    for (email, moved) in [("ada@example.org", DAYS_60), ("eve@example.org", -DAYS_60)] {
        let member = site.member(email, "US").await;
        let seen = member.get("/settings/privacy").await.seen();
        let choices = site.count("choice").await;
        site.move_clock(moved);
        assert!(!member.get("/settings/privacy").await.is_on());
        assert_eq!(exported(&site, email).await, "denied");
        let pressed = member.post("/api/set-ai-training", &[("wanted", "denied"), ("seen", &seen)]).await;
        assert_eq!(pressed.location(), "/error?about=unsaved", "{}", pressed.body);
        assert_eq!(member.get("/error?about=unsaved").await.status, StatusCode::SERVICE_UNAVAILABLE);
        let (status, why) = ready(&site).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(
            why.contains("60 days") && why.contains("while this machine ran") && why.contains("sayso clock accept"),
            "{why}"
        );
        assert_eq!(site.count("choice").await, choices);
        // Right again: a request that began before may still carry the wrong time, for a
        // minute.
        site.move_clock(-moved);
        assert_eq!(ready(&site).await.0, StatusCode::SERVICE_UNAVAILABLE);
        site.pass(MINUTE);
        assert_eq!(ready(&site).await.0, StatusCode::OK);
        assert!(!member.get("/settings/privacy").await.is_on());
        assert_eq!(exported(&site, email).await, "denied");
        assert_eq!(
            member.post("/api/set-ai-training", &[("wanted", "denied"), ("seen", &seen)]).await.status,
            StatusCode::FOUND
        );
        assert_eq!(site.count("choice").await, choices + 1);
    }
}

async fn two_minutes_are_no_jump_and_neither_is_a_night_asleep(site: TestApp) {
    let ada = site.member("ada@example.org", "US").await;
    for moved in [2 * MINUTE, -4 * MINUTE] {
        site.move_clock(moved);
        assert_eq!(ready(&site).await.0, StatusCode::OK);
    }
    site.pass(8 * 60 * MINUTE);
    assert_eq!(ready(&site).await.0, StatusCode::OK);
    assert_eq!(ada.press("denied").await.status, StatusCode::FOUND);
}

async fn a_server_that_is_started_again_remembers_what_it_believed(site: TestApp) {
    site.move_clock(DAYS_60);
    site.restart().await;
    let (status, why) = ready(&site).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(why.contains("60 days forwards"), "{why}");
    // Standing still is no jump.
    site.move_clock(-DAYS_60);
    site.pass(DAYS_60);
    site.restart().await;
    assert_eq!(ready(&site).await.0, StatusCode::OK);
}

/// It was behind at the start of the machine, and has only caught up: the operator can still say
/// that it is right. What it was behind was then written by a clock that was ahead.
async fn a_clock_that_only_caught_up_can_be_accepted(site: TestApp) {
    let mut site = site;
    site.publish(1).await;
    site.member("ada@example.org", "US").await;
    site.move_clock(-300_000);
    site.reboot().await;
    assert!(ready(&site).await.1.contains("behind the newest entry"));
    site.pass(400_000);
    site.restart().await;
    let (status, why) = ready(&site).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(why.contains("has not been set right since"), "{why}");
    let against = site.watch.held_against(&site.app.db).await.unwrap();
    assert_eq!(against, Some(sayso::time::guard::Doubt::NotSetRight), "the command says what the server says");
    let accepted = site.accept_clock().await.expect("there is something to accept");
    assert!(accepted.entries > 0 && accepted.span.until < accepted.now, "{accepted:?}");
    assert_eq!(site.watch.held_against(&site.app.db).await.unwrap(), None);
    assert_eq!(ready(&site).await.0, StatusCode::OK);
    let ada = back(&site, "ada@example.org").await;
    assert_eq!(ada.press("denied").await.status, StatusCode::FOUND);
    assert_eq!(site.accept_clock_elsewhere().await, None);
}

/// Ahead at the start of the machine, which nobody can know; then right, which the record
/// contradicts.
async fn what_a_clock_that_was_ahead_wrote_counts_from_the_acceptance(site: TestApp) {
    let mut site = site;
    site.publish(1).await;
    site.member("early@example.org", "US").await;
    site.move_clock(DAYS_60);
    site.reboot().await;
    let told = site.member("told@example.org", "US").await;
    told.get("/settings/privacy").await.says("The exact words.");
    let denied = site.member("denied@example.org", "US").await;
    denied.press("denied").await;
    let allowed = site.member("allowed@example.org", "US").await;
    allowed.press("allowed").await;
    site.pass(MINUTE);
    site.move_clock(-DAYS_60);
    site.reboot().await;
    let (status, why) = ready(&site).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(why.contains("behind the newest entry"), "{why}");
    // No choice is hidden, and nobody is on by default.
    for (email, holds) in
        [("told@example.org", "denied"), ("denied@example.org", "denied"), ("allowed@example.org", "allowed")]
    {
        assert_eq!(exported(&site, email).await, holds, "{email}");
    }
    let accepted = site.accept_clock().await.unwrap();
    assert_eq!(accepted.subjects.len(), 3);
    assert_eq!(ready(&site).await.0, StatusCode::OK);
    let told = back(&site, "told@example.org").await;
    assert!(!told.get("/settings/privacy").await.is_on());
    told.get("/settings/privacy/history").await.says("Our clock had been wrong");
    site.pass(30 * UtcMillis::DAY - MINUTE);
    assert_eq!(exported(&site, "told@example.org").await, "denied");
    site.pass(MINUTE);
    assert_eq!(exported(&site, "told@example.org").await, "allowed", "thirty days after the acceptance");
    // Position orders from here on: what they say now is what they said last, though an earlier
    // entry has a later time.
    let allowed = back(&site, "allowed@example.org").await;
    assert!(allowed.get("/settings/privacy").await.is_on());
    assert_eq!(allowed.press("denied").await.status, StatusCode::FOUND);
    let newest = allowed.get("/settings/privacy").await.links("/settings/privacy/entries/").remove(0);
    let page = allowed.get(&newest).await;
    page.says("The stored entry");
    page.does_not_say("our clock was wrong");
    page.does_not_say("Our clock was wrong");
    let history = allowed.get("/settings/privacy/history").await;
    let first = history.links("/settings/privacy/entries/").pop().unwrap();
    allowed.get(&first).await.says("Our clock was wrong when this was recorded.");
    assert!(!allowed.get("/settings/privacy").await.is_on());
    assert_eq!(exported(&site, "allowed@example.org").await, "denied");
    assert!(site.accept_clock().await.is_none(), "there is nothing more to accept");
}

/// Behind at the start, sign-up and notice, right again: the member was told a minute ago.
async fn what_a_clock_that_was_behind_wrote_counts_from_the_acceptance(site: TestApp) {
    let mut site = site;
    site.move_clock(-DAYS_60);
    site.reboot().await;
    // Nothing newer is on record.
    site.publish(1).await;
    let told = site.member("told@example.org", "US").await;
    told.get("/settings/privacy").await.says("The exact words.");
    site.pass(MINUTE);
    site.move_clock(DAYS_60);
    assert_eq!(ready(&site).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(exported(&site, "told@example.org").await, "denied");
    site.restart().await;
    assert_eq!(exported(&site, "told@example.org").await, "denied", "also after the server was started again");
    site.accept_clock().await.unwrap();
    assert_eq!(ready(&site).await.0, StatusCode::OK);
    assert_eq!(exported(&site, "told@example.org").await, "denied");
    site.pass(30 * UtcMillis::DAY - 2 * MINUTE);
    assert_eq!(exported(&site, "told@example.org").await, "denied");
    site.pass(2 * MINUTE);
    assert_eq!(exported(&site, "told@example.org").await, "allowed");
}

async fn due_dates_only_move_to_an_earlier_day(site: TestApp) {
    let mut site = site;
    site.move_clock(DAYS_60);
    site.reboot().await;
    let ada = site.member("ada@example.org", "US").await;
    let page = ada.get("/objection").await;
    let (form, member) = (page.field("form"), page.field("member"));
    let fields = [
        ("form", form.as_str()),
        ("member", &member),
        ("purposes[0]", "research"),
        ("mode", "object"),
        ("language", "en"),
    ];
    let filed = ada.post("/api/submit-objection", &fields).await;
    let case = filed.location().to_owned();
    assert!(case.starts_with("/objections/OBJ-"), "{case} {}", filed.body);
    ada.get(&case).await.says("by 22 February 2027");
    site.pass(MINUTE);
    site.move_clock(-DAYS_60);
    site.reboot().await;
    site.accept_clock().await.unwrap();
    let page = back(&site, "ada@example.org").await.get(&case).await;
    page.says("by 23 December 2026");
    page.says("because our clock was wrong");
    counts_are_true(&site).await;
}

/// It looks again each minute, and a doubt may begin in between.
async fn a_running_server_notices_an_acceptance_within_seconds(site: TestApp) {
    let (watch, db) = (site.watch.clone(), site.app.db.clone());
    let running = tokio::spawn(async move { watch.work(&db).await });
    // Its first look finds nothing.
    tokio::time::sleep(Duration::from_millis(500)).await;
    site.move_clock(DAYS_60);
    assert_eq!(ready(&site).await.0, StatusCode::SERVICE_UNAVAILABLE);
    site.accept_clock_elsewhere().await.unwrap();
    let begun = Instant::now();
    while ready(&site).await.0 != StatusCode::OK {
        assert!(begun.elapsed() < Duration::from_secs(20), "it was not noticed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    running.abort();
}

/// Ahead since the start of the machine, and set right while it runs: what the wrong clock wrote
/// stands on days that have not come, and nobody has said yet that it is not to be believed.
async fn nothing_is_said_of_days_to_come_once_a_running_clock_was_set_right(site: TestApp) {
    let mut site = site;
    site.publish(1).await;
    site.move_clock(DAYS_60);
    site.reboot().await;
    let told = site.member("told@example.org", "US").await;
    told.get("/settings/privacy").await.says("The exact words.");
    site.pass_days(31);
    site.member("allowed@example.org", "US").await.press("allowed").await;
    let told = site.signed_in("told@example.org").await;
    let allowed = site.signed_in("allowed@example.org").await;
    assert!(told.get("/settings/privacy").await.is_on());
    let wrong = site.app.clock.now();
    site.move_clock(-DAYS_60);
    assert_eq!(ready(&site).await.0, StatusCode::SERVICE_UNAVAILABLE);
    let right = UtcMillis(wrong.0 - DAYS_60);
    for (member, email, holds) in [(&told, "told@example.org", "denied"), (&allowed, "allowed@example.org", "allowed")]
    {
        let (held, since) = exported_since(&site, email).await;
        assert_eq!(held, holds);
        assert!(since <= right.plus_days(1).rfc3339(), "{email}: {since}");
        for path in ["/settings/privacy", "/settings/privacy/history"] {
            let page = member.get(path).await;
            for before in 0..=31 {
                let day = UtcMillis(wrong.0 - before * UtcMillis::DAY);
                page.does_not_say(&day.day());
                // What the record itself says of a notice stands there, and that it does not count.
                if !page.text().contains("Our clock was ahead when this was recorded, so it does not count yet") {
                    page.does_not_say(&day.rfc3339()[..10]);
                }
            }
        }
        let said = member.get("/settings/privacy/history").await;
        said.says("it does not count yet");
    }
}
