//! Sessions: who is signed in here, and what a rejected form had in it.
//!
//! A session ends by itself after [`IDLE`] without a visit and after [`ABSOLUTE`] whatever happens, one of staff after [`STAFF_IDLE`] and
//! [`STAFF_ABSOLUTE`]; on the server at sign-out; and all others when the password changes, because they carry the epoch of the old one.

use super::model::{Country, FieldErrors, Member, Role};
use super::roles::{Capability, may};
use super::store;
use crate::error::AppError;
use crate::server::App;
use crate::time::UtcMillis;
use crate::words::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tower_sessions::Session;

/// Fourteen days without a visit.
pub const IDLE: time::Duration = time::Duration::days(14);
/// Ninety days in all, in milliseconds.
pub const ABSOLUTE: i64 = 90 * UtcMillis::DAY;
/// How often a visit is noted, so that reading a page seldom writes.
const TOUCH_EVERY: i64 = 3_600_000;

/// Of staff: ten minutes without a visit, and twelve hours in all, in milliseconds.
pub const STAFF_IDLE: i64 = 10 * 60_000;
pub const STAFF_ABSOLUTE: i64 = 12 * 3_600_000;
/// By so much the ten minutes may be shorter, so that reading pages does not write each time.
const STAFF_TOUCH_EVERY: i64 = 30_000;

const SIGNED_IN: &str = "signed-in";
/// Why the session that was here has ended, and under which subject it was.
const ENDED: &str = "ended";
const WHOSE: &str = "whose";
const DRAFTS: &str = "drafts";
/// Rejected forms kept at a time, the newest; each form has one place.
const DRAFTS_MAX: usize = 4;
const STALE: &str = "stale";

#[derive(Clone, Debug, Serialize, Deserialize)]
struct SignedIn {
    member: String,
    epoch: i64,
    since: i64,
    touched: i64,
    #[serde(default)]
    proof: Proof,
}

words! {
    /// What somebody has shown to be signed in.
    #[derive(Default)]
    pub enum Proof {
        #[default]
        Password = "password",
        /// The password, and then a code: nothing less makes a session one of staff.
        SecondFactor = "second-factor",
    }

    /// Why a session of staff has ended without their doing.
    pub enum Ended {
        Idle = "idle",
        Limit = "limit",
        Changed = "changed",
    }
}

impl Proof {
    /// What somebody of this role has shown who is signed in already.
    pub const fn of(role: Role) -> Self {
        if role.is_staff() { Self::SecondFactor } else { Self::Password }
    }
}

impl Ended {
    /// What is said where they sign in again.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Idle => "You were signed out after ten minutes without a visit.",
            Self::Limit => "You were signed out, because you had been signed in for twelve hours.",
            Self::Changed => "You were signed out, because your account was changed elsewhere.",
        }
    }
}

impl SignedIn {
    /// Why it has ended, if it has, for an account whose role and epoch are now these.
    fn ended(&self, role: Role, epoch: i64, now: i64) -> Option<Ended> {
        let (idle, absolute) = if role.is_staff() { (STAFF_IDLE, STAFF_ABSOLUTE) } else { (i64::MAX, ABSOLUTE) };
        if self.epoch != epoch || role.is_staff() && self.proof != Proof::SecondFactor {
            Some(Ended::Changed)
        } else if now - self.touched >= idle {
            Some(Ended::Idle)
        } else if now - self.since >= absolute {
            Some(Ended::Limit)
        } else {
            None
        }
    }
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
    let Some(member) = store::by_id(app.db.reader().await?.conn(), &signed_in.member).await? else {
        session.flush().await.map_err(AppError::internal)?;
        return Ok(None);
    };
    if let Some(why) = signed_in.ended(member.role, member.session_epoch, now) {
        over(&session, &member, why).await?;
        return Ok(None);
    }
    let often = if member.role.is_staff() { STAFF_TOUCH_EVERY } else { TOUCH_EVERY };
    if now - signed_in.touched >= often {
        signed_in.touched = now;
        session.insert(SIGNED_IN, signed_in).await.map_err(AppError::internal)?;
    }
    Ok(Some(member))
}

/// Nobody is signed in here any more. Of staff it is still known who was: what they send next is kept for them.
async fn over(session: &Session, member: &Member, why: Ended) -> Result<(), AppError> {
    if !member.role.is_staff() {
        return session.flush().await.map_err(AppError::internal);
    }
    empty(session, member).await?;
    session.insert(WHOSE, &member.subject).await.map_err(AppError::internal)?;
    session.insert(ENDED, why).await.map_err(AppError::internal)
}

/// Takes everything out of the session but what is kept for this member: whoever sat here before may be somebody else.
async fn empty(session: &Session, member: &Member) -> Result<(), AppError> {
    let mut drafts = drafts(session).await?;
    drafts.retain(|draft| draft.kept_for.as_ref() == Some(&member.subject));
    session.clear().await;
    session.insert(DRAFTS, drafts).await.map_err(AppError::internal)
}

/// Why the session that was here has ended, where that is known, and whether something that was typed is kept.
pub async fn ended() -> Result<Option<(Ended, bool)>, AppError> {
    let session = session().await?;
    let why = session.get::<Ended>(ENDED).await.map_err(AppError::internal)?;
    let kept = drafts(&session).await?.iter().any(|draft| draft.kept_for.is_some());
    Ok(why.map(|why| (why, kept)))
}

/// The subject of the member of staff whose session ended here, or who is half signed in.
pub async fn whose() -> Result<Option<String>, AppError> {
    get(WHOSE).await
}

/// Who is signed in, if they may; to whoever may not there is nothing here.
///
/// # Errors
/// [`AppError::NotSignedIn`] where signing in could help, [`AppError::NotFound`] otherwise.
pub async fn signed_in_for(capability: Capability) -> Result<Member, AppError> {
    match viewer().await? {
        Some(member) if may(Some(member.role), capability) => Ok(member),
        Some(_) => Err(AppError::NotFound),
        None => Err(AppError::NotSignedIn),
    }
}

/// The member who is signed in, if one is. Staff are nobody here: their accounts are for work.
pub async fn member_if_any() -> Result<Option<Member>, AppError> {
    Ok(viewer().await?.filter(|m| may(Some(m.role), Capability::OwnSettings)))
}

/// Signs `member` in under a new session id, so that an id from before is worth nothing (session fixation). Staff are signed in only by
/// [`Proof::SecondFactor`]: under any other this session is nobody's.
pub async fn begin(member: &Member, epoch: i64, proof: Proof) -> Result<(), AppError> {
    let (session, now) = (session().await?, App::here().clock.now().0);
    session.cycle_id().await.map_err(AppError::internal)?;
    empty(&session, member).await?;
    let signed_in = SignedIn { member: member.id.clone(), epoch, since: now, touched: now, proof };
    session.insert(SIGNED_IN, signed_in).await.map_err(AppError::internal)?;
    // Durable before anybody is told.
    session.save().await.map_err(AppError::internal)
}

/// Begins a session for `member` under a new id that is nobody's yet, and has `value` under `key`.
pub async fn begin_half<T: Serialize>(member: &Member, key: &str, value: T) -> Result<(), AppError> {
    let session = session().await?;
    session.cycle_id().await.map_err(AppError::internal)?;
    empty(&session, member).await?;
    session.insert(WHOSE, &member.subject).await.map_err(AppError::internal)?;
    session.insert(key, value).await.map_err(AppError::internal)?;
    session.save().await.map_err(AppError::internal)
}

/// Ends this session on the server.
pub async fn end() -> Result<(), AppError> {
    session().await?.flush().await.map_err(AppError::internal)
}

/// A form that was sent: what was typed (never a password) and what is wrong, or that it was accepted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Draft {
    form: String,
    values: BTreeMap<String, String>,
    pub errors: FieldErrors,
    /// Seconds until the next attempt is looked at, where there were too many.
    pub slow_down: Option<u32>,
    /// What was done, where the form was accepted and the next page is to say so.
    pub done: Option<String>,
    /// The member whose session had ended when they sent it: it is still there once they, and only they, have signed in.
    kept_for: Option<String>,
}

impl Draft {
    /// What was typed, as it was: the body's limit bounds it.
    pub fn new(form: &str, values: &[(&str, &str)], error: &AppError) -> Self {
        let values = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let (errors, slow_down) = match error {
            AppError::Invalid(errors) => (errors.clone(), None),
            AppError::SlowDown { seconds } => (vec![(String::new(), error.to_string())], Some(*seconds)),
            other => (vec![(String::new(), other.to_string())], None),
        };
        Self { form: form.into(), values, errors, slow_down, ..Self::default() }
    }

    /// A form that was accepted and has something to say for it on the next page.
    pub fn done(form: &str, what: &str) -> Self {
        Self { form: form.into(), done: Some(what.into()), ..Self::default() }
    }

    /// The same, to be there again after this member has signed in.
    pub fn kept_for(self, subject: &str) -> Self {
        Self { kept_for: Some(subject.into()), ..self }
    }

    pub fn value(&self, field: &str) -> String {
        self.values.get(field).cloned().unwrap_or_default()
    }

    /// Everything that was sent, field by field.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(field, value)| (field.as_str(), value.as_str()))
    }

    /// Whether the field was among what was sent, empty or not.
    pub fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    pub fn error(&self, field: &str) -> Option<String> {
        self.errors.iter().find(|(f, _)| f == field).map(|(_, message)| message.clone())
    }

    /// Whether there is anything in it.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.errors.is_empty() && self.done.is_none()
    }

    /// The country that was chosen, if one was.
    pub fn country(&self) -> Option<Country> {
        Country::parse(&self.value("country"))
    }

    /// Keeps it for the next page of this visitor.
    pub async fn keep(self) -> Result<(), AppError> {
        let session = session().await?;
        let mut drafts = drafts(&session).await?;
        drafts.retain(|draft| draft.form != self.form);
        drafts.push(self);
        if drafts.len() > DRAFTS_MAX {
            drafts.remove(0);
        }
        session.insert(DRAFTS, drafts).await.map_err(AppError::internal)
    }

    /// What was kept for `form`, once; an empty one otherwise.
    pub async fn take(form: &str) -> Result<Self, AppError> {
        Self::take_for(form, None).await
    }

    /// The same; what was kept for a member is given to that member only.
    pub async fn take_for(form: &str, viewer: Option<&Member>) -> Result<Self, AppError> {
        let session = session().await?;
        let mut drafts = drafts(&session).await?;
        let own = |draft: &Self| draft.kept_for.as_ref().is_none_or(|s| Some(s) == viewer.map(|m| &m.subject));
        let Some(at) = drafts.iter().position(|d| d.form == form && own(d)) else { return Ok(Self::default()) };
        let taken = drafts.remove(at);
        session.insert(DRAFTS, drafts).await.map_err(AppError::internal)?;
        Ok(taken)
    }
}

async fn drafts(session: &Session) -> Result<Vec<Draft>, AppError> {
    Ok(session.get::<Vec<Draft>>(DRAFTS).await.map_err(AppError::internal)?.unwrap_or_default())
}

/// Something else that this session knows.
pub async fn get<T: serde::de::DeserializeOwned>(key: &str) -> Result<Option<T>, AppError> {
    session().await?.get(key).await.map_err(AppError::internal)
}

pub async fn put<T: Serialize>(key: &str, value: T) -> Result<(), AppError> {
    session().await?.insert(key, value).await.map_err(AppError::internal)
}

pub async fn forget(key: &str) -> Result<(), AppError> {
    session().await?.remove_value(key).await.map(drop).map_err(AppError::internal)
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
    use super::*;

    #[test]
    fn failures_slow_down_and_stop_at_a_quarter_of_an_hour() {
        let pauses: Vec<_> = [4, 5, 6, 7, 20, 100_000].map(|n| pause_after(n, 5)).into();
        assert_eq!(pauses, [None, Some(15_000), Some(30_000), Some(60_000), Some(900_000), Some(900_000)]);
    }

    #[test]
    fn a_session_of_staff_is_short_and_takes_a_second_factor() {
        let minute = 60_000;
        let after = |role, proof, since: i64, touched: i64| {
            SignedIn { member: "m".into(), epoch: 1, since: -since, touched: -touched, proof }.ended(role, 1, 0)
        };
        use Proof::{Password, SecondFactor};
        for role in Role::ALL.iter().copied().filter(|role| role.is_staff()) {
            assert_eq!(after(role, SecondFactor, 719 * minute, 10 * minute - 1), None, "{role}");
            assert_eq!(after(role, SecondFactor, 720 * minute, 0), Some(Ended::Limit), "{role}");
            assert_eq!(after(role, SecondFactor, 10 * minute, 10 * minute), Some(Ended::Idle), "{role}");
            assert_eq!(after(role, Password, 0, 0), Some(Ended::Changed), "{role}");
        }
        assert_eq!(after(Role::Member, Password, ABSOLUTE - 1, ABSOLUTE - 1), None);
        assert_eq!(after(Role::Member, Password, ABSOLUTE, 0), Some(Ended::Limit));
    }
}
