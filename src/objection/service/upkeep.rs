//! What happens to cases without a press: accounts are joined, addresses are written another way, a
//! clock was wrong, and texts are erased in time.

use super::{Recorded, link, record, uphold_by_rule, write};
use crate::account::model::Member;
use crate::consent::afterwards::Afterwards;
use crate::db::{self, Db, Tx};
use crate::ledger::{CaseStep, ClockSpan, Step, Swept, SweptFor, store as ledger};
use crate::objection::case::Move;
use crate::objection::progress::BEFORE_DAYS;
use crate::objection::{letters, progress_letter, store};
use crate::time::UtcMillis;

/// Has the cases of `from` go on in the account `to`, which belongs to the same person.
pub async fn take_over(tx: &mut Tx, from: &Member, to: &Member, now: UtcMillis) -> db::Result<()> {
    for mut case in store::of_member(tx.conn(), &from.id).await? {
        ledger::lock(tx.conn(), &case.number).await?;
        link(tx, &mut case, to, now).await?;
        store::save(tx.conn(), &case).await?;
    }
    Ok(())
}

/// Writes the addresses of cases as `write` has them, where they may be written in more than one
/// way.
pub async fn settle_addresses(db: &Db, write: impl Fn(&str) -> Option<String>) -> db::Result<()> {
    for (number, email) in store::addresses_beyond_ascii(db.reader().await?.conn()).await? {
        if let Some(written) = write(&email).filter(|written| *written != email) {
            let mut tx = db.begin().await?;
            store::set_address(tx.conn(), &number, &written).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Moves the due dates of what arrived within `span`, when the clock was wrong, to what they would
/// be had it arrived at `now`, where that is earlier. Returns how many were moved.
pub async fn reschedule(tx: &mut Tx, span: ClockSpan, now: UtcMillis) -> db::Result<u64> {
    let mut moved = 0;
    for number in store::received_within(tx.conn(), span).await? {
        ledger::lock(tx.conn(), &number).await?;
        let Some(mut case) = store::by_number(tx.conn(), &number).await? else { continue };
        if let Some(step) = case.reschedule(now) {
            moved += 1;
            record(tx, &mut case, Recorded::by_system(step), now).await?;
            store::save(tx.conn(), &case).await?;
        }
    }
    Ok(moved)
}

/// Upholds what is upheld by rule in cases that a version before this one has left to the officers,
/// and writes to the people.
pub async fn catch_up_by_rule(db: &Db, origin: &str, now: UtcMillis) -> db::Result<()> {
    let mut reader = db.reader().await?;
    let numbers = store::undecided_by_rule(reader.conn()).await?;
    drop(reader);
    for number in numbers {
        let mut tx = db.begin().await?;
        ledger::lock(tx.conn(), &number).await?;
        let Some(mut case) = store::by_number(tx.conn(), &number).await? else { continue };
        if uphold_by_rule(&mut tx, &mut case, now).await? {
            let by_rule = &Move::UpholdByRule;
            write(&mut tx, &case, origin, now, |case, way| letters::about(case, by_rule, &Afterwards::default(), way))
                .await?;
            store::save(tx.conn(), &case).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Cases looked at in one go by [`tell_progress`].
const AT_ONCE: i64 = 500;

/// Tells people where their objections and complaints stand whose answers are due soon; returns how
/// many. Each is told once, also by two nodes at a time: the step is recorded with the letter. The
/// case's revision stays, so that an officer's half-written answer is not stale by it.
pub async fn tell_progress(db: &Db, origin: &str, now: UtcMillis) -> db::Result<u64> {
    let soon = UtcMillis(now.0.saturating_add(BEFORE_DAYS * UtcMillis::DAY));
    let (mut told, mut after) = (0, (i64::MIN, String::new()));
    loop {
        let found = store::to_be_told(db.reader().await?.conn(), now, soon, &after, AT_ONCE).await?;
        let Some(last) = found.last().cloned() else { return Ok(told) };
        for (_, number) in found {
            told += u64::from(tell_where_it_stands(db, &number, origin, now).await?);
        }
        after = last;
    }
}

/// Whether there was something to tell.
async fn tell_where_it_stands(db: &Db, number: &str, origin: &str, now: UtcMillis) -> db::Result<bool> {
    // Most of them are not told yet, and need no lock.
    let case = store::by_number(db.reader().await?.conn(), number).await?;
    if case.and_then(|case| case.progress_due(now)).is_none() {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(mut case) = store::by_number(tx.conn(), number).await? else { return Ok(false) };
    let Some(to) = case.progress_due(now) else { return Ok(false) };
    record(&mut tx, &mut case, Recorded::by_system(Step::ProgressTold.into()), now).await?;
    write(&mut tx, &case, origin, now, |case, way| Some(progress_letter::progress(case, to, way))).await?;
    tx.commit().await?;
    Ok(true)
}

/// Erases what was written in a case whose address nobody confirmed in time, with the name and the
/// address, and records how many texts it had. The entries, with the hashes, stay. False where
/// another node was faster, or where it is not time yet by the database's own clock.
pub async fn sweep_texts(db: &Db, number: &str, now: UtcMillis) -> db::Result<bool> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(texts) = store::erase_texts(tx.conn(), number, now).await? else { return Ok(false) };
    if texts > 0
        && let Some(mut case) = store::by_number(tx.conn(), number).await?
    {
        let texts = u32::try_from(texts).unwrap_or(u32::MAX);
        let swept = Some(Swept { texts, reason: SweptFor::Unconfirmed });
        let step = CaseStep { swept, ..Step::Swept.into() };
        record(&mut tx, &mut case, Recorded::by_system(step), now).await?;
    }
    tx.commit().await?;
    Ok(true)
}
