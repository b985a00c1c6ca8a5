//! The tree of the log, as tiles: how it grows, and what its root is. Pure.
//!
//! A full tile has 256 hashes. A tile of level 0 has hashes of leaves; one of each level above has
//! the roots of full tiles below it ([tlog-tiles](https://c2sp.org/tlog-tiles)).

use sayso_verify::merkle::{Hash, empty_root, node_hash};
use std::collections::BTreeMap;

/// The hashes of a full tile.
pub const FULL: usize = 256;
/// Levels that are needed for as many leaves as can be counted.
pub const LEVELS: usize = 8;

/// The right edge of a tree: of each level the last tile, which is not full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

/// Where a tile is: its level, and which one of that level from the left, counted from 0.
pub type Place = (u8, u64);

impl Edge {
    /// The edge of a tree with `size` leaves, of its last tiles by their levels, as they are
    /// stored. `None` where a tile is missing, or has fewer hashes than the tree has.
    pub fn new(size: u64, tiles: &BTreeMap<u8, Vec<Hash>>) -> Option<Self> {
        let mut levels = Vec::new();
        for (level, place, width) in edges(size) {
            let mut hashes = match (width, tiles.get(&level)) {
                (0, _) => Vec::new(),
                (_, Some(hashes)) if hashes.len() >= width => hashes.clone(),
                _ => return None,
            };
            debug_assert_eq!(place.0, level);
            hashes.truncate(width);
            levels.push(hashes);
        }
        Some(Self { size, levels })
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds leaves by their hashes, and returns each tile that has changed by it, as it is now.
    pub fn grow(&mut self, leaves: &[Hash]) -> BTreeMap<Place, Vec<Hash>> {
        let mut changed = BTreeMap::new();
        for leaf in leaves {
            let (mut level, mut hash, mut index) = (0, *leaf, self.size);
            self.size += 1;
            loop {
                if self.levels.len() == level {
                    self.levels.push(Vec::new());
                }
                self.levels[level].push(hash);
                let place = (u8::try_from(level).unwrap_or(u8::MAX), index / FULL as u64);
                if self.levels[level].len() < FULL {
                    changed.insert(place, Vec::new());
                    break;
                }
                let full = std::mem::take(&mut self.levels[level]);
                hash = whole(&full);
                changed.insert(place, full);
                (level, index) = (level + 1, index / FULL as u64);
            }
        }
        // Those that are not full are copied once, as they are in the end.
        for ((level, _), hashes) in changed.iter_mut().filter(|(_, hashes)| hashes.is_empty()) {
            hashes.clone_from(&self.levels[usize::from(*level)]);
        }
        changed
    }

    /// Its last tiles that are not full: the level, which one of it, and its hashes.
    pub fn last(&self) -> impl Iterator<Item = (u8, u64, &[Hash])> {
        edges(self.size)
            .filter(|(.., width)| *width > 0)
            .filter_map(|(level, (_, tile), _)| Some((level, tile, self.levels.get(usize::from(level))?.as_slice())))
    }

    /// The root of the whole tree.
    pub fn root(&self) -> Hash {
        // Whole trees from the right to the left, each smaller than the next.
        let mut right: Option<Hash> = None;
        for hashes in &self.levels {
            let mut rest = &hashes[..];
            while !rest.is_empty() {
                let (before, last) = rest.split_at(rest.len() - (1 << rest.len().trailing_zeros()));
                let last = whole(last);
                right = Some(right.map_or(last, |right| node_hash(&last, &right)));
                rest = before;
            }
        }
        right.unwrap_or_else(empty_root)
    }
}

/// The last tile of each level of a tree with `size` leaves that is not full: its level, its place
/// and how many hashes it has.
pub fn edges(size: u64) -> impl Iterator<Item = (u8, Place, usize)> {
    let full = FULL as u64;
    (0..LEVELS).scan(size, move |left, level| {
        let (hashes, level) = (*left, u8::try_from(level).ok()?);
        *left /= full;
        (hashes > 0).then(|| (level, (level, hashes / full), usize::try_from(hashes % full).unwrap_or(0)))
    })
}

/// The root over as many hashes as a power of two.
fn whole(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|two| node_hash(&two[0], &two[1])).collect();
    }
    row.first().copied().unwrap_or_else(empty_root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sayso_verify::merkle::leaf_hash;
    use tlog_tiles::{Error as TlogError, HashReader, stored_hashes_for_record_hash, tree_hash};

    struct Stored(Vec<tlog_tiles::Hash>);

    impl HashReader for Stored {
        fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, TlogError> {
            Ok(indexes.iter().map(|i| self.0[usize::try_from(*i).unwrap()]).collect())
        }
    }

    fn leaves(from: u64, until: u64) -> Vec<Hash> {
        (from..until).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    /// The root that others compute.
    fn theirs(size: u64) -> Hash {
        let mut stored = Stored(Vec::new());
        for (i, leaf) in leaves(0, size).into_iter().enumerate() {
            let more = stored_hashes_for_record_hash(i as u64, tlog_tiles::Hash(leaf), &stored).unwrap();
            stored.0.extend(more);
        }
        tree_hash(size, &stored).unwrap().0
    }

    /// Grows by these sizes one after the other, each time from what was stored.
    fn grown(sizes: &[u64]) -> (Edge, BTreeMap<Place, Vec<Hash>>) {
        let (mut stored, mut size) = (BTreeMap::new(), 0);
        let mut edge = Edge::default();
        for more in sizes {
            let last = edges(size).map(|(level, place, _)| (level, stored.get(&place).cloned().unwrap_or_default()));
            edge = Edge::new(size, &last.collect()).unwrap();
            stored.extend(edge.grow(&leaves(size, size + more)));
            size += more;
        }
        (edge, stored)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_tree_has_the_root_that_others_compute(sizes in proptest::collection::vec(0u64..300, 1..5)) {
            let (edge, stored) = grown(&sizes);
            let size: u64 = sizes.iter().sum();
            prop_assert_eq!(edge.size(), size);
            prop_assert_eq!(edge.root(), if size == 0 { empty_root() } else { theirs(size) });
            // Every leaf is in its tile.
            for (i, leaf) in leaves(0, size).into_iter().enumerate() {
                prop_assert_eq!(stored[&(0, (i / FULL) as u64)][i % FULL], leaf);
            }
        }
    }

    #[test]
    fn tiles_are_those_of_the_standard() {
        // The example of tlog-tiles: 273 full tiles and one of 112; one full one and one of 17; one
        // of 1.
        let of = |size| edges(size).collect::<Vec<_>>();
        assert_eq!(of(70_000), [(0, (0, 273), 112), (1, (1, 1), 17), (2, (2, 0), 1)]);
        assert_eq!(of(256), [(0, (0, 1), 0), (1, (1, 0), 1)]);
        assert_eq!(of(0), []);
        let (edge, stored) = grown(&[70_000]);
        assert_eq!(edge.root(), theirs(70_000));
        assert_eq!(stored.keys().filter(|(level, _)| *level == 0).count(), 274);
        assert_eq!(stored[&(1, 1)].len(), 17);
        assert_eq!(stored[&(2, 0)].len(), 1);
        assert!(Edge::new(5, &BTreeMap::new()).is_none(), "a tile is missing");
    }
}
