//! Sessions: who is signed in here.
//!
//! A session ends by itself, as [`signed_in`](super::signed_in) has it; on the server at sign-out;
//! where its owner ends it from elsewhere; and all others when the password changes, because they
//! carry the epoch of the old one.

pub use super::signed_in::{Ended, Proof, SignedIn};
pub use crate::web::form_draft::Draft;
pub use crate::web::session::{end, forget, get, is_known, name, put, session, whose};

use super::model::Member;
use super::roles::{Capability, may};
use super::security_event::{self, Event, Outcome};
use super::store::{self, MemberRow, mailed_links};
use super::{device, known_device};
use crate::error::AppError;
use crate::ledger::entry::sha256_hex;
use crate::time::UtcMillis;
use crate::web::session::WHOSE;
use crate::web::{App, form_draft, made_for};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use tracing::Instrument;

const SIGNED_IN: &str = super::signed_in::KEY;
/// Why the session that was here has ended.
const ENDED: &str = "ended";
const STALE: &str = "stale";
/// Where a session keeps the SHA-256 of the link it came by: with that alone nobody can come again.
pub const CAME_BY: &str = "mailed-link";
/// Where a session keeps the cases that it has open by link or code.
pub const OPENED_CASES: &str = "opened-cases-of";

/// A case that a session has open by link or code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenedCase {
    pub number: String,
    pub since: UtcMillis,
    /// What [`address_mark`] says of the address that the link or the code was mailed to.
    pub mailed_to: String,
}

/// An address as a session knows it again, and nobody can read it.
pub fn address_mark(email: &str) -> String {
    sha256_hex(format!("opened {email}").as_bytes())[..16].to_owned()
}

/// Who is signed in, if anybody is; none of a form's business where its page was made for another.
pub async fn viewer() -> Result<Option<Member>, AppError> {
    let (app, session) = (App::here(), session().await?);
    // In a task of its own: two parts of a page may ask at a time, and leptos waits for the one
    // while the other, which it then does not poll, holds the session's lock.
    let viewer = tokio::spawn(viewer_of(app, session, true).in_current_span()).await.map_err(AppError::internal)??;
    made_for::check(viewer.as_ref())?;
    Ok(viewer)
}

/// The same for what a page asks by itself: that is no sign that anybody is there, so it does not
/// keep a session.
pub async fn unnoticed_for(capability: Capability) -> Result<Member, AppError> {
    let (app, session) = (App::here(), session().await?);
    let viewer = tokio::spawn(viewer_of(app, session, false).in_current_span()).await.map_err(AppError::internal)??;
    allowed(viewer, capability)
}

async fn viewer_of(app: App, session: Session, notice: bool) -> Result<Option<Member>, AppError> {
    let Some(mut signed_in) = session.get::<SignedIn>(SIGNED_IN).await.map_err(AppError::from)? else {
        return Ok(None);
    };
    // It was read with the session, unless that began in this very request.
    let read: Option<MemberRow> = session.get(store::sessions::ACCOUNT).await.map_err(AppError::from)?;
    let member = match read {
        Some(account) => Some(account.try_into()?),
        None => store::by_id(app.db.reader().await?.conn(), &signed_in.member).await?,
    };
    let Some(member) = member.filter(|member| app.admits(member)) else {
        session.flush().await.map_err(AppError::from)?;
        return Ok(None);
    };
    let present = app.present();
    if let Some(why) = signed_in.ended(member.role, member.session_epoch, present) {
        // By a clock that is not believed nothing is decided for good.
        if present.doubt.is_none() {
            over(&app, &session, &member, why).await?;
        }
        return Ok(None);
    }
    if notice && signed_in.touch(member.role, present) {
        session.insert(SIGNED_IN, signed_in).await.map_err(AppError::from)?;
    }
    Ok(Some(member))
}

/// Nobody is signed in here any more. Of staff it is still known who was: what they send next is
/// kept for them.
async fn over(app: &App, session: &Session, member: &Member, why: Ended) -> Result<(), AppError> {
    if !member.role.is_staff() {
        return session.flush().await.map_err(AppError::from);
    }
    empty(app, session, member).await?;
    session.insert(WHOSE, &member.subject).await.map_err(AppError::from)?;
    session.insert(ENDED, why).await.map_err(AppError::from)
}

/// Takes everything out of the session but what is kept for this member, and the link and the cases
/// that it came by, if they are theirs: whoever sat here before may be somebody else.
async fn empty(app: &App, session: &Session, member: &Member) -> Result<(), AppError> {
    let kept = form_draft::kept_for(session, member).await?;
    let came_by = match session.get::<String>(CAME_BY).await.map_err(AppError::from)? {
        Some(sha256) => {
            let link = mailed_links::find(app.db.reader().await?.conn(), &sha256, app.clock.now()).await?;
            link.filter(|link| link.member.as_ref() == Some(&member.id)).map(|_| sha256)
        }
        None => None,
    };
    let own = address_mark(&member.email);
    let mut cases = session.get::<Vec<OpenedCase>>(OPENED_CASES).await.map_err(AppError::from)?.unwrap_or_default();
    cases.retain(|case| case.mailed_to == own);
    session.clear().await;
    if !cases.is_empty() {
        session.insert(OPENED_CASES, cases).await.map_err(AppError::from)?;
    }
    if let Some(sha256) = came_by {
        session.insert(CAME_BY, sha256).await.map_err(AppError::from)?;
    }
    kept.put(session).await
}

/// Why the session that was here has ended, where that is known, and whether something that was
/// typed is kept.
pub async fn ended() -> Result<(Option<Ended>, bool), AppError> {
    let session = session().await?;
    let why = session.get::<Ended>(ENDED).await.map_err(AppError::from)?;
    let kept = form_draft::is_any_kept(&session).await?;
    Ok((why, kept))
}

/// Who is signed in, if they may; to whoever may not there is nothing here.
///
/// # Errors
/// [`AppError::NotSignedIn`] where signing in could help, [`AppError::NotFound`] otherwise.
pub async fn signed_in_for(capability: Capability) -> Result<Member, AppError> {
    allowed(viewer().await?, capability)
}

fn allowed(viewer: Option<Member>, capability: Capability) -> Result<Member, AppError> {
    match viewer {
        Some(member) if may(Some(member.role), capability) => Ok(member),
        Some(member) => {
            security_event::log(Event::RoleRefused, Outcome::Refused, Some(&member), capability.as_str());
            Err(AppError::NotFound)
        }
        None => Err(AppError::NotSignedIn),
    }
}

/// The member who is signed in, if one is. Staff are nobody here: their accounts are for work.
pub async fn member_if_any() -> Result<Option<Member>, AppError> {
    Ok(viewer().await?.filter(|m| may(Some(m.role), Capability::OwnSettings)))
}

/// Signs `member` in under a new session id, so that an id from before is worth nothing (session
/// fixation). Staff are signed in only by
/// [`Proof::SecondFactor`]: under any other this session is nobody's.
pub async fn begin(member: &Member, epoch: i64, proof: Proof) -> Result<(), AppError> {
    let app = App::here();
    known_device::remember(&app, member).await?;
    let (session, now) = (session().await?, app.clock.now());
    session.cycle_id().await.map_err(AppError::from)?;
    empty(&app, &session, member).await?;
    let signed_in = SignedIn::new(&member.id, epoch, proof, device::here(), now);
    session.insert(SIGNED_IN, signed_in).await.map_err(AppError::from)?;
    // Durable before anybody is told.
    session.save().await.map_err(AppError::from)
}

/// Begins a session for `member` under a new id that is nobody's yet, and has `value` under `key`.
pub async fn begin_half<T: Serialize>(member: &Member, key: &str, value: T) -> Result<(), AppError> {
    let session = session().await?;
    session.cycle_id().await.map_err(AppError::from)?;
    empty(&App::here(), &session, member).await?;
    session.insert(WHOSE, &member.subject).await.map_err(AppError::from)?;
    session.insert(key, value).await.map_err(AppError::from)?;
    session.save().await.map_err(AppError::from)
}

/// Remembers for the next page that a form was older than the choice.
pub async fn flash_stale() -> Result<(), AppError> {
    session().await?.insert(STALE, true).await.map_err(AppError::from)
}

pub async fn take_stale() -> Result<bool, AppError> {
    let session = session().await?;
    let stale = session.get::<bool>(STALE).await.map_err(AppError::from)?.is_some();
    if stale {
        session.remove::<bool>(STALE).await.map_err(AppError::from)?;
    }
    Ok(stale)
}
