//! What an officer is told before a case is reopened. Pure.

use super::case::CaseState;
use super::letters::meanwhile;
use super::model::Case;
use crate::ledger::Outcome;

/// What reopening does: for what was refused, by what would then be paused.
pub fn before_reopening(case: &Case) -> String {
    if case.duplicate_of.is_some() {
        return "It was merged by mistake. It then counts by itself again, and keeps its due date. We write to the person."
            .into();
    }
    let mut then = Case { state: CaseState::Acknowledged, ..case.clone() };
    for asked in then.purposes.iter_mut().filter(|asked| asked.outcome == Some(Outcome::Refused)) {
        asked.outcome = None;
    }
    let pending = then.undecided().len();
    let (paused, meanwhile) = (then.paused().len(), meanwhile(&then));
    let begins = if pending == paused && !then.is_unconfirmed() {
        "What was refused is pending and paused again, with a new due date.".to_owned()
    } else {
        format!("What was refused is pending again, with a new due date. {meanwhile}")
    };
    let upheld = if then.upheld().is_empty() { "" } else { " What was upheld stays upheld." };
    format!("{begins}{upheld} Whoever wrote or agreed to a refusal cannot write another. We write to the person.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Purpose;
    use crate::objection::model::{AskedPurpose, sample};
    use crate::time::UtcMillis;

    fn refused(purposes: &[Purpose]) -> Case {
        let asked = |purpose: &Purpose| AskedPurpose {
            purpose: *purpose,
            outcome: Some(Outcome::Refused),
            grounds: None,
            proposed: None,
        };
        let purposes = purposes.iter().map(asked).collect();
        Case { state: CaseState::Refused, member: Some("m".into()), purposes, ..sample(UtcMillis(0)) }
    }

    #[test]
    fn no_pause_is_promised_that_does_not_come() {
        let said = |purposes: &[Purpose]| before_reopening(&refused(purposes));
        assert!(said(&[Purpose::Research]).starts_with("What was refused is pending and paused again, with a new"));
        let safety = said(&[Purpose::ModerationSafety]);
        let not = "What was refused is pending again, with a new due date. Moderation and safety is not paused,";
        assert!(safety.starts_with(not) && !safety.contains("paused again"), "{safety}");
        assert!(!safety.contains("upheld"), "nothing was");
        let both = said(&[Purpose::Research, Purpose::ModerationSafety]);
        assert!(both.contains("Paused while we decide: Research. Moderation and safety is not paused"), "{both}");
    }

    #[test]
    fn before_its_address_is_confirmed_a_case_pauses_nothing() {
        let mut case = Case { member: None, ..refused(&[Purpose::Research]) };
        case.steps[0].step = crate::ledger::Step::Recorded;
        case.steps[0].record = Some(crate::objection::record::Record::by_letter(UtcMillis(0)));
        let said = before_reopening(&case);
        assert!(!said.contains("paused again") && said.starts_with("What was refused is pending again"), "{said}");
    }
}
