//! Identifiers that are made up here; those that are not stand in `sayso_core::id`.

pub use sayso_core::id::*;

use crate::time::UtcMillis;
use uuid::{Builder, Uuid};

/// Random bytes, from the operating system.
///
/// # Panics
/// Where that has none: nothing that we made up then could be told from what somebody guesses.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// A `UUIDv7` (RFC 9562) of the instant `at`.
pub fn in_time_order(at: UtcMillis) -> Uuid {
    sayso_core::id::in_time_order(at, &random())
}

/// A name with neither a person nor a time in it: 122 random bits (`UUIDv4`).
pub fn opaque() -> Uuid {
    Builder::from_random_bytes(random()).into_uuid()
}

/// Makes names that stand side by side in an index, for rows that are written together: one batch
/// then writes a few pages of the index and not nearly all of it.
///
/// What its names share was made for it alone, so nobody can read a time or a place from one. Each
/// has more than a hundred random bits of its own, and an entry's receipt 33.
pub struct Neighbours([u8; 3]);

impl Neighbours {
    #[expect(clippy::new_without_default, reason = "each is another")]
    pub fn new() -> Self {
        Self(random())
    }

    /// A name as [`opaque`] makes it; the first 16 bits are the same.
    pub fn opaque(&self) -> Uuid {
        let mut bytes: [u8; 16] = random();
        bytes[..2].copy_from_slice(&self.0[..2]);
        Builder::from_random_bytes(bytes).into_uuid()
    }

    /// The random bytes of an entry's id; the first seven bits of its receipt are the same.
    pub fn of_entry(&self) -> [u8; 10] {
        let mut bytes: [u8; 10] = random();
        bytes[5] = self.0[2] & !1 | bytes[5] & 1;
        bytes
    }
}

/// A fresh reference for the log and for the person to quote.
pub fn reference() -> String {
    code(&random())
}

/// A password for somebody to be given once: 80 random bits.
pub fn password() -> String {
    sayso_core::id::password(&random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_how_their_names_and_their_receipts_begin() {
        let (here, there) = (Neighbours::new(), Neighbours(random()));
        let receipt = |neighbours: &Neighbours| {
            let id = sayso_core::ledger::EntryId::new(UtcMillis(0), &neighbours.of_entry());
            u8::from_str_radix(&id.to_string()[26..28], 16).unwrap() >> 1
        };
        let names: Vec<String> = (0..100).map(|_| here.opaque().to_string()).collect();
        assert!(names.iter().all(|name| name[..4] == names[0][..4]));
        assert_eq!(names.iter().collect::<std::collections::HashSet<_>>().len(), 100);
        assert!(names.iter().all(|name| &name[14..15] == "4"), "each is a UUIDv4");
        assert!((0..100).all(|_| receipt(&here) == here.0[2] >> 1 && receipt(&there) == there.0[2] >> 1));
        assert_ne!(here.of_entry(), here.of_entry());
    }
}
