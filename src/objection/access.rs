//! Who may open a case: the member whose it is, and whoever came by its link or its code. Officers
//! read it, too.

use super::{model::Case, store};
use crate::account::model::Member;
use crate::account::roles::{Capability, may};
use crate::account::security_event::{self, Event, Outcome};
use crate::account::session::{self, OPENED_CASES, OpenedCase};
use crate::account::store as accounts;
use crate::error::AppError;
use crate::time::UtcMillis;
use crate::web::{App, form_draft, made_for};

/// Where the version before kept the cases that a session has open, and since when.
const OPENED_BEFORE: &str = "opened-cases-since";
/// Cases that one session has open by link or code.
const OPENED_MAX: usize = 20;

/// The cases that this session has open. Of those from the version before it is not known to whom
/// their links were mailed.
async fn opened() -> Result<Vec<OpenedCase>, AppError> {
    let before = session::get::<Vec<(String, i64)>>(OPENED_BEFORE).await?.unwrap_or_default();
    let before = before.into_iter().map(|(number, since)| OpenedCase {
        number,
        since: UtcMillis(since),
        mailed_to: String::new(),
    });
    Ok(before.chain(session::get::<Vec<OpenedCase>>(OPENED_CASES).await?.unwrap_or_default()).collect())
}

async fn keep(opened: Vec<OpenedCase>) -> Result<(), AppError> {
    session::forget(OPENED_BEFORE).await?;
    session::put(OPENED_CASES, opened).await
}

/// Whether a session that has had this case open `since` then still has: its owner may have closed
/// all links.
fn opens(case: &Case, since: UtcMillis) -> bool {
    case.links_closed.is_none_or(|closed| since > closed)
}

/// The case `number`, and who reads it. Somebody else's, and one that there is not, are both not
/// found; that somebody who is signed in asked for somebody else's is a security event.
pub async fn open(number: &str) -> Result<(Option<Member>, Case), AppError> {
    match find(number).await? {
        (viewer, Found::Theirs(case)) => Ok((viewer, *case)),
        (None, _) => Err(AppError::NotSignedIn),
        // Whoever came by a link or a code has it no longer, since somebody else signed in here.
        (Some(_), _) if made_for::is_for_nobody() => Err(AppError::SomebodyElse),
        (Some(_), Found::None) => Err(AppError::NotFound),
        (Some(viewer), Found::SomebodyElses) => {
            if !form_draft::is_shown_again() {
                security_event::log(Event::NotTheirs, Outcome::Refused, Some(&viewer), "case");
            }
            Err(AppError::NotFound)
        }
    }
}

/// Whether this session came by the link of a case whose address somebody has disowned since. It
/// opens nothing any more.
pub async fn has_disowned(number: &str) -> Result<bool, AppError> {
    if !opened().await?.iter().any(|open| open.number == number) {
        return Ok(false);
    }
    let case = store::by_number(App::here().db.reader().await?.conn(), number).await?;
    Ok(case.is_some_and(|case| case.is_disowned()))
}

/// A case, as whoever asks finds it.
pub enum Found {
    Theirs(Box<Case>),
    SomebodyElses,
    None,
}

/// Who asks, and what the case `number` is to them.
pub async fn find(number: &str) -> Result<(Option<Member>, Found), AppError> {
    let viewer = session::viewer().await?;
    if viewer.is_none() {
        made_for::note_nobody();
    }
    let app = App::here();
    let case = store::by_number(app.db.reader().await?.conn(), number).await?;
    let own = |case: &Case| case.member.is_some() && case.member.as_ref() == viewer.as_ref().map(|m| &m.id);
    let opened = opened().await?;
    let theirs = match case.as_ref().filter(|case| !own(case)).and_then(|case| case.member.as_ref()) {
        Some(id) => accounts::by_id(app.db.reader().await?.conn(), id).await?,
        None => None,
    };
    let found = match case.filter(|_| theirs.is_none_or(|member| app.admits(&member))) {
        Some(case) if own(&case) => Found::Theirs(Box::new(case)),
        Some(case) if opened.iter().any(|open| open.number == case.number && opens(&case, open.since)) => {
            Found::Theirs(Box::new(case))
        }
        Some(_) => Found::SomebodyElses,
        None => Found::None,
    };
    Ok((viewer, found))
}

/// The case `number` for whoever reads it: an officer, or whoever may [`open`] it.
pub async fn read(number: &str) -> Result<Case, AppError> {
    let role = session::viewer().await?.map(|viewer| viewer.role);
    if may(role, Capability::WorkCases) {
        let app = App::here();
        let case = store::by_number(app.db.reader().await?.conn(), number).await?;
        if let Some(case) = case.filter(Case::for_officers) {
            return Ok(case);
        }
    }
    Ok(open(number).await?.1)
}

/// Closes a case that this session came to by link or code.
pub async fn forget(number: &str) -> Result<(), AppError> {
    let mut opened = opened().await?;
    if !opened.iter().any(|known| known.number == number) {
        return Ok(());
    }
    opened.retain(|known| known.number != number);
    keep(opened).await
}

/// Remembers that this session came with the link or the code of a case.
pub async fn remember(number: &str) -> Result<(), AppError> {
    remember_since(number, App::here().clock.now()).await
}

/// The same for whoever closed all links at `closed`: the case stays open where they did.
pub async fn remember_closing(number: &str, closed: UtcMillis) -> Result<(), AppError> {
    remember_since(number, UtcMillis(closed.0.saturating_add(1))).await
}

async fn remember_since(number: &str, since: UtcMillis) -> Result<(), AppError> {
    let app = App::here();
    let case = store::by_number(app.db.reader().await?.conn(), number).await?;
    let mailed_to = case.map(|case| session::address_mark(&case.email)).unwrap_or_default();
    let mut opened = opened().await?;
    opened.retain(|known| known.number != number);
    opened.push(OpenedCase { number: number.into(), since, mailed_to });
    if opened.len() > OPENED_MAX {
        opened.remove(0);
    }
    keep(opened).await
}
