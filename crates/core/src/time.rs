//! Time as a value: Unix milliseconds in UTC, and a clock that is handed in, so that every decision
//! can be replayed.

pub mod given_span;
pub mod guard;

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX time).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcMillis(pub i64);

impl UtcMillis {
    /// A day of 24 hours, in milliseconds.
    pub const DAY: i64 = 86_400_000;

    /// Midnight UTC at the start of a date written `YYYY-MM-DD` (ISO 8601), or `None` where that is
    /// not a date.
    pub fn from_date(text: &str) -> Option<Self> {
        if text.len() != "YYYY-MM-DD".len() || text.as_bytes()[4] != b'-' {
            return None;
        }
        let date: Date = text.parse().ok()?;
        Some(Self(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond()))
    }

    /// An instant as RFC 3339 writes it, `2026-11-23T18:36:00Z` or with another offset; or, from a
    /// date alone, its midnight in UTC. `None` where it is neither.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        // Shorter and longer forms of a date are ISO 8601's, and read differently from place to
        // place.
        let date = text.len() == "YYYY-MM-DD".len() && text.as_bytes()[4] == b'-';
        let instant = || Some(Self(text.parse::<Timestamp>().ok()?.as_millisecond()));
        if date { Self::from_date(text) } else { instant() }
    }

    /// An instant as databases and spreadsheets write it too: with a blank in the place of the `T`,
    /// and in UTC where no offset is written.
    pub fn from_database(text: &str) -> Option<Self> {
        let bare = text.split_at_checked("YYYY-MM-DD".len()).is_some_and(|(_, time)| {
            let time = time.strip_prefix([' ', 'T']).unwrap_or_default();
            time.starts_with(|c: char| c.is_ascii_digit())
                && time.chars().all(|c| c.is_ascii_digit() || ":.".contains(c))
        });
        if bare { Self::from_rfc3339(&format!("{text}Z")) } else { Self::from_rfc3339(text) }
    }

    /// The same without its fraction of a second.
    pub const fn to_the_second(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// Whether what began at this instant and goes on for `length` milliseconds still does at
    /// `now`. What began later than now was stored while the clock was wrong: it is over, so that
    /// nothing is worth more than its own length.
    pub const fn lasts(self, length: i64, now: Self) -> bool {
        let since = now.0.saturating_sub(self.0);
        -guard::TOLERANCE <= since && since < length
    }

    /// So many days of 24 hours later, at the same time of day in UTC.
    pub fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(i64::from(days) * Self::DAY))
    }

    /// The same time of day so many calendar months later; where that month has no such day, on its
    /// last one: 31 January and one month is 28 or 29 February.
    pub fn plus_months(self, months: u32) -> Self {
        let later = Span::new().try_months(months).and_then(|span| self.zoned().checked_add(span));
        // Beyond the calendar's last year a month has 31 days.
        later.map_or_else(|_| self.plus_days(months.saturating_mul(31)), |z| Self(z.timestamp().as_millisecond()))
    }

    /// 1 for Monday to 7 for Sunday (ISO 8601), at `hours` from UTC.
    pub fn weekday(self, hours: i64) -> i8 {
        Self(self.0.saturating_add(hours * 3_600_000)).zoned().weekday().to_monday_one_offset()
    }

    fn zoned(self) -> jiff::Zoned {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::MAX).to_zoned(TimeZone::UTC)
    }

    /// RFC 3339 with seconds, for `<time datetime>`: `2026-11-23T18:36:00Z`.
    pub fn rfc3339(self) -> String {
        self.zoned().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// For a sentence: `23 November 2026, 18:36 UTC`.
    pub fn long(self) -> String {
        self.zoned().strftime("%-d %B %Y, %H:%M UTC").to_string()
    }

    /// For a sentence about a day: `23 November 2026`.
    pub fn day(self) -> String {
        self.zoned().strftime("%-d %B %Y").to_string()
    }

    /// For a table: `2026-11-23 18:36`.
    pub fn short(self) -> String {
        self.zoned().strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The first instant of its day.
    pub const fn midnight(self) -> Self {
        Self(self.0 - self.0.rem_euclid(Self::DAY))
    }

    /// The first instant of its week, which begins on a Monday (ISO 8601).
    pub const fn monday(self) -> Self {
        // 1970-01-05 was one.
        Self(self.0 - (self.0 - 4 * Self::DAY).rem_euclid(7 * Self::DAY))
    }

    /// The first instant of its calendar quarter.
    pub fn quarter(self) -> Self {
        let date = self.zoned().date();
        let first = Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1);
        first.and_then(|first| first.to_zoned(TimeZone::UTC)).map_or(self, |z| Self(z.timestamp().as_millisecond()))
    }

    /// Its day as ISO 8601 writes it: `2026-11-23`.
    pub fn date(self) -> String {
        self.zoned().strftime("%Y-%m-%d").to_string()
    }

    /// Its week as ISO 8601 writes it: `2026-W48`. The year is that of the week's Thursday.
    pub fn week(self) -> String {
        let week = self.zoned().date().iso_week_date();
        format!("{}-W{:02}", week.year(), week.week())
    }

    /// For an axis that has no room for the year: `Nov`.
    pub fn short_month(self) -> String {
        self.zoned().strftime("%b").to_string()
    }

    /// For an axis: `Nov 2026`.
    pub fn month(self) -> String {
        self.zoned().strftime("%b %Y").to_string()
    }
}

/// Microseconds since 1970-01-01T00:00:00Z, without leap seconds: for the log of what staff did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcMicros(pub i64);

impl UtcMicros {
    /// The millisecond that it lies in.
    pub const fn millis(self) -> UtcMillis {
        UtcMillis(self.0.div_euclid(1000))
    }

    /// RFC 3339 to the microsecond: `2026-11-23T18:36:05.000042Z`.
    pub fn rfc3339(self) -> String {
        self.zoned().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
    }

    /// For a table: `2026-11-23 18:36:05`.
    pub fn to_seconds(self) -> String {
        self.zoned().strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn zoned(self) -> jiff::Zoned {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX).to_zoned(TimeZone::UTC)
    }
}

impl From<UtcMillis> for UtcMicros {
    fn from(at: UtcMillis) -> Self {
        Self(at.0.saturating_mul(1000))
    }
}

/// A source of time: what the wall clock says, and how long the machine has been up. Tests move it.
#[derive(Clone)]
pub struct Clock {
    wall: Arc<dyn Fn() -> UtcMillis + Send + Sync>,
    boot: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// The wall clock to the microsecond, where it can be read so.
    fine: Option<Arc<dyn Fn() -> UtcMicros + Send + Sync>>,
}

impl Clock {
    /// One whose time since boot goes on as its wall clock does: nobody moves it.
    pub fn from_fn(now: impl Fn() -> UtcMillis + Clone + Send + Sync + 'static) -> Self {
        let wall = now.clone();
        Self::from_fns(wall, move || now().0)
    }

    /// One made of a wall clock, and of the milliseconds since boot.
    pub fn from_fns(
        wall: impl Fn() -> UtcMillis + Send + Sync + 'static,
        boot: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        Self { wall: Arc::new(wall), boot: Arc::new(boot), fine: None }
    }

    /// The same, with a wall clock that can be read to the microsecond.
    #[must_use]
    pub fn with_micros(self, fine: impl Fn() -> UtcMicros + Send + Sync + 'static) -> Self {
        Self { fine: Some(Arc::new(fine)), ..self }
    }

    /// One that says what `self` says by `wall` instead.
    #[must_use]
    pub(crate) fn with_wall(self, wall: impl Fn() -> UtcMillis + Send + Sync + 'static) -> Self {
        Self { wall: Arc::new(wall), ..self }
    }

    /// What the wall clock says, right or wrong.
    pub fn now(&self) -> UtcMillis {
        (self.wall)()
    }

    /// The same to the microsecond, as far as the clock can be read so. Where another time counts
    /// than the wall clock's, that one, to the millisecond.
    pub fn now_micros(&self) -> UtcMicros {
        let fine = self.fine.as_ref().map(|fine| fine());
        let now = self.now();
        fine.filter(|fine| (now.0 - fine.millis().0).abs() <= 1).unwrap_or_else(|| now.into())
    }

    /// Both at one moment.
    pub fn reading(&self) -> guard::Reading {
        guard::Reading { wall: self.now(), boot: (self.boot)() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_first_instant_in_utc() {
        assert_eq!(UtcMillis::from_date("2024-09-18").map(UtcMillis::rfc3339).as_deref(), Some("2024-09-18T00:00:00Z"));
        assert_eq!(UtcMillis::from_date("2024-02-30"), None);
    }

    #[test]
    fn an_instant_is_read_with_its_offset_and_a_date_alone_is_midnight_in_utc() {
        let read = |text| UtcMillis::from_rfc3339(text).map(UtcMillis::rfc3339);
        assert_eq!(read("2019-05-01T10:30:00+02:00").as_deref(), Some("2019-05-01T08:30:00Z"));
        assert_eq!(read("2019-05-01T10:30:00.25Z").as_deref(), Some("2019-05-01T10:30:00Z"));
        assert_eq!(read("2019-05-01").as_deref(), Some("2019-05-01T00:00:00Z"));
        for bad in [
            "",
            "2019",
            "20190501",
            "01.05.2019",
            "2019-02-30",
            "2019-05-01T10:30:00",
            "2019-05-01T25:00:00Z",
            "5/1/2019",
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
        assert_eq!(UtcMillis(-1).to_the_second(), UtcMillis(-1000));
    }

    #[test]
    fn a_month_later_is_never_in_the_month_after_the_next() {
        let later = |date, months| UtcMillis::from_date(date).unwrap().plus_months(months).day();
        assert_eq!(later("2026-01-31", 1), "28 February 2026");
        assert_eq!(later("2024-01-31", 1), "29 February 2024");
        assert_eq!(later("2026-01-31", 2), "31 March 2026");
        assert_eq!(UtcMillis(i64::MAX).plus_months(1), UtcMillis(i64::MAX));
    }

    #[test]
    fn a_weekday_is_that_of_the_place() {
        let monday = UtcMillis::from_date("2026-11-23").unwrap();
        assert_eq!((monday.weekday(0), monday.weekday(-8)), (1, 7));
    }

    #[test]
    fn weeks_go_over_the_end_of_a_year() {
        for (date, week, monday) in [
            ("2026-11-23", "2026-W48", "2026-11-23"),
            ("2026-12-31", "2026-W53", "2026-12-28"),
            ("2027-01-03", "2026-W53", "2026-12-28"),
            ("2027-01-04", "2027-W01", "2027-01-04"),
            ("2024-12-30", "2025-W01", "2024-12-30"),
            ("1969-12-31", "1970-W01", "1969-12-29"),
        ] {
            let at = UtcMillis(UtcMillis::from_date(date).unwrap().0 + UtcMillis::DAY - 1);
            assert_eq!((at.week().as_str(), at.monday().date().as_str()), (week, monday), "{date}");
            assert_eq!((at.midnight().date().as_str(), at.date().as_str()), (date, date));
        }
    }

    #[test]
    fn a_quarter_begins_with_its_first_month() {
        for (date, begins) in [("2026-01-01", "2026-01-01"), ("2026-03-31", "2026-01-01"), ("2026-12-31", "2026-10-01")]
        {
            let at = UtcMillis(UtcMillis::from_date(date).unwrap().0 + UtcMillis::DAY - 1);
            assert_eq!(at.quarter().date(), begins);
        }
    }

    #[test]
    fn instants_read_as_the_screens_have_them() {
        let at = UtcMillis(1_795_459_000_000);
        assert_eq!(at.long(), "23 November 2026, 18:36 UTC");
        assert_eq!(at.short(), "2026-11-23 18:36");
    }

    #[test]
    fn a_microsecond_is_read_where_the_clock_has_it_and_is_the_time_that_counts() {
        let at = UtcMicros(1_795_459_005_000_042);
        assert_eq!(at.rfc3339(), "2026-11-23T18:36:45.000042Z");
        assert_eq!((at.to_seconds().as_str(), at.millis()), ("2026-11-23 18:36:45", UtcMillis(1_795_459_005_000)));
        let plain = Clock::from_fn(|| UtcMillis(7));
        assert_eq!(plain.now_micros(), UtcMicros(7000));
        assert_eq!(plain.clone().with_micros(|| UtcMicros(7042)).now_micros(), UtcMicros(7042));
        // The guard does not believe the wall clock.
        let doubted = plain.with_micros(|| UtcMicros(7042)).with_wall(|| UtcMillis(99));
        assert_eq!(doubted.now_micros(), UtcMicros(99_000));
    }
}
