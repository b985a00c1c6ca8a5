//! The table `sign_in_attempts`: what has failed, under keys that name nobody.

use super::super::throttle::Count;
use crate::db::{self, Conn, lock, on};
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;

#[derive(sqlx::FromRow)]
struct AttemptRow {
    failures: i64,
    newest_at: i64,
    blocked_until: i64,
    told_at: i64,
}

/// What has failed under `key`, which is held until the transaction ends.
async fn held(mut conn: Conn<'_>, key: &str) -> db::Result<Count> {
    const COUNT: &str = "select failures, newest_at, blocked_until, told_at from sign_in_attempts where key = $1";
    lock(conn.reborrow(), key).await?;
    let row: Option<AttemptRow> = on!(conn, c => sqlx::query_as(COUNT).bind(key).fetch_optional(c).await)?;
    Ok(row.map_or(Count::NONE, |row| Count {
        failures: row.failures,
        newest: UtcMillis(row.newest_at),
        blocked_until: UtcMillis(row.blocked_until),
        told: UtcMillis(row.told_at),
    }))
}

async fn put(mut conn: Conn<'_>, key: &str, count: Count) -> db::Result<()> {
    const PUT: &str = "insert into sign_in_attempts (key, failures, newest_at, blocked_until, told_at)
      values ($1, $2, $3, $4, $5)
      on conflict (key) do update set failures = excluded.failures, newest_at = excluded.newest_at,
        blocked_until = excluded.blocked_until, told_at = excluded.told_at";
    on!(conn, c => sqlx::query(PUT)
        .bind(key).bind(count.failures).bind(count.newest.0).bind(count.blocked_until.0).bind(count.told.0)
        .execute(c).await.map(drop))
}

/// Counts one attempt at signing in under each key *before* it is looked at. Returns when the next
/// attempt is looked at, where that is later than now; the attempt is then not to be looked at, and
/// was not counted.
pub async fn count_attempt(mut conn: Conn<'_>, keys: &[(&str, i64)], now: UtcMillis) -> db::Result<Option<UtcMillis>> {
    let mut counts = Vec::with_capacity(keys.len());
    for (key, _) in keys {
        counts.push(held(conn.reborrow(), key).await?);
    }
    let wait = counts.iter().filter_map(|count| count.blocked(now)).max();
    if wait.is_none() {
        for ((key, free), count) in keys.iter().zip(counts) {
            put(conn.reborrow(), key, count.with_one_more(*free, now)).await?;
        }
    }
    Ok(wait)
}

/// Writes the count under `key` once more as it is: the row that stands in for one elsewhere.
pub async fn touch(mut conn: Conn<'_>, key: &str) -> db::Result<()> {
    const TOUCH: &str = "update sign_in_attempts set newest_at = newest_at where key = $1";
    on!(conn, c => sqlx::query(TOUCH).bind(key).execute(c).await.map(drop))
}

/// Whether the owner of the account that `key` stands for is to be told of what fails there; notes
/// that they are.
pub async fn tell(mut conn: Conn<'_>, key: &str, free: i64, now: UtcMillis) -> db::Result<bool> {
    let count = held(conn.reborrow(), key).await?;
    let tells = count.tells(free, now);
    if tells {
        put(conn, key, Count { told: now, ..count }).await?;
    }
    Ok(tells)
}

/// After a right one: the account or device starts afresh, and each network has this one attempt
/// taken off again (not all of them, or whoever has one account of their own could go on guessing
/// at others). Whoever counts meanwhile waits, or would write over it what was read before.
pub async fn forgive<'a>(mut conn: Conn<'_>, account: &str, networks: impl Iterator<Item = &'a str>) -> db::Result<()> {
    // That somebody was told stays: a right password in between is no reason to tell them again.
    const CLEAR: &str = "update sign_in_attempts set failures = 0, blocked_until = 0 where key = $1";
    const TAKE_OFF: &str = "update sign_in_attempts set failures = failures - 1 where key = $1 and failures > 0";
    lock(conn.reborrow(), account).await?;
    on!(conn, c => sqlx::query(CLEAR).bind(account).execute(c).await.map(drop))?;
    for network in networks {
        lock(conn.reborrow(), network).await?;
        on!(conn, c => sqlx::query(TAKE_OFF).bind(network).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Removes what was last counted before `since`, and what a wrong clock stored ahead of `now`, at
/// most so many; whether more may be left.
pub async fn sweep(mut conn: Conn<'_>, since: UtcMillis, now: UtcMillis, most: i64) -> db::Result<bool> {
    const SWEEP: &str = "delete from sign_in_attempts where key in
      (select key from sign_in_attempts where newest_at < $1 or newest_at > $2 limit $3)";
    let gone = on!(conn, c => sqlx::query(SWEEP).bind(since.0).bind(now.0 + TOLERANCE).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}
