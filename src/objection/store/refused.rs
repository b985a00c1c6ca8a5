//! The cases in which something refused before may be refused again.

use crate::db::{self, Conn, on};

/// The numbers of at most so many cases that wait for another answer after `least` refusals or
/// more, because of a complaint or a reopening; the earliest due first. An answer that waits for a
/// second officer is none of them.
pub async fn refused_before(mut conn: Conn<'_>, least: usize, most: usize) -> db::Result<Vec<String>> {
    // A version before `case_rulings` has written none there.
    const REFUSED: &str = "select n.number from (
        select c.number, c.waits_until from cases c
        where (c.complaint_due_at is not null and c.complaint_answered_at is null) and c.proposed_by is null
        union
        select c.number, c.waits_until from case_steps o cross join cases c
        where o.step = 'reopened' and c.number = o.number and c.waits_until is not null and c.proposed_by is null) n
      where (select count(*) from case_steps s where s.number = n.number and s.step in ('decided', 'ruled-again')
          and (exists (select 1 from case_rulings r where r.entry_id = s.entry_id and r.outcome = 'refused')
            or not exists (select 1 from case_rulings r where r.entry_id = s.entry_id))) >= $1
      order by n.waits_until, n.number limit $2";
    let [least, most] = [least, most].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    on!(conn, c => sqlx::query_scalar(REFUSED).bind(least).bind(most).fetch_all(c).await)
}
