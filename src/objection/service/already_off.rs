//! What is off permanently in a member's history, for whoever objects again.

use crate::consent::settled::settle;
use crate::db::{self, Conn};
use crate::ledger::store::deciding;
use crate::objection::already_off::{self, AlreadyOff};
use crate::objection::model::Case;
use crate::time::UtcMillis;

/// What is off permanently in the history of `subject`, a member's: now, or at a past instant
/// `then`.
pub async fn already_off(
    conn: Conn<'_>,
    subject: &str,
    then: Option<UtcMillis>,
    now: UtcMillis,
) -> db::Result<Vec<AlreadyOff>> {
    let mut entries = deciding::of_subject(conn, subject, None).await?;
    settle(&mut entries, now);
    Ok(already_off::already_off(&entries, then.unwrap_or(now)))
}

/// A case with what is known of its uses by its member's history. Of a person without an account
/// nothing is known.
pub async fn knowing(conn: Conn<'_>, case: Case, now: UtcMillis) -> db::Result<Case> {
    if case.member.is_none() || !case.is_open() {
        return Ok(case);
    }
    let off = already_off(conn, &case.subject, None, now).await?;
    Ok(case.knowing(&off))
}
