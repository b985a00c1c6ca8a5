//! Cells of files that people open in a spreadsheet.

use std::borrow::Cow;

/// The field as a spreadsheet shows it and does not run it: what begins like a formula gets an apostrophe before it
/// (CWE-1236).
pub fn inert(field: &str) -> Cow<'_, str> {
    // The wide forms of the four signs are read like them in some places.
    const BEGIN: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if field.starts_with(BEGIN) { format!("'{field}").into() } else { field.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_begins_like_a_formula() {
        for field in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=HYPERLINK(\"http://evil.example\")"]
        {
            assert_eq!(inert(field), format!("'{field}"));
        }
        for field in ["", "Ada", "1+1", "a@example.org", "'=1", "2019-05-01T00:00:00Z"] {
            assert_eq!(inert(field), field);
        }
    }
}
