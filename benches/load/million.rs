//! `make bench-million`: whether the tab and the press are as quick among a million imported
//! members as in a database that is almost empty, asked in turn; and what the import costs.
//!
//! `SAYSO_BENCH_MEMBERS` says another number of members.

use crate::import::{heading, import, members, print};
use crate::people::{Visitor, presses, sign_in, tabs};
use crate::postgres::Cluster;
use crate::proc::{peak, resident};
use crate::run::{Place, WARM, time};
use crate::scale::publish;
use crate::shared::Server;
use crate::table;
use crate::wire::{Figures, drive};
use sayso::db::Db;
use std::path::Path;
use std::process::Command;

const CONNECTIONS: usize = 16;
/// Members who are visited, spread over all of them; the small database has no others.
const VISITED: usize = 2_000;
/// How often each of the two is asked.
const ROUNDS: usize = 3;

/// A database with so many imported members, and its server.
struct Filled<'a> {
    place: Place<'a>,
    server: Server,
    visitors: Vec<Visitor>,
    tab: Vec<Figures>,
    press: Vec<Figures>,
}

impl<'a> Filled<'a> {
    async fn new(cluster: Option<&'a Cluster>, folder: &'a Path, count: u64) -> Self {
        let place = Place::new(cluster, folder, &format!("members{count}")).await;
        print("import", count, &import(&place.url, folder, count));
        let db = place.open().await;
        publish(&db).await;
        let ids = ids(&db).await;
        let visited = ids.iter().step_by(ids.len() / VISITED).take(VISITED).map(String::as_str);
        let visitors = sign_in(&db, visited).await;
        if let Db::Postgres { pool, .. } = &db {
            sqlx::query("vacuum analyze").execute(pool).await.unwrap();
        }
        db.close().await;
        // Or the server would count all members beside, as it does once a day.
        let counted = Command::new(env!("CARGO_BIN_EXE_sayso")).arg("figures").env("DATABASE_URL", &place.url).output();
        assert!(counted.unwrap().status.success());
        let server = place.serve().await;
        // The first visit delivers the notice, and reads from the disk what others find in memory.
        drop(presses(server.addr, &visitors, CONNECTIONS, "identity", false).await);
        Self { place, server, visitors, tab: Vec::new(), press: Vec::new() }
    }

    async fn ask(&mut self, what: &str) {
        let (addr, watch) = (self.server.addr, self.place.watch(&self.server));
        if what == "tab" {
            let works = tabs(&self.visitors, CONNECTIONS, "identity");
            self.tab.push(drive(addr, works, watch, WARM, time()).await.0);
        } else {
            let works = presses(addr, &self.visitors, CONNECTIONS, "identity", false).await;
            self.press.push(drive(addr, works, watch, WARM, time()).await.0);
        }
    }
}

async fn ids(db: &Db) -> Vec<String> {
    const IDS: &str = "select id from members where role = 'member' order by id";
    match db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(IDS).fetch_all(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(IDS).fetch_all(pool).await.unwrap(),
    }
}

/// The run in the middle.
fn median(figures: &mut [Figures]) -> Figures {
    figures.sort_unstable_by(|a, b| a.rate.total_cmp(&b.rate));
    figures[figures.len() / 2]
}

pub async fn run(folder: &Path, cluster: Option<&Cluster>) {
    table::preface();
    let databases = if cluster.is_some() { vec![None, cluster] } else { vec![None] };
    for cluster in databases {
        let name = if cluster.is_some() { "PostgreSQL" } else { "SQLite" };
        heading(name);
        let mut small = Filled::new(cluster, folder, VISITED as u64).await;
        let mut large = Filled::new(cluster, folder, members()).await;
        for what in ["tab", "press"] {
            for _ in 0..ROUNDS {
                small.ask(what).await;
                large.ask(what).await;
            }
        }
        table::heading(&format!("{name}, imported members"));
        let mut rates = Vec::new();
        for (all, count) in [(&mut small, VISITED as u64), (&mut large, members())] {
            for (what, figures) in [("tab", &mut all.tab), ("press", &mut all.press)] {
                let figures = median(figures);
                table::row(&format!("{what}, identity, among {count}"), &figures);
                rates.push(figures.rate);
            }
        }
        table::ratio("tab among them all / in the small database", rates[2] / rates[0], "0.9");
        table::ratio("press among them all / in the small database", rates[3] / rates[1], "0.9");
        for (all, what) in [(&small, "small"), (&large, "large")] {
            let (now, most) = (resident(all.server.pid()), peak(all.server.pid()));
            table::fact(
                &format!("memory of the server, {what} database"),
                &format!("{now:.0} MB, at most {most:.0} MB"),
            );
        }
    }
}
