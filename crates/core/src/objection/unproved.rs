//! What somebody reads of a recorded objection before they have entered its code. The link shows
//! that they read the mailbox an officer typed, and not that it is the person's. Pure.

use super::model::Case;
use crate::ledger::Step;

/// Why nothing of it is shown yet, in the letter and on the page.
pub const NOT_SHOWN_YET: &str = "We show you what was written, and send you a copy, once you have entered the code. We keep it private before that, because the address may be wrong.";

/// The same of a case that is over, so that no code can be entered for it any more.
pub const NEVER_SHOWN: &str =
    "Nobody has confirmed this e-mail address, so we do not show what was written in this objection.";

impl Case {
    /// The case without a name and without a word that anybody typed, where nobody has proved its
    /// address; else as it is. Its answers stay: a person may have to act on them.
    #[must_use]
    pub fn for_unproved_address(&self) -> Self {
        let mut case = self.clone();
        if !self.is_unconfirmed() {
            return case;
        }
        case.name = String::new();
        case.reason = None;
        case.joined.clear();
        case.still_open.clear();
        for done in &mut case.steps {
            if let Some(record) = &mut done.record {
                record.agent = None;
            }
            if !matches!(done.step, Step::ComplaintAnswered | Step::Extended | Step::Reopened) {
                done.text = None;
            }
        }
        case
    }

    /// The same on the page of the case, which shows no text of an officer either.
    #[must_use]
    pub fn for_unproved_page(&self) -> Self {
        let mut case = self.for_unproved_address();
        if self.is_unconfirmed() {
            for done in &mut case.steps {
                done.text = None;
            }
        }
        case
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::case::CaseState;
    use crate::objection::model::{PastStep, sample};
    use crate::objection::record::Record;
    use crate::time::UtcMillis;

    const SECRET: &str = "my diabetes";

    fn recorded() -> Case {
        let mut case = Case { reason: Some(SECRET.into()), name: SECRET.into(), ..sample(UtcMillis(0)) };
        case.joined = vec![("OBJ-1".into(), vec![(None, SECRET.into())])];
        let record = Record { agent: Some(SECRET.into()), ..Record::by_letter(UtcMillis(0)) };
        let first =
            PastStep { step: Step::Recorded, text: Some(SECRET.into()), record: Some(record), ..case.steps[0].clone() };
        case.steps[0] = first.clone();
        case.steps.extend(
            Step::ALL
                .iter()
                .filter(|step| !matches!(step, Step::Verified | Step::Linked))
                .map(|step| PastStep { step: *step, ..first.clone() }),
        );
        case
    }

    #[test]
    fn no_state_shows_a_word_before_the_code_and_each_shows_all_of_it_afterwards() {
        for state in CaseState::ALL {
            let case = Case { state: *state, ..recorded() };
            let shown = case.for_unproved_page();
            assert!(!format!("{shown:?}").contains(SECRET), "{state}");
            let mut confirmed = case.clone();
            confirmed.steps.push(PastStep { step: Step::Verified, record: None, ..case.steps[0].clone() });
            for told in [confirmed.for_unproved_page(), confirmed.for_unproved_address()] {
                assert_eq!(format!("{told:?}"), format!("{confirmed:?}"));
            }
        }
    }

    #[test]
    fn a_letter_keeps_what_we_answered_and_nothing_of_the_person() {
        let told = recorded().for_unproved_address();
        for done in told.steps.iter().filter(|done| done.text.is_some()) {
            assert!(matches!(done.step, Step::ComplaintAnswered | Step::Extended | Step::Reopened), "{}", done.step);
        }
        assert!(told.reason.is_none() && told.name.is_empty() && told.joined.is_empty());
        assert!(told.steps.iter().filter_map(|done| done.record.as_ref()).all(|record| record.agent.is_none()));
    }

    #[test]
    fn what_was_filed_by_the_form_is_shown_as_it_is() {
        let filed = Case { reason: Some(SECRET.into()), ..sample(UtcMillis(0)) };
        assert_eq!(filed.for_unproved_page().reason, filed.reason);
    }
}
