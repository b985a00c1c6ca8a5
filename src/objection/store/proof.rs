//! How a person without an account shows that a case is theirs, and puts it into an account.

use super::codes::{self, CODE_PAUSE, FreshCode};
use super::{acknowledge, by_number, earlier_of_applicant, reach, record, save, write};
use crate::account::model::Member;
use crate::account::store::allowances;
use crate::db::{Db, Tx, on};
use crate::ledger::{CaseStep, Decided, Step, store as ledger};
use crate::mail::{Letter, store as outbox};
use crate::objection::case::{By, CaseState, Move};
use crate::objection::letters;
use crate::objection::model::Case;
use crate::objection::repeat::ACCIDENT;
use crate::objection::steps;
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;

/// Links of one case that are sent in a day to whoever asks for them.
const LINKS_MAX: i64 = 10;

/// Opens the case whose code with this hash was typed. Where `viewer`, who typed it, is a member
/// with this very address, the case becomes theirs. Right once more within an hour, as by a second
/// press, it opens the case and does nothing else; false where it opens nothing.
pub async fn verify(
    db: &Db,
    number: &str,
    hash: &str,
    viewer: Option<&Member>,
    origin: &str,
    now: UtcMillis,
) -> sqlx::Result<bool> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    if !codes::hashes(tx.conn(), number, now).await?.iter().any(|known| known == hash) {
        return Ok(false);
    }
    let Some(mut case) = by_number(tx.conn(), number).await? else { return Ok(false) };
    codes::forgive(tx.conn(), number).await?;
    if case.steps.iter().any(|done| done.step == Step::Verified && done.at.lasts(ACCIDENT, now)) {
        tx.commit().await?;
        return Ok(true);
    }
    let Ok((next, step)) = steps::apply(&case.facts(), By::Applicant, &Move::Verify, now) else {
        return Ok(false);
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
    Ok(true)
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
    let linked = steps::linked(&case.facts(), newest.entry);
    case.subject = member.subject.clone();
    case.member = Some(member.id.clone());
    reach::linked(tx.conn(), case, member).await?;
    record(tx, case, linked, By::System, None, None, now).await.map(drop)
}

/// Writes once more to whoever filed `number`, if `email` is theirs: `code` while it is unverified,
/// else the way to the case. What became of it is not told, neither by the answer nor by whether
/// something is committed, because whoever asks may be anybody.
pub async fn write_again(
    db: &Db,
    number: &str,
    email: &str,
    code: &FreshCode,
    origin: &str,
    now: UtcMillis,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let case = by_number(tx.conn(), number).await?.filter(|case| case.email == email);
    let written = match case {
        Some(mut case) => write_to_applicant(&mut tx, &mut case, code, origin, now).await?,
        None => false,
    };
    if !written {
        let letter = Letter { to: String::new(), subject: String::new(), blocks: Vec::new() };
        allowances::stand_in(tx.conn(), number, now).await?;
        outbox::put_for_nobody(tx.conn(), &letter, now).await?;
    }
    tx.commit().await
}

/// Does so, unless they were written to often enough; false where nothing was written.
async fn write_to_applicant(
    tx: &mut Tx,
    case: &mut Case,
    code: &FreshCode,
    origin: &str,
    now: UtcMillis,
) -> sqlx::Result<bool> {
    const NEWEST: &str = "select count(*), coalesce(max(made_at), 0) from case_links
      where number = $1 and made_at > $2 and made_at <= $3";
    if case.state == CaseState::AwaitingVerification {
        if !codes::may_send(tx.conn(), case, now).await? {
            return Ok(false);
        }
        codes::send(tx, case, code, None, origin, now).await?;
        save(tx.conn(), case).await?;
        return Ok(true);
    }
    let since = now.0 - UtcMillis::DAY;
    let (sent, newest): (i64, i64) = on!(tx.conn(), c => sqlx::query_as(NEWEST)
        .bind(&case.number).bind(since).bind(now.0 + TOLERANCE).fetch_one(c).await)?;
    if sent >= LINKS_MAX || UtcMillis(newest).lasts(CODE_PAUSE, now) {
        return Ok(false);
    }
    write(tx, case, origin, now, |case, way| Some(letters::again(case, way))).await?;
    Ok(true)
}
