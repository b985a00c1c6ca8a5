//! How many cases there are, counted one by one: for what is published, once a day. The charts of
//! the staff are read from counts that are kept (`case_counts.rs`).
//!
//! What counts as an objection received: whatever was filed by a member or by somebody who has
//! shown that the address is theirs, and what an officer recorded. One that was marked as a
//! duplicate is the same objection once more and does not count.

use crate::db::{self, Conn, on};
use crate::objection::case;
use crate::objection::model::Case;
use crate::statistics::answered::Answered;
use crate::time::UtcMillis;

/// Cases that count as received; `case_places` has the same words.
macro_rules! counted {
    () => {
        concat!(
            "state not in ('awaiting_verification', 'duplicate') and (state <> 'withdrawn' or ",
            taken_up!("cases"),
            ")"
        )
    };
}
pub(super) use counted;

/// Answered cases, counted by what they became, with the two in the middle by how long they took.
/// What a rule has upheld at once took nobody any time, so it is counted and not among those.
macro_rules! answered {
    ($where:literal) => {
        concat!(
            "with answered as (
               select cast(0 as bigint) as week, case when by_rule = 0 then decided_at - received_at end as took, outcome from cases where ",
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
pub(super) struct AnsweredRow {
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

/// The answers that were given from `from` to before `until`, all in one.
pub(super) async fn answered_between(
    mut conn: Conn<'_>,
    from: UtcMillis,
    until: UtcMillis,
) -> db::Result<Option<Answered>> {
    const ANSWERED: &str = answered!("decided_at >= $1 and decided_at < $2");
    let row: Option<AnsweredRow> =
        on!(conn, c => sqlx::query_as(ANSWERED).bind(from.0).bind(until.0).fetch_optional(c).await)?;
    Ok(row.map(Answered::from))
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
    const ANSWERED: &str = answered!("received_at >= $1 and received_at < $2 and decided_at < $3");
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
