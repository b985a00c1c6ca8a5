//! A case that was filed without an account pauses its purposes in the account with the same
//! address, too, where that address is known to be the member's. A pause can only turn off, so this
//! asks nobody; what was written stays with whoever has the case's link or code. Each begin and end
//! is an entry in that account's history, so that standing stays a function of the history.

use super::spread;
use crate::account::model::{Member, Role};
use crate::account::store::{by_id_or_subject, proved_by_address};
use crate::db::{self, Tx};
use crate::ledger::{Actor, CaseStep, Channel, Event, NewEntry, store as ledger};
use crate::objection::apply::noes;
use crate::objection::case::Move;
use crate::objection::model::Case;
use crate::objection::store;
use crate::time::UtcMillis;

/// Has `case`, whose address was just confirmed, reach the account that is known to have it.
pub(super) async fn reach_owner(tx: &mut Tx, case: &Case, now: UtcMillis) -> db::Result<()> {
    if !case.reaches() && case.decision().is_none() {
        return Ok(());
    }
    let owner = proved_by_address(tx.conn(), &case.email).await?;
    match owner.filter(|owner| owner.role == Role::Member) {
        Some(owner) => begin(tx, case, &owner, now).await,
        None => Ok(()),
    }
}

/// Has the cases that wait under their addresses reach `members`, whose addresses have just been
/// proved. A case that has reached another account stays with it: its owner had the address when
/// the case was confirmed, and whoever has the mailbox later hears nothing of it. Call it in the
/// transaction that proves them.
pub async fn reach_proved(tx: &mut Tx, members: &[&Member], now: UtcMillis) -> db::Result<()> {
    for number in store::waiting_under(tx, members).await? {
        // The number first and then the history: in the order of every move.
        ledger::lock(tx.conn(), &number).await?;
        let Some(case) = store::by_number(tx.conn(), &number).await?.filter(Case::reaches) else { continue };
        if !store::reached(tx.conn(), &number).await?.is_empty() {
            continue;
        }
        if let Some(member) = members.iter().find(|m| m.email == case.email && m.role == Role::Member) {
            begin(tx, &case, member, now).await?;
        }
    }
    Ok(())
}

/// Records in the accounts that `case` reaches what a move on it changes there.
pub(super) async fn mirror(tx: &mut Tx, case: &Case, mv: &Move, now: UtcMillis) -> db::Result<()> {
    let Some(step) = case.mirrored(mv) else { return Ok(()) };
    for subject in store::reached(tx.conn(), &case.number).await? {
        record(tx, case, &subject, step.clone(), now).await?;
    }
    Ok(())
}

async fn begin(tx: &mut Tx, case: &Case, member: &Member, now: UtcMillis) -> db::Result<()> {
    if !store::put_reached(tx.conn(), case, member).await? {
        return Ok(());
    }
    // It was recorded by an officer, and decided before anybody had confirmed the address.
    if let Some(decision) = case.decision() {
        return record(tx, case, &member.subject, decision, now).await;
    }
    record(tx, case, &member.subject, case.reached(), now).await?;
    match case.still_upheld().or_else(|| case.upheld_by_rule()) {
        Some(step) => record(tx, case, &member.subject, step, now).await,
        None => Ok(()),
    }
}

async fn record(tx: &mut Tx, case: &Case, subject: &str, step: CaseStep, now: UtcMillis) -> db::Result<()> {
    let noes = noes(&step);
    let event = Event::Pause { case: case.number.clone(), step };
    let draft = NewEntry { subject: subject.to_owned(), actor: Actor::System, channel: Channel::Web, event };
    ledger::lock(tx.conn(), subject).await?;
    ledger::append(tx.conn(), draft, now).await?;
    if !noes.is_empty()
        && let Some(member) = by_id_or_subject(tx.conn(), subject).await?
    {
        spread(tx, &member.id, &noes, now).await?;
    }
    Ok(())
}
