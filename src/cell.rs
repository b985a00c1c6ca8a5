//! Fields of CSV files. Pure.

use std::borrow::Cow;

/// What makes a formula of a cell (CWE-1236); the wide forms of the four signs are read like them
/// in some places.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What some programs leave away before they look at a cell's first character.
fn is_skipped(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// The field as a spreadsheet shows it and does not run it: what begins like a formula, or with a
/// tab or the end of a line, gets an apostrophe before it. So does what would begin a cell where
/// the program takes `;` or a tab for the end of one, as many do in countries that write a comma
/// into numbers.
pub fn inert(field: &str) -> Cow<'_, str> {
    let begins = |text: &str| text.trim_start_matches(is_skipped).starts_with(SIGNS);
    let ends = |c| matches!(c, ';' | '\t');
    if !field.contains(SIGNS) && !field.starts_with(['\t', '\r', '\n']) {
        return field.into();
    }
    let mut text = String::with_capacity(field.len() + 1);
    for (i, cell) in field.split_inclusive(ends).enumerate() {
        if begins(cell) || i == 0 && cell.starts_with(['\t', '\r', '\n']) {
            text.push('\'');
        }
        text.push_str(cell);
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn no_field_begins_like_a_formula() {
        for field in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\r=1",
            "\n=1",
            "\nx",
            "＝1",
            " =1",
            "\u{feff}\u{202e}=1",
            "\0=1",
            "=HYPERLINK(\"http://evil.example\")",
        ] {
            assert_eq!(inert(field), format!("'{field}"));
        }
        assert_eq!(inert("\t=1"), "'\t'=1");
        for field in ["", "Ada", "1+1", "a@example.org", "'=1", "2019-05-01T00:00:00Z", "a; b", "Ada-Maria"] {
            assert_eq!(inert(field), field);
        }
    }

    #[test]
    fn nor_does_what_stands_behind_a_semicolon_or_a_tab() {
        assert_eq!(inert("Ada;=1"), "Ada;'=1");
        assert_eq!(inert("=1;Ada\t +2; x"), "'=1;Ada\t' +2; x");
    }
}
