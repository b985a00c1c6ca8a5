//! How a person without an account shows that a case is theirs, and puts it into an account.

use super::{Recorded, acknowledge, link, reach, record, uphold_by_rule, write};
use crate::account::model::Member;
use crate::account::store::allowances;
use crate::db::{self, Db, Tx};
use crate::ledger::{Step, store as ledger};
use crate::mail::{Letter, store as outbox};
use crate::objection::case::{By, Move};
use crate::objection::code::{Asker, Sent};
use crate::objection::model::Case;
use crate::objection::{letters, recorded_letters, store};
use crate::time::UtcMillis;

/// A code that was made: what is mailed, and its hash.
#[derive(Clone)]
pub struct FreshCode {
    pub shown: String,
    pub hash: String,
}

/// What is to be done about a code that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Try {
    /// It is to be compared with these hashes. None where there is no such case.
    Look(Vec<String>),
    /// Too many wrong ones: a new code is needed.
    Spent,
}

/// Mails a code. Those that were sent before stay good until their day is over. `same` is a case
/// under the same address that asks the same. `case.still_open` has what the same browser filed.
pub(super) async fn send(
    tx: &mut Tx,
    case: &mut Case,
    code: &FreshCode,
    same: Option<&str>,
    origin: &str,
    now: UtcMillis,
) -> db::Result<()> {
    store::put_code(tx.conn(), &case.number, &case.email, &code.hash, now).await?;
    record(tx, case, Recorded::by_system(Step::CodeSent.into()), now).await?;
    if case.is_unconfirmed() {
        return write(tx, case, origin, now, |case, way| Some(recorded_letters::code_again(case, &code.shown, way)))
            .await;
    }
    let at = allowances::unproved_mail_at(tx.conn(), now).await?;
    outbox::put_for(tx.conn(), &letters::code(case, &code.shown, same, origin), at, now).await.map(drop)
}

/// Counts a code that was typed, durably and before it is looked at, so that many at once count
/// too.
pub async fn begin_try(db: &Db, number: &str, asker: Asker<'_>, now: UtcMillis) -> db::Result<Try> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(case) = store::by_number(tx.conn(), number).await? else {
        // As many rows as a stranger's try, so that a case that there is not takes as long.
        for who in ["own", "all"] {
            allowances::stand_in(tx.conn(), &format!("code {who} {number}"), now).await?;
        }
        tx.commit().await?;
        return Ok(Try::Look(Vec::new()));
    };
    let counts = asker.counts(&case);
    for (who, most) in &counts {
        if store::code_tries(tx.conn(), number, who, now).await? >= *most {
            return Ok(Try::Spent);
        }
    }
    for (who, _) in &counts {
        store::count_try(tx.conn(), number, who, now).await?;
    }
    let hashes = store::code_hashes(tx.conn(), number, now).await?;
    tx.commit().await?;
    Ok(Try::Look(if case.has_code() { hashes } else { Vec::new() }))
}

/// What a code has opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The case, whose address is confirmed by it.
    Confirmed,
    /// The same of a case that an officer recorded.
    ConfirmedRecord,
    /// The case, whose address was confirmed before.
    Again,
    Nothing,
}

/// Opens the case whose code with this hash was typed. Where `viewer`, who typed it, is a member
/// with this very address, the case becomes theirs. Right once more within an hour, as by a second
/// press, it opens the case and does nothing else.
pub async fn verify(
    db: &Db,
    number: &str,
    hash: &str,
    viewer: Option<&Member>,
    origin: &str,
    now: UtcMillis,
) -> db::Result<Opened> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    if !store::code_hashes(tx.conn(), number, now).await?.iter().any(|known| known == hash) {
        return Ok(Opened::Nothing);
    }
    let Some(mut case) = store::by_number(tx.conn(), number).await? else { return Ok(Opened::Nothing) };
    // A right code is no wrong one: the counts begin afresh.
    store::forgive_tries(tx.conn(), number).await?;
    if case.was_just_verified(now) {
        tx.commit().await?;
        return Ok(if case.is_same_entering(now) { confirmed(&case) } else { Opened::Again });
    }
    let Ok(verified) = case.apply(By::Applicant, None, &Move::Verify, now) else { return Ok(Opened::Nothing) };
    record(&mut tx, &mut case, Recorded::by_applicant(verified.step, None), now).await?;
    let viewer = viewer.filter(|member| member.email == case.email);
    if viewer.is_none() {
        case.after = store::earlier_of_applicant(tx.conn(), &case).await?;
    }
    if case.record().is_some() {
        count_from_now(&mut tx, &mut case, viewer, origin, now).await?;
    } else {
        if let Some(member) = viewer {
            link(&mut tx, &mut case, member, now).await?;
        }
        acknowledge(&mut tx, &mut case, origin, now).await?;
    }
    store::save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(confirmed(&case))
}

/// What follows where the address of a case that an officer recorded is confirmed: from here on it
/// counts in the account with that address, in the account of `viewer` as their own. An answer that
/// it has had by then counts there, too. What can never be refused is upheld now.
async fn count_from_now(
    tx: &mut Tx,
    case: &mut Case,
    viewer: Option<&Member>,
    origin: &str,
    now: UtcMillis,
) -> db::Result<()> {
    if let Some(member) = viewer {
        link(tx, case, member, now).await?;
        if let Some(decided) = case.decision() {
            record(tx, case, Recorded::by_system(decided), now).await?;
        }
    } else {
        reach::reach_owner(tx, case, now).await?;
    }
    uphold_by_rule(tx, case, now).await?;
    write(tx, case, origin, now, |case, way| Some(recorded_letters::confirmed(case, way))).await
}

fn confirmed(case: &Case) -> Opened {
    if case.record().is_some() { Opened::ConfirmedRecord } else { Opened::Confirmed }
}

/// Makes a case that was filed without an account the member's: from here on it stands in their
/// history and their purposes rest, or, once it was upheld, are off for good. That the address is
/// the same proves nothing of who wrote it; the caller has seen that this member came with the link
/// or the code of the case. True also where it is theirs already; false where it cannot be.
pub async fn claim(db: &Db, number: &str, member: &Member, now: UtcMillis) -> db::Result<bool> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(mut case) = store::by_number(tx.conn(), number).await? else { return Ok(false) };
    if case.member.as_ref() == Some(&member.id) {
        return Ok(true);
    }
    if !case.can_be_claimed(member) {
        return Ok(false);
    }
    link(&mut tx, &mut case, member, now).await?;
    // The decision, too, has to stand in the history from which the standing is decided.
    if let Some(decided) = case.decision().or_else(|| case.still_upheld()).or_else(|| case.upheld_by_rule()) {
        record(&mut tx, &mut case, Recorded::by_system(decided), now).await?;
    }
    store::save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(true)
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
) -> db::Result<()> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let case = store::by_number(tx.conn(), number).await?.filter(|case| case.email == email);
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
) -> db::Result<bool> {
    if case.is_disowned() {
        return Ok(false);
    }
    if case.awaits_code() && !case.state.is_final() {
        let sent: Option<Sent> = store::codes_sent(tx.conn(), &case.number).await?;
        if sent.is_some_and(|sent| !sent.lets_code_follow(now))
            || !store::there_is_room(tx.conn(), &case.email, now).await?
        {
            return Ok(false);
        }
        send(tx, case, code, None, origin, now).await?;
        store::save(tx.conn(), case).await?;
        return Ok(true);
    }
    if !store::links_sent(tx.conn(), &case.number, now).await?.lets_link_follow(now) {
        return Ok(false);
    }
    write(tx, case, origin, now, |case, way| Some(letters::again(case, way))).await?;
    Ok(true)
}

/// Closes every link and every code of this case that was mailed, and the case in every browser
/// that came by one.
pub async fn close_links(db: &Db, number: &str, now: UtcMillis) -> db::Result<()> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    store::delete_links(tx.conn(), number, now).await?;
    tx.commit().await
}
