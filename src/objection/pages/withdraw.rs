//! The question before an objection is withdrawn.

use super::super::applicant_actions::{SHOWN, is_own};
use super::super::case::{By, MoveName, parse_number};
use super::super::legal_moves::moves;
use super::super::model::Case;
use super::super::{access, service};
use super::private::{self, Private};
use crate::account::session::Draft;
use crate::text::bare;
use crate::ui::{self, Frame, Plain, Problems, go};
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
            let (viewer, case) = match access::open(&number).await {
                Err(error) => return private::hidden(error, &here, &number).await.map(|why| Some(Err(why))),
                Ok(found) => found,
            };
            if !moves(&case.facts(), By::Applicant, App::here().clock.now()).contains(&MoveName::Withdraw) {
                go(&format!("/objections/{}", case.number));
                return Ok(None);
            }
            let draft = Draft::take_for(&here, viewer.as_ref()).await?;
            let owner = viewer.filter(|member| is_own(Some(member), &case));
            let app = App::here();
            let mut reader = app.db.reader().await?;
            // What an account's settings hold is told to whoever is signed in to it alone.
            let (case, said) = service::withdrawing(&mut reader.conn(), case, owner.is_some(), app.clock.now()).await?;
            Ok(Some(Ok((owner, case, said, draft))))
        }
    };
    ui::load(here, all, |found| match found {
        None => ().into_any(),
        Some(Err(why)) => view! { <Private why /> }.into_any(),
        Some(Ok((Some(member), case, said, draft))) => view! {
            <Frame title=title(&case) here="/objections" member>
                <Question case said draft />
            </Frame>
        }
        .into_any(),
        Some(Ok((None, case, said, draft))) => view! {
            <Plain title=title(&case) wide=true bare=true>
                <Question case said draft />
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
fn Question(case: Case, said: Vec<String>, draft: Draft) -> impl IntoView {
    let number = case.number.clone();
    let (before, now) = (draft.value(SHOWN), case.marks(&said));
    let said = said.into_iter().map(|said| {
        let new = case.says_newly(&before, &said).then(|| view! { <strong>"New: "</strong> });
        view! { <li>{new} {said}</li> }
    });
    let said = said.collect_view();
    view! {
        <article class="card" aria-labelledby="means" data-case=number.clone() data-revision=case.revision>
            <section class="stack">
                <Problems draft=&draft />
                <h2 id="means">"What this means"</h2>
                <ul>{said}</ul>
                <div class="row">
                    <form method="post" action="/api/withdraw-objection">
                        <input type="hidden" name="case" value=number.clone() />
                        <input type="hidden" name=SHOWN value=now />
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
