//! Whether entries were recorded when their places in the public log say.
//!
//! An entry may be a little earlier than one that is before it in the log. Two kinds may be much
//! earlier. What an older version had recorded before there was a log got its leaves later, in the
//! order of its times, and all of it is older than the first entry that was made for the log. And
//! the past of members of the demonstration is made up: that is counted, so that whoever reads a
//! verification sees it.

use super::Finding;
use super::rows::{self, LeafRow};
use crate::db::{self, Db, Reader};
use crate::ledger::Entry;
use crate::ledger::entry::PLACED;
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// By how much an entry may be earlier than one that is before it in the log: what is long under
/// way is recorded with the time at which it began, and nodes have clocks of their own.
const LATE: i64 = 3_600_000;
/// Entries that are read at a time for the first one that was made for the log.
const STEP: i64 = 1_000;

/// The times of the entries of leaves.
pub struct Times {
    /// The highest one so far.
    newest: i64,
    /// The highest one so far of what an older version recorded.
    newest_old: i64,
    /// Spans of the clock that are not believed.
    doubted: Vec<RangeInclusive<i64>>,
    /// Whether there are members of the demonstration.
    demonstration: bool,
    /// Entries that are too early, with the highest time of an old one before each.
    early: Vec<(String, i64)>,
    /// The time of the first entry that was made for the log, once it was asked for.
    begun: Option<i64>,
    /// Entries of which this was not held against the log, because there are members of the
    /// demonstration.
    pub made_up: u64,
}

impl Times {
    pub async fn begin(reader: &mut Reader) -> db::Result<Self> {
        let clocks = rows::clocks(reader.conn()).await?;
        let spans = clocks.iter().filter_map(|canonical| serde_json::from_slice::<Entry>(canonical).ok()?.clock);
        Ok(Self {
            newest: i64::MIN,
            newest_old: i64::MIN,
            doubted: spans.map(|span| span.from.0..=span.until.0).collect(),
            demonstration: rows::is_demonstration(reader.conn()).await?,
            early: Vec::new(),
            begun: None,
            made_up: 0,
        })
    }

    /// Takes the next leaf.
    pub fn takes(&mut self, row: &LeafRow) {
        let Some(at) = row.at else { return };
        if self.doubted.iter().any(|span| span.contains(&at)) {
            return;
        }
        if at.saturating_add(LATE) < self.newest {
            self.early.push((row.entry_id.clone(), self.newest_old));
        } else {
            self.newest = self.newest.max(at);
        }
        if row.is_old() {
            self.newest_old = self.newest_old.max(at);
        }
    }

    /// Of those that were too early, the ones that were back-dated.
    pub async fn dated(&mut self, db: &Db) -> db::Result<Vec<Finding>> {
        let early: HashMap<String, i64> = std::mem::take(&mut self.early).into_iter().collect();
        if early.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> = early.keys().cloned().collect();
        let mut reader = db.reader().await?;
        let bytes = rows::bytes_of(reader.conn(), &ids).await?;
        drop(reader);
        let mut found = Vec::new();
        for (id, canonical) in bytes {
            // What cannot be read is named elsewhere.
            let Ok(entry) = serde_json::from_slice::<Entry>(&canonical) else { continue };
            let in_order = early.get(&id).is_some_and(|newest_old| entry.at.0 >= *newest_old);
            if entry.clock.is_some() {
                continue;
            }
            if entry.version < PLACED && in_order && entry.at.0 <= self.begun(db).await?.saturating_add(LATE) {
                continue;
            }
            if self.demonstration {
                self.made_up += 1;
                continue;
            }
            found.push(Finding::new(id, "It was recorded when its place in the public log says"));
        }
        found.sort_by(|a, b| a.about.cmp(&b.about));
        Ok(found)
    }

    /// When the first entry was made for the log. Ids are in the order of times.
    async fn begun(&mut self, db: &Db) -> db::Result<i64> {
        if let Some(begun) = self.begun {
            return Ok(begun);
        }
        let mut after = String::new();
        let begun = loop {
            let some = rows::by_ids(db.reader().await?.conn(), &after, STEP).await?;
            let Some((last, _)) = some.last() else { break i64::MAX };
            after.clone_from(last);
            let entries = some.iter().filter_map(|(_, canonical)| serde_json::from_slice::<Entry>(canonical).ok());
            if let Some(first) = entries.into_iter().find(|entry| entry.version >= PLACED) {
                break first.at.0;
            }
        };
        self.begun = Some(begun);
        Ok(begun)
    }
}
