//! The promise, as properties over generated histories.

use super::*;
use crate::consent::{carried, deciding_model};
use crate::ledger;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Event {
    Told(usize),
    Chose(Choice),
    /// A part of the record was lost.
    Lost,
    Case(CaseEvent),
}

/// A step of one of three cases; no course is too absurd.
#[derive(Clone, Debug)]
struct CaseEvent {
    case: usize,
    name: Step,
    actor: Actor,
    purposes: Vec<Purpose>,
    outcome: Outcome,
}

const CASES: [&str; 3] = ["OBJ-00000000", "OBJ-00000001", "OBJ-00000002"];
const PURPOSES: [Purpose; 3] = [AI, Purpose::ModerationSafety, Purpose::Advertising];

impl CaseEvent {
    fn entry(&self, at: UtcMillis) -> Entry {
        let decided = |purpose: &Purpose| Decided { purpose: *purpose, outcome: self.outcome, text: None };
        let step = match self.name {
            Step::Decided => CaseStep { outcomes: self.purposes.iter().map(decided).collect(), ..Step::Decided.into() },
            name => CaseStep { purposes: self.purposes.clone(), ..name.into() },
        };
        stepped(self.actor, CASES[self.case], step, at)
    }

    /// Whether an objection to `purpose` counts from here on.
    fn begins(&self, purpose: Purpose) -> bool {
        let counts = matches!(self.name, Step::Linked | Step::Reached | Step::Reopened)
            || (self.name == Step::Filed && self.actor == Actor::Member);
        counts && self.purposes.contains(&purpose)
    }

    fn ends(&self, purpose: Purpose) -> bool {
        matches!(self.name, Step::Withdrawn | Step::MarkedDuplicate)
            || (self.name == Step::Decided && self.purposes.contains(&purpose))
    }

    fn upholds(&self, purpose: Purpose) -> bool {
        self.name == Step::Decided && self.outcome == Outcome::Upheld && self.purposes.contains(&purpose)
    }
}

fn case_events() -> impl Strategy<Value = CaseEvent> {
    let name = prop_oneof![
        5 => Just(Step::Filed),
        2 => Just(Step::Linked),
        3 => Just(Step::Decided),
        1 => Just(Step::Withdrawn),
        1 => Just(Step::MarkedDuplicate),
        2 => proptest::sample::select(Step::ALL),
    ];
    let actor = prop_oneof![3 => Just(Actor::Member), 1 => Just(Actor::Applicant), 1 => Just(Actor::PrivacyOfficer)];
    let purposes = proptest::sample::subsequence(&PURPOSES[..], 0..=3);
    let outcome = prop_oneof![1 => Just(Outcome::Upheld), 3 => Just(Outcome::Refused)];
    (0usize..3, name, actor, purposes, outcome).prop_map(|(case, name, actor, purposes, outcome)| CaseEvent {
        case,
        name,
        actor,
        purposes,
        outcome,
    })
}

/// Anything that can happen to a member, in any order, on any day from 2024 to 2027.
fn events() -> impl Strategy<Value = Vec<(i64, Event)>> {
    let event = prop_oneof![
        3 => (0usize..4).prop_map(Event::Told),
        1 => prop_oneof![Just(Choice::Allowed), Just(Choice::Denied)].prop_map(Event::Chose),
        3 => case_events().prop_map(Event::Case),
        1 => Just(Event::Lost),
    ];
    proptest::collection::vec((0i64..1300, event), 0..10).prop_map(|mut all| {
        all.sort_by_key(|(day, _)| *day);
        all
    })
}

/// The built-in rules, and an opt-out everywhere for the purposes that they do not speak of.
fn rules() -> Rules {
    let everybody = crate::account::regions::built_in().everybody();
    let more = PURPOSES[1..].iter().map(|purpose| {
        format!("[[rule]]\nid = \"{purpose}\"\npurpose = \"{purpose}\"\nregions = {everybody}\nfrom = \"2024-01-01\"\ndefault = \"opt-out\"\n")
    });
    let text = super::super::super::rules::BUILT_IN.to_owned() + &more.collect::<String>();
    Rules::parse(&text).unwrap()
}

/// The case that pauses `purpose` by what happened until `now`, told without a fold: of the cases
/// that began and have not ended since, the one that began first.
fn pausing(history: &[(i64, Event)], purpose: Purpose, now: i64) -> Option<usize> {
    let steps: Vec<(usize, &CaseEvent)> = history
        .iter()
        .enumerate()
        .filter(|(_, (day, _))| *day <= now)
        .filter_map(|(i, (_, event))| if let Event::Case(step) = event { Some((i, step)) } else { None })
        .collect();
    let begun = (0..CASES.len()).filter_map(|case| {
        let mine = || steps.iter().filter(move |(_, step)| step.case == case);
        let ended = mine().filter(|(_, step)| step.ends(purpose)).map(|(i, _)| *i).max();
        let first = mine()
            .filter(|(i, step)| step.begins(purpose) && ended.is_none_or(|ended| *i > ended))
            .min_by_key(|(i, _)| *i);
        first.map(|(i, _)| (*i, case))
    });
    begun.min().map(|(_, case)| case)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::testing::cases(4_000), failure_persistence: None, ..ProptestConfig::default() })]

    /// Allowed has a reason that can be shown: no objection was upheld or is pending, and either
    /// the member said so last, or they were told of this rule by a notice that had been published,
    /// it is in force, and the window is over.
    #[test]
    fn nobody_is_enrolled_before_they_were_told_or_after_they_objected(
        history in events(),
        publications in proptest::collection::vec((0i64..1300, 0i64..1300), 4),
        purpose in proptest::sample::select(&PURPOSES[..]),
        country in prop_oneof![Just("US"), Just("DE"), Just("GB"), Just("CA"), Just("RE"), Just("NC")],
        window_days in 0u32..60,
        asked in 0i64..1400,
    ) {
        let at = |days: i64| UtcMillis(day("2024-01-01").0 + days * UtcMillis::DAY);
        let notices: Vec<Notice> = (1..).zip(&publications).map(|(version, (published, effective))| {
            let reference = NoticeRef { purpose, version, language: "en".into(), sha256: format!("{version:064}") };
            Notice { reference, published_at: at(*published), effective_at: at(*effective) }
        }).collect();
        let entries: Vec<Entry> = history.iter().map(|(days, event)| match event {
            Event::Told(n) => told_at(&notices[*n], at(*days)),
            Event::Chose(choice) => chose_at(purpose, *choice, at(*days)),
            Event::Case(step) => step.entry(at(*days)),
            Event::Lost => lost_at(at(*days)),
        }).collect();
        let rules = rules();
        let facts = Facts { entries: &entries, notices: &notices, rules: &rules, country: Country::parse(country).unwrap(), window_days, doubt: false, unproved: None };
        let now = at(asked);
        let holds = standing(&facts, purpose, now);

        let past = || history.iter().filter(|(days, _)| *days <= asked);
        let said = past().rev().find_map(|(_, e)| if let Event::Chose(choice) = e { Some(*choice) } else { None });
        let upheld = past().find_map(|(days, e)| matches!(e, Event::Case(step) if step.upholds(purpose)).then_some(*days));
        let pausing = pausing(&history, purpose, asked);
        let lost = past().any(|(_, e)| matches!(e, Event::Lost));
        let since = past().rev().take_while(|(_, e)| !matches!(e, Event::Lost));
        let anew = since.into_iter().any(|(_, e)| matches!(e, Event::Chose(_)));
        match (upheld, pausing, said) {
            (Some(since), ..) => {
                prop_assert_eq!(holds.choice, Choice::Denied, "an upheld objection holds for good");
                prop_assert!(matches!(&holds.because, Because::Upheld { at: when, .. } if *when == at(since)), "{:?}", holds);
                for later in turning_points(&facts, purpose, at(2000)).into_iter().filter(|later| *later >= at(since)) {
                    prop_assert_eq!(&standing(&facts, purpose, later), &holds, "whatever comes");
                }
            }
            (None, Some(case), _) if purpose != Purpose::ModerationSafety => {
                prop_assert_eq!(holds.choice, Choice::Denied, "paused while it is decided");
                prop_assert!(matches!(&holds.because, Because::Paused { case: named, .. } if named == CASES[case]), "{:?}", holds);
            }
            (.., Some(Choice::Allowed)) if lost && !anew => {
                prop_assert_eq!(holds.choice, Choice::Denied, "what allowed them before the loss counts as denied");
                prop_assert!(matches!(&holds.because, Because::RolledBack { .. }), "{:?}", holds);
            }
            (.., Some(choice)) => prop_assert_eq!(holds.choice, choice, "a choice is sticky"),
            _ if lost => prop_assert_eq!(holds.choice, Choice::Denied, "nobody is on by default after a loss"),
            _ if holds.choice == Choice::Allowed => {
                let rule = rules.at(purpose, facts.country, now).unwrap();
                prop_assert_eq!(rule.default, DefaultRule::OptOut);
                prop_assert!(history.iter().any(|(days, e)| matches!(e, Event::Told(n)
                    if notices[*n].published_at <= at(*days)
                    && notices[*n].effective_at <= now
                    && notices[*n].effective_at >= rule.from
                    && at(*days + i64::from(window_days)) <= now)));
                let objected = past().any(|(_, e)| matches!(e, Event::Case(step) if step.begins(purpose)));
                prop_assert_eq!(!wording::sentence(&holds, "", wording::Voice::Member).contains("You have not objected"), objected);
                prop_assert!(matches!(&holds.because, Because::ByDefault { since, .. } if *since <= now), "{:?}", holds);
            }
            _ => {}
        }

        let began = happened(Actor::Default, ledger::Event::Default { purpose: AI, rule: None }, at(0));
        let whole: Vec<Entry> = std::iter::once(began).chain(entries.iter().cloned()).collect();
        deciding_model::nothing_else_decides(&whole, facts.country, &facts, now, Purpose::ALL)?;

        // Between two turning points nothing changes.
        let points = turning_points(&facts, purpose, now);
        for pair in points.windows(2) {
            let (first, last) = (standing(&facts, purpose, pair[0]), standing(&facts, purpose, UtcMillis(pair[1].0 - 1)));
            prop_assert_eq!(first, last);
        }
        // And the periods of the history are what held.
        let periods = history::periods(&facts, purpose, now);
        if let Some(last) = periods.last() {
            prop_assert_eq!(&last.standing, &holds);
        }
        for period in periods {
            for at in [period.from, UtcMillis((period.until.0 - 1).max(period.from.0))] {
                prop_assert_eq!(standing(&facts, purpose, at).choice, period.standing.choice);
            }
            prop_assert!(period.from <= period.until);
        }
    }

    /// Whoever gets an address gets every No that stood with it, and no Yes.
    #[test]
    fn a_no_goes_with_the_mailbox_and_a_yes_stays(
        lost in events(),
        kept in events(),
        country in prop_oneof![Just("US"), Just("DE"), Just("GB"), Just("RE")],
        later in 1300i64..1400,
    ) {
        let at = |days: i64| UtcMillis(day("2024-01-01").0 + days * UtcMillis::DAY);
        let notices: Vec<Notice> = (1..=4).map(|version| {
            let reference = NoticeRef { purpose: AI, version, language: "en".into(), sha256: format!("{version:064}") };
            Notice { reference, published_at: at(0), effective_at: at(i64::from(version) * 250) }
        }).collect();
        let entries = |history: &[(i64, Event)]| -> Vec<Entry> {
            history.iter().map(|(days, event)| match event {
                Event::Told(n) => told_at(&notices[*n], at(*days)),
                Event::Chose(choice) => chose_at(AI, *choice, at(*days)),
                Event::Case(step) => step.entry(at(*days)),
            Event::Lost => lost_at(at(*days)),
            }).collect()
        };
        let (rules, country) = (rules(), Country::parse(country).unwrap());
        let holds = |entries: &[Entry], purpose, now| {
            let facts = Facts { entries, notices: &notices, rules: &rules, country, window_days: 30, doubt: false, unproved: None };
            standing(&facts, purpose, now)
        };
        let (lost, before) = (entries(&lost), entries(&kept));
        let mut after = before.clone();
        for purpose in carried::missing(&carried::noes(&lost), &before) {
            after.push(crate::testing::entry(carried::draft("s", purpose, ledger::Channel::Web), at(1300), None));
        }
        for purpose in PURPOSES {
            let (was, is) = (holds(&before, purpose, at(later)), holds(&after, purpose, at(later)));
            let no_there = holds(&lost, purpose, at(1300));
            let theirs = matches!(no_there.because, Because::Upheld { .. } | Because::Paused { .. } | Because::Chosen { .. });
            if no_there.choice == Choice::Denied && theirs {
                prop_assert_eq!(is.choice, Choice::Denied, "{:?} was lost", no_there);
            } else {
                prop_assert_eq!(&is, &was, "nothing else changes");
            }
            if was.choice == Choice::Denied {
                prop_assert_eq!(is.choice, Choice::Denied, "a yes never moves");
            }
            // Carried twice, it is there once.
            prop_assert!(carried::missing(&carried::noes(&lost), &after).is_empty());
        }
    }
}
