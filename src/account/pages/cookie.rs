//! Where a form leads that began a session in a browser without our cookie: on, if the browser has
//! kept it.

use crate::ui::{Plain, go};
use crate::web::{cookie, link};
use leptos::prelude::*;

#[component]
pub fn CookiePage() -> impl IntoView {
    let next = leptos_router::hooks::use_query_map().get_untracked().get("next").unwrap_or_default();
    let next = link::own_path(&next).unwrap_or("/").to_owned();
    if cookie::came() {
        go(&next);
        return ().into_any();
    }
    view! {
        <Plain title="Your browser did not keep our cookie">
            <p>
                "We accepted what you sent. But we need a cookie to recognise you on the next page, and your browser did not keep it. So we cannot show you what comes next."
            </p>
            <p>
                "Please allow cookies for this site, in the settings of your browser or of an extension that blocks them. Our cookie only tells us that you are the same visitor. It does not track you."
            </p>
            <p>
                <a class="button primary" href=next>
                    "Continue"
                </a>
            </p>
            <p class="soft">
                "You can object without an account or a cookie. " <a href="/objection">"Open the form"</a>
            </p>
        </Plain>
    }
    .into_any()
}
