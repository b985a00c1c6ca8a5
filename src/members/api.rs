//! Server functions of the first password, and of leaving. All are plain forms: refused, they go
//! back to their page.

use crate::error::AppError;
use leptos::prelude::*;

/// Sets the first password of the member whose link this session came by, and signs them in. The
/// link is then used up.
#[server(endpoint = "set-first-password")]
pub async fn set_first_password(#[server(default)] password: String) -> Result<(), AppError> {
    use super::welcome;
    use crate::account::security_event::{self, Event, Outcome};
    use crate::account::{credentials, session};
    use crate::web::{App, made_for, reply};

    let answer = async {
        let app = App::here();
        let over = || AppError::Invalid(vec![(String::new(), welcome::OVER.into())]);
        let Some(link) = session::get::<String>(welcome::CAME_BY).await? else {
            // The second press finds that the first has set the password, and has signed them in
            // with it.
            return match session::member_if_any().await? {
                Some(member) if credentials::password(&app, &member, &password).await? => Ok(()),
                Some(_) if made_for::names_a_link() => Err(AppError::AnotherLink),
                _ => Err(over()),
            };
        };
        made_for::check_link(&link)?;
        let member = welcome::owner(&app.db, &link, app.clock.now()).await?.ok_or_else(over)?;
        app.password_rules
            .check(&password, &[&member.name, &member.email])
            .map_err(|said| AppError::Invalid(vec![("password".into(), said)]))?;
        let hash = app.passwords.hash(password.clone()).await?;
        let (member, epoch) = welcome::set_password(&app.db, &link, &hash, app.clock.now()).await?.ok_or_else(over)?;
        security_event::log(Event::PasswordChanged, Outcome::Success, Some(&member), "first");
        session::begin(&member, epoch, session::Proof::Password).await?;
        security_event::log(Event::SignIn, Outcome::Success, Some(&member), "link");
        Ok(())
    };
    reply::form(crate::paths::WELCOME, &[], answer.await, "/settings/privacy").await
}

/// Sends a link to set the first password, if a member without one has this address; whether one
/// has, the answer does not tell.
#[server(endpoint = "send-welcome-link")]
pub async fn send_welcome_link(#[server(default)] email: String) -> Result<(), AppError> {
    use super::welcome::{self, WelcomeRequest};
    use crate::account::security_event::{self, Event, Outcome};
    use crate::account::{
        account_action::AccountAction,
        model::{no_address, parse_email},
        session::Draft,
    };
    use crate::paths::WELCOME_AGAIN;
    use crate::web::{App, client, reply};

    let answer = async {
        let app = App::here();
        let address = parse_email(&email).ok_or_else(|| AppError::Invalid(no_address("email")))?;
        let now = app.clock.now();
        let origin = app.config.origin();
        let site = welcome::Site { platform: app.config.platform.name.as_deref(), origin: &origin };
        match welcome::ask(&app.db, &address, &client::networks().narrow, site, now).await? {
            WelcomeRequest::Wait { until } => {
                security_event::log(Event::Blocked, Outcome::Refused, None, "mail-or-code");
                let seconds = u32::try_from((until.0 - now.0 + 999) / 1000).unwrap_or(1).max(1);
                Err(AppError::SlowDown { seconds })
            }
            WelcomeRequest::Done => {
                app.wake_mailer();
                Draft::done(WELCOME_AGAIN, AccountAction::WelcomeLinkSent.as_str()).keep().await
            }
        }
    };
    reply::form(WELCOME_AGAIN, &[("email", &email)], answer.await, WELCOME_AGAIN).await
}

/// Deletes the account of whoever is signed in, for good, once they have given their password. They
/// are signed out everywhere.
#[server(endpoint = "delete-account")]
pub async fn delete_account(#[server(default)] current: String) -> Result<(), AppError> {
    use super::leave;
    use crate::account::roles::Capability;
    use crate::account::security_event::{self, Event, Outcome};
    use crate::account::{credentials, session};
    use crate::objection::service::NotMade;
    use crate::paths::{ACCOUNT_DELETED, DELETE_ACCOUNT};
    use crate::web::{App, reply};

    /// Under which the session keeps that it has deleted an account.
    const DELETED: &str = "account-deleted";

    let answer = async {
        let app = App::here();
        // The second press finds that the first has done it.
        if session::member_if_any().await?.is_none() && session::get::<bool>(DELETED).await? == Some(true) {
            return Ok(());
        }
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let at = |field: &str, message: &str| AppError::Invalid(vec![(field.into(), message.into())]);
        if !credentials::password(&app, &member, &current).await? {
            return Err(at("current", "This is not your current password."));
        }
        let (origin, platform) = (app.config.origin(), app.config.platform.name.as_deref());
        match leave::leave(&app.db, &member, &origin, platform, app.clock.now()).await {
            Ok(()) => {}
            Err(NotMade::Database(cause)) => return Err(cause.into()),
            Err(_) => {
                return Err(at(
                    "",
                    "One of your objections has changed at this moment. Nothing was deleted. Please try again.",
                ));
            }
        }
        app.wake_mailer();
        security_event::log(Event::AccountDeleted, Outcome::Success, Some(&member), "");
        session::end().await?;
        session::put(DELETED, true).await
    };
    reply::form(DELETE_ACCOUNT, &[], answer.await, ACCOUNT_DELETED).await
}
