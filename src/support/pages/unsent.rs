//! What an officer wrote for a form that is not there any more, because the case has gone on: they
//! can still copy it.

use super::officers::People;
use crate::account::session::Draft;
use crate::ledger::{Outcome, Purpose};
use crate::objection::case::{By, MoveName};
use crate::objection::legal_moves::moves;
use crate::objection::model::Case;
use crate::time::UtcMillis;
use leptos::prelude::*;

#[component]
pub fn Unsent<'a>(case: &'a Case, draft: &'a Draft, people: &'a People, now: UtcMillis) -> impl IntoView + use<> {
    let can = moves(&case.facts(), By::Officer, now);
    let second = case.proposed.as_ref().is_some_and(|(by, _)| *by != people.viewer.id);
    let shown = |field: &str| match field {
        "months" | "reason" => can.contains(&MoveName::Extend),
        "of" => can.contains(&MoveName::MarkDuplicate),
        "text" => can.contains(&MoveName::AnswerComplaint),
        "came" | "received" | "words" | "agent" | "overdue" | "complaint" => can.contains(&MoveName::RecordComplaint),
        "question" => can.contains(&MoveName::Ask),
        "why" => second,
        "why_again" => can.contains(&MoveName::Reopen),
        "email" => case.address_can_be_corrected(),
        _ if field.starts_with("outcome-") || field.starts_with("grounds-") => {
            can.contains(&MoveName::Decide) || can.contains(&MoveName::RuleAgain)
        }
        // What is chosen from a list is no text of theirs.
        _ => true,
    };
    let lost: Vec<(String, String)> = draft
        .fields()
        .filter(|(field, value)| !value.trim().is_empty() && !shown(field))
        .map(|(field, value)| (label(field), said(field, value)))
        .collect();
    (!lost.is_empty() && draft.done.is_none()).then(|| {
        view! {
            <section class="card" aria-labelledby="unsent">
                <section class="stack">
                    <h2 id="unsent">"What you wrote was not sent"</h2>
                    <p class="soft">"The case has moved on, and this form is gone. Here is what you wrote, so that you can copy it."</p>
                    <dl class="stack">
                        {lost
                            .into_iter()
                            .map(|(label, value)| {
                                view! {
                                    <div>
                                        <dt>{label}</dt>
                                        <dd>
                                            <blockquote class="exact typed" dir="auto">
                                                {value}
                                            </blockquote>
                                        </dd>
                                    </div>
                                }
                            })
                            .collect_view()}
                    </dl>
                </section>
            </section>
        }
    })
}

/// What the field was called where it was filled in.
fn label(field: &str) -> String {
    let about = |word: &str| Purpose::parse(word).map_or_else(|| word.to_owned(), |purpose| purpose.title().to_owned());
    match (field.strip_prefix("outcome-"), field.strip_prefix("grounds-")) {
        (Some(purpose), _) => format!("Your decision about {}", about(purpose)),
        (_, Some(purpose)) => format!("Your grounds for {}", about(purpose)),
        _ => match field {
            "months" => "How many more months".into(),
            "reason" => "Your reason for more time".into(),
            "of" => "Number of the other case".into(),
            "why_again" => "Your reason to reopen the case".into(),
            "question" => "Your question to the person".into(),
            "why" => "What has to change".into(),
            "email" => "The corrected address".into(),
            "came" => "How the complaint came".into(),
            "received" => "When the complaint came".into(),
            "words" => "Whose words the complaint has".into(),
            "agent" => "Name of the agent".into(),
            "overdue" => "Whether the deadline has passed".into(),
            "complaint" => "The complaint that you recorded".into(),
            _ => "Your answer to the complaint".into(),
        },
    }
}

fn said(field: &str, value: &str) -> String {
    match (field.starts_with("outcome-"), Outcome::parse(value)) {
        (true, Some(Outcome::Upheld)) => "Uphold".into(),
        (true, Some(Outcome::Refused)) => "Refuse".into(),
        _ => value.to_owned(),
    }
}
