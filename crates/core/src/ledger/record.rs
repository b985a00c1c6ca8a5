//! Entries as they stand in a database, and which of them are asked for.

use super::{Kind, Purpose};
use crate::time::UtcMillis;

/// An entry's row as it stands, whatever somebody may have done to it: for whoever checks it.
#[derive(Clone, Debug)]
pub struct RawEntry {
    /// The id of the entry, a UUID unless somebody has changed it.
    pub id: String,
    /// Whose history it stands in.
    pub subject: String,
    /// 1 for the first entry of the subject, and one more for each that follows.
    pub position: i64,
    /// A column beside the bytes, which has to say what they say.
    pub kind: String,
    /// The same; `None` in entries about several purposes or none.
    pub purpose: Option<String>,
    /// In milliseconds since 1970 in UTC.
    pub at: i64,
    /// The bytes that were hashed when it was recorded.
    pub canonical: Vec<u8>,
    /// The hash that was stored then, in lower-case hex.
    pub sha256: String,
}

/// Which entries of the whole ledger are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only the history of this subject.
    pub subject: Option<String>,
    /// Only entries of this kind.
    pub kind: Option<Kind>,
    /// Of those that are about one purpose, or (inner `None`) about several or none.
    pub purpose: Option<Option<Purpose>>,
    /// Only entries at this instant or later.
    pub from: Option<UtcMillis>,
    /// Those earlier than this.
    pub until: Option<UtcMillis>,
}
