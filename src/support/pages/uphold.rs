//! Asks once whether to uphold several cases together: which they are, and what will be sent.

use super::super::{list, officer_actions, together};
use crate::account::model::Member;
use crate::account::session::Draft;
use crate::account::store as accounts;
use crate::consent::afterwards::Afterwards;
use crate::error::AppError;
use crate::ledger::{Outcome, Purpose};
use crate::objection::disown::{NO_EMAIL, before_upholding, upholding};
use crate::objection::form::RawRuling;
use crate::objection::model::Case;
use crate::objection::together::{Chosen, is_of_another, left_out, to_uphold};
use crate::objection::{answer_letter, letters};
use crate::paths::{QUEUE, UPHOLD};
use crate::ui::{self, Frame};
use crate::web::App;
use leptos::prelude::*;

#[component]
pub fn UpholdPage() -> impl IntoView {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    let texts = query.get_all("cases[]").unwrap_or_default();
    let list = list::of_page(&list::read(&query.get("list").unwrap_or_default()));
    let all = async move {
        let officer = officer_actions::officer().await?;
        let mut cases: Vec<(Chosen, Case)> = Vec::new();
        // Nothing is asked about nothing: the queue says what is missing, beside the boxes.
        let chosen = match together::parse(&texts) {
            Ok(chosen) => chosen,
            Err(wrong) => {
                let queue = list::address(&list);
                let ticked: Vec<(&str, &str)> = texts.iter().map(|text| (text.as_str(), "chosen")).collect();
                Draft::new(&queue, &ticked, &wrong).keep().await?;
                ui::go(&queue);
                return Ok(None);
            }
        };
        for chosen in &chosen {
            // No opening is recorded: nothing here is what the person wrote.
            match officer_actions::case(&chosen.number).await {
                Ok(case) => cases.push((chosen.clone(), case)),
                Err(AppError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        let app = App::here();
        let officers = accounts::officers(app.db.reader().await?.conn()).await?;
        Ok(Some((officer, officers, cases, list, app.clock.now())))
    };
    ui::load(UPHOLD.to_owned(), all, |found| {
        let Some((officer, officers, cases, list, now)) = found else { return ().into_any() };
        let (can, cannot): (Vec<_>, Vec<_>) = cases
            .into_iter()
            .partition(|(chosen, case)| chosen.revision == case.revision && to_uphold(case, now).is_some());
        let back = list::address(&list);
        let title = match can.len() {
            0 => "No case to uphold".to_owned(),
            1 => "Uphold this case?".to_owned(),
            n => format!("Uphold these {n} cases?"),
        };
        let none = can.is_empty();
        let hidden = can.iter().map(|(chosen, _)| view! { <input type="hidden" name="cases[]" value=chosen.word() /> });
        let hidden = hidden.collect_view();
        let unsent = can.iter().filter(|(_, case)| case.is_disowned()).count();
        let (lead, button) = (before_upholding(can.len(), unsent), upholding(can.len(), unsent));
        let letters = can.iter().map(|(_, case)| letter(case, whose(case, &officer, &officers))).collect_view();
        view! {
            <Frame title="Uphold together" here=QUEUE member=officer>
                <section class="card" aria-labelledby="uphold">
                    <section class="stack">
                        <h2 id="uphold">{title}</h2>
                        {(!none)
                            .then(|| {
                                view! {
                                    <p>{lead}</p>
                                    <div class="stack">{letters}</div>
                                }
                            })}
                        {(!cannot.is_empty())
                            .then(|| {
                                view! {
                                    <p>
                                        "These are left out:"
                                    </p>
                                    <ul class="plain-list">
                                        {cannot
                                            .into_iter()
                                            .map(|(chosen, case)| {
                                                view! {
                                                    <li>
                                                        <a class="ref" href=format!("{QUEUE}/{}", case.number)>
                                                            {case.number.clone()}
                                                        </a>
                                                        {format!(": {}", left_out(&case, chosen.revision))}
                                                    </li>
                                                }
                                            })
                                            .collect_view()}
                                    </ul>
                                }
                            })}
                        <div class="row">
                            {(!none)
                                .then(|| {
                                    view! {
                                        <form method="post" action="/api/work-on-objections">
                                            {hidden}
                                            <input type="hidden" name="list" value=list />
                                            <button class="button primary" type="submit" name="intent" value="uphold">
                                                {button}
                                            </button>
                                        </form>
                                    }
                                })}
                            <a class="button" href=back>
                                "Back to the queue"
                            </a>
                        </div>
                    </section>
                </section>
            </Frame>
        }
        .into_any()
    })
}

/// Whose a case is, where it is another officer's.
fn whose(case: &Case, officer: &Member, officers: &[Member]) -> Option<String> {
    let ids: Vec<&str> = officers.iter().map(|officer| &*officer.id).collect();
    let other = case.officer.as_ref().filter(|_| is_of_another(case, &officer.id, &ids));
    officers.iter().find(|officer| Some(&officer.id) == other).map(|officer| officer.name.clone())
}

/// One case, and what the person will read.
fn letter(case: &Case, whose: Option<String>) -> impl IntoView + use<> {
    let purposes: Vec<Purpose> = case.to_rule().map(|asked| asked.purpose).collect();
    let upheld = |purpose: &Purpose| RawRuling {
        purpose: purpose.as_str().into(),
        outcome: Outcome::Upheld.as_str().into(),
        grounds: String::new(),
    };
    let rulings: Vec<RawRuling> = purposes.iter().map(upheld).collect();
    let (number, text) = (case.number.clone(), answer_letter::preview(case, &rulings, &Afterwards::default()));
    view! {
        <details>
            <summary>
                <span class="ref">{number}</span>
                " · "
                {letters::list(&purposes)}
                {case.is_disowned().then(|| format!(" · {NO_EMAIL}"))}
                {whose.map(|name| view! { " · with " <bdi>{name}</bdi> })}
            </summary>
            <div class="letter">{text}</div>
        </details>
    }
}
