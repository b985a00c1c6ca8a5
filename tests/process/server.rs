//! Starting the binary, ending it, and what is in its database afterwards.

use crate::client::Client;
use sayso::db::Db;
use sayso::ledger::{Entry, EntryId, Kind, store};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub const BINARY: &str = env!("CARGO_BIN_EXE_sayso");

/// The command, without the settings of whoever runs the tests: the variables of our own scripts
/// begin with `SAYSO_` as well, and a start warns of each that it does not know.
pub fn bare_command() -> Command {
    let mut command = Command::new(BINARY);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SAYSO_")) {
        command.env_remove(name);
    }
    command
}

/// Asks `is_so` until it says something, for `patience` at most.
#[track_caller]
pub fn until<T>(what: &str, patience: Duration, mut is_so: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = is_so() {
            return found;
        }
        assert!(begun.elapsed() < patience, "waited {patience:?} in vain until {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A port nobody listens on, below those from which connections go out: one of these could take it
/// before the server does.
fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let next = || SocketAddr::from(([127, 0, 0, 1], first + NEXT.fetch_add(1, Ordering::Relaxed)));
    std::iter::repeat_with(next).find(|addr| TcpListener::bind(addr).is_ok()).unwrap()
}

/// The binary, serving. It is ended with the test, whatever becomes of that.
pub struct Server {
    child: Child,
    pub addr: SocketAddr,
    log: Arc<Mutex<String>>,
    listener: Option<JoinHandle<()>>,
    /// What it keeps beside its database.
    data: tempfile::TempDir,
}

impl Server {
    /// Starts it on the database `url` and waits until it is ready.
    pub fn start(url: &str) -> Self {
        Self::launch(bare_command(), url, &[])
    }

    /// The same by way of `command`, to which only `serve` is added, and with more settings.
    pub fn launch(command: Command, url: &str, settings: &[(&str, &str)]) -> Self {
        Self::launch_into([Stdio::null(), Stdio::piped()], command, url, settings)
    }

    /// The same with standard output and standard error led elsewhere; what it writes to the latter
    /// is read where that is a pipe of ours.
    pub fn launch_into(
        [stdout, stderr]: [Stdio; 2],
        mut command: Command,
        url: &str,
        settings: &[(&str, &str)],
    ) -> Self {
        let addr = free_address();
        let data = tempfile::tempdir().unwrap();
        let mut child = command
            .arg("serve")
            .env("DATABASE_URL", url)
            .env("SAYSO_ADDR", addr.to_string())
            .env("SAYSO_DATA", data.path())
            .env("SAYSO_DEMO", "0")
            // Its folder is another one after each start.
            .env("SAYSO_LOG_KEY", log_key())
            // Members here press as fast as they are answered.
            .envs([("SAYSO_CHOICES_PER_MINUTE", "0"), ("SAYSO_CHOICES_PER_DAY", "0")])
            .envs(settings.iter().copied())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let listener = child.stderr.take().map(|said| {
            let into = log.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(said).lines().map_while(Result::ok) {
                    let mut log = into.lock().unwrap();
                    log.push_str(&line);
                    log.push('\n');
                }
            })
        });
        let mut server = Self { child, addr, log, listener, data };
        until("the server is ready", Duration::from_secs(60), || {
            let ended = server.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended at once, {ended:?}:\n{}", server.log());
            server.is_ready().then_some(())
        });
        server
    }

    pub fn visitor(&self) -> Client {
        Client::new(self.addr, &self.data.path().join("mail"))
    }

    pub fn is_ready(&self) -> bool {
        self.visitor().get("/readyz").is_some_and(|answer| answer.status == 200)
    }

    /// What it has written to its log so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Until `text` stands in the log; what is written there is read a moment later.
    #[track_caller]
    pub fn logs(&self, text: &str) {
        until(&format!("{text} is in the log"), Duration::from_secs(10), || self.log().contains(text).then_some(()));
    }

    /// Bytes of memory that it has (Linux).
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
    }

    /// SIGKILL: nothing of the process gets to finish.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: a request to stop.
    pub fn ask_to_stop(&self) {
        self.signal("TERM");
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Until it has ended by itself; its whole log is then there.
    #[track_caller]
    pub fn ended(&mut self, patience: Duration) -> ExitStatus {
        let status = until("the server has ended", patience, || self.child.try_wait().unwrap());
        if let Some(listener) = self.listener.take() {
            listener.join().unwrap();
        }
        status
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The whole history of one member as it is stored, after looking at its chain; oldest entry first.
pub async fn history(url: &str, email: &str) -> Vec<Entry> {
    let db = Db::open(url).await.unwrap();
    let mut reader = db.reader().await.unwrap();
    let member = sayso::account::store::by_email(reader.conn(), email).await.unwrap().unwrap();
    let entries = store::of_subject(reader.conn(), &member.subject).await.unwrap();
    assert_eq!(entries[0].previous, None);
    for pair in entries.windows(2) {
        assert_eq!(pair[1].previous, Some(pair[0].id), "the chain is broken");
    }
    for entry in &entries {
        let stored = store::find(reader.conn(), &member.subject, entry.id).await.unwrap().unwrap();
        assert_eq!(stored.bytes, entry.canonical().bytes);
        assert_eq!(stored.sha256, sayso::ledger::entry::sha256_hex(&stored.bytes));
    }
    drop(reader);
    db.close().await;
    entries
}

/// The choices in a history by their ids: each is there once, and differs from the one before.
pub fn choices(entries: &[Entry]) -> BTreeSet<EntryId> {
    let choices: Vec<_> = entries.iter().filter(|e| e.kind == Kind::Choice).collect();
    assert!(choices.windows(2).all(|pair| pair[0].choice != pair[1].choice), "the same choice stands twice in a row");
    let ids: BTreeSet<EntryId> = choices.iter().map(|e| e.id).collect();
    assert_eq!(ids.len(), choices.len(), "an entry is there twice");
    ids
}

/// The key of every public log here.
fn log_key() -> &'static str {
    static KEY: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    KEY.get_or_init(|| sayso::log::key::LogKey::make("processes.example/log").unwrap().secret_text())
}
