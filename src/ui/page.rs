//! Pages that load something first, and the pages that say it could not be had.

use super::Plain;
use crate::error::AppError;
use crate::server::{assets, reply};
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// Loads, then shows. Not signed in goes to sign-in and back; everything else that fails becomes the page that says so.
pub fn load<T, V>(
    here: impl Into<String>,
    load: impl Future<Output = Result<T, AppError>> + Send + 'static,
    show: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoView + 'static,
{
    let here = here.into();
    // Not inside a closure: the future has effects (a notice is delivered) and runs once.
    Suspend::new(async move {
        match load.await {
            Ok(loaded) => show(loaded).into_any(),
            Err(AppError::NotSignedIn) => {
                go(&reply::sign_in_path(&here));
                ().into_any()
            }
            Err(AppError::Internal { reference }) => view! { <Broken reference /> }.into_any(),
            Err(_) => view! { <NotFound /> }.into_any(),
        }
    })
}

/// Leads from one page to another, also a client that asks for no HTML by name, such as curl; leptos does that for forms only.
pub fn go(path: &str) {
    leptos_axum::redirect(path);
    status(StatusCode::FOUND);
}

/// Says 429 and when to try again (RFC 6585, 4; RFC 9110, 10.2.3).
pub fn slow_down(seconds: u32) {
    status(StatusCode::TOO_MANY_REQUESTS);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Sets the page's status.
pub fn status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// Nothing here, inside the frame.
#[component]
pub fn NotFound() -> impl IntoView {
    status(StatusCode::NOT_FOUND);
    view! {
        <Plain title="Page not found">
            <p>"There is nothing under this address. It may have been mistyped, or it belongs to somebody else."</p>
            <p>
                <a class="button" href="/">
                    "To your settings"
                </a>
            </p>
        </Plain>
    }
}

/// Something failed on our side: a reference that is also in the log, and no cause.
#[component]
pub fn Broken(reference: String) -> impl IntoView {
    status(StatusCode::INTERNAL_SERVER_ERROR);
    view! {
        <Plain title="Something went wrong on our side">
            <p>
                "We are sorry. Please load your settings again to see what holds. If it happens again, tell us this reference: "
                <code class="ref">{reference}</code>
            </p>
            <p>
                <a class="button" href="/">
                    "Back to your settings"
                </a>
            </p>
        </Plain>
    }
}

/// A script of ours that one page has, by its name before the hash.
#[component]
pub fn Script(name: &'static str) -> impl IntoView {
    let nonce = leptos::nonce::use_nonce();
    let file = assets::script(name);
    view! { <script type="module" nonce=nonce src=format!("/pkg/{file}")></script> }
}
