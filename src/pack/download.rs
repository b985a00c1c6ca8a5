//! Packs as downloads: a member's own, that of a case for an officer, and the record of a member or
//! a case for an auditor. What staff download is recorded before its first byte is sent, and
//! whoever it is about sees that.

use super::make::make;
use super::store::has_gap;
use super::wanted::Wanted;
use crate::account::model::Member;
use crate::account::roles::Capability;
use crate::account::security_event::{Event, Outcome, Source};
use crate::account::staff_action::{ActionKind, HISTORY_FILE};
use crate::account::store::staff_actions::{self, NewAction};
use crate::account::{session, store as accounts};
use crate::error::AppError;
use crate::ledger::store::history;
use crate::log::store::forgotten;
use crate::objection::case::parse_number;
use crate::objection::model::Case;
use crate::objection::store as cases;
use crate::web::{App, as_page, link};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::{Method, StatusCode, header};
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Parts that wait for a slow reader.
const AHEAD: usize = 4;
/// As many are made at the same time.
const AT_ONCE: usize = 16;
/// After so many seconds somebody who was sent away may ask again.
const AGAIN: &str = "10";
/// What they read.
const ONE_AT_A_TIME: &str = "Your last download is still going on. Please wait until it has ended.\n";
const NOT_YET: &str = "The public log does not have all of this yet. Please try again later.\n";
const TOO_MANY: &str = "Too many of these files are being made. Please try again in a few seconds.\n";

/// Whose packs are being made.
static BEING_MADE: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// The place of one pack that is being made; it ends with this.
struct Place(String);

impl Place {
    /// A place for whoever has this id; otherwise what they are told.
    fn of(id: &str) -> Result<Self, &'static str> {
        let mut all = BEING_MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if all.contains(id) {
            return Err(ONE_AT_A_TIME);
        }
        if all.len() >= AT_ONCE {
            return Err(TOO_MANY);
        }
        all.insert(id.to_owned());
        Ok(Self(id.to_owned()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        BEING_MADE.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// A pack that somebody gets.
struct Granted {
    to: Member,
    wanted: Wanted,
    /// The name of the file, and of the record of its download.
    file: String,
}

/// Everything about whoever asks.
pub async fn own(State(app): State<App>, request: Request) -> Response {
    let day: String = app.clock.now().short().chars().take(10).collect();
    let find = async move {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let wanted = Wanted::Own(Box::new(member.clone()));
        Ok(Granted { to: member, wanted, file: format!("sayso-{day}.zip") })
    };
    Box::pin(answer(app, request, find)).await
}

/// A case with all that was written in it, for an officer.
pub async fn case(State(app): State<App>, Path(number): Path<String>, request: Request) -> Response {
    let find = async move {
        let officer = session::signed_in_for(Capability::WorkCases).await?;
        let case = find_case(&number).await?;
        let case = Some(case).filter(Case::for_officers).ok_or(AppError::NotFound)?;
        let file = format!("{}.zip", case.number);
        Ok(Granted { to: officer, wanted: Wanted::Case(Box::new(case)), file })
    };
    Box::pin(answer(app, request, find)).await
}

/// The entries of a case, for an auditor.
pub async fn case_record(State(app): State<App>, Path(number): Path<String>, request: Request) -> Response {
    let find = async move {
        let auditor = session::signed_in_for(Capability::ReadLedger).await?;
        let Case { number, .. } = find_case(&number).await?;
        let file = format!("record-{number}.zip");
        Ok(Granted { to: auditor, wanted: Wanted::CaseEntries(number), file })
    };
    Box::pin(answer(app, request, find)).await
}

/// The entries of a history, for an auditor.
pub async fn history_record(State(app): State<App>, Path(subject): Path<String>, request: Request) -> Response {
    let find = async move {
        let auditor = session::signed_in_for(Capability::ReadLedger).await?;
        let app = App::here();
        let mut reader = app.db.reader().await?;
        let entries = history::newest_position(reader.conn(), &subject, None).await?;
        if entries.is_none() || forgotten::is_asked(reader.conn(), &subject).await? {
            return Err(AppError::NotFound);
        }
        Ok(Granted { to: auditor, wanted: Wanted::History(subject), file: HISTORY_FILE.into() })
    };
    Box::pin(answer(app, request, find)).await
}

/// The case with this number, unless its leaves lead to nobody any more.
async fn find_case(number: &str) -> Result<Case, AppError> {
    let number = parse_number(number).filter(|same| same == number).ok_or(AppError::NotFound)?;
    let app = App::here();
    let mut reader = app.db.reader().await?;
    let case = cases::by_number(reader.conn(), &number).await?.ok_or(AppError::NotFound)?;
    if forgotten::is_asked(reader.conn(), &case.subject).await? { Err(AppError::NotFound) } else { Ok(case) }
}

async fn answer(app: App, request: Request, find: impl Future<Output = Result<Granted, AppError>> + Send) -> Response {
    let (parts, _) = request.into_parts();
    let (path, head) = (parts.uri.path().to_owned(), parts.method == Method::HEAD);
    let source = Source::of(&parts.headers, &parts.extensions, app.config.proxies);
    let Granted { to, wanted, file } = match Box::pin(as_page(&app, parts, find)).await {
        Ok(granted) => granted,
        Err(AppError::NotSignedIn) => {
            return (StatusCode::FOUND, [(header::LOCATION, link::sign_in_path(&path))]).into_response();
        }
        Err(error) => return (error.status(), format!("{error}\n")).into_response(),
    };
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    if head {
        return headers.into_response();
    }
    let later =
        |said: &'static str| (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AGAIN)], said).into_response();
    let place = match Place::of(&to.id) {
        Ok(place) => place,
        Err(said) => return later(said),
    };
    match begin(&app, &to, &wanted, &file, source).await {
        Ok(true) => {}
        Ok(false) => return later(NOT_YET),
        Err(error) => return (error.status(), format!("{error}\n")).into_response(),
    }
    let (send, mut receive) = tokio::sync::mpsc::channel(AHEAD);
    tokio::spawn(async move {
        make(app, wanted, send).await;
        drop(place);
    });
    let parts = stream::poll_fn(move |context| receive.poll_recv(context));
    (headers, Body::from_stream(parts)).into_response()
}

/// Whether it can be made now. If it can, a download by staff is recorded.
async fn begin(app: &App, by: &Member, wanted: &Wanted, file: &str, source: Source) -> Result<bool, AppError> {
    if has_gap(app.db.reader().await?.conn(), &wanted.about()).await? {
        return Ok(false);
    }
    record(app, by, wanted, file, source).await?;
    Ok(true)
}

/// Records that somebody of the staff takes this along: in the log of the staff, about the member
/// or the case, and in the security log. What members take along about themselves is not recorded.
async fn record(app: &App, by: &Member, wanted: &Wanted, file: &str, source: Source) -> Result<(), AppError> {
    let (subject, case) = match wanted {
        Wanted::Own(_) => return Ok(()),
        Wanted::History(subject) => (Some(subject), None),
        Wanted::Case(case) => (None, Some(&case.number)),
        Wanted::CaseEntries(number) => (None, Some(number)),
    };
    let mut tx = app.db.begin_at_any_time().await?;
    let about = match subject {
        Some(subject) => accounts::by_subject(tx.conn(), subject).await?,
        None => None,
    };
    let action = NewAction {
        about: about.as_ref().map(|member| &*member.id),
        case: case.map(|number| &**number),
        detail: Some(file),
        request: source.request(),
        ..NewAction::by(ActionKind::Download, by)
    };
    staff_actions::put(tx.conn(), &action, app.clock.now_micros()).await?;
    tx.commit().await?;
    source.log(Event::Download, Outcome::Success, Some(by), file);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pack_at_a_time_for_each_and_some_for_all() {
        let first = Place::of("a").unwrap();
        assert_eq!(Place::of("a").err(), Some(ONE_AT_A_TIME));
        let others: Vec<Place> = (1..AT_ONCE).map(|n| Place::of(&n.to_string()).unwrap()).collect();
        assert_eq!(Place::of("b").err(), Some(TOO_MANY));
        drop(first);
        let again = Place::of("a").unwrap();
        drop((again, others));
        assert!(Place::of("b").is_ok());
    }
}
