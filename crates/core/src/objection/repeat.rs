//! The second press of one button: whether a move was made already, by the same person and with the
//! same words. Pure.

use super::case::{By, Move};
use super::deadline;
use super::model::{Case, PastStep};
use crate::ledger::{Actor, Step};
use crate::time::UtcMillis;

/// How long the same again is taken for the same press, in milliseconds.
pub const ACCIDENT: i64 = 3_600_000;

/// Whether the newest step of `case` is this very move. `seen` is the revision that an officer's
/// page was loaded with: their move has to be all that has happened since.
pub fn was_made(case: &Case, by: By, officer: Option<&str>, seen: Option<i64>, mv: &Move, now: UtcMillis) -> bool {
    let Some(newest) = case.steps.last() else { return false };
    let who = match by {
        By::Applicant => matches!(newest.actor, Actor::Member | Actor::Applicant),
        By::Officer => {
            officer.is_some()
                && newest.officer.as_deref() == officer
                && seen.is_some_and(|s| s.checked_add(1) == Some(case.revision))
        }
        By::System => false,
    };
    who && newest.at.lasts(ACCIDENT, now) && is_of(case, newest, mv)
}

/// Whether `newest`, the newest step of `case`, is what the move has led to.
fn is_of(case: &Case, newest: &PastStep, mv: &Move) -> bool {
    let says = |text: &str| newest.text.as_deref().unwrap_or_default() == text;
    match mv {
        Move::BeginReview => newest.step == Step::ReviewBegun,
        Move::Add { text } => newest.step == Step::Added && says(text),
        Move::Ask { text } => newest.step == Step::Asked && says(text),
        Move::Reply { text, .. } => newest.step == Step::Replied && says(text),
        Move::Extend { months, reason } => {
            let due = deadline::extended(case.received, case.regime().answer, *months);
            newest.step == Step::Extended && newest.due == Some(due) && says(reason)
        }
        Move::Withdraw => newest.step == Step::Withdrawn,
        Move::MarkDuplicate { of } => newest.step == Step::MarkedDuplicate && case.duplicate_of.as_ref() == Some(of),
        Move::Decide(rulings) => newest.step == Step::Decided && newest.rulings == *rulings,
        Move::Propose { rulings, .. } => newest.step == Step::Proposed && case.proposal() == *rulings,
        Move::Agree { .. } => newest.step.rules(),
        Move::RuleAgain(rulings) => newest.step == Step::RuledAgain && newest.rulings == *rulings,
        Move::Return { text, .. } => newest.step == Step::Returned && says(text),
        Move::Complain { text } => newest.step == Step::Complained && says(text),
        Move::RecordComplaint { text, record } => {
            newest.step == Step::Complained
                && says(text)
                && newest.record.as_ref().is_some_and(|known| known.says_the_same(record))
        }
        Move::AnswerComplaint { text } => newest.step == Step::ComplaintAnswered && says(text),
        Move::Reopen { reason } => newest.step == Step::Reopened && says(reason),
        Move::Close => newest.step == Step::Closed,
        // No form makes these.
        Move::Verify | Move::Acknowledge | Move::UpholdByRule => false,
    }
}

#[cfg(test)]
#[path = "repeat_tests.rs"]
mod tests;
