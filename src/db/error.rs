//! What a store answers when it does not succeed.

use crate::time::guard::InDoubt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this process has seen a file of `SQLite` that cannot be read or written, or is damaged.
static DAMAGED: AtomicBool = AtomicBool::new(false);

/// Why a store did not do what it was asked. Its text goes into the log: it names tables, columns
/// and constraints, and never a value.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Sqlx(sqlx::Error),
    /// Another version wrote it, or somebody changed the database by hand.
    #[error("{table}.{column} holds a value that this version does not know")]
    Inconsistent { table: &'static str, column: &'static str },
    /// What is written would not be in the database that the next start opens.
    #[error(
        "the database's file was moved or replaced, or its write-ahead log was emptied or written over, while it is open here, so nothing is written. Copy the database and every file whose name begins like its name, then stop this server and start again"
    )]
    Moved,
    /// Several that were written at once have failed for one reason.
    #[error(transparent)]
    Shared(Arc<Self>),
    /// What is written in the order of an index waits in temporary files.
    #[error("cannot write or read a temporary file: {0}")]
    Sorting(#[from] std::io::Error),
    /// Nothing is written while the clock is not believed.
    #[error(transparent)]
    InDoubt(#[from] InDoubt),
}

/// What a store answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a session store says, which knows text alone, where the database
/// [is away](Error::is_away).
pub const AWAY: &str = "the database does not answer";

/// The error for a value in `column` of `table` that this version does not know.
pub const fn inconsistent(table: &'static str, column: &'static str) -> Error {
    Error::Inconsistent { table, column }
}

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        // SQLite's result codes: 10, reading or writing failed; 11, damaged; 26, no database.
        let code = cause.as_database_error().and_then(sqlx::error::DatabaseError::code);
        if code.is_some_and(|code| {
            code.len() < 5 && code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 10 | 11 | 26))
        }) {
            DAMAGED.store(true, Ordering::Relaxed);
        }
        Self::Sqlx(cause)
    }
}

impl Error {
    /// Whether this process has seen that a file of `SQLite` is damaged, or that reading or writing
    /// it failed.
    pub(super) fn was_damaged() -> bool {
        DAMAGED.load(Ordering::Relaxed)
    }

    /// The same for one of several: the reason itself, where it was shared.
    fn itself(&self) -> &Self {
        match self {
            Self::Shared(cause) => cause.itself(),
            other => other,
        }
    }

    /// Why a write was refused, where it was because of the clock.
    pub fn in_doubt(&self) -> Option<&InDoubt> {
        match self.itself() {
            Self::InDoubt(doubt) => Some(doubt),
            _ => None,
        }
    }

    /// Whether the database does not answer at present, is busy beyond what a request waits for, or
    /// lies elsewhere by now: the next attempt may succeed. By SQLSTATE: class 08, connections;
    /// 53300, too many of them; 57P01 to 57P03, shut down or starting. By `SQLite`'s result codes:
    /// 5, busy.
    pub fn is_away(&self) -> bool {
        use sqlx::Error as E;
        match self.itself() {
            Self::Moved | Self::Sqlx(E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Io(_)) => true,
            Self::Sqlx(E::Database(cause)) => cause.code().is_some_and(|code| {
                code.starts_with("08") && code.len() == 5
                    || matches!(&*code, "53300" | "57P01" | "57P02" | "57P03")
                    || code.len() < 5 && code.parse::<u32>().is_ok_and(|code| code & 0xff == 5)
            }),
            _ => false,
        }
    }

    /// Whether a server that answered has no connection for us yet: it is starting, or has no more.
    pub(super) fn is_busy(error: &sqlx::Error) -> bool {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        code.is_some_and(|code| matches!(&*code, "53300" | "57P01" | "57P02" | "57P03"))
    }

    /// Whether a unique constraint refused the row; the caller knows which field that is.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self.itself(), Self::Sqlx(sqlx::Error::Database(cause)) if cause.is_unique_violation())
    }

    /// Whether the one row that was asked for is not there.
    pub fn is_row_not_found(&self) -> bool {
        matches!(self.itself(), Self::Sqlx(sqlx::Error::RowNotFound))
    }

    /// Whether the database itself refused the statement, as where it has no such table.
    pub fn is_refused_statement(&self) -> bool {
        matches!(self.itself(), Self::Sqlx(sqlx::Error::Database(_)))
    }
}
