//! The moves that are legal now, for buttons. Pure.

use super::case::{By, after, number};
use super::case_facts::CaseFacts;
use super::case_move::{Move, MoveName, Ruling};
use super::record::Record;
use crate::ledger::{Outcome, Purpose};
use crate::time::UtcMillis;

/// What can be done next, and by whom; for buttons. Asks [`after`]. Whether this very officer may
/// agree is for the page to see.
pub fn moves(case: &CaseFacts, by: By, at: UtcMillis) -> Vec<MoveName> {
    MoveName::ALL.iter().copied().filter(|name| after(case, by, &example(case, *name, at), at).is_ok()).collect()
}

/// A move of that name that is well made in itself.
pub(super) fn example(case: &CaseFacts, name: MoveName, at: UtcMillis) -> Move {
    let text = || "…".to_owned();
    let uphold = |purpose: Purpose| Ruling { purpose, outcome: Outcome::Upheld, grounds: None };
    match name {
        MoveName::Verify => Move::Verify,
        MoveName::Acknowledge => Move::Acknowledge,
        MoveName::BeginReview => Move::BeginReview,
        MoveName::UpholdByRule => Move::UpholdByRule,
        MoveName::Add => Move::Add { text: text() },
        MoveName::Ask => Move::Ask { text: text() },
        MoveName::Reply => Move::Reply { text: text(), question: case.questions },
        MoveName::Extend => Move::Extend { months: 1, reason: text() },
        MoveName::Withdraw => Move::Withdraw,
        MoveName::MarkDuplicate => {
            let of = [number([0; 5]), number([1; 5])].into_iter().find(|of| *of != case.number);
            Move::MarkDuplicate { of: of.unwrap_or_default() }
        }
        MoveName::Decide => Move::Decide(case.to_rule().into_iter().map(uphold).collect()),
        MoveName::RuleAgain => Move::RuleAgain(case.to_rule().into_iter().map(uphold).collect()),
        MoveName::Propose => {
            let refuse = |purpose: Purpose| Ruling {
                purpose,
                outcome: if purpose.can_be_refused() { Outcome::Refused } else { Outcome::Upheld },
                grounds: Some(text()),
            };
            Move::Propose { rulings: case.to_rule().into_iter().map(refuse).collect(), by: text() }
        }
        MoveName::Agree => Move::Agree { by: text() },
        MoveName::Return => Move::Return { by: text(), text: text() },
        MoveName::Complain => Move::Complain { text: text() },
        MoveName::RecordComplaint => Move::RecordComplaint { text: text(), record: Record::by_letter(at) },
        MoveName::AnswerComplaint => Move::AnswerComplaint { text: text() },
        MoveName::Reopen => Move::Reopen { reason: text() },
        MoveName::Close => Move::Close,
    }
}
