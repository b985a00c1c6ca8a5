//! The columns of `members` that say which passwords whoever runs this has set. Such a password is
//! marked as long as its hash is the account's.

use crate::db::{self, Conn, on};
use crate::time::UtcMillis;

/// Marks the present password of an account as one that was set for its owner.
pub async fn mark(mut conn: Conn<'_>, id: &str, now: UtcMillis) -> db::Result<()> {
    const MARK: &str =
        "update members set initial_password_hash = password_hash, initial_password_at = $2 where id = $1";
    on!(conn, c => sqlx::query(MARK).bind(id).bind(now.0).execute(c).await.map(drop))
}

/// Since when the password of an account is one that was set for its owner; `None` where it is
/// their own, or there is no such account.
pub async fn since(mut conn: Conn<'_>, id: &str) -> db::Result<Option<UtcMillis>> {
    const SINCE: &str =
        "select initial_password_at from members where id = $1 and initial_password_hash = password_hash";
    let at: Option<Option<i64>> = on!(conn, c => sqlx::query_scalar(SINCE).bind(id).fetch_optional(c).await)?;
    Ok(at.flatten().map(UtcMillis))
}

/// Puts a password of the owner's in the place of the one that was set for them, and ends every
/// session from before; returns the epoch that new ones carry. `None` where there is none of those
/// any more: somebody was faster.
pub async fn replace(mut conn: Conn<'_>, id: &str, hash: &str) -> db::Result<Option<i64>> {
    const REPLACE: &str = "update members set password_hash = $2, session_epoch = session_epoch + 1,
        initial_password_hash = null, initial_password_at = null
      where id = $1 and initial_password_hash = password_hash returning session_epoch";
    on!(conn, c => sqlx::query_scalar(REPLACE).bind(id).bind(hash).fetch_optional(c).await)
}
