//! The mailed link that a session came by: what it is for, for whom, and what is asked of whoever
//! opened it before it does that.

use super::mailed_link::{Kind, MailedLink, SignUp};
use super::model::{self, Member};
use super::security_event::{self, Event, Outcome};
use super::session;
use super::store::{self, mailed_links as links, sign_ups};
use crate::account::service::{Arrived, JoinError};
use crate::error::AppError;
use crate::ledger::entry::sha256_hex;
use crate::paths::CONFIRM;
use crate::web::{App, cookie, made_for, request};

pub use super::session::CAME_BY;
/// Where a browser keeps the mark that it asked for a link with.
const MARK: &str = "mailed-link-mark";

pub const OVER: &str = "This link has been used, it is more than a day old, or something else has changed your account since. If somebody has signed in or out here since you opened it, open it in your e-mail again. Otherwise sign in if you have a password, or request a new link.";
const RETYPED: &str = "Somebody has signed up here with this address again since this page was loaded, so nothing was done. Please check the details and press once more.";
pub const TAKEN: &str = "Another account now has this address, so nothing was changed.";

/// The link that a session came by, and whose it is.
pub struct CameBy {
    pub link: MailedLink,
    /// `None` with a sign-up.
    pub member: Option<Member>,
    /// What was typed at sign-up, as far as this browser is to know it.
    pub typed: Option<SignUp>,
    /// Whether it was opened where it was asked for: in the browser that signed up, or by whoever
    /// is signed in.
    pub here: bool,
}

impl CameBy {
    /// Whether it is there to set a password alone.
    pub fn sets_password(&self) -> bool {
        self.link.kind == Kind::Password && self.member.is_some()
    }

    /// Whether name, country and password are asked for: whoever opens it may be somebody else than
    /// whoever typed them.
    pub const fn asks_who(&self) -> bool {
        !self.here && matches!(self.link.kind, Kind::SignUp | Kind::Address)
    }
}

/// Where a session keeps the link that did what it is for, and where that led: a second press leads
/// there, too.
const DONE: &str = "mailed-link-done";

/// Notes that the link did what it is for, and where that led.
pub async fn done(came: &CameBy, next: &str) -> Result<(), AppError> {
    session::put(CAME_BY, &came.link.sha256).await?;
    session::put(DONE, (&came.link.sha256, next)).await
}

/// Where the press before led, if this session came by a link that has done what it is for. A
/// browser whose session is gone may have been given another by the press before: the start page
/// knows.
pub async fn done_before() -> Result<Option<String>, AppError> {
    let came = session::get::<String>(CAME_BY).await?;
    let done = session::get::<(String, String)>(DONE).await?;
    match (came, done) {
        (Some(came), Some((sha256, next))) if came == sha256 => made_for::check_link(&sha256).map(|()| Some(next)),
        (Some(_), _) => Ok(None),
        // The link left the session when somebody signed in, who is another.
        (None, _) if made_for::names_a_link() && session::viewer().await?.is_some() => Err(AppError::AnotherLink),
        (None, _) => Ok((cookie::came() && request::wants_html()).then(|| "/".into())),
    }
}

/// A mark for this browser, to be known by when the link is opened; the same for all its links.
pub async fn mark() -> Result<String, AppError> {
    if let Some(mark) = session::get::<String>(MARK).await? {
        return Ok(mark);
    }
    let mark = crate::id::opaque().simple().to_string();
    session::put(MARK, &mark).await?;
    Ok(mark)
}

/// Takes the secret of a link out of the address and into the session, as a hash, where it holds.
/// Returns the page that comes next.
pub async fn open(app: &App, secret: &str) -> Result<String, AppError> {
    let sha256 = sha256_hex(secret.as_bytes());
    let holds = links::find(app.db.reader().await?.conn(), &sha256, app.clock.now()).await?.is_some();
    if holds || session::get::<String>(CAME_BY).await?.is_some() {
        session::put(CAME_BY, sha256).await?;
    }
    Ok(cookie::way_to(CONFIRM).await)
}

/// The link that this session came by, if it holds.
///
/// # Errors
/// [`AppError::AnotherLink`] where the form that asks was made by another, and
/// [`AppError::Invalid`] where something else is typed by now than its page showed.
pub async fn came_by(app: &App) -> Result<Option<CameBy>, AppError> {
    let Some(sha256) = session::get::<String>(CAME_BY).await? else { return Ok(None) };
    made_for::check_link(&sha256)?;
    let mut reader = app.db.reader().await?;
    let Some(link) = links::find(reader.conn(), &sha256, app.clock.now()).await? else { return Ok(None) };
    let member = match &link.member {
        // An account that was closed meanwhile is nobody's.
        Some(id) if store::is_closed(reader.conn(), id).await? => None,
        Some(id) => store::by_id(reader.conn(), id).await?.filter(|member| app.admits(member)),
        None => None,
    };
    // Sign-up was turned off after the link was mailed.
    if link.kind == Kind::SignUp && !app.config.sign_up {
        return Ok(None);
    }
    // Somebody was brought in with the address meanwhile: there is nothing to begin any more.
    if link.kind == Kind::SignUp && store::proved_by_address(reader.conn(), &link.email).await?.is_some() {
        return Ok(None);
    }
    let waiting = match link.kind {
        Kind::SignUp => sign_ups::waiting(reader.conn(), &link.email, app.clock.now()).await?,
        _ => Vec::new(),
    };
    drop(reader);
    let (typed, here) = if link.kind == Kind::SignUp {
        link.typed(&waiting, session::get::<String>(MARK).await?.as_deref())
    } else {
        let viewer = session::viewer().await?;
        (None, viewer.is_some_and(|viewer| member.as_ref().is_some_and(|member| member.id == viewer.id)))
    };
    if let Some(typed) = typed.as_ref().filter(|_| here)
        && !made_for::is_of(&typed.password_hash)
    {
        return Err(AppError::Invalid(vec![(String::new(), RETYPED.into())]));
    }
    // A link of nobody is one that was stored so that every address costs the same.
    let whole = if link.kind == Kind::SignUp { link.sign_up.is_some() } else { member.is_some() };
    Ok(whole.then_some(CameBy { link, member, typed, here }))
}

/// Does what the link is for. Returns who is signed in by it; `None` where they are already.
pub async fn confirm(
    app: &App,
    came: &CameBy,
    name: &str,
    country: &str,
    password: &str,
) -> Result<Option<Arrived>, AppError> {
    let anew = if came.asks_who() {
        let email = &came.link.email;
        let (name, _, country) =
            model::parse_sign_up(&app.password_rules, name, email, country, password).map_err(AppError::Invalid)?;
        let password_hash = app.passwords.hash(password.to_owned()).await?;
        Some(SignUp { name, country, password_hash })
    } else {
        None
    };
    match (came.link.kind, &came.member) {
        (Kind::SignUp, None) => {
            let typed = anew.or_else(|| came.typed.clone()).ok_or_else(over)?;
            let member = app.confirm_sign_up(&came.link, typed).await.map_err(refused)?;
            security_event::log_whether(Event::AccountMade, true, Some(&member));
            Ok(Some((member.clone(), member.session_epoch, session::Proof::Password)))
        }
        (Kind::Address, Some(member)) => {
            let sets_password = anew.is_some();
            let arrived = app.prove_address(&came.link, member, anew).await.map_err(refused)?;
            security_event::record_whether(app, Event::AddressProved, true, member).await?;
            if sets_password {
                security_event::record(app, Event::PasswordChanged, Outcome::Success, member, "link").await?;
            }
            Ok((!came.here).then_some(arrived))
        }
        (Kind::NewAddress, Some(member)) if came.here => {
            app.change_address(&came.link, member).await.map_err(refused)?;
            security_event::log_whether(Event::AddressChanged, true, Some(member));
            Ok(None)
        }
        (Kind::NewAddress, Some(_)) => Err(AppError::NotSignedIn),
        _ => Err(over()),
    }
}

/// That the link does not hold.
pub fn over() -> AppError {
    AppError::Invalid(vec![(String::new(), OVER.into())])
}

/// Why it was not done, to whoever opened the link.
pub fn refused(error: JoinError) -> AppError {
    match error {
        JoinError::Over => over(),
        JoinError::Taken => AppError::Invalid(vec![(String::new(), TAKEN.into())]),
        JoinError::Database(error) => error.into(),
    }
}
