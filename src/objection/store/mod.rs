//! Cases in the database. Every move is decided by [`steps::apply`], stored,
//! recorded in the ledger and told by mail in one transaction; every function that answers success
//! has committed.

mod codes;
mod counts;
mod filing;
mod links;
mod moves;
mod proof;
mod queue;
mod reach;
mod reschedule;
mod sweep;

pub use codes::{
    Asker, CODE_HOLDS, CODE_TRIES, CODE_TRIES_IN_ALL, CODES_AN_ADDRESS, FreshCode, Try, begin_try,
    hashes as code_hashes, old_code_hash, read_code, sweep as sweep_codes,
};
pub use counts::{Cohort, answered_by_week, cohort, first_received, open_by_due, received_by_week};
pub use filing::{Filed, Filer, file};
pub use links::{by_link, close_links, has_links, sweep as sweep_links};
pub use moves::{Mover, NotMade, make_move};
pub use proof::{claim, verify, write_again};
pub use queue::{COUNTED, Given, Line, PAGE, Waiting, assign, given, page, waiting};
pub use reach::{reach_proved, reaching};
pub use reschedule::{received_within, reschedule};
pub use sweep::{sweep_texts, unconfirmed_until};

use super::case::{By, CaseState, Move};
use super::letters::{self, Way};
use super::model::{AskedPurpose, Case, PastStep};
use super::regime::Region;
use crate::account::model::{Country, Member};
use crate::account::store as accounts;
use crate::consent::{afterwards::Afterwards, carry};
use crate::db::{Conn, Db, Tx, on};
use crate::ledger::store::{self as ledger, deciding};
use crate::ledger::{Actor, CaseStep, Channel, EntryId, Mode, NewEntry, Outcome, Purpose, Step};
use crate::mail::{Letter, store as outbox};
use crate::objection::steps;
use crate::{id, time::UtcMillis};

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
}

/// The columns of [`CaseRow`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select number, subject, member_id, name, email, country, california, mode, reason, language, state, received_at,
             first_due_at, due_at, decided_at, complaint_due_at, complaint_answered_at, after_number, duplicate_of, officer_id,
             proposed_by, proposed_at, revision, links_closed_at from cases ",
            $rest
        )
    };
}

fn unknown(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("cases: unknown {what}").into())
}

impl TryFrom<CaseRow> for Case {
    type Error = sqlx::Error;

    fn try_from(row: CaseRow) -> sqlx::Result<Self> {
        let country = Country::parse(&row.country).ok_or_else(|| unknown("country"))?;
        Ok(Self {
            region: Region::new(country, row.california),
            mode: Mode::parse(&row.mode).ok_or_else(|| unknown("mode"))?,
            state: CaseState::parse(&row.state).ok_or_else(|| unknown("state"))?,
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
            purposes: Vec::new(),
            joined: Vec::new(),
            steps: Vec::new(),
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
}

/// Reads the purposes and steps that belong to `row`.
async fn whole(mut conn: Conn<'_>, row: CaseRow) -> sqlx::Result<Case> {
    const ASKED: &str = "select purpose, outcome, grounds, proposed_outcome, proposed_grounds
      from case_purposes where number = $1 order by position";
    let outcome = |text: Option<String>| text.map(|o| Outcome::parse(&o).ok_or_else(|| unknown("outcome"))).transpose();
    const JOINED: &str = "select number, reason from cases where duplicate_of = $1 order by received_at, number";
    const ADDED: &str = "select s.number, s.text from case_steps s join cases c on c.number = s.number
      where c.duplicate_of = $1 and s.step = 'added' and s.text is not null order by s.number, s.position";
    const DONE: &str = "select entry_id, step, actor, at, due_at, text, officer_id from case_steps where number = $1 order by position";
    let mut case = Case::try_from(row)?;
    let asked: Vec<AskedRow> = on!(conn, c => sqlx::query_as(ASKED).bind(&case.number).fetch_all(c).await)?;
    for row in asked {
        case.purposes.push(AskedPurpose {
            purpose: Purpose::parse(&row.purpose).ok_or_else(|| unknown("purpose"))?,
            outcome: outcome(row.outcome)?,
            grounds: row.grounds,
            proposed: outcome(row.proposed_outcome)?.map(|outcome| (outcome, row.proposed_grounds)),
        });
    }
    let joined: Vec<(String, Option<String>)> =
        on!(conn, c => sqlx::query_as(JOINED).bind(&case.number).fetch_all(c).await)?;
    if !joined.is_empty() {
        let added: Vec<(String, String)> = on!(conn, c => sqlx::query_as(ADDED).bind(&case.number).fetch_all(c).await)?;
        let texts = |number: &str, reason: Option<String>| {
            let more = added.iter().filter(|(of, _)| of == number).map(|(_, text)| text.clone());
            reason.into_iter().chain(more).collect()
        };
        case.joined = joined.into_iter().map(|(number, reason)| (number.clone(), texts(&number, reason))).collect();
    }
    let done: Vec<DoneRow> = on!(conn, c => sqlx::query_as(DONE).bind(&case.number).fetch_all(c).await)?;
    for row in done {
        case.steps.push(PastStep {
            entry: row.entry_id.parse().map_err(|e: uuid::Error| sqlx::Error::Decode(e.into()))?,
            step: Step::parse(&row.step).ok_or_else(|| unknown("step"))?,
            actor: Actor::parse(&row.actor).ok_or_else(|| unknown("actor"))?,
            at: UtcMillis(row.at),
            due: row.due_at.map(UtcMillis),
            text: row.text,
            officer: row.officer_id,
        });
    }
    Ok(case)
}

async fn wholes(mut conn: Conn<'_>, rows: Vec<CaseRow>) -> sqlx::Result<Vec<Case>> {
    let mut cases = Vec::with_capacity(rows.len());
    for row in rows {
        cases.push(whole(conn.reborrow(), row).await?);
    }
    Ok(cases)
}

/// One case by its number.
pub async fn by_number(mut conn: Conn<'_>, number: &str) -> sqlx::Result<Option<Case>> {
    const BY_NUMBER: &str = select!("where number = $1");
    let row: Option<CaseRow> = on!(conn, c => sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(c).await)?;
    match row {
        Some(row) => whole(conn, row).await.map(Some),
        None => Ok(None),
    }
}

/// The case that came of a form, if it was sent before.
async fn by_form(mut conn: Conn<'_>, form: &str) -> sqlx::Result<Option<Case>> {
    const BY_FORM: &str = select!("where form = $1");
    let row: Option<CaseRow> = on!(conn, c => sqlx::query_as(BY_FORM).bind(form).fetch_optional(c).await)?;
    match row {
        Some(row) => whole(conn, row).await.map(Some),
        None => Ok(None),
    }
}

/// A member's cases, newest first.
pub async fn of_member(mut conn: Conn<'_>, member: &str) -> sqlx::Result<Vec<Case>> {
    const OF_MEMBER: &str = select!("where member_id = $1 order by received_at desc, number limit 200");
    let rows: Vec<CaseRow> = on!(conn, c => sqlx::query_as(OF_MEMBER).bind(member).fetch_all(c).await)?;
    wholes(conn, rows).await
}

/// What was filed under one address since then, that nobody has shown to be theirs, newest first.
async fn unconfirmed(mut conn: Conn<'_>, email: &str, since: UtcMillis) -> sqlx::Result<Vec<Case>> {
    const UNCONFIRMED: &str = select!(
        "where email = $1 and state = 'awaiting_verification' and received_at > $2 order by received_at desc, number limit 200"
    );
    let rows: Vec<CaseRow> = on!(conn, c => sqlx::query_as(UNCONFIRMED).bind(email).bind(since.0).fetch_all(c).await)?;
    wholes(conn, rows).await
}

/// The oldest case under a shown address, other than `case` itself, that is about one of its
/// purposes.
async fn earlier_of_applicant(mut conn: Conn<'_>, case: &Case) -> sqlx::Result<Option<String>> {
    const EARLIER: &str = "select min(c.number) from cases c
      where c.received_at = (select min(o.received_at) from cases o join case_purposes p on p.number = o.number
        where o.email = $1 and o.number <> $2 and o.state <> 'awaiting_verification'
          and p.purpose in (select purpose from case_purposes where number = $2))
      and c.email = $1 and c.number <> $2";
    on!(conn, c => sqlx::query_scalar(EARLIER).bind(&case.email).bind(&case.number).fetch_one(c).await)
}

/// Writes what moves change.
async fn save(mut conn: Conn<'_>, case: &Case) -> sqlx::Result<()> {
    const CASE: &str = "update cases set subject = $2, member_id = $3, state = $4, due_at = $5, decided_at = $6,
        complaint_due_at = $7, complaint_answered_at = $8, after_number = $9, duplicate_of = $10, officer_id = $11,
        proposed_by = $12, proposed_at = $13, first_due_at = $14, revision = revision + 1 where number = $1";
    const PURPOSE: &str =
        "update case_purposes set outcome = $3, grounds = $4, proposed_outcome = $5, proposed_grounds = $6
      where number = $1 and purpose = $2";
    let (proposed_by, proposed_at) = case.proposed.clone().unzip();
    on!(conn, c => sqlx::query(CASE)
        .bind(&case.number).bind(&case.subject).bind(&case.member).bind(case.state.as_str()).bind(case.due.0)
        .bind(case.decided.map(|at| at.0)).bind(case.complaint_due.map(|at| at.0))
        .bind(case.complaint_answered.map(|at| at.0)).bind(&case.after).bind(&case.duplicate_of).bind(&case.officer)
        .bind(proposed_by).bind(proposed_at.map(|at| at.0)).bind(case.first_due.0)
        .execute(c).await.map(drop))?;
    for asked in case.purposes.iter().filter(|p| p.outcome.is_some() || p.proposed.is_some()) {
        let (proposed, why) = asked.proposed.clone().unzip();
        on!(conn, c => sqlx::query(PURPOSE)
            .bind(&case.number).bind(asked.purpose.as_str()).bind(asked.outcome.map(Outcome::as_str)).bind(&asked.grounds)
            .bind(proposed.map(Outcome::as_str)).bind(why.flatten())
            .execute(c).await.map(drop))?;
    }
    counts::keep_outcome(conn, case).await
}

/// Records a step in the ledger and beside it the text that the entry has the hash of.
async fn record(
    tx: &mut Tx,
    case: &mut Case,
    mut step: CaseStep,
    by: By,
    officer: Option<&Member>,
    text: Option<String>,
    now: UtcMillis,
) -> sqlx::Result<EntryId> {
    const STEP: &str =
        "insert into case_steps (entry_id, number, position, step, actor, officer_id, at, due_at, text, salt)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let salt = id::opaque().to_string();
    let proposing = step.name == Step::Proposed;
    let grounds = |purpose| {
        let asked = case.purposes.iter().find(|p| p.purpose == purpose)?;
        if proposing { asked.proposed.clone().and_then(|(_, grounds)| grounds) } else { asked.grounds.clone() }
    };
    steps::seal(&mut step, &salt, text.as_deref(), grounds);
    let actor = match by {
        By::Applicant if case.member.is_some() => Actor::Member,
        By::Applicant => Actor::Applicant,
        By::Officer => Actor::PrivacyOfficer,
        By::System => Actor::System,
    };
    let name = step.name;
    let due = step.due;
    let draft = NewEntry::new(case.subject.clone(), name.kind(), actor, Channel::Web);
    let draft = NewEntry { case: Some(case.number.clone()), step: Some(step), ..draft };
    ledger::lock(tx.conn(), &case.subject).await?;
    let noes = noes_of(draft.step.as_ref());
    let entry = ledger::append(tx.conn(), draft, now).await?;
    if let (Some(member), false) = (&case.member, noes.is_empty()) {
        carry::spread(tx, member, &noes, Channel::Web, now).await?;
    }
    let position = case.steps.len() as i64 + 1;
    on!(tx.conn(), c => sqlx::query(STEP)
        .bind(entry.id.to_string()).bind(&case.number).bind(position).bind(name.as_str()).bind(actor.as_str())
        .bind(officer.map(|o| &o.id)).bind(entry.at.0).bind(due.map(|d| d.0)).bind(&text).bind(&salt)
        .execute(c).await.map(drop))?;
    let officer = officer.map(|o| o.id.clone());
    case.steps.push(PastStep { entry: entry.id, step: name, actor, at: entry.at, due, text, officer });
    Ok(entry.id)
}

/// What holds for a case's member once it is decided. Nothing is known of a person without an
/// account.
pub async fn afterwards(mut conn: Conn<'_>, case: &Case) -> sqlx::Result<Afterwards> {
    let member = match case.member.as_deref().filter(|_| case.decided.is_some()) {
        Some(id) => accounts::by_id(conn.reborrow(), id).await?,
        None => None,
    };
    Ok(match member {
        None => Afterwards::default(),
        Some(member) if !member.address_proved => Afterwards::unproved(),
        Some(_) => {
            let decision = case.steps.iter().rev().find(|done| done.step == Step::Decided).map(|done| done.entry);
            Afterwards::of(&deciding::of_subject(conn, &case.subject, decision).await?, &case.number)
        }
    })
}

/// The purposes to which somebody says No with a step of a member's case, or to which it was found
/// that they may.
fn noes_of(step: Option<&CaseStep>) -> Vec<Purpose> {
    let Some(step) = step else { return Vec::new() };
    match step.name {
        Step::Filed | Step::Linked | Step::Reached => {
            step.purposes.iter().copied().filter(|p| p.rests_while_decided()).collect()
        }
        Step::Decided => {
            let upheld = step.outcomes.iter().filter(|d| d.outcome == Outcome::Upheld);
            upheld.map(|d| d.purpose).collect()
        }
        _ => Vec::new(),
    }
}

/// Acknowledges a case and writes to the person: number, copy, due date, what is paused.
async fn acknowledge(tx: &mut Tx, case: &mut Case, origin: &str, now: UtcMillis) -> sqlx::Result<()> {
    let (next, step) = steps::apply(&case.facts(), By::System, &Move::Acknowledge, now)
        .map_err(|e| sqlx::Error::Protocol(e.to_string()))?;
    case.state = next.state;
    record(tx, case, step, By::System, None, None, now).await?;
    write(tx, case, origin, now, |case, way| Some(letters::received(case, way))).await
}

/// Whether a case's member has shown that the address it is written to is theirs.
async fn address_proved(conn: Conn<'_>, member: &str, email: &str) -> sqlx::Result<bool> {
    Ok(accounts::by_id(conn, member).await?.is_some_and(|member| member.address_proved && member.email == email))
}

/// Has the letters about a member's cases go to another address of theirs.
pub async fn write_to(mut conn: Conn<'_>, member: &str, email: &str) -> sqlx::Result<()> {
    const WRITE_TO: &str = "update cases set email = $2 where member_id = $1";
    on!(conn, c => sqlx::query(WRITE_TO).bind(member).bind(email).execute(c).await.map(drop))
}

/// Has the cases of `from` go on in the account `to`, which belongs to the same person.
pub async fn take_over(tx: &mut Tx, from: &Member, to: &Member, now: UtcMillis) -> sqlx::Result<()> {
    for mut case in of_member(tx.conn(), &from.id).await? {
        ledger::lock(tx.conn(), &case.number).await?;
        proof::link(tx, &mut case, to, now).await?;
        save(tx.conn(), &case).await?;
    }
    Ok(())
}

/// Writes the addresses of cases as `write` has them, where they may be written in more than one
/// way.
pub async fn settle_addresses(db: &Db, write: impl Fn(&str) -> Option<String>) -> sqlx::Result<()> {
    const SET: &str = "update cases set email = $2 where number = $1";
    let rows: Vec<(String, String)> = match db.reader().await?.conn() {
        Conn::Sqlite(c) => {
            sqlx::query_as("select number, email from cases where email glob '*[^ -~]*'").fetch_all(c).await?
        }
        Conn::Postgres(c) => {
            sqlx::query_as("select number, email from cases where email ~ '[^ -~]'").fetch_all(c).await?
        }
    };
    for (number, email) in rows {
        if let Some(written) = write(&email).filter(|written| *written != email) {
            let mut tx = db.begin().await?;
            on!(tx.conn(), c => sqlx::query(SET).bind(&number).bind(&written).execute(c).await.map(drop))?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Puts a letter about `case` into the outbox. For a person without an account each letter carries
/// a link of its own.
async fn write(
    tx: &mut Tx,
    case: &Case,
    origin: &str,
    now: UtcMillis,
    letter: impl Fn(&Case, &Way<'_>) -> Option<Letter>,
) -> sqlx::Result<()> {
    let key = case.member.is_none().then(|| id::opaque().simple().to_string());
    let Some(mut letter) = letter(case, &Way { origin, key: key.as_deref() }) else { return Ok(()) };
    if let Some(member) = &case.member
        && !address_proved(tx.conn(), member, &case.email).await?
    {
        letter = letter.without_words();
    }
    if let Some(key) = &key {
        links::put(tx.conn(), &case.number, key, now).await?;
    }
    outbox::put(tx.conn(), &letter, now).await.map(drop)
}
