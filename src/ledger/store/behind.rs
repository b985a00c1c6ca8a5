//! An entry behind the one that was read: its place, and the statement that takes it if it is free.

use crate::db::{self, Conn, built, many};
use crate::id;
use crate::ledger::Purpose;
use crate::ledger::entry::{Canonical, Entry, EntryId};
use crate::ledger::event::NewEntry;
use crate::ledger::store::secret::Secret;
use crate::time::UtcMillis;
use sayso_verify::strict::to_base64;

/// Behind which entry of a subject the next one goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// The subject has no entry.
    Nothing,
    Entry {
        id: EntryId,
        position: i64,
        at: UtcMillis,
        /// Its bytes, which the next entry fixes.
        canonical: Vec<u8>,
    },
}

impl After {
    /// The entry before the next one, the next one's position, and its time. Time does not run
    /// backwards within a history, but where the operator has said that the clock was wrong: small
    /// corrections of the clock leave an entry at the time of the one before, and only after larger
    /// ones, which nothing is written without [acceptance](super::clock), it has the clock's time
    /// and position orders.
    pub(super) fn next(&self, now: UtcMillis) -> (Option<EntryId>, i64, UtcMillis) {
        match self {
            Self::Nothing => (None, 1, now),
            Self::Entry { id, position, at, .. } => {
                let small = at.0.saturating_sub(now.0) <= crate::time::guard::CORRECTION;
                (Some(*id), position + 1, if small { *at.max(&now) } else { now })
            }
        }
    }

    /// What the next entry says of this one: the commitment in its leaf.
    fn leaf(&self, secret: &Secret) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Entry { id, canonical, .. } => Some(to_base64(&secret.commitment(&id.to_string(), canonical))),
        }
    }
}

/// An entry as it goes behind another.
#[derive(Clone, Debug)]
pub struct NewRow {
    pub entry: Entry,
    pub(super) position: i64,
    pub(super) canonical: Canonical,
}

impl NewRow {
    /// The row of `draft` behind `after`, by the secret of its subject.
    pub fn of(draft: NewEntry, after: &After, secret: &Secret, now: UtcMillis) -> Self {
        let (previous, position, at) = after.next(now);
        let entry = Entry::new(draft, at, &id::random(), previous).placed(position, after.leaf(secret));
        Self { canonical: entry.canonical(), entry, position }
    }

    /// The row of the first entry of a subject, with an id of these random bytes.
    pub fn first(draft: NewEntry, now: UtcMillis, random: &[u8; 10]) -> Self {
        let entry = Entry::new(draft, now, random, None).placed(1, None);
        Self { canonical: entry.canonical(), entry, position: 1 }
    }
}

/// Inserts those of these rows whose place is still free, and returns their ids: all of them in one
/// statement, which is a transaction by itself. The subjects differ. On `PostgreSQL` it is one
/// row, which waits for whoever holds its subject's [`lock`](super::lock).
pub async fn insert_where_free(mut conn: Conn<'_>, rows: &[&NewRow]) -> db::Result<Vec<String>> {
    const HEAD: &str = "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256)
      select n.column1, n.column2, n.column3, n.column4, n.column5, n.column6, n.column7, n.column8 from (values";
    const TAIL: &str = ") n where not exists
      (select 1 from entries e where e.subject = n.column2 and e.position = n.column3) returning id";
    // What was committed while the lock was waited for is not seen by `not exists`, and is refused
    // by the unique position.
    const POSTGRES: &str = "with held as materialized (select pg_advisory_xact_lock(hashtextextended($2, 0)))
      insert into entries (id, subject, position, kind, purpose, at, canonical, sha256)
      select $1, $2, $3, $4, $5, $6, $7, $8 from held where not exists
        (select 1 from entries e where e.subject = $2 and e.position = $3) returning id";
    macro_rules! bound {
        ($insert:expr) => {{
            let mut insert = $insert;
            for NewRow { entry, position, canonical } in rows {
                insert = insert
                    .bind(entry.id.to_string())
                    .bind(&entry.subject)
                    .bind(position)
                    .bind(entry.kind.as_str())
                    .bind(entry.purpose.map(Purpose::as_str))
                    .bind(entry.at.0)
                    .bind(&canonical.bytes)
                    .bind(&canonical.sha256);
            }
            insert
        }};
    }
    let there = match conn.reborrow() {
        Conn::Sqlite(c) => {
            let sql = many(HEAD, "($, $, $, $, $, $, $, $)", rows.len(), TAIL);
            bound!(sqlx::query_scalar(built(&sql))).fetch_all(c).await
        }
        Conn::Postgres(c) => bound!(sqlx::query_scalar(POSTGRES)).fetch_all(c).await,
    };
    match there.map_err(db::Error::from) {
        Err(cause) if cause.is_unique_violation() => Ok(Vec::new()),
        other => other,
    }
}
