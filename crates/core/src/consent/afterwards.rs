//! What a member's own record says of a purpose once a case about it is decided: the pause has
//! ended, and something else may keep the purpose off all the same. Pure.

use super::objections::Objections;
use super::standing::newest_choice;
use crate::ledger::{Choice, Entry, Purpose};
use crate::time::UtcMillis;

/// Beyond every entry.
const EVER: UtcMillis = UtcMillis(i64::MAX);

/// What holds for one purpose by what stands on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// They turned it on.
    On,
    /// They turned it off.
    Off,
    /// It is off for another reason than the switch: another case, or a No that was carried here.
    OffOtherwise,
}

/// What holds for each purpose once a case is decided. Empty where that is not known, or is not for
/// the reader to know: an officer who previews an answer has not looked at the member's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Afterwards(Vec<(Purpose, Holds)>);

impl Afterwards {
    /// By the entries of one member, oldest first, up to the decision of `case`.
    pub fn of(entries: &[Entry], case: &str) -> Self {
        let decides = |e: &Entry| e.case.as_deref() == Some(case) && e.step.as_ref().is_some_and(|s| s.name.rules());
        let Some(decision) = entries.iter().rposition(decides) else { return Self::default() };
        let until = &entries[..=decision];
        Self(Purpose::ALL.iter().filter_map(|p| Some((*p, holds(until, *p)?))).collect())
    }

    /// Of an account whose address is not proved: nothing is on there.
    pub fn unproved() -> Self {
        Self(Purpose::ALL.iter().map(|p| (*p, Holds::OffOtherwise)).collect())
    }

    /// What is known to hold for `purpose`; none where it is left to the rules.
    pub fn at(&self, purpose: Purpose) -> Option<Holds> {
        self.0.iter().find(|(p, _)| *p == purpose).map(|(_, holds)| *holds)
    }
}

fn holds(entries: &[Entry], purpose: Purpose) -> Option<Holds> {
    if Objections::of(entries, purpose, EVER).because().is_some() {
        return Some(Holds::OffOtherwise);
    }
    let (choice, entry) = newest_choice(entries, purpose, EVER)?;
    Some(match choice {
        Choice::Allowed => Holds::On,
        Choice::Denied if entry.is_carried() => Holds::OffOtherwise,
        Choice::Denied => Holds::Off,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Actor, CaseStep, Decided, Event, Outcome, Step};
    use crate::testing::happened;

    const RESEARCH: Purpose = Purpose::Research;
    const CASE: &str = "OBJ-1";

    fn step(actor: Actor, step: CaseStep, at: i64) -> Entry {
        happened(actor, Event::Step { case: CASE.into(), step }, UtcMillis(at))
    }

    fn ruled(name: Step, purpose: Purpose, outcome: Outcome, at: i64) -> Entry {
        step(Actor::System, CaseStep { outcomes: vec![Decided { purpose, outcome, text: None }], ..name.into() }, at)
    }

    fn filed() -> Vec<Entry> {
        let about = CaseStep { purposes: vec![Purpose::Advertising, RESEARCH], ..Step::Filed.into() };
        let on = Event::Choice { purpose: RESEARCH, choice: Choice::Allowed, rule: None, notice: None };
        vec![happened(Actor::Member, on, UtcMillis(1)), step(Actor::Member, about, 2)]
    }

    #[test]
    fn what_waits_while_the_rest_is_upheld_by_rule_is_off() {
        let mut entries = filed();
        entries.push(ruled(Step::UpheldByRule, Purpose::Advertising, Outcome::Upheld, 3));
        let after = Afterwards::of(&entries, CASE);
        assert_eq!(after.at(Purpose::Advertising), Some(Holds::OffOtherwise));
        assert_eq!(after.at(RESEARCH), Some(Holds::OffOtherwise), "it is paused");
    }

    #[test]
    fn the_newest_ruling_counts_whatever_was_upheld_by_rule() {
        let mut entries = filed();
        entries.push(ruled(Step::UpheldByRule, Purpose::Advertising, Outcome::Upheld, 3));
        entries.push(ruled(Step::Decided, RESEARCH, Outcome::Refused, 4));
        let after = Afterwards::of(&entries, CASE);
        assert_eq!(after.at(RESEARCH), Some(Holds::On));
        assert_eq!(after.at(Purpose::Advertising), Some(Holds::OffOtherwise), "what is upheld stays off");
        entries.push(ruled(Step::RuledAgain, RESEARCH, Outcome::Upheld, 5));
        assert_eq!(Afterwards::of(&entries, CASE).at(RESEARCH), Some(Holds::OffOtherwise));
    }

    #[test]
    fn nothing_is_known_of_a_case_that_nobody_has_ruled_on() {
        assert_eq!(Afterwards::of(&filed(), CASE), Afterwards::default());
    }
}
