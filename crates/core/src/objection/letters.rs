//! What a person is written about their case, and what they read on its page. Pure: the same words
//! in the mail, on the screen and in the officer's preview.

use super::answer_letter::{answer, authorities, decided, ruled_again, upheld_by_rule};
use super::case::Move;
use super::given_back::{Known, TODAY, given_back};
use super::letter_parts::{can_still, copy, due, fact, text};
use super::model::{AnswerTo, Case};
use super::record::{Record, how_it_came, whose};
use super::still_open::still_open;
use super::unproved::NOT_SHOWN_YET;
use crate::consent::afterwards::Afterwards;
use crate::ledger::Step;
use crate::mail::{Block, Letter};

pub use super::letter_parts::{Way, asked, asked_for_officers, list, meanwhile};

/// To a person without an account, so that nobody objects in somebody else's name. `same` is a case
/// under this address that asks the same.
/// `case.still_open` has what the same browser filed before.
pub fn code(case: &Case, code: &str, same: Option<&str>, origin: &str) -> Letter {
    let mut blocks = vec![
        text(format!(
            "We have your objection {}. To show that this address is yours, enter this code on the confirmation page:",
            case.number
        )),
        Block::Code(code.into()),
        Block::Link("Open the confirmation page".into(), format!("{origin}/objection/code?case={}", case.number)),
        fact("It is about", list(&case.purposes.iter().map(|p| p.purpose).collect::<Vec<_>>())),
        text(format!(
            "The code is valid for 24 hours, even if we send you another one. We have your objection, and our deadline to answer runs from {}. You can request a new code on that page.",
            case.received.long()
        )),
    ];
    if let Some(same) = same {
        blocks.push(text(format!(
            "The same objection was filed with this address within the last hour, as {same}. If both are yours, you only need to confirm one of them."
        )));
    }
    // That one was named just now.
    let others = case.still_open.iter().filter(|one| same != Some(&*one.number)).cloned().collect();
    blocks.extend(earlier(&Case { still_open: others, ..case.clone() }));
    blocks.push(text("If this wasn't you, someone probably mistyped their address. You can ignore this e-mail."));
    Letter { to: case.email.clone(), subject: code_subject(case), blocks }
}

/// The subject of a mail with a code, by which one that was not sent yet is found again.
pub fn code_subject(case: &Case) -> String {
    format!("Your code for objection {}", case.number)
}

/// That it was filed: number, copy, due date, what is upheld at once, and what is paused meanwhile.
pub fn received(case: &Case, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text("We have received your objection. This is a copy of it.")];
    blocks.extend(copy(case));
    let by_rule = case.answers().find(|(to, _)| *to == AnswerTo::Rule);
    if let Some((_, rulings)) = by_rule {
        blocks.push(text("We have already upheld this, because we never refuse it:"));
        blocks.extend(answer(case, rulings, &[]));
    }
    if !case.is_open() {
        blocks.extend(way.receipt(case, &[Step::Filed, Step::Recorded]));
        blocks.push(way.to(case));
        return Letter { to: case.email.clone(), subject: format!("Your objection {} is upheld", case.number), blocks };
    }
    if by_rule.is_some() {
        blocks.push(text(format!("We still have to decide about {}.", list(&case.pending()))));
    }
    blocks.push(fact("Answer due by", case.due.day()));
    blocks.push(text(meanwhile(case)));
    blocks.extend(earlier(case));
    blocks.push(text("We won't ask for identity documents. A person will decide, not a machine. Until then you can add information or withdraw your objection."));
    blocks.push(text(case.regime().complain()));
    blocks.extend(authorities(case));
    blocks.extend(way.receipt(case, &[Step::Filed, Step::Recorded]));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("We have your objection {}", case.number), blocks }
}

/// What the same person filed before and may have replaced by this.
fn earlier(case: &Case) -> Option<Block> {
    let said = still_open(&case.still_open);
    (!said.is_empty()).then(|| text(said))
}

/// The link once more, for somebody who lost the mail.
pub fn again(case: &Case, way: &Way<'_>) -> Letter {
    let blocks =
        vec![text(format!("Here is the link to your objection {} that you asked for.", case.number)), way.to(case)];
    Letter { to: case.email.clone(), subject: format!("Your link to objection {}", case.number), blocks }
}

/// What the person is told of a move at once; nothing of those that they see on the page of their
/// case. `after` is what holds once the move is made. A question has a letter of its own, in
/// [`question_letter`](super::question_letter).
pub fn about(case: &Case, mv: &Move, after: &Afterwards, way: &Way<'_>) -> Option<Letter> {
    match mv {
        Move::Extend { reason, .. } => Some(extended(case, reason, way)),
        Move::Withdraw => Some(withdrawn(case, after, way)),
        Move::MarkDuplicate { of } => Some(duplicate(case, of, way)),
        Move::Decide(_) | Move::Agree { .. } | Move::RuleAgain(_) => case.steps.last().map(|done| match done.step {
            Step::RuledAgain => ruled_again(case, done, way),
            _ => decided(case, done, way),
        }),
        Move::Complain { text } => Some(complaint(case, text, None, way)),
        Move::RecordComplaint { text, record } => Some(complaint(case, text, Some(record), way)),
        Move::AnswerComplaint { text } => Some(complaint_answered(case, text, way)),
        Move::Reopen { reason } => Some(reopened(case, reason, way)),
        Move::UpholdByRule => Some(upheld_by_rule(case, way)),
        Move::Verify
        | Move::Acknowledge
        | Move::BeginReview
        | Move::Add { .. }
        | Move::Ask { .. }
        | Move::Reply { .. }
        | Move::Propose { .. }
        | Move::Return { .. }
        | Move::Close => None,
    }
}

/// That the answer takes longer, and why (GDPR, Art. 12(3)).
fn extended(case: &Case, reason: &str, way: &Way<'_>) -> Letter {
    let mut blocks = vec![
        text(format!("We need more time to answer your objection {}. We are sorry.", case.number)),
        fact("Our answer was due by", case.first_due.day()),
        fact("Our answer is now due by", case.due.day()),
        text("Our reason:"),
        Block::Quote(reason.into()),
        text(format!("We can extend the deadline only once. {}", meanwhile(case))),
        text(format!("You don't have to accept this. {}", case.regime().complain())),
    ];
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("More time for your objection {}", case.number), blocks }
}

fn withdrawn(case: &Case, after: &Afterwards, way: &Way<'_>) -> Letter {
    let pause = if case.let_go().is_empty() {
        "It did not pause any use of your data, so nothing starts again."
    } else {
        "It no longer pauses any use of your data."
    };
    let mut blocks = vec![text(format!("You withdrew your objection {}. {pause}", case.number))];
    blocks.extend(given_back(case, Known::All(after), TODAY).into_iter().map(text));
    blocks.extend([
        text(match case.upheld() {
            upheld if upheld.is_empty() => "You can object again at any time.".to_owned(),
            upheld => {
                format!("What we have upheld stays off: {}. You can object again at any time.", list(&upheld))
            }
        }),
        Block::Link("Open the Data Processing Objection Form".into(), format!("{}/objection", way.origin)),
    ]);
    blocks.extend(way.receipt(case, &[Step::Withdrawn]));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("You withdrew objection {}", case.number), blocks }
}

fn duplicate(case: &Case, of: &str, way: &Way<'_>) -> Letter {
    let blocks = vec![
        text(format!(
            "Your objection {} covers the same points as your objection {of}, so we will answer both under {of}. Nothing you wrote is lost.",
            case.number
        )),
        way.to(case),
    ];
    Letter { to: case.email.clone(), subject: format!("Objection {} continues as {of}", case.number), blocks }
}

/// That an officer opened it again, and why.
fn reopened(case: &Case, reason: &str, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text(format!("We have reopened your objection {}.", case.number))];
    blocks.push(text(if case.is_reopened() {
        format!("We will decide again about what we had refused: {}.", list(&case.undecided()))
    } else {
        "We had merged it with another objection by mistake. We will answer it by itself.".to_owned()
    }));
    blocks.extend([text("Our reason:"), Block::Quote(reason.into()), fact("Answer due by", case.due.day())]);
    blocks.push(text(meanwhile(case)));
    blocks.push(text(format!("You don't have to do anything. You {}", can_still(case))));
    blocks.push(text(case.regime().complain()));
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("We have reopened your objection {}", case.number), blocks }
}

/// What a complaint does, and what it does not.
pub const NO_PAUSE: &str = "Somebody will decide again about what we refused. Your complaint does not pause the use of your data again. If we uphold your objection this time, we stop at once and permanently.";

/// That a complaint has arrived: its acknowledgement.
fn complaint(case: &Case, said: &str, record: Option<&Record>, way: &Way<'_>) -> Letter {
    let unproved = case.is_unconfirmed();
    let copy = if unproved { "" } else { " This is a copy of it." };
    let mut blocks = vec![text(format!("We have your complaint about our answer to objection {}.{copy}", case.number))];
    if let Some(record) = record {
        let agent = record.agent.clone().filter(|_| !unproved);
        blocks.push(fact("How it reached us", how_it_came(&Record { agent, ..record.clone() })));
        blocks.push(fact("Received", record.received.day()));
        blocks.extend(whose(Some(record)).filter(|_| !unproved).map(text));
    }
    blocks.push(if unproved { text(NOT_SHOWN_YET) } else { Block::Quote(said.into()) });
    blocks.extend(case.complaint_due.into_iter().flat_map(|by| due(by, case.newest_step())));
    if case.to_rule().next().is_some() {
        blocks.push(text(NO_PAUSE));
    }
    blocks.push(text(format!("You don't have to wait for us. {} {}", case.regime().complain(), case.regime().court)));
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("We have your complaint about {}", case.number), blocks }
}

fn complaint_answered(case: &Case, said: &str, way: &Way<'_>) -> Letter {
    let mut blocks = vec![
        text(format!("Our answer to your complaint about objection {}:", case.number)),
        Block::Quote(said.into()),
        text(format!("You don't have to accept it. {} {}", case.regime().complain(), case.regime().court)),
    ];
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Our answer to your complaint about {}", case.number), blocks }
}
