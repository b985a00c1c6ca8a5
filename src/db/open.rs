//! Opening a database by its URL, and bringing its tables up to date.

use super::Db;
use crate::time::guard::Guard;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Executor};
use std::{str::FromStr, time::Duration};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How many connections read from SQLite, at least and at most; between these, as many as can
/// compute at once.
const READERS_MIN: u32 = 4;
const READERS_MAX: u32 = 8;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("DATABASE_URL must begin with sqlite:// or postgres://")]
    Scheme,
    #[error("DATABASE_URL is not usable: {0}")]
    Url(#[source] sqlx::Error),
    #[error("cannot make the folder of the database's file: {0}")]
    Folder(#[source] std::io::Error),
    #[error("cannot open the database: {0}")]
    Connect(#[source] sqlx::Error),
    #[error("cannot bring the database's tables up to date: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
}

impl Db {
    /// Whether there is a database already that [`open`](Self::open) would not have to make. Of a
    /// server only it knows.
    pub fn is_there(url: &str) -> bool {
        if !url.starts_with("sqlite:") {
            return true;
        }
        SqliteConnectOptions::from_str(url).is_ok_and(|options| options.get_filename().exists())
    }

    /// Opens the database named by `url`, creating SQLite's file where it is missing. Does not
    /// migrate.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)
                .map_err(OpenError::Url)?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // An acknowledged choice is worth an fsync: NORMAL lost every one of them in a
                // power cut.
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                // Pages kept at hand, in KiB: a page of the queue alone takes half of what SQLite
                // keeps by default.
                .pragma("cache_size", "-8192")
                // What is erased, such as a sent mail, is overwritten, and not only forgotten.
                .pragma("secure_delete", "on")
                .busy_timeout(Duration::from_secs(5));
            if let Some(folder) = options.get_filename().parent() {
                make_private(folder, options.get_filename()).map_err(OpenError::Folder)?;
            }
            let pool = |n| {
                SqlitePoolOptions::new()
                    .max_connections(n)
                    .acquire_timeout(Duration::from_secs(10))
                    // On a full disk SQLite ends the transaction by itself; sqlx 0.8 fails to end
                    // it again, counts the connection as in it for ever, and begins no other on it.
                    // Such a connection is replaced.
                    .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
            };
            let write = pool(1).connect_with(options.clone()).await.map_err(OpenError::Connect)?;
            // They are taken in turn, and each has to read for itself what it keeps at hand; so no
            // more than can do something.
            let readers = std::thread::available_parallelism()
                .map_or(READERS_MIN, |n| u32::try_from(n.get()).unwrap_or(READERS_MIN).clamp(READERS_MIN, READERS_MAX));
            let read = pool(readers).connect_with(options).await.map_err(OpenError::Connect)?;
            Ok(Self::Sqlite { read, write, guard: Guard::default() })
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url).map_err(OpenError::Url)?;
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(10))
                // Each statement of ours has one good plan, whatever its values are. Left to itself
                // PostgreSQL makes a new one at every call where it takes the values to matter;
                // with a million members that is a third of the time of a search.
                .after_connect(|conn, _| {
                    Box::pin(async move { conn.execute("set plan_cache_mode = force_generic_plan").await.map(drop) })
                });
            let pool = pool.connect_with(options).await.map_err(OpenError::Connect)?;
            Ok(Self::Postgres { pool, guard: Guard::default() })
        } else {
            Err(OpenError::Scheme)
        }
    }

    /// Brings the tables up to date. Safe to run at every start, and by several nodes at once.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        match self {
            Self::Sqlite { write, .. } => SQLITE.run(write).await,
            Self::Postgres { pool, .. } => POSTGRES.run(pool).await,
        }
        .map_err(OpenError::Migrate)
    }
}

/// Makes the folder and the file where they are missing, for this user's eyes only: letters and
/// reasons stand in it. SQLite gives the files beside it the same mode.
fn make_private(folder: &std::path::Path, file: &std::path::Path) -> std::io::Result<()> {
    let mut folders = std::fs::DirBuilder::new();
    let mut files = std::fs::OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        folders.mode(0o700);
        files.mode(0o600);
    }
    folders.recursive(true).create(folder)?;
    files.append(true).create(true).open(file).map(drop)
}

/// The names of the migrations, SQLite's and PostgreSQL's; the two lists have to be the same.
pub fn migration_names() -> [Vec<String>; 2] {
    [&SQLITE, &POSTGRES].map(|m| m.iter().map(|step| format!("{} {}", step.version, step.description)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_migrations() {
        let [sqlite, postgres] = super::migration_names();
        assert!(!sqlite.is_empty());
        assert_eq!(sqlite, postgres);
    }

    /// 0005 and 0021 make SQLite's table of entries anew: the rows stay as they were, and as
    /// unchangeable as they were.
    #[tokio::test]
    async fn entries_survive_the_migration_that_rebuilds_their_table() {
        const ROWS: &str =
            "select id, subject, position, kind, purpose, at, canonical, sha256 from entries order by id";
        type Row = (String, String, i64, String, Option<String>, i64, Vec<u8>, String);
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/old.db", folder.path().display());
        let Db::Sqlite { write, .. } = Db::open(&url).await.unwrap() else { unreachable!() };
        let old = SQLITE.iter().filter(|step| step.version < 5).cloned().collect();
        Migrator { migrations: std::borrow::Cow::Owned(old), ..Migrator::DEFAULT }.run(&write).await.unwrap();
        sqlx::raw_sql(
            "insert into entries values ('b', 's', 1, 'choice', 'research', 7, x'7b7d', 'hash');
             insert into entries values ('a', 's', 2, 'notice', 'research', 8, x'7b00', 'other')",
        )
        .execute(&write)
        .await
        .unwrap();
        let before: Vec<Row> = sqlx::query_as(ROWS).fetch_all(&write).await.unwrap();
        assert_eq!(before.len(), 2);
        SQLITE.run(&write).await.unwrap();
        let after: Vec<Row> = sqlx::query_as(ROWS).fetch_all(&write).await.unwrap();
        assert_eq!(before, after);
        for sql in [
            "update entries set at = 0",
            "delete from entries",
            "insert or replace into entries values ('b', 't', 1, 'choice', 'research', 7, x'', '')",
            "insert or replace into entries values ('c', 's', 1, 'choice', 'research', 7, x'', '')",
        ] {
            let refused = sqlx::query(sql).execute(&write).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
        let names = "select name from sqlite_schema where tbl_name = 'entries'";
        let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&write).await.unwrap();
        for name in [
            "entries",
            "entries_newest",
            "entries_by_kind",
            "entries_refuse_update",
            "entries_refuse_delete",
            "entries_refuse_replace",
            "sqlite_autoindex_entries_1",
            "sqlite_autoindex_entries_2",
        ] {
            assert!(names.iter().any(|n| n == name), "{name} is missing: {names:?}");
        }
    }
}
