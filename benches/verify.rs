//! `make bench-verify`: how long the whole record of a hundred thousand and, when asked, more
//! entries is verified, with the public log, and how much memory that takes; on SQLite and on
//! PostgreSQL (`SAYSO_TEST_POSTGRES`).
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has nothing else to do")]

use sayso::audit::whole::Whole;
use sayso::db::Db;
use sayso::ledger::entry::sha256_hex;
use sayso::ledger::store::secret::Secret;
use sayso::ledger::{Actor, Channel, Choice, Entry, Event, NewEntry, NoticeRef, Purpose};
use sayso::log::key::LogKey;
use sayso::log::seen::Seen;
use sayso::log::sequencer::Sequencer;
use sayso::time::{self, UtcMillis};
use sayso_verify::strict::to_base64;
use sqlx::QueryBuilder;
use std::time::Instant;

const SIZES: [usize; 1] = [100_000];
/// Entries of one history.
const HISTORY: usize = 10;
const BEGUN: i64 = 1_700_000_000_000;
/// Between two entries, in milliseconds.
const APART: i64 = 1_000;
/// What `sayso verify --database` reads at a time.
const BATCH: i64 = 2_000;

/// A history as it is recorded today: a default, a notice, and choices; with its subject's secret.
fn history(n: usize) -> (String, Vec<Entry>) {
    let (text, purpose) = (Secret::make(), Purpose::GenerativeAiTraining);
    let secret = Secret::parse(&text).unwrap();
    let subject = uuid::Uuid::from_u128(0x4000_8000_0000_0000_0000 | (n as u128) << 80).to_string();
    let mut entries: Vec<Entry> = Vec::with_capacity(HISTORY);
    for i in 0..HISTORY {
        let rule = Some("gai-2025-11-03".to_owned());
        let event = match i {
            0 => Event::Default { purpose, rule },
            1 => {
                let notice = NoticeRef { purpose, version: 1, language: "en".into(), sha256: sha256_hex(b"") };
                Event::Notice { notice, rule }
            }
            n => Event::Choice { purpose, choice: Choice::ALL[n % 2], rule, notice: None },
        };
        let draft = NewEntry { subject: subject.clone(), actor: Actor::Member, channel: Channel::Web, event };
        let at = UtcMillis(BEGUN + (n * HISTORY + i) as i64 * APART);
        let before = entries.last();
        let leaf = before.map(|e| to_base64(&secret.commitment(&e.id.to_string(), &e.canonical().bytes)));
        let entry = Entry::new(draft, at, &sayso::id::random(), before.map(|e| e.id));
        entries.push(entry.placed(i as i64 + 1, leaf));
    }
    (text, entries)
}

async fn fill(db: &Db, count: usize) {
    macro_rules! insert {
        ($pool:expr, $db:ty) => {{
            for begin in (0..count / HISTORY).step_by(100) {
                let mut tx = $pool.begin().await.unwrap();
                let some: Vec<_> = (begin..(count / HISTORY).min(begin + 100)).map(history).collect();
                let mut sql = QueryBuilder::<$db>::new("insert into subject_secrets (subject, secret) ");
                sql.push_values(&some, |mut row, (secret, entries)| {
                    row.push_bind(&entries[0].subject).push_bind(secret);
                });
                sql.build().execute(&mut *tx).await.unwrap();
                let mut sql = QueryBuilder::<$db>::new(
                    "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256) ",
                );
                sql.push_values(some.iter().flat_map(|(_, entries)| entries), |mut row, entry| {
                    let canonical = entry.canonical();
                    row.push_bind(entry.id.to_string()).push_bind(&entry.subject).push_bind(entry.position);
                    row.push_bind(entry.kind.as_str()).push_bind(entry.purpose.map(Purpose::as_str));
                    row.push_bind(entry.at.0).push_bind(canonical.bytes).push_bind(canonical.sha256);
                });
                sql.build().execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
            }
        }};
    }
    match db {
        Db::Sqlite { write, .. } => insert!(write, sqlx::Sqlite),
        Db::Postgres { pool, .. } => insert!(pool, sqlx::Postgres),
    }
    let (clock, key) = (time::system(), LogKey::make("bench.example/log").unwrap());
    let sequencer = Sequencer { db: db.clone(), clock, keys: key.into(), seen: Seen::default() };
    assert_eq!(sequencer.catch_up().await.unwrap(), count);
    if let Db::Postgres { pool, .. } = db {
        sqlx::query("vacuum analyze").execute(pool).await.unwrap();
    }
}

/// The most memory that this process has had since the last call, in MB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1_000)
}

async fn measure(db: &Db, count: usize) {
    let begun = Instant::now();
    fill(db, count).await;
    println!("  {count} entries and their leaves made in {:.1} s", begun.elapsed().as_secs_f64());
    peak();
    let begun = Instant::now();
    let mut whole = Whole::new(db.clone(), BATCH);
    while let Some(part) = whole.next().await.unwrap() {
        assert_eq!(part.found, []);
    }
    let took = begun.elapsed().as_secs_f64();
    assert_eq!((whole.counts.entries, whole.counts.leaves), (count as u64, count as u64));
    println!("  verified in {took:.1} s, with at most {} MB", peak().unwrap_or(0));
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
            sqlx::query(sqlx::AssertSqlSafe(format!("create database verify{count}"))).execute(&admin).await.unwrap();
            let db = Db::open(&format!("{cluster}/verify{count}")).await.unwrap();
            db.migrate().await.unwrap();
            println!("PostgreSQL");
            measure(&db, count).await;
            db.close().await;
        }
    }
}
