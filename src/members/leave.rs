//! A member deletes their account: everything that names them goes, at once and for good. Their
//! history stays under letters that lead to nobody, and its leaves follow (`log/forget.rs`).

use super::store;
use crate::account::letters;
use crate::account::model::Member;
use crate::account::store::{forgotten as accounts, name_parts};
use crate::db::{Db, lock};
use crate::log::store::forgotten as secrets;
use crate::mail::store as outbox;
use crate::objection::service::{self, NotMade};
use crate::time::UtcMillis;

/// Deletes the account of `member`. What is open of their objections is withdrawn first. A last
/// e-mail says that it is done.
///
/// # Errors
/// If somebody changes one of their cases at the same time, or they file one: then nothing is done.
pub async fn leave(
    db: &Db,
    member: &Member,
    origin: &str,
    platform: Option<&str>,
    now: UtcMillis,
) -> Result<(), NotMade> {
    let mut tx = db.begin().await?;
    let cases = service::lock_cases(&mut tx, member).await?;
    // Whoever proves this address, or takes it, waits.
    lock(tx.conn(), &member.email).await?;
    let withdrawn = service::withdraw_open(&mut tx, &cases, origin, now).await?;
    let platform_id = store::platform_id(tx.conn(), &member.id).await?;
    if let Some(id) = &platform_id {
        store::depart(tx.conn(), id, now).await?;
    }
    accounts::forget(tx.conn(), member, now).await?;
    service::erase(&mut tx, &cases, now).await?;
    // Only now is nothing found under these words any more.
    for name in cases.iter().map(|case| &case.name).chain([&member.name]) {
        name_parts::forget(tx.conn(), name, "").await?;
    }
    secrets::ask(tx.conn(), &member.subject, now).await?;
    if member.address_proved {
        let letter = letters::account_deleted(&member.email, platform, &withdrawn, platform_id.is_some());
        outbox::put(tx.conn(), &letter, now).await?;
    }
    tx.commit().await?;
    Ok(())
}
