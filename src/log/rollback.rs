//! What is done once the operator accepts that a part of the record is lost: the log ends, another
//! one begins, and what allowed members before counts as denied.

use super::key::{self, KeyError};
use super::keyring::Keyring;
use super::seen::{RolledBack, Seen, SeenError};
use super::sequencer::Sequencer;
use super::store::{self, State};
use crate::account::store as accounts;
use crate::db::{self, Db, Tx, inconsistent};
use crate::ledger::entry::{Entry, PLATFORM, Rollback};
use crate::ledger::store as ledger;
use crate::ledger::{Actor, Channel, Event, NewEntry};
use crate::time::UtcMillis;
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::strict::to_base64;
use std::path::Path;

/// Subjects that are read at once.
const AT_ONCE: i64 = 500;

/// What is lost, and what follows.
#[derive(Clone, Debug)]
pub struct Loss {
    /// The newest state of the log that this node has seen, of which the database has only a part.
    pub known: Checkpoint,
    /// What is wrong with the database.
    pub why: RolledBack,
    /// The name of the log that begins.
    pub next: String,
    number: i64,
    /// What the database has of its log.
    state: Option<State>,
}

/// What is lost, if anything is.
pub async fn find(db: &Db, seen: &Seen) -> Result<Option<Loss>, SeenError> {
    let why = match seen.follow(db).await {
        Ok(()) => return Ok(None),
        Err(SeenError::RolledBack(why)) => why,
        Err(other) => return Err(other),
    };
    let state = store::state(db.reader().await?.conn()).await?;
    let here = match &state {
        Some(state) => Some(Checkpoint { origin: state.origin.clone(), tree: state.tree()? }),
        None => None,
    };
    let Some(known) = seen.newest().or(here) else { return Ok(None) };
    let (first, seen) = key::numbered(&known.origin);
    let number = state.as_ref().map_or(seen, |state| state.log.max(seen)) + 1;
    Ok(Some(Loss { next: format!("{first}/{number}"), known, why, number, state }))
}

/// The key of the log that begins: the one that is given, if it is for that log, or the one in its
/// file, which is made if there is none.
///
/// # Errors
/// If the file cannot be read or written.
pub fn key(given: Option<&str>, folder: &Path, next: &str) -> Result<Keyring, KeyError> {
    let given = given.and_then(|text| Keyring::find(Some(text), folder, next, true).ok());
    given.map_or_else(|| Keyring::find(None, folder, next, false), Ok)
}

/// Records, as part of `tx`, that this is lost: in the history of the platform, which is the first
/// leaf of the log that begins, and in that of each member. `tell` hears how many are done.
///
/// # Errors
/// Also if somebody records something about a member meanwhile. Then nothing may be committed.
pub async fn accept(
    tx: &mut Tx,
    sequencer: &Sequencer,
    loss: &Loss,
    now: UtcMillis,
    tell: impl Fn(u64),
) -> db::Result<(Entry, State)> {
    let Checkpoint { origin, tree } = &loss.known;
    let rollback = Rollback { log: origin.clone(), size: tree.size, root: to_base64(&tree.root) };
    let draft = |subject: &str| NewEntry {
        subject: subject.to_owned(),
        actor: Actor::System,
        channel: Channel::CommandLine,
        event: Event::Rollback(rollback.clone()),
    };
    store::alone(tx.conn()).await?;
    let entry = ledger::append(tx.conn(), draft(PLATFORM), now).await?;
    let state = begin(tx, loss, now).await?;
    let first = store::queued(tx.conn(), &entry).await?;
    let begun = sequencer.add(tx, Some(state), std::slice::from_ref(&first)).await?;
    let begun = begun.ok_or_else(|| inconsistent("log_state", "size"))?;
    store::dequeue(tx.conn(), &[first]).await?;
    let (mut after, mut done) = (String::new(), 0);
    loop {
        let subjects = accounts::subjects_after(tx.conn(), &after, AT_ONCE).await?;
        let Some(last) = subjects.last() else { return Ok((entry, begun)) };
        after.clone_from(last);
        for subject in &subjects {
            ledger::append(tx.conn(), draft(subject), now).await?;
        }
        done += subjects.len() as u64;
        tell(done);
    }
}

/// Ends the log, and begins the next one, with nothing in it yet.
async fn begin(tx: &mut Tx, loss: &Loss, now: UtcMillis) -> db::Result<State> {
    let known = &loss.known.origin;
    if let Some(state) = &loss.state {
        store::end(tx.conn(), state).await?;
    }
    // One that is gone as a whole, so that a node that saw it knows that it has ended.
    let first_leaf = loss.state.as_ref().map_or(0, |state| state.first_leaf + state.size);
    if loss.state.as_ref().is_none_or(|state| state.origin != *known) {
        let log = key::numbered(known).1;
        store::note_ended(tx.conn(), &State { origin: known.clone(), log, first_leaf, ..State::default() }).await?;
    }
    let (origin, log) = (loss.next.clone(), loss.number);
    let next = State { origin, log, first_leaf, signed_at: now.0, ..State::default() };
    store::begin(tx.conn(), &next).await?;
    Ok(next)
}
