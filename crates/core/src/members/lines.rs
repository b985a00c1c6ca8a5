//! A file of members, line by line, in memory that has a bound whatever stands in the file.
//!
//! A line that cannot be read is handed out with the reason, and the next one is read as if nothing
//! had been: a quote that is never closed costs its own line, and not all those behind it.

pub use super::columns::LinesError;
use super::columns::{self, Columns};
use super::model::{Format, Raw};
pub use super::splitter::LINE_MAX;
use super::splitter::{COLUMNS_MAX, Split, Splitter, quotes_end_fields};
use crate::csv_safe::{exact, exact_key};
use crate::text::{BYTE_ORDER_MARK, foreign};
use serde::Deserialize;
use std::collections::VecDeque;
use std::io::{self, BufRead};

const NOT_UTF8: &str = "not UTF-8: save the file as UTF-8 (in Excel: \"CSV UTF-8\")";

/// One line of the file, or a record that spans several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number of its first line, from 1.
    pub number: u64,
    /// As it stands in the file, without the end of the line; what is not UTF-8 is replaced.
    pub text: String,
    /// What it says, or why that cannot be read, in words for whoever mends it.
    pub fields: Result<Raw, String>,
}

/// A line as it stands in the file.
struct Physical {
    number: u64,
    /// Without the end of the line, and the first without a byte order mark.
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

impl<R: BufRead> Lines<R> {
    /// Begins to read; a CSV file's header is looked at here.
    ///
    /// # Errors
    /// A file without lines or of another kind, or a header in which a column is missing.
    pub fn open(mut reader: R, format: Format) -> Result<Self, LinesError> {
        if let Some(what) = foreign(reader.fill_buf()?) {
            return Err(what.into());
        }
        let (ahead, splitter) = (VecDeque::new(), Splitter::new(b','));
        let mut lines = Self { reader, ahead, read: 0, bytes: 0, columns: None, splitter };
        let mut first = lines.filled()?.ok_or(LinesError::Empty)?;
        match format {
            Format::Csv => {
                let separator = columns::separator(&first.bytes);
                if separator.is_some() {
                    first = lines.filled()?.ok_or(LinesError::Empty)?;
                }
                if first.bytes.contains(&b'\r') {
                    return Err(LinesError::LoneReturns);
                }
                let (splitter, columns) = columns::header(&first.bytes, separator)?;
                (lines.splitter, lines.columns) = (splitter, Some(columns));
            }
            Format::Ndjson if first.bytes.trim_ascii_start().starts_with(b"[") => return Err(LinesError::Array),
            Format::Ndjson => lines.ahead.push_front(first),
        }
        Ok(lines)
    }

    /// Bytes of the file that have been read.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next line that has anything on it; `None` at the end.
    ///
    /// # Errors
    /// Where the file cannot be read. A line that cannot be read is no error: it has the reason.
    pub fn read(&mut self) -> io::Result<Option<Line>> {
        loop {
            let Some(first) = self.filled()? else { return Ok(None) };
            if first.cut {
                return Ok(Some(bad(&first, format!("longer than {LINE_MAX} bytes"))));
            }
            let Some(columns) = self.columns else { return Ok(Some(object(&first))) };
            if let Some(line) = self.record(&first, columns)? {
                return Ok(Some(line));
            }
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
        if line.number == 1 && line.bytes.starts_with(BYTE_ORDER_MARK) {
            line.bytes.drain(..BYTE_ORDER_MARK.len());
        }
        self.read += u64::from(found);
        Ok(found.then_some(line))
    }

    /// The record that begins with `first`, with as many more lines as its quotes embrace. `None`
    /// for a row of empty cells, as spreadsheets write them between others and at the end.
    fn record(&mut self, first: &Physical, columns: Columns) -> io::Result<Option<Line>> {
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
            Split::Whole(_) if more.is_empty() && self.splitter.is_blank(0) => return Ok(None),
            Split::Whole(count)
                if self.fits(count, columns) && (more.is_empty() || self.meant(first, &more, columns)) =>
            {
                return Ok(Some(self.line(first, &more, columns)));
            }
            Split::Whole(count) if more.is_empty() => {
                let fields = if count == 1 { "1 field".into() } else { format!("{count} fields") };
                let between = columns::named(self.splitter.delimiter());
                format!("has {fields}, but the header has {}, separated by {between}", columns.count)
            }
            // It was closed by the next quote in the file, which is another's.
            Split::Whole(_) | Split::Open => OPEN.into(),
            Split::TooMany => format!("has more than {COLUMNS_MAX} fields"),
        };
        // The other lines are looked at for themselves.
        more.into_iter().rev().for_each(|line| self.ahead.push_front(line));
        Ok(Some(bad(first, reason)))
    }

    /// Whether the record that was fed has a field for each column that has a name, and behind the
    /// last column only empty ones.
    fn fits(&self, count: usize, columns: Columns) -> bool {
        count >= columns.named && self.splitter.is_blank(columns.count)
    }

    /// Whether a record of several lines is one, and not a line with an open quote that another
    /// line's quote has closed: then something would follow on that quote, or one of our fields
    /// would have several lines.
    fn meant(&self, first: &Physical, more: &[Physical], columns: Columns) -> bool {
        let ours = columns.at.iter().all(|at| !self.splitter.field(*at).contains(&b'\n'));
        let lines: Vec<&[u8]> = std::iter::once(first).chain(more).map(|line| line.bytes.as_slice()).collect();
        ours && quotes_end_fields(&lines.join(&b'\n'), self.splitter.delimiter())
    }

    /// The record that was fed, which is whole. What was neutralised for a spreadsheet is as it was
    /// again, but for the id: that is looked at as it stands there, and never made another.
    fn line(&self, first: &Physical, more: &[Physical], columns: Columns) -> Line {
        let lines = std::iter::once(first).chain(more);
        let text: Vec<_> = lines.map(|line| String::from_utf8_lossy(&line.bytes)).collect();
        let fields = match columns.at.map(|at| std::str::from_utf8(self.splitter.field(at))) {
            [Ok(id), Ok(email), Ok(name), Ok(country), Ok(joined)] => {
                let [name, country, joined] = [name, country, joined].map(|field| exact(field).into_owned());
                Ok(Raw { id: id.into(), email: exact_key(email).into_owned(), name, country, joined })
            }
            _ => Err(NOT_UTF8.into()),
        };
        Line { number: first.number, text: text.join("\n"), fields }
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
    Negative(i64),
}

fn object(line: &Physical) -> Line {
    let Ok(text) = std::str::from_utf8(&line.bytes) else { return bad(line, NOT_UTF8.into()) };
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
        Some(Id::Negative(id)) => id.to_string(),
        None => String::new(),
    };
    let [email, name, country, joined] =
        [object.email, object.name, object.country, object.joined].map(Option::unwrap_or_default);
    Line { number: line.number, text: text.into(), fields: Ok(Raw { id, email, name, country, joined }) }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
