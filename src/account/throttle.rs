//! How failures at signing in are slowed down, and when the owner of an account is told of them.
//! Pure.
//!
//! A stranger must not keep a member out. So what fails on a device that has signed in before is
//! counted for that device, and what fails anywhere else is counted for the account. Attempts from
//! one network address are counted besides, whatever account they are at.

use crate::time::UtcMillis;

/// Failures that cost no waiting: of an account or a device, and of a network address.
pub const FREE_PER_ACCOUNT: i64 = 5;
pub const FREE_PER_ADDRESS: i64 = 30;

/// How long a device that has signed in is known, in milliseconds: as long as a browser keeps its
/// cookie (RFC 6265bis, 5.5).
pub const KNOWN_FOR: i64 = 400 * UtcMillis::DAY;
/// Known devices of one member, those seen last.
pub const DEVICES_MAX: i64 = 20;

/// How long to wait after so many failures, in milliseconds: nothing while they are fewer than
/// `free`, then 15 seconds, doubling, at most 15 minutes.
pub fn pause_after(failures: i64, free: i64) -> Option<i64> {
    let over = failures - free;
    (over >= 0).then(|| (15_000i64 << over.min(6)).min(900_000))
}

/// What has failed under one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub failures: i64,
    /// When the newest was counted; a block begins with it.
    pub newest: UtcMillis,
    pub blocked_until: UtcMillis,
    /// When the owner was last told.
    pub told: UtcMillis,
}

impl Count {
    /// Nothing yet.
    pub const NONE: Self = Self { failures: 0, newest: UtcMillis(0), blocked_until: UtcMillis(0), told: UtcMillis(0) };

    /// When the next attempt is looked at, where that is later than now. A block is worth its own
    /// length: one that a wrong clock stored further ahead is over.
    pub fn blocked(&self, now: UtcMillis) -> Option<UtcMillis> {
        let length = self.blocked_until.0.saturating_sub(self.newest.0);
        (now < self.blocked_until && self.newest.lasts(length, now)).then_some(self.blocked_until)
    }

    /// With one more, counted before it is looked at, so that many at once count too. A day without
    /// any, and the count begins again.
    pub fn with_one_more(&self, free: i64, now: UtcMillis) -> Self {
        let failures = if self.newest.lasts(UtcMillis::DAY, now) { self.failures + 1 } else { 1 };
        let blocked_until = UtcMillis(pause_after(failures, free).map_or(0, |pause| now.0 + pause));
        Self { failures, newest: now, blocked_until, ..*self }
    }

    /// Whether an attempt now is one of so many that the owner is told: those before it were slowed
    /// down, and nobody has been told for a day.
    pub fn tells(&self, free: i64, now: UtcMillis) -> bool {
        self.failures >= free && self.newest.lasts(UtcMillis::DAY, now) && !self.told.lasts(UtcMillis::DAY, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::guard::TOLERANCE;

    const NOW: UtcMillis = UtcMillis(1_795_459_000_000);

    fn later(milliseconds: i64) -> UtcMillis {
        UtcMillis(NOW.0 + milliseconds)
    }

    #[test]
    fn failures_slow_down_and_stop_at_a_quarter_of_an_hour() {
        let pauses: Vec<_> = [4, 5, 6, 7, 20, 100_000].map(|n| pause_after(n, 5)).into();
        assert_eq!(pauses, [None, Some(15_000), Some(30_000), Some(60_000), Some(900_000), Some(900_000)]);
    }

    #[test]
    fn a_block_holds_from_the_failure_on_and_no_longer() {
        let four = (0..4).fold(Count::NONE, |count, _| count.with_one_more(5, NOW));
        assert_eq!((four.failures, four.blocked(NOW)), (4, None));
        let five = four.with_one_more(5, NOW);
        assert_eq!(five.blocked(NOW), Some(later(15_000)));
        assert_eq!(five.blocked(later(14_999)), Some(later(15_000)));
        assert_eq!(five.blocked(later(15_000)), None);
    }

    #[test]
    fn a_block_of_a_clock_that_was_ahead_is_over() {
        for ahead in [TOLERANCE + 1, 14 * 60_000, 400 * UtcMillis::DAY] {
            let then = later(ahead);
            let stored = (0..20).fold(Count::NONE, |count, _| count.with_one_more(5, then));
            assert!(stored.blocked(then).is_some());
            assert_eq!(stored.blocked(NOW), None, "{ahead}");
            // And the count begins again.
            assert_eq!(stored.with_one_more(5, NOW).failures, 1, "{ahead}");
        }
        // Of a clock that was behind it is over anyway.
        let stored = (0..20).fold(Count::NONE, |count, _| count.with_one_more(5, later(-UtcMillis::DAY)));
        assert_eq!(stored.blocked(NOW), None);
    }

    #[test]
    fn a_day_without_failures_begins_the_count_again() {
        let many = (0..9).fold(Count::NONE, |count, _| count.with_one_more(5, NOW));
        assert_eq!(many.with_one_more(5, later(UtcMillis::DAY - 1)).failures, 10);
        assert_eq!(many.with_one_more(5, later(UtcMillis::DAY)).failures, 1);
    }

    #[test]
    fn the_owner_is_told_once_a_day_and_not_of_a_few() {
        let count = |failures| Count { failures, newest: NOW, ..Count::NONE };
        assert!(!count(4).tells(5, NOW));
        assert!(count(5).tells(5, NOW) && count(500).tells(5, NOW));
        let told = Count { told: NOW, ..count(500) };
        assert!(!told.tells(5, NOW) && !told.tells(5, later(UtcMillis::DAY - 1)));
        assert!(Count { newest: later(UtcMillis::DAY), ..told }.tells(5, later(UtcMillis::DAY)));
        // That a wrong clock told them in the future keeps nobody from being told now.
        assert!(Count { told: later(60 * UtcMillis::DAY), ..count(5) }.tells(5, NOW));
        assert!(!count(5).tells(5, later(UtcMillis::DAY)), "what was a day ago is forgotten");
    }
}
