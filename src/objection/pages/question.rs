//! A question that an officer asked: what became of it, and the form to reply.

use super::super::case::{By, MoveName};
use super::super::form::REPLY_MAX;
use super::super::legal_moves::moves;
use super::super::model::Case;
use super::super::question::{Stands, conditions, for_person};
use crate::account::session::Draft;
use crate::time::UtcMillis;
use crate::ui::{FormCard, TextArea};
use leptos::prelude::*;

/// What became of the newest question, in a list of facts; with the way to the form while it waits.
#[component]
pub fn OurQuestion<'a>(case: &'a Case) -> impl IntoView + use<> {
    case.question().map(|question| {
        let way =
            (question.stands == Stands::Open).then(|| view! { " " <a href="#reply-card">"Read it and reply"</a> });
        view! {
            <dt>"Our question"</dt>
            <dd>{for_person(&question)} {way}</dd>
        }
    })
}

/// The question that waits, with a form for the reply.
#[component]
pub fn Reply<'a>(case: &'a Case, draft: &'a Draft, now: UtcMillis) -> impl IntoView + use<> {
    let question = case.question().filter(|_| moves(&case.facts(), By::Applicant, now).contains(&MoveName::Reply))?;
    let asked = question.asked.text.clone();
    Some(view! {
        <FormCard
            id="reply-card"
            title="Reply to our question"
            lead=conditions(case, now)
            action="/api/reply-to-question"
            fields=view! {
                {asked.map(|asked| view! { <blockquote class="exact typed" dir="auto">{asked}</blockquote> })}
                <input type="hidden" name="case" value=case.number.clone() />
                <input type="hidden" name="question" value=question.number />
                <TextArea draft=draft name="reply" label="Your reply" max=REPLY_MAX required=true />
            }
            novalidate=true
            button="Send this reply"
            primary=true
        />
    })
}
