//! Cases in the database. Every move is decided by [`case::after`], stored, recorded in the ledger and told by mail in one
//! transaction; every function that answers success has committed.

use super::case::{self, By, Illegal, Move, State};
use super::form::{Filing, Person};
use super::letters::{self, Way};
use super::model::{Asked, Case, Done};
use super::regime::Region;
use super::{deadline, regime};
use crate::account::model::{Country, Member, Role};
use crate::account::store as accounts;
use crate::db::{Conn, Db, Tx, on};
use crate::ledger::entry::sha256_hex;
use crate::ledger::{Actor, CaseStep, Channel, Draft, EntryId, Kind, Mode, Outcome, Purpose, Step, store as ledger};
use crate::mail::{Letter, store as outbox};
use crate::{id, time::UtcMillis};

#[derive(sqlx::FromRow)]
struct Row {
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
    revision: i64,
}

/// The columns of [`Row`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select number, subject, member_id, name, email, country, california, mode, reason, language, state, received_at,
             first_due_at, due_at, decided_at, complaint_due_at, complaint_answered_at, after_number, duplicate_of, officer_id,
             revision from cases ",
            $rest
        )
    };
}

fn unknown(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("cases: unknown {what}").into())
}

impl TryFrom<Row> for Case {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let country = Country::parse(&row.country).ok_or_else(|| unknown("country"))?;
        Ok(Self {
            region: Region::new(country, row.california),
            mode: Mode::parse(&row.mode).ok_or_else(|| unknown("mode"))?,
            state: State::parse(&row.state).ok_or_else(|| unknown("state"))?,
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
            revision: row.revision,
            purposes: Vec::new(),
            steps: Vec::new(),
        })
    }
}

#[derive(sqlx::FromRow)]
struct AskedRow {
    purpose: String,
    outcome: Option<String>,
    grounds: Option<String>,
}

#[derive(sqlx::FromRow)]
struct DoneRow {
    entry_id: String,
    step: String,
    actor: String,
    at: i64,
    due_at: Option<i64>,
    text: Option<String>,
}

/// Reads the purposes and steps that belong to `row`.
async fn whole(mut conn: Conn<'_>, row: Row) -> sqlx::Result<Case> {
    const ASKED: &str = "select purpose, outcome, grounds from case_purposes where number = $1 order by position";
    const DONE: &str =
        "select entry_id, step, actor, at, due_at, text from case_steps where number = $1 order by position";
    let mut case = Case::try_from(row)?;
    let asked: Vec<AskedRow> = on!(&mut conn, c => sqlx::query_as(ASKED).bind(&case.number).fetch_all(&mut **c).await)?;
    for row in asked {
        let outcome = row.outcome.map(|o| Outcome::parse(&o).ok_or_else(|| unknown("outcome"))).transpose()?;
        let purpose = Purpose::parse(&row.purpose).ok_or_else(|| unknown("purpose"))?;
        case.purposes.push(Asked { purpose, outcome, grounds: row.grounds });
    }
    let done: Vec<DoneRow> = on!(conn, c => sqlx::query_as(DONE).bind(&case.number).fetch_all(c).await)?;
    for row in done {
        case.steps.push(Done {
            entry: row.entry_id.parse().map_err(|e: uuid::Error| sqlx::Error::Decode(e.into()))?,
            step: Step::parse(&row.step).ok_or_else(|| unknown("step"))?,
            actor: Actor::parse(&row.actor).ok_or_else(|| unknown("actor"))?,
            at: UtcMillis(row.at),
            due: row.due_at.map(UtcMillis),
            text: row.text,
        });
    }
    Ok(case)
}

async fn wholes(mut conn: Conn<'_>, rows: Vec<Row>) -> sqlx::Result<Vec<Case>> {
    let mut cases = Vec::with_capacity(rows.len());
    for row in rows {
        cases.push(whole(conn.again(), row).await?);
    }
    Ok(cases)
}

/// One case by its number.
pub async fn by_number(mut conn: Conn<'_>, number: &str) -> sqlx::Result<Option<Case>> {
    const BY_NUMBER: &str = select!("where number = $1");
    let row: Option<Row> = on!(&mut conn, c => sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(&mut **c).await)?;
    match row {
        Some(row) => whole(conn, row).await.map(Some),
        None => Ok(None),
    }
}

/// The case that came of a form, if it was sent before.
async fn by_form(mut conn: Conn<'_>, form: &str) -> sqlx::Result<Option<Case>> {
    const BY_FORM: &str = select!("where form = $1");
    let row: Option<Row> = on!(&mut conn, c => sqlx::query_as(BY_FORM).bind(form).fetch_optional(&mut **c).await)?;
    match row {
        Some(row) => whole(conn, row).await.map(Some),
        None => Ok(None),
    }
}

/// A member's cases, newest first.
pub async fn of_member(mut conn: Conn<'_>, member: &str) -> sqlx::Result<Vec<Case>> {
    const OF_MEMBER: &str = select!("where member_id = $1 order by received_at desc, number limit 200");
    let rows: Vec<Row> = on!(&mut conn, c => sqlx::query_as(OF_MEMBER).bind(member).fetch_all(&mut **c).await)?;
    wholes(conn, rows).await
}

/// Cases that wait for an officer, the earliest due first; then, under another heading, those answered of late.
pub async fn queue(mut conn: Conn<'_>, answered: bool) -> sqlx::Result<Vec<Case>> {
    const OPEN: &str = select!(
        "where state in ('received', 'acknowledged', 'under_review')
           or (complaint_due_at is not null and complaint_answered_at is null)
         order by due_at, number limit 200"
    );
    const ANSWERED: &str = select!(
        "where decided_at is not null and (complaint_due_at is null or complaint_answered_at is not null)
         order by decided_at desc, number limit 50"
    );
    let sql = if answered { ANSWERED } else { OPEN };
    let rows: Vec<Row> = on!(&mut conn, c => sqlx::query_as(sql).fetch_all(&mut **c).await)?;
    wholes(conn, rows).await
}

/// Whose case it is that is being filed.
#[derive(Clone, Copy)]
pub enum Filer<'a> {
    Member(&'a Member),
    Applicant(&'a Person),
}

/// What became of a filed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// The number of the case, a new one or that of the same form sent before.
    Case { number: String, verify: bool },
    /// Too many unverified cases under this address today: nothing was stored.
    TooMany,
}

/// Unverified cases under one address in a day, so that nobody's mailbox is filled in their name.
const UNVERIFIED_MAX: i64 = 5;
/// How long the same again is taken for the same press, in milliseconds.
const ACCIDENT: i64 = 3_600_000;

/// Stores what was filed. The same form sent twice is one case, and so is the same content within an hour; another one about the
/// same purposes is a case of its own, linked to the first.
pub async fn file(
    db: &Db,
    filing: &Filing,
    filer: Filer<'_>,
    form: &str,
    origin: &str,
    now: UtcMillis,
) -> sqlx::Result<Filed> {
    const UNVERIFIED: &str =
        "select count(*) from cases where email = $1 and state = 'awaiting_verification' and received_at > $2";
    let mut tx = db.begin().await?;
    let (subject, member) = match filer {
        Filer::Member(member) => (member.subject.clone(), Some(member)),
        Filer::Applicant(_) => (id::opaque().to_string(), None),
    };
    let (name, email) = match filer {
        Filer::Member(member) => (member.name.clone(), member.email.clone()),
        Filer::Applicant(person) => (person.name.clone(), person.email.clone()),
    };
    ledger::lock(tx.conn(), form).await?;
    ledger::lock(tx.conn(), &subject).await?;
    if let Some(case) = by_form(tx.conn(), form).await? {
        let own = case.member.as_deref() == member.map(|m| m.id.as_str());
        // A form's name is random: somebody else's can only be made up, and is answered like one's own first.
        if own {
            return Ok(Filed::Case { verify: case.state == State::AwaitingVerification, number: case.number });
        }
    }
    let mut after = None;
    if let Some(member) = member {
        for open in of_member(tx.conn(), &member.id).await?.into_iter().filter(Case::is_open) {
            if open.says_the_same(filing) && now.0 - open.received.0 < ACCIDENT {
                return Ok(Filed::Case { number: open.number, verify: false });
            }
            if open.purposes.iter().any(|p| filing.purposes.contains(&p.purpose)) {
                // Newest first: the last one found is the first filed.
                after = Some(open.number);
            }
        }
    } else {
        let since = now.0 - UtcMillis::DAY;
        let waiting: i64 = on!(tx.conn(), c =>
            sqlx::query_scalar(UNVERIFIED).bind(&email).bind(since).fetch_one(c).await)?;
        if waiting >= UNVERIFIED_MAX {
            return Ok(Filed::TooMany);
        }
    }
    let region = filing.region;
    let due = deadline::due(now, regime::for_region(region).answer);
    let mut case = Case {
        number: fresh_number(tx.conn()).await?,
        subject,
        member: member.map(|m| m.id.clone()),
        name,
        email,
        region,
        mode: filing.mode,
        reason: filing.reason.clone(),
        language: filing.language.to_owned(),
        state: if member.is_some() { State::Received } else { State::AwaitingVerification },
        received: now,
        first_due: due,
        due,
        decided: None,
        complaint_due: None,
        complaint_answered: None,
        after,
        duplicate_of: None,
        officer: None,
        revision: 0,
        purposes: filing.purposes.iter().map(|p| Asked { purpose: *p, outcome: None, grounds: None }).collect(),
        steps: Vec::new(),
    };
    insert(tx.conn(), &case, form).await?;
    let filed = case::filed(&case.facts(), case.after.clone());
    let reason = case.reason.clone();
    record(&mut tx, &mut case, filed, By::Applicant, None, reason, now).await?;
    if member.is_some() {
        acknowledge(&mut tx, &mut case, origin, now).await?;
    } else {
        send_code(&mut tx, &mut case, origin, now).await?;
    }
    save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(Filed::Case { number: case.number, verify: member.is_none() })
}

/// A number that no case has yet.
async fn fresh_number(mut conn: Conn<'_>) -> sqlx::Result<String> {
    const TAKEN: &str = "select count(*) from cases where number = $1";
    loop {
        let number = case::number(id::forty_bits());
        let taken: i64 = on!(&mut conn, c => sqlx::query_scalar(TAKEN).bind(&number).fetch_one(&mut **c).await)?;
        if taken == 0 {
            return Ok(number);
        }
    }
}

async fn insert(mut conn: Conn<'_>, case: &Case, form: &str) -> sqlx::Result<()> {
    const CASE: &str =
        "insert into cases (number, subject, member_id, form, name, email, country, california, mode, reason,
        language, state, received_at, first_due_at, due_at, after_number)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    const PURPOSE: &str = "insert into case_purposes (number, position, purpose) values ($1, $2, $3)";
    on!(&mut conn, c => sqlx::query(CASE)
        .bind(&case.number).bind(&case.subject).bind(&case.member).bind(form).bind(&case.name).bind(&case.email)
        .bind(case.region.country().alpha2()).bind(case.region.is_california()).bind(case.mode.as_str()).bind(&case.reason)
        .bind(&case.language).bind(case.state.as_str()).bind(case.received.0).bind(case.first_due.0).bind(case.due.0)
        .bind(&case.after)
        .execute(&mut **c).await.map(drop))?;
    for (position, asked) in (1i64..).zip(&case.purposes) {
        on!(&mut conn, c => sqlx::query(PURPOSE)
            .bind(&case.number).bind(position).bind(asked.purpose.as_str())
            .execute(&mut **c).await.map(drop))?;
    }
    Ok(())
}

/// Writes what moves change.
async fn save(mut conn: Conn<'_>, case: &Case) -> sqlx::Result<()> {
    const CASE: &str = "update cases set subject = $2, member_id = $3, state = $4, due_at = $5, decided_at = $6,
        complaint_due_at = $7, complaint_answered_at = $8, after_number = $9, duplicate_of = $10, officer_id = $11,
        revision = revision + 1 where number = $1";
    const PURPOSE: &str = "update case_purposes set outcome = $3, grounds = $4 where number = $1 and purpose = $2";
    on!(&mut conn, c => sqlx::query(CASE)
        .bind(&case.number).bind(&case.subject).bind(&case.member).bind(case.state.as_str()).bind(case.due.0)
        .bind(case.decided.map(|at| at.0)).bind(case.complaint_due.map(|at| at.0))
        .bind(case.complaint_answered.map(|at| at.0)).bind(&case.after).bind(&case.duplicate_of).bind(&case.officer)
        .execute(&mut **c).await.map(drop))?;
    for asked in case.purposes.iter().filter(|p| p.outcome.is_some()) {
        on!(&mut conn, c => sqlx::query(PURPOSE)
            .bind(&case.number).bind(asked.purpose.as_str()).bind(asked.outcome.map(Outcome::as_str)).bind(&asked.grounds)
            .execute(&mut **c).await.map(drop))?;
    }
    Ok(())
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
    let grounds = |purpose| case.purposes.iter().find(|p| p.purpose == purpose).and_then(|p| p.grounds.clone());
    case::seal(&mut step, &salt, text.as_deref(), grounds);
    let actor = match by {
        By::Applicant if case.member.is_some() => Actor::Member,
        By::Applicant => Actor::Applicant,
        By::Officer => Actor::PrivacyOfficer,
        By::System => Actor::System,
    };
    let name = step.name;
    let due = step.due;
    let draft = Draft {
        subject: case.subject.clone(),
        kind: if name == Step::Decided { Kind::Decision } else { Kind::Objection },
        purpose: None,
        choice: None,
        actor,
        channel: Channel::Web,
        rule: None,
        notice: None,
        case: Some(case.number.clone()),
        step: Some(step),
    };
    ledger::lock(tx.conn(), &case.subject).await?;
    let entry = ledger::append(tx.conn(), draft, now).await?;
    let position = case.steps.len() as i64 + 1;
    on!(tx.conn(), c => sqlx::query(STEP)
        .bind(entry.id.to_string()).bind(&case.number).bind(position).bind(name.as_str()).bind(actor.as_str())
        .bind(officer.map(|o| &o.id)).bind(entry.at.0).bind(due.map(|d| d.0)).bind(&text).bind(&salt)
        .execute(c).await.map(drop))?;
    case.steps.push(Done { entry: entry.id, step: name, actor, at: entry.at, due, text });
    Ok(entry.id)
}

/// Acknowledges a case and writes to the person: number, copy, due date, what is paused.
async fn acknowledge(tx: &mut Tx, case: &mut Case, origin: &str, now: UtcMillis) -> sqlx::Result<()> {
    let (next, step) = case::make(&case.facts(), By::System, &Move::Acknowledge, now)
        .map_err(|e| sqlx::Error::Protocol(e.to_string()))?;
    case.state = next.state;
    record(tx, case, step, By::System, None, None, now).await?;
    write(tx, case, origin, now, |case, way| Some(letters::received(case, way))).await
}

/// Puts a letter about `case` into the outbox. For a person without an account each letter carries a link of its own.
async fn write(
    tx: &mut Tx,
    case: &Case,
    origin: &str,
    now: UtcMillis,
    letter: impl Fn(&Case, &Way<'_>) -> Option<Letter>,
) -> sqlx::Result<()> {
    const LINK: &str = "insert into case_links (sha256, number, made_at) values ($1, $2, $3)";
    let key = case.member.is_none().then(|| id::opaque().simple().to_string());
    let Some(letter) = letter(case, &Way { origin, key: key.as_deref() }) else { return Ok(()) };
    if let Some(key) = &key {
        on!(tx.conn(), c => sqlx::query(LINK)
            .bind(sha256_hex(key.as_bytes())).bind(&case.number).bind(now.0)
            .execute(c).await.map(drop))?;
    }
    outbox::put(tx.conn(), &letter, now).await.map(drop)
}

/// The case that a link opens.
pub async fn by_link(mut conn: Conn<'_>, number: &str, key: &str) -> sqlx::Result<bool> {
    const BY_LINK: &str = "select count(*) from case_links where sha256 = $1 and number = $2";
    let found: i64 = on!(&mut conn, c => sqlx::query_scalar(BY_LINK)
        .bind(sha256_hex(key.as_bytes())).bind(number)
        .fetch_one(&mut **c).await)?;
    Ok(found > 0)
}

/// How long a code holds, in milliseconds; how many wrong ones are looked at before a new one is needed; how many are sent in all,
/// and how long to wait between two.
pub const CODE_HOLDS: i64 = UtcMillis::DAY;
pub const CODE_TRIES: i64 = 6;
const CODES_MAX: i64 = 10;
const CODE_PAUSE: i64 = 60_000;

async fn send_code(tx: &mut Tx, case: &mut Case, origin: &str, now: UtcMillis) -> sqlx::Result<()> {
    const CODE: &str = "insert into case_codes (number, sha256, sent_at, sent, tries) values ($1, $2, $3, 1, 0)
      on conflict (number) do update set sha256 = excluded.sha256, sent_at = excluded.sent_at,
        sent = case_codes.sent + 1, tries = 0";
    let code = id::code(&id::forty_bits());
    on!(tx.conn(), c => sqlx::query(CODE)
        .bind(&case.number).bind(code_hash(&case.number, &code)).bind(now.0)
        .execute(c).await.map(drop))?;
    record(tx, case, CaseStep::from(Step::CodeSent), By::System, None, None, now).await?;
    outbox::put(tx.conn(), &letters::code(case, &code, origin), now).await.map(drop)
}

/// Of a code as people type it: without regard to case, blanks and the letters that look like digits.
fn code_hash(number: &str, code: &str) -> String {
    sha256_hex(format!("{number} {}", id::forgiving(code).unwrap_or_default()).as_bytes())
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    sha256: String,
    sent_at: i64,
    sent: i64,
    tries: i64,
}

async fn code_of(conn: Conn<'_>, number: &str) -> sqlx::Result<Option<CodeRow>> {
    const CODE: &str = "select sha256, sent_at, sent, tries from case_codes where number = $1";
    on!(conn, c => sqlx::query_as(CODE).bind(number).fetch_optional(c).await)
}

/// What became of a code that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    Yes,
    /// Wrong, run out, or for no case: the same words for each.
    No,
    /// Too many wrong ones: a new code is needed.
    Spent,
}

/// Looks at a code. Each try is counted before it is looked at, so that many at once count too.
pub async fn verify(db: &Db, number: &str, code: &str, origin: &str, now: UtcMillis) -> sqlx::Result<Verified> {
    const TRY: &str = "update case_codes set tries = tries + 1 where number = $1";
    const USED: &str = "delete from case_codes where number = $1";
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(row) = code_of(tx.conn(), number).await? else { return Ok(Verified::No) };
    if row.tries >= CODE_TRIES {
        return Ok(Verified::Spent);
    }
    if now.0 - row.sent_at >= CODE_HOLDS || row.sha256 != code_hash(number, code) {
        on!(tx.conn(), c => sqlx::query(TRY).bind(number).execute(c).await.map(drop))?;
        tx.commit().await?;
        return Ok(Verified::No);
    }
    let Some(mut case) = by_number(tx.conn(), number).await? else { return Ok(Verified::No) };
    let Ok((next, step)) = case::make(&case.facts(), By::Applicant, &Move::Verify, now) else {
        return Ok(Verified::No);
    };
    case.state = next.state;
    on!(tx.conn(), c => sqlx::query(USED).bind(number).execute(c).await.map(drop))?;
    record(&mut tx, &mut case, step, By::Applicant, None, None, now).await?;
    // An address that belongs to a member: from here on it is their case, and pauses their purposes.
    let member = accounts::by_email(tx.conn(), &case.email).await?.filter(|m| m.role == Role::Member);
    if let Some(member) = member {
        let linked = case.steps.last().map(|newest| case::linked(&case.facts(), newest.entry));
        case.subject = member.subject;
        case.member = Some(member.id);
        if let Some(linked) = linked {
            record(&mut tx, &mut case, linked, By::System, None, None, now).await?;
        }
    }
    acknowledge(&mut tx, &mut case, origin, now).await?;
    save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(Verified::Yes)
}

/// Writes once more to whoever filed `number`, if `email` is theirs: a new code while it is unverified, else the way to the case.
/// What became of it is not told, because whoever asks may be anybody.
pub async fn write_again(db: &Db, number: &str, email: &str, origin: &str, now: UtcMillis) -> sqlx::Result<()> {
    const NEWEST: &str =
        "select count(*), coalesce(max(made_at), 0) from case_links where number = $1 and made_at > $2";
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(mut case) = by_number(tx.conn(), number).await?.filter(|case| case.email == email) else { return Ok(()) };
    if case.state == State::AwaitingVerification {
        let row = code_of(tx.conn(), number).await?;
        if row.is_some_and(|row| row.sent >= CODES_MAX || now.0 - row.sent_at < CODE_PAUSE) {
            return Ok(());
        }
        send_code(&mut tx, &mut case, origin, now).await?;
        save(tx.conn(), &case).await?;
    } else {
        let since = now.0 - UtcMillis::DAY;
        let (sent, newest): (i64, i64) =
            on!(tx.conn(), c => sqlx::query_as(NEWEST).bind(number).bind(since).fetch_one(c).await)?;
        if sent >= CODES_MAX || now.0 - newest < CODE_PAUSE {
            return Ok(());
        }
        write(&mut tx, &case, origin, now, |case, way| Some(letters::again(case, way))).await?;
    }
    tx.commit().await
}

/// Why a move was not made; nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    #[error("no such case")]
    NotFound,
    /// Somebody else made a move after the page was loaded.
    #[error(
        "This case has gone on since you loaded the page. Nothing was changed; what you wrote is still here. Please look again, then send it."
    )]
    Stale,
    #[error("There is no other case of the same person under this number.")]
    NoOther,
    #[error(transparent)]
    Illegal(#[from] Illegal),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Who makes a move, and what they had in front of them.
#[derive(Clone, Copy)]
pub struct Mover<'a> {
    pub by: By,
    pub officer: Option<&'a Member>,
    /// The revision that the page was loaded with; none where any will do.
    pub seen: Option<i64>,
    pub origin: &'a str,
}

/// Makes one move: decided by [`case::make`], stored, recorded and told, or none of it.
pub async fn make(db: &Db, number: &str, mover: Mover<'_>, mv: &Move, now: UtcMillis) -> Result<Case, NotMade> {
    let Mover { by, officer, seen, origin } = mover;
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let mut case = by_number(tx.conn(), number).await?.ok_or(NotMade::NotFound)?;
    if seen.is_some_and(|seen| seen != case.revision) {
        return Err(NotMade::Stale);
    }
    let (next, step) = case::make(&case.facts(), by, mv, now)?;
    (case.state, case.due) = (next.state, next.due);
    match mv {
        Move::BeginReview => case.officer = officer.map(|o| o.id.clone()),
        Move::MarkDuplicate { of } => {
            let other = by_number(tx.conn(), of).await?;
            if !other.is_some_and(|other| other.email == case.email && other.for_officers()) {
                return Err(NotMade::NoOther);
            }
            case.duplicate_of = Some(of.clone());
        }
        Move::Decide(rulings) => {
            for ruling in rulings {
                for asked in case.purposes.iter_mut().filter(|p| p.purpose == ruling.purpose) {
                    asked.outcome = Some(ruling.outcome);
                    asked.grounds = ruling.grounds.clone();
                }
            }
            case.decided = Some(now);
        }
        Move::Complain { .. } => (case.complaint_due, case.complaint_answered) = (step.due, None),
        Move::AnswerComplaint { .. } => case.complaint_answered = Some(now),
        Move::Add { .. } | Move::Extend { .. } | Move::Withdraw | Move::Close => {}
        // These two are made where a code is looked at and where a case is filed.
        Move::Verify | Move::Acknowledge => return Err(NotMade::NotFound),
    }
    let text = match mv {
        Move::Add { text } | Move::Complain { text } | Move::AnswerComplaint { text } => Some(text.clone()),
        Move::Extend { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    record(&mut tx, &mut case, step, by, officer, text, now).await?;
    write(&mut tx, &case, origin, now, |case, way| letters::about(case, mv, way)).await?;
    save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(case)
}
