//! What an officer is told whose page was loaded before the case went on. Pure.

use super::model::{Case, PastStep};
use crate::ledger::{Actor, Step};

/// The sentences for an officer whose move was not made. `wrote` is whether they wrote something,
/// and `can` whether the same move can be made on the case as it is now.
pub fn says_stale(case: &Case, wrote: bool, can: bool) -> String {
    let happened = if can { String::new() } else { happened(case).unwrap_or_default() };
    let then = match (wrote, can) {
        (true, true) => "Nothing was saved, and what you wrote is still here. Please check it, then send it.",
        (true, false) => "Nothing was saved. What you wrote is still on this page.",
        (false, true) => "Nothing was saved. Please look at the case again first.",
        (false, false) => "Nothing was saved.",
    };
    format!("This case has changed since you loaded the page. {happened}{then}")
}

/// What happened last that an officer's move can come too late for.
fn happened(case: &Case) -> Option<String> {
    let quiet = |done: &PastStep| matches!(done.step, Step::ProgressTold | Step::Reached | Step::Linked | Step::Swept);
    let (n, newest) = case.steps.iter().enumerate().rev().find(|(_, done)| !quiet(done))?;
    let what = match newest.step {
        step if step.rules() && newest.actor == Actor::PrivacyOfficer => "The answer was sent",
        Step::ComplaintAnswered => "The answer was sent",
        Step::Proposed => "Another answer was drafted",
        Step::Returned if case.is_own_return(n) => "The draft answer was taken back",
        Step::Returned => "The draft answer was sent back",
        Step::Withdrawn => "The person withdrew the objection",
        Step::MarkedDuplicate => "The case was merged with another one",
        Step::Complained => "The person complained",
        Step::Reopened => "The case was reopened",
        Step::Closed => "The case was closed",
        _ => return None,
    };
    Some(format!("{what} on {}. ", newest.at.long()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::case::CaseState;
    use crate::objection::model::sample;
    use crate::time::UtcMillis;

    fn case(steps: &[(Step, &str)]) -> Case {
        let at = UtcMillis::from_date("2026-11-24").unwrap();
        let mut case = Case { state: CaseState::UnderReview, ..sample(at) };
        let first = case.steps[0].clone();
        case.steps.extend(steps.iter().map(|(step, officer)| PastStep {
            step: *step,
            actor: Actor::PrivacyOfficer,
            officer: Some((*officer).to_owned()),
            ..first.clone()
        }));
        case
    }

    #[test]
    fn what_happened_is_said_where_the_move_comes_too_late_for_it() {
        let says = |steps: &[(Step, &str)]| says_stale(&case(steps), false, false);
        let begin = "This case has changed since you loaded the page.";
        let on = "on 24 November 2026, 00:00 UTC. Nothing was saved.";
        for (last, said) in [
            ((Step::Decided, "otto"), "The answer was sent"),
            ((Step::Returned, "otto"), "The draft answer was sent back"),
            ((Step::Returned, "olga"), "The draft answer was taken back"),
            ((Step::Closed, "otto"), "The case was closed"),
        ] {
            assert_eq!(says(&[(Step::Proposed, "olga"), last]), format!("{begin} {said} {on}"));
        }
        assert_eq!(says(&[(Step::Extended, "otto")]), format!("{begin} Nothing was saved."));
        let told = [(Step::Decided, "otto"), (Step::ProgressTold, "otto")];
        assert!(says(&told).contains("The answer was sent"), "what the person was told meanwhile changes nothing");
    }

    #[test]
    fn only_what_was_written_is_said_to_be_there() {
        let case = case(&[(Step::Decided, "otto")]);
        let here = "what you wrote is still here. Please check it, then send it.";
        assert!(says_stale(&case, true, true).ends_with(here));
        assert!(says_stale(&case, true, false).ends_with("What you wrote is still on this page."));
        for can in [true, false] {
            assert!(!says_stale(&case, false, can).contains("wrote"));
        }
        assert!(!says_stale(&case, true, true).contains("The answer was sent"), "it can still be done");
    }
}
