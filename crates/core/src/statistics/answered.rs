//! Answers of a span, by what they said.

use crate::time::UtcMillis;

/// Seven days, in milliseconds.
pub const WEEK: i64 = 7 * UtcMillis::DAY;

/// The number of the week in which an instant lies. Weeks begin on Monday in UTC, and the first one
/// on 5 January 1970.
pub const fn week_number(at: UtcMillis) -> i64 {
    (at.monday().0 - 4 * UtcMillis::DAY) / WEEK
}

/// Answers, by what they said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The number of the week, 0 for the first that was asked for.
    pub week: i64,
    /// Upheld for every purpose.
    pub upheld: i64,
    /// Upheld for some purposes and refused for others.
    pub partly: i64,
    /// Refused for every purpose.
    pub refused: i64,
    /// The two answers in the middle, by the milliseconds that they took: the quicker one and the
    /// slower one, the same where their number is odd. `None` where every answer was a rule's.
    pub middle: Option<(i64, i64)>,
}

impl Answered {
    /// Every answer, whatever it said.
    pub const fn all(&self) -> i64 {
        self.upheld + self.partly + self.refused
    }

    /// The median time from receipt to an officer's answer, in milliseconds.
    pub fn median(&self) -> Option<i64> {
        self.middle.map(|(low, high)| low + (high - low) / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_in_the_statements_are_a_week_and_the_first_monday() {
        let first = UtcMillis(345_600_000);
        assert_eq!((WEEK, first), (604_800_000, UtcMillis::from_date("1970-01-05").unwrap()));
        for at in [0, 1, WEEK - 1, WEEK, 3_000 * WEEK - 1, 3_000 * WEEK].map(|after| UtcMillis(first.0 + after)) {
            assert_eq!(week_number(at), (at.0 - first.0) / WEEK);
        }
    }

    #[test]
    fn a_median_of_two_is_between_them() {
        let of = |low, high| Answered { middle: Some((low, high)), ..Answered::default() }.median();
        assert_eq!(of(4, 8), Some(6));
        assert_eq!(of(i64::MAX - 1, i64::MAX), Some(i64::MAX - 1));
        assert_eq!(Answered::default().median(), None);
    }
}
