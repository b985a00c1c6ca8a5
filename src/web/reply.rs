//! How a server function answers: JSON with a status to a client that wants data, a page to a form
//! without JavaScript.

use super::carried::{Carried, signed_out};
use super::form_draft::Draft;
use super::form_draft::{Outcome, Refused, Shown, Slot};
use super::link::{own_path, place, sign_in_path, unsent};
use super::origin::Origin;
use super::request::wants_html;
use super::{App, cookie, made_for, session};
use crate::error::AppError;
use http::{HeaderValue, header, request::Parts};
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;
use url::Url;

/// Leads to `path` on this site; to the start page where it is none, whoever made it of what.
pub fn redirect(path: &str) {
    if let Some(slot) = Slot::here() {
        slot.put(Outcome::Answered);
    }
    leptos_axum::redirect(place(path));
}

/// Answers with `result`. A refusal sets the status, or sends a form without JavaScript to a page
/// that says it; an accepted form goes back to its page.
pub fn answer<T>(result: Result<T, AppError>) -> Result<T, AppError> {
    if wants_html() && result.is_ok() {
        redirect(&referring_path());
    }
    if let Err(error) = &result {
        if wants_html() {
            match error {
                AppError::NotSignedIn => redirect(&unsent(&sign_in_path(&referring_path()))),
                AppError::SlowDown { .. } => show_instead(&page_about(error), error),
                _ => redirect(&page_about(error)),
            }
        } else {
            set_status(error);
        }
    }
    result
}

/// The page that says `error`.
pub fn page_about(error: &AppError) -> String {
    let about = match error {
        AppError::Internal { reference } => return format!("/error?reference={reference}"),
        AppError::SlowDown { seconds } => return format!("/error?about=too-often&seconds={seconds}"),
        AppError::NotSignedIn => return "/sign-in".into(),
        AppError::SomebodyElse => "somebody-else",
        AppError::AnotherLink => "another-link",
        AppError::NotOffered => "not-offered",
        AppError::Objected => "objected",
        AppError::DeniedElsewhere => "denied-elsewhere",
        AppError::NotProved => "not-proved",
        AppError::NotFound => "not-found",
        AppError::Unsaved => "unsaved",
        AppError::Unavailable | AppError::Unreachable => "unavailable",
        AppError::Busy => "busy",
        AppError::Invalid(_) | AppError::Unreadable => "unreadable",
    };
    format!("/error?about={about}")
}

/// Answers with the page at `path`, whose form is `form`, filled in with what was typed on another
/// page. Nothing was wrong, and nothing is done.
pub async fn show(path: &str, form: &str, typed: &[(&str, &str)]) {
    match Slot::here().filter(|_| wants_html()) {
        Some(slot) => {
            let shown = Shown { page: place(path).to_owned(), draft: Draft::typed(form, typed) };
            slot.put(Outcome::Shown(Box::new(shown)));
        }
        None => redirect(&cookie::way_to(path).await),
    }
}

/// Answers with the page at `path`, which says what is wrong; the status and `Retry-After` are the
/// error's.
fn show_instead(path: &str, error: &AppError) {
    match Slot::here() {
        Some(slot) => {
            let refused = Refused { page: path.to_owned(), draft: Draft::default(), error: error.clone() };
            slot.put(Outcome::Refused(Box::new(refused)));
        }
        None => redirect(path),
    }
}

/// Answers a form on the page `page`: accepted, on to `next`; refused, with that page as it was
/// filled in.
pub async fn form<T>(
    page: &str,
    typed: &[(&str, &str)],
    result: Result<T, AppError>,
    next: &str,
) -> Result<T, AppError> {
    match &result {
        Ok(_) => redirect(&cookie::way_to(next).await),
        Err(AppError::NotSignedIn) if wants_html() => match keep_for_whose_it_was(page, typed).await {
            Ok(true) => redirect(&unsent(&sign_in_path(page))),
            // The cookie may be the one that the press before has replaced: the page knows who is
            // signed in by now.
            Ok(false) if cookie::came() => redirect(&unsent(page)),
            // They have signed out in another tab, and nothing is stored here.
            Ok(false) => match made_for::whom().filter(|_| typed.iter().any(|(_, value)| !value.is_empty())) {
                Some(mark) => {
                    let kept = Carried::made_for(page, &mark, typed).written();
                    show(&unsent(&sign_in_path(page)), "/sign-in", &[("next", page), ("kept", &kept)]).await;
                }
                None => return answer(result),
            },
            Err(failed) => return answer(Err(failed)),
        },
        // What another member typed is nobody else's to see.
        Err(AppError::NotSignedIn | AppError::SomebodyElse | AppError::AnotherLink | AppError::Internal { .. }) => {
            return answer(result);
        }
        Err(error) => match Slot::here().filter(|_| wants_html()) {
            Some(slot) => {
                let draft = Draft::new(page, typed, error);
                let refused = Refused { page: place(page).to_owned(), draft, error: error.clone() };
                slot.put(Outcome::Refused(Box::new(refused)));
            }
            None => set_status(error),
        },
    }
    result
}

/// Keeps what was typed for the member of staff whose session had ended here; false where it was
/// nobody's.
async fn keep_for_whose_it_was(page: &str, typed: &[(&str, &str)]) -> Result<bool, AppError> {
    let Some(subject) = session::whose().await? else { return Ok(false) };
    Draft::new(page, typed, &signed_out()).kept_for(&subject).keep().await?;
    Ok(true)
}

/// Sets the status, and `Retry-After` (RFC 9110, 10.2.3) where there is a time to wait.
pub fn set_status(error: &AppError) {
    let response = expect_context::<ResponseOptions>();
    response.set_status(error.status());
    if let Some(seconds) = error.retry_after() {
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// The page that this request was sent from, where that is one of this site; the start page
/// otherwise.
fn referring_path() -> String {
    let parts = expect_context::<Parts>();
    let referer = parts.headers.get(header::REFERER).and_then(|r| r.to_str().ok());
    let own = App::here().config.origin_for(&parts.headers, &parts.uri);
    let page = referer.and_then(|page| Url::parse(page).ok()).filter(|page| Origin::of(page.as_str()) == Some(own));
    page.and_then(|page| own_path(page.path()).map(str::to_owned)).unwrap_or_else(|| "/".into())
}
