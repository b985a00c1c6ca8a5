//! An objection that an officer recorded under somebody else's address. Whoever reads that mailbox
//! can say so: nothing more is sent there, the links and codes that were sent open nothing any
//! more, and the case goes on until an officer has the right address. Pure.

use super::case::CaseState;
use super::model::{Case, PastStep};

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

/// Above the forms of the case: what they say of letters is not so while its address is wrong.
pub const NOTHING_GOES_OUT: &str =
    "No e-mail about this case goes out, whatever you do below, until the address is corrected.";

/// The same behind the number of a case that is about to be upheld with others.
pub const NO_EMAIL: &str = "no e-mail, because the address is somebody else's";

/// What is said before so many cases are upheld together, of which `unsent` have the address of
/// somebody else.
pub fn before_upholding(cases: usize, unsent: usize) -> String {
    let told = match unsent {
        0 => "Everything that they object to stops permanently, and each person gets their answer now.".to_owned(),
        _ if unsent == cases => "Everything that they object to stops permanently. No e-mail is sent, because the address is somebody else's.".into(),
        1 => "Everything that they object to stops permanently, and each person but one gets their answer now. For one case no e-mail is sent, because its address is somebody else's.".into(),
        _ => format!("Everything that they object to stops permanently, and each person but {unsent} gets their answer now. For {unsent} cases no e-mail is sent, because their addresses are somebody else's."),
    };
    format!("{told} A review that has not begun begins with it.")
}

/// The button below that.
pub const fn upholding(cases: usize, unsent: usize) -> &'static str {
    match (cases, cases.saturating_sub(unsent)) {
        (1, 0) => "Uphold it",
        (1, _) => "Uphold it, and send the answer",
        (_, 0) => "Uphold them",
        (_, 1) => "Uphold them, and send one answer",
        _ => "Uphold them, and send the answers",
    }
}

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

    /// Whether its answer reached nobody, and waits for the right address.
    pub const fn waits_for_address(&self) -> bool {
        let has_ended = matches!(self.state, CaseState::Withdrawn | CaseState::Duplicate);
        self.is_disowned() && self.decided.is_some() && !has_ended
    }

    /// What an officer reads of an address that is not the person's: when that was said, and what
    /// to do. `None` where nobody said so.
    pub fn said_disowned(&self) -> Option<String> {
        let at = self.disowned?;
        let mut said = format!(
            "On {}, whoever reads this address said that the objection is not theirs. We send nothing to it.",
            at.day()
        );
        if self.address_can_be_corrected() {
            said.push_str(" Please find out the right address and correct it below. ");
            said.push_str(if self.is_open() {
                "The objection is still due on the same day."
            } else if self.has_complaint() {
                "The complaint is still due on the same day. Our answer to the objection then goes to the new address."
            } else {
                "Our answer then goes to the new address."
            });
        }
        Some(said)
    }

    /// Why the person has not read this answer, for those who work on the case; `None` where they
    /// have, as far as we know.
    pub fn not_read(&self, answer: &PastStep) -> Option<&'static str> {
        let at = self.disowned?;
        Some(if answer.at < at {
            "We sent this to an address that is somebody else's, so the person has not read it:"
        } else {
            "We have not sent this, because the address is somebody else's. The person will read:"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Step;
    use crate::objection::case::{By, IllegalMove, Move, MoveName};
    use crate::objection::legal_moves::moves;
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
    fn what_is_still_due_is_said_while_it_is() {
        let of = |state, complaint_due| {
            Case { disowned: Some(NOW), state, complaint_due, ..recorded() }.said_disowned().unwrap_or_default()
        };
        assert!(of(CaseState::UnderReview, None).ends_with("The objection is still due on the same day."));
        for state in [CaseState::Upheld, CaseState::Refused, CaseState::Closed] {
            let said = of(state, None);
            assert!(said.ends_with("correct it below. Our answer then goes to the new address."), "{said}");
        }
        let complaint = of(CaseState::Refused, Some(NOW));
        assert!(complaint.contains("The complaint is still due on the same day."), "{complaint}");
        assert!(of(CaseState::Withdrawn, None).ends_with("We send nothing to it."));
    }

    #[test]
    fn an_answer_is_said_to_be_read_only_where_it_was_sent_to_the_person() {
        let at = |at| PastStep { at: UtcMillis(at), ..recorded().steps[0].clone() };
        let disowned = Case { disowned: Some(NOW), ..recorded() };
        assert_eq!(recorded().not_read(&at(NOW.0)), None);
        assert!(disowned.not_read(&at(NOW.0)).is_some_and(|said| said.starts_with("We have not sent this")));
        assert!(disowned.not_read(&at(NOW.0 - 1)).is_some_and(|said| said.starts_with("We sent this to")));
    }

    #[test]
    fn an_answer_that_reached_nobody_waits_until_the_address_is_corrected() {
        let answered = Case { state: CaseState::Refused, decided: Some(NOW), disowned: Some(NOW), ..recorded() };
        assert!(answered.waits_for_address());
        assert!(Case { state: CaseState::Closed, ..answered.clone() }.waits_for_address());
        assert!(!Case { disowned: None, ..answered.clone() }.waits_for_address(), "corrected");
        assert!(!Case { decided: None, state: CaseState::UnderReview, ..answered.clone() }.waits_for_address());
        assert!(!Case { state: CaseState::Withdrawn, ..answered }.waits_for_address());
    }

    #[test]
    fn before_cases_are_upheld_together_it_says_to_whom_no_answer_goes() {
        let said = before_upholding(3, 0);
        assert!(said.contains("each person gets their answer now") && !said.contains("No e-mail"), "{said}");
        let said = before_upholding(3, 1);
        assert!(said.contains("each person but one") && said.contains("For one case no e-mail is sent"), "{said}");
        assert!(before_upholding(3, 2).contains("For 2 cases no e-mail is sent"));
        for cases in [1, 3] {
            let said = before_upholding(cases, cases);
            assert!(said.contains("No e-mail is sent") && !said.contains("gets their answer"), "{said}");
        }
        assert_eq!([upholding(1, 0), upholding(1, 1)], ["Uphold it, and send the answer", "Uphold it"]);
        assert_eq!([upholding(3, 0), upholding(3, 3)], ["Uphold them, and send the answers", "Uphold them"]);
        assert_eq!(upholding(3, 2), "Uphold them, and send one answer");
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
