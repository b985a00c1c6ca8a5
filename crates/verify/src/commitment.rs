//! What the log holds of an entry: a commitment, which tells nobody anything who has not the salt.

use crate::strict::to_base64;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The first line of each leaf.
pub const LEAF: &str = "sayso-entry/1";

/// 32 bytes that only the platform and the holder of the receipt have. A longer or shorter key of
/// HMAC would give the same leaf under two names.
pub type Salt = [u8; 32];

/// `HMAC-SHA-256(salt, bytes)`, by RFC 2104, of an entry's canonical bytes.
pub fn commitment(salt: &Salt, entry: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(salt).expect("HMAC takes keys of every length");
    mac.update(entry);
    mac.finalize().into_bytes().into()
}

/// The leaf of an entry: the name of this form, a line feed, the [`commitment`] in base64, and a
/// line feed.
pub fn leaf(commitment: &[u8; 32]) -> String {
    format!("{LEAF}\n{}\n", to_base64(commitment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strict::to_hex;

    #[test]
    fn a_commitment_is_an_hmac_of_the_bytes() {
        // Test case 2 of RFC 4231, whose key is shorter: padded with zeros it is the same one.
        let mut salt = [0; 32];
        salt[..4].copy_from_slice(b"Jefe");
        let made = commitment(&salt, b"what do ya want for nothing?");
        assert_eq!(to_hex(&made), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_eq!(leaf(&made), "sayso-entry/1\nW9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=\n");
        assert_ne!(commitment(&[1; 32], b"x"), commitment(&[2; 32], b"x"));
        assert_ne!(commitment(&[1; 32], b"x"), commitment(&[1; 32], b"y"));
    }
}
