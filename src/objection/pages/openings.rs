//! Who of the staff opened a case or took it along, without their names, for the person whose it
//! is.

use super::super::wording;
use crate::account::staff_action::Access;
use crate::ui::When;
use leptos::prelude::*;

/// As many are shown each; of earlier ones only how many.
const SHOWN: usize = 10;

/// Who opened the case or took it along, newest first.
#[component]
pub fn Openings(accesses: Vec<Access>) -> impl IntoView {
    let earlier = accesses.len().saturating_sub(SHOWN);
    let none = accesses.is_empty();
    view! {
        <section class="stack" aria-labelledby="openings">
            <h2 id="openings">"Who looked"</h2>
            {if none {
                view! { <p>"No officer has opened this case yet."</p> }.into_any()
            } else {
                view! {
                    <ul class="plain-list">
                        {accesses
                            .into_iter()
                            .take(SHOWN)
                            .map(|access| {
                                view! {
                                    <li>
                                        {wording::looked(&access)} " on " <When at=wording::when(access.at) /> "."
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
                    .into_any()
            }}
            {(earlier > 0).then(|| view! { <p class="soft">{wording::earlier_openings(earlier)}</p> })}
        </section>
    }
}
