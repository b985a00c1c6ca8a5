//! A move on a whole case, with what was written: the case afterwards, and the steps for the
//! ledger. [`steps`] knows the course of a case alone. Pure.

use super::case::{By, CaseState, IllegalMove, Move, Ruling};
use super::deadline;
use super::model::Case;
use super::record::Record;
use super::steps::{self, unsealed};
use crate::ledger::{Actor, CaseStep, Decided, Outcome, Purpose, Step};
use crate::time::UtcMillis;

/// What a move leads to, beside the case as it is afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// To be [sealed](Case::seal) and recorded.
    pub step: CaseStep,
    /// What was written with it.
    pub text: Option<String>,
}

impl By {
    /// How the ledger names them, in the case of a member or of a person without an account.
    pub const fn actor(self, of_member: bool) -> Actor {
        match self {
            Self::Applicant if of_member => Actor::Member,
            Self::Applicant => Actor::Applicant,
            Self::Officer => Actor::PrivacyOfficer,
            Self::System => Actor::System,
        }
    }
}

impl Move {
    /// How what is written with it came in, where an officer records it.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::RecordComplaint { record, .. } => Some(record),
            _ => None,
        }
    }

    /// What is written with it, where something is.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Add { text }
            | Self::Ask { text }
            | Self::Reply { text, .. }
            | Self::Complain { text }
            | Self::RecordComplaint { text, .. }
            | Self::AnswerComplaint { text } => Some(text),
            Self::Extend { reason, .. } | Self::Reopen { reason } => Some(reason),
            Self::Return { text, .. } => Some(text).filter(|text| !text.is_empty()).map(String::as_str),
            Self::Verify
            | Self::Acknowledge
            | Self::BeginReview
            | Self::UpholdByRule
            | Self::Withdraw
            | Self::MarkDuplicate { .. }
            | Self::Decide(_)
            | Self::RuleAgain(_)
            | Self::Propose { .. }
            | Self::Agree { .. }
            | Self::Close => None,
        }
    }
}

impl Case {
    /// Makes a move: by the officer with this id, where one makes it. The case is then what it is
    /// afterwards, but for its steps, which are added once they are recorded. Whether the other
    /// case of a duplicate fits is for the caller to ask, by [`Case::takes_in`].
    ///
    /// # Errors
    /// Those of [`after`](super::case::after), and only those; the case is then as it was.
    pub fn apply(&mut self, by: By, officer: Option<&str>, mv: &Move, at: UtcMillis) -> Result<Applied, IllegalMove> {
        let (next, step) = steps::apply(&self.facts(), by, mv, at)?;
        (self.state, self.due) = (next.state, next.due);
        match mv {
            Move::BeginReview => self.officer = officer.map(str::to_owned).or_else(|| self.officer.take()),
            Move::MarkDuplicate { of } => (self.duplicate_of, self.proposed) = (Some(of.clone()), None),
            Move::UpholdByRule => {
                let upheld = |d: &Decided| Ruling { purpose: d.purpose, outcome: d.outcome, grounds: None };
                self.take_rulings(&step.outcomes.iter().map(upheld).collect::<Vec<_>>());
                self.decided = next.decided.then_some(at);
            }
            Move::Decide(rulings) => self.rule(rulings, at),
            Move::RuleAgain(rulings) => self.rule_again(rulings, at),
            Move::Agree { .. } => {
                let rulings = self.proposal();
                if self.has_complaint() {
                    self.rule_again(&rulings, at);
                } else {
                    self.rule(&rulings, at);
                }
                self.proposed = None;
            }
            Move::Propose { rulings, .. } => {
                self.propose(rulings);
                self.proposed = officer.map(|id| (id.to_owned(), at));
            }
            Move::Return { .. } | Move::Withdraw => self.proposed = None,
            Move::Complain { .. } | Move::RecordComplaint { .. } => {
                (self.complaint_due, self.complaint_answered) = (step.due, None);
                // What is proposed from now on is about the complaint.
                self.purposes.iter_mut().for_each(|asked| asked.proposed = None);
            }
            Move::Reopen { .. } => {
                self.reopen();
                self.duplicate_of = None;
                self.decided = self.decided.filter(|_| next.decided);
                // A complaint about the refusal had its answer, and the next refusal is another.
                (self.complaint_due, self.complaint_answered) = (None, None);
            }
            Move::AnswerComplaint { .. } => self.complaint_answered = Some(at),
            Move::Verify
            | Move::Acknowledge
            | Move::Add { .. }
            | Move::Ask { .. }
            | Move::Reply { .. }
            | Move::Extend { .. }
            | Move::Close => {}
        }
        Ok(Applied { step, text: mv.text().map(str::to_owned) })
    }

    /// Puts into a step the hashes of what was written with it, and of the grounds that the case
    /// has by now.
    pub fn seal(&self, step: &mut CaseStep, salt: &str, text: Option<&str>) {
        let proposing = step.name == Step::Proposed;
        let grounds = |purpose| {
            let asked = self.purposes.iter().find(|p| p.purpose == purpose)?;
            if proposing { asked.proposed.clone().and_then(|(_, grounds)| grounds) } else { asked.grounds.clone() }
        };
        steps::seal(step, salt, text, grounds);
    }

    /// Whether this case pauses what is under way elsewhere: it is nobody's, its address was
    /// confirmed, and it waits for its answer.
    pub fn reaches(&self) -> bool {
        self.member.is_none() && !self.pending().is_empty()
    }

    /// The step with which this case begins to pause its purposes in an account that it reaches.
    pub fn reached(&self) -> CaseStep {
        CaseStep { purposes: self.pending(), since: Some(self.received), ..Step::Reached.into() }
    }

    /// What a move on this case changes in the accounts that it reaches; none where nothing.
    pub fn mirrored(&self, mv: &Move) -> Option<CaseStep> {
        match mv {
            Move::Withdraw => Some(CaseStep { purposes: self.asked(), ..Step::Withdrawn.into() }),
            Move::MarkDuplicate { of } => {
                Some(CaseStep { purposes: self.asked(), other: Some(of.clone()), ..Step::MarkedDuplicate.into() })
            }
            Move::Decide(_) | Move::Agree { .. } | Move::RuleAgain(_) => self.decision(),
            Move::UpholdByRule => self.upheld_by_rule(),
            Move::Reopen { .. } => Some(CaseStep { purposes: self.pending(), ..Step::Reopened.into() }),
            Move::Verify
            | Move::Acknowledge
            | Move::BeginReview
            | Move::Add { .. }
            | Move::Ask { .. }
            | Move::Reply { .. }
            | Move::Extend { .. }
            | Move::Propose { .. }
            | Move::Return { .. }
            | Move::Complain { .. }
            | Move::RecordComplaint { .. }
            | Move::AnswerComplaint { .. }
            | Move::Close => None,
        }
    }

    /// The decision once more, for another history from which standing is decided; none before it.
    pub fn decision(&self) -> Option<CaseStep> {
        let outcome = |r: &Ruling| unsealed(r.purpose, r.outcome);
        let outcomes = self.rulings()?.iter().map(outcome).collect();
        Some(CaseStep { outcomes, ..Step::Decided.into() })
    }

    /// What is upheld of a case that is open again, for another history; none where nothing is.
    pub fn still_upheld(&self) -> Option<CaseStep> {
        let outcomes: Vec<_> = self.upheld().into_iter().map(|p| unsealed(p, Outcome::Upheld)).collect();
        let open_again = self.is_reopened() && self.decided.is_none() && !outcomes.is_empty();
        open_again.then(|| CaseStep { outcomes, ..Step::Decided.into() })
    }

    /// What was upheld by rule once more, for another history; none where nothing was.
    pub fn upheld_by_rule(&self) -> Option<CaseStep> {
        let by_rule = self.steps.iter().find(|done| done.step == Step::UpheldByRule)?;
        let outcomes = by_rule.rulings.iter().map(|r| unsealed(r.purpose, r.outcome)).collect();
        Some(CaseStep { outcomes, ..Step::UpheldByRule.into() })
    }

    /// Moves what is due to where it would be, had the case arrived at `now`, if that is earlier:
    /// the clock was wrong when it arrived. Returns the step, where anything moved.
    pub fn reschedule(&mut self, now: UtcMillis) -> Option<CaseStep> {
        let before = (self.due, self.complaint_due);
        if self.is_open() {
            // What was extended keeps the length of its extension.
            let later = UtcMillis(self.due.0.saturating_sub(self.first_due.0).max(0));
            let first = deadline::due(now, self.regime().answer).min(self.first_due);
            self.due = self.due.min(UtcMillis(first.0.saturating_add(later.0)));
            self.first_due = first;
        }
        self.complaint_due = self.complaint_due.map(|due| due.min(deadline::complaint_due(now)));
        let due = if self.is_open() { Some(self.due) } else { self.complaint_due };
        ((self.due, self.complaint_due) != before).then(|| CaseStep { due, ..Step::Rescheduled.into() })
    }

    /// Whether it can be given to an officer, or to another.
    ///
    /// # Errors
    /// Why it cannot: nothing about it waits for an officer any more.
    pub fn may_be_assigned(&self) -> Result<(), IllegalMove> {
        match self.state {
            CaseState::Withdrawn => Err(IllegalMove::Withdrawn),
            CaseState::Duplicate => Err(IllegalMove::Duplicate),
            _ if !self.waits() => Err(IllegalMove::Decided),
            _ => Ok(()),
        }
    }

    fn asked(&self) -> Vec<Purpose> {
        self.purposes.iter().map(|p| p.purpose).collect()
    }
}

/// The purposes to which somebody says No with a step of a case, or to which it was found that they
/// may.
pub fn noes(step: &CaseStep) -> Vec<Purpose> {
    match step.name {
        Step::Filed | Step::Linked | Step::Reached => {
            step.purposes.iter().copied().filter(|p| p.rests_while_decided()).collect()
        }
        Step::Decided | Step::RuledAgain | Step::UpheldByRule => {
            let upheld = step.outcomes.iter().filter(|d| d.outcome == Outcome::Upheld);
            upheld.map(|d| d.purpose).collect()
        }
        Step::Recorded
        | Step::CodeSent
        | Step::AddressCorrected
        | Step::Disowned
        | Step::Verified
        | Step::Acknowledged
        | Step::ReviewBegun
        | Step::Added
        | Step::Rescheduled
        | Step::Extended
        | Step::Withdrawn
        | Step::MarkedDuplicate
        | Step::Reopened
        | Step::Proposed
        | Step::Returned
        | Step::Complained
        | Step::ComplaintAnswered
        | Step::Closed
        | Step::ProgressTold
        | Step::Asked
        | Step::Replied
        | Step::Swept => Vec::new(),
    }
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
