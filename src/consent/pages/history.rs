//! The whole history, newest first, with a picture of it.

use super::super::load;
use super::super::view::{Picture, Row};
use crate::account::{roles::Capability, session};
use crate::server::App;
use crate::ui::{self, Frame, Rows, Timeline};
use leptos::prelude::*;

#[component]
pub fn HistoryPage() -> impl IntoView {
    let all = async {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let (picture, rows) = load::history(&App::here(), &member, None).await?;
        Ok((member, picture, rows))
    };
    ui::load("/settings/privacy/history", all, |(member, picture, rows)| {
        view! {
            <Frame
                title="History"
                here="/settings/privacy/history"
                member
                lead="Everything recorded about Data for Generative AI improvement, newest first. Nothing in it is ever changed or removed."
            >
                {history(picture, rows)}
            </Frame>
        }
    })
}

/// The whole history, for whoever reads it.
pub fn history(picture: Picture, rows: Vec<Row>) -> impl IntoView {
    view! {
        <section class="card" aria-label="History">
            <section>
                <Timeline picture />
            </section>
            <section>
                <Rows rows caption="The whole history" />
            </section>
        </section>
    }
}
