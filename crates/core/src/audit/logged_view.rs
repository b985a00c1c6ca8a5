//! One look of the staff, as an auditor reads it.

use crate::account::model::Role;
use crate::ledger::{EntryId, Reason, Shown};
use crate::time::UtcMillis;

/// One look of the staff, as an auditor reads it: the member by their subject, and what was written
/// without contact data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedView {
    /// The entry that records it.
    pub entry: EntryId,
    /// When it began.
    pub at: UtcMillis,
    /// Until when the pages were open to them, before a reason had to be given again.
    pub until: UtcMillis,
    /// Who looked, by the name that their account has now.
    pub staff: String,
    /// Who looked, by the id of their account, which stays when the name changes.
    pub staff_id: String,
    /// Their role at the time.
    pub role: Role,
    /// Whether they saw the settings, or the whole address.
    pub shown: Shown,
    /// The category that they chose; [`Reason::Case`] where they named a case.
    pub reason: Reason,
    /// The number of the case that was the reason, if one was.
    pub case: Option<String>,
    /// What they wrote as the reason, without contact data (see [`redact`](super::redact)).
    pub text: Option<String>,
    /// The member, by the ledger's opaque id.
    pub subject: String,
    /// With [`Shown::Address`]: the look during which it was shown.
    pub during: Option<String>,
    /// What is not as the entry of it has it.
    pub differs: Vec<&'static str>,
}
