//! Disks that fail: an fsync, a write or the room for it, every so often (strace injects the
//! error). Whatever happens, what is acknowledged is there, and the server goes on by itself.

use crate::kill::Crowd;
use crate::server::{BINARY, Server, until};
use std::process::Command;
use std::time::Duration;

/// The binary, of whose calls some fail: `when` is the first one, and how many lie between two.
fn with_fault(calls: &str, error: &str, when: &str) -> Command {
    let mut command = Command::new("strace");
    command
        // The tracer is nobody's parent, so that signals reach the server.
        .args(["-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null"])
        .args(["-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:error={error}:when={when}")])
        .arg(BINARY);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SAYSO_")) {
        command.env_remove(name);
    }
    command
}

async fn nothing_is_lost_where(calls: &str, error: &str, when: &str) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::start(&url);
    let mut crowd = Crowd::join(&server);
    server.kill();
    crowd.press_while(Server::launch(with_fault(calls, error, when), &url, &[]), |server| {
        // Every time it is refused in words, and the next press may succeed.
        let refused = || server.log().matches("internal error").count();
        until(&format!("{calls} has failed with {error}"), Duration::from_secs(30), || (refused() > 3).then_some(()));
        std::thread::sleep(Duration::from_millis(500));
        assert!(!server.log().contains("panicked"), "{}", server.log());
        server.kill();
    });
    crowd.finds_everything(&url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_fsync_that_fails_acknowledges_nothing() {
    nothing_is_lost_where("fsync,fdatasync", "EIO", "20+7").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_fails_acknowledges_nothing() {
    nothing_is_lost_where("pwrite64", "EIO", "400+97").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_without_room_acknowledges_nothing() {
    nothing_is_lost_where("pwrite64", "ENOSPC", "400+97").await;
}
