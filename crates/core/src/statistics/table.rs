//! What stands behind a chart: the same rows on the page and in its file. Pure.

use crate::csv_safe::{self, neutralise_formula};
use std::borrow::Cow;

/// A table; the first cell of each row says what the row is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What stands over the columns.
    pub head: Vec<&'static str>,
    /// Cells as people read them, as many in each row as `head` has.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// As RFC 4180 writes it: lines end with CRLF, the first has the names. No spreadsheet takes a
    /// cell for a formula.
    ///
    /// # Errors
    /// Only where there is no memory.
    pub fn csv(&self) -> Result<String, csv::Error> {
        let mut csv = csv_safe::writer(Vec::new());
        csv.write_record(&self.head)?;
        for row in &self.rows {
            csv.write_record(row.iter().map(|cell| neutralise_formula(cell)).map(Cow::into_owned))?;
        }
        let bytes = csv.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// A count as people read it: `1,203`.
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("−{text}") } else { text }
}

/// A share as people read it. It never says none or all where that is not so.
pub fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 || part <= 0 {
        return "0%".into();
    }
    let rounded = (i128::from(part) * 200 + i128::from(whole)) / (i128::from(whole) * 2);
    match rounded {
        0 => "under 1%".into(),
        100.. if part < whole => "over 99%".into(),
        rounded => format!("{rounded}%"),
    }
}

/// A time in days of 24 hours, to a tenth: `3.5`.
pub fn days(milliseconds: i64) -> String {
    let tenths = (milliseconds.max(0) + 4_320_000) / 8_640_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// So many of something, in words that fit one of it too: `1 case`, `2 cases`.
pub fn of(n: i64, one: &str, more: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_rows_and_runs_no_formula() {
        let rows = vec![vec!["a, \"b\"".into(), "=1+1".into()], vec!["é".into(), "-2".into()]];
        let csv = Table { head: vec!["what", "how many"], rows }.csv().unwrap();
        assert_eq!(csv, "what,how many\r\n\"a, \"\"b\"\"\",'=1+1\r\né,'-2\r\n");
    }

    #[test]
    fn numbers_are_read_easily() {
        assert_eq!([0, 999, 1000, 1_234_567, -1000].map(count), ["0", "999", "1,000", "1,234,567", "−1,000"]);
        assert_eq!(of(1, "case", "cases") + &of(0, " case", " cases"), "1 case0  cases");
        assert_eq!([0, 43_200_000, 86_400_000, 307_000_000].map(days), ["0.0", "0.5", "1.0", "3.6"]);
    }

    #[test]
    fn a_share_is_not_rounded_to_nothing_or_to_all() {
        for (part, whole, said) in [
            (0, 0, "0%"),
            (0, 10, "0%"),
            (10, 10, "100%"),
            (1, 1000, "under 1%"),
            (999, 1000, "over 99%"),
            (1, 3, "33%"),
            (2, 3, "67%"),
            (1, 200, "1%"),
            (i64::MAX - 1, i64::MAX, "over 99%"),
        ] {
            assert_eq!(percent(part, whole).replace('\u{a0}', " "), said, "{part} of {whole}");
        }
    }
}
