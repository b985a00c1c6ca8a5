//! Server functions of the choice.

use super::view::TabView;
use crate::error::AppError;
use leptos::prelude::*;

/// Records what the viewer says about AI training. Saying the same thing again changes nothing.
///
/// `wanted` is `allowed` or `denied`; `seen` the newest choice the form was loaded with, empty for none.
#[server(endpoint = "set-ai-training")]
pub async fn set_ai_training(
    #[server(default)] wanted: String,
    #[server(default)] seen: String,
) -> Result<TabView, AppError> {
    use super::{load, store};
    use crate::account::{roles::Capability, session};
    use crate::ledger::{Channel, Choice, Purpose};
    use crate::server::{App, reply};

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let wanted = Choice::parse(&wanted).ok_or(AppError::Unreadable)?;
        let seen = (!seen.is_empty()).then(|| seen.parse()).transpose().map_err(|_| AppError::Unreadable)?;
        let now = app.clock.now();
        let purpose = Purpose::GenerativeAiTraining;
        let chosen = store::choose(&app.db, &app.rules, &member, purpose, wanted, seen, Channel::Web, now).await?;
        match chosen {
            store::Chosen::NotOffered => return Err(AppError::NotOffered),
            store::Chosen::Objected => return Err(AppError::Objected),
            _ => {}
        }
        let stale = chosen == store::Chosen::Stale;
        if stale && reply::wants_html() {
            session::flash_stale().await?;
        }
        load::tab(&app, &member, stale).await
    };
    reply::answer(answer.await)
}
