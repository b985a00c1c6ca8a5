//! What the files of an auditor say: a line for each look, or for each entry. Pure.

use super::logged_view::LoggedView;
use super::wording;
use crate::csv_safe::neutralise_formula;
use crate::ledger::Entry;
use crate::ledger::record::RawEntry;
use crate::time::UtcMillis;
use serde::Serialize;

/// A row of the access log.
#[derive(Serialize)]
pub struct LookLine<'a> {
    at: String,
    entry: String,
    staff: &'a str,
    staff_id: &'a str,
    role: &'static str,
    shown: &'static str,
    reason: &'static str,
    case: Option<&'a str>,
    /// Without contact data, see [`redact`](super::redact).
    text: Option<&'a str>,
    subject: &'a str,
    open_until: String,
    during: Option<&'a str>,
    matches_its_entry: bool,
    differs_in: &'a [&'static str],
}

/// The columns of the access log as CSV, in the order of [`LookLine::fields`].
pub const LOOK_HEADER: [&str; 14] = [
    "at",
    "entry",
    "staff",
    "staff id",
    "role",
    "shown",
    "reason",
    "case",
    "text",
    "subject",
    "open until",
    "during",
    "matches its entry",
    "differs in",
];

impl<'a> From<&'a LoggedView> for LookLine<'a> {
    fn from(look: &'a LoggedView) -> Self {
        Self {
            at: look.at.rfc3339(),
            entry: look.entry.to_string(),
            staff: &look.staff,
            staff_id: &look.staff_id,
            role: look.role.as_str(),
            shown: look.shown.as_str(),
            reason: look.reason.as_str(),
            case: look.case.as_deref(),
            text: look.text.as_deref(),
            subject: &look.subject,
            open_until: look.until.rfc3339(),
            during: look.during.as_deref(),
            matches_its_entry: look.differs.is_empty(),
            differs_in: &look.differs,
        }
    }
}

impl LookLine<'_> {
    /// The fields of the CSV form, which no spreadsheet takes for formulas.
    pub fn fields(&self) -> Vec<String> {
        let matches = if self.matches_its_entry { "yes" } else { "no" };
        let fields = [
            &*self.at,
            &self.entry,
            self.staff,
            self.staff_id,
            self.role,
            self.shown,
            self.reason,
            self.case.unwrap_or_default(),
            self.text.unwrap_or_default(),
            self.subject,
            &self.open_until,
            self.during.unwrap_or_default(),
            matches,
            &self.differs_in.join(", "),
        ];
        fields.iter().map(|field| neutralise_formula(field).into_owned()).collect()
    }
}

/// The columns of the ledger as CSV, in the order of [`entry_fields`].
pub const ENTRY_HEADER: [&str; 11] =
    ["at", "id", "subject", "position", "kind", "purpose", "what", "by", "case", "sha256", "record"];

/// The fields of an entry's CSV form; the last one is the record itself, as it was hashed.
pub fn entry_fields(row: &RawEntry) -> Vec<String> {
    let entry: Option<Entry> = serde_json::from_slice(&row.canonical).ok();
    let what = entry.as_ref().map_or_else(|| "cannot be read".into(), wording::what);
    let fields = [
        &*UtcMillis(row.at).rfc3339(),
        &row.id,
        &row.subject,
        &row.position.to_string(),
        &row.kind,
        row.purpose.as_deref().unwrap_or_default(),
        &what,
        entry.as_ref().map_or("", wording::by),
        entry.as_ref().and_then(|e| e.case.as_deref()).unwrap_or_default(),
        &row.sha256,
        &String::from_utf8_lossy(&row.canonical),
    ];
    fields.iter().map(|field| neutralise_formula(field).into_owned()).collect()
}
