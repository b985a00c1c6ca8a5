//! Earlier objections that are still open, on the page of a newer one that may replace them.

use crate::objection::model::Case;
use crate::objection::still_open::still_open;
use leptos::prelude::*;

#[component]
pub fn StillOpenOnes<'a>(case: &'a Case) -> impl IntoView + use<> {
    let said = still_open(&case.still_open);
    let numbers: Vec<String> = case.still_open.iter().map(|one| one.number.clone()).collect();
    (!said.is_empty()).then(|| {
        view! {
            <div class="stack apart">
                <p>{said}</p>
                <ul class="plain-list">
                    {numbers
                        .into_iter()
                        .map(|number| {
                            view! {
                                <li>
                                    <a class="ref" href=format!("/objections/{number}")>
                                        {format!("Open {number}")}
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
    })
}
