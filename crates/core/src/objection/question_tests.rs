use super::*;
use crate::ledger::{Outcome, Purpose};
use crate::objection::case::{By, IllegalMove, Move, Ruling};
use crate::objection::letters::Way;
use crate::objection::model::sample;
use crate::objection::progress_letter::progress;
use crate::objection::question_letter::about;
use crate::objection::{case::CaseState, model::AnswerTo};

const DAY: i64 = UtcMillis::DAY;

fn day(n: i64) -> UtcMillis {
    UtcMillis(1_800_000_000_000 + n * DAY)
}

/// Acknowledged on day 0, due on day 30.
fn open() -> Case {
    let mut case = sample(day(0));
    let step = PastStep { step: Step::Acknowledged, ..case.steps[0].clone() };
    case.steps.push(step);
    Case { first_due: day(30), due: day(30), ..case }
}

/// Makes a move on day `at`, and records its step as the service does.
fn made(mut case: Case, by: By, mv: &Move, at: i64) -> Result<Case, IllegalMove> {
    let applied = case.apply(by, Some("officer").filter(|_| by == By::Officer), mv, day(at))?;
    let step = PastStep {
        step: applied.step.name,
        actor: by.actor(false),
        at: day(at),
        text: applied.text,
        rulings: case.rulings_of(&applied.step),
        ..case.steps[0].clone()
    };
    case.steps.push(step);
    Ok(case)
}

fn asked(case: Case, at: i64) -> Case {
    made(case, By::Officer, &Move::Ask { text: "Which posts?".into() }, at).unwrap()
}

fn reply(question: usize) -> Move {
    Move::Reply { text: "All of them.".into(), question }
}

fn letter(case: &Case) -> String {
    let way = Way { origin: "https://example.org", key: None };
    let mv = Move::Ask { text: "Which posts?".into() };
    let plain = about(case, &mv, &way).unwrap().plain();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn one_question_waits_at_a_time_and_each_reply_is_to_the_newest() {
    assert!(open().question().is_none());
    assert_eq!(made(open(), By::Applicant, &reply(1), 1).unwrap_err(), IllegalMove::NoQuestion);
    let one = asked(open(), 1);
    assert_eq!(one.question().map(|q| (q.number, q.stands)), Some((1, Stands::Open)));
    let again = made(one.clone(), By::Officer, &Move::Ask { text: "And?".into() }, 2);
    assert_eq!(again.unwrap_err(), IllegalMove::QuestionOpen);
    let replied = made(one, By::Applicant, &reply(1), 3).unwrap();
    assert_eq!(replied.question().map(|q| q.stands), Some(Stands::Replied(day(3))));
    let two = asked(replied, 4);
    assert_eq!(two.question().map(|q| q.number), Some(2));
    assert_eq!(made(two.clone(), By::Applicant, &reply(1), 5).unwrap_err(), IllegalMove::AnotherQuestion);
    assert!(made(two, By::Applicant, &reply(2), 5).is_ok());
}

#[test]
fn only_an_officer_asks_and_only_the_person_replies() {
    let ask = Move::Ask { text: "Which posts?".into() };
    assert_eq!(made(open(), By::Applicant, &ask, 1).unwrap_err(), IllegalMove::NotAnOfficer);
    assert_eq!(made(open(), By::System, &ask, 1).unwrap_err(), IllegalMove::NotAnOfficer);
    assert_eq!(made(asked(open(), 1), By::Officer, &reply(1), 2).unwrap_err(), IllegalMove::NotTheApplicant);
    let blank = Move::Ask { text: " ".into() };
    assert_eq!(made(open(), By::Officer, &blank, 1).unwrap_err(), IllegalMove::NoText);
}

#[test]
fn nothing_is_asked_before_the_address_is_confirmed_or_while_a_second_officer_has_the_answer() {
    let ask = Move::Ask { text: "Which posts?".into() };
    let mut recorded = open();
    recorded.steps[0].step = Step::Recorded;
    recorded.steps[0].record = Some(crate::objection::record::Record::by_letter(day(0)));
    assert_eq!(made(recorded, By::Officer, &ask, 1).unwrap_err(), IllegalMove::Unverified);
    let proposed = Case { proposed: Some(("officer".into(), day(1))), state: CaseState::UnderReview, ..open() };
    assert_eq!(made(proposed, By::Officer, &ask, 2).unwrap_err(), IllegalMove::Proposed);
}

#[test]
fn a_question_without_a_reply_is_void_once_the_case_is_over_and_stays_so() {
    let withdrawn = made(asked(open(), 1), By::Applicant, &Move::Withdraw, 2).unwrap();
    assert_eq!(withdrawn.question().map(|q| q.stands), Some(Stands::Void(Why::Withdrawn)));
    assert_eq!(made(withdrawn, By::Applicant, &reply(1), 3).unwrap_err(), IllegalMove::Withdrawn);

    let merge = Move::MarkDuplicate { of: "OBJ-00000001".into() };
    let merged = made(asked(open(), 1), By::Officer, &merge, 2).unwrap();
    assert_eq!(merged.question().map(|q| q.stands), Some(Stands::Void(Why::Merged)));
    let reopened = made(merged, By::Officer, &Move::Reopen { reason: "A mistake.".into() }, 3).unwrap();
    assert_eq!(reopened.question().map(|q| q.stands), Some(Stands::Void(Why::Merged)));
    assert_eq!((reopened.asking(), reopened.facts().question_open), (None, false));
    assert_eq!(asked(reopened, 4).question().map(|q| (q.number, q.stands)), Some((2, Stands::Open)));

    let review = made(asked(open(), 1), By::Officer, &Move::BeginReview, 2).unwrap();
    let uphold = Ruling { purpose: Purpose::Research, outcome: Outcome::Upheld, grounds: None };
    let decided = made(review, By::Officer, &Move::Decide(vec![uphold]), 3).unwrap();
    let question = decided.question().unwrap();
    assert_eq!(question.stands, Stands::Void(Why::Decided));
    assert!(for_person(&question).ends_with("no longer needs a reply, because we have decided without a reply."));
    assert!(for_officers(&question).ends_with("because the case was decided without one."));
    assert_eq!(made(decided, By::Applicant, &reply(1), 4).unwrap_err(), IllegalMove::Decided);
}

#[test]
fn the_queue_says_that_a_question_waits_and_that_its_reply_came() {
    let case = asked(open(), 1);
    assert_eq!((open().asking(), case.asking()), (None, Some(Asking::Sent)));
    let review = made(case, By::Officer, &Move::BeginReview, 2).unwrap();
    assert_eq!(review.asking(), Some(Asking::Sent), "other moves leave it waiting");
    let replied = made(review, By::Applicant, &reply(1), 3).unwrap();
    assert_eq!(replied.asking(), Some(Asking::RepliedTo));
    let more = made(replied, By::Applicant, &Move::Add { text: "And this.".into() }, 4).unwrap();
    assert_eq!(more.asking(), Some(Asking::RepliedTo));
    let extended = made(more, By::Officer, &Move::Extend { months: 1, reason: "Many.".into() }, 5).unwrap();
    assert_eq!(extended.asking(), None, "that officer has seen the reply");
}

#[test]
fn the_letter_says_that_nothing_changes_and_that_nobody_has_to_reply() {
    let said = letter(&asked(open(), 1));
    for part in [
        "> Which posts?",
        "You don't have to reply, and replying costs nothing.",
        "Our question does not change what is paused, and it moves no deadline.",
        "We decide by",
        "with what we have by then.",
        "Paused while we decide: Research.",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let late = letter(&asked(open(), 31));
    assert!(late.contains("We are late, and we are sorry. We do not wait for your reply."), "{late}");
    assert!(!late.contains("We decide by"), "{late}");
}

#[test]
fn the_letter_about_progress_names_a_question_that_waits() {
    let way = Way { origin: "https://example.org", key: None };
    let plain = |case: &Case| progress(case, AnswerTo::Objection, &way).plain().replace('\n', " ");
    let case = asked(open(), 20);
    assert!(plain(&case).contains("We asked you a question on"), "{}", plain(&case));
    let replied = made(case, By::Applicant, &reply(1), 21).unwrap();
    assert!(!plain(&replied).contains("We asked you a question"));
    // And it does not come on the heels of the question.
    assert_eq!(asked(open(), 22).progress_due(day(24)), None);
    assert_eq!(asked(open(), 22).progress_due(day(25)), Some(AnswerTo::Objection));
}
