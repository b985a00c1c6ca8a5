//! Server functions of the choice.

use super::view::TabView;
use crate::error::AppError;
use leptos::prelude::*;

/// Records what the viewer says about AI training. Saying the same thing again changes nothing.
///
/// `wanted` is `allowed` or `denied`. `seen` is what the form was loaded with: for whom its page
/// was made, and after a dot the newest choice, empty for none. `shown` is the notice that stood on
/// the page and had not been delivered: it is delivered first.
#[server(endpoint = "set-ai-training")]
pub async fn set_ai_training(
    #[server(default)] wanted: String,
    #[server(default)] seen: String,
    #[server(default)] shown: String,
) -> Result<TabView, AppError> {
    use super::decide::NotRecorded;
    use super::load;
    use super::service::{self, Said};
    use crate::account::{roles::Capability, session};
    use crate::ledger::{Channel, Choice, Purpose};
    use crate::web::{App, made_for, reply, request};

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let (made_for, seen) = seen.split_once('.').unwrap_or(("", &seen));
        made_for::is_for(made_for, &member)?;
        let wanted = Choice::parse(&wanted).ok_or(AppError::Unreadable)?;
        let seen = (!seen.is_empty()).then(|| seen.parse()).transpose().map_err(|_| AppError::Unreadable)?;
        load::shown(&app, &member, &shown).await?;
        let now = app.clock.now();
        let said = Said { purpose: Purpose::GenerativeAiTraining, wanted, seen, channel: Channel::Web };
        let service::Pressed { recorded, known } = service::choose(&app, &member, said, now).await?;
        let stale = match recorded {
            Ok(_) | Err(NotRecorded::Already) => false,
            Err(NotRecorded::Stale) => true,
            Err(NotRecorded::NotOffered) => return Err(AppError::NotOffered),
            Err(NotRecorded::Objected) => return Err(AppError::Objected),
            Err(NotRecorded::DeniedElsewhere) => return Err(AppError::DeniedElsewhere),
            Err(NotRecorded::NotProved) => return Err(AppError::NotProved),
            Err(NotRecorded::TooOften { seconds }) => return Err(AppError::SlowDown { seconds }),
        };
        if stale && request::wants_html() {
            session::flash_stale().await?;
        }
        match known {
            Some(known) => load::tab_of(&app, &member, known, stale).await,
            None => load::tab(&app, &member, stale).await,
        }
    };
    reply::answer(answer.await)
}

/// Delivers the notice that stands on a page which another site had opened, now that the page is
/// visible to somebody.
#[server(endpoint = "notice-shown")]
pub async fn notice_shown(#[server(default)] shown: String) -> Result<(), AppError> {
    use super::load;
    use crate::account::{roles::Capability, session};
    use crate::web::{App, reply};

    let answer = async {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        load::shown(&App::here(), &member, &shown).await
    };
    reply::answer(answer.await)
}

/// Takes a notice off the tab of whoever has read it: `shown` says which. It says nothing about a
/// choice, and changes none.
#[server(endpoint = "dismiss-notice")]
pub async fn dismiss_notice(#[server(default)] shown: String) -> Result<(), AppError> {
    use super::load;
    use crate::account::{roles::Capability, session};
    use crate::web::{App, reply};

    let answer = async {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        load::dismiss(&App::here(), &member, &shown).await
    };
    reply::form("/settings/privacy", &[], answer.await, "/settings/privacy").await
}
