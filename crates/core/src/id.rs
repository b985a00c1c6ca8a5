//! Identifiers: in time order for rows, random for names that must not tell anything, short for
//! people.

use crate::time::UtcMillis;
use uuid::{Builder, Uuid};

/// A `UUIDv7` (RFC 9562) of the instant `at` and these random bytes.
pub fn in_time_order(at: UtcMillis, random: &[u8; 10]) -> Uuid {
    Builder::from_unix_timestamp_millis(u64::try_from(at.0).unwrap_or(0), random).into_uuid()
}

/// The lowest `UUIDv7` of the instant `at`: those from then on are not below it, those before are.
pub fn first_at(at: UtcMillis) -> Uuid {
    Builder::from_unix_timestamp_millis(u64::try_from(at.0).unwrap_or(0), &[0; 10]).into_uuid()
}

/// A password for somebody to be given once, of these 80 random bits.
pub fn password(random: &[u8; 10]) -> String {
    let half = |from: usize| code(&std::array::from_fn(|i| random[from + i]));
    format!("{}-{}", half(0), half(5)).to_lowercase()
}

/// Letters and digits that cannot be mistaken for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Forty bits as eight letters and digits of Crockford's base 32.
pub fn letters(bytes: &[u8; 5]) -> String {
    let bits = bytes.iter().fold(0u64, |all, b| all << 8 | u64::from(*b));
    (0..8).rev().map(|i| char::from(ALPHABET[(bits >> (5 * i) & 31) as usize])).collect()
}

/// The forty bits of eight such letters and digits; `None` of anything else.
pub fn bytes(letters: &str) -> Option<[u8; 5]> {
    let value = |c: u8| ALPHABET.iter().position(|known| *known == c);
    let bits = letters.bytes().try_fold(0u64, |all, c| Some(all << 5 | value(c)? as u64))?;
    let [_, _, _, bytes @ ..] = bits.to_be_bytes();
    (letters.len() == 8).then_some(bytes)
}

/// The letters and digits, in their order.
pub fn alphabet() -> impl Iterator<Item = char> {
    ALPHABET.iter().map(|b| char::from(*b))
}

/// The same in two groups of four.
pub fn code(bytes: &[u8; 5]) -> String {
    let mut text = letters(bytes);
    text.insert(4, '-');
    text
}

/// What somebody typed as they read or heard it: capitals, without blanks and hyphens, `O` read as
/// `0` and `I` and `L` as `1`. `None` where a character is left that is not in the alphabet.
pub fn forgiving(text: &str) -> Option<String> {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}'))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            c => u8::try_from(c).ok().filter(|b| ALPHABET.contains(b)).map(char::from),
        })
        .collect()
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
    fn what_was_misread_is_read_as_it_was_meant() {
        assert_eq!(super::forgiving(" oil-\u{2011}7q ").as_deref(), Some("0117Q"));
        assert_eq!(super::forgiving("").as_deref(), Some(""));
        for bad in ["U", "é", "7_K", "Ｋ"] {
            assert_eq!(super::forgiving(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn ids_sort_by_time() {
        let [a, b] = [1, 2].map(|ms| super::in_time_order(crate::time::UtcMillis(ms), &[7; 10]));
        assert!(a < b);
        let first = super::first_at(crate::time::UtcMillis(2));
        assert!(a < first && first < b, "{first}");
        assert!(first.to_string() < b.to_string(), "as text they sort the same");
    }
}
