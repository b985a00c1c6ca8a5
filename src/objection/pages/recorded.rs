//! What the page of a case has for whoever's objection an officer recorded.

use super::super::model::Case;
use super::super::record::{how_it_came, whose};
use super::super::stranger::confirm_first;
use super::super::wording;
use super::CODE;
use crate::ui::When;
use leptos::prelude::*;

/// How it reached us, in a list of facts.
#[component]
pub fn HowItCame<'a>(case: &'a Case) -> impl IntoView + use<> {
    case.record().map(|record| {
        view! {
            <dt>"How it reached us"</dt>
            <dd>
                <bdi>{how_it_came(record)}</bdi>
            </dd>
        }
    })
}

/// When it came in: the instant, or the day alone where only that was named.
#[component]
pub fn Received<'a>(case: &'a Case) -> impl IntoView + use<> {
    match case.record() {
        Some(record) => record.received.day().into_any(),
        None => view! { <When at=wording::when(case.received) /> }.into_any(),
    }
}

/// The reason, as the person reads it, with whose words it is.
#[component]
pub fn Reason<'a>(case: &'a Case) -> impl IntoView + use<> {
    let whose = whose(case.record());
    match case.reason.clone() {
        Some(reason) => view! {
            {whose.map(|whose| view! { <p class="soft">{whose}</p> })}
            <blockquote class="exact typed" dir="auto">{reason}</blockquote>
        }
        .into_any(),
        None => "None given. You don't need one.".into_any(),
    }
}

/// The way to the code, for somebody who has not confirmed their address.
#[component]
pub fn ConfirmFirst<'a>(case: &'a Case) -> impl IntoView + use<> {
    let code = format!("{CODE}?case={}", case.number);
    let said = confirm_first(case);
    (case.is_unconfirmed() && !case.state.is_final()).then(|| {
        view! {
            <section class="stack" aria-labelledby="confirm">
                <h2 id="confirm">"Confirm your e-mail address"</h2>
                <p>{said}</p>
                <p>
                    <a class="button primary" href=code>
                        "Enter the code"
                    </a>
                </p>
            </section>
        }
    })
}
