//! The moves one by one: what each needs, and what it is refused for.

use super::*;
use crate::objection::legal_moves::moves;

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
    let refusal = |wrote: &str| Refusal { wrote: Some(wrote.into()), agreed: Some("b".into()) };
    assert_eq!(part.refusals, Refusals(vec![refusal("a"), refusal("c")]));
    // The next complaint is about what is still refused.
    let next = then(&part, By::Applicant, Move::Complain { text: "No.".into() }).0;
    assert_eq!(next.to_rule(), [Purpose::Research]);
    let closed = then(&part, By::Officer, Move::Close).0;
    let reopened = then(&closed, By::Applicant, Move::Complain { text: "No.".into() }).0;
    let upheld = vec![ruling(Purpose::Research, Outcome::Upheld)];
    assert_eq!(then(&reopened, By::Officer, Move::RuleAgain(upheld)).0.state, S::Upheld);
}

/// Not only behind the newest refusal: nobody who stands behind an earlier one writes another,
/// after a complaint or a reopening.
#[test]
fn nobody_writes_a_second_refusal_however_many_there_were() {
    let at = day("2026-06-01");
    let refuse = |by: &str| Move::Propose { rulings: vec![ruling(Purpose::Research, Outcome::Refused)], by: by.into() };
    let agree = |by: &str| Move::Agree { by: by.into() };
    let filed =
        open("OBJ-7F3K9Q2M".into(), true, Mode::Object, vec![Purpose::Research], Answer::OneMonth, day("2026-01-31"));
    let mut case = CaseFacts { state: S::UnderReview, ..filed };
    let complain = Move::Complain { text: "No.".into() };
    let mut officer = |mv: Move| {
        let by = if mv == complain { By::Applicant } else { By::Officer };
        let made = apply(&case, by, &mv, at);
        made.map(|(next, _)| case = next)
    };
    for mv in [refuse("olga"), agree("otto"), complain.clone()] {
        officer(mv).unwrap();
    }
    for by in ["olga", "otto"] {
        assert_eq!(officer(refuse(by)), Err(IllegalMove::RefusedBefore), "{by}");
    }
    for mv in [refuse("odile"), agree("otto"), Move::Reopen { reason: "Anew.".into() }, Move::BeginReview] {
        officer(mv).unwrap();
    }
    for by in ["olga", "otto", "odile"] {
        assert_eq!(officer(refuse(by)), Err(IllegalMove::RefusedBefore), "{by} after the reopening");
    }
    officer(refuse("oskar")).unwrap();
    for by in ["olga", "odile"] {
        assert_eq!(officer(agree(by)), Err(IllegalMove::WroteRefusal), "{by}");
    }
    for mv in [agree("otto"), complain.clone()] {
        officer(mv).unwrap();
    }
    assert_eq!(officer(refuse("olga")), Err(IllegalMove::RefusedBefore), "after the second complaint");
    let marks = |them: &[&str]| them.iter().map(|by| (*by).to_owned()).collect::<Vec<_>>();
    assert!(!case.refusals.can_be_repeated(&marks(&["olga", "otto", "odile", "oskar"])));
    assert!(case.refusals.can_be_repeated(&marks(&["otto", "olive"])), "who agreed before agrees again");
    assert!(!case.refusals.can_be_repeated(&marks(&["olga", "olive"])), "who wrote one does not");
}

/// Advertising is never refused, so nobody decides it, and the rest of the case goes on.
#[test]
fn what_can_never_be_refused_is_upheld_by_rule_and_the_rest_waits() {
    let at = day("2026-02-01");
    let then = |case: &CaseFacts, by, mv: Move| apply(case, by, &mv, at).unwrap();
    let (part, step) = then(&case(S::Acknowledged), By::System, Move::UpholdByRule);
    assert_eq!((part.state, part.decided, step.name), (S::Acknowledged, false, Step::UpheldByRule));
    assert_eq!(part.outcomes, [(Purpose::Advertising, Outcome::Upheld)]);
    assert_eq!(part.to_rule(), [Purpose::Personalisation, Purpose::Research]);
    assert_eq!(after(&part, By::System, &Move::UpholdByRule, at), Err(IllegalMove::NothingByRule));
    // An officer answers the rest, and has nothing to say about what is upheld.
    let review = then(&part, By::Officer, Move::BeginReview).0;
    let about = |purposes: &[Purpose], outcome| -> Vec<Ruling> {
        purposes.iter().map(|purpose| ruling(*purpose, outcome)).collect()
    };
    let all = Move::Decide(about(&PURPOSES, Outcome::Upheld));
    assert_eq!(after(&review, By::Officer, &all, at), Err(IllegalMove::NotObjectedTo(Purpose::Advertising)));
    let rest = [Purpose::Personalisation, Purpose::Research];
    let (upheld, step) = then(&review, By::Officer, Move::Decide(about(&rest, Outcome::Upheld)));
    assert_eq!((upheld.state, upheld.outcomes.len(), step.outcomes.len()), (S::Upheld, 3, 2));
    // Refused for the rest, it is upheld in part.
    let proposed =
        then(&review, By::Officer, Move::Propose { rulings: about(&rest, Outcome::Refused), by: "a".into() }).0;
    let refused = then(&proposed, By::Officer, Move::Agree { by: "b".into() }).0;
    assert_eq!((refused.state, refused.decided), (S::PartlyUpheld, true));
    assert_eq!(refused.refused(), rest);
    // An answer that was proposed before says the same of it, and is agreed to as before.
    let waiting = then(&proposed_case(), By::System, Move::UpholdByRule).0;
    assert_eq!(then(&waiting, By::Officer, Move::Agree { by: "b".into() }).0.outcomes.len(), 3);
    // Withdrawn, the rest ends, and what is upheld stays so.
    let withdrawn = then(&part, By::Applicant, Move::Withdraw).0;
    assert_eq!((withdrawn.state, withdrawn.outcomes.len()), (S::Withdrawn, 1));
}

#[test]
fn where_nothing_else_was_objected_to_the_rule_is_the_answer() {
    let at = day("2026-02-01");
    let only = CaseFacts { purposes: vec![Purpose::Advertising], ..case(S::Acknowledged) };
    let (upheld, step) = apply(&only, By::System, &Move::UpholdByRule, at).unwrap();
    assert_eq!((upheld.state, upheld.decided, step.outcomes.len()), (S::Upheld, true, 1));
    assert!(!moves(&upheld, By::Officer, at).contains(&N::Decide));
    let none = CaseFacts { purposes: vec![Purpose::Research], ..case(S::Acknowledged) };
    assert_eq!(after(&none, By::System, &Move::UpholdByRule, at), Err(IllegalMove::NothingByRule));
}

#[test]
fn what_an_officer_recorded_is_worked_on_before_its_address_is_confirmed() {
    let then = |case: &CaseFacts, by, mv: Move| apply(case, by, &mv, day("2026-02-05")).unwrap().0;
    let case = recorded("OBJ-7F3K9Q2M".into(), Mode::Object, PURPOSES.to_vec(), Answer::OneMonth, day("2026-01-31"));
    assert_eq!((case.state, case.due), (S::Received, day("2026-02-28")), "due from the day on which it came");
    let acknowledged = then(&case, By::System, Move::Acknowledge);
    let by_rule = after(&acknowledged, By::System, &Move::UpholdByRule, day("2026-02-05"));
    assert_eq!(by_rule, Err(IllegalMove::Unverified), "nothing by rule yet");
    assert_eq!(acknowledged.to_rule(), PURPOSES, "an officer may answer all of it");
    let review = then(&acknowledged, By::Officer, Move::BeginReview);
    let confirmed = then(&review, By::Applicant, Move::Verify);
    assert_eq!((confirmed.state, confirmed.unconfirmed), (S::UnderReview, false));
    assert_eq!(then(&confirmed, By::System, Move::UpholdByRule).refused(), []);
    let again = after(&confirmed, By::Applicant, &Move::Verify, day("2026-02-05"));
    assert_eq!(again, Err(IllegalMove::Verified), "once");
    // Decided first, and confirmed afterwards.
    let decided = then(&review, By::Officer, Move::Decide(rulings_of([Outcome::Upheld; 3])));
    assert_eq!(then(&decided, By::Applicant, Move::Verify).state, S::Upheld);
    // Drafted first: what is upheld by rule meanwhile is not decided a second time.
    let drafted = then(&then(&review, By::Officer, propose()), By::Applicant, Move::Verify);
    let by_rule = then(&drafted, By::System, Move::UpholdByRule);
    let left = by_rule.proposed.clone().unwrap().outcomes;
    assert_eq!(left, [(Purpose::Personalisation, Outcome::Upheld), (Purpose::Research, Outcome::Refused)]);
    assert_eq!(then(&by_rule, By::Officer, Move::Agree { by: "b".into() }).state, S::PartlyUpheld);
    let early = after(&review, By::Applicant, &Move::Withdraw, day("2026-02-05"));
    assert_eq!(early, Err(IllegalMove::ConfirmFirst), "the link may have gone to a stranger");
    let withdrawn = then(&confirmed, By::Applicant, Move::Withdraw);
    assert_eq!(after(&withdrawn, By::Applicant, &Move::Verify, day("2026-02-05")), Err(IllegalMove::Withdrawn));
}

#[test]
fn a_recorded_complaint_is_due_from_the_day_on_which_it_came() {
    let received = day("2026-06-01");
    let mv = Move::RecordComplaint { text: "No.".into(), record: Record::by_letter(received) };
    let (next, step) = apply(&case(S::Closed), By::Officer, &mv, day("2026-06-09")).unwrap();
    assert!(next.complaint_open);
    assert_eq!((step.name, step.since, step.due), (Step::Complained, Some(received), Some(day("2026-07-01"))));
}
