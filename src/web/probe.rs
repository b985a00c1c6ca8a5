//! What `/readyz` knows.

use std::time::Instant;
use tokio::sync::Mutex;

/// What the newest probe has found, and when. Whoever asks meanwhile waits for it.
#[derive(Debug, Default)]
pub struct Probe(pub Mutex<Option<(Instant, Found)>>);

/// What a probe has found, part by part. The clock and the log cost nothing to ask, and are not in
/// it.
#[derive(Clone, Debug)]
pub struct Found {
    /// Whether a write into the database would be kept.
    pub database: Part,
    /// Whether a file could be written in the folder for what is kept besides the database.
    pub disk: Part,
    /// How many e-mails were given up, where the database says it.
    pub undelivered: Option<i64>,
}

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Well,
    /// Nothing is kept there.
    NotUsed,
    /// What is wrong, without a cause: anybody can ask.
    Broken(&'static str),
}

impl Part {
    pub const fn says(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::NotUsed => "not used",
            Self::Broken(what) => what,
        }
    }

    pub const fn is_broken(self) -> bool {
        matches!(self, Self::Broken(_))
    }
}
