//! What a search offers instead of what was typed, or beside it.

use super::super::search::Near;
use leptos::prelude::*;

/// The heading over what was found, and what is near. `what` is what was searched for: `members`.
#[component]
pub fn NearLinks(near: Near, found: bool, page: &'static str, what: &'static str) -> impl IntoView {
    let Near { searches, are_numbers } = near;
    let intro = match (found, are_numbers) {
        (true, _) => format!("Also among {what}, with this inside a name: "),
        (false, true) => "Numbers that are almost the same: ".to_owned(),
        (false, false) => "Close names: ".to_owned(),
    };
    let last = searches.len().saturating_sub(1);
    (!searches.is_empty()).then(|| {
        view! {
            <p class="near">
                {intro}
                {searches
                    .into_iter()
                    .enumerate()
                    .map(|(i, search)| {
                        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &search).finish();
                        view! {
                            <a href=format!("{page}?{query}")>
                                <bdi>{search}</bdi>
                            </a>
                            {if i == last { "" } else { ", " }}
                        }
                    })
                    .collect_view()}
            </p>
        }
    })
}
