//! One of two databases behind one small enum, and one macro that runs a statement on whichever it
//! is.
//!
//! The SQL is the common subset of both (see `migrations/README.md`), so a store is written once.

mod backup;
mod error;
mod file_id;
mod hand;
mod migrate;
mod note;
mod open;
mod place;
mod postgres;
mod sorter;
mod sqlite;
mod write_log;

use crate::time::guard::Guard;
pub use backup::{BackupError, Contents, contents};
pub use error::{AWAY, Error, Result, inconsistent};
use hand::{Hand, Held};
pub use migrate::{Alone, migration_names};
pub use open::OpenError;
pub use place::Hold;
use place::Place;
pub use postgres::{Reach, is_this_machine, weak_way};
pub use sorter::Sorter;
use sqlx::{
    AssertSqlSafe, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
};

/// The database: `SQLite` with a pool for reading and one connection for writing, or `PostgreSQL`.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite { read: SqlitePool, write: SqlitePool, hand: Hand<Sqlite>, guard: Guard, place: Place },
    Postgres { pool: PgPool, hand: Hand<Postgres>, guard: Guard, reach: Reach },
}

/// A connection to run statements on, borrowed from a [`Reader`] or a [`Tx`].
pub enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Reads outside a transaction, or runs [one statement](Db::for_one_statement) that writes.
pub enum Reader {
    Sqlite(Held<Sqlite>),
    /// The one connection that writes, or one of a database that is read alone.
    SqliteAlone(PoolConnection<Sqlite>),
    Postgres(Held<Postgres>),
}

/// A transaction that may write. Dropped without [`Tx::commit`], it never happened.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Place),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs the same expression on either connection: `on!(conn, c =>
/// sqlx::query(SQL).execute(c).await)`. It borrows the connection for this one expression, so the
/// next may use it too, and makes sqlx's error one of [`Error`].
macro_rules! on {
    ($conn:expr, $c:ident => $run:expr) => {
        match $conn.reborrow() {
            $crate::db::Conn::Sqlite($c) => $run.map_err($crate::db::Error::from),
            $crate::db::Conn::Postgres($c) => $run.map_err($crate::db::Error::from),
        }
    };
}
pub(crate) use on;

impl Db {
    pub async fn reader(&self) -> Result<Reader> {
        Ok(match self {
            Self::Sqlite { read, hand, place, .. } => {
                place.is_readable()?;
                let held = tokio::time::timeout(sqlite::PATIENCE, hand.take(read)).await;
                Reader::Sqlite(held.unwrap_or(Err(sqlx::Error::PoolTimedOut))?)
            }
            Self::Postgres { pool, hand, reach, .. } => Reader::Postgres(reach.within(hand.take(pool)).await?),
        })
    }

    /// Begins a transaction that will write; none is begun while the clock is not believed. On
    /// `SQLite` it takes the write lock at once (`BEGIN IMMEDIATE`), because a lock taken halfway
    /// cannot wait and fails instead.
    pub async fn begin(&self) -> Result<Tx> {
        self.guard().may_write()?;
        self.begin_at_any_time().await
    }

    /// The same whatever the clock says: for what settles a doubt, and for what has happened
    /// already, such as a mail that was sent.
    pub async fn begin_at_any_time(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, place, .. } => {
                place.is_kept()?;
                Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?, place.clone())
            }
            Self::Postgres { pool, reach, .. } => Tx::Postgres(reach.within(postgres::begun(pool.clone())).await?),
        })
    }

    /// A connection for one statement that writes and is a transaction by itself; none while the
    /// clock is not believed. Once the statement is through, ask [`Db::is_kept`].
    pub async fn for_one_statement(&self) -> Result<Reader> {
        self.guard().may_write()?;
        Ok(match self {
            Self::Sqlite { write, place, .. } => {
                place.is_kept()?;
                Reader::SqliteAlone(write.acquire().await?)
            }
            Self::Postgres { .. } => self.reader().await?,
        })
    }

    /// Whether what was written is in the database that the next start opens.
    pub fn is_kept(&self) -> Result<()> {
        match self {
            Self::Sqlite { place, .. } => place.is_kept(),
            Self::Postgres { .. } => Ok(()),
        }
    }

    /// Whether a write would be durable now: writes more than any press does, and commits it. For
    /// `/readyz`.
    pub async fn probe_write(&self, at: crate::time::UtcMillis) -> Result<()> {
        const PROBE: &str = "insert into probe (id, at, room) values (1, $1, $2)
          on conflict (id) do update set at = excluded.at, room = excluded.room";
        // 64 kB, about four presses; other bytes each time, because what is the same is not written
        // again.
        let room = format!("{:016}", at.0).repeat(4096);
        let mut tx = self.begin().await?;
        on!(tx.conn(), c => sqlx::query(PROBE).bind(at.0).bind(room).execute(c).await.map(drop))?;
        tx.commit().await
    }

    /// What says whether the clock is believed.
    pub const fn guard(&self) -> &Guard {
        match self {
            Self::Sqlite { guard, .. } | Self::Postgres { guard, .. } => guard,
        }
    }

    /// Notes for the next start that the write-ahead log was emptied or written over, where it was.
    pub fn note_damage(&self) {
        if let Self::Sqlite { place, .. } = self {
            place.note_damage();
        }
    }

    /// Finishes what is under way and closes; on `SQLite` the write-ahead log is folded into the
    /// file. Where the files are not as they were, or could not be read or written, they stay as
    /// they lie there: folding in would destroy what can still be rescued.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { place, .. } if !place.may_fold() => {
                place.note_damage();
                tracing::error!(
                    "the write-ahead log was not folded into the database: a file was moved, emptied or written over, or could not be read or written. Copy the database and every file whose name begins like its name before you start again"
                );
            }
            Self::Sqlite { read, write, hand, .. } => {
                hand.clear();
                read.close().await;
                write.close().await;
            }
            Self::Postgres { pool, hand, .. } => {
                hand.clear();
                pool.close().await;
            }
        }
    }
}

/// Holds what `name` stands for until this transaction ends, so that what was read stays true until
/// the commit.
pub async fn lock(conn: Conn<'_>, name: &str) -> Result<()> {
    match conn {
        // The transaction began IMMEDIATE: nobody else writes.
        Conn::Sqlite(_) => Ok(()),
        // A lock by name rather than on a row, because the first of something has no row yet.
        Conn::Postgres(c) => {
            sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))").bind(name).execute(c).await?;
            Ok(())
        }
    }
}

impl Conn<'_> {
    /// The same connection for a shorter time: for one of several calls.
    pub fn reborrow(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(c) => Conn::Sqlite(c),
            Self::Postgres(c) => Conn::Postgres(c),
        }
    }
}

impl Reader {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(c) => Conn::Sqlite(c),
            Self::SqliteAlone(c) => Conn::Sqlite(c),
            Self::Postgres(c) => Conn::Postgres(c),
        }
    }

    /// Keeps the connection for whoever asks next, without a question whether it is still
    /// there. Only where all its statements were answered. On the path of a visit and a press that
    /// question would cost as much as a statement.
    pub fn done(self) {
        match self {
            Self::Sqlite(held) => held.done(),
            Self::SqliteAlone(_) => {}
            Self::Postgres(held) => held.done(),
        }
    }
}

impl Tx {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(c, _) => Conn::Sqlite(c),
            Self::Postgres(c) => Conn::Postgres(c),
        }
    }

    /// Returns once everything in the transaction is durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx, place) => {
                tx.commit().await?;
                // Moved since it began, the file has taken this with it.
                place.is_kept()?;
            }
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// SQL that was put together at run time, from pieces of this program alone: whatever anybody typed
/// is bound, and never written into it. Every caller was looked at.
pub const fn built(sql: &str) -> AssertSqlSafe<&str> {
    AssertSqlSafe(sql)
}

/// SQL for many rows at once: `head`, then `row` so often, then `tail`. Each `$` in `row` becomes
/// the next placeholder.
///
/// `many("insert into t (a, b) values", "($, 1)", 2, "")` is `insert into t (a, b) values ($1, 1),
/// ($2, 1)`.
pub fn many(head: &str, row: &str, rows: usize, tail: &str) -> String {
    use std::fmt::Write;
    let mut sql = String::with_capacity(head.len() + rows * (row.len() + 16) + tail.len());
    sql.push_str(head);
    let mut placeholder = 0;
    for n in 0..rows {
        sql.push_str(if n == 0 { " " } else { ", " });
        let mut parts = row.split('$');
        sql.push_str(parts.next().unwrap_or_default());
        for part in parts {
            placeholder += 1;
            let _ = write!(sql, "${placeholder}{part}");
        }
    }
    sql.push_str(tail);
    sql
}

#[cfg(test)]
mod tests {
    #[test]
    fn many_rows_have_placeholders_in_a_row() {
        assert_eq!(super::many("values", "($, 1, $)", 2, ""), "values ($1, 1, $2), ($3, 1, $4)");
        assert_eq!(super::many("where id in (", "$", 3, ")"), "where id in ( $1, $2, $3)");
    }
}
