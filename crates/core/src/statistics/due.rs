//! Open cases by how long there is left for the answer. Pure.

use super::table::{Table, count, of};
use crate::time::UtcMillis;

/// How long there is left, in whole days of 24 hours.
pub const LEFT: [&str; 6] =
    ["Overdue", "0 to 2 days", "3 to 7 days", "8 to 14 days", "15 to 30 days", "More than 30 days"];

/// The instants that part one of [`LEFT`] from the next, at `now`.
pub fn edges(now: UtcMillis) -> [UtcMillis; 5] {
    [0, 3, 8, 15, 31].map(|days| now.plus_days(days))
}

/// How many cases wait, in the order of [`LEFT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open(pub [i64; 6]);

impl Open {
    /// From how many wait until before each of [`edges`], and how many in all.
    pub fn between(before: [i64; 5], all: i64) -> Self {
        let mut earlier = 0;
        Self([before[0], before[1], before[2], before[3], before[4], all].map(|cases| {
            let between = cases - earlier;
            earlier = cases;
            between
        }))
    }

    /// Every case that waits, overdue or not.
    pub fn all(&self) -> i64 {
        self.0.iter().sum()
    }

    /// What the chart shows, in a sentence.
    pub fn in_words(&self) -> String {
        let (all, overdue, soon) = (self.all(), self.0[0], self.0[1]);
        if all == 0 {
            return "No cases are waiting for an answer.".into();
        }
        let late = match overdue {
            0 => "None is overdue".into(),
            1 => "1 is overdue".into(),
            n => format!("{} are overdue", count(n)),
        };
        let soon = match soon {
            0 => "none is due within 3 days".into(),
            1 => "1 is due within 3 days".into(),
            n => format!("{} are due within 3 days", count(n)),
        };
        let verb = if all == 1 { "is" } else { "are" };
        format!("{} {verb} waiting for an answer. {late}, and {soon}.", of(all, "case", "cases"))
    }

    /// A row for each of [`LEFT`], also where no case is.
    pub fn table(&self) -> Table {
        let rows = LEFT.iter().zip(self.0).map(|(left, cases)| vec![(*left).to_owned(), cases.to_string()]);
        Table { head: vec!["Time left", "Open cases"], rows: rows.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_fits_one_and_many() {
        assert_eq!(Open([0; 6]).in_words(), "No cases are waiting for an answer.");
        assert_eq!(
            Open([1, 0, 0, 0, 0, 0]).in_words(),
            "1 case is waiting for an answer. 1 is overdue, and none is due within 3 days."
        );
        assert_eq!(
            Open([0, 1, 2, 0, 1, 1200]).in_words(),
            "1,204 cases are waiting for an answer. None is overdue, and 1 is due within 3 days."
        );
    }

    #[test]
    fn what_lies_between_two_edges_is_what_the_second_has_more() {
        assert_eq!(Open::between([1, 1, 4, 6, 6], 10), Open([1, 0, 3, 2, 0, 4]));
        assert_eq!(Open::between([1, 1, 4, 6, 6], 10).all(), 10);
    }

    #[test]
    fn every_day_belongs_to_the_time_that_names_it() {
        let now = UtcMillis(1_000);
        let place = |due: UtcMillis| edges(now).iter().filter(|edge| due >= **edge).count();
        for (days, left) in [(0, 1), (2, 1), (3, 2), (7, 2), (8, 3), (14, 3), (15, 4), (30, 4), (31, 5)] {
            assert_eq!(place(now.plus_days(days)), left, "{days}");
        }
        assert_eq!(place(UtcMillis(999)), 0);
    }
}
