//! An objection that an officer recorded under somebody else's address. Whoever reads that mailbox
//! can say so: nothing more is sent there, the links and codes that were sent open nothing any
//! more, and the case goes on until an officer has the right address. Pure.

use super::model::Case;

/// What the button is called, on the page and in the e-mail.
pub const NOT_MINE: &str = "This isn't mine";

/// What becomes of it, said before it is done: a sentence each.
pub const MEANS: [&str; 4] = [
    "We send nothing more about this objection to this address.",
    "The link and the code that we sent here no longer work.",
    "The objection goes on: somebody else wrote to us, and we look for their right address.",
    "You cannot undo this here.",
];

/// Why it cannot be said, where somebody has confirmed the address or the case is over.
pub const CONFIRMED: &str = "This objection is no longer waiting for its address to be confirmed.";

/// What an officer is told who has answered at such an address.
pub const NOT_SENT: &str = "It is stored, but no e-mail was sent: the address is somebody else's.";

/// Why the same address does not correct it, for the officer.
pub const NOT_THEIRS: &str =
    "Whoever reads this address said that the objection is not theirs. Please enter another address.";

/// What an officer reads of it, where the address can be corrected.
pub const CORRECT_IT: &str = "We send nothing to it. Please find out the right address and correct it below. The objection is still due on the same day.";

/// The mark in the queue, behind the state.
pub const fn mark(unconfirmed: bool, disowned: bool) -> Option<&'static str> {
    match (unconfirmed, disowned) {
        (true, true) => Some(", wrong address"),
        (true, false) => Some(", address not confirmed"),
        (false, _) => None,
    }
}

impl Case {
    /// Whether somebody said that its address is not that of the person who objected, and no
    /// officer has corrected it since.
    pub const fn is_disowned(&self) -> bool {
        self.disowned.is_some()
    }

    /// Whether whoever came by its link can say that it is not theirs: nobody has confirmed the
    /// address of what an officer recorded.
    pub fn can_be_disowned(&self) -> bool {
        self.address_can_be_corrected() && !self.is_disowned()
    }

    /// What an officer reads of an address that is not the person's: when that was said, and what
    /// to do. `None` where nobody said so.
    pub fn said_disowned(&self) -> Option<String> {
        let at = self.disowned?;
        let to_do = if self.address_can_be_corrected() { CORRECT_IT } else { "We send nothing to it." };
        Some(format!("On {}, whoever reads this address said that the objection is not theirs. {to_do}", at.day()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Step;
    use crate::objection::case::{By, CaseState, IllegalMove, Move, MoveName, moves};
    use crate::objection::model::{PastStep, sample};
    use crate::objection::record::Record;
    use crate::time::UtcMillis;

    const NOW: UtcMillis = UtcMillis(1_800_000_000_000);

    fn recorded() -> Case {
        let mut case = sample(NOW);
        let acknowledged = PastStep { step: Step::Acknowledged, ..case.steps[0].clone() };
        case.steps.push(acknowledged);
        case.due = UtcMillis(NOW.0 + 30 * UtcMillis::DAY);
        case.steps[0].step = Step::Recorded;
        case.steps[0].record = Some(Record::by_letter(NOW));
        case
    }

    fn confirmed() -> Case {
        let mut case = recorded();
        let verified = PastStep { step: Step::Verified, record: None, ..case.steps[0].clone() };
        case.steps.push(verified);
        case
    }

    #[test]
    fn only_whoever_has_confirmed_the_address_withdraws_what_was_recorded() {
        let mut case = recorded();
        let can = |case: &Case| moves(&case.facts(), By::Applicant, NOW).contains(&MoveName::Withdraw);
        assert!(!can(&case) && can(&confirmed()));
        let refused = case.apply(By::Applicant, None, &Move::Withdraw, NOW);
        assert_eq!(refused.map(drop), Err(IllegalMove::ConfirmFirst));
        assert!(case.is_open());
        // What was filed by the form waits for its code, and is its person's own.
        assert!(can(&Case { state: CaseState::AwaitingVerification, ..sample(NOW) }));
    }

    #[test]
    fn what_nobody_confirmed_can_be_disowned_once() {
        assert!(recorded().can_be_disowned() && !confirmed().can_be_disowned() && !sample(NOW).can_be_disowned());
        let disowned = Case { disowned: Some(NOW), ..recorded() };
        assert!(!disowned.can_be_disowned() && disowned.address_can_be_corrected());
        let soon = UtcMillis(disowned.due.0 - UtcMillis::DAY);
        assert!(recorded().progress_due(soon).is_some() && disowned.progress_due(soon).is_none());
        assert!(disowned.said_disowned().is_some_and(|said| said.contains("correct it below")));
        assert_eq!(recorded().said_disowned(), None);
    }

    #[test]
    fn it_is_merged_with_no_case_of_the_stranger() {
        let other = Case { number: "OBJ-00000001".into(), received: UtcMillis(NOW.0 + 1), ..confirmed() };
        let mine = confirmed();
        assert!(mine.takes_in(&Case { due: mine.due, ..other.clone() }));
        assert!(!mine.takes_in(&Case { due: mine.due, disowned: Some(NOW), ..other }));
    }

    #[test]
    fn the_queue_marks_it() {
        assert_eq!(mark(true, true), Some(", wrong address"));
        assert_eq!(mark(true, false), Some(", address not confirmed"));
        assert_eq!([mark(false, false), mark(false, true)], [None, None]);
    }
}
