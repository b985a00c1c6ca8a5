//! The letter with a question, and what another letter says of a question that waits. Pure.

use super::case::Move;
use super::letter_parts::{Way, meanwhile, text};
use super::model::Case;
use super::question::{Stands, conditions};
use crate::mail::{Block, Letter};

/// What an officer asks, and that nobody has to reply; `None` of every other move.
pub fn about(case: &Case, mv: &Move, way: &Way<'_>) -> Option<Letter> {
    let Move::Ask { text: asked } = mv else { return None };
    let at = case.question().map_or(case.received, |question| question.asked.at);
    let mut blocks = vec![
        text(format!("We have a question about your objection {}:", case.number)),
        Block::Quote(asked.clone()),
        text("You can reply on the page of your objection."),
        text(conditions(case, at)),
    ];
    blocks.extend(Some(meanwhile(case)).filter(|said| !said.is_empty()).map(text));
    blocks.push(way.to(case));
    let subject = format!("A question about your objection {}", case.number);
    Some(Letter { to: case.email.clone(), subject, blocks })
}

/// That a question waits; `None` where none does.
pub(super) fn waiting(case: &Case) -> Option<String> {
    let question = case.question().filter(|question| question.stands == Stands::Open)?;
    Some(format!(
        "We asked you a question on {}. You can reply on the page of your objection, but you don't have to.",
        question.asked.at.day()
    ))
}
