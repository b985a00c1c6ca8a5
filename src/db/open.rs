//! Opening a database by its URL.

use super::{Db, Hold, place, postgres, sqlite};
use sqlx::sqlite::SqliteConnectOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("DATABASE_URL must begin with sqlite:// or postgres://")]
    Scheme,
    #[error("DATABASE_URL is not usable: {0}")]
    Url(#[source] sqlx::Error),
    #[error("DATABASE_URL: cannot {doing} {}: {cause}", path.display())]
    File { doing: &'static str, path: PathBuf, cause: io::Error },
    #[error("somebody has the database {} open: stop the server first", .0.display())]
    InUse(PathBuf),
    #[error("the database {} is being restored: start again once that has ended", .0.display())]
    Restoring(PathBuf),
    #[error(
        "there was a database in {}, and it is gone. Put it back, or restore a backup. To begin with an empty one, delete {} first, and the file with the same name and -wal, in which the newest choices may be. Nothing was changed.", .0.display(), .1.display()
    )]
    Gone(PathBuf, PathBuf),
    #[error(
        "{} does not seem to belong to the database beside it, and the newest choices may be in it. First copy {} and every file whose name begins like that. If you moved or copied the two together, and only then, delete {} and start again: nothing is lost. If another database or another log was put there, or you do not know, move {} and the file with -shm aside, keep them, and start again. Nothing was changed.", log.display(), database.display(), lock.display(), log.display()
    )]
    ForeignLog { database: PathBuf, log: PathBuf, lock: PathBuf },
    #[error(
        "the write-ahead log of {} was emptied or written over while the server ran, so the newest choices may be missing. First copy {} and every file whose name begins like that. Then restore a backup. To go on with what is left instead, delete {} and start again. Nothing was changed.", .0.display(), .0.display(), .1.display()
    )]
    Damaged(PathBuf, PathBuf),
    #[error("cannot open the database: {0}")]
    Connect(#[source] sqlx::Error),
    #[error("PostgreSQL does not answer at {place}: {cause}. Start it, or set DATABASE_URL to where it is")]
    Unreachable { place: String, cause: io::Error },
    #[error("cannot bring the database's tables up to date: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    #[error("cannot bring the database's tables up to date: {0}")]
    Tables(#[source] sqlx::Error),
    #[error(
        "this binary is too old for the database: the tables are at version {tables} and need a binary that knows version {wanted}, but this one knows {known}. Use a newer one. Nothing was changed."
    )]
    TooOld { tables: i64, wanted: i64, known: i64 },
    #[error(
        "the database's tables are at version {tables}, and this binary needs {known}. Run `sayso migrate` as their owner, then start again. Nothing was changed."
    )]
    Behind { tables: i64, known: i64 },
    #[error(
        "SQLite {0} is linked in, which can lose what was committed (its WAL-reset bug). Build with SQLite 3.51.3 or newer."
    )]
    OldSqlite(String),
    #[error(
        "DATABASE_URL names another machine, {host}, and does not say whether the connection is encrypted. Add ?sslmode=verify-full (with sslrootcert=FILE if you have your own certificate authority), or ?sslmode=disable if the network itself is safe."
    )]
    SslMode { host: String },
    #[error(
        "this PostgreSQL runs with fsync=off: a power cut would lose choices that were confirmed, and can destroy the database. Set fsync=on and start again."
    )]
    Fsync,
}

impl OpenError {
    /// Why a database that is put aside was not read, without what to do for a start.
    pub fn why_not_read(&self) -> String {
        match self {
            Self::Damaged(database, _) => {
                format!("The write-ahead log of {} was emptied or written over. It is not opened.", database.display())
            }
            Self::ForeignLog { log, .. } => {
                format!(
                    "{} does not seem to belong to the database beside it. Neither is opened or changed.",
                    log.display()
                )
            }
            other => other.to_string(),
        }
    }

    /// That something could not be done to the file or folder at `path`.
    pub(super) fn file(doing: &'static str, path: &Path, cause: io::Error) -> Self {
        Self::File { doing, path: path.to_owned(), cause }
    }
}

impl Db {
    /// The file of the database at `url`, where that is `SQLite`.
    pub fn file(url: &str) -> Option<PathBuf> {
        let options = SqliteConnectOptions::from_str(url).ok().filter(|_| url.starts_with("sqlite:"))?;
        Some(options.get_filename().to_owned())
    }

    /// Whether there is a database already that [`open`](Self::open) would not have to make. Of a
    /// server only it knows.
    pub fn is_there(url: &str) -> bool {
        !url.starts_with("sqlite:") || Self::file(url).is_some_and(|file| file.exists())
    }

    /// Whether `url` names a database, as far as it alone says that. Nothing is opened.
    ///
    /// # Errors
    /// What [`open`](Self::open) would refuse before it opens anything.
    pub fn check_url(url: &str) -> Result<(), OpenError> {
        if url.starts_with("sqlite:") {
            SqliteConnectOptions::from_str(url).map(drop).map_err(OpenError::Url)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            postgres::options(url).map(drop)
        } else {
            Err(OpenError::Scheme)
        }
    }

    /// Whether the files of a `SQLite` database are as they were left. Nothing is changed.
    ///
    /// # Errors
    /// What [`open`](Self::open) would refuse because of them.
    pub fn check_files(file: &Path) -> Result<(), OpenError> {
        place::is_as_it_was_left(file)
    }

    /// Opens the database named by `url`, creating `SQLite`'s file where it is missing. Does not
    /// migrate.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            sqlite::open(url, None).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            postgres::open(url, postgres::PATIENCE).await
        } else {
            Err(OpenError::Scheme)
        }
    }

    /// The same for a command, which nobody would begin again after a second: it waits half a
    /// minute for a connection. What answers a request waits less than a second.
    pub async fn open_patiently(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            return Self::open(url).await;
        }
        Self::check_url(url)?;
        postgres::open(url, postgres::OF_A_COMMAND).await
    }

    /// Opens a `SQLite` database that `alone` holds.
    pub async fn open_alone(url: &str, alone: Hold) -> Result<Self, OpenError> {
        sqlite::open(url, Some(alone)).await
    }
}
