//! What was typed in a form, and what is wrong with it.
//!
//! A form that is refused is answered with its own page, filled in: the draft goes from the server
//! function to that page within one request, in a [`Slot`], and needs no cookie. Only two kinds go
//! by way of the session: what was done, for the page that an accepted form leads to, and what
//! somebody sent whose session had ended, until they have signed in again.

use super::session::session;
use super::state::App;
use crate::account::model::{Country, FieldErrors, Member};
use crate::error::AppError;
use crate::ledger::entry::sha256_hex;
use crate::time::UtcMillis;
use http::request::Parts;
use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tower_sessions::Session;

/// Under which name a session holds them.
pub const DRAFTS: &str = "drafts";
/// Drafts that a session keeps at a time, the newest; each form has one place.
const DRAFTS_MAX: usize = 4;

/// How long what was done is still said, in milliseconds: the page that says it may not have been
/// loaded, and later it would be said of a case that has gone on.
const SAID: i64 = 120_000;

/// A form that was refused, on its way to the page that shows it again.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The page of the form.
    pub page: String,
    pub draft: Draft,
    pub error: AppError,
}

/// A page that is shown with what was typed on the one before.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The page, with its query.
    pub page: String,
    pub draft: Draft,
}

/// What became of a form, as far as the layer around the server functions has to know.
#[derive(Clone, Debug, Default)]
pub enum Outcome {
    /// No function has said where it leads.
    #[default]
    Unread,
    /// It leads to another page.
    Answered,
    /// It is to be shown again. In a box: it has what was typed.
    Refused(Box<Refused>),
    /// Another page is to be shown, filled in; nothing was wrong.
    Shown(Box<Shown>),
}

/// Where a server function leaves what it refused, for the layer that answers with the page.
#[derive(Clone, Debug, Default)]
pub struct Slot(Arc<Mutex<Outcome>>);

impl Slot {
    pub fn put(&self, outcome: Outcome) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
    }

    pub fn take(&self) -> Outcome {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The one of this request, which may show a form again at once: not every request has one.
    pub fn here() -> Option<Self> {
        use_context::<Parts>()?.extensions.get().cloned()
    }
}

/// The draft with which this very request shows a form again.
#[derive(Clone, Debug)]
pub struct Filled(pub Draft);

/// Whether this page answers a form that was refused: what was wrong with that has been noted.
pub fn is_shown_again() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.extensions.get::<Filled>().is_some())
}

/// A form that was sent: what was typed (never a password) and what is wrong, or that it was
/// accepted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Draft {
    form: String,
    values: BTreeMap<String, String>,
    pub errors: FieldErrors,
    /// Seconds until the next attempt is looked at, where there were too many.
    pub slow_down: Option<u32>,
    /// What was done, where the form was accepted and the next page is to say so.
    pub done: Option<String>,
    /// When it was done.
    #[serde(default)]
    done_at: Option<UtcMillis>,
    /// The subject of the member whose session had ended when they sent it, or the mark of the
    /// address that was typed into it: it is still there once they, and only they, have signed in.
    kept_for: Option<String>,
}

impl Draft {
    /// What was typed, as it was: the body's limit bounds it.
    pub fn new(form: &str, values: &[(&str, &str)], error: &AppError) -> Self {
        let values = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let (errors, slow_down) = match error {
            AppError::Invalid(errors) => (errors.clone(), None),
            AppError::SlowDown { seconds } => (vec![(String::new(), error.to_string())], Some(*seconds)),
            other => (vec![(String::new(), other.to_string())], None),
        };
        Self { form: form.into(), values, errors, slow_down, ..Self::default() }
    }

    /// What was typed, of which nothing is wrong.
    pub fn typed(form: &str, values: &[(&str, &str)]) -> Self {
        let values = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Self { form: form.into(), values, ..Self::default() }
    }

    /// A form that was accepted and has something to say for it on the next page.
    pub fn done(form: &str, what: &str) -> Self {
        Self { form: form.into(), done: Some(what.into()), ..Self::default() }
    }

    /// The same, to be there again after this member has signed in.
    pub fn kept_for(self, subject: &str) -> Self {
        Self { kept_for: Some(subject.into()), ..self }
    }

    /// The same, to be there after the member with this address has signed in.
    pub fn kept_for_address(self, email: &str) -> Self {
        Self { kept_for: Some(typed_under(email)), ..self }
    }

    /// Whether it is not too late to show it. What was typed never is.
    fn is_fresh(&self, now: UtcMillis) -> bool {
        self.done.is_none() || self.done_at.is_some_and(|at| at.lasts(SAID, now))
    }

    /// Whether it may be shown to `viewer`.
    fn is_for(&self, viewer: Option<&Member>) -> bool {
        self.kept_for.is_none() || viewer.is_some_and(|member| self.is_kept_for(member))
    }

    /// Whether it waits for this member.
    fn is_kept_for(&self, member: &Member) -> bool {
        self.kept_for.as_ref().is_some_and(|whose| *whose == member.subject || *whose == typed_under(&member.email))
    }

    pub fn value(&self, field: &str) -> String {
        self.values.get(field).cloned().unwrap_or_default()
    }

    /// Everything that was sent, field by field.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(field, value)| (field.as_str(), value.as_str()))
    }

    /// Whether the field was among what was sent, empty or not.
    pub fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    pub fn error(&self, field: &str) -> Option<String> {
        self.errors.iter().find(|(f, _)| f == field).map(|(_, message)| message.clone())
    }

    /// What was done, as `parse` knows it. Of a word that it does not know, such as that of another
    /// version, nothing is said.
    pub fn done_as<T>(&self, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        parse(self.done.as_deref()?)
    }

    /// Whether there is anything in it.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.errors.is_empty() && self.done.is_none()
    }

    /// The country that was chosen, if one was.
    pub fn country(&self) -> Option<Country> {
        Country::parse(&self.value("country"))
    }

    /// Keeps it for the next page of this visitor.
    pub async fn keep(self) -> Result<(), AppError> {
        let done_at = self.done.as_ref().map(|_| App::here().clock.now());
        let kept = Self { done_at, ..self };
        let session = session().await?;
        let mut drafts = of_session(&session).await?;
        drafts.0.retain(|draft| draft.form != kept.form);
        drafts.0.push(kept);
        if drafts.0.len() > DRAFTS_MAX {
            drafts.0.remove(0);
        }
        drafts.put(&session).await
    }

    /// What is there for `form`, once; an empty one otherwise.
    pub async fn take(form: &str) -> Result<Self, AppError> {
        Self::take_for(form, None).await
    }

    /// The same; what was kept for a member is given to that member only.
    pub async fn take_for(form: &str, viewer: Option<&Member>) -> Result<Self, AppError> {
        let filled = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Filled>().cloned());
        let session = session().await?;
        let mut drafts = of_session(&session).await?;
        let kept = drafts.0.iter().position(|d| d.form == form && d.is_for(viewer)).map(|at| drafts.0.remove(at));
        if kept.is_some() {
            drafts.put(&session).await?;
        }
        let kept = kept.filter(|draft| draft.is_fresh(App::here().clock.now()));
        // What was sent just now is newer than what was kept.
        Ok(filled.map(|filled| filled.0).filter(|draft| draft.form == form).or(kept).unwrap_or_default())
    }
}

/// The drafts of a session.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Drafts(Vec<Draft>);

impl Drafts {
    /// Has the session keep these, and no others.
    pub async fn put(self, session: &Session) -> Result<(), AppError> {
        session.insert(DRAFTS, self).await.map_err(AppError::from)
    }
}

/// An address as a draft knows it again, and nobody can read it. It is no subject.
fn typed_under(email: &str) -> String {
    format!("address {}", &sha256_hex(format!("typed under {email}").as_bytes())[..32])
}

async fn of_session(session: &Session) -> Result<Drafts, AppError> {
    Ok(session.get::<Drafts>(DRAFTS).await.map_err(AppError::from)?.unwrap_or_default())
}

/// What a session keeps for this member.
pub async fn kept_for(session: &Session, member: &Member) -> Result<Drafts, AppError> {
    let mut drafts = of_session(session).await?;
    drafts.0.retain(|draft| draft.is_kept_for(member));
    Ok(drafts)
}

/// Whether a session keeps something for a member who signs in.
pub async fn is_any_kept(session: &Session) -> Result<bool, AppError> {
    Ok(of_session(session).await?.0.iter().any(|draft| draft.kept_for.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_said_for_two_minutes_and_what_was_typed_is_kept() {
        let now = UtcMillis(1_800_000_000_000);
        let done = |ago: i64| Draft { done_at: Some(UtcMillis(now.0 - ago)), ..Draft::done("/page", "filed") };
        assert!(done(0).is_fresh(now) && done(SAID - 1).is_fresh(now));
        assert!(!done(SAID).is_fresh(now));
        assert!(!Draft::done("/page", "filed").is_fresh(now), "from the version before");
        assert!(Draft::typed("/page", &[("text", "Words.")]).is_fresh(now));
    }
}
