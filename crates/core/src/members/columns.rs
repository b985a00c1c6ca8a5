//! The first line of a CSV file: which column is which, and what stands between them. Pure.

use super::model::FIELDS;
use super::splitter::{Split, Splitter};
use crate::text::Foreign;
use std::io;

/// Why a file cannot be read as members at all. A broken line is no such reason.
#[derive(Debug, thiserror::Error)]
pub enum LinesError {
    /// No line has anything on it.
    #[error("the file is empty")]
    Empty,
    /// The first line splits into fields at no delimiter that is known.
    #[error(
        "the first line must name the columns, separated by commas, semicolons or tabs: {}", FIELDS.join(",")
    )]
    NoHeader,
    /// The first line lacks this column.
    #[error("the first line has no column {0}; it must name: {all}", all = FIELDS.join(","))]
    NoColumn(&'static str),
    /// The first line has this column twice, so nobody knows which of them counts.
    #[error("the first line names the column {0} twice")]
    TwoColumns(&'static str),
    /// The file begins as no text in UTF-8 does.
    #[error("{0}")]
    Foreign(#[from] Foreign),
    /// The first line has a CR in it: to this reader the whole file is one line.
    #[error("its lines end with CR alone, as on old Macs; save it with LF or CRLF (in Excel: \"CSV UTF-8\")")]
    LoneReturns,
    /// The first line opens a JSON array, whose end would have to be read first.
    #[error("this is a JSON array; write one object a line, without brackets around them and commas between them")]
    Array,
    /// The file could not be read.
    #[error("cannot read the file: {0}")]
    Read(#[from] io::Error),
}

/// What may stand between two fields: spreadsheets write a semicolon in countries that have a comma
/// in numbers, and a tab into what they call text.
const DELIMITERS: [(u8, &str); 3] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs")];

/// Where the fields stand in a record, and how many columns there are.
#[derive(Clone, Copy)]
pub struct Columns {
    pub at: [usize; FIELDS.len()],
    pub count: usize,
    /// The same without those behind the last one that has a name: spreadsheets write some.
    pub named: usize,
}

/// A delimiter in words.
pub fn named(delimiter: u8) -> &'static str {
    DELIMITERS.iter().find(|(byte, _)| *byte == delimiter).map_or("another character", |(_, name)| name)
}

/// The delimiter that a line before the header names, `sep=;`, as spreadsheets read and write it.
pub fn separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (head, [delimiter]) = line.split_at_checked("sep=".len())? else { return None };
    let known = DELIMITERS.iter().any(|(byte, _)| byte == delimiter);
    (head.eq_ignore_ascii_case(b"sep=") && known).then_some(*delimiter)
}

/// Reads a header. The delimiter is the one that was said, or the one by which the most of our
/// columns are found.
///
/// # Errors
/// A line that splits at no delimiter, or in which a column is missing or stands twice.
pub fn header(line: &[u8], said: Option<u8>) -> Result<(Splitter, Columns), LinesError> {
    let possible = DELIMITERS.iter().map(|(byte, _)| *byte).filter(|byte| said.is_none_or(|said| said == *byte));
    let mut best: Option<(Splitter, Vec<String>)> = None;
    for delimiter in possible {
        let mut splitter = Splitter::new(delimiter);
        splitter.begin();
        let Split::Whole(count) = splitter.feed(line) else { continue };
        let name = |i| String::from_utf8_lossy(splitter.field(i)).trim().to_lowercase();
        let names: Vec<String> = (0..count).map(name).collect();
        if best.as_ref().is_none_or(|(_, most)| found(&names) > found(most)) {
            best = Some((splitter, names));
        }
    }
    let (splitter, header) = best.ok_or(LinesError::NoHeader)?;
    let mut at = [0; FIELDS.len()];
    for (at, field) in at.iter_mut().zip(FIELDS) {
        let mut found = header.iter().enumerate().filter(|(_, name)| is(name, field));
        *at = found.next().ok_or(LinesError::NoColumn(field))?.0;
        if found.next().is_some() {
            return Err(LinesError::TwoColumns(field));
        }
    }
    let named = header.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    Ok((splitter, Columns { at, count: header.len(), named }))
}

fn is(name: &str, field: &str) -> bool {
    name == field || (field == "email" && name == "e-mail")
}

/// How many of our columns are among these.
fn found(names: &[String]) -> usize {
    FIELDS.iter().filter(|field| names.iter().any(|name| is(name, field))).count()
}
