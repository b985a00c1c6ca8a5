//! Case numbers: short enough to read out, random enough that nobody guesses another's.

use crate::id;

pub(super) const PREFIX: &str = "OBJ";

/// The number made of forty random bits: `OBJ-7F3K9Q2M`.
pub fn number(bits: [u8; 5]) -> String {
    format!("{PREFIX}-{}", id::letters(&bits))
}

/// A number as somebody typed it: in any case, with or without blanks, hyphens and the prefix, `O`
/// for `0`, `I` or `L` for `1`.
pub fn parse_number(text: &str) -> Option<String> {
    letters_of(text, 8).map(|letters| format!("{PREFIX}-{letters}"))
}

/// The letters and digits of a number that has so many of them, as somebody typed it.
fn letters_of(text: &str, length: usize) -> Option<String> {
    // Longer than any way to write one.
    if text.len() > 100 {
        return None;
    }
    let typed = id::forgiving(text)?;
    // The prefix as `forgiving` reads it.
    let letters = typed.strip_prefix("0BJ").filter(|rest| rest.len() == length).unwrap_or(&typed);
    (letters.len() == length).then(|| letters.to_owned())
}

/// The numbers that may be meant by one with a character too few or too many. Empty for anything
/// else.
pub fn numbers_of_other_length(text: &str) -> Vec<String> {
    // The prefix with too few letters after it is no number of nine.
    let letters_of = |length| letters_of(text, length).filter(|letters| !letters.starts_with("0BJ"));
    let mut meant = Vec::new();
    if let Some(letters) = letters_of(7) {
        for at in 0..=letters.len() {
            let (before, after) = letters.split_at(at);
            meant.extend(id::alphabet().map(|missing| format!("{before}{missing}{after}")));
        }
    } else if let Some(letters) = letters_of(9) {
        meant.extend((0..letters.len()).map(|at| format!("{}{}", &letters[..at], &letters[at + 1..])));
    }
    meant.sort_unstable();
    meant.dedup();
    meant.into_iter().map(|letters| format!("{PREFIX}-{letters}")).collect()
}

/// Whether somebody has typed a number, and not a name of eight letters.
pub fn is_number(text: &str) -> bool {
    let marked =
        text.contains(|c: char| c.is_ascii_digit()) || text.trim_start().to_ascii_uppercase().starts_with(PREFIX);
    marked && parse_number(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_no_number() {
        for typed in ["OBJ-7F3K9Q10", "7f3k9q10", "obj lovelace"] {
            assert!(is_number(typed), "{typed}");
        }
        for typed in ["lovelace", "Lovelace", "7F3K", "obj"] {
            assert!(!is_number(typed), "{typed}");
        }
    }

    #[test]
    fn a_number_is_read_however_it_was_typed() {
        assert_eq!(number([0; 5]), "OBJ-00000000");
        assert_eq!(number([0xff; 5]), "OBJ-ZZZZZZZZ");
        for typed in [
            "OBJ-7F3K9Q10",
            "obj-7f3k9q10",
            " OBJ 7F3K 9Q10 ",
            "OBJ7F3K9Q10",
            "7F3K-9Q10",
            "0BJ-7F3K9QIO",
            "obj-7f3k9qlo",
            "OBJ\u{2013}7F3K9Q10\n",
        ] {
            assert_eq!(parse_number(typed).as_deref(), Some("OBJ-7F3K9Q10"), "{typed:?}");
        }
        assert_eq!(parse_number("0BJ00000").as_deref(), Some("OBJ-0BJ00000"), "a number may begin like the prefix");
        for bad in ["", "OBJ-", "OBJ-7F3K9Q1", "OBJ-7F3K9Q100", "OBJ-7F3K9Q1U", "OBJ-7F3K9Q1é", "CASE-7F3K9Q10"] {
            assert_eq!(parse_number(bad), None, "{bad:?}");
        }
        assert_eq!(parse_number(&" ".repeat(1_000_000)), None);
    }

    #[test]
    fn a_character_too_few_or_too_many_is_found() {
        for typed in ["OBJ-7F3K9Q1", "7f3k-9q1", "OBJ-F3K9Q10", "OBJ-7F39Q10", "OBJ-7F3KK9Q10", "7F3K9Q101"] {
            let meant = numbers_of_other_length(typed);
            assert!(meant.iter().any(|number| number == "OBJ-7F3K9Q10"), "{typed}: {meant:?}");
            assert!(meant.iter().all(|number| parse_number(number).as_ref() == Some(number)), "{typed}");
        }
        // Eight places for each of 32 characters, where a character beside its like counts once.
        assert_eq!(numbers_of_other_length("OBJ-7F3K9Q1").len(), 8 * 32 - 7);
        for other in ["Ada Lovelace", "OBJ-7F3K9Q10", "OBJ-7F3K9Q", "OBJ-7F3K", "OBJ-7F3K9Q1010", "", "7F3K9é1"] {
            assert_eq!(numbers_of_other_length(other), Vec::<String>::new(), "{other}");
        }
        assert_eq!(numbers_of_other_length(&"1".repeat(1_000_000)), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bits in any::<[u8; 5]>()) {
            let written = number(bits);
            let (lower, bare) = (written.to_lowercase(), written.replace("OBJ-", ""));
            prop_assert_eq!(parse_number(&lower), Some(written.clone()));
            prop_assert_eq!(parse_number(&bare), Some(written));
        }

        #[test]
        fn whatever_is_typed_is_read_as_a_number_or_as_nothing(typed in any::<String>()) {
            if let Some(read) = parse_number(&typed) {
                prop_assert_eq!(parse_number(&read), Some(read));
            }
        }
    }
}
