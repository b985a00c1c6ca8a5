//! The tables `standing_days`, `objection_spans` and `figures_run`: what was counted, and up to
//! when.

use super::days::{Day, DayState, Region};
use super::public::Span;
use crate::db::{self, Conn, Db, Tx, built, inconsistent, lock, many, on};
use crate::time::UtcMillis;

/// How long a node that computes has the work to itself, in milliseconds; it asks for more as it
/// goes on.
pub const LEASE: i64 = 10 * 60_000;

/// What is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    /// The midnight up to which it reaches; 1970 where nothing was computed yet.
    pub until: UtcMillis,
    /// Oldest first.
    pub days: Vec<Day>,
}

/// What there is of the public figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spans {
    pub until: UtcMillis,
    /// The quarters, oldest first.
    pub quarters: Vec<Span>,
    pub all: Option<Span>,
}

/// The midnight up to which the figures reach.
pub async fn until(mut conn: Conn<'_>) -> db::Result<UtcMillis> {
    const UNTIL: &str = "select until from figures_run where id = 1";
    on!(conn, c => sqlx::query_scalar(UNTIL).fetch_one(c).await).map(UtcMillis)
}

/// The days there are.
pub async fn days(mut conn: Conn<'_>) -> db::Result<Computed> {
    const DAYS: &str = "select day, region,
        max(members) filter (where state = 'on'), max(members) filter (where state = 'off'),
        max(members) filter (where state = 'paused'), max(members) filter (where state = 'excluded')
      from standing_days group by day, region order by day, region";
    type Row = (i64, String, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let until = until(conn.reborrow()).await?;
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(DAYS).fetch_all(c).await)?;
    let mut days = Vec::<Day>::new();
    for (day, region, on, off, paused, excluded) in rows {
        let region = Region::parse(&region).ok_or_else(|| inconsistent("standing_days", "region"))?;
        let day = UtcMillis(day);
        if days.last().is_none_or(|last| last.day != day) {
            days.push(Day { day, regions: [[0; 4]; 5] });
        }
        if let Some(last) = days.last_mut() {
            last.regions[region as usize] = [on, off, paused, excluded].map(Option::unwrap_or_default);
        }
    }
    Ok(Computed { until, days })
}

/// What became of objections, as it was counted.
pub async fn spans(mut conn: Conn<'_>) -> db::Result<Spans> {
    const SPANS: &str = "select span, begins_at, ends_at, received, complied, refused, took from objection_spans
      order by begins_at";
    type Row = (String, i64, i64, i64, i64, i64, Option<i64>);
    let until = until(conn.reborrow()).await?;
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(SPANS).fetch_all(c).await)?;
    let (mut quarters, mut all) = (Vec::new(), None);
    for (span, begins, ends, received, complied, refused, median) in rows {
        let (begins, ends) = (UtcMillis(begins), UtcMillis(ends));
        let row = Span { begins, ends, received, complied, refused, median };
        if span == "all" { all = Some(row) } else { quarters.push(row) }
    }
    Ok(Spans { until, quarters, all })
}

/// Takes the work up to `until` for this node alone, for [`LEASE`]. `false` where it is done, or
/// another node has it.
pub async fn claim(db: &Db, until: UtcMillis, now: UtcMillis) -> db::Result<bool> {
    const CLAIM: &str = "update figures_run set claimed_until = $1 where id = 1
      and (until < $2 or until > $4) and (claimed_until <= $3 or claimed_until > $1)";
    let mut tx = db.begin().await?;
    let claimed = on!(tx.conn(), c => sqlx::query(CLAIM)
        .bind(now.0 + LEASE).bind(until.0).bind(now.0).bind(until.0 + UtcMillis::DAY)
        .execute(c).await.map(|done| done.rows_affected() == 1))?;
    tx.commit().await?;
    Ok(claimed)
}

/// Keeps the work for another [`LEASE`].
pub async fn keep(db: &Db, now: UtcMillis) -> db::Result<()> {
    const KEEP: &str = "update figures_run set claimed_until = $1 where id = 1";
    let mut tx = db.begin().await?;
    on!(tx.conn(), c => sqlx::query(KEEP).bind(now.0 + LEASE).execute(c).await.map(drop))?;
    tx.commit().await
}

/// Puts what was computed up to `until` in the place of what is there, all at once. Where what is
/// there reaches further, as another node's around midnight, it stays; more than a day further it
/// was counted while the clock was wrong.
pub async fn replace(db: &Db, until: UtcMillis, days: &[Day], quarters: &[Span], all: Option<&Span>) -> db::Result<()> {
    const NO_DAYS: &str = "delete from standing_days";
    const NO_SPANS: &str = "delete from objection_spans";
    const DAYS: &str = "insert into standing_days (day, region, state, members) values";
    const DONE: &str = "update figures_run set until = $1, claimed_until = 0 where id = 1";
    let mut tx = db.begin().await?;
    lock(tx.conn(), "figures").await?;
    let there = self::until(tx.conn()).await?.0;
    if (until.0 + 1..=until.0 + UtcMillis::DAY).contains(&there) {
        return Ok(());
    }
    on!(tx.conn(), c => sqlx::query(NO_DAYS).execute(c).await.map(drop))?;
    // Five days are a hundred rows.
    for days in days.chunks(5) {
        let sql = many(DAYS, "($, $, $, $)", days.len() * Region::ALL.len() * DayState::ALL.len(), "");
        on!(tx.conn(), c => {
            let mut insert = sqlx::query(built(&sql));
            for day in days {
                for (region, members) in Region::ALL.iter().zip(day.regions) {
                    for (state, members) in DayState::ALL.iter().zip(members) {
                        insert = insert.bind(day.day.0).bind(region.as_str()).bind(state.as_str()).bind(members);
                    }
                }
            }
            insert.execute(c).await.map(drop)
        })?;
    }
    on!(tx.conn(), c => sqlx::query(NO_SPANS).execute(c).await.map(drop))?;
    for quarter in quarters {
        put(&mut tx, "quarter", quarter).await?;
    }
    if let Some(all) = all {
        put(&mut tx, "all", all).await?;
    }
    on!(tx.conn(), c => sqlx::query(DONE).bind(until.0).execute(c).await.map(drop))?;
    tx.commit().await
}

async fn put(tx: &mut Tx, name: &'static str, span: &Span) -> db::Result<()> {
    const SPAN: &str = "insert into objection_spans (span, begins_at, ends_at, received, complied, refused, took)
      values ($1, $2, $3, $4, $5, $6, $7)";
    on!(tx.conn(), c => sqlx::query(SPAN)
        .bind(name).bind(span.begins.0).bind(span.ends.0).bind(span.received).bind(span.complied).bind(span.refused)
        .bind(span.median)
        .execute(c).await.map(drop))
}
