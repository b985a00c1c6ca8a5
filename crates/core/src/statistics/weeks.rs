//! Objections received and answered, week by week. Pure.

use super::answered::{Answered, WEEK};
use super::table::{Table, days, of};
use crate::time::UtcMillis;

/// Weeks in the chart, the last of which is under way.
pub const WEEKS: usize = 26;
#[expect(clippy::cast_possible_wrap, reason = "they are 26")]
const COUNT: i64 = WEEKS as i64;

/// What happened in one week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its first instant, a Monday's in UTC.
    pub begins: UtcMillis,
    /// Objections that came in, whatever became of them.
    pub received: i64,
    /// Answers that fully upheld an objection, that partly upheld it, and that refused it.
    pub answers: [i64; 3],
    /// The median time from receipt to the answers of this week, in milliseconds.
    pub median: Option<i64>,
}

impl Week {
    /// Every answer, whatever it said.
    pub fn answered(&self) -> i64 {
        self.answers.iter().sum()
    }
}

/// The first instant of the first week in the chart.
pub const fn from(now: UtcMillis) -> UtcMillis {
    UtcMillis(now.monday().0 - (COUNT - 1) * WEEK)
}

/// Puts what was counted from [`from`] on into its weeks; weeks without anything are there too.
pub fn weeks(now: UtcMillis, received: &[(i64, i64)], answered: &[Answered]) -> Vec<Week> {
    (0..COUNT)
        .map(|n| {
            let begins = UtcMillis(from(now).0 + n * WEEK);
            let received = received.iter().find(|(week, _)| *week == n).map_or(0, |(_, cases)| *cases);
            let answers = answered.iter().find(|a| a.week == n);
            let counts = answers.map_or([0; 3], |a| [a.upheld, a.partly, a.refused]);
            Week { begins, received, answers: counts, median: answers.and_then(Answered::median) }
        })
        .collect()
}

/// What the chart shows, in a sentence.
pub fn in_words(weeks: &[Week]) -> String {
    let received: i64 = weeks.iter().map(|w| w.received).sum();
    let [upheld, partly, refused] = [0, 1, 2].map(|kind| weeks.iter().map(|w| w.answers[kind]).sum::<i64>());
    let answered = upheld + partly + refused;
    if received + answered == 0 {
        return format!("No objection was received or answered in these {WEEKS} weeks.");
    }
    let begin = format!("In these {WEEKS} weeks, {} received", was(received, "objection", "objections"));
    if answered == 0 {
        return format!("{begin}, and none was answered.");
    }
    let newest = weeks.iter().rev().find_map(|week| Some((week, week.median?)));
    let median = newest.map_or_else(String::new, |(week, median)| {
        let took = if median < UtcMillis::DAY { "less than a day".into() } else { format!("{} days", days(median)) };
        format!(" In the week from {}, the median answer took {took}.", week.begins.day())
    });
    let were = if answered == 1 { "was" } else { "were" };
    format!(
        "{begin} and {answered} {were} answered. We fully upheld {upheld}, partly upheld {partly} and refused {refused}.{median}"
    )
}

fn was(n: i64, one: &str, more: &str) -> String {
    format!("{} {}", of(n, one, more), if n == 1 { "was" } else { "were" })
}

/// A row for each week, with the median in days.
pub fn table(weeks: &[Week]) -> Table {
    let head = vec!["Week", "Begins", "Received", "Fully upheld", "Partly upheld", "Refused", "Median days"];
    let rows = weeks.iter().map(|week| {
        let [upheld, partly, refused] = week.answers.map(|n| n.to_string());
        let median = week.median.map(days).unwrap_or_default();
        vec![week.begins.week(), week.begins.date(), week.received.to_string(), upheld, partly, refused, median]
    });
    Table { head, rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(date: &str) -> UtcMillis {
        UtcMillis::from_date(date).unwrap()
    }

    #[test]
    fn there_are_as_many_weeks_as_the_chart_has_and_the_last_is_this_one() {
        let now = UtcMillis(at("2027-01-05").0 + 1);
        let all = weeks(
            now,
            &[(25, 3), (24, 1)],
            &[Answered { week: 24, refused: 2, middle: Some((0, 0)), ..Answered::default() }],
        );
        assert_eq!(all.len(), WEEKS);
        assert_eq!((all[25].begins, all[25].received, all[25].median), (at("2027-01-04"), 3, None));
        assert_eq!((all[24].begins, all[24].answers), (at("2026-12-28"), [0, 0, 2]));
        assert_eq!((all[24].answered(), all[24].median), (2, Some(0)));
        assert_eq!(all[0].begins, from(now));
        let rows = table(&all).rows;
        assert_eq!(rows[24], ["2026-W53", "2026-12-28", "1", "0", "0", "2", "0.0"]);
        assert_eq!(rows[25], ["2027-W01", "2027-01-04", "3", "0", "0", "0", ""]);
    }

    #[test]
    fn a_median_of_a_day_or_more_is_said_in_days() {
        let took = |days: i64| Answered {
            week: 25,
            refused: 1,
            middle: Some((days * UtcMillis::DAY, days * UtcMillis::DAY)),
            ..Answered::default()
        };
        let said = |days| in_words(&weeks(at("2026-11-23"), &[(25, 1)], &[took(days)]));
        assert_eq!(
            said(1),
            "In these 26 weeks, 1 objection was received and 1 was answered. We fully upheld 0, partly upheld 0 \
             and refused 1. In the week from 23 November 2026, the median answer took 1.0 days."
        );
        assert!(said(0).ends_with("the median answer took less than a day."));
    }

    #[test]
    fn the_sentence_says_what_came_and_what_became_of_it() {
        let now = at("2026-11-23");
        let none = weeks(now, &[], &[]);
        assert_eq!(in_words(&none), "No objection was received or answered in these 26 weeks.");
        let one = weeks(now, &[(25, 1)], &[]);
        assert_eq!(in_words(&one), "In these 26 weeks, 1 objection was received, and none was answered.");
        let more = weeks(
            now,
            &[(25, 3)],
            &[Answered { week: 25, upheld: 1, refused: 1, middle: Some((0, 0)), ..Answered::default() }],
        );
        assert_eq!(
            in_words(&more),
            "In these 26 weeks, 3 objections were received and 2 were answered. We fully upheld 1, partly upheld 0 \
             and refused 1. In the week from 23 November 2026, the median answer took less than a day."
        );
    }
}
