//! Looking at a member: for how long, and the reason that has to be given. Pure.

use crate::account::model::FieldErrors;
use crate::ledger::Reason;
use crate::objection::case::parse_number;

/// How long a look is open, in milliseconds; then the reason has to be given again.
pub const OPEN_FOR: i64 = 30 * 60_000;
/// Characters that the reason may have.
pub const TEXT_MAX: usize = 300;

/// Why somebody of the staff wants to look, as they gave it: a case of the member, or a category
/// and a line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessReason {
    /// The category; [`Reason::Case`] where a case is named.
    pub reason: Reason,
    /// The number of the case, as [`parse_number`] reads it.
    pub case: Option<String>,
    /// What they wrote, on one line; `None` only where a case is named.
    pub text: Option<String>,
}

/// The reasons that are chosen from; a case is named by its number instead.
pub fn to_choose_from() -> impl Iterator<Item = Reason> {
    Reason::ALL.iter().copied().filter(|reason| *reason != Reason::Case)
}

/// A category as the staff choose it. What the member reads of it is
/// [`why`](crate::consent::entry_wording::why).
pub const fn title(reason: Reason) -> &'static str {
    match reason {
        Reason::Case => "A case",
        Reason::Asked => "The member asked for help",
        Reason::Fault => "Something is not working",
        Reason::Security => "The account may be at risk",
        Reason::Authority => "A court or an authority asked",
    }
}

/// Reads a reason.
///
/// # Errors
/// Everything that is wrong, at `case`, `reason` and `text`.
pub fn parse(case: &str, reason: &str, text: &str) -> Result<AccessReason, FieldErrors> {
    let at = |field: &str, said: &str| (field.to_owned(), said.to_owned());
    let text = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|part| !part.is_empty());
    let text = text.collect::<Vec<_>>().join(" ");
    let mut errors = FieldErrors::new();
    if text.chars().count() > TEXT_MAX {
        errors.push(("text".into(), format!("Your note can have at most {TEXT_MAX} characters.")));
    }
    if !case.trim().is_empty() {
        let number = parse_number(case);
        if number.is_none() {
            errors.insert(0, at("case", "This is not a case number. A case number looks like OBJ-7F3K9Q2M."));
        }
        let text = Some(text).filter(|text| !text.is_empty());
        return if errors.is_empty() {
            Ok(AccessReason { reason: Reason::Case, case: number, text })
        } else {
            Err(errors)
        };
    }
    let reason = to_choose_from().find(|known| known.as_str() == reason);
    if reason.is_none() {
        errors.insert(0, at("reason", "Please enter a case number above, or choose a reason."));
    }
    if text.is_empty() {
        errors.push(at("text", "Please write a short note on why you need to look."));
    }
    match reason {
        Some(reason) if errors.is_empty() => Ok(AccessReason { reason, case: None, text: Some(text) }),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_case_or_a_category_and_a_line() {
        let case = parse(" obj-7f3k9q2m", "", "").unwrap();
        assert_eq!((case.reason, case.case.as_deref(), case.text), (Reason::Case, Some("OBJ-7F3K9Q2M"), None));
        let line = parse(" ", "asked", "  on the\tphone\n").unwrap();
        assert_eq!((line.reason, line.case, line.text.as_deref()), (Reason::Asked, None, Some("on the phone")));
        let fields = |case, reason, text: &str| {
            parse(case, reason, text).unwrap_err().into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        assert_eq!(fields("", "", ""), ["reason", "text"]);
        assert_eq!(fields("", "case", "x"), ["reason"]);
        assert_eq!(fields("", "asked", " \0 "), ["text"]);
        assert_eq!(fields("7", "asked", &"é".repeat(301)), ["case", "text"]);
        assert!(parse("", "asked", &"é".repeat(300)).is_ok());
    }
}
