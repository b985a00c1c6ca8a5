//! Why moves are refused.

use crate::ledger::Purpose;
use crate::time::UtcMillis;

/// Why a move is refused, in words for whoever tried it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalMove {
    #[error("This objection was withdrawn, so nothing more can be done with it.")]
    Withdrawn,
    #[error("This case was marked as a duplicate. Please continue in the other case.")]
    Duplicate,
    #[error("Only the person who objected can do this.")]
    NotTheApplicant,
    #[error("Only a privacy officer can do this.")]
    NotAnOfficer,
    #[error("The person has not confirmed their e-mail address yet.")]
    Unverified,
    #[error("The e-mail address has already been confirmed.")]
    Verified,
    #[error("This objection has not been acknowledged yet.")]
    NotAcknowledged,
    #[error("This objection has already been acknowledged.")]
    Acknowledged,
    #[error("The review has already started.")]
    Reviewed,
    #[error("Please start the review first.")]
    NotReviewed,
    #[error("This case has already been decided.")]
    Decided,
    #[error("This case has not been decided yet.")]
    NotDecided,
    #[error("This case is already closed.")]
    Closed,
    #[error("The deadline has already been extended. It can be extended only once.")]
    Extended,
    #[error("The answer was due on {due}. The deadline could only be extended before then.", due = .0.long())]
    TooLate(UtcMillis),
    #[error("The deadline can be extended by one or two months.")]
    Months,
    #[error("Please write something. The person will read it.")]
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
    #[error("A refusal needs compelling grounds for {title}.", title = .0.title())]
    NoGrounds(Purpose),
    #[error("A refusal needs a second officer to agree to it.")]
    NeedsSecond,
    #[error("Nothing is refused here, so no second officer is needed.")]
    NothingRefused,
    #[error("An answer is already waiting for a second officer.")]
    Proposed,
    #[error("No answer is waiting for a second officer.")]
    NotProposed,
    #[error("You wrote this answer yourself. Another officer has to agree to it.")]
    SameOfficer,
    #[error("There is a complaint that has not been answered yet.")]
    ComplaintOpen,
    #[error("There is no complaint to answer.")]
    NoComplaint,
}
