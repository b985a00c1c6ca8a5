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
    /// Of the two answers in the middle the quicker one, by the milliseconds that it took.
    pub low: i64,
    /// The slower one, which is the same where their number is odd.
    pub high: i64,
}

impl Answered {
    /// Every answer, whatever it said.
    pub const fn all(&self) -> i64 {
        self.upheld + self.partly + self.refused
    }

    /// The median time from receipt to the answer, in milliseconds.
    pub const fn median(&self) -> i64 {
        self.low + (self.high - self.low) / 2
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
        let two = Answered { low: 4, high: 8, ..Answered::default() };
        assert_eq!(two.median(), 6);
        assert_eq!(Answered { low: i64::MAX - 1, high: i64::MAX, ..two }.median(), i64::MAX - 1);
    }
}
