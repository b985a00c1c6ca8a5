//! The form of the answer: a choice for each purpose, the grounds of a refusal, and what the person
//! will read.

use super::officers::{Onward, People};
use super::template_picker::{Fitting, TemplatePicker};
use crate::account::session::Draft;
use crate::ledger::{Outcome, Step};
use crate::objection::answer_letter;
use crate::objection::answering::lead;
use crate::objection::case::{By, MoveName};
use crate::objection::form::{GROUNDS_MAX, RawRuling};
use crate::objection::legal_moves::moves;
use crate::objection::model::{AskedPurpose, Case};
use crate::objection::record::whose_for_officers;
use crate::time::UtcMillis;
use crate::ui::{Choices, Script, TextArea};
use leptos::prelude::*;

#[component]
pub fn Answer<'a>(
    case: &'a Case,
    draft: &'a Draft,
    people: &'a People,
    fitting: &'a Fitting,
    now: UtcMillis,
) -> impl IntoView + use<> {
    let can = moves(&case.facts(), By::Officer, now);
    if !can.contains(&MoveName::Decide) && !can.contains(&MoveName::RuleAgain) {
        return None;
    }
    let again = !case.proposal().is_empty();
    let list = people.list().map(str::to_owned);
    let preview = preview(case, draft, people);
    let may_refuse = case.may_refuse(&people.viewer.id);
    let title = if case.has_complaint() { "Answer the complaint" } else { "Answer" };
    let enough = people.others(case);
    let lead = lead(case.has_complaint(), may_refuse, enough);
    let missing = enough.notice().map(|said| {
        view! {
            <p class="said wrong">
                <span>{said}</span>
            </p>
        }
    });
    let others = people.who_may_refuse(case);
    let others = (!may_refuse && !others.is_empty() && missing.is_none()).then(|| {
        view! {
            <p class="soft">
                "Who can refuse it again: " <bdi>{others}</bdi> "."
            </p>
        }
    });
    Some(view! {
        <section class="card" aria-labelledby="decide">
            <form method="post" action="/api/decide-objection" class="parts" novalidate data-preview="/api/preview-decision">
                <section class="stack">
                    <h2 id="decide">{title}</h2>
                    <p class="soft">{lead}</p>
                    {others}
                    {missing}
                    <Complaint case=case />
                    {again
                        .then(|| {
                            view! {
                                <p class="soft">"The answer that was not sent is filled in. The reason is above, under Timeline."</p>
                            }
                        })}
                    <input type="hidden" name="case" value=case.number.clone() />
                    <input type="hidden" name="revision" value=case.revision />
                    {list.map(|list| view! { <input type="hidden" name="list" value=list /> })}
                </section>
                {case.to_rule().enumerate().map(|(i, asked)| ruling(i, asked, draft, fitting, may_refuse)).collect_view()}
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
    })
}

/// What the complaint that waits says, where it is answered; its words are under Timeline, too.
#[component]
pub fn Complaint<'a>(case: &'a Case) -> impl IntoView + use<> {
    let complained =
        case.steps.iter().rev().find(|done| done.step == Step::Complained).filter(|_| case.has_complaint());
    let words = complained.and_then(|done| Some((whose_for_officers(done.record.as_ref()), done.text.clone()?)));
    words.map(|(whose, text)| {
        view! {
            <div class="stack">
                <p class="soft">{whose.unwrap_or_else(|| "The complaint:".into())}</p>
                <blockquote class="exact typed" dir="auto">
                    {text}
                </blockquote>
            </div>
        }
    })
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
fn ruling(i: usize, asked: &AskedPurpose, draft: &Draft, fitting: &Fitting, may_refuse: bool) -> impl IntoView + use<> {
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
                        <TemplatePicker fitting=fitting field=format!("grounds-{purpose}") />
                    }
                })}
        </section>
    }
}

/// What the person would read of what was typed so far, if that is anything.
fn preview(case: &Case, draft: &Draft, people: &People) -> Option<String> {
    let typed: Vec<RawRuling> = case
        .to_rule()
        .map(|asked| RawRuling {
            purpose: asked.purpose.as_str().into(),
            outcome: chosen(asked, draft),
            grounds: written(asked, draft),
        })
        .collect();
    Some(answer_letter::preview(case, &typed, &people.after)).filter(|letter| !letter.is_empty())
}
