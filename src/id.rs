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

/// A fresh reference for the log and for the person to quote.
pub fn reference() -> String {
    code(&random())
}

/// A password for somebody to be given once: 80 random bits.
pub fn password() -> String {
    sayso_core::id::password(&random())
}
