//! Answers of a span, by what they said.

use crate::time::UtcMillis;

/// Seven days, in milliseconds.
pub const WEEK: i64 = 7 * UtcMillis::DAY;

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
    fn the_number_in_the_statements_is_a_week() {
        assert_eq!(WEEK, 604_800_000);
    }

    #[test]
    fn a_median_of_two_is_between_them() {
        let of = |low, high| Answered { middle: Some((low, high)), ..Answered::default() }.median();
        assert_eq!(of(4, 8), Some(6));
        assert_eq!(of(i64::MAX - 1, i64::MAX), Some(i64::MAX - 1));
        assert_eq!(Answered::default().median(), None);
    }
}
