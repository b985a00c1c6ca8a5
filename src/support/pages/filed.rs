//! What was filed, what was answered and what was done, at the top of the page of a case.

use super::super::officer_actions::OfficerAction;
use super::officers::{Handed, People};
use super::question::QuestionSent;
use super::queue_table::LeftMark;
use crate::account::session::Draft;
use crate::ledger::Purpose;
use crate::objection::answer_letter;
use crate::objection::answering::WAITS_FOR_NOBODY;
use crate::objection::case::CaseState;
use crate::objection::letters::{asked_for_officers, list};
use crate::objection::model::Case;
use crate::objection::pages::{Joined, PERSON_READS, Quoted, Received, Steps};
use crate::objection::promised::CLOCK_WAS_WRONG;
use crate::objection::queue::{Left, Stage};
use crate::objection::record::{UNCONFIRMED_FOR_OFFICERS, how_it_came, whose_for_officers};
use crate::objection::wording;
use crate::time::UtcMillis;
use crate::ui::Problems;
use leptos::prelude::*;

#[component]
pub fn Filed<'a>(
    case: &'a Case,
    draft: &'a Draft,
    people: &'a People,
    // The case that this one was filed after, and when that was received.
    other: Option<(String, UtcMillis)>,
    now: UtcMillis,
) -> impl IntoView + use<> {
    let purposes: Vec<Purpose> = case.purposes.iter().map(|p| p.purpose).collect();
    // Of an answered case it is the complaint that is due.
    let due = case.complaint_due.filter(|_| case.has_complaint()).unwrap_or(case.due);
    let left = Left::of(due, now).filter(|_| case.waits());
    // What the letter says of complaints is not on the page of a case that is over.
    let reads = if case.state == CaseState::Withdrawn { "We sent the person:" } else { PERSON_READS };
    let stage = Stage::of(case.state, case.proposed.is_some(), case.has_complaint());
    let stands = wording::stage_for_officers(stage, case.state, case.is_open_again());
    let officer = people.name(case.officer.as_deref());
    let names = case.steps.iter().map(|done| done.officer.as_deref().map(|id| people.name(Some(id)))).collect();
    let again = case.is_answered_again();
    let answers: Vec<_> = case
        .answer_steps()
        .map(|(to, done)| {
            let blocks = answer_letter::answer_for_officers(case, &done.rulings, &done.said, to);
            (wording::answer_for_officers(to, again), case.not_read(done).unwrap_or(reads), blocks)
        })
        .collect();
    let waits_for_nobody = case.proposed.is_some() && people.are_too_few(case);
    let said = |done: OfficerAction| match done {
        OfficerAction::Proposed if waits_for_nobody => WAITS_FOR_NOBODY,
        done => done.says_of(case),
    };
    let done = draft.done_as(OfficerAction::parse).map(|done| said(done).to_owned());
    let done = done.or_else(|| draft.done_as(OfficerAction::said_of));
    view! {
        <article class="card" aria-labelledby="filed" data-case=case.number.clone() data-revision=case.revision>
            <section>
                <div role="status">{done.map(|done| view! { <p class="said first">{done}</p> })}</div>
                <Problems draft=draft />
                <h2 id="filed">"The objection"</h2>
                <dl class="facts">
                    <dt>"State"</dt>
                    <dd>
                        {stands}
                        {case
                            .sent_back_to()
                            .map(|to| {
                                let whose = if to == people.viewer.id { "your draft" } else { "a draft" };
                                view! {
                                    {format!(". A second officer sent {whose} back. ")}
                                    <a href="#sent-back">"See why"</a>
                                }
                            })}
                    </dd>
                    {case
                        .waits()
                        .then(|| {
                            view! {
                                <dt>"Due"</dt>
                                <dd>{due.long()} {left.map(|left| view! { " " <LeftMark left /> })}</dd>
                            }
                        })}
                    <dt>"Officer"</dt>
                    <dd>
                        <bdi>{officer}</bdi>
                    </dd>
                    <QuestionSent case=case />
                    <dt>"Received"</dt>
                    <dd>
                        <Received case />
                        {case.came_at_a_wrong_time().then(|| format!(" {CLOCK_WAS_WRONG}"))}
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
                        <br />
                        {format!(
                            "{}{}",
                            case.region.name(),
                            match (case.member.is_some(), case.is_unconfirmed()) {
                                (true, _) => ", a member",
                                (false, true) => ", without an account",
                                (false, false) => ", without an account, address confirmed",
                            },
                        )}
                        {case.is_unconfirmed().then(|| view! { <p class="soft">{UNCONFIRMED_FOR_OFFICERS}</p> })}
                        {case.said_disowned().map(|said| view! { <p class="said wrong">{said}</p> })}
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
                    {other
                        .map(|(other, received)| {
                            view! {
                                <dt>{wording::other_case(case.received, received)}</dt>
                                <dd>
                                    <a class="ref" href=format!("/support/objections/{other}")>
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
                            <h2>"Cases merged with this one"</h2>
                            <Joined case=case officers=true />
                        </section>
                    }
                })}
            {answers
                .into_iter()
                .map(|(title, intro, blocks)| {
                    view! {
                        <section class="stack">
                            <h2>{title}</h2>
                            <Quoted blocks intro />
                        </section>
                    }
                })
                .collect_view()}
            <section>
                <h2>"Timeline"</h2>
                <Steps case=case for_officers=true names />
            </section>
            <Handed people />
        </article>
    }
}
