//! Subjects that are to be forgotten, and those that are.

use crate::db::{self, Conn, on};
use crate::ledger::EntryId;
use crate::time::UtcMillis;

/// Notes that a subject is to be forgotten once all its entries have a leaf.
pub async fn ask(mut conn: Conn<'_>, subject: &str, now: UtcMillis) -> db::Result<()> {
    const ASK: &str = "insert into forgotten_subjects (subject, asked_at) values ($1, $2)";
    on!(conn, c => sqlx::query(ASK).bind(subject).bind(now.0).execute(c).await.map(drop))
}

/// Whether a subject is forgotten, or will be: nobody can show then what its leaves are of.
pub async fn is_asked(mut conn: Conn<'_>, subject: &str) -> db::Result<bool> {
    const ASKED: &str = "select count(*) from forgotten_subjects where subject = $1";
    let asked: i64 = on!(conn, c => sqlx::query_scalar(ASKED).bind(subject).fetch_one(c).await)?;
    Ok(asked > 0)
}

/// At most so many that still have their secret.
pub async fn waiting(mut conn: Conn<'_>, most: i64) -> db::Result<Vec<String>> {
    const WAITING: &str = "select subject from forgotten_subjects where entry_id is null order by subject limit $1";
    on!(conn, c => sqlx::query_scalar(WAITING).bind(most).fetch_all(c).await)
}

/// How many leaves a subject has; `None` while an entry has none.
pub async fn leaves_of(mut conn: Conn<'_>, subject: &str) -> db::Result<Option<i64>> {
    const LEAVES: &str = "select count(*), count(l.leaf) from entries e left join log_leaves l on l.entry_id = e.id
      where e.subject = $1";
    let (entries, leaves): (i64, i64) = on!(conn, c => sqlx::query_as(LEAVES).bind(subject).fetch_one(c).await)?;
    Ok((entries == leaves).then_some(leaves))
}

/// Deletes the secret of a subject, and notes the entry that says so. False where somebody else
/// has.
pub async fn done(mut conn: Conn<'_>, subject: &str, entry: EntryId) -> db::Result<bool> {
    const DONE: &str = "update forgotten_subjects set entry_id = $2 where subject = $1 and entry_id is null";
    const SECRET: &str = "delete from subject_secrets where subject = $1";
    let done = on!(conn, c => sqlx::query(DONE).bind(subject).bind(entry.to_string())
        .execute(c).await.map(|done| done.rows_affected()))?;
    on!(conn, c => sqlx::query(SECRET).bind(subject).execute(c).await.map(drop))?;
    Ok(done == 1)
}
