//! Offers each checkpoint to the witnesses, and keeps what they sign
//! ([tlog-witness](https://c2sp.org/tlog-witness)). Entries get their leaves meanwhile: nobody
//! waits for a witness.
//!
//! A witness that has seen more of this log than there is, or something else, has seen what we
//! deny: from then on nothing is added to the log.

use super::offer::{self, Answer};
use super::prove;
use super::store::{self, State, Which};
use crate::db::{self, Db};
use crate::error::chain;
use crate::web::config::Witnesses;
use futures_util::future::join_all;
use sayso_verify::note::{Key, Note};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

/// For how long a witness that does not answer is left alone.
const REST: Duration = Duration::from_mins(1);

/// How long nothing is added after a start while witnesses are asked.
const AT_THE_START: Duration = Duration::from_secs(7);

/// What a witness says to a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// It has signed it, with this line.
    Agrees(String),
    /// It does not answer, for this reason.
    Silent(String),
    /// It was shown something else meanwhile.
    Later,
    /// It has seen what we deny.
    Contradicts(String),
}

/// What the reason begins with that this witness gave.
pub fn said_by(name: &str) -> String {
    format!("the witness {name} ")
}

/// The line of the right signature of this witness, if it is among these.
fn signed_line(key: &Key, checkpoint: &str, lines: &str) -> Option<String> {
    let note = Note::parse(&format!("{checkpoint}{lines}")).ok()?;
    let signed = note.signed_by(std::slice::from_ref(key)).ok()?;
    let mut own = note.signatures.into_iter().filter(|made| made.name == key.name && made.id == key.id);
    own.next().filter(|_| !signed.is_empty()).map(|signature| signature.to_string())
}

/// Shows the log of one database to its witnesses.
#[derive(Debug)]
pub struct Witnessing {
    db: Db,
    witnesses: Witnesses,
    known: Mutex<HashMap<[u8; 32], Known>>,
}

/// What this node knows of a witness.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The size that it has cosigned last.
    size: u64,
    /// The checkpoint that it has cosigned last.
    checkpoint: String,
    /// When it did not answer.
    failed: Option<Instant>,
}

/// What to do after an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Next {
    /// Keep these lines.
    Keep(String),
    /// Offer it again, from this size.
    From(u64),
    /// Try again later.
    Later,
    /// Add nothing to the log any more.
    Stop(String),
}

/// What an answer means to whoever offered from `old`, where the log has `ours` leaves at least.
fn next(answer: Answer, old: u64, ours: u64, is_first: bool) -> Next {
    match answer {
        Answer::Signed(lines) => Next::Keep(lines),
        Answer::Has(size) if size > ours => Next::Stop(format!("has seen {size} entries, and there are {ours}")),
        Answer::Has(size) if size == old => {
            Next::Stop(format!("refuses what follows the {size} entries that it has seen"))
        }
        Answer::Has(size) if is_first => Next::From(size),
        // Another node was quicker.
        Answer::Has(_) => Next::Later,
        Answer::Inconsistent => Next::Stop("has seen another history".into()),
    }
}

impl Witnessing {
    /// Of this database, by these witnesses.
    pub fn new(db: &Db, witnesses: &Witnesses) -> Self {
        Self { db: db.clone(), witnesses: witnesses.clone(), known: Mutex::default() }
    }

    /// Goes on for ever.
    pub async fn work(&self, interval: Duration) {
        let mut beat = tokio::time::interval(interval);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            if let Err(cause) = self.round().await {
                tracing::warn!(cause = %chain(&cause), "could not show the public log to its witnesses; it is tried again");
            }
        }
    }

    /// Offers the newest checkpoint to those who have not signed it yet, at once.
    pub async fn round(&self) -> db::Result<()> {
        let Some(state) = store::state(self.db.reader().await?.conn()).await? else { return Ok(()) };
        if !state.stopped.is_empty() || state.size == 0 {
            return Ok(());
        }
        let wanted = self.witnesses.all.iter().filter(|(key, _)| {
            let known = self.known(key);
            known.checkpoint != state.checkpoint && known.failed.is_none_or(|at| at.elapsed() > REST)
        });
        let answers = join_all(wanted.map(|(key, address)| self.offer(key, address, &state))).await;
        let lines: String = answers.into_iter().collect::<db::Result<Vec<_>>>()?.concat();
        if lines.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let newest = store::state(tx.conn()).await?;
        let before = newest.filter(|newest| newest.checkpoint == state.checkpoint);
        let mut all = before.map(|newest| newest.cosignatures).unwrap_or_default();
        // Each once, as newest: a node that was started again asks those who have signed already.
        let signer = |line: &str| line.rsplit_once(' ').map(|(signer, _)| signer.to_owned());
        let again: Vec<_> = lines.lines().map(signer).collect();
        all = all.split_inclusive('\n').filter(|line| !again.contains(&signer(line))).collect();
        all += &lines;
        if self.witnesses.are_enough(&format!("{}{all}", state.checkpoint)) {
            store::witnessed(tx.conn(), &state, &all).await?;
        }
        store::cosigned(tx.conn(), &state.checkpoint, &all).await?;
        tx.commit().await
    }

    /// Asks the witnesses once before anything is added: what they have seen may not be here. One
    /// that does not answer within some seconds holds nobody up.
    pub async fn ask_first(&self) -> db::Result<()> {
        let Ok(done) = tokio::time::timeout(AT_THE_START, self.round()).await else {
            tracing::warn!("not every witness answered at the start; the public log goes on without them");
            return Ok(());
        };
        done
    }

    /// What each witness says to the newest state, also of a log that was stopped. Nothing is
    /// changed.
    pub async fn opinions(&self, state: &State) -> db::Result<Vec<(String, Opinion)>> {
        let ask = async |(key, address): &(Key, Url)| Ok((key.name.clone(), self.ask(key, address, state).await?));
        join_all(self.witnesses.all.iter().map(ask)).await.into_iter().collect()
    }

    /// Offers a state to one witness, and returns the lines that it signed: none where it did not.
    async fn offer(&self, key: &Key, address: &Url, state: &State) -> db::Result<String> {
        let size = prove::size_of(state)?;
        match self.ask(key, address, state).await? {
            Opinion::Agrees(line) => {
                let checkpoint = state.checkpoint.clone();
                self.note(key, |known| *known = Known { size, checkpoint, failed: None });
                return Ok(line);
            }
            Opinion::Silent(cause) => {
                tracing::warn!(witness = %key.name, %cause, "a witness does not answer; it is asked again in a minute");
                self.note(key, |known| known.failed = Some(Instant::now()));
            }
            Opinion::Later => {}
            Opinion::Contradicts(why) => {
                let why = format!("{}{why}", said_by(&key.name));
                tracing::error!(%why, "nothing is added to the public log any more");
                store::stop(self.db.begin().await?, &state.origin, &why).await?;
            }
        }
        Ok(String::new())
    }

    /// Offers a state to one witness, and says what it answers.
    async fn ask(&self, key: &Key, address: &Url, state: &State) -> db::Result<Opinion> {
        let size = prove::size_of(state)?;
        let mut old = self.known(key).size.min(size);
        for is_first in [true, false] {
            let proof = prove::consistency(self.db.reader().await?.conn(), Which::Newest, old, size).await?;
            let answer = match offer::send(address, offer::body(old, &proof, &state.checkpoint)).await {
                Ok(answer) => answer,
                Err(cause) => return Ok(Opinion::Silent(cause.to_string())),
            };
            // Another node may have shown it more meanwhile.
            let newest = store::state(self.db.reader().await?.conn()).await?;
            let ours =
                newest.filter(|newest| newest.origin == state.origin).map_or(Ok(size), |n| prove::size_of(&n))?;
            match next(answer, old, ours, is_first) {
                Next::Keep(lines) => {
                    let line = signed_line(key, &state.checkpoint, &lines);
                    let wrong = || Opinion::Silent("it answered without a right signature".into());
                    return Ok(line.map_or_else(wrong, Opinion::Agrees));
                }
                Next::From(size) => old = size.min(ours),
                Next::Later => break,
                Next::Stop(why) => return Ok(Opinion::Contradicts(why)),
            }
            if old > size {
                break;
            }
        }
        Ok(Opinion::Later)
    }

    fn known(&self, key: &Key) -> Known {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key.public()).cloned().unwrap_or_default()
    }

    fn note(&self, key: &Key, change: impl FnOnce(&mut Known)) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        change(known.entry(*key.public()).or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_that_has_seen_more_or_something_else_stops_the_log() {
        let stops = |answer, old, ours, is_first| matches!(next(answer, old, ours, is_first), Next::Stop(_));
        assert!(stops(Answer::Has(8), 5, 7, true), "it has seen more than there is");
        assert!(
            stops(Answer::Has(5), 5, 7, true) && stops(Answer::Has(5), 5, 7, false),
            "again for the size that was sent"
        );
        assert!(stops(Answer::Inconsistent, 5, 7, true));
        // It has seen less than this node remembers, or more: once from there.
        assert_eq!(next(Answer::Has(3), 5, 7, true), Next::From(3));
        assert_eq!(next(Answer::Has(7), 0, 7, true), Next::From(7));
        assert_eq!(next(Answer::Has(6), 3, 7, false), Next::Later);
        assert_eq!(next(Answer::Signed("x".into()), 5, 7, true), Next::Keep("x".into()));
    }
}
