//! What was typed goes along from sign-in to sign-up, and back to the form that was left for it.

use crate::account::model::readable;
use crate::account::session::Draft;
use crate::web::{carried::Carried, link};
use leptos::prelude::*;

/// Where signing in leads: what the address asks for, or what the form had; nothing that could lead
/// elsewhere.
pub fn next(draft: &Draft, asked: String) -> String {
    let next = if asked.is_empty() { draft.value("next") } else { asked };
    link::own_path(&next).unwrap_or_default().to_owned()
}

/// The fields that nobody fills in.
#[component]
pub fn Hidden<'a>(draft: &'a Draft, next: String) -> impl IntoView + use<> {
    let kept = draft.value("kept");
    view! {
        <input type="hidden" name="next" value=next />
        {(!kept.is_empty()).then(|| view! { <input type="hidden" name="kept" value=kept /> })}
    }
}

/// Whether a form goes along that was sent from a page of somebody who has signed out since.
pub fn is_for_one(draft: &Draft) -> bool {
    Carried::read(&draft.value("kept")).is_some_and(|carried| carried.whose().is_none())
}

/// The form that was left to sign in, and the address that stands in it.
fn left(draft: &Draft) -> Option<(Carried, String)> {
    let carried = Carried::read(&draft.value("kept"))?;
    let whose = carried.whose()?.to_owned();
    Some((carried, whose))
}

/// Says for whom what was typed is kept.
#[component]
pub fn Note<'a>(draft: &'a Draft) -> impl IntoView + use<> {
    left(draft).map(|(_, whose)| {
        view! {
            <p class="said" data-carried>
                <span>
                    "What you typed goes with you if you use the address from the form, "
                    <bdi>{readable(&whose)}</bdi> "."
                </span>
            </p>
        }
    })
}

/// The way to the other page. It is a link, unless something was typed already that goes along.
#[component]
pub fn Instead<'a>(
    draft: &'a Draft,
    next: String,
    question: &'static str,
    to: &'static str,
    action: &'static str,
    says: &'static str,
) -> impl IntoView + use<> {
    let (email, kept) = (draft.value("email"), draft.value("kept"));
    if is_for_one(draft) || (email.is_empty() && kept.is_empty()) {
        let to = if next.is_empty() { to.to_owned() } else { link::with_next(to, &next) };
        return view! { <p class="soft">{question} <a href=to>{says}</a></p> }.into_any();
    }
    view! {
        <form method="post" action=action class="soft" data-carried>
            {question}
            <input type="hidden" name="email" value=email />
            <Hidden draft=draft next />
            <button class="as-link" type="submit">
                {says}
            </button>
        </form>
    }
    .into_any()
}

/// The way to the form that takes no account; back to what was typed there, where somebody came
/// from it.
#[component]
pub fn WithoutAccount<'a>(draft: &'a Draft) -> impl IntoView + use<> {
    let says = "You can object without an account. ";
    let Some((carried, _)) = left(draft) else {
        return view! { <p class="soft">{says} <a href="/objection">"Open the form"</a></p> }.into_any();
    };
    view! {
        <form method="post" action="/api/show-objection" class="soft">
            {says}
            <input type="hidden" name="kept" value=carried.written() />
            <button class="as-link" type="submit">
                "Go back to the form"
            </button>
        </form>
    }
    .into_any()
}
