//! Server functions with which somebody ends sessions of their own. Both find what a second click
//! has done already, and say the same.

use crate::error::AppError;
use leptos::prelude::*;

/// Ends one session of whoever asks, by the name under which it is stored.
#[server(endpoint = "end-session")]
pub async fn end_session(#[server(default)] session: String) -> Result<(), AppError> {
    use super::super::account_action::AccountAction;
    use super::super::security_event::{self, Event, Outcome};
    use super::super::session::{self, Draft};
    use super::super::{roles::Capability, store::sessions as store};
    use crate::paths::{SESSIONS, SESSIONS_DRAFT};
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnAccount).await?;
        if session::name().await?.as_deref() == Some(&*session) {
            session::end().await?;
            security_event::record(&app, Event::SignOut, Outcome::Success, &member, "").await?;
            return Ok("/sign-in");
        }
        let mut tx = app.db.begin().await?;
        store::end_one(tx.conn(), &member.id, &session).await?;
        let at = app.clock.now_micros();
        let event = security_event::store(tx.conn(), Event::SessionsEnded, &member, "one", at).await?;
        tx.commit().await?;
        event.log();
        Draft::done(SESSIONS_DRAFT, AccountAction::SessionEnded.as_str()).keep().await?;
        Ok(SESSIONS)
    };
    let answer = answer.await;
    let next = *answer.as_ref().unwrap_or(&SESSIONS);
    reply::form("/account", &[], answer.map(drop), next).await
}

/// Ends every session of whoever asks but the one in which they ask.
#[server(endpoint = "end-other-sessions")]
pub async fn end_other_sessions() -> Result<(), AppError> {
    use super::super::account_action::AccountAction;
    use super::super::security_event::{self, Event};
    use super::super::session::{self, Draft};
    use super::super::{roles::Capability, store::sessions as store};
    use crate::paths::{SESSIONS, SESSIONS_DRAFT};
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnAccount).await?;
        let here = session::name().await?.ok_or(AppError::NotSignedIn)?;
        let mut tx = app.db.begin().await?;
        store::end_others(tx.conn(), &member.id, &here).await?;
        let at = app.clock.now_micros();
        let event = security_event::store(tx.conn(), Event::SessionsEnded, &member, "others", at).await?;
        tx.commit().await?;
        event.log();
        Draft::done(SESSIONS_DRAFT, AccountAction::OtherSessionsEnded.as_str()).keep().await
    };
    reply::form("/account", &[], answer.await, SESSIONS).await
}
