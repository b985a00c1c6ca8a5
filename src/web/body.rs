//! How long a body may be, and what is answered where something broke outside of any page.

use crate::error::AppError;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

/// Bytes that any form may have: the answer to an objection, with grounds for each purpose.
pub const BODY_MAX: usize = 640 * 1024;
/// Of one with a long text, each character of which may take twelve bytes on the way.
const LONG_TEXT_MAX: usize = 64 * 1024;
/// Of every other, those of sign-in and of sign-up among them.
const FORM_MAX: usize = 16 * 1024;

/// Bytes that what is sent to this path may have.
pub fn body_max(path: &str) -> usize {
    match path.strip_prefix("/api/") {
        Some("decide-objection" | "preview-decision" | "insert-template" | "answer-complaint" | "save-template") => {
            BODY_MAX
        }
        Some(
            "submit-objection"
            | "add-to-objection"
            | "ask-person"
            | "reply-to-question"
            | "complain-about-objection"
            | "record-objection"
            | "record-complaint"
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Purpose;
    use crate::objection::form::{
        ADDITION_MAX, COMPLAINT_MAX, EXTENSION_REASON_MAX, GROUNDS_MAX, QUESTION_MAX, REASON_MAX, RETURN_MAX,
    };
    use crate::objection::note::NOTE_MAX;

    /// What a form says is too long is said by the form, and not by the limit of its body.
    #[test]
    fn the_longest_text_in_any_script_fits_into_its_form() {
        // A character of four bytes, each of which is sent as three.
        const ON_THE_WAY: usize = 12;
        const BESIDE_IT: usize = 8 * 1024;
        // Grounds for each purpose that can be refused.
        let all_grounds = GROUNDS_MAX * Purpose::ALL.iter().filter(|purpose| purpose.can_be_refused()).count();
        for (function, longest) in [
            ("submit-objection", REASON_MAX),
            ("record-objection", REASON_MAX),
            ("add-to-objection", ADDITION_MAX),
            ("complain-about-objection", COMPLAINT_MAX),
            ("record-complaint", COMPLAINT_MAX),
            ("answer-complaint", GROUNDS_MAX),
            ("save-template", GROUNDS_MAX),
            ("insert-template", all_grounds),
            ("decide-objection", all_grounds),
            ("preview-decision", all_grounds),
            ("return-decision", RETURN_MAX),
            ("extend-objection", EXTENSION_REASON_MAX),
            ("reopen-objection", EXTENSION_REASON_MAX),
            ("ask-person", QUESTION_MAX),
            ("reply-to-question", ADDITION_MAX),
            ("add-case-note", NOTE_MAX),
        ] {
            let most = body_max(&format!("/api/{function}"));
            assert!(most >= longest * ON_THE_WAY + BESIDE_IT, "{function}: {most}");
        }
    }
}
