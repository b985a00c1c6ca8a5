//! Tells people of the staff what was changed about how they sign in.

use super::changed::{Changed, letter};
use super::model::Member;
use crate::db::{self, Conn};
use crate::mail::store as outbox;
use crate::time::UtcMillis;

/// Puts the letter into the outbox where `member` is of the staff. Call it in the transaction of
/// the change.
pub async fn of_change(
    conn: Conn<'_>,
    member: &Member,
    changed: Changed,
    origin: Option<&str>,
    now: UtcMillis,
) -> db::Result<()> {
    if !member.role.is_staff() {
        return Ok(());
    }
    outbox::put(conn, &letter(&member.email, changed, origin), now).await.map(drop)
}
