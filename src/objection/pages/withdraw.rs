//! The question before an objection is withdrawn.

use super::super::case::{By, MoveName, moves, parse_number};
use super::super::given_back::Known;
use super::super::model::Case;
use super::super::{access, service, wording};
use super::private::{self, Private};
use crate::text::bare;
use crate::ui::{self, Frame, Plain, go};
use crate::web::App;
use leptos::prelude::*;

/// Says what withdrawing means, and asks. Where there is nothing to withdraw any more it leads to
/// the case.
#[component]
pub fn WithdrawPage() -> impl IntoView {
    let typed = leptos_router::hooks::use_params_map().get_untracked().get("case").unwrap_or_default();
    let number = parse_number(bare(&typed)).unwrap_or_default();
    let here = format!("/objections/{number}/withdraw");
    let all = {
        let here = here.clone();
        async move {
            let (viewer, mut case) = match access::open(&number).await {
                Err(error) => return private::hidden(error, &here, &number).await.map(|why| Some(Err(why))),
                Ok(found) => found,
            };
            if !moves(&case.facts(), By::Applicant, App::here().clock.now()).contains(&MoveName::Withdraw) {
                go(&format!("/objections/{}", case.number));
                return Ok(None);
            }
            let owner = viewer.filter(|member| case.member.as_ref() == Some(&member.id));
            let app = App::here();
            let mut reader = app.db.reader().await?;
            // What an account's settings hold is told to whoever is signed in to it alone.
            let said = if owner.is_some() {
                case = service::knowing(reader.conn(), case, app.clock.now()).await?;
                let after = service::afterwards(reader.conn(), &case).await?;
                wording::withdrawing(&case, Known::All(&after))
            } else if case.member.is_some() {
                wording::withdrawing(&case, Known::Nothing)
            } else {
                let others = service::of_others(reader.conn(), &case).await?;
                wording::withdrawing(&case, Known::Others(&others))
            };
            Ok(Some(Ok((owner, case, said))))
        }
    };
    ui::load(here, all, |found| match found {
        None => ().into_any(),
        Some(Err(why)) => view! { <Private why /> }.into_any(),
        Some(Ok((Some(member), case, said))) => view! {
            <Frame title=title(&case) here="/objections" member>
                <Question case said />
            </Frame>
        }
        .into_any(),
        Some(Ok((None, case, said))) => view! {
            <Plain title=title(&case) wide=true bare=true>
                <Question case said />
            </Plain>
        }
        .into_any(),
    })
}

fn title(case: &Case) -> String {
    format!("Withdraw objection {}?", case.number)
}

/// Both answers weigh the same.
#[component]
fn Question(case: Case, said: Vec<String>) -> impl IntoView {
    let number = case.number.clone();
    view! {
        <article class="card" aria-labelledby="means" data-case=number.clone() data-revision=case.revision>
            <section class="stack">
                <h2 id="means">"What this means"</h2>
                <ul>{said.into_iter().map(|said| view! { <li>{said}</li> }).collect_view()}</ul>
                <div class="row">
                    <form method="post" action="/api/withdraw-objection">
                        <input type="hidden" name="case" value=number.clone() />
                        <button class="button" type="submit">
                            "Withdraw objection"
                        </button>
                    </form>
                    <a class="button" href=format!("/objections/{number}")>
                        "Keep objection"
                    </a>
                </div>
            </section>
        </article>
    }
}
