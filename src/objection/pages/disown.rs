//! The question before somebody says that a recorded objection is not theirs.

use super::super::access;
use super::super::case::parse_number;
use super::super::disown::{MEANS, NOT_MINE};
use super::super::model::Case;
use super::private::{self, Private};
use crate::text::bare;
use crate::ui::{self, Plain, go};
use leptos::prelude::*;

const TITLE: &str = "Is this objection somebody else's?";

/// Says what it means, and asks. Where it cannot be said any more it leads to the case.
#[component]
pub fn DisownPage() -> impl IntoView {
    let typed = leptos_router::hooks::use_params_map().get_untracked().get("case").unwrap_or_default();
    let number = parse_number(bare(&typed)).unwrap_or_default();
    let here = format!("/objections/{number}/not-mine");
    let all = {
        let here = here.clone();
        async move {
            let case = match access::open(&number).await {
                Err(error) => return private::hidden(error, &here, &number).await.map(|why| Some(Err(why))),
                Ok((_, case)) => case,
            };
            if !case.can_be_disowned() {
                go(&format!("/objections/{}", case.number));
                return Ok(None);
            }
            Ok(Some(Ok(case)))
        }
    };
    ui::load(here, all, |found| match found {
        None => ().into_any(),
        Some(Err(why)) => view! { <Private why /> }.into_any(),
        Some(Ok(case)) => view! {
            <Plain title=TITLE wide=true bare=true>
                <Question case />
            </Plain>
        }
        .into_any(),
    })
}

/// Both answers weigh the same.
#[component]
fn Question(case: Case) -> impl IntoView {
    let number = case.number.clone();
    view! {
        <article class="card" aria-labelledby="means" data-case=number.clone() data-revision=case.revision>
            <section class="stack">
                <h2 id="means">"What this means"</h2>
                <ul>{MEANS.map(|said| view! { <li>{said}</li> }).into_iter().collect_view()}</ul>
                <div class="row">
                    <form method="post" action="/api/disown-objection">
                        <input type="hidden" name="case" value=number.clone() />
                        <button class="button" type="submit">
                            {NOT_MINE}
                        </button>
                    </form>
                    <a class="button" href=format!("/objections/{number}")>
                        "Back to the objection"
                    </a>
                </div>
            </section>
        </article>
    }
}

/// On the page of a recorded objection that nobody has confirmed.
#[component]
pub fn NotMine<'a>(case: &'a Case) -> impl IntoView + use<> {
    let number = case.number.clone();
    case.can_be_disowned().then(|| {
        view! {
            <section class="card" aria-labelledby="not-mine">
                <section class="stack">
                    <h2 id="not-mine">"Is this objection somebody else's?"</h2>
                    <p class="soft">
                        "Then we have a wrong address. We first show you what it means to tell us, and ask once."
                    </p>
                    <p>
                        <a class="button" href=format!("/objections/{number}/not-mine")>
                            {NOT_MINE}
                        </a>
                    </p>
                </section>
            </section>
        }
    })
}
