//! The Data privacy tab.

use super::super::{island::AiChoice, load, store::Published, tell};
use crate::account::session;
use crate::server::App;
use crate::ui::{self, Frame};
use leptos::prelude::*;

#[component]
pub fn TabPage() -> impl IntoView {
    let all = async {
        let member = session::member().await?;
        let stale = session::take_stale().await?;
        let (notice, view) = load::visit(&App::here(), &member, stale).await?;
        Ok((member, notice, view))
    };
    ui::load("/settings/privacy", all, |(member, notice, view)| {
        view! {
            <Frame
                title="Data privacy"
                here="/settings/privacy"
                member
                lead="What we may use your data for. Changes count from the moment you make them."
            >
                {notice.map(|notice| view! { <Delivered notice /> })}
                <article class="card" aria-labelledby="ai">
                    <AiChoice view />
                    <footer>
                        <a href="/settings/privacy/history">"Whole history"</a>
                    </footer>
                </article>
            </Frame>
        }
    })
}

/// A notice on the visit that delivers it.
#[component]
fn Delivered(notice: Published) -> impl IntoView {
    let link = tell::notice_path(&notice.notice.reference);
    view! {
        <article class="card notice" aria-labelledby="notice">
            <section class="stack">
                <p class="kicker">"New: please read this"</p>
                <h2 id="notice">{notice.title}</h2>
                {super::notice::paragraphs(&notice.body)}
                <p>
                    <a href=link>"This notice, to keep and to check"</a>
                </p>
            </section>
        </article>
    }
}
