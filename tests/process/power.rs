//! A power cut: of what was written, only what an fsync has confirmed is there afterwards. A
//! library that is loaded into the server (`power.c`) keeps that beside the database.

use crate::kill::{Crowd, rounds};
use crate::server::{Server, bare_command};
use std::path::Path;
use std::process::Command;

/// Compiles the library into `folder`.
fn library(folder: &Path) -> String {
    let library = folder.join("power.so").display().to_string();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/process/power.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O2", "-o", &library, source, "-ldl"]).status();
    assert!(built.expect("a C compiler is there").success());
    library
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_power_cut_everything_acknowledged_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    let place = |round: usize, name: &str| folder.path().join(format!("{name}-{round}"));
    let url = |round: usize| format!("sqlite://{}/sayso.db", place(round, "disk").display());
    let started = |round: usize| {
        std::fs::create_dir_all(place(round, "disk")).unwrap();
        std::fs::create_dir_all(place(round, "durable")).unwrap();
        let mut command = bare_command();
        command.env("LD_PRELOAD", &library).env("SAYSO_TEST_DURABLE", place(round, "durable"));
        Server::launch(command, &url(round), &[])
    };
    let server = started(0);
    let mut crowd = Crowd::join(&server);
    let mut server = Some(server);
    for round in 0..rounds() {
        crowd.press_until_killed(server.take().unwrap());
        // The power is back: what was not durable is gone.
        std::fs::create_dir_all(place(round + 1, "disk")).unwrap();
        for file in ["sayso.db", "sayso.db-wal"] {
            let durable = place(round, "durable").join(file);
            assert!(durable.exists(), "{file}: nothing was ever confirmed to be on the disk");
            std::fs::copy(durable, place(round + 1, "disk").join(file)).unwrap();
        }
        for gone in ["disk", "durable"] {
            std::fs::remove_dir_all(place(round, gone)).unwrap();
        }
        server = Some(started(round + 1));
    }
    server.unwrap().kill();
    crowd.finds_everything(&url(rounds())).await;
}
