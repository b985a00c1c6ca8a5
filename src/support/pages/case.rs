//! One case, for the officer who works on it: what was filed, what can be done, and what the person
//! will read.

use super::super::list;
use super::super::officer_actions::{self, OfficerAction};
use super::officers::{Assign, Handed, Onward, People, Second};
use super::queue_table::LeftMark;
use super::record::{CorrectAddress, RecordComplaint};
use super::unsent::Unsent;
use crate::account::session::Draft;
use crate::account::store as accounts;
use crate::consent::afterwards::Afterwards;
use crate::ledger::{Outcome, Purpose};
use crate::objection::case::{By, MoveName, moves};
use crate::objection::form::{EXTENSION_REASON_MAX, GROUNDS_MAX, RawRuling};
use crate::objection::letters::{self, asked_for_officers, list};
use crate::objection::model::{AskedPurpose, Case};
use crate::objection::pages::{Joined, Quoted, Steps};
use crate::objection::queue::{Left, Stage};
use crate::objection::record::{UNCONFIRMED_FOR_OFFICERS, how_it_came, whose_for_officers};
use crate::objection::store;
use crate::objection::wording;
use crate::time::UtcMillis;
use crate::ui::{self, Choices, Field, FormCard, Frame, Problems, Script, TextArea, When};
use crate::web::App;
use leptos::prelude::*;

#[component]
pub fn CasePage() -> impl IntoView {
    let number = leptos_router::hooks::use_params_map().get_untracked().get("case").unwrap_or_default();
    let here = officer_actions::page(&number);
    let list = leptos_router::hooks::use_query_map().get_untracked().get("list").unwrap_or_default();
    let all = {
        let here = here.clone();
        async move {
            let officer = officer_actions::officer().await?;
            let case = officer_actions::open(&number, &officer).await?;
            let app = App::here();
            let mut officers = accounts::officers(app.db.reader().await?.conn()).await?;
            officers.retain(|officer| app.admits(officer));
            let draft = Draft::take_for(&here, Some(&officer)).await?;
            let list = if draft.has("list") { draft.value("list") } else { list };
            let people = People::of(&case, officer, officers, list).await?;
            let now = app.clock.now();
            let next = match people.list() {
                Some(list) => {
                    store::next_in(app.db.reader().await?.conn(), &list::read(list), &case.number, now).await?
                }
                None => None,
            };
            Ok((people, case, draft, next, now))
        }
    };
    ui::load(here, all, |(people, case, draft, next, now)| {
        view! {
            <Frame title=format!("Case {}", case.number) here="/support/objections" member=people.viewer.clone()>
                <InList people=&people next />
                <Filed case=&case draft=&draft people=&people now />
                <Unsent case=&case draft=&draft people=&people now />
                <Second case=&case draft=&draft people=&people />
                <Work case=&case draft=&draft people=&people now />
                <RecordComplaint case=&case draft=&draft now />
                <CorrectAddress case=&case draft=&draft />
                <Assign case=&case draft=&draft people=&people />
            </Frame>
        }
    })
}

#[component]
fn Filed<'a>(case: &'a Case, draft: &'a Draft, people: &'a People, now: UtcMillis) -> impl IntoView + use<> {
    let purposes: Vec<Purpose> = case.purposes.iter().map(|p| p.purpose).collect();
    // Of an answered case it is the complaint that is due.
    let due = case.complaint_due.filter(|_| case.has_complaint()).unwrap_or(case.due);
    let left = Left::of(due, now).filter(|_| case.waits());
    let stage = Stage::of(case.state, case.proposed.is_some(), case.has_complaint());
    let state = match stage {
        Stage::Answered | Stage::Ended => wording::for_officers(case.state),
        stage => stage.title(),
    };
    let officer = people.name(case.officer.as_deref());
    let again = case.is_answered_again();
    let answers: Vec<_> = case
        .answers()
        .map(|(to, rulings)| {
            (wording::answer_for_officers(to, again), letters::answer(case, rulings, &Afterwards::default(), to))
        })
        .collect();
    let done = draft.done_as(OfficerAction::parse).map(|done| done.says().to_owned());
    let done = done.or_else(|| draft.done_as(OfficerAction::said_of));
    view! {
        <article class="card" aria-labelledby="filed" data-case=case.number.clone() data-revision=case.revision>
            <section>
                <div role="status">{done.map(|done| view! { <p class="said first">{done}</p> })}</div>
                <Problems draft=draft />
                <h2 id="filed">"The objection"</h2>
                <dl class="facts">
                    <dt>"State"</dt>
                    <dd>{state}</dd>
                    <dt>"Due"</dt>
                    <dd>{due.long()} {left.map(|left| view! { " " <LeftMark left /> })}</dd>
                    <dt>"Officer"</dt>
                    <dd>
                        <bdi>{officer}</bdi>
                    </dd>
                    <dt>"Received"</dt>
                    <dd>
                        <When at=wording::when(case.received) />
                    </dd>
                    {case
                        .record()
                        .map(|record| {
                            view! {
                                <dt>"How it came"</dt>
                                <dd>
                                    <bdi>{how_it_came(record)}</bdi>
                                </dd>
                            }
                        })}
                    <dt>"From"</dt>
                    <dd>
                        <bdi>{case.name.clone()}</bdi>
                        {format!(
                            ", {}{}",
                            case.region.name(),
                            match (case.member.is_some(), case.is_unconfirmed()) {
                                (true, _) => ", a member",
                                (false, true) => ", without an account",
                                (false, false) => ", without an account, address confirmed",
                            },
                        )}
                        {case.is_unconfirmed().then(|| view! { <p class="soft">{UNCONFIRMED_FOR_OFFICERS}</p> })}
                    </dd>
                    <dt>"About"</dt>
                    <dd>{list(&purposes)}</dd>
                    <dt>"They ask for"</dt>
                    <dd>{asked_for_officers(case.mode)}</dd>
                    <dt>"Reason"</dt>
                    <dd>
                        {whose_for_officers(case.record())
                            .filter(|_| case.reason.is_some())
                            .map(|whose| view! { <p class="soft">{whose}</p> })}
                        {match case.reason.clone() {
                            Some(reason) => view! { <blockquote class="exact typed" dir="auto">{reason}</blockquote> }.into_any(),
                            None => "None given. None is needed.".into_any(),
                        }}
                    </dd>
                    {case
                        .after
                        .clone()
                        .map(|after| {
                            view! {
                                <dt>"Earlier case"</dt>
                                <dd>
                                    <a class="ref" href=format!("/support/objections/{after}")>
                                        {after.clone()}
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
                            <h2>"Cases merged with this one"</h2>
                            <Joined case=case officers=true />
                        </section>
                    }
                })}
            {answers
                .into_iter()
                .map(|(title, blocks)| {
                    view! {
                        <section class="stack">
                            <h2>{title}</h2>
                            <Quoted blocks />
                        </section>
                    }
                })
                .collect_view()}
            <section>
                <h2>"Timeline"</h2>
                <Steps case=case for_officers=true />
            </section>
            <Handed people />
        </article>
    }
}

/// The way back to the list that the case was opened from, and on to its next one.
#[component]
fn InList<'a>(people: &'a People, next: Option<String>) -> impl IntoView + use<> {
    people.list().map(|list| {
        let back = list::address(&list::of_page(&list::read(list)));
        let next = next.map(|next| list::case_page(&next, Some(list)));
        view! {
            <nav class="row" aria-label="List">
                <a href=back>"Back to the queue"</a>
                {next
                    .map(|next| {
                        view! {
                            <a href=next rel="next">
                                "Next case"
                            </a>
                        }
                    })}
            </nav>
        }
    })
}

/// The forms for what can be done now.
#[component]
fn Work<'a>(case: &'a Case, draft: &'a Draft, people: &'a People, now: UtcMillis) -> impl IntoView + use<> {
    let can = moves(&case.facts(), By::Officer, now);
    let again = !case.proposal().is_empty();
    let can = |name| can.contains(&name);
    let (number, revision) = (case.number.clone(), case.revision);
    let list = people.list().map(str::to_owned);
    let hidden = move || {
        view! {
            <input type="hidden" name="case" value=number.clone() />
            <input type="hidden" name="revision" value=revision />
            {list.clone().map(|list| view! { <input type="hidden" name="list" value=list /> })}
        }
    };
    let preview = preview(case, draft);
    let may_refuse = case.may_refuse(&people.viewer.id);
    let (title, lead) = match (case.has_complaint(), may_refuse) {
        (false, false) => (
            "Answer",
            "You wrote the earlier refusal or agreed to it, so only another officer can refuse it again. You can uphold it now.",
        ),
        (false, true) => (
            "Answer",
            "Decide for each purpose. A refusal needs compelling grounds for that purpose that override the person's interests. If you refuse anything, we send the answer only once a second officer has agreed to it.",
        ),
        (true, true) => (
            "Answer the complaint",
            "Decide again about each purpose that was refused. Nothing is paused meanwhile. If you refuse anything again, write the grounds anew. We send the answer only once another officer has agreed to it, who did not write the refusal before.",
        ),
        (true, false) => (
            "Answer the complaint",
            "You wrote the refusal or agreed to it, so only another officer can refuse it again. You can uphold it now.",
        ),
    };
    let reopening = if case.duplicate_of.is_some() {
        "It was merged by mistake. It then counts by itself again, and keeps its due date. We write to the person."
    } else {
        "What was refused is pending and paused again, with a new due date. What was upheld stays upheld. Whoever wrote or agreed to the refusal cannot write another. We write to the person."
    }
    .to_owned();
    let too_few = people.are_too_few(case).then(|| {
        view! {
            <p class="said wrong">
                <span>
                    "There are not enough other officers to refuse this again. Somebody with access to the server can add one with: sayso user add --role privacy_officer. You can uphold it now."
                </span>
            </p>
        }
    });
    let months = ["1", "2"]
        .into_iter()
        .map(|m| {
            let title = if m == "1" { "One month" } else { "Two months" };
            (m, title, String::new(), None, draft.value("months") == m)
        })
        .collect::<Vec<_>>();
    view! {
        {can(MoveName::BeginReview)
            .then(|| {
                view! {
                    <FormCard
                        id="review"
                        title="Take this case"
                        lead="The person will see that the review has started. You can then answer.".to_owned()
                        action="/api/review-objection"
                        fields=hidden()
                        button="Start the review"
                        primary=true
                    />
                }
            })}
        {(can(MoveName::Decide) || can(MoveName::RuleAgain))
            .then(|| {
                view! {
                    <section class="card" aria-labelledby="decide">
                        <form method="post" action="/api/decide-objection" class="parts" novalidate data-preview="/api/preview-decision">
                            <section class="stack">
                                <h2 id="decide">{title}</h2>
                                <p class="soft">{lead}</p>
                                {too_few}
                                {again
                                    .then(|| {
                                        view! {
                                            <p class="soft">"The answer that was not sent is filled in. The reason is above, under Timeline."</p>
                                        }
                                    })}
                                {hidden()}
                            </section>
                            {case.to_rule().enumerate().map(|(i, asked)| ruling(i, asked, draft, may_refuse)).collect_view()}
                            <section class="stack" id="preview" aria-live="polite">
                                <h2>"What they will read"</h2>
                                <div class="letter">{preview}</div>
                                <Onward people id="next-decide" />
                                <div class="row">
                                    <button class="button" type="submit" name="intent" value="preview">
                                        "Show what they will read"
                                    </button>
                                    // One of them is shown, by what is chosen above.
                                    <button class="button primary" type="submit" name="intent" value="send" id="send">
                                        "Send this answer"
                                    </button>
                                    <button class="button primary" type="submit" name="intent" value="send" id="send-to-second">
                                        "Send to a second officer"
                                    </button>
                                </div>
                            </section>
                        </form>
                        <Script name="preview" />
                    </section>
                }
            })}
        {can(MoveName::Extend)
            .then(|| {
                view! {
                    <FormCard
                        id="extend"
                        title="More time"
                        lead="You can extend once, before the deadline. The person will be told right away, with your reason."
                            .to_owned()
                        action="/api/extend-objection"
                        fields=view! {
                            {hidden()}
                            <Choices name="months" id="months" legend="How much" many=false choices=months error=draft.error("months") />
                            <TextArea draft=draft name="reason" label="The reason they will read" max=EXTENSION_REASON_MAX required=true />
                        }
                        novalidate=true
                        button="Extend the deadline"
                    />
                }
            })}
        {can(MoveName::MarkDuplicate)
            .then(|| {
                view! {
                    <FormCard
                        id="duplicate"
                        title="Duplicate of another case"
                        lead="Only for cases from the same person. The person will be told which case it continues as.".to_owned()
                        action="/api/mark-duplicate-objection"
                        fields=view! {
                            {hidden()}
                            <Field draft=draft name="of" label="Number of the other case" autocomplete="off" max=40 />
                        }
                        novalidate=true
                        button="Mark as a duplicate"
                    />
                }
            })}
        {can(MoveName::AnswerComplaint)
            .then(|| {
                view! {
                    <FormCard
                        id="complaint"
                        title="Answer the complaint"
                        lead=case.complaint_due.map(|due| format!("Due by {}. The complaint is above.", due.day()))
                        action="/api/answer-complaint"
                        fields=view! {
                            {hidden()}
                            <TextArea draft=draft name="text" label="The answer they will read" max=GROUNDS_MAX required=true />
                        }
                        novalidate=true
                        button="Send this answer"
                        primary=true
                    />
                }
            })}
        {can(MoveName::Reopen)
            .then(|| {
                view! {
                    <FormCard
                        id="reopen"
                        title="Reopen the case"
                        lead=reopening
                        action="/api/reopen-objection"
                        fields=view! {
                            {hidden()}
                            <TextArea draft=draft name="why_again" label="The reason they will read" max=EXTENSION_REASON_MAX required=true />
                        }
                        novalidate=true
                        button="Reopen it"
                    />
                }
            })}
        {can(MoveName::Close)
            .then(|| {
                view! {
                    <FormCard
                        id="close"
                        title="Close the case"
                        lead="The person can still read it, and complain.".to_owned()
                        action="/api/close-objection"
                        fields=hidden()
                        button="Close it"
                    />
                }
            })}
    }
}

/// What was chosen for a purpose: just now, or in the answer that was not sent; where there is one
/// way to decide, that one.
fn chosen(asked: &AskedPurpose, draft: &Draft) -> String {
    let field = format!("outcome-{}", asked.purpose);
    let earlier = || asked.proposed.as_ref().map(|(outcome, _)| outcome.as_str().to_owned()).unwrap_or_default();
    let typed = if draft.has(&field) { draft.value(&field) } else { earlier() };
    if typed.is_empty() && !asked.purpose.can_be_refused() { Outcome::Upheld.as_str().into() } else { typed }
}

/// The grounds that were written for it, likewise.
fn written(asked: &AskedPurpose, draft: &Draft) -> String {
    let field = format!("grounds-{}", asked.purpose);
    let earlier = || asked.proposed.as_ref().and_then(|(_, grounds)| grounds.clone()).unwrap_or_default();
    if draft.has(&field) { draft.value(&field) } else { earlier() }
}

/// The choice and the grounds for one purpose.
fn ruling(i: usize, asked: &AskedPurpose, draft: &Draft, may_refuse: bool) -> impl IntoView + use<> {
    let purpose = asked.purpose;
    let (outcome, grounds) = (format!("outcome-{purpose}"), format!("grounds-{purpose}"));
    let chosen = chosen(asked, draft);
    let written = written(asked, draft);
    let uphold = "We stop permanently.".to_owned();
    let mut choices = vec![(Outcome::Upheld.as_str(), "Uphold", uphold, None, chosen == Outcome::Upheld.as_str())];
    let may_refuse = may_refuse && purpose.can_be_refused();
    if may_refuse {
        let refuse = "We continue, on compelling grounds that override the person's interests.".to_owned();
        choices.push((Outcome::Refused.as_str(), "Refuse", refuse, None, chosen == Outcome::Refused.as_str()));
    }
    view! {
        <section class="stack">
            <input type="hidden" name=format!("rulings[{i}][purpose]") value=purpose.as_str() />
            <Choices
                name=format!("rulings[{i}][outcome]")
                id=outcome.clone()
                legend=purpose.title()
                many=false
                choices=choices
                error=draft.error(&outcome)
            />
            {may_refuse
                .then(|| {
                    view! {
                        <TextArea
                            draft=draft
                            id=grounds
                            name=format!("rulings[{i}][grounds]")
                            label=format!("Grounds, if you refuse {}", purpose.title())
                            value=written
                            rows=5
                            max=GROUNDS_MAX
                        />
                    }
                })}
        </section>
    }
}

/// What the person would read of what was typed so far, if that is anything.
fn preview(case: &Case, draft: &Draft) -> Option<String> {
    let typed: Vec<RawRuling> = case
        .to_rule()
        .map(|asked| RawRuling {
            purpose: asked.purpose.as_str().into(),
            outcome: chosen(asked, draft),
            grounds: written(asked, draft),
        })
        .collect();
    Some(letters::preview(case, &typed)).filter(|letter| !letter.is_empty())
}
