//! `make bench-support`: how long staff wait for a search and the queue, and members for their tab,
//! among ten thousand, a hundred thousand and a million members (or as many as asked for) with ten
//! entries each, on SQLite and on PostgreSQL (`SAYSO_TEST_POSTGRES`), with each figure as a
//! multiple of that at the smallest size. With `SAYSO_BENCH_FOLDER` SQLite's stay there (and
//! PostgreSQL's in a cluster that stays), and are filled only where they are not yet.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has nothing else to do")]

#[expect(dead_code, reason = "histories until now are for the load")]
#[path = "shared/scale.rs"]
mod scale;
#[expect(dead_code, reason = "how the server starts is measured by the load")]
mod shared;

use sayso::db::Db;
use sayso::time;
use scale::{Dice, PASSWORD, Person, SEARCHES, SECRET, STAFF, VISITED, fill, people, query, recall, visited};
use shared::{Client, Server};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// Searches of each kind, after as many that are not counted.
const ASKED: usize = 300;

/// Pages of the officer, and where they are; a tab and a history are those of members.
const PAGES: [(&str, &str); 11] = [
    ("the queue", "/support/objections"),
    ("the queue, overdue", "/support/objections?due=overdue"),
    ("the queue, nobody's", "/support/objections?officer=nobody"),
    ("the queue, a purpose", "/support/objections?purpose=research"),
    ("the queue, rare purpose", "/support/objections?purpose=advertising"),
    ("answered, rare purpose", "/support/objections?state=answered&purpose=advertising"),
    ("the queue, none", "/support/objections?state=second-officer"),
    ("the queue, under review", "/support/objections?state=under-review"),
    ("the queue, answered", "/support/objections?state=answered"),
    ("the queue, ended: none", "/support/objections?state=ended"),
    ("the charts", "/support/figures"),
];
const OWN: [(&str, &str); 2] =
    [("a member's tab", "/settings/privacy"), ("a member's history", "/settings/privacy/history")];

fn kinds() -> impl Iterator<Item = &'static str> {
    SEARCHES.into_iter().chain(PAGES.map(|(kind, _)| kind)).chain(OWN.map(|(kind, _)| kind))
}

/// Asks for a page, and returns it with the milliseconds that were waited.
async fn timed(client: &mut Client, path: &str) -> (String, f64) {
    let before = Instant::now();
    let page = client.ask("GET", path, "").await;
    let took = before.elapsed().as_secs_f64() * 1_000.0;
    assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
    (page, took)
}

async fn sign_in(client: &mut Client, email: &str) {
    let form = format!("email={}&password={PASSWORD}", encoded(email));
    let answer = client.ask("POST", "/api/sign-in", &form).await;
    client.keep_cookie(&answer);
}

async fn sign_in_staff(client: &mut Client, email: &str) {
    sign_in(client, email).await;
    let bytes = totp_rs::Secret::Encoded(SECRET.into()).to_bytes().unwrap();
    let totp = totp_rs::TOTP::new(totp_rs::Algorithm::SHA1, 6, 0, 30, bytes, None, String::new()).unwrap();
    let now = u64::try_from(time::system().now().0 / 1000).unwrap();
    let answer = client.ask("POST", "/api/enter-code", &format!("code={}", totp.generate(now))).await;
    client.keep_cookie(&answer);
}

/// The median and the 99th percentile.
fn figures_of(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_unstable_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A server with so many members, and what was waited for its pages.
struct Place {
    people: Vec<Person>,
    server: Server,
    officer: Client,
    times: BTreeMap<&'static str, Vec<f64>>,
}

impl Place {
    /// Fills the database where it is not `there` already, and serves it.
    async fn open(url: &str, there: bool, folder: &Path, n: usize) -> Self {
        let (mut people, began) = (people(n), Instant::now());
        let db = Db::open(url).await.unwrap();
        db.migrate().await.unwrap();
        if there {
            recall(&db, &mut people).await;
        } else {
            fill(&db, &people).await;
            eprintln!("filled {url} with {n} members in {:.0} s", began.elapsed().as_secs_f64());
        }
        db.close().await;
        // Or the server would count a million members beside, as it does once a day.
        let counted = Command::new(env!("CARGO_BIN_EXE_sayso")).arg("figures").env("DATABASE_URL", url).output();
        assert!(counted.unwrap().status.success());
        let server = Server::start(url, folder, &[], Stdio::inherit()).await;
        let officer = Client::open(server.addr, 1).await;
        Self { people, server, officer, times: BTreeMap::new() }
    }

    /// Signs the officer in; on a new connection, since one on which nothing comes is closed.
    async fn begin(&mut self) {
        self.officer = Client::open(self.server.addr, 1).await;
        sign_in_staff(&mut self.officer, STAFF).await;
    }

    fn keep(&mut self, kind: &'static str, took: f64) {
        self.times.entry(kind).or_default().push(took);
    }

    async fn search(&mut self, kind: &'static str, person: usize) -> f64 {
        let path = format!("/support?q={}", encoded(&query(kind, &self.people[person])));
        let (page, took) = timed(&mut self.officer, &path).await;
        let none = page.contains("No members match.");
        assert_eq!(none, kind == "nobody", "{path}");
        took
    }

    async fn page(&mut self, kind: &'static str, path: &str) -> f64 {
        let (page, took) = timed(&mut self.officer, path).await;
        assert!(page.contains("OBJ-") || kind.ends_with("none") || kind == "the charts", "{kind} is empty");
        took
    }
}

/// Asks all of them for the same in turn, so that whatever else the machine does is waited for at
/// each.
async fn measure(places: &mut [Place]) {
    for place in &mut *places {
        place.begin().await;
    }
    for kind in SEARCHES {
        let mut dice = Dice(11);
        for i in 0..2 * ASKED {
            for place in &mut *places {
                let person = dice.fair(place.people.len());
                let took = place.search(kind, person).await;
                if i >= ASKED {
                    place.keep(kind, took);
                }
            }
        }
    }
    for (kind, path) in PAGES {
        for i in 0..2 * ASKED {
            for place in &mut *places {
                let took = place.page(kind, path).await;
                if i >= ASKED {
                    place.keep(kind, took);
                }
            }
        }
    }
    for nth in 0..VISITED {
        let mut members = Vec::new();
        for place in &*places {
            let (i, person) = visited(&place.people, nth);
            let mut client = Client::open(place.server.addr, i % 60_000).await;
            sign_in(&mut client, &person.email).await;
            members.push(client);
        }
        for (kind, path) in OWN {
            // The first visit is another one at each size: it reads from the disk what the others
            // find in memory.
            for visit in 0..=2 * ASKED / VISITED {
                for (place, member) in places.iter_mut().zip(&mut members) {
                    let (page, took) = timed(member, path).await;
                    assert!(page.starts_with("HTTP/1.1 200") && page.contains("</html>"), "{page}");
                    if visit > 0 {
                        place.keep(kind, took);
                    }
                }
            }
        }
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|arg| arg.replace('_', "").parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    let temporary = tempfile::tempdir_in(Path::new(env!("CARGO_BIN_EXE_sayso")).parent().unwrap()).unwrap();
    let kept = std::env::var_os("SAYSO_BENCH_FOLDER").map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(temporary.path());
    let cluster =
        std::env::var("SAYSO_TEST_POSTGRES").expect("SAYSO_TEST_POSTGRES names a cluster: run make bench-support");
    println!(
        "{:<11} {:>9} {:<23} {:>8} {:>8} {:>11} {:>11}",
        "database", "members", "asked for", "p50 ms", "p99 ms", "p50 ratio", "p99 ratio"
    );
    let mut slowest = 0f64;
    for database in ["SQLite", "PostgreSQL"] {
        let mut places = Vec::new();
        for n in &sizes {
            let (url, there) = if database == "SQLite" {
                let file = folder.join(format!("{n}.db"));
                (format!("sqlite://{}", file.display()), file.exists())
            } else {
                let admin = sqlx::PgPool::connect(&format!("{cluster}/postgres")).await.unwrap();
                let made = sqlx::query(sqlx::AssertSqlSafe(format!("create database bench_{n}"))).execute(&admin).await;
                admin.close().await;
                (format!("{cluster}/bench_{n}"), made.is_err())
            };
            places.push(Place::open(&url, there, folder, *n).await);
        }
        measure(&mut places).await;
        let mut smallest: Option<BTreeMap<&str, (f64, f64)>> = None;
        for (n, place) in sizes.iter().zip(&mut places) {
            let figures: BTreeMap<&str, (f64, f64)> =
                std::mem::take(&mut place.times).into_iter().map(|(kind, times)| (kind, figures_of(times))).collect();
            let first = smallest.get_or_insert_with(|| figures.clone());
            for kind in kinds() {
                let ((p50, p99), (first50, first99)) = (figures[kind], first[kind]);
                if SEARCHES.contains(&kind) {
                    slowest = slowest.max(p99);
                }
                println!(
                    "{database:<11} {n:>9} {kind:<23} {p50:>8.2} {p99:>8.2} {:>11.2} {:>11.2}",
                    p50 / first50,
                    p99 / first99
                );
            }
        }
    }
    println!("\nthe slowest 99th percentile of a search: {slowest:.2} ms (50 ms are promised)");
}
