//! Where somebody sets a password of their own in the place of one that was set for them.

use super::super::pending_sign_in::{Found, OWN_PASSWORD, SIGN_IN};
use super::super::session::Draft;
use super::second_factor::{going_to, halfway_at, on_to};
use crate::ui::{NewPasswordField, Plain, Problems, Username, load, slow_down};
use leptos::prelude::*;

#[component]
pub fn OwnPasswordPage() -> impl IntoView {
    load(OWN_PASSWORD, halfway_at(OWN_PASSWORD), |(found, draft, from_here)| {
        let here = match found {
            Found::Here(here) if here.initial => here,
            // Somebody with the same session was faster, and chose another.
            Found::Here(here) if !draft.is_empty() => return view! { <Chosen draft goes_on=here.page() /> }.into_any(),
            Found::Here(here) => return on_to(here.page()),
            Found::Over { .. } | Found::Nobody => return on_to(from_here),
        };
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        view! {
            <Plain title="Choose your own password">
                <Problems draft=&draft />
                <p>
                    "You signed in with a password that was set for you. Please choose one that only you know. The one that you were given then no longer works."
                </p>
                <form method="post" action="/api/set-own-password" class="stack" novalidate>
                    {going_to(here.next)}
                    <Username email=here.member.email />
                    <NewPasswordField draft=&draft />
                    <button class="button primary" type="submit">
                        "Set password and continue"
                    </button>
                </form>
                <p class="soft">"Not you? " <a href=SIGN_IN>"Start over"</a></p>
            </Plain>
        }
        .into_any()
    })
}

/// To whoever sends a password after another was chosen.
#[component]
fn Chosen(draft: Draft, goes_on: &'static str) -> impl IntoView {
    view! {
        <Plain title="Choose your own password">
            <Problems draft=&draft />
            <p>
                <a class="button primary" href=goes_on>
                    "Continue"
                </a>
            </p>
        </Plain>
    }
}
