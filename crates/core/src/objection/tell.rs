//! A case put into plain words, for the person whose it is. Pure.

use super::case::State;
use super::letters::list;
use super::model::{Case, Done};
use crate::consent::tell::moment;
use crate::consent::view::Moment;
use crate::ledger::{Actor, Outcome, Step};
use crate::time::UtcMillis;

/// Where it stands, in a word or two.
pub const fn state(state: State) -> &'static str {
    match state {
        State::Received => "Received",
        State::AwaitingVerification => "Waiting for your code",
        State::Acknowledged => "Received and acknowledged",
        State::UnderReview => "Under review by a person",
        State::Upheld => "Upheld",
        State::PartlyUpheld => "Upheld in part",
        State::Refused => "Refused",
        State::Withdrawn => "Withdrawn by you",
        State::Duplicate => "Answered under another case",
        State::Closed => "Closed",
    }
}

/// The state as the dot's colour: paused while it is open.
pub fn dot(case: &Case) -> &'static str {
    if case.is_open() { "paused" } else { "denied" }
}

/// What comes next, in one sentence.
pub fn next(case: &Case, now: UtcMillis) -> String {
    if case.is_open() {
        let late = if now > case.due {
            format!(" It is late, and we are sorry. {}", case.regime().complain())
        } else {
            String::new()
        };
        let longer = if case.due == case.first_due {
            String::new()
        } else {
            format!(" It was {} before we needed more time.", case.first_due.day())
        };
        return format!("You get an answer by {}.{longer}{late}", case.due.day());
    }
    if let (Some(due), None) = (case.complaint_due, case.complaint_answered) {
        return format!("You complained about the answer. You hear from us by {}.", due.day());
    }
    match (case.state, case.decided) {
        (State::Withdrawn, _) => "You can object again at any time.".into(),
        (State::Duplicate, _) => format!("It goes on as {}.", case.duplicate_of.as_deref().unwrap_or_default()),
        (_, Some(at)) => format!("We answered on {}.", at.day()),
        _ => String::new(),
    }
}

/// A step, in a sentence about the person, for those who work on the case.
pub fn step_for_officers(done: &Done, case: &Case) -> String {
    let due = done.due.map(UtcMillis::day).unwrap_or_default();
    match done.step {
        Step::Filed => "Filed".into(),
        Step::CodeSent => "Code sent".into(),
        Step::Verified => "Address confirmed".into(),
        Step::Linked => "Put into the person's account".into(),
        Step::Acknowledged => format!("Acknowledged; answer due by {}", case.first_due.day()),
        Step::ReviewBegun => "Review begun".into(),
        Step::Added => "The person added something".into(),
        Step::Extended => format!("Time extended; answer due by {due}"),
        Step::Withdrawn => "Withdrawn by the person".into(),
        Step::MarkedDuplicate => format!("Goes on as {}", case.duplicate_of.as_deref().unwrap_or("another case")),
        Step::Proposed => "An answer was proposed that refuses something".into(),
        Step::Returned => "The proposed answer was not sent".into(),
        Step::Decided => format!("Decided: {}", outcome(case)),
        Step::Complained => format!("The person complained; answer due by {due}"),
        Step::ComplaintAnswered => "Complaint answered".into(),
        Step::Closed => "Closed".into(),
        Step::Reached => "Pauses its purposes in the account with the same address".into(),
        Step::Rescheduled => format!("Our clock was wrong; the answer is due by {due}"),
        Step::Swept => "What was written in it was erased: nobody confirmed the address".into(),
    }
}

/// A step, in a sentence to the person.
pub fn step(done: &Done, case: &Case) -> String {
    let due = done.due.map(UtcMillis::day).unwrap_or_default();
    match done.step {
        Step::Filed => "You filed this objection".into(),
        Step::CodeSent => "We sent a code to your e-mail address".into(),
        Step::Verified => "You entered the code".into(),
        Step::Linked => "You put it into your account; it stands in its history from here on".into(),
        Step::Acknowledged => format!("We acknowledged it; the answer is due by {}", case.first_due.day()),
        Step::ReviewBegun => "A person began to look at it".into(),
        Step::Added => "You added something".into(),
        Step::Extended => format!("We need more time; the answer is now due by {due}"),
        Step::Withdrawn => "You withdrew it".into(),
        Step::MarkedDuplicate => {
            format!("It asks the same as {}, and goes on there", case.duplicate_of.as_deref().unwrap_or("another case"))
        }
        Step::Proposed => "An answer was proposed; a second person looks at it before you get it".into(),
        Step::Returned => "The second person did not agree to it, or it was taken back; it is looked at again".into(),
        Step::Decided if done.actor == Actor::System => "The decision stands in your account's history too".into(),
        Step::Decided => format!("We decided: {}", outcome(case)),
        Step::Complained => format!("You complained about the answer; you hear from us by {due}"),
        Step::ComplaintAnswered => "We answered your complaint".into(),
        Step::Closed => "We closed the case".into(),
        Step::Reached => "It pauses its uses in the account with your address, too".into(),
        Step::Rescheduled => format!("Our clock was wrong; you get our answer earlier, by {due}"),
        Step::Swept => "We erased what was written in it: nobody confirmed the address".into(),
    }
}

fn outcome(case: &Case) -> String {
    let of = |outcome| {
        let mine = case.purposes.iter().filter(|p| p.outcome == Some(outcome));
        list(&mine.map(|p| p.purpose).collect::<Vec<_>>())
    };
    match (of(Outcome::Upheld), of(Outcome::Refused)) {
        (upheld, refused) if refused.is_empty() => format!("upheld for {upheld}"),
        (upheld, refused) if upheld.is_empty() => format!("refused for {refused}"),
        (upheld, refused) => format!("upheld for {upheld}; refused for {refused}"),
    }
}

/// Who made a step, as the person reads it.
pub const fn by(actor: Actor) -> &'static str {
    match actor {
        Actor::Member | Actor::Applicant => "you",
        Actor::PrivacyOfficer => "our privacy team",
        _ => "Sayso",
    }
}

pub fn when(at: UtcMillis) -> Moment {
    moment(at)
}

/// Where it stands, for those who work on it.
pub const fn for_officers(state: State) -> &'static str {
    match state {
        State::Received | State::Acknowledged => "New",
        State::AwaitingVerification => "Not confirmed yet",
        State::UnderReview => "Under review",
        State::Withdrawn => "Withdrawn",
        State::Duplicate => "Duplicate",
        other => self::state(other),
    }
}
