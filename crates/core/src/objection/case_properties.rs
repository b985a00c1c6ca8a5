//! Walks through a case: whatever anybody tries in whatever order, the ledger knows the way.

use super::*;
use crate::objection::legal_moves::{example, moves};
use proptest::prelude::*;

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![4 => Just("Words.".to_owned()), 1 => Just(" ".to_owned())]
}

fn rulings() -> impl Strategy<Value = Vec<Ruling>> {
    let outcome = || prop_oneof![Just(Outcome::Upheld), Just(Outcome::Refused)];
    let whole = (outcome(), outcome(), outcome()).prop_map(|(a, b, c)| rulings_of([a, b, c]));
    let purpose = proptest::sample::select(Purpose::ALL);
    let any = (purpose, outcome(), proptest::option::of(texts())).prop_map(|(purpose, outcome, grounds)| Ruling {
        purpose,
        outcome,
        grounds,
    });
    prop_oneof![3 => whole, 1 => proptest::collection::vec(any, 0..5)]
}

/// An attempt so many hours after the one before: any move, or one that is possible just then.
#[derive(Clone, Debug)]
struct Attempt {
    by: By,
    possible: bool,
    which: usize,
    /// Whether a walk may end here before it was decided.
    give_up: bool,
    text: String,
    months: u8,
    rulings: Vec<Ruling>,
    /// Which of five officers it is.
    officer: &'static str,
    hours: i64,
}

impl Attempt {
    fn at(mut self, case: &CaseFacts, at: UtcMillis) -> Move {
        if self.possible {
            self.rulings.retain(|r| case.to_rule().contains(&r.purpose));
        }
        let ends = [N::Withdraw, N::MarkDuplicate];
        let mut names = if self.possible { moves(case, self.by, at) } else { Vec::new() };
        names.retain(|name| self.give_up || !ends.contains(name));
        let names = if names.is_empty() { N::ALL } else { names.as_slice() };
        let text = self.text;
        let by = self.officer.to_owned();
        match names[self.which % names.len()] {
            N::Add => Move::Add { text },
            N::Ask => Move::Ask { text },
            // Their page may show an earlier question.
            N::Reply => Move::Reply { text, question: case.questions.saturating_sub(usize::from(self.months == 0)) },
            N::Extend => Move::Extend { months: self.months, reason: text },
            N::MarkDuplicate => Move::MarkDuplicate { of: "OBJ-00000001".into() },
            N::Decide => Move::Decide(self.rulings),
            N::Propose => Move::Propose { rulings: self.rulings, by },
            N::Agree => Move::Agree { by },
            N::Return => Move::Return { by, text },
            N::Complain => Move::Complain { text },
            N::AnswerComplaint => Move::AnswerComplaint { text },
            N::RuleAgain => Move::RuleAgain(self.rulings),
            N::Reopen => Move::Reopen { reason: text },
            N::RecordComplaint => Move::RecordComplaint { text, record: Record::by_letter(at) },
            other => example(case, other, at),
        }
    }
}

fn walks() -> impl Strategy<Value = Vec<Attempt>> {
    let by = proptest::sample::select(By::ALL);
    let flags = (proptest::bool::weighted(0.7), any::<usize>(), proptest::bool::weighted(0.05));
    let attempt =
        (by, flags, texts(), 0u8..4, rulings(), proptest::sample::select(&["a", "b", "c", "d", "e"][..]), 0i64..200)
            .prop_map(|(by, (possible, which, give_up), text, months, rulings, officer, hours)| Attempt {
                by,
                possible,
                which,
                give_up,
                text,
                months,
                rulings,
                officer,
                hours,
            });
    proptest::collection::vec(attempt, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::testing::cases(3_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wherever_a_walk_leads_the_ledger_knows_the_way(
        by_member in any::<bool>(),
        by_officer in any::<bool>(),
        purposes in proptest::sample::subsequence(&PURPOSES[..], 1..=3),
        walk in walks(),
    ) {
        let received = day("2026-01-31");
        let number = "OBJ-7F3K9Q2M".into();
        let (by_member, mut at) = (by_member && !by_officer, received);
        let mut case = open(number, by_member, Mode::Object, purposes, Answer::OneMonth, received);
        let mut first = filed(&case, None);
        if by_officer {
            // What came by letter is recorded days later.
            at = day("2026-02-03");
            case = recorded(case.number, case.mode, case.purposes, case.answer, received);
            first = record(&case, &Record::by_letter(received), None);
        }
        let first_due = case.due;
        // Each use that was refused, with who wrote it and who agreed.
        let mut refused: Vec<(Purpose, String, String)> = Vec::new();
        let mut latest = deadline::extended(received, Answer::OneMonth, 2);
        let mut entries = vec![entry(&case, by_member, first, at)];
        for attempt in walk {
            at = UtcMillis(at.0 + attempt.hours * 3_600_000);
            let by = attempt.by;
            let possible = moves(&case, by, at);
            let mv = attempt.at(&case, at);
            match apply(&case, by, &mv, at) {
                Err(why) => {
                    prop_assert_eq!(after(&case, by, &mv, at), Err(why.clone()));
                    prop_assert!(!why.to_string().is_empty());
                }
                Ok((next, step)) => {
                    prop_assert_eq!(after(&case, by, &mv, at), Ok(next.state));
                    prop_assert!(possible.contains(&mv.name()), "{} is offered", mv.name());
                    let reopens = mv.name() == MoveName::Reopen;
                    let joined = case.state == CaseState::Duplicate;
                    prop_assert!(!case.state.is_final() || reopens && joined, "a final state is never left");
                    prop_assert!(next.decided >= case.decided || reopens, "what was decided stays so");
                    let decides = matches!(mv.name(), MoveName::Decide | MoveName::Agree | MoveName::RuleAgain);
                    // Where nothing else was objected to, the rule is the answer.
                    let by_rule = mv == Move::UpholdByRule;
                    prop_assert_eq!(next.decided != case.decided, reopens && !joined || (decides || by_rule && next.is_decided()) && !case.decided);
                    prop_assert!(!by_rule || by == By::System && case.by_rule() == [Purpose::Advertising]);
                    prop_assert!(!by_rule || !case.unconfirmed, "nothing by rule before the address is confirmed");
                    prop_assert!(mv != Move::Withdraw || !case.unconfirmed, "nobody withdraws it before that");
                    let confirms = mv == Move::Verify;
                    prop_assert_eq!(next.unconfirmed != case.unconfirmed, confirms && case.unconfirmed);
                    let (asks, replies) = (mv.name() == N::Ask, mv.name() == N::Reply);
                    if asks || replies {
                        // A question and a reply change nothing but themselves.
                        prop_assert_eq!((step.due, step.purposes.len(), step.outcomes.len()), (None, 0, 0));
                        let without = CaseFacts { questions: case.questions, question_open: case.question_open, ..next.clone() };
                        prop_assert_eq!(&without, &case);
                        prop_assert_eq!((asks, replies), (next.question_open, case.question_open));
                    }
                    prop_assert_eq!(next.questions, case.questions + usize::from(asks));
                    prop_assert!(!next.question_open || next.state.is_pending() && !next.unconfirmed, "void once it is decided");
                    prop_assert!(next.question_open || !case.question_open || replies || !next.state.is_pending());
                    let refuses = matches!(next.state, CaseState::Refused | CaseState::PartlyUpheld);
                    if decides && refuses {
                        // The only way to a refusal: somebody else has proposed it.
                        let Move::Agree { by } = &mv else { panic!("{mv:?} alone refused something") };
                        let wrote = &case.proposed.as_ref().unwrap().by;
                        prop_assert!(wrote != by);
                        // And to another one: somebody has written it who stands behind none
                        // before it of the same use, and no writer of one agrees.
                        for (_, writer, second) in refused.iter().filter(|(of, ..)| next.refused().contains(of)) {
                            prop_assert!(writer != wrote && second != wrote && writer != by);
                        }
                        refused.extend(next.refused().into_iter().map(|of| (of, wrote.clone(), by.clone())));
                    }
                    // Nothing that was upheld is ever refused, and no complaint is answered by
                    // leaving a refusal alone.
                    let upheld = |case: &CaseFacts| case.outcomes.iter().filter(|(_, o)| *o == Outcome::Upheld).count();
                    prop_assert!(upheld(&next) >= upheld(&case));
                    let answered = case.complaint_open && !next.complaint_open;
                    prop_assert!(!answered || decides || case.refused().is_empty());
                    prop_assert!(next.proposed.is_none() || next.state == CaseState::UnderReview || next.complaint_open);
                    if reopens {
                        // What was refused is pending, and nothing else; the time begins again.
                        prop_assert!(by == By::Officer && next.refused().is_empty());
                        let pending = if joined { case.to_rule() } else { case.refused() };
                        prop_assert_eq!((next.to_rule().len(), step.purposes.len()), (pending.len(), pending.len()));
                        prop_assert!(step.purposes.iter().all(|purpose| next.to_rule().contains(purpose)));
                        let due = if joined { case.due } else { deadline::due(at, Answer::OneMonth) };
                        prop_assert_eq!((next.due, step.due), (due, Some(due)));
                        latest = latest.max(due);
                    }
                    prop_assert!(!(case.decided && next.state.is_pending()) || reopens, "an answered case is never open again");
                    prop_assert_eq!(next.state.is_pending(), !next.decided && !next.state.is_final());
                    prop_assert!(reopens || (next.due != case.due) == (mv.name() == MoveName::Extend));
                    prop_assert!(reopens || next.due == case.due || (!case.extended && at < first_due));
                    prop_assert!(!next.complaint_open || next.decided);
                    prop_assert!(case.state != CaseState::AwaitingVerification
                        || matches!(mv.name(), MoveName::Verify | MoveName::Add | MoveName::Withdraw));
                    if let Move::Decide(rulings) | Move::RuleAgain(rulings) | Move::Propose { rulings, .. } = &mv {
                        for r in rulings {
                            prop_assert!(r.outcome == Outcome::Upheld || (r.purpose != Purpose::Advertising
                                && r.grounds.as_ref().is_some_and(|g| !g.trim().is_empty())));
                        }
                    }
                    prop_assert_eq!((&next.number, &next.purposes, next.received), (&case.number, &case.purposes, received));
                    case = next;
                    entries.push(entry(&case, by == By::Applicant && by_member, step, at));
                }
            }
            prop_assert_eq!(replay(Answer::OneMonth, &entries), Some(case.clone()));
        }
        prop_assert!(case.due <= latest);
    }
}
