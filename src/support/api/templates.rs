//! Server functions of officers about templates of texts.

use crate::error::AppError;
use crate::objection::form::RawRuling;
use leptos::prelude::*;

/// Saves a template of a text that officers send; answers with its page. `template` is the name
/// that its form had, `seen` the version that the page was made with.
#[server(endpoint = "save-template")]
pub async fn save_template(
    #[server(default)] template: String,
    #[server(default)] seen: String,
    #[server(default)] kind: String,
    #[server(default)] purpose: String,
    #[server(default)] language: String,
    #[server(default)] title: String,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    use crate::objection::template::RawTemplate;
    crate::support::templates::save(&template, &seen, &RawTemplate { kind, purpose, language, title, text }).await
}

/// Retires a template: it is offered no more.
#[server(endpoint = "retire-template")]
pub async fn retire_template(
    #[server(default)] template: String,
    #[server(default)] seen: String,
) -> Result<(), AppError> {
    crate::support::templates::retire(&template, &seen).await
}

/// Puts a template into a field on the page of a case, below what was typed. Nothing is sent.
#[server(endpoint = "insert-template")]
pub async fn insert_template(
    #[server(default)] case: String,
    #[server(default)] list: String,
    #[server(default)] rulings: Vec<RawRuling>,
    #[server(default)] months: String,
    #[server(default)] reason: String,
    #[server(default)] text: String,
    #[server(default)] why_again: String,
    #[server(default)] question: String,
    #[server(default)] templates: Vec<String>,
    #[server(default)] insert: String,
) -> Result<(), AppError> {
    use crate::support::templates::{self, Typed};
    let mut fields = super::fields_of(&rulings);
    let texts =
        [("months", months), ("reason", reason), ("text", text), ("why_again", why_again), ("question", question)];
    fields.extend(texts.into_iter().filter(|(_, typed)| !typed.is_empty()).map(|(field, typed)| (field.into(), typed)));
    templates::insert(&case, &list, Typed { fields, chosen: templates, pressed: insert }).await
}
