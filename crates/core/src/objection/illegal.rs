//! Why moves are refused.

use crate::ledger::Purpose;
use crate::time::UtcMillis;

/// Why a move is refused, in words for whoever tried it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    #[error("This objection was withdrawn, so nothing more can be done with it.")]
    Withdrawn,
    #[error("This case was marked as a duplicate. What is to be done is done in the other case.")]
    Duplicate,
    #[error("Only the person who objected can do this.")]
    NotTheApplicant,
    #[error("Only a privacy officer can do this.")]
    NotAnOfficer,
    #[error("The person has not confirmed their e-mail address yet.")]
    Unverified,
    #[error("The e-mail address has been confirmed already.")]
    Verified,
    #[error("The receipt of this objection has not been acknowledged yet.")]
    NotAcknowledged,
    #[error("The receipt of this objection has been acknowledged already.")]
    Acknowledged,
    #[error("The review has begun already.")]
    Reviewed,
    #[error("Please begin the review first.")]
    NotReviewed,
    #[error("This case has been decided already.")]
    Decided,
    #[error("This case has not been decided yet.")]
    NotDecided,
    #[error("This case is closed already.")]
    Closed,
    #[error("The time has been extended once already. A second extension is not allowed.")]
    Extended,
    #[error("The answer was due on {due}. The time could only be extended before that.", due = .0.long())]
    TooLate(UtcMillis),
    #[error("The time can be extended by one month or by two.")]
    Months,
    #[error("Please write something: the person will read it.")]
    NoText,
    #[error("This is not the number of another case.")]
    NoOtherCase,
    #[error("There is no decision about {title} yet.", title = .0.title())]
    NoRuling(Purpose),
    #[error("There are two decisions about {title}.", title = .0.title())]
    TwoRulings(Purpose),
    #[error("Nobody objected to {title} here.", title = .0.title())]
    NotObjectedTo(Purpose),
    #[error("An objection to {title} cannot be refused.", title = .0.title())]
    NeverRefused(Purpose),
    #[error("Refusing needs compelling grounds for {title}.", title = .0.title())]
    NoGrounds(Purpose),
    #[error("A refusal needs a second officer, who agrees to it.")]
    NeedsSecond,
    #[error("Nothing is refused here, so no second officer is needed.")]
    NothingRefused,
    #[error("An answer waits for a second officer already.")]
    Proposed,
    #[error("No answer waits for a second officer.")]
    NotProposed,
    #[error("You wrote this answer yourself. Another officer has to agree to it.")]
    SameOfficer,
    #[error("There is a complaint that has not been answered yet.")]
    ComplaintOpen,
    #[error("There is no complaint to answer.")]
    NoComplaint,
}
