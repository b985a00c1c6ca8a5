//! How many cases there are, for charts: each a walk along an index, and one row for each thing
//! that is told.
//!
//! What counts as an objection received: whatever was filed by a member or by somebody who has
//! shown that the address is theirs, and what an officer recorded. One that was marked as a
//! duplicate is the same objection once more and does not count.

use crate::db::{self, Conn, on};
use crate::objection::case;
use crate::objection::model::Case;
use crate::statistics::answered::Answered;
use crate::time::UtcMillis;

/// Cases that count as received.
macro_rules! counted {
    () => {
        concat!(
            "state not in ('awaiting_verification', 'duplicate') and (state <> 'withdrawn' or ",
            taken_up!("cases"),
            ")"
        )
    };
}

/// Answered cases, counted by what they became, with the two in the middle by how long they took.
/// What a rule has upheld at once took nobody any time, so it is counted and not among those.
macro_rules! answered {
    ($week:literal, $where:literal) => {
        concat!(
            "with answered as (
               select ",
            $week,
            " as week, case when by_rule = 0 then decided_at - received_at end as took, outcome from cases where ",
            $where,
            "),
             ranked as (
               select week, took, outcome, row_number() over (partition by week order by took nulls last) as place,
                 count(took) over (partition by week) as answers from answered)
             select week,
               count(*) filter (where outcome = 'upheld') as upheld,
               count(*) filter (where outcome = 'partly_upheld') as partly,
               count(*) filter (where outcome = 'refused') as refused,
               min(took) filter (where place = (answers + 1) / 2) as low,
               max(took) filter (where place = answers / 2 + 1) as high
             from ranked group by week order by week"
        )
    };
}

#[derive(sqlx::FromRow)]
struct AnsweredRow {
    week: i64,
    upheld: i64,
    partly: i64,
    refused: i64,
    low: Option<i64>,
    high: Option<i64>,
}

impl From<AnsweredRow> for Answered {
    fn from(row: AnsweredRow) -> Self {
        let AnsweredRow { week, upheld, partly, refused, low, high } = row;
        Self { week, upheld, partly, refused, middle: low.zip(high) }
    }
}

/// Keeps what an answered case became, for the charts. Part of storing a move.
pub(super) async fn keep_outcome(mut conn: Conn<'_>, case: &Case) -> db::Result<()> {
    const OUTCOME: &str = "update cases set outcome = $2, by_rule = $3 where number = $1";
    if case.decided.is_none() {
        return Ok(());
    }
    let outcome = case::outcome(case.purposes.iter().filter_map(|asked| asked.outcome));
    let by_rule = i64::from(case.is_by_rule_alone());
    on!(conn, c => sqlx::query(OUTCOME)
        .bind(&case.number).bind(outcome.as_str()).bind(by_rule)
        .execute(c).await.map(drop))
}

/// How many cases wait for an answer, to the objection or to a complaint, by when it is due: before
/// the first of `edges`, from each of them to the next, and from the last on.
pub async fn open_by_due(mut conn: Conn<'_>, edges: [UtcMillis; 5]) -> db::Result<[i64; 6]> {
    const OPEN: &str = "select count(*) filter (where due < $1), count(*) filter (where due >= $1 and due < $2),
        count(*) filter (where due >= $2 and due < $3), count(*) filter (where due >= $3 and due < $4),
        count(*) filter (where due >= $4 and due < $5), count(*) filter (where due >= $5)
      from (select waits_until as due from cases where waits_until is not null) as waiting";
    let counts: (i64, i64, i64, i64, i64, i64) = on!(conn, c => sqlx::query_as(OPEN)
        .bind(edges[0].0).bind(edges[1].0).bind(edges[2].0).bind(edges[3].0).bind(edges[4].0)
        .fetch_one(c).await)?;
    Ok(counts.into())
}

/// How many objections were received in each week from `from`, a week's first instant, to before
/// `until`: the number of the week, and how many; weeks without any are left out.
pub async fn received_by_week(mut conn: Conn<'_>, from: UtcMillis, until: UtcMillis) -> db::Result<Vec<(i64, i64)>> {
    const RECEIVED: &str = concat!(
        "select (received_at - $1) / 604800000 as week, count(*) from cases where received_at >= $1 and received_at < $2 and ",
        counted!(),
        " group by week order by week"
    );
    on!(conn, c => sqlx::query_as(RECEIVED).bind(from.0).bind(until.0).fetch_all(c).await)
}

/// The answers that were given in each week from `from`, a week's first instant, to before `until`;
/// weeks without any are left out.
pub async fn answered_by_week(mut conn: Conn<'_>, from: UtcMillis, until: UtcMillis) -> db::Result<Vec<Answered>> {
    const ANSWERED: &str = answered!("(decided_at - $1) / 604800000", "decided_at >= $1 and decided_at < $2");
    let rows: Vec<AnsweredRow> =
        on!(conn, c => sqlx::query_as(ANSWERED).bind(from.0).bind(until.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Answered::from).collect())
}

/// What became of the objections that were received in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cohort {
    pub received: i64,
    /// Those of them that had been answered; none where nobody was.
    pub answered: Option<Answered>,
}

/// The objections received from `from` to before `until`, and the answers that had been given to
/// them before `by`.
pub async fn cohort(mut conn: Conn<'_>, from: UtcMillis, until: UtcMillis, by: UtcMillis) -> db::Result<Cohort> {
    const RECEIVED: &str =
        concat!("select count(*) from cases where received_at >= $1 and received_at < $2 and ", counted!());
    const ANSWERED: &str = answered!("cast(0 as bigint)", "received_at >= $1 and received_at < $2 and decided_at < $3");
    let received = on!(conn, c => sqlx::query_scalar(RECEIVED).bind(from.0).bind(until.0).fetch_one(c).await)?;
    let answered: Option<AnsweredRow> = on!(conn, c => sqlx::query_as(ANSWERED)
        .bind(from.0).bind(until.0).bind(by.0)
        .fetch_optional(c).await)?;
    Ok(Cohort { received, answered: answered.map(Answered::from) })
}

/// When the first case was received, if there is one.
pub async fn first_received(mut conn: Conn<'_>) -> db::Result<Option<UtcMillis>> {
    const FIRST: &str = "select min(received_at) from cases";
    let first: Option<i64> = on!(conn, c => sqlx::query_scalar(FIRST).fetch_one(c).await)?;
    Ok(first.map(UtcMillis))
}
