//! How failures at signing in are slowed down, and when the owner of an account is told of them.
//! Pure.
//!
//! A stranger must not keep a member out. So what fails on a device that has signed in before is
//! counted for that device, and what fails anywhere else is counted for the account. Attempts from
//! one network address are counted besides, whatever account they are at.

use crate::time::UtcMillis;

/// Failures of an account, or of a device, that cost no waiting.
pub const FREE_PER_ACCOUNT: i64 = 5;
/// Failures of a network that cost no waiting: people who share one line at home fail together.
pub const FREE_PER_ADDRESS: i64 = 30;
/// Failures of the wider network around it that cost no waiting.
pub const FREE_PER_WIDE_NETWORK: i64 = 150;

/// After how long one failure less counts, in milliseconds: many people may share an address.
const FADES_EACH: i64 = 30 * 60_000;

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
    /// How many there are, without those that had faded by `newest`.
    pub failures: i64,
    /// When the newest was counted; a block begins with it.
    pub newest: UtcMillis,
    /// Until then no attempt is looked at; 1970 where there was no block.
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

    /// With one more, counted before it is looked at, so that many at once count too. Those before
    /// fade, one in half an hour; a day without any, and the count begins again.
    pub fn with_one_more(&self, free: i64, now: UtcMillis) -> Self {
        let before = if self.newest.lasts(UtcMillis::DAY, now) { self.failures } else { 0 };
        let faded = (now.0 - self.newest.0).max(0) / FADES_EACH;
        let failures = (before - faded).max(0) + 1;
        let blocked_until = UtcMillis(pause_after(failures, free).map_or(0, |pause| now.0 + pause));
        Self { failures, newest: now, blocked_until, ..*self }
    }

    /// Whether an attempt now is one of so many that the owner is told: those before it were slowed
    /// down, and nobody has been told for a day.
    pub fn tells(&self, free: i64, now: UtcMillis) -> bool {
        self.failures >= free && self.newest.lasts(UtcMillis::DAY, now) && !self.told.lasts(UtcMillis::DAY, now)
    }
}

/// So much at once, and then one each so many milliseconds (the generic cell rate algorithm, as in
/// ITU-T I.371). What was used is kept as the instant until which it is made up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many can be taken at once by whoever has taken none of late.
    pub at_once: i64,
    /// The milliseconds after which there is one more.
    pub each: i64,
}

/// What was used of late. More than can have been used was stored by a wrong clock, and is nothing.
fn used(until: UtcMillis, now: UtcMillis, most: i64) -> i64 {
    let used = until.0.saturating_sub(now.0).max(0);
    if used > most { 0 } else { used }
}

impl Rate {
    /// Takes one now: until when what is used is made up for then.
    ///
    /// # Errors
    /// How many milliseconds to wait, where there is none left; nothing is taken.
    pub fn take(self, until: UtcMillis, now: UtcMillis) -> Result<UtcMillis, i64> {
        let most = self.at_once * self.each;
        let used = used(until, now, most) + self.each;
        if used > most { Err(used - most) } else { Ok(UtcMillis(now.0 + used)) }
    }

    /// Takes one in any case: until when what is used is made up for then, and how many
    /// milliseconds it has to wait for its turn, which is never more than [`QUEUED`].
    pub fn queue(self, until: UtcMillis, now: UtcMillis) -> (UtcMillis, i64) {
        let most = self.at_once * self.each;
        let used = used(until, now, most + QUEUED) + self.each;
        let used = used.min(most + QUEUED);
        (UtcMillis(now.0 + used), (used - most).max(0))
    }
}

/// For how long something may wait for its turn.
pub const QUEUED: i64 = 5 * 3_600_000;

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
        assert_eq!(many.with_one_more(5, later(FADES_EACH - 1)).failures, 10);
        assert_eq!(many.with_one_more(5, later(4 * FADES_EACH)).failures, 6);
        assert_eq!(many.with_one_more(5, later(UtcMillis::DAY - 1)).failures, 1);
        let flood = (0..900).fold(Count::NONE, |count, _| count.with_one_more(5, NOW));
        assert_eq!(flood.with_one_more(5, later(UtcMillis::DAY - 1)).failures, 854);
        assert_eq!(flood.with_one_more(5, later(UtcMillis::DAY)).failures, 1);
    }

    #[test]
    fn a_rate_allows_so_much_at_once_and_then_one_at_a_time() {
        let rate = Rate { at_once: 3, each: 1_000 };
        let mut until = UtcMillis(0);
        for _ in 0..3 {
            until = rate.take(until, NOW).unwrap();
        }
        assert_eq!(rate.take(until, NOW), Err(1_000));
        assert_eq!(rate.take(until, later(999)), Err(1));
        until = rate.take(until, later(1_000)).unwrap();
        assert_eq!(rate.take(until, later(1_000)), Err(1_000));
        // After a while all of it is there again, and no more.
        for _ in 0..3 {
            until = rate.take(until, later(60_000)).unwrap();
        }
        assert_eq!(rate.take(until, later(60_000)), Err(1_000));
        // What a clock that was ahead has stored keeps nobody out.
        assert!(rate.take(later(400 * UtcMillis::DAY), NOW).is_ok());
    }

    #[test]
    fn what_waits_for_its_turn_is_delayed_and_never_dropped() {
        let rate = Rate { at_once: 2, each: 1_000 };
        let (mut until, mut waits) = (UtcMillis(0), Vec::new());
        for _ in 0..5 {
            let wait;
            (until, wait) = rate.queue(until, NOW);
            waits.push(wait);
        }
        assert_eq!(waits, [0, 0, 1_000, 2_000, 3_000]);
        for _ in 0..30_000 {
            until = rate.queue(until, NOW).0;
        }
        assert_eq!(rate.queue(until, NOW).1, QUEUED, "a flood of hours is sent at the end of them");
        assert_eq!(rate.queue(later(400 * UtcMillis::DAY), NOW).1, 0);
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
