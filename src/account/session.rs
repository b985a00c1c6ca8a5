//! Sessions: who is signed in here, and what a rejected form had in it.
//!
//! A session ends by itself after [`IDLE`] without a visit and after [`ABSOLUTE`] whatever happens; on the server at
//! sign-out; and all others when the password changes, because they carry the epoch of the old one.

use super::model::{Country, FieldErrors, Member, Role};
use super::store;
use crate::error::AppError;
use crate::ledger::entry::sha256_hex;
use crate::server::App;
use crate::time::UtcMillis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tower_sessions::Session;

/// Fourteen days without a visit.
pub const IDLE: time::Duration = time::Duration::days(14);
/// Ninety days in all, in milliseconds.
pub const ABSOLUTE: i64 = 90 * UtcMillis::DAY;
/// How often a visit is noted, so that reading a page seldom writes.
const TOUCH_EVERY: i64 = 3_600_000;

const SIGNED_IN: &str = "signed-in";
const DRAFT: &str = "draft";
const STALE: &str = "stale";

#[derive(Clone, Debug, Serialize, Deserialize)]
struct SignedIn {
    member: String,
    epoch: i64,
    since: i64,
    touched: i64,
}

/// How long to wait after so many failures, in milliseconds: nothing while they are `free`, then 15 seconds, doubling, at
/// most 15 minutes.
pub fn pause_after(failures: i64, free: i64) -> Option<i64> {
    let over = failures - free;
    (over >= 0).then(|| (15_000i64 << over.min(6)).min(900_000))
}

/// Failures that cost no waiting, per account and per address.
pub const FREE_PER_ACCOUNT: i64 = 5;
pub const FREE_PER_ADDRESS: i64 = 30;

/// What attempts are counted under: hashes, so that the table names nobody.
pub fn attempt_keys(email: &str, address: &str) -> [String; 2] {
    [sha256_hex(format!("account {email}").as_bytes()), sha256_hex(format!("address {address}").as_bytes())]
}

async fn session() -> Result<Session, AppError> {
    leptos_axum::extract::<Session>().await.map_err(AppError::internal)
}

/// Who is signed in, if anybody is.
pub async fn viewer() -> Result<Option<Member>, AppError> {
    let (app, session) = (App::here(), session().await?);
    let Some(mut signed_in) = session.get::<SignedIn>(SIGNED_IN).await.map_err(AppError::internal)? else {
        return Ok(None);
    };
    let now = app.clock.now().0;
    let member = store::by_id(app.db.reader().await?.conn(), &signed_in.member).await?;
    let Some(member) = member.filter(|m| m.session_epoch == signed_in.epoch && now - signed_in.since < ABSOLUTE) else {
        session.flush().await.map_err(AppError::internal)?;
        return Ok(None);
    };
    if now - signed_in.touched > TOUCH_EVERY {
        signed_in.touched = now;
        session.insert(SIGNED_IN, signed_in).await.map_err(AppError::internal)?;
    }
    Ok(Some(member))
}

/// Who is signed in; nobody is an error.
pub async fn signed_in() -> Result<Member, AppError> {
    viewer().await?.ok_or(AppError::NotSignedIn)
}

/// The member who is signed in. Staff have no choices of their own here.
pub async fn member() -> Result<Member, AppError> {
    signed_in().await.and_then(|m| if m.role == Role::Member { Ok(m) } else { Err(AppError::NotFound) })
}

/// Signs `member` in under a new session id, so that an id from before is worth nothing (session fixation).
pub async fn begin(member: &Member, epoch: i64) -> Result<(), AppError> {
    let (session, now) = (session().await?, App::here().clock.now().0);
    session.cycle_id().await.map_err(AppError::internal)?;
    session.remove::<Draft>(DRAFT).await.map_err(AppError::internal)?;
    let signed_in = SignedIn { member: member.id.clone(), epoch, since: now, touched: now };
    session.insert(SIGNED_IN, signed_in).await.map_err(AppError::internal)?;
    // Durable before anybody is told.
    session.save().await.map_err(AppError::internal)
}

/// Ends this session on the server.
pub async fn end() -> Result<(), AppError> {
    session().await?.flush().await.map_err(AppError::internal)
}

/// A rejected form: what was typed (never a password), and what is wrong.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Draft {
    form: String,
    values: BTreeMap<String, String>,
    pub errors: FieldErrors,
    /// Seconds until the next attempt is looked at, where there were too many.
    pub slow_down: Option<u32>,
    pub done: bool,
}

impl Draft {
    pub fn new(form: &str, values: &[(&str, &str)], error: &AppError) -> Self {
        let values = values.iter().map(|(k, v)| ((*k).to_owned(), v.chars().take(4_000).collect())).collect();
        let (errors, slow_down) = match error {
            AppError::Invalid(errors) => (errors.clone(), None),
            AppError::SlowDown { seconds } => (vec![(String::new(), error.to_string())], Some(*seconds)),
            other => (vec![(String::new(), other.to_string())], None),
        };
        Self { form: form.into(), values, errors, slow_down, done: false }
    }

    /// A form that was accepted and has something to say for it on the next page.
    pub fn done(form: &str) -> Self {
        Self { form: form.into(), done: true, ..Self::default() }
    }

    pub fn value(&self, field: &str) -> String {
        self.values.get(field).cloned().unwrap_or_default()
    }

    pub fn error(&self, field: &str) -> Option<String> {
        self.errors.iter().find(|(f, _)| f == field).map(|(_, message)| message.clone())
    }

    /// The country that was chosen, if one was.
    pub fn country(&self) -> Option<Country> {
        Country::parse(&self.value("country"))
    }

    /// Keeps it for the next page of this visitor.
    pub async fn keep(self) -> Result<(), AppError> {
        session().await?.insert(DRAFT, self).await.map_err(AppError::internal)
    }

    /// What was kept for `form`, once; an empty one otherwise.
    pub async fn take(form: &str) -> Result<Self, AppError> {
        let session = session().await?;
        let kept = session.get::<Self>(DRAFT).await.map_err(AppError::internal)?;
        if kept.is_some() {
            session.remove::<Self>(DRAFT).await.map_err(AppError::internal)?;
        }
        Ok(kept.filter(|d| d.form == form).unwrap_or_default())
    }
}

/// Remembers for the next page that a form was older than the choice.
pub async fn flash_stale() -> Result<(), AppError> {
    session().await?.insert(STALE, true).await.map_err(AppError::internal)
}

pub async fn take_stale() -> Result<bool, AppError> {
    let session = session().await?;
    let stale = session.get::<bool>(STALE).await.map_err(AppError::internal)?.is_some();
    if stale {
        session.remove::<bool>(STALE).await.map_err(AppError::internal)?;
    }
    Ok(stale)
}

#[cfg(test)]
mod tests {
    #[test]
    fn failures_slow_down_and_stop_at_a_quarter_of_an_hour() {
        let pauses: Vec<_> = [4, 5, 6, 7, 20, 100_000].map(|n| super::pause_after(n, 5)).into();
        assert_eq!(pauses, [None, Some(15_000), Some(30_000), Some(60_000), Some(900_000), Some(900_000)]);
    }
}
