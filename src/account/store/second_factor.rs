//! The tables `second_factors` and `recovery_codes`.

use crate::db::{self, Conn, on};
use crate::time::UtcMillis;

/// A second factor that is set up.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SecondFactor {
    pub secret: String,
    /// The newest step whose code was accepted.
    pub used_step: i64,
    set_up_at: i64,
}

impl SecondFactor {
    pub const fn set_up_at(&self) -> UtcMillis {
        UtcMillis(self.set_up_at)
    }
}

pub async fn of_member(mut conn: Conn<'_>, member: &str) -> db::Result<Option<SecondFactor>> {
    const OF: &str = "select secret, used_step, set_up_at from second_factors where member_id = $1";
    on!(conn, c => sqlx::query_as(OF).bind(member).fetch_optional(c).await)
}

/// Stores the first one. False where there is one already: somebody was faster.
pub async fn set_up(mut conn: Conn<'_>, member: &str, secret: &str, step: i64, now: UtcMillis) -> db::Result<bool> {
    const SET_UP: &str = "insert into second_factors (member_id, secret, used_step, set_up_at) values ($1, $2, $3, $4)
      on conflict (member_id) do nothing";
    on!(conn, c => sqlx::query(SET_UP).bind(member).bind(secret).bind(step).bind(now.0)
        .execute(c).await.map(|done| done.rows_affected() == 1))
}

/// Puts another one in the place of the one there is.
pub async fn change(mut conn: Conn<'_>, member: &str, secret: &str, step: i64, now: UtcMillis) -> db::Result<()> {
    const CHANGE: &str = "update second_factors set secret = $2, used_step = $3, set_up_at = $4 where member_id = $1";
    on!(conn, c => sqlx::query(CHANGE).bind(member).bind(secret).bind(step).bind(now.0).execute(c).await.map(drop))
}

/// Uses the step up (RFC 6238, 5.2): true for one of several at once, and for none that come later.
/// False also where the secret is another one by now. What was used later than `believed` was
/// stored by a wrong clock, and gives way.
pub async fn use_step(mut conn: Conn<'_>, member: &str, secret: &str, step: i64, believed: i64) -> db::Result<bool> {
    const USE: &str = "update second_factors set used_step = $3
      where member_id = $1 and secret = $2 and (used_step < $3 or used_step > $4)";
    on!(conn, c => sqlx::query(USE).bind(member).bind(secret).bind(step).bind(believed)
        .execute(c).await.map(|done| done.rows_affected() == 1))
}

/// Uses a recovery code up: true once.
pub async fn use_recovery_code(mut conn: Conn<'_>, member: &str, sha256: &str) -> db::Result<bool> {
    const USE: &str = "delete from recovery_codes where sha256 = $1 and member_id = $2";
    on!(conn, c => sqlx::query(USE).bind(sha256).bind(member).execute(c).await.map(|done| done.rows_affected() == 1))
}

/// Puts these recovery codes in the place of those there are.
pub async fn put_recovery_codes(mut conn: Conn<'_>, member: &str, hashes: &[String], now: UtcMillis) -> db::Result<()> {
    const FORGET: &str = "delete from recovery_codes where member_id = $1";
    const PUT: &str = "insert into recovery_codes (sha256, member_id, made_at) values ($1, $2, $3)";
    on!(conn, c => sqlx::query(FORGET).bind(member).execute(c).await.map(drop))?;
    for hash in hashes {
        on!(conn, c => sqlx::query(PUT).bind(hash).bind(member).bind(now.0).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// The hashes of the recovery codes that are left.
pub async fn recovery_codes(mut conn: Conn<'_>, member: &str) -> db::Result<Vec<String>> {
    const LEFT: &str = "select sha256 from recovery_codes where member_id = $1";
    on!(conn, c => sqlx::query_scalar(LEFT).bind(member).fetch_all(c).await)
}

/// Takes the second factor and the recovery codes away, and ends every session of the account, half
/// signed in or wholly. Call it inside a transaction.
pub async fn reset(mut conn: Conn<'_>, member: &str) -> db::Result<()> {
    const FACTOR: &str = "delete from second_factors where member_id = $1";
    put_recovery_codes(conn.reborrow(), member, &[], UtcMillis(0)).await?;
    on!(conn, c => sqlx::query(FACTOR).bind(member).execute(c).await.map(drop))?;
    super::end_sessions(conn, member).await.map(drop)
}
