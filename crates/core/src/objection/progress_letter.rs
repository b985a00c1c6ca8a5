//! The letter that tells somebody where their objection or their complaint stands. Pure.

use super::answer_letter::authorities;
use super::case::CaseState;
use super::letter_parts::{Way, can_still, fact, meanwhile, text};
use super::model::{AnswerTo, Case};
use super::question_letter::waiting;
use crate::mail::{Block, Letter};

/// Where `to`, which is not decided yet, stands, and by when it is answered.
pub fn progress(case: &Case, to: AnswerTo, way: &Way<'_>) -> Letter {
    let (what, due) = match (to, case.complaint_due) {
        (AnswerTo::Complaint, Some(due)) => (format!("your complaint about objection {}", case.number), due),
        _ => (format!("your objection {}", case.number), case.due),
    };
    let mut blocks: Vec<Block> = vec![
        text(format!("This is where {what} stands. You don't have to do anything.")),
        fact("Now", stands(case, to)),
        fact("Answer due by", due.day()),
    ];
    if to != AnswerTo::Complaint {
        blocks.extend(Some(meanwhile(case)).filter(|said| !said.is_empty()).map(text));
        blocks.extend(waiting(case).map(text));
        blocks.push(text(format!("Until we answer, you {}", can_still(case))));
    }
    // Whose authority it is says where they live.
    if !case.is_unconfirmed() {
        blocks.push(text(format!("You don't have to wait for us. {}", case.regime().complain())));
        blocks.extend(authorities(case));
    }
    blocks.push(way.to(case));
    Letter { to: case.email.clone(), subject: format!("Where {what} stands"), blocks }
}

/// How far we have come.
fn stands(case: &Case, to: AnswerTo) -> &'static str {
    match (case.proposed.is_some(), case.state, to) {
        (true, ..) => "An answer is drafted, and a second person is reviewing it.",
        (false, _, AnswerTo::Complaint) => "A person has to decide about it. We have not decided yet.",
        (false, CaseState::UnderReview, _) => "A person is reviewing it. We have not decided yet.",
        (false, ..) => "It is waiting for a person to review it. We have not decided yet.",
    }
}
