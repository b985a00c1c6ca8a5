//! One member's history, a part at a time. Positions within it are 1, 2, 3 and so on, without a
//! gap.

use super::{EntryRow, Stored};
use crate::db::{self, Conn, built, many, on};
use crate::ledger::Purpose;
use crate::ledger::entry::{Entry, EntryId};
use crate::time::UtcMillis;
use futures_util::TryStreamExt;

/// The position of the newest entry; with `at`, of the newest that counts by then.
pub async fn newest_position(mut conn: Conn<'_>, subject: &str, at: Option<UtcMillis>) -> db::Result<Option<i64>> {
    const NEWEST: &str = "select position from entries where subject = $1 and (at <= $2
        or position < (select max(position) from entries where subject = $1 and kind = 'clock' and at <= $2))
      order by position desc limit 1";
    let at = at.map_or(i64::MAX, |at| at.0);
    on!(conn, c => sqlx::query_scalar(NEWEST).bind(subject).bind(at).fetch_optional(c).await)
}

/// The position of one entry of `subject`.
pub async fn position_of(mut conn: Conn<'_>, subject: &str, id: EntryId) -> db::Result<Option<i64>> {
    const POSITION: &str = "select position from entries where id = $1 and subject = $2";
    on!(conn, c => sqlx::query_scalar(POSITION).bind(id.to_string()).bind(subject).fetch_optional(c).await)
}

/// At most `most` entries from `position` back, oldest first, each with its position.
pub async fn back_from(mut conn: Conn<'_>, subject: &str, position: i64, most: i64) -> db::Result<Vec<(i64, Entry)>> {
    const BACK: &str = "select position, canonical, sha256 from entries
      where subject = $1 and position <= $2 order by position desc limit $3";
    let mut rows: Vec<(i64, Vec<u8>, String)> =
        on!(conn, c => sqlx::query_as(BACK).bind(subject).bind(position).bind(most).fetch_all(c).await)?;
    rows.reverse();
    rows.into_iter().map(with_position).collect()
}

/// The choice about `purpose` before `position`, and the first there is, each with its position.
pub async fn choices_before(
    mut conn: Conn<'_>,
    subject: &str,
    purpose: Purpose,
    position: i64,
) -> db::Result<Vec<(i64, Entry)>> {
    const BEFORE: &str = "select position, canonical, sha256 from entries
      where subject = $1 and kind = 'choice' and purpose = $2 and position < $3 order by position desc limit 1";
    const FIRST: &str = "select position, canonical, sha256 from entries
      where subject = $1 and kind = 'choice' and purpose = $2 order by position limit 1";
    let purpose = purpose.as_str();
    let before: Option<(i64, Vec<u8>, String)> = on!(conn, c => sqlx::query_as(BEFORE)
        .bind(subject).bind(purpose).bind(position)
        .fetch_optional(c).await)?;
    let first = on!(conn, c => sqlx::query_as(FIRST).bind(subject).bind(purpose).fetch_optional(c).await)?;
    before.into_iter().chain(first).map(with_position).collect()
}

/// Hands every entry of these subjects to `each`, one after another and each subject's oldest
/// first, so that nobody has to hold them all.
pub async fn each_of_subjects(mut conn: Conn<'_>, subjects: &[&str], mut each: impl FnMut(Entry)) -> db::Result<()> {
    const THEIRS: &str = "select canonical, sha256 from entries where subject in (";
    let theirs = many(THEIRS, "$", subjects.len(), ") order by subject, position");
    on!(conn, c => {
        let mut theirs = sqlx::query_as::<_, EntryRow>(built(&theirs));
        for subject in subjects {
            theirs = theirs.bind(*subject);
        }
        let mut rows = theirs.fetch(c);
        loop {
            match rows.try_next().await {
                Ok(Some(row)) => each(Stored::try_from(row)?.entry),
                ended => break ended.map(drop),
            }
        }
    })
}

fn with_position((position, canonical, sha256): (i64, Vec<u8>, String)) -> db::Result<(i64, Entry)> {
    Ok((position, Stored::try_from(EntryRow { canonical, sha256 })?.entry))
}
