//! What somebody was promised, at the time it was said: a due date may have moved since. Pure.

use super::model::{Case, PastStep};
use crate::consent::wording::Voice;
use crate::ledger::Step;
use crate::time::UtcMillis;

impl Case {
    /// When the answer was due as of this step, as the person was told with it.
    pub fn due_as_of(&self, done: &PastStep) -> UtcMillis {
        let sets =
            |step| matches!(step, Step::Filed | Step::Recorded | Step::Extended | Step::Rescheduled | Step::Reopened);
        let until = self.steps.iter().position(|known| known.entry == done.entry).map_or(0, |at| at.saturating_add(1));
        let said = self.steps.iter().take(until).rev().find_map(|known| known.due.filter(|_| sets(known.step)));
        said.unwrap_or(self.first_due)
    }

    /// When its newest step was made.
    pub(super) fn newest_step(&self) -> UtcMillis {
        self.steps.last().map_or(self.received, |done| done.at)
    }

    /// Whether our clock was wrong when it came in, so that the time on record is not believed.
    pub fn came_at_a_wrong_time(&self) -> bool {
        self.steps.iter().any(|done| done.step == Step::Rescheduled)
    }
}

/// By when the answer is due, in a sentence; once that is over, that we are late.
pub fn answer_due(by: UtcMillis, now: UtcMillis, voice: Voice) -> String {
    let day = by.day();
    match voice {
        _ if now <= by => format!("Answer due by {day}."),
        Voice::Member => format!("Our answer was due by {day}. We are late, and we are sorry."),
        Voice::Staff => format!("The answer has been overdue since {day}."),
    }
}

/// Stands beside the time of a case that came in while our clock was wrong.
pub const CLOCK_WAS_WRONG: &str = "Our clock was wrong when this was recorded.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Actor;
    use crate::objection::model::sample;
    use crate::objection::wording;

    #[test]
    fn what_was_promised_stays_as_it_was_said_when_the_due_date_moves() {
        let day = |text: &str| UtcMillis::from_date(text).unwrap();
        let mut case = sample(day("2027-01-27"));
        let step = |step, due: Option<&str>, nth: i64| PastStep {
            entry: crate::testing::entry_id(UtcMillis(nth)),
            step,
            actor: Actor::System,
            at: day("2027-01-27"),
            due: due.map(day),
            text: None,
            officer: None,
            rulings: Vec::new(),
            said: Vec::new(),
            sent: None,
            record: None,
        };
        case.steps = vec![
            step(Step::Filed, Some("2027-02-27"), 1),
            step(Step::Acknowledged, None, 2),
            step(Step::Rescheduled, Some("2026-12-28"), 3),
        ];
        case.first_due = day("2026-12-28");
        assert_eq!(case.due_as_of(&case.steps[1]), day("2027-02-27"));
        assert_eq!(case.due_as_of(&case.steps[2]), day("2026-12-28"));
        assert_eq!(wording::step(&case.steps[1], &case), "We acknowledged it and will answer by 27 February 2027");
        assert!(case.came_at_a_wrong_time());
    }

    #[test]
    fn an_answer_is_due_until_its_day_is_over() {
        let by = UtcMillis::from_date("2027-01-27").unwrap();
        assert_eq!(answer_due(by, by, Voice::Member), "Answer due by 27 January 2027.");
        let late = |voice| answer_due(by, UtcMillis(by.0 + 1), voice);
        assert_eq!(late(Voice::Member), "Our answer was due by 27 January 2027. We are late, and we are sorry.");
        assert_eq!(late(Voice::Staff), "The answer has been overdue since 27 January 2027.");
    }

    #[test]
    fn what_is_recorded_late_promises_nothing_of_the_past() {
        let now = UtcMillis(1_800_000_000_000);
        let mut case = sample(now);
        let due = UtcMillis(now.0 - UtcMillis::DAY);
        case.first_due = due;
        let acknowledged = PastStep { step: Step::Acknowledged, at: now, ..case.steps[0].clone() };
        let complained = PastStep { step: Step::Complained, due: Some(due), ..acknowledged.clone() };
        let day = due.day();
        for (done, person, officers) in [
            (
                acknowledged,
                format!("We acknowledged it. Our answer was due by {day}. We are late, and we are sorry"),
                format!("Acknowledged, answer was due by {day}"),
            ),
            (
                complained,
                format!("You complained about the answer. Our answer was due by {day}. We are late, and we are sorry"),
                format!("The person complained, answer was due by {day}"),
            ),
        ] {
            assert_eq!(wording::step(&done, &case), person);
            assert_eq!(wording::step_for_officers(&done, &case), officers);
        }
    }
}
