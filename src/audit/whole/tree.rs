//! The public log as it stands: the tree is grown again from its leaves, and held against the tiles
//! and the signed checkpoint. Where a log has ended, so is each that came before, and each follows
//! the one before it without a gap.
//!
//! Others may add leaves meanwhile. What was published when this began has to be there at its end.

use super::rows::{self, LeafRow};
use super::times::Times;
use super::{Finding, keys};
use crate::db::{self, Db};
use crate::ledger::{Entry, Rollback};
use crate::log::store::{self as log, State, Which, keys::LogKeyRow};
use crate::log::tree::{Edge, FULL, LEVELS};
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::commitment::leaf;
use sayso_verify::merkle::{Hash, Tree, leaf_hash};
use sayso_verify::note::{Key, Note};
use std::collections::VecDeque;

/// Leaves that are read at a time: whole tiles.
const BATCH: u64 = 8 * FULL as u64;
/// Of rows that do not belong to the tree, so many are named.
const NAMED: i64 = 20;

/// The trees of all logs that grow again, one after another.
pub struct Growing {
    /// The log that grows, as it was when this began.
    log: Option<(Which, State)>,
    /// Those after it.
    later: VecDeque<(Which, State)>,
    keys: Vec<LogKeyRow>,
    edge: Edge,
    times: Times,
    /// After a gap nothing can be said of the tree.
    broken: bool,
    signer: Option<Key>,
}

impl Growing {
    pub async fn begin(db: &Db) -> db::Result<Self> {
        let mut reader = db.reader().await?;
        let keys = log::keys::all(reader.conn()).await?;
        let ended = log::ended(reader.conn()).await?.into_iter().map(|state| (Which::Ended(state.log), state));
        let newest = log::state(reader.conn()).await?.map(|state| (Which::Newest, state));
        let mut later: VecDeque<_> = ended.chain(newest).collect();
        let times = Times::begin(&mut reader).await?;
        let log = later.pop_front();
        Ok(Self { log, later, keys, edge: Edge::default(), times, broken: false, signer: None })
    }

    /// Goes on to the next log; false where there is none.
    pub fn next(&mut self) -> bool {
        let Some(next) = self.later.pop_front() else { return false };
        (self.log, self.edge, self.broken, self.signer) = (Some(next), Edge::default(), false, None);
        true
    }

    fn state(&self) -> Option<&State> {
        self.log.as_ref().map(|(_, state)| state)
    }

    /// Which of all leaves is the first one of this log.
    fn first(&self) -> u64 {
        self.state().and_then(|state| u64::try_from(state.first_leaf).ok()).unwrap_or(0)
    }

    /// What something of this log is called: with the name of the log, where it has ended.
    fn called(&self, about: String) -> String {
        match &self.log {
            Some((Which::Ended(_), state)) => format!("{about} of the log {}", state.origin),
            _ => about,
        }
    }

    /// Entries of members of the demonstration whose times were not held against the log.
    pub fn made_up(&self) -> u64 {
        self.times.made_up
    }

    /// How many leaves of this log were checked.
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The checkpoint that holds, and the fingerprint of the key that signed it.
    pub fn signed(&self) -> Option<(String, String)> {
        let key = self.signer.as_ref()?;
        self.state().map(|state| (state.checkpoint.clone(), key.fingerprint()))
    }

    /// The size that was published.
    fn published(&self) -> u64 {
        self.state().and_then(|state| u64::try_from(state.size).ok()).unwrap_or(0)
    }

    /// Checks the next leaves, and returns how many there were and what does not hold of them.
    pub async fn batch(&mut self, db: &Db) -> db::Result<(u64, Vec<Finding>)> {
        let (done, published) = (self.edge.size(), self.published());
        let most = BATCH.min(published.saturating_sub(done));
        if most == 0 || self.broken {
            return Ok((0, Vec::new()));
        }
        let first = self.first() + done;
        let mut reader = db.reader().await?;
        let leaves = rows::leaves(reader.conn(), number(first), number(most)).await?;
        reader.done();
        let mut found = Vec::new();
        let mut hashes: Vec<Hash> = Vec::with_capacity(leaves.len());
        for (row, expected) in leaves.iter().zip(first..) {
            let LeafRow { leaf: place, entry_id, commitment, .. } = row;
            if *place != number(expected) {
                self.broken = true;
                break;
            }
            let commitment: [u8; 32] = commitment[..].try_into().unwrap_or_default();
            hashes.push(leaf_hash(leaf(&commitment).as_bytes()));
            if row.at.is_none() {
                let wrong = format!("It is there: leaf {place} of the public log is of it");
                found.push(Finding::new(entry_id, wrong));
            }
            self.times.takes(row);
        }
        if self.broken || (hashes.len() as u64) < most {
            self.broken = true;
            let gap = first + hashes.len() as u64;
            found.push(Finding::new(format!("leaf {gap}"), "It is there: the tree that was signed has it"));
        }
        found.extend(self.times.dated(db).await?);
        let checked = hashes.len() as u64;
        for ((level, tile), hashes) in self.edge.grow(&hashes) {
            if hashes.len() == FULL {
                found.extend(self.compare(db, level, tile, &hashes).await?);
            }
        }
        Ok((checked, found))
    }

    /// What the tree comes to.
    pub async fn end(&mut self, db: &Db) -> db::Result<Vec<Finding>> {
        let mut found = Vec::new();
        if !self.broken {
            for (level, tile, hashes) in self.edge.last() {
                found.extend(self.compare(db, level, tile, hashes).await?);
            }
        }
        found.extend(self.checkpoint());
        found.extend(self.beyond(db).await?);
        if let Some((_, next)) = self.later.front() {
            let follows = number(self.first() + self.published());
            if next.first_leaf != follows {
                let wrong = format!("Its first leaf is {follows}, the one after those of the log before it");
                found.push(Finding::new(format!("log {}", next.origin), wrong));
            }
        } else {
            found.extend(keys::check(db.reader().await?.conn()).await?);
            found.extend(ended_in_words(db).await?);
        }
        Ok(found)
    }

    /// What does not hold of the signed checkpoint.
    fn checkpoint(&mut self) -> Vec<Finding> {
        // One of which nothing is left has none.
        let Some(state) = self.state().filter(|state| state.size > 0 || !state.checkpoint.is_empty()) else {
            return Vec::new();
        };
        let of = |wrong: &str| vec![Finding::new(self.called("checkpoint".into()), wrong)];
        let Ok(note) = Note::parse(&format!("{}{}", state.checkpoint, state.cosignatures)) else {
            return of("It is a signed checkpoint");
        };
        let Some(Checkpoint { origin, tree }) = Checkpoint::parse(&note.text) else {
            return of("It is a signed checkpoint");
        };
        if origin != state.origin || i64::try_from(tree.size) != Ok(state.size) {
            return of("It is of the log and the size that stand beside it");
        }
        match keys::signed(&self.keys, &origin, &note, state.size, state.signed_at) {
            Ok(signed) if !signed.is_empty() => {
                let made = Tree { size: self.edge.size(), root: self.edge.root() };
                let differs = !self.broken && made != tree;
                let found = if differs { of("The root that was signed is that of the leaves") } else { Vec::new() };
                self.signer = signed.into_iter().next();
                found
            }
            Err(Some(vkey)) => of(&format!("It is signed with the key {vkey} too")),
            _ => of("It is signed with a key of the log"),
        }
    }

    /// What stands there that the tree has not.
    async fn beyond(&self, db: &Db) -> db::Result<Vec<Finding>> {
        let which = self.log.as_ref().map_or(Which::Newest, |(which, _)| *which);
        let end = self.first() + self.published();
        let mut reader = db.reader().await?;
        // What follows the leaves of a log that has ended are those of the next one.
        let leaves = match which {
            Which::Newest => rows::leaves(reader.conn(), number(end), NAMED).await?,
            Which::Ended(_) => Vec::new(),
        };
        let mut tiles = Vec::new();
        for level in 0..64_u8 {
            let first = self.published().checked_shr(8 * u32::from(level)).unwrap_or(0).div_ceil(FULL as u64);
            let more = rows::tiles_from(reader.conn(), which, i64::from(level), number(first), NAMED).await?;
            tiles.extend(more.into_iter().map(|tile| (level, tile)));
        }
        // By now the log may have them.
        let size = self.size_now(&mut reader).await?;
        let mut found = Vec::new();
        for LeafRow { leaf, entry_id, .. } in leaves {
            if leaf >= number(self.first() + size) {
                let about = format!("leaf {leaf}");
                found.push(Finding::new(
                    about,
                    format!("It belongs to the tree that was signed (it names entry {entry_id})"),
                ));
            }
        }
        for (level, tile) in tiles {
            let most = size.checked_shr(8 * u32::from(level)).unwrap_or(0).div_ceil(FULL as u64);
            if usize::from(level) >= LEVELS || u64::try_from(tile).unwrap_or(u64::MAX) >= most {
                let about = self.called(format!("tile {level}/{tile}"));
                found.push(Finding::new(about, "It belongs to the tree that was signed"));
            }
        }
        Ok(found)
    }

    /// How many leaves the log has by now.
    async fn size_now(&self, reader: &mut db::Reader) -> db::Result<u64> {
        if matches!(self.log, Some((Which::Ended(_), _))) {
            return Ok(self.published());
        }
        let size = log::state(reader.conn()).await?.map_or(0, |state| state.size);
        Ok(u64::try_from(size).unwrap_or(0))
    }

    /// What of a stored tile is not as it has to be. It may have grown meanwhile.
    async fn compare(&self, db: &Db, level: u8, tile: u64, hashes: &[Hash]) -> db::Result<Option<Finding>> {
        let which = self.log.as_ref().map_or(Which::Newest, |(which, _)| *which);
        let mut reader = db.reader().await?;
        let stored = log::tile_of(reader.conn(), which, level, tile).await?;
        reader.done();
        let about = self.called(format!("tile {level}/{tile}"));
        let Some(stored) = stored else { return Ok(Some(Finding::new(about, "It is there"))) };
        let differs = hashes.iter().zip(&stored).position(|(made, stored)| made != stored);
        let differs = differs.or_else(|| (stored.len() < hashes.len()).then_some(stored.len()));
        if let Some(place) = differs {
            let what = if level == 0 { "leaf" } else { "tile below it" };
            let wrong = format!("It has the hash of {what} {}", tile * FULL as u64 + place as u64);
            return Ok(Some(Finding::new(about, wrong)));
        }
        if stored.len() > hashes.len() {
            let mut reader = db.reader().await?;
            let all = self.size_now(&mut reader).await?.checked_shr(8 * u32::from(level)).unwrap_or(0);
            let width = all.saturating_sub(tile * FULL as u64).min(FULL as u64);
            if stored.len() as u64 > width {
                return Ok(Some(Finding::new(about, "It has no more hashes than the tree that was signed")));
            }
        }
        Ok(None)
    }
}

/// Each log that has ended is named by an entry, and has no more leaves than that says; and each
/// that an entry names has ended.
async fn ended_in_words(db: &Db) -> db::Result<Vec<Finding>> {
    let mut reader = db.reader().await?;
    let ended = log::ended(reader.conn()).await?;
    let entries = rows::rollbacks(reader.conn()).await?;
    let said = entries.iter().filter_map(|canonical| serde_json::from_slice::<Entry>(canonical).ok()?.rollback);
    let said: Vec<Rollback> = said.collect();
    let mut found = Vec::new();
    for State { origin, size, .. } in &ended {
        let is_of = |it: &&Rollback| it.log == *origin;
        // Part of what was lost may be there, never more. One that another took the place of is not
        // named.
        let named = said.iter().find(is_of);
        if named.is_some_and(|it| it.size < u64::try_from(*size).unwrap_or(0)) {
            found.push(Finding::new(format!("log {origin}"), "It has no more leaves than the entry of its end says"));
        }
    }
    for Rollback { log, .. } in said {
        if !ended.iter().any(|state| state.origin == log) {
            found.push(Finding::new(format!("log {log}"), "It has ended, as an entry says"));
        }
    }
    Ok(found)
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
