//! Notes of officers on a case.

use super::moves::NotMade;
use crate::account::model::Member;
use crate::account::staff_action::ActionKind;
use crate::account::store::staff_actions::{self, NewAction};
use crate::db::{self, Db, Tx};
use crate::ledger::store as ledger;
use crate::objection::case::IllegalMove;
use crate::objection::note::was_added;
use crate::objection::store;
use crate::time::UtcMillis;

/// Adds a note to the case `number`, in whatever state it is, unless it is erased. A note is no
/// step of the case: its revision stays, and the ledger knows nothing of it. The log of the staff
/// has that there is one, without its words. The same form with the same words is the same press.
pub async fn add_note(
    db: &Db,
    number: &str,
    officer: &Member,
    form: &str,
    text: &str,
    now: UtcMillis,
) -> Result<(), NotMade> {
    let mut tx = db.begin().await?;
    // Erasing it waits, or is done.
    ledger::lock(tx.conn(), number).await?;
    let case = store::by_number(tx.conn(), number).await?.ok_or(NotMade::NotFound)?;
    if case.is_erased() {
        return Err(IllegalMove::Erased.into());
    }
    put_note(&mut tx, number, officer, form, text, now).await?;
    Ok(tx.commit().await?)
}

/// The same within a transaction.
pub(super) async fn put_note(
    tx: &mut Tx,
    number: &str,
    officer: &Member,
    form: &str,
    text: &str,
    now: UtcMillis,
) -> db::Result<()> {
    db::lock(tx.conn(), &format!("notes {number}")).await?;
    let notes = store::notes(tx.conn(), number).await?;
    if was_added(&notes, &officer.id, form, text) {
        return Ok(());
    }
    let position = notes.len() as i64 + 1;
    store::put_note(tx.conn(), (number, position), officer, form, text, now).await?;
    let points_to = Some(position.to_string());
    let action = NewAction { case: Some(number), points_to, ..NewAction::by(ActionKind::CaseNote, officer) };
    staff_actions::put(tx.conn(), &action, now.into()).await.map(drop)
}
