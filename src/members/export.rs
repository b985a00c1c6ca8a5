//! Handing members out: who they are and what holds for each of them, page by page, so that memory
//! does not grow with their number.

use super::model::Format;
use super::sheet::Sheet;
use super::store;
use crate::consent::rules::Rules;
use crate::consent::settled::settle;
use crate::consent::standing::{Facts, first_country};
use crate::consent::store::notices;
use crate::csv_safe;
use crate::db::{self, Db};
use crate::ledger::{Entry, store::deciding};
use crate::time::UtcMillis;
use std::io::{self, Write};

/// Members in a page.
const PAGE: i64 = 500;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("cannot write the file: {0}")]
    File(#[from] io::Error),
    #[error(
        "the id {0:?} cannot go into a CSV file: a spreadsheet could run it, and under a changed id whoever joins by it \
         would miss the member. Export as NDJSON, and give the member another id on your platform"
    )]
    Id(String),
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl From<csv::Error> for ExportError {
    fn from(error: csv::Error) -> Self {
        Self::File(error.into())
    }
}

impl From<serde_json::Error> for ExportError {
    fn from(error: serde_json::Error) -> Self {
        Self::File(error.into())
    }
}

/// What is exported.
pub struct Export<'a> {
    pub db: &'a Db,
    pub rules: &'a Rules,
    /// How long after being told nobody is enrolled, in days of 24 hours.
    pub window_days: u32,
    /// As of when; what is recorded while it runs counts too.
    pub now: UtcMillis,
    /// Whether the clock is in doubt: then nobody is on by default.
    pub doubt: bool,
    /// Whether members of the demonstration are written, too.
    pub demo: bool,
}

impl Export<'_> {
    /// Writes every member to `out`, in the order in which they came here, and returns how many
    /// they are. `reached` hears after each page how many were written by then.
    pub async fn run(&self, format: Format, out: impl Write, mut reached: impl FnMut(u64)) -> Result<u64, ExportError> {
        let mut out = Writer::new(format, out)?;
        let notices = notices(self.db.reader().await?.conn()).await?;
        let (mut after, mut written) = (String::new(), 0);
        loop {
            let mut reader = self.db.reader().await?;
            let members = store::page(reader.conn(), &after, PAGE, self.demo).await?;
            let Some((last, _)) = members.last() else { break };
            after.clone_from(&last.id);
            let subjects: Vec<&str> = members.iter().map(|(member, _)| member.subject.as_str()).collect();
            let entries = deciding::of_subjects(reader.conn(), &subjects).await?;
            drop(reader);
            for (member, platform_id) in members {
                let mut entries = of(&entries, &member.subject).to_vec();
                settle(&mut entries, self.now);
                let (rules, window_days, doubt) = (self.rules, self.window_days, self.doubt);
                let country = first_country(&entries, member.country);
                let unproved = member.unproved;
                let facts =
                    Facts { entries: &entries, notices: &notices, rules, country, window_days, doubt, unproved };
                out.put(&Sheet::of(member, platform_id, &facts, self.now))?;
                written += 1;
            }
            reached(written);
        }
        written += self.departed(&mut out).await?;
        reached(written);
        out.flush()?;
        Ok(written)
    }

    /// Writes those who have deleted their account, each as denied, and returns how many they are.
    async fn departed<W: Write>(&self, out: &mut Writer<W>) -> Result<u64, ExportError> {
        let (mut after, mut written) = (String::new(), 0);
        loop {
            let departed = store::departed(self.db.reader().await?.conn(), &after, PAGE).await?;
            let Some((last, _)) = departed.last() else { return Ok(written) };
            after.clone_from(last);
            for (id, at) in departed {
                out.put(&Sheet::departed(id, UtcMillis(at)))?;
                written += 1;
            }
        }
    }
}

/// The part of `entries`, in the order of their subjects, that is about `subject`.
fn of<'a>(entries: &'a [Entry], subject: &str) -> &'a [Entry] {
    let begin = entries.partition_point(|entry| entry.subject.as_str() < subject);
    let end = begin + entries[begin..].partition_point(|entry| entry.subject == subject);
    &entries[begin..end]
}

enum Writer<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Ndjson(io::BufWriter<W>),
}

impl<W: Write> Writer<W> {
    fn new(format: Format, out: W) -> Result<Self, ExportError> {
        Ok(match format {
            Format::Csv => {
                let mut csv = csv_safe::writer(out);
                csv.write_record(Sheet::header())?;
                Self::Csv(Box::new(csv))
            }
            Format::Ndjson => Self::Ndjson(io::BufWriter::new(out)),
        })
    }

    fn put(&mut self, sheet: &Sheet) -> Result<(), ExportError> {
        match self {
            Self::Csv(csv) => {
                let fields = sheet.fields().map_err(|id| ExportError::Id(id.to_owned()))?;
                csv.write_record(fields.iter().map(|field| field.as_bytes()))?;
            }
            Self::Ndjson(out) => {
                serde_json::to_writer(&mut *out, sheet)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Csv(csv) => csv.flush(),
            Self::Ndjson(out) => out.flush(),
        }
    }
}
