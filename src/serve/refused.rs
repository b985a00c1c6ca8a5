//! A form that is refused is answered with its own page, filled in, and with the status that says
//! so.
//!
//! Nothing has to be kept for it: no cookie and no session. Loading that page again sends the form
//! again, as everywhere on the web. Programs that ask for JSON get JSON.

use crate::error::AppError;
use crate::web::body::{BODY_MAX, internal};
use crate::web::form_draft::{Filled, Outcome, Shown, Slot};
use crate::web::{Head, Pages, accept, reply};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, StatusCode, Uri, header};

/// Stands around the server functions, within the layer of the sessions.
pub async fn with_its_page(State(pages): State<Pages>, mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let mut head = Head::of(&request);
    let slot = Slot::default();
    request.extensions_mut().insert(slot.clone());
    let answer = next.run(request).await;
    if answer.status() == StatusCode::METHOD_NOT_ALLOWED && !accept::wants_json(&head.headers) {
        return only_forms(&pages, &head, answer).await;
    }
    let refused = match slot.take() {
        Outcome::Refused(refused) => refused,
        Outcome::Shown(shown) => {
            let Shown { page, draft } = *shown;
            let Ok(uri) = page.parse::<Uri>() else { return answer };
            head.extensions.insert(Filled(draft));
            return pages.show(uri, &head).await;
        }
        Outcome::Unread if answer.status() == StatusCode::FOUND => return unread(&pages, &head, answer).await,
        Outcome::Unread | Outcome::Answered => return answer,
    };
    let Ok(uri) = refused.page.parse::<Uri>() else { return answer };
    head.extensions.insert(Filled(refused.draft));
    let mut page = pages.show(uri, &head).await;
    // The page itself may say something else: that it is not there, or where to go instead.
    if page.status() == StatusCode::OK {
        *page.status_mut() = refused.error.status();
    }
    if let Some(seconds) = refused.error.retry_after() {
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    page
}

/// Of a form that no function could read, or of which none has said where it leads, leptos leads
/// back to the page, with its own words in the address or with none: here it is said.
async fn unread(pages: &Pages, head: &Head, answer: Response) -> Response {
    let (parts, body) = answer.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, BODY_MAX).await else {
        return internal("an answer was too long");
    };
    let Ok(error) = serde_json::from_slice::<AppError>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    match reply::page_about(&error).parse::<Uri>() {
        Ok(uri) => pages.show(uri, head).await,
        Err(wrong) => internal(&wrong.to_string()),
    }
}

/// Where forms are sent there is nothing to be seen; a browser that opens a tab again may ask all
/// the same.
async fn only_forms(pages: &Pages, head: &Head, answer: Response) -> Response {
    let mut page = pages.show(Uri::from_static("/error?about=only-forms"), head).await;
    *page.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    if let Some(allowed) = answer.headers().get(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    page
}
