//! The file in which refused lines are written down: CSV (RFC 4180) with the line's number, the
//! reason, what the line says about the member where that could be read, and the whole line. No
//! cell is a formula to a spreadsheet. It is a file of members itself: mended, it is brought in.

use super::model::{FIELDS, Raw};
use crate::csv_safe::{self, neutralise_formula, neutralise_key};
use std::borrow::Cow;
use std::io::{self, Write};

/// A line that was not brought in.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong with it, field by field where its fields could be read.
    pub reason: &'a str,
    /// What it says, where that could be read.
    pub fields: Option<&'a Raw>,
    /// The line as it stands in the file; of a record of several lines, all of them.
    pub text: &'a str,
}

/// Writes the file, one refused line after the other.
pub struct Rejects<W: Write>(csv::Writer<W>);

impl<W: Write> Rejects<W> {
    /// Begins with the header.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn new(out: W) -> io::Result<Self> {
        let mut csv = csv_safe::writer(out);
        let [id, email, name, country, joined] = FIELDS;
        csv.write_record(["line", "reason", id, email, name, country, joined, "text"])?;
        Ok(Self(csv))
    }

    /// One line in the file, whatever there is in it: of a record of several lines, a reader that
    /// takes each for itself would find members in what others wrote.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn put(&mut self, refused: &Refused<'_>) -> io::Result<()> {
        let one_line = |raw: &&Raw| {
            [&raw.id, &raw.email, &raw.name, &raw.country, &raw.joined].iter().all(|field| !field.contains(ENDS))
        };
        let none = Raw::default();
        let Raw { id, email, name, country, joined } = refused.fields.filter(one_line).unwrap_or(&none);
        let [line, text] = [refused.line.to_string(), refused.text.replace(ENDS, "⏎")];
        let [reason, name, country, joined, text] =
            [refused.reason, name, country, joined, &text].map(neutralise_formula);
        // An id and an address are what others join by: they stay, unless a spreadsheet would run
        // them. An id of that kind is never brought in.
        let [id, email] = [id, email].map(|key| neutralise_key(key));
        let record: [Cow<'_, str>; 8] = [line.into(), reason, id, email, name, country, joined, text];
        Ok(self.0.write_record(record.iter().map(|field| field.as_bytes()))?)
    }

    /// Hands to the file what has not reached it yet.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// What ends a line somewhere.
const ENDS: [char; 2] = ['\r', '\n'];

#[cfg(test)]
#[path = "rejects_tests.rs"]
mod tests;
