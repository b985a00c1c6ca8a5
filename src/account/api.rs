//! Server functions of accounts. A form without JavaScript that is refused goes back to its page, with what was typed.

use crate::error::AppError;
use leptos::prelude::*;

/// Makes an account and signs in.
#[server(endpoint = "sign-up")]
pub async fn sign_up(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] country: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use super::{model, session};
    use crate::server::{App, join::JoinError, reply};

    let answer = async {
        let app = App::here();
        app.limit_new_accounts(&reply::address())?;
        let (name, email, country) =
            model::parse_sign_up(&name, &email, &country, &password).map_err(AppError::Invalid)?;
        let password_hash = app.passwords.hash(password.clone()).await.map_err(AppError::internal)?;
        let new = model::NewMember { name, email, country, role: model::Role::Member, password_hash, demo: false };
        let member = app.join(new).await.map_err(|e| match e {
            JoinError::Taken => AppError::Invalid(vec![(
                "email".into(),
                "There is an account with this address already. Please sign in, or use another address.".into(),
            )]),
            JoinError::Database(e) => e.into(),
        })?;
        session::begin(&member, member.session_epoch).await
    };
    let typed = [("name", name.as_str()), ("email", &email), ("country", &country)];
    reply::form("/sign-up", &typed, answer.await, "/settings/privacy").await
}

/// Signs in. An unknown address and a wrong password get the same words after the same work.
#[server(endpoint = "sign-in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::{model, session, store};
    use crate::server::{App, reply};

    let answer = async {
        let app = App::here();
        let known = model::parse_email(&email);
        let address = known.clone().unwrap_or_else(|| email.trim().to_lowercase());
        let [account_key, address_key] = session::attempt_keys(&address, &reply::address());
        let now = app.clock.now();
        let keys = [(&*account_key, session::FREE_PER_ACCOUNT), (&*address_key, session::FREE_PER_ADDRESS)];
        let mut tx = app.db.begin().await?;
        let wait = store::count_attempt(tx.conn(), keys, now).await?;
        tx.commit().await?;
        if let Some(until) = wait {
            let seconds = u32::try_from((until.0 - now.0 + 999) / 1000).unwrap_or(1).max(1);
            return Err(AppError::SlowDown { seconds });
        }
        let mut reader = app.db.reader().await?;
        let member = match &known {
            Some(address) => store::by_email(reader.conn(), address).await?,
            None => None,
        };
        let hash = store::password_hash(reader.conn(), member.as_ref().map_or("", |m| &m.id)).await?;
        drop(reader);
        let right = app.passwords.verify(password.clone(), hash).await.map_err(AppError::internal)?;
        match member.filter(|_| right) {
            Some(member) => {
                let mut tx = app.db.begin().await?;
                store::forgive(tx.conn(), &account_key, &address_key).await?;
                tx.commit().await?;
                session::begin(&member, member.session_epoch).await?;
                Ok(member.role)
            }
            None => Err(AppError::Invalid(vec![(
                "email".into(),
                "This e-mail address and password do not go together. Please check both.".into(),
            )])),
        }
    };
    let typed = [("email", email.as_str()), ("next", &next)];
    let role = answer.await;
    let home = role.as_ref().map_or("/", |role| role.home());
    reply::form("/sign-in", &typed, role.map(drop), reply::own_path(&next).unwrap_or(home)).await
}

/// Ends this session, on the server too.
#[server(endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::server::reply;
    reply::form("/sign-in", &[], super::session::end().await, "/sign-in").await
}

/// Changes the password, which ends every other session of this account.
#[server(endpoint = "change-password")]
pub async fn change_password(
    #[server(default)] current: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use super::{model, roles::Capability, session, store};
    use crate::server::{App, reply};

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnAccount).await?;
        let at = |field: &str, message: String| AppError::Invalid(vec![(field.into(), message)]);
        // Guessing at the password of a session left open is slowed down like guessing at the front door.
        let [account_key, address_key] = session::attempt_keys(&member.email, &reply::address());
        let keys = [(&*account_key, session::FREE_PER_ACCOUNT), (&*address_key, session::FREE_PER_ADDRESS)];
        let now = app.clock.now();
        let mut tx = app.db.begin().await?;
        let wait = store::count_attempt(tx.conn(), keys, now).await?;
        tx.commit().await?;
        if let Some(until) = wait {
            return Err(AppError::SlowDown { seconds: u32::try_from((until.0 - now.0) / 1000 + 1).unwrap_or(1) });
        }
        let hash = store::password_hash(app.db.reader().await?.conn(), &member.id).await?;
        if !app.passwords.verify(current.clone(), hash).await.map_err(AppError::internal)? {
            return Err(at("current", "This is not your present password.".into()));
        }
        model::check_password(&password, &[&member.name, &member.email]).map_err(|e| at("password", e))?;
        let hash = app.passwords.hash(password.clone()).await.map_err(AppError::internal)?;
        let mut tx = app.db.begin().await?;
        let epoch = store::change_password(tx.conn(), &member.id, &hash).await?;
        store::forgive(tx.conn(), &account_key, &address_key).await?;
        tx.commit().await?;
        session::begin(&member, epoch).await?;
        session::Draft::done("/account", "password").keep().await
    };
    reply::form("/account", &[], answer.await, "/account").await
}
