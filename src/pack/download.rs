//! A member's own pack as a download.

use super::make::make;
use crate::account::roles::Capability;
use crate::account::session;
use crate::error::AppError;
use crate::web::{App, as_page, link};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::{Method, StatusCode, header, request::Parts};

/// Parts that wait for a slow reader.
const AHEAD: usize = 4;

/// Everything about whoever asks.
pub async fn own(State(app): State<App>, request: axum::extract::Request) -> Response {
    let (parts, _) = request.into_parts();
    Box::pin(answer(app, parts)).await
}

async fn answer(app: App, parts: Parts) -> Response {
    let (path, head) = (parts.uri.path().to_owned(), parts.method == Method::HEAD);
    let member = match as_page(&app, parts, session::signed_in_for(Capability::OwnSettings)).await {
        Ok(member) => member,
        Err(AppError::NotSignedIn) => {
            return (StatusCode::FOUND, [(header::LOCATION, link::sign_in_path(&path))]).into_response();
        }
        Err(error) => return (error.status(), format!("{error}\n")).into_response(),
    };
    let day: String = app.clock.now().short().chars().take(10).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"sayso-{day}.zip\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    if head {
        return headers.into_response();
    }
    let (send, mut receive) = tokio::sync::mpsc::channel(AHEAD);
    tokio::spawn(make(app, member, send));
    let parts = stream::poll_fn(move |context| receive.poll_recv(context));
    (headers, Body::from_stream(parts)).into_response()
}
