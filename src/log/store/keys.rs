//! The public keys of the logs: which sizes each has signed, and until when it signs.

use crate::db::{self, Conn, on};
use crate::time::UtcMillis;
use sayso_verify::note::Key;

/// A key of a log, whose name it has.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LogKeyRow {
    pub vkey: String,
    /// The first size that it has signed.
    pub first_size: i64,
    /// The newest size that it has signed.
    pub last_size: i64,
    /// Until when it signs beside the one that took its place; `None` for one that goes on.
    pub ends_at: Option<i64>,
}

impl LogKeyRow {
    /// The key itself, if it is one.
    pub fn key(&self) -> Option<Key> {
        Key::parse(&self.vkey)
    }

    /// Whether it signs at that time.
    pub fn signs_at(&self, at: i64) -> bool {
        self.ends_at.is_none_or(|ends_at| at < ends_at)
    }
}

/// The keys of all logs, in the order in which they began to sign.
pub async fn all(mut conn: Conn<'_>) -> db::Result<Vec<LogKeyRow>> {
    const KEYS: &str = "select vkey, first_size, last_size, ends_at from log_keys
      order by first_size, case when ends_at is null then 1 else 0 end, ends_at, vkey";
    on!(conn, c => sqlx::query_as(KEYS).fetch_all(c).await)
}

/// The keys of the log with this name.
pub async fn of(conn: Conn<'_>, origin: &str) -> db::Result<Vec<LogKeyRow>> {
    let is_of = |row: &LogKeyRow| row.key().is_some_and(|key| key.name == origin);
    Ok(all(conn).await?.into_iter().filter(is_of).collect())
}

/// The public halves of the keys that sign this log now.
pub async fn that_sign(conn: Conn<'_>, origin: &str, now: UtcMillis) -> db::Result<Vec<String>> {
    let rows = of(conn, origin).await?.into_iter();
    Ok(rows.filter(|row| row.signs_at(now.0)).map(|row| row.vkey).collect())
}

/// Notes that a key has signed the tree of `size` leaves.
pub async fn signed(mut conn: Conn<'_>, vkey: &str, size: i64) -> db::Result<()> {
    const SIGNED: &str = "insert into log_keys (vkey, first_size, last_size) values ($1, $2, $2)
      on conflict (vkey) do update set last_size = excluded.last_size";
    on!(conn, c => sqlx::query(SIGNED).bind(vkey).bind(size).execute(c).await.map(drop))
}

/// Notes until when a key signs.
pub async fn end(mut conn: Conn<'_>, vkey: &str, at: UtcMillis) -> db::Result<()> {
    const END: &str = "update log_keys set ends_at = $2 where vkey = $1 and (ends_at is null or ends_at > $2)";
    on!(conn, c => sqlx::query(END).bind(vkey).bind(at.0).execute(c).await.map(drop))
}
