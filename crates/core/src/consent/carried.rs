//! A No goes with the mailbox: where an account loses its address to whoever proves that it is
//! theirs, what was denied, paused or upheld there is recorded as denied on the account that gets
//! it. The same between accounts that turn out to have one mailbox. An allowed never moves.

use super::objections::Objections;
use super::standing::newest_choice;
use crate::ledger::{Actor, Channel, Choice, Entry, Event, Kind, NewEntry, Purpose};
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
    let own: Vec<Entry> = entries.iter().filter(|e| !e.is_carried()).cloned().collect();
    noes(&own)
}

/// What of these Noes is to be recorded on an account with the entries `to`, which says some of
/// them itself.
pub fn missing(noes: &[Purpose], to: &[Entry]) -> Vec<Purpose> {
    let known = self::noes(to);
    noes.iter().copied().filter(|p| !known.contains(p)).collect()
}

/// What is recorded on `subject` for a No of another account.
pub fn draft(subject: &str, purpose: Purpose, channel: Channel) -> NewEntry {
    let event = Event::Choice { purpose, choice: Choice::Denied, rule: None, notice: None };
    NewEntry { subject: subject.to_owned(), actor: Actor::System, channel, event }
}

/// The purposes that these entries leave open or on: allowed, or told and left to the rule.
pub fn open(entries: &[Entry]) -> Vec<Purpose> {
    let told = |p: Purpose| entries.iter().any(|e| e.kind == Kind::Notice && e.purpose == Some(p));
    let open = |p: &Purpose| match newest_choice(entries, *p, EVER) {
        Some((choice, _)) => choice == Choice::Allowed,
        None => told(*p),
    };
    Purpose::ALL.iter().copied().filter(open).collect()
}
