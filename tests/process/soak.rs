//! A long trial, `make soak`: members press while everything around them goes wrong, on SQLite and
//! on PostgreSQL. `SAYSO_SOAK_SECONDS` says how long, an hour by default, half of it on each.
//!
//! At the end, and after each thing that went wrong: nothing acknowledged is lost, no page shows a
//! choice that does not hold, and memory and disk stay within bounds.

use crate::client::{Client, Connection};
use crate::cluster::Cluster;
use crate::server::{BINARY, Server, choices, history, until};
use sayso::ledger::EntryId;
use std::collections::BTreeSet;
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

const MEMBERS: usize = 8;
/// Bytes of memory that the server may have, and that a database may grow by for each entry.
const MEMORY_MAX: u64 = 500 << 20;
const PER_ENTRY_MAX: u64 = 16 << 10;

/// What is known of one member's presses.
#[derive(Default)]
struct Known {
    acknowledged: BTreeSet<EntryId>,
    /// The newest answer, if nothing has been sent since.
    holds: Option<(EntryId, bool)>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
enum Wrong {
    Killed,
    AskedToStop,
    DatabaseCrashed,
    DatabaseStopped,
    IdleConnections,
    FloodOfForms,
    FloodOfPasswords,
    Nothing,
}

const ALL: [Wrong; 8] = [
    Wrong::Killed,
    Wrong::AskedToStop,
    Wrong::DatabaseCrashed,
    Wrong::DatabaseStopped,
    Wrong::IdleConnections,
    Wrong::FloodOfForms,
    Wrong::FloodOfPasswords,
    Wrong::Nothing,
];

fn seconds() -> u64 {
    std::env::var("SAYSO_SOAK_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(3_600)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "an hour: make soak"]
async fn an_hour_in_which_everything_goes_wrong() {
    let half = Duration::from_secs(seconds() / 2);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sayso.db");
    let sqlite = format!("sqlite://{}", file.display());
    trial("SQLite", &sqlite, None, half).await;
    let cluster = Cluster::start(&[]);
    trial("PostgreSQL", &cluster.url(), Some(&cluster), half).await;
}

/// Without a limit on how often somebody may choose: that is what is to be loaded.
fn start(url: &str) -> Server {
    let free = [("SAYSO_CHOICES_PER_MINUTE", "0"), ("SAYSO_CHOICES_PER_DAY", "0")];
    Server::launch(Command::new(BINARY), url, &free)
}

async fn trial(name: &str, url: &str, cluster: Option<&Cluster>, length: Duration) {
    let mut server = start(url);
    let email = |n: usize| format!("ada{n}@example.org");
    let members: Vec<Client> = (0..MEMBERS).map(|n| server.visitor().join(&email(n))).collect();
    let known: Vec<Arc<Mutex<Known>>> = (0..MEMBERS).map(|_| Arc::default()).collect();
    let at = Arc::new(RwLock::new(server.addr));
    let over = Arc::new(AtomicBool::new(false));
    let presses = Arc::new(AtomicU64::new(0));
    let pressing: Vec<_> = members
        .iter()
        .zip(&known)
        .map(|(member, known)| {
            let (member, known, at) = (member.clone(), known.clone(), at.clone());
            let (over, presses) = (over.clone(), presses.clone());
            std::thread::spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    let member = member.clone().at(*at.read().unwrap());
                    let holds = known.lock().unwrap().holds.take();
                    let answer = match holds {
                        Some(holds) => member.press(holds),
                        None => member.first_press(),
                    };
                    if let Some(holds) = answer.and_then(|answer| answer.choice()) {
                        let mut known = known.lock().unwrap();
                        known.acknowledged.insert(holds.0);
                        known.holds = Some(holds);
                        presses.fetch_add(1, Ordering::SeqCst);
                    } else {
                        std::thread::sleep(Duration::from_millis(100));
                    }
                }
            })
        })
        .collect();
    let (begun, mut wrongs, mut memory) = (Instant::now(), 0usize, 0);
    while begun.elapsed() < length {
        let wrong = ALL[wrongs * 5 % ALL.len()];
        wrongs += 1;
        std::thread::sleep(Duration::from_millis(1_500));
        match wrong {
            Wrong::Killed => {
                server.kill();
                server = start(url);
            }
            Wrong::AskedToStop => {
                server.ask_to_stop();
                server.ended(Duration::from_secs(60));
                server = start(url);
            }
            Wrong::DatabaseCrashed | Wrong::DatabaseStopped => {
                if let Some(cluster) = cluster {
                    cluster.fall(if matches!(wrong, Wrong::DatabaseCrashed) { "immediate" } else { "fast" });
                    until("it says that it is not ready", Duration::from_secs(10), || {
                        (!server.is_ready()).then_some(())
                    });
                    cluster.rise();
                }
            }
            Wrong::IdleConnections => {
                let idle: Vec<_> = (0..300).filter_map(|_| TcpStream::connect(server.addr).ok()).collect();
                let mut one = Connection::open(server.visitor());
                one.send("GET", "/healthz", "");
                assert_eq!(one.receive().map(|answer| answer.status), Some(200), "{} idle ones", idle.len());
            }
            Wrong::FloodOfForms => flood(&server, |n| {
                let reason = "x".repeat(3_000);
                ("/api/submit-objection", format!("form={n}&name=Eve&email=nobody&reason={reason}"))
            }),
            Wrong::FloodOfPasswords => flood(&server, |n| {
                ("/api/sign-in", format!("email=nobody{n}%40example.org&password=wrong-horse-battery&next="))
            }),
            Wrong::Nothing => {}
        }
        *at.write().unwrap() = server.addr;
        until("it is ready again", Duration::from_secs(60), || server.is_ready().then_some(()));
        memory = memory.max(server.memory());
        assert!(memory < MEMORY_MAX, "{memory} bytes of memory after {wrong:?}");
        assert!(!server.log().contains("panicked"), "{wrong:?}: {}", server.log());
    }
    over.store(true, Ordering::SeqCst);
    pressing.into_iter().for_each(|thread| thread.join().unwrap());
    let presses = presses.load(Ordering::SeqCst);
    for (n, (member, known)) in members.into_iter().zip(&known).enumerate() {
        let acknowledged = known.lock().unwrap().acknowledged.clone();
        let stored = choices(&history(url, &email(n)).await);
        let lost: Vec<_> = acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "{name}: acknowledged and lost: {lost:?}");
        // What is shown is the newest on record.
        let newest = *stored.last().unwrap();
        let shown = member.at(server.addr).get("/settings/privacy").unwrap();
        assert!(shown.body.contains(&newest.receipt()), "{name}: the page does not show {newest}");
    }
    let stored = match url.strip_prefix("sqlite://") {
        Some(file) => std::fs::metadata(file).unwrap().len(),
        None => 0,
    };
    assert!(stored < (presses + 1_000) * PER_ENTRY_MAX, "{stored} bytes for {presses} presses");
    println!(
        "{name}: {presses} presses acknowledged in {} s through {wrongs} things that went wrong, none lost; at most {} MB of memory, {} MB stored",
        begun.elapsed().as_secs(),
        memory >> 20,
        stored >> 20
    );
}

/// Two hundred strangers at once.
fn flood(server: &Server, form: impl Fn(usize) -> (&'static str, String) + Sync) {
    std::thread::scope(|scope| {
        for half in 0..8 {
            let (visitor, form) = (server.visitor(), &form);
            scope.spawn(move || {
                for n in 0..25 {
                    let (path, body) = form(half * 25 + n);
                    let answer = visitor.post(path, &body);
                    assert!(answer.is_none_or(|answer| answer.status != 500));
                }
            });
        }
    });
}
