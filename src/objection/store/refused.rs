//! The cases for which officers may be too few: in which something refused before may be refused
//! again, in which a refusal is drafted, and all that wait.

use crate::db::{self, Conn, on};
use crate::time::UtcMillis;

/// How often something was refused in the case whose number is `$number`, so far.
macro_rules! refusals {
    ($number:literal) => {
        concat!(
            // A version before `case_rulings` has written none there.
            "(select count(*) from case_steps s where s.number = ",
            $number,
            " and s.step in ('decided', 'ruled-again')
          and (exists (select 1 from case_rulings r where r.entry_id = s.entry_id and r.outcome = 'refused')
            or not exists (select 1 from case_rulings r where r.entry_id = s.entry_id)))"
        )
    };
}

/// The numbers of at most so many cases that wait for another answer after `least` refusals or
/// more, because of a complaint or a reopening; the earliest due first. An answer that waits for a
/// second officer is none of them.
pub async fn refused_before(conn: Conn<'_>, least: usize, most: usize) -> db::Result<Vec<String>> {
    const REFUSED: &str = concat!(
        "select n.number from (
        select c.number, c.waits_until from cases c
        where (c.complaint_due_at is not null and c.complaint_answered_at is null) and c.proposed_by is null
        union
        select c.number, c.waits_until from case_steps o cross join cases c
        where o.step = 'reopened' and c.number = o.number and c.waits_until is not null and c.proposed_by is null) n
      where ",
        refusals!("n.number"),
        " >= $1
      order by n.waits_until, n.number limit $2"
    );
    numbers(conn, REFUSED, least, most).await
}

/// The numbers of at most so many cases in which a refusal is drafted and waits for a second
/// officer, after `least` refusals or more; the earliest due first.
pub async fn drafted(conn: Conn<'_>, least: usize, most: usize) -> db::Result<Vec<String>> {
    const DRAFTED: &str = concat!(
        "select c.number from cases c where c.proposed_by is not null and ",
        refusals!("c.number"),
        " >= $1
      order by c.waits_until, c.number limit $2"
    );
    numbers(conn, DRAFTED, least, most).await
}

/// How many cases wait for an answer, and when the first of these is due; `None` where none waits.
pub async fn open(mut conn: Conn<'_>) -> db::Result<Option<(i64, UtcMillis)>> {
    const OPEN: &str = "select count(*), min(waits_until) from cases where waits_until is not null";
    let (cases, due): (i64, Option<i64>) = on!(conn, c => sqlx::query_as(OPEN).fetch_one(c).await)?;
    Ok(due.map(|due| (cases, UtcMillis(due))))
}

async fn numbers(mut conn: Conn<'_>, sql: &'static str, least: usize, most: usize) -> db::Result<Vec<String>> {
    let [least, most] = [least, most].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    on!(conn, c => sqlx::query_scalar(sql).bind(least).bind(most).fetch_all(c).await)
}
