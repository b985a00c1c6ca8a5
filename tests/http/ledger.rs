//! The record cannot be changed, and what is stored is what was hashed.

use crate::stories;
use crate::test_app::TestApp;
use sayso::db::Db;
use sayso::ledger::{entry::sha256_hex, store};
use std::task::Poll;
use std::time::Duration;

stories![
    nobody_changes_or_removes_an_entry,
    the_database_knows_what_an_entry_may_be,
    a_history_is_a_chain_of_canonical_bytes_that_name_nobody,
    whoever_goes_while_a_transaction_begins_leaves_none_open,
];

async fn nobody_changes_or_removes_an_entry(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    for sql in [
        "update entries set at = 0",
        "delete from entries",
        "update notices set body = 'other words'",
        "delete from notices",
    ] {
        let refused = site.tamper(sql).await.unwrap_err();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    if matches!(site.app.db, sayso::db::Db::Sqlite { .. }) {
        let replace = "insert or replace into entries
          select id, subject, position, kind, purpose, 0, canonical, sha256 from entries";
        let refused = site.tamper(replace).await;
        assert!(refused.unwrap_err().contains("append-only"));
    } else {
        assert!(site.tamper("truncate entries").await.unwrap_err().contains("append-only"));
    }
    assert_eq!(site.count("choice").await, 1);
}

/// Only a step of a case, or a support view, may come without a purpose of its own; only known
/// kinds come at all.
async fn the_database_knows_what_an_entry_may_be(site: TestApp) {
    let insert = |id: &str, kind: &str, purpose: &str| {
        format!(
            "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256)
                 select '{id}', '{id}', 1, '{kind}', {purpose}, 0, canonical, '' from entries where kind = 'default'"
        )
    };
    site.member("ada@example.org", "US").await;
    for kind in ["objection", "decision", "view"] {
        site.tamper(&insert(kind, kind, "null")).await.unwrap();
    }
    for (kind, purpose) in [("choice", "null"), ("notice", "null"), ("default", "null"), ("rumour", "'research'")] {
        let refused = site.tamper(&insert("x", kind, purpose)).await.unwrap_err();
        assert!(refused.to_lowercase().contains("check constraint"), "{kind}: {refused}");
    }
}

async fn a_history_is_a_chain_of_canonical_bytes_that_name_nobody(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    ada.press("allowed").await;
    let member = sayso::account::store::by_email(site.app.db.reader().await.unwrap().conn(), "ada@example.org")
        .await
        .unwrap()
        .unwrap();
    let mut reader = site.app.db.reader().await.unwrap();
    let entries = store::of_subject(reader.conn(), &member.subject).await.unwrap();
    assert_eq!(entries.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(), ["default", "notice", "choice", "choice"]);
    let mut previous = None;
    for entry in entries {
        assert_eq!(entry.previous, previous);
        previous = Some(entry.id);
        let stored = store::find(reader.conn(), &member.subject, entry.id).await.unwrap().unwrap();
        assert_eq!(stored.bytes, entry.canonical().bytes);
        assert_eq!(stored.sha256, sha256_hex(&stored.bytes));
        let text = String::from_utf8(stored.bytes).unwrap();
        for secret in ["Ada", "ada@", &member.id, "127."] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

/// Of a transaction that has begun at the server while nobody listens any more, sqlx knows nothing.
/// Left open, the next entry on that connection would be acknowledged, and never committed.
async fn whoever_goes_while_a_transaction_begins_leaves_none_open(site: TestApp) {
    let db = &site.app.db;
    for n in 0..120 {
        // A connection is there, so that the first poll asks for the transaction.
        db.begin().await.unwrap().commit().await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
        let mut begins = Box::pin(db.begin());
        for _ in 0..=n % 6 {
            let now = std::future::poll_fn(|cx| Poll::Ready(begins.as_mut().poll(cx))).await;
            if now.is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    let Db::Postgres { pool, .. } = db else {
        // SQLite's worker ends it by itself: the next can begin.
        return db.begin().await.unwrap().commit().await.unwrap();
    };
    const OPEN: &str = "select count(*) from pg_stat_activity
      where datname = current_database() and (state like 'idle in transaction%'
        or pid = pg_backend_pid() and xact_start < statement_timestamp() - interval '10 ms')";
    let mut open = 1_i64;
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(25)).await;
        open = sqlx::query_scalar(OPEN).fetch_one(pool).await.unwrap();
        if open == 0 {
            break;
        }
    }
    assert_eq!(open, 0, "transactions stayed open");
}
