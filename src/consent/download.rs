//! The receipt of an entry as a download, for whose history it is.

use super::receipt::{self, Receipt};
use crate::account::roles::Capability;
use crate::account::session;
use crate::error::AppError;
use crate::ledger::EntryId;
use crate::ledger::store as ledger;
use crate::web::{App, link};
use axum::response::{IntoResponse, Redirect, Response};
use http::{StatusCode, header, request::Parts};
use leptos::prelude::{Owner, provide_context};
use leptos::reactive::computed::ScopedFuture;

/// The file of one entry of whoever asks. `None` where there is none under this address for them.
pub async fn own(app: App, entry: String, parts: Parts) -> Option<Response> {
    let path = parts.uri.path().to_owned();
    let owner = Owner::new();
    let find = async move {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let id: EntryId = entry.parse().map_err(|_| AppError::NotFound)?;
        let mut reader = App::here().db.reader().await?;
        let stored = ledger::find(reader.conn(), &member.subject, id).await?.ok_or(AppError::NotFound)?;
        match receipt::of(reader.conn(), &stored).await? {
            Receipt::Here(bytes) => Ok((id, bytes)),
            Receipt::NotYet | Receipt::Forgotten => Err(AppError::NotFound),
        }
    };
    let answer = owner.with(|| {
        provide_context(app.clone());
        provide_context(parts);
        ScopedFuture::new(find)
    });
    match Box::pin(answer).await {
        Ok((id, bytes)) => {
            let name = format!("attachment; filename=\"receipt-{}.zip\"", id.receipt());
            let headers = [
                (header::CONTENT_TYPE, "application/zip".to_owned()),
                (header::CONTENT_DISPOSITION, name),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            Some((headers, bytes).into_response())
        }
        Err(AppError::NotSignedIn) => {
            let mut answer = Redirect::to(&link::sign_in_path(&path)).into_response();
            *answer.status_mut() = StatusCode::FOUND;
            Some(answer)
        }
        Err(_) => None,
    }
}
