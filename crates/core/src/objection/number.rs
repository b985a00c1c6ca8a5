//! Case numbers: short enough to read out, random enough that nobody guesses another's.

use crate::id;

const PREFIX: &str = "OBJ";

/// The number made of forty random bits: `OBJ-7F3K9Q2M`.
pub fn number(bits: [u8; 5]) -> String {
    format!("{PREFIX}-{}", id::letters(&bits))
}

/// A number as somebody typed it: in any case, with or without blanks, hyphens and the prefix, `O`
/// for `0`, `I` or `L` for `1`.
pub fn parse_number(text: &str) -> Option<String> {
    // Longer than any way to write one.
    if text.len() > 100 {
        return None;
    }
    let typed = id::forgiving(text)?;
    // The prefix as `forgiving` reads it.
    let letters = typed.strip_prefix("0BJ").filter(|rest| rest.len() == 8).unwrap_or(&typed);
    (letters.len() == 8).then(|| format!("{PREFIX}-{letters}"))
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
