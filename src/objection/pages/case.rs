//! One case, for the person whose it is.

use super::super::applicant_actions::{ApplicantAction, is_own};
use super::super::case::{By, CaseState, MoveName, parse_number};
use super::super::form::{ADDITION_MAX, COMPLAINT_MAX};
use super::super::given_back::given_back;
use super::super::holds_now::since_withdrawn;
use super::super::legal_moves::moves;
use super::super::letters::{self, NO_PAUSE, list};
use super::super::model::Case;
use super::super::promised::CLOCK_WAS_WRONG;
use super::super::service::Told;
use super::super::{access, service, store, wording};
use super::answers::{Answers, answers};
use super::disown::NotMine;
use super::leave::{Leave, Links};
use super::openings::Openings;
use super::private::{self, Private};
use super::question::{OurQuestion, Reply};
use super::recorded::{AsksFor, ConfirmFirst, From, HowItCame, Received};
use super::still_open::StillOpenOnes;
use super::{AGAIN, FORM, Joined, OVER, Steps};
use crate::account::session::Draft;
use crate::account::staff_action::Access;
use crate::account::store::staff_actions;
use crate::error::AppError;
use crate::ledger::{Outcome, Purpose, Step};
use crate::text::bare;
use crate::time::UtcMillis;
use crate::ui::{self, FormCard, Frame, Plain, Problems, Script, TextArea, go};
use crate::web::{App, cookie};
use leptos::prelude::*;

#[component]
pub fn CasePage() -> impl IntoView {
    let typed = leptos_router::hooks::use_params_map().get_untracked().get("case").unwrap_or_default();
    let key = leptos_router::hooks::use_query_map().get_untracked().get("key");
    let number = parse_number(bare(&typed)).unwrap_or_default();
    let here = format!("/objections/{number}");
    let all = {
        let here = here.clone();
        async move {
            let app = App::here();
            if let Some(key) = key {
                // The secret leaves the address at once, before it can be seen, kept or sent on.
                if store::by_link(app.db.reader().await?.conn(), &number, bare(&key), app.clock.now()).await? {
                    access::remember(&number).await?;
                    go(&cookie::way_to(&here).await);
                    return Ok(None);
                }
                match access::open(&number).await {
                    Ok(_) => go(&here),
                    // The same whether the link is old or there never was one.
                    Err(AppError::NotSignedIn | AppError::NotFound) => {
                        go(&format!("{AGAIN}?case={number}&{}={}", OVER.0, OVER.1));
                    }
                    Err(error) => return Err(error),
                }
                return Ok(None);
            }
            let (viewer, case) = match access::open(&number).await {
                Err(error) => return private::hidden(error, &here, &number).await.map(|why| Some(Err(why))),
                Ok(found) => found,
            };
            let draft = Draft::take_for(&here, viewer.as_ref()).await?;
            // What an account's settings hold is told to whoever is signed in to it, and to nobody
            // else.
            let own = is_own(viewer.as_ref(), &case);
            let mut reader = app.db.reader().await?;
            let then = service::told_when_ended(reader.conn(), &case, own).await?;
            let after = (then, service::told_now(reader.conn(), &case, own).await?);
            let case = if own { service::knowing(reader.conn(), case, app.clock.now()).await? } else { case };
            let case = Case { still_open: store::still_open(reader.conn(), &case).await?, ..case };
            let links = store::has_links(reader.conn(), &case.number).await?;
            let opens = store::is_opened_by_a_link(reader.conn(), &case, app.clock.now()).await?;
            let links = (links, opens);
            let other = store::filed_after(reader.conn(), &case).await?;
            let accesses = staff_actions::accesses_of_case(reader.conn(), &case.number).await?;
            Ok(Some(Ok((viewer, case, draft, app.clock.now(), (after, accesses, other), links))))
        }
    };
    ui::load(here, all, |found| match found {
        None => ().into_any(),
        Some(Err(why)) => view! { <Private why /> }.into_any(),
        Some(Ok((Some(member), case, draft, now, (after @ (Told::All(_), _), accesses, other), links))) => view! {
            <Frame title=format!("Objection {}", case.number) here="/objections" member>
                <Body case=case.clone() draft now after accesses other receipts=true />
                {links.0.then(|| view! { <Links number=case.number /> })}
            </Frame>
        }
        .into_any(),
        Some(Ok((viewer, case, draft, now, (after, accesses, other), links))) => view! {
            <Plain title=format!("Objection {}", case.number) wide=true bare=true>
                <Body case=case.clone() draft now after accesses other receipts=false />
                {links.0.then(|| view! { <Links number=case.number.clone() /> })}
                <Leave case viewer opens=links.1 />
            </Plain>
        }
        .into_any(),
    })
}

#[component]
fn Body(
    case: Case,
    draft: Draft,
    now: UtcMillis,
    // What held when it ended, and what holds today, as far as the reader is told.
    after: (Told, Told),
    // Who of the staff looked.
    accesses: Vec<Access>,
    // The objection that this one was filed after, and when that was received.
    other: Option<(String, UtcMillis)>,
    receipts: bool,
) -> impl IntoView {
    let unproved = case.is_unconfirmed();
    let case = case.for_unproved_page();
    let can = moves(&case.facts(), By::Applicant, now);
    let (after, today) = (after.0.known(), after.1.known());
    let in_vain = case.refuses_in_vain(today);
    let can = |name| can.contains(&name) && !(in_vain && name == MoveName::Complain);
    let done = draft.done_as(ApplicantAction::parse).and_then(|done| done.says_of(&case));
    let purposes: Vec<Purpose> = case.purposes.iter().map(|p| p.purpose).collect();
    // Before the code no text is shown, neither theirs nor ours: they have our answer by e-mail.
    let answers = if unproved { Vec::new() } else { answers(&case, after, today, can(MoveName::Complain)) };
    let other = other.filter(|_| !unproved);
    let withdrawn = case.steps.iter().rev().find(|done| done.step == Step::Withdrawn);
    let given_back = withdrawn.map(|done| {
        let mut said = given_back(&case, after, &done.at.day());
        said.extend(since_withdrawn(&case.let_go(), after, today));
        said.join(" ")
    });
    let complaint_answer = case.complaint_answer();
    let refused = case.purposes.iter().any(|p| p.outcome == Some(Outcome::Refused));
    let again = if refused { NO_PAUSE } else { "A person will look at it again." };
    let number = case.number.clone();
    let several = [MoveName::Reply, MoveName::Complain, MoveName::Add].into_iter().filter(|name| can(*name)).count();
    // What was typed into a form that is gone.
    let unsent = [("text", can(MoveName::Complain) || can(MoveName::Add)), ("reply", can(MoveName::Reply))]
        .into_iter()
        .filter(|(_, shown)| !shown && draft.done.is_none())
        .map(|(field, _)| draft.value(field))
        .find(|typed| !typed.is_empty());
    let object_again = (case.state == CaseState::Withdrawn).then(|| view! { " " <a href=FORM>"Object again"</a> });
    let to_add = if case.is_open() {
        "Anything that the person who decides should know."
    } else {
        "Anything that the person who answers your complaint should know."
    };
    view! {
        <article class="card" aria-labelledby="stands" data-case=number.clone() data-revision=case.revision>
            <section>
                <div role="status">{done.map(|done| view! { <p class="said first">{done}</p> })}</div>
                <Problems draft=&draft />
                <h2 id="stands">"Where it stands"</h2>
                <dl class="facts">
                    <dt>"Now"</dt>
                    <dd class="standing">
                        <span class="dot" data-state=wording::dot(&case) aria-hidden="true"></span>
                        <span>{wording::stands(&case)} ". " {wording::next(&case, now)} {object_again}</span>
                    </dd>
                    {Some(letters::meanwhile(&case))
                        .filter(|said| !said.is_empty() && case.is_open())
                        .map(|said| {
                            view! {
                                <dt>"Meanwhile"</dt>
                                <dd>{said}</dd>
                            }
                        })}
                    {given_back
                        .filter(|said| !said.is_empty())
                        .map(|said| {
                            view! {
                                <dt>"What this means"</dt>
                                <dd>{said}</dd>
                            }
                        })}
                    {(!unproved).then(|| view! { <OurQuestion case=&case /> })}
                </dl>
                <StillOpenOnes case=&case />
            </section>
            <ConfirmFirst case=&case />
            <Answers answers receipts />
            {complaint_answer
                .map(|text| {
                    view! {
                        <section class="stack" aria-labelledby="complaint-answer">
                            <h2 id="complaint-answer">"Our answer to your complaint"</h2>
                            <blockquote class="exact typed" dir="auto">{text}</blockquote>
                        </section>
                    }
                })}
            <section>
                <h2>"Your objection"</h2>
                <dl class="facts">
                    <dt>"Received"</dt>
                    <dd>
                        <Received case=&case />
                        {case.came_at_a_wrong_time().then(|| format!(" {CLOCK_WAS_WRONG}"))}
                    </dd>
                    <HowItCame case=&case />
                    {(!unproved).then(|| view! { <From case=&case /> })}
                    <dt>"About"</dt>
                    <dd>{list(&purposes)}</dd>
                    {(!unproved).then(|| view! { <AsksFor case=&case /> })}
                    {other
                        .map(|(other, received)| {
                            view! {
                                <dt>{wording::other_objection(case.received, received)}</dt>
                                <dd>
                                    <a class="ref" href=format!("/objections/{other}")>
                                        {other.clone()}
                                    </a>
                                </dd>
                            }
                        })}
                </dl>
            </section>
            {(!case.joined.is_empty())
                .then(|| {
                    view! {
                        <section class="stack">
                            <h2>"Your other objections merged with this one"</h2>
                            <Joined case=&case />
                        </section>
                    }
                })}
            <section>
                <h2>"Timeline"</h2>
                <Steps case=&case receipts />
            </section>
            <Openings accesses />
        </article>
        {unsent
            .map(|unsent| {
                view! {
                    <section class="card" aria-labelledby="unsent">
                        <section class="stack">
                            <h2 id="unsent">"What you wrote was not sent"</h2>
                            <p class="soft">"The objection has moved on in the meantime. Here is what you wrote, so that you can copy it."</p>
                            <blockquote class="exact typed" dir="auto">{unsent}</blockquote>
                        </section>
                    </section>
                }
            })}
        {(several > 0).then(|| view! { <Script name="leave" /> })}
        {(several > 1)
            .then(|| {
                view! {
                    <noscript>
                        <p class="said">
                            "Each form on this page is sent alone. Send one text before you begin another."
                        </p>
                    </noscript>
                }
            })}
        {(!unproved).then(|| view! { <Reply case=&case draft=&draft now /> })}
        {can(MoveName::Complain)
            .then(|| {
                view! {
                    <TextCard
                        id="complain"
                        title="Complain about the answer"
                        lead=format!("{again} You will get a copy by e-mail and our answer within 30 days. You don't have to wait for that. {}", case.regime().complain())
                        action="/api/complain-about-objection"
                        label="Your complaint"
                        button="Send this complaint"
                        max=COMPLAINT_MAX
                        number=number.clone()
                        draft=&draft
                    />
                }
            })}
        {can(MoveName::Add)
            .then(|| {
                view! {
                    <TextCard
                        id="add"
                        title="Add information"
                        lead=to_add.to_owned()
                        action="/api/add-to-objection"
                        label="What you want to add"
                        button="Add this"
                        max=ADDITION_MAX
                        number=number.clone()
                        draft=&draft
                    />
                }
            })}
        {can(MoveName::Withdraw)
            .then(|| {
                view! {
                    <section class="card" aria-labelledby="withdraw">
                        <section class="stack">
                            <h2 id="withdraw">"Withdraw this objection"</h2>
                            <p class="soft">
                                "We first show you what that means, and ask once."
                            </p>
                            <p>
                                <a class="button" href=format!("/objections/{number}/withdraw")>
                                    "Withdraw it"
                                </a>
                            </p>
                        </section>
                    </section>
                }
            })}
        <NotMine case=&case />
    }
}

/// A card with one text to send.
#[component]
fn TextCard<'a>(
    id: &'static str,
    title: &'static str,
    lead: String,
    action: &'static str,
    label: &'static str,
    button: &'static str,
    max: usize,
    number: String,
    draft: &'a Draft,
) -> impl IntoView + use<> {
    let fields = view! {
        <input type="hidden" name="case" value=number />
        <TextArea draft=draft name="text" label=label max=max required=true />
    };
    view! { <FormCard id title lead action fields novalidate=true button primary=true /> }
}
