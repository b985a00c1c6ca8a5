//! An officer adds a note to a case.

use super::officer_actions::{OfficerAction, case, officer, page, page_in};
use crate::account::session::Draft;
use crate::error::AppError;
use crate::objection::applicant_actions::refused;
use crate::objection::note::parse_note;
use crate::objection::service;
use crate::web::{App, reply};

/// Adds a note, and leads back to the case; refused, what was typed is still there. `form` is the
/// name that the page gave this form.
pub async fn add(number: &str, form: &str, text: &str, list: &str) -> Result<(), AppError> {
    let (page, shown) = (page(number), page_in(number, list));
    let answer = async {
        let officer = officer().await?;
        let case = case(number).await?;
        let form = uuid::Uuid::parse_str(form).map_err(|_| AppError::Unreadable)?.to_string();
        let text = parse_note(text).map_err(AppError::Invalid)?;
        let app = App::here();
        let added = service::add_note(&app.db, &case.number, &officer, &form, &text, app.clock.now()).await;
        added.map_err(refused)?;
        Draft::done(&page, OfficerAction::NoteAdded.as_str()).keep().await
    };
    reply::form(&page, &[("form", form), ("note", text), ("list", list)], answer.await, &shown).await
}
