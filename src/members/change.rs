//! What changes about a member who is here: the address, the name, the country. The same whether
//! they say so themselves or the platform does.

use crate::account::model::{Country, Member};
use crate::account::store;
use crate::consent::carry;
use crate::db::{self, Tx, lock};
use crate::ledger::{Actor, Channel, Event, NewEntry, entry::Moved, store as ledger};
use crate::objection::{service as objections, store as cases};
use crate::time::UtcMillis;

#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("there is already an account with this address")]
    Taken,
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Gives `member` an address that is known to be theirs. An account that has it without having
/// proved it loses it, and its Noes go along. Call it inside a transaction.
pub async fn address(
    tx: &mut Tx,
    member: &Member,
    email: &str,
    channel: Channel,
    now: UtcMillis,
) -> Result<Member, ChangeError> {
    lock(tx.conn(), email).await?;
    let loses = match store::by_email(tx.conn(), email).await? {
        Some(holder) if holder.id == member.id => None,
        Some(holder) if holder.address_proved => return Err(ChangeError::Taken),
        holder => holder,
    };
    if let Some(loses) = &loses {
        store::lose_address(tx.conn(), loses).await?;
        carry::carry(tx, loses, member, channel, now).await?;
    }
    store::set_address(tx.conn(), member, email, now)
        .await
        .map_err(|e| if e.is_unique_violation() { ChangeError::Taken } else { e.into() })?;
    cases::write_to(tx.conn(), &member.id, email).await?;
    let member = Member { email: email.to_owned(), address_proved: true, ..member.clone() };
    objections::reach_proved(tx, &[&member], now).await?;
    Ok(member)
}

/// Records a name and a country where they are others than before; moving is an entry with both
/// countries. Call it inside a transaction.
pub async fn details(
    tx: &mut Tx,
    member: &mut Member,
    name: &str,
    country: Country,
    channel: Channel,
    now: UtcMillis,
) -> db::Result<()> {
    ledger::lock(tx.conn(), &member.subject).await?;
    let Some(before) = store::by_id(tx.conn(), &member.id).await? else { return Ok(()) };
    if before.name != name {
        store::set_name(tx.conn(), &before, name).await?;
    }
    if before.country != country {
        store::set_country(tx.conn(), &before.id, country).await?;
        let moved = Moved { from: before.country.alpha2().into(), to: country.alpha2().into() };
        let actor = if channel == Channel::CommandLine { Actor::System } else { Actor::Member };
        let draft = NewEntry { subject: before.subject.clone(), actor, channel, event: Event::Move(moved) };
        ledger::append(tx.conn(), draft, now).await?;
    }
    (member.name, member.country) = (name.to_owned(), country);
    Ok(())
}
