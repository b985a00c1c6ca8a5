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
    pub state: CaseState,
    /// When something is due next; for those that do not wait, when they came in.
    pub time: UtcMillis,
    pub country: Country,
    /// The name of the officer whose it is.
    pub officer: Option<String>,
    /// The id of the officer whose answer waits for a second one.
    pub proposer: Option<String>,
    /// Who filed it.
    pub name: String,
    pub received: UtcMillis,
    /// When something is due next, if anything is.
    pub due: Option<UtcMillis>,
    pub revision: i64,
    pub purposes: Vec<Purpose>,
}

#[derive(sqlx::FromRow)]
pub(super) struct QueueRow {
    number: String,
    state: String,
    sort: i64,
    country: String,
    officer: Option<String>,
    proposed_by: Option<String>,
    complaint: bool,
    question: Option<String>,
    unconfirmed: bool,
    name: String,
    received_at: i64,
    waits_until: Option<i64>,
    revision: i64,
}

/// The columns of a [`QueueRow`] beside its place, in a select list from `cases`.
pub(super) const COLUMNS: &str = "country, (select name from members m where m.id = cases.officer_id) as officer, proposed_by,
           (complaint_due_at is not null and complaint_answered_at is null) as complaint, question, cases.name as name, received_at,
           (cases.member_id is null
            and exists (select 1 from case_steps s where s.number = cases.number and s.step = 'recorded')
            and not exists (select 1 from case_steps s where s.number = cases.number and s.step in ('verified', 'linked')))
             as unconfirmed, waits_until, revision";

impl TryFrom<QueueRow> for Line {
    type Error = db::Error;

    fn try_from(row: QueueRow) -> db::Result<Self> {
        let state = CaseState::parse(&row.state).ok_or_else(|| inconsistent("cases", "state"))?;
        let asking = row.question.map(|word| Asking::parse(&word).ok_or_else(|| inconsistent("cases", "question")));
        Ok(Self {
            asking: asking.transpose()?,
            unconfirmed: row.unconfirmed,
            stage: Stage::of(state, row.proposed_by.is_some(), row.complaint),
            state,
            number: row.number,
            time: UtcMillis(row.sort),
            country: Country::parse(&row.country).ok_or_else(|| inconsistent("cases", "country"))?,
            officer: row.officer,
            proposer: row.proposed_by,
            name: row.name,
            received: UtcMillis(row.received_at),
            due: row.waits_until.map(UtcMillis),
            revision: row.revision,
            purposes: Vec::new(),
        })
    }
}
