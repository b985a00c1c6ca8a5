use super::*;
use crate::objection::case::mark;
use crate::objection::model::sample;

const DAY: i64 = UtcMillis::DAY;
const NOW: UtcMillis = UtcMillis(1_800_000_000_000);

/// A case about research that is under review.
fn under_review() -> Case {
    let received = UtcMillis(NOW.0 - 5 * DAY);
    let due = UtcMillis(NOW.0 + 25 * DAY);
    Case { state: CaseState::UnderReview, first_due: due, due, ..sample(received) }
}

fn ruling(outcome: Outcome) -> Ruling {
    let grounds = (outcome == Outcome::Refused).then(|| "Compelling.".to_owned());
    Ruling { purpose: Purpose::Research, outcome, grounds }
}

#[test]
fn an_officer_who_begins_the_review_has_the_case() {
    let mut case = Case { state: CaseState::Acknowledged, officer: Some("z".into()), ..under_review() };
    let done = case.apply(By::Officer, Some("a"), &Move::BeginReview, NOW).unwrap();
    assert_eq!((case.state, case.officer.as_deref()), (CaseState::UnderReview, Some("a")));
    assert_eq!((done.step.name, done.text), (Step::ReviewBegun, None));
}

#[test]
fn an_answer_that_upholds_is_in_the_case_at_once() {
    let mut case = under_review();
    let decided = case.apply(By::Officer, Some("a"), &Move::Decide(vec![ruling(Outcome::Upheld)]), NOW);
    assert_eq!(decided.unwrap().step.name, Step::Decided);
    assert_eq!((case.state, case.decided), (CaseState::Upheld, Some(NOW)));
    assert_eq!(case.rulings(), Some(vec![ruling(Outcome::Upheld)]));
    assert_eq!(case.decision().map(|step| noes(&step)), Some(vec![Purpose::Research]));
}

#[test]
fn a_refusal_is_in_the_case_once_a_second_officer_agrees() {
    let mut case = under_review();
    let by = |case: &Case, id: &str| mark(&case.number, id);
    let propose = Move::Propose { rulings: vec![ruling(Outcome::Refused)], by: by(&case, "a") };
    case.apply(By::Officer, Some("a"), &propose, NOW).unwrap();
    assert_eq!((case.state, case.rulings()), (CaseState::UnderReview, None));
    assert_eq!(case.proposed, Some(("a".into(), NOW)));
    let agree = |id: &str| Move::Agree { by: by(&under_review(), id) };
    let before = case.clone();
    assert_eq!(case.apply(By::Officer, Some("a"), &agree("a"), NOW), Err(IllegalMove::SameOfficer));
    assert_eq!(format!("{case:?}"), format!("{before:?}"), "a refused move leaves the case as it was");
    case.apply(By::Officer, Some("b"), &agree("b"), NOW).unwrap();
    assert_eq!((case.state, case.proposed.clone()), (CaseState::Refused, None));
    assert_eq!(case.rulings(), Some(vec![ruling(Outcome::Refused)]));
    assert_eq!(case.decision().map(|step| noes(&step)), Some(Vec::new()), "a refusal is nobody's No");
}

#[test]
fn what_was_proposed_stays_to_be_written_on_and_waits_no_more() {
    let by = mark(&under_review().number, "a");
    for end in [Move::Return { by: by.clone(), text: String::new() }, Move::MarkDuplicate { of: "OBJ-7F3K9Q2M".into() }]
    {
        let mut case = under_review();
        let propose = Move::Propose { rulings: vec![ruling(Outcome::Refused)], by: by.clone() };
        case.apply(By::Officer, Some("a"), &propose, NOW).unwrap();
        let done = case.apply(By::Officer, Some("a"), &end, NOW).unwrap();
        assert_eq!((case.proposed.clone(), done.text), (None, None), "{end:?}");
        assert_eq!(case.proposal(), [ruling(Outcome::Refused)]);
    }
}

#[test]
fn a_complaint_waits_until_it_is_answered() {
    let mut case = Case { state: CaseState::Upheld, decided: Some(NOW), ..under_review() };
    let done = case.apply(By::Applicant, None, &Move::Complain { text: "No.".into() }, NOW).unwrap();
    assert_eq!(done.text.as_deref(), Some("No."));
    assert!(case.has_complaint() && case.complaint_due == done.step.due);
    let answer = Move::AnswerComplaint { text: "Sorry.".into() };
    case.apply(By::Officer, Some("a"), &answer, NOW).unwrap();
    assert!(!case.has_complaint());
    case.apply(By::Applicant, None, &Move::Complain { text: "Again.".into() }, NOW).unwrap();
    assert!(case.has_complaint(), "a second one waits, too");
}

#[test]
fn what_a_move_changes_elsewhere_ends_or_decides() {
    let case = Case { decided: Some(NOW), ..under_review() };
    let mut decided = case.clone();
    decided.rule(&[ruling(Outcome::Upheld)], NOW);
    let name = |case: &Case, mv: Move| case.mirrored(&mv).map(|step| step.name);
    assert_eq!(name(&case, Move::Withdraw), Some(Step::Withdrawn));
    assert_eq!(name(&case, Move::MarkDuplicate { of: "OBJ-1".into() }), Some(Step::MarkedDuplicate));
    assert_eq!(name(&decided, Move::Agree { by: "b".into() }), Some(Step::Decided));
    assert_eq!(name(&case, Move::Add { text: "More.".into() }), None);
    assert_eq!(name(&case, Move::Close), None);
}

#[test]
fn a_case_reaches_an_account_while_it_is_nobodys_and_waits() {
    assert!(under_review().reaches());
    assert!(!Case { member: Some("m".into()), ..under_review() }.reaches());
    assert!(!Case { state: CaseState::AwaitingVerification, ..under_review() }.reaches());
    assert!(!Case { state: CaseState::Upheld, ..under_review() }.reaches());
    let step = under_review().reached();
    assert_eq!((step.since, noes(&step)), (Some(under_review().received), vec![Purpose::Research]));
}

#[test]
fn due_dates_only_ever_move_to_an_earlier_day() {
    let late = UtcMillis(NOW.0 + 400 * DAY);
    let mut case = Case { first_due: late, due: UtcMillis(late.0 + 60 * DAY), ..under_review() };
    let step = case.reschedule(NOW).unwrap();
    let first = deadline::due(NOW, case.regime().answer);
    assert_eq!((case.first_due, case.due), (first, UtcMillis(first.0 + 60 * DAY)), "the extension keeps its length");
    assert_eq!((step.name, step.due), (Step::Rescheduled, Some(case.due)));
    let before = case.due;
    assert_eq!(case.reschedule(UtcMillis(NOW.0 + DAY)), None);
    assert_eq!(case.due, before);
}

#[test]
fn a_step_has_the_hashes_of_what_was_written() {
    let mut case = under_review();
    let by = mark(&case.number, "a");
    let propose = Move::Propose { rulings: vec![ruling(Outcome::Refused)], by };
    let mut step = case.apply(By::Officer, Some("a"), &propose, NOW).unwrap().step;
    case.seal(&mut step, "salt", Some("text"));
    let sealed = crate::ledger::entry::sealed;
    assert_eq!(step.text, Some(sealed("salt", "text")));
    assert_eq!(step.outcomes[0].text, Some(sealed("salt", "Compelling.")), "the grounds that were proposed");
}

#[test]
fn a_case_is_given_to_an_officer_while_something_about_it_waits() {
    let given = |state| Case { state, ..under_review() }.may_be_assigned();
    assert_eq!(given(CaseState::UnderReview), Ok(()));
    assert_eq!(given(CaseState::Upheld), Err(IllegalMove::Decided));
    assert_eq!(given(CaseState::Withdrawn), Err(IllegalMove::Withdrawn));
    assert_eq!(given(CaseState::Duplicate), Err(IllegalMove::Duplicate));
    let complained = Case { state: CaseState::Closed, complaint_due: Some(NOW), ..under_review() };
    assert_eq!(complained.may_be_assigned(), Ok(()));
}
