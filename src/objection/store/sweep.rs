//! What was written in cases whose address nobody confirmed goes after a stated time, with the name
//! and the address. The entries, with the hashes, stay.

use crate::db::{self, Conn, on};
use crate::time::UtcMillis;

/// The numbers of at most so many cases behind `after` that were received by `until` and may be
/// swept, in order, with the instants of their receipt.
pub async fn unconfirmed_until(
    mut conn: Conn<'_>,
    until: UtcMillis,
    after: &(i64, String),
    most: i64,
) -> db::Result<Vec<(i64, String)>> {
    const FOUND: &str = "select received_at, number from cases
      where member_id is null and texts_swept_at is null and state in ('awaiting_verification', 'withdrawn')
        and received_at <= $1 and (received_at, number) > ($2, $3)
        and not exists (select 1 from case_steps s where s.number = cases.number
          and (s.step in ('verified', 'linked') or s.actor not in ('applicant', 'system')))
      order by received_at, number limit $4";
    on!(conn, c => sqlx::query_as(FOUND).bind(until.0).bind(after.0).bind(&after.1).bind(most).fetch_all(c).await)
}

/// Erases what was written in one of them, with the name and the address. Returns how many texts
/// there were; `None` where the case may not be swept. On `PostgreSQL` a function of
/// the tables' owner looks for itself and does it; on `SQLite` the triggers of migrations 0033 and
/// 0057 let nothing else pass.
pub async fn erase_texts(conn: Conn<'_>, number: &str, now: UtcMillis) -> db::Result<Option<i64>> {
    const IN_TIME: &str = "select count(*) from cases where number = $1 and texts_swept_at is null
      and received_at <= unixepoch() * 1000 - 92 * 86400000";
    const TEXTS: &str = "select (select count(*) from case_steps where number = $1 and text is not null)
      + (select count(*) from case_notes where number = $1 and text is not null)";
    const STEPS: &str = "update case_steps set text = null, salt = ''
      where number = $1 and (text is not null or salt <> '')";
    const NOTES: &str = "update case_notes set text = null where number = $1 and text is not null";
    const CASE: &str = "update cases set reason = null, name = '', email = '', texts_swept_at = $2 where number = $1";
    match conn {
        Conn::Postgres(c) => {
            const SWEEP: &str = "select sweep_unverified_case($1, $2)";
            let swept = sqlx::query_scalar(SWEEP).bind(number).bind(now.0).fetch_one(c).await?;
            Ok(swept)
        }
        Conn::Sqlite(c) => {
            let in_time: i64 = sqlx::query_scalar(IN_TIME).bind(number).fetch_one(&mut *c).await?;
            if in_time == 0 {
                return Ok(None);
            }
            let texts: i64 = sqlx::query_scalar(TEXTS).bind(number).fetch_one(&mut *c).await?;
            sqlx::query(STEPS).bind(number).execute(&mut *c).await?;
            sqlx::query(NOTES).bind(number).execute(&mut *c).await?;
            sqlx::query(CASE).bind(number).bind(now.0).execute(&mut *c).await?;
            Ok(Some(texts))
        }
    }
}
