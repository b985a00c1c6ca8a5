//! Drafts of answers that did not become answers: to whom one was sent back. Pure.

use super::model::Case;
use crate::ledger::Step;

impl Case {
    /// The officer (by id) who wrote the draft that the step at this place returns.
    fn writer(&self, returned: usize) -> Option<&str> {
        let mut before = self.steps.get(..returned)?.iter().rev();
        before.find(|done| done.step == Step::Proposed).and_then(|done| done.officer.as_deref())
    }

    /// Whether the step at this place is a draft that its own writer took back.
    pub(super) fn is_own_return(&self, returned: usize) -> bool {
        self.steps.get(returned).is_some_and(|done| done.officer.as_deref() == self.writer(returned))
    }

    /// Whether this officer wrote the newest draft of an answer, which may have been sent since, or
    /// returned.
    pub fn is_draft_of(&self, officer: &str) -> bool {
        self.writer(self.steps.len()) == Some(officer)
    }

    /// The officer (by id) whose draft a second one sent back, until they make a move of their own
    /// or somebody writes another answer. The store asks the same (`SENT_BACK_TO`).
    pub fn sent_back_to(&self) -> Option<&str> {
        if !self.waits() || self.proposed.is_some() {
            return None;
        }
        let returned = self.steps.iter().rposition(|done| done.step == Step::Returned)?;
        let writer = self.writer(returned).filter(|_| !self.is_own_return(returned))?;
        let over = self.steps.get(returned + 1..)?.iter().any(|done| {
            let anew = matches!(done.step, Step::Proposed | Step::Decided | Step::RuledAgain | Step::Reopened);
            anew || done.officer.as_deref() == Some(writer)
        });
        (!over).then_some(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Actor;
    use crate::objection::case::CaseState;
    use crate::objection::model::{PastStep, sample};
    use crate::time::UtcMillis;

    #[test]
    fn a_draft_is_sent_back_to_its_writer_until_they_make_a_move() {
        let now = UtcMillis::from_date("2026-11-24").unwrap();
        let to = |state, steps: &[(Step, &str)]| {
            let mut case = Case { state, ..sample(now) };
            let first = case.steps[0].clone();
            case.steps.extend(steps.iter().map(|(step, officer)| PastStep {
                step: *step,
                actor: Actor::PrivacyOfficer,
                officer: (!officer.is_empty()).then(|| (*officer).to_owned()),
                ..first.clone()
            }));
            case.sent_back_to().map(str::to_owned)
        };
        let review = CaseState::UnderReview;
        let back = [(Step::Proposed, "olga"), (Step::Returned, "otto")];
        let olgas = Some("olga".to_owned());
        assert_eq!(to(review, &back), olgas);
        assert_eq!(
            to(review, &[&back[..], &[(Step::Added, "")]].concat()),
            olgas,
            "the person's step is no move of hers"
        );
        assert_eq!(to(review, &[&back[..], &[(Step::Extended, "otto")]].concat()), olgas, "nor is another officer's");
        for more in [(Step::Asked, "olga"), (Step::Decided, "otto"), (Step::Proposed, "otto")] {
            assert_eq!(to(review, &[&back[..], &[more]].concat()), None, "{:?}", more.0);
        }
        assert_eq!(to(review, &[(Step::Proposed, "olga"), (Step::Returned, "olga")]), None, "taken back");
        assert_eq!(to(CaseState::Withdrawn, &back), None, "nothing waits");
        let twice = [&back[..], &[(Step::Proposed, "otto"), (Step::Returned, "olga")]].concat();
        assert_eq!(to(review, &twice), Some("otto".to_owned()));
    }
}
