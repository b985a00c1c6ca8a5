//! A member's own cases, and what the Data privacy tab says of them.

use super::super::already_off::AlreadyOff;
use super::super::letters::{list, meanwhile};
use super::super::model::Case;
use super::super::promised::answer_due;
use super::super::question::{Stands, for_person};
use super::super::steps::as_of;
use super::super::{service, store, wording};
use super::{FORM, waiting};
use crate::account::model::Member;
use crate::account::{roles::Capability, session};
use crate::consent::{
    audience::Audience,
    wording::{Voice, other_uses as uses, under_an_address},
};
use crate::error::AppError;
use crate::ledger::Purpose;
use crate::time::UtcMillis;
use crate::ui::{self, Frame, LinkOrText};
use crate::web::App;
use leptos::prelude::*;

async fn cases(member: &Member) -> Result<Vec<Case>, AppError> {
    let app = App::here();
    Ok(store::of_member(app.db.reader().await?.conn(), &member.id).await?)
}

/// Those that were filed without signing in, under an address of the member's.
async fn reaching(member: &Member) -> Result<Vec<Case>, AppError> {
    Ok(store::reaching(App::here().db.reader().await?.conn(), member).await?)
}

fn about(case: &Case) -> String {
    list(&case.purposes.iter().map(|p| p.purpose).collect::<Vec<Purpose>>())
}

#[component]
pub fn ListPage() -> impl IntoView {
    let all = async {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let (cases, reaching) = (cases(&member).await?, reaching(&member).await?);
        Ok((member, cases, reaching, App::here().clock.now()))
    };
    ui::load("/objections", all, |(member, cases, reaching, now)| {
        let none = cases.is_empty() && reaching.is_empty();
        view! {
            <Frame
                title="Objections"
                here="/objections"
                member
                lead="Your objections to how we use your data for machine learning. A person answers each one."
            >
                <section class="card" aria-label="Your objections">
                    {cases
                        .into_iter()
                        .map(|case| {
                            let href = format!("/objections/{}", case.number);
                            view! {
                                <section>
                                    <h2>
                                        <a href=href>
                                            <span class="ref">{case.number.clone()}</span>
                                        </a>
                                    </h2>
                                    <p>{about(&case)}</p>
                                    <p class="standing">
                                        <span class="dot" data-state=wording::dot(&case) aria-hidden="true"></span>
                                        <span>{wording::stands(&case)} ". " {wording::next(&case, now)}</span>
                                    </p>
                                    {case
                                        .question()
                                        .filter(|question| question.stands == Stands::Open)
                                        .map(|question| view! { <p class="soft">{for_person(&question)}</p> })}
                                </section>
                            }
                        })
                        .collect_view()}
                    {reaching
                        .into_iter()
                        .map(|case| {
                            view! {
                                <section>
                                    <h2>
                                        <span class="ref">{case.number.clone()}</span>
                                    </h2>
                                    <p>{about(&case)}</p>
                                    <p class="standing">
                                        <span class="dot" data-state=wording::dot(&case) aria-hidden="true"></span>
                                        <span>{wording::stands(&case)} ". " {wording::next(&case, now)}</span>
                                    </p>
                                    <p class="soft">
                                        {under_an_address(Voice::Member)} " " <a href=super::AGAIN>"Get a new link"</a>
                                    </p>
                                </section>
                            }
                        })
                        .collect_view()}
                    {none
                        .then(|| {
                            view! {
                                <section>
                                    <p>"You have not objected to anything yet."</p>
                                </section>
                            }
                        })}
                    <footer>
                        <a href=FORM>"Open the Data Processing Objection Form"</a>
                    </footer>
                </section>
            </Frame>
        }
    })
}

/// The second card of the Data privacy tab, for its member; `any` is whether there are any cases.
pub async fn other_uses_of(member: &Member, any: bool) -> Result<AnyView, AppError> {
    if any {
        return other_uses(member, &Audience::Member, None).await;
    }
    Ok(card(Vec::new(), Vec::new(), &[], &Audience::Member, None))
}

/// The same for whoever reads it; as it was at `at` where that is given.
pub async fn other_uses(member: &Member, reader: &Audience, at: Option<UtcMillis>) -> Result<AnyView, AppError> {
    let known = cases(member).await?.into_iter();
    let known: Vec<Case> = known.filter_map(|case| at.map_or(Some(case.clone()), |at| as_of(&case, at))).collect();
    // At a past instant only what stands in the history is shown; these are about the present.
    let reaching = match at {
        None => reaching(member).await?,
        Some(_) => Vec::new(),
    };
    // Who has no cases has nothing to look for; a past instant is for staff, who look seldom.
    let off = if known.is_empty() && reaching.is_empty() && at.is_none() {
        Vec::new()
    } else {
        let app = App::here();
        service::already_off(app.db.reader().await?.conn(), &member.subject, at, app.clock.now()).await?
    };
    Ok(card(known, reaching, &off, reader, at))
}

/// What stands on the card: of the member's own cases, of those that reach their account, and of
/// what is off permanently.
fn card(
    known: Vec<Case>,
    reaching: Vec<Case>,
    off: &[AlreadyOff],
    reader: &Audience,
    at: Option<UtcMillis>,
) -> AnyView {
    let now = at.unwrap_or_else(|| App::here().clock.now());
    let own: Vec<String> = known.iter().map(|case| case.number.clone()).collect();
    let won = waiting::won(off, &own, reader, at.is_some());
    let [known, reaching] = [known, reaching]
        .map(|cases| cases.into_iter().filter(Case::waits).map(|case| case.knowing(off)).collect::<Vec<_>>());
    let waits = known.iter().map(|case| waiting::waits(case, reader, now)).collect_view();
    let open: Vec<Case> = known.into_iter().filter(Case::is_open).collect();
    let again = |case: &Case| reader.link(&format!("{}?case={}", super::AGAIN, case.number));
    let form = reader.link(FORM).filter(|_| at.is_none());
    let (reader, voice) = (reader.clone(), reader.voice());
    let title =
        voice.either("Other uses of my data by machine learning", "Other uses of their data by machine learning");
    view! {
        <article class="card" aria-labelledby="ml">
            <section class="stack">
                <h2 id="ml">{title}</h2>
                <p class="soft">{uses(voice)} {at.is_none().then(|| wording::may_object(voice))}</p>
                {form
                    .map(|form| {
                        view! {
                            <p>
                                <a class="button" href=form>
                                    "Open the Data Processing Objection Form"
                                </a>
                            </p>
                        }
                    })}
            </section>
            {open
                .into_iter()
                .map(|case| {
                    let href = reader.link(&format!("/objections/{}", case.number));
                    let paused = case.paused();
                    let about = about(&case);
                    view! {
                        <section>
                            <p class="standing">
                                <span class="dot" data-state="paused" aria-hidden="true"></span>
                                <span>
                                    {if paused.is_empty() {
                                        view! { {format!("{} objected to {about}: ", voice.either("You", "The member"))} }.into_any()
                                    } else {
                                        let verb = wording::verb(paused.len(), at.is_some());
                                        view! {
                                            <strong>{format!("{} {verb} paused", list(&paused))}</strong>
                                            {if at.is_some() { " while we decided on " } else { " while we decide on " }}
                                        }
                                            .into_any()
                                    }} <LinkOrText class="ref" to=href says=case.number.clone() /> {format!(". {}", answer_due(case.due, now, voice))}
                                </span>
                            </p>
                        </section>
                    }
                })
                .collect_view()}
            {reaching
                .into_iter()
                .map(|case| {
                    view! {
                        <section>
                            <p class="standing">
                                <span class="dot" data-state="paused" aria-hidden="true"></span>
                                <span>
                                    {format!(
                                        "Objection {} is about {}. {} {} ",
                                        case.number,
                                        about(&case),
                                        by_when(&case, now, voice),
                                        under_an_address(voice),
                                    )} {again(&case).map(|again| view! { <a href=again>"Get a new link"</a> })}
                                </span>
                            </p>
                        </section>
                    }
                })
                .collect_view()}
            {waits}
            {won}
        </article>
    }
    .into_any()
}

/// What is off meanwhile and when the answer is due, to the objection or to a complaint about it.
fn by_when(case: &Case, now: UtcMillis, voice: Voice) -> String {
    if let Some(due) = case.complaint_due.filter(|_| case.has_complaint()) {
        let said = voice.either("We have your complaint about it.", "A complaint about it waits for our answer.");
        return format!("{said} {}", answer_due(due, now, voice));
    }
    let answer = if now > case.due {
        answer_due(case.due, now, voice)
    } else {
        format!("We will answer by {}.", case.due.day())
    };
    format!("{} {answer}", meanwhile(case)).trim_start().to_owned()
}
