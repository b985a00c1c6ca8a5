//! Server functions of accounts. A form without JavaScript that is refused goes back to its page,
//! with what was typed.

pub mod details;
pub mod initial_password;
pub mod mailbox;
pub mod second_factor;
pub mod sessions;

use crate::error::AppError;
use leptos::prelude::*;

/// Mails a link to whoever signs up. The account begins once it is opened; the answer is the same
/// for every address. `next` and `kept` are those of [`sign_in`].
#[server(endpoint = "sign-up")]
pub async fn sign_up(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] country: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
    #[server(default)] kept: String,
) -> Result<(), AppError> {
    use super::{mailed_link::SignUp, model, opened, session::Draft};
    use crate::account::allowance::Allowance;
    use crate::paths::SIGN_UP_SENT;
    use crate::web::carried::Carried;
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        if !app.config.sign_up {
            return Err(AppError::NotFound);
        }
        app.allow(Allowance::NewAccounts).await?;
        let (name, email, country) =
            model::parse_sign_up(&app.password_rules, &name, &email, &country, &password).map_err(AppError::Invalid)?;
        let password_hash = app.passwords.hash(password.clone()).await?;
        let typed = SignUp { name, country, password_hash };
        app.ask_sign_up(&email, typed, &opened::mark().await?).await?;
        if let Some(carried) = Carried::read(&kept) {
            carried.keep_under(&email).await?;
        }
        // The page that follows shows where the mail goes, whoever has the address.
        Draft::typed(SIGN_UP_SENT, &[("email", &email)]).keep().await
    };
    let typed = [("name", name.as_str()), ("email", &email), ("country", &country), ("next", &next), ("kept", &kept)];
    reply::form("/sign-up", &typed, answer.await, SIGN_UP_SENT).await
}

/// Signs in; halfway only, where more is to come: a code of staff, or a password of one's own in
/// the place of one that was set for them. An unknown address, a wrong password, and one that was
/// set too long ago get the same words after the same work. `next` is where it leads, and `kept`
/// what was typed on a form that was left for this.
#[server(endpoint = "sign-in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
    #[server(default)] kept: String,
) -> Result<(), AppError> {
    use super::security_event::{self, Event, Outcome};
    use super::{credentials::Attempts, initial_password, model, password::Passwords, pending_sign_in, session, store};
    use crate::web::carried::Carried;
    use crate::web::{App, link, reply};

    let answer = async {
        let app = App::here();
        let known = model::parse_email(&email);
        let address = known.clone().unwrap_or_else(|| email.trim().to_lowercase());
        let mut reader = app.db.reader().await?;
        let member = match &known {
            Some(address) => store::by_typed_address(reader.conn(), &email, address).await?,
            None => None,
        };
        let member = member.filter(|member| app.admits(member));
        let id = member.as_ref().map_or("", |member| &member.id);
        let hash = store::password_hash(reader.conn(), id).await?;
        let initial = store::initial_password::since(reader.conn(), id).await?;
        drop(reader);
        let attempts = Attempts::at_password(&app, member.as_ref(), &address).await?;
        attempts.count(&app).await?;
        let right = app.passwords.verify(password.clone(), hash.clone(), attempts.is_known()).await?;
        let over = initial.is_some_and(|since| !initial_password::holds(since, app.clock.now()));
        let Some(member) = member.as_ref().filter(|_| right && !over) else {
            let what = if right && over { "initial-password" } else { "password" };
            attempts.refuse(&app, member.as_ref(), what).await?;
            let said = "Incorrect e-mail address or password. Please check both.";
            return Err(AppError::Invalid(vec![("email".into(), said.into())]));
        };
        let stronger = match &hash {
            Some(hash) if Passwords::is_weaker(hash) => Some(app.passwords.hash(password.clone()).await?),
            _ => None,
        };
        let mut tx = app.db.begin().await?;
        attempts.forgive(tx.conn()).await?;
        if let (Some(weaker), Some(stronger)) = (&hash, &stronger) {
            store::rehash(tx.conn(), &member.id, weaker, stronger).await?;
        }
        tx.commit().await?;
        if let Some(carried) = Carried::read(&kept) {
            carried.keep_for(member).await?;
        }
        let next = link::own_path(&next).unwrap_or(member.role.home());
        if member.role.is_staff() || initial.is_some() {
            let next = pending_sign_in::begin(&app, member, next).await.map(str::to_owned)?;
            security_event::record(&app, Event::Password, Outcome::Success, member, "").await?;
            return Ok(next);
        }
        session::begin(member, member.session_epoch, session::Proof::Password).await?;
        security_event::log(Event::SignIn, Outcome::Success, Some(member), "password");
        Ok(next.to_owned())
    };
    let typed = [("email", email.as_str()), ("next", &next), ("kept", &kept)];
    let answer = answer.await;
    let next = answer.clone().unwrap_or_default();
    reply::form("/sign-in", &typed, answer.map(drop), &next).await
}

/// Shows the page to sign in to whoever was about to sign up, with what was typed, but for a
/// password.
#[server(endpoint = "show-sign-in")]
pub async fn show_sign_in(
    #[server(default)] email: String,
    #[server(default)] next: String,
    #[server(default)] kept: String,
) -> Result<(), AppError> {
    crate::web::reply::show("/sign-in", "/sign-in", &[("email", &email), ("next", &next), ("kept", &kept)]).await;
    Ok(())
}

/// The same the other way.
#[server(endpoint = "show-sign-up")]
pub async fn show_sign_up(
    #[server(default)] email: String,
    #[server(default)] next: String,
    #[server(default)] kept: String,
) -> Result<(), AppError> {
    crate::web::reply::show("/sign-up", "/sign-up", &[("email", &email), ("next", &next), ("kept", &kept)]).await;
    Ok(())
}

/// Ends this session, on the server too.
#[server(endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), AppError> {
    use super::security_event::{self, Event, Outcome};
    use super::session;
    use crate::web::{App, cookie, reply};

    let answer = async {
        // Whoever presses it on an old page wants nobody to be signed in here.
        let viewer = match session::viewer().await {
            Err(AppError::SomebodyElse) => None,
            viewer => viewer?,
        };
        session::end().await?;
        cookie::take_out(&App::here());
        if let Some(viewer) = &viewer {
            security_event::record(&App::here(), Event::SignOut, Outcome::Success, viewer, "").await?;
        }
        Ok(())
    };
    reply::form("/sign-in", &[], answer.await, "/signed-out").await
}

/// Who is signed in, as the mark that pages carry: what a page that the browser's Back brought up
/// is compared with.
#[server(endpoint = "page-state")]
pub async fn page_state() -> Result<String, AppError> {
    use super::{model, session};
    use crate::web::reply;
    reply::answer(session::viewer().await.map(|viewer| model::page_state(viewer.as_ref())))
}

/// Changes the password, which ends every other session of this account.
#[server(endpoint = "change-password")]
pub async fn change_password(
    #[server(default)] current: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use super::account_action::AccountAction;
    use super::changed::Changed;
    use super::notify;
    use super::security_event::{self, Event};
    use super::{credentials, roles::Capability, session, store};
    use crate::time::UtcMillis;
    use crate::web::{App, reply};

    /// Under which a session keeps when it has changed the password.
    const CHANGED: &str = "password-changed";
    /// The same: what was said of it.
    const SAID: &str = "password-changed-said";

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnAccount).await?;
        let at = |field: &str, message: String| AppError::Invalid(vec![(field.into(), message)]);
        // Guessing at the password of a session left open is slowed down like guessing at the front
        // door. At the second press the new one is the present one already: the same is done again.
        let again = session::get::<UtcMillis>(CHANGED).await?.is_some_and(|at| at.lasts(60_000, app.clock.now()));
        let first = credentials::password(&app, &member, &current).await?;
        if !(first || again && credentials::password(&app, &member, &password).await?) {
            return Err(at("current", "This is not your current password.".into()));
        }
        app.password_rules.check(&password, &[&member.name, &member.email]).map_err(|e| at("password", e))?;
        let hash = app.passwords.hash(password.clone()).await?;
        let mut tx = app.db.begin().await?;
        let epoch = store::change_password(tx.conn(), &member.id, &hash).await?;
        let (origin, now) = (app.config.origin(), app.clock.now());
        let moving = store::mailed_links::is_moving(tx.conn(), &member.id, now).await?;
        store::mailed_links::forget(tx.conn(), &member.id, &member.email).await?;
        let said = session::get::<String>(SAID).await?.filter(|_| !first);
        let said = said.as_deref().and_then(AccountAction::parse);
        let said = said.unwrap_or_else(|| AccountAction::of_password(moving));
        if first {
            notify::of_change(tx.conn(), &member, Changed::Password, Some(&*origin), now).await?;
        }
        let event =
            security_event::store(tx.conn(), Event::PasswordChanged, &member, "password", app.clock.now_micros())
                .await?;
        tx.commit().await?;
        app.wake_mailer();
        event.log();
        session::begin(&member, epoch, session::Proof::of(member.role)).await?;
        session::put(CHANGED, app.clock.now()).await?;
        session::put(SAID, said.as_str()).await?;
        session::Draft::done("/account", said.as_str()).keep().await
    };
    reply::form("/account", &[], answer.await, "/account").await
}
