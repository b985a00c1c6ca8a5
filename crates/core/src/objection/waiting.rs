//! What the Data privacy tab says of a member's cases beside those that wait for their answer: what
//! was won, a question that waits for a reply, a complaint that waits for its answer. Pure. Each is
//! a sentence around the number of its case, which is a link.

use super::already_off::AlreadyOff;
use super::letters::list;
use super::model::Case;
use super::promised::answer_due;
use super::question::Stands;
use super::wording::verb;
use crate::consent::wording::Voice;
use crate::ledger::Purpose;
use crate::time::UtcMillis;

/// A sentence with the number of a case in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What stands before the number.
    pub before: String,
    /// The number of the case.
    pub case: String,
    /// What stands behind it.
    pub after: String,
}

/// Which of the other uses are off permanently, or were at a past instant (`then`): a sentence for
/// each case that was upheld. The switch has its own card, which says so.
pub fn off_permanently(off: &[AlreadyOff], then: bool) -> Vec<About> {
    let mut cases: Vec<&str> = Vec::new();
    for one in off.iter().filter(|off| off.purpose != Purpose::GenerativeAiTraining) {
        if !cases.contains(&&*one.case) {
            cases.push(&one.case);
        }
    }
    let of = |case: &str| -> Vec<Purpose> {
        let others = off.iter().filter(|off| off.purpose != Purpose::GenerativeAiTraining);
        others.filter(|off| off.case == case).map(|off| off.purpose).collect()
    };
    let said = |case: &str| {
        let uses = of(case);
        About {
            before: format!("{} {} off permanently, because we upheld objection ", list(&uses), verb(uses.len(), then)),
            case: case.to_owned(),
            after: ".".into(),
        }
    };
    cases.into_iter().map(said).collect()
}

/// That a question waits for a reply; `None` where none does.
pub fn question(case: &Case, voice: Voice) -> Option<About> {
    let question = case.question().filter(|question| question.stands == Stands::Open)?;
    let asked = question.asked.at.day();
    Some(About {
        before: voice.either("We asked you a question about objection ", "We asked a question about objection ").into(),
        case: case.number.clone(),
        after: format!(" on {asked}.{}", voice.either(" You don't have to reply.", " The member has not replied yet.")),
    })
}

/// That a complaint waits for its answer, and by when; `None` where none does.
pub fn complaint(case: &Case, voice: Voice, now: UtcMillis) -> Option<About> {
    let due = case.complaint_due.filter(|_| case.has_complaint())?;
    let before = voice.either("We have your complaint about objection ", "We have a complaint about objection ");
    Some(About {
        before: before.into(),
        case: case.number.clone(),
        after: format!(". {}", answer_due(due, now, voice)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Actor, Outcome, Step};
    use crate::objection::case::{CaseState, Ruling};
    use crate::objection::model::{PastStep, sample};
    use crate::objection::steps::as_of;

    fn whole(about: &About) -> String {
        format!("{}{}{}", about.before, about.case, about.after)
    }

    #[test]
    fn what_was_won_is_said_once_for_each_case_and_without_the_switch() {
        let off = |purpose, case: &str| AlreadyOff { purpose, case: case.into() };
        let all = [
            off(Purpose::GenerativeAiTraining, "OBJ-1"),
            off(Purpose::Advertising, "OBJ-1"),
            off(Purpose::Research, "OBJ-2"),
            off(Purpose::Inferences, "OBJ-1"),
        ];
        let said: Vec<String> = off_permanently(&all, false).iter().map(whole).collect();
        assert_eq!(
            said,
            [
                "Advertising and Inferences about you are off permanently, because we upheld objection OBJ-1.",
                "Research is off permanently, because we upheld objection OBJ-2.",
            ]
        );
        assert!(off_permanently(&all[2..3], true)[0].before.starts_with("Research was off permanently"));
        assert_eq!(off_permanently(&all[..1], false), []);
    }

    #[test]
    fn a_complaint_and_a_question_are_told_while_they_wait() {
        let case = sample(UtcMillis(0));
        assert_eq!((question(&case, Voice::Member), complaint(&case, Voice::Member, UtcMillis(0))), (None, None));
        let mut asked = case.clone();
        asked.steps.push(PastStep { step: Step::Asked, actor: Actor::PrivacyOfficer, ..case.steps[0].clone() });
        let said = question(&asked, Voice::Member).map(|about| whole(&about)).unwrap_or_default();
        assert_eq!(
            said,
            "We asked you a question about objection OBJ-00000000 on 1 January 1970. You don't have to reply."
        );
        let mut refused = Case { state: CaseState::Refused, complaint_due: Some(UtcMillis(0)), ..case };
        refused.purposes[0].outcome = Some(Outcome::Refused);
        let said = complaint(&refused, Voice::Staff, UtcMillis(0)).map(|about| whole(&about)).unwrap_or_default();
        assert_eq!(said, "We have a complaint about objection OBJ-00000000. Answer due by 1 January 1970.");
        refused.complaint_answered = Some(UtcMillis(1));
        assert_eq!(complaint(&refused, Voice::Staff, UtcMillis(1)), None);
    }

    #[test]
    fn at_a_past_instant_no_later_complaint_waits() {
        let first = sample(UtcMillis(0)).steps[0].clone();
        let step =
            |step, actor, at, due, rulings| PastStep { step, actor, at: UtcMillis(at), due, rulings, ..first.clone() };
        let refused = Ruling { purpose: Purpose::Research, outcome: Outcome::Refused, grounds: Some("…".into()) };
        let due = Some(UtcMillis(90));
        let steps = vec![
            step(Step::Filed, Actor::Member, 0, None, Vec::new()),
            step(Step::Decided, Actor::PrivacyOfficer, 10, None, vec![refused]),
            step(Step::Complained, Actor::Member, 20, due, Vec::new()),
            step(Step::ComplaintAnswered, Actor::PrivacyOfficer, 30, None, Vec::new()),
        ];
        let (complaint_due, complaint_answered) = (due, Some(UtcMillis(30)));
        let state = CaseState::Refused;
        let case = Case { state, complaint_due, complaint_answered, steps, ..sample(UtcMillis(0)) };
        let waits =
            |at| as_of(&case, UtcMillis(at)).map(|then| complaint(&then, Voice::Staff, UtcMillis(at)).is_some());
        assert_eq!([waits(15), waits(25), waits(35)], [Some(false), Some(true), Some(false)]);
    }
}
