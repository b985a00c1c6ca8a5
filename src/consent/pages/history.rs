//! The history, newest first and a page at a time, with a picture of it on the first.

use super::super::audience::Audience;
use super::super::page::{self, Page};
use crate::account::{roles::Capability, session};
use crate::ui::{self, Frame, Rows, Timeline};
use crate::web::App;
use leptos::prelude::*;

const PATH: &str = "/settings/privacy/history";

#[component]
pub fn HistoryPage() -> impl IntoView {
    let before = asked_before();
    let here = at_page(PATH.into(), before);
    let all = async move {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let page = page::history(&App::here(), &member, None, before, Audience::Member.voice()).await?;
        Ok((member, page))
    };
    ui::load(here, all, |(member, page)| {
        view! {
            <Frame
                title=title("History", &page)
                here=PATH
                member
                lead="Everything we have recorded about your settings and objections, newest first. We never change or remove any of it."
            >
                {history(page, &Audience::Member)}
            </Frame>
        }
    })
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

/// One page of the history, for whoever reads it.
pub fn history(page: Page, reader: &Audience) -> impl IntoView + use<> {
    let Page { picture, mut rows, newer, older } = page;
    reader.lead(&mut rows);
    let way = |before| reader.link(PATH).map(|path| at_page(path, before));
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
