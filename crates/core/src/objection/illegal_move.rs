//! Why moves are refused.

use crate::ledger::Purpose;
use crate::time::UtcMillis;

/// Why a move is refused, in words for whoever tried it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IllegalMove {
    /// A withdrawn case takes no move at all.
    #[error("This objection was withdrawn, so nothing more can be done with it.")]
    Withdrawn,
    /// A duplicate takes no move at all: what follows belongs into the other case.
    #[error("This case was marked as a duplicate. Please continue in the other case.")]
    Duplicate,
    /// Nobody could read what followed, and there is nobody to write to.
    #[error("What was written in this case is erased, so nothing more can be done with it.")]
    Erased,
    /// It is not the officers' or the system's to verify, add, reply, withdraw or complain.
    #[error("Only the person who objected can do this.")]
    NotTheApplicant,
    /// All other moves are the officers'; three of them the system makes, too.
    #[error("Only a privacy officer can do this.")]
    NotAnOfficer,
    /// What is upheld by rule is nobody's to decide.
    #[error("This happens by itself.")]
    NotTheSystem,
    /// Nothing was objected to that can never be refused, or it is upheld already.
    #[error("Nothing is left here that is upheld by rule.")]
    NothingByRule,
    /// Before the address is confirmed, a person can add to a case or withdraw it, and no more.
    #[error("The person has not confirmed their e-mail address yet.")]
    Unverified,
    /// What an officer recorded is withdrawn, and its answer complained about by the form, only by
    /// whoever has shown that the address is theirs.
    #[error("Please confirm your e-mail address first, with the code from our e-mail.")]
    ConfirmFirst,
    /// Only a case that waits for the code is verified.
    #[error("The e-mail address has already been confirmed.")]
    Verified,
    /// The person is told that a case is in before anything else is done about it.
    #[error("This objection has not been acknowledged yet.")]
    NotAcknowledged,
    /// The person is told once that a case is in.
    #[error("This objection has already been acknowledged.")]
    Acknowledged,
    /// A review begins once.
    #[error("The review has already started.")]
    Reviewed,
    /// An answer needs a review that has begun.
    #[error("Please start the review first.")]
    NotReviewed,
    /// The move is for cases that are still to be decided.
    #[error("This case has already been decided.")]
    Decided,
    /// The move is for cases that are decided.
    #[error("This case has not been decided yet.")]
    NotDecided,
    /// A closed case is not closed again, and takes no move of those before the decision.
    #[error("This case is already closed.")]
    Closed,
    /// A deadline is extended once (GDPR, Article 12(3)).
    #[error("The deadline has already been extended. It can be extended only once.")]
    Extended,
    /// At or after this due date it is too late to tell the person of more time.
    #[error("The answer was due on {due}. The deadline could only be extended before then.", due = .0.long())]
    TooLate(UtcMillis),
    /// An extension is of one or two months (GDPR, Article 12(3)).
    #[error("The deadline can be extended by one or two months.")]
    Months,
    /// The move needs a text, and this one is blank.
    #[error("Please write something. The person will read it.")]
    NoText,
    /// One question is replied to before another is asked.
    #[error("A question is already waiting for the person's reply.")]
    QuestionOpen,
    /// Nothing was asked, or it has its reply.
    #[error("No question is waiting for your reply.")]
    NoQuestion,
    /// The reply is to an earlier question than the one that waits.
    #[error("We have asked another question since you loaded this page. Please read it, then send your reply.")]
    AnotherQuestion,
    /// The number is none, or the case's own.
    #[error("This is not the number of another case.")]
    NoOtherCase,
    /// The answer leaves out this purpose of the case.
    #[error("There is no decision about {title} yet.", title = .0.title())]
    NoRuling(Purpose),
    /// The answer says two things about this purpose.
    #[error("There are two decisions about {title}.", title = .0.title())]
    TwoRulings(Purpose),
    /// The answer is about this purpose, which the case is not.
    #[error("Nobody objected to {title} here.", title = .0.title())]
    NotObjectedTo(Purpose),
    /// The answer refuses this purpose, which ends whenever somebody objects (GDPR, Article 21(3)).
    #[error("An objection to {title} cannot be refused.", title = .0.title())]
    NeverRefused(Purpose),
    /// The answer refuses this purpose without compelling grounds (GDPR, Article 21(1)).
    #[error("A refusal needs compelling grounds for {title}.", title = .0.title())]
    NoGrounds(Purpose),
    /// One officer alone refuses nothing: the answer has to be proposed.
    #[error("A refusal needs a second officer to agree to it.")]
    NeedsSecond,
    /// An answer that refuses nothing is given at once, and not proposed.
    #[error("Nothing is refused here, so no second officer is needed.")]
    NothingRefused,
    /// The case has a proposed answer, which has to be agreed to or returned first.
    #[error("An answer is already waiting for a second officer.")]
    Proposed,
    /// The case has no proposed answer to agree to or to return.
    #[error("No answer is waiting for a second officer.")]
    NotProposed,
    /// Whoever proposed the answer cannot agree to it; [marks](super::case::mark) tell.
    #[error("You wrote this answer yourself. Another officer has to agree to it.")]
    SameOfficer,
    /// One complaint is answered before another is made, and before the case is closed.
    #[error("There is a complaint that has not been answered yet.")]
    ComplaintOpen,
    /// What was refused is ruled on again: words alone would leave it as it was.
    #[error("The complaint is about a refusal. Please decide again about each purpose that was refused.")]
    RuleAgain,
    /// Nothing was refused, so there is nothing to rule on again.
    #[error("Nothing was refused here. Please answer the complaint in your own words.")]
    NothingToRule,
    /// Whoever wrote a refusal, or agreed to it, does not write a later one.
    #[error(
        "You wrote an earlier refusal or agreed to it. You can uphold the objection now. Only another officer can refuse it again."
    )]
    RefusedBefore,
    /// Whoever wrote a refusal does not agree to a later one either.
    #[error("You wrote an earlier refusal. Another officer has to agree to this one.")]
    WroteRefusal,
    /// Only what was refused, or merged with another case, is opened again.
    #[error("Nothing was refused here, so there is nothing to reopen.")]
    NothingToReopen,
    /// Nobody complained, or every complaint has its answer.
    #[error("There is no complaint to answer.")]
    NoComplaint,
}
