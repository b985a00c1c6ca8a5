//! What Sayso can do on this machine, beside what the machine can do, in one run.
//!
//! | command | measures |
//! | --- | --- |
//! | `make bench` | the press and the tab, their statements, processor time and memory |
//! | `make bench-peers` | the same beside other published software |
//! | `make bench-overload` | 2,000 connections that ask for three times what can be answered |
//! | `make bench-million` | the press and the tab among a million imported members |
//! | `make bench-import` | the import itself, the same again, and the export |
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has nothing else to do")]

mod import;
mod million;
mod overload;
mod peers;
mod people;
mod postgres;
mod proc;
mod run;
#[expect(dead_code, reason = "nobody searches here")]
#[path = "../shared/scale.rs"]
mod scale;
#[expect(dead_code, reason = "whoever is measured has a lighter client")]
#[path = "../shared/mod.rs"]
mod shared;
mod statements;
mod table;
mod visit;
mod wire;
mod yardsticks;

use postgres::Cluster;
use std::path::Path;

/// As in the binary: the yardsticks are served by this program.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    match args.first().map(String::as_str) {
        Some(yardsticks::SERVES) => yardsticks::serve(),
        mode => measure(mode),
    }
}

/// One thread: what it does not need is left to the server.
#[tokio::main(flavor = "current_thread")]
async fn measure(mode: Option<&str>) {
    // Beside the build, so on a disk and not in memory.
    let folder = tempfile::tempdir_in(Path::new(env!("CARGO_BIN_EXE_sayso")).parent().unwrap()).unwrap();
    let cluster = Cluster::find().await;
    match mode {
        None => run::run(folder.path(), cluster.as_ref()).await,
        Some("peers") => peers::run(folder.path(), cluster.as_ref()).await,
        Some("overload") => overload::run(folder.path(), cluster.as_ref()).await,
        Some("million") => million::run(folder.path(), cluster.as_ref()).await,
        Some("import") => import::run(folder.path(), cluster.as_ref()).await,
        Some(other) => panic!("there is no bench called {other}"),
    }
}
