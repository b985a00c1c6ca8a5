//! The codes with which a person without an account opens their case (tables `case_mailed_codes`,
//! `case_codes` and `case_code_tries`).
//!
//! A stranger must not spend the applicant's tries, so wrong codes are counted by who enters them:
//! six for the browser that filed, six for each network address, and a wide total for all strangers
//! together. A code has eight letters of 32, so 2⁴⁰ values. At most ten hold at a time, and a new
//! one begins the counts afresh, ten times a day: whoever has a thousand addresses makes 10,000
//! tries a day, and is right once in 10 million days (2⁴⁰ ÷ (10 × 10,000)).

use super::{by_number, record};
use crate::account::store::allowances;
use crate::db::{Conn, Db, Tx, on};
use crate::id;
use crate::ledger::entry::sha256_hex;
use crate::ledger::{CaseStep, Step, store as ledger};
use crate::mail::store as outbox;
use crate::objection::case::{By, CaseState};
use crate::objection::letters;
use crate::objection::model::Case;
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;

/// How long a code holds, in milliseconds, and how many of one case are sent while each follows the
/// one before within a day.
pub const CODE_HOLDS: i64 = UtcMillis::DAY;
const CODES_MAX: i64 = 10;
/// The milliseconds that pass between two codes of one case.
pub(super) const CODE_PAUSE: i64 = 60_000;
/// Codes that one address is sent in a day, for all the cases that somebody filed under it: so that
/// no mailbox is filled.
pub const CODES_AN_ADDRESS: i64 = 10;
/// Wrong codes that are looked at before a new one is needed: of the browser that filed, and of
/// each network address; of all network addresses together.
pub const CODE_TRIES: i64 = 6;
pub const CODE_TRIES_IN_ALL: i64 = 1_000;

/// A code that was made: what is mailed, and its hash.
#[derive(Clone)]
pub struct FreshCode {
    pub shown: String,
    pub hash: String,
}

/// A code as it is hashed, however it was typed.
pub fn read_code(typed: &str) -> String {
    id::forgiving(typed).unwrap_or_default()
}

/// Under which hash a code stands that was made before they were hashed slowly.
pub fn old_code_hash(number: &str, code: &str) -> String {
    sha256_hex(format!("{number} {code}").as_bytes())
}

/// Who enters a code: with the mark that whoever filed the case was given, if it is right, and from
/// which network address.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    pub mark: &'a str,
    pub address: &'a str,
}

/// What is to be done about a code that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Try {
    /// It is to be compared with these hashes. None where there is no such case.
    Look(Vec<String>),
    /// Too many wrong ones: a new code is needed.
    Spent,
}

#[derive(sqlx::FromRow)]
struct Counted {
    sha256: String,
    sent_at: i64,
    sent: i64,
}

async fn counted(mut conn: Conn<'_>, number: &str) -> sqlx::Result<Option<Counted>> {
    const COUNTED: &str = "select sha256, sent_at, sent from case_codes where number = $1";
    on!(conn, c => sqlx::query_as(COUNTED).bind(number).fetch_optional(c).await)
}

/// The hashes of the codes of a case that hold at `now`.
pub async fn hashes(mut conn: Conn<'_>, number: &str, now: UtcMillis) -> sqlx::Result<Vec<String>> {
    const MAILED: &str =
        "select hash from case_mailed_codes where number = $1 and sent_at > $2 and sent_at <= $3 order by sent_at desc";
    let (since, until) = (now.0 - CODE_HOLDS, now.0 + TOLERANCE);
    let mut all: Vec<String> = on!(conn, c => sqlx::query_scalar(MAILED)
        .bind(number).bind(since).bind(until).fetch_all(c).await)?;
    // One that was sent by the version before.
    let old = counted(conn, number).await?;
    let holds = |row: &Counted| !row.sha256.is_empty() && UtcMillis(row.sent_at).lasts(CODE_HOLDS, now);
    all.extend(old.filter(holds).map(|row| row.sha256));
    Ok(all)
}

/// Whether this case may be sent another code.
pub(super) async fn may_send(mut conn: Conn<'_>, case: &Case, now: UtcMillis) -> sqlx::Result<bool> {
    let row = counted(conn.reborrow(), &case.number).await?;
    let too_many = |row: &Counted| {
        let sent = UtcMillis(row.sent_at);
        row.sent >= CODES_MAX && sent.lasts(CODE_HOLDS, now) || sent.lasts(CODE_PAUSE, now)
    };
    Ok(!row.as_ref().is_some_and(too_many) && there_is_room(conn, &case.email, now).await?)
}

/// Whether this address may be sent another code.
pub(super) async fn there_is_room(mut conn: Conn<'_>, email: &str, now: UtcMillis) -> sqlx::Result<bool> {
    const SENT: &str = "select count(*) from case_mailed_codes m join cases c on c.number = m.number
      where c.email = $1 and m.sent_at > $2 and m.sent_at <= $3";
    let sent: i64 = on!(conn, c => sqlx::query_scalar(SENT)
        .bind(email).bind(now.0 - UtcMillis::DAY).bind(now.0 + TOLERANCE).fetch_one(c).await)?;
    Ok(sent < CODES_AN_ADDRESS)
}

/// Mails a code. Those that were sent before stay good until their day is over. `same` is a case
/// under the same address that asks the same.
pub(super) async fn send(
    tx: &mut Tx,
    case: &mut Case,
    code: &FreshCode,
    same: Option<&str>,
    origin: &str,
    now: UtcMillis,
) -> sqlx::Result<()> {
    const KEEP: &str = "insert into case_mailed_codes (hash, number, sent_at)
      select sha256, number, sent_at from case_codes where number = $1 and sha256 <> '' on conflict do nothing";
    const COUNT: &str = "insert into case_codes (number, sha256, sent_at, sent, tries) values ($1, '', $2, 1, 0)
      on conflict (number) do update set sha256 = '', sent_at = excluded.sent_at, tries = 0,
        sent = case when case_codes.sent_at < excluded.sent_at - 86400000 then 1 else case_codes.sent + 1 end";
    const CODE: &str = "insert into case_mailed_codes (hash, number, sent_at) values ($1, $2, $3)";
    const AFRESH: &str = "delete from case_code_tries where number = $1";
    on!(tx.conn(), c => sqlx::query(KEEP).bind(&case.number).execute(c).await.map(drop))?;
    on!(tx.conn(), c => sqlx::query(COUNT).bind(&case.number).bind(now.0).execute(c).await.map(drop))?;
    on!(tx.conn(), c => sqlx::query(CODE)
        .bind(&code.hash).bind(&case.number).bind(now.0).execute(c).await.map(drop))?;
    on!(tx.conn(), c => sqlx::query(AFRESH).bind(&case.number).execute(c).await.map(drop))?;
    record(tx, case, CaseStep::from(Step::CodeSent), By::System, None, None, now).await?;
    let at = allowances::unproved_mail_at(tx.conn(), now).await?;
    outbox::put_for(tx.conn(), &letters::code(case, &code.shown, same, origin), at, now).await.map(drop)
}

/// Counts a code that was typed, durably and before it is looked at, so that many at once count
/// too.
pub async fn begin_try(db: &Db, number: &str, asker: Asker<'_>, now: UtcMillis) -> sqlx::Result<Try> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(case) = by_number(tx.conn(), number).await? else {
        // As many rows as a stranger's try, so that a case that there is not takes as long.
        for who in ["own", "all"] {
            allowances::stand_in(tx.conn(), &format!("code {who} {number}"), now).await?;
        }
        tx.commit().await?;
        return Ok(Try::Look(Vec::new()));
    };
    let Asker { mark, address } = asker;
    let filer = !mark.is_empty() && mark == case.filed_mark();
    let own = if filer { "filer".to_owned() } else { sha256_hex(format!("code {number} {address}").as_bytes()) };
    let mut counts = vec![(own.as_str(), CODE_TRIES)];
    if !filer {
        counts.push(("all", CODE_TRIES_IN_ALL));
    }
    for (who, most) in &counts {
        if tries(tx.conn(), number, who, now).await? >= *most {
            return Ok(Try::Spent);
        }
    }
    for (who, _) in counts {
        count(tx.conn(), number, who, now).await?;
    }
    let hashes = hashes(tx.conn(), number, now).await?;
    tx.commit().await?;
    let waits = case.state == CaseState::AwaitingVerification || case.steps.iter().any(|s| s.step == Step::Verified);
    Ok(Try::Look(if waits && !case.email.is_empty() { hashes } else { Vec::new() }))
}

async fn tries(mut conn: Conn<'_>, number: &str, who: &str, now: UtcMillis) -> sqlx::Result<i64> {
    const TRIES: &str = "select tries, newest_at from case_code_tries where number = $1 and who = $2";
    let row: Option<(i64, i64)> = on!(conn, c => sqlx::query_as(TRIES).bind(number).bind(who).fetch_optional(c).await)?;
    Ok(row.filter(|(_, newest)| UtcMillis(*newest).lasts(UtcMillis::DAY, now)).map_or(0, |(tries, _)| tries))
}

async fn count(mut conn: Conn<'_>, number: &str, who: &str, now: UtcMillis) -> sqlx::Result<()> {
    const COUNT: &str = "insert into case_code_tries (number, who, tries, newest_at) values ($1, $2, $3, $4)
      on conflict (number, who) do update set tries = excluded.tries, newest_at = excluded.newest_at";
    let tries = tries(conn.reborrow(), number, who, now).await? + 1;
    on!(conn, c => sqlx::query(COUNT).bind(number).bind(who).bind(tries).bind(now.0).execute(c).await.map(drop))
}

/// A right code is no wrong one: the counts begin afresh.
pub(super) async fn forgive(mut conn: Conn<'_>, number: &str) -> sqlx::Result<()> {
    const FORGIVE: &str = "delete from case_code_tries where number = $1";
    on!(conn, c => sqlx::query(FORGIVE).bind(number).execute(c).await.map(drop))
}

/// Removes codes, counts and tries from before `since`, at most so many of each; whether more are
/// left.
pub async fn sweep(mut conn: Conn<'_>, since: UtcMillis, most: i64) -> sqlx::Result<bool> {
    const CODES: &str = "delete from case_mailed_codes where hash in
      (select hash from case_mailed_codes where sent_at <= $1 order by sent_at limit $2)";
    const COUNTS: &str = "delete from case_codes where number in
      (select number from case_codes where sent_at <= $1 limit $2)";
    const TRIES: &str = "delete from case_code_tries where (number, who) in
      (select number, who from case_code_tries where newest_at <= $1 order by newest_at limit $2)";
    let mut more = false;
    for sql in [CODES, COUNTS, TRIES] {
        let gone = on!(conn, c => sqlx::query(sql).bind(since.0).bind(most)
            .execute(c).await.map(|done| done.rows_affected()))?;
        more |= gone >= most.unsigned_abs();
    }
    Ok(more)
}
