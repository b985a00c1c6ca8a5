//! What somebody wrote who had the link of a recorded objection by a mistaken address, and not the
//! code. It counts as somebody else's as soon as that is known. Pure.

use super::model::{Case, PastStep};
use crate::ledger::{Actor, Step};

impl Case {
    /// What a person reads before the text of a [stranger's](Self::is_a_strangers) step, and an
    /// officer.
    pub fn written_by_a_stranger(&self, done: &PastStep) -> String {
        format!("Written by somebody else, who read the e-mail at the {} address.", self.strangers_address(done))
    }

    /// Such a step, in a sentence to the person, and to officers.
    pub(super) fn strangers_step(&self, done: &PastStep) -> String {
        let did = match done.step {
            Step::Replied => "replied to our question",
            Step::Complained => "complained",
            _ => "added information",
        };
        format!("Somebody else {did}, at the {} address", self.strangers_address(done))
    }

    /// It is the earlier one once it was corrected.
    fn strangers_address(&self, done: &PastStep) -> &'static str {
        let corrects = |later: &PastStep| later.step == Step::AddressCorrected && later.actor == Actor::PrivacyOfficer;
        let later = self.steps.iter().skip_while(|step| step.entry != done.entry).skip(1);
        if later.into_iter().any(corrects) { "earlier" } else { "wrong" }
    }

    /// Whether this step was made by whoever read an address that was not the person's: somebody
    /// said later that it is not theirs, or an officer corrected it.
    pub fn is_a_strangers(&self, done: &PastStep) -> bool {
        let says_something = matches!(done.step, Step::Added | Step::Replied | Step::Complained);
        if self.record().is_none() || !says_something || done.record.is_some() || done.actor != Actor::Applicant {
            return false;
        }
        let known = |later: &PastStep| match later.step {
            Step::Disowned => true,
            Step::AddressCorrected => later.actor == Actor::PrivacyOfficer,
            _ => false,
        };
        let since = self.steps.iter().skip_while(|step| step.entry != done.entry).skip(1);
        // Said before that was a step of its own.
        since.into_iter().any(known) || self.disowned.is_some_and(|at| done.at <= at)
    }
}

/// Why whoever has the link of a recorded objection confirms their address, as it stands.
pub fn confirm_first(case: &Case) -> String {
    let (done, then) = match (case.is_open(), case.has_complaint()) {
        (true, _) => ("and we work on it now", ""),
        (false, true) => ("and we work on the complaint about our answer now", ""),
        (false, false) => {
            ("and we have answered it", " To complain here about our answer, first enter the code from our e-mail.")
        }
    };
    format!(
        "We recorded this objection for you, {done}.{then} If you have an account with this e-mail address, the objection reaches it once you have entered the code from our e-mail."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::model::sample;
    use crate::objection::record::Record;
    use crate::objection::wording;
    use crate::time::UtcMillis;

    fn case(steps: &[(Step, Actor)]) -> Case {
        let mut case = sample(UtcMillis(0));
        case.steps[0].step = Step::Recorded;
        case.steps[0].record = Some(Record::by_letter(UtcMillis(0)));
        let mut at = 0;
        for (step, actor) in steps {
            at += 1;
            let (at, entry) = (UtcMillis(at), crate::testing::entry_id(UtcMillis(at)));
            case.steps.push(PastStep {
                step: *step,
                actor: *actor,
                at,
                entry,
                record: None,
                ..sample(at).steps[0].clone()
            });
        }
        case
    }

    #[test]
    fn what_was_written_at_a_mistaken_address_is_somebody_elses() {
        const APPLICANT: Actor = Actor::Applicant;
        let strangers = |steps: &[(Step, Actor)]| {
            let case = case(steps);
            case.steps.iter().map(|done| case.is_a_strangers(done)).collect::<Vec<_>>()
        };
        let corrected = (Step::AddressCorrected, Actor::PrivacyOfficer);
        assert_eq!(strangers(&[(Step::Added, APPLICANT)]), [false, false], "nobody knows yet");
        assert_eq!(strangers(&[(Step::Added, APPLICANT), (Step::Disowned, APPLICANT)]), [false, true, false]);
        assert_eq!(
            strangers(&[(Step::Replied, APPLICANT), corrected, (Step::Added, APPLICANT)]),
            [false, true, false, false],
            "what came later is of the right address"
        );
        let confirmed = [(Step::Verified, APPLICANT), (Step::Added, APPLICANT)];
        assert_eq!(strangers(&confirmed), [false; 3]);
        let mut before = case(&[(Step::Added, APPLICANT)]);
        before.disowned = Some(UtcMillis(5));
        assert!(before.is_a_strangers(&before.steps[1].clone()), "disowned before that was a step");
        // An officer who records what somebody said knows who said it.
        before.steps[1].step = Step::Complained;
        before.steps[1].record = Some(Record::by_letter(UtcMillis(0)));
        assert!(!before.is_a_strangers(&before.steps[1].clone()));
    }

    #[test]
    fn after_the_answer_nobody_is_said_to_work_on_it() {
        let mut case = case(&[]);
        assert!(confirm_first(&case).starts_with("We recorded this objection for you, and we work on it now. If"));
        case.state = crate::objection::case::CaseState::Refused;
        let answered = confirm_first(&case);
        assert!(
            answered.contains("and we have answered it. To complain here") && !answered.contains("now"),
            "{answered}"
        );
    }

    #[test]
    fn it_is_said_to_the_person_and_to_officers() {
        let case = case(&[(Step::Added, Actor::Applicant), (Step::Disowned, Actor::Applicant)]);
        let (added, disowned) = (&case.steps[1], &case.steps[2]);
        for said in [wording::step(added, &case), wording::step_for_officers(added, &case)] {
            assert_eq!(said, "Somebody else added information, at the wrong address", "nobody has corrected it");
        }
        let added_then = [(Step::Added, Actor::Applicant), (Step::Disowned, Actor::Applicant)];
        let corrected = self::case(&[&added_then[..], &[(Step::AddressCorrected, Actor::PrivacyOfficer)]].concat());
        let earlier = &corrected.steps[1];
        assert_eq!(wording::step(earlier, &corrected), "Somebody else added information, at the earlier address");
        assert!(corrected.written_by_a_stranger(earlier).ends_with("at the earlier address."));
        assert_eq!([added, disowned].map(|done| wording::made_by(done, &case)), ["somebody else"; 2]);
        assert!(wording::step_for_officers(disowned, &case).contains("said that it is not theirs"));
    }
}
