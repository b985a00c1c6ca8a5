//! `make bench-import`: a million members brought in, the same file again, and all of them handed
//! out again: how long each takes, the most memory that it had, and how much it wrote to the disk.
//! A tenth of them first, so that one sees whether these grow with the file.
//!
//! `SAYSO_BENCH_MEMBERS` says another number of members.

use crate::postgres::Cluster;
use crate::proc::{peak, written};
use crate::run::Place;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many members are brought in.
pub fn members() -> u64 {
    std::env::var("SAYSO_BENCH_MEMBERS").ok().map_or(1_000_000, |n| n.replace('_', "").parse().unwrap())
}

/// A file as a platform would write it: numbered members, addresses in no order, years of joining
/// mixed.
pub fn write_members(path: &Path, count: u64) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let countries = ["US", "US", "US", "DE", "FR", "GB", "IN", "BR", "CA", "JP", "CH", "HK"];
    file.write_all(b"id,email,name,country,joined\n").unwrap();
    for n in 0..count {
        // Fibonacci hashing: the same for everybody who measures, and in no order.
        let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let (country, year, month) =
            (countries[(mixed >> 40) as usize % 12], 2004 + (mixed >> 32) % 20, 1 + (mixed >> 24) % 12);
        writeln!(
            file,
            "{},member.{mixed:016x}@example.org,\"Surname{}, Given{}\",{country},{year}-{month:02}-17T09:30:00Z",
            1_000_000 + n,
            mixed % 50_021,
            mixed % 7_919,
        )
        .unwrap();
    }
    file.flush().unwrap();
}

/// What a command took.
pub struct Took {
    pub time: Duration,
    /// The most memory that it had, in MB.
    pub peak: f64,
    /// Bytes that it had sent to the disk. Of PostgreSQL's own nothing is known.
    pub written: u64,
    /// The size of the file that it read or wrote.
    pub file: u64,
}

/// Runs `sayso members …`, which has to say that it did `says`.
pub fn run_command(url: &str, what: &str, file: &Path, says: &str) -> Took {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(["members", what])
        .arg(file)
        .env("DATABASE_URL", url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Looked at while it runs: with the process, what is known of it is gone.
    let (mut most, mut bytes) = (0f64, 0);
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak(child.id()));
        bytes = written(child.id()).max(bytes);
        std::thread::sleep(Duration::from_millis(10));
    }
    let time = began.elapsed();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "sayso members {what} failed: {said}");
    assert!(said.starts_with(says), "{said}");
    Took { time, peak: most, written: bytes, file: file.metadata().unwrap().len() }
}

pub fn heading(name: &str) {
    println!(
        "\n{name:<11} {:>9} {:>9} {:>12} {:>9} {:>9} {:>11}",
        "members", "seconds", "per second", "peak MB", "file MB", "written MB"
    );
}

pub fn print(what: &str, count: u64, took: &Took) {
    let Took { time, peak, written, file } = took;
    let (seconds, mb) = (time.as_secs_f64(), |bytes: u64| bytes as f64 / 1e6);
    println!(
        "{what:<11} {count:>9} {seconds:>9.1} {:>12.0} {peak:>9.0} {:>9.1} {:>11.1}",
        count as f64 / seconds,
        mb(*file),
        mb(*written)
    );
}

/// Brings in `count` members.
pub fn import(url: &str, folder: &Path, count: u64) -> Took {
    let file = folder.join("members.csv");
    write_members(&file, count);
    run_command(url, "import", &file, &format!("{count} members were imported."))
}

pub async fn run(folder: &Path, cluster: Option<&Cluster>) {
    let databases = if cluster.is_some() { vec![None, cluster] } else { vec![None] };
    for cluster in databases {
        for (n, count) in [members() / 10, members()].into_iter().enumerate() {
            let place = Place::new(cluster, folder, "import").await;
            if n == 0 {
                heading(place.name);
            }
            print("import", count, &import(&place.url, folder, count));
            let again = format!("Nothing changed. {count} were already here");
            print("again", count, &run_command(&place.url, "import", &folder.join("members.csv"), &again));
            let out = folder.join("out.csv");
            let _ = std::fs::remove_file(&out);
            print("export", count, &run_command(&place.url, "export", &out, &format!("{count} members are in")));
        }
    }
}
