//! How long a body may be, and what is answered where something broke outside of any page.

use crate::error::AppError;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

/// Bytes that any form may have: the answer to an objection, with grounds for each purpose.
pub const BODY_MAX: usize = 256 * 1024;
/// Of one with a long text, each character of which may take twelve bytes on the way.
const LONG_TEXT_MAX: usize = 64 * 1024;
/// Of every other, those of sign-in and of sign-up among them.
const FORM_MAX: usize = 16 * 1024;

/// Bytes that what is sent to this path may have.
pub fn body_max(path: &str) -> usize {
    match path.strip_prefix("/api/") {
        Some("decide-objection" | "preview-decision") => BODY_MAX,
        Some(
            "submit-objection"
            | "add-to-objection"
            | "ask-person"
            | "reply-to-question"
            | "complain-about-objection"
            | "answer-complaint"
            | "extend-objection"
            | "reopen-objection"
            | "add-case-note"
            | "return-decision",
        ) => LONG_TEXT_MAX,
        _ => FORM_MAX,
    }
}

/// A plain page for what broke outside of any page, with a reference that is also in the log.
pub fn internal(cause: &str) -> Response {
    let error = AppError::internal(cause);
    (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], error.to_string())
        .into_response()
}
