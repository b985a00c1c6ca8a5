//! A new key for the log: an entry names it, and for some time the one before signs beside it, so
//! that whoever knows that one alone can go on meanwhile.

use super::sequencer::{NotAdded, Sequencer};
use super::store::{self, State, keys};
use crate::db::{self, Db, Tx, inconsistent};
use crate::ledger::entry::{Entry, PLATFORM};
use crate::ledger::store as ledger;
use crate::ledger::{Actor, Channel, Event, NewEntry, NewKey};
use crate::time::UtcMillis;

/// For how long the key before signs as well.
pub const BOTH_SIGN: i64 = 30 * UtcMillis::DAY;

/// How the log is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// The name of the log.
    pub origin: String,
    /// The public halves of all keys that it has had.
    pub known: Vec<String>,
    /// The newest of those.
    pub newest: String,
}

/// How the log is signed; `None` where there is none.
pub async fn signing(db: &Db) -> db::Result<Option<Signing>> {
    let mut reader = db.reader().await?;
    let Some(State { origin, .. }) = store::state(reader.conn()).await? else { return Ok(None) };
    let rows = keys::of(reader.conn(), &origin).await?;
    let newest = rows.iter().rfind(|row| row.ends_at.is_none()).map(|row| row.vkey.clone());
    let newest = newest.ok_or_else(|| inconsistent("log_keys", "ends_at"))?;
    Ok(Some(Signing { origin, known: rows.into_iter().map(|row| row.vkey).collect(), newest }))
}

/// Has the key `vkey` sign from now on, in place of the newest one, which signs beside it until
/// `both_until`. That is recorded in the history of the platform, and the entry is the first that
/// the new key signs.
///
/// # Errors
/// Also if a key that signs is not among `sequencer.keys`, or the database is behind what was seen.
/// Then nothing may be committed.
pub async fn rotate(
    tx: &mut Tx,
    sequencer: &Sequencer,
    signing: &Signing,
    vkey: &str,
    both_until: UtcMillis,
) -> Result<(Entry, State), NotAdded> {
    let now = sequencer.clock.now();
    store::alone(tx.conn()).await?;
    let state = store::state(tx.conn()).await?.ok_or_else(|| inconsistent("log_state", "origin"))?;
    sequencer.seen.compare(tx.conn(), Some(&state)).await?;
    let key = NewKey { vkey: vkey.to_owned(), replaces: signing.newest.clone(), both_until };
    let draft = NewEntry {
        subject: PLATFORM.to_owned(),
        actor: Actor::System,
        channel: Channel::CommandLine,
        event: Event::Key(key),
    };
    let entry = ledger::append(tx.conn(), draft, now).await?;
    keys::signed(tx.conn(), vkey, state.size + 1).await?;
    keys::end(tx.conn(), &signing.newest, both_until).await?;
    let sign = keys::that_sign(tx.conn(), &signing.origin, now).await?;
    if let Err(missing) = sequencer.keys.those(&sign) {
        return Err(NotAdded::KeyMissing(missing.to_owned()));
    }
    let first = store::queued(tx.conn(), &entry).await?;
    let new = sequencer.add(tx, Some(state), std::slice::from_ref(&first)).await?;
    let new = new.ok_or_else(|| inconsistent("log_state", "size"))?;
    store::dequeue(tx.conn(), &[first]).await?;
    Ok((entry, new))
}
