//! The file in which refused lines are written down: CSV (RFC 4180) with the line's number, the
//! reason and the text, of which no cell is a formula to a spreadsheet.

use super::import::Refused;
use crate::cell::inert;
use std::io::{self, Write};

pub struct Rejects<W: Write>(csv::Writer<W>);

impl<W: Write> Rejects<W> {
    /// Begins with the header.
    pub fn new(out: W) -> io::Result<Self> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["line", "reason", "text"])?;
        Ok(Self(csv))
    }

    pub fn put(&mut self, refused: &Refused<'_>) -> io::Result<()> {
        let line = refused.line.to_string();
        Ok(self.0.write_record([&*line, &*inert(refused.reason), &*inert(refused.text)])?)
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
