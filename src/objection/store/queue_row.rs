//! A row of the queue, whichever way it is read.

use crate::account::model::Country;
use crate::db::{self, inconsistent};
use crate::ledger::Purpose;
use crate::objection::case::CaseState;
use crate::objection::question::Asking;
use crate::objection::queue::Stage;
use crate::time::UtcMillis;

/// Cases on a page.
pub const PAGE: usize = 50;

/// A case as it stands in the queue. Whose it is and what they wrote is on its page.
#[derive(Clone, Debug)]
pub struct Line {
    pub number: String,
    pub stage: Stage,
    /// Whether a question waits for its reply, or the reply for an officer.
    pub asking: Option<Asking>,
    /// Whether an officer recorded it, and nobody has shown yet that the address is theirs.
    pub unconfirmed: bool,
    /// Whether somebody said that the address is not that of the person who objected.
    pub disowned: bool,
    /// Whether an officer opened it again, and nobody has begun with it since.
    pub reopened: bool,
    pub state: CaseState,
    /// When something is due next; for those that do not wait, when they came in.
    pub time: UtcMillis,
    pub country: Country,
    /// The name of the officer whose it is.
    pub officer: Option<String>,
    /// The id of the officer whose answer waits for a second one.
    pub proposer: Option<String>,
    /// The id of the officer whose draft was sent back, until they make a move.
    pub sent_back_to: Option<String>,
    /// Who filed it.
    pub name: String,
    pub received: UtcMillis,
    /// When something is due next, if anything is.
    pub due: Option<UtcMillis>,
    pub revision: i64,
    pub purposes: Vec<Purpose>,
}

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub(super) struct QueueRow {
    number: String,
    state: String,
    sort: i64,
    country: String,
    officer: Option<String>,
    proposed_by: Option<String>,
    sent_back_to: Option<String>,
    complaint: bool,
    question: Option<String>,
    unconfirmed: bool,
    disowned: bool,
    reopened: bool,
    name: String,
    received_at: i64,
    waits_until: Option<i64>,
    revision: i64,
}

/// To whom the draft of an answer was sent back, as [`Case::sent_back_to`] says it; few cases have
/// a step `returned`, and an index leads to it.
///
/// [`Case::sent_back_to`]: crate::objection::model::Case::sent_back_to
macro_rules! sent_back_to {
    () => {
        "(select w.officer_id from case_steps r join case_steps w on w.number = r.number
            where r.number = cases.number and r.step = 'returned' and cases.proposed_by is null and cases.waits_until is not null
              and w.step = 'proposed' and w.officer_id <> r.officer_id
              and w.position = (select max(p.position) from case_steps p
                where p.number = r.number and p.step = 'proposed' and p.position < r.position)
              and not exists (select 1 from case_steps l where l.number = r.number and l.position > r.position
                and (l.step in ('proposed', 'returned', 'decided', 'ruled-again', 'reopened') or l.officer_id = w.officer_id)))"
    };
}
pub(super) use sent_back_to;

/// Whether the officer $1 wrote an answer of the case that became a refusal: what follows the draft
/// is the decision.
macro_rules! wrote_refusal {
    () => {
        "exists (select 1 from case_steps w where w.number = cases.number and w.step = 'proposed' and w.officer_id = $1
            and (select n.step from case_steps n where n.number = w.number and n.position > w.position
                and n.step in ('proposed', 'returned', 'decided', 'ruled-again') order by n.position limit 1)
              in ('decided', 'ruled-again'))"
    };
}
pub(super) use wrote_refusal;

/// The columns of a [`QueueRow`] beside its place, in a select list from `cases`.
pub(super) const COLUMNS: &str = concat!(sent_back_to!(), " as sent_back_to, country, (select name from members m where m.id = cases.officer_id) as officer, proposed_by,
           (complaint_due_at is not null and complaint_answered_at is null) as complaint, question, cases.name as name, received_at,
           (cases.member_id is null
            and exists (select 1 from case_steps s where s.number = cases.number and s.step = 'recorded')
            and not exists (select 1 from case_steps s where s.number = cases.number and s.step in ('verified', 'linked')))
             as unconfirmed, (cases.disowned_at is not null) as disowned,
           (cases.state = 'acknowledged'
            and exists (select 1 from case_steps s where s.number = cases.number and s.step = 'reopened')) as reopened, waits_until, revision");

impl TryFrom<QueueRow> for Line {
    type Error = db::Error;

    fn try_from(row: QueueRow) -> db::Result<Self> {
        let state = CaseState::parse(&row.state).ok_or_else(|| inconsistent("cases", "state"))?;
        let asking = row.question.map(|word| Asking::parse(&word).ok_or_else(|| inconsistent("cases", "question")));
        Ok(Self {
            asking: asking.transpose()?,
            unconfirmed: row.unconfirmed,
            disowned: row.disowned,
            reopened: row.reopened,
            stage: Stage::of(state, row.proposed_by.is_some(), row.complaint),
            state,
            number: row.number,
            time: UtcMillis(row.sort),
            country: Country::parse(&row.country).ok_or_else(|| inconsistent("cases", "country"))?,
            officer: row.officer,
            proposer: row.proposed_by,
            sent_back_to: row.sent_back_to,
            name: row.name,
            received: UtcMillis(row.received_at),
            due: row.waits_until.map(UtcMillis),
            revision: row.revision,
            purposes: Vec::new(),
        })
    }
}
