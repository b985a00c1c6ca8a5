//! The tree of [RFC 6962, section 2.1](https://www.rfc-editor.org/rfc/rfc6962#section-2.1), by the
//! algorithms that RFC 9162 writes out in sections 2.1.3.2 and 2.1.4.2.

use sha2::{Digest, Sha256};

/// A hash of SHA-256.
pub type Hash = [u8; 32];

/// The root of a tree with nothing in it: the hash of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The hash of a leaf: of a zero byte and the leaf.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

/// The hash of two trees side by side: of a one byte and both hashes.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of the tree of `size` leaves that has `leaf` at `index`, counted from 0, if the hashes
/// beside its way up are these, from the lowest on. `None` if there are too few or too many of
/// them, or if the tree has no such leaf.
pub fn root_of(leaf: Hash, index: u64, size: u64, beside: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    // Where we are in this level of the tree, and where its last node is.
    let (mut at, mut last) = (index, size - 1);
    let mut hash = leaf;
    for other in beside {
        if last == 0 {
            return None;
        }
        if at % 2 == 1 || at == last {
            hash = node_hash(other, &hash);
            // The last node of an odd level goes up alone until it has a neighbour.
            while at % 2 == 0 && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            hash = node_hash(&hash, other);
        }
        (at, last) = (at / 2, last / 2);
    }
    (last == 0).then_some(hash)
}

/// One tree, as a checkpoint has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The number of its leaves.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Whether the leaves of `old` are the first ones of `new`, in the same order, as these hashes
/// show.
pub fn extends(new: Tree, old: Tree, hashes: &[Hash]) -> bool {
    if old.size == 0 {
        return old.root == empty_root() && hashes.is_empty();
    }
    if old.size >= new.size {
        return old == new && hashes.is_empty();
    }
    // A whole tree is itself the first of the hashes.
    let (first, rest) = match (old.size.is_power_of_two(), hashes.split_first()) {
        (true, _) => (old.root, hashes),
        (false, Some((first, rest))) => (*first, rest),
        (false, None) => return false,
    };
    let (mut at, mut last) = (old.size - 1, new.size - 1);
    while at % 2 == 1 {
        (at, last) = (at / 2, last / 2);
    }
    let (mut of_old, mut of_new) = (first, first);
    for other in rest {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            of_old = node_hash(other, &of_old);
            of_new = node_hash(other, &of_new);
            while at % 2 == 0 && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            of_new = node_hash(&of_new, other);
        }
        (at, last) = (at / 2, last / 2);
    }
    last == 0 && of_old == old.root && of_new == new.root
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tlog_tiles::{Error as TlogError, HashReader, prove_record, prove_tree, stored_hashes, tree_hash};

    /// A tree as others build it.
    struct Stored(Vec<tlog_tiles::Hash>);

    impl HashReader for Stored {
        fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, TlogError> {
            Ok(indexes.iter().map(|i| self.0[usize::try_from(*i).unwrap()]).collect())
        }
    }

    fn tree(size: u64) -> Stored {
        let mut stored = Stored(Vec::new());
        for i in 0..size {
            let more = stored_hashes(i, &i.to_be_bytes(), &stored).unwrap();
            stored.0.extend(more);
        }
        stored
    }

    fn leaf(i: u64) -> Hash {
        leaf_hash(&i.to_be_bytes())
    }

    fn of(stored: &Stored, size: u64) -> Tree {
        Tree { size, root: if size == 0 { empty_root() } else { tree_hash(size, stored).unwrap().0 } }
    }

    proptest! {
        #[test]
        fn every_leaf_of_every_tree_leads_to_its_root(size in 1u64..200, index in 0u64..200, other in 0u64..200) {
            let (index, stored) = (index % size, tree(size));
            let proof: Vec<Hash> = prove_record(size, index, &stored).unwrap().iter().map(|h| h.0).collect();
            let root = of(&stored, size).root;
            prop_assert_eq!(root_of(leaf(index), index, size, &proof), Some(root));
            if other != index {
                prop_assert_ne!(root_of(leaf(index), other, size, &proof), Some(root));
                prop_assert_ne!(root_of(leaf(other), index, size, &proof), Some(root));
            }
            if let Some((_, fewer)) = proof.split_last() {
                prop_assert_ne!(root_of(leaf(index), index, size, fewer), Some(root));
            }
            let more: Vec<Hash> = proof.iter().copied().chain([root]).collect();
            prop_assert_eq!(root_of(leaf(index), index, size, &more), None);
        }

        #[test]
        fn every_tree_extends_every_earlier_one(new in 1u64..200, old in 0u64..200, place in any::<usize>()) {
            let (old, stored) = (old % (new + 1), tree(new));
            let (before, now) = (of(&stored, old), of(&stored, new));
            let proof: Vec<Hash> = if old == 0 {
                Vec::new()
            } else {
                prove_tree(new, old, &stored).unwrap().iter().map(|h| h.0).collect()
            };
            prop_assert!(extends(now, before, &proof));
            if !proof.is_empty() {
                let mut changed = proof.clone();
                let place = place % changed.len();
                changed[place][0] ^= 1;
                prop_assert!(!extends(now, before, &changed));
                prop_assert!(!extends(now, before, &proof[1..]));
            }
            let other = Tree { root: [7; 32], ..before };
            prop_assert!(!extends(now, other, &proof));
            let more: Vec<Hash> = proof.iter().copied().chain([now.root]).collect();
            prop_assert!(!extends(now, before, &more));
            prop_assert!(old == new || !extends(before, now, &proof), "a tree does not shrink");
        }
    }
}
