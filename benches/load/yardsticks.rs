//! What the same machine does in the same run without Sayso: an Axum "hello", an empty page of the
//! same stack, bare commits on the same disk, and PostgreSQL by itself.

use crate::postgres::Cluster;
use crate::proc::Watch;
use crate::wire::{Asks, Figures, drive};
use axum::Router;
use axum::routing::get;
use leptos::prelude::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, Executor, SqliteConnection};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The argument by which this program serves the pages that Sayso's are compared with: in a process
/// of their own, as Sayso is.
pub const SERVES: &str = "serve-yardsticks";

/// Bytes of an entry.
const ENTRY: usize = 500;
/// Members among whom pgbench chooses.
const SUBJECTS: usize = 2_000;
/// Connections of pgbench.
const CLIENTS: usize = 16;

#[component]
fn Empty() -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <title>"Empty"</title>
            </head>
            <body>
                <main>
                    <h1>"Empty"</h1>
                </main>
            </body>
        </html>
    }
}

/// Serves until it is ended; says its address on standard output first.
#[tokio::main]
pub async fn serve() {
    // It has nothing to tell; but leptos makes itself at home by being asked.
    let _ = leptos_axum::generate_route_list(|| ());
    let page = leptos_axum::render_app_async_with_context(|| {}, || view! { <Empty /> });
    let router = Router::new().route("/", get(async || "hello")).route("/empty", get(page));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    std::io::stdout().flush().unwrap();
    axum::serve(listener, router).await.unwrap();
}

/// An Axum "hello" and an empty Leptos page, at so many connections.
pub async fn pages(connections: usize, warm: Duration, time: Duration) -> [Figures; 2] {
    let own = std::env::current_exe().unwrap();
    let mut child = Command::new(own).arg(SERVES).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let addr: SocketAddr = line.trim().parse().unwrap();
    let watch = Watch { server: child.id(), postmaster: None };
    let mut figures = [Figures::default(); 2];
    for (n, (path, says)) in [("/", &b"hello"[..]), ("/empty", b"</html>")].into_iter().enumerate() {
        let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: text/html\r\n\r\n").into_bytes();
        figures[n] = drive(addr, Asks::shared(vec![request], connections, says), watch, warm, time).await.0;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    figures
}

/// Commits of rows like entries, as durable as the ledger's and on the same disk, in groups of so
/// many: rows per second. Each group is one statement, because each statement is a hop to SQLite's
/// thread.
pub async fn commits(folder: &Path, group: usize, time: Duration) -> f64 {
    let options = SqliteConnectOptions::new()
        .filename(folder.join(format!("bare{group}.db")))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    conn.execute("create table if not exists t (id integer primary key, body blob)").await.unwrap();
    let insert = format!("insert into t (body) values ($1){}", ", ($1)".repeat(group - 1));
    let (began, mut rows) = (Instant::now(), 0usize);
    while began.elapsed() < time {
        sqlx::query(sqlx::AssertSqlSafe(&*insert)).bind(vec![7u8; ENTRY]).execute(&mut conn).await.unwrap();
        rows += group;
    }
    let rate = rows as f64 / began.elapsed().as_secs_f64();
    conn.close().await.unwrap();
    rate
}

/// What a press cannot do without: the newest entry of a member, and the next one after it.
const PRESS: &str = "\\set n random(1, 2000)
with newest as (select id, position from entries where subject = 's-' || :n::text order by position desc limit 1)
insert into entries (id, subject, position, at, canonical, sha256)
  select gen_random_uuid()::text, 's-' || :n::text, position + 1, 1, decode(repeat('07', 500), 'hex'), id from newest
  on conflict (subject, position) do nothing;
";

/// What `pgbench` does with one such statement at sixteen connections: per second, and the
/// milliseconds of one.
pub async fn pgbench(cluster: &Cluster, folder: &Path, time: Duration) -> (f64, f64) {
    let url = cluster.empty("yardstick").await;
    let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
    let table = "create table entries (id text primary key, subject text not null, position bigint not null,
        at bigint not null, canonical bytea not null, sha256 text not null, unique (subject, position))";
    conn.execute(table).await.unwrap();
    let first = format!(
        "insert into entries select gen_random_uuid()::text, 's-' || n, p, 1, decode(repeat('07', {ENTRY}), 'hex'), ''
         from generate_series(1, {SUBJECTS}) n, generate_series(1, 15) p"
    );
    conn.execute(sqlx::AssertSqlSafe(first)).await.unwrap();
    conn.execute("vacuum analyze").await.unwrap();
    conn.close().await.unwrap();
    let script = folder.join("press.sql");
    std::fs::write(&script, PRESS).unwrap();
    let seconds = time.as_secs().max(1).to_string();
    let output = Command::new(cluster.program("pgbench"))
        .args(["-n", "-M", "prepared", "-c", &CLIENTS.to_string(), "-j", "1", "-T", &seconds, "-f"])
        .arg(&script)
        .arg(&url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let number = |name: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{said}"));
        line.split_whitespace().next().unwrap().parse::<f64>().unwrap()
    };
    (number("tps = "), number("latency average = "))
}
