//! What officers noted on a case for each other, and the form for another note. In every state of
//! the case.

use super::officers::People;
use crate::account::session::Draft;
use crate::objection::model::Case;
use crate::objection::note::NOTE_MAX;
use crate::objection::wording;
use crate::ui::{TextArea, When};
use leptos::prelude::*;

#[component]
pub fn Notes<'a>(case: &'a Case, draft: &'a Draft, people: &'a People) -> impl IntoView + use<> {
    let notes = people.notes().to_vec();
    let open = !case.is_erased();
    let (number, list) = (case.number.clone(), people.list().map(str::to_owned));
    // A new name for a new form; the one it had for a form that was sent back.
    let form = Some(draft.value("form")).filter(|f| !f.is_empty()).unwrap_or_else(|| crate::id::opaque().to_string());
    view! {
        <section class="card" aria-labelledby="notes">
            <section class="stack">
                <h2 id="notes">"Notes"</h2>
                <p class="soft">
                    "Only officers see these notes. The person can ask for a copy of them, so write only what they may read."
                </p>
                {if notes.is_empty() {
                    view! { <p>"There are no notes on this case."</p> }.into_any()
                } else {
                    view! {
                        <ol class="steps">
                            {notes
                                .into_iter()
                                .map(|note| {
                                    view! {
                                        <li>
                                            <p class="soft">
                                                <bdi>{note.by}</bdi> ", " <When at=wording::when(note.at) />
                                            </p>
                                            {match note.text {
                                                Some(text) => {
                                                    view! {
                                                        <blockquote class="exact typed" dir="auto">
                                                            {text}
                                                        </blockquote>
                                                    }
                                                        .into_any()
                                                }
                                                None => view! { <p>"This note was erased."</p> }.into_any(),
                                            }}
                                        </li>
                                    }
                                })
                                .collect_view()}
                        </ol>
                    }
                        .into_any()
                }}
            </section>
            {open
                .then(|| {
                    view! {
                        <form method="post" action="/api/add-case-note" novalidate>
                            <section class="stack">
                                <input type="hidden" name="case" value=number />
                                <input type="hidden" name="form" value=form />
                                {list.map(|list| view! { <input type="hidden" name="list" value=list /> })}
                                <TextArea draft=draft name="note" label="New note" rows=3 max=NOTE_MAX required=true />
                                <button class="button" type="submit">
                                    "Add note"
                                </button>
                            </section>
                        </form>
                    }
                })}
        </section>
    }
}
