//! Filing: one form is one case, also when it is sent twice.

use super::codes::{self, FreshCode};
use super::{acknowledge, by_form, of_member, record, save, unconfirmed};
use crate::account::model::Member;
use crate::db::{Conn, Db, on};
use crate::ledger::entry::sha256_hex;
use crate::ledger::store as ledger;
use crate::objection::case::{self, By, CaseState};
use crate::objection::form::{Filing, Person};
use crate::objection::model::{AskedPurpose, Case};
use crate::objection::repeat::ACCIDENT;
use crate::objection::steps;
use crate::objection::{deadline, regime};
use crate::{id, time::UtcMillis};

/// Whose case it is that is being filed.
#[derive(Clone, Copy)]
pub enum Filer<'a> {
    Member(&'a Member),
    /// With the code that they are mailed.
    Applicant(&'a Person, &'a FreshCode),
}

/// What became of a filed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// The number of the case, a new one or that of the same form sent before. Where its address is
    /// still to be confirmed, with the mark that shows to whoever filed it that it is stored.
    Case { number: String, verify: Option<String> },
    /// Too many of this person, or under this address, within a day: nothing was stored.
    TooMany,
}

impl Filed {
    fn as_it_is(case: Case) -> Self {
        let verify = (case.state == CaseState::AwaitingVerification).then(|| case.filed_mark());
        Self::Case { number: case.number, verify }
    }
}

/// Cases of one member in a day, and under one address that nobody has shown to be theirs. The
/// second is wide: whoever files so often in somebody's name keeps that person from filing. So that
/// no mailbox is filled, few of them are mailed a code ([`codes::CODES_AN_ADDRESS`]).
const A_DAY: i64 = 10;
const UNCONFIRMED_A_DAY: i64 = 50;
/// Cases of one form that are looked through for the same press.
const SAME_FORM_MAX: u32 = 20;

/// Stores what was filed. The same form sent twice is one case while that is open, and so is the
/// same content from one member within an hour; another one about the same purposes is a case of
/// its own, linked to the first.
///
/// Without an account another form is always another case: whoever sends it may be somebody else,
/// who is not to learn what was filed under this address, nor its number. The mail with the code
/// says to the owner of the address that the same was filed before.
pub async fn file(
    db: &Db,
    filing: &Filing,
    filer: Filer<'_>,
    form: &str,
    origin: &str,
    now: UtcMillis,
) -> sqlx::Result<Filed> {
    let mut tx = db.begin().await?;
    let (subject, member) = match filer {
        Filer::Member(member) => (member.subject.clone(), Some(member)),
        Filer::Applicant(..) => (id::opaque().to_string(), None),
    };
    let (name, email) = match filer {
        Filer::Member(member) => (member.name.clone(), member.email.clone()),
        Filer::Applicant(person, _) => (person.name.clone(), person.email.clone()),
    };
    ledger::lock(tx.conn(), form).await?;
    ledger::lock(tx.conn(), if member.is_some() { &subject } else { &email }).await?;
    // The same form with something else in it, or somebody else's, is another case. And so it is
    // once the first was withdrawn, joined to another or decided: whoever sends it again objects
    // again. Its name follows from the first, so that a press of that one once more finds it.
    let mut form = form.to_owned();
    let mut named = 1;
    while let Some(case) = by_form(tx.conn(), &form).await? {
        if case.email == email && case.says_the_same(filing) && case.is_open() {
            return Ok(Filed::as_it_is(case));
        }
        if named == SAME_FORM_MAX {
            form = id::opaque().to_string();
            break;
        }
        form = sha256_hex(format!("{form} {}", case.number).as_bytes());
        named += 1;
    }
    let earlier = match member {
        Some(member) => of_member(tx.conn(), &member.id).await?,
        None => unconfirmed(tx.conn(), &email, UtcMillis(now.0 - UtcMillis::DAY)).await?,
    };
    let same = earlier.iter().find(|c| c.is_open() && c.says_the_same(filing) && c.received.lasts(ACCIDENT, now));
    if let (Some(same), true) = (same, member.is_some()) {
        return Ok(Filed::as_it_is(same.clone()));
    }
    let same = same.map(|case| case.number.clone());
    let today = earlier.iter().filter(|case| case.received.lasts(UtcMillis::DAY, now)).count() as i64;
    // Newest first: the last one is the first filed.
    let first = earlier.iter().rfind(|case| member.is_some() && case.overlaps(filing));
    let after = first.map(|case| case.number.clone());
    if today >= if member.is_some() { A_DAY } else { UNCONFIRMED_A_DAY } {
        return Ok(Filed::TooMany);
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
        state: if member.is_some() { CaseState::Received } else { CaseState::AwaitingVerification },
        received: now,
        first_due: due,
        due,
        decided: None,
        complaint_due: None,
        complaint_answered: None,
        after,
        duplicate_of: None,
        officer: None,
        proposed: None,
        revision: 0,
        links_closed: None,
        purposes: filing
            .purposes
            .iter()
            .map(|p| AskedPurpose { purpose: *p, outcome: None, grounds: None, proposed: None })
            .collect(),
        joined: Vec::new(),
        steps: Vec::new(),
    };
    insert(tx.conn(), &case, &form).await?;
    let filed = steps::filed(&case.facts(), case.after.clone());
    let reason = case.reason.clone();
    record(&mut tx, &mut case, filed, By::Applicant, None, reason, now).await?;
    match filer {
        Filer::Member(_) => acknowledge(&mut tx, &mut case, origin, now).await?,
        Filer::Applicant(_, code) if codes::there_is_room(tx.conn(), &case.email, now).await? => {
            codes::send(&mut tx, &mut case, code, same.as_deref(), origin, now).await?;
        }
        // It is stored, and a code can be sent to it another day.
        Filer::Applicant(..) => {}
    }
    save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(Filed::as_it_is(case))
}

/// A number that no case has yet.
async fn fresh_number(mut conn: Conn<'_>) -> sqlx::Result<String> {
    const TAKEN: &str = "select count(*) from cases where number = $1";
    loop {
        let number = case::number(id::random());
        let taken: i64 = on!(conn, c => sqlx::query_scalar(TAKEN).bind(&number).fetch_one(c).await)?;
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
    on!(conn, c => sqlx::query(CASE)
        .bind(&case.number).bind(&case.subject).bind(&case.member).bind(form).bind(&case.name).bind(&case.email)
        .bind(case.region.country().alpha2()).bind(case.region.is_california()).bind(case.mode.as_str()).bind(&case.reason)
        .bind(&case.language).bind(case.state.as_str()).bind(case.received.0).bind(case.first_due.0).bind(case.due.0)
        .bind(&case.after)
        .execute(c).await.map(drop))?;
    for (position, asked) in (1i64..).zip(&case.purposes) {
        on!(conn, c => sqlx::query(PURPOSE)
            .bind(&case.number).bind(position).bind(asked.purpose.as_str())
            .execute(c).await.map(drop))?;
    }
    Ok(())
}
