//! How a person without an account shows that a case is theirs: a code, and the links of our letters. Both are stored as hashes.

use super::{acknowledge, by_number, record, save, write};
use crate::account::model::Role;
use crate::account::store as accounts;
use crate::db::{Conn, Db, Tx, on};
use crate::ledger::entry::sha256_hex;
use crate::ledger::{CaseStep, Step, store as ledger};
use crate::mail::store as outbox;
use crate::objection::case::{self, By, Move, State};
use crate::objection::letters;
use crate::objection::model::Case;
use crate::{id, time::UtcMillis};

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

pub(super) async fn send_code(tx: &mut Tx, case: &mut Case, origin: &str, now: UtcMillis) -> sqlx::Result<()> {
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
