//! Says that nobody is signed in any more, after signing out.

use crate::account::session;
use crate::ui::{Plain, go, load};
use leptos::prelude::*;

/// Where signing out leads. Whoever is signed in by now has nothing to read here.
#[component]
pub fn SignedOutPage() -> impl IntoView {
    load("/signed-out", session::viewer(), |viewer| {
        if let Some(member) = viewer {
            go(member.role.home());
            return ().into_any();
        }
        view! {
            <Plain title="You are signed out">
                <p>"Nobody is signed in in this browser any more."</p>
                <p>
                    <a class="button primary" href="/sign-in">
                        "Sign in again"
                    </a>
                </p>
                <p class="soft">
                    "You can object without an account. " <a href="/objection">"Open the form"</a>
                </p>
            </Plain>
        }
        .into_any()
    })
}
