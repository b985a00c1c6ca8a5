//! Proofs from the tiles as they are stored: that an entry stands in the log, and that the log has
//! only grown.

use super::store::{self, State, Which};
use crate::db::{self, Conn, inconsistent};
use crate::ledger::EntryId;
use crate::ledger::store as ledger;
use crate::ledger::store::secret;
use sayso_verify::merkle::Hash;
use sayso_verify::proof::Proof;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use tlog_tiles::{Error as TlogError, HashReader, Tile, prove_record, prove_tree};

/// 256 hashes in a tile.
const HEIGHT: u8 = 8;

/// What can be said of an entry's place in the log.
#[derive(Debug)]
pub enum Proved {
    /// It waits for its leaf.
    NotYet,
    /// Its salt is gone, so that nobody can show any more what the leaf is of.
    Forgotten,
    /// It stands there.
    Here(Proof),
}

/// Proves that `entry` stands in its log: in the newest checkpoint that enough witnesses have
/// cosigned, or, if it is newer than that, in the newest one.
pub async fn entry(mut conn: Conn<'_>, entry: EntryId) -> db::Result<Proved> {
    let Some(leaf) = store::leaf_of(conn.reborrow(), entry).await? else { return Ok(Proved::NotYet) };
    let Some((log, state)) = store::log_of(conn.reborrow(), leaf.leaf).await? else { return Ok(Proved::NotYet) };
    let Some(row) = ledger::raw(conn.reborrow(), entry).await? else { return Ok(Proved::NotYet) };
    let Some(secret) = secret::of(conn.reborrow(), &row.subject).await? else { return Ok(Proved::Forgotten) };
    let index = u64::try_from(leaf.leaf - state.first_leaf).map_err(|_| inconsistent("log_leaves", "leaf"))?;
    let witnessed = store::newest_witnessed(conn.reborrow(), state.log).await?;
    let witnessed = witnessed.filter(|(size, ..)| leaf.leaf - state.first_leaf < *size);
    let State { size, checkpoint, cosignatures, .. } = state;
    let (size, checkpoint, cosignatures) = witnessed.unwrap_or((size, checkpoint, cosignatures));
    let size = u64::try_from(size).map_err(|_| inconsistent("log_witnessed", "size"))?;
    let hashes = inclusion(conn, log, index, size).await?;
    Ok(Proved::Here(Proof {
        salt: secret.salt(&row.id),
        index,
        hashes,
        checkpoint: format!("{checkpoint}{cosignatures}"),
    }))
}

/// The number of leaves in the newest checkpoint.
pub fn size_of(state: &State) -> db::Result<u64> {
    u64::try_from(state.size).map_err(|_| inconsistent("log_state", "size"))
}

/// The hashes beside the way of a leaf to the root of the tree with `size` leaves.
pub async fn inclusion(conn: Conn<'_>, log: Which, index: u64, size: u64) -> db::Result<Vec<Hash>> {
    proved(conn, log, |reader| prove_record(size, index, reader)).await
}

/// The hashes that show that this log's tree of `old` leaves is the beginning of that of `new`
/// ones.
pub async fn consistency(conn: Conn<'_>, log: Which, old: u64, new: u64) -> db::Result<Vec<Hash>> {
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    proved(conn, log, |reader| prove_tree(new, old, reader)).await
}

/// Runs `prove` once to hear which hashes it wants, and once with them.
async fn proved(
    mut conn: Conn<'_>,
    log: Which,
    prove: impl Fn(&Tiles) -> Result<Vec<tlog_tiles::Hash>, TlogError> + Send,
) -> db::Result<Vec<Hash>> {
    let broken = || inconsistent("log_tiles", "hashes");
    let wanted = Tiles::default();
    let _ = prove(&wanted);
    let indexes = wanted.wanted.into_inner().map_err(|_| broken())?;
    let mut tiles = Tiles::default();
    for index in indexes {
        let tile = Tile::from_index(HEIGHT, index);
        let place = (tile.level(), tile.level_index());
        if let Entry::Vacant(missing) = tiles.there.entry(place) {
            let hashes = store::tile_of(conn.reborrow(), log, place.0, place.1).await?.ok_or_else(broken)?;
            missing.insert(hashes.concat());
        }
    }
    let proof = prove(&tiles).map_err(|_| broken())?;
    Ok(proof.into_iter().map(|hash| hash.0).collect())
}

/// Tiles that were loaded, and hashes that were asked for.
#[derive(Default)]
struct Tiles {
    there: BTreeMap<(u8, u64), Vec<u8>>,
    wanted: Mutex<BTreeSet<u64>>,
}

impl HashReader for Tiles {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, TlogError> {
        if self.there.is_empty() {
            if let Ok(mut wanted) = self.wanted.lock() {
                wanted.extend(indexes);
            }
            // Whatever these are, they are not used.
            return Ok(vec![tlog_tiles::Hash([0; 32]); indexes.len()]);
        }
        indexes
            .iter()
            .map(|index| {
                let tile = Tile::from_index(HEIGHT, *index);
                let data = self.there.get(&(tile.level(), tile.level_index())).ok_or(TlogError::IndexesNotInTree)?;
                let width = u32::try_from(data.len() / 32).map_err(|_| TlogError::IndexesNotInTree)?;
                Tile::new(HEIGHT, tile.level(), tile.level_index(), width, false).hash_at_index(data, *index)
            })
            .collect()
    }
}
