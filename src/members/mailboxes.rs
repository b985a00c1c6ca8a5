//! One mailbox is one account. Where two were made before addresses were compared as mail compares
//! them, a No of one holds for both until an operator merges them, and merging keeps it.

use crate::account::model::{Member, parse_email};
use crate::account::staff_action::ActionKind;
use crate::account::store::{
    self as accounts, mailboxes,
    staff_actions::{self, NewAction},
};
use crate::consent::carry;
use crate::db::{self, Conn, Db, lock};
use crate::ledger::Channel;
use crate::objection::service as objections;
use crate::time::UtcMillis;

/// Under this name nodes wait for each other on `PostgreSQL`.
const LOCK: &str = "mailboxes";

/// Writes every address as it is compared, and notes the accounts of which several have one
/// mailbox: from then on their Noes hold for each other. Returns how many were found that nobody
/// knew of.
pub async fn settle(db: &Db, now: UtcMillis) -> db::Result<u64> {
    let (mut after, mut found) = (String::new(), 0);
    loop {
        let some = mailboxes::in_other_letters(db.reader().await?.conn(), &after).await?;
        let Some(last) = some.last() else { break };
        after.clone_from(&last.id);
        let mut tx = db.begin().await?;
        lock(tx.conn(), LOCK).await?;
        for member in &some {
            if let mailboxes::Settled::Duplicate { other, new: true } =
                mailboxes::settle(tx.conn(), member, now).await?
            {
                carry::carry(&mut tx, member, &other, Channel::CommandLine, now).await?;
                carry::carry(&mut tx, &other, member, Channel::CommandLine, now).await?;
                found += 1;
            }
        }
        tx.commit().await?;
    }
    objections::settle_addresses(db, parse_email).await?;
    Ok(found)
}

#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    #[error("there is no such account: {0}; see `sayso members duplicates`")]
    Unknown(String),
    #[error("these two do not share a mailbox, or one of them is already merged; see `sayso members duplicates`")]
    Apart,
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// The two accounts that [`merge`] would merge, by their ids or by those that the platform has of
/// them.
///
/// # Errors
/// What `merge` would refuse.
pub async fn to_merge(db: &Db, keep: &str, lose: &str) -> Result<(Member, Member), MergeError> {
    let mut reader = db.reader().await?;
    let (keep, lose, _) = two_of_one(reader.conn(), keep, lose).await?;
    Ok((keep, lose))
}

/// Two accounts, and the mailbox that they share.
async fn two_of_one(mut conn: Conn<'_>, keep: &str, lose: &str) -> Result<(Member, Member, String), MergeError> {
    let mut two = Vec::new();
    for id in [keep, lose] {
        let mut member = accounts::by_id(conn.reborrow(), id).await?;
        if member.is_none() {
            member = accounts::by_platform_id(conn.reborrow(), id).await?;
        }
        two.push(member.ok_or_else(|| MergeError::Unknown(id.into()))?);
    }
    let [keep, lose]: [Member; 2] = two.try_into().map_err(|_| MergeError::Apart)?;
    let all = mailboxes::duplicates(conn).await?;
    let mailbox = |member: &Member| all.iter().find(|(_, m)| m.id == member.id).map(|(mailbox, _)| mailbox.clone());
    match mailbox(&keep).filter(|m| keep.id != lose.id && mailbox(&lose).as_ref() == Some(m)) {
        Some(address) => Ok((keep, lose, address)),
        None => Err(MergeError::Apart),
    }
}

/// Merges two accounts of one mailbox: `keep` stays and has the address, with every No of both and
/// the cases of both; nobody can sign in to `lose` any more. Both are ids, or the platform's ids.
pub async fn merge(db: &Db, keep: &str, lose: &str, now: UtcMillis) -> Result<Member, MergeError> {
    let mut tx = db.begin().await?;
    lock(tx.conn(), LOCK).await?;
    let (keep, lose, address) = two_of_one(tx.conn(), keep, lose).await?;
    objections::take_over(&mut tx, &lose, &keep, now).await?;
    carry::carry(&mut tx, &lose, &keep, Channel::CommandLine, now).await?;
    accounts::lose_address(tx.conn(), &lose).await?;
    if accounts::by_email(tx.conn(), &address).await?.is_none() {
        accounts::write_address(tx.conn(), &keep, &address).await?;
    }
    let kept = accounts::by_id(tx.conn(), &keep.id).await?.unwrap_or(keep);
    let action = NewAction { about: Some(&kept.id), ..NewAction::by_command(ActionKind::AccountsMerged) };
    staff_actions::put(tx.conn(), &action, now.into()).await?;
    tx.commit().await?;
    Ok(kept)
}
