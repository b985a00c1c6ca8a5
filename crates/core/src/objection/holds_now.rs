//! What holds today where the page of a case shows what held, and was said, on an earlier day.
//! Pure.

use super::model::{Case, Said};
use super::said::is_unsure;
use crate::consent::afterwards::{Afterwards, Holds};
use crate::ledger::{Outcome, Purpose};
use crate::time::UtcMillis;

/// How an answer begins on its page: what follows is as it was sent.
pub fn as_we_wrote(at: UtcMillis) -> String {
    format!("As we wrote on {}:", at.day())
}

/// What holds today of what an answer `said`, a sentence for each use of which that is something
/// else than it says; nothing while the case itself is open again. `now` is what holds without the
/// case.
pub fn since_answered(case: &Case, said: &[Said], now: &Afterwards) -> Vec<String> {
    let refused = |said: &&Said| !case.is_open() && case.outcome_of(said.purpose) == Some(Outcome::Refused);
    said.iter().filter(refused).filter_map(|said| since(said.purpose, said.holds, now)).collect()
}

/// The same of uses that a withdrawal gave back, where `then` held at its day.
pub fn since_withdrawn(uses: &[Purpose], then: &Afterwards, now: &Afterwards) -> Vec<String> {
    uses.iter().filter_map(|purpose| since(*purpose, then.at(*purpose), now)).collect()
}

fn since(purpose: Purpose, then: Option<Holds>, now: &Afterwards) -> Option<String> {
    let holds = now.at(purpose);
    if holds == then || is_on(holds) && is_on(then) {
        return None;
    }
    Some(format!("{}: {}", purpose.title(), today(purpose, holds)))
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

impl Case {
    /// What was decided about one of its uses.
    fn outcome_of(&self, purpose: Purpose) -> Option<Outcome> {
        self.purposes.iter().find(|asked| asked.purpose == purpose)?.outcome
    }

    /// Whether everything that it refuses is off permanently by now, because of another objection:
    /// then there is nothing left to complain about. `now` is what holds without it.
    pub fn refuses_in_vain(&self, now: &Afterwards) -> bool {
        let refused = || self.purposes.iter().filter(|asked| asked.outcome == Some(Outcome::Refused));
        refused().next().is_some() && refused().all(|asked| now.at(asked.purpose) == Some(Holds::OffForGood))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::case::CaseState;
    use crate::objection::model::sample;

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
            since_answered(case, &[said], now)
        };
        let case = refused();
        assert!(said(&case, &paused, &paused).is_empty() && said(&case, &none, &none).is_empty());
        let ended = ["Research: Nothing keeps this off today, so we use your data for it."];
        assert_eq!(said(&case, &paused, &none), ended);
        assert_eq!(said(&case, &none, &paused), ["Research: Another objection pauses this today."]);
        assert!(said(&case, &none, &upheld)[0].starts_with("Research: This is off permanently today"));
        assert_eq!(since_withdrawn(&[RESEARCH], &paused, &none), ended);
        // It is upheld by a later answer, or decided anew: other parts of the page say so.
        let mut later = refused();
        later.purposes[0].outcome = Some(Outcome::Upheld);
        assert!(said(&later, &paused, &none).is_empty());
        assert!(said(&Case { state: CaseState::UnderReview, ..case }, &paused, &none).is_empty());
    }

    #[test]
    fn what_the_rules_may_keep_off_is_not_said_to_be_used() {
        let ai = since(Purpose::GenerativeAiTraining, Some(Holds::Paused), &Afterwards::default());
        assert!(ai.is_some_and(|said| !said.contains("so we use") && said.contains("shows whether")));
    }

    #[test]
    fn nothing_is_left_to_complain_about_where_all_that_was_refused_is_off_permanently() {
        let upheld = Afterwards::of_others(&[], &[RESEARCH]);
        assert!(refused().refuses_in_vain(&upheld) && !refused().refuses_in_vain(&Afterwards::default()));
        let mut two = refused();
        let more = super::super::model::AskedPurpose { purpose: Purpose::Inferences, ..two.purposes[0].clone() };
        two.purposes.push(more);
        assert!(!two.refuses_in_vain(&upheld), "the other one is refused still");
        assert!(!sample(UtcMillis(0)).refuses_in_vain(&upheld), "nothing was refused");
    }
}
