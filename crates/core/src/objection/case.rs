//! An objection's case as a state machine. [`after`] alone says which state follows a move, or why
//! the move is refused. Pure.
//!
//! ```text
//! filed without an account → awaiting_verification ─ verify ─┐
//! filed by a member, or recorded by an officer ──────────→ received → acknowledged → under_review
//!   once acknowledged: uphold by rule what can never be refused; if that is all → upheld
//!   before the decision: add, extend once, withdraw → withdrawn, mark as a duplicate → duplicate;
//!   an officer asks a question and the person replies, one at a time: the state stays
//! under_review ─ decide → upheld
//! under_review ─ propose a refusal ─ agree, a second officer → partly_upheld | refused
//!                                  └─ return → under_review
//! upheld | partly_upheld | refused ─ close → closed
//!   after the decision, closed or not: complain, and add while that waits; the answer to a
//!   complaint rules again on what was refused: uphold all of it at once, or propose a refusal that
//!   a second officer agrees to
//! partly_upheld | refused | closed after a refusal ─ reopen → acknowledged: the refused pending
//! duplicate ─ reopen → acknowledged
//! ```
//!
//! What an officer recorded is worked on before its address is confirmed. To verify it then changes
//! no state; until then nothing is upheld by rule, and nobody can withdraw it.
//!
//! [`apply`](super::steps::apply) is a move with all that comes of it: the case afterwards, and the
//! step for the ledger. [`replay`](super::steps::replay) builds the case from those steps again.

use super::deadline::EXTENSION_MAX;
use crate::account::model::is_blank;
use crate::ledger::Outcome;
use crate::string_enum;
use crate::time::UtcMillis;

pub use super::case_facts::{CaseFacts, CaseState, Proposed, Refusal, Refusals, mark};
pub use super::case_move::{Move, MoveName, Ruling};
pub use super::illegal_move::IllegalMove;
pub use super::number::{number, parse_number};

string_enum! {
    /// Who makes a move.
    pub enum By {
        /// Whoever objected, a member or not.
        Applicant = "applicant",
        /// A privacy officer.
        Officer = "officer",
        /// Sayso itself, such as when it acknowledges what was filed.
        System = "system",
    }
}

/// The state that follows when `by` makes the move `mv` at `at`. Nothing else decides this.
///
/// # Errors
/// Why the move is refused: first because the case is final, then because the move is not theirs to
/// make, and then because this is not its time or something is missing.
pub fn after(case: &CaseFacts, by: By, mv: &Move, at: UtcMillis) -> Result<CaseState, IllegalMove> {
    use CaseState as S;
    match case.state {
        S::Withdrawn => return Err(IllegalMove::Withdrawn),
        S::Duplicate if mv.name() != MoveName::Reopen => return Err(IllegalMove::Duplicate),
        _ if case.erased => return Err(IllegalMove::Erased),
        _ => {}
    }
    may(by, mv.name())?;
    match mv {
        Move::Verify => match case.state {
            S::AwaitingVerification => Ok(S::Received),
            state if case.unconfirmed => Ok(state),
            _ => Err(IllegalMove::Verified),
        },
        Move::Acknowledge => match undecided(case)? {
            S::Received => Ok(S::Acknowledged),
            _ => Err(IllegalMove::Acknowledged),
        },
        Move::UpholdByRule => after_rule(case),
        Move::BeginReview => match acknowledged(case)? {
            S::Acknowledged => Ok(S::UnderReview),
            _ => Err(IllegalMove::Reviewed),
        },
        Move::Add { text } => {
            // Before the address is confirmed, too: it is the person's own. And while a complaint
            // waits.
            if case.state != S::AwaitingVerification && !case.complaint_open {
                undecided(case)?;
            }
            says_something(text).map(|()| case.state)
        }
        Move::Ask { text } => {
            let state = may_ask(case)?;
            says_something(text).map(|()| state)
        }
        Move::Reply { text, question } => {
            let state = undecided(case)?;
            if !case.question_open {
                return Err(IllegalMove::NoQuestion);
            }
            if *question != case.questions {
                return Err(IllegalMove::AnotherQuestion);
            }
            says_something(text).map(|()| state)
        }
        Move::Extend { months, reason } => {
            let state = acknowledged(case)?;
            if case.extended {
                return Err(IllegalMove::Extended);
            }
            if at >= case.due {
                return Err(IllegalMove::TooLate(case.due));
            }
            if !(1..=EXTENSION_MAX).contains(months) {
                return Err(IllegalMove::Months);
            }
            says_something(reason).map(|()| state)
        }
        Move::Withdraw if case.state == S::AwaitingVerification => Ok(S::Withdrawn),
        // Whoever has the link alone may be a stranger: the officer may have misheard the address.
        Move::Withdraw if case.unconfirmed => undecided(case).and(Err(IllegalMove::ConfirmFirst)),
        Move::Withdraw => undecided(case).map(|_| S::Withdrawn),
        Move::MarkDuplicate { of } => {
            undecided(case)?;
            let another = *of != case.number && parse_number(of).as_ref() == Some(of);
            another.then_some(S::Duplicate).ok_or(IllegalMove::NoOtherCase)
        }
        Move::Decide(rulings) => after_decision(case, rulings),
        Move::RuleAgain(rulings) => after_ruling_again(case, rulings),
        Move::Propose { rulings, by } => after_proposal(case, rulings, by),
        Move::Agree { by } => after_agreement(case, by),
        Move::Return { by, text } => after_return(case, by, text),
        // The same of a complaint. What an officer records, somebody has told them.
        Move::Complain { .. } if case.unconfirmed => answered(case).and(Err(IllegalMove::ConfirmFirst)),
        Move::Complain { text } | Move::RecordComplaint { text, .. } => {
            answered(case)?;
            if case.complaint_open {
                return Err(IllegalMove::ComplaintOpen);
            }
            says_something(text).map(|()| case.state)
        }
        Move::AnswerComplaint { text } => {
            answered(case)?;
            if !case.complaint_open {
                return Err(IllegalMove::NoComplaint);
            }
            if !case.refused().is_empty() {
                return Err(IllegalMove::RuleAgain);
            }
            says_something(text).map(|()| case.state)
        }
        Move::Reopen { reason } => {
            reopenable(case)?;
            says_something(reason).map(|()| S::Acknowledged)
        }
        Move::Close => {
            answered(case)?;
            if case.state == S::Closed {
                return Err(IllegalMove::Closed);
            }
            if case.complaint_open { Err(IllegalMove::ComplaintOpen) } else { Ok(S::Closed) }
        }
    }
}

/// Of what can never be refused. Where nothing else was objected to, the case has its answer.
fn after_rule(case: &CaseFacts) -> Result<CaseState, IllegalMove> {
    let state = acknowledged(case)?;
    if case.unconfirmed {
        return Err(IllegalMove::Unverified);
    }
    let by_rule = case.by_rule();
    if by_rule.is_empty() {
        return Err(IllegalMove::NothingByRule);
    }
    if by_rule == case.to_rule() { Ok(CaseState::Upheld) } else { Ok(state) }
}

/// Of an answer that refuses nothing: one that does needs a second officer.
fn after_decision(case: &CaseFacts, rulings: &[Ruling]) -> Result<CaseState, IllegalMove> {
    if acknowledged(case)? != CaseState::UnderReview {
        return Err(IllegalMove::NotReviewed);
    }
    after_upholding(case, rulings)
}

/// The same after a complaint, of what had been refused.
fn after_ruling_again(case: &CaseFacts, rulings: &[Ruling]) -> Result<CaseState, IllegalMove> {
    contested(case)?;
    after_upholding(case, rulings)
}

fn after_upholding(case: &CaseFacts, rulings: &[Ruling]) -> Result<CaseState, IllegalMove> {
    if case.proposed.is_some() {
        return Err(IllegalMove::Proposed);
    }
    match decided(case, rulings)? {
        CaseState::Upheld => Ok(CaseState::Upheld),
        _ => Err(IllegalMove::NeedsSecond),
    }
}

/// Of a refusal that `by` wrote, also one that is to stand after a complaint.
fn after_proposal(case: &CaseFacts, rulings: &[Ruling], by: &str) -> Result<CaseState, IllegalMove> {
    let again = case.complaint_open && contested(case).is_ok();
    if !again && acknowledged(case)? != CaseState::UnderReview {
        return Err(IllegalMove::NotReviewed);
    }
    if case.proposed.is_some() {
        return Err(IllegalMove::Proposed);
    }
    // Nobody stands behind a refusal before the first, which a complaint is about or a reopening.
    if case.refusals.is_of(by) {
        return Err(IllegalMove::RefusedBefore);
    }
    match decided(case, rulings)? {
        CaseState::Upheld => Err(IllegalMove::NothingRefused),
        _ => Ok(case.state),
    }
}

/// Of the second officer, who is `by` and agrees.
fn after_agreement(case: &CaseFacts, by: &str) -> Result<CaseState, IllegalMove> {
    let proposed = proposed(case)?;
    if proposed.by == by {
        return Err(IllegalMove::SameOfficer);
    }
    if case.refusals.has_writer(by) {
        return Err(IllegalMove::WroteRefusal);
    }
    Ok(outcome(case.ruled(proposed.outcomes.iter().copied()).into_iter().map(|(_, outcome)| outcome)))
}

/// Of the second officer, who says why not, or of the first, who takes it back.
fn after_return(case: &CaseFacts, by: &str, text: &str) -> Result<CaseState, IllegalMove> {
    if proposed(case)?.by != by {
        says_something(text)?;
    }
    Ok(case.state)
}

/// Who may do what at all.
fn may(by: By, name: MoveName) -> Result<(), IllegalMove> {
    use MoveName as N;
    let (who, otherwise): (&[By], _) = match name {
        N::Verify | N::Add | N::Reply | N::Withdraw | N::Complain => (&[By::Applicant], IllegalMove::NotTheApplicant),
        N::BeginReview
        | N::Ask
        | N::Extend
        | N::Decide
        | N::Propose
        | N::Agree
        | N::Return
        | N::RecordComplaint
        | N::AnswerComplaint
        | N::RuleAgain
        | N::Reopen => (&[By::Officer], IllegalMove::NotAnOfficer),
        N::UpholdByRule => (&[By::System], IllegalMove::NotTheSystem),
        N::Acknowledge | N::MarkDuplicate | N::Close => (&[By::Officer, By::System], IllegalMove::NotAnOfficer),
    };
    who.contains(&by).then_some(()).ok_or(otherwise)
}

/// The state of a case that is still to be decided, from somebody we know.
fn undecided(case: &CaseFacts) -> Result<CaseState, IllegalMove> {
    match case.state {
        CaseState::AwaitingVerification => Err(IllegalMove::Unverified),
        state if state.is_pending() => Ok(state),
        CaseState::Closed => Err(IllegalMove::Closed),
        _ => Err(IllegalMove::Decided),
    }
}

/// The same, once its receipt was acknowledged.
fn acknowledged(case: &CaseFacts) -> Result<CaseState, IllegalMove> {
    match undecided(case)? {
        CaseState::Received => Err(IllegalMove::NotAcknowledged),
        state => Ok(state),
    }
}

/// That an officer may ask the person now. Of an address that nobody has confirmed it is not known
/// who would read the question, and what waits for a second officer needs no more facts.
fn may_ask(case: &CaseFacts) -> Result<CaseState, IllegalMove> {
    let state = acknowledged(case)?;
    if case.unconfirmed {
        return Err(IllegalMove::Unverified);
    }
    if case.proposed.is_some() {
        return Err(IllegalMove::Proposed);
    }
    if case.question_open { Err(IllegalMove::QuestionOpen) } else { Ok(state) }
}

/// What waits for a second officer.
fn proposed(case: &CaseFacts) -> Result<&Proposed, IllegalMove> {
    if !case.complaint_open {
        acknowledged(case)?;
    }
    case.proposed.as_ref().ok_or(IllegalMove::NotProposed)
}

fn answered(case: &CaseFacts) -> Result<(), IllegalMove> {
    match case.state {
        CaseState::AwaitingVerification => Err(IllegalMove::Unverified),
        CaseState::Closed if case.decided => Ok(()),
        CaseState::Upheld | CaseState::PartlyUpheld | CaseState::Refused => Ok(()),
        _ => Err(IllegalMove::NotDecided),
    }
}

/// That something was refused, or that the case was merged with another one. A complaint is
/// answered first: that rules again by itself.
fn reopenable(case: &CaseFacts) -> Result<(), IllegalMove> {
    if case.state == CaseState::Duplicate {
        return Ok(());
    }
    answered(case)?;
    if case.complaint_open {
        return Err(IllegalMove::ComplaintOpen);
    }
    if case.refused().is_empty() { Err(IllegalMove::NothingToReopen) } else { Ok(()) }
}

/// That a complaint waits which is about a refusal.
fn contested(case: &CaseFacts) -> Result<(), IllegalMove> {
    answered(case)?;
    if !case.complaint_open {
        return Err(IllegalMove::NoComplaint);
    }
    if case.refused().is_empty() { Err(IllegalMove::NothingToRule) } else { Ok(()) }
}

/// The state that a decision leads to about all that is to be ruled on, taken for itself.
fn decided(case: &CaseFacts, rulings: &[Ruling]) -> Result<CaseState, IllegalMove> {
    let to_rule = case.to_rule();
    if let Some(ruling) = rulings.iter().find(|r| !to_rule.contains(&r.purpose)) {
        return Err(IllegalMove::NotObjectedTo(ruling.purpose));
    }
    for purpose in to_rule {
        match rulings.iter().filter(|r| r.purpose == purpose).count() {
            0 => return Err(IllegalMove::NoRuling(purpose)),
            1 => {}
            _ => return Err(IllegalMove::TwoRulings(purpose)),
        }
    }
    for refusal in rulings.iter().filter(|r| r.outcome == Outcome::Refused) {
        if !refusal.purpose.can_be_refused() {
            return Err(IllegalMove::NeverRefused(refusal.purpose));
        }
        if refusal.grounds.as_deref().is_none_or(is_blank) {
            return Err(IllegalMove::NoGrounds(refusal.purpose));
        }
    }
    Ok(outcome(rulings.iter().map(|r| r.outcome)))
}

/// The state after a decision: all upheld, some, or none.
pub fn outcome(outcomes: impl Iterator<Item = Outcome>) -> CaseState {
    let (upheld, refused): (Vec<_>, Vec<_>) = outcomes.partition(|o| *o == Outcome::Upheld);
    match (upheld.is_empty(), refused.is_empty()) {
        (false, true) => CaseState::Upheld,
        (false, false) => CaseState::PartlyUpheld,
        (true, _) => CaseState::Refused,
    }
}

fn says_something(text: &str) -> Result<(), IllegalMove> {
    if is_blank(text) { Err(IllegalMove::NoText) } else { Ok(()) }
}

#[cfg(test)]
#[path = "case_tests.rs"]
mod tests;
