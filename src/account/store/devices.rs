//! The table `known_devices`.

use super::super::throttle::{DEVICES_MAX, KNOWN_FOR};
use crate::db::{self, Conn, on};
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;

/// Notes that the member has signed in now on the device with this mark, and forgets those beyond
/// the newest twenty. Call it inside a transaction.
pub async fn know(mut conn: Conn<'_>, member: &str, mark: &str, now: UtcMillis) -> db::Result<()> {
    const KNOW: &str = "insert into known_devices (sha256, member_id, seen_at) values ($1, $2, $3)
      on conflict (sha256) do update set seen_at = excluded.seen_at";
    const TOO_MANY: &str = "delete from known_devices where member_id = $1 and sha256 not in
      (select sha256 from known_devices where member_id = $1 order by seen_at desc, sha256 limit $2)";
    on!(conn, c => sqlx::query(KNOW).bind(mark).bind(member).bind(now.0).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(TOO_MANY).bind(member).bind(DEVICES_MAX).execute(c).await.map(drop))
}

/// Whether the device with this mark has signed in before: as the one member that the mark is of.
pub async fn is_known(mut conn: Conn<'_>, mark: &str, now: UtcMillis) -> db::Result<bool> {
    const SEEN: &str = "select seen_at from known_devices where sha256 = $1";
    let seen: Option<i64> = on!(conn, c => sqlx::query_scalar(SEEN).bind(mark).fetch_optional(c).await)?;
    Ok(seen.is_some_and(|seen| UtcMillis(seen).lasts(KNOWN_FOR, now)))
}

/// Forgets every device of this member: what they fail at is counted with what strangers try.
pub async fn forget(mut conn: Conn<'_>, member: &str) -> db::Result<()> {
    const FORGET: &str = "delete from known_devices where member_id = $1";
    on!(conn, c => sqlx::query(FORGET).bind(member).execute(c).await.map(drop))
}

/// Removes those that are not known any more, at most so many; whether more may be left.
pub async fn sweep(mut conn: Conn<'_>, now: UtcMillis, most: i64) -> db::Result<bool> {
    const SWEEP: &str = "delete from known_devices where sha256 in
      (select sha256 from known_devices where seen_at <= $1 or seen_at > $2 limit $3)";
    let gone = on!(conn, c => sqlx::query(SWEEP).bind(now.0 - KNOWN_FOR).bind(now.0 + TOLERANCE).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}
