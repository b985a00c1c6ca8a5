//! That the counts of days are what standing says, asked member by member and day by day.

use super::*;
use crate::consent::history::periods;
use crate::consent::notice::Notice;
use crate::consent::rules::{BUILT_IN, Rules};
use crate::consent::standing::{Facts, standing};
use crate::ledger::{
    self, Actor, CaseStep, Decided, Entry, Kind, NoticeRef, Outcome, Purpose, Reason, Shown, Step, View,
};
use proptest::prelude::*;

const AI: Purpose = Purpose::GenerativeAiTraining;
const WINDOW_DAYS: u32 = 30;

fn day(text: &str) -> UtcMillis {
    UtcMillis::from_date(text).unwrap()
}

/// The day after the last that counts: the rules change within what is kept before it.
fn now() -> UtcMillis {
    UtcMillis(day("2026-03-01").0 + 3 * 3_600_000)
}

fn notices() -> Vec<Notice> {
    [(1, "2024-09-18", "2024-09-18"), (2, "2025-10-01", "2025-11-03")]
        .map(|(version, published, effective)| Notice {
            reference: NoticeRef { purpose: AI, version, language: "en".into(), sha256: version.to_string() },
            published_at: day(published),
            effective_at: day(effective),
        })
        .into()
}

#[derive(Clone, Debug)]
enum Event {
    PublicCounts(usize),
    Chose(Choice),
    Filed(usize),
    Decided(usize, Outcome),
    Withdrew(usize),
    ViewWording,
}

impl Event {
    fn entry(&self, at: UtcMillis) -> Entry {
        let step = |case: &usize, step: CaseStep| ledger::Event::Step { case: format!("OBJ-0000000{case}"), step };
        let event = match self {
            Self::Filed(case) => step(case, CaseStep { purposes: vec![AI], ..Step::Filed.into() }),
            Self::Withdrew(case) => step(case, Step::Withdrawn.into()),
            Self::Decided(case, outcome) => {
                let outcomes = vec![Decided { purpose: AI, outcome: *outcome, text: None }];
                step(case, CaseStep { outcomes, ..Step::Decided.into() })
            }
            Self::PublicCounts(version) => {
                ledger::Event::Notice { notice: notices()[*version].reference.clone(), rule: None }
            }
            Self::Chose(choice) => ledger::Event::Choice { purpose: AI, choice: *choice, rule: None, notice: None },
            Self::ViewWording => {
                let view = View {
                    shown: Shown::Settings,
                    reason: Reason::Asked,
                    text: None,
                    during: None,
                    staff: None,
                    until: None,
                };
                ledger::Event::View { case: None, view }
            }
        };
        crate::testing::happened(Actor::Member, event, at)
    }
}

/// Anything that can happen to a member, at any minute from half a year before what is kept to some
/// days after it.
#[expect(clippy::cast_possible_wrap, reason = "they are 400")]
const KEPT_DAYS: i64 = KEPT as i64;

fn history() -> impl Strategy<Value = (usize, Vec<Entry>)> {
    let choice = || prop_oneof![Just(Choice::Allowed), Just(Choice::Denied)];
    let outcome = prop_oneof![1 => Just(Outcome::Upheld), 2 => Just(Outcome::Refused)];
    let event = prop_oneof![
        3 => (0usize..2).prop_map(Event::PublicCounts),
        2 => choice().prop_map(Event::Chose),
        2 => (0usize..2).prop_map(Event::Filed),
        2 => (0usize..2, outcome).prop_map(|(case, outcome)| Event::Decided(case, outcome)),
        1 => (0usize..2).prop_map(Event::Withdrew),
        1 => Just(Event::ViewWording),
    ];
    let first = now().0 - (KEPT_DAYS + 180) * UtcMillis::DAY;
    let minutes = (KEPT_DAYS + 185) * 1_440;
    // Many on the same few days, too.
    let minute = prop_oneof![2 => 0..minutes, 1 => minutes - 12 * 1_440..minutes - 8 * 1_440];
    let events = proptest::collection::vec((minute, event), 0..12);
    (0usize..COUNTRIES.len(), events).prop_map(move |(country, mut events)| {
        events.sort_by_key(|(minute, _)| *minute);
        (country, events.iter().map(|(minute, event)| event.entry(UtcMillis(first + minute * 60_000))).collect())
    })
}

const COUNTRIES: [&str; 6] = ["DE", "CH", "GB", "CA", "HK", "US"];

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::testing::cases(60), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_day_has_what_standing_says_of_every_member_at_its_end(members in proptest::collection::vec(history(), 1..6)) {
        let (rules, notices) = (Rules::parse(BUILT_IN).unwrap(), notices());
        let facts = |country: usize, entries| Facts {
            entries,
            notices: &notices,
            rules: &rules,
            country: Country::parse(COUNTRIES[country]).unwrap(),
            window_days: WINDOW_DAYS,
            doubt: false,
            unproved: None,
        };
        let (mut tally, mut by_the_kept) = (Tally::new(now()), Tally::new(now()));
        for (country, entries) in &members {
            let facts = facts(*country, entries.as_slice());
            tally.add(Region::of(facts.country), &periods(&facts, AI, tally.until()));
            let mut kept = Vec::new();
            for entry in entries {
                keep(&mut kept, entry.clone());
            }
            let facts = Facts { entries: &kept, ..facts };
            by_the_kept.add(Region::of(facts.country), &periods(&facts, AI, tally.until()));
            let days = kept.iter().filter(|e| e.kind == Kind::Choice).map(|e| e.at.midnight());
            prop_assert!(days.clone().is_sorted() && days.clone().count() == days.collect::<std::collections::HashSet<_>>().len());
        }
        prop_assert_eq!(by_the_kept.days(), tally.days());
        let counted = tally.days();
        let today = now().midnight();
        for n in 1..=KEPT_DAYS {
            let begins = UtcMillis(today.0 - n * UtcMillis::DAY);
            let ends = UtcMillis(begins.0 + UtcMillis::DAY - 1);
            let mut expected = [[0; 4]; 5];
            for (country, entries) in &members {
                if entries.first().is_some_and(|first| first.at <= ends) {
                    let facts = facts(*country, entries.as_slice());
                    let state = DayState::of(&standing(&facts, AI, ends));
                    expected[Region::of(facts.country) as usize][state as usize] += 1;
                }
            }
            let found = counted.iter().find(|day| day.day == begins).map_or([[0; 4]; 5], |day| day.regions);
            prop_assert_eq!(found, expected, "{}", begins.day());
        }
        prop_assert!(counted.iter().all(|day| day.day < today));
    }
}

#[test]
fn regions_are_those_that_the_rules_speak_of() {
    let rules = Rules::parse(BUILT_IN).unwrap();
    let rule = |country, date| rules.at(AI, country, day(date)).map(|rule| rule.id.clone()).unwrap_or_default();
    for country in Country::all() {
        let (then, now) = (rule(country, "2024-09-18"), rule(country, "2026-01-01"));
        let region = Region::of(country);
        assert_eq!(then == "gai-2024-09-18-eea-ch", region == Region::EeaCh, "{}", country.name());
        assert_eq!(now == "gai-2025-11-03", region != Region::Elsewhere, "{}", country.name());
    }
}

fn members(on: i64, off: i64) -> [Members; 5] {
    [[0; 4], [0; 4], [on, off, 0, 0], [0; 4], [0; 4]]
}

#[test]
fn the_page_has_the_last_day_of_each_month_and_the_file_every_day() {
    let dates = ["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"];
    let days = dates.map(|date| Day { day: day(date), regions: members(2, 1) });
    let on_the_page = table(told(&days));
    assert_eq!(on_the_page.rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["2026-02-02", "2026-01-31"]);
    let in_the_file = table(&days);
    assert_eq!(in_the_file.rows.len(), 4);
    assert!(on_the_page.rows.iter().all(|row| in_the_file.rows.contains(row)));
    assert_eq!(in_the_file.rows[0], ["2026-01-30", "Canada", "3", "2", "1", "0", "0"]);
}

#[test]
fn the_sentence_is_about_the_last_day() {
    assert_eq!(in_words(&[]), "No day has been counted yet.");
    let days = [
        Day { day: day("2026-02-01"), regions: members(1, 0) },
        Day { day: day("2026-02-02"), regions: members(1, 2) },
    ];
    assert_eq!(
        in_words(&days).replace('\u{a0}', " "),
        "On 2 February 2026, training was on for 33% of 3 members. It was off for 67%, paused for 0% and excluded for 0%."
    );
}
