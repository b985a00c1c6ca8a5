//! CSV files, and their cells: what a spreadsheet would run as a formula is made text, and text
//! again becomes what it was. Pure. `docs/files.md` has the rules for others to undo.
//!
//! A cell is looked at in parts, because many programs in countries that write a comma into numbers
//! take `;` or a tab for the end of a cell. A part that begins like a formula, behind whatever
//! apostrophes, gets one more; a part that has at least one and would begin like a formula without
//! them loses one. So each undoes the other, whatever the text.

use crate::text::is_unseen;
use std::borrow::Cow;
use std::io::Write;

/// Writes a CSV file as RFC 4180 has it: lines end with CRLF. All our files are written by this.
pub fn writer<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out)
}

/// What makes a formula of a cell (CWE-1236); the wide forms of the four signs are read like them
/// in some places.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What some programs leave away before they look at a cell's first character.
fn is_skipped(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_unseen(c)
}

/// The parts of a cell, each with the end that it has.
fn parts(field: &str) -> impl Iterator<Item = (bool, &str)> {
    field.split_inclusive([';', '\t']).enumerate().map(|(i, part)| (i == 0, part))
}

/// Whether a part begins like a formula, or the whole cell with a tab or the end of a line, behind
/// whatever apostrophes.
fn begins(first: bool, part: &str) -> bool {
    let bare = part.trim_start_matches('\'');
    bare.trim_start_matches(is_skipped).starts_with(SIGNS) || first && bare.starts_with(['\t', '\r', '\n'])
}

/// Whether a part that begins with a sign is a number, a name or an address to a spreadsheet: it
/// shows it oddly, but calls nothing and reads nothing.
fn is_harmless(part: &str) -> bool {
    let bare = part.trim_start_matches('\'').trim_end_matches([';', '\t']);
    let known = |c: char| c.is_alphanumeric() || " _.:/~#".contains(c) || SIGNS.contains(&c);
    !bare.starts_with(['=', '＝']) && bare.starts_with(SIGNS) && bare.chars().all(known)
}

/// The field as a spreadsheet shows it and does not run it: with an apostrophe before each part
/// that begins like a formula.
pub fn neutralise_formula(field: &str) -> Cow<'_, str> {
    if !parts(field).any(|(first, part)| begins(first, part)) {
        return field.into();
    }
    let mut text = String::with_capacity(field.len() + 1);
    for (first, part) in parts(field) {
        if begins(first, part) {
            text.push('\'');
        }
        text.push_str(part);
    }
    text.into()
}

/// What [`neutralise_formula`] made this of.
pub fn exact(field: &str) -> Cow<'_, str> {
    let added = |first, part: &str| part.starts_with('\'') && begins(first, part);
    if !parts(field).any(|(first, part)| added(first, part)) {
        return field.into();
    }
    parts(field).map(|(first, part)| if added(first, part) { &part[1..] } else { part }).collect::<String>().into()
}

/// Whether a spreadsheet could be made to call or read something by this cell. What members are
/// compared by has to stand in files as it is, so it must not be like that.
pub fn runs(field: &str) -> bool {
    parts(field).any(|(first, part)| begins(first, part) && !is_harmless(part))
}

/// Whether this looks like what somebody has put an apostrophe before.
pub fn is_guarded(field: &str) -> bool {
    parts(field).any(|(first, part)| part.starts_with('\'') && begins(first, part))
}

/// The field as it is, unless a spreadsheet could be made to do something by it; then like
/// [`neutralise_formula`]. For addresses, which others may join by.
pub fn neutralise_key(field: &str) -> Cow<'_, str> {
    if runs(field) { neutralise_formula(field) } else { field.into() }
}

/// What [`neutralise_key`] made this of.
pub fn exact_key(field: &str) -> Cow<'_, str> {
    if runs(field) { exact(field) } else { field.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            "'=1",
            "=HYPERLINK(\"http://evil.example\")",
        ] {
            assert_eq!(neutralise_formula(field), format!("'{field}"));
        }
        assert_eq!(neutralise_formula("\t=1"), "'\t'=1");
        for field in ["", "Ada", "1+1", "a@example.org", "'tis", "2019-05-01T00:00:00Z", "a; b", "Ada-Maria"] {
            assert_eq!(neutralise_formula(field), field);
            assert_eq!(exact(field), field);
        }
    }

    #[test]
    fn nor_does_what_stands_behind_a_semicolon_or_a_tab() {
        assert_eq!(neutralise_formula("Ada;=1"), "Ada;'=1");
        assert_eq!(neutralise_formula("=1;Ada\t +2; x"), "'=1;Ada\t' +2; x");
    }

    #[test]
    fn ids_that_platforms_have_run_nothing_and_formulas_do() {
        for id in
            ["-LkJ3_x", "@ada", "+49 170 1234567", "@ada:example.org", "-5", "a;-b", "+a/b+c=", "@j\u{fc}rgen", "17"]
        {
            assert!(!runs(id), "{id}");
            assert_eq!(neutralise_key(id), id);
        }
        for id in [
            "=1",
            "＝1",
            "=cmd|' /C calc'!A0",
            "+cmd|x",
            "-2+3+cmd|x",
            "@SUM(A1)",
            "-A1!B2",
            "x;=1",
            "'=1",
            "\t",
            " =1",
            "+[book]x",
        ] {
            assert!(runs(id), "{id}");
            assert_eq!(neutralise_key(id), neutralise_formula(id));
        }
        assert!(is_guarded("'@ada") && is_guarded("''-5") && !is_guarded("'tis") && !is_guarded("@ada"));
    }

    proptest! {
        /// Whatever the text, a file has it as text, and it comes out of it as it was.
        #[test]
        fn what_was_made_inert_comes_back(text in "([=+@＝'; \t\r\n\u{200b}a(-]|\\PC){0,12}") {
            let (neutralise_formula, key) = (neutralise_formula(&text).into_owned(), neutralise_key(&text).into_owned());
            prop_assert_eq!(exact(&neutralise_formula), text.as_str());
            prop_assert_eq!(exact_key(&key), text.as_str());
            for part in neutralise_formula.split([';', '\t']) {
                prop_assert!(!part.trim_start_matches(is_skipped).starts_with(SIGNS), "{:?}", neutralise_formula);
            }
            prop_assert!(!neutralise_formula.starts_with(['\t', '\r', '\n']));
            prop_assert!(key == text || runs(&text));
        }
    }
}
