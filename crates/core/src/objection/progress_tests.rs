use super::*;
use crate::ledger::Outcome;
use crate::objection::model::sample;
use crate::objection::regime::Region;
use proptest::prelude::*;

const DAY: i64 = UtcMillis::DAY;

fn day(n: i64) -> UtcMillis {
    UtcMillis(1_800_000_000_000 + n * DAY)
}

fn step(step: Step, at: UtcMillis) -> PastStep {
    PastStep { step, at, ..sample(at).steps[0].clone() }
}

/// Received and acknowledged on day 0, due on day 30.
fn open() -> Case {
    let steps = vec![step(Step::Filed, day(0)), step(Step::Acknowledged, day(0))];
    Case { first_due: day(30), due: day(30), steps, ..sample(day(0)) }
}

/// Refused on day 5, complained about on day 10, where this region is.
fn complained(region: &str) -> Case {
    let mut case = Case { region: Region::parse(region).unwrap(), state: CaseState::Refused, ..open() };
    case.purposes[0].outcome = Some(Outcome::Refused);
    case.decided = Some(day(5));
    case.complaint_due = Some(day(40));
    case.steps.extend([step(Step::Decided, day(5)), step(Step::Complained, day(10))]);
    case
}

/// The first day on which something is due to be told, by a sweep a day.
fn first(case: &Case) -> Option<(i64, AnswerTo)> {
    (0..100).find_map(|n| Some((n, case.progress_due(day(n))?)))
}

#[test]
fn an_objection_has_news_a_week_before_its_answer_is_due() {
    assert_eq!(first(&open()), Some((23, AnswerTo::Objection)));
    let last = UtcMillis(day(30).0 - 1);
    assert_eq!(open().progress_due(last), Some(AnswerTo::Objection));
    assert_eq!(open().progress_due(day(30)), None, "never when it is late");
    let extended = Case { due: day(90), ..open() };
    assert_eq!(first(&extended), Some((83, AnswerTo::Objection)));
}

#[test]
fn a_complaint_has_news_at_the_time_of_its_regime() {
    assert_eq!(first(&complained("GB")), Some((25, AnswerTo::Complaint)), "after 15 of 30 days");
    assert_eq!(first(&complained("IE")), Some((33, AnswerTo::Complaint)), "a week before");
}

#[test]
fn each_once() {
    let told = |case: Case, at: i64| {
        let mut steps = case.steps.clone();
        steps.push(step(Step::ProgressTold, day(at)));
        Case { steps, ..case }
    };
    assert_eq!(first(&told(open(), 23)), None);
    assert_eq!(first(&told(complained("GB"), 25)), None);
    // News about the objection do not stand in for news about the complaint.
    let mut both = complained("GB");
    both.steps.insert(2, step(Step::ProgressTold, day(4)));
    assert_eq!(first(&both), Some((25, AnswerTo::Complaint)));
}

#[test]
fn nobody_is_told_of_what_is_decided_over_or_not_confirmed() {
    for state in CaseState::ALL.iter().copied() {
        let pending = state.is_pending() && state != CaseState::AwaitingVerification;
        assert_eq!(first(&Case { state, ..open() }).is_some(), pending, "{state}");
    }
    let answered = Case { complaint_answered: Some(day(12)), ..complained("GB") };
    assert_eq!(first(&answered), None);
}

#[test]
fn news_do_not_follow_another_letter_at_once() {
    // A letter that lay for 25 days: recorded and acknowledged then.
    let steps = vec![step(Step::Recorded, day(25)), step(Step::Acknowledged, day(25))];
    assert_eq!(first(&Case { steps, ..open() }), Some((28, AnswerTo::Objection)));
    let steps = vec![step(Step::Recorded, day(28)), step(Step::Acknowledged, day(28))];
    assert_eq!(first(&Case { steps, ..open() }), None, "it is due before that");
}

proptest! {
    #[test]
    fn whenever_it_is_told_it_is_undecided_and_not_late(due in -10i64..200, wrote in 0i64..200, now in any::<i64>()) {
        let steps = vec![step(Step::Filed, day(0)), step(Step::Acknowledged, day(wrote))];
        let case = Case { due: day(due), steps, ..open() };
        if case.progress_due(UtcMillis(now)).is_some() {
            prop_assert!(UtcMillis(now) < case.due && now >= day(wrote).0 + PAUSE_DAYS * DAY);
            prop_assert!(now >= case.due.0 - BEFORE_DAYS * DAY);
        }
    }
}
