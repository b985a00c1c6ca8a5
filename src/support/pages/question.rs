//! A question to whoever objected: the form, and what became of the newest one.

use super::officers::People;
use super::template_picker::{Fitting, TemplatePicker};
use crate::account::session::Draft;
use crate::objection::case::{By, MoveName};
use crate::objection::form::QUESTION_MAX;
use crate::objection::legal_moves::moves;
use crate::objection::model::Case;
use crate::objection::question::{CONFIRM_BEFORE_ASKING, before_asking, for_officers};
use crate::time::UtcMillis;
use crate::ui::{FormCard, TextArea};
use leptos::prelude::*;

/// What became of the newest question, in a list of facts.
#[component]
pub fn QuestionSent<'a>(case: &'a Case) -> impl IntoView + use<> {
    case.question().map(|question| {
        view! {
            <dt>"Question"</dt>
            <dd>{for_officers(&question)}</dd>
        }
    })
}

/// The form, or why there is none yet.
#[component]
pub fn AskPerson<'a>(
    case: &'a Case,
    draft: &'a Draft,
    people: &'a People,
    fitting: &'a Fitting,
    now: UtcMillis,
) -> impl IntoView + use<> {
    if case.is_open() && case.is_unconfirmed() {
        return view! {
            <section class="card" aria-labelledby="ask">
                <section class="stack">
                    <h2 id="ask">"Ask the person"</h2>
                    <p class="soft">{CONFIRM_BEFORE_ASKING}</p>
                </section>
            </section>
        }
        .into_any();
    }
    if !moves(&case.facts(), By::Officer, now).contains(&MoveName::Ask) {
        return ().into_any();
    }
    let list = people.list().map(str::to_owned);
    view! {
        <FormCard
            id="ask"
            title="Ask the person"
            lead=before_asking(case, now)
            action="/api/ask-person"
            fields=view! {
                <input type="hidden" name="case" value=case.number.clone() />
                <input type="hidden" name="revision" value=case.revision />
                {list.map(|list| view! { <input type="hidden" name="list" value=list /> })}
                <TextArea draft=draft name="question" label="The question they will read" max=QUESTION_MAX required=true />
                <TemplatePicker fitting=fitting field="question" />
            }
            novalidate=true
            button="Send this question"
        />
    }
    .into_any()
}
