//! How long the links of our letters open a case, for a person without an account. Pure.

use super::case::CaseState;
use super::model::Case;
use crate::time::UtcMillis;

/// A link holds so long whatever became of the case: whoever has a new one sent can use it.
pub const FRESH: i64 = 30 * UtcMillis::DAY;
/// So long while the case waits for its answer.
pub const UNANSWERED: i64 = 180 * UtcMillis::DAY;
/// So long after the answer: the time in which one complains. No law sets an end to complaining to
/// us, and authorities ask that one does so within three months (ICO).
pub const ANSWERED: i64 = 90 * UtcMillis::DAY;

/// Whether a link that was made at `made` opens `case` at `now`.
pub fn holds(made: UtcMillis, case: &Case, now: UtcMillis) -> bool {
    made.lasts(FRESH, now)
        || match answered(case) {
            None => made.lasts(UNANSWERED, now),
            Some(at) => at.lasts(ANSWERED, now) && made.lasts(i64::MAX, now),
        }
}

/// When the newest answer was given, where nothing waits for one.
fn answered(case: &Case) -> Option<UtcMillis> {
    if case.has_complaint() {
        return None;
    }
    match case.state {
        CaseState::Withdrawn => case.steps.last().map(|step| step.at),
        _ => case.decided.max(case.complaint_answered),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::model::sample;

    const DAY: i64 = UtcMillis::DAY;
    const MADE: UtcMillis = UtcMillis(1_795_459_000_000);

    fn later(days: i64) -> UtcMillis {
        UtcMillis(MADE.0 + days * DAY)
    }

    #[test]
    fn a_link_ends_with_the_time_to_complain() {
        let mut case = sample(MADE);
        let until = |case: &Case, days: i64| {
            assert!(holds(MADE, case, UtcMillis(later(days).0 - 1)), "{days}");
            assert!(!holds(MADE, case, later(days)), "{days}");
        };
        until(&case, 180);
        case.decided = Some(later(20));
        until(&case, 110);
        case.complaint_due = Some(later(60));
        until(&case, 180);
        case.complaint_answered = Some(later(50));
        until(&case, 140);
        // Decided at once: it holds for a month anyway, as every new one does.
        case.complaint_answered = Some(UtcMillis(MADE.0 - 100 * DAY));
        case.decided = case.complaint_answered;
        until(&case, 30);
        case.state = CaseState::Withdrawn;
        until(&case, 90);
        assert!(!holds(later(1), &case, MADE), "made by a clock that was ahead");
        assert!(!holds(MADE, &sample(MADE), later(400)));
    }
}
