//! The two ways to a case for a person without an account: the code, and the mail sent once more.

use super::super::applicant_actions::ApplicantAction;
use super::super::case::{CaseState, parse_number};
use super::super::store;
use crate::account::model::EMAIL_MAX;
use crate::account::session::{self, Draft};
use crate::error::AppError;
use crate::text::bare;
use crate::ui::{self, Field, Plain, Problems, slow_down};
use crate::web::{App, made_for};
use leptos::prelude::*;

pub const CODE: &str = "/objection/code";
pub const AGAIN: &str = "/objection/again";
/// How the page is told that somebody came by a link that opens nothing.
pub const OVER: (&str, &str) = ("link", "over");
/// As long as a number or a code may be typed, with blanks.
const TYPED_MAX: usize = 40;

/// The number in the address, if it looks like one: it is shown again, so nothing else may stand
/// there.
fn asked_for() -> Option<String> {
    leptos_router::hooks::use_query_map().get_untracked().get("case").and_then(|case| parse_number(bare(&case)))
}

/// The case that was just filed, where the address has its mark: nobody else is told that there is
/// such a case.
async fn just_filed(number: Option<&str>, mark: Option<&str>) -> Result<Option<CaseState>, AppError> {
    let (Some(number), Some(mark)) = (number, mark) else { return Ok(None) };
    let app = App::here();
    let case = store::by_number(app.db.reader().await?.conn(), number).await?;
    Ok(case.filter(|case| case.filed_mark() == mark).map(|case| case.state))
}

#[component]
pub fn CodePage() -> impl IntoView {
    let asked = asked_for();
    let mark = leptos_router::hooks::use_query_map().get_untracked().get("filed");
    let all = {
        let (asked, mark) = (asked.clone(), mark.clone());
        async move {
            // The code is not to open the case to somebody who signs in here meanwhile.
            if session::viewer().await?.is_none() {
                made_for::note_nobody();
            }
            Ok((Draft::take(CODE).await?, just_filed(asked.as_deref(), mark.as_deref()).await?))
        }
    };
    ui::load(CODE, all, move |(draft, filed)| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        // For the form that comes back, too: whoever filed has tries of their own.
        let mark = Some(draft.value("filed")).filter(|typed| !typed.is_empty()).or(mark.clone()).unwrap_or_default();
        let waits = filed == Some(CaseState::AwaitingVerification);
        let filed = asked.clone().filter(|_| waits && draft.is_empty());
        view! {
            <Plain title="Enter your code">
                {filed
                    .map(|number| {
                        view! {
                            <p class="said">
                                <span>
                                    "We have your objection " <strong class="ref">{number}</strong>
                                    ". Our deadline to answer has already started."
                                </span>
                            </p>
                        }
                    })}
                <Problems draft=&draft />
                <p>
                    "We send a code to the e-mail address you gave, to make sure nobody objects in your name. Once you enter it, we can start on your objection. We send at most ten codes a day to one address."
                </p>
                <form method="post" action="/api/verify-objection" class="stack" novalidate>
                    <input type="hidden" name="filed" value=mark.clone() />
                    <Field draft=&draft name="case" label="Case number" autocomplete="off" value=asked.unwrap_or_default() max=TYPED_MAX />
                    <Field
                        draft=&draft
                        name="code"
                        label="Code"
                        autocomplete="one-time-code"
                        hint="Eight letters and digits, such as 7KQ2-9FMX."
                        max=TYPED_MAX
                    />
                    <button class="button primary" type="submit">
                        "Confirm"
                    </button>
                </form>
                <p class="soft">
                    "Didn't get the code, or has it expired? " <a href=AGAIN>"Send a new one"</a>
                </p>
            </Plain>
        }
    })
}

#[component]
pub fn AgainPage() -> impl IntoView {
    let asked = asked_for();
    let over = leptos_router::hooks::use_query_map().get_untracked().get(OVER.0).as_deref() == Some(OVER.1);
    ui::load(AGAIN, Draft::take(AGAIN), move |draft| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        let sent = draft.done_as(ApplicantAction::parse).map(ApplicantAction::says);
        view! {
            <Plain title="Resend our e-mail">
                <div role="status">
                    {sent
                        .map(|said| {
                            view! {
                                <p class="said">
                                    <span>{said}</span>
                                </p>
                            }
                        })}
                </div>
                {(over && draft.is_empty())
                    .then(|| {
                        view! {
                            <p class="said wrong">
                                <span>
                                    "This link no longer works, or part of it is missing. Our links expire 90 days after our answer, 180 days without one, or when you close them on the page of your objection. You can request a new one here."
                                </span>
                            </p>
                        }
                    })}
                <Problems draft=&draft />
                <p>"This is for objections filed without signing in. We send the e-mail to the address that was given in the form, so please enter that one."</p>
                <form method="post" action="/api/send-objection-again" class="stack" novalidate>
                    <Field draft=&draft name="case" label="Case number" autocomplete="off" value=asked.unwrap_or_default() max=TYPED_MAX />
                    <Field draft=&draft name="email" label="E-mail address" kind="email" autocomplete="email" max=EMAIL_MAX />
                    <button class="button primary" type="submit">
                        "Send it again"
                    </button>
                </form>
                <p class="soft">
                    "Have the code? " <a href=CODE>"Enter it"</a>
                </p>
            </Plain>
        }
    })
}
