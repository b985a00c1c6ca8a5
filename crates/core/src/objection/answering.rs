//! What an officer is told above the form of the answer. Pure.

use super::model::Case;

/// That this officer only upholds; who else could refuse is said below it.
const ONLY_UPHOLD: &str =
    "You wrote an earlier refusal or agreed to it, so only another officer can refuse it again. You can uphold it now.";

/// What is said where nobody is left who could refuse again: nothing else about refusing.
const TOO_FEW: &str = "There are not enough other officers to refuse this again. Somebody with access to the server can add one with: sayso user add --role privacy_officer. You can uphold it now.";

/// What is said where nobody could agree to a refusal that this officer writes now.
const NOBODY_TO_AGREE: &str = "A refusal is sent only once a second officer has agreed to it, and nobody else can agree to yours now. If you refuse anything, the whole answer waits. Somebody with access to the server can add an officer with: sayso user add --role privacy_officer. You can uphold it now.";

/// What is said of a draft that is stored, and that nobody else can agree to.
pub const WAITS_FOR_NOBODY: &str = "The answer is stored, but it is not sent: it refuses something, and there is no other officer who can agree to it. Somebody with access to the server can add one with: sayso user add --role privacy_officer.";

/// Whether there are officers to refuse with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// There are.
    Enough,
    /// This one may refuse, and nobody could agree to it.
    NobodyToAgree,
    /// No two of them could refuse it again.
    TooFew,
}

impl Others {
    /// What holds for `officer` and a case; `officers` are all there are.
    pub fn of(case: &Case, officer: &str, officers: &[&str]) -> Self {
        let refusable = case.to_rule().any(|asked| asked.purpose.can_be_refused());
        if case.lacks_officers(officers) {
            Self::TooFew
        } else if refusable && case.may_refuse(officer) && case.nobody_could_agree(officer, officers) {
            Self::NobodyToAgree
        } else {
            Self::Enough
        }
    }

    /// What is said of it, where something is.
    pub const fn notice(self) -> Option<&'static str> {
        match self {
            Self::Enough => None,
            Self::NobodyToAgree => Some(NOBODY_TO_AGREE),
            Self::TooFew => Some(TOO_FEW),
        }
    }
}

/// What the form asks for. `complaint`: it answers a complaint. `may_refuse`: this officer stands
/// behind no earlier refusal. Where `others` has a notice, nothing is said that contradicts it.
pub const fn lead(complaint: bool, may_refuse: bool, others: Others) -> &'static str {
    match (complaint, others, may_refuse) {
        (true, Others::TooFew, _) => "Decide again about each purpose that was refused. Nothing is paused meanwhile.",
        (false, Others::TooFew, _) => "Decide for each purpose.",
        (_, Others::Enough | Others::NobodyToAgree, false) => ONLY_UPHOLD,
        (false, Others::NobodyToAgree, true) => {
            "Decide for each purpose. A refusal needs compelling grounds for that purpose that override the person's interests."
        }
        (true, Others::NobodyToAgree, true) => {
            "Decide again about each purpose that was refused. Nothing is paused meanwhile. If you refuse anything again, write the grounds anew."
        }
        (false, Others::Enough, true) => {
            "Decide for each purpose. A refusal needs compelling grounds for that purpose that override the person's interests. If you refuse anything, we send the answer only once a second officer has agreed to it."
        }
        (true, Others::Enough, true) => {
            "Decide again about each purpose that was refused. Nothing is paused meanwhile. If you refuse anything again, write the grounds anew. We send the answer only once another officer has agreed to it, who wrote no earlier refusal."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Purpose;
    use crate::objection::case::CaseState;
    use crate::objection::model::sample;
    use crate::time::UtcMillis;

    #[test]
    fn where_nobody_can_refuse_nothing_says_that_somebody_can() {
        for (complaint, may_refuse) in [(true, true), (true, false), (false, true), (false, false)] {
            let said = lead(complaint, may_refuse, Others::TooFew);
            assert!(!said.contains("officer") && !said.contains("If you refuse"), "{said}");
            assert_eq!(lead(complaint, may_refuse, Others::Enough).contains("only another officer can"), !may_refuse);
        }
        for complaint in [true, false] {
            let said = lead(complaint, true, Others::NobodyToAgree);
            assert!(!said.contains("has agreed"), "{said}");
        }
    }

    #[test]
    fn one_officer_alone_is_told_before_writing_that_nobody_can_agree() {
        let case = Case { state: CaseState::UnderReview, ..sample(UtcMillis(0)) };
        assert_eq!(Others::of(&case, "olga", &["olga", "otto"]), Others::Enough);
        let alone = Others::of(&case, "olga", &["olga"]);
        assert_eq!(alone, Others::NobodyToAgree);
        assert!(alone.notice().is_some_and(|said| said.contains("nobody else can agree to yours now")));
        let mut advertising = case;
        advertising.purposes[0].purpose = Purpose::Advertising;
        assert_eq!(Others::of(&advertising, "olga", &["olga"]), Others::Enough, "it cannot be refused");
    }
}
