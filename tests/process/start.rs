//! Several processes that start at once.

use crate::server::bare_command;
use std::process::{Child, Stdio};

/// A fresh file, and as many processes that bring it up to date at the same time: before they took
/// turns, more than half of them failed.
#[test]
fn processes_that_start_at_once_on_a_fresh_file_all_come_up() {
    for round in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/data/sayso.db", folder.path().display());
        let start = |_| {
            let mut command = bare_command();
            command.args(["migrate", "--database-url", &url]).stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let children: Vec<Child> = (0..4).map(start).collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "round {round}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
