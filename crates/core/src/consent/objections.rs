//! What objections say about one purpose: rules 1 and 2 of [standing](super::standing). Pure. A
//! fold over a member's entries, so that whoever sweeps a history takes each entry once.

use super::because::{Because, How, Objected};
use crate::ledger::{Actor, Entry, Outcome, Purpose, Step};
use crate::time::UtcMillis;

/// The objections to one purpose, as far as the entries taken so far tell.
#[derive(Clone, Debug)]
pub struct Objections<'a> {
    purpose: Purpose,
    /// The first that was upheld: it holds for good.
    upheld: Option<(&'a str, UtcMillis)>,
    /// Those that are being decided, oldest first.
    pending: Vec<(&'a str, UtcMillis)>,
    /// The one that ended last without being upheld.
    ended: Option<(&'a str, UtcMillis, How)>,
}

impl<'a> Objections<'a> {
    /// No objection yet, for whoever then [takes](Self::take) entry after entry.
    pub const fn new(purpose: Purpose) -> Self {
        Self { purpose, upheld: None, pending: Vec::new(), ended: None }
    }

    /// The objections to `purpose` at `at`. `entries` are a member's, oldest first; later ones are
    /// not looked at.
    pub fn of(entries: &'a [Entry], purpose: Purpose, at: UtcMillis) -> Self {
        let mut all = Self::new(purpose);
        entries.iter().filter(|e| e.at <= at).for_each(|e| all.take(e));
        all
    }

    /// Takes the next entry of the member's history into account.
    ///
    /// An objection counts from its filing by the member, or from the step that links a case to
    /// them, or reaches them, which comes once an applicant's address has turned out to be the
    /// member's. It ends with a decision about this purpose, and when it is withdrawn or marked as
    /// a duplicate. Once it is reopened, it counts again for what the step names. A complaint does
    /// not pause the purpose again; a decision on it that upholds the objection counts like the
    /// first. No other step changes anything; closing a case does not either.
    pub fn take(&mut self, entry: &'a Entry) {
        let (Some(case), Some(step)) = (entry.case.as_deref(), &entry.step) else { return };
        match step.name {
            Step::Filed if entry.actor != Actor::Member => {}
            Step::Filed | Step::Linked | Step::Reached | Step::Reopened => {
                let known = self.pending.iter().any(|(pending, _)| *pending == case);
                if step.purposes.contains(&self.purpose) && !known {
                    self.pending.push((case, entry.at));
                }
            }
            Step::Withdrawn => self.end(case, entry.at, Some(How::Withdrawn)),
            Step::MarkedDuplicate => self.end(case, entry.at, Some(How::Joined)),
            Step::Decided | Step::RuledAgain | Step::UpheldByRule => {
                match step.outcomes.iter().find(|d| d.purpose == self.purpose).map(|d| d.outcome) {
                    Some(Outcome::Upheld) => {
                        self.end(case, entry.at, None);
                        self.upheld.get_or_insert((case, entry.at));
                    }
                    Some(Outcome::Refused) => self.end(case, entry.at, Some(How::Refused)),
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, case: &'a str, at: UtcMillis, how: Option<How>) {
        let before = self.pending.len();
        self.pending.retain(|(pending, _)| *pending != case);
        if self.pending.len() < before {
            self.ended = how.map(|how| (case, at, how)).or(self.ended);
        }
    }

    /// The same where `case` pauses nothing any more.
    #[must_use]
    pub fn without(mut self, case: &str) -> Self {
        self.pending.retain(|(pending, _)| *pending != case);
        self
    }

    /// Why the purpose is denied, if it is because of an objection: any that was upheld comes
    /// before those that are pending, of which the oldest is named.
    pub fn because(&self) -> Option<Because> {
        if let Some((case, at)) = self.upheld {
            return Some(Because::Upheld { case: case.into(), at });
        }
        let (case, since) = *self.pending.first().filter(|_| self.purpose.rests_while_decided())?;
        Some(Because::Paused { case: case.into(), since })
    }

    /// The newest objection where none of them is why the purpose is denied.
    pub fn without_effect(&self) -> Option<Objected> {
        let pending = self.pending.last().map(|(case, since)| (*case, *since, How::Pending));
        pending.or(self.ended).map(|(case, at, how)| Objected { case: case.into(), at, how })
    }
}
