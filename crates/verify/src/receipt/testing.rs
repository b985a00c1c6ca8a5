//! A log of a platform as others would build it, and receipts of it.

use super::*;
use crate::archive::pack;
use crate::commitment::Salt;
use crate::merkle::Tree;
use crate::note::{Signature, signed_bytes};
use ed25519_dalek::{Signer, SigningKey};
use tlog_tiles::{Error as TlogError, HashReader, prove_record, stored_hashes, tree_hash};

/// An entry of version 5.
pub(crate) const ENTRY: &str = r#"{"actor":"member","at":1772539201999,"case":null,"channel":"web","choice":"denied","id":"019cb36e-0b4f-7000-8000-0000443214c7","kind":"choice","notice":null,"position":5,"previous":null,"previous_leaf":null,"purpose":"generative_ai_training","rule":null,"subject":"m-1","version":5}"#;

/// A key that signs.
pub(crate) struct Signing {
    pub(crate) key: Key,
    secret: SigningKey,
}

impl Signing {
    pub(crate) fn new(name: &str, signs: Signs, seed: u8) -> Self {
        let secret = SigningKey::from_bytes(&[seed; 32]);
        let key = Key::new(name, signs, secret.verifying_key().as_bytes()).unwrap();
        Self { key, secret }
    }

    pub(crate) fn sign(&self, text: &str, time: u64) -> Signature {
        let time = (self.key.signs == Signs::TextAndTime).then_some(time);
        Signature::new(&self.key, time, &self.secret.sign(&signed_bytes(text, time)).to_bytes())
    }
}

/// A log in memory.
#[derive(Default)]
pub(crate) struct Log {
    hashes: Vec<tlog_tiles::Hash>,
    pub(crate) size: u64,
}

impl HashReader for Log {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, TlogError> {
        Ok(indexes.iter().map(|i| self.hashes[usize::try_from(*i).unwrap()]).collect())
    }
}

impl Log {
    /// Adds an entry, and so many others.
    pub(crate) fn with(entry: &[u8], salt: &Salt, before: u64, after: u64) -> Self {
        let mut log = Self::default();
        let ours = leaf(&commitment(salt, entry));
        let other = |i: u64| format!("other {i}\n");
        let leaves = (0..before).map(other).chain([ours]).chain((0..after).map(other));
        for leaf in leaves {
            let more = stored_hashes(log.size, leaf.as_bytes(), &log).unwrap();
            log.hashes.extend(more);
            log.size += 1;
        }
        log
    }

    /// Adds a leaf.
    pub(crate) fn push(&mut self, leaf: &str) {
        let more = stored_hashes(self.size, leaf.as_bytes(), self).unwrap();
        self.hashes.extend(more);
        self.size += 1;
    }

    pub(crate) fn proof(&self, index: u64, salt: &Salt, origin: &str, by: &[&Signing]) -> Proof {
        let root = tree_hash(self.size, self).unwrap().0;
        let text = Checkpoint { origin: origin.into(), tree: Tree { size: self.size, root } }.to_string();
        let signatures = by.iter().map(|key| key.sign(&text, 1_772_539_300)).collect();
        let hashes = prove_record(self.size, index, self).unwrap().iter().map(|hash| hash.0).collect();
        Proof { salt: *salt, index, hashes, checkpoint: Note { text, signatures }.to_string() }
    }
}

/// The files of a receipt of `entry`.
pub(crate) fn files(entry: &str, proof: &Proof, log: &Key, policy: &str) -> Vec<File> {
    let text = [
        (super::ENTRY, entry.to_owned()),
        (super::PROOF, proof.to_string()),
        (super::KEY, format!("{log}\n")),
        (super::POLICY, policy.to_owned()),
        (super::README, "How to check it.\n".into()),
        (super::SCRIPT, "print()\n".into()),
    ];
    text.map(|(name, text)| File { name: name.into(), bytes: text.into() }).to_vec()
}

/// A receipt that is right, of leaf `before` among others, with what it was made of.
pub(crate) fn receipt(before: u64, after: u64) -> (Vec<File>, Signing, Proof) {
    let log = Signing::new("privacy.example/log", Signs::Text, 1);
    let salt = [9; 32];
    let proof = Log::with(ENTRY.as_bytes(), &salt, before, after).proof(before, &salt, &log.key.name, &[&log]);
    (files(ENTRY, &proof, &log.key, &format!("log {}\nquorum none\n", log.key)), log, proof)
}

/// The same, packed.
pub(crate) fn packed(before: u64, after: u64) -> Vec<u8> {
    pack(&receipt(before, after).0)
}
