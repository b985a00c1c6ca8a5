//! The forms with which an officer records an objection or a complaint that came another way than
//! by the form.

use super::super::officer_actions;
use super::super::recording::{self, RECORD};
use crate::account::model::{EMAIL_MAX, Member, NAME_MAX};
use crate::account::session::Draft;
use crate::error::AppError;
use crate::objection::case::{By, MoveName};
use crate::objection::form::{COMPLAINT_MAX, REASON_MAX};
use crate::objection::legal_moves::moves;
use crate::objection::letters::asked_for_officers;
use crate::objection::model::Case;
use crate::objection::pages::{LanguageField, modes, purposes};
use crate::objection::record::{CAME, WORDS};
use crate::objection::record_form::OVERDUE;
use crate::objection::recorded_again::{WRONG_PERSON, again_of};
use crate::time::UtcMillis;
use crate::ui::{self, Choices, CountryField, Field, FormCard, Frame, Problems, Script, TextArea, Tick};
use leptos::prelude::*;

#[component]
pub fn RecordPage() -> impl IntoView {
    let again = leptos_router::hooks::use_query_map().get_untracked().get("again").unwrap_or_default();
    let all = async move {
        let officer = officer_actions::officer().await?;
        let draft = Draft::take_for(RECORD, Some(&officer)).await?;
        if again.is_empty() || draft.has("form") {
            return Ok((officer, draft));
        }
        let case = officer_actions::open(&again, &officer).await?;
        if !case.can_be_recorded_again() {
            return Err(AppError::NotFound);
        }
        Ok((officer, recording::again(&case)))
    };
    ui::load(RECORD, all, |(officer, draft): (Member, Draft)| {
        view! {
            <Frame
                title="Record an objection"
                here="/support/objections"
                member=officer
                lead="For an objection that came by letter or e-mail, by phone, from an agent or in person. It enters the queue now. We e-mail the person what it is about, and send a copy once they have entered our code."
            >
                {(!draft.value("again").is_empty())
                    .then(|| view! { <p class="said">{again_of(&draft.value("again"))}</p> })}
                <article class="card" aria-label="Objection">
                    <RecordForm draft=&draft />
                </article>
            </Frame>
        }
    })
}

#[component]
fn RecordForm<'a>(draft: &'a Draft) -> impl IntoView + use<> {
    // A new name for a new form; the one it had for a form that was sent back.
    let form = Some(draft.value("form")).filter(|f| !f.is_empty()).unwrap_or_else(|| crate::id::opaque().to_string());
    let in_california = !draft.value("california").is_empty();
    let again = draft.value("again");
    view! {
        <form method="post" action="/api/record-objection" class="parts" novalidate>
            <input type="hidden" name="form" value=form />
            {(!again.is_empty()).then(|| view! { <input type="hidden" name="again" value=again /> })}
            <section class="stack">
                <Problems draft=draft />
                <h2>"How it reached us"</h2>
                <HowItCame draft=draft about="The deadline runs from this day (UTC)." />
            </section>
            <section class="stack">
                <h2>"Who objects"</h2>
                <p class="soft">
                    "We e-mail them a code. The objection reaches their account only once they have entered it."
                </p>
                <Field draft=draft name="name" label="Name" autocomplete="off" max=NAME_MAX />
                <Field draft=draft name="email" label="E-mail address" kind="email" autocomplete="off" max=EMAIL_MAX />
                <CountryField draft=draft hint="This determines our deadline and the authority." />
                <Tick
                    name="california"
                    label="They live in California"
                    hint="United States only. The answer is then due within 15 business days."
                    ticked=in_california
                    error=draft.error("california")
                />
                <Script name="fields" />
                <Script name="leave" />
            </section>
            <section>
                <Choices
                    name="purposes[]"
                    id="purposes"
                    legend="What they object to"
                    many=true
                    choices=purposes(draft)
                    error=draft.error("purposes")
                />
            </section>
            <section>
                <Choices
                    name="mode"
                    id="mode"
                    legend="What they ask for"
                    many=false
                    choices=modes(draft, asked_for_officers)
                    error=draft.error("mode")
                />
            </section>
            <section class="stack">
                <TextArea
                    draft=draft
                    name="reason"
                    label="Their reason (optional)"
                    hint="Nobody has to give one. The person reads this, and whose words it is, once they have entered our code."
                    max=REASON_MAX
                />
                <LanguageField draft=draft />
                <button class="button primary" type="submit">
                    "Record this objection"
                </button>
            </section>
        </form>
    }
}

/// On the page of a recorded case that somebody has confirmed: it is recorded again, if they are
/// not the person who wrote.
#[component]
pub fn RecordAgain<'a>(case: &'a Case) -> impl IntoView + use<> {
    let form = format!("{RECORD}?again={}", case.number);
    case.can_be_recorded_again().then(|| {
        view! {
            <section class="card stack" aria-labelledby="record-again">
                <h2 id="record-again">"Was the address somebody else's?"</h2>
                <p class="soft">{WRONG_PERSON}</p>
                <p>
                    <a class="button" href=form>
                        "Record it again"
                    </a>
                </p>
            </section>
        }
    })
}

/// How it came, when, and whose words were recorded. `about` says what the day means.
#[component]
fn HowItCame<'a>(draft: &'a Draft, about: &'static str) -> impl IntoView + use<> {
    let (came, words) = (draft.value("came"), draft.value("words"));
    // Asked only once it was found to be so.
    let overdue = !draft.value("overdue").is_empty();
    let asks = overdue || draft.error("overdue").is_some();
    let ways = CAME.into_iter().map(|(way, title)| (way.as_str(), title, String::new(), None, way.as_str() == came));
    let whose = WORDS
        .into_iter()
        .map(|(whose, title, line)| (whose.as_str(), title, line.to_owned(), None, whose.as_str() == words));
    view! {
        <Choices name="came" id="came" legend="How it came" many=false choices=ways.collect() error=draft.error("came") />
        <Field draft=draft name="received" label="Received on" kind="date" autocomplete="off" hint=about max=10 />
        {asks
            .then(|| {
                view! {
                    <Tick
                        name="overdue"
                        label=OVERDUE
                        hint="Tick this only if the day above is right."
                        ticked=overdue
                        error=draft.error("overdue")
                    />
                }
            })}
        <Choices
            name="words"
            id="words"
            legend="Whose words you record"
            many=false
            choices=whose.collect()
            error=draft.error("words")
        />
        <Field
            draft=draft
            name="agent"
            label="Name of the agent, if there is one"
            autocomplete="off"
            hint="Somebody who acts for the person. Please check first that they may."
            max=NAME_MAX
            optional=true
        />
    }
}

/// On the page of an answered case: a complaint that came another way than by the form.
#[component]
pub fn RecordComplaint<'a>(case: &'a Case, draft: &'a Draft, now: UtcMillis) -> impl IntoView + use<> {
    let can = moves(&case.facts(), By::Officer, now).contains(&MoveName::RecordComplaint);
    let (number, revision) = (case.number.clone(), case.revision);
    let told = if case.is_unconfirmed() {
        "The person is told that we have it. They read it once they have entered our code."
    } else {
        "The person will be sent a copy."
    };
    can.then(|| {
        view! {
            <FormCard
                id="record-complaint"
                title="Record a complaint"
                lead=format!("For a complaint that came by letter or e-mail, by phone, from an agent or in person. {told}")
                action="/api/record-complaint"
                fields=view! {
                    <input type="hidden" name="case" value=number />
                    <input type="hidden" name="revision" value=revision />
                    <HowItCame draft=draft about="The answer is due within 30 days of this day (UTC)." />
                    <TextArea draft=draft name="complaint" label="The complaint" max=COMPLAINT_MAX required=true />
                }
                novalidate=true
                button="Record this complaint"
            />
        }
    })
}

/// On the page of a recorded case that nobody has confirmed: another address.
#[component]
pub fn CorrectAddress<'a>(case: &'a Case, draft: &'a Draft) -> impl IntoView + use<> {
    let (number, revision, email) = (case.number.clone(), case.revision, case.email.clone());
    let sends = if case.is_open() { "" } else { "our answer and " };
    let lead = format!(
        "If it was misheard or mistyped. We send {sends}a new code to the new address, and a copy once somebody has entered it. The link and the code that we sent before then no longer work."
    );
    case.address_can_be_corrected().then(|| {
        view! {
            <FormCard
                id="correct-address"
                title="Correct the address"
                lead=lead
                action="/api/correct-recorded-address"
                fields=view! {
                    <input type="hidden" name="case" value=number />
                    <input type="hidden" name="revision" value=revision />
                    <p>
                        "The address now: " <bdi>{email}</bdi>
                    </p>
                    <Field draft=draft name="email" label="E-mail address" kind="email" autocomplete="off" max=EMAIL_MAX />
                }
                novalidate=true
                button="Correct it"
            />
        }
    })
}
