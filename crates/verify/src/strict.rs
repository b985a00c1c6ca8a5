//! One spelling of each thing: numbers without leading zeros, base64 without loose ends.

use base64::{Engine, engine::general_purpose::STANDARD};

/// A number in decimal digits, as a standard prints it.
pub fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// The bytes of base64 (RFC 4648, section 4): with its padding, and with no bit that is not used.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(text).ok()?;
    (STANDARD.encode(&bytes) == text).then_some(bytes)
}

/// The same of exactly so many bytes.
pub fn base64_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    base64(text)?.try_into().ok()
}

/// Bytes in base64.
pub fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Bytes in lower-case hex.
pub fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, b| {
        let _ = write!(hex, "{b:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("18446744073709551615"), Some(u64::MAX));
        for other in ["", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "1_0", "0x1", "١", "18446744073709551616"] {
            assert_eq!(number(other), None, "{other:?}");
        }
    }

    #[test]
    fn base64_has_one_spelling() {
        assert_eq!(base64("AAA="), Some(vec![0, 0]));
        for other in ["AAB=", "AAA", "AA A=", "AAA=\n", "AAA==", "-_8="] {
            assert_eq!(base64(other), None, "{other:?}");
        }
        assert_eq!(base64_of::<3>("AAA="), None);
        assert_eq!(to_hex(&[0, 255]), "00ff");
    }
}
