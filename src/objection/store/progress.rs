//! The cases whose people may have to be told where they stand.

use crate::db::{self, Conn, on};
use crate::time::UtcMillis;

/// The numbers of at most so many cases behind `after` that wait for their answer, in the order in
/// which it is due, with these instants: objections due from `now` to `soon`, and complaints due
/// from `now` on. Those whose people were told are left out.
pub async fn to_be_told(
    mut conn: Conn<'_>,
    now: UtcMillis,
    soon: UtcMillis,
    after: &(i64, String),
    most: i64,
) -> db::Result<Vec<(i64, String)>> {
    const FOUND: &str = "select c.waits_until, c.number from cases c
      where c.waits_until > $1 and (c.waits_until <= $2 or c.complaint_due_at is not null)
        and (c.waits_until, c.number) > ($3, $4)
        and not exists (select 1 from case_steps s where s.number = c.number and s.step = 'progress-told'
          and not exists (select 1 from case_steps l
            where l.number = c.number and l.step = 'complained' and l.position > s.position))
      order by c.waits_until, c.number limit $5";
    on!(conn, c => sqlx::query_as(FOUND)
        .bind(now.0).bind(soon.0).bind(after.0).bind(&after.1).bind(most)
        .fetch_all(c).await)
}
