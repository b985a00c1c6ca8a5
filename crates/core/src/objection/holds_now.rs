//! What holds today where the page of a case shows what held, and was said, on an earlier day.
//! Pure.

use super::given_back::Known;
use super::model::{Case, Said};
use super::said::is_unsure;
use crate::consent::afterwards::{Afterwards, Holds};
use crate::ledger::{EntryId, Outcome, Purpose, Step};
use crate::time::UtcMillis;

/// How an answer begins on its page: what follows is as it was sent.
pub fn as_we_wrote(at: UtcMillis) -> String {
    format!("As we wrote on {}:", at.day())
}

/// What holds today of what an answer `said`, a sentence for each use of which that is something
/// else than it says; nothing while the case itself is open again. `now` is what is known to the
/// reader of what holds without the case.
pub fn since_answered(case: &Case, said: &[Said], now: Known<'_>) -> Vec<String> {
    let refused = |said: &&Said| !case.is_open() && case.outcome_of(said.purpose) == Some(Outcome::Refused);
    said.iter().filter(refused).filter_map(|said| since(said.purpose, said.holds, now)).collect()
}

/// The same of uses that a withdrawal gave back, where `then` held at its day.
pub fn since_withdrawn(uses: &[Purpose], then: Known<'_>, now: Known<'_>) -> Vec<String> {
    uses.iter().filter_map(|purpose| since(*purpose, then.at(*purpose), now)).collect()
}

fn since(purpose: Purpose, then: Option<Holds>, now: Known<'_>) -> Option<String> {
    let holds = now.at(purpose);
    let said = match now {
        Known::Nothing => return None,
        Known::All(_) if holds == then || is_on(holds) && is_on(then) => return None,
        Known::All(_) => today(purpose, holds),
        Known::Others(_) => today_outside_accounts(then, holds)?,
    };
    Some(format!("{}: {said}", purpose.title()))
}

/// Whether nothing on record keeps it off.
const fn is_on(holds: Option<Holds>) -> bool {
    matches!(holds, None | Some(Holds::On))
}

fn today(purpose: Purpose, holds: Option<Holds>) -> &'static str {
    match holds {
        Some(Holds::Paused) => "Another objection pauses this today.",
        Some(Holds::OffForGood) => "This is off permanently today, because we upheld another objection to it.",
        Some(Holds::Off) => "This is off today, by your choice on your Data privacy page.",
        Some(Holds::OffOtherwise) => "This is off today for another reason, which your Data privacy page shows.",
        _ if is_unsure(purpose, holds) => {
            "No other objection keeps this off today. Your Data privacy page shows whether we use your data for it."
        }
        _ => "Nothing keeps this off today, so we use your data for it.",
    }
}

/// The same by what objections outside of accounts do. Of what an account holds nothing is told.
fn today_outside_accounts(then: Option<Holds>, holds: Option<Holds>) -> Option<&'static str> {
    let by_another = |holds| matches!(holds, Some(Holds::Paused | Holds::OffForGood));
    match holds {
        _ if holds == then => None,
        Some(Holds::Paused) => Some("Another objection pauses this today."),
        Some(Holds::OffForGood) => Some("This is off permanently today, because we upheld another objection to it."),
        _ if by_another(then) => Some(
            "No other objection outside an account keeps this off today, so we use your data for it, unless it is off for another reason.",
        ),
        _ => None,
    }
}

impl Case {
    /// What was decided about one of its uses.
    fn outcome_of(&self, purpose: Purpose) -> Option<Outcome> {
        self.purposes.iter().find(|asked| asked.purpose == purpose)?.outcome
    }

    /// Whether everything that it refuses is off permanently by now, because of another objection:
    /// then there is nothing left to complain about. `now` is what holds without it.
    pub fn refuses_in_vain(&self, now: Known<'_>) -> bool {
        let refused = || self.purposes.iter().filter(|asked| asked.outcome == Some(Outcome::Refused));
        refused().next().is_some() && refused().all(|asked| now.at(asked.purpose) == Some(Holds::OffForGood))
    }

    /// The entry of its newest answer, or of its withdrawal.
    pub fn end(&self) -> Option<EntryId> {
        let ends = |step: Step| step.rules() || step == Step::Withdrawn;
        self.steps.iter().rev().find(|done| ends(done.step)).map(|done| done.entry)
    }

    /// What it did outside of accounts when the entry `end` was recorded, or does now: what it
    /// paused, and what was upheld in it. Nothing before a code had confirmed its address, and
    /// nothing once it was in an account.
    fn did_outside_accounts(&self, end: Option<EntryId>) -> (Vec<Purpose>, Vec<Purpose>) {
        let done = || self.steps.iter().filter(move |done| end.is_none_or(|end| done.entry.instant() <= end.instant()));
        let has = |step| done().any(|done| done.step == step);
        if !has(Step::Verified) || has(Step::Linked) || end.is_none() && self.member.is_some() {
            return (Vec::new(), Vec::new());
        }
        let turns = |step| matches!(step, Step::Withdrawn | Step::MarkedDuplicate | Step::Reopened);
        let is_over = done().rev().find(|done| turns(done.step)).is_some_and(|done| done.step != Step::Reopened);
        let outcome = |purpose| {
            let rules = done().rev().find_map(|done| {
                Some((done.entry, done.rulings.iter().find(|ruling| ruling.purpose == purpose)?.outcome))
            });
            let reopened = done().rev().find(|done| done.step == Step::Reopened).map(|done| done.entry);
            rules.filter(|(at, outcome)| *outcome == Outcome::Upheld || reopened.is_none_or(|reopened| reopened < *at))
        };
        let all = || self.purposes.iter().map(|asked| asked.purpose);
        let rests = |purpose: &Purpose| !is_over && purpose.rests_while_decided() && outcome(*purpose).is_none();
        let upheld = |purpose: &Purpose| outcome(*purpose).is_some_and(|(_, outcome)| outcome == Outcome::Upheld);
        (all().filter(rests).collect(), all().filter(upheld).collect())
    }

    /// What `others`, which were confirmed under the same address, do outside of accounts, where
    /// this one pauses nothing any more: when the entry `end` was recorded, or now.
    pub fn held_by(&self, others: &[Self], end: Option<EntryId>) -> Afterwards {
        let others = others.iter().filter(|other| other.number != self.number);
        let (paused, upheld): (Vec<_>, Vec<_>) = others.map(|other| other.did_outside_accounts(end)).unzip();
        Afterwards::of_others(&paused.concat(), &upheld.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::case::{CaseState, Ruling};
    use crate::objection::model::{PastStep, sample};

    const RESEARCH: Purpose = Purpose::Research;

    fn refused() -> Case {
        let mut case = Case { state: CaseState::Refused, ..sample(UtcMillis(0)) };
        case.purposes[0].outcome = Some(Outcome::Refused);
        case
    }

    #[test]
    fn what_holds_today_is_said_where_it_is_something_else() {
        let paused = Afterwards::of_others(&[RESEARCH], &[]);
        let upheld = Afterwards::of_others(&[], &[RESEARCH]);
        let none = Afterwards::default();
        let said = |case: &Case, then: &Afterwards, now: &Afterwards| {
            let said = Said { purpose: RESEARCH, holds: then.at(RESEARCH), text: String::new() };
            since_answered(case, &[said], Known::All(now))
        };
        let case = refused();
        assert!(said(&case, &paused, &paused).is_empty() && said(&case, &none, &none).is_empty());
        let ended = ["Research: Nothing keeps this off today, so we use your data for it."];
        assert_eq!(said(&case, &paused, &none), ended);
        assert_eq!(said(&case, &none, &paused), ["Research: Another objection pauses this today."]);
        assert!(said(&case, &none, &upheld)[0].starts_with("Research: This is off permanently today"));
        assert_eq!(since_withdrawn(&[RESEARCH], Known::All(&paused), Known::All(&none)), ended);
        // It is upheld by a later answer, or decided anew: other parts of the page say so.
        let mut later = refused();
        later.purposes[0].outcome = Some(Outcome::Upheld);
        assert!(said(&later, &paused, &none).is_empty());
        assert!(said(&Case { state: CaseState::UnderReview, ..case }, &paused, &none).is_empty());
    }

    #[test]
    fn what_the_rules_may_keep_off_is_not_said_to_be_used() {
        let ai = since(Purpose::GenerativeAiTraining, Some(Holds::Paused), Known::All(&Afterwards::default()));
        assert!(ai.is_some_and(|said| !said.contains("so we use") && said.contains("shows whether")));
    }

    #[test]
    fn outside_an_account_what_holds_today_is_said_of_other_objections_alone() {
        let (paused, none) = (Afterwards::of_others(&[RESEARCH], &[]), Afterwards::default());
        let said = |then: &Afterwards, now: &Afterwards| {
            since_withdrawn(&[RESEARCH], Known::Others(then), Known::Others(now)).concat()
        };
        assert_eq!([said(&paused, &paused), said(&none, &none)], ["", ""]);
        assert_eq!(said(&none, &paused), "Research: Another objection pauses this today.");
        let ended = said(&paused, &none);
        assert!(ended.starts_with("Research: No other objection outside an account keeps this off today"), "{ended}");
        assert!(ended.ends_with("unless it is off for another reason."), "an account may hold something");
        // The letter knew of an account. Its page does not tell what holds there now.
        assert_eq!(since(RESEARCH, Some(Holds::OffOtherwise), Known::Others(&none)), None);
        assert_eq!(since_withdrawn(&[RESEARCH], Known::Nothing, Known::Nothing), [""; 0]);
    }

    #[test]
    fn what_another_objection_did_at_an_instant_is_read_from_its_steps() {
        let at = |at| crate::testing::entry_id(UtcMillis(at));
        let step = |step, day: i64| PastStep { step, entry: at(day), ..sample(UtcMillis(0)).steps[0].clone() };
        let (case, mut other) = (sample(UtcMillis(0)), sample(UtcMillis(0)));
        other.number = "OBJ-2".into();
        let held = |other: &Case, then: i64| case.held_by(std::slice::from_ref(other), Some(at(then))).at(RESEARCH);
        assert_eq!(held(&other, 99), None, "nobody has confirmed its address");
        other.steps.push(step(Step::Verified, 10));
        assert_eq!([5, 15].map(|then| held(&other, then)), [None, Some(Holds::Paused)]);
        let refused = Ruling { purpose: RESEARCH, outcome: Outcome::Refused, grounds: None };
        let ruled = |outcome, day| {
            let rulings = vec![Ruling { outcome, ..refused.clone() }];
            PastStep { rulings, ..step(Step::Decided, day) }
        };
        other.steps.push(ruled(Outcome::Refused, 20));
        other.steps.push(step(Step::Reopened, 30));
        assert_eq!([15, 25, 35].map(|then| held(&other, then)), [Some(Holds::Paused), None, Some(Holds::Paused)]);
        let mut upheld = other.clone();
        upheld.steps.push(ruled(Outcome::Upheld, 40));
        assert_eq!([35, 45].map(|then| held(&upheld, then)), [Some(Holds::Paused), Some(Holds::OffForGood)]);
        // In an account it is the account's to tell, and what it did before stays.
        let mut linked = other.clone();
        linked.member = Some("m".into());
        linked.steps.push(step(Step::Linked, 40));
        assert_eq!([35, 45].map(|then| held(&linked, then)), [Some(Holds::Paused), None]);
        other.steps.push(step(Step::Withdrawn, 40));
        assert_eq!([35, 45].map(|then| held(&other, then)), [Some(Holds::Paused), None]);
        assert_eq!(other.held_by(&[other.clone()], None), Afterwards::default(), "it is no other one");
    }

    #[test]
    fn nothing_is_left_to_complain_about_where_all_that_was_refused_is_off_permanently() {
        let upheld = Afterwards::of_others(&[], &[RESEARCH]);
        assert!(
            refused().refuses_in_vain(Known::All(&upheld))
                && !refused().refuses_in_vain(Known::All(&Afterwards::default()))
        );
        let mut two = refused();
        let more = super::super::model::AskedPurpose { purpose: Purpose::Inferences, ..two.purposes[0].clone() };
        two.purposes.push(more);
        assert!(!two.refuses_in_vain(Known::All(&upheld)), "the other one is refused still");
        assert!(!sample(UtcMillis(0)).refuses_in_vain(Known::All(&upheld)), "nothing was refused");
    }
}
