//! What the page of a case has for whoever's objection an officer recorded.

use super::super::letters::asked;
use super::super::model::Case;
use super::super::record::{how_it_came, whose};
use super::super::stranger::confirm_first;
use super::super::unproved::{NEVER_SHOWN, NOT_SHOWN_YET};
use super::super::wording;
use super::CODE;
use crate::account::model::readable;
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

/// Who objects, in a list of facts.
#[component]
pub fn From<'a>(case: &'a Case) -> impl IntoView + use<> {
    view! {
        <dt>"From"</dt>
        <dd>
            // Each on its line: a long one breaks anywhere, also before a comma.
            <bdi>{case.name.clone()}</bdi>
            <br />
            <bdi>{readable(&case.email)}</bdi>
            <br />
            {case.region.name()}
        </dd>
    }
}

/// What they ask for and why, in a list of facts.
#[component]
pub fn AsksFor<'a>(case: &'a Case) -> impl IntoView + use<> {
    view! {
        <dt>"You ask for"</dt>
        <dd>{asked(case.mode)}</dd>
        <dt>"Your reason"</dt>
        <dd>
            <Reason case=case />
        </dd>
    }
}

/// The reason, as the person reads it, with whose words it is.
#[component]
fn Reason<'a>(case: &'a Case) -> impl IntoView + use<> {
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
    let open = !case.state.is_final();
    case.is_unconfirmed().then(|| {
        if !open {
            return view! {
                <section class="stack">
                    <p>{NEVER_SHOWN}</p>
                </section>
            }
            .into_any();
        }
        view! {
            <section class="stack" aria-labelledby="confirm">
                <h2 id="confirm">"Confirm your e-mail address"</h2>
                <p>{said}</p>
                <p>{NOT_SHOWN_YET}</p>
                <p>
                    <a class="button primary" href=code>
                        "Enter the code"
                    </a>
                </p>
            </section>
        }
        .into_any()
    })
}
