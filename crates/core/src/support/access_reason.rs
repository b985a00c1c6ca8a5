//! Looking at a member: for how long, and the reason that has to be given. Pure.

use crate::account::model::FieldErrors;
use crate::ledger::Reason;
use crate::objection::case::parse_number;
use crate::time::UtcMillis;

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

/// The instant that a support view is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PointInTime {
    /// Nothing was typed, or the present minute.
    Present,
    /// The last millisecond of a minute that is over, and the minute as it stands in an address.
    /// People read times to the minute, and what they read at this minute has happened.
    Past(UtcMillis, String),
    /// A time that has not come yet, as it stands in an address.
    ToCome(String),
    /// Something else was typed.
    Unreadable,
}

impl PointInTime {
    /// What is wrong with it, said at its field.
    pub const fn problem(&self) -> Option<&'static str> {
        match self {
            Self::Present | Self::Past(..) => None,
            Self::ToCome(_) => Some("This time has not come yet. Please enter a time in the past."),
            Self::Unreadable => Some("Please enter a date and a time in UTC, such as 2026-11-23 12:00."),
        }
    }

    /// The same as its field has it.
    pub fn typed(&self) -> &str {
        match self {
            Self::Past(_, typed) | Self::ToCome(typed) => typed,
            Self::Present | Self::Unreadable => "",
        }
    }
}

/// Reads an instant in UTC as a field for a date and a time sends it, `YYYY-MM-DDTHH:MM`; with a
/// blank for the `T`, as people write it; or a date alone, which is its first minute.
pub fn parse_point(typed: &str, now: UtcMillis) -> PointInTime {
    let typed = typed.trim();
    if typed.is_empty() {
        return PointInTime::Present;
    }
    let minute = match typed.len() {
        10 => format!("{typed}T00:00"),
        _ => typed.replacen(' ', "T", 1),
    };
    // As it is shown and linked to again: nothing but digits and these marks in their places.
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':')];
    let plain = minute.len() == 16
        && minute.bytes().enumerate().all(|(i, b)| match marks.iter().find(|(at, _)| *at == i) {
            Some((_, mark)) => b == *mark,
            None => b.is_ascii_digit(),
        });
    let begins = UtcMillis::from_rfc3339(&format!("{minute}:00Z")).filter(|_| plain);
    let Some(begins) = begins else { return PointInTime::Unreadable };
    let ends = UtcMillis(begins.0 + 59_999);
    match (begins > now, ends < now) {
        (true, _) => PointInTime::ToCome(minute),
        (_, true) => PointInTime::Past(ends, minute),
        _ => PointInTime::Present,
    }
}

/// Why there is nothing to show at `at`, where the account was made at `joined`, and what we have
/// recorded of it began at `began`; `None` where there is.
pub fn before_the_record(at: UtcMillis, joined: UtcMillis, began: UtcMillis) -> Option<String> {
    if began <= at {
        return None;
    }
    let (on, from) = (at.long(), began.long());
    Some(if joined < began {
        format!(
            "We have no record of {on}. The member was brought here from elsewhere, and our record begins on {from}."
        )
    } else {
        format!("This account did not exist on {on}. It was created on {from}.")
    })
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

    #[test]
    fn a_point_in_time_is_a_minute_in_utc_and_is_over_at_its_end() {
        let now = UtcMillis::from_rfc3339("2026-11-23T12:00:30Z").unwrap();
        let ended = |text: &str| UtcMillis(UtcMillis::from_rfc3339(text).unwrap().0 + 59_999);
        assert_eq!(parse_point(" ", now), PointInTime::Present);
        for present in ["2026-11-23T12:00", "2026-11-23 12:00"] {
            assert_eq!(parse_point(present, now), PointInTime::Present, "{present}");
        }
        let noon = ended("2025-01-01T12:00:00Z");
        assert_eq!(parse_point("2025-01-01 12:00", now), PointInTime::Past(noon, "2025-01-01T12:00".into()));
        assert_eq!(noon.long(), "1 January 2025, 12:00 UTC");
        let before = PointInTime::Past(ended("2026-11-23T11:59:00Z"), "2026-11-23T11:59".into());
        assert_eq!(parse_point("2026-11-23T11:59", now), before);
        let midnight = ended("2026-11-23T00:00:00Z");
        assert_eq!(parse_point("2026-11-23", now), PointInTime::Past(midnight, "2026-11-23T00:00".into()));
        for later in ["2026-11-23T12:01", "2026-11-24", "2999-12-31T23:59"] {
            assert!(matches!(parse_point(later, now), PointInTime::ToCome(_)), "{later}");
        }
        for wrong in
            ["2026-02-30", "2026-11-22T24:01", "yesterday", "2026-11-22T10", "2026-11-22T10:00Z", "99999-01-01", "\0"]
        {
            assert_eq!(parse_point(wrong, now), PointInTime::Unreadable, "{wrong}");
        }
    }

    #[test]
    fn before_the_account_there_is_nothing_and_it_is_said_why() {
        let at = |date: &str| UtcMillis::from_date(date).unwrap();
        let (joined, began) = (at("2026-01-02"), at("2026-03-01"));
        assert_eq!(before_the_record(began, joined, began), None);
        let brought = before_the_record(at("2026-02-01"), joined, began).unwrap();
        assert!(brought.starts_with("We have no record of 1 February 2026, 00:00 UTC."), "{brought}");
        let created = before_the_record(at("2026-01-01"), joined, joined).unwrap();
        let said =
            "This account did not exist on 1 January 2026, 00:00 UTC. It was created on 2 January 2026, 00:00 UTC.";
        assert_eq!(created, said);
    }
}
