//! Codes of cases, made and looked at: the slow hashes are computed outside of any transaction, in
//! their turn with passwords.

use super::code::{Asker, old_code_hash, read_code};
use super::service::{self, FreshCode, Opened, Try};
use super::store;
use crate::account::model::Member;
use crate::error::AppError;
use crate::id;
use crate::web::App;

/// What became of a code that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    Yes,
    /// The same for a case that an officer recorded.
    YesRecord,
    /// Right, for a case that was confirmed before.
    Again,
    /// Wrong, run out, or for no case: the same words, and the same work, for each.
    No,
    /// Too many wrong ones: a new code is needed.
    Spent,
}

/// A code for a case: for the case `number`, where there is one, hashed so that all of its codes
/// can be looked up at once. Whoever asks learns nothing by the time it takes.
pub async fn fresh_code(app: &App, number: Option<&str>) -> Result<FreshCode, AppError> {
    let stored = match number {
        Some(number) => store::code_hashes(app.db.reader().await?.conn(), number, app.clock.now()).await?,
        None => Vec::new(),
    };
    let shown = id::code(&id::random());
    let beside = stored.into_iter().find(|hash| hash.starts_with('$'));
    let hashes = app.passwords.hash_codes(vec![read_code(&shown)], beside).await;
    let hash = hashes?.pop().ok_or_else(|| AppError::internal("no hash"))?;
    Ok(FreshCode { shown, hash })
}

/// Looks at a code that `viewer`, or nobody, has typed for the case `number`.
pub async fn verify(
    app: &App,
    number: &str,
    typed: &str,
    asker: Asker<'_>,
    viewer: Option<&Member>,
) -> Result<Verified, AppError> {
    let stored = match service::begin_try(&app.db, number, asker, app.clock.now()).await? {
        Try::Look(stored) => stored,
        Try::Spent => return Ok(Verified::Spent),
    };
    let code = read_code(typed);
    let old = Some(old_code_hash(number, &code)).filter(|old| stored.contains(old));
    let found = app.passwords.find_codes(vec![code], stored).await?.pop().flatten();
    let Some(hash) = found.or(old) else { return Ok(Verified::No) };
    let (origin, now) = (app.config.origin(), app.clock.now());
    let opened = service::verify(&app.db, number, &hash, viewer, &origin, now).await?;
    Ok(match opened {
        Opened::Confirmed => Verified::Yes,
        Opened::ConfirmedRecord => Verified::YesRecord,
        Opened::Again => Verified::Again,
        Opened::Nothing => Verified::No,
    })
}
