//! What `/readyz` knows.

use std::sync::PoisonError;
use std::time::Instant;
use tokio::sync::Mutex;

/// What the newest probe has found, and when. Whoever asks meanwhile waits for it. And how the
/// public log is, which whoever adds to it tells.
#[derive(Debug, Default)]
pub struct Probe(pub Mutex<Option<(Instant, Found)>>, std::sync::Mutex<LogHealth>);

impl Probe {
    /// How the public log is.
    pub fn log(&self) -> LogHealth {
        self.1.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes how the public log is. True where that is news.
    pub fn tell_log(&self, health: LogHealth) -> bool {
        let mut known = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = *known != health;
        *known = health;
        is_new
    }
}

/// How the public log is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LogHealth {
    #[default]
    Well,
    /// Something is wrong that does not take a node out.
    Named(String),
    /// Nothing is added to it any more: it was rolled back, or forked.
    Stopped(String),
}

impl LogHealth {
    pub fn says(&self) -> &str {
        match self {
            Self::Well => "ok",
            Self::Named(what) => what,
            Self::Stopped(why) => why,
        }
    }
}

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
