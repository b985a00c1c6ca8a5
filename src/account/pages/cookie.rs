//! Where a form leads that began a session in a browser without our cookie: on, if the browser has
//! kept it.

use crate::server::{cookie, reply};
use crate::ui::{Plain, go};
use leptos::prelude::*;

#[component]
pub fn CookiePage() -> impl IntoView {
    let next = leptos_router::hooks::use_query_map().get_untracked().get("next").unwrap_or_default();
    let next = reply::own_path(&next).unwrap_or("/").to_owned();
    if cookie::came() {
        go(&next);
        return ().into_any();
    }
    view! {
        <Plain title="Your browser did not keep our cookie">
            <p>
                "What you sent was accepted. But we know by a cookie who you are from one page to the next, and your browser did not keep it, so we cannot show you what comes next."
            </p>
            <p>
                "Please allow cookies for this site, in the settings of your browser or of an extension that blocks them. This one says that you are the one who was here before, and follows nobody."
            </p>
            <p>
                <a class="button primary" href=next>
                    "Go on"
                </a>
            </p>
            <p class="soft">
                "To object to the use of your data you need no account and no cookie: " <a href="/objection">"open the form"</a>
            </p>
        </Plain>
    }
    .into_any()
}
