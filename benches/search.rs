//! `make bench-search`: the search index of our own beside SQLite's FTS5, and beside PostgreSQL's
//! tsvector and `pg_trgm`, among ten thousand and a hundred thousand members (or as many as asked
//! for). Each has the same words of the same members, folded by us, and is asked the same questions
//! in turn. Before a time counts, both must have found the same members.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has nothing else to do")]

#[expect(dead_code, reason = "members and their words are all that is asked for here")]
#[path = "shared/scale.rs"]
mod scale;

use sayso::account::search::{self, Query};
use sayso::account::store;
use sayso::db::Db;
use scale::{Dice, Person, SEARCHES, people, put_members, put_words, query};
use sqlx::{AssertSqlSafe, QueryBuilder, Row};
use std::collections::BTreeSet;
use std::time::Instant;

const SIZES: [usize; 2] = [10_000, 100_000];
/// Searches of each kind, after some that are not counted.
const ASKED: usize = 200;
const WARM: usize = 20;
/// Members who are added one by one at the end.
const ADDED: usize = 1_000;
/// A page, and the one behind it that says whether there are more.
const LIMIT: usize = search::PAGE + 1;
const COLUMNS: &str = "m.id, m.subject, m.email, m.name, m.country, m.role, m.session_epoch, m.joined_at,
    m.address_proved_at, m.demo";

/// An index that a database brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rival {
    Fts5,
    Tsvector,
    Trigrams,
}

impl Rival {
    const fn of(db: &Db) -> &'static [Self] {
        match db {
            Db::Sqlite { .. } => &[Self::Fts5],
            Db::Postgres { .. } => &[Self::Tsvector, Self::Trigrams],
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Fts5 => "by_fts5",
            Self::Tsvector => "by_tsvector",
            Self::Trigrams => "by_trigrams",
        }
    }

    /// The leanest form of each: FTS5 without positions and without a second copy of the text, with
    /// indexes of prefixes.
    const fn make(self) -> &'static str {
        match self {
            Self::Fts5 => {
                "create virtual table by_fts5 using fts5 (words, content = '', detail = 'none', prefix = '2 3',
                   tokenize = \"unicode61 remove_diacritics 0 tokenchars '@._-'\")"
            }
            Self::Tsvector => {
                "create table by_tsvector (member_id text primary key, words tsvector not null);
                 create index by_tsvector_words on by_tsvector using gin (words)"
            }
            Self::Trigrams => {
                "create extension if not exists pg_trgm;
                 create table by_trigrams (member_id text primary key, words text not null);
                 create index by_trigrams_words on by_trigrams using gin (words gin_trgm_ops)"
            }
        }
    }

    /// Brings the index into the form in which it is read fastest.
    const fn tidy(self) -> &'static str {
        match self {
            Self::Fts5 => "insert into by_fts5 (by_fts5) values ('optimize')",
            Self::Tsvector => "vacuum analyze by_tsvector",
            Self::Trigrams => "vacuum analyze by_trigrams",
        }
    }

    /// The statement that finds a page of members, in the order in which they joined, and what it
    /// is bound to. Sorted by rank or by name it would only take longer.
    fn search(self, typed: &str) -> (String, Vec<String>) {
        let folded = search::fold(typed);
        let terms: Vec<&str> = folded.split(' ').collect();
        let whole = |term: &str| term.contains('@');
        let (condition, key, bound) = match self {
            Self::Fts5 => {
                let term = |t: &&str| if whole(t) { format!("\"@{t}\"") } else { format!("\"{t}\" *") };
                let all: Vec<String> = terms.iter().map(term).collect();
                ("r.by_fts5 match $1".into(), "rowid", vec![all.join(" ")])
            }
            Self::Tsvector => {
                let term = |t: &&str| if whole(t) { format!("'@{t}'") } else { format!("'{t}':*") };
                let all: Vec<String> = terms.iter().map(term).collect();
                ("r.words @@ $1::tsquery".into(), "member_id", vec![all.join(" & ")])
            }
            Self::Trigrams => {
                let term = |t: &&str| if whole(t) { format!("% @{t} %") } else { format!("% {t}%") };
                let each: Vec<String> = (1..=terms.len()).map(|n| format!("r.words like ${n}")).collect();
                (each.join(" and "), "member_id", terms.iter().map(term).collect())
            }
        };
        let member = if self == Self::Fts5 { "m.rowid" } else { "m.id" };
        let sql = format!(
            "select {COLUMNS} from {} r join members m on {member} = r.{key}
             where {condition} and m.role = 'member' order by r.{key} limit {LIMIT}",
            self.table()
        );
        (sql, bound)
    }
}

/// The words of a member, as our own index has them, and the whole address behind an @.
fn words(p: &Person) -> String {
    let (name, email) = (search::fold(&format!("{} {}", p.first, p.last)), search::fold(&p.email));
    let local = email.split('@').next().unwrap();
    let words = [&*name, local].into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let words: BTreeSet<&str> = words.filter(|word| !word.is_empty()).collect();
    words.into_iter().map(str::to_owned).chain([format!("@{email}")]).collect::<Vec<_>>().join(" ")
}

/// Puts them into a rival's index, `at_once` in a statement; `before` members are there already.
async fn put(db: &Db, rival: Rival, people: &[Person], before: usize, at_once: usize) {
    macro_rules! insert {
        ($pool:expr, $db:ty) => {{
            let mut tx = $pool.begin().await.unwrap();
            for (n, some) in people.chunks(at_once).enumerate() {
                let key = if rival == Rival::Fts5 { "rowid" } else { "member_id" };
                let mut sql = QueryBuilder::<$db>::new(format!("insert into {} ({key}, words) ", rival.table()));
                sql.push_values(some.iter().enumerate(), |mut row, (i, p)| match rival {
                    // Rows of `members` are numbered in the order in which they came.
                    Rival::Fts5 => {
                        row.push_bind((before + n * at_once + i + 1) as i64).push_bind(words(p));
                    }
                    Rival::Tsvector => {
                        row.push_bind(&p.id).push("array_to_tsvector(string_to_array(");
                        row.push_bind_unseparated(words(p)).push_unseparated(", ' '))");
                    }
                    Rival::Trigrams => {
                        row.push_bind(&p.id).push_bind(format!(" {} ", words(p)));
                    }
                });
                sql.build().execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        }};
    }
    match db {
        Db::Sqlite { write, .. } => insert!(write, sqlx::Sqlite),
        Db::Postgres { pool, .. } => insert!(pool, sqlx::Postgres),
    }
}

/// Our own index, for members who come one by one.
async fn put_own_one_by_one(db: &Db, people: &[Person]) {
    macro_rules! insert {
        ($pool:expr, $db:ty) => {{
            let mut tx = $pool.begin().await.unwrap();
            for p in people {
                let keys = search::keys(&format!("{} {}", p.first, p.last), &p.email);
                let mut sql = QueryBuilder::<$db>::new("insert into member_words (word, member_id) ");
                sql.push_values(&keys, |mut row, key| {
                    row.push_bind(key).push_bind(&p.id);
                });
                sql.build().execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        }};
    }
    match db {
        Db::Sqlite { write, .. } => insert!(write, sqlx::Sqlite),
        Db::Postgres { pool, .. } => insert!(pool, sqlx::Postgres),
    }
}

async fn run(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(sql).execute(write).await.unwrap()),
        Db::Postgres { pool, .. } => {
            // `vacuum` stands alone, outside of any transaction.
            for one in sql.split(';') {
                sqlx::raw_sql(one).execute(pool).await.unwrap();
            }
        }
    }
}

/// Bytes of the whole database.
async fn size(db: &Db) -> i64 {
    match db {
        Db::Sqlite { write, .. } => {
            let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(write).await.unwrap();
            let free: i64 = sqlx::query_scalar("pragma freelist_count").fetch_one(write).await.unwrap();
            let page: i64 = sqlx::query_scalar("pragma page_size").fetch_one(write).await.unwrap();
            (pages - free) * page
        }
        Db::Postgres { pool, .. } => {
            sqlx::query_scalar("select pg_database_size(current_database())").fetch_one(pool).await.unwrap()
        }
    }
}

/// Runs it; returns how many seconds it took.
async fn timed(work: impl Future<Output = ()>) -> f64 {
    let began = Instant::now();
    work.await;
    began.elapsed().as_secs_f64()
}

/// Whom our own search finds, whether there are more, and the milliseconds that it took.
async fn ask_own(db: &Db, typed: &str) -> (BTreeSet<String>, bool, f64) {
    let mut reader = db.reader().await.unwrap();
    let began = Instant::now();
    let Query::Terms(terms) = Query::parse(typed) else { panic!("{typed}") };
    let found = store::find(reader.conn(), terms, None, None).await.unwrap();
    let took = began.elapsed().as_secs_f64() * 1_000.0;
    assert!(!found.cut, "{typed}: not all were looked through");
    (found.members.into_iter().map(|m| m.id).collect(), found.more, took)
}

/// The same of a rival.
async fn ask(db: &Db, rival: Rival, typed: &str) -> (BTreeSet<String>, bool, f64) {
    macro_rules! fetch {
        ($pool:expr) => {{
            let mut conn = $pool.acquire().await.unwrap();
            let began = Instant::now();
            let (sql, bound) = rival.search(typed);
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for value in bound {
                query = query.bind(value);
            }
            let rows = query.fetch_all(&mut *conn).await.unwrap();
            let ids: Vec<String> = rows.iter().map(|row| row.get("id")).collect();
            (ids, began.elapsed().as_secs_f64() * 1_000.0)
        }};
    }
    let (ids, took) = match db {
        Db::Sqlite { read, .. } => fetch!(read),
        Db::Postgres { pool, .. } => fetch!(pool),
    };
    let more = ids.len() == LIMIT;
    (ids.into_iter().collect(), more, took)
}

/// The median and the 95th percentile.
fn figures_of(times: &mut [f64]) -> (f64, f64) {
    times.sort_unstable_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 95 / 100])
}

async fn measure(db: &Db, database: &str, n: usize) {
    let (there, mut more) = (people(n), people(ADDED));
    for (i, person) in more.iter_mut().enumerate() {
        person.id = sayso::id::in_time_order(sayso::time::UtcMillis(1_750_000_000_000 + i as i64)).to_string();
        person.email = format!("x{}", person.email);
    }
    db.migrate().await.unwrap();
    put_members(db, &there).await;
    let mut before = size(db).await;
    let report = |what: &str, took: f64, bytes: i64| {
        println!("{database:<11} {n:>9} {what:<12} written in {took:>7.1} s, {:>7.1} MB", bytes as f64 / 1e6);
    };
    let took = timed(put_words(db, &there)).await;
    if let Db::Postgres { .. } = db {
        run(db, "vacuum analyze").await;
    }
    report("own", took, size(db).await - before);
    for rival in Rival::of(db) {
        before = size(db).await;
        run(db, rival.make()).await;
        let took = timed(async {
            put(db, *rival, &there, 0, 2_000).await;
            run(db, rival.tidy()).await;
        });
        let took = took.await;
        report(&format!("{rival:?}"), took, size(db).await - before);
    }
    for kind in SEARCHES.into_iter().filter(|kind| *kind != "an id") {
        let mut dice = Dice(11);
        let mut times = vec![Vec::new(); 1 + Rival::of(db).len()];
        for i in 0..WARM + ASKED {
            let typed = query(kind, &there[dice.fair(there.len())]);
            let (own, own_more, own_took) = ask_own(db, &typed).await;
            let mut took = vec![own_took];
            for rival in Rival::of(db) {
                let (found, more, rival_took) = ask(db, *rival, &typed).await;
                assert_eq!(more, own_more, "{rival:?}, {typed}");
                assert!(more || found == own, "{rival:?}, {typed}: {found:?} and {own:?}");
                took.push(rival_took);
            }
            if i >= WARM {
                times.iter_mut().zip(took).for_each(|(times, took)| times.push(took));
            }
        }
        let names = ["own".to_owned()].into_iter().chain(Rival::of(db).iter().map(|rival| format!("{rival:?}")));
        for (name, times) in names.zip(&mut times) {
            let (p50, p95) = figures_of(times);
            println!("{database:<11} {n:>9} {name:<12} {kind:<23} p50 {p50:>8.2} ms, p95 {p95:>8.2} ms");
        }
    }
    put_members(db, &more).await;
    let report = |what: &str, took: f64| {
        println!("{database:<11} {n:>9} {what:<12} one more: {:>6.0} µs", took * 1e6 / ADDED as f64);
    };
    report("own", timed(put_own_one_by_one(db, &more)).await);
    for rival in Rival::of(db) {
        report(&format!("{rival:?}"), timed(put(db, *rival, &more, n, 1)).await);
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|arg| arg.replace('_', "").parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    let folder = tempfile::tempdir_in(std::path::Path::new(env!("CARGO_BIN_EXE_sayso")).parent().unwrap()).unwrap();
    let cluster =
        std::env::var("SAYSO_TEST_POSTGRES").expect("SAYSO_TEST_POSTGRES names a cluster: run make bench-search");
    for n in sizes {
        let file = folder.path().join(format!("{n}.db"));
        let db = Db::open(&format!("sqlite://{}", file.display())).await.unwrap();
        measure(&db, "SQLite", n).await;
        db.close().await;
        std::fs::remove_file(file).unwrap();
        let admin = sqlx::PgPool::connect(&format!("{cluster}/postgres")).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("create database search_{n}"))).execute(&admin).await.unwrap();
        let db = Db::open(&format!("{cluster}/search_{n}")).await.unwrap();
        measure(&db, "PostgreSQL", n).await;
        db.close().await;
        sqlx::query(AssertSqlSafe(format!("drop database search_{n} with (force)"))).execute(&admin).await.unwrap();
        admin.close().await;
    }
}
