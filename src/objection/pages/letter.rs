//! Parts of a letter on a page, and the steps of a case.

use super::super::answer_letter::DATA_PRIVACY_PAGE;
use super::super::model::Case;
use super::super::record::{whose, whose_for_officers};
use super::super::wording;
use crate::ledger::Step;
use crate::mail::Block;
use crate::ui::When;
use leptos::prelude::*;

/// The same words as in the mail; where they name the tab of whoever reads them, a link to it
/// (`linked`).
#[component]
pub fn Blocks(blocks: Vec<Block>, #[prop(optional)] linked: bool) -> impl IntoView {
    blocks
        .into_iter()
        .map(|block| match block {
            Block::Text(text) => match text.split_once(DATA_PRIVACY_PAGE).filter(|_| linked) {
                Some((before, after)) => view! {
                    <p>
                        {before.to_owned()} <a href="/settings/privacy">{DATA_PRIVACY_PAGE}</a> {after.to_owned()}
                    </p>
                }
                .into_any(),
                None => view! { <p>{text}</p> }.into_any(),
            },
            Block::Fact(label, value) => view! {
                <p>
                    <strong>{label} ": "</strong>
                    {value}
                </p>
            }
            .into_any(),
            Block::Quote(text) => view! { <blockquote class="exact typed" dir="auto">{text}</blockquote> }.into_any(),
            Block::Link(label, url) => view! {
                <p>
                    <a href=url>{label}</a>
                </p>
            }
            .into_any(),
            Block::Code(code) => view! {
                <p>
                    <code>{code}</code>
                </p>
            }
            .into_any(),
        })
        .collect_view()
}

/// What stands before a text that the person was sent.
pub const PERSON_READS: &str = "The person reads:";

/// The same before those who work on the case: what the person reads, as a quotation.
#[component]
pub fn Quoted(blocks: Vec<Block>, #[prop(default = PERSON_READS)] intro: &'static str) -> impl IntoView {
    view! {
        <p class="soft">{intro}</p>
        <blockquote class="exact stack">
            <Blocks blocks />
        </blockquote>
    }
}

/// Each step with its date, the newest last, and what was written with it; for a member with its
/// receipt.
#[component]
pub fn Steps<'a>(
    case: &'a Case,
    #[prop(optional)] receipts: bool,
    #[prop(optional)] for_officers: bool,
    /// Who made each step, in their order, where officers read their names.
    #[prop(optional)]
    names: Vec<Option<String>>,
) -> impl IntoView + use<> {
    let step = if for_officers { wording::step_for_officers } else { wording::step };
    let said = if for_officers { whose_for_officers } else { whose };
    let by = |done| match wording::made_by(done, case) {
        "you" if for_officers => "the person",
        by => by,
    };
    // What was recorded before the case was found to be a member's stands in another history.
    let own = case.steps.iter().position(|done| done.step == Step::Linked).unwrap_or(0);
    // The page leads to what a second officer wrote last.
    let returned = case.steps.iter().rposition(|done| done.step == Step::Returned).filter(|_| for_officers);
    let steps: Vec<_> = case
        .steps
        .iter()
        .enumerate()
        .map(|(i, done)| {
            (
                wording::when(done.at),
                step(done, case),
                names.get(i).cloned().flatten().unwrap_or_else(|| by(done).to_owned()),
                // What officers write to each other is theirs until it becomes an answer.
                done.text.clone().filter(|_| for_officers || done.step != Step::Returned),
                said(done.record.as_ref())
                    .or_else(|| case.is_a_strangers(done).then(|| case.written_by_a_stranger(done)))
                    .filter(|_| done.text.is_some()),
                ((receipts && i >= own).then_some(done.entry), (returned == Some(i)).then_some("sent-back")),
            )
        })
        .collect();
    view! {
        <ol class="steps">
            {steps
                .into_iter()
                .map(|(when, what, by, text, whose, (entry, id))| {
                    view! {
                        <li id=id>
                            <p class="soft">
                                <When at=when />
                                " · "
                                <bdi>{by}</bdi>
                                {entry
                                    .map(|entry| {
                                        view! {
                                            " · "
                                            <a class="ref" href=format!("/settings/privacy/entries/{entry}")>
                                                {entry.receipt()}
                                            </a>
                                        }
                                    })}
                            </p>
                            <p>{what}</p>
                            {whose.map(|whose| view! { <p class="soft">{whose}</p> })}
                            {text.map(|text| view! { <blockquote class="exact typed" dir="auto">{text}</blockquote> })}
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
}

/// The cases that were filed again and go on in this one, with what was written in them.
#[component]
pub fn Joined<'a>(case: &'a Case, #[prop(optional)] officers: bool) -> impl IntoView + use<> {
    let at = if officers { "/support/objections" } else { "/objections" };
    let said = if officers { whose_for_officers } else { whose };
    let joined = case.joined.clone();
    view! {
        <ul class="plain-list">
            {joined
                .into_iter()
                .map(|(number, texts)| {
                    view! {
                        <li>
                            <a class="ref" href=format!("{at}/{number}")>
                                {number.clone()}
                            </a>
                            {texts
                                .into_iter()
                                .map(|(record, text)| {
                                    view! {
                                        {said(record.as_ref()).map(|whose| view! { <p class="soft">{whose}</p> })}
                                        <blockquote class="exact typed" dir="auto">{text}</blockquote>
                                    }
                                })
                                .collect_view()}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
