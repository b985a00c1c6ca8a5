//! A history as it counts: in the order in which it was recorded, with times that never run
//! backwards. Pure.
//!
//! An entry has the time that the clock said. Where that clock was wrong, the time is not what it
//! is worth:
//!
//! - a notice delivered in a span that the operator does not believe counts as delivered at the
//!   acceptance, never earlier;
//! - anything else that was recorded before something else happened no later than it;
//! - and at the present nothing but a notice lies in the future. A choice and an objection count
//!   from now at the latest: no clock that was set back hides them. A notice from the future does
//!   not count yet.

use crate::ledger::{Entry, Kind};
use crate::time::UtcMillis;

/// Gives `entries`, one subject's in the order of their positions, the times and the order in which
/// they count at `now`.
pub fn settle(entries: &mut Vec<Entry>, now: UtcMillis) {
    // Nearly all histories are as they should be.
    let in_order = entries.is_sorted_by_key(|e| e.at) && entries.last().is_none_or(|e| e.at <= now);
    if in_order && !entries.iter().any(|e| e.kind == Kind::Clock) {
        return;
    }
    let mut settled: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        if let Some(span) = entry.clock {
            // Those that were recorded before the acceptance and say a time within the span: they
            // go right before it.
            let meant = |e: &Entry| e.kind == Kind::Notice && (span.from..=span.until).contains(&e.at);
            let (mut notices, others): (Vec<_>, Vec<_>) = settled.into_iter().partition(meant);
            for notice in &mut notices {
                notice.at = entry.at;
            }
            settled = others;
            settled.append(&mut notices);
        }
        settled.push(entry);
    }
    // From the newest back: nothing is later than what was recorded after it.
    let mut latest = now;
    let mut early = Vec::with_capacity(settled.len());
    let mut to_come = Vec::new();
    for mut entry in settled.into_iter().rev() {
        if entry.kind == Kind::Notice && entry.at > latest {
            // When it was delivered is not known but for that: it counts from the time it says,
            // which is later.
            to_come.push(entry);
            continue;
        }
        latest = latest.min(entry.at);
        entry.at = latest;
        early.push(entry);
    }
    early.reverse();
    early.append(&mut to_come);
    // Stable: what has the same time stays in the order of its recording.
    early.sort_by_key(|e| e.at);
    *entries = early;
}

#[cfg(test)]
#[path = "clock_properties.rs"]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{self, Actor, ClockSpan, Event, NoticeRef, Purpose};
    use crate::testing::happened;

    const AI: Purpose = Purpose::GenerativeAiTraining;

    fn began(at: i64) -> Entry {
        happened(Actor::Default, Event::Default { purpose: AI, rule: None }, UtcMillis(at))
    }

    fn told(at: i64) -> Entry {
        let notice = NoticeRef { purpose: AI, version: 1, language: "en".into(), sha256: String::new() };
        happened(Actor::System, Event::Notice { notice, rule: None }, UtcMillis(at))
    }

    fn chose(at: i64) -> Entry {
        let choice = ledger::Choice::Denied;
        happened(Actor::Member, Event::Choice { purpose: AI, choice, rule: None, notice: None }, UtcMillis(at))
    }

    fn clock(from: i64, until: i64, at: i64) -> Entry {
        let span = ClockSpan { from: UtcMillis(from), until: UtcMillis(until) };
        happened(Actor::System, Event::Clock(span), UtcMillis(at))
    }

    fn settled(entries: &[Entry], now: i64) -> Vec<(Kind, i64)> {
        let mut entries = entries.to_vec();
        settle(&mut entries, UtcMillis(now));
        entries.into_iter().map(|e| (e.kind, e.at.0)).collect()
    }

    use Kind::{Choice, Clock, Default, Notice};

    #[test]
    fn a_history_in_order_stays_as_it_is() {
        let history = [began(1), told(2), chose(2), chose(9)];
        assert_eq!(settled(&history, 9), [(Default, 1), (Notice, 2), (Choice, 2), (Choice, 9)]);
    }

    #[test]
    fn a_clock_set_back_hides_no_choice_and_brings_no_notice_forward() {
        let history = [began(1), told(60), chose(61)];
        assert_eq!(settled(&history, 10), [(Default, 1), (Choice, 10), (Notice, 60)]);
    }

    #[test]
    fn a_notice_of_a_clock_that_was_ahead_counts_from_the_acceptance() {
        let history = [began(1), told(60), chose(61), clock(11, 61, 10), chose(12)];
        let expected = [(Default, 1), (Choice, 10), (Notice, 10), (Clock, 10), (Choice, 12)];
        assert_eq!(settled(&history, 20), expected);
        // What is delivered after the acceptance is believed, also once that span has come.
        let later = [told(60), clock(11, 61, 10), told(30)];
        assert_eq!(settled(&later, 40), [(Notice, 10), (Clock, 10), (Notice, 30)]);
    }

    #[test]
    fn a_notice_of_a_clock_that_was_behind_counts_from_the_acceptance_too() {
        let history = [began(1), told(2), chose(3), clock(1, 5, 60)];
        assert_eq!(settled(&history, 70), [(Default, 1), (Choice, 3), (Notice, 60), (Clock, 60)]);
    }

    #[test]
    fn what_was_recorded_first_did_not_happen_later() {
        let history = [chose(50), began(20), told(70), chose(30)];
        assert_eq!(settled(&history, 40), [(Choice, 20), (Default, 20), (Choice, 30), (Notice, 70)]);
    }
}
