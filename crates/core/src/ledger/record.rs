//! Entries as they stand in a database, and which of them are asked for.

use super::{Kind, Purpose};
use crate::time::UtcMillis;

/// An entry's row as it stands, whatever somebody may have done to it: for whoever checks it.
#[derive(Clone, Debug)]
pub struct RawEntry {
    pub id: String,
    pub subject: String,
    pub position: i64,
    pub kind: String,
    pub purpose: Option<String>,
    pub at: i64,
    pub canonical: Vec<u8>,
    pub sha256: String,
}

/// Which entries of the whole ledger are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub subject: Option<String>,
    pub kind: Option<Kind>,
    /// Of those that are about one purpose, or (inner `None`) about several or none.
    pub purpose: Option<Option<Purpose>>,
    pub from: Option<UtcMillis>,
    /// Those earlier than this.
    pub until: Option<UtcMillis>,
}
