//! The whole matrix of states, moves and people against an explicit table. The walks through it
//! are in `case_properties.rs`.

use super::super::steps::{apply, filed, linked, open, replay, seal};
use super::*;
use crate::ledger::{Actor, CaseStep, Entry, Event, Step};
use crate::objection::deadline;
use std::collections::BTreeSet;

const PURPOSES: [Purpose; 3] = [Purpose::Personalisation, Purpose::Advertising, Purpose::Research];

fn day(text: &str) -> UtcMillis {
    UtcMillis::from_date(text).unwrap()
}

/// Received on 31 January 2026, due on 28 February.
fn case(state: CaseState) -> CaseFacts {
    let answered =
        matches!(state, CaseState::Upheld | CaseState::PartlyUpheld | CaseState::Refused | CaseState::Closed);
    let number = "OBJ-7F3K9Q2M".into();
    let filed = open(number, true, Mode::Object, PURPOSES.to_vec(), Answer::OneMonth, day("2026-01-31"));
    let (upheld, refused) = (Outcome::Upheld, Outcome::Refused);
    let outcomes = match state {
        CaseState::Upheld | CaseState::Closed => [upheld; 3],
        CaseState::PartlyUpheld => [upheld, upheld, refused],
        _ => [refused, upheld, refused],
    };
    let outcomes = PURPOSES.into_iter().zip(outcomes).filter(|_| answered).collect();
    CaseFacts { state, decided: answered, outcomes, ..filed }
}

/// Answered, and complained about; `a` wrote what was refused, and `b` agreed.
fn complained(state: CaseState) -> CaseFacts {
    let refusal = Refusal { wrote: Some("a".into()), agreed: Some("b".into()) };
    CaseFacts { complaint_open: true, refusal, ..case(state) }
}

fn ruling(purpose: Purpose, outcome: Outcome) -> Ruling {
    let grounds = (outcome == Outcome::Refused).then(|| "Compelling.".into());
    Ruling { purpose, outcome, grounds }
}

fn rulings_of(outcomes: [Outcome; 3]) -> Vec<Ruling> {
    PURPOSES.into_iter().zip(outcomes).map(|(p, o)| ruling(p, o)).collect()
}

/// What the officer `a` proposes, which refuses something.
fn propose() -> Move {
    Move::Propose { rulings: rulings_of([Outcome::Upheld, Outcome::Upheld, Outcome::Refused]), by: "a".into() }
}

/// Under review, with an answer of the officer `a` that waits for a second one.
fn proposed_case() -> CaseFacts {
    apply(&case(CaseState::UnderReview), By::Officer, &propose(), day("2026-02-01")).unwrap().0
}

/// Every move, well made in itself, for what is to be ruled on in `case`.
fn well_made(case: &CaseFacts) -> Vec<Move> {
    let text = || "Words.".to_owned();
    let to_rule = case.to_rule();
    let of = |outcomes| rulings_of(outcomes).into_iter().filter(|r| to_rule.contains(&r.purpose)).collect::<Vec<_>>();
    let upheld = of([Outcome::Upheld; 3]);
    let refused = of([Outcome::Upheld, Outcome::Upheld, Outcome::Refused]);
    vec![
        Move::Verify,
        Move::Acknowledge,
        Move::BeginReview,
        Move::Add { text: text() },
        Move::Extend { months: 2, reason: text() },
        Move::Withdraw,
        Move::MarkDuplicate { of: "OBJ-00000001".into() },
        Move::Decide(upheld.clone()),
        Move::Propose { rulings: refused, by: "c".into() },
        Move::Agree { by: "b".into() },
        Move::Return { by: "b".into(), text: text() },
        Move::Complain { text: text() },
        Move::AnswerComplaint { text: text() },
        Move::RuleAgain(upheld),
        Move::Close,
    ]
}

use CaseState as S;
use MoveName as N;

const A: &[By] = &[By::Applicant];
const O: &[By] = &[By::Officer];
const OS: &[By] = &[By::Officer, By::System];

/// What is allowed, by whom, and what follows. Whatever is not listed is refused.
const TABLE: &[(S, N, &[By], S)] = &[
    (S::AwaitingVerification, N::Verify, A, S::Received),
    (S::AwaitingVerification, N::Add, A, S::AwaitingVerification),
    (S::AwaitingVerification, N::Withdraw, A, S::Withdrawn),
    (S::Received, N::Acknowledge, OS, S::Acknowledged),
    (S::Received, N::Add, A, S::Received),
    (S::Received, N::Withdraw, A, S::Withdrawn),
    (S::Received, N::MarkDuplicate, OS, S::Duplicate),
    (S::Acknowledged, N::BeginReview, O, S::UnderReview),
    (S::Acknowledged, N::Add, A, S::Acknowledged),
    (S::Acknowledged, N::Extend, O, S::Acknowledged),
    (S::Acknowledged, N::Withdraw, A, S::Withdrawn),
    (S::Acknowledged, N::MarkDuplicate, OS, S::Duplicate),
    (S::UnderReview, N::Add, A, S::UnderReview),
    (S::UnderReview, N::Extend, O, S::UnderReview),
    (S::UnderReview, N::Withdraw, A, S::Withdrawn),
    (S::UnderReview, N::MarkDuplicate, OS, S::Duplicate),
    (S::UnderReview, N::Decide, O, S::Upheld),
    (S::UnderReview, N::Propose, O, S::UnderReview),
    (S::Upheld, N::Complain, A, S::Upheld),
    (S::Upheld, N::Close, OS, S::Closed),
    (S::PartlyUpheld, N::Complain, A, S::PartlyUpheld),
    (S::PartlyUpheld, N::Close, OS, S::Closed),
    (S::Refused, N::Complain, A, S::Refused),
    (S::Refused, N::Close, OS, S::Closed),
    (S::Closed, N::Complain, A, S::Closed),
];

/// The same for an answered case with a complaint that waits.
const WITH_COMPLAINT: &[(S, N, &[By], S)] = &[
    (S::Upheld, N::AnswerComplaint, O, S::Upheld),
    (S::PartlyUpheld, N::RuleAgain, O, S::Upheld),
    (S::PartlyUpheld, N::Propose, O, S::PartlyUpheld),
    (S::Refused, N::RuleAgain, O, S::Upheld),
    (S::Refused, N::Propose, O, S::Refused),
    (S::Closed, N::AnswerComplaint, O, S::Closed),
];

/// And for one in which another refusal waits for a second officer.
const REFUSED_AGAIN: &[(S, N, &[By], S)] =
    &[(S::PartlyUpheld, N::Agree, O, S::PartlyUpheld), (S::PartlyUpheld, N::Return, O, S::PartlyUpheld)];

/// And for a case with an answer that waits for a second officer.
const WITH_PROPOSAL: &[(S, N, &[By], S)] = &[
    (S::UnderReview, N::Add, A, S::UnderReview),
    (S::UnderReview, N::Extend, O, S::UnderReview),
    (S::UnderReview, N::Withdraw, A, S::Withdrawn),
    (S::UnderReview, N::MarkDuplicate, OS, S::Duplicate),
    (S::UnderReview, N::Agree, O, S::PartlyUpheld),
    (S::UnderReview, N::Return, O, S::UnderReview),
];

#[test]
fn the_whole_matrix_is_as_the_table_has_it() {
    let at = day("2026-02-01");
    let named: BTreeSet<N> = well_made(&case(S::UnderReview)).iter().map(Move::name).collect();
    assert_eq!(named.len(), N::ALL.len(), "every move is tried");
    let mut tried = 0;
    let refused_again = Proposed { by: "c".into(), outcomes: vec![(Purpose::Research, Outcome::Refused)] };
    for (table, complaint_open, proposed) in [
        (TABLE, false, None),
        (WITH_COMPLAINT, true, None),
        (WITH_PROPOSAL, false, proposed_case().proposed),
        (REFUSED_AGAIN, true, Some(refused_again)),
    ] {
        for state in S::ALL.iter().copied() {
            let start = if complaint_open { complained(state) } else { case(state) };
            let case = CaseFacts { proposed: proposed.clone(), ..start };
            let waits_in = if complaint_open { S::PartlyUpheld } else { S::UnderReview };
            if complaint_open && !case.decided || proposed.is_some() && state != waits_in {
                continue;
            }
            for by in By::ALL.iter().copied() {
                let mut possible = Vec::new();
                for mv in well_made(&case) {
                    let row = table.iter().find(|(s, n, who, _)| *s == state && *n == mv.name() && who.contains(&by));
                    let found = after(&case, by, &mv, at);
                    assert_eq!(found.as_ref().ok(), row.map(|(.., next)| next), "{state} {by} {} {found:?}", mv.name());
                    possible.extend(found.is_ok().then(|| mv.name()));
                    tried += 1;
                }
                possible.sort_unstable();
                assert_eq!(moves(&case, by, at), possible, "{state} {by}");
            }
        }
    }
    assert_eq!(tried, (10 + 4 + 1 + 1) * 15 * 3);
}

#[test]
fn why_a_move_is_refused_is_said_in_words() {
    let at = day("2026-02-01");
    let [
        verify,
        acknowledge,
        review,
        add,
        extend,
        withdraw,
        duplicate,
        decide,
        propose,
        agree,
        send_back,
        complain,
        answer,
        rule_again,
        close,
    ]: [Move; 15] = well_made(&case(S::UnderReview)).try_into().unwrap();
    let waiting = || complained(S::Refused);
    let [.., by_others, _, _, _, _, uphold, _] = <[Move; 15]>::try_from(well_made(&waiting())).unwrap();
    let by = |by: &str| match by_others.clone() {
        Move::Propose { rulings, .. } => Move::Propose { rulings, by: by.into() },
        other => panic!("{other:?}"),
    };
    let (by_first, by_second) = (by("a"), by("b"));
    let again = || apply(&waiting(), By::Officer, &by_others, at).unwrap().0;
    let agrees = |by: &str| Move::Agree { by: by.into() };
    let never_decided = || CaseFacts { decided: false, ..case(S::Closed) };
    for (case, by, mv, why) in [
        (case(S::Withdrawn), By::Officer, &decide, IllegalMove::Withdrawn),
        (case(S::Duplicate), By::Applicant, &add, IllegalMove::Duplicate),
        (case(S::UnderReview), By::System, &decide, IllegalMove::NotAnOfficer),
        (case(S::UnderReview), By::Applicant, &extend, IllegalMove::NotAnOfficer),
        (case(S::UnderReview), By::Officer, &withdraw, IllegalMove::NotTheApplicant),
        (case(S::Refused), By::Applicant, &close, IllegalMove::NotAnOfficer),
        (case(S::Received), By::Applicant, &verify, IllegalMove::Verified),
        (case(S::AwaitingVerification), By::System, &acknowledge, IllegalMove::Unverified),
        (case(S::AwaitingVerification), By::Officer, &review, IllegalMove::Unverified),
        (case(S::AwaitingVerification), By::Officer, &extend, IllegalMove::Unverified),
        (case(S::AwaitingVerification), By::System, &duplicate, IllegalMove::Unverified),
        (case(S::AwaitingVerification), By::Officer, &decide, IllegalMove::Unverified),
        (case(S::AwaitingVerification), By::Applicant, &complain, IllegalMove::Unverified),
        (case(S::AwaitingVerification), By::System, &close, IllegalMove::Unverified),
        (case(S::Received), By::Officer, &review, IllegalMove::NotAcknowledged),
        (case(S::Received), By::Officer, &extend, IllegalMove::NotAcknowledged),
        (case(S::Received), By::Officer, &decide, IllegalMove::NotAcknowledged),
        (case(S::UnderReview), By::System, &acknowledge, IllegalMove::Acknowledged),
        (case(S::UnderReview), By::Officer, &review, IllegalMove::Reviewed),
        (case(S::Acknowledged), By::Officer, &decide, IllegalMove::NotReviewed),
        (case(S::Acknowledged), By::Applicant, &complain, IllegalMove::NotDecided),
        (case(S::UnderReview), By::Officer, &answer, IllegalMove::NotDecided),
        (case(S::UnderReview), By::Officer, &close, IllegalMove::NotDecided),
        (case(S::Upheld), By::Applicant, &add, IllegalMove::Decided),
        (case(S::Upheld), By::Applicant, &withdraw, IllegalMove::Decided),
        (case(S::Refused), By::Officer, &decide, IllegalMove::Decided),
        (case(S::Refused), By::Officer, &extend, IllegalMove::Decided),
        (case(S::Closed), By::Officer, &decide, IllegalMove::Closed),
        (case(S::Closed), By::System, &close, IllegalMove::Closed),
        (case(S::Acknowledged), By::Officer, &propose, IllegalMove::NotReviewed),
        (proposed_case(), By::Officer, &propose, IllegalMove::Proposed),
        (proposed_case(), By::Officer, &decide, IllegalMove::Proposed),
        (proposed_case(), By::Applicant, &agree, IllegalMove::NotAnOfficer),
        (proposed_case(), By::System, &agree, IllegalMove::NotAnOfficer),
        (proposed_case(), By::Applicant, &send_back, IllegalMove::NotAnOfficer),
        (case(S::UnderReview), By::Officer, &agree, IllegalMove::NotProposed),
        (case(S::UnderReview), By::Officer, &send_back, IllegalMove::NotProposed),
        (case(S::Refused), By::Officer, &agree, IllegalMove::Decided),
        (never_decided(), By::Applicant, &complain, IllegalMove::NotDecided),
        (case(S::Refused), By::Officer, &answer, IllegalMove::NoComplaint),
        (waiting(), By::Applicant, &complain, IllegalMove::ComplaintOpen),
        (waiting(), By::System, &close, IllegalMove::ComplaintOpen),
        (waiting(), By::Officer, &answer, IllegalMove::RuleAgain),
        (waiting(), By::Applicant, &uphold, IllegalMove::NotAnOfficer),
        (waiting(), By::Officer, &rule_again, IllegalMove::NotObjectedTo(Purpose::Advertising)),
        (waiting(), By::Officer, &by_first, IllegalMove::RefusedBefore),
        (waiting(), By::Officer, &by_second, IllegalMove::RefusedBefore),
        (complained(S::Upheld), By::Officer, &rule_again, IllegalMove::NothingToRule),
        (case(S::Refused), By::Officer, &rule_again, IllegalMove::NoComplaint),
        (again(), By::Officer, &uphold, IllegalMove::Proposed),
        (again(), By::Officer, &by_others, IllegalMove::Proposed),
        (again(), By::Officer, &agrees("c"), IllegalMove::SameOfficer),
        (again(), By::Officer, &agrees("a"), IllegalMove::WroteRefusal),
    ] {
        assert_eq!(after(&case, by, mv, at), Err(why.clone()), "{} {by} {}", case.state, mv.name());
        assert!(why.to_string().ends_with('.'), "{why}");
    }
}

#[test]
fn an_extension_comes_once_and_before_the_due_date() {
    let review = case(S::UnderReview);
    let extend = |months, reason: &str| Move::Extend { months, reason: reason.into() };
    let refused = |case: &CaseFacts, mv: &Move, at| after(case, By::Officer, mv, at).unwrap_err();
    let (due, good) = (day("2026-02-28"), extend(2, "Many such cases."));
    assert_eq!(review.due, due);
    let last = UtcMillis(due.0 - 1);
    let (extended, step) = apply(&review, By::Officer, &good, last).unwrap();
    assert_eq!((extended.due, extended.extended, extended.state), (day("2026-04-30"), true, S::UnderReview));
    assert_eq!(step.due, Some(day("2026-04-30")));
    assert_eq!(apply(&review, By::Officer, &extend(1, "x"), last).unwrap().0.due, day("2026-03-31"));

    assert_eq!(refused(&review, &good, due), IllegalMove::TooLate(due), "at the due date it is late");
    assert_eq!(refused(&review, &good, UtcMillis(due.0 + 1_000)), IllegalMove::TooLate(due), "one second late");
    assert_eq!(refused(&extended, &good, last), IllegalMove::Extended);
    assert_eq!(refused(&review, &extend(0, "x"), last), IllegalMove::Months);
    assert_eq!(refused(&review, &extend(3, "x"), last), IllegalMove::Months);
    assert_eq!(refused(&review, &extend(1, " \n\u{200b}"), last), IllegalMove::NoText);
    assert!(IllegalMove::TooLate(due).to_string().contains("28 February 2026, 00:00 UTC"));
}

#[test]
fn a_decision_speaks_about_each_purpose_once() {
    use Outcome::{Refused as R, Upheld as U};
    let case = case(S::UnderReview);
    let after = |rulings: Vec<Ruling>| after(&case, By::Officer, &Move::Decide(rulings), day("2026-02-01"));
    let [p, a, r] = PURPOSES;
    let all = rulings_of;
    assert_eq!(after(all([U, U, U])), Ok(S::Upheld));
    assert_eq!(after(all([R, U, R])), Err(IllegalMove::NeedsSecond));
    assert_eq!(after(all([U, R, U])), Err(IllegalMove::NeverRefused(a)));
    assert_eq!(after(vec![]), Err(IllegalMove::NoRuling(p)));
    assert_eq!(after(all([U, U, U])[..2].to_vec()), Err(IllegalMove::NoRuling(r)));
    assert_eq!(after([all([U, U, U]), vec![ruling(r, U)]].concat()), Err(IllegalMove::TwoRulings(r)));
    let other = Purpose::Inferences;
    assert_eq!(after([all([U, U, U]), vec![ruling(other, U)]].concat()), Err(IllegalMove::NotObjectedTo(other)));
    for grounds in [None, Some(""), Some(" \t\n"), Some("\u{feff}\u{2060}")] {
        let mut rulings = all([U, U, R]);
        rulings[2].grounds = grounds.map(Into::into);
        assert_eq!(after(rulings), Err(IllegalMove::NoGrounds(r)), "{grounds:?}");
    }
    let one = CaseFacts { purposes: vec![r], ..case.clone() };
    let refusal = Move::Decide(vec![ruling(r, R)]);
    assert_eq!(super::after(&one, By::Officer, &refusal, day("2026-02-01")), Err(IllegalMove::NeedsSecond));
    assert_eq!(IllegalMove::NoGrounds(r).to_string(), "A refusal needs compelling grounds for Research.");
}

#[test]
fn a_refusal_takes_two_officers() {
    use Outcome::{Refused as R, Upheld as U};
    let at = day("2026-02-01");
    let review = case(S::UnderReview);
    let propose = |rulings| Move::Propose { rulings, by: "a".into() };
    let refused = |mv: &Move| after(&review, By::Officer, mv, at).unwrap_err();
    // What is proposed has to be as well made as what is decided.
    assert_eq!(refused(&propose(rulings_of([U, U, U]))), IllegalMove::NothingRefused);
    assert_eq!(refused(&propose(rulings_of([U, R, U]))), IllegalMove::NeverRefused(PURPOSES[1]));
    assert_eq!(refused(&propose(vec![])), IllegalMove::NoRuling(PURPOSES[0]));
    let mut bare = rulings_of([R, U, U]);
    bare[0].grounds = Some(" ".into());
    assert_eq!(refused(&propose(bare)), IllegalMove::NoGrounds(PURPOSES[0]));

    let (waiting, step) = apply(&review, By::Officer, &propose(rulings_of([R, U, U])), at).unwrap();
    assert_eq!((waiting.state, waiting.decided), (S::UnderReview, false));
    assert_eq!(step.officer.as_deref(), Some("a"));
    let agree = |by: &str| apply(&waiting, By::Officer, &Move::Agree { by: by.into() }, at);
    assert_eq!(agree("a").unwrap_err(), IllegalMove::SameOfficer);
    let (answered, step) = agree("b").unwrap();
    assert_eq!((answered.state, answered.decided, answered.proposed), (S::PartlyUpheld, true, None));
    let outcomes: Vec<_> = step.outcomes.iter().map(|d| (d.purpose, d.outcome)).collect();
    assert_eq!(
        outcomes,
        PURPOSES.into_iter().zip([R, U, U]).collect::<Vec<_>>(),
        "what was proposed, and nothing else"
    );
    assert_eq!((step.name, step.officer.as_deref()), (Step::Decided, Some("b")));

    let back =
        |by: &str, text: &str| after(&waiting, By::Officer, &Move::Return { by: by.into(), text: text.into() }, at);
    assert_eq!(back("b", " "), Err(IllegalMove::NoText), "the first officer is told what has to change");
    assert_eq!([back("b", "Why?"), back("a", "")], [Ok(S::UnderReview), Ok(S::UnderReview)]);
    assert_eq!(
        apply(&waiting, By::Officer, &Move::Return { by: "a".into(), text: String::new() }, at).unwrap().0,
        review
    );
    for ends in [Move::Withdraw, Move::MarkDuplicate { of: "OBJ-00000001".into() }] {
        let by = if ends == Move::Withdraw { By::Applicant } else { By::Officer };
        assert_eq!(apply(&waiting, by, &ends, at).unwrap().0.proposed, None);
    }
    assert_ne!(mark("OBJ-1", "a"), mark("OBJ-1", "b"));
    assert_ne!(mark("OBJ-1", "a"), mark("OBJ-2", "a"), "nobody is followed from case to case");
}

#[test]
fn a_duplicate_is_of_another_case() {
    let case = case(S::Received);
    let mark = |of: &str| after(&case, By::Officer, &Move::MarkDuplicate { of: of.into() }, day("2026-02-01"));
    assert_eq!(mark("OBJ-00000001"), Ok(S::Duplicate));
    for bad in ["", "OBJ-7F3K9Q2M", "obj-00000001", "00000001", "another"] {
        assert_eq!(mark(bad), Err(IllegalMove::NoOtherCase), "{bad:?}");
    }
}

#[test]
fn what_is_written_has_something_in_it() {
    let at = day("2026-02-01");
    for blank in ["", "   ", "\n", "\u{3164}", "\u{200d}\u{fe0f}"] {
        let text = || blank.to_owned();
        assert_eq!(after(&case(S::Received), By::Applicant, &Move::Add { text: text() }, at), Err(IllegalMove::NoText));
        assert_eq!(
            after(&case(S::Closed), By::Applicant, &Move::Complain { text: text() }, at),
            Err(IllegalMove::NoText)
        );
        let waiting = CaseFacts { complaint_open: true, ..case(S::Upheld) };
        assert_eq!(after(&waiting, By::Officer, &Move::AnswerComplaint { text: text() }, at), Err(IllegalMove::NoText));
    }
    assert!(!is_blank("."), "a full stop can be read");
    assert!(!is_blank("👍🏽"));
}

#[test]
fn a_case_that_awaits_verification_has_its_time_running() {
    let number = "OBJ-7F3K9Q2M".into();
    let filed = open(number, false, Mode::Restrict, PURPOSES.to_vec(), Answer::BusinessDays(15), day("2026-11-24"));
    let (verified, _) = apply(&filed, By::Applicant, &Move::Verify, day("2026-12-20")).unwrap();
    assert_eq!((verified.state, verified.due), (S::Received, filed.due));
    assert_eq!(filed.due, deadline::due(day("2026-11-24"), Answer::BusinessDays(15)));
}

#[test]
fn a_complaint_says_by_when_it_is_acknowledged() {
    let (next, step) =
        apply(&case(S::Closed), By::Applicant, &Move::Complain { text: "No.".into() }, day("2026-06-01")).unwrap();
    assert!(next.complaint_open);
    assert_eq!(step.due, Some(day("2026-07-01")));
}

#[test]
fn one_complaint_is_answered_before_the_next_also_once_the_case_is_closed() {
    let at = day("2026-06-01");
    let (complain, answer) = (Move::Complain { text: "No.".into() }, Move::AnswerComplaint { text: "Why.".into() });
    for state in [S::Upheld, S::Closed] {
        let (complained, _) = apply(&case(state), By::Applicant, &complain, at).unwrap();
        assert_eq!(apply(&complained, By::Applicant, &complain, at), Err(IllegalMove::ComplaintOpen));
        let (answered, _) = apply(&complained, By::Officer, &answer, at).unwrap();
        assert_eq!(answered, case(state), "all is as it was before");
        assert!(apply(&answered, By::Applicant, &complain, at).is_ok());
    }
}

#[test]
fn a_complaint_can_change_the_answer() {
    let at = day("2026-06-01");
    let refuse = |purposes: &[Purpose]| purposes.iter().map(|p| ruling(*p, Outcome::Refused)).collect::<Vec<_>>();
    let asked = [Purpose::Personalisation, Purpose::Research];
    let filed = open("OBJ-7F3K9Q2M".into(), true, Mode::Object, asked.to_vec(), Answer::OneMonth, day("2026-01-31"));
    let review = CaseFacts { state: S::UnderReview, ..filed };
    let then = |case: &CaseFacts, by, mv: Move| apply(case, by, &mv, at).unwrap();
    let first = then(&review, By::Officer, Move::Propose { rulings: refuse(&asked), by: "a".into() }).0;
    let refused = then(&first, By::Officer, Move::Agree { by: "b".into() }).0;
    assert_eq!((refused.state, refused.refused()), (S::Refused, asked.to_vec()));
    let complained = then(&refused, By::Applicant, Move::Complain { text: "No.".into() }).0;
    // Any officer may uphold it all, also those who refused it.
    let all = asked.iter().map(|p| ruling(*p, Outcome::Upheld)).collect();
    let (upheld, step) = then(&complained, By::Officer, Move::RuleAgain(all));
    assert_eq!((upheld.state, upheld.complaint_open, step.name), (S::Upheld, false, Step::RuledAgain));
    assert_eq!(step.outcomes.len(), 2);
    // Somebody else stands by a part of it, and whoever agreed before agrees again.
    let part = vec![ruling(Purpose::Personalisation, Outcome::Upheld), ruling(Purpose::Research, Outcome::Refused)];
    let again = then(&complained, By::Officer, Move::Propose { rulings: part, by: "c".into() }).0;
    let (part, step) = then(&again, By::Officer, Move::Agree { by: "b".into() });
    assert_eq!((part.state, part.complaint_open, step.name), (S::PartlyUpheld, false, Step::RuledAgain));
    assert_eq!(part.refused(), [Purpose::Research]);
    assert_eq!(part.refusal, Refusal { wrote: Some("c".into()), agreed: Some("b".into()) });
    // The next complaint is about what is still refused.
    let next = then(&part, By::Applicant, Move::Complain { text: "No.".into() }).0;
    assert_eq!(next.to_rule(), [Purpose::Research]);
    let closed = then(&part, By::Officer, Move::Close).0;
    let reopened = then(&closed, By::Applicant, Move::Complain { text: "No.".into() }).0;
    let upheld = vec![ruling(Purpose::Research, Outcome::Upheld)];
    assert_eq!(then(&reopened, By::Officer, Move::RuleAgain(upheld)).0.state, S::Upheld);
}

/// The entry that a store would append.
fn entry(case: &CaseFacts, by_member: bool, step: CaseStep, at: UtcMillis) -> Entry {
    let actor = if by_member { Actor::Member } else { Actor::Applicant };
    crate::testing::happened(actor, Event::Step { case: case.number.clone(), step }, at)
}

#[test]
fn a_case_that_goes_on_in_a_members_history_is_the_same_case() {
    let filed_at = day("2026-01-31");
    let opened = open("OBJ-7F3K9Q2M".into(), false, Mode::Object, PURPOSES.to_vec(), Answer::OneMonth, filed_at);
    let (verified, step) = apply(&opened, By::Applicant, &Move::Verify, day("2026-02-02")).unwrap();
    let mut entries = vec![
        entry(&opened, false, filed(&opened, Some("OBJ-00000001".into())), filed_at),
        entry(&opened, false, Step::CodeSent.into(), filed_at),
        entry(&opened, false, step, day("2026-02-02")),
    ];
    entries.push(entry(&opened, true, linked(&verified, entries[2].id), day("2026-02-02")));
    assert_eq!(replay(Answer::OneMonth, &entries), Some(verified));
    assert!(entries[0].concerns(Purpose::Research) && !entries[1].concerns(Purpose::Research));

    assert_eq!(replay(Answer::OneMonth, &entries[1..]), None, "it begins with the filing");
    assert_eq!(replay(Answer::OneMonth, []), None);
    let other = CaseFacts { number: "OBJ-00000002".into(), ..opened };
    entries.push(entry(&other, false, Step::Closed.into(), day("2026-02-03")));
    assert_eq!(replay(Answer::OneMonth, &entries), None, "one case at a time");
}

#[test]
fn a_sealed_text_cannot_be_guessed_and_can_be_shown() {
    let mut one = CaseStep::from(Step::Added);
    let mut two = one.clone();
    seal(&mut one, "a", Some("no"), |_| None);
    seal(&mut two, "b", Some("no"), |_| None);
    assert_ne!(one.text, two.text);
    assert_eq!(one.text, Some(crate::ledger::entry::sha256_hex(b"a\nno")));
}

#[path = "case_properties.rs"]
mod walks;
