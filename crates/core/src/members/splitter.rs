//! Splits a record of CSV into its fields, a line at a time. Pure.

use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};

/// Bytes that a line may have, or a record of several lines.
pub const LINE_MAX: usize = 64 * 1024;

/// Columns that a file may have.
pub const COLUMNS_MAX: usize = 256;

pub struct Splitter {
    reader: csv_core::Reader,
    delimiter: u8,
    /// The fields one behind the other, and where each of them ends.
    output: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    ended: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// The record is whole, and has so many fields.
    Whole(usize),
    /// It goes on, because a quote is open.
    Open,
    TooMany,
}

impl Splitter {
    pub fn new(delimiter: u8) -> Self {
        // The lines are handed over without their ends, and get one.
        let reader = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build();
        let (output, ends) = (vec![0; 2 * LINE_MAX], vec![0; COLUMNS_MAX]);
        Self { reader, delimiter, output, ends, written: 0, ended: 0 }
    }

    pub const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    pub fn begin(&mut self) {
        self.reader.reset();
        (self.written, self.ended) = (0, 0);
    }

    pub fn feed(&mut self, line: &[u8]) -> Split {
        // Nothing at all would be the end of the file.
        for input in [line, b"\n"].into_iter().filter(|input| !input.is_empty()) {
            let (output, ends) = (&mut self.output[self.written..], &mut self.ends[self.ended..]);
            let (result, _, written, ended) = self.reader.read_record(input, output, ends);
            self.written += written;
            self.ended += ended;
            match result {
                ReadRecordResult::Record => return Split::Whole(self.ended),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => return Split::TooMany,
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
        Split::Open
    }

    pub fn field(&self, at: usize) -> &[u8] {
        let begin = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.output[begin..self.ends[at]]
    }

    /// Whether every field from `from` on has nothing but blanks.
    pub fn is_blank(&self, from: usize) -> bool {
        (from..self.ended).all(|at| self.field(at).trim_ascii().is_empty())
    }
}

/// Whether every quote that closes a field is followed by the delimiter or the end, as RFC 4180 has
/// it and many readers do not mind.
pub fn quotes_end_fields(record: &[u8], delimiter: u8) -> bool {
    let mut rest = record;
    loop {
        let end = match rest.strip_prefix(b"\"") {
            None => rest.iter().position(|b| *b == delimiter).unwrap_or(rest.len()),
            Some(quoted) => {
                // A quote that is doubled stands for one.
                let mut at = 0;
                while let Some(found) = quoted[at..].iter().position(|b| *b == b'"') {
                    at += found + 1;
                    if quoted.get(at) != Some(&b'"') {
                        break;
                    }
                    at += 1;
                }
                1 + at
            }
        };
        match rest.get(end) {
            None => return true,
            Some(b) if *b == delimiter => rest = &rest[end + 1..],
            Some(_) => return false,
        }
    }
}
