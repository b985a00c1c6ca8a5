//! `make bench-overload`: two thousand connections, and three times the requests that the machine
//! can answer. What is accepted has to be quick all the same, the rest refused at once, and nobody
//! forgotten beside it: neither a sign-in nor `/healthz`.

use crate::people::{fill, tabs};
use crate::postgres::Cluster;
use crate::proc::{peak, resident};
use crate::run::{Place, SETTINGS, WARM, time};
use crate::scale::PASSWORD;
use crate::shared::Server;
use crate::table;
use crate::wire::{Answer, Asks, Wire, Work, drive, find};
use sayso::account::{password::hash_now, store};
use sayso::db::Db;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

const EACH: usize = 2_000;
const CONNECTIONS: usize = 2_000;
/// Of what the machine answers when it is not pressed harder.
const TIMES: f64 = 3.0;
const LASTS: Duration = Duration::from_secs(15);

/// What became of the requests of one kind.
#[derive(Default)]
struct Fates {
    /// Milliseconds of those that were answered by 200.
    accepted: Vec<f64>,
    /// Milliseconds until the others were refused.
    refused: Vec<f64>,
    /// Refused with 503 and `Retry-After`.
    told_when: usize,
    /// Neither answered nor refused: the connection was closed, or anything else.
    lost: usize,
}

impl Fates {
    fn add(&mut self, other: Self) {
        self.accepted.extend(other.accepted);
        self.refused.extend(other.refused);
        self.told_when += other.told_when;
        self.lost += other.lost;
    }

    fn take(&mut self, answer: std::io::Result<Answer<'_>>, took: Duration) {
        let ms = took.as_secs_f64() * 1_000.0;
        match answer {
            Ok(answer) if answer.status < 400 => self.accepted.push(ms),
            Ok(answer) if answer.status == 503 => {
                self.refused.push(ms);
                let head = answer.head.to_ascii_lowercase();
                self.told_when += usize::from(find(&head, b"\r\nretry-after:").is_some());
            }
            _ => self.lost += 1,
        }
    }

    fn print(mut self, what: &str, asked_for: f64) {
        let all = self.accepted.len() + self.refused.len() + self.lost;
        let share = |part: usize| part as f64 * 100.0 / all.max(1) as f64;
        println!(
            "{what:<22} {asked_for:>10.0} {:>9} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>9.1}",
            self.accepted.len(),
            percentile(&mut self.accepted, 0.5),
            percentile(&mut self.accepted, 0.99),
            percentile(&mut self.accepted, 1.0),
            share(self.refused.len()),
            share(self.told_when),
            percentile(&mut self.refused, 0.99),
            share(self.lost)
        );
    }
}

fn percentile(times: &mut [f64], q: f64) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(((times.len().max(1) - 1) as f64 * q) as usize).copied().unwrap_or(f64::NAN)
}

/// Asks at fixed times, whether the answer before has come or not: what is late counts as late,
/// because it is measured from when it was to be sent.
async fn paced(addr: SocketAddr, mut work: Asks, every: Duration, offset: Duration, until: Instant) -> Fates {
    let mut fates = Fates::default();
    let mut wire = Wire::open(addr).await.ok();
    let mut due = Instant::now() + offset;
    while due < until {
        tokio::time::sleep_until(due.into()).await;
        let request = work.next().unwrap_or_default();
        match &mut wire {
            Some(open) => {
                let answer = tokio::time::timeout(Duration::from_secs(10), open.ask(request)).await;
                let answer = answer.unwrap_or_else(|late| Err(late.into()));
                let failed = answer.is_err();
                fates.take(answer, due.elapsed());
                if failed {
                    wire = None;
                }
            }
            None => {
                fates.lost += 1;
                wire = Wire::open(addr).await.ok();
            }
        }
        due += every;
        // Whoever is refused or late does not ask for what they have missed.
        due = due.max(Instant::now() - every);
    }
    fates
}

/// One after another, while it lasts.
async fn beside(addr: SocketAddr, request: Vec<u8>, pause: Duration, on: Arc<AtomicBool>) -> Fates {
    let mut fates = Fates::default();
    while on.load(Relaxed) {
        let began = Instant::now();
        // Each on a connection of its own, as a probe and a visitor have.
        match Wire::open(addr).await {
            Ok(mut wire) => {
                let answer = tokio::time::timeout(Duration::from_secs(10), wire.ask(&request)).await;
                fates.take(answer.unwrap_or_else(|late| Err(late.into())), began.elapsed());
            }
            Err(_) => fates.lost += 1,
        }
        tokio::time::sleep(pause).await;
    }
    fates
}

/// Somebody who can sign in with a password.
async fn with_password(db: &Db) -> String {
    const ONE: &str = "select id, email from members where role = 'member' order by id limit 1";
    let (id, email): (String, String) = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(ONE).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_as(ONE).fetch_one(pool).await.unwrap(),
    };
    let mut tx = db.begin().await.unwrap();
    store::change_password(tx.conn(), &id, &hash_now(PASSWORD)).await.unwrap();
    tx.commit().await.unwrap();
    let email = email.replace('@', "%40");
    let body = format!("email={email}&password={PASSWORD}");
    format!(
        "POST /api/sign-in HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\nX-Forwarded-For: 10.99.0.1\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

pub async fn run(folder: &Path, cluster: Option<&Cluster>) {
    println!(
        "{CONNECTIONS} connections ask for the tab, together {TIMES} times as often as 64 connections are answered\n\
         at most, for {} s: at fixed times, and each time is counted from then. Beside them, on new connections,\n\
         one sign-in (argon2) and one /healthz after another. The load generator is on the same cores.",
        LASTS.as_secs()
    );
    overload(&Place::new(None, folder, "overload").await).await;
    if cluster.is_some() {
        overload(&Place::new(cluster, folder, "overload").await).await;
    }
}

async fn overload(place: &Place<'_>) {
    let db = place.open().await;
    let cast = fill(&db, EACH, 1).await;
    let sign_in = with_password(&db).await;
    db.close().await;
    let visitors = &cast.with_history[0];
    // As many as are to come, and those beside them.
    let mut settings = SETTINGS.to_vec();
    settings.push(("SAYSO_CONNECTIONS", "2100"));
    let server = Server::start(&place.url, place.folder, &settings, Stdio::null()).await;
    let addr = server.addr;
    let (most, _) = drive(addr, tabs(visitors, 64, "identity"), place.watch(&server), WARM, time()).await;
    let before = resident(server.pid());
    let rate = most.rate * TIMES;
    let every = Duration::from_secs_f64(CONNECTIONS as f64 / rate);
    let (until, on) = (Instant::now() + LASTS, Arc::new(AtomicBool::new(true)));
    let mut tasks = tokio::task::JoinSet::new();
    for (n, work) in tabs(visitors, CONNECTIONS, "identity").into_iter().enumerate() {
        let offset = every.mul_f64(n as f64 / CONNECTIONS as f64) + Duration::from_millis(500);
        tasks.spawn(paced(addr, work, every, offset, until));
    }
    let healthz = b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n".to_vec();
    let healthz = tokio::spawn(beside(addr, healthz, Duration::from_millis(50), on.clone()));
    let sign_in = tokio::spawn(beside(addr, sign_in.into_bytes(), Duration::from_millis(500), on.clone()));
    let mut tab = Fates::default();
    while let Some(fates) = tasks.join_next().await {
        tab.add(fates.unwrap());
    }
    on.store(false, Relaxed);
    let name = place.name;
    println!(
        "\n{name:<22} {:>10} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "asked for", "accepted", "p50 ms", "p99 ms", "max ms", "503 %", "when %", "503 p99", "lost %"
    );
    tab.print("the tab", rate);
    sign_in.await.unwrap().print("sign-in beside it", 2.0);
    healthz.await.unwrap().print("/healthz beside it", 20.0);
    table::fact("64 connections before, per second", &format!("{:.0}, p99 {:.1} ms", most.rate, most.p99));
    let (after, top) = (resident(server.pid()), peak(server.pid()));
    let memory = format!("{before:.0} MB before, {after:.0} MB after, at most {top:.0} MB");
    table::fact("resident memory", &memory);
    println!("  goals: p99 of what is accepted under 100 ms; every 503 with Retry-After; nothing lost");
}
