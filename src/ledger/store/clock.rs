//! What is stored of the machine's clock (table `clock_basis`), and what the record says of the
//! time.

use super::of_kind;
use crate::db::{self, Conn, inconsistent, on};
use crate::id;
use crate::ledger::entry::{ClockSpan, EntryId, PLATFORM};
use crate::ledger::vocabulary::Kind;
use crate::time::UtcMillis;

/// [`Basis::booted`](crate::time::guard::Basis) and `doubted`, as they are stored.
pub type Known = (Option<i64>, Option<i64>);

/// What was believed, and what was doubted, earlier in this boot.
pub async fn known(mut conn: Conn<'_>, boot: Option<&str>) -> db::Result<Known> {
    const KNOWN: &str = "select booted_at, doubted_at from clock_basis where boot = $1";
    let known: Option<Known> = on!(conn, c => sqlx::query_as(KNOWN).bind(boot).fetch_optional(c).await)?;
    Ok(known.unwrap_or_default())
}

/// When this machine's clock was first believed in this boot.
pub async fn noted_at(mut conn: Conn<'_>, boot: Option<&str>) -> db::Result<Option<UtcMillis>> {
    const NOTED: &str = "select noted_at from clock_basis where boot = $1 and booted_at is not null";
    let at: Option<i64> = on!(conn, c => sqlx::query_scalar(NOTED).bind(boot).fetch_optional(c).await)?;
    Ok(at.map(UtcMillis))
}

/// What this machine's clock said when it was first doubted in this boot, with nothing believed
/// since.
pub async fn doubted_at(mut conn: Conn<'_>, boot: Option<&str>) -> db::Result<Option<UtcMillis>> {
    const DOUBTED: &str =
        "select noted_at from clock_basis where boot = $1 and booted_at is null and doubted_at is not null";
    let at: Option<i64> = on!(conn, c => sqlx::query_scalar(DOUBTED).bind(boot).fetch_optional(c).await)?;
    Ok(at.map(UtcMillis))
}

/// Stores what is believed and doubted in this boot. Call it inside a transaction.
pub async fn note(mut conn: Conn<'_>, boot: &str, (booted, doubted): Known, at: UtcMillis) -> db::Result<()> {
    const NOTE: &str = "insert into clock_basis (boot, booted_at, doubted_at, noted_at) values ($1, $2, $3, $4)
      on conflict (boot) do update set booted_at = excluded.booted_at, doubted_at = excluded.doubted_at,
        noted_at = excluded.noted_at";
    on!(conn, c => sqlx::query(NOTE).bind(boot).bind(booted).bind(doubted).bind(at.0).execute(c).await.map(drop))
}

/// Forgets starts from before `since`, at most so many; whether more may be left.
pub async fn forget(mut conn: Conn<'_>, since: UtcMillis, most: i64) -> db::Result<bool> {
    const FORGET: &str = "delete from clock_basis where boot in
      (select boot from clock_basis where noted_at <= $1 order by noted_at limit $2)";
    let gone = on!(conn, c => sqlx::query(FORGET).bind(since.0).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}

/// What the database server's clock says, in Unix milliseconds; `SQLite` has none of its own.
pub async fn server_now(conn: Conn<'_>) -> db::Result<Option<i64>> {
    const NOW: &str = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
    let Conn::Postgres(c) = conn else { return Ok(None) };
    Ok(Some(sqlx::query_scalar(NOW).fetch_one(c).await?))
}

/// The spans that the operator does not believe, with the instant of each acceptance, oldest first.
async fn spans(conn: Conn<'_>) -> db::Result<Vec<(ClockSpan, UtcMillis)>> {
    let entries = of_kind(conn, PLATFORM, Kind::Clock).await?;
    Ok(entries.into_iter().filter_map(|entry| Some((entry.clock?, entry.at))).collect())
}

/// The newest instant on record. What lies in a span that was later than its acceptance is passed
/// over: of an entry in there it cannot be told whether it was made before the acceptance or, once
/// that time had really come, after it.
pub async fn newest(mut conn: Conn<'_>) -> db::Result<Option<UtcMillis>> {
    const NEWEST: &str = "select max(id) from entries where id < $1";
    let ahead: Vec<ClockSpan> =
        spans(conn.reborrow()).await?.into_iter().filter(|(span, at)| span.until > *at).map(|(span, _)| span).collect();
    // No id is as high as `g`.
    let mut below = "g".to_owned();
    loop {
        let id: Option<String> = on!(conn, c => sqlx::query_scalar(NEWEST).bind(&below).fetch_one(c).await)?;
        let Some(id) = id else { return Ok(None) };
        let at = id.parse::<EntryId>().map_err(|_| inconsistent("entries", "id"))?.instant();
        match ahead.iter().find(|span| (span.from..=span.until).contains(&at)) {
            Some(span) => below = id::first_at(span.from).to_string(),
            None => return Ok(Some(at)),
        }
    }
}

/// The first instant on record.
pub async fn first(mut conn: Conn<'_>) -> db::Result<Option<UtcMillis>> {
    const FIRST: &str = "select min(id) from entries";
    let id: Option<String> = on!(conn, c => sqlx::query_scalar(FIRST).fetch_one(c).await)?;
    let first = id.map(|id| id.parse::<EntryId>().map_err(|_| inconsistent("entries", "id")));
    Ok(first.transpose()?.map(EntryId::instant))
}

/// Whose histories have entries in `span`, and how many those are. Ids sort by time.
pub async fn within(mut conn: Conn<'_>, span: ClockSpan) -> db::Result<(Vec<String>, i64)> {
    const SUBJECTS: &str =
        "select distinct subject from entries where id >= $1 and id < $2 and subject <> $3 order by subject";
    const ENTRIES: &str = "select count(*) from entries where id >= $1 and id < $2";
    let from = id::first_at(span.from).to_string();
    let until = id::first_at(UtcMillis(span.until.0.saturating_add(1))).to_string();
    let subjects = on!(conn, c => sqlx::query_scalar(SUBJECTS)
        .bind(&from).bind(&until).bind(PLATFORM)
        .fetch_all(c).await)?;
    let entries = on!(conn, c => sqlx::query_scalar(ENTRIES).bind(&from).bind(&until).fetch_one(c).await)?;
    Ok((subjects, entries))
}
