//! What has changed in the queue since a page of it was loaded, and which case of a list comes
//! next.

use super::queue;
use crate::db::{self, Conn, built, many, on};
use crate::objection::queue::Wanted;
use crate::objection::queue_order::SortBy;
use crate::objection::together::Chosen;
use crate::time::UtcMillis;

/// How many of these cases have another revision by now, and how many others have come in since,
/// at most 100.
pub async fn changed(mut conn: Conn<'_>, shown: &[Chosen], since: UtcMillis) -> db::Result<(usize, i64)> {
    const NEW: &str = "select count(*) from (select 1 from cases
      where received_at > $1 and state <> 'awaiting_verification' limit 100) as new";
    let mut changed = 0;
    if !shown.is_empty() {
        let sql = many("select number, revision from cases where number in (", "$", shown.len(), ")");
        let rows: Vec<(String, i64)> = on!(conn, c => {
            let mut query = sqlx::query_as(built(&sql));
            for case in shown {
                query = query.bind(&case.number);
            }
            query.fetch_all(c).await
        })?;
        let same =
            |case: &&Chosen| rows.iter().any(|(number, revision)| *number == case.number && *revision == case.revision);
        changed = shown.iter().filter(|case| !same(case)).count();
    }
    let new: i64 = on!(conn, c => sqlx::query_scalar(NEW).bind(since.0).fetch_one(c).await)?;
    Ok((changed, new))
}

/// The case that comes after `number` in a list; behind the last one, the first.
pub async fn next_in(mut conn: Conn<'_>, wanted: &Wanted, number: &str, now: UtcMillis) -> db::Result<Option<String>> {
    const PLACE: &str = "select received_at, waits_until from cases where number = $1";
    let place: Option<(i64, Option<i64>)> = on!(conn, c => sqlx::query_as(PLACE).bind(number).fetch_optional(c).await)?;
    let key = |(received, due): (i64, Option<i64>)| match wanted.order().by {
        SortBy::Due => due,
        SortBy::Received | SortBy::Name => Some(received),
    };
    let place = place.and_then(key).map(|key| (key, number.to_owned()));
    for after in [place, None] {
        let from = Wanted { after, ..wanted.clone() };
        let (lines, _) = queue::page(conn.reborrow(), &from, now).await?;
        if let Some(line) = lines.into_iter().find(|line| line.number != number) {
            return Ok(Some(line.number));
        }
    }
    Ok(None)
}
