//! Case numbers and receipts that somebody reads out: what may be meant by what was typed. Pure.

use super::number::{PREFIX, is_number, numbers_of_other_length, parse_number};
use crate::id;

/// What was typed, where it has the form of a number that we print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedNumber {
    /// As the number of a case.
    pub case: String,
    /// As a receipt: the end of the ids of entries that have it.
    pub receipt: String,
    /// Whether it can be nothing else. `Margaret` has the form of a number, too.
    pub is_certain: bool,
}

impl TypedNumber {
    /// Reads a number, in any of the ways to write one.
    pub fn parse(typed: &str) -> Option<Self> {
        let case = parse_number(typed)?;
        let receipt = receipt_end(&case)?;
        Some(Self { case, receipt, is_certain: is_number(typed) })
    }

    /// The numbers of cases that differ by one character, or by two neighbours that have changed
    /// places.
    fn near(&self) -> Vec<String> {
        let (prefix, letters) = self.case.rsplit_once('-').unwrap_or(("", &self.case));
        let letters: Vec<char> = letters.chars().collect();
        let mut near = Vec::new();
        for i in 0..letters.len() {
            for other in id::alphabet().filter(|other| *other != letters[i]) {
                let mut changed = letters.clone();
                changed[i] = other;
                near.push(changed);
            }
            if i > 0 && letters[i] != letters[i - 1] {
                let mut swapped = letters.clone();
                swapped.swap(i, i - 1);
                near.push(swapped);
            }
        }
        near.into_iter().map(|letters| format!("{prefix}-{}", letters.into_iter().collect::<String>())).collect()
    }
}

/// The numbers of cases that may be meant where what was typed finds nothing: with one character
/// changed, missing or too many, or two neighbours swapped. A name can be such a number as well:
/// one in twenty has no digit. Empty where it is none.
pub fn near_numbers(typed: &str) -> Vec<String> {
    TypedNumber::parse(typed).map_or_else(|| numbers_of_other_length(typed), |number| number.near())
}

/// The receipts that may be meant in the same way, as the ends of the ids of their entries. Empty
/// also for what has the prefix of a case.
pub fn near_receipts(typed: &str) -> Vec<String> {
    if typed.trim_start().to_ascii_uppercase().starts_with(PREFIX) {
        return Vec::new();
    }
    near_numbers(typed).iter().filter_map(|number| receipt_end(number)).collect()
}

/// The end of the ids of entries whose receipt has the letters of this number.
fn receipt_end(case: &str) -> Option<String> {
    let letters = case.rsplit('-').next().unwrap_or_default();
    let bits = id::bytes(letters)?.iter().fold(0u64, |all, byte| all << 8 | u64::from(*byte));
    Some(format!("{bits:010x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::EntryId;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_as_one_of_a_case_and_of_a_receipt() {
        let typed = TypedNumber::parse("obj 7f3k-9q2m").unwrap();
        assert_eq!((typed.case.as_str(), typed.is_certain), ("OBJ-7F3K9Q2M", true));
        assert!(!TypedNumber::parse("margaret").unwrap().is_certain);
        assert!(TypedNumber::parse("OBJ-MARGARET").unwrap().is_certain, "one in twenty has no digit");
        assert_eq!(TypedNumber::parse("Ada Lovelace"), None);
    }

    #[test]
    fn near_numbers_differ_by_one_character_or_two_that_are_swapped() {
        let near = TypedNumber::parse("OBJ-7F3K9Q2M").unwrap().near();
        for meant in ["OBJ-7F3K9Q2N", "OBJ-8F3K9Q2M", "OBJ-F73K9Q2M", "OBJ-7F3K9QM2"] {
            assert!(near.iter().any(|number| number == meant), "{meant}");
        }
        assert!(!near.contains(&"OBJ-7F3K9Q2M".to_owned()));
        assert_eq!(near.len(), 8 * 31 + 7);
        assert_eq!(near_numbers("obj 7f3k-9q2m"), near);
        assert!(near_numbers("OBJ-7F3K9Q2").contains(&"OBJ-7F3K9Q2M".to_owned()), "one is missing");
        assert!(near_numbers("dajz-rkr").contains(&"OBJ-DAJZRKRV".to_owned()), "it may have no digit");
        assert_eq!(near_numbers("Ada Lovelace"), Vec::<String>::new());
        let meant = TypedNumber::parse("7F3K-9Q2M").unwrap().receipt;
        for typed in ["7F3K-9Q2N", "F73K-9Q2M", "7F3K-9Q2", "7F3K-9Q2MM"] {
            assert!(near_receipts(typed).contains(&meant), "{typed}");
        }
        assert_eq!(near_receipts("OBJ-7F3K9Q2N"), Vec::<String>::new(), "that is a case");
    }

    proptest! {
        #[test]
        fn a_receipt_is_read_as_the_end_of_its_entrys_id(id in any::<u128>()) {
            let entry: EntryId = uuid::Uuid::from_u128(id).to_string().parse().unwrap();
            let typed = TypedNumber::parse(&entry.receipt().to_lowercase()).unwrap();
            prop_assert_eq!(&typed.receipt, &entry.to_string()[26..]);
        }
    }
}
