//! Server functions of what an account is known by. Both are plain forms: refused, they go back to
//! their page.

use crate::error::AppError;
use leptos::prelude::*;

/// Changes the name and the country. Moving is recorded: what held before is judged by the country
/// of that time, and off stays off. `seen` is what the form was loaded with
/// ([`details_mark`](super::super::model::details_mark)): a form that is older than what holds now
/// changes nothing, and is shown again beside it.
#[server(endpoint = "change-details")]
pub async fn change_details(
    #[server(default)] name: String,
    #[server(default)] country: String,
    #[server(default)] seen: String,
) -> Result<(), AppError> {
    use super::super::{account_action::AccountAction, model, roles::Capability, session};
    use crate::paths::DETAILS;
    use crate::web::{App, reply};

    let answer = async {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let (name, country) = model::parse_details(&name, &country).map_err(AppError::Invalid)?;
        App::here().change_details(&member, &name, country, &seen).await?;
        session::Draft::done(DETAILS, AccountAction::DetailsChanged.as_str()).keep().await
    };
    reply::form(DETAILS, &[("name", &name), ("country", &country)], answer.await, DETAILS).await
}

/// Mails a link to another address; the account has it once the link was opened and a button
/// pressed there. The present address is told.
#[server(endpoint = "change-address")]
pub async fn change_address(
    #[server(default)] email: String,
    #[server(default)] present: String,
) -> Result<(), AppError> {
    use super::super::{account_action::AccountAction, credentials, model, roles::Capability, session};
    use crate::account::allowance::Allowance;
    use crate::paths::ADDRESS;
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let at = |field: &str, message: &str| AppError::Invalid(vec![(field.into(), message.into())]);
        let address = model::parse_email(&email).ok_or_else(|| AppError::Invalid(model::no_address("email")))?;
        if address == member.email {
            return Err(at("email", "This is already your e-mail address."));
        }
        app.allow(Allowance::Codes).await?;
        // Guessing at the password of a session left open is slowed down like guessing at the front
        // door.
        if !credentials::password(&app, &member, &present).await? {
            return Err(at("present", "This is not your current password."));
        }
        app.ask_new_address(&member, &address).await?;
        session::Draft::done(ADDRESS, AccountAction::AddressChangeBegun.as_str()).keep().await
    };
    reply::form(ADDRESS, &[("email", &email)], answer.await, ADDRESS).await
}
