use super::*;
use crate::ledger::{Mode, Outcome, Purpose};
use crate::objection::case::{CaseState, Ruling};
use crate::objection::model::AskedPurpose;
use crate::objection::regime::Region;

const NOW: UtcMillis = UtcMillis(1_800_000_000_000);

fn case(step: Step, actor: Actor, officer: Option<&str>, text: Option<&str>) -> Case {
    let country = crate::account::model::Country::parse("IE").unwrap();
    let entry = crate::testing::entry_id(NOW);
    let newest = PastStep {
        entry,
        step,
        actor,
        at: NOW,
        due: None,
        text: text.map(str::to_owned),
        officer: officer.map(str::to_owned),
        rulings: Vec::new(),
        said: Vec::new(),
        sent: None,
        record: None,
    };
    Case {
        number: "OBJ-7F3K9Q2M".into(),
        subject: "s".into(),
        member: Some("m".into()),
        name: "Ada".into(),
        email: "ada@example.org".into(),
        region: Region::new(country, false),
        mode: Mode::Object,
        reason: None,
        language: "en".into(),
        state: CaseState::UnderReview,
        received: NOW,
        first_due: NOW,
        due: NOW,
        decided: None,
        complaint_due: None,
        complaint_answered: None,
        after: None,
        duplicate_of: None,
        officer: None,
        proposed: None,
        revision: 4,
        links_closed: None,
        disowned: None,
        purposes: vec![AskedPurpose { purpose: Purpose::Research, outcome: None, grounds: None, proposed: None }],
        joined: Vec::new(),
        steps: vec![newest],
        already_off: Vec::new(),
        still_open: Vec::new(),
    }
}

fn add(text: &str) -> Move {
    Move::Add { text: text.into() }
}

#[test]
fn the_same_words_within_an_hour_are_the_same_press() {
    let added = case(Step::Added, Actor::Member, None, Some("More."));
    let again = |mv: &Move, at: i64| was_made(&added, By::Applicant, None, None, mv, UtcMillis(NOW.0 + at));
    assert!(again(&add("More."), 0) && again(&add("More."), ACCIDENT - 1));
    assert!(!again(&add("More."), ACCIDENT), "an hour later it is said again");
    assert!(!again(&add("Other words."), 0));
    assert!(!again(&Move::Complain { text: "More.".into() }, 0));
    assert!(!again(&Move::Withdraw, 0));
    let applicant = case(Step::Withdrawn, Actor::Applicant, None, None);
    assert!(was_made(&applicant, By::Applicant, None, None, &Move::Withdraw, NOW));
}

#[test]
fn an_officers_move_is_the_same_only_by_the_same_officer_from_the_same_page() {
    let begun = case(Step::ReviewBegun, Actor::PrivacyOfficer, Some("one"), None);
    let again = |officer, seen| was_made(&begun, By::Officer, officer, seen, &Move::BeginReview, NOW);
    assert!(again(Some("one"), Some(3)));
    assert!(!again(Some("two"), Some(3)), "another officer was first");
    assert!(!again(Some("one"), Some(2)), "something else has happened since");
    assert!(!again(Some("one"), Some(4)), "the page shows it already");
    assert!(!again(Some("one"), None) && !again(None, Some(3)));
    assert!(!was_made(&begun, By::Applicant, None, None, &Move::BeginReview, NOW));
}

#[test]
fn another_answer_is_another_press() {
    let ruling = |outcome, grounds: Option<&str>| Ruling {
        purpose: Purpose::Research,
        outcome,
        grounds: grounds.map(str::to_owned),
    };
    let mut proposed = case(Step::Proposed, Actor::PrivacyOfficer, Some("one"), None);
    proposed.propose(&[ruling(Outcome::Refused, Some("Because."))]);
    let again = |rulings: Vec<Ruling>| {
        let mv = Move::Propose { rulings, by: "mark".into() };
        was_made(&proposed, By::Officer, Some("one"), Some(3), &mv, NOW)
    };
    assert!(again(vec![ruling(Outcome::Refused, Some("Because."))]));
    assert!(!again(vec![ruling(Outcome::Refused, Some("Another reason."))]));
    let mut decided = case(Step::Decided, Actor::PrivacyOfficer, Some("one"), None);
    decided.rule(&[ruling(Outcome::Upheld, None)], NOW);
    decided.steps[0].rulings = vec![ruling(Outcome::Upheld, None)];
    let again = |outcome| {
        let mv = Move::Decide(vec![ruling(outcome, None)]);
        was_made(&decided, By::Officer, Some("one"), Some(3), &mv, NOW)
    };
    assert!(again(Outcome::Upheld) && !again(Outcome::Refused));
}

#[test]
fn more_time_is_the_same_press_for_as_many_months() {
    let mut extended = case(Step::Extended, Actor::PrivacyOfficer, Some("one"), Some("Holidays."));
    let due = deadline::extended(NOW, extended.regime().answer, 1);
    extended.steps[0].due = Some(due);
    let again = |months| {
        let mv = Move::Extend { months, reason: "Holidays.".into() };
        was_made(&extended, By::Officer, Some("one"), Some(3), &mv, NOW)
    };
    assert!(again(1) && !again(2));
}
