//! How often one member can change a choice, so that no account's history grows faster than a
//! person presses. Pure.
//!
//! Every choice on record counts, On and Off, but only turning on is ever refused: a limit of ours
//! holds nobody On. Off is bounded all the same. A choice that says what the newest says is not
//! recorded, so that between two Offs there is an On; and so no span of a limit's length ever has
//! more than one choice above that limit, the Off after the last On.

use crate::ledger::Choice;
use crate::time::UtcMillis;

const MINUTE: i64 = 60_000;

/// Choices that one member can record about one purpose, and moves; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many in any 60 seconds.
    pub per_minute: u32,
    /// How many in any 24 hours.
    pub per_day: u32,
}

impl Pace {
    /// Of how many of the newest choices the times have to be known.
    pub fn looks_at(self) -> u32 {
        self.per_minute.max(self.per_day)
    }

    /// In how many seconds `wanted` can be recorded, where it cannot be now. `recorded` are the
    /// times of the newest choices, [as many](Self::looks_at) as count.
    pub fn wait(self, wanted: Choice, recorded: &[UtcMillis], now: UtcMillis) -> Option<u32> {
        if wanted == Choice::Denied { None } else { self.wait_for_more(recorded, now) }
    }

    /// The same for what is neither On nor Off, such as a move.
    pub fn wait_for_more(self, recorded: &[UtcMillis], now: UtcMillis) -> Option<u32> {
        [(self.per_minute, MINUTE), (self.per_day, UtcMillis::DAY)]
            .into_iter()
            .filter_map(|(most, length)| until_fewer(most, length, recorded, now))
            .max()
    }
}

/// In how many seconds fewer than `most` of these are no older than `length`, where it is as many
/// or more now. What a wrong clock put into the future does not count, and nothing counts for
/// longer than `length`.
fn until_fewer(most: u32, length: i64, recorded: &[UtcMillis], now: UtcMillis) -> Option<u32> {
    let mut counted: Vec<UtcMillis> = recorded.iter().copied().filter(|at| at.lasts(length, now)).collect();
    counted.sort_unstable_by(|a, b| b.cmp(a));
    let last = usize::try_from(most.checked_sub(1)?).ok().and_then(|n| counted.get(n))?;
    let wait = (last.0 + length - now.0).clamp(1, length);
    u32::try_from(wait.unsigned_abs().div_ceil(1_000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::guard::TOLERANCE;
    use proptest::prelude::*;

    const NOW: UtcMillis = UtcMillis(1_795_459_000_000);
    const PACE: Pace = Pace { per_minute: 10, per_day: 100 };

    /// So many choices, a second apart, the newest at `NOW`.
    fn choices(count: i64) -> Vec<UtcMillis> {
        (0..count).map(|n| UtcMillis(NOW.0 - n * 1_000)).collect()
    }

    #[test]
    fn the_eleventh_in_a_minute_waits_until_the_first_is_a_minute_old() {
        assert_eq!(PACE.wait(Choice::Allowed, &choices(9), NOW), None);
        assert_eq!(PACE.wait(Choice::Allowed, &choices(10), NOW), Some(51));
        assert_eq!(PACE.wait(Choice::Allowed, &choices(10), UtcMillis(NOW.0 + 50_999)), Some(1));
        assert_eq!(PACE.wait(Choice::Allowed, &choices(10), UtcMillis(NOW.0 + 51_000)), None);
    }

    #[test]
    fn the_hundred_and_first_in_a_day_waits_for_hours() {
        let spread: Vec<_> = (0..100).map(|n| UtcMillis(NOW.0 - n * 10 * MINUTE)).collect();
        let (hours, minutes) = (24 - 16, 60 - 30);
        assert_eq!(PACE.wait(Choice::Allowed, &spread, NOW), Some((hours - 1) * 3_600 + minutes * 60));
        assert_eq!(PACE.wait(Choice::Allowed, &spread[..99], NOW), None);
    }

    #[test]
    fn turning_off_is_refused_by_no_number() {
        assert_eq!(PACE.wait(Choice::Denied, &choices(5_000), NOW), None);
        assert_eq!(Pace { per_minute: 1, per_day: 1 }.wait(Choice::Denied, &choices(5_000), NOW), None);
    }

    #[test]
    fn nought_is_no_limit() {
        assert_eq!(Pace { per_minute: 0, per_day: 0 }.wait(Choice::Allowed, &choices(5_000), NOW), None);
        assert_eq!(Pace { per_minute: 0, per_day: 100 }.wait(Choice::Allowed, &choices(99), NOW), None);
        assert!(Pace { per_minute: 0, per_day: 100 }.wait(Choice::Allowed, &choices(100), NOW).is_some());
    }

    #[test]
    fn what_a_clock_that_was_ahead_recorded_keeps_nobody_waiting() {
        for ahead in [TOLERANCE + 1, UtcMillis::DAY, 400 * UtcMillis::DAY] {
            let recorded: Vec<_> = choices(5_000).iter().map(|at| UtcMillis(at.0 + 5_000_000 + ahead)).collect();
            assert_eq!(PACE.wait(Choice::Allowed, &recorded, NOW), None, "{ahead}");
        }
        // A small correction makes the wait no longer than the limit is.
        let recorded = vec![UtcMillis(NOW.0 + TOLERANCE); 10];
        assert_eq!(PACE.wait(Choice::Allowed, &recorded, NOW), Some(60));
    }

    proptest! {
        /// Whatever is pressed and when: Off holds whenever it is asked for; a limit is passed by
        /// one Off at most; and whoever waits as long as they were told to is let on.
        #[test]
        fn nobody_is_held_on_and_no_history_grows_faster(
            per_minute in 0u32..5,
            per_day in 0u32..12,
            presses in proptest::collection::vec((prop_oneof![0i64..3_000, 0i64..40_000, 0i64..9 * 3_600_000], any::<bool>()), 1..80),
        ) {
            let pace = Pace { per_minute, per_day };
            let mut now = NOW;
            // Newest first, as the store hands them out.
            let mut recorded: Vec<(UtcMillis, Choice)> = Vec::new();
            for (pass, on) in presses {
                now.0 += pass;
                let wanted = if on { Choice::Allowed } else { Choice::Denied };
                let holds = recorded.first().map(|(_, choice)| *choice);
                if holds != Some(wanted) {
                    let times: Vec<_> = recorded.iter().map(|(at, _)| *at).take(pace.looks_at() as usize).collect();
                    match pace.wait(wanted, &times, now) {
                        None => recorded.insert(0, (now, wanted)),
                        Some(seconds) => {
                            prop_assert!(on, "Off was refused");
                            prop_assert!((1..=86_400).contains(&seconds));
                            let later = UtcMillis(now.0 + i64::from(seconds) * 1_000);
                            prop_assert_eq!(pace.wait(wanted, &times, later), None, "after {} s", seconds);
                        }
                    }
                }
                if !on {
                    prop_assert_eq!(recorded[0].1, Choice::Denied);
                }
                for (most, length) in [(per_minute, MINUTE), (per_day, UtcMillis::DAY)] {
                    let within = recorded.iter().filter(|(at, _)| at.lasts(length, now)).count();
                    prop_assert!(most == 0 || within <= most as usize + 1, "{} within {} ms", within, length);
                }
            }
        }
    }
}
