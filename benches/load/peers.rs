//! `make bench-peers`: what other published software that records consent does on this machine, in
//! the same run and asked by the same client. `benches/peers/peer` installs and serves it.

use crate::people::{fill, presses, tabs};
use crate::postgres::Cluster;
use crate::proc::{Watch, all_resident};
use crate::run::{Place, WARM, time};
use crate::wire::{Answer, Asks, Figures, Wire, Work, drive};
use crate::{table, yardsticks};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 16;
/// Members of ours, of whom each is asked in turn.
const EACH: usize = 2_000;
/// Subjects of theirs: so few that each has about as many entries by the time they are read.
const SUBJECTS: usize = 100;

/// What is installed, and what is asked of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Peer {
    C15t,
    Django,
}

impl Peer {
    const fn name(self) -> &'static str {
        match self {
            Self::C15t => "c15t",
            Self::Django => "django",
        }
    }

    /// Where each write is a row.
    const fn table(self) -> &'static str {
        match self {
            Self::C15t => "\"consent\"",
            Self::Django => "cookie_consent_logitem",
        }
    }

    const fn says(self) -> &'static str {
        match self {
            Self::C15t => {
                "  c15t 2.2.1 on one Node process, as documented. Write: POST /subjects appends a consent. Read: GET\n  \
                 /subjects/ID, the consents of one subject. Both are JSON, with no page and no session."
            }
            Self::Django => {
                "  django-cookie-consent 1.0.0 on gunicorn, two workers. Write: POST /accept/ and /decline/ in turn\n  \
                 append a row that names no visitor; the choice itself is in the visitor's cookie. Read: GET /, the\n  \
                 page with the groups. It is HTML with no session, and its groups come from a cache."
            }
        }
    }
}

/// One that runs.
struct Served {
    child: Child,
    addr: SocketAddr,
    ready: Duration,
}

impl Served {
    async fn start(peer: Peer, folder: &Path, url: &str) -> Self {
        let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let began = Instant::now();
        let child = Command::new(script())
            .args(["serve", peer.name()])
            .arg(folder)
            .args([url, &addr.port().to_string()])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let path = if peer == Peer::C15t { "/status" } else { "/status/" };
        while !answers(addr, path).await {
            assert!(began.elapsed() < Duration::from_secs(60), "{} does not start", peer.name());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self { child, addr, ready: began.elapsed() }
    }
}

impl Drop for Served {
    /// It is asked to stop, because gunicorn has workers to stop.
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

async fn answers(addr: SocketAddr, path: &str) -> bool {
    let Ok(mut wire) = Wire::open(addr).await else { return false };
    wire.ask(&get(path)).await.is_ok_and(|answer| answer.status == 200)
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n").into_bytes()
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/peer")
}

/// The `n`th subject, in the digits that c15t's ids may have.
fn subject(n: usize) -> String {
    let digits: String = n.to_string().chars().map(|digit| char::from(digit as u8 + b'a' - b'0')).collect();
    format!("sub_bench{digits}")
}

/// A connection that writes one consent after another.
struct Writes {
    peer: Peer,
    token: String,
    at: usize,
    request: Vec<u8>,
}

impl Work for Writes {
    fn next(&mut self) -> Option<&[u8]> {
        let (path, more, body) = match self.peer {
            Peer::C15t => {
                let on = self.at.is_multiple_of(2);
                let body = format!(
                    "{{\"type\":\"cookie_banner\",\"subjectId\":\"{}\",\"domain\":\"example.com\",\"givenAt\":{},\
                     \"preferences\":{{\"necessary\":true,\"measurement\":{on},\"marketing\":false}}}}",
                    subject(self.at % SUBJECTS),
                    1_700_000_000_000 + self.at % 90_000_000_000
                );
                ("/subjects", "Content-Type: application/json\r\n".to_owned(), body)
            }
            Peer::Django => {
                let path = if (self.at / CONNECTIONS).is_multiple_of(2) { "/accept/" } else { "/decline/" };
                let more = format!(
                    "Content-Type: application/x-www-form-urlencoded\r\nX-Cookie-Consent-Fetch: 1\r\n\
                     Cookie: csrftoken={0}\r\nX-CSRFToken: {0}\r\n",
                    self.token
                );
                (path, more, "cookie_groups=measurement".to_owned())
            }
        };
        self.at += CONNECTIONS;
        self.request =
            format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{more}Content-Length: {}\r\n\r\n{body}", body.len())
                .into_bytes();
        Some(&self.request)
    }

    fn answered(&mut self, answer: &Answer<'_>) {
        assert!(answer.status == 200, "{}: {}", answer.status, String::from_utf8_lossy(answer.body));
    }
}

/// What Django wants to see again with each form, once in a cookie.
async fn token(addr: SocketAddr) -> String {
    let mut wire = Wire::open(addr).await.unwrap();
    let answer = wire.ask(&get("/status/")).await.unwrap();
    let head = String::from_utf8_lossy(answer.head).into_owned();
    let (_, rest) = head.split_once("csrftoken=").unwrap();
    rest.split(';').next().unwrap().to_owned()
}

async fn rows(url: &str, peer: Peer) -> i64 {
    let count = AssertSqlSafe(format!("select count(*) from {}", peer.table()));
    if url.starts_with("sqlite:") {
        let mut conn = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(count).fetch_one(&mut conn).await.unwrap()
    } else {
        let mut conn = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(count).fetch_one(&mut conn).await.unwrap()
    }
}

/// The write and the read of one of them.
async fn measure(peer: Peer, place: &Place<'_>, folder: &Path) -> [Figures; 2] {
    let served = Served::start(peer, folder, &place.url).await;
    let watch = Watch { server: served.child.id(), postmaster: place.cluster.map(|cluster| cluster.postmaster) };
    let token = if peer == Peer::Django { token(served.addr).await } else { String::new() };
    let work = |at| Writes { peer, token: token.clone(), at, request: Vec::new() };
    // What is made at the first write, such as a domain, is there before several come at once. Its
    // numbers are far from those below, because the same consent again would be no new row.
    let first =
        drive(served.addr, vec![work(80_000_000_000)], watch, Duration::ZERO, Duration::from_millis(300)).await.0;
    let works = (CONNECTIONS..2 * CONNECTIONS).map(work).collect();
    let (write, _) = drive(served.addr, works, watch, WARM, time()).await;
    let acknowledged = i64::try_from(first.answered + write.answered).unwrap();
    assert_eq!(rows(&place.url, peer).await, acknowledged, "{} has not what it acknowledged", peer.name());
    let paths = match peer {
        Peer::C15t => (0..SUBJECTS).map(|n| get(&format!("/subjects/{}", subject(n)))).collect(),
        Peer::Django => vec![get("/")],
    };
    let works = Asks::shared(paths, CONNECTIONS, b"");
    let (read, _) = drive(served.addr, works, watch, WARM, time()).await;
    table::row(&format!("{}: write", peer.name()), &write);
    table::row(&format!("{}: read", peer.name()), &read);
    let (ms, memory) = (served.ready.as_millis(), all_resident(served.child.id()));
    table::fact(&format!("{}: start to ready, tables made; memory", peer.name()), &format!("{ms} ms; {memory:.0} MB"));
    [write, read]
}

/// Our press and our tab, for members with fifteen entries.
async fn ours(place: &Place<'_>) -> [Figures; 2] {
    let db = place.open().await;
    let cast = fill(&db, EACH, 1).await;
    db.close().await;
    let server = place.serve().await;
    let works = tabs(&cast.with_history[0], CONNECTIONS, "identity");
    let (tab, _) = drive(server.addr, works, place.watch(&server), WARM, time()).await;
    let works = presses(server.addr, &cast.with_history[0], CONNECTIONS, "identity", false).await;
    let (press, _) = drive(server.addr, works, place.watch(&server), WARM, time()).await;
    table::row("Sayso: press", &press);
    table::row("Sayso: tab, identity", &tab);
    let (ms, memory) = (server.ready.as_millis(), all_resident(server.pid()));
    table::fact("Sayso: start to ready; memory", &format!("{ms} ms; {memory:.0} MB"));
    [press, tab]
}

pub async fn run(folder: &Path, cluster: Option<&Cluster>) {
    // What is installed may be kept for the next run.
    let kept = std::env::var_os("BENCH_PEERS").map(PathBuf::from);
    let peers = kept.unwrap_or_else(|| folder.join("peers"));
    println!("Installing the peers (several minutes; with BENCH_PEERS=FOLDER they stay there)");
    assert!(Command::new(script()).arg("install").arg(&peers).status().unwrap().success(), "they cannot be installed");
    table::preface();
    println!("\nOn SQLite each of them has write-ahead logging and synchronous=FULL, an fsync for each commit.");
    println!("On PostgreSQL each commit is synchronous. Each acknowledged write is looked for afterwards.");
    for peer in [Peer::C15t, Peer::Django] {
        println!("{}", peer.says());
    }
    println!(
        "  Sayso: the press checks the session, decides by the history and appends a hashed entry; the tab is HTML."
    );
    let alone = yardsticks::commits(folder, 1, time()).await;
    let databases = if cluster.is_some() { vec![None, cluster] } else { vec![None] };
    for cluster in databases {
        let sayso = Place::new(cluster, folder, "ours").await;
        table::heading(&format!("on {}", sayso.name));
        if cluster.is_none() {
            table::rate("bare SQLite commits, FULL, one by one", 1, alone);
        }
        let own = ours(&sayso).await;
        let mut best = [0f64; 2];
        for peer in [Peer::C15t, Peer::Django] {
            let place = Place::new(cluster, folder, peer.name()).await;
            let theirs = measure(peer, &place, &peers).await;
            for (best, figures) in best.iter_mut().zip(theirs) {
                *best = best.max(figures.rate);
            }
        }
        table::ratio("press / write of the best peer", own[0].rate / best[0], "8");
        table::ratio("tab / read of the best peer", own[1].rate / best[1], "12");
    }
}
