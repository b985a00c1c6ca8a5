//! Uses that are off permanently in somebody's history, because an objection was upheld: what there
//! is to say where they are objected to again. Pure.

use super::form::Filing;
pub use super::model::AlreadyOff;
use super::model::Case;
use crate::consent::because::Because;
use crate::consent::objections::Objections;
use crate::ledger::{Entry, Purpose};
use crate::time::UtcMillis;

/// What is off permanently at `at` by the entries of one member, oldest first. It is the first rule
/// of [standing](crate::consent::standing), so nothing turns it on again.
pub fn already_off(entries: &[Entry], at: UtcMillis) -> Vec<AlreadyOff> {
    let upheld = |purpose: &Purpose| match Objections::of(entries, *purpose, at).because()? {
        Because::Upheld { case, .. } => Some(AlreadyOff { purpose: *purpose, case }),
        _ => None,
    };
    Purpose::ALL.iter().filter_map(upheld).collect()
}

/// What of `filing` is off permanently.
pub fn objected_in_vain(filing: &Filing, off: &[AlreadyOff]) -> Vec<AlreadyOff> {
    off.iter().filter(|off| filing.purposes.contains(&off.purpose)).cloned().collect()
}

/// Why an objection to these was not filed, at the uses to choose from.
pub fn why_not_filed(off: &[AlreadyOff]) -> String {
    let mut said: Vec<String> = off.iter().map(|off| format!("{}.", off.sentence())).collect();
    said.push("You don't need to object to this again. Please object only to other uses.".to_owned());
    said.join(" ")
}

impl AlreadyOff {
    /// That it is off, and by which objection; without the full stop.
    fn sentence(&self) -> String {
        format!("{} is already off permanently, because of {}", self.purpose.title(), self.case)
    }
}

impl Case {
    /// Takes in what is off permanently in the history that it stands in, by other objections: that
    /// is not paused by this one.
    #[must_use]
    pub fn knowing(self, off: &[AlreadyOff]) -> Self {
        let of_others = off.iter().filter(|off| off.case != self.number);
        let asked = |off: &&AlreadyOff| self.purposes.iter().any(|asked| asked.purpose == off.purpose);
        let already_off = of_others.filter(asked).cloned().collect();
        Self { already_off, ..self }
    }

    /// What it still has to decide although it is off permanently by then.
    pub(super) fn pending_in_vain(&self) -> Vec<&AlreadyOff> {
        let pending = self.pending();
        self.already_off.iter().filter(|off| pending.contains(&off.purpose)).collect()
    }

    /// That, in sentences; empty where there is nothing.
    pub(super) fn said_already_off(&self) -> String {
        let said: Vec<String> = self.pending_in_vain().iter().map(|off| format!("{}.", off.sentence())).collect();
        said.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::afterwards::Afterwards;
    use crate::ledger::{Actor, CaseStep, Decided, Event, Outcome, Step};
    use crate::objection::given_back::Known;
    use crate::objection::letters::meanwhile;
    use crate::objection::model::{AskedPurpose, sample};
    use crate::objection::wording::withdrawing;
    use crate::testing::happened;

    const RESEARCH: Purpose = Purpose::Research;

    fn off(purpose: Purpose, case: &str) -> AlreadyOff {
        AlreadyOff { purpose, case: case.into() }
    }

    fn ruled(case: &str, outcome: Outcome, at: i64) -> Entry {
        let step =
            CaseStep { outcomes: vec![Decided { purpose: RESEARCH, outcome, text: None }], ..Step::Decided.into() };
        happened(Actor::PrivacyOfficer, Event::Step { case: case.into(), step }, UtcMillis(at))
    }

    fn filed(case: &str, at: i64) -> Entry {
        let step = CaseStep { purposes: vec![RESEARCH], ..Step::Filed.into() };
        happened(Actor::Member, Event::Step { case: case.into(), step }, UtcMillis(at))
    }

    #[test]
    fn what_was_upheld_is_off_from_then_on_and_names_its_first_case() {
        let entries = [
            filed("OBJ-1", 1),
            ruled("OBJ-1", Outcome::Upheld, 5),
            filed("OBJ-2", 6),
            ruled("OBJ-2", Outcome::Upheld, 7),
        ];
        assert_eq!(already_off(&entries, UtcMillis(4)), [], "paused, and not off for good");
        assert_eq!(already_off(&entries, UtcMillis(9)), [off(RESEARCH, "OBJ-1")]);
        let refused = [filed("OBJ-1", 1), ruled("OBJ-1", Outcome::Refused, 5)];
        assert_eq!(already_off(&refused, UtcMillis(9)), []);
    }

    #[test]
    fn what_is_off_permanently_is_not_paused_by_another_case() {
        let asked = |purpose| AskedPurpose { purpose, outcome: None, grounds: None, proposed: None };
        let purposes = vec![asked(Purpose::Personalisation), asked(RESEARCH)];
        let case = Case { purposes, member: Some("m".into()), ..sample(UtcMillis(0)) };
        assert_eq!(meanwhile(&case), "Paused while we decide: Personalisation and Research.");
        let case = case.knowing(&[off(RESEARCH, "OBJ-1"), off(Purpose::Advertising, "OBJ-2")]);
        assert_eq!(case.paused(), [Purpose::Personalisation]);
        assert_eq!(
            meanwhile(&case),
            "Paused while we decide: Personalisation. Research is already off permanently, because of OBJ-1."
        );
        let after = Afterwards::of_others(&[], &[RESEARCH]);
        let said = withdrawing(&case, Known::All(&after));
        assert!(said.contains(&"The pause of Personalisation ends at once.".to_owned()), "{said:?}");
        let still = "This is off permanently, because we upheld another objection to it: Research.";
        assert!(said.contains(&still.to_owned()), "{said:?}");
        let alone = Case { purposes: vec![asked(RESEARCH)], ..case };
        assert_eq!(meanwhile(&alone), "Research is already off permanently, because of OBJ-1.");
        assert!(withdrawing(&alone, Known::All(&after))[0].starts_with("It pauses nothing at the moment"));
        let own = alone.knowing(&[off(RESEARCH, "OBJ-00000000")]);
        assert_eq!(own.already_off, [], "what it upheld itself is told as that");
    }

    #[test]
    fn why_it_was_not_filed_names_each_use_and_its_case() {
        assert_eq!(
            why_not_filed(&[off(RESEARCH, "OBJ-1"), off(Purpose::Advertising, "OBJ-2")]),
            "Research is already off permanently, because of OBJ-1. \
             Advertising is already off permanently, because of OBJ-2. \
             You don't need to object to this again. Please object only to other uses."
        );
    }
}
