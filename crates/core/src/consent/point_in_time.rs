//! A past instant that somebody asks about, as they type it. Pure.

use super::wording::Voice;
use crate::time::UtcMillis;

/// The instant that somebody asks about: staff who look at a member, or the member.
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

    /// The instant, where it is in the past.
    pub const fn past(&self) -> Option<UtcMillis> {
        match self {
            Self::Past(at, _) => Some(*at),
            _ => None,
        }
    }

    /// What the address of a page about it ends with.
    pub fn query(&self) -> String {
        if let Self::Past(_, minute) = self { format!("?at={minute}") } else { String::new() }
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
pub fn before_the_record(at: UtcMillis, joined: UtcMillis, began: UtcMillis, voice: Voice) -> Option<String> {
    if began <= at {
        return None;
    }
    let (on, from) = (at.long(), began.long());
    Some(if joined < began {
        let who = voice.either("Your account", "The member");
        format!("We have no record of {on}. {who} was brought here from elsewhere, and our record begins on {from}.")
    } else {
        format!("This account did not exist on {on}. It was created on {from}.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(before_the_record(began, joined, began, Voice::Staff), None);
        let brought = before_the_record(at("2026-02-01"), joined, began, Voice::Staff).unwrap();
        assert!(brought.starts_with("We have no record of 1 February 2026, 00:00 UTC."), "{brought}");
        assert!(brought.contains("The member was brought here"), "{brought}");
        let own = before_the_record(at("2026-02-01"), joined, began, Voice::Member).unwrap();
        assert!(own.contains("Your account was brought here"), "{own}");
        let created = before_the_record(at("2026-01-01"), joined, joined, Voice::Member).unwrap();
        let said =
            "This account did not exist on 1 January 2026, 00:00 UTC. It was created on 2 January 2026, 00:00 UTC.";
        assert_eq!(created, said);
    }
}
