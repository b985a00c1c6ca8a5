//! `SQLite`: its settings, and the lock under which a file is opened and migrated. Who has it open
//! is in `place`.

use super::hand::Hand;
use super::place::{Hold, Place, is_as_it_was_left, make_folder, private};
use super::{Db, OpenError, built};
use crate::id::random;
use crate::time::guard::Guard;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::{io, str::FromStr, time::Duration};

/// How many connections read, at least and at most; between these, as many as can compute at once.
const READERS_MIN: u32 = 4;
const READERS_MAX: u32 = 8;

/// How long a connection is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The oldest library without the WAL-reset bug, which loses commits of a process that writes
/// beside another (sqlite.org/wal.html, "The WAL-Reset Bug").
const OLDEST: [u32; 3] = [3, 51, 3];

/// `alone` is the lock of whoever holds the file alone; without it, the file is opened as one of
/// several who may have it open.
pub async fn open(url: &str, alone: Option<Hold>) -> Result<Db, OpenError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(OpenError::Url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged choice is worth an fsync: NORMAL lost every one of them in a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Pages kept at hand, in KiB: a page of the queue alone takes half of what SQLite keeps by
        // default.
        .pragma("cache_size", "-8192")
        // What is erased, such as a sent mail, is overwritten, and not only forgotten.
        .pragma("secure_delete", "on")
        .busy_timeout(Duration::from_secs(5));
    let file = options.get_filename().to_owned();
    // For this user's eyes only: letters and reasons stand in it. `SQLite` gives the files beside
    // it the same mode.
    make_folder(&file)?;
    let hold = if let Some(hold) = alone {
        hold
    } else {
        is_as_it_was_left(&file)?;
        Hold::together(&file)?
    };
    private(&file).map_err(|cause| OpenError::file("write", &file, cause))?;
    // The first connection turns the file to write-ahead logging, for which SQLite does not wait.
    let turn = Alone::with(&file).await?;
    let pool = |n| {
        SqlitePoolOptions::new()
            .max_connections(n)
            // As long as one is open, the write-ahead log stays the same file.
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            // A connection to a file does not go away; asking whether it has is a thread switch.
            .test_before_acquire(false)
            .acquire_timeout(PATIENCE)
            // On a full disk SQLite ends the transaction by itself; sqlx fails to end it again,
            // counts the connection as in it for ever, and begins no other on it. Such a connection
            // is replaced.
            .before_acquire(|conn, _| Box::pin(async move { Ok(!sqlx::Connection::is_in_transaction(conn)) }))
    };
    let write = pool(1).connect_with(options.clone()).await.map_err(OpenError::Connect)?;
    let version: String =
        sqlx::query_scalar("select sqlite_version()").fetch_one(&write).await.map_err(OpenError::Connect)?;
    if !is_new_enough(&version) {
        return Err(OpenError::OldSqlite(version));
    }
    // Each connection has its own page cache, so there are no more of them than cores.
    let readers = std::thread::available_parallelism()
        .map_or(READERS_MIN, |n| u32::try_from(n.get()).unwrap_or(READERS_MIN).clamp(READERS_MIN, READERS_MAX));
    // One more than are handed out, for whoever takes theirs from the pool.
    let read = pool(readers + 1).connect_with(options).await.map_err(OpenError::Connect)?;
    // From here on there is a write-ahead log.
    let _: i64 =
        sqlx::query_scalar("select count(*) from sqlite_schema").fetch_one(&read).await.map_err(OpenError::Connect)?;
    let stamp = stamp(&write).await.map_err(OpenError::Connect)?;
    let place = Place::of(file, [read.clone(), write.clone()], stamp, hold)?;
    drop(turn);
    let hand = Hand::new(usize::try_from(readers).unwrap_or(1));
    Ok(Db::Sqlite { read, write, hand, guard: Guard::default(), place })
}

/// The mark by which a database is known again, whatever becomes of its file: zero where it has
/// none yet, as a copy that `sayso backup` made.
pub async fn stamp(write: &SqlitePool) -> sqlx::Result<u32> {
    sqlx::query_scalar("pragma user_version").fetch_one(write).await
}

/// Gives the database its mark, and has it written into the file itself.
pub async fn give_stamp(write: &SqlitePool) -> sqlx::Result<u32> {
    // Never zero, and never negative as SQLite reads it.
    let stamp = u32::from_be_bytes(random()) >> 1 | 1;
    sqlx::query(built(&format!("pragma user_version = {stamp}"))).execute(write).await?;
    sqlx::query("pragma wal_checkpoint(passive)").execute(write).await?;
    Ok(stamp)
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    OLDEST.map(|_| parts.next().unwrap_or(0)) >= OLDEST
}

/// Held while a file is opened or migrated: several processes that start at once take turns. It
/// ends with the process, whatever becomes of that.
pub struct Alone(#[expect(dead_code, reason = "the lock is held as long as the file is open")] File);

impl Alone {
    /// Waits until no other process opens or migrates the database in `file`.
    pub async fn with(file: &Path) -> Result<Self, OpenError> {
        let mut name = file.as_os_str().to_owned();
        name.push("-start");
        let name = PathBuf::from(name);
        let within = name.clone();
        let lock = move || private(&within).and_then(|file| file.lock().map(|()| Self(file)));
        let locked = tokio::task::spawn_blocking(lock).await.map_err(io::Error::other).flatten();
        locked.map_err(|cause| OpenError::file("lock", &name, cause))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_library_that_can_lose_commits_is_told_from_one_that_cannot() {
        for (version, ok) in [
            ("3.46.0", false),
            ("3.51.2", false),
            ("3.7.0", false),
            ("", false),
            ("3.51.3", true),
            ("3.53.0", true),
            ("4.0", true),
        ] {
            assert_eq!(super::is_new_enough(version), ok, "{version}");
        }
    }
}
