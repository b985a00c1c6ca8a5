//! What holds for each purpose in an account once a case about it has ended or is about to: its
//! pause ends, and something else may keep the purpose off all the same. Pure.

use super::because::Because;
use super::objections::Objections;
use super::standing::newest_choice;
use crate::ledger::{Choice, Entry, Purpose, Step};
use crate::string_enum;
use crate::time::UtcMillis;

/// Beyond every entry.
const EVER: UtcMillis = UtcMillis(i64::MAX);

string_enum! {
    /// What holds for one purpose by what stands on record.
    pub enum Holds {
        /// They turned it on.
        On = "on",
        /// They turned it off.
        Off = "off",
        /// Another case still pauses it.
        Paused = "paused",
        /// Another case was upheld.
        OffForGood = "off-for-good",
        /// It is off for another reason than the switch and than a case: a No that was carried
        /// here, or an address that nobody has confirmed. To a person without an account also for
        /// any reason that stands in an account, which is not for them to know.
        OffOtherwise = "off-otherwise",
        /// It is off in one of the accounts that the case reaches, and not in another.
        Differs = "differs",
    }
}

/// What holds for each purpose once a case is out of the way; nothing where that is left to the
/// rules, or is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Afterwards(Vec<(Purpose, Holds)>);

impl Afterwards {
    /// By the entries of one member, oldest first, where `case` pauses nothing there any more. The
    /// same before and after the entry that ends its pause.
    pub fn without(entries: &[Entry], case: &str) -> Self {
        Self(Purpose::ALL.iter().filter_map(|p| Some((*p, holds(entries, *p, case)?))).collect())
    }

    /// The same as it was when `case` got its newest answer, or was withdrawn.
    pub fn when_ended(entries: &[Entry], case: &str) -> Self {
        let ends = |e: &Entry| {
            let step = e.step.as_ref().filter(|_| e.case.as_deref() == Some(case));
            step.is_some_and(|step| step.name.rules() || step.name == Step::Withdrawn)
        };
        match entries.iter().rposition(ends) {
            Some(end) => Self::without(&entries[..=end], case),
            None => Self::default(),
        }
    }

    /// Of an account whose address is not proved: nothing is on there.
    pub fn unproved() -> Self {
        Self(Purpose::ALL.iter().map(|p| (*p, Holds::OffOtherwise)).collect())
    }

    /// Of an account of which nothing is to be told.
    pub fn not_told() -> Self {
        Self(Purpose::ALL.iter().map(|p| (*p, Holds::Differs)).collect())
    }

    /// Of other cases under the same address that no account knows of: what each of these still
    /// pauses, and what was upheld in it.
    pub fn of_others(paused: &[Purpose], upheld: &[Purpose]) -> Self {
        let all = Purpose::ALL.iter().copied();
        let holds = |p: &Purpose| match (upheld.contains(p), paused.contains(p)) {
            (true, _) => Some(Holds::OffForGood),
            (false, true) => Some(Holds::Paused),
            (false, false) => None,
        };
        Self(all.filter_map(|p| Some((p, holds(&p)?))).collect())
    }

    /// For somebody who may not be the account's owner: whether it is off there, and not why.
    #[must_use]
    pub fn without_reasons(self) -> Self {
        let vague = |(purpose, holds)| match holds {
            Holds::On => None,
            Holds::Differs => Some((purpose, Holds::Differs)),
            Holds::Off | Holds::Paused | Holds::OffForGood | Holds::OffOtherwise => {
                Some((purpose, Holds::OffOtherwise))
            }
        };
        Self(self.0.into_iter().filter_map(vague).collect())
    }

    /// What holds in all of these accounts together.
    pub fn together(all: &[Self]) -> Self {
        let of = |purpose: Purpose| {
            let first = all.first()?.at(purpose);
            if all.iter().all(|one| one.at(purpose) == first) {
                return first;
            }
            let off = |holds| !matches!(holds, None | Some(Holds::On | Holds::Differs));
            Some(if all.iter().all(|one| off(one.at(purpose))) { Holds::OffOtherwise } else { Holds::Differs })
        };
        Self(Purpose::ALL.iter().filter_map(|p| Some((*p, of(*p)?))).collect())
    }

    /// What holds by `first`, and where that says nothing, by this.
    #[must_use]
    pub fn under(self, first: Self) -> Self {
        let mut all = first;
        let rest = self.0.into_iter().filter(|(purpose, _)| all.at(*purpose).is_none()).collect::<Vec<_>>();
        all.0.extend(rest);
        all
    }

    /// What is known to hold for `purpose`; none where it is left to the rules.
    pub fn at(&self, purpose: Purpose) -> Option<Holds> {
        self.0.iter().find(|(p, _)| *p == purpose).map(|(_, holds)| *holds)
    }
}

fn holds(entries: &[Entry], purpose: Purpose, case: &str) -> Option<Holds> {
    match Objections::of(entries, purpose, EVER).without(case).because() {
        Some(Because::Upheld { .. }) => return Some(Holds::OffForGood),
        Some(_) => return Some(Holds::Paused),
        None => {}
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
    use crate::ledger::{Actor, CaseStep, Decided, Event, Outcome};
    use crate::testing::happened;

    const RESEARCH: Purpose = Purpose::Research;
    const CASE: &str = "OBJ-1";
    const OTHER: &str = "OBJ-2";

    fn step(case: &str, actor: Actor, step: CaseStep, at: i64) -> Entry {
        happened(actor, Event::Step { case: case.into(), step }, UtcMillis(at))
    }

    fn ruled(case: &str, name: Step, outcome: Outcome, at: i64) -> Entry {
        let outcomes = vec![Decided { purpose: RESEARCH, outcome, text: None }];
        step(case, Actor::System, CaseStep { outcomes, ..name.into() }, at)
    }

    fn filed(case: &str, at: i64) -> Entry {
        step(case, Actor::Member, CaseStep { purposes: vec![RESEARCH], ..Step::Filed.into() }, at)
    }

    fn chosen(choice: Choice, at: i64) -> Entry {
        let event = Event::Choice { purpose: RESEARCH, choice, rule: None, notice: None };
        happened(Actor::Member, event, UtcMillis(at))
    }

    fn research(entries: &[Entry], case: &str) -> Option<Holds> {
        Afterwards::without(entries, case).at(RESEARCH)
    }

    #[test]
    fn before_it_is_answered_and_afterwards_the_same_holds_without_it() {
        for outcome in [None, Some(Outcome::Refused)] {
            let end = outcome.map(|outcome| ruled(CASE, Step::Decided, outcome, 9));
            let with = |more: Vec<Entry>| [vec![filed(CASE, 2)], more, Vec::from_iter(end.clone())].concat();
            assert_eq!(research(&with(Vec::new()), CASE), None, "left to the rules");
            assert_eq!(research(&with(vec![chosen(Choice::Allowed, 3)]), CASE), Some(Holds::On));
            assert_eq!(research(&with(vec![chosen(Choice::Denied, 3)]), CASE), Some(Holds::Off));
            assert_eq!(research(&with(vec![filed(OTHER, 3)]), CASE), Some(Holds::Paused));
            let upheld = vec![filed(OTHER, 3), ruled(OTHER, Step::Decided, Outcome::Upheld, 4)];
            assert_eq!(research(&with(upheld), CASE), Some(Holds::OffForGood));
            let over = vec![filed(OTHER, 3), step(OTHER, Actor::Member, Step::Withdrawn.into(), 4)];
            assert_eq!(research(&with(over), CASE), None, "the other one is withdrawn");
        }
    }

    #[test]
    fn what_it_said_when_it_ended_stays_whatever_comes() {
        let mut entries = vec![filed(CASE, 1), filed(OTHER, 2), ruled(CASE, Step::Decided, Outcome::Refused, 3)];
        let then = |entries: &[Entry], case| Afterwards::when_ended(entries, case).at(RESEARCH);
        assert_eq!(then(&entries, CASE), Some(Holds::Paused));
        assert_eq!(then(&entries, OTHER), None, "it has not ended");
        entries.push(step(OTHER, Actor::Member, Step::Withdrawn.into(), 4));
        entries.push(chosen(Choice::Denied, 5));
        assert_eq!(then(&entries, CASE), Some(Holds::Paused));
        assert_eq!(then(&entries, OTHER), None, "it was withdrawn, and nothing keeps it off");
        entries.push(ruled(CASE, Step::RuledAgain, Outcome::Refused, 6));
        assert_eq!(then(&entries, CASE), Some(Holds::Off), "the newest answer counts");
    }

    #[test]
    fn of_several_accounts_only_what_holds_in_all_is_said() {
        let of = |holds| Afterwards(vec![(RESEARCH, holds)]);
        let left = Afterwards::default();
        let at = |all: &[Afterwards]| Afterwards::together(all).at(RESEARCH);
        assert_eq!(at(&[]), None);
        assert_eq!(at(&[of(Holds::Paused)]), Some(Holds::Paused));
        assert_eq!(at(&[of(Holds::Paused), of(Holds::Off)]), Some(Holds::OffOtherwise));
        assert_eq!(at(&[of(Holds::Paused), left.clone()]), Some(Holds::Differs));
        assert_eq!(at(&[of(Holds::On), of(Holds::Off)]), Some(Holds::Differs));
        assert_eq!(of(Holds::Off).without_reasons().at(RESEARCH), Some(Holds::OffOtherwise));
        assert_eq!(of(Holds::On).without_reasons(), left);
        let others = Afterwards::of_others(&[RESEARCH], &[Purpose::Inferences]);
        assert_eq!(of(Holds::OffOtherwise).under(others.clone()).at(RESEARCH), Some(Holds::Paused));
        assert_eq!(left.under(others).at(Purpose::Inferences), Some(Holds::OffForGood));
    }
}
