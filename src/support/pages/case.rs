//! One case, for the officer who works on it: what was filed, what can be done, and what the person
//! will read.

use super::super::list;
use super::super::officer_actions;
use super::answer::{Answer, Complaint};
use super::filed::Filed;
use super::notes::Notes;
use super::officers::{Assign, People, Second};
use super::question::AskPerson;
use super::record::{CorrectAddress, RecordAgain, RecordComplaint};
use super::template_picker::{Fitting, TemplatePicker};
use super::unsent::Unsent;
use crate::account::session::Draft;
use crate::account::store as accounts;
use crate::objection::case::{By, MoveName};
use crate::objection::disown::NOTHING_GOES_OUT;
use crate::objection::form::{EXTENSION_REASON_MAX, GROUNDS_MAX};
use crate::objection::legal_moves::moves;
use crate::objection::model::Case;
use crate::objection::reopening::before_reopening;
use crate::objection::store;
use crate::paths::QUEUE;
use crate::time::UtcMillis;
use crate::ui::{self, Choices, Field, FormCard, Frame, Script, TextArea};
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
            let other = store::filed_after(app.db.reader().await?.conn(), &case).await?;
            let fitting = Fitting::of(&case, store::newest_templates(app.db.reader().await?.conn()).await?);
            Ok((people, case, draft, next, fitting, (other, now)))
        }
    };
    ui::load(here, all, |(people, case, draft, next, fitting, (other, now))| {
        view! {
            <Frame title=format!("Case {}", case.number) here="/support/objections" member=people.viewer.clone()>
                <InList people=&people next />
                {case
                    .is_erased()
                    .then(|| {
                        view! {
                            <p class="said">
                                "What was written in this case is erased, because the person deleted their account. Nothing more can be done with it."
                            </p>
                        }
                    })}
                <Filed case=&case draft=&draft people=&people other now />
                <Unsent case=&case draft=&draft people=&people now />
                {(case.is_disowned() && !moves(&case.facts(), By::Officer, now).is_empty())
                    .then(|| view! { <p class="said wrong">{NOTHING_GOES_OUT}</p> })}
                {(!moves(&case.facts(), By::Officer, now).is_empty())
                    .then(|| {
                        view! {
                            <noscript>
                                <p class="said">
                                    "Each form on this page is sent alone. Send one text before you begin another."
                                </p>
                            </noscript>
                        }
                    })}
                <Notes case=&case draft=&draft people=&people />
                <Second case=&case draft=&draft people=&people />
                <Work case=&case draft=&draft people=&people fitting=&fitting now />
                <AskPerson case=&case draft=&draft people=&people fitting=&fitting now />
                <RecordComplaint case=&case draft=&draft now />
                <CorrectAddress case=&case draft=&draft />
                <RecordAgain case=&case />
                <Assign case=&case draft=&draft people=&people />
                <AsFile case=&case />
                <Script name="leave" />
            </Frame>
        }
    })
}

/// The way back to the list that the case was opened from, and on to its next one.
#[component]
fn InList<'a>(people: &'a People, next: Option<String>) -> impl IntoView + use<> {
    let list = people.list();
    let back = list.map_or_else(|| QUEUE.to_owned(), |list| list::address(&list::of_page(&list::read(list))));
    let next = next.map(|next| list::case_page(&next, list));
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
}

/// The whole case as a file, while the record of it can be proved.
#[component]
fn AsFile<'a>(case: &'a Case) -> impl IntoView + use<> {
    let file = (!case.is_erased()).then(|| format!("{QUEUE}/{}/everything.zip", case.number));
    file.map(|file| {
        view! {
            <article class="card" aria-labelledby="as-file">
                <section class="stack">
                    <h2 id="as-file">"Evidence"</h2>
                    <p>
                        "One file with each step and its proof, what was written, and our answers. Internal notes are not in it. It can be checked without Sayso."
                    </p>
                    <p>"The person will see that an officer downloaded it."</p>
                    <p>
                        <a class="button" href=file download="">
                            "Download this case"
                        </a>
                    </p>
                </section>
            </article>
        }
    })
}

/// The forms for what can be done now.
#[component]
fn Work<'a>(
    case: &'a Case,
    draft: &'a Draft,
    people: &'a People,
    fitting: &'a Fitting,
    now: UtcMillis,
) -> impl IntoView + use<> {
    let can = moves(&case.facts(), By::Officer, now);
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
    let reopening = before_reopening(case);
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
            <Answer case=case draft=draft people=people fitting=fitting now />
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
    <TemplatePicker fitting=fitting field="reason" />
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
                            lead=case.complaint_due.map(|due| format!("Due by {}.", due.day()))
                            action="/api/answer-complaint"
                            fields=view! {
                                {hidden()}
                                <Complaint case=case />
                                <TextArea draft=draft name="text" label="The answer they will read" max=GROUNDS_MAX required=true />
    <TemplatePicker fitting=fitting field="text" />
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
    <TemplatePicker fitting=fitting field="why_again" />
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
