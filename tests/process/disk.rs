//! A disk that is really full: a small one in memory, in a mount namespace of the server's own.
//! Needs `unshare` and `nsenter` (util-linux) and either root or user namespaces; where those are
//! not to be had, the test fails.

use crate::server::{BINARY, Server, choices, history};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The disk's size in bytes, and how much of it is left for the presses once the server is ready.
const DISK: u64 = 8 << 20;
const ROOM: u64 = 512 << 10;

pub struct Disk {
    /// Holds the namespace open until its standard input ends.
    holder: Child,
    folder: tempfile::TempDir,
}

impl Disk {
    /// One of so many bytes.
    pub fn new(size: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "--", "sh", "-c"])
            .arg(format!("mount -t tmpfs -o size={size} sayso \"$1\" && echo mounted && exec cat"))
            .arg("sh")
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("unshare is there (util-linux)");
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line != "mounted\n" {
            let mut why = String::new();
            holder.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("no disk of a given size can be had here, and this test needs one: {why}");
        }
        Self { holder, folder }
    }

    /// Runs `program` where this disk is; the process is its own, so that signals reach it.
    pub fn command(&self, program: &str) -> Command {
        let mut enter = Command::new("nsenter");
        let holder = self.holder.id().to_string();
        enter.args(["--target", &holder, "--user", "--mount", "--preserve-credentials", "--", program]);
        enter
    }

    /// The database on this disk, for programs that run where it is.
    pub fn url(&self) -> String {
        format!("sqlite://{}/sayso.db", self.folder.path().display())
    }

    fn server(&self) -> Server {
        Server::launch(self.command(BINARY), &self.url(), &[])
    }

    /// Has the disk hold `more` bytes than are on it now.
    pub fn leave_room(&self, more: u64) {
        // A server may write between the two, and what is on a disk does not fit on a smaller one.
        let resize = "for n in 1 2 3 4 5 6 7 8 9 10; do
            used=$(df --output=used -B1 \"$1\" | tail -n 1) && mount -o remount,size=$((used + $2)) \"$1\" && exit 0
          done 2>/dev/null; exit 1";
        let mut shell = self.command("sh");
        let done = shell.args(["-c", resize, "sh"]).arg(self.folder.path()).arg(more.to_string()).status().unwrap();
        assert!(done.success(), "the disk does not change its size");
    }

    /// Fills the disk up to [`ROOM`] with a file that can be removed again.
    fn fill(&self) {
        let mut ballast = File::create(self.path("ballast")).unwrap();
        while ballast.write_all(&[1; 4096]).is_ok() {}
        ballast.set_len(ballast.metadata().unwrap().len() - ROOM).unwrap();
    }

    /// A file on the disk, as it is reached from outside the namespace.
    pub fn path(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().strip_prefix("/").unwrap();
        Path::new("/proc").join(self.holder.id().to_string()).join("root").join(folder).join(name)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        let _ = self.holder.wait();
    }
}

/// Nothing of the cause is handed out.
#[track_caller]
fn names_no_cause(text: &str) {
    let text = text.to_lowercase();
    for cause in ["disk", "full", "sqlite", "sqlx", "database", "i/o"] {
        assert!(!text.contains(cause), "{cause:?} in {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_is_acknowledged_that_is_not_kept_and_with_room_again_it_goes_on() {
    let disk = Disk::new(DISK);
    let mut server = disk.server();
    let ada = server.visitor().join("ada@example.org");
    disk.fill();
    let mut acknowledged = BTreeSet::new();

    let mut held = ada.first_press().unwrap().choice().unwrap();
    let refused = loop {
        acknowledged.insert(held.0);
        let answer = ada.press(held).unwrap();
        match answer.choice() {
            Some(next) => held = next,
            None => break answer,
        }
        assert!(acknowledged.len() < 10_000, "the disk does not become full");
    };
    assert!(acknowledged.len() > 2, "the disk was full before anything happened");
    assert_eq!(refused.status, 500, "{refused:?}");
    server.logs(&refused.reference().expect("a reference"));
    names_no_cause(&refused.body);

    // Red, and it says so as long as the disk is full. What a probe has found is handed out for a
    // second.
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(1_100));
        let ready = server.visitor().get("/readyz").unwrap();
        assert_eq!(ready.status, 503, "ready, although a press has just been refused");
    }
    // A browser without JavaScript gets a page with a reference.
    let by_form = ada.clone().wanting_html().press(held).unwrap();
    assert_eq!(by_form.status, 302);
    let page = ada.clone().wanting_html().get(by_form.header("location").unwrap()).unwrap();
    assert_eq!(page.status, 200, "it tells of a failure, and is none");
    let reference = by_form.header("location").unwrap().strip_prefix("/error?reference=").unwrap();
    assert!(page.body.contains(reference));
    server.logs(reference);
    names_no_cause(&page.body);
    // Reading works, and shows what holds.
    let tab = ada.clone().wanting_html().get("/settings/privacy").unwrap();
    assert_eq!(tab.status, 200);
    assert!(tab.body.contains(&format!("aria-checked=\"{}\"", held.1)), "the tab does not show what holds");
    assert_eq!(ada.clone().wanting_html().get("/settings/privacy/history").unwrap().status, 200);
    assert_eq!(server.visitor().get("/healthz").unwrap().status, 200);

    std::fs::remove_file(disk.path("ballast")).unwrap();
    // What a probe has found is handed out for a second.
    std::thread::sleep(Duration::from_millis(1_100));
    assert!(server.is_ready(), "there is room again, and it is not ready:\n{}", server.log());
    for _ in 0..10 {
        held = ada.press(held).unwrap().choice().expect("there is room again");
        acknowledged.insert(held.0);
    }
    server.ask_to_stop();
    assert!(server.ended(Duration::from_secs(40)).success());

    // The next start needs no repair either.
    let server = disk.server();
    let held_now = ada.at(server.addr).first_press().unwrap().choice().unwrap();
    assert_eq!(held_now, held);
    server.kill();
    let kept = tempfile::tempdir().unwrap();
    for file in ["sayso.db", "sayso.db-wal"] {
        std::fs::copy(disk.path(file), kept.path().join(file)).unwrap();
    }
    let url = format!("sqlite://{}/sayso.db", kept.path().display());
    assert_eq!(
        choices(&history(&url, "ada@example.org").await),
        acknowledged,
        "kept on the left, acknowledged on the right"
    );
}

/// A file that is there would be taken for a backup.
#[test]
fn a_backup_that_finds_no_room_leaves_nothing() {
    let (disk, folder) = (Disk::new(DISK), tempfile::tempdir().unwrap());
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let sayso = |args: &[&str]| disk.command(BINARY).args(args).env("DATABASE_URL", &url).output().unwrap();
    assert!(sayso(&["migrate"]).status.success());
    disk.leave_room(16 << 10);
    let file = disk.folder.path().join("backup.db");
    let failed = sayso(&["backup", file.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(!failed.status.success() && said.contains("cannot write") && said.contains("backup.db"), "{said}");
    let left: Vec<_> = std::fs::read_dir(disk.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}
