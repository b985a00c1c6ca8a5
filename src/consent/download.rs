//! The receipt of an entry as a download, for whose history it is. `support` has the one for an
//! officer who looks at that member, and `audit` the one for auditors.
//!
//! A receipt has the entry and the notice, and nothing that anybody wrote. One that leaves by
//! somebody of the staff is recorded before its first byte is sent.

use super::receipt::{self, Receipt};
use crate::account::model::Member;
use crate::account::roles::Capability;
use crate::account::security_event::{Event, Outcome, Source};
use crate::account::staff_action::{ActionKind, receipt_file};
use crate::account::store::staff_actions::{self, NewAction};
use crate::account::{session, store as accounts};
use crate::error::AppError;
use crate::ledger::EntryId;
use crate::ledger::store as ledger;
use crate::web::{App, as_page, link};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode, header, request::Parts};

/// What is sent.
pub enum Answer {
    /// The archive of this entry.
    File(EntryId, Vec<u8>),
    /// There is none, or none yet: this page says why.
    See(String),
}

/// The file of one entry of whoever asks. `None` where there is none under this address for them.
pub async fn own(app: App, entry: String, parts: Parts) -> Option<Response> {
    let page = page_of(&parts);
    let find = async move {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        found(&App::here(), &member.subject, &entry, page, None).await
    };
    answer(&app, parts, find).await
}

/// The page of the entry whose file is asked for.
pub fn page_of(parts: &Parts) -> String {
    parts.uri.path().trim_end_matches("/receipt.zip").to_owned()
}

/// For a download by `staff` of which a record is kept; none where only its head is asked for.
pub fn by<'a>(app: &App, staff: &'a Member, parts: &Parts) -> Option<(&'a Member, Source)> {
    let source = Source::of(&parts.headers, &parts.extensions, app.config.proxies);
    (parts.method != Method::HEAD).then_some((staff, source))
}

/// The file of the entry `id` of `subject`, recorded where somebody of the staff takes it away.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such entry, or nobody can show its proof any more.
pub async fn found(
    app: &App,
    subject: &str,
    id: &str,
    page: String,
    by: Option<(&Member, Source)>,
) -> Result<Answer, AppError> {
    let id: EntryId = id.parse().map_err(|_| AppError::NotFound)?;
    let mut reader = app.db.reader().await?;
    let stored = ledger::find(reader.conn(), subject, id).await?.ok_or(AppError::NotFound)?;
    let receipt = receipt::of(app, reader.conn(), &stored).await?;
    drop(reader);
    let Some(bytes) = receipt.packed() else {
        return if matches!(receipt, Receipt::NotYet) { Ok(Answer::See(page)) } else { Err(AppError::NotFound) };
    };
    if let Some((staff, source)) = by {
        record(app, staff, subject, id, source).await?;
    }
    Ok(Answer::File(id, bytes))
}

/// Records that somebody of the staff takes this receipt away: in the log of the staff, about the
/// member whose entry it is, and in the security log.
async fn record(app: &App, staff: &Member, subject: &str, id: EntryId, source: Source) -> Result<(), AppError> {
    let file = receipt_file(&id.receipt());
    let mut tx = app.db.begin_at_any_time().await?;
    let about = accounts::by_subject(tx.conn(), subject).await?;
    let action = NewAction {
        about: about.as_ref().map(|member| &*member.id),
        detail: Some(&file),
        request: source.request(),
        ..NewAction::by(ActionKind::Download, staff)
    };
    staff_actions::put(tx.conn(), &action, app.clock.now_micros()).await?;
    tx.commit().await?;
    source.log(Event::Download, Outcome::Success, Some(staff), &file);
    Ok(())
}

/// Answers with what `find` finds. `None` where there is nothing under this address for whoever
/// asks.
pub async fn answer(
    app: &App,
    parts: Parts,
    find: impl Future<Output = Result<Answer, AppError>> + Send,
) -> Option<Response> {
    let path = parts.uri.path().to_owned();
    match Box::pin(as_page(app, parts, find)).await {
        Ok(Answer::File(id, bytes)) => {
            let name = format!("attachment; filename=\"{}\"", receipt_file(&id.receipt()));
            let headers = [
                (header::CONTENT_TYPE, "application/zip".to_owned()),
                (header::CONTENT_DISPOSITION, name),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            Some((headers, bytes).into_response())
        }
        Ok(Answer::See(page)) => Some(redirect(&page)),
        Err(AppError::NotSignedIn) => Some(redirect(&link::sign_in_path(&path))),
        // It is there, and could not be read: not to be taken for one that is not there.
        Err(AppError::Internal { reference }) => Some(redirect(&format!("/error?reference={reference}"))),
        Err(_) => None,
    }
}

fn redirect(to: &str) -> Response {
    let mut answer = Redirect::to(to).into_response();
    *answer.status_mut() = StatusCode::FOUND;
    answer
}
