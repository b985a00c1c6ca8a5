//! What staff did, as an auditor reads it, and which of it is asked for. Pure.

use super::wording;
use crate::account::model::Role;
use crate::account::staff_action::{ActionKind, Client};
use crate::csv_safe::neutralise_formula;
use crate::ledger::{Actor, EntryId, Reason, Shown, Step};
use crate::support::access_reason;
use crate::time::{UtcMicros, UtcMillis};
use std::fmt;
use std::str::FromStr;

/// Where a row stands in the log: by time, and within a microsecond in the order of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaffKey {
    /// When it was done.
    pub at: UtcMicros,
    /// The number of the row.
    pub id: i64,
}

impl fmt::Display for StaffKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.0, self.id)
    }
}

impl FromStr for StaffKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('.').ok_or(())?;
        Ok(Self { at: UtcMicros(at.parse().map_err(drop)?), id: id.parse().map_err(drop)? })
    }
}

/// Whose actions are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Those of the staff account with this id, and those that were done to it.
    Staff(String),
    /// Those of commands on the machine.
    CommandLine,
}

/// Which actions are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaffFilter {
    /// Only those of this person.
    pub who: Option<Who>,
    /// Only those of this kind.
    pub kind: Option<ActionKind>,
    /// Only support views for this reason.
    pub reason: Option<Reason>,
    /// Only those about this case.
    pub case: Option<String>,
    /// Only those about this member or about a case of theirs, by the ledger's opaque id.
    pub subject: Option<String>,
    /// Only those at this instant or later.
    pub from: Option<UtcMillis>,
    /// Only those before this instant.
    pub until: Option<UtcMillis>,
}

/// Whom or what an action was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A member, by their subject.
    Member(String),
    /// Somebody of the staff, by their name.
    Staff(String),
}

/// What the record says more that an action points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum More {
    /// What a support view showed, and why it was opened.
    View(Shown, Reason),
    /// The move of a case.
    Move(Step),
    /// To whom a case was given; none for nobody.
    GivenTo(Option<String>),
    /// The file that an auditor downloaded, and the filters, as a query.
    File(String, String),
    /// A word or two of ours.
    Detail(String),
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffAction {
    /// Where it stands in the log.
    pub key: StaffKey,
    /// What it was.
    pub kind: ActionKind,
    /// Whether it went well.
    pub well: bool,
    /// Who did it: name, id and role at the time. None for a command on the machine.
    pub by: Option<(String, String, Role)>,
    /// To whom it was done.
    pub about: Option<About>,
    /// The number of the case that it was about.
    pub case: Option<String>,
    /// What the record says more.
    pub more: Option<More>,
    /// How many there were of what its kind counts.
    pub amount: Option<i64>,
    /// The entry of the ledger that records it.
    pub entry: Option<EntryId>,
    /// The request, as the security log has it.
    pub request: Option<String>,
}

impl StaffAction {
    /// What was done, in a few words.
    pub fn what(&self) -> String {
        match (&self.more, self.well) {
            (Some(More::View(shown, _)), _) => wording::shown(*shown).to_owned(),
            (_, true) => self.kind.title().to_owned(),
            (_, false) => self.kind.failed().to_owned(),
        }
    }

    /// More about it, in a few words; empty where there is no more.
    pub fn details(&self) -> String {
        let more = match &self.more {
            None => None,
            Some(More::View(_, reason)) => Some(access_reason::title(*reason).to_owned()),
            Some(More::Move(step)) => Some(wording::step(*step, Actor::PrivacyOfficer)),
            Some(More::GivenTo(officer)) => Some(format!("to {}", officer.as_deref().unwrap_or("nobody"))),
            Some(More::File(file, filters)) if filters.is_empty() => Some(file.clone()),
            Some(More::File(file, filters)) => Some(format!("{file}, {}", said(filters))),
            // A name or an id, which is no word.
            Some(More::Detail(detail))
                if matches!(
                    self.kind,
                    ActionKind::Download | ActionKind::TemplateSaved | ActionKind::TemplateRetired
                ) =>
            {
                Some(detail.clone())
            }
            Some(More::Detail(detail)) => Some(words(detail)),
        };
        let amount = self.amount.zip(self.kind.counts()).map(|(n, (one, several))| {
            let what = if n == 1 { one } else { several };
            format!("{n} {what}")
        });
        more.into_iter().chain(amount).collect::<Vec<_>>().join(", ")
    }

    /// The fields of the CSV form, which no spreadsheet takes for formulas, in the order of
    /// [`STAFF_HEADER`].
    pub fn fields(&self) -> Vec<String> {
        let (name, id, role) = self.by.as_ref().map_or(("", "", ""), |(name, id, role)| (name, id, role.as_str()));
        let client = if self.by.is_some() { Client::Web } else { Client::CommandLine };
        let (subject, account) = match &self.about {
            None => ("", ""),
            Some(About::Member(subject)) => (subject.as_str(), ""),
            Some(About::Staff(name)) => ("", name.as_str()),
        };
        let amount = self.amount.map(|n| n.to_string()).unwrap_or_default();
        let entry = self.entry.map(|id| id.to_string()).unwrap_or_default();
        let fields = [
            &*self.key.at.rfc3339(),
            &self.key.id.to_string(),
            self.kind.as_str(),
            if self.well { "success" } else { "failure" },
            client.as_str(),
            name,
            id,
            role,
            &self.what(),
            &self.details(),
            &amount,
            self.case.as_deref().unwrap_or_default(),
            subject,
            account,
            &entry,
            self.request.as_deref().unwrap_or_default(),
        ];
        fields.iter().map(|field| neutralise_formula(field).into_owned()).collect()
    }
}

/// The columns of the log as CSV.
pub const STAFF_HEADER: [&str; 16] = [
    "at",
    "number",
    "kind",
    "outcome",
    "client",
    "staff",
    "staff id",
    "role",
    "what",
    "details",
    "amount",
    "case",
    "subject",
    "staff account",
    "entry",
    "request",
];

/// A word of the record as people read it.
fn words(word: &str) -> String {
    word.replace(['-', '_'], " ")
}

/// A query in words.
fn said(query: &str) -> String {
    let fields = url::form_urlencoded::parse(query.as_bytes());
    fields.map(|(field, value)| format!("{field} {value}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(kind: ActionKind, more: Option<More>) -> StaffAction {
        StaffAction {
            key: StaffKey { at: UtcMicros(1_795_459_005_000_042), id: 7 },
            kind,
            well: true,
            by: Some(("=Sam".into(), "s-1".into(), Role::Support)),
            about: None,
            case: None,
            more,
            amount: None,
            entry: None,
            request: None,
        }
    }

    #[test]
    fn an_action_is_said_in_words_and_what_failed_is_no_success() {
        let view = action(ActionKind::SupportView, Some(More::View(Shown::Address, Reason::Asked)));
        assert_eq!(
            (view.what().as_str(), view.details().as_str()),
            ("Saw the full e-mail address", "The member asked for help")
        );
        let search =
            StaffAction { amount: Some(1), ..action(ActionKind::Search, Some(More::Detail("by-words".into()))) };
        assert_eq!(
            (search.what().as_str(), search.details().as_str()),
            ("Searched for members or cases", "by words, 1 result")
        );
        let failed = StaffAction { well: false, ..action(ActionKind::SignIn, Some(More::Detail("password".into()))) };
        assert_eq!((failed.what().as_str(), failed.details().as_str()), ("Failed sign-in to this account", "password"));
        let moved = action(ActionKind::CaseMove, Some(More::Move(Step::ReviewBegun)));
        assert_eq!(moved.details(), "review begun");
        let recorded = action(ActionKind::CaseMove, Some(More::Move(Step::Complained)));
        assert_eq!(recorded.details(), "complaint recorded", "it is the person who complains");
        assert_eq!(wording::step(Step::Complained, Actor::Member), "complained");
        let given = action(ActionKind::CaseAssigned, Some(More::GivenTo(None)));
        assert_eq!(given.details(), "to nobody");
        let file =
            action(ActionKind::Download, Some(More::File("ledger.csv".into(), "kind=view&from=2026-01-01".into())));
        assert_eq!(file.details(), "ledger.csv, kind view, from 2026-01-01");
    }

    #[test]
    fn a_line_of_the_file_has_the_microsecond_and_no_formula() {
        let line = action(ActionKind::Download, Some(More::Detail("open-cases.csv".into()))).fields();
        assert_eq!(line.len(), STAFF_HEADER.len());
        assert_eq!(line[..6], ["2026-11-23T18:36:45.000042Z", "7", "download", "success", "web", "'=Sam"]);
        assert_eq!(line[9], "open-cases.csv");
        let command = StaffAction { by: None, ..action(ActionKind::Backup, None) };
        assert_eq!(command.fields()[4..8], ["command-line", "", "", ""]);
    }

    #[test]
    fn a_place_in_the_log_is_read_as_it_is_written() {
        let key = StaffKey { at: UtcMicros(1_795_459_005_000_042), id: 7 };
        assert_eq!(key.to_string().parse(), Ok(key));
        for wrong in ["", ".", "7", "7.x", "x.7", "7.1.1"] {
            assert!(wrong.parse::<StaffKey>().is_err(), "{wrong}");
        }
    }
}
