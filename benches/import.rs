//! `make bench-import`: a million members brought in, the same file again, and all of them handed
//! out again: how long each takes, and the most memory that it had. A tenth of them first, so that
//! one sees whether memory grows with the file.
//!
//! On SQLite; on PostgreSQL too where `SAYSO_TEST_POSTGRES` names a cluster. `SAYSO_BENCH_MEMBERS`
//! says another number of members.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has nothing else to do")]

use sqlx::AssertSqlSafe;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A file as a platform would write it: numbered members, addresses in no order, years of joining
/// mixed.
fn write_members(path: &Path, count: u64) {
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

/// Runs `sayso members …` and returns how long it took, the most memory that it had in MB, and what
/// it said.
fn run(url: &str, args: &[&str]) -> (Duration, u64, String) {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .arg("members")
        .args(args)
        .env("DATABASE_URL", url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        peak = line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "sayso members {args:?} failed");
    (began.elapsed(), peak / 1024, String::from_utf8(output.stdout).unwrap())
}

fn measure(url: &str, folder: &Path, count: u64) {
    let [file, out] = ["members.csv", "out.csv"].map(|name| folder.join(name));
    write_members(&file, count);
    let (file, out) = (file.to_str().unwrap(), out.to_str().unwrap());
    for (what, args, says) in [
        ("import", ["import", file], format!("{count} members were imported.")),
        ("again", ["import", file], format!("Nothing changed. {count} were already here")),
        ("export", ["export", out], format!("{count} members are in")),
    ] {
        let (took, peak, said) = run(url, &args);
        assert!(said.starts_with(&says), "{said}");
        let seconds = took.as_secs_f64();
        println!("{what:<8} {count:>9} {seconds:>9.1} {:>12.0} {peak:>9}", count as f64 / seconds);
    }
}

#[tokio::main]
async fn main() {
    let members = std::env::var("SAYSO_BENCH_MEMBERS").ok().map_or(1_000_000, |n| n.parse().unwrap());
    let cluster = std::env::var("SAYSO_TEST_POSTGRES").ok();
    for database in ["SQLite", "PostgreSQL"] {
        if database == "PostgreSQL" && cluster.is_none() {
            continue;
        }
        println!("{database}\n{:<8} {:>9} {:>9} {:>12} {:>9}", "what", "members", "seconds", "per second", "peak MB");
        for count in [members / 10, members] {
            // Beside the build, so on a disk and not in memory.
            let beside = Path::new(env!("CARGO_BIN_EXE_sayso")).parent().unwrap();
            let folder = tempfile::tempdir_in(beside).unwrap();
            let url = match &cluster {
                Some(cluster) if database == "PostgreSQL" => empty(cluster, count).await,
                _ => format!("sqlite://{}/sayso.db", folder.path().display()),
            };
            measure(&url, folder.path(), count);
        }
    }
}

/// A database of its own on the cluster.
async fn empty(cluster: &str, count: u64) -> String {
    let admin = sqlx::PgPool::connect(&format!("{cluster}/postgres")).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("create database bench{count}"))).execute(&admin).await.unwrap();
    admin.close().await;
    format!("{cluster}/bench{count}")
}
