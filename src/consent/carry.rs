//! Records a No where its mailbox goes; what that is stands in [`carried`](super::carried).

use super::carried::{draft, missing, noes, open, own_noes};
use crate::account::model::Member;
use crate::account::store::mailboxes;
use crate::db::{self, Tx};
use crate::ledger::store::{self as ledger, deciding};
use crate::ledger::{Channel, Purpose};
use crate::time::UtcMillis;

/// Records on `to` every one of these that it does not say No to itself. Call it inside a
/// transaction.
pub async fn deny(tx: &mut Tx, to: &str, noes: &[Purpose], channel: Channel, now: UtcMillis) -> db::Result<()> {
    if noes.is_empty() {
        return Ok(());
    }
    ledger::lock(tx.conn(), to).await?;
    for purpose in missing(noes, &deciding::of_subject(tx.conn(), to, None).await?) {
        ledger::append(tx.conn(), draft(to, purpose, channel), now).await?;
    }
    Ok(())
}

/// Carries every No of `from` to `to`, which gets its address.
pub async fn carry(tx: &mut Tx, from: &Member, to: &Member, channel: Channel, now: UtcMillis) -> db::Result<()> {
    ledger::lock(tx.conn(), &from.subject).await?;
    let noes = noes(&deciding::of_subject(tx.conn(), &from.subject, None).await?);
    deny(tx, &to.subject, &noes, channel, now).await
}

/// Records a No of `member` on every other account that has the same mailbox.
pub async fn spread(tx: &mut Tx, member: &str, noes: &[Purpose], channel: Channel, now: UtcMillis) -> db::Result<()> {
    for twin in mailboxes::twins(tx.conn(), member).await? {
        deny(tx, &twin, noes, channel, now).await?;
    }
    Ok(())
}

/// Whether another account that has the mailbox of `member` says No to `purpose` itself.
pub async fn denied_elsewhere(tx: &mut Tx, member: &str, purpose: Purpose) -> db::Result<bool> {
    for twin in mailboxes::twins(tx.conn(), member).await? {
        // A No is carried only to where there is none: of two choices one is their own.
        if own_noes(&deciding::about(tx.conn(), &twin, purpose, 2, None).await?).contains(&purpose) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whoever had this account may not be who has its mailbox: what was allowed there, and what was
/// told there and left to the rule, counts as denied until they choose themselves.
pub async fn begin_anew(tx: &mut Tx, subject: &str, channel: Channel, now: UtcMillis) -> db::Result<()> {
    ledger::lock(tx.conn(), subject).await?;
    let entries = deciding::of_subject(tx.conn(), subject, None).await?;
    for purpose in open(&entries) {
        ledger::append(tx.conn(), draft(subject, purpose, channel), now).await?;
    }
    Ok(())
}
