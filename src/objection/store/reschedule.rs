//! Due dates after the clock was wrong: they only ever move to an earlier day.

use super::{by_number, record, save};
use crate::db::{Conn, Tx, on};
use crate::ledger::{CaseStep, ClockSpan, Step, store as ledger};
use crate::objection::case::By;
use crate::objection::deadline;
use crate::time::UtcMillis;

/// The numbers of the cases that wait for an answer, to an objection or to a complaint, and were
/// received, or complained about, when the clock said a time within `span`.
pub async fn received_within(mut conn: Conn<'_>, span: ClockSpan) -> sqlx::Result<Vec<String>> {
    const WITHIN: &str = "select number from cases c
      where c.state in ('received', 'awaiting_verification', 'acknowledged', 'under_review')
        and c.received_at between $1 and $2
      or c.complaint_due_at is not null and c.complaint_answered_at is null
        and exists (select 1 from case_steps s
          where s.number = c.number and s.step = 'complained' and s.at between $1 and $2)
      order by number";
    on!(conn, c => sqlx::query_scalar(WITHIN).bind(span.from.0).bind(span.until.0).fetch_all(c).await)
}

/// Moves the due dates of those cases to what they would be had they arrived at `now`, where that
/// is earlier. Returns how many were.
pub async fn reschedule(tx: &mut Tx, span: ClockSpan, now: UtcMillis) -> sqlx::Result<u64> {
    let mut moved = 0;
    for number in received_within(tx.conn(), span).await? {
        ledger::lock(tx.conn(), &number).await?;
        let Some(mut case) = by_number(tx.conn(), &number).await? else { continue };
        let before = (case.due, case.complaint_due);
        if case.is_open() {
            // What was extended keeps the length of its extension.
            let later = UtcMillis(case.due.0.saturating_sub(case.first_due.0).max(0));
            let first = deadline::due(now, case.regime().answer).min(case.first_due);
            case.due = case.due.min(UtcMillis(first.0.saturating_add(later.0)));
            case.first_due = first;
        }
        case.complaint_due = case.complaint_due.map(|due| due.min(deadline::complaint_due(now)));
        if (case.due, case.complaint_due) == before {
            continue;
        }
        moved += 1;
        let due = if case.is_open() { Some(case.due) } else { case.complaint_due };
        let step = CaseStep { due, ..Step::Rescheduled.into() };
        record(tx, &mut case, step, By::System, None, None, now).await?;
        save(tx.conn(), &case).await?;
    }
    Ok(moved)
}
