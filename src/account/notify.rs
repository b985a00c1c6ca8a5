//! Tells people what was changed about how they sign in.

use super::changed::{Changed, letter};
use super::letters::password_was_changed;
use super::model::Member;
use crate::db::{self, Conn};
use crate::mail::store as outbox;
use crate::time::UtcMillis;

/// Puts the letter into the outbox: to staff about every change, to a member about the password.
/// To an address that its owner has not proved, a member could have us write without end. Call it
/// in the transaction of the change.
pub async fn of_change(
    conn: Conn<'_>,
    member: &Member,
    changed: Changed,
    origin: Option<&str>,
    now: UtcMillis,
) -> db::Result<()> {
    let letter = match (changed, origin) {
        _ if member.role.is_staff() => letter(&member.email, changed, origin),
        (Changed::Password, Some(origin)) if member.address_proved => password_was_changed(&member.email, origin),
        _ => return Ok(()),
    };
    outbox::put(conn, &letter, now).await.map(drop)
}
