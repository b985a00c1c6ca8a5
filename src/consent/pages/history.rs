//! The history, newest first and a page at a time, with a picture of it on the first. Asked about a
//! past instant, the member reads before it what held then, and why.

use super::super::audience::Audience;
use super::super::load;
use super::super::page::{self, Page};
use super::super::point_in_time::{PointInTime, before_the_record, parse_point};
use super::super::view::TabView;
use super::super::wording::{self, Voice};
use crate::account::model::Member;
use crate::account::session::Draft;
use crate::account::{roles::Capability, session};
use crate::error::AppError;
use crate::ledger::{Purpose, store as ledger};
use crate::time::UtcMillis;
use crate::ui::{self, Field, Frame, Problems, Rows, TakeAlong, Timeline};
use crate::web::{App, link};
use leptos::prelude::*;

const PATH: &str = "/settings/privacy/history";
const LEAD: &str = "Everything we have recorded about your settings and objections, newest first. We never change or remove any of it.";

/// The history, or the part of it by a past instant. `more` makes the card of that instant that
/// another feature has.
pub fn history_page<M, F>(more: M) -> impl IntoView
where
    M: FnOnce(Member, UtcMillis) -> F + Send + 'static,
    F: Future<Output = Result<AnyView, AppError>> + Send,
{
    let before = asked_before();
    let asked = leptos_router::hooks::use_query_map().get_untracked().get("at").unwrap_or_default();
    let here = if asked.is_empty() { PATH.to_owned() } else { format!("{PATH}?at={}", link::in_address(&asked)) };
    let all = async move {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let app = App::here();
        let point = parse_point(&asked, app.clock.now());
        let problem = match &point {
            PointInTime::Past(at, _) => {
                let began = ledger::began(app.db.reader().await?.conn(), &member.subject).await?;
                before_the_record(*at, member.joined_at, began.unwrap_or(member.joined_at), Voice::Member)
            }
            point => point.problem().map(str::to_owned),
        };
        let at = point.past().filter(|_| problem.is_none());
        let held = match at {
            None => None,
            Some(at) => {
                let (card, _) = load::seen(&app, &member, Some(at), Voice::Member).await?;
                Some((at, what_held(card, at), more(member.clone(), at).await?))
            }
        };
        let page = page::history(&app, &member, at, before, Voice::Member).await?;
        let draft = match problem {
            Some(said) => Draft::new(PATH, &[("at", point.typed())], &AppError::Invalid(vec![("at".into(), said)])),
            None => Draft::typed(PATH, &[("at", point.typed())]),
        };
        Ok((member, page, draft, held, point.query()))
    };
    ui::load(at_page(here, before), all, |(member, page, draft, held, query)| {
        let (at, cards) = held.map(|(at, card, more)| (at, (card, more))).unzip();
        let first = at.map_or_else(|| "History".to_owned(), |at| format!("Your settings on {}", at.long()));
        let lead = if at.is_some() { "What held then, and what had been recorded by then." } else { LEAD };
        view! {
            <Frame title=title(&first, &page) here=PATH member lead>
                {at
                    .map(|_| {
                        view! {
                            <p>
                                <a href=PATH>"Back to the present"</a>
                            </p>
                        }
                    })}
                {cards}
                {history(page, &Audience::Member, &query)}
                <AnotherTime draft=&draft />
                <TakeAlong />
            </Frame>
        }
    })
}

/// What held at a past instant, and why. The picture and the changes by then stand below, in the
/// history.
fn what_held(card: TabView, at: UtcMillis) -> AnyView {
    let TabView { dot, now, told, before, .. } = card;
    let told = told.map(|told| {
        let link = told.link.map(|link| view! { <a href=link>{told.label}</a> });
        view! { <span>{told.text} " " {link}</span> }
    });
    view! {
        <article class="card" aria-labelledby="ai">
            <section class="stack">
                <h2 id="ai">{Purpose::GenerativeAiTraining.title()}</h2>
                <dl class="facts">
                    <dt>{wording::on(at)}</dt>
                    <dd class="standing">
                        <span class="dot" data-state=dot aria-hidden="true"></span>
                        <span>{now} " " {told}</span>
                    </dd>
                    <dt>"Before"</dt>
                    <dd>{before}</dd>
                </dl>
            </section>
        </article>
    }
    .into_any()
}

/// Asks about a past instant.
#[component]
fn AnotherTime<'a>(draft: &'a Draft) -> impl IntoView + use<> {
    view! {
        <section class="card" aria-labelledby="then">
            <form method="get" action=PATH novalidate>
                <section class="stack">
                    <h2 id="then">"What held at another time"</h2>
                    <Problems draft=draft />
                    <Field
                        draft=draft
                        name="at"
                        label="Time (UTC)"
                        kind="datetime-local"
                        autocomplete="off"
                        hint="Shows what held at this minute and why, and what had been recorded by then."
                        max=16
                    />
                    <button class="button" type="submit">
                        "Show that time"
                    </button>
                </section>
            </form>
        </section>
    }
}

/// Before which position the page begins that is asked for; none for the first.
pub fn asked_before() -> Option<i64> {
    leptos_router::hooks::use_query_map().get_untracked().get("before")?.parse().ok()
}

/// `path`, at the page that begins there.
pub fn at_page(path: String, before: Option<i64>) -> String {
    let Some(before) = before else { return path };
    let and = if path.contains('?') { '&' } else { '?' };
    format!("{path}{and}before={before}")
}

/// The title of one page of several.
pub fn title(first: &str, page: &Page) -> String {
    if page.newer.is_none() { first.into() } else { format!("{first}, earlier entries") }
}

/// One page of the history, for whoever reads it; `query` is what the member's own pages of it are
/// given along.
pub fn history(page: Page, reader: &Audience, query: &str) -> impl IntoView + use<> {
    let Page { picture, mut rows, newer, older } = page;
    reader.lead(&mut rows);
    let way = |before| reader.link(&format!("{PATH}{query}")).map(|path| at_page(path, before));
    let (newer, older) = (newer.map(way), older.map(|older| way(Some(older))));
    let several = newer.is_some() || older.is_some();
    let caption = if several { "Part of the history" } else { "Full history" };
    let nothing = rows.is_empty();
    let pages = several.then(|| {
        view! {
            <nav class="row" aria-label="Pages of the history">
                {newer
                    .map(|to| {
                        view! {
                            <a class="button" href=to rel="prev">
                                "Newer entries"
                            </a>
                        }
                    })}
                {older
                    .map(|to| {
                        view! {
                            <a class="button" href=to rel="next">
                                "Earlier entries"
                            </a>
                        }
                    })}
            </nav>
        }
    });
    view! {
        <section class="card" aria-label="History">
            {picture
                .map(|picture| {
                    view! {
                        <section>
                            <Timeline picture />
                        </section>
                    }
                })}
            <section class=several.then_some("stack")>
                {if nothing {
                    view! { <p>"The entries on this page are about other uses of your data."</p> }.into_any()
                } else {
                    view! { <Rows rows caption /> }.into_any()
                }} {pages}
            </section>
        </section>
    }
}
