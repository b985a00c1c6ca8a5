//! How a person without an account shows that a case is theirs: a code, and the links of our
//! letters. Both are stored as hashes.

use super::{acknowledge, by_number, earlier_of_applicant, reach, record, save, write};
use crate::account::model::Member;
use crate::account::store::allowances;
use crate::db::{Conn, Db, Tx, on};
use crate::ledger::entry::sha256_hex;
use crate::ledger::{CaseStep, Decided, Step, store as ledger};
use crate::mail::store as outbox;
use crate::objection::case::{self, By, Move, State};
use crate::objection::letters;
use crate::objection::model::Case;
use crate::objection::repeat::ACCIDENT;
use crate::time::guard::TOLERANCE;
use crate::{id, time::UtcMillis};

/// The case that a link opens.
pub async fn by_link(mut conn: Conn<'_>, number: &str, key: &str) -> sqlx::Result<bool> {
    const BY_LINK: &str = "select count(*) from case_links where sha256 = $1 and number = $2";
    let found: i64 = on!(&mut conn, c => sqlx::query_scalar(BY_LINK)
        .bind(sha256_hex(key.as_bytes())).bind(number)
        .fetch_one(&mut **c).await)?;
    Ok(found > 0)
}

/// How long a code holds, in milliseconds; how many wrong ones are looked at before a new one is
/// needed; how many are sent while each follows the one before within a day, and how long to wait
/// between two.
pub const CODE_HOLDS: i64 = UtcMillis::DAY;
pub const CODE_TRIES: i64 = 6;
const CODES_MAX: i64 = 10;
const CODE_PAUSE: i64 = 60_000;

pub(super) async fn send_code(tx: &mut Tx, case: &mut Case, origin: &str, now: UtcMillis) -> sqlx::Result<()> {
    const CODE: &str = "insert into case_codes (number, sha256, sent_at, sent, tries) values ($1, $2, $3, 1, 0)
      on conflict (number) do update set sha256 = excluded.sha256, sent_at = excluded.sent_at, tries = 0,
        sent = case when case_codes.sent_at < excluded.sent_at - 86400000 then 1 else case_codes.sent + 1 end";
    let code = id::code(&id::forty_bits());
    on!(tx.conn(), c => sqlx::query(CODE)
        .bind(&case.number).bind(code_hash(&case.number, &code)).bind(now.0)
        .execute(c).await.map(drop))?;
    record(tx, case, CaseStep::from(Step::CodeSent), By::System, None, None, now).await?;
    let at = allowances::unproved_mail_at(tx.conn(), now).await?;
    outbox::put_for(tx.conn(), &letters::code(case, &code, origin), at, now).await.map(drop)
}

/// Of a code as people type it: without regard to case, blanks and the letters that look like
/// digits.
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
/// Where `viewer`, who typed it, is a member with this very address, the case becomes theirs. Right
/// once more within an hour, as by a second press, it opens the case and does nothing else.
pub async fn verify(
    db: &Db,
    number: &str,
    code: &str,
    viewer: Option<&Member>,
    origin: &str,
    now: UtcMillis,
) -> sqlx::Result<Verified> {
    const TRY: &str = "update case_codes set tries = tries + 1 where number = $1";
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(row) = code_of(tx.conn(), number).await? else { return Ok(Verified::No) };
    if row.tries >= CODE_TRIES {
        return Ok(Verified::Spent);
    }
    if !UtcMillis(row.sent_at).lasts(CODE_HOLDS, now) || row.sha256 != code_hash(number, code) {
        on!(tx.conn(), c => sqlx::query(TRY).bind(number).execute(c).await.map(drop))?;
        tx.commit().await?;
        return Ok(Verified::No);
    }
    let Some(mut case) = by_number(tx.conn(), number).await? else { return Ok(Verified::No) };
    if case.steps.iter().any(|done| done.step == Step::Verified && done.at.lasts(ACCIDENT, now)) {
        return Ok(Verified::Yes);
    }
    let Ok((next, step)) = case::make(&case.facts(), By::Applicant, &Move::Verify, now) else {
        return Ok(Verified::No);
    };
    case.state = next.state;
    record(&mut tx, &mut case, step, By::Applicant, None, None, now).await?;
    if let Some(member) = viewer.filter(|m| m.email == case.email) {
        link(&mut tx, &mut case, member, now).await?;
    } else {
        case.after = earlier_of_applicant(tx.conn(), &case).await?;
    }
    acknowledge(&mut tx, &mut case, origin, now).await?;
    reach::reach_owner(&mut tx, &case, now).await?;
    save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(Verified::Yes)
}

/// Makes a case that was filed without an account the member's: from here on it stands in their
/// history and their purposes rest, or, once it was upheld, are off for good. That the address is
/// the same proves nothing of who wrote it; the caller has seen that this member came with the link
/// or the code of the case. True also where it is theirs already; false where it cannot be.
pub async fn claim(db: &Db, number: &str, member: &Member, now: UtcMillis) -> sqlx::Result<bool> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(mut case) = by_number(tx.conn(), number).await? else { return Ok(false) };
    if case.member.as_ref() == Some(&member.id) {
        return Ok(true);
    }
    if !case.can_be_claimed(member) {
        return Ok(false);
    }
    link(&mut tx, &mut case, member, now).await?;
    if let Some(rulings) = case.rulings() {
        // The decision, too, has to stand in the history from which the standing is decided.
        let outcomes = rulings.iter().map(|r| Decided { purpose: r.purpose, outcome: r.outcome, text: None }).collect();
        let decided = CaseStep { outcomes, ..Step::Decided.into() };
        record(&mut tx, &mut case, decided, By::System, None, None, now).await?;
    }
    save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(true)
}

/// Records that the case goes on in the history of `member`.
pub(super) async fn link(tx: &mut Tx, case: &mut Case, member: &Member, now: UtcMillis) -> sqlx::Result<()> {
    let Some(newest) = case.steps.last() else { return Ok(()) };
    let linked = case::linked(&case.facts(), newest.entry);
    case.subject = member.subject.clone();
    case.member = Some(member.id.clone());
    reach::linked(tx.conn(), case, member).await?;
    record(tx, case, linked, By::System, None, None, now).await.map(drop)
}

/// Writes once more to whoever filed `number`, if `email` is theirs: a new code while it is
/// unverified, else the way to the case. What became of it is not told, because whoever asks may be
/// anybody.
pub async fn write_again(db: &Db, number: &str, email: &str, origin: &str, now: UtcMillis) -> sqlx::Result<()> {
    const NEWEST: &str = "select count(*), coalesce(max(made_at), 0) from case_links where number = $1 and made_at > $2 and made_at <= $3";
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(mut case) = by_number(tx.conn(), number).await?.filter(|case| case.email == email) else { return Ok(()) };
    if case.state == State::AwaitingVerification {
        let row = code_of(tx.conn(), number).await?;
        let within_a_day = |row: &CodeRow| UtcMillis(row.sent_at).lasts(CODE_HOLDS, now);
        if row.is_some_and(|row| {
            row.sent >= CODES_MAX && within_a_day(&row) || UtcMillis(row.sent_at).lasts(CODE_PAUSE, now)
        }) {
            return Ok(());
        }
        send_code(&mut tx, &mut case, origin, now).await?;
        save(tx.conn(), &case).await?;
    } else {
        let since = now.0 - UtcMillis::DAY;
        let (sent, newest): (i64, i64) = on!(tx.conn(), c => sqlx::query_as(NEWEST).bind(number).bind(since).bind(now.0 + TOLERANCE).fetch_one(c).await)?;
        if sent >= CODES_MAX || UtcMillis(newest).lasts(CODE_PAUSE, now) {
            return Ok(());
        }
        write(&mut tx, &case, origin, now, |case, way| Some(letters::again(case, way))).await?;
    }
    tx.commit().await
}
