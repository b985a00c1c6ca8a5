//! The receipt of any entry, for auditors.

use crate::account::roles::Capability;
use crate::account::session;
use crate::consent::download;
use crate::error::AppError;
use crate::ledger::store as ledger;
use crate::web::App;
use axum::response::Response;
use http::request::Parts;

/// The file of `entry`. `None` where there is none under this address for whoever asks.
pub async fn of_anybody(app: App, entry: String, parts: Parts) -> Option<Response> {
    let (page, asked) = (download::page_of(&parts), parts.clone());
    let find = async move {
        let app = App::here();
        let auditor = session::signed_in_for(Capability::ReadLedger).await?;
        let id = entry.parse().map_err(|_| AppError::NotFound)?;
        let row = ledger::raw(app.db.reader().await?.conn(), id).await?.ok_or(AppError::NotFound)?;
        let by = download::by(&app, &auditor, &asked);
        download::found(&app, &row.subject, &entry, page, by).await
    };
    download::answer(&app, parts, find).await
}
