//! The promise, as stories and as properties over generated histories.

use super::*;
use crate::ledger::{Actor, Channel, Draft};
use proptest::prelude::*;

const AI: Purpose = Purpose::GenerativeAiTraining;

fn day(text: &str) -> UtcMillis {
    UtcMillis::from_date(text).unwrap()
}

fn notice(version: u32, published: &str, effective: &str) -> Notice {
    let reference = NoticeRef { purpose: AI, version, language: "en".into(), sha256: format!("{version:064}") };
    Notice { reference, published_at: day(published), effective_at: day(effective) }
}

fn notices() -> Vec<Notice> {
    vec![notice(1, "2024-09-18", "2024-09-18"), notice(2, "2025-10-01", "2025-11-03")]
}

fn entry(kind: Kind, choice: Option<Choice>, told: Option<&Notice>, at: UtcMillis) -> Entry {
    let draft = Draft {
        subject: "s".into(),
        kind,
        purpose: Some(AI),
        choice,
        actor: Actor::Member,
        channel: Channel::Web,
        rule: None,
        notice: told.map(|n| n.reference.clone()),
        case: None,
        step: None,
    };
    Entry::new(draft, at, None)
}

fn told(notice: &Notice, at: &str) -> Entry {
    entry(Kind::Notice, None, Some(notice), day(at))
}

fn chose(choice: Choice, at: &str) -> Entry {
    entry(Kind::Choice, Some(choice), None, day(at))
}

fn ask(country: &str, entries: &[Entry], at: &str) -> Standing {
    let (rules, notices) = (Rules::parse(super::super::rules::BUILT_IN).unwrap(), notices());
    let country = Country::parse(country).unwrap();
    standing(&Facts { entries, notices: &notices, rules: &rules, country, window_days: 30 }, AI, day(at))
}

#[test]
fn nobody_is_on_before_they_were_told() {
    let s = ask("US", &[], "2026-11-23");
    assert_eq!(s.choice, Choice::Denied);
    assert!(matches!(s.because, Because::NotTold { .. }));
}

#[test]
fn told_then_thirty_days_then_on_by_default() {
    let entries = [told(&notices()[0], "2024-09-18")];
    let s = ask("US", &entries, "2024-10-17");
    assert!(matches!(s.because, Because::Window { until, .. } if until == day("2024-10-18")));
    assert_eq!(s.choice, Choice::Denied);
    let s = ask("US", &entries, "2024-10-18");
    assert!(matches!(s.because, Because::ByDefault { since, .. } if since == day("2024-10-18")));
    assert_eq!(s.choice, Choice::Allowed);
}

#[test]
fn being_told_of_the_old_rule_does_not_enrol_under_the_new_one() {
    let entries = [told(&notices()[0], "2024-09-18")];
    assert!(matches!(ask("DE", &entries, "2025-11-02").because, Because::Excluded { .. }));
    assert!(matches!(ask("DE", &entries, "2026-11-23").because, Because::NotTold { .. }));
    let entries = [told(&notices()[0], "2024-09-18"), told(&notices()[1], "2025-11-03")];
    assert_eq!(ask("DE", &entries, "2025-12-02").choice, Choice::Denied);
    assert_eq!(ask("DE", &entries, "2025-12-03").choice, Choice::Allowed);
}

#[test]
fn told_in_advance_still_waits_for_the_notice_to_take_effect() {
    let entries = [told(&notices()[1], "2025-10-01")];
    assert_eq!(ask("DE", &entries, "2025-11-02").choice, Choice::Denied);
    assert_eq!(ask("DE", &entries, "2025-11-03").choice, Choice::Allowed);
    assert_eq!(ask("US", &entries, "2025-11-02").choice, Choice::Denied);
}

#[test]
fn a_denial_in_an_excluded_region_holds_when_the_rule_changes() {
    let entries = [chose(Choice::Denied, "2025-01-01"), told(&notices()[1], "2025-11-03")];
    let s = ask("DE", &entries, "2026-11-23");
    assert_eq!(s.choice, Choice::Denied);
    assert!(matches!(s.because, Because::Chosen { .. }));
}

#[test]
fn the_newest_choice_holds() {
    let entries = [
        chose(Choice::Denied, "2025-03-14"),
        chose(Choice::Allowed, "2025-06-02"),
        chose(Choice::Denied, "2026-11-23"),
    ];
    assert_eq!(ask("US", &entries, "2025-05-01").choice, Choice::Denied);
    assert_eq!(ask("US", &entries, "2025-07-01").choice, Choice::Allowed);
    assert_eq!(ask("US", &entries, "2026-11-24").choice, Choice::Denied);
}

#[derive(Clone, Debug)]
enum Event {
    Told(usize),
    Chose(Choice),
}

/// Anything that can happen to a member, in any order, on any day from 2024 to 2027.
fn events() -> impl Strategy<Value = Vec<(i64, Event)>> {
    let event = prop_oneof![
        3 => (0usize..4).prop_map(Event::Told),
        1 => prop_oneof![Just(Choice::Allowed), Just(Choice::Denied)].prop_map(Event::Chose),
    ];
    proptest::collection::vec((0i64..1300, event), 0..8).prop_map(|mut all| {
        all.sort_by_key(|(day, _)| *day);
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Allowed has a reason that can be shown: the member said so last, or they were told of this rule by a notice that
    /// had been published, it is in force, and the window is over.
    #[test]
    fn nobody_is_enrolled_before_they_were_told(
        history in events(),
        publications in proptest::collection::vec((0i64..1300, 0i64..1300), 4),
        country in prop_oneof![Just("US"), Just("DE"), Just("GB"), Just("CA")],
        window_days in 0u32..60,
        asked in 0i64..1400,
    ) {
        let at = |days: i64| UtcMillis(day("2024-01-01").0 + days * UtcMillis::DAY);
        let notices: Vec<Notice> = publications.iter().enumerate().map(|(i, (published, effective))| {
            let reference = NoticeRef { purpose: AI, version: i as u32 + 1, language: "en".into(), sha256: format!("{i:064}") };
            Notice { reference, published_at: at(*published), effective_at: at(*effective) }
        }).collect();
        let entries: Vec<Entry> = history.iter().map(|(days, event)| match event {
            Event::Told(n) => entry(Kind::Notice, None, Some(&notices[*n]), at(*days)),
            Event::Chose(choice) => entry(Kind::Choice, Some(*choice), None, at(*days)),
        }).collect();
        let rules = Rules::parse(super::super::rules::BUILT_IN).unwrap();
        let facts = Facts { entries: &entries, notices: &notices, rules: &rules, country: Country::parse(country).unwrap(), window_days };
        let now = at(asked);
        let holds = standing(&facts, AI, now);

        let said = history.iter().rev().find_map(|(days, e)| match e {
            Event::Chose(choice) if at(*days) <= now => Some(*choice),
            _ => None,
        });
        match said {
            Some(choice) => prop_assert_eq!(holds.choice, choice, "a choice is sticky"),
            None if holds.choice == Choice::Allowed => {
                let rule = rules.at(AI, facts.country, now).unwrap();
                prop_assert_eq!(rule.default, DefaultRule::OptOut);
                prop_assert!(history.iter().any(|(days, e)| matches!(e, Event::Told(n)
                    if notices[*n].published_at <= at(*days)
                    && notices[*n].effective_at <= now
                    && notices[*n].effective_at >= rule.from
                    && at(*days + i64::from(window_days)) <= now)));
            }
            None => {}
        }

        // Between two turning points nothing changes.
        let points = turning_points(&facts, AI, now);
        for pair in points.windows(2) {
            let (first, last) = (standing(&facts, AI, pair[0]), standing(&facts, AI, UtcMillis(pair[1].0 - 1)));
            prop_assert_eq!(first.choice, last.choice);
        }
    }
}
