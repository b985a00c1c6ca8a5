//! The table `allowances`: until when what was used of late under a key is made up for.

use super::super::throttle::Rate;
use crate::db::{self, Conn, lock, on};
use crate::ledger::entry::sha256_hex;
use crate::time::UtcMillis;

pub async fn used_until(mut conn: Conn<'_>, key: &str) -> db::Result<UtcMillis> {
    const USED: &str = "select used_until from allowances where key = $1";
    let used: Option<i64> = on!(conn, c => sqlx::query_scalar(USED).bind(key).fetch_optional(c).await)?;
    Ok(UtcMillis(used.unwrap_or_default()))
}

pub async fn put(mut conn: Conn<'_>, key: &str, until: UtcMillis) -> db::Result<()> {
    const PUT: &str = "insert into allowances (key, used_until) values ($1, $2)
      on conflict (key) do update set used_until = excluded.used_until";
    on!(conn, c => sqlx::query(PUT).bind(key).bind(until.0).execute(c).await.map(drop))
}

/// Mails to addresses that nobody has proved, from all strangers together: a flood of them is sent
/// slowly, and none is dropped. Mails to members and applicants do not wait behind them.
const UNPROVED_MAILS: Rate = Rate { at_once: 60, each: 1_000 };

/// When the next mail to an address that nobody has proved is sent. Call it inside the transaction
/// that puts it into the outbox.
pub async fn unproved_mail_at(mut conn: Conn<'_>, now: UtcMillis) -> db::Result<UtcMillis> {
    const KEY: &str = "mails to unproved addresses";
    lock(conn.reborrow(), KEY).await?;
    let (until, wait) = UNPROVED_MAILS.queue(used_until(conn.reborrow(), KEY).await?, now);
    put(conn, KEY, until).await?;
    Ok(UtcMillis(now.0 + wait))
}

/// Writes a row of nothing in the place of one that there is nobody for, so that the answer takes
/// as long as somebody's. `what` keeps those who ask at once out of each other's way. The next
/// [`sweep`] removes it.
pub async fn stand_in(conn: Conn<'_>, what: &str, now: UtcMillis) -> db::Result<()> {
    put(conn, &sha256_hex(format!("nobody {what}").as_bytes()), now).await
}

/// Removes what is made up for, and what a wrong clock stored: at most so many. Whether there may
/// be more.
pub async fn sweep(mut conn: Conn<'_>, now: UtcMillis, most: i64) -> db::Result<bool> {
    const SWEEP: &str = "delete from allowances where key in
      (select key from allowances where used_until < $1 or used_until > $2 limit $3)";
    let gone = on!(conn, c => sqlx::query(SWEEP).bind(now.0).bind(now.0 + UtcMillis::DAY).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}
