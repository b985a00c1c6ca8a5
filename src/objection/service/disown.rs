//! Whoever reads the mailbox of a recorded case says that it is not theirs.

use super::{Recorded, record};
use crate::db::{self, Db};
use crate::ledger::{Step, store as ledger};
use crate::mail::store as outbox;
use crate::objection::store;
use crate::time::UtcMillis;

/// Ends every link, code and e-mail about the case at its address. The case goes on. Saying so once
/// more changes nothing.
///
/// False where it cannot be said: somebody has confirmed the address, or the case is over.
pub async fn disown(db: &Db, number: &str, now: UtcMillis) -> db::Result<bool> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(mut case) = store::by_number(tx.conn(), number).await? else { return Ok(false) };
    if case.is_disowned() {
        return Ok(true);
    }
    if !case.can_be_disowned() {
        return Ok(false);
    }
    store::delete_links(tx.conn(), number, now).await?;
    outbox::take_back_about(tx.conn(), &case.email, number).await?;
    // It stays in the timeline once the address is corrected.
    record(&mut tx, &mut case, Recorded::by_applicant(Step::Disowned.into(), None), now).await?;
    store::set_disowned(tx.conn(), number, Some(now)).await?;
    tx.commit().await?;
    Ok(true)
}
