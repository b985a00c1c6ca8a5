//! The server function of a password of one's own. It is a plain form: refused, it goes back to its
//! page.

use crate::error::AppError;
use leptos::prelude::*;

/// Sets a password of their own for somebody who is half signed in by one that was set for them,
/// and goes on: staff to their code, everybody else is signed in. `next` is where they wanted to
/// go, as the page had it.
#[server(endpoint = "set-own-password")]
pub async fn set_own_password(
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::super::pending_sign_in::{self, CODE, OWN_PASSWORD};
    use super::super::security_event::{self, Event};
    use super::super::store::{self, initial_password, mailed_links as links};
    use super::super::{changed::Changed, notify};
    use super::super::{credentials, session};
    use crate::web::{App, link, reply};

    /// Said where another password was chosen, with the same session, before this one came.
    const CHOSEN: &str = "You have already chosen another password. Please continue with that one.";

    // Where the press before led: those who are no staff are signed in by it.
    let arrived = match session::viewer().await {
        Ok(Some(_)) => link::own_path(&next).unwrap_or("/"),
        Ok(None) => CODE,
        Err(failed) => return reply::answer(Err(failed)),
    };
    let here = match pending_sign_in::here(OWN_PASSWORD, arrived).await {
        Ok(here) => here,
        Err(answer) => return answer,
    };
    let answer = async {
        let app = App::here();
        let member = &here.member;
        let at = |said: &str| AppError::Invalid(vec![("password".into(), said.into())]);
        // The second press finds that the first has set it.
        let set_before = async |leads_to: &str| {
            if credentials::password(&app, member, &password).await? {
                Ok(leads_to.to_owned())
            } else {
                Err(AppError::Invalid(vec![(String::new(), CHOSEN.into())]))
            }
        };
        if !here.initial {
            return set_before(here.page()).await;
        }
        app.password_rules.check(&password, &[&member.name, &member.email]).map_err(|said| at(&said))?;
        let initial = store::password_hash(app.db.reader().await?.conn(), &member.id).await?;
        if app.passwords.verify(password.clone(), initial, true).await? {
            return Err(at("Please choose another password than the one that you were given."));
        }
        let hash = app.passwords.hash(password.clone()).await?;
        let mut tx = app.db.begin().await?;
        let Some(epoch) = initial_password::replace(tx.conn(), &member.id, &hash).await? else {
            drop(tx);
            return set_before(arrived).await;
        };
        links::forget(tx.conn(), &member.id, &member.email).await?;
        let (origin, now) = (app.config.origin(), app.clock.now());
        notify::of_change(tx.conn(), member, Changed::Password, Some(&*origin), now).await?;
        let at = app.clock.now_micros();
        let event = security_event::store(tx.conn(), Event::PasswordChanged, member, "initial", at).await?;
        tx.commit().await?;
        app.wake_mailer();
        event.log();
        pending_sign_in::go_on(&app, &here, epoch).await
    };
    let answer = answer.await;
    let next = answer.clone().unwrap_or_default();
    reply::form(OWN_PASSWORD, &[], answer.map(drop), &next).await
}
