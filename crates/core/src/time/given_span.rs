//! A span of time that an operator names as not to be believed: whether it can be meant. Pure.

use super::UtcMillis;
use std::fmt;

const MINUTE: i64 = 60_000;

/// What such a span is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnRecord {
    /// The present, as the clock has it that counts as right.
    pub now: UtcMillis,
    /// The first instant on record; `None` of an empty record.
    pub first: Option<UtcMillis>,
    /// The newest instant on record, without what was accepted before. A clock that was ahead wrote
    /// it, where it is later than the present.
    pub newest: Option<UtcMillis>,
}

/// Why a span cannot be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMeant {
    /// It begins after the present.
    FromFuture(UtcMillis),
    /// It ends before it begins.
    Backwards,
    /// Nothing is on record, so there is nothing that a wrong clock wrote.
    NoRecord,
    /// It begins before the first instant on record, which is named.
    BeforeRecord(UtcMillis),
    /// It ends after both the present and the newest instant on record; the later one is named.
    AfterRecord(UtcMillis),
}

/// The span from `from` until `until`, or until the present.
///
/// # Errors
/// Where nothing can have been recorded in a part of it. Its first minute may begin before the
/// record: an operator copies a time to the minute.
pub fn given_span(
    from: UtcMillis,
    until: Option<UtcMillis>,
    record: OnRecord,
) -> Result<(UtcMillis, UtcMillis), NotMeant> {
    let first = record.first.ok_or(NotMeant::NoRecord)?;
    let latest = record.newest.map_or(record.now, |newest| newest.max(record.now));
    let until = until.unwrap_or(record.now);
    if from > record.now {
        Err(NotMeant::FromFuture(record.now))
    } else if until < from {
        Err(NotMeant::Backwards)
    } else if from.0 < first.0 - first.0.rem_euclid(MINUTE) {
        Err(NotMeant::BeforeRecord(first))
    } else if until > latest {
        Err(NotMeant::AfterRecord(latest))
    } else {
        Ok((from, until))
    }
}

impl fmt::Display for NotMeant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromFuture(now) => write!(f, "--from is in the future: it is {} now", now.long()),
            Self::Backwards => f.write_str("--until is before --from"),
            Self::NoRecord => f.write_str("nothing is on record, so there is nothing to accept"),
            Self::BeforeRecord(first) => {
                write!(f, "--from is before the first entry on record, of {}", first.rfc3339())
            }
            Self::AfterRecord(latest) => {
                write!(
                    f,
                    "--until is later than now and than the newest entry: give {} at the latest",
                    latest.rfc3339()
                )
            }
        }
    }
}

impl std::error::Error for NotMeant {}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = UtcMillis::DAY;

    fn at(days: i64) -> UtcMillis {
        UtcMillis(UtcMillis::from_date("2026-11-01").unwrap().0 + days * DAY)
    }

    /// From the second day on, ten days after which it is the present.
    fn record(newest: i64) -> OnRecord {
        OnRecord { now: at(12), first: Some(UtcMillis(at(2).0 + 30_000)), newest: Some(at(newest)) }
    }

    #[test]
    fn a_span_lies_within_the_record() {
        let given = |from: i64, until: Option<i64>| given_span(at(from), until.map(at), record(11));
        assert_eq!(given(2, None), Ok((at(2), at(12))), "the minute of the first entry");
        assert_eq!(given(5, Some(7)), Ok((at(5), at(7))));
        assert_eq!(given(5, Some(12)), Ok((at(5), at(12))));
        assert_eq!(given(1, Some(7)), Err(NotMeant::BeforeRecord(UtcMillis(at(2).0 + 30_000))));
        assert_eq!(given(5, Some(13)), Err(NotMeant::AfterRecord(at(12))));
        assert_eq!(given(7, Some(5)), Err(NotMeant::Backwards));
        assert_eq!(given(13, None), Err(NotMeant::FromFuture(at(12))));
        let empty = OnRecord { first: None, newest: None, ..record(11) };
        assert_eq!(given_span(at(5), None, empty), Err(NotMeant::NoRecord));
    }

    #[test]
    fn what_a_clock_wrote_that_was_ahead_is_in_a_span_too() {
        assert_eq!(given_span(at(5), Some(at(70)), record(72)), Ok((at(5), at(70))));
        assert_eq!(given_span(at(5), Some(at(80)), record(72)), Err(NotMeant::AfterRecord(at(72))));
    }
}
