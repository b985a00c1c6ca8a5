//! An objection that an officer recorded under somebody else's address, who then entered the code.
//! It stays theirs: they have confirmed that they object, and a No is never taken back from
//! anybody. The person who wrote to us gets a case of their own, which is recorded again under the
//! right address and keeps the day on which the objection came in. Pure.

use super::model::Case;

/// What an officer reads before that.
pub const WRONG_PERSON: &str = "If whoever entered the code is not the person who wrote to us, record the objection again under the right address. The form is filled in for you, with the day on which it came in. This case stays with whoever confirmed it.";

/// What the new form says of the case `number`.
pub fn again_of(number: &str) -> String {
    format!(
        "This is filled in from case {number}. Enter the right address, and check the rest. Both cases get a note that names the other."
    )
}

/// The note on the earlier case.
pub fn note_on_earlier(new: &str) -> String {
    format!("The address was somebody else's. Recorded again, under another address, as {new}.")
}

/// The note on the new one.
pub fn note_on_new(earlier: &str) -> String {
    format!("Recorded again: {earlier} had the address of somebody else, who confirmed it.")
}

/// Why the address of the earlier case is not one for the new one.
pub fn same_address(earlier: &str) -> String {
    format!("Case {earlier} has this address already. Please enter the right one.")
}

impl Case {
    /// Whether an officer may record it again under another address: somebody has confirmed the one
    /// that it has, so it cannot be corrected any more.
    pub fn can_be_recorded_again(&self) -> bool {
        self.record().is_some() && !self.is_unconfirmed() && !self.is_erased()
    }
}

#[cfg(test)]
mod tests {
    use crate::ledger::Step;
    use crate::objection::model::{PastStep, sample};
    use crate::objection::record::Record;
    use crate::time::UtcMillis;

    #[test]
    fn what_was_recorded_and_confirmed_can_be_recorded_again_and_nothing_else() {
        let filed = sample(UtcMillis(0));
        assert!(!filed.can_be_recorded_again(), "whoever filed it has typed the address");
        let mut recorded = filed;
        recorded.steps[0].step = Step::Recorded;
        recorded.steps[0].record = Some(Record::by_letter(UtcMillis(0)));
        assert!(!recorded.can_be_recorded_again() && recorded.address_can_be_corrected());
        let verified = PastStep { step: Step::Verified, record: None, ..recorded.steps[0].clone() };
        recorded.steps.push(verified);
        assert!(recorded.can_be_recorded_again() && !recorded.address_can_be_corrected());
        recorded.state = crate::objection::case::CaseState::Withdrawn;
        assert!(recorded.can_be_recorded_again(), "they may have withdrawn what was not theirs");
    }
}
