//! A long trial, `make soak`: members press while everything around them goes wrong, on SQLite and
//! on PostgreSQL. `SAYSO_SOAK_SECONDS` says how long, an hour by default, half of it on each.
//!
//! Their clock is moved by libfaketime (Debian's package `faketime`), and SQLite's disk is one in
//! memory that can be made full.
//!
//! At the end, and after each thing that went wrong: nothing acknowledged is lost, no page shows a
//! choice that does not hold, and memory and disk stay within bounds.

use crate::client::{Client, Connection};
use crate::cluster::Cluster;
use crate::disk::Disk;
use crate::server::{BINARY, Server, bare_command, choices, history, until};
use sayso::ledger::EntryId;
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::net::TcpStream;
use std::process::Stdio;
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
    DiskFull,
    LogFull,
    ClockMoved,
    IdleConnections,
    FloodOfForms,
    FloodOfPasswords,
    Nothing,
}

/// In turn: each comes between others.
const ALL: [Wrong; 13] = [
    Wrong::Killed,
    Wrong::FloodOfForms,
    Wrong::DiskFull,
    Wrong::DatabaseCrashed,
    Wrong::IdleConnections,
    Wrong::AskedToStop,
    Wrong::LogFull,
    Wrong::FloodOfPasswords,
    Wrong::Killed,
    Wrong::DatabaseStopped,
    Wrong::Nothing,
    Wrong::ClockMoved,
    Wrong::DiskFull,
];

/// What a probe has found is handed out for a second.
const PROBED: Duration = Duration::from_millis(1_100);
/// As much as the disk of SQLite's half may hold.
const DISK: u64 = 4 << 30;

/// Where one half of the trial runs.
struct Place {
    name: &'static str,
    /// The database, for the server.
    url: String,
    cluster: Option<Cluster>,
    disk: Option<Disk>,
    /// How far the server's clock is from the right one, as libfaketime reads it.
    clock: tempfile::NamedTempFile,
}

impl Place {
    fn sqlite() -> Self {
        let disk = Disk::new(DISK);
        Self { name: "SQLite", url: disk.url(), cluster: None, disk: Some(disk), clock: clock() }
    }

    fn postgres() -> Self {
        let cluster = Cluster::start(&[]);
        Self { name: "PostgreSQL", url: cluster.url(), cluster: Some(cluster), disk: None, clock: clock() }
    }

    fn start(&self) -> Server {
        self.start_into(Stdio::piped())
    }

    fn start_into(&self, log: Stdio) -> Server {
        let command = match &self.disk {
            Some(disk) => disk.command(BINARY),
            None => bare_command(),
        };
        let (library, file) = (faketime(), self.clock.path().display().to_string());
        let settings = [
            ("LD_PRELOAD", &*library),
            ("FAKETIME_TIMESTAMP_FILE", &file),
            ("FAKETIME_CACHE_DURATION", "1"),
            // What passes is real: only what the clock says is not.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("FAKETIME_FORCE_MONOTONIC_FIX", "0"),
        ];
        Server::launch_into([Stdio::null(), log], command, &self.url, &settings)
    }

    /// What the server left behind: in a folder of its own where it lies on the disk, by its URL,
    /// and how many bytes it has. SQLite follows the links of a path, and would look for the file
    /// on another disk.
    fn kept(&self) -> (tempfile::TempDir, String, u64) {
        let folder = tempfile::tempdir().unwrap();
        let Some(disk) = &self.disk else { return (folder, self.url.clone(), 0) };
        for file in ["sayso.db", "sayso.db-wal"] {
            std::fs::copy(disk.path(file), folder.path().join(file)).unwrap();
        }
        let file = folder.path().join("sayso.db");
        let size = std::fs::metadata(&file).unwrap().len();
        (folder, format!("sqlite://{}", file.display()), size)
    }

    fn move_clock(&self, by: &str) {
        std::fs::write(self.clock.path(), by).unwrap();
    }
}

fn clock() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "+0").unwrap();
    file
}

fn faketime() -> String {
    let folders = std::fs::read_dir("/usr/lib").unwrap().filter_map(Result::ok);
    let found = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1")).find(|file| file.exists());
    found.expect("libfaketime is there (Debian: faketime)").display().to_string()
}

fn seconds() -> u64 {
    std::env::var("SAYSO_SOAK_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(3_600)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "an hour: make soak"]
async fn an_hour_in_which_everything_goes_wrong() {
    let half = Duration::from_secs(seconds() / 2);
    trial(&Place::sqlite(), half).await;
    trial(&Place::postgres(), half).await;
}

async fn trial(place: &Place, length: Duration) {
    let name = place.name;
    let mut server = place.start();
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
        let wrong = ALL[wrongs % ALL.len()];
        wrongs += 1;
        std::thread::sleep(Duration::from_millis(1_500));
        match wrong {
            Wrong::Killed => {
                server.kill();
                server = place.start();
            }
            Wrong::AskedToStop => {
                server.ask_to_stop();
                server.ended(Duration::from_secs(60));
                server = place.start();
            }
            Wrong::DatabaseCrashed | Wrong::DatabaseStopped => {
                if let Some(cluster) = &place.cluster {
                    cluster.fall(if matches!(wrong, Wrong::DatabaseCrashed) { "immediate" } else { "fast" });
                    is_red(&server, wrong);
                    cluster.rise();
                }
            }
            Wrong::DiskFull => {
                if let Some(disk) = &place.disk {
                    disk.leave_room(64 << 10);
                    is_red(&server, wrong);
                    disk.leave_room(DISK);
                }
            }
            // The server that comes next has a log of its own again.
            Wrong::LogFull => {
                server.ask_to_stop();
                server.ended(Duration::from_secs(60));
                server = place.start_into(OpenOptions::new().write(true).open("/dev/full").unwrap().into());
            }
            Wrong::ClockMoved => {
                place.move_clock("+2d");
                is_red(&server, wrong);
                place.move_clock("+0");
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
        // A clock that has jumped back is believed a minute later.
        until("it is ready again", Duration::from_secs(150), || server.is_ready().then_some(()));
        memory = memory.max(server.memory());
        assert!(memory < MEMORY_MAX, "{memory} bytes of memory after {wrong:?}");
        assert!(!server.log().contains("panicked"), "{wrong:?}: {}", server.log());
    }
    over.store(true, Ordering::SeqCst);
    pressing.into_iter().for_each(|thread| thread.join().unwrap());
    let presses = presses.load(Ordering::SeqCst);
    let shown: Vec<String> =
        members.into_iter().map(|member| member.at(server.addr).get("/settings/privacy").unwrap().body).collect();
    server.kill();
    let (_kept, url, size) = place.kept();
    for (n, (shown, known)) in shown.into_iter().zip(&known).enumerate() {
        let acknowledged = known.lock().unwrap().acknowledged.clone();
        let stored = choices(&history(&url, &email(n)).await);
        let lost: Vec<_> = acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "{name}: acknowledged and lost: {lost:?}");
        // What is shown is the newest on record.
        let newest = *stored.last().unwrap();
        assert!(shown.contains(&newest.receipt()), "{name}: the page does not show {newest}");
    }
    assert!(size < (presses + 1_000) * PER_ENTRY_MAX, "{size} bytes for {presses} presses");
    println!(
        "{name}: {presses} presses acknowledged in {} s through {wrongs} things that went wrong, none lost; at most {} MB of memory, {} MB stored",
        begun.elapsed().as_secs(),
        memory >> 20,
        size >> 20
    );
}

/// It says that it is not ready, and stays so.
#[track_caller]
fn is_red(server: &Server, wrong: Wrong) {
    until(&format!("it says that it is not ready, {wrong:?}"), Duration::from_secs(20), || {
        (!server.is_ready()).then_some(())
    });
    std::thread::sleep(PROBED);
    assert!(!server.is_ready(), "ready, although nothing can be recorded: {wrong:?}");
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
