//! What the system knows of a process: processor time, memory, and what was written.

use std::fs::read_to_string;

/// Microseconds of processor time, user and system: of the server and what it began, of the
/// database's processes where it has some, and of this load generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu {
    pub server: f64,
    pub database: f64,
    pub client: f64,
}

impl Cpu {
    pub fn since(self, before: Self) -> Self {
        Self {
            server: self.server - before.server,
            database: self.database - before.database,
            client: self.client - before.client,
        }
    }

    /// The part of each of so many requests.
    pub fn each(self, requests: f64) -> Self {
        Self { server: self.server / requests, database: self.database / requests, client: self.client / requests }
    }
}

/// Whose processor time is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    pub server: u32,
    /// The postmaster, whose children are the connections.
    pub postmaster: Option<u32>,
}

/// Clock ticks in a second (`USER_HZ`), which is 100 on every Linux that people run.
const TICK: f64 = 10_000.0;

/// The fields of `/proc/PID/stat` behind the name, which may have spaces.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let text = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split(' ').map(|field| field.parse().unwrap_or(0)).collect())
}

/// utime and stime, in microseconds.
fn used(stat: &[u64]) -> f64 {
    (stat[11] + stat[12]) as f64 * TICK
}

/// A process and all processes that it began.
fn family(pid: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let own = pids.filter(|child| stat(*child).is_some_and(|stat| stat[1] == u64::from(pid)));
    std::iter::once(pid).chain(own).collect()
}

impl Watch {
    pub fn cpu(self) -> Cpu {
        let one = |pid: u32| stat(pid).map_or(0.0, |stat| used(&stat));
        let all = |pid: u32| family(pid).into_iter().map(one).sum();
        Cpu { server: all(self.server), database: self.postmaster.map_or(0.0, all), client: one(std::process::id()) }
    }
}

/// A line of `/proc/PID/status` or `/proc/PID/io`, as a number.
fn number(pid: u32, file: &str, name: &str) -> u64 {
    let text = read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// Resident memory now, in MB (of 1024 kB).
pub fn resident(pid: u32) -> f64 {
    number(pid, "status", "VmRSS:") as f64 / 1024.0
}

/// The same of a process and all that it began.
pub fn all_resident(pid: u32) -> f64 {
    family(pid).into_iter().map(resident).sum()
}

/// The most that it ever was.
pub fn peak(pid: u32) -> f64 {
    number(pid, "status", "VmHWM:") as f64 / 1024.0
}

/// Bytes that it caused to be sent to the disk so far.
pub fn written(pid: u32) -> u64 {
    number(pid, "io", "write_bytes:")
}
