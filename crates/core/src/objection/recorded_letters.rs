//! What a person is written about an objection that an officer recorded for them, before they have
//! confirmed the address and when they have. Pure.

use super::answer_letter::{answer, authorities};
use super::disown::NOT_MINE;
use super::letter_parts::{Way, can_still, copy, fact, list, meanwhile, text};
use super::letters::code_subject;
use super::model::{AnswerTo, Case};
use super::record::how_it_came;
use crate::mail::{Block, Letter};

/// That an objection was recorded: a copy, with the code that confirms the address, unless this
/// address was sent enough codes today.
pub fn recorded(case: &Case, code: Option<&str>, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text(
        "We have recorded an objection for you. This is a copy of it. If anything in it is wrong, please tell us: add it on the page of your objection.",
    )];
    blocks.extend(case.record().map(|record| fact("How it reached us", how_it_came(record))));
    blocks.extend(copy(case));
    blocks.push(fact("Answer due by", case.due.day()));
    blocks.push(text(meanwhile(case)));
    blocks.extend(confirm(case, code, way));
    blocks.push(text(format!(
        "You don't need the code to get an answer. A person will decide, not a machine. Until then you {}",
        can_still(case)
    )));
    blocks.push(text(case.regime().complain()));
    blocks.extend(authorities(case));
    blocks.push(way.to(case));
    blocks.push(not_yours());
    Letter { to: case.email.clone(), subject: subject(case), blocks }
}

/// The subject of that, by which one that was not sent yet is found again.
pub fn subject(case: &Case) -> String {
    format!("We have recorded your objection {}", case.number)
}

/// A code once more, for somebody whose objection was recorded.
pub fn code_again(case: &Case, code: &str, way: &Way<'_>) -> Letter {
    let mut blocks = confirm(case, Some(code), way);
    blocks.push(way.to(case));
    blocks.push(not_yours());
    Letter { to: case.email.clone(), subject: code_subject(case), blocks }
}

/// What somebody does who has the wrong mailbox.
fn not_yours() -> Block {
    text(format!(
        "If this wasn't you, somebody may have given us a wrong address. Please open the link above and press “{NOT_MINE}”. We then send nothing more about it to this address."
    ))
}

/// How the address is confirmed.
fn confirm(case: &Case, code: Option<&str>, way: &Way<'_>) -> Vec<Block> {
    let page = format!("{}/objection/code?case={}", way.origin, case.number);
    let link = Block::Link("Open the confirmation page".into(), page);
    match code {
        Some(code) => vec![
            text("To show that this address is yours, enter this code on the confirmation page:"),
            Block::Code(code.into()),
            link,
            text(
                "The code is valid for 24 hours, even if we send you another one. You can request a new code on that page.",
            ),
        ],
        None => vec![
            text(
                "To show that this address is yours, please request a code on the confirmation page. We have sent this address too many codes today, so please do so tomorrow.",
            ),
            link,
        ],
    }
}

/// That the address is confirmed, and what follows from it: what is paused by now, what is upheld
/// by rule, and that an answer which was given before now applies in the account.
pub fn confirmed(case: &Case, way: &Way<'_>) -> Letter {
    let mut blocks = vec![text(format!("You have confirmed your e-mail address for objection {}.", case.number))];
    let by_rule = case.answers().find(|(to, _)| *to == AnswerTo::Rule);
    if let Some((_, rulings)) = by_rule {
        blocks.push(text("We have already upheld this, because we never refuse it:"));
        blocks.extend(answer(case, rulings, &[]));
    }
    if case.is_open() {
        blocks.push(text(format!("We still have to decide about {}.", list(&case.pending()))));
        blocks.push(fact("Answer due by", case.due.day()));
        blocks.push(text(meanwhile(case)));
    } else if by_rule.is_none() && !case.upheld().is_empty() {
        let upheld = list(&case.upheld());
        blocks.push(text(format!(
            "What we upheld applies from now on in the account with this address, too, if there is one: {upheld}."
        )));
    }
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Address confirmed for objection {}", case.number), blocks }
}
