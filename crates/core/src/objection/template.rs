//! Templates of texts that officers send: the grounds of a refusal, the answer to a complaint, a
//! reason. Officers keep them, in versions, one language each. Pure.

use super::form::{EXTENSION_REASON_MAX, GROUNDS_MAX, QUESTION_MAX, Wrong, required};
use super::model::Case;
use crate::account::model::FieldErrors;
use crate::consent::notice::LANGUAGES;
use crate::ledger::Purpose;
use crate::string_enum;
use crate::time::UtcMillis;
use serde::{Deserialize, Serialize};

/// The longest title, in characters.
pub const TITLE_MAX: usize = 80;

string_enum! {
    /// What a template is for: which field it is put into.
    pub enum TemplateKind {
        /// The grounds on which an objection is refused, for one purpose or for each.
        Grounds = "grounds",
        /// The answer to a complaint about an answer that refused nothing.
        ComplaintAnswer = "complaint-answer",
        /// Why more time is needed.
        Extension = "extension",
        /// Why a case is reopened.
        Reopening = "reopening",
        /// A question to the person.
        Question = "question",
    }

    /// What stands in braces in a template, and is filled in from the case.
    pub enum Placeholder {
        /// Who objected.
        Name = "name",
        /// The number of the case.
        Number = "number",
        /// The day on which it came in.
        Received = "received",
        /// The day by which the answer is due.
        Due = "due",
    }
}

impl TemplateKind {
    /// What it is called on the pages of officers.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Grounds => "Grounds for a refusal",
            Self::ComplaintAnswer => "Answer to a complaint",
            Self::Extension => "Reason for more time",
            Self::Reopening => "Reason to reopen",
            Self::Question => "Question to the person",
        }
    }

    /// The longest text of its field, in characters.
    pub const fn max(self) -> usize {
        match self {
            Self::Grounds | Self::ComplaintAnswer => GROUNDS_MAX,
            Self::Extension | Self::Reopening => EXTENSION_REASON_MAX,
            Self::Question => QUESTION_MAX,
        }
    }

    /// What the field of this name on the page of a case takes, and the purpose that it is about.
    pub fn of_field(field: &str) -> Option<(Self, Option<Purpose>)> {
        match field {
            "text" => Some((Self::ComplaintAnswer, None)),
            "reason" => Some((Self::Extension, None)),
            "why_again" => Some((Self::Reopening, None)),
            "question" => Some((Self::Question, None)),
            field => Some((Self::Grounds, Some(Purpose::parse(field.strip_prefix("grounds-")?)?))),
        }
    }
}

impl Placeholder {
    /// As it is typed.
    pub fn in_braces(self) -> String {
        format!("{{{self}}}")
    }

    /// All of them, for a sentence.
    pub fn list() -> String {
        Self::ALL.iter().map(|placeholder| placeholder.in_braces()).collect::<Vec<_>>().join(", ")
    }

    /// What it stands for in this case.
    fn of(self, case: &Case) -> String {
        match self {
            Self::Name => case.name.clone(),
            Self::Number => case.number.clone(),
            Self::Received => case.received.day(),
            Self::Due => case.complaint_due.filter(|_| case.has_complaint()).unwrap_or(case.due).day(),
        }
    }
}

/// The form of a template as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RawTemplate {
    /// The word of a [`TemplateKind`].
    pub kind: String,
    /// The word of a [`Purpose`]; empty where it is for each.
    pub purpose: String,
    /// A BCP 47 tag: one of [`LANGUAGES`].
    pub language: String,
    /// What officers choose it by.
    pub title: String,
    /// With placeholders in braces.
    pub text: String,
}

/// What a version of a template says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What it is for. It never changes.
    pub kind: TemplateKind,
    /// The one purpose that its grounds are for; `None` where they are for each. It never changes.
    pub purpose: Option<Purpose>,
    /// As a BCP 47 tag. It never changes.
    pub language: String,
    /// What officers choose it by.
    pub title: String,
    /// With placeholders in braces.
    pub text: String,
}

/// A version of a template, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The same in all its versions.
    pub id: String,
    /// Counted from 1.
    pub version: i64,
    /// What it says.
    pub content: Content,
    /// Whether it is offered no more.
    pub retired: bool,
    /// The name of the officer who saved it.
    pub by: String,
    /// When they did.
    pub at: UtcMillis,
}

/// What comes of saving or retiring a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// This version is to be stored.
    Version(i64),
    /// It says so already: the same form was sent twice.
    Already,
    /// Somebody else has changed it since the page was loaded.
    Stale,
}

/// Reads the form of a template.
///
/// # Errors
/// Everything that is wrong, in the order of the form.
pub fn parse(raw: &RawTemplate) -> Result<Content, FieldErrors> {
    let mut wrong = Wrong::default();
    let kind = TemplateKind::parse(&raw.kind).ok_or("Please choose what the template is for.");
    let kind = wrong.or("kind", kind);
    let purpose = wrong.or("purpose", purpose(kind, &raw.purpose));
    let language = LANGUAGES.iter().find(|language| **language == raw.language);
    let language = wrong.or("language", language.ok_or("Please choose a language from the list."));
    let ask = "Please give the template a title, by which officers can choose it.";
    let one_line = raw.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = wrong.or("title", required("The title", &one_line, TITLE_MAX, ask));
    let max = kind.map_or(GROUNDS_MAX, TemplateKind::max);
    let text = required("The text", &raw.text, max, "Please write the text.");
    let text = wrong.or("text", text.and_then(known));
    match (kind, purpose, language, title, text) {
        (Some(kind), Some(purpose), Some(language), Some(title), Some(text)) => {
            Ok(Content { kind, purpose, language: (*language).to_owned(), title, text })
        }
        _ => Err(wrong.0),
    }
}

/// The purpose that a template is about, if it is about one.
fn purpose(kind: Option<TemplateKind>, word: &str) -> Result<Option<Purpose>, &'static str> {
    match (kind, Purpose::parse(word)) {
        (_, None) if word.is_empty() => Ok(None),
        (_, None) => Err("Please choose a use from the list, or all of them."),
        (Some(TemplateKind::Grounds) | None, Some(purpose)) if purpose.can_be_refused() => Ok(Some(purpose)),
        (Some(TemplateKind::Grounds) | None, Some(_)) => {
            Err("An objection to this is never refused, so it needs no grounds.")
        }
        (Some(_), Some(_)) => Err("Only grounds are about one use. Please choose all of them."),
    }
}

/// The text, if each word in braces is a placeholder.
fn known(text: String) -> Result<String, String> {
    let unknown = in_braces(&text).find(|(_, word)| Placeholder::parse(word).is_none());
    match unknown.map(|(_, word)| word.to_owned()) {
        Some(word) => Err(format!(
            "{{{word}}} is not filled in. What is filled in: {}. Please write the rest out, or without braces.",
            Placeholder::list()
        )),
        None => Ok(text),
    }
}

/// The words in braces, each with the place of its first brace. Other braces are text.
fn in_braces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('{').filter_map(|(at, _)| {
        let word = text[at + 1..].split_once('}')?.0;
        let is_word = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        is_word.then_some((at, word))
    })
}

impl Content {
    /// Whether it can be put into a field of this kind, about this purpose, for this reader.
    pub fn fits(&self, kind: TemplateKind, purpose: Option<Purpose>, language: &str) -> bool {
        self.kind == kind && self.language == language && (self.purpose.is_none() || self.purpose == purpose)
    }

    /// The text with what the case has in the place of each placeholder. What is filled in is not
    /// looked at again: a name in braces stays as it is.
    pub fn filled(&self, case: &Case) -> String {
        let mut filled = String::with_capacity(self.text.len());
        let mut from = 0;
        for (at, word) in in_braces(&self.text) {
            let Some(placeholder) = Placeholder::parse(word) else { continue };
            filled += &self.text[from..at];
            filled += &placeholder.of(case);
            from = at + word.len() + 2;
        }
        filled + &self.text[from..]
    }
}

/// Below what was typed already, so that nothing typed is lost.
pub fn added(typed: &str, text: &str) -> String {
    if typed.trim().is_empty() { text.to_owned() } else { format!("{}\n\n{text}", typed.trim_end()) }
}

/// What comes of saving `content`, where `newest` is the newest version, and the page was made with
/// the version `seen` (0 for a new template).
pub fn save(newest: Option<&Template>, seen: i64, content: &Content) -> Saved {
    match newest {
        None if seen == 0 => Saved::Version(1),
        Some(newest) if !newest.retired && newest.content == *content => Saved::Already,
        Some(newest) if newest.version == seen => Saved::Version(seen + 1),
        _ => Saved::Stale,
    }
}

/// What comes of retiring the template whose newest version this is.
pub const fn retire(newest: &Template, seen: i64) -> Saved {
    match (newest.retired, newest.version == seen) {
        (true, _) => Saved::Already,
        (false, true) => Saved::Version(seen + 1),
        (false, false) => Saved::Stale,
    }
}

/// Whether another template that is offered has the same kind, purpose, language and title: nobody
/// could tell the two apart.
pub fn is_taken(content: &Content, id: &str, all: &[Template]) -> bool {
    all.iter().filter(|other| other.id != id && !other.retired).any(|other| {
        let other = &other.content;
        (other.kind, other.purpose, &other.language) == (content.kind, content.purpose, &content.language)
            && other.title.to_lowercase() == content.title.to_lowercase()
    })
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
