//! How the figures are printed.

use crate::wire::Figures;

/// The heading of a part of the table.
pub fn heading(title: &str) {
    println!(
        "\n{title:<52} {:>5} {:>11} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7}",
        "conn", "per second", "p50 ms", "p99 ms", "max ms", "server", "database", "client", "kB"
    );
}

/// What stands above the table, because nobody can judge it without.
pub fn preface() {
    println!(
        "The load generator is one thread of this program, on the same cores: raw bytes over keep-alive\n\
         connections, made before. Each connection asks again as soon as it is answered. Before each row\n\
         the same is asked without being counted. server, database and client are microseconds of\n\
         processor time for each request: of Sayso, of PostgreSQL's processes, of the load generator."
    );
}

/// One run.
pub fn row(what: &str, figures: &Figures) {
    let Figures { connections, rate, p50, p99, max, bytes, cpu, .. } = figures;
    println!(
        "{what:<52} {connections:>5} {rate:>11.0} {p50:>8.2} {p99:>8.2} {max:>8.1} {:>8.0} {:>8.0} {:>8.0} {:>7.1}",
        cpu.server,
        cpu.database,
        cpu.client,
        bytes / 1_000.0
    );
}

/// A rate of which no more is known.
pub fn rate(what: &str, connections: usize, rate: f64) {
    println!("{what:<52} {connections:>5} {rate:>11.0}");
}

/// A ratio of two figures of this run, with what is aimed at.
pub fn ratio(what: &str, ratio: f64, goal: &str) {
    println!("  {what:<78} {ratio:>7.2}   goal: {goal}");
}

/// A single figure.
pub fn fact(what: &str, value: &str) {
    println!("  {what:<50} {value}");
}
