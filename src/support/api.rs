//! Server functions of staff. `revision` is what a page about a case was loaded with: the second of two officers to save is told.

use crate::error::AppError;
use crate::objection::form::RawRuling;
use leptos::prelude::*;

/// Takes a case and begins its review.
#[server(endpoint = "review-objection")]
pub async fn review_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
) -> Result<(), AppError> {
    use super::act;
    use crate::objection::case::Move;
    act::make(&case, &revision, &[], "review-begun", |_| Ok(Move::BeginReview)).await
}

/// Extends the time for the answer, once; the person is told at once, with the reason.
#[server(endpoint = "extend-objection")]
pub async fn extend_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] months: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use super::act;
    use crate::objection::{case::Move, form};
    act::make(&case, &revision, &[("months", &months), ("reason", &reason)], "extended", |_| {
        let (months, reason) = form::parse_extension(&months, &reason)?;
        Ok(Move::Extend { months, reason })
    })
    .await
}

/// Answers an objection, purpose by purpose. With `intent=preview` nothing is sent: the page shows what the person would read.
#[server(endpoint = "decide-objection")]
pub async fn decide_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] rulings: Vec<RawRuling>,
    #[server(default)] intent: String,
) -> Result<(), AppError> {
    use super::act;
    use crate::account::session::Draft;
    use crate::objection::{case::Move, form};
    use crate::server::reply;

    let typed: Vec<(String, &str)> = rulings
        .iter()
        .flat_map(|r| {
            [(format!("outcome-{}", r.purpose), &*r.outcome), (format!("grounds-{}", r.purpose), &*r.grounds)]
        })
        .collect();
    let mut typed: Vec<(&str, &str)> = typed.iter().map(|(field, value)| (&**field, *value)).collect();
    if intent == "preview" {
        typed.push(("preview", "1"));
        let page = act::page(&case);
        let kept = async {
            act::officer().await?;
            act::case(&case).await?;
            Draft::new(&page, &typed, &AppError::Invalid(Vec::new())).keep().await
        };
        return reply::form(&page, &typed, kept.await, &format!("{page}#preview")).await;
    }
    act::make(&case, &revision, &typed, "decided", |case| {
        let purposes: Vec<_> = case.purposes.iter().map(|p| p.purpose).collect();
        Ok(Move::Decide(form::parse_rulings(&purposes, &rulings)?))
    })
    .await
}

/// What the person who objected would read, as it stands; for the page that shows it while the officer writes.
#[server(endpoint = "preview-decision")]
pub async fn preview_decision(
    #[server(default)] case: String,
    #[server(default)] rulings: Vec<RawRuling>,
) -> Result<String, AppError> {
    use super::act;
    use crate::objection::letters;
    use crate::server::reply;
    let answer = async {
        act::officer().await?;
        let case = act::case(&case).await?;
        Ok(letters::preview(&case, &rulings))
    };
    reply::answer(answer.await)
}

/// Says that a case asks the same as another one of the same person.
#[server(endpoint = "mark-duplicate-objection")]
pub async fn mark_duplicate_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] of: String,
) -> Result<(), AppError> {
    use super::act;
    use crate::objection::{case::Move, form};
    act::make(&case, &revision, &[("of", &of)], "marked-duplicate", |_| {
        Ok(Move::MarkDuplicate { of: form::parse_duplicate(&of)? })
    })
    .await
}

/// Answers a complaint.
#[server(endpoint = "answer-complaint")]
pub async fn answer_complaint(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    use super::act;
    use crate::objection::{case::Move, form};
    act::make(&case, &revision, &[("text", &text)], "complaint-answered", |_| {
        Ok(Move::AnswerComplaint { text: form::parse_complaint_answer(&text)? })
    })
    .await
}

/// Closes an answered case.
#[server(endpoint = "close-objection")]
pub async fn close_objection(
    #[server(default)] case: String,
    #[server(default)] revision: String,
) -> Result<(), AppError> {
    use super::act;
    use crate::objection::case::Move;
    act::make(&case, &revision, &[], "closed", |_| Ok(Move::Close)).await
}

/// Opens a member's settings to be looked at for half an hour, with a reason. The member reads that it happened.
#[server(endpoint = "look-at-member")]
pub async fn look_at_member(
    #[server(default)] member: String,
    #[server(default)] case: String,
    #[server(default)] reason: String,
    #[server(default)] text: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    super::visit::open(&member, &case, &reason, &text, &next).await
}

/// Shows the whole address of the member one is looking at. The member reads that it happened.
#[server(endpoint = "unmask-address")]
pub async fn unmask_address(#[server(default)] member: String) -> Result<(), AppError> {
    super::visit::unmask(&member).await
}
