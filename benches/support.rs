//! `make bench-support`: how long staff wait for a search among ten thousand, a hundred thousand and, when asked, a million members, on
//! SQLite and on PostgreSQL (`SAYSO_TEST_POSTGRES`), with each figure as a multiple of that at the smallest size.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has nothing else to do")]

mod house;

use house::Client;
use sayso::account::model::{Country, NewMember, Role};
use sayso::account::{password::hash_now, search, store};
use sayso::db::Db;
use sayso::time::UtcMillis;
use sqlx::QueryBuilder;
use std::collections::BTreeMap;
use std::time::Instant;

const SIZES: [usize; 2] = [10_000, 100_000];
/// Searches of each kind, after as many that are not counted.
const ASKED: usize = 300;
const PASSWORD: &str = "correct-horse-battery";
const STAFF: &str = "bench.staff@example.org";

/// Numbers that are the same at every run (a linear congruential generator, Knuth's MMIX).
struct Dice(u64);

impl Dice {
    /// Below `n`; the smaller the likelier, as names are.
    fn skewed(&mut self, n: usize) -> usize {
        let u = self.fair(1_000_000) as f64 / 1_000_000.0;
        ((u * u * u) * n as f64) as usize
    }

    fn fair(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// The `i`th of some names, made of syllables.
fn made(i: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "an", "ber", "ca", "dö", "el", "fi", "gar", "hal", "i", "jo", "ka", "lé", "mi", "no", "ol", "pe", "ra", "sen",
        "to", "vi",
    ];
    let (mut rest, mut name) = (i + 20, String::new());
    while rest > 0 {
        name.push_str(SYLLABLES[rest % 20]);
        rest /= 20;
    }
    name[..1].to_uppercase() + &name[1..]
}

struct Person {
    id: String,
    first: String,
    last: String,
    email: String,
}

fn people(n: usize) -> Vec<Person> {
    let mut dice = Dice(7);
    (0..n)
        .map(|i| {
            let (first, last) = (made(dice.skewed(2_000)), made(dice.skewed(40_000)));
            let email = format!("{}.{}{i}@mail{}.example", search::fold(&first), search::fold(&last), dice.fair(20));
            Person {
                id: sayso::id::in_time_order(UtcMillis(1_700_000_000_000 + i as i64)).to_string(),
                first,
                last,
                email,
            }
        })
        .collect()
}

/// Puts them into the database, many rows at once, and the words in their order.
async fn fill(db: &Db, people: &[Person]) {
    let mut words: Vec<(String, &str)> = people
        .iter()
        .flat_map(|p| search::keys(&format!("{} {}", p.first, p.last), &p.email).into_iter().map(|word| (word, &*p.id)))
        .collect();
    words.sort_unstable();
    macro_rules! insert {
        ($pool:expr, $db:ty) => {{
            let mut tx = $pool.begin().await.unwrap();
            for some in people.chunks(1_000) {
                let mut sql = QueryBuilder::<$db>::new(
                    "insert into members (id, subject, email, name, country, role, password_hash, joined_at, searchable) ",
                );
                sql.push_values(some, |mut row, p| {
                    row.push_bind(&p.id).push_bind(format!("s-{}", p.id)).push_bind(&p.email);
                    row.push_bind(format!("{} {}", p.first, p.last));
                    row.push("'IE'").push("'member'").push("''").push("0").push("true");
                });
                sql.build().execute(&mut *tx).await.unwrap();
            }
            for some in words.chunks(5_000) {
                let mut sql = QueryBuilder::<$db>::new("insert into member_words (word, member_id) ");
                sql.push_values(some, |mut row, (word, id)| {
                    row.push_bind(word).push_bind(*id);
                });
                sql.build().execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        }};
    }
    match db {
        Db::Sqlite { write, .. } => insert!(write, sqlx::Sqlite),
        Db::Postgres(pool) => {
            insert!(pool, sqlx::Postgres);
            // As its own housekeeping would by and by.
            sqlx::query("vacuum analyze").execute(pool).await.unwrap();
        }
    }
    let new = NewMember {
        name: "Staff".into(),
        email: STAFF.into(),
        country: Country::parse("IE").unwrap(),
        role: Role::Support,
        password_hash: hash_now(PASSWORD),
        demo: false,
    };
    let mut tx = db.begin().await.unwrap();
    store::insert(tx.conn(), new, UtcMillis(0)).await.unwrap();
    tx.commit().await.unwrap();
}

const KINDS: [&str; 9] = [
    "three letters",
    "a first name",
    "a last name",
    "first and last name",
    "last name, first begun",
    "both names begun",
    "an address begun",
    "an id",
    "nobody",
];

/// A query of one kind, about somebody there is.
fn query(kind: &str, p: &Person) -> String {
    let begun = |text: &str, n: usize| text.chars().take(n).collect::<String>();
    match kind {
        "three letters" => begun(&p.last, 3),
        "a first name" => p.first.clone(),
        "a last name" => p.last.clone(),
        "first and last name" => format!("{} {}", p.first, p.last),
        "last name, first begun" => format!("{} {}", p.last, begun(&p.first, 2)),
        "both names begun" => format!("{} {}", begun(&p.first, 3), begun(&p.last, 3)),
        "an address begun" => begun(&p.email, p.email.find('@').unwrap() + 3),
        "an id" => p.id.clone(),
        _ => format!("{}q {}q", p.first, p.last),
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// Milliseconds that are waited for a page, at the median and the 99th percentile, for each kind of search.
async fn measure(url: &str, folder: &std::path::Path, people: &[Person]) -> BTreeMap<&'static str, (f64, f64)> {
    let (mut server, addr) = house::serve(url, folder).await;
    let mut client = Client::open(addr, 1).await;
    let form = format!("email={}&password={PASSWORD}", encoded(STAFF));
    let answer = client.ask("POST", "/api/sign-in", &form).await;
    client.keep_cookie(&answer);
    let mut figures = BTreeMap::new();
    for kind in KINDS {
        let mut dice = Dice(11);
        let mut times = Vec::new();
        for i in 0..2 * ASKED {
            let person = &people[dice.fair(people.len())];
            let path = format!("/support?q={}", encoded(&query(kind, person)));
            let before = Instant::now();
            let page = client.ask("GET", &path, "").await;
            let took = before.elapsed();
            assert!(page.starts_with("HTTP/1.1 200"), "{page}");
            let none = page.contains("Nobody is found under this.");
            assert_eq!(none, kind == "nobody", "{path}");
            if i >= ASKED {
                times.push(took.as_secs_f64() * 1_000.0);
            }
        }
        times.sort_unstable_by(f64::total_cmp);
        figures.insert(kind, (times[ASKED / 2], times[ASKED * 99 / 100]));
    }
    server.kill().unwrap();
    server.wait().unwrap();
    figures
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|arg| arg.replace('_', "").parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    let folder = tempfile::tempdir_in(std::path::Path::new(env!("CARGO_BIN_EXE_sayso")).parent().unwrap()).unwrap();
    let cluster =
        std::env::var("SAYSO_TEST_POSTGRES").expect("SAYSO_TEST_POSTGRES names a cluster: run make bench-support");
    println!(
        "{:<11} {:>9} {:<23} {:>8} {:>8} {:>11} {:>11}",
        "database", "members", "search for", "p50 ms", "p99 ms", "p50 ratio", "p99 ratio"
    );
    let mut slowest = 0f64;
    for database in ["SQLite", "PostgreSQL"] {
        let mut smallest: Option<BTreeMap<&str, (f64, f64)>> = None;
        for n in &sizes {
            let url = if database == "SQLite" {
                format!("sqlite://{}/{n}.db", folder.path().display())
            } else {
                let admin = sqlx::PgPool::connect(&format!("{cluster}/postgres")).await.unwrap();
                sqlx::query(&format!("create database bench_{n}")).execute(&admin).await.unwrap();
                admin.close().await;
                format!("{cluster}/bench_{n}")
            };
            let people = people(*n);
            let began = Instant::now();
            let db = Db::open(&url).await.unwrap();
            db.migrate().await.unwrap();
            fill(&db, &people).await;
            db.close().await;
            eprintln!("filled {database} with {n} members in {:.0} s", began.elapsed().as_secs_f64());
            let figures = measure(&url, folder.path(), &people).await;
            let first = smallest.get_or_insert_with(|| figures.clone());
            for kind in KINDS {
                let ((p50, p99), (first50, first99)) = (figures[kind], first[kind]);
                slowest = slowest.max(p99);
                println!(
                    "{database:<11} {n:>9} {kind:<23} {p50:>8.2} {p99:>8.2} {:>11.2} {:>11.2}",
                    p50 / first50,
                    p99 / first99
                );
            }
        }
    }
    println!("\nthe slowest 99th percentile: {slowest:.2} ms (50 ms are promised)");
}
