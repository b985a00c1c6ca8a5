//! The receipt of an entry as a download, for whose history it is.

use super::receipt::{self, Receipt};
use crate::account::roles::Capability;
use crate::account::session;
use crate::error::AppError;
use crate::ledger::EntryId;
use crate::ledger::store as ledger;
use crate::web::{App, as_page, link};
use axum::response::{IntoResponse, Redirect, Response};
use http::{StatusCode, header, request::Parts};

/// The file of one entry of whoever asks. `None` where there is none under this address for them.
pub async fn own(app: App, entry: String, parts: Parts) -> Option<Response> {
    let path = parts.uri.path().to_owned();
    let find = async move {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let id: EntryId = entry.parse().map_err(|_| AppError::NotFound)?;
        let app = App::here();
        let mut reader = app.db.reader().await?;
        let stored = ledger::find(reader.conn(), &member.subject, id).await?.ok_or(AppError::NotFound)?;
        match receipt::of(reader.conn(), &stored, app.config.public_log.witnesses.as_ref()).await? {
            Receipt::Here(bytes) => Ok((id, bytes)),
            Receipt::NotYet | Receipt::Forgotten => Err(AppError::NotFound),
        }
    };
    match Box::pin(as_page(&app, parts, find)).await {
        Ok((id, bytes)) => {
            let name = format!("attachment; filename=\"receipt-{}.zip\"", id.receipt());
            let headers = [
                (header::CONTENT_TYPE, "application/zip".to_owned()),
                (header::CONTENT_DISPOSITION, name),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            Some((headers, bytes).into_response())
        }
        Err(AppError::NotSignedIn) => Some(found(&link::sign_in_path(&path))),
        // It is there, and could not be read: not to be taken for one that is not there.
        Err(AppError::Internal { reference }) => Some(found(&format!("/error?reference={reference}"))),
        Err(_) => None,
    }
}

fn found(to: &str) -> Response {
    let mut answer = Redirect::to(to).into_response();
    *answer.status_mut() = StatusCode::FOUND;
    answer
}
