//! How long a body may be, and what is answered where something broke outside of any page.

use crate::error::AppError;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

/// How many times its limit a field takes. A browser cuts what is pasted at `maxlength` and says
/// nothing: so it stands far above the limit, and the server says what is too long, with what was
/// typed still there.
pub const PASTE_ROOM: usize = 4;
/// Bytes that any form may have: the answer to an objection, with grounds for each purpose.
pub const BODY_MAX: usize = 1280 * 1024;
/// Of one with a long text, each character of which may take twelve bytes on the way.
const LONG_TEXT_MAX: usize = 208 * 1024;
/// Of every other.
const FORM_MAX: usize = 32 * 1024;

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
            | "return-decision"
            // A form that somebody left to sign in goes along.
            | "sign-in"
            | "sign-up"
            | "show-sign-in"
            | "show-sign-up"
            | "show-objection",
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
    use crate::account::model::{EMAIL_MAX, NAME_MAX, PASSWORD_MAX};
    use crate::ledger::Purpose;
    use crate::objection::form::{
        ADDITION_MAX, COMPLAINT_MAX, EXTENSION_REASON_MAX, GROUNDS_MAX, QUESTION_MAX, REASON_MAX, RETURN_MAX,
    };
    use crate::objection::note::NOTE_MAX;
    use crate::support::access_reason::TEXT_MAX;

    /// What a form says is too long is said by the form, and not by the limit of its body: all that
    /// its one long text takes from the clipboard, and twice the limit in each of several.
    #[test]
    fn a_text_that_is_too_long_in_any_script_still_fits_into_its_form() {
        // A character of four bytes, each of which is sent as three.
        const ON_THE_WAY: usize = 12;
        const BESIDE_IT: usize = 8 * 1024;
        // Grounds for each purpose that can be refused.
        let all_grounds = GROUNDS_MAX * Purpose::ALL.iter().filter(|purpose| purpose.can_be_refused()).count();
        let together = |all: usize| all * 2;
        let alone = |longest: usize| longest * PASTE_ROOM;
        for (function, longest) in [
            ("submit-objection", alone(REASON_MAX)),
            ("record-objection", alone(REASON_MAX)),
            ("add-to-objection", alone(ADDITION_MAX)),
            ("complain-about-objection", alone(COMPLAINT_MAX)),
            ("record-complaint", alone(COMPLAINT_MAX)),
            ("answer-complaint", alone(GROUNDS_MAX)),
            ("save-template", alone(GROUNDS_MAX)),
            ("insert-template", together(all_grounds)),
            ("decide-objection", together(all_grounds)),
            ("preview-decision", together(all_grounds)),
            ("return-decision", alone(RETURN_MAX)),
            ("extend-objection", alone(EXTENSION_REASON_MAX)),
            ("reopen-objection", alone(EXTENSION_REASON_MAX)),
            ("ask-person", alone(QUESTION_MAX)),
            ("reply-to-question", alone(ADDITION_MAX)),
            ("add-case-note", alone(NOTE_MAX)),
            ("look-at-member", alone(TEXT_MAX)),
            ("sign-in", together(REASON_MAX + EMAIL_MAX + PASSWORD_MAX)),
            ("sign-up", together(REASON_MAX + NAME_MAX + EMAIL_MAX + PASSWORD_MAX)),
            ("show-sign-in", together(REASON_MAX)),
            ("show-sign-up", together(REASON_MAX)),
            ("show-objection", together(REASON_MAX)),
            ("change-address", together(EMAIL_MAX + PASSWORD_MAX)),
            ("change-password", together(PASSWORD_MAX * 2)),
        ] {
            let most = body_max(&format!("/api/{function}"));
            assert!(most >= longest * ON_THE_WAY + BESIDE_IT, "{function}: {most}");
        }
    }
}
