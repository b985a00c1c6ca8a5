//! When somebody is told where their objection or their complaint stands, before the answer is due
//! and while it is not decided. Pure.
//!
//! In the United Kingdom a complaint is acknowledged within 30 days, and without undue delay
//! appropriate steps are taken to respond to it. These include enquiries and "informing the
//! complainant about progress" (Data Protection Act 2018, section 164A(3) to (5), inserted by
//! section 103 of the Data (Use and Access) Act 2025). The Act sets no day for it. Our
//! acknowledgement goes out at once, and `regimes.toml` says after how many days news follow: there
//! halfway to the day by which we promise the answer. Where a regime says nothing, and for
//! objections everywhere, news come a week before the answer is due.

use super::case::CaseState;
use super::deadline::COMPLAINT_DAYS;
use super::model::{AnswerTo, Case, PastStep};
use crate::ledger::Step;
use crate::time::UtcMillis;

/// How many days before the answer is due somebody is told where it stands.
pub const BEFORE_DAYS: i64 = 7;
/// How many days have passed by then since we last wrote to them about it: what was recorded late,
/// or is due soon, is not followed by a second letter at once.
pub const PAUSE_DAYS: i64 = 3;

impl Case {
    /// What somebody is to be told the progress of at `now`: their objection, or their complaint.
    /// Each once, before its answer is due, and not after it was decided. Nobody is told of a case
    /// that waits for its code, or under an address that is somebody else's.
    pub fn progress_due(&self, now: UtcMillis) -> Option<AnswerTo> {
        if !self.waits() || self.state == CaseState::AwaitingVerification || self.is_disowned() {
            return None;
        }
        let (to, due, at) = match self.complaint_due.filter(|_| self.has_complaint()) {
            Some(due) => (AnswerTo::Complaint, due, self.complaint_progress(due)),
            None => (AnswerTo::Objection, self.due, earlier(self.due, BEFORE_DAYS)),
        };
        let begins = if to == AnswerTo::Complaint { self.complained() } else { 0 };
        let since = self.steps.get(begins..)?;
        let told = since.iter().any(|done| done.step == Step::ProgressTold);
        let wrote = since.iter().filter(|done| is_told_of(done)).map(|done| done.at).max()?;
        let at = at.max(earlier(wrote, -PAUSE_DAYS));
        (!told && at <= now && now < due).then_some(to)
    }

    /// When somebody who complained is told, where the answer is due at `due`.
    fn complaint_progress(&self, due: UtcMillis) -> UtcMillis {
        match self.regime().complaint_progress_days {
            Some(days) => earlier(due, i64::from(COMPLAINT_DAYS) - i64::from(days)),
            None => earlier(due, BEFORE_DAYS),
        }
    }

    /// The place of the newest complaint among the steps.
    fn complained(&self) -> usize {
        self.steps.iter().rposition(|done| done.step == Step::Complained).unwrap_or(0)
    }
}

/// Whether a step is one that the person had a letter about, which said when the answer is due.
fn is_told_of(done: &PastStep) -> bool {
    matches!(done.step, Step::Acknowledged | Step::Verified | Step::Extended | Step::Asked | Step::Complained)
}

fn earlier(at: UtcMillis, days: i64) -> UtcMillis {
    UtcMillis(at.0.saturating_sub(days.saturating_mul(UtcMillis::DAY)))
}

#[cfg(test)]
#[path = "progress_tests.rs"]
mod tests;
