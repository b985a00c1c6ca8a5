//! What is shown where something could not be done, for each reason that an address can name.

use crate::error::AppError;
use crate::ui::{Anybody, Away, Broken, NotFound, Refused, WayHome, status};
use crate::web::reply;
use http::StatusCode;
use leptos::prelude::*;

/// Where a form without JavaScript lands when something broke, and what a page shows when it cannot
/// be made.
#[component]
pub fn ErrorPage() -> impl IntoView {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    let reference =
        query.get("reference").filter(|r| r.len() <= 12 && r.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    // What failed was answered and logged as a failure then. This is a page that anybody can ask
    // for, with any reference: it is none.
    if let Some(reference) = reference {
        return view! { <Broken reference /> }.into_any();
    }
    let (code, title, text) = match query.get("about").as_deref() {
        Some("not-offered") => (
            StatusCode::CONFLICT,
            "Not available in your region",
            "This use of your data is not available in your region at the moment, so you cannot turn it on. Nothing was changed.",
        ),
        Some("somebody-else") => (
            StatusCode::CONFLICT,
            "Somebody else has signed in here",
            "The page that you sent this from was made for another account, so nothing was changed.",
        ),
        Some("another-link") => (
            StatusCode::CONFLICT,
            "This page was made by another link",
            "Somebody has signed in or opened another link in this browser since you loaded the page, so nothing was changed. Please open the link in your e-mail again.",
        ),
        Some("objected") => (
            StatusCode::CONFLICT,
            "Your objection keeps this off",
            "This use of your data stays off while we decide on your objection, and permanently once we have upheld it. Nothing was changed.",
        ),
        Some("denied-elsewhere") => (
            StatusCode::CONFLICT,
            "Another account has this off",
            "Another account has the same e-mail address, and this is off there. Until we have merged the two, it is off in both. Nothing was changed.",
        ),
        Some("not-proved") => (
            StatusCode::CONFLICT,
            "Please confirm your e-mail address first",
            "You cannot turn anything on until we know that your e-mail address is yours. Nothing was changed.",
        ),
        Some("too-often") => {
            let seconds = query.get("seconds").and_then(|s| s.parse().ok()).filter(|s| (1..=86_400).contains(s));
            return view! { <TooOften seconds=seconds.unwrap_or(60) /> }.into_any();
        }
        Some("unsaved") => (
            StatusCode::SERVICE_UNAVAILABLE,
            "We cannot save changes at the moment",
            "Nothing was changed. You can still see your settings, and they stay as they are shown. Please try again later.",
        ),
        Some("busy") => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many people are signing in",
            "Nothing was changed. Please go back and try again in a few seconds.",
        ),
        Some("unavailable") => return view! { <Away /> }.into_any(),
        Some("unreadable") => (
            StatusCode::BAD_REQUEST,
            "We could not read your request",
            "Nothing was changed. Please reload the page and try again.",
        ),
        Some("too-long") => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "This is too long",
            "What you sent is longer than this form takes, so nothing was changed. Please go back, shorten it, and send it again.",
        ),
        Some("only-forms") => (
            StatusCode::METHOD_NOT_ALLOWED,
            "There is nothing to see here",
            "This address only receives forms. Please open the page with the form.",
        ),
        Some("another-origin") => return view! { <Refused /> }.into_any(),
        _ => return view! { <NotFound /> }.into_any(),
    };
    status(code);
    view! {
        <Anybody title>
            <p>{text}</p>
            <p>
                <WayHome />
            </p>
        </Anybody>
    }
    .into_any()
}

/// The switch was pressed so often that turning it on has to wait.
#[component]
fn TooOften(seconds: u32) -> impl IntoView {
    reply::set_status(&AppError::SlowDown { seconds });
    let wait = crate::error::in_words(seconds);
    view! {
        <Anybody title="You have changed this too often">
            <p>
                {format!(
                    "You have changed this many times in a short while. You can turn it on again in {wait}. Nothing was changed, and it is off. You never have to wait to turn it off.",
                )}
            </p>
            <p>
                <WayHome />
            </p>
        </Anybody>
    }
}
