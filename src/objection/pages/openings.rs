//! Which officers opened a case, without their names, for the person whose it is.

use super::super::wording;
use crate::time::UtcMillis;
use crate::ui::When;
use leptos::prelude::*;

/// As many are shown each; of earlier ones only how many.
const SHOWN: usize = 10;

/// When officers opened the case, newest first.
#[component]
pub fn Openings(openings: Vec<UtcMillis>) -> impl IntoView {
    let earlier = openings.len().saturating_sub(SHOWN);
    let none = openings.is_empty();
    view! {
        <section class="stack" aria-labelledby="openings">
            <h2 id="openings">"Who looked"</h2>
            {if none {
                view! { <p>"No officer has opened this case yet."</p> }.into_any()
            } else {
                view! {
                    <ul class="plain-list">
                        {openings
                            .into_iter()
                            .take(SHOWN)
                            .map(|at| {
                                view! {
                                    <li>
                                        "An officer opened this case on " <When at=wording::when(at) /> "."
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
