//! Server functions of staff. `revision` is what a page about a case was loaded with: the second of
//! two officers to save is told.

#![expect(clippy::too_many_arguments, clippy::similar_names, reason = "a form has the fields that it has")]

pub mod recording;
pub mod templates;

use crate::error::AppError;
use crate::objection::form::RawRuling;
use leptos::prelude::*;

/// Takes a case and begins its review.
#[server(endpoint = "review-objection")]
pub async fn review_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] list: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::objection::case::Move;
    officer_actions::act_on_case(
        &case,
        &revision,
        (&list, &next),
        &[],
        officer_actions::OfficerAction::ReviewBegun,
        |_, _| Ok(Move::BeginReview),
    )
    .await
}

/// Gives a case to an officer, or to nobody.
#[server(endpoint = "assign-objection")]
pub async fn assign_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] officer: String,
    #[server(default)] list: String,
) -> Result<(), AppError> {
    super::officer_actions::assign(&case, &revision, &officer, &list).await
}

/// Extends the time for the answer, once; the person is told at once, with the reason.
#[server(endpoint = "extend-objection")]
pub async fn extend_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] months: String,
    #[server(default)] reason: String,
    #[server(default)] list: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::objection::{case::Move, form};
    officer_actions::act_on_case(
        &case,
        &revision,
        (&list, &next),
        &[("months", &months), ("reason", &reason)],
        officer_actions::OfficerAction::Extended,
        |_, _| {
            let (months, reason) = form::parse_extension(&months, &reason)?;
            Ok(Move::Extend { months, reason })
        },
    )
    .await
}

/// Answers an objection, purpose by purpose; or a complaint about a refusal, by ruling again on
/// each purpose that was refused. Where something is refused, the answer waits for a second
/// officer. With `intent=preview` nothing is sent: the page shows what the person would read.
#[server(endpoint = "decide-objection")]
pub async fn decide_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] rulings: Vec<RawRuling>,
    #[server(default)] intent: String,
    #[server(default)] list: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::account::session::Draft;
    use crate::ledger::{Outcome, Step};
    use crate::objection::{case::Move, case::mark, form};
    use crate::web::reply;

    let typed = fields_of(&rulings);
    let mut typed: Vec<(&str, &str)> = typed.iter().map(|(field, value)| (&**field, &**value)).collect();
    if intent == "preview" {
        typed.extend([("preview", "1"), ("list", &*list)]);
        let page = officer_actions::page(&case);
        let shown = officer_actions::page_in(&case, &list);
        let kept = async {
            officer_actions::officer().await?;
            officer_actions::case(&case).await?;
            Draft::new(&page, &typed, &AppError::Invalid(Vec::new())).keep().await
        };
        return reply::form(&page, &typed, kept.await, &format!("{shown}#preview")).await;
    }
    let refuses = rulings.iter().any(|r| r.outcome == Outcome::Refused.as_str());
    officer_actions::act_on_case(
        &case,
        &revision,
        (&list, &next),
        &typed,
        if refuses { officer_actions::OfficerAction::Proposed } else { officer_actions::OfficerAction::Decided },
        |case, officer| {
            // The second press finds what the first has ruled on.
            let done = case.steps.last().filter(|done| done.officer.is_some() && done.step.rules());
            let purposes: Vec<_> = match done {
                Some(done) => done.rulings.iter().map(|ruling| ruling.purpose).collect(),
                None if case.waits() => case.to_rule().map(|p| p.purpose).collect(),
                None => case.purposes.iter().map(|p| p.purpose).collect(),
            };
            let again = done.is_some_and(|done| done.step == Step::RuledAgain);
            let rulings = form::parse_rulings(&purposes, &rulings)?;
            let by = mark(&case.number, &officer.id);
            Ok(match refuses {
                true => Move::Propose { rulings, by },
                false if case.has_complaint() || again => Move::RuleAgain(rulings),
                false => Move::Decide(rulings),
            })
        },
    )
    .await
}

/// The second officer's yes to an answer that refuses something: it is sent.
#[server(endpoint = "agree-to-decision")]
pub async fn agree_to_decision(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] list: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::objection::case::{Move, mark};
    officer_actions::act_on_case(
        &case,
        &revision,
        (&list, &next),
        &[],
        officer_actions::OfficerAction::Agreed,
        |case, officer| Ok(Move::Agree { by: mark(&case.number, &officer.id) }),
    )
    .await
}

/// Sends a proposed answer back instead of to the person; the first officer takes it back without a
/// word.
#[server(endpoint = "return-decision")]
pub async fn return_decision(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] why: String,
    #[server(default)] list: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::objection::{case::Move, case::mark, form};
    officer_actions::act_on_case(
        &case,
        &revision,
        (&list, &next),
        &[("why", &why)],
        officer_actions::OfficerAction::Returned,
        |case, officer| {
            // Their draft stays theirs, also where it was sent or sent back meanwhile.
            let own = case.is_draft_of(&officer.id);
            Ok(Move::Return { by: mark(&case.number, &officer.id), text: form::parse_return(&why, own)? })
        },
    )
    .await
}

/// What the person who objected would read, as it stands; for the page that shows it while the
/// officer writes.
#[server(endpoint = "preview-decision")]
pub async fn preview_decision(
    #[server(default)] case: String,
    #[server(default)] rulings: Vec<RawRuling>,
) -> Result<String, AppError> {
    use super::officer_actions;
    use crate::objection::{answer_letter, service};
    use crate::web::{App, reply};
    let answer = async {
        officer_actions::officer().await?;
        let case = officer_actions::case(&case).await?;
        let after = service::afterwards(App::here().db.reader().await?.conn(), &case).await?;
        Ok(answer_letter::preview(&case, &rulings, &after))
    };
    reply::answer(answer.await)
}

/// Asks the person a question, which pauses nothing and moves no deadline.
#[server(endpoint = "ask-person")]
pub async fn ask_person(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] question: String,
    #[server(default)] list: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::objection::{case::Move, form};
    officer_actions::act_on_case(
        &case,
        &revision,
        (&list, &next),
        &[("question", &question)],
        officer_actions::OfficerAction::Asked,
        |_, _| Ok(Move::Ask { text: form::parse_question(&question)? }),
    )
    .await
}

/// Says that a case asks the same as another one of the same person.
#[server(endpoint = "mark-duplicate-objection")]
pub async fn mark_duplicate_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] of: String,
    #[server(default)] list: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::objection::{case::Move, form};
    officer_actions::act_on_case(
        &case,
        &revision,
        (&list, &next),
        &[("of", &of)],
        officer_actions::OfficerAction::MarkedDuplicate,
        |_, _| Ok(Move::MarkDuplicate { of: form::parse_duplicate(&of)? }),
    )
    .await
}

/// Answers a complaint about an answer that refused nothing.
#[server(endpoint = "answer-complaint")]
pub async fn answer_complaint(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] text: String,
    #[server(default)] list: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::objection::{case::Move, form};
    officer_actions::act_on_case(
        &case,
        &revision,
        (&list, &next),
        &[("text", &text)],
        officer_actions::OfficerAction::ComplaintAnswered,
        |_, _| Ok(Move::AnswerComplaint { text: form::parse_complaint_answer(&text)? }),
    )
    .await
}

/// Opens a case again, whose refusal is decided once more or which was merged by mistake.
#[server(endpoint = "reopen-objection")]
pub async fn reopen_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] why_again: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::objection::{case::Move, form};
    officer_actions::act_on_case(
        &case,
        &revision,
        ("", ""),
        &[("why_again", &why_again)],
        officer_actions::OfficerAction::Reopened,
        |_, _| Ok(Move::Reopen { reason: form::parse_reopening(&why_again)? }),
    )
    .await
}

/// Adds a note to a case, which only officers see. `form` is the name that the page gave this form.
#[server(endpoint = "add-case-note")]
pub async fn add_case_note(
    #[server(default)] case: String,
    #[server(default)] form: String,
    #[server(default)] note: String,
    #[server(default)] list: String,
) -> Result<(), AppError> {
    super::notes::add(&case, &form, &note, &list).await
}

/// Closes an answered case.
#[server(endpoint = "close-objection")]
pub async fn close_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] list: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::officer_actions;
    use crate::objection::case::Move;
    officer_actions::act_on_case(
        &case,
        &revision,
        (&list, &next),
        &[],
        officer_actions::OfficerAction::Closed,
        |_, _| Ok(Move::Close),
    )
    .await
}

/// Does the same about each of the cases that were chosen on the queue: assign, begin the review,
/// uphold.
#[server(endpoint = "work-on-objections")]
pub async fn work_on_objections(
    #[server(default)] cases: Vec<String>,
    #[server(default)] intent: String,
    #[server(default)] to: String,
    #[server(default)] list: String,
) -> Result<(), AppError> {
    super::together::work(&cases, &intent, &to, &list).await
}

/// What has changed since a page of the queue was loaded, for a page that asks by itself.
#[server(endpoint = "queue-changes")]
pub async fn queue_changes(
    #[server(default)] shown: String,
    #[server(default)] since: i64,
) -> Result<String, AppError> {
    crate::web::reply::answer(super::together::changes(&shown, since).await)
}

/// Opens a member's settings to be looked at for half an hour, with a reason. The member reads that
/// it happened.
#[server(endpoint = "look-at-member")]
pub async fn look_at_member(
    #[server(default)] member: String,
    #[server(default)] case: String,
    #[server(default)] reason: String,
    #[server(default)] text: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    super::support_view::open(&member, &case, &reason, &text, &next).await
}

/// Shows the whole address of the member one is looking at. The member reads that it happened.
#[server(endpoint = "unmask-address")]
pub async fn unmask_address(#[server(default)] member: String) -> Result<(), AppError> {
    super::support_view::unmask(&member).await
}

/// The rulings by the names that their fields have in a draft.
#[cfg(feature = "ssr")]
pub(super) fn fields_of(rulings: &[RawRuling]) -> Vec<(String, String)> {
    let fields = |r: &RawRuling| {
        [(format!("outcome-{}", r.purpose), r.outcome.clone()), (format!("grounds-{}", r.purpose), r.grounds.clone())]
    };
    rulings.iter().flat_map(fields).collect()
}
