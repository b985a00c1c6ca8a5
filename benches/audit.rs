//! `make bench-audit`: how long an auditor waits for a page of the ledger among a hundred thousand
//! and, when asked, more entries, on SQLite and on PostgreSQL (`SAYSO_TEST_POSTGRES`): for the
//! newest, for one kind, one purpose, one subject, a day, and far behind the newest.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has nothing else to do")]

use sayso::db::Db;
use sayso::ledger::entry::sha256_hex;
use sayso::ledger::record::Wanted;
use sayso::ledger::store::newest_of_all;
use sayso::ledger::{
    Actor, Channel, Choice, Entry, EntryId, Event, Kind, NewEntry, NoticeRef, Purpose, Reason, Shown, Step, View,
};
use sayso::time::UtcMillis;
use sqlx::QueryBuilder;
use std::time::Instant;

const SIZES: [usize; 2] = [10_000, 100_000];
/// Entries of one history.
const HISTORY: usize = 10;
const BEGUN: i64 = 1_700_000_000_000;
/// Between two entries, in milliseconds.
const APART: i64 = 1_000;
const ASKED: u32 = 50;

/// The `i`th entry: of ten in a history one is a default, one a look, one a step of nothing in
/// particular, and the rest are choices.
fn entry(i: usize) -> (Entry, i64) {
    let (history, position) = (i / HISTORY, i % HISTORY);
    let (purpose, rule) = (Purpose::GenerativeAiTraining, Some("gai-2025-11-03".to_owned()));
    let event = match position {
        0 => Event::Default { purpose, rule },
        1 => {
            let notice = NoticeRef { purpose, version: 1, language: "en".into(), sha256: sha256_hex(b"") };
            Event::Notice { notice, rule }
        }
        2 if history.is_multiple_of(10) => {
            let view = View {
                shown: Shown::Settings,
                reason: Reason::Asked,
                text: None,
                during: None,
                staff: None,
                until: None,
            };
            Event::View { case: None, view }
        }
        3 if history.is_multiple_of(100) => Event::Step { case: "OBJ-7F3K9Q2M".into(), step: Step::Decided.into() },
        n => Event::Choice { purpose, choice: Choice::ALL[n % 2], rule, notice: None },
    };
    let subject = uuid::Uuid::from_u128(0x4000_8000_0000_0000_0000 | (history as u128) << 80).to_string();
    let draft = NewEntry { subject, actor: Actor::Member, channel: Channel::Web, event };
    (Entry::new(draft, UtcMillis(BEGUN + i as i64 * APART), &sayso::id::random(), None), position as i64 + 1)
}

async fn fill(db: &Db, count: usize) {
    macro_rules! insert {
        ($pool:expr, $db:ty) => {{
            for begin in (0..count).step_by(50_000) {
                let mut tx = $pool.begin().await.unwrap();
                let some: Vec<_> = (begin..count.min(begin + 50_000)).map(entry).collect();
                for some in some.chunks(1_000) {
                    let mut sql = QueryBuilder::<$db>::new(
                        "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256) ",
                    );
                    sql.push_values(some, |mut row, (entry, position)| {
                        let canonical = entry.canonical();
                        row.push_bind(entry.id.to_string()).push_bind(&entry.subject).push_bind(*position);
                        row.push_bind(entry.kind.as_str()).push_bind(entry.purpose.map(Purpose::as_str));
                        row.push_bind(entry.at.0).push_bind(canonical.bytes).push_bind(canonical.sha256);
                    });
                    sql.build().execute(&mut *tx).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        }};
    }
    match db {
        Db::Sqlite { write, .. } => insert!(write, sqlx::Sqlite),
        Db::Postgres { pool, .. } => {
            insert!(pool, sqlx::Postgres);
            sqlx::query("vacuum analyze").execute(pool).await.unwrap();
        }
    }
}

/// What is asked for: its name, the filters, and behind which entry.
fn asked(count: usize) -> Vec<(&'static str, Wanted, Option<EntryId>)> {
    let day = |i: usize| Some(UtcMillis(BEGUN + i as i64 * APART));
    let middle = entry(count / 2 / HISTORY * HISTORY).0;
    let all = Wanted::default();
    let of = |kind| Wanted { kind: Some(kind), ..Wanted::default() };
    let about = |purpose| Wanted { purpose: Some(purpose), ..Wanted::default() };
    vec![
        ("everything", all.clone(), None),
        ("everything, from the middle on", all.clone(), Some(middle.id)),
        ("choices", of(Kind::Choice), None),
        ("choices, from the middle on", of(Kind::Choice), Some(middle.id)),
        ("decisions, which are rare", of(Kind::Decision), None),
        ("steps of cases, of which there are none", of(Kind::Objection), None),
        ("one purpose", about(Some(Purpose::GenerativeAiTraining)), None),
        ("a purpose of nobody's", about(Some(Purpose::Research)), None),
        ("no purpose", about(None), None),
        ("looks about no purpose", Wanted { purpose: Some(None), ..of(Kind::View) }, None),
        (
            "choices about a purpose of nobody's",
            Wanted { purpose: Some(Some(Purpose::Research)), ..of(Kind::Choice) },
            None,
        ),
        ("one subject", Wanted { subject: Some(middle.subject), ..all.clone() }, None),
        ("early days", Wanted { until: day(count / 100), ..all.clone() }, None),
        ("choices of early days", Wanted { until: day(count / 100), ..of(Kind::Choice) }, None),
        ("looks of the last days", Wanted { from: day(count - count / 100), ..of(Kind::View) }, None),
    ]
}

async fn measure(db: &Db, count: usize) {
    let begun = Instant::now();
    fill(db, count).await;
    println!("  {count} entries in {:.1} s", begun.elapsed().as_secs_f64());
    for (name, wanted, after) in asked(count) {
        let mut times = Vec::new();
        let mut rows = 0;
        for _ in 0..ASKED {
            let mut reader = db.reader().await.unwrap();
            let begun = Instant::now();
            rows = newest_of_all(reader.conn(), &wanted, after, 51).await.unwrap().len();
            times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
        println!("    {name:42} {rows:3} rows   p50 {:6.2} ms   p99 {:6.2} ms", at(0.5), at(0.99));
    }
}

#[tokio::main]
async fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|arg| arg.replace('_', "").parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    let cluster = std::env::var("SAYSO_TEST_POSTGRES").ok();
    for count in sizes {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/sayso.db", folder.path().display())).await.unwrap();
        db.migrate().await.unwrap();
        println!("SQLite");
        measure(&db, count).await;
        db.close().await;
        if let Some(cluster) = &cluster {
            let admin = sqlx::PgPool::connect(&format!("{cluster}/postgres")).await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(format!("create database audit{count}"))).execute(&admin).await.unwrap();
            let db = Db::open(&format!("{cluster}/audit{count}")).await.unwrap();
            db.migrate().await.unwrap();
            println!("PostgreSQL");
            measure(&db, count).await;
            db.close().await;
        }
    }
}
