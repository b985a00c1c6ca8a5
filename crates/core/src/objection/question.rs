//! What an officer asks whoever objected, and whether a reply came. A question pauses nothing and
//! moves no deadline, and nobody has to reply. Pure.
//!
//! One waits at a time. Once the case is decided, withdrawn or merged, a question that has no reply
//! no longer needs one, also where the case is reopened later.

use super::model::{Case, PastStep};
use crate::ledger::{Actor, Step};
use crate::string_enum;
use crate::time::UtcMillis;

string_enum! {
    /// What the queue says of a question.
    pub enum Asking {
        /// It waits for the person's reply.
        Sent = "sent",
        /// The reply came, and no officer has made a move since.
        RepliedTo = "replied-to",
    }
}

impl Asking {
    /// The words behind the state of the case.
    pub const fn said(self) -> &'static str {
        match self {
            Self::Sent => "question sent",
            Self::RepliedTo => "reply received",
        }
    }
}

/// The newest question of a case.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Which it is of the questions of this case, counted from 1.
    pub number: usize,
    /// What was asked, when, and by whom.
    pub asked: &'a PastStep,
    /// What became of it.
    pub stands: Stands,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It waits for a reply.
    Open,
    /// The person replied at this instant.
    Replied(UtcMillis),
    /// It no longer needs a reply.
    Void(Why),
}

/// Why a question no longer needs a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The case was decided without one.
    Decided,
    /// The person took the objection back.
    Withdrawn,
    /// The case goes on in another one.
    Merged,
}

impl Case {
    /// The newest question; `None` where nothing was asked.
    pub fn question(&self) -> Option<Question<'_>> {
        let at = self.steps.iter().rposition(|done| done.step == Step::Asked)?;
        let (before, rest) = self.steps.split_at(at);
        let (asked, after) = rest.split_first()?;
        let became = |done: &PastStep| match done.step {
            Step::Replied => Some(Stands::Replied(done.at)),
            Step::Withdrawn => Some(Stands::Void(Why::Withdrawn)),
            Step::MarkedDuplicate => Some(Stands::Void(Why::Merged)),
            Step::Decided => Some(Stands::Void(Why::Decided)),
            _ => None,
        };
        let open = if self.is_open() { Stands::Open } else { Stands::Void(Why::Decided) };
        let number = before.iter().filter(|done| done.step == Step::Asked).count().saturating_add(1);
        Some(Question { number, asked, stands: after.iter().find_map(became).unwrap_or(open) })
    }

    /// Whether a question waits for a reply.
    pub fn has_question(&self) -> bool {
        self.question().is_some_and(|question| question.stands == Stands::Open)
    }

    /// What the queue says of its newest question; nothing of a case that waits for no answer. An
    /// officer who makes a move has a page that shows the reply: otherwise theirs is stale.
    pub fn asking(&self) -> Option<Asking> {
        match self.question().filter(|_| self.is_open())?.stands {
            Stands::Open => Some(Asking::Sent),
            Stands::Replied(_) => {
                let replied = self.steps.iter().rposition(|done| done.step == Step::Replied)?;
                let by_officer = |done: &PastStep| done.actor == Actor::PrivacyOfficer;
                (!self.steps[replied..].iter().any(by_officer)).then_some(Asking::RepliedTo)
            }
            Stands::Void(_) => None,
        }
    }
}

/// What became of it, to the person.
pub fn for_person(question: &Question<'_>) -> String {
    let asked = question.asked.at.day();
    match question.stands {
        Stands::Open => format!("We asked you a question on {asked}. You don't have to reply."),
        Stands::Replied(at) => format!("We asked you a question on {asked}, and you replied on {}.", at.day()),
        Stands::Void(why) => {
            let why = match why {
                Why::Decided => "we have decided without a reply",
                Why::Withdrawn => "you have withdrawn the objection",
                Why::Merged => "this objection continues as another one",
            };
            format!("Our question of {asked} no longer needs a reply, because {why}.")
        }
    }
}

/// The same, for those who work on the case.
pub fn for_officers(question: &Question<'_>) -> String {
    let asked = question.asked.at.day();
    match question.stands {
        Stands::Open => format!("Sent on {asked}. The person has not replied yet."),
        Stands::Replied(at) => format!("Sent on {asked}. The person replied on {}: see the timeline.", at.day()),
        Stands::Void(why) => {
            let why = match why {
                Why::Decided => "the case was decided without one",
                Why::Withdrawn => "the objection was withdrawn",
                Why::Merged => "the case was merged with another one",
            };
            format!("Sent on {asked}. It no longer needs a reply, because {why}.")
        }
    }
}

/// Said to officers of a case whose address nobody has confirmed.
pub const CONFIRM_BEFORE_ASKING: &str =
    "You can ask a question once the person has confirmed their e-mail address. Until then, somebody else may read it.";

/// What a question changes, to the officer who writes it at `now`.
pub fn before_asking(case: &Case, now: UtcMillis) -> String {
    let due = case.due.day();
    let due = if now > case.due { format!("was due by {due}") } else { format!("stays due by {due}") };
    format!(
        "We e-mail your question at once. It pauses nothing and moves no deadline: the answer {due}. The person does not have to reply. Ask only what you need to decide, and never for identity documents: we promise not to."
    )
}

/// What a question changes, and what follows if there is no reply, to the person at `now`.
pub fn conditions(case: &Case, now: UtcMillis) -> String {
    let due = case.due.day();
    let then = if now > case.due {
        format!("Our answer was due by {due}. We are late, and we are sorry. We do not wait for your reply.")
    } else {
        format!("We decide by {due}, with what we have by then.")
    };
    format!(
        "You don't have to reply, and replying costs nothing. Our question does not change what is paused, and it moves no deadline. {then}"
    )
}

#[cfg(test)]
#[path = "question_tests.rs"]
mod tests;
