//! The queue: what waits for an answer, the earliest due first, and what was answered of late.

use super::super::act;
use crate::ledger::Purpose;
use crate::objection::letters::list;
use crate::objection::model::Case;
use crate::objection::{store, tell};
use crate::server::App;
use crate::time::UtcMillis;
use crate::ui::{self, Frame};
use leptos::prelude::*;

#[component]
pub fn QueuePage() -> impl IntoView {
    let all = async {
        let officer = act::officer().await?;
        let app = App::here();
        let mut reader = app.db.reader().await?;
        let open = store::queue(reader.conn(), false).await?;
        let answered = store::queue(reader.conn(), true).await?;
        Ok((officer, open, answered, app.clock.now()))
    };
    ui::load("/support/objections", all, |(officer, open, answered, now)| {
        let none = open.is_empty();
        view! {
            <Frame title="Queue" here="/support/objections" member=officer lead="Objections that wait for an answer, the earliest due first.">
                <section class="card" aria-label="Waiting">
                    <section>
                        {if none {
                            view! { <p>"Nothing waits for an answer."</p> }.into_any()
                        } else {
                            view! { <Cases cases=open caption="Waiting for an answer" now /> }.into_any()
                        }}
                    </section>
                </section>
                {(!answered.is_empty())
                    .then(|| {
                        view! {
                            <section class="card" aria-labelledby="answered">
                                <section class="stack">
                                    <h2 id="answered">"Answered of late"</h2>
                                    <Cases cases=answered caption="Answered of late" now />
                                </section>
                            </section>
                        }
                    })}
            </Frame>
        }
    })
}

#[component]
fn Cases(cases: Vec<Case>, caption: &'static str, now: UtcMillis) -> impl IntoView {
    view! {
        <table class="rows">
            <caption class="unseen">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">"Due"</th>
                    <th scope="col">"About"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Case"</th>
                </tr>
            </thead>
            <tbody>
                {cases
                    .into_iter()
                    .map(|case| {
                        let purposes: Vec<Purpose> = case.purposes.iter().map(|p| p.purpose).collect();
                        let complaint = case.complaint_due.filter(|_| case.complaint_answered.is_none());
                        let due = complaint.unwrap_or(case.due);
                        let late = (complaint.is_some() || case.is_open()) && due < now;
                        let state = if complaint.is_some() { "Complaint to answer" } else { tell::for_officers(case.state) };
                        view! {
                            <tr>
                                <td>{due.day()} {late.then(|| view! { <strong class="late">" overdue"</strong> })}</td>
                                <td>{list(&purposes)}</td>
                                <td>{state}</td>
                                <td>
                                    <a class="ref" href=format!("/support/objections/{}", case.number)>
                                        {case.number.clone()}
                                    </a>
                                </td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}
