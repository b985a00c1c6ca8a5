//! The whole matrix of states, moves and people against an explicit table. The walks through it
//! are in `case_properties.rs`.

use super::super::steps::{apply, filed, linked, open, record, recorded, replay, seal};
use super::*;
use crate::ledger::{Actor, CaseStep, Entry, Event, Mode, Purpose, Step};
use crate::objection::deadline::{self, Answer};
use crate::objection::legal_moves::moves;
use crate::objection::record::Record;
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
    CaseFacts { complaint_open: true, refusals: Refusals(vec![refusal]), ..case(state) }
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
        Move::UpholdByRule,
        Move::Add { text: text() },
        Move::Ask { text: text() },
        Move::Reply { text: text(), question: case.questions },
        Move::Extend { months: 2, reason: text() },
        Move::Withdraw,
        Move::MarkDuplicate { of: "OBJ-00000001".into() },
        Move::Decide(upheld.clone()),
        Move::Propose { rulings: refused, by: "c".into() },
        Move::Agree { by: "b".into() },
        Move::Return { by: "b".into(), text: text() },
        Move::Complain { text: text() },
        Move::RecordComplaint { text: text(), record: Record::by_letter(day("2026-01-31")) },
        Move::AnswerComplaint { text: text() },
        Move::RuleAgain(upheld),
        Move::Reopen { reason: text() },
        Move::Close,
    ]
}

use CaseState as S;
use MoveName as N;

const A: &[By] = &[By::Applicant];
const O: &[By] = &[By::Officer];
const SYSTEM: &[By] = &[By::System];
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
    (S::Acknowledged, N::UpholdByRule, SYSTEM, S::Acknowledged),
    (S::Acknowledged, N::Add, A, S::Acknowledged),
    (S::Acknowledged, N::Ask, O, S::Acknowledged),
    (S::Acknowledged, N::Extend, O, S::Acknowledged),
    (S::Acknowledged, N::Withdraw, A, S::Withdrawn),
    (S::Acknowledged, N::MarkDuplicate, OS, S::Duplicate),
    (S::UnderReview, N::UpholdByRule, SYSTEM, S::UnderReview),
    (S::UnderReview, N::Add, A, S::UnderReview),
    (S::UnderReview, N::Ask, O, S::UnderReview),
    (S::UnderReview, N::Extend, O, S::UnderReview),
    (S::UnderReview, N::Withdraw, A, S::Withdrawn),
    (S::UnderReview, N::MarkDuplicate, OS, S::Duplicate),
    (S::UnderReview, N::Decide, O, S::Upheld),
    (S::UnderReview, N::Propose, O, S::UnderReview),
    (S::Upheld, N::Complain, A, S::Upheld),
    (S::Upheld, N::RecordComplaint, O, S::Upheld),
    (S::Upheld, N::Close, OS, S::Closed),
    (S::PartlyUpheld, N::Complain, A, S::PartlyUpheld),
    (S::PartlyUpheld, N::RecordComplaint, O, S::PartlyUpheld),
    (S::PartlyUpheld, N::Close, OS, S::Closed),
    (S::PartlyUpheld, N::Reopen, O, S::Acknowledged),
    (S::Refused, N::Complain, A, S::Refused),
    (S::Refused, N::RecordComplaint, O, S::Refused),
    (S::Refused, N::Close, OS, S::Closed),
    (S::Refused, N::Reopen, O, S::Acknowledged),
    (S::Duplicate, N::Reopen, O, S::Acknowledged),
    (S::Closed, N::Complain, A, S::Closed),
    (S::Closed, N::RecordComplaint, O, S::Closed),
];

/// The same for an answered case with a complaint that waits.
const WITH_COMPLAINT: &[(S, N, &[By], S)] = &[
    (S::Upheld, N::Add, A, S::Upheld),
    (S::Upheld, N::AnswerComplaint, O, S::Upheld),
    (S::PartlyUpheld, N::Add, A, S::PartlyUpheld),
    (S::PartlyUpheld, N::RuleAgain, O, S::Upheld),
    (S::PartlyUpheld, N::Propose, O, S::PartlyUpheld),
    (S::Refused, N::Add, A, S::Refused),
    (S::Refused, N::RuleAgain, O, S::Upheld),
    (S::Refused, N::Propose, O, S::Refused),
    (S::Closed, N::Add, A, S::Closed),
    (S::Closed, N::AnswerComplaint, O, S::Closed),
];

/// And for one in which another refusal waits for a second officer.
const REFUSED_AGAIN: &[(S, N, &[By], S)] = &[
    (S::PartlyUpheld, N::Add, A, S::PartlyUpheld),
    (S::PartlyUpheld, N::Agree, O, S::PartlyUpheld),
    (S::PartlyUpheld, N::Return, O, S::PartlyUpheld),
];

/// And for a case with an answer that waits for a second officer.
const WITH_PROPOSAL: &[(S, N, &[By], S)] = &[
    (S::UnderReview, N::UpholdByRule, SYSTEM, S::UnderReview),
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
    assert_eq!(tried, (10 + 4 + 1 + 1) * 20 * 3);
}

#[test]
fn why_a_move_is_refused_is_said_in_words() {
    let (at, waiting) = (day("2026-02-01"), || complained(S::Refused));
    let [
        verify,
        acknowledge,
        review,
        by_rule,
        add,
        ..,
        extend,
        withdraw,
        duplicate,
        decide,
        propose,
        agree,
        send_back,
        complain,
        record_it,
        answer,
        rule_again,
        reopen,
        close,
    ]: [Move; 20] = well_made(&case(S::UnderReview)).try_into().unwrap();
    let [.., by_others, _, _, _, _, _, uphold, _, _] = <[Move; 20]>::try_from(well_made(&waiting())).unwrap();
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
        (case(S::Acknowledged), By::Officer, &by_rule, IllegalMove::NotTheSystem),
        (case(S::Received), By::System, &by_rule, IllegalMove::NotAcknowledged),
        (case(S::Upheld), By::System, &by_rule, IllegalMove::Decided),
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
        (waiting(), By::Officer, &record_it, IllegalMove::ComplaintOpen),
        (case(S::Refused), By::Applicant, &record_it, IllegalMove::NotAnOfficer),
        (case(S::Acknowledged), By::Officer, &record_it, IllegalMove::NotDecided),
        (waiting(), By::System, &close, IllegalMove::ComplaintOpen),
        (waiting(), By::Officer, &answer, IllegalMove::RuleAgain),
        (waiting(), By::Applicant, &uphold, IllegalMove::NotAnOfficer),
        (waiting(), By::Officer, &rule_again, IllegalMove::NotObjectedTo(Purpose::Advertising)),
        (waiting(), By::Officer, &by_first, IllegalMove::RefusedBefore),
        (waiting(), By::Officer, &by_second, IllegalMove::RefusedBefore),
        (complained(S::Upheld), By::Officer, &rule_again, IllegalMove::NothingToRule),
        (case(S::Refused), By::Officer, &rule_again, IllegalMove::NoComplaint),
        (case(S::Upheld), By::Officer, &reopen, IllegalMove::NothingToReopen),
        (case(S::Withdrawn), By::Officer, &reopen, IllegalMove::Withdrawn),
        (case(S::UnderReview), By::Officer, &reopen, IllegalMove::NotDecided),
        (case(S::Refused), By::Applicant, &reopen, IllegalMove::NotAnOfficer),
        (waiting(), By::Officer, &reopen, IllegalMove::ComplaintOpen),
        (again(), By::Officer, &uphold, IllegalMove::Proposed),
        (again(), By::Officer, &by_others, IllegalMove::Proposed),
        (again(), By::Officer, &agrees("c"), IllegalMove::SameOfficer),
        (again(), By::Officer, &agrees("a"), IllegalMove::WroteRefusal),
    ] {
        assert_eq!(after(&case, by, mv, at), Err(why.clone()), "{} {by} {}", case.state, mv.name());
        assert!(why.to_string().ends_with('.'), "{why}");
    }
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

#[path = "case_move_tests.rs"]
mod one_by_one;
#[path = "case_properties.rs"]
mod walks;

#[test]
fn nothing_can_be_done_with_what_is_erased() {
    let now = day("2026-02-01");
    for state in CaseState::ALL {
        assert!(!state.is_pending() || !moves(&case(*state), By::Applicant, now).is_empty(), "{state}");
        let case = CaseFacts { erased: true, ..complained(*state) };
        for by in [By::Applicant, By::Officer, By::System] {
            assert_eq!(moves(&case, by, now), [], "{case:?}");
        }
    }
}
