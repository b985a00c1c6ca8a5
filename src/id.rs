//! Identifiers: in time order for rows, random for names that must not tell anything, short for people.

use crate::time::UtcMillis;
use uuid::{Builder, Uuid};

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// A UUIDv7 (RFC 9562) of the instant `at`.
pub fn in_time_order(at: UtcMillis) -> Uuid {
    Builder::from_unix_timestamp_millis(u64::try_from(at.0).unwrap_or(0), &random()).into_uuid()
}

/// A name with neither a person nor a time in it: 122 random bits (UUIDv4).
pub fn opaque() -> Uuid {
    Builder::from_random_bytes(random()).into_uuid()
}

/// A fresh reference for the log and for the person to quote.
pub fn reference() -> String {
    code(&random())
}

/// A password for somebody to be given once: 80 random bits.
pub fn password() -> String {
    format!("{}-{}", code(&random()), code(&random())).to_lowercase()
}

/// Forty bits as two groups of four letters and digits that cannot be mistaken for one another (Crockford's base 32).
pub fn code(bytes: &[u8; 5]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = bytes.iter().fold(0u64, |all, b| all << 8 | u64::from(*b));
    let mut text = String::with_capacity(9);
    for i in (0..8).rev() {
        text.push(char::from(ALPHABET[(bits >> (5 * i) & 31) as usize]));
        if i == 4 {
            text.push('-');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_eight_unmistakable_characters() {
        assert_eq!(super::code(&[0xff; 5]), "ZZZZ-ZZZZ");
        assert_eq!(super::code(&[0; 5]), "0000-0000");
        assert_eq!(super::code(&[0, 0, 0, 0, 1]), "0000-0001");
    }

    #[test]
    fn ids_sort_by_time() {
        let [a, b] = [1, 2].map(|ms| super::in_time_order(crate::time::UtcMillis(ms)));
        assert!(a < b);
    }
}
