//! What officers do with templates of texts: save, retire, and put one into the form of a case.

use super::officer_actions::{case, officer, page, page_in};
use crate::account::session::Draft;
use crate::error::AppError;
use crate::objection::service::{self, Kept};
use crate::objection::store;
use crate::objection::template::{RawTemplate, TemplateKind, added, parse};
use crate::paths::{ADD_TEMPLATE, TEMPLATES};
use crate::web::{App, reply};
use sayso_core::string_enum;
use uuid::Uuid;

string_enum! {
    /// What was done with a template, for the page that says so.
    pub enum TemplateAction {
        Saved = "saved",
        Retired = "retired",
    }
}

impl TemplateAction {
    /// What is said of it, once it is stored.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Saved => "The template is saved.",
            Self::Retired => "The template is retired. It is not offered any more.",
        }
    }
}

/// Said to the second of two officers who change the same template.
const STALE: &str = "Somebody else has changed this template in the meantime. Its newest version is below, under Versions. Please check what you wrote and save it again.";

/// The page of a template.
pub fn address(id: &str) -> String {
    format!("{TEMPLATES}/{id}")
}

/// Saves a template. `id` is the name that its form had; `seen` is the version that the page was
/// made with, empty for a new one.
pub async fn save(id: &str, seen: &str, raw: &RawTemplate) -> Result<(), AppError> {
    let typed = [
        ("template", id),
        ("kind", &*raw.kind),
        ("purpose", &*raw.purpose),
        ("language", &*raw.language),
        ("title", &*raw.title),
        ("text", &*raw.text),
    ];
    let is_new = seen.is_empty();
    let own = Uuid::parse_str(id).map(|id| address(&id.to_string()));
    let form = if is_new { ADD_TEMPLATE.to_owned() } else { own.clone().unwrap_or_else(|_| TEMPLATES.to_owned()) };
    let answer = async {
        let officer = officer().await?;
        let id = Uuid::parse_str(id).map_err(|_| AppError::Unreadable)?.to_string();
        let seen = if is_new { 0 } else { seen.parse().map_err(|_| AppError::Unreadable)? };
        let content = parse(raw).map_err(AppError::Invalid)?;
        let app = App::here();
        kept(service::save_template(&app.db, &id, seen, &content, &officer, &app.clock).await?)?;
        Draft::done(&address(&id), TemplateAction::Saved.as_str()).keep().await
    };
    reply::form(&form, &typed, answer.await, &own.unwrap_or_else(|_| TEMPLATES.to_owned())).await
}

/// Retires a template.
pub async fn retire(id: &str, seen: &str) -> Result<(), AppError> {
    let own = Uuid::parse_str(id).map_or_else(|_| TEMPLATES.to_owned(), |id| address(&id.to_string()));
    let answer = async {
        let officer = officer().await?;
        let id = Uuid::parse_str(id).map_err(|_| AppError::Unreadable)?.to_string();
        let seen = seen.parse().map_err(|_| AppError::Unreadable)?;
        let app = App::here();
        kept(service::retire_template(&app.db, &id, seen, &officer, &app.clock).await?)?;
        Draft::done(&address(&id), TemplateAction::Retired.as_str()).keep().await
    };
    reply::form(&own, &[], answer.await, &own).await
}

fn kept(kept: Kept) -> Result<(), AppError> {
    let wrong = |field: &str, said: &str| Err(AppError::Invalid(vec![(field.to_owned(), said.to_owned())]));
    match kept {
        Kept::Stored => Ok(()),
        Kept::Stale => wrong("", STALE),
        Kept::Taken => wrong("title", "Another template for this has the same title. Please choose another title."),
        Kept::NotFound => Err(AppError::NotFound),
    }
}

/// What an officer has typed on the page of a case, with the templates chosen beside the fields.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The fields by their names in the draft.
    pub fields: Vec<(String, String)>,
    /// What is chosen in each list of templates: the field, a blank, and the template's id.
    pub chosen: Vec<String>,
    /// The field whose button was pressed.
    pub pressed: String,
}

/// Puts the chosen template into its field on the page of the case `number`, below what stands
/// there. Nothing is sent, and everything typed is still there.
pub async fn insert(number: &str, list: &str, typed: Typed) -> Result<(), AppError> {
    let page = page(number);
    let mut chosen = typed.chosen.iter().filter_map(|chosen| chosen.split_once(' '));
    let (field, id) = chosen.find(|(field, _)| *field == typed.pressed).unwrap_or_default();
    let mut fields = typed.fields;
    let answer = async {
        officer().await?;
        let case = case(number).await?;
        let (kind, purpose) = TemplateKind::of_field(field).ok_or_else(choose)?;
        let templates = store::newest_templates(App::here().db.reader().await?.conn()).await?;
        let fits = |content: &crate::objection::template::Content| content.fits(kind, purpose, &case.language);
        let template = templates.iter().find(|template| template.id == id && !template.retired);
        let template = template.filter(|template| fits(&template.content)).ok_or_else(choose)?;
        let text = template.content.filled(&case);
        match fields.iter_mut().find(|(name, _)| name == field) {
            Some((_, typed)) => *typed = added(typed, &text),
            None => fields.push((field.to_owned(), text)),
        }
        let kept: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        Draft::typed(&page, &[&kept[..], &[("list", list)]].concat()).keep().await
    };
    let answer = answer.await;
    let kept: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let to = format!("{}#{}", page_in(number, list), TemplateKind::of_field(field).map_or("", |_| field));
    reply::form(&page, &[&kept[..], &[("list", list)]].concat(), answer, &to).await
}

fn choose() -> AppError {
    AppError::Invalid(vec![(String::new(), "Please choose a template from the list first. Nothing was sent.".into())])
}
