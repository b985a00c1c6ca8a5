//! A file of members, line by line, in memory that has a bound whatever stands in the file.
//!
//! A line that cannot be read is handed out with the reason, and the next one is read as if nothing
//! had been: a quote that is never closed costs its own line, and not all those behind it.

use super::model::{FIELDS, Format, Raw};
use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};
use serde::Deserialize;
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// Bytes that a line may have, or a record of several lines.
pub const LINE_MAX: usize = 64 * 1024;
/// Columns that a file may have.
const COLUMNS_MAX: usize = 256;
/// What begins some files in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One line of the file, or a record that spans several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of its first line, from 1.
    pub number: u64,
    /// As it stands in the file, without the end of the line; what is not UTF-8 is replaced.
    pub text: String,
    pub fields: Result<Raw, String>,
}

#[derive(Debug, thiserror::Error)]
pub enum LinesError {
    #[error("the file is empty")]
    Empty,
    #[error("the first line has to name the columns, separated by commas: {}", FIELDS.join(","))]
    NoHeader,
    #[error("the first line names no column {0}; it has to name: {all}", all = FIELDS.join(","))]
    NoColumn(&'static str),
    #[error("the first line names the column {0} twice")]
    TwoColumns(&'static str),
    #[error("cannot read the file: {0}")]
    Read(#[from] io::Error),
}

/// A line as it stands in the file.
struct Physical {
    number: u64,
    bytes: Vec<u8>,
    /// It had more bytes than are kept.
    cut: bool,
}

/// Reads a file of members.
pub struct Lines<R> {
    reader: R,
    /// Lines that were read ahead and are still to be looked at.
    ahead: VecDeque<Physical>,
    read: u64,
    bytes: u64,
    /// Of a CSV file.
    columns: Option<Columns>,
    splitter: Splitter,
}

/// Where the fields stand in a record, and how many columns there are.
#[derive(Clone, Copy)]
struct Columns {
    at: [usize; FIELDS.len()],
    count: usize,
}

impl<R: BufRead> Lines<R> {
    /// Begins to read; a CSV file's header is looked at here.
    ///
    /// # Errors
    /// A file without lines, or a header in which a column is missing.
    pub fn open(reader: R, format: Format) -> Result<Self, LinesError> {
        let (ahead, splitter) = (VecDeque::new(), Splitter::new());
        let mut lines = Self { reader, ahead, read: 0, bytes: 0, columns: None, splitter };
        let Some(mut first) = lines.filled()? else { return Err(LinesError::Empty) };
        if first.bytes.starts_with(BYTE_ORDER_MARK) {
            first.bytes.drain(..BYTE_ORDER_MARK.len());
        }
        match format {
            Format::Csv => lines.columns = Some(lines.splitter.header(&first)?),
            Format::Ndjson => lines.ahead.push_front(first),
        }
        Ok(lines)
    }

    /// Bytes of the file that have been read.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next line that has anything on it; `None` at the end.
    pub fn read(&mut self) -> io::Result<Option<Line>> {
        let Some(first) = self.filled()? else { return Ok(None) };
        if first.cut {
            return Ok(Some(bad(&first, format!("longer than {LINE_MAX} bytes"))));
        }
        match self.columns {
            None => Ok(Some(object(&first))),
            Some(columns) => self.record(first, columns).map(Some),
        }
    }

    /// The next line that is not blank.
    fn filled(&mut self) -> io::Result<Option<Physical>> {
        while let Some(line) = self.physical()? {
            if line.cut || !line.bytes.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    fn physical(&mut self) -> io::Result<Option<Physical>> {
        if let Some(line) = self.ahead.pop_front() {
            return Ok(Some(line));
        }
        let mut line = Physical { number: self.read + 1, bytes: Vec::with_capacity(128), cut: false };
        let mut found = false;
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            found = true;
            let end = buffer.iter().position(|b| *b == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            let room = LINE_MAX - line.bytes.len();
            line.cut |= part.len() > room;
            line.bytes.extend_from_slice(&part[..part.len().min(room)]);
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.reader.consume(used);
            self.bytes += used as u64;
            if end.is_some() {
                break;
            }
        }
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        self.read += u64::from(found);
        Ok(found.then_some(line))
    }

    /// The record that begins with `first`, with as many more lines as its quotes embrace.
    fn record(&mut self, first: Physical, columns: Columns) -> io::Result<Line> {
        const OPEN: &str = "a quote is opened and not closed";
        self.splitter.begin();
        let mut split = self.splitter.feed(&first.bytes);
        let (mut more, mut size) = (Vec::new(), first.bytes.len());
        while split == Split::Open {
            let Some(next) = self.physical()? else { break };
            size += next.bytes.len();
            if !next.cut && size <= LINE_MAX {
                split = self.splitter.feed(&next.bytes);
                more.push(next);
            } else {
                more.push(next);
                break;
            }
        }
        let reason = match split {
            Split::Whole(count)
                if count == columns.count && (more.is_empty() || self.splitter.meant(&first, &more, columns)) =>
            {
                return Ok(self.splitter.line(&first, &more, columns));
            }
            Split::Whole(count) if more.is_empty() => {
                format!("has {count} fields, and the first line {}", columns.count)
            }
            // It was closed by the next quote in the file, which is another's.
            Split::Whole(_) | Split::Open => OPEN.into(),
            Split::TooMany => format!("has more than {COLUMNS_MAX} fields"),
        };
        // The other lines are looked at for themselves.
        more.into_iter().rev().for_each(|line| self.ahead.push_front(line));
        Ok(bad(&first, reason))
    }
}

fn bad(line: &Physical, reason: String) -> Line {
    Line { number: line.number, text: String::from_utf8_lossy(&line.bytes).into_owned(), fields: Err(reason) }
}

/// A line of NDJSON. What it has beside the five fields is of no interest.
#[derive(Deserialize)]
struct Object {
    #[serde(default)]
    id: Option<Id>,
    #[serde(default, alias = "e-mail")]
    email: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    joined: Option<String>,
}

/// Platforms that number their members write the number without quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

fn object(line: &Physical) -> Line {
    let Ok(text) = std::str::from_utf8(&line.bytes) else { return bad(line, "not UTF-8".into()) };
    if !text.trim_start().starts_with('{') {
        return bad(line, "not a JSON object".into());
    }
    let object: Object = match serde_json::from_str(text) {
        Ok(object) => object,
        Err(error) => return bad(line, format!("not a JSON object with text in its fields ({error})")),
    };
    let id = match object.id {
        Some(Id::Text(id)) => id,
        Some(Id::Number(id)) => id.to_string(),
        None => String::new(),
    };
    let [email, name, country, joined] =
        [object.email, object.name, object.country, object.joined].map(Option::unwrap_or_default);
    Line { number: line.number, text: text.into(), fields: Ok(Raw { id, email, name, country, joined }) }
}

/// Whether every quote that closes a field is followed by a comma or the end, as RFC 4180 has it
/// and many readers do not mind.
fn quotes_end_fields(record: &[u8]) -> bool {
    let mut rest = record;
    loop {
        let end = match rest.strip_prefix(b"\"") {
            None => rest.iter().position(|b| *b == b',').unwrap_or(rest.len()),
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
            Some(b',') => rest = &rest[end + 1..],
            Some(_) => return false,
        }
    }
}

/// Splits a record of CSV into its fields, a line at a time.
struct Splitter {
    reader: csv_core::Reader,
    /// The fields one behind the other, and where each of them ends.
    output: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    ended: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Split {
    /// The record is whole, and has so many fields.
    Whole(usize),
    /// It goes on, because a quote is open.
    Open,
    TooMany,
}

impl Splitter {
    fn new() -> Self {
        // The lines are handed over without their ends, and get one.
        let reader = ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build();
        Self { reader, output: vec![0; 2 * LINE_MAX], ends: vec![0; COLUMNS_MAX], written: 0, ended: 0 }
    }

    fn begin(&mut self) {
        self.reader.reset();
        (self.written, self.ended) = (0, 0);
    }

    fn feed(&mut self, line: &[u8]) -> Split {
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

    fn field(&self, at: usize) -> &[u8] {
        let begin = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.output[begin..self.ends[at]]
    }

    fn header(&mut self, first: &Physical) -> Result<Columns, LinesError> {
        self.begin();
        let Split::Whole(count) = self.feed(&first.bytes) else { return Err(LinesError::NoHeader) };
        let name = |i| String::from_utf8_lossy(self.field(i)).trim().to_lowercase();
        let names: Vec<String> = (0..count).map(name).collect();
        let mut at = [0; FIELDS.len()];
        for (at, field) in at.iter_mut().zip(FIELDS) {
            let is = |name: &str| name == field || (field == "email" && name == "e-mail");
            let mut found = names.iter().enumerate().filter(|(_, name)| is(name));
            *at = found.next().ok_or(LinesError::NoColumn(field))?.0;
            if found.next().is_some() {
                return Err(LinesError::TwoColumns(field));
            }
        }
        Ok(Columns { at, count })
    }

    /// Whether a record of several lines is one, and not a line with an open quote that another
    /// line's quote has closed: then something would follow on that quote, or one of our fields
    /// would have several lines.
    fn meant(&self, first: &Physical, more: &[Physical], columns: Columns) -> bool {
        let ours = columns.at.iter().all(|at| !self.field(*at).contains(&b'\n'));
        let lines: Vec<&[u8]> = std::iter::once(first).chain(more).map(|line| line.bytes.as_slice()).collect();
        ours && quotes_end_fields(&lines.join(&b'\n'))
    }

    /// The record that was fed, which is whole.
    fn line(&self, first: &Physical, more: &[Physical], columns: Columns) -> Line {
        let lines = std::iter::once(first).chain(more);
        let text: Vec<_> = lines.map(|line| String::from_utf8_lossy(&line.bytes)).collect();
        let fields = columns.at.map(|at| std::str::from_utf8(self.field(at)).map(str::to_owned));
        let fields = match fields {
            [Ok(id), Ok(email), Ok(name), Ok(country), Ok(joined)] => Ok(Raw { id, email, name, country, joined }),
            _ => Err("not UTF-8".into()),
        };
        Line { number: first.number, text: text.join("\n"), fields }
    }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
