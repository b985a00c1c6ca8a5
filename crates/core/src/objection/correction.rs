//! An address that was typed wrong, corrected by whoever filed without an account. Pure.
//!
//! Only the browser that filed can do so, and only until somebody enters a code. What the address
//! in the form was is nobody's to see again in full: a mark in an address of a page may be seen by
//! others.

use super::case::CaseState;
use super::model::Case;
use crate::ledger::Step;
use crate::string_enum;
use crate::time::UtcMillis;

/// How often the address of one case can be corrected.
pub const CORRECTIONS_MAX: usize = 3;
/// How long after filing it can be, in milliseconds.
pub const CORRECTABLE: i64 = UtcMillis::DAY;
/// How long two presses of the form are one, in milliseconds. Somebody with a copy of the database
/// could send a form again later.
const PRESS: i64 = 60_000;
/// How long what became of an address is said, in milliseconds.
const SAID: i64 = 120_000;

/// Why an address is not corrected, for whoever filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCorrected {
    /// Somebody has entered a code, or the case is over.
    #[error("This objection is not waiting for a code any more, so its address cannot be corrected here.")]
    NotWaiting,
    /// It was filed too long ago.
    #[error("You could correct the address for 24 hours after filing. If it is wrong, please file a new objection.")]
    TooLate,
    /// It was corrected so often already.
    #[error(
        "The address was corrected three times already, which is as often as it can be. If it is still wrong, please file a new objection."
    )]
    TooOften,
}

string_enum! {
    /// What became of an address that was typed anew, for whoever filed.
    pub enum Correction {
        /// The case is under it, and a code went there.
        CodeSent = "sent",
        /// The case is under it; it has had as many codes as an address gets in a day.
        NoCode = "corrected",
        /// The case was under it before.
        Unchanged = "same",
    }
}

impl Correction {
    /// What is said of it, once.
    pub const fn says(self) -> &'static str {
        match self {
            Self::CodeSent => "We have corrected the address and sent a new code to it.",
            Self::NoCode => "We have corrected the address.",
            Self::Unchanged => "This is the address that we already have, so we have not sent another code.",
        }
    }
}

impl Case {
    /// What is said where the address that was typed is the one that the case has: the second press
    /// of a form says what the first one did.
    pub fn corrected_again(&self, now: UtcMillis) -> Correction {
        let at = self.steps.iter().rposition(|done| done.step == Step::AddressCorrected);
        match at.map(|at| &self.steps[at..]) {
            Some(since) if since[0].at.lasts(PRESS, now) => {
                if since.iter().any(|done| done.step == Step::CodeSent) {
                    Correction::CodeSent
                } else {
                    Correction::NoCode
                }
            }
            _ => Correction::Unchanged,
        }
    }

    /// What is said of a correction at `now`, where the page that says so may be loaded only later:
    /// nothing after two minutes. That an address is the one that we have stays true.
    pub fn still_says(&self, said: Correction, now: UtcMillis) -> Option<Correction> {
        let corrected = self.steps.iter().rev().find(|done| done.step == Step::AddressCorrected);
        let fresh = corrected.is_some_and(|done| done.at.lasts(SAID, now));
        (fresh || said == Correction::Unchanged).then_some(said)
    }

    /// Whether it was filed so short a while ago that the same form once more is the same press:
    /// the answer to it, too, makes the browser the one that filed.
    pub fn is_just_filed(&self, now: UtcMillis) -> bool {
        self.state == CaseState::AwaitingVerification && self.received.lasts(PRESS, now)
    }

    /// Whether its address can be corrected now.
    ///
    /// # Errors
    /// Why not.
    pub fn may_correct(&self, now: UtcMillis) -> Result<(), NotCorrected> {
        if self.state != CaseState::AwaitingVerification {
            return Err(NotCorrected::NotWaiting);
        }
        if !self.received.lasts(CORRECTABLE, now) {
            return Err(NotCorrected::TooLate);
        }
        if self.corrections() >= CORRECTIONS_MAX { Err(NotCorrected::TooOften) } else { Ok(()) }
    }

    /// How often its address can still be corrected: once at least.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn corrections_left(&self, now: UtcMillis) -> Result<usize, NotCorrected> {
        self.may_correct(now).map(|()| CORRECTIONS_MAX - self.corrections())
    }

    fn corrections(&self) -> usize {
        self.steps.iter().filter(|done| done.step == Step::AddressCorrected).count()
    }
}

/// As much of an address as its owner knows again: `a•••@e•••.org`. Whether it is long or short
/// does not show. Staff are shown another letter ([`masked`](crate::account::search::masked)).
pub fn hinted(email: &str) -> String {
    const REST: &str = "•••";
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let (host, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let top = if top.is_empty() { String::new() } else { format!(".{top}") };
    format!("{}{REST}@{}{REST}{top}", first(local), first(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Actor;
    use crate::objection::model::{PastStep, sample};
    use proptest::prelude::*;

    const NOW: UtcMillis = UtcMillis(1_800_000_000_000);

    fn waiting(corrected: usize) -> Case {
        let mut case = Case { state: CaseState::AwaitingVerification, ..sample(NOW) };
        let step = PastStep { step: Step::AddressCorrected, actor: Actor::Applicant, ..case.steps[0].clone() };
        case.steps.extend(vec![step; corrected]);
        case
    }

    #[test]
    fn an_address_can_be_corrected_three_times_within_a_day_until_it_is_confirmed() {
        let last = UtcMillis(NOW.0 + CORRECTABLE - 1);
        assert_eq!(waiting(0).may_correct(last), Ok(()));
        assert_eq!(waiting(0).may_correct(UtcMillis(last.0 + 1)), Err(NotCorrected::TooLate));
        let left = [0, 1, 2, 3].map(|n| waiting(n).corrections_left(last));
        assert_eq!(left, [Ok(3), Ok(2), Ok(1), Err(NotCorrected::TooOften)]);
        assert_eq!(waiting(3).may_correct(NOW), Err(NotCorrected::TooOften));
        for state in CaseState::ALL.iter().copied().filter(|s| *s != CaseState::AwaitingVerification) {
            assert_eq!(Case { state, ..waiting(0) }.may_correct(NOW), Err(NotCorrected::NotWaiting), "{state}");
        }
    }

    #[test]
    fn two_presses_of_a_form_are_within_a_minute() {
        assert!(waiting(0).is_just_filed(NOW) && waiting(0).is_just_filed(UtcMillis(NOW.0 + PRESS - 1)));
        assert!(!waiting(0).is_just_filed(UtcMillis(NOW.0 + PRESS)));
        assert!(!sample(NOW).is_just_filed(NOW), "nobody has to confirm it");
    }

    #[test]
    fn the_same_address_again_is_told_as_such_and_a_second_press_as_the_first() {
        let mut case = waiting(0);
        assert_eq!(case.corrected_again(NOW), Correction::Unchanged);
        case = waiting(1);
        assert_eq!(case.corrected_again(NOW), Correction::NoCode);
        let sent = PastStep { step: Step::CodeSent, ..case.steps[0].clone() };
        case.steps.push(sent);
        assert_eq!(case.corrected_again(UtcMillis(NOW.0 + PRESS - 1)), Correction::CodeSent);
        assert_eq!(case.corrected_again(UtcMillis(NOW.0 + PRESS)), Correction::Unchanged);
    }

    #[test]
    fn what_became_of_an_address_is_said_for_two_minutes() {
        let case = waiting(1);
        let later = UtcMillis(case.received.0 + SAID);
        for said in [Correction::CodeSent, Correction::NoCode] {
            assert_eq!(case.still_says(said, UtcMillis(later.0 - 1)), Some(said));
            assert_eq!(case.still_says(said, later), None);
        }
        assert_eq!(case.still_says(Correction::Unchanged, later), Some(Correction::Unchanged));
    }

    #[test]
    fn an_address_is_hinted_at() {
        for (email, hint) in [
            ("ada@example.org", "a•••@e•••.org"),
            ("a@b.example", "a•••@b•••.example"),
            ("ada.lovelace@mail.example.co.uk", "a•••@m•••.uk"),
            ("é@müller.example", "é•••@m•••.example"),
            ("nonsense", "n•••@•••"),
            ("", "•••@•••"),
        ] {
            assert_eq!(hinted(email), hint);
        }
    }

    proptest! {
        #[test]
        fn a_hint_has_two_letters_and_the_last_label(local in "[a-z.]{1,20}", host in "[a-z]{1,20}", top in "[a-z]{2,8}") {
            let hint = hinted(&format!("{local}@{host}.{top}"));
            prop_assert_eq!(hint.chars().count(), 10 + top.len());
            let last = format!(".{top}");
            prop_assert!(hint.ends_with(&last));
        }
    }
}
