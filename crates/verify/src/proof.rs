//! A proof that needs no network, by [tlog-proof](https://c2sp.org/tlog-proof).

use crate::commitment::Salt;
use crate::merkle::Hash;
use crate::strict::{base64_of, number, to_base64};
use std::fmt;

/// The first line.
pub const PROOF: &str = "c2sp.org/tlog-proof@v1";

/// What stands in an `.tlog-proof`. Nothing of it has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The line `extra`: what the leaf is computed with, besides the entry.
    pub salt: Salt,
    /// Which leaf, counted from 0.
    pub index: u64,
    /// The hashes beside its way to the root, from the lowest on.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, with its signatures.
    pub checkpoint: String,
}

impl Proof {
    /// Reads a proof. `None` where it is none, or is spelled in another way.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        if lines.next()? != PROOF {
            return None;
        }
        let salt = base64_of(lines.next()?.strip_prefix("extra ")?)?;
        let index = number(lines.next()?.strip_prefix("index ")?)?;
        let hashes: Vec<Hash> = lines.map(base64_of).collect::<Option<_>>()?;
        Some(Self { salt, index, hashes, checkpoint: checkpoint.into() })
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{PROOF}\nextra {}\nindex {}", to_base64(&self.salt), self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", to_base64(hash)))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_has_one_spelling() {
        let proof = Proof { salt: [3; 32], index: 5, hashes: vec![[1; 32], [2; 32]], checkpoint: "a\n1\n".into() };
        let text = proof.to_string();
        assert_eq!(Proof::parse(&text), Some(proof.clone()));
        let none = Proof { hashes: Vec::new(), index: 0, ..proof };
        assert_eq!(Proof::parse(&none.to_string()), Some(none), "the only leaf of a tree has no hashes");
        for other in [
            text.replace("index 5", "index 05"),
            text.replace("index 5", "index  5"),
            text.replace("index 5", "Index 5"),
            text.replace("index 5", "index 5\nindex 5"),
            text.replace("extra ", ""),
            text.replace("extra A", "extra AA"),
            text.replace("@v1", "@v2"),
            text.replace('\n', "\r\n"),
            text.replace("\n\n", "\n"),
            format!("\u{feff}{text}"),
            String::new(),
        ] {
            assert_eq!(Proof::parse(&other), None, "{other:?}");
        }
    }
}
