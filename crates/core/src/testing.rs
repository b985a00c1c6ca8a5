//! What tests share: how often they try, and ids that are all different.

use crate::ledger::{Actor, Channel, Entry, EntryId, Event, NewEntry};
use crate::time::UtcMillis;
use std::sync::atomic::{AtomicU64, Ordering};

/// How often a property is tried that is tried `all` times in `make test` (`SAYSO_CASES=all`): a
/// tenth of that while somebody waits.
pub fn cases(all: u32) -> u32 {
    if std::env::var_os("SAYSO_CASES").is_some_and(|cases| cases == "all") { all } else { all / 10 }
}

fn random() -> [u8; 10] {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

pub fn entry_id(at: UtcMillis) -> EntryId {
    EntryId::new(at, &random())
}

pub fn entry(draft: NewEntry, at: UtcMillis, previous: Option<EntryId>) -> Entry {
    Entry::new(draft, at, &random(), previous)
}

/// What `actor` did on the web at `at`, in the history of `s`.
pub fn happened(actor: Actor, event: Event, at: UtcMillis) -> Entry {
    entry(NewEntry { subject: "s".into(), actor, channel: Channel::Web, event }, at, None)
}
