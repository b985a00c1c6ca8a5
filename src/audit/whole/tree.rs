//! The public log as it stands: the tree is grown again from its leaves, and held against the tiles
//! and the signed checkpoint.
//!
//! Others may add leaves meanwhile. What was published when this began has to be there at its end.

use super::Finding;
use super::keys;
use super::rows::{self, LeafRow};
use crate::db::{self, Db};
use crate::ledger::entry::PLACED;
use crate::ledger::{Channel, Entry};
use crate::log::store::{self as log, State, keys::LogKeyRow};
use crate::log::tree::{Edge, FULL, LEVELS};
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::commitment::leaf;
use sayso_verify::merkle::{Hash, Tree, leaf_hash};
use sayso_verify::note::{Key, Note};
use std::ops::RangeInclusive;

/// Leaves that are read at a time: whole tiles.
const BATCH: u64 = 8 * FULL as u64;
/// By how much an entry may be earlier than one that is before it in the log: what is long under
/// way is recorded with the time at which it began, and nodes have clocks of their own.
const LATE: i64 = 3_600_000;
/// Of rows that do not belong to the tree, so many are named.
const NAMED: i64 = 20;

/// A tree that grows again.
pub struct Growing {
    /// The log as it was when this began.
    state: Option<State>,
    keys: Vec<LogKeyRow>,
    edge: Edge,
    /// The highest time of an entry so far.
    newest: i64,
    /// Spans of the clock that are not believed.
    doubted: Vec<RangeInclusive<i64>>,
    /// Whether the past is that of the demonstration, where cases are made up as well.
    made_up: bool,
    /// After a gap nothing can be said of the tree.
    broken: bool,
    signer: Option<Key>,
}

impl Growing {
    pub async fn begin(db: &Db) -> db::Result<Self> {
        let mut reader = db.reader().await?;
        let (state, keys) = (log::state(reader.conn()).await?, log::keys::all(reader.conn()).await?);
        let clocks = rows::clocks(reader.conn()).await?;
        let made_up = rows::is_demonstration(reader.conn()).await?;
        let spans = clocks.iter().filter_map(|canonical| serde_json::from_slice::<Entry>(canonical).ok()?.clock);
        let doubted = spans.map(|span| span.from.0..=span.until.0).collect();
        let (edge, newest, broken, signer) = (Edge::default(), i64::MIN, false, None);
        Ok(Self { state, keys, edge, newest, doubted, made_up, broken, signer })
    }

    /// How many leaves were checked.
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The checkpoint that holds, and the fingerprint of the key that signed it.
    pub fn signed(&self) -> Option<(String, String)> {
        let key = self.signer.as_ref()?;
        self.state.as_ref().map(|state| (state.checkpoint.clone(), key.fingerprint()))
    }

    /// The size that was published.
    fn published(&self) -> u64 {
        self.state.as_ref().and_then(|state| u64::try_from(state.size).ok()).unwrap_or(0)
    }

    /// Checks the next leaves, and returns how many there were and what does not hold of them.
    pub async fn batch(&mut self, db: &Db) -> db::Result<(u64, Vec<Finding>)> {
        let (first, published) = (self.edge.size(), self.published());
        let most = BATCH.min(published.saturating_sub(first));
        if most == 0 || self.broken {
            return Ok((0, Vec::new()));
        }
        let mut reader = db.reader().await?;
        let leaves = rows::leaves(reader.conn(), number(first), number(most)).await?;
        reader.done();
        let mut found = Vec::new();
        let mut hashes: Vec<Hash> = Vec::with_capacity(leaves.len());
        let mut early = Vec::new();
        for (LeafRow { leaf: place, entry_id, commitment, at }, expected) in leaves.iter().zip(first..) {
            if *place != number(expected) {
                self.broken = true;
                break;
            }
            let commitment: [u8; 32] = commitment[..].try_into().unwrap_or_default();
            hashes.push(leaf_hash(leaf(&commitment).as_bytes()));
            match at {
                None => {
                    let wrong = format!("It is there: leaf {place} of the public log is of it");
                    found.push(Finding::new(entry_id, wrong));
                }
                Some(at) if self.doubted.iter().any(|span| span.contains(at)) => {}
                Some(at) if at.saturating_add(LATE) < self.newest && !self.made_up => early.push(entry_id.clone()),
                Some(at) => self.newest = self.newest.max(*at),
            }
        }
        if self.broken || (hashes.len() as u64) < most {
            self.broken = true;
            let gap = first + hashes.len() as u64;
            found.push(Finding::new(format!("leaf {gap}"), "It is there: the tree that was signed has it"));
        }
        found.extend(late(db, early).await?);
        let checked = hashes.len() as u64;
        for ((level, tile), hashes) in self.edge.grow(&hashes) {
            if hashes.len() == FULL {
                found.extend(compare(db, level, tile, &hashes).await?);
            }
        }
        Ok((checked, found))
    }

    /// What the tree comes to.
    pub async fn end(&mut self, db: &Db) -> db::Result<Vec<Finding>> {
        let mut found = Vec::new();
        if !self.broken {
            for (level, tile, hashes) in self.edge.last() {
                found.extend(compare(db, level, tile, hashes).await?);
            }
        }
        found.extend(self.checkpoint());
        found.extend(keys::check(db.reader().await?.conn()).await?);
        found.extend(self.beyond(db).await?);
        Ok(found)
    }

    /// What does not hold of the signed checkpoint.
    fn checkpoint(&mut self) -> Vec<Finding> {
        let Some(state) = &self.state else { return Vec::new() };
        let of = |wrong: &str| vec![Finding::new("checkpoint", wrong)];
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
            Ok(signed) if !signed.is_empty() => self.signer = signed.into_iter().next(),
            Err(Some(vkey)) => return of(&format!("It is signed with the key {vkey} too")),
            _ => return of("It is signed with a key of the log"),
        }
        let made = Tree { size: self.edge.size(), root: self.edge.root() };
        if self.broken || made == tree { Vec::new() } else { of("The root that was signed is that of the leaves") }
    }

    /// What stands there that the tree has not.
    async fn beyond(&self, db: &Db) -> db::Result<Vec<Finding>> {
        let mut reader = db.reader().await?;
        let leaves = rows::leaves(reader.conn(), number(self.published()), NAMED).await?;
        let mut tiles = Vec::new();
        for level in 0..64_u8 {
            let first = self.published().checked_shr(8 * u32::from(level)).unwrap_or(0).div_ceil(FULL as u64);
            let more = rows::tiles_from(reader.conn(), i64::from(level), number(first), NAMED).await?;
            tiles.extend(more.into_iter().map(|tile| (level, tile)));
        }
        // By now the log may have them.
        let size = log::state(reader.conn()).await?.map_or(0, |state| state.size);
        let mut found = Vec::new();
        for LeafRow { leaf, entry_id, .. } in leaves {
            if leaf >= size {
                let about = format!("leaf {leaf}");
                found.push(Finding::new(
                    about,
                    format!("It belongs to the tree that was signed (it names entry {entry_id})"),
                ));
            }
        }
        for (level, tile) in tiles {
            let size = u64::try_from(size).unwrap_or(0);
            let most = size.checked_shr(8 * u32::from(level)).unwrap_or(0).div_ceil(FULL as u64);
            if usize::from(level) >= LEVELS || u64::try_from(tile).unwrap_or(u64::MAX) >= most {
                found.push(Finding::new(format!("tile {level}/{tile}"), "It belongs to the tree that was signed"));
            }
        }
        Ok(found)
    }
}

/// What of a stored tile is not as it has to be. It may have grown meanwhile.
async fn compare(db: &Db, level: u8, tile: u64, hashes: &[Hash]) -> db::Result<Option<Finding>> {
    let mut reader = db.reader().await?;
    let stored = log::tile(reader.conn(), level, tile).await?;
    reader.done();
    let about = format!("tile {level}/{tile}");
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
        let size = log::state(reader.conn()).await?.map_or(0, |state| state.size);
        let all = u64::try_from(size).unwrap_or(0).checked_shr(8 * u32::from(level)).unwrap_or(0);
        let width = all.saturating_sub(tile * FULL as u64).min(FULL as u64);
        if stored.len() as u64 > width {
            return Ok(Some(Finding::new(about, "It has no more hashes than the tree that was signed")));
        }
    }
    Ok(None)
}

/// Of these, which are earlier than the log allows, those that were back-dated. What an older
/// version recorded got its leaf late, and what a demonstration makes up has made-up times.
async fn late(db: &Db, early: Vec<String>) -> db::Result<Vec<Finding>> {
    if early.is_empty() {
        return Ok(Vec::new());
    }
    let mut reader = db.reader().await?;
    let bytes = rows::bytes_of(reader.conn(), &early).await?;
    let is_dated = |canonical: &[u8]| {
        serde_json::from_slice::<Entry>(canonical).is_ok_and(|entry| {
            entry.version >= PLACED && entry.channel != Channel::Demonstration && entry.clock.is_none()
        })
    };
    let dated = bytes.into_iter().filter(|(_, canonical)| is_dated(canonical));
    Ok(dated.map(|(id, _)| Finding::new(id, "It was recorded when its place in the public log says")).collect())
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
