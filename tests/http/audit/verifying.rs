//! The whole record, verified while others work.

use super::tampered::tamper_behind_the_guards;
use super::*;
use crate::objection::{THREE, act, decide};
use std::time::Duration;

stories![
    the_whole_record_is_verified_once_and_says_what_holds,
    what_was_changed_is_found_and_named,
    a_server_that_ended_is_told_from_one_that_verifies,
];

const PAGE: &str = "/audit/verification";

/// The page once the newest verification has ended.
async fn ended(auditor: &TestClient) -> Answer {
    for _ in 0..200 {
        let page = auditor.get(PAGE).await;
        if !page.text().contains("Look again") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not end");
}

async fn rows(site: &TestApp, table: &'static str) -> i64 {
    let sql = format!("select count(*) from {table}");
    let sql = sayso::db::built(&sql);
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

async fn the_whole_record_is_verified_once_and_says_what_holds(site: TestApp) {
    site.publish(1).await;
    for n in 0..3 {
        let member = site.member(&format!("{n}@example.org"), "IE").await;
        member.press("allowed").await;
    }
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    act(&officer, &site, "ask-person", &number, &[("question", "Which posts do you mean?")]).await;
    let reply = [("case", &*number), ("question", "1"), ("reply", "All of them.")];
    ada.post("/api/reply-to-question", &reply).await;
    decide(&officer, &site, &number, &[("research", "refused", "Because we must.")]).await;
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "You did not look at it.")]).await;
    // Reopened after two officers had refused it.
    let third = file(&ada, THREE, &["inferences"]).await;
    decide(&officer, &site, &third, &[("inferences", "refused", "Because we must.")]).await;
    act(&officer, &site, "reopen-objection", &third, &[("why_again", "New facts came up.")]).await;
    // Proposed, and withdrawn before anybody agreed.
    let other = file(&ada, TWO, &["personalisation"]).await;
    act(&officer, &site, "review-objection", &other, &[]).await;
    let refused = [
        ("rulings[0][purpose]", "personalisation"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "No."),
    ];
    act(&officer, &site, "decide-objection", &other, &refused).await;
    ada.post("/api/withdraw-objection", &[("case", &other)]).await;
    look(&support(&site).await, &by_email(&site, "ada@example.org").await.id, "Called.").await;
    let auditor = auditor(&site).await;
    auditor.get("/audit/ledger").await.says("Verify the whole record");
    auditor.get(PAGE).await.is_page("Verification");
    for _ in 0..2 {
        assert_eq!(auditor.post("/api/verify-record", &[]).await.location(), PAGE);
    }
    let all = rows(&site, "entries").await + rows(&site, "looks").await;
    let page = ended(&auditor).await;
    page.says(&format!("All {all} records hold, each linked to the one before, and so does the public log."));
    auditor.get("/audit/staff?kind=verification").await.says("Began to verify the whole record");
    // Once it has ended there is nothing to ask for.
    let asked = auditor.send(Method::POST, "/api/verification-progress", &[], &[("accept", "application/json")]).await;
    assert_eq!((asked.status, &*asked.body), (StatusCode::OK, "null"));
}

async fn what_was_changed_is_found_and_named(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    look(&support(&site).await, &by_email(&site, "ada@example.org").await.id, "Called.").await;
    let auditor = auditor(&site).await;
    tamper_behind_the_guards(&site, "looks", "update looks set text = 'Was curious.', reason = 'none of ours'").await;
    tamper_behind_the_guards(
        &site,
        "case_steps",
        &format!("update case_steps set text = 'Other words' where number = '{number}' and text is not null"),
    )
    .await;
    let entries = {
        let mut reader = site.app.db.reader().await.unwrap();
        ledger::of_subject(reader.conn(), &by_email(&site, "ada@example.org").await.subject).await.unwrap()
    };
    tamper_behind_the_guards(
        &site,
        "entries",
        &format!("update entries set sha256 = '{}' where id = '{}'", "0".repeat(64), entries[0].id),
    )
    .await;
    auditor.post("/api/verify-record", &[]).await;
    let page = ended(&auditor).await;
    page.says("do not hold.");
    for said in ["Its bytes have the SHA-256 that is stored", "does not pass: its row in the access log cannot be read"]
    {
        page.says(said);
    }
    assert!(page.links("/audit/ledger/").contains(&format!("/audit/ledger/{}", entries[0].id)));
    // What an earlier one found can still be opened after another one.
    let found = page.texts_of(".plain-list li");
    auditor.post("/api/verify-record", &[]).await;
    let page = ended(&auditor).await;
    let earlier = page.links(PAGE).into_iter().next_back().unwrap();
    let earlier = auditor.get(earlier.split('#').next().unwrap()).await;
    assert_eq!(earlier.texts_of("#earlier .plain-list li"), found);
    assert_eq!(auditor.get(&format!("{PAGE}?run=nothing")).await.count("#earlier"), 0);
}

async fn a_server_that_ended_is_told_from_one_that_verifies(site: TestApp) {
    let auditor = auditor(&site).await;
    let by = by_email(&site, "auditor@example.org").await.id;
    let now = site.app.clock.now().0;
    site.tamper(&format!(
        "insert into verifications (began_at, told_at, by_id, build, total, checked) values ({now}, {now}, '{by}', '0', 40, 10)"
    ))
    .await
    .unwrap();
    let page = auditor.get(PAGE).await;
    page.says("10 of 40 records checked (25%).");
    assert!(page.has("progress[value='25']") && !page.has("[action^='/api/verify-record']"));
    let asked = auditor.send(Method::POST, "/api/verification-progress", &[], &[("accept", "application/json")]).await;
    assert_eq!(asked.body, "[25,\"10 of 40 records checked (25%).\"]");
    auditor.post("/api/verify-record", &[]).await;
    assert_eq!(rows(&site, "verifications").await, 1, "one at a time");
    site.pass(60_000);
    let page = auditor.get(PAGE).await;
    page.says("It was cut short after 10 of 40 records: the server ended. Please begin again.");
    auditor.post("/api/verify-record", &[]).await;
    assert_eq!(rows(&site, "verifications").await, 2);
    ended(&auditor).await.says("hold, each linked to the one before, and so does the public log.");
}
