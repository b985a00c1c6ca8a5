//! The links of our letters that open one case, for a person without an account (table
//! `case_links`). Stored as hashes; [`link::holds`] says how long each opens it.

use super::by_number;
use crate::db::{self, Conn, on};
use crate::ledger::entry::sha256_hex;
use crate::objection::code::Sent;
use crate::objection::link::{self, ANSWERED, FRESH, UNANSWERED};
use crate::objection::model::Case;
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;

/// Whether a link with this secret opens the case at `now`.
pub async fn by_link(mut conn: Conn<'_>, number: &str, key: &str, now: UtcMillis) -> db::Result<bool> {
    const MADE: &str = "select made_at from case_links where sha256 = $1 and number = $2";
    let made: Option<i64> = on!(conn, c => sqlx::query_scalar(MADE)
        .bind(sha256_hex(key.as_bytes())).bind(number)
        .fetch_optional(c).await)?;
    let Some(made) = made else { return Ok(false) };
    let case = by_number(conn, number).await?;
    Ok(case.is_some_and(|case| link::holds(UtcMillis(made), &case, now)))
}

/// Has the secret `key` open the case `number` from now on.
pub async fn put_link(mut conn: Conn<'_>, number: &str, key: &str, now: UtcMillis) -> db::Result<()> {
    const LINK: &str = "insert into case_links (sha256, number, made_at) values ($1, $2, $3)";
    on!(conn, c => sqlx::query(LINK)
        .bind(sha256_hex(key.as_bytes())).bind(number).bind(now.0)
        .execute(c).await.map(drop))
}

/// Whether any link was mailed that may still open this case.
pub async fn has_links(mut conn: Conn<'_>, number: &str) -> db::Result<bool> {
    const COUNT: &str = "select count(*) from case_links where number = $1";
    let count: i64 = on!(conn, c => sqlx::query_scalar(COUNT).bind(number).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whether a link that was mailed opens this case now.
pub async fn is_opened_by_a_link(mut conn: Conn<'_>, case: &Case, now: UtcMillis) -> db::Result<bool> {
    const MADE: &str = "select made_at from case_links where number = $1";
    let made: Vec<i64> = on!(conn, c => sqlx::query_scalar(MADE).bind(&case.number).fetch_all(c).await)?;
    Ok(made.into_iter().any(|made| link::holds(UtcMillis(made), case, now)))
}

/// The links that were sent about this case within the last day.
pub async fn links_sent(mut conn: Conn<'_>, number: &str, now: UtcMillis) -> db::Result<Sent> {
    const NEWEST: &str = "select count(*), coalesce(max(made_at), 0) from case_links
      where number = $1 and made_at > $2 and made_at <= $3";
    let (count, newest): (i64, i64) = on!(conn, c => sqlx::query_as(NEWEST)
        .bind(number).bind(now.0 - UtcMillis::DAY).bind(now.0 + TOLERANCE)
        .fetch_one(c).await)?;
    Ok(Sent { count, newest: UtcMillis(newest) })
}

/// Deletes every link and every code of this case that was mailed, and notes when, for the browsers
/// that came by one.
pub async fn delete_links(mut conn: Conn<'_>, number: &str, now: UtcMillis) -> db::Result<()> {
    const LINKS: &str = "delete from case_links where number = $1";
    const CODES: &str = "delete from case_mailed_codes where number = $1";
    // One of the version before stands here.
    const CODE: &str = "update case_codes set sha256 = '' where number = $1";
    const NOTE: &str = "update cases set links_closed_at = $2 where number = $1";
    for sql in [LINKS, CODES, CODE] {
        on!(conn, c => sqlx::query(sql).bind(number).execute(c).await.map(drop))?;
    }
    on!(conn, c => sqlx::query(NOTE).bind(number).bind(now.0).execute(c).await.map(drop))
}

/// Removes links that open nothing any more, at most so many; whether more may be left. What
/// [`link::holds`] says, as the database can say it.
pub async fn sweep(mut conn: Conn<'_>, now: UtcMillis, most: i64) -> db::Result<bool> {
    const SWEEP: &str = "delete from case_links where sha256 in (
      select l.sha256 from case_links l join cases c on c.number = l.number
      where l.made_at <= $1 and (l.made_at <= $2 and (c.decided_at is null and c.state <> 'withdrawn'
          or c.complaint_due_at is not null and c.complaint_answered_at is null)
        or not (c.complaint_due_at is not null and c.complaint_answered_at is null)
          and coalesce(c.complaint_answered_at, 0) <= $3
          and (c.decided_at <= $3 or c.state = 'withdrawn'
            and (select max(s.at) from case_steps s where s.number = c.number) <= $3))
      order by l.made_at limit $4)";
    let gone = on!(conn, c => sqlx::query(SWEEP)
        .bind(now.0 - FRESH).bind(now.0 - UNANSWERED).bind(now.0 - ANSWERED).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}
