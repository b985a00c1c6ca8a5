//! One look of the staff, as an auditor reads it.

use crate::account::model::Role;
use crate::ledger::{EntryId, Reason, Shown};
use crate::time::UtcMillis;

/// One look of the staff, as an auditor reads it: the member by their subject, and what was written
/// without contact data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedView {
    pub entry: EntryId,
    pub at: UtcMillis,
    pub until: UtcMillis,
    pub staff: String,
    pub staff_id: String,
    pub role: Role,
    pub shown: Shown,
    pub reason: Reason,
    pub case: Option<String>,
    pub text: Option<String>,
    pub subject: String,
    /// With [`Shown::Address`]: the look during which it was shown.
    pub during: Option<String>,
    /// What is not as the entry of it has it.
    pub differs: Vec<&'static str>,
}
