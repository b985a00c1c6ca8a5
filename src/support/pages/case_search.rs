//! The officers' box for cases, and what it finds. A plain form that asks by GET, as the one for
//! members.

use super::super::search::{Cases, Searched};
use super::near::NearLinks;
use crate::account::model::readable;
use crate::account::search::{QUERY_MAX, masked};
use crate::account::session::Draft;
use crate::error::AppError;
use crate::objection::store::search::FoundCase;
use crate::objection::wording;
use crate::paths::QUEUE;
use crate::ui::{Field, Problems};
use leptos::prelude::*;

#[component]
pub fn CaseSearch(typed: String, searched: Searched<Cases>) -> impl IntoView {
    let draft = match &searched {
        Searched::TooLong => {
            let said = format!("Please search with at most {QUERY_MAX} characters.");
            Draft::new(QUEUE, &[("q", &typed)], &AppError::Invalid(vec![("q".into(), said)]))
        }
        _ => Draft::default(),
    };
    view! {
        <section class="card" aria-label="Search">
            <section class="stack">
                <Problems draft=&draft />
                <form method="get" action=QUEUE role="search" aria-label="Find a case" class="stack" novalidate>
                    <Field
                        draft=&draft
                        name="q"
                        label="Find a case"
                        kind="search"
                        autocomplete="off"
                        hint="A case number, a receipt number, part of a name, or an e-mail address."
                        value=typed
                        max=QUERY_MAX
                    />
                    <button class="button" type="submit">
                        "Search"
                    </button>
                </form>
            </section>
            {match searched {
                Searched::Found(cases) => Some(view! { <section class="stack">{results(cases)}</section> }),
                Searched::Not | Searched::TooLong => None,
            }}
        </section>
    }
}

fn results(cases: Cases) -> impl IntoView {
    let Cases { found, more, near, is_near } = cases;
    let exact = !is_near && !found.is_empty();
    let said = match found.len() {
        _ if !exact => "No cases match.".to_owned(),
        1 => "One case".to_owned(),
        n if more => format!("{n} cases, and more. Please type more letters."),
        n => format!("{n} cases"),
    };
    view! {
        <h2>{said}</h2>
        <NearLinks near found=exact page=QUEUE what="cases" />
        {(!found.is_empty()).then(|| view! { <Found found /> })}
        <p>
            <a href=QUEUE>"Back to the queue"</a>
        </p>
    }
}

#[component]
fn Found(found: Vec<FoundCase>) -> impl IntoView {
    view! {
        <table class="rows people">
            <caption class="unseen">"Cases"</caption>
            <thead>
                <tr>
                    <th scope="col">"Case"</th>
                    <th scope="col">"Name"</th>
                    <th scope="col">"E-mail address"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Received"</th>
                </tr>
            </thead>
            <tbody>
                {found
                    .into_iter()
                    .map(|case| {
                        let state = wording::stage_for_officers(case.stage, case.state, case.reopened);
                        view! {
                            <tr>
                                <td>
                                    <a class="ref" href=format!("{QUEUE}/{}", case.number)>
                                        {case.number.clone()}
                                    </a>
                                </td>
                                <td>
                                    <bdi>{case.name}</bdi>
                                </td>
                                <td>
                                    <bdi>{masked(&readable(&case.email))}</bdi>
                                </td>
                                <td>{state}</td>
                                <td>{case.received.day()}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}
