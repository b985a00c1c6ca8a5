//! A No goes with the mailbox: where an account loses its address to whoever proves that it is
//! theirs, what was denied, paused or upheld there is recorded as denied on the account that gets
//! it. The same between accounts that turn out to have one mailbox. An allowed never moves.

use super::objections::Objections;
use super::standing::newest_choice;
use crate::account::model::Member;
use crate::account::store::mailboxes;
use crate::db::Tx;
use crate::ledger::store::{self as ledger, deciding};
use crate::ledger::{Actor, Channel, Choice, Draft, Entry, Kind, Purpose};
use crate::time::UtcMillis;

/// Beyond every entry.
const EVER: UtcMillis = UtcMillis(i64::MAX);

/// The purposes to which these entries of one member, oldest first, say No: denied by a choice,
/// paused, or upheld. What a rule denies is no No of theirs.
pub fn noes(entries: &[Entry]) -> Vec<Purpose> {
    let objected = |p| Objections::of(entries, p, EVER).because().is_some();
    let denied = |p| newest_choice(entries, p, EVER).is_some_and(|(choice, _)| choice == Choice::Denied);
    Purpose::ALL.iter().copied().filter(|p| objected(*p) || denied(*p)).collect()
}

/// The same, without what was itself carried here from another account.
pub fn own_noes(entries: &[Entry]) -> Vec<Purpose> {
    let own: Vec<Entry> = entries.iter().filter(|e| !is_carried(e)).cloned().collect();
    noes(&own)
}

/// What of these Noes is to be recorded on an account with the entries `to`, which says some of
/// them itself.
pub fn missing(noes: &[Purpose], to: &[Entry]) -> Vec<Purpose> {
    let known = self::noes(to);
    noes.iter().copied().filter(|p| !known.contains(p)).collect()
}

/// Whether this entry was carried here from another account.
pub fn is_carried(entry: &Entry) -> bool {
    entry.kind == Kind::Choice && entry.actor == Actor::System
}

/// What is recorded on `subject` for a No of another account.
pub fn draft(subject: &str, purpose: Purpose, channel: Channel) -> Draft {
    let draft = Draft::new(subject, Kind::Choice, Actor::System, channel);
    Draft { purpose: Some(purpose), choice: Some(Choice::Denied), ..draft }
}

/// Records on `to` every one of these that it does not say No to itself. Call it inside a
/// transaction.
pub async fn deny(tx: &mut Tx, to: &str, noes: &[Purpose], channel: Channel, now: UtcMillis) -> sqlx::Result<()> {
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
pub async fn carry(tx: &mut Tx, from: &Member, to: &Member, channel: Channel, now: UtcMillis) -> sqlx::Result<()> {
    ledger::lock(tx.conn(), &from.subject).await?;
    let noes = noes(&deciding::of_subject(tx.conn(), &from.subject, None).await?);
    deny(tx, &to.subject, &noes, channel, now).await
}

/// Records a No of `member` on every other account that has the same mailbox.
pub async fn spread(tx: &mut Tx, member: &str, noes: &[Purpose], channel: Channel, now: UtcMillis) -> sqlx::Result<()> {
    for twin in mailboxes::twins(tx.conn(), member).await? {
        deny(tx, &twin, noes, channel, now).await?;
    }
    Ok(())
}

/// Whether another account that has the mailbox of `member` says No to `purpose` itself.
pub async fn denied_elsewhere(tx: &mut Tx, member: &str, purpose: Purpose) -> sqlx::Result<bool> {
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
pub async fn begin_anew(tx: &mut Tx, subject: &str, channel: Channel, now: UtcMillis) -> sqlx::Result<()> {
    ledger::lock(tx.conn(), subject).await?;
    let entries = deciding::of_subject(tx.conn(), subject, None).await?;
    let told = |p: Purpose| entries.iter().any(|e| e.kind == Kind::Notice && e.purpose == Some(p));
    let open = |p: &Purpose| match newest_choice(&entries, *p, EVER) {
        Some((choice, _)) => choice == Choice::Allowed,
        None => told(*p),
    };
    for purpose in Purpose::ALL.iter().copied().filter(open) {
        ledger::append(tx.conn(), draft(subject, purpose, channel), now).await?;
    }
    Ok(())
}
