//! The steps of a case put into plain words, for the person and for those who work on it. Pure.

use super::case::Ruling;
use super::letters::list;
use super::model::{Case, PastStep};
use super::record::came_on;
use crate::ledger::{Actor, Outcome, Step};
use crate::time::UtcMillis;

/// What was promised with a step, or that it was late by then.
fn promised(did: &str, will: &str, by: UtcMillis, done: &PastStep) -> String {
    if done.at > by {
        format!("{did}. Our answer was due by {}. We are late, and we are sorry", by.day())
    } else {
        format!("{did}{will} {}", by.day())
    }
}

/// The same for those who work on the case.
fn due_by(by: UtcMillis, done: &PastStep) -> String {
    format!("answer {}due by {}", if done.at > by { "was " } else { "" }, by.day())
}

fn due_of(done: &PastStep) -> String {
    due_by(done.due.unwrap_or(done.at), done)
}

/// A step, in a sentence about the person, for those who work on the case.
pub fn step_for_officers(done: &PastStep, case: &Case) -> String {
    if case.is_a_strangers(done) {
        return case.strangers_step(done);
    }
    let due = done.due.map(UtcMillis::day).unwrap_or_default();
    match done.step {
        Step::Filed => "Filed".into(),
        Step::Recorded => match &done.record {
            Some(record) => format!("Recorded. It came {}", came_on(record)),
            None => "Recorded".into(),
        },
        Step::CodeSent => "Code sent".into(),
        Step::AddressCorrected if done.actor == Actor::PrivacyOfficer => "Address corrected by an officer".into(),
        Step::AddressCorrected => "The person corrected their address".into(),
        Step::Disowned => "Whoever read the address said that it is not theirs".into(),
        Step::Verified => "Address confirmed".into(),
        Step::Linked => "Added to the person's account".into(),
        Step::Acknowledged if case.is_by_rule_alone() => "Acknowledged".into(),
        Step::Acknowledged => format!("Acknowledged, {}", due_by(case.due_as_of(done), done)),
        Step::ReviewBegun => "Review started".into(),
        Step::Added => "The person added information".into(),
        Step::Extended => format!("Deadline extended, answer due by {due}"),
        Step::Withdrawn => "Withdrawn by the person".into(),
        Step::MarkedDuplicate => format!("Merged with {}", case.duplicate_of.as_deref().unwrap_or("another case")),
        Step::Proposed => "Answer drafted that refuses something".into(),
        Step::Returned => "Draft answer not sent".into(),
        Step::Decided if done.actor == Actor::System => "The answer is in the person's account too".into(),
        Step::Decided => format!("Decided: {}", outcome(&done.rulings)),
        Step::UpheldByRule if is_mirrored(done, case) => "What was upheld is in the person's account too".into(),
        Step::UpheldByRule => format!("Upheld by rule: {}", ruled(&done.rulings)),
        Step::Complained => match &done.record {
            Some(record) => format!("Complaint recorded, {}. It came {}", due_of(done), came_on(record)),
            None => format!("The person complained, {}", due_of(done)),
        },
        Step::ComplaintAnswered => "Complaint answered".into(),
        Step::RuledAgain => format!("Complaint answered: {}", outcome(&done.rulings)),
        Step::Reopened => format!("Reopened, answer due by {due}"),
        Step::Closed => "Closed".into(),
        Step::Reached => "Now also applies in the account with the same address".into(),
        Step::Rescheduled => format!("Answer due by {due}, because our clock was wrong"),
        Step::ProgressTold => "The person was told where it stands".into(),
        Step::Asked => "The person was asked a question".into(),
        Step::Replied => "The person replied to the question".into(),
        Step::Swept if case.member.is_some() => "Text erased, because the person deleted their account".into(),
        Step::Swept => "Text erased, because nobody confirmed the address".into(),
    }
}

/// A step, in a sentence to the person.
pub fn step(done: &PastStep, case: &Case) -> String {
    if case.is_a_strangers(done) {
        return case.strangers_step(done);
    }
    let due = done.due.map(UtcMillis::day).unwrap_or_default();
    match done.step {
        Step::Filed => "You filed this objection".into(),
        Step::Recorded => match &done.record {
            Some(record) => format!("We recorded your objection, which came {}", came_on(record)),
            None => "We recorded your objection".into(),
        },
        Step::CodeSent => "We sent a code to your e-mail address".into(),
        Step::AddressCorrected if done.actor == Actor::PrivacyOfficer => "We corrected your e-mail address".into(),
        Step::AddressCorrected => "You corrected your e-mail address".into(),
        Step::Disowned => "Somebody else read our e-mail, and told us that the address was wrong".into(),
        Step::Verified => "You entered the code".into(),
        Step::Linked => "You added it to your account, and it is in your history from here on".into(),
        // It is answered at once.
        Step::Acknowledged if case.is_by_rule_alone() => "We acknowledged it".into(),
        Step::Acknowledged => promised("We acknowledged it", " and will answer by", case.due_as_of(done), done),
        Step::ReviewBegun => "A person started to review it".into(),
        Step::Added => "You added information".into(),
        Step::Extended => format!("We need more time and will now answer by {due}"),
        Step::Withdrawn => "You withdrew it".into(),
        Step::MarkedDuplicate => {
            format!(
                "We merged it with {}, which covers the same points",
                case.duplicate_of.as_deref().unwrap_or("another case")
            )
        }
        Step::Proposed => "We drafted an answer for a second person to review".into(),
        Step::Returned => "The draft was withdrawn and went back to review".into(),
        Step::Decided if done.actor == Actor::System => "Our answer is in your account's history too".into(),
        Step::Decided => format!("We answered: {}", outcome(&done.rulings)),
        Step::UpheldByRule if is_mirrored(done, case) => "What we upheld is in your account's history too".into(),
        Step::UpheldByRule => format!("We upheld it for {}, which we never refuse", ruled(&done.rulings)),
        Step::Complained => {
            let (did, will) = match &done.record {
                Some(record) => {
                    (format!("We recorded your complaint, which came {}", came_on(record)), ", and will answer it by")
                }
                None => ("You complained about the answer".into(), ", and we will answer your complaint by"),
            };
            promised(&did, will, done.due.unwrap_or(done.at), done)
        }
        Step::ComplaintAnswered => "We answered your complaint".into(),
        Step::RuledAgain => format!("We answered your complaint: {}", outcome(&done.rulings)),
        Step::Reopened => format!("We reopened it and will answer by {due}"),
        Step::Closed => "We closed the case".into(),
        Step::Reached => "It now also applies in the account with your address".into(),
        Step::Rescheduled => format!("We will answer earlier, by {due}, because our clock was wrong"),
        Step::ProgressTold => "We told you where it stands".into(),
        Step::Asked => "We asked you a question".into(),
        Step::Replied => "You replied to our question".into(),
        Step::Swept => "We erased what was written in it, because nobody confirmed the address".into(),
    }
}

/// Whether a step stands once more in the history of whoever the case was added to: what was upheld
/// by rule before that.
fn is_mirrored(done: &PastStep, case: &Case) -> bool {
    let first = case.steps.iter().find(|other| other.step == done.step);
    first.is_some_and(|first| first.entry != done.entry)
}

fn ruled(rulings: &[Ruling]) -> String {
    list(&rulings.iter().map(|ruling| ruling.purpose).collect::<Vec<_>>())
}

fn outcome(rulings: &[Ruling]) -> String {
    let of = |outcome| {
        let mine = rulings.iter().filter(|p| p.outcome == outcome);
        list(&mine.map(|p| p.purpose).collect::<Vec<_>>())
    };
    match (of(Outcome::Upheld), of(Outcome::Refused)) {
        (upheld, refused) if refused.is_empty() => format!("upheld for {upheld}"),
        (upheld, refused) if upheld.is_empty() => format!("refused for {refused}"),
        (upheld, refused) => format!("upheld for {upheld}; refused for {refused}"),
    }
}
