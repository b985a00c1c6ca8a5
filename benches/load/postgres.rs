//! The cluster that `scripts/with-postgres` has started for this run.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::path::PathBuf;

pub struct Cluster {
    url: String,
    pub postmaster: u32,
}

impl Cluster {
    /// The one that `SAYSO_TEST_POSTGRES` names, where it does.
    pub async fn find() -> Option<Self> {
        let url = std::env::var("SAYSO_TEST_POSTGRES").ok()?;
        let mut conn = PgConnection::connect(&format!("{url}/postgres")).await.unwrap();
        let backend: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut conn).await.unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{backend}/stat")).unwrap();
        // Behind the name: the state, and the parent.
        let postmaster = stat.rsplit_once(") ").unwrap().1.split(' ').nth(1).unwrap().parse().unwrap();
        conn.close().await.unwrap();
        Some(Self { url, postmaster })
    }

    /// The address of an empty database of this name; what had the name before is gone.
    pub async fn empty(&self, name: &str) -> String {
        let mut conn = PgConnection::connect(&format!("{}/postgres", self.url)).await.unwrap();
        for statement in [format!("drop database if exists {name} with (force)"), format!("create database {name}")] {
            conn.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        conn.close().await.unwrap();
        format!("{}/{name}", self.url)
    }

    /// A program beside `initdb`, the newest there is, as `scripts/with-postgres` takes it.
    pub fn program(&self, name: &str) -> PathBuf {
        let versions = std::fs::read_dir("/usr/lib/postgresql").unwrap().flatten();
        let newest = versions.max_by_key(|entry| {
            let version = entry.file_name();
            version.to_str().and_then(|text| text.parse::<u32>().ok())
        });
        newest.unwrap().path().join("bin").join(name)
    }
}
