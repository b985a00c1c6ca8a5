//! Forgetting a subject: its secret goes, so that its leaves lead to nobody. The tree stays whole.
//!
//! An entry of theirs that waits for its leaf needs the secret. So the secret goes only once
//! nothing
//! waits any more, in one transaction with the entry that says so: forgetting hides nothing.

use super::store::forgotten;
use crate::db::{self, Db};
use crate::ledger::entry::{Forgotten, PLATFORM};
use crate::ledger::store as ledger;
use crate::ledger::{Actor, Channel, Event, ForgottenFor, NewEntry};
use crate::time::UtcMillis;

/// How many are forgotten at a time.
const SOME: i64 = 50;

/// Deletes the secrets of those who are to be forgotten and of whom nothing waits for its leaf.
/// Returns how many those were.
pub async fn some(db: &Db, now: UtcMillis) -> db::Result<usize> {
    let waiting = forgotten::waiting(db.reader().await?.conn(), SOME).await?;
    let mut done = 0;
    for subject in waiting {
        let mut tx = db.begin().await?;
        ledger::lock(tx.conn(), &subject).await?;
        let Some(leaves) = forgotten::leaves_of(tx.conn(), &subject).await? else { continue };
        ledger::lock(tx.conn(), PLATFORM).await?;
        let forgotten = Forgotten { subject: subject.clone(), leaves, reason: ForgottenFor::AccountDeleted };
        let draft = NewEntry {
            subject: PLATFORM.to_owned(),
            actor: Actor::System,
            channel: Channel::Web,
            event: Event::Forgotten(forgotten),
        };
        let entry = ledger::append(tx.conn(), draft, now).await?;
        if forgotten::done(tx.conn(), &subject, entry.id).await? {
            tx.commit().await?;
            done += 1;
        }
    }
    Ok(done)
}
