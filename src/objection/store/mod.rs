//! Cases in the database: tables `cases`, `case_purposes`, `case_steps` and `case_rulings`. What is
//! done about them stands in [`service`](super::service).

/// Whether a case was taken up: it is a member's, its address was confirmed, or an officer recorded
/// it. What was withdrawn before that is nobody's but the applicant's.
macro_rules! taken_up {
    ($cases:literal) => {
        concat!(
            "(",
            $cases,
            ".member_id is not null or exists (select 1 from case_steps s where s.number = ",
            $cases,
            ".number and s.step in ('verified', 'recorded')))"
        )
    };
}

mod accounts;
mod case_counts;
mod codes;
mod counts;
mod filers;
mod forgotten;
mod links;
mod notes;
mod progress;
mod queue;
mod queue_changes;
mod queue_row;
mod queue_sorted;
mod records;
mod refused;
pub mod search;
mod sent_back;
mod still_open;
mod sweep;
mod templates;
mod write;

pub use accounts::{forget_reached, put_reached, reached, reaching, waiting_under};
pub use case_counts::{answered_by_week, open_before, received_by_week, recount};
pub use codes::{
    code_hashes, code_tries, codes_sent, count_try, end_codes, forgive_tries, put_code, sweep as sweep_codes,
    there_is_room,
};
pub use counts::{Cohort, cohort, first_received};
pub use filers::{is_filer, put_filer, sweep as sweep_filers};
pub use forgotten::erase_forgotten;
pub use links::{by_link, delete_links, has_links, is_opened_by_a_link, links_sent, put_link, sweep as sweep_links};
pub use notes::{notes, put_note};
pub use progress::to_be_told;
pub use queue::{COUNTED, Given, Waiting, assign, given, page, record_given, waiting};
pub use queue_changes::{changed, next_in};
pub use queue_row::{Line, PAGE};
pub use refused::{drafted, open, refused_before};
pub use sent_back::{lines_of, not_to_agree, sent_back};
pub use still_open::{filed_after, still_open};
pub use sweep::{erase_texts, unconfirmed_until};
pub use templates::{newest_templates, put_template, template_versions};
pub use write::{insert, join, part, put_step, save, set_address, set_disowned, write_to};

use super::case::{CaseState, Ruling};
use super::model::{AskedPurpose, Case, PastStep};
use super::regime::Region;
use super::said::Said;
use crate::account::model::Country;
use crate::consent::afterwards::Holds;
use crate::db::{self, Conn, inconsistent, on};
use crate::ledger::{Actor, ClockSpan, Mode, Outcome, Purpose, Step};
use crate::mail::Block;
use crate::time::UtcMillis;

#[derive(sqlx::FromRow)]
struct CaseRow {
    number: String,
    subject: String,
    member_id: Option<String>,
    name: String,
    email: String,
    country: String,
    california: bool,
    mode: String,
    reason: Option<String>,
    language: String,
    state: String,
    received_at: i64,
    first_due_at: i64,
    due_at: i64,
    decided_at: Option<i64>,
    complaint_due_at: Option<i64>,
    complaint_answered_at: Option<i64>,
    after_number: Option<String>,
    duplicate_of: Option<String>,
    officer_id: Option<String>,
    proposed_by: Option<String>,
    proposed_at: Option<i64>,
    revision: i64,
    links_closed_at: Option<i64>,
    disowned_at: Option<i64>,
}

/// The columns of [`CaseRow`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select number, subject, member_id, name, email, country, california, mode, reason, language, state, received_at,
             first_due_at, due_at, decided_at, complaint_due_at, complaint_answered_at, after_number, duplicate_of, officer_id,
             proposed_by, proposed_at, revision, links_closed_at, disowned_at from cases ",
            $rest
        )
    };
}

impl TryFrom<CaseRow> for Case {
    type Error = db::Error;

    fn try_from(row: CaseRow) -> db::Result<Self> {
        let country = Country::parse(&row.country).ok_or_else(|| inconsistent("cases", "country"))?;
        Ok(Self {
            region: Region::new(country, row.california),
            mode: Mode::parse(&row.mode).ok_or_else(|| inconsistent("cases", "mode"))?,
            state: CaseState::parse(&row.state).ok_or_else(|| inconsistent("cases", "state"))?,
            number: row.number,
            subject: row.subject,
            member: row.member_id,
            name: row.name,
            email: row.email,
            reason: row.reason,
            language: row.language,
            received: UtcMillis(row.received_at),
            first_due: UtcMillis(row.first_due_at),
            due: UtcMillis(row.due_at),
            decided: row.decided_at.map(UtcMillis),
            complaint_due: row.complaint_due_at.map(UtcMillis),
            complaint_answered: row.complaint_answered_at.map(UtcMillis),
            after: row.after_number,
            duplicate_of: row.duplicate_of,
            officer: row.officer_id,
            proposed: row.proposed_by.zip(row.proposed_at.map(UtcMillis)),
            revision: row.revision,
            links_closed: row.links_closed_at.map(UtcMillis),
            disowned: row.disowned_at.map(UtcMillis),
            purposes: Vec::new(),
            joined: Vec::new(),
            steps: Vec::new(),
            already_off: Vec::new(),
            still_open: Vec::new(),
        })
    }
}

#[derive(sqlx::FromRow)]
struct AskedRow {
    purpose: String,
    outcome: Option<String>,
    grounds: Option<String>,
    proposed_outcome: Option<String>,
    proposed_grounds: Option<String>,
}

#[derive(sqlx::FromRow)]
struct DoneRow {
    entry_id: String,
    step: String,
    actor: String,
    at: i64,
    due_at: Option<i64>,
    text: Option<String>,
    officer_id: Option<String>,
    blocks: Option<String>,
}

#[derive(sqlx::FromRow)]
struct RulingRow {
    entry_id: String,
    purpose: String,
    outcome: String,
    grounds: Option<String>,
    holds: Option<String>,
    said: Option<String>,
}

/// Reads the purposes and steps that belong to `row`.
async fn whole(mut conn: Conn<'_>, row: CaseRow) -> db::Result<Case> {
    const ASKED: &str = "select purpose, outcome, grounds, proposed_outcome, proposed_grounds
      from case_purposes where number = $1 order by position";
    const JOINED: &str = "select number, reason from cases where duplicate_of = $1 order by received_at, number";
    const ADDED: &str = "select s.number, s.text from case_steps s join cases c on c.number = s.number
      where c.duplicate_of = $1 and s.step in ('added', 'replied') and s.text is not null order by s.number, s.position";
    const RULED: &str = "select r.entry_id, r.purpose, r.outcome, r.grounds, r.holds, r.said from case_rulings r
      join case_steps s on s.entry_id = r.entry_id where s.number = $1 order by s.position, r.position";
    const DONE: &str = "select s.entry_id, s.step, s.actor, s.at, s.due_at, s.text, s.officer_id, a.blocks
      from case_steps s left join case_answers a on a.entry_id = s.entry_id where s.number = $1 order by s.position";
    let outcome = |text: Option<String>, column| {
        text.map(|o| Outcome::parse(&o).ok_or_else(|| inconsistent("case_purposes", column))).transpose()
    };
    let mut case = Case::try_from(row)?;
    let asked: Vec<AskedRow> = on!(conn, c => sqlx::query_as(ASKED).bind(&case.number).fetch_all(c).await)?;
    for row in asked {
        case.purposes.push(AskedPurpose {
            purpose: Purpose::parse(&row.purpose).ok_or_else(|| inconsistent("case_purposes", "purpose"))?,
            outcome: outcome(row.outcome, "outcome")?,
            grounds: row.grounds,
            proposed: outcome(row.proposed_outcome, "proposed_outcome")?.map(|outcome| (outcome, row.proposed_grounds)),
        });
    }
    let joined: Vec<(String, Option<String>)> =
        on!(conn, c => sqlx::query_as(JOINED).bind(&case.number).fetch_all(c).await)?;
    if !joined.is_empty() {
        let added: Vec<(String, String)> = on!(conn, c => sqlx::query_as(ADDED).bind(&case.number).fetch_all(c).await)?;
        let records = records::of_joined(conn.reborrow(), &case.number).await?;
        let texts = |number: &str, reason: Option<String>| {
            let record = records.iter().find(|(of, _)| of == number).map(|(_, record)| record.clone());
            let more = added.iter().filter(|(of, _)| of == number).map(|(_, text)| (None, text.clone()));
            reason.into_iter().map(|reason| (record.clone(), reason)).chain(more).collect()
        };
        case.joined = joined.into_iter().map(|(number, reason)| (number.clone(), texts(&number, reason))).collect();
    }
    let done: Vec<DoneRow> = on!(conn, c => sqlx::query_as(DONE).bind(&case.number).fetch_all(c).await)?;
    for row in done {
        case.steps.push(PastStep {
            entry: row.entry_id.parse().map_err(|_| inconsistent("case_steps", "entry_id"))?,
            step: Step::parse(&row.step).ok_or_else(|| inconsistent("case_steps", "step"))?,
            actor: Actor::parse(&row.actor).ok_or_else(|| inconsistent("case_steps", "actor"))?,
            at: UtcMillis(row.at),
            due: row.due_at.map(UtcMillis),
            text: row.text,
            officer: row.officer_id,
            rulings: Vec::new(),
            said: Vec::new(),
            sent: row.blocks.map(|blocks| answer(&blocks)).transpose()?,
            record: None,
        });
    }
    let by_officer = |done: &PastStep| done.actor == Actor::PrivacyOfficer;
    if case.steps.iter().any(|done| done.step == Step::Recorded || done.step == Step::Complained && by_officer(done)) {
        for (entry, record) in records::of_case(conn.reborrow(), &case.number).await? {
            if let Some(done) = case.steps.iter_mut().find(|done| done.entry.to_string() == entry) {
                done.record = Some(record);
            }
        }
    }
    if case.steps.iter().any(|done| done.step.rules()) {
        let ruled: Vec<RulingRow> = on!(conn, c => sqlx::query_as(RULED).bind(&case.number).fetch_all(c).await)?;
        add_rulings(&mut case, ruled)?;
    }
    Ok(case)
}

/// An answer as it was sent.
fn answer(blocks: &str) -> db::Result<Vec<Block>> {
    serde_json::from_str(blocks).map_err(|_| inconsistent("case_answers", "blocks"))
}

/// Puts what was decided beside the steps that decided it. A version from before these rows has
/// written none: what it decided is what stands beside the purposes.
fn add_rulings(case: &mut Case, rows: Vec<RulingRow>) -> db::Result<()> {
    for row in rows {
        let ruling = Ruling {
            purpose: Purpose::parse(&row.purpose).ok_or_else(|| inconsistent("case_rulings", "purpose"))?,
            outcome: Outcome::parse(&row.outcome).ok_or_else(|| inconsistent("case_rulings", "outcome"))?,
            grounds: row.grounds,
        };
        let holds = row.holds.map(|word| Holds::parse(&word).ok_or_else(|| inconsistent("case_rulings", "holds")));
        let (purpose, holds) = (ruling.purpose, holds.transpose()?);
        if let Some(done) = case.steps.iter_mut().find(|done| done.entry.to_string() == row.entry_id) {
            done.rulings.push(ruling);
            done.said.extend(row.said.map(|text| Said { purpose, holds, text }));
        }
    }
    let holds = case.rulings().unwrap_or_default();
    for done in case.steps.iter_mut().filter(|done| done.step == Step::Decided && done.rulings.is_empty()) {
        done.rulings.clone_from(&holds);
    }
    Ok(())
}

async fn wholes(mut conn: Conn<'_>, rows: Vec<CaseRow>) -> db::Result<Vec<Case>> {
    let mut cases = Vec::with_capacity(rows.len());
    for row in rows {
        cases.push(whole(conn.reborrow(), row).await?);
    }
    Ok(cases)
}

/// One case by its number.
pub async fn by_number(mut conn: Conn<'_>, number: &str) -> db::Result<Option<Case>> {
    const BY_NUMBER: &str = select!("where number = $1");
    let row: Option<CaseRow> = on!(conn, c => sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(c).await)?;
    match row {
        Some(row) => whole(conn, row).await.map(Some),
        None => Ok(None),
    }
}

/// The case that came of a form, if it was sent before.
pub async fn by_form(mut conn: Conn<'_>, form: &str) -> db::Result<Option<Case>> {
    const BY_FORM: &str = select!("where form = $1");
    let row: Option<CaseRow> = on!(conn, c => sqlx::query_as(BY_FORM).bind(form).fetch_optional(c).await)?;
    match row {
        Some(row) => whole(conn, row).await.map(Some),
        None => Ok(None),
    }
}

/// The cases under an address that somebody has shown to be theirs, the newest first: those that a
/// code has confirmed, and those of the account that has proved it. At most so many.
pub async fn shown_under(mut conn: Conn<'_>, email: &str, most: i64) -> db::Result<Vec<Case>> {
    const SHOWN: &str = select!(
        "where email = $1 and state <> 'awaiting_verification' and texts_swept_at is null
           and (exists (select 1 from members m where m.id = cases.member_id and m.email = $1 and m.address_proved_at is not null)
             or member_id is null and exists (select 1 from case_steps s where s.number = cases.number and s.step = 'verified'))
         order by received_at desc, number limit $2"
    );
    let rows: Vec<CaseRow> = on!(conn, c => sqlx::query_as(SHOWN).bind(email).bind(most).fetch_all(c).await)?;
    wholes(conn, rows).await
}

/// A member's cases, newest first.
pub async fn of_member(mut conn: Conn<'_>, member: &str) -> db::Result<Vec<Case>> {
    const OF_MEMBER: &str = select!("where member_id = $1 order by received_at desc, number limit 200");
    let rows: Vec<CaseRow> = on!(conn, c => sqlx::query_as(OF_MEMBER).bind(member).fetch_all(c).await)?;
    wholes(conn, rows).await
}

/// What was filed under one address since then, that nobody has shown to be theirs, newest first.
pub async fn unconfirmed(mut conn: Conn<'_>, email: &str, since: UtcMillis) -> db::Result<Vec<Case>> {
    const UNCONFIRMED: &str = select!(
        "where email = $1 and state = 'awaiting_verification' and received_at > $2 order by received_at desc, number limit 200"
    );
    let rows: Vec<CaseRow> = on!(conn, c => sqlx::query_as(UNCONFIRMED).bind(email).bind(since.0).fetch_all(c).await)?;
    wholes(conn, rows).await
}

/// The oldest case under a shown address, other than `case` itself, that is about one of its
/// purposes.
pub async fn earlier_of_applicant(mut conn: Conn<'_>, case: &Case) -> db::Result<Option<String>> {
    const EARLIER: &str = "select min(c.number) from cases c
      where c.received_at = (select min(o.received_at) from cases o join case_purposes p on p.number = o.number
        where o.email = $1 and o.number <> $2 and o.state <> 'awaiting_verification'
          and p.purpose in (select purpose from case_purposes where number = $2))
      and c.email = $1 and c.number <> $2";
    on!(conn, c => sqlx::query_scalar(EARLIER).bind(&case.email).bind(&case.number).fetch_one(c).await)
}

/// Whether a case has this number.
pub async fn is_taken(mut conn: Conn<'_>, number: &str) -> db::Result<bool> {
    const TAKEN: &str = "select count(*) from cases where number = $1";
    let taken: i64 = on!(conn, c => sqlx::query_scalar(TAKEN).bind(number).fetch_one(c).await)?;
    Ok(taken > 0)
}

/// The numbers of the cases that wait for an answer, to an objection or to a complaint, and were
/// received, or complained about, when the clock said a time within `span`.
pub async fn received_within(mut conn: Conn<'_>, span: ClockSpan) -> db::Result<Vec<String>> {
    const WITHIN: &str = "select number from cases c
      where c.state in ('received', 'awaiting_verification', 'acknowledged', 'under_review')
        and c.received_at between $1 and $2
      or c.complaint_due_at is not null and c.complaint_answered_at is null
        and exists (select 1 from case_steps s
          where s.number = c.number and s.step = 'complained' and s.at between $1 and $2)
      order by number";
    on!(conn, c => sqlx::query_scalar(WITHIN).bind(span.from.0).bind(span.until.0).fetch_all(c).await)
}

/// The numbers of the acknowledged cases in which something that can never be refused still waits.
pub async fn undecided_by_rule(mut conn: Conn<'_>) -> db::Result<Vec<String>> {
    const UNDECIDED: &str = "select c.number from cases c join case_purposes p on p.number = c.number
      where c.waits_until is not null and c.state in ('acknowledged', 'under_review')
        and p.purpose = $1 and p.outcome is null order by c.number";
    let mut numbers: Vec<String> = Vec::new();
    for purpose in Purpose::ALL.iter().filter(|purpose| !purpose.can_be_refused()) {
        let of = on!(conn, c => sqlx::query_scalar(UNDECIDED).bind(purpose.as_str()).fetch_all(c).await)?;
        numbers.extend::<Vec<String>>(of);
    }
    numbers.dedup();
    Ok(numbers)
}

/// The numbers and addresses of the cases whose address has other letters than ASCII.
pub async fn addresses_beyond_ascii(conn: Conn<'_>) -> db::Result<Vec<(String, String)>> {
    const SQLITE: &str = "select number, email from cases where email glob '*[^ -~]*'";
    const POSTGRES: &str = "select number, email from cases where email ~ '[^ -~]'";
    Ok(match conn {
        Conn::Sqlite(c) => sqlx::query_as(SQLITE).fetch_all(c).await?,
        Conn::Postgres(c) => sqlx::query_as(POSTGRES).fetch_all(c).await?,
    })
}
