//! Server functions around mailed links. All of them are plain forms: refused, they go back to
//! their page.

use crate::error::AppError;
use leptos::prelude::*;

/// Mails a link to set a new password, if an account has this address; whether one has, the answer
/// does not tell.
#[server(endpoint = "forgot-password")]
pub async fn forgot_password(#[server(default)] email: String) -> Result<(), AppError> {
    use super::super::{account_action::AccountAction, model, session::Draft};
    use crate::account::allowance::Allowance;
    use crate::paths::FORGOT;
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        app.allow(Allowance::Codes).await?;
        let address = model::parse_email(&email).ok_or_else(|| AppError::Invalid(model::no_address("email")))?;
        app.ask_password(&address).await?;
        Draft::done(FORGOT, AccountAction::PasswordLinkSent.as_str()).keep().await
    };
    reply::form(FORGOT, &[("email", &email)], answer.await, FORGOT).await
}

/// Mails a link to the address of whoever is signed in, where it is not proved yet.
#[server(endpoint = "send-address-link")]
pub async fn send_address_link() -> Result<(), AppError> {
    use super::super::{account_action::AccountAction, roles::Capability, session};
    use crate::account::allowance::Allowance;
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        app.allow(Allowance::Codes).await?;
        app.ask_proof(&member).await?;
        session::Draft::done("/account", AccountAction::AddressLinkSent.as_str()).keep().await
    };
    reply::form("/account", &[], answer.await, "/account").await
}

/// Does what the mailed link that this session came by is for: begins the account, proves the
/// address, or changes it. Name, country and password are asked for where the link was opened in
/// another browser than the one that asked for it.
#[server(endpoint = "confirm")]
pub async fn confirm(
    #[server(default)] name: String,
    #[server(default)] country: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use super::super::security_event::{self, Event, Outcome};
    use super::super::{account_action::AccountAction, opened, session};
    use crate::paths::CONFIRM;
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        let Some(came) = opened::came_by(&app).await? else {
            let next = opened::done_before().await?.ok_or_else(opened::over)?;
            if next == "/account" {
                session::Draft::done(&next, AccountAction::AddressConfirmed.as_str()).keep().await?;
            }
            return Ok(next);
        };
        let next =
            if let Some((member, epoch, proof)) = opened::confirm(&app, &came, &name, &country, &password).await? {
                session::begin(&member, epoch, proof).await?;
                security_event::record(&app, Event::SignIn, Outcome::Success, &member, "link").await?;
                member.role.home()
            } else {
                session::Draft::done("/account", AccountAction::AddressConfirmed.as_str()).keep().await?;
                "/account"
            };
        opened::done(&came, next).await?;
        Ok(next.to_owned())
    };
    let answer = answer.await;
    let next = answer.clone().unwrap_or_default();
    reply::form(CONFIRM, &[("name", &name), ("country", &country)], answer, &next).await.map(drop)
}

/// Sets a new password in the place of a forgotten one, for whoever came by a mailed link; staff
/// give a code of their second factor, too. Every session from before ends.
#[server(endpoint = "set-new-password")]
pub async fn set_new_password(
    #[server(default)] password: String,
    #[server(default)] code: String,
    #[server(default)] recovery: String,
) -> Result<(), AppError> {
    use super::super::security_event::{self, Event, Outcome};
    use super::super::{credentials, opened, session};
    use crate::paths::CONFIRM;
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        let Some(came) = opened::came_by(&app).await? else {
            return opened::done_before().await?.ok_or_else(opened::over);
        };
        let member = came.member.as_ref().filter(|_| came.sets_password()).ok_or_else(opened::over)?;
        app.password_rules
            .check(&password, &[&member.name, &member.email])
            .map_err(|said| AppError::Invalid(vec![("password".into(), said)]))?;
        if member.role.is_staff() {
            credentials::either(&app, member, &code, &recovery).await?;
        }
        let hash = app.passwords.hash(password.clone()).await?;
        let set = app.set_new_password(&came.link, member, &hash).await.map_err(opened::refused)?;
        session::begin(&set.0, set.1, set.2).await?;
        security_event::record(&app, Event::SignIn, Outcome::Success, member, "link").await?;
        opened::done(&came, member.role.home()).await?;
        Ok(member.role.home().to_owned())
    };
    let answer = answer.await;
    let next = answer.clone().unwrap_or_default();
    // Which of the two fields it was; a code itself is not kept.
    let way = if recovery.trim().is_empty() { "code" } else { "recovery" };
    reply::form(CONFIRM, &[("way", way)], answer, &next).await.map(drop)
}
