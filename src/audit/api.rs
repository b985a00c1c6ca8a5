//! What an auditor asks for by a form, or by the script of a page.

use crate::error::AppError;
use leptos::prelude::*;

/// Begins to verify the whole record. Where that is being done already, it only shows it.
#[server(endpoint = "verify-record")]
pub async fn verify_record() -> Result<(), AppError> {
    use super::pages::VERIFICATION;
    use super::store::verification;
    use crate::account::{roles::Capability, session};
    use crate::web::{App, reply};

    let answer = async {
        let auditor = session::signed_in_for(Capability::ReadLedger).await?;
        let app = App::here();
        if let Some(id) = verification::begin(&app.db, &auditor, app.clock.now()).await? {
            // The page may be left: it goes on until the server ends.
            tokio::spawn(super::verify::run(app, id));
        }
        Ok(())
    };
    reply::form(VERIFICATION, &[], answer.await, VERIFICATION).await
}

/// How far the newest verification is, in whole percent and in words, for a page that asks by
/// itself; nothing once it has ended.
#[server(endpoint = "verification-progress")]
pub async fn verification_progress() -> Result<Option<(i64, String)>, AppError> {
    use super::store::verification;
    use super::verification::State;
    use crate::account::{roles::Capability, session};
    use crate::web::{App, reply};

    let answer = async {
        session::unnoticed_for(Capability::ReadLedger).await?;
        let (app, now) = (App::here(), App::here().clock.now());
        let newest = verification::newest(app.db.reader().await?.conn(), 1).await?.pop();
        let running = newest.filter(|newest| newest.state(now) == State::Running);
        Ok(running.map(|running| (running.percent(), running.says(now))))
    };
    reply::answer(answer.await)
}
