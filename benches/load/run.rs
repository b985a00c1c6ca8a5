//! `make bench`: the press and the tab on both databases, beside the yardsticks of the same run.

use crate::people::{BROWSERS, Cast, Visitor, fill, presses, recorded, tabs};
use crate::postgres::Cluster;
use crate::proc::{Watch, peak, resident};
use crate::shared::{Server, data_of};
use crate::wire::{Figures, drive};
use crate::{statements, table, visit, yardsticks};
use sayso::db::Db;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// Members of each kind and for each row: so many that nobody presses oftener than people do.
const EACH: usize = 2_000;
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// The limits are on. That of a minute is what the README has for a day, so that nobody who is
/// measured has to wait, and as many choices are read as by default.
pub const SETTINGS: [(&str, &str); 1] = [("SAYSO_CHOICES_PER_MINUTE", "100")];
/// Starts of which the middle one counts.
const STARTS: usize = 5;
/// How long each row is asked without being counted.
pub const WARM: Duration = Duration::from_millis(700);

/// How long each row is measured. `SAYSO_BENCH_SECONDS` says otherwise.
pub fn time() -> Duration {
    let seconds = std::env::var("SAYSO_BENCH_SECONDS").ok().map_or(2.5, |text| text.parse().unwrap());
    Duration::from_secs_f64(seconds)
}

/// What is compared in the end, at sixteen connections.
#[derive(Default)]
struct Best {
    press: Figures,
    identity: Figures,
    browsers: Figures,
}

/// A database to measure on.
pub struct Place<'a> {
    pub name: &'static str,
    pub url: String,
    pub cluster: Option<&'a Cluster>,
    pub folder: &'a Path,
}

impl<'a> Place<'a> {
    /// An empty database of this name: on the cluster if there is one, else in the folder.
    pub async fn new(cluster: Option<&'a Cluster>, folder: &'a Path, name: &str) -> Self {
        let (kind, url) = match cluster {
            Some(cluster) => ("PostgreSQL", cluster.empty(name).await),
            None => {
                let file = folder.join(format!("{name}.db"));
                for end in ["", "-wal", "-shm", "-open"] {
                    let _ = std::fs::remove_file(format!("{}{end}", file.display()));
                }
                ("SQLite", format!("sqlite://{}", file.display()))
            }
        };
        let _ = std::fs::remove_dir_all(data_of(folder, &url));
        Self { name: kind, url, cluster, folder }
    }

    pub async fn open(&self) -> Db {
        let db = Db::open(&self.url).await.unwrap();
        db.migrate().await.unwrap();
        db
    }

    pub async fn serve(&self) -> Server {
        Server::start(&self.url, self.folder, &SETTINGS, Stdio::inherit()).await
    }

    pub fn watch(&self, server: &Server) -> Watch {
        Watch { server: server.pid(), postmaster: self.cluster.map(|cluster| cluster.postmaster) }
    }
}

pub async fn run(folder: &Path, cluster: Option<&Cluster>) {
    table::preface();
    let (time, seconds) = (time(), time().as_secs_f64());
    println!("{seconds} seconds a row; {EACH} members of each kind, and for each row of presses {EACH} others.");
    table::heading("yardsticks");
    let [hello, empty] = yardsticks::pages(16, WARM, time).await;
    table::row("Axum, \"hello\"", &hello);
    table::row("an empty Leptos page", &empty);
    let alone = yardsticks::commits(folder, 1, time).await;
    table::rate("bare SQLite commits, FULL, one by one", 1, alone);
    table::rate("bare SQLite commits, FULL, rows in groups of 16", 1, yardsticks::commits(folder, 16, time).await);
    let mut pgbench = 0.0;
    if let Some(cluster) = cluster {
        let (rate, ms) = yardsticks::pgbench(cluster, folder, time).await;
        table::rate(&format!("pgbench, one CTE a press (mean {ms:.2} ms)"), 16, rate);
        pgbench = rate;
    }
    let sqlite = measure(&Place::new(None, folder, "load").await).await;
    // The disk may be another than minutes ago: before and after, and the mean of both.
    let again = yardsticks::commits(folder, 1, time).await;
    table::rate("bare SQLite commits, FULL, one by one, again", 1, again);
    let alone = f64::midpoint(alone, again);
    let postgres = match cluster {
        Some(_) => Some(measure(&Place::new(cluster, folder, "load").await).await),
        None => None,
    };
    if let Some(cluster) = cluster {
        let (rate, ms) = yardsticks::pgbench(cluster, folder, time).await;
        table::rate(&format!("pgbench, one CTE a press (mean {ms:.2} ms), again"), 16, rate);
        pgbench = f64::midpoint(pgbench, rate);
    }

    println!("\nratios of this run, at 16 connections");
    table::ratio("SQLite: press / bare commits one by one", sqlite.press.rate / alone, "0.8");
    table::ratio("SQLite: tab / an empty Leptos page", sqlite.identity.rate / empty.rate, "0.39");
    let less = sqlite.browsers.rate / sqlite.identity.rate;
    table::ratio("SQLite: tab as browsers ask / as identity", less, "at least 0.9");
    if let Some(postgres) = postgres {
        table::ratio("PostgreSQL: press / pgbench", postgres.press.rate / pgbench, "0.75");
        table::ratio("PostgreSQL: tab / an empty Leptos page", postgres.identity.rate / empty.rate, "0.23");
        let less = postgres.browsers.rate / postgres.identity.rate;
        table::ratio("PostgreSQL: tab as browsers ask / as identity", less, "at least 0.9");
    } else {
        println!("  SAYSO_TEST_POSTGRES names no cluster: run make bench");
    }
}

/// The rows of one database.
async fn measure(place: &Place<'_>) -> Best {
    let name = place.name;
    let ready = starts(place).await;
    let db = place.open().await;
    let cast = fill(&db, EACH, CONNECTIONS.len() + 1).await;
    let server = place.serve().await;
    let idle = resident(server.pid());
    table::heading(&format!("Sayso on {name}"));
    let mut best = visits(place, &server, &cast).await;
    best.press = pressed(place, &server, &db, &cast).await;
    let (after, most) = (resident(server.pid()), peak(server.pid()));
    let sizes = visit::sizes(server.addr, &cast.fresh[0]).await;
    drop(server);
    let statements = statements::count(&place.url, place.folder, &cast.with_history[0]).await;
    db.close().await;

    println!("on {name} besides");
    let statements::Statements { tab, press, tab_by_id, press_by_id } = statements;
    let count = |all, own| format!("{all} ({own} with the id of their request)");
    table::fact("statements of a tab", &count(tab, tab_by_id));
    table::fact("statements of a press", &count(press, press_by_id));
    let memory = format!("{idle:.0} MB before the load, {after:.0} MB after it, at most {most:.0} MB");
    table::fact("resident memory", &memory);
    let ready = ready.as_secs_f64() * 1_000.0;
    table::fact("start to ready, empty database", &format!("{ready:.0} ms"));
    if place.cluster.is_none() {
        let visit::Sizes { all, wasm, page, files } = sizes;
        let kb = |bytes| bytes as f64 / 1_000.0;
        let parts = format!("{:.1} kB: WebAssembly {:.1}, the page {:.1}; {files} files", kb(all), kb(wasm), kb(page));
        table::fact("first visit to the tab, brotli, with heads", &parts);
        let binary = std::fs::metadata(env!("CARGO_BIN_EXE_sayso")).unwrap().len();
        table::fact("the binary", &format!("{:.1} MB", binary as f64 / 1e6));
    }
    best
}

/// From the start until it is ready, on an empty database: the middle one.
async fn starts(place: &Place<'_>) -> Duration {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let empty = Place::new(place.cluster, place.folder, "ready").await;
        times.push(empty.serve().await.ready);
    }
    times.sort_unstable();
    times[STARTS / 2]
}

/// The tab, in each way that it is asked for.
async fn visits(place: &Place<'_>, server: &Server, cast: &Cast) -> Best {
    let mut best = Best::default();
    let kinds: [(&str, &[Visitor]); 2] = [("fresh members", &cast.fresh), ("with history", &cast.with_history[0])];
    for (kind, visitors) in kinds {
        for (how, encoding) in [("identity", "identity"), ("as browsers ask", BROWSERS)] {
            for connections in CONNECTIONS {
                let works = tabs(visitors, connections, encoding);
                let (figures, _) = drive(server.addr, works, place.watch(server), WARM, time()).await;
                table::row(&format!("tab, {kind}, {how}"), &figures);
                if connections == 16 && kind == "with history" {
                    let place = if encoding == "identity" { &mut best.identity } else { &mut best.browsers };
                    *place = figures;
                }
            }
        }
    }
    best
}

/// The press; each that was acknowledged has to be in the ledger, and no other.
async fn pressed(place: &Place<'_>, server: &Server, db: &Db, cast: &Cast) -> Figures {
    let mut best = Figures::default();
    let mut expected = recorded(db).await;
    for (visitors, connections) in cast.with_history[1..].iter().zip(CONNECTIONS) {
        let works = presses(server.addr, visitors, connections, "identity", false).await;
        let (figures, _) = drive(server.addr, works, place.watch(server), WARM, time()).await;
        expected += i64::try_from(figures.answered).unwrap();
        assert_eq!(recorded(db).await, expected, "what was acknowledged is not what is in the ledger");
        table::row("press, durable, members with history in turn", &figures);
        if connections == 16 {
            best = figures;
        }
    }
    let works = presses(server.addr, &cast.with_history[0], 16, BROWSERS, true).await;
    let (figures, _) = drive(server.addr, works, place.watch(server), Duration::ZERO, Duration::from_secs(60)).await;
    expected += i64::try_from(figures.answered).unwrap();
    assert_eq!(recorded(db).await, expected, "what was acknowledged is not what is in the ledger");
    table::row("press, durable, as browsers ask, each member once", &figures);
    best
}
