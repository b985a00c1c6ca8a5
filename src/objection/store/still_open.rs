//! Earlier cases that are still open, beside a newer one about the same.

use crate::db::{self, Conn, on};
use crate::objection::model::Case;
use crate::objection::still_open::StillOpen;
use crate::time::UtcMillis;

/// As many are named.
const NAMED: i64 = 5;

/// The cases that wait for their answer, were filed before `case` and are still to decide about one
/// of its uses: those of the same member, or, without an account, those that a code has confirmed
/// under the same address. The earliest first.
pub async fn still_open(mut conn: Conn<'_>, case: &Case) -> db::Result<Vec<StillOpen>> {
    const OPEN: &str = "select c.number from cases c
      where (c.member_id = $1 or $1 is null and c.member_id is null and c.email = $2
          and exists (select 1 from case_steps s where s.number = c.number and s.step = 'verified'))
        and c.number <> $3 and c.received_at < $4 and c.state in ('received', 'acknowledged', 'under_review')
        and exists (select 1 from case_purposes p join case_purposes o on o.purpose = p.purpose
          where p.number = c.number and p.outcome is null and o.number = $3 and o.outcome is null)
      order by c.received_at, c.number limit $5";
    if !case.is_open() || case.awaits_code() {
        return Ok(Vec::new());
    }
    let numbers: Vec<String> = on!(conn, c => sqlx::query_scalar(OPEN)
        .bind(&case.member).bind(&case.email).bind(&case.number).bind(case.received.0).bind(NAMED)
        .fetch_all(c).await)?;
    Ok(numbers.into_iter().map(|number| StillOpen { number, awaits_code: false }).collect())
}

/// The number of the objection that `case` was filed after, and when it was received.
pub async fn filed_after(mut conn: Conn<'_>, case: &Case) -> db::Result<Option<(String, UtcMillis)>> {
    const OTHER: &str = "select received_at from cases where number = $1";
    let Some(number) = &case.after else { return Ok(None) };
    let at: Option<i64> = on!(conn, c => sqlx::query_scalar(OTHER).bind(number).fetch_optional(c).await)?;
    Ok(at.map(|at| (number.clone(), UtcMillis(at))))
}
