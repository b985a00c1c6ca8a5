//! The Data Processing Objection Form.

use super::super::already_off::AlreadyOff;
use super::super::applicant_actions::ApplicantAction;
use super::super::form::{REASON_MAX, special};
use super::super::letters::{asked, list};
use super::super::model::Case;
use super::super::promised::answer_due;
use super::super::{deadline, privacy, regime, service, store};
use super::AGAIN;
use crate::account::model::{EMAIL_MAX, Member, NAME_MAX, readable};
use crate::account::session::{self, Draft};
use crate::consent::notice::LANGUAGES;
use crate::consent::wording::Voice;
use crate::ledger::{Mode, Purpose};
use crate::time::UtcMillis;
use crate::ui::{
    self, Choice, Choices, CountryField, Field, Frame, LinkOrText, Plain, Problems, Script, TextArea, Tick,
    Unavailable, slow_down,
};
use crate::web::App;
use leptos::prelude::*;

pub const FORM: &str = "/objection";
/// The same page, for whoever has closed a case in this browser.
pub const LEFT: &str = "/objection#main";
const TITLE: &str = "Data Processing Objection Form";

#[component]
pub fn FormPage() -> impl IntoView {
    let all = async {
        let viewer = session::member_if_any().await?;
        let draft = Draft::take_for(FORM, viewer.as_ref()).await?;
        let left = Draft::take(LEFT).await?.done_as(ApplicantAction::parse);
        let app = App::here();
        let cases = match &viewer {
            Some(member) => store::of_member(app.db.reader().await?.conn(), &member.id).await?,
            None => Vec::new(),
        };
        let now = app.clock.now();
        let off = match &viewer {
            Some(member) => service::already_off(app.db.reader().await?.conn(), &member.subject, None, now).await?,
            None => Vec::new(),
        };
        let off = cannot_be_chosen(off, &cases);
        Ok((viewer, draft, left, (cases, off), now))
    };
    ui::load(FORM, all, |(viewer, draft, left, (cases, off), now)| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        let lead = "Object to how we use your data for machine learning. You don't need to give a reason or show identity documents, and you will get an answer.";
        if left == Some(ApplicantAction::Disowned) {
            return view! { <Thanks /> }.into_any();
        }
        match viewer {
            Some(member) => view! {
                <Frame title=TITLE here="/objections" member=member.clone() lead=lead>
                    {left.map(said)}
                    <article class="card" aria-label="Objection">
                        {open_cases(&cases, now)}
                        <Body draft member=Some(member) off now />
                    </article>
                </Frame>
            }
            .into_any(),
            None => view! {
                <Plain title=TITLE lead=lead wide=true>
                    {left.map(|left| view! { <section>{said(left)}</section> })}
                    <Body draft member=None off=Vec::new() now />
                </Plain>
            }
            .into_any(),
        }
    })
}

/// What was done, on top of the page that follows.
fn said(done: ApplicantAction) -> impl IntoView {
    view! {
        <div role="status">
            <p class="said first">{done.says()}</p>
        </div>
    }
}

/// For somebody who said that an objection is not theirs. They have nothing more to do here.
#[component]
fn Thanks() -> impl IntoView {
    view! {
        <Plain title="Thank you">
            <div role="status">
                <p>{ApplicantAction::Disowned.says()}</p>
            </div>
            <p class="soft">"You can close this page."</p>
        </Plain>
    }
}

fn open_cases(cases: &[Case], now: UtcMillis) -> impl IntoView + use<> {
    let open: Vec<Case> = cases.iter().filter(|case| case.waits()).cloned().collect();
    (!open.is_empty()).then(|| {
        view! {
            <section class="stack">
                <h2>"You have open objections"</h2>
                <ul class="plain-list">
                    {open
                        .into_iter()
                        .map(|case| {
                            let purposes: Vec<Purpose> = case.purposes.iter().map(|p| p.purpose).collect();
                            view! {
                                <li>
                                    <a class="ref" href=format!("/objections/{}", case.number)>{case.number.clone()}</a>
                                    {match case.complaint_due.filter(|_| case.has_complaint()) {
                                        Some(due) => {
                                            format!(" about {}. We have your complaint. {}", list(&purposes), answer_due(due, now, Voice::Member))
                                        }
                                        None => format!(" about {}. {}", list(&purposes), answer_due(case.due, now, Voice::Member)),
                                    }}
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
                <p class="soft">"To add to one of these, open it. What you file here will be a new objection."</p>
            </section>
        }
    })
}

/// The form itself.
#[component]
fn Body(draft: Draft, member: Option<Member>, off: Vec<Unavailable>, now: UtcMillis) -> impl IntoView {
    // A new name for a new form; the one it had for a form that was sent back.
    let form = Some(draft.value("form")).filter(|f| !f.is_empty()).unwrap_or_else(|| crate::id::opaque().to_string());
    let subject = member.as_ref().map(|m| m.subject.clone()).unwrap_or_default();
    let in_california = !draft.value("california").is_empty();
    let ask_california = member.as_ref().is_none_or(|m| m.country.alpha2() == "US");
    let came_back = draft.errors.is_empty() && draft.has("form");
    let due = member.as_ref().map(|m| deadline::due(now, regime::for_region(m.country.into()).answer).day());
    let purposes = purposes(&draft);
    let home = member.as_ref().map(|m| m.country.into());
    let modes = modes(&draft, asked);
    view! {
            <form method="post" action="/api/submit-objection" class="parts" novalidate>
                // Enter in a field presses the first button: this one, and not the one that leads
                // to sign-in.
                <button type="submit" hidden>
                    "File this objection"
                </button>
                <input type="hidden" name="form" value=form />
                <input type="hidden" name="member" value=subject />
                <section class="stack">
                    <Problems draft=&draft />
                    {came_back
                        .then(|| {
                            view! {
                                <p class="said first" data-carried>"What you typed is still here. Please check it, then file it."</p>
                            }
                        })}
                    <h2>"Who you are"</h2>
                    {match member {
                        Some(member) => {
                            view! {
                                <dl class="facts">
                                    <dt>"Name"</dt>
                                    <dd>
    <bdi>{member.name}</bdi></dd>
                                    <dt>"E-mail address"</dt>
                                    <dd><bdi>{readable(&member.email)}</bdi></dd>
                                    <dt>"Country"</dt>
                                    <dd>{member.country.name()}</dd>
                                </dl>
                            }
                                .into_any()
                        }
                        None => {
                            view! {
                                <p class="soft">
                                    "Have an account? "
                                    <button class="as-link" type="submit" formaction="/api/sign-in-to-object">
                                        "Sign in"
                                    </button>
                                    " and skip these questions. What you typed goes with you. If not, we will e-mail you a code, to make sure nobody objects in your name."
                                </p>
                                <p class="soft">
                                    "Filed one before? " <a href=AGAIN>"Get links to your objections"</a>
                                </p>
                                <Field draft=&draft name="name" label="Name" autocomplete="name" max=NAME_MAX />
                                <Field draft=&draft name="email" label="E-mail address" kind="email" autocomplete="email" max=EMAIL_MAX />
                                <CountryField draft=&draft hint="This determines our deadline and which authority you can complain to." />
                            }
                                .into_any()
                        }
                    }}
                    {ask_california
                        .then(|| {
                            view! {
                                <Tick
                                    name="california"
                                    label="I live in California"
                                    hint="United States only. If you live there, we must answer within 15 business days."
                                    ticked=in_california
                                    error=draft.error("california")
                                />
                                <Script name="fields" />
                            }
                        })}
                </section>
                <section>
                    <Choices name="purposes[]" id="purposes" legend="What you object to" many=true choices=purposes unavailable=off error=draft.error("purposes") />
                </section>
                <section>
                    <Choices name="mode" id="mode" legend="What you ask for" many=false choices=modes error=draft.error("mode") />
                </section>
                <section class="stack">
                    <TextArea
                        draft=&draft
                        name="reason"
                        label="Your reason (optional)"
                        hint="You don't need one. If there is something particular about your situation, telling us helps us decide."
                        max=REASON_MAX
                    />
                    <LanguageField draft=&draft />
                    <Script name="leave" />
                </section>
                <WhatHappens home />
                <section class="stack">
                    <p>
                        {match due {
                            Some(due) => format!("You will get a case number right away, a copy by e-mail, and an answer from a person by {due} (sooner if the law requires it)."),
                            None => "You will get a case number right away, a copy by e-mail, and an answer from a person within a month (sooner if the law requires it).".to_owned(),
                        }}
                    </p>
                    <button class="button primary" type="submit">
                        "File this objection"
                    </button>
                </section>
            </form>
        }
}

/// The uses that are off permanently, each with why nobody has to object to it; a case of the
/// member's own is a link.
fn cannot_be_chosen(off: Vec<AlreadyOff>, own: &[Case]) -> Vec<Unavailable> {
    let of = |off: AlreadyOff| {
        let to = own.iter().any(|case| case.number == off.case).then(|| format!("/objections/{}", off.case));
        let why = view! { "Already off permanently, because of " <LinkOrText class="ref" to says=off.case /> "." };
        (off.purpose.as_str(), why.into_any())
    };
    off.into_iter().map(of).collect()
}

/// The uses to choose from, as they are chosen in a form that came back.
pub fn purposes(draft: &Draft) -> Vec<Choice> {
    let chosen = draft.value("purposes");
    let is_chosen = |p: Purpose| chosen.split(' ').any(|c| c == p.as_str());
    let choice = |p: &Purpose| (p.as_str(), p.title(), p.line().to_owned(), special(*p), is_chosen(*p));
    Purpose::ALL.iter().map(choice).collect()
}

/// What can be asked for, each with what it means; an objection is chosen at first.
pub fn modes(draft: &Draft, means: fn(Mode) -> &'static str) -> Vec<Choice> {
    let chosen = Some(draft.value("mode")).filter(|m| !m.is_empty());
    let chosen = chosen.unwrap_or_else(|| Mode::Object.as_str().into());
    [(Mode::Object, "Object"), (Mode::Restrict, "Restrict")]
        .into_iter()
        .map(|(m, title)| (m.as_str(), title, format!("{}.", means(m)), None, m.as_str() == chosen))
        .collect()
}

/// Who receives what is typed, why, and for how long (GDPR, Article 13).
#[component]
fn WhatHappens(home: Option<regime::Region>) -> impl IntoView {
    let platform = App::here().config.platform.clone();
    let policy = platform.privacy_policy_url.clone();
    view! {
        <section class="stack" aria-labelledby="typed">
            <h2 id="typed">"What happens with what you type"</h2>
            <dl class="facts">
                {privacy::told(platform.name.as_deref(), home)
                    .into_iter()
                    .map(|(question, answer)| {
                        view! {
                            <dt>{question}</dt>
                            <dd>{answer}</dd>
                        }
                    })
                    .collect_view()}
            </dl>
            {platform.contact.map(|to| view! { <p><a href=to>"Ask us about your data"</a></p> })}
            {policy.map(|to| view! { <p><a href=to>"Read the privacy policy"</a></p> })}
        </section>
    }
}

#[component]
pub fn LanguageField<'a>(
    draft: &'a Draft,
    #[prop(default = "Language of the answer")] label: &'static str,
) -> impl IntoView + use<> {
    let error = draft.error("language");
    let chosen = draft.value("language");
    view! {
        <div class="field">
            <label for="language">{label}</label>
            {error.clone().map(|error| view! { <p class="error" id="language-error">{error}</p> })}
            <select id="language" name="language" aria-invalid=error.as_ref().map(|_| "true") aria-describedby=error.map(|_| "language-error")>
                {LANGUAGES
                    .iter()
                    .map(|code| {
                        view! {
                            <option value=*code selected=*code == chosen>
                                {language(code)}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

/// The name of a language that the pages speak.
pub fn language(code: &str) -> String {
    match code {
        "en" => "English".into(),
        other => other.to_owned(),
    }
}
