//! What stands in the place of a case for whoever may not see it: the same whether there is such a
//! case or not.

use super::AGAIN;
use crate::account::roles::{Capability, may};
use crate::account::session;
use crate::error::AppError;
use crate::ui::{self, Anybody, Plain, status};
use http::StatusCode;
use leptos::prelude::*;

/// To whom a case is not shown.
pub(super) enum Hidden {
    /// Nobody is signed in. The page that they asked for comes along.
    SignedOut(String),
    /// It is in no account that they have. The number as they asked for it comes along, and whether
    /// they can have cases of their own.
    SignedIn { number: String, has_own: bool },
}

/// Why the case `number` is not shown `here`, where that is nothing but whose it is.
///
/// # Errors
/// Every other error, as it is.
pub(super) async fn hidden(error: AppError, here: &str, number: &str) -> Result<Hidden, AppError> {
    match error {
        AppError::NotSignedIn => Ok(Hidden::SignedOut(here.to_owned())),
        AppError::NotFound => {
            let role = session::viewer().await?.map(|viewer| viewer.role);
            Ok(Hidden::SignedIn { number: number.to_owned(), has_own: may(role, Capability::OwnSettings) })
        }
        other => Err(other),
    }
}

#[component]
pub(super) fn Private(why: Hidden) -> impl IntoView {
    match why {
        Hidden::SignedOut(here) => view! { <Closed here /> }.into_any(),
        Hidden::SignedIn { number, has_own } => view! { <OfSomebodyElse number has_own /> }.into_any(),
    }
}

/// To somebody who is neither signed in nor came by the link.
#[component]
fn Closed(here: String) -> impl IntoView {
    status(StatusCode::UNAUTHORIZED);
    let unsent = ui::is_unsent().then(|| {
        view! {
            <p class="said stale first">
                "It is no longer open here, so what you sent was not done. If you typed something, it will be there when you open it again."
            </p>
        }
    });
    view! {
        <Plain title="This objection is private">
            {unsent}
            <p>"You can see an objection only if you filed it."</p>
            <p>
                <a class="button primary" href=format!("/sign-in?next={here}")>
                    "Sign in"
                </a>
            </p>
            <p>
                "Filed without an account? Use the link in our e-mail, or " <a href=AGAIN>"have it sent again"</a> "."
            </p>
        </Plain>
    }
}

/// To somebody who is signed in.
#[component]
fn OfSomebodyElse(number: String, has_own: bool) -> impl IntoView {
    status(StatusCode::NOT_FOUND);
    let again = if number.is_empty() { AGAIN.to_owned() } else { format!("{AGAIN}?case={number}") };
    view! {
        <Anybody title="This objection is private">
            <p>
                "You can see an objection only if you filed it. It is not open in this account. You may have mistyped its number, too."
            </p>
            <p>
                "Filed it without signing in? Use the link in our e-mail, or " <a href=again>"have it sent again"</a>
                ". You can then add it to your account."
            </p>
            {has_own
                .then(|| {
                    view! {
                        <p>
                            <a class="button" href="/objections">
                                "See the objections in your account"
                            </a>
                        </p>
                    }
                })}
        </Anybody>
    }
}
