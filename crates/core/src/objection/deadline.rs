//! When an answer is due. Pure; instants in, instants out. The clock runs from receipt, also for a
//! case that awaits verification.

use crate::time::UtcMillis;

/// How long an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// One calendar month (GDPR and UK GDPR, Article 12(3)).
    OneMonth,
    /// So many days from Monday to Friday in California; 15 for a request to opt out (CCPA
    /// regulations, 11 CCR § 7026(f)).
    BusinessDays(u8),
}

/// By how many months an answer can be extended at most (GDPR, Article 12(3)).
pub const EXTENSION_MAX: u8 = 2;
/// Within how many days of 24 hours a complaint is acknowledged.
pub const COMPLAINT_DAYS: u32 = 30;

/// California's hours from UTC, in winter and in summer.
const CALIFORNIA: [i64; 2] = [-8, -7];

/// When the answer to what was received at `received` is due, to the millisecond.
///
/// A month ends at the time of day at which it began, in UTC: 31 January, 18:36 → 28 February,
/// 18:36. That is stricter than Regulation (EEC, Euratom) No 1182/71, Article 3, under which a
/// period in months ends with the last hour of its last day and moves on from a weekend or holiday.
/// Business days skip Saturdays and Sundays; holidays count as days, and of the date in Californian
/// winter and summer time the one that ends earlier counts, which are both stricter too.
pub fn due(received: UtcMillis, answer: Answer) -> UtcMillis {
    match answer {
        Answer::OneMonth => received.plus_months(1),
        Answer::BusinessDays(days) => CALIFORNIA
            .map(|hours| received.plus_days(business_days(received.weekday(hours), u32::from(days))))
            .into_iter()
            .fold(UtcMillis(i64::MAX), UtcMillis::min),
    }
}

/// When an extended answer is due: `months` calendar months, 1 or 2, after the first due date.
/// Months are counted from receipt, so that 31 January extended by one month is 31 March. More than
/// [`EXTENSION_MAX`] are taken as that many.
///
/// The article allows at most two further months. For business days there is no such rule; the same
/// limit is kept.
pub fn extended(received: UtcMillis, answer: Answer, months: u8) -> UtcMillis {
    let months = u32::from(months.min(EXTENSION_MAX));
    match answer {
        Answer::OneMonth => received.plus_months(1 + months),
        Answer::BusinessDays(_) => due(received, answer).plus_months(months),
    }
}

/// By when a complaint is acknowledged: 30 days, beginning when it is received (Data Protection Act
/// 2018, section 164A(3), inserted by section 103 of the Data (Use and Access) Act 2025).
pub fn complaint_due(received: UtcMillis) -> UtcMillis {
    received.plus_days(COMPLAINT_DAYS)
}

/// How many days after a day of the week, 1 for Monday, the `n`th business day after it is.
fn business_days(weekday: i8, n: u32) -> u32 {
    // A weekend is as if it were the Friday before, only that the days since then are gone already.
    let (from, gone) = match weekday {
        6 => (5, 1),
        7 => (5, 2),
        weekday => (u32::from(weekday.unsigned_abs()), 0),
    };
    let weekends = (from - 1 + n) / 5;
    (n + 2 * weekends).saturating_sub(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `YYYY-MM-DD HH:MM` in UTC.
    fn at(text: &str) -> UtcMillis {
        let (date, time) = text.split_once(' ').unwrap();
        let (hours, minutes) = time.split_once(':').unwrap();
        let minutes = hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap();
        UtcMillis(UtcMillis::from_date(date).unwrap().0 + minutes * 60_000)
    }

    #[test]
    fn a_month_after_receipt_at_the_same_time_of_day() {
        for (received, expected) in [
            ("2026-11-23 18:36", "2026-12-23 18:36"),
            ("2026-01-31 09:00", "2026-02-28 09:00"),
            ("2026-01-30 09:00", "2026-02-28 09:00"),
            ("2026-01-29 09:00", "2026-02-28 09:00"),
            ("2026-01-28 23:59", "2026-02-28 23:59"),
            ("2024-01-31 00:00", "2024-02-29 00:00"),
            ("2024-01-30 00:00", "2024-02-29 00:00"),
            ("2028-01-31 00:00", "2028-02-29 00:00"),
            ("2100-01-31 00:00", "2100-02-28 00:00"),
            ("2024-02-29 12:00", "2024-03-29 12:00"),
            ("2026-02-28 12:00", "2026-03-28 12:00"),
            ("2026-03-31 00:01", "2026-04-30 00:01"),
            ("2026-05-31 00:01", "2026-06-30 00:01"),
            ("2026-07-31 00:01", "2026-08-31 00:01"),
            ("2026-12-31 23:59", "2027-01-31 23:59"),
            ("2026-12-01 00:00", "2027-01-01 00:00"),
        ] {
            assert_eq!(due(at(received), Answer::OneMonth).short(), expected, "{received}");
        }
    }

    #[test]
    fn the_millisecond_counts() {
        let received = UtcMillis(at("2026-01-31 09:00").0 + 1);
        assert_eq!(due(received, Answer::OneMonth).0, at("2026-02-28 09:00").0 + 1);
    }

    #[test]
    fn an_extension_counts_from_receipt() {
        for (received, months, expected) in [
            ("2026-11-23 18:36", 1, "2027-01-23 18:36"),
            ("2026-11-23 18:36", 2, "2027-02-23 18:36"),
            ("2026-01-31 09:00", 1, "2026-03-31 09:00"),
            ("2026-01-31 09:00", 2, "2026-04-30 09:00"),
            ("2026-08-31 09:00", 1, "2026-10-31 09:00"),
            ("2026-08-31 09:00", 2, "2026-11-30 09:00"),
            ("2026-12-31 09:00", 1, "2027-02-28 09:00"),
            ("2027-12-31 09:00", 1, "2028-02-29 09:00"),
            ("2023-11-30 09:00", 2, "2024-02-29 09:00"),
            ("2099-12-31 09:00", 1, "2100-02-28 09:00"),
            ("2026-11-23 18:36", 3, "2027-02-23 18:36"),
        ] {
            assert_eq!(extended(at(received), Answer::OneMonth, months).short(), expected, "{received} + {months}");
        }
        assert_eq!(at("2026-08-31 00:00").plus_months(6).short(), "2027-02-28 00:00");
    }

    #[test]
    fn fifteen_business_days_are_three_weeks_and_end_before_a_weekend() {
        for (received, expected) in [
            // Monday to Friday.
            ("2026-11-23 18:00", "2026-12-14 18:00"),
            ("2026-11-24 18:00", "2026-12-15 18:00"),
            ("2026-11-27 18:00", "2026-12-18 18:00"),
            // Saturday and Sunday: the Friday in three weeks.
            ("2026-11-28 18:00", "2026-12-18 18:00"),
            ("2026-11-29 18:00", "2026-12-18 18:00"),
            // Monday by UTC is still Sunday in California, and Saturday still Friday.
            ("2026-11-30 04:00", "2026-12-19 04:00"),
            ("2026-11-28 04:00", "2026-12-19 04:00"),
            // Half past midnight on a Saturday in summer.
            ("2026-07-04 07:30", "2026-07-24 07:30"),
            // Over the end of a year; its holidays are not skipped.
            ("2026-12-21 18:00", "2027-01-11 18:00"),
            ("2024-02-12 18:00", "2024-03-04 18:00"),
        ] {
            assert_eq!(due(at(received), Answer::BusinessDays(15)).short(), expected, "{received}");
        }
    }

    #[test]
    fn business_days_are_extended_from_their_due_date() {
        let received = at("2026-11-09 18:00");
        assert_eq!(due(received, Answer::BusinessDays(15)).short(), "2026-11-30 18:00");
        assert_eq!(extended(received, Answer::BusinessDays(15), 1).short(), "2026-12-30 18:00");
        assert_eq!(extended(received, Answer::BusinessDays(15), 3).short(), "2027-01-30 18:00");
    }

    #[test]
    fn a_complaint_is_acknowledged_within_thirty_days_of_24_hours() {
        assert_eq!(complaint_due(at("2026-06-01 23:00")).short(), "2026-07-01 23:00");
        assert_eq!(complaint_due(at("2024-02-01 00:00")).short(), "2024-03-02 00:00");
    }

    /// Any instant from 1970 to 2200.
    fn instants() -> impl Strategy<Value = UtcMillis> {
        (0i64..7_258_118_400_000).prop_map(UtcMillis)
    }

    fn answers() -> impl Strategy<Value = Answer> {
        prop_oneof![Just(Answer::OneMonth), (1u8..60).prop_map(Answer::BusinessDays)]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: crate::testing::cases(4_000), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_month_is_28_to_31_days_and_keeps_the_time_of_day(received in instants()) {
            let due = due(received, Answer::OneMonth);
            let passed = due.0 - received.0;
            prop_assert_eq!(passed % UtcMillis::DAY, 0);
            prop_assert!((28..=31).contains(&(passed / UtcMillis::DAY)), "{} days", passed / UtcMillis::DAY);
            let [from, to] = [received, due].map(UtcMillis::short);
            let month = |text: &str| text[..4].parse::<u32>().unwrap() * 12 + text[5..7].parse::<u32>().unwrap();
            prop_assert_eq!(month(&to), month(&from) + 1, "the very next month: {} {}", from, to);
            prop_assert!(to[8..10] <= from[8..10], "the same day, or the last one: {} {}", from, to);
        }

        #[test]
        fn counting_business_days_one_by_one_gives_the_same(received in instants(), n in 1u8..60) {
            let count = |hours: i64| {
                let mut day = received;
                for _ in 0..n {
                    day = day.plus_days(1);
                    while day.weekday(hours) > 5 {
                        day = day.plus_days(1);
                    }
                }
                day
            };
            prop_assert_eq!(due(received, Answer::BusinessDays(n)), count(-8).min(count(-7)));
        }

        #[test]
        fn an_extension_is_later_the_longer_it_is_and_ends_within_two_months(received in instants(), answer in answers()) {
            let first = due(received, answer);
            let [one, two, more] = [1, 2, 200].map(|months| extended(received, answer, months));
            prop_assert!(received < first && first < one && one < two);
            prop_assert_eq!(two, more);
            prop_assert!(two.0 - first.0 <= 62 * UtcMillis::DAY);
        }

        #[test]
        fn who_comes_first_is_due_no_later(a in instants(), b in instants()) {
            let (a, b) = (a.min(b), a.max(b));
            prop_assert!(due(a, Answer::OneMonth).0 <= due(b, Answer::OneMonth).0 + 3 * UtcMillis::DAY);
            prop_assert!(complaint_due(a) <= complaint_due(b));
        }
    }

    proptest! {
        /// No instant is too far away to be counted from.
        #[test]
        fn nothing_panics_at_the_ends_of_time(at in any::<i64>(), answer in answers(), months in any::<u8>()) {
            let received = UtcMillis(at);
            due(received, answer);
            extended(received, answer, months);
            complaint_due(received);
        }
    }
}
