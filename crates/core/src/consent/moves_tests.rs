//! Members who move: what held before is judged by the country of that time, and off stays off.

use super::*;
use crate::ledger::Moved;

fn moved(from: &str, to: &str, at: &str) -> Entry {
    happened(Actor::Member, Event::Move(Moved { from: from.into(), to: to.into() }), day(at))
}

/// What holds at `at` for somebody with this history who lives in `country` now, and whether a
/// notice is due.
fn asked(country: &str, entries: &[Entry], at: &str) -> (Standing, bool) {
    let (rules, notices) = (Rules::parse(super::super::super::rules::BUILT_IN).unwrap(), notices());
    let country = first_country(entries, Country::parse(country).unwrap());
    let facts =
        Facts { entries, notices: &notices, rules: &rules, country, window_days: 30, doubt: false, unproved: None };
    (standing(&facts, AI, day(at)), undelivered(&facts, AI, day(at)).is_some())
}

fn on(country: &str, entries: &[Entry], at: &str) -> bool {
    asked(country, entries, at).0.choice == Choice::Allowed
}

#[test]
fn who_moves_under_another_rule_is_off_until_they_were_told_there() {
    let second = &notices()[1];
    for (from, to) in [("US", "DE"), ("DE", "US"), ("CA", "BR"), ("JP", "GB")] {
        let mut history = vec![told(&notices()[0], "2024-10-01"), told(second, "2025-11-10")];
        assert!(on(from, &history, "2026-02-28"), "{from}");
        history.push(moved(from, to, "2026-03-01"));
        assert!(on(to, &history, "2026-02-28"), "{from}: before the move it was on");
        let (holds, due) = asked(to, &history, "2026-12-31");
        assert!(matches!(holds.because, Because::NotTold { .. }), "{from} to {to}: {holds:?}");
        assert!(due, "the notice is delivered again");
        history.push(told(second, "2026-03-05"));
        assert!(!on(to, &history, "2026-04-03") && on(to, &history, "2026-04-04"), "{from} to {to}");
        assert!(!asked(to, &history, "2026-04-04").1);
    }
}

#[test]
fn who_moves_under_the_same_rule_has_been_told() {
    let second = &notices()[1];
    for (from, to) in [("DE", "FR"), ("CA", "HK"), ("GB", "NO"), ("US", "BR")] {
        let history = [told(second, "2025-11-10"), moved(from, to, "2026-03-01")];
        assert!(on(to, &history, "2026-03-01"), "{from} to {to}");
        assert!(!asked(to, &history, "2026-03-01").1);
        // There and back again by way of another rule, they have to be told again.
        let through = [told(second, "2025-11-10"), moved(from, "JP", "2026-03-01"), moved("JP", to, "2026-03-02")];
        assert_eq!(on(to, &through, "2026-12-31"), from == "US", "{from} to {to}");
    }
}

#[test]
fn what_held_before_is_judged_by_the_country_of_that_time() {
    let history = [told(&notices()[0], "2024-10-01"), moved("DE", "US", "2026-03-01")];
    let then = asked("US", &history, "2025-06-01").0;
    assert!(matches!(then.because, Because::Excluded { .. }), "{then:?}");
    let history = [told(&notices()[0], "2024-10-01"), moved("US", "DE", "2025-03-01")];
    assert!(on("DE", &history, "2025-02-28"));
    assert!(matches!(asked("DE", &history, "2025-03-01").0.because, Because::Excluded { .. }));
    let history = [moved("US", "FR", "2025-03-01"), moved("FR", "GB", "2025-04-01"), moved("GB", "US", "2025-05-01")];
    let rule = |at| match asked("US", &history, at).0.because {
        Because::Excluded { rule, .. } | Because::NotTold { rule, .. } => rule,
        other => panic!("{other:?}"),
    };
    let rules = ["2025-02-28", "2025-03-31", "2025-04-30", "2025-05-01"].map(rule);
    assert!(rules[1] != rules[0] && rules[2] != rules[0] && rules[3] == rules[0], "{rules:?}");
}

#[test]
fn off_stays_off_and_a_choice_goes_along() {
    for choice in [Choice::Denied, Choice::Allowed] {
        let history = [told(&notices()[1], "2025-11-10"), chose(choice, "2026-01-01"), moved("US", "DE", "2026-03-01")];
        assert_eq!(asked("DE", &history, "2026-12-31").0.choice, choice);
    }
}
