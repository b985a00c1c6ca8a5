//! Server functions of the second factor. All of them are plain forms: refused, they go back to
//! their page.

use crate::error::AppError;
use leptos::prelude::*;

/// Stores the second factor that a half-signed-in session was shown, once its first code is right;
/// then signs in, and shows the recovery codes. `next` is where they wanted to go, as the page had
/// it.
#[server(endpoint = "set-up-second-factor")]
pub async fn set_up_second_factor(
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::super::pending_sign_in::{self, SET_UP};
    use super::super::second_factor::Secret;
    use super::super::security_event::{self, Event};
    use super::super::{changed::Changed, notify};
    use super::super::{credentials, recovery_code_cookie, store::second_factor as store};
    use crate::web::{App, link, reply};

    let arrived = link::with_next(recovery_code_cookie::PAGE, link::own_path(&next).unwrap_or("/"));
    let here = match pending_sign_in::here(SET_UP, &arrived).await {
        Ok(here) => here,
        Err(answer) => return answer,
    };
    let answer = async {
        let app = App::here();
        let elsewhere = || {
            AppError::Invalid(vec![(
                "code".into(),
                "Your second factor has been set up elsewhere in the meantime.".into(),
            )])
        };
        let base32 = here.secret.as_ref().ok_or_else(elsewhere)?;
        let secret = Secret::read(base32, &here.member.email).ok_or_else(|| AppError::internal("no secret"))?;
        let wrong = || AppError::Invalid(vec![("code".into(), credentials::WRONG_CODE.into())]);
        let now = app.clock.now();
        let Some(step) = secret.step_of(&code, 0, now) else {
            security_event::record_whether(&app, Event::SecondFactorSetUp, false, &here.member).await?;
            return Err(wrong());
        };
        let (codes, hashes) = recovery_code_cookie::fresh_codes(&app).await?;
        let mut tx = app.db.begin().await?;
        if !store::set_up(tx.conn(), &here.member.id, base32, step, now).await? {
            return Err(elsewhere());
        }
        store::put_recovery_codes(tx.conn(), &here.member.id, &hashes, now).await?;
        let origin = app.config.origin();
        notify::of_change(tx.conn(), &here.member, Changed::SecondFactor, Some(&*origin), now).await?;
        let at = app.clock.now_micros();
        let event = security_event::store(tx.conn(), Event::SecondFactorSetUp, &here.member, "", at).await?;
        tx.commit().await?;
        app.wake_mailer();
        event.log();
        pending_sign_in::arrive(&here).await?;
        recovery_code_cookie::hand_over(&app, &codes);
        Ok(())
    };
    reply::form(SET_UP, &[], answer.await, &link::with_next(recovery_code_cookie::PAGE, &here.next)).await
}

/// Signs in a half-signed-in session by a code of the authenticator, or by a recovery code. Each is
/// accepted once. `next` is where they wanted to go, as the page had it.
#[server(endpoint = "enter-code")]
pub async fn enter_code(
    #[server(default)] code: String,
    #[server(default)] recovery: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use super::super::credentials;
    use super::super::pending_sign_in::{self, CODE};
    use crate::web::{App, link, reply};

    let here = match pending_sign_in::here(CODE, link::own_path(&next).unwrap_or("/")).await {
        Ok(here) => here,
        Err(answer) => return answer,
    };
    let answer = async {
        credentials::either(&App::here(), &here.member, &code, &recovery).await?;
        pending_sign_in::arrive(&here).await
    };
    // Which of the two fields it was; a code itself is not kept.
    let typed = [("way", if recovery.trim().is_empty() { "code" } else { "recovery" })];
    reply::form(CODE, &typed, answer.await, &here.next).await
}

/// Makes new recovery codes in the place of those there are, for whoever gives a code of the second
/// factor once more: whoever has the password alone is not to get around it.
#[server(endpoint = "make-recovery-codes")]
pub async fn make_recovery_codes(#[server(default)] proof: String) -> Result<(), AppError> {
    use super::super::second_factor::is_code;
    use super::super::security_event::{self, Event};
    use super::super::{changed::Changed, notify};
    use super::super::{credentials, recovery_code_cookie, roles::Capability, session, store::second_factor as store};
    use crate::ledger::entry::sha256_hex;
    use crate::web::{App, reply};

    /// Under which a session keeps the SHA-256 of the code that recovery codes were made by.
    const MADE_BY: &str = "recovery-codes-made-by";

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnSecondFactor).await?;
        // The second press finds the codes that the first has made.
        let press = sha256_hex(proof.as_bytes());
        if is_code(&proof) && session::get::<String>(MADE_BY).await?.as_ref() == Some(&press) {
            return Ok(());
        }
        if !credentials::code(&app, &member, &proof).await? {
            return Err(AppError::Invalid(vec![("proof".into(), credentials::WRONG_CODE.into())]));
        }
        let (codes, hashes) = recovery_code_cookie::fresh_codes(&app).await?;
        let mut tx = app.db.begin().await?;
        let (origin, now) = (app.config.origin(), app.clock.now());
        store::put_recovery_codes(tx.conn(), &member.id, &hashes, now).await?;
        notify::of_change(tx.conn(), &member, Changed::RecoveryCodes, Some(&*origin), now).await?;
        let at = app.clock.now_micros();
        let event = security_event::store(tx.conn(), Event::RecoveryCodesMade, &member, "", at).await?;
        tx.commit().await?;
        app.wake_mailer();
        event.log();
        recovery_code_cookie::hand_over(&app, &codes);
        session::put(MADE_BY, press).await
    };
    reply::form(recovery_code_cookie::PAGE, &[], answer.await, recovery_code_cookie::PAGE).await
}

/// Begins the change to another authenticator, for whoever gives a code of the present one or a
/// recovery code.
#[server(endpoint = "change-authenticator")]
pub async fn change_authenticator(
    #[server(default)] code: String,
    #[server(default)] recovery: String,
) -> Result<(), AppError> {
    use super::super::{credentials, pending_sign_in, roles::Capability, session};
    use crate::paths::AUTHENTICATOR;
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnSecondFactor).await?;
        // The second press finds that the change has begun: the page shows it, whatever was typed.
        if pending_sign_in::change(&app).await?.is_some() {
            return Ok(());
        }
        credentials::either(&app, &member, &code, &recovery).await?;
        pending_sign_in::begin_change(&app).await
    };
    let typed = [("way", if recovery.trim().is_empty() { "code" } else { "recovery" })];
    reply::form(AUTHENTICATOR, &typed, answer.await, AUTHENTICATOR).await
}

/// Completes the change with the first code of the new authenticator. The old one is worth nothing
/// from then on, and every other session of the account has ended.
#[server(endpoint = "confirm-authenticator")]
pub async fn confirm_authenticator(#[server(default)] code: String) -> Result<(), AppError> {
    use super::super::second_factor::Secret;
    use super::super::security_event::{self, Event};
    use super::super::session::{self, Draft, Proof};
    use super::super::{account_action::AccountAction, changed::Changed, notify};
    use super::super::{credentials, pending_sign_in, roles::Capability, store};
    use crate::paths::AUTHENTICATOR;
    use crate::web::{App, reply};

    let answer = async {
        let app = App::here();
        let member = session::signed_in_for(Capability::OwnSecondFactor).await?;
        let at_code = |said: &str| AppError::Invalid(vec![("code".into(), said.into())]);
        let over = || at_code("More than ten minutes have passed. Please start again.");
        let said = Draft::done("/account", AccountAction::AuthenticatorChanged.as_str());
        let Some(base32) = pending_sign_in::change(&app).await? else {
            // The second press finds that its code has completed the change.
            let changed = credentials::has_completed(&app, &member, &code).await?;
            return if changed { said.keep().await } else { Err(over()) };
        };
        let secret = Secret::read(&base32, &member.email).ok_or_else(|| AppError::internal("no secret"))?;
        let now = app.clock.now();
        let Some(step) = secret.step_of(&code, 0, now) else {
            security_event::record_whether(&app, Event::AuthenticatorChanged, false, &member).await?;
            return Err(at_code(credentials::WRONG_CODE));
        };
        let mut tx = app.db.begin().await?;
        store::second_factor::change(tx.conn(), &member.id, &base32, step, now).await?;
        let epoch = store::end_sessions(tx.conn(), &member.id).await?;
        let origin = app.config.origin();
        notify::of_change(tx.conn(), &member, Changed::Authenticator, Some(&*origin), now).await?;
        let at = app.clock.now_micros();
        let event = security_event::store(tx.conn(), Event::AuthenticatorChanged, &member, "", at).await?;
        tx.commit().await?;
        app.wake_mailer();
        event.log();
        session::begin(&member, epoch, Proof::SecondFactor).await?;
        said.keep().await
    };
    reply::form(AUTHENTICATOR, &[], answer.await, "/account").await
}
