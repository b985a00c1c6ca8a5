//! The table `case_counts`: how many cases came in and were answered in each week, how long the
//! answers took, and how many cases wait until when.
//!
//! The database keeps it true to the view `case_places`, in the transaction that changes a case
//! (migration 0065). So a chart costs as many rows as it has days and weeks, however many cases
//! there are. What lies within one hour is looked up among the cases themselves, along an index.
//! Each chart is read in one statement, so that what it reads belongs together.

use super::counts::{AnsweredRow, answered_between, counted};
use crate::db::{self, Conn, Db, on};
use crate::statistics::answered::{Answered, WEEK, week_number};
use crate::time::UtcMillis;

const OPEN: &str = "with edges (nth, edge) as (
    select 0, cast($1 as bigint) union all select 1, cast($2 as bigint) union all select 2, cast($3 as bigint)
    union all select 3, cast($4 as bigint) union all select 4, cast($5 as bigint))
  select nth, cast(
      coalesce((select sum(d.total) from case_counts d where d.counted = 'due-day' and d.at < e.edge / 86400000), 0)
      + coalesce((select sum(h.total) from case_counts h where h.counted = 'due-hour'
          and h.at >= e.edge / 86400000 * 24 and h.at < e.edge / 3600000), 0)
      + (select count(*) from cases c
          where c.waits_until >= e.edge / 3600000 * 3600000 and c.waits_until < e.edge)
    as bigint) as before
  from edges e
  union all
  select 5, cast(coalesce(sum(total), 0) as bigint) from case_counts where counted = 'due-day'
  order by nth";

/// How many cases wait for an answer, to the objection or to a complaint, until before each of
/// `edges`, and how many wait in all.
pub async fn open_before(mut conn: Conn<'_>, edges: [UtcMillis; 5]) -> db::Result<([i64; 5], i64)> {
    let rows: Vec<(i32, i64)> = on!(conn, c => sqlx::query_as(OPEN)
        .bind(edges[0].0).bind(edges[1].0).bind(edges[2].0).bind(edges[3].0).bind(edges[4].0)
        .fetch_all(c).await)?;
    let (mut before, mut all) = ([0; 5], 0);
    for (nth, cases) in rows {
        let place = usize::try_from(nth).ok().and_then(|nth| before.get_mut(nth));
        *place.unwrap_or(&mut all) = cases;
    }
    Ok((before, all))
}

/// Where the clock was ahead, cases of the last week may have come in after `$3`.
const RECEIVED: &str = concat!(
    "select at - $1 as week, cast(sum(total) as bigint) - case when at = $2 then
        (select count(*) from cases where received_at >= $3 and received_at < $4 and ",
    counted!(),
    ") else 0 end as received
     from case_counts where counted = 'received' and at >= $1 and at <= $2 group by at order by at"
);

/// How many objections were received in each week from `from`, a week's first instant, to before
/// `until`: the number of the week, and how many.
pub async fn received_by_week(mut conn: Conn<'_>, from: UtcMillis, until: UtcMillis) -> db::Result<Vec<(i64, i64)>> {
    let last = last_week(until);
    on!(conn, c => sqlx::query_as(RECEIVED)
        .bind(week_number(from)).bind(week_number(last)).bind(until.0).bind(last.0 + WEEK)
        .fetch_all(c).await)
}

const LATER: &str =
    "select count(*) from (select 1 from cases where decided_at >= $1 and decided_at < $2 limit 1) as later";

/// The answers that were given in each week from `from`, a week's first instant, to before `until`.
pub async fn answered_by_week(mut conn: Conn<'_>, from: UtcMillis, until: UtcMillis) -> db::Result<Vec<Answered>> {
    let (first, last) = (week_number(from), last_week(until));
    let rows: Vec<AnsweredRow> = on!(conn, c => sqlx::query_as(ANSWERED)
        .bind(first).bind(week_number(last))
        .fetch_all(c).await)?;
    let mut weeks: Vec<Answered> = rows.into_iter().map(Answered::from).collect();
    // Where the clock was ahead, answers of the last week may have been given after `until`. They
    // are rare, and then this week is counted one by one.
    let later: i64 = on!(conn, c => sqlx::query_scalar(LATER).bind(until.0).bind(last.0 + WEEK).fetch_one(c).await)?;
    if later > 0 {
        let week = week_number(last) - first;
        weeks.retain(|answered| answered.week != week);
        weeks.extend(answered_between(conn, last, until).await?.map(|answered| Answered { week, ..answered }));
    }
    Ok(weeks)
}

/// The first instant of the week in which `until` ends.
const fn last_week(until: UtcMillis) -> UtcMillis {
    UtcMillis(until.0 - 1).monday()
}

/// The two answers in the middle of a week are looked for among the days that answers took, then
/// among the hours of that day, and last among the cases of that hour. The sign before `h.week` has
/// `SQLite` compare numbers as they are; otherwise it would not use the index.
const ANSWERED: &str = "with days as (
    select at as week, place as day, cast(sum(total) as bigint) as total from case_counts
    where counted = 'took-day' and at >= $1 and at <= $2 group by at, place),
  by_day as (
    select week, day, total, cast(sum(total) over (partition by week order by day) as bigint) - total as before,
      cast(sum(total) over (partition by week) as bigint) as answers from days),
  of_day as materialized (
    select week, day, which, (answers + which) / 2 - before as nth
    from by_day cross join (select 1 as which union all select 2) as middle
    where (answers + which) / 2 > before and (answers + which) / 2 <= before + total),
  hours as (
    select d.week, d.which, d.nth, c.place as hour, cast(sum(c.total) as bigint) as total
    from of_day d join case_counts c
      on c.counted = 'took-hour' and c.at = d.week and c.place >= d.day * 24 and c.place < d.day * 24 + 24
    group by d.week, d.which, d.nth, c.place),
  by_hour as (
    select week, which, nth, hour, total,
      cast(sum(total) over (partition by week, which order by hour) as bigint) - total as before from hours),
  middles as (
    select h.week, h.which, (select one.took
      from (select c.decided_at - c.received_at as took,
          row_number() over (order by c.decided_at - c.received_at) as place
        from cases c
        where (c.decided_at - 345600000) / 604800000 = +h.week and c.by_rule = 0 and c.decided_at is not null
          and c.decided_at - c.received_at
            >= case when h.hour = 0 then -9000000000000000000 else h.hour * 3600000 end
          and c.decided_at - c.received_at < h.hour * 3600000 + 3600000) as one
      where one.place = h.nth - h.before) as took
    from by_hour h where h.nth > h.before and h.nth <= h.before + h.total),
  medians as (
    select week, max(took) filter (where which = 1) as low, max(took) filter (where which = 2) as high
    from middles group by week)
  select w.week - $1 as week, w.upheld, w.partly, w.refused, m.low, m.high
  from (select at as week,
      cast(coalesce(sum(total) filter (where counted = 'upheld'), 0) as bigint) as upheld,
      cast(coalesce(sum(total) filter (where counted = 'partly_upheld'), 0) as bigint) as partly,
      cast(coalesce(sum(total) filter (where counted = 'refused'), 0) as bigint) as refused
    from case_counts
    where counted in ('upheld', 'partly_upheld', 'refused', 'took-day') and at >= $1 and at <= $2
    group by at) as w
  left join medians m on m.week = w.week order by week";

/// Compares the counts with the cases, and counts all of them anew where one is not right. Returns
/// how many were not.
///
/// Nothing that serves makes one wrong; somebody who changes tables without the database's triggers
/// does.
pub async fn recount(db: &Db) -> db::Result<i64> {
    const WRONG: &str = "select count(*) from (
        select counted, at, place from (
          select counted, at, place, 1 as total from case_places
          union all
          select counted, at, place, -total from case_counts) as both_ways
        group by counted, at, place having sum(total) <> 0) as wrong";
    const FORGET: &str = "delete from case_counts";
    const COUNT: &str = "insert into case_counts (counted, at, place, total)
      select counted, at, place, count(*) from case_places group by counted, at, place";
    const RECOUNT: &str = "select recount_cases()";
    let mut reader = db.reader().await?;
    let wrong: i64 = on!(reader.conn(), c => sqlx::query_scalar(WRONG).fetch_one(c).await)?;
    drop(reader);
    if wrong > 0 {
        let mut tx = db.begin().await?;
        match tx.conn() {
            Conn::Sqlite(c) => {
                sqlx::query(FORGET).execute(&mut *c).await?;
                sqlx::query(COUNT).execute(&mut *c).await?;
            }
            // The role that serves may not change the counts. This is a function of their owner.
            Conn::Postgres(c) => {
                sqlx::query(RECOUNT).execute(&mut *c).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::built;

    /// Otherwise a page would take the longer the more cases there are.
    #[tokio::test]
    async fn no_chart_walks_through_all_cases() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/counts.db", folder.path().display())).await.unwrap();
        db.migrate().await.unwrap();
        let mut reader = db.reader().await.unwrap();
        let Conn::Sqlite(conn) = reader.conn() else { panic!("not SQLite") };
        for (sql, index, bound) in [
            (OPEN, "cases_waiting (waits_until>? AND waits_until<?)", 5),
            (RECEIVED, "(received_at>? AND received_at<?)", 4),
            (ANSWERED, "cases_by_answer_time (<expr>=? AND by_rule=? AND <expr>>? AND <expr><?)", 2),
            (LATER, "(decided_at>? AND decided_at<?)", 2),
        ] {
            let sql = format!("explain query plan {sql}");
            let mut query = sqlx::query_as(built(&sql));
            for n in 0..bound {
                query = query.bind(n);
            }
            let plan: Vec<(i64, i64, i64, String)> = query.fetch_all(&mut *conn).await.unwrap();
            let steps: Vec<&str> = plan.iter().map(|step| &*step.3).collect();
            assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:#?}");
            let whole = |step: &&&str| ["SCAN c", "SCAN cases", "SCAN case_counts"].contains(*step);
            assert_eq!(steps.iter().find(whole), None, "{steps:#?}");
        }
    }
}
