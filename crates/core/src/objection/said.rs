//! What an answer says of each use, beside the grounds: whether it begins again, and why it does
//! not. It is kept with the answer, so that its page shows what was sent. Pure.

use super::case::Ruling;
pub use super::model::Said;
use super::model::{AnswerTo, Case};
use crate::consent::afterwards::{Afterwards, Holds};
use crate::ledger::{CaseStep, Outcome, Purpose, Step};

/// What the answer says of each use that it rules on, where this holds `after` it.
pub fn said(case: &Case, rulings: &[Ruling], after: &Afterwards, to: AnswerTo) -> Vec<Said> {
    let (member, pauses) = (case.member.is_some(), !case.is_unconfirmed());
    let of = |ruling: &Ruling| {
        let (purpose, holds) = (ruling.purpose, after.at(ruling.purpose));
        let text = match (ruling.outcome, to) {
            (Outcome::Upheld, _) => upheld(purpose, member).to_owned(),
            (Outcome::Refused, AnswerTo::Complaint) => stays_refused(holds, member),
            (Outcome::Refused, AnswerTo::Objection | AnswerTo::Reopening | AnswerTo::Rule) => {
                goes_on(purpose, holds, member, pauses)
            }
        };
        Said { purpose, holds, text }
    };
    rulings.iter().map(of).collect()
}

/// Whether something keeps the use off.
pub(super) const fn keeps_off(holds: Option<Holds>) -> bool {
    matches!(holds, Some(Holds::Off | Holds::Paused | Holds::OffForGood | Holds::OffOtherwise))
}

/// Why the use does not begin again; none where it does, or may.
fn off(holds: Option<Holds>, member: bool) -> Option<&'static str> {
    match holds {
        None | Some(Holds::On | Holds::Differs) => None,
        Some(Holds::Off) => {
            Some("You chose to have this off on your Data privacy page, so we still do not use your data for it.")
        }
        Some(Holds::Paused) => Some("Another objection still pauses this, so we still do not use your data for it."),
        Some(Holds::OffForGood) => {
            Some("This is off permanently, because we upheld another objection to it. We do not use your data for it.")
        }
        Some(Holds::OffOtherwise) if member => Some(
            "We still do not use your data for this, because it is off for another reason. Your Data privacy page shows the reason.",
        ),
        Some(Holds::OffOtherwise) => Some(
            "We still do not use your data for this, because it is off for another reason. The Data privacy page of the account with this e-mail address shows the reason.",
        ),
    }
}

/// What a refusal begins again, or leaves as it was. What a member said by the switch holds
/// whatever we find, and so does another objection. A case that reached no account paused nothing.
fn goes_on(purpose: Purpose, holds: Option<Holds>, member: bool, pauses: bool) -> String {
    let rests = pauses && purpose.rests_while_decided();
    match (off(holds, member), holds) {
        (Some(off), Some(Holds::Off)) if rests => format!("The pause ends today. {off}"),
        (Some(off), _) => off.into(),
        (None, holds) if !rests && is_unsure(purpose, holds) => {
            "We still use your data for this, as we did while we decided, unless this is off on your Data privacy page."
                .into()
        }
        (None, _) if !rests => "We still use your data for this, as we did while we decided.".into(),
        (None, holds) if is_unsure(purpose, holds) => {
            "The pause ends today. From today we use your data for this again, unless this is off on your Data privacy page."
                .into()
        }
        (None, _) => "The pause ends today. From today we use your data for this again.".into(),
    }
}

/// Whether the use begins again by a rule that may keep it off, or in some accounts and not in all.
pub(super) const fn is_unsure(purpose: Purpose, holds: Option<Holds>) -> bool {
    matches!((purpose, holds), (Purpose::GenerativeAiTraining, None) | (_, Some(Holds::Differs)))
}

/// What a refusal leaves as it was after a complaint, during which nothing was paused.
fn stays_refused(holds: Option<Holds>, member: bool) -> String {
    match off(holds, member) {
        Some(off) => format!("We stand by our refusal. {off}"),
        None => "We stand by our refusal, so nothing changes.".into(),
    }
}

/// What is said of a use that is upheld.
pub(super) const fn upheld(purpose: Purpose, member: bool) -> &'static str {
    match purpose {
        Purpose::GenerativeAiTraining if !member => {
            "We have permanently stopped using your data for this. Training that has already happened cannot be undone. If you have an account with this e-mail address and have confirmed the address there, its switch is off permanently too. To see this objection in the account, sign in, open the link below and add it."
        }
        Purpose::GenerativeAiTraining => {
            "We have permanently stopped using your data for this. The switch on your Data privacy page is off and stays off, whatever our rules or notices say later. Training that has already happened cannot be undone."
        }
        _ => "We have permanently stopped using your data for this. Later rules or notices will not change that.",
    }
}

/// What officers read in place of what the person chose by their switch, which staff see in a
/// support view alone.
pub const NOT_SHOWN: &str = "(Not part of the answer: the person reads here whether this is off by their own choice. Officers do not see that.)";

/// The same for officers. What other cases do to a use they know; what the person chose by the
/// switch they do not.
pub fn for_officers(said: &[Said], to: AnswerTo, rulings: &[Ruling], member: bool) -> Vec<Said> {
    let shown = |said: &Said| {
        let refused = rulings.iter().any(|r| r.purpose == said.purpose && r.outcome == Outcome::Refused);
        let known = matches!(said.holds, Some(Holds::Paused | Holds::OffForGood));
        if said.purpose != Purpose::GenerativeAiTraining || !refused || known {
            return said.clone();
        }
        let text = match to {
            AnswerTo::Complaint => stays_refused(None, member),
            _ => goes_on(said.purpose, None, member, true),
        };
        Said { holds: None, text: format!("{text} {NOT_SHOWN}"), ..said.clone() }
    };
    said.iter().map(shown).collect()
}

impl Case {
    /// What the answer that is recorded by `step` says of each use; nothing of another step.
    pub fn said_with(&self, step: &CaseStep, after: &Afterwards) -> Vec<Said> {
        let to = if step.name == Step::RuledAgain { AnswerTo::Complaint } else { self.answer_to_objection() };
        said(self, &self.rulings_of(step), after, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::model::sample;
    use crate::time::UtcMillis;

    fn text(purpose: Purpose, holds: Option<Holds>, to: AnswerTo) -> String {
        match to {
            AnswerTo::Complaint => stays_refused(holds, true),
            _ => goes_on(purpose, holds, true, true),
        }
    }

    #[test]
    fn a_case_that_nobody_confirmed_has_paused_nothing() {
        let still = "We still use your data for this, as we did while we decided.";
        assert_eq!(goes_on(Purpose::Research, None, false, false), still);
        let ai = goes_on(Purpose::GenerativeAiTraining, None, false, false);
        assert!(ai.contains("unless") && !ai.contains("pause"), "{ai}");
    }

    #[test]
    fn the_pause_is_said_to_end_only_where_it_does() {
        let off = [Holds::Paused, Holds::OffForGood, Holds::OffOtherwise];
        for purpose in Purpose::ALL {
            for holds in off {
                let said = text(*purpose, Some(holds), AnswerTo::Objection);
                assert!(!said.contains("pause ends") && !said.contains("From today"), "{said}");
                assert!(said.contains("do not use your data"), "{said}");
            }
            let ends = text(*purpose, Some(Holds::Off), AnswerTo::Objection).contains("The pause ends today.");
            assert_eq!(ends, purpose.rests_while_decided(), "{purpose}");
        }
        let again = text(Purpose::Research, None, AnswerTo::Objection);
        assert_eq!(again, "The pause ends today. From today we use your data for this again.");
        assert!(text(Purpose::Research, Some(Holds::Differs), AnswerTo::Objection).contains("again, unless"));
        let stands = text(Purpose::Research, Some(Holds::Paused), AnswerTo::Complaint);
        assert!(stands.starts_with("We stand by our refusal. Another objection still pauses this"), "{stands}");
    }

    #[test]
    fn officers_read_what_other_cases_do_and_not_what_the_switch_says() {
        let case = sample(UtcMillis(0));
        let shown = |purpose, holds| {
            let rulings = [Ruling { purpose, outcome: Outcome::Refused, grounds: None }];
            let after = match holds {
                Holds::Paused => Afterwards::of_others(&[purpose], &[]),
                _ => Afterwards::unproved(),
            };
            let sent = said(&case, &rulings, &after, AnswerTo::Objection);
            (for_officers(&sent, AnswerTo::Objection, &rulings, true), sent)
        };
        let (officers, sent) = shown(Purpose::GenerativeAiTraining, Holds::Paused);
        assert_eq!(officers, sent, "another case pauses it, which they know");
        let (officers, sent) = shown(Purpose::GenerativeAiTraining, Holds::OffOtherwise);
        assert!(officers[0].text.ends_with(NOT_SHOWN) && officers[0].holds.is_none());
        assert!(!sent[0].text.contains(NOT_SHOWN));
        let (officers, sent) = shown(Purpose::Research, Holds::OffOtherwise);
        assert_eq!(officers, sent, "there is no switch");
    }
}
