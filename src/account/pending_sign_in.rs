//! Half signed in: somebody whose password was right, and of whom more is to come: a password of
//! their own where it was one that was set for them, and of staff a code. To every page and
//! function but those that ask for it, such a session is nobody's.

use super::model::Member;
use super::second_factor::Secret;
use super::security_event::{self, Event, Outcome};
use super::session::{self, Draft, Proof};
use super::store::{self, initial_password, second_factor as factors};
use crate::error::AppError;
use crate::id;
use crate::time::UtcMillis;
use crate::web::session::HALF;
use crate::web::{App, made_for, reply, request};
use serde::{Deserialize, Serialize};

pub const SIGN_IN: &str = "/sign-in";
/// Where somebody sets a password of their own in the place of one that was set for them.
pub const OWN_PASSWORD: &str = "/sign-in/password";
/// Where the code is asked for, and where a second factor is set up that there is none of yet.
pub const CODE: &str = "/sign-in/code";
pub const SET_UP: &str = "/sign-in/second-factor";

/// How long it may take, in milliseconds.
const LIMIT: i64 = 10 * 60_000;
const CHANGE: &str = "new-authenticator";
const OWN_FIRST: &str = "Please choose a password of your own first.";
const AGAIN: &str = "More than ten minutes have passed, or your account was changed. Please enter your password again.";

#[derive(Serialize, Deserialize)]
struct PendingSignIn {
    member: String,
    epoch: i64,
    since: UtcMillis,
    next: String,
    /// Of the second factor that is about to be set up.
    secret: Option<String>,
}

/// Somebody who is half signed in, and where they wanted to go.
pub struct Here {
    pub member: Member,
    pub next: String,
    /// What is about to be set up; `None` where there is a second factor, and its code is asked
    /// for.
    pub secret: Option<String>,
    /// Whether the password was one that was set for them: before anything else they set another.
    pub initial: bool,
}

impl Here {
    /// The page that comes next.
    pub const fn page(&self) -> &'static str {
        match self.secret {
            _ if self.initial => OWN_PASSWORD,
            Some(_) => SET_UP,
            None => CODE,
        }
    }
}

pub enum Found {
    Here(Box<Here>),
    /// Somebody was, and it took too long, or their account was changed meanwhile.
    Over {
        next: String,
    },
    Nobody,
}

/// Begins after a right password, under a new session id; returns the page that comes next.
pub async fn begin(app: &App, member: &Member, next: &str) -> Result<&'static str, AppError> {
    let mut reader = app.db.reader().await?;
    let initial = initial_password::since(reader.conn(), &member.id).await?.is_some();
    let known = factors::of_member(reader.conn(), &member.id).await?.is_some();
    drop(reader);
    let secret = (member.role.is_staff() && !known).then(|| Secret::fresh(&id::random()));
    let halfway = PendingSignIn {
        member: member.id.clone(),
        epoch: member.session_epoch,
        since: app.clock.now(),
        next: next.to_owned(),
        secret: secret.clone(),
    };
    session::begin_half(member, HALF, halfway).await?;
    Ok(Here { member: member.clone(), next: next.to_owned(), secret, initial }.page())
}

/// Who is half signed in here.
///
/// # Errors
/// [`AppError::SomebodyElse`] where the form that asks was made for another.
pub async fn find() -> Result<Found, AppError> {
    let app = App::here();
    let Some(halfway) = session::get::<PendingSignIn>(HALF).await? else { return Ok(Found::Nobody) };
    let mut reader = app.db.reader().await?;
    let member = store::by_id(reader.conn(), &halfway.member).await?;
    made_for::check(member.as_ref())?;
    let initial = initial_password::since(reader.conn(), &halfway.member).await?.is_some();
    let holds = |m: &Member| m.session_epoch == halfway.epoch && (m.role.is_staff() || initial) && app.admits(m);
    let in_time = halfway.since.lasts(LIMIT, app.clock.now());
    let Some(member) = member.filter(|m| holds(m) && in_time) else {
        session::forget(HALF).await?;
        return Ok(Found::Over { next: halfway.next });
    };
    // Elsewhere it may have been set up meanwhile.
    let known = halfway.secret.is_none() || factors::of_member(reader.conn(), &member.id).await?.is_some();
    let secret = halfway.secret.filter(|_| !known);
    Ok(Found::Here(Box::new(Here { member, next: halfway.next, secret, initial })))
}

/// Goes on after somebody has set a password of their own, which has ended every session from
/// before: staff to their code, everybody else is signed in. Returns where that leads.
pub async fn go_on(app: &App, here: &Here, epoch: i64) -> Result<String, AppError> {
    let member = Member { session_epoch: epoch, ..here.member.clone() };
    if member.role.is_staff() {
        return begin(app, &member, &here.next).await.map(str::to_owned);
    }
    session::begin(&member, epoch, Proof::Password).await?;
    security_event::log(Event::SignIn, Outcome::Success, Some(&member), "password");
    Ok(here.next.clone())
}

/// Signs somebody of the staff in wholly, under a new session id.
pub async fn arrive(here: &Here) -> Result<(), AppError> {
    if here.initial {
        return Err(AppError::internal("a password that was set for its owner signs nobody in"));
    }
    session::begin(&here.member, here.member.session_epoch, Proof::SecondFactor).await?;
    security_event::record(&App::here(), Event::SignIn, Outcome::Success, &here.member, "second-factor").await?;
    Ok(())
}

/// The same for the form on the page `page`; or what it is answered with where nobody is: on to the
/// password. Where the press before has signed them in, and has replaced the session, this one
/// leads to `arrived`, where that one led; the page there asks who they are. Whoever still has to
/// set a password of their own is asked for that before anything else.
pub async fn here(page: &str, arrived: &str) -> Result<Here, Result<(), AppError>> {
    let next = match find().await {
        Ok(Found::Here(here)) if here.initial && page != OWN_PASSWORD => {
            let first = Err(AppError::Invalid(vec![(String::new(), OWN_FIRST.into())]));
            return Err(reply::form(OWN_PASSWORD, &[], first, OWN_PASSWORD).await);
        }
        Ok(Found::Here(here)) => return Ok(*here),
        Ok(Found::Over { next }) => next,
        Ok(Found::Nobody) => match session::viewer().await {
            Ok(None) if !request::wants_html() => String::new(),
            Ok(_) => return Err(reply::form(CODE, &[], Ok(()), arrived).await),
            Err(failed) => return Err(reply::answer(Err(failed))),
        },
        Err(failed) => return Err(reply::answer(Err(failed))),
    };
    let again = Err(AppError::Invalid(vec![("email".into(), AGAIN.into())]));
    Err(reply::form(SIGN_IN, &[("next", &next)], again, SIGN_IN).await)
}

/// Says on the page of the password why a page of the code led there, where somebody was half
/// signed in.
pub async fn say_over(found: &Found) -> Result<(), AppError> {
    let Found::Over { next } = found else { return Ok(()) };
    let again = AppError::Invalid(vec![("email".into(), AGAIN.into())]);
    Draft::new(SIGN_IN, &[("next", next)], &again).keep().await
}

#[derive(Serialize, Deserialize)]
struct Change {
    since: UtcMillis,
    secret: String,
}

/// Begins the change to another authenticator, for somebody signed in who has just given a code.
pub async fn begin_change(app: &App) -> Result<(), AppError> {
    session::put(CHANGE, Change { since: app.clock.now(), secret: Secret::fresh(&id::random()) }).await
}

/// The secret of the authenticator that is being changed to, if one is.
pub async fn change(app: &App) -> Result<Option<String>, AppError> {
    let change = session::get::<Change>(CHANGE).await?;
    Ok(change.filter(|change| change.since.lasts(LIMIT, app.clock.now())).map(|change| change.secret))
}
