//! What of the counts may be told to everybody. Pure.
//!
//! A count under ten is withheld, because so few people might be recognised by those who know them.
//! Withheld is also what would tell such a count by subtraction: of the objections received some
//! were fully or partly upheld, some refused, and the others are neither, so that *received* bounds
//! both.
//!
//! [`told`] decides by nothing but whether a count is under ten. What it makes of a row is
//! therefore the same whichever small numbers are behind it, and nobody can learn more of them than
//! that, however well they know this rule; `public_tests.rs` proves it by exchanging them. Totals
//! are made of the told cells only, never of the true counts.

use super::table::{Table, count, days};
use crate::time::UtcMillis;

/// Counts below this are withheld.
pub const LEAST: i64 = 10;

/// What became of the objections that were received in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first instant, in UTC.
    pub begins: UtcMillis,
    /// The first instant after it.
    pub ends: UtcMillis,
    /// All that were received, whatever became of them.
    pub received: i64,
    /// Fully or partly upheld.
    pub complied: i64,
    /// Refused for every purpose.
    pub refused: i64,
    /// The median time from receipt to the answer, in milliseconds.
    pub median: Option<i64>,
}

/// A count as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It is told as it is.
    Count(i64),
    /// It is withheld; even none is said to be fewer than ten.
    UnderTen,
    /// It is ten or more, and told beside the others it would say more about one that is not. At
    /// least as many it is as those others come to.
    AtLeast(i64),
}

/// A sum of cells as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Nothing in it is withheld.
    Count(i64),
    /// Something in it is withheld.
    AtLeast(i64),
    /// Everything in it is withheld.
    Withheld,
}

/// A row as it is told: received, complied, refused, and the median in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicCounts {
    /// The first instant of the [`Span`].
    pub begins: UtcMillis,
    /// The first instant after the [`Span`].
    pub ends: UtcMillis,
    /// Received, fully or partly upheld, and refused.
    pub cells: [Cell; 3],
    /// `None` where it is withheld, or there was no answer.
    pub median: Option<i64>,
}

/// All rows, and what they come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public {
    /// In the order of the spans.
    pub rows: Vec<PublicCounts>,
    /// Received, fully or partly upheld, and refused, each the sum of told cells.
    pub totals: [Total; 3],
    /// Of all answers; `None` where it is withheld, or there was none.
    pub median: Option<i64>,
}

/// One row as it may be told.
fn row(span: &Span) -> PublicCounts {
    let cell = |n: i64| if n < LEAST { Cell::UnderTen } else { Cell::Count(n) };
    let [received, complied, refused] = [span.received, span.complied, span.refused].map(cell);
    let small = |cell| cell == Cell::UnderTen;
    // Upheld and refused are together no more than received: from 12 received and 11 upheld, at
    // most one was refused.
    let received = match (received, complied, refused) {
        (Cell::Count(_), Cell::Count(n), Cell::UnderTen) | (Cell::Count(_), Cell::UnderTen, Cell::Count(n)) => {
            Cell::AtLeast(n)
        }
        _ => received,
    };
    // Where both are small, even that there were ten answers together would say something of each.
    let median = span.median.filter(|_| !(small(complied) && small(refused)));
    PublicCounts { begins: span.begins, ends: span.ends, cells: [received, complied, refused], median }
}

/// What may be told. `median` is that of all answers.
pub fn told(spans: &[Span], median: Option<i64>) -> Public {
    let rows: Vec<PublicCounts> = spans.iter().map(row).collect();
    let totals = [0, 1, 2].map(|column| total(rows.iter().map(|row| row.cells[column])));
    let median = median.filter(|_| totals[1..].iter().any(|total| *total != Total::Withheld));
    Public { rows, totals, median }
}

fn total(cells: impl Iterator<Item = Cell>) -> Total {
    let (mut sum, mut whole) = (0, true);
    for cell in cells {
        match cell {
            Cell::Count(n) => sum += n,
            Cell::AtLeast(n) => (sum, whole) = (sum + n, false),
            Cell::UnderTen => whole = false,
        }
    }
    match (sum, whole) {
        (0, _) => Total::Withheld,
        (sum, true) => Total::Count(sum),
        (sum, false) => Total::AtLeast(sum),
    }
}

impl Cell {
    /// For a cell of the table: `1,203`, or `fewer than ten`.
    pub fn in_words(self) -> String {
        match self {
            Self::Count(n) => count(n),
            Self::UnderTen => "fewer than ten".into(),
            Self::AtLeast(n) => format!("{} or more", count(n)),
        }
    }
}

impl Total {
    /// For a cell of the table: `1,203`, `1,203 or more`, or `withheld`.
    pub fn in_words(self) -> String {
        match self {
            Self::Count(n) => count(n),
            Self::AtLeast(n) => format!("{} or more", count(n)),
            Self::Withheld => "withheld".into(),
        }
    }
}

/// A median as it stands in a cell.
pub fn median_in_words(median: Option<i64>) -> String {
    median.map_or_else(|| "withheld".into(), days)
}

/// A quarter as people say it: `July to September 2026`.
pub fn quarter(begins: UtcMillis) -> String {
    let day = begins.date();
    let months = match &day[5..7] {
        "01" => "January to March",
        "04" => "April to June",
        "07" => "July to September",
        _ => "October to December",
    };
    format!("{months} {}", &day[..4])
}

/// The rows, newest first, and then the totals; on the page and in the file.
pub fn table(public: &Public) -> Table {
    let head = vec!["Received in", "Received", "Fully or partly upheld", "Refused", "Median days to the answer"];
    let rows = public.rows.iter().rev().map(|row| {
        let cells = row.cells.map(Cell::in_words);
        [quarter(row.begins)].into_iter().chain(cells).chain([median_in_words(row.median)]).collect()
    });
    let totals = public.totals.map(Total::in_words);
    let all = ["All".to_owned()].into_iter().chain(totals).chain([median_in_words(public.median)]).collect();
    let rows = rows.chain((!public.rows.is_empty()).then_some(all));
    Table { head, rows: rows.collect() }
}

#[cfg(test)]
#[path = "public_tests.rs"]
mod tests;
