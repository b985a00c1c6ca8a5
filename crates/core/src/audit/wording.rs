//! Entries and looks put into words for an auditor. Pure.

use crate::account::model::Role;
use crate::consent::wording::word;
use crate::ledger::{Actor, CaseStep, Channel, Entry, Kind, Shown, Step, SweptFor};

/// A kind of entry, as it is chosen from.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Default => "Start of an account",
        Kind::Notice => "Notice published or shown",
        Kind::Choice => "Choice, or a “No” carried over",
        Kind::Objection => "Step of a case",
        Kind::Decision => "Decision of a case",
        Kind::View => "Support view",
        Kind::Move => "Move to another country",
        Kind::Pause => "Pause by a case under the same address",
        Kind::Clock => "Period when the clock was wrong",
        Kind::Rollback => "Loss of records",
        Kind::Key => "New key of the public log",
        Kind::Forgotten => "Deleted account",
    }
}

/// The step of a case that somebody of this role made, in a word or two: an officer does not
/// complain, but records that somebody has.
pub fn step(step: Step, by: Actor) -> String {
    match (step, by) {
        (Step::Complained, Actor::PrivacyOfficer) => "complaint recorded".into(),
        _ => step.as_str().replace('-', " "),
    }
}

/// What an entry records.
pub fn what(entry: &Entry) -> String {
    let case = entry.case.as_deref().unwrap_or_default();
    match (entry.kind, &entry.notice, entry.choice, &entry.step, &entry.view) {
        (Kind::Notice, Some(notice), ..)
            if entry.actor == Actor::System && entry.subject == crate::ledger::entry::PLATFORM =>
        {
            format!("Notice {} published", notice.version)
        }
        (Kind::Notice, Some(notice), ..) => format!("Notice {} shown", notice.version),
        (Kind::Choice, ..) if entry.is_carried() => {
            "“No” carried over, because the address was in use before".to_owned()
        }
        (Kind::Choice, _, Some(choice), ..) => format!("Choice: {}", word(choice)),
        (Kind::Objection, _, _, Some(CaseStep { swept: Some(swept), .. }), _) => {
            let texts = if swept.texts == 1 { "one text".into() } else { format!("{} texts", swept.texts) };
            let why = match swept.reason {
                SweptFor::Unconfirmed => "nobody confirmed the address in time",
                SweptFor::AccountDeleted => "its member has deleted their account",
            };
            format!("Case {case}: {texts} erased, because {why}")
        }
        (Kind::Objection | Kind::Decision | Kind::Pause, _, _, Some(step), _) => {
            format!("Case {case}: {}", self::step(step.name, entry.actor))
        }
        (Kind::View, .., Some(view)) => shown(view.shown).to_owned(),
        _ => kind(entry.kind).to_owned(),
    }
}

/// What somebody of the staff was shown.
pub const fn shown(shown: Shown) -> &'static str {
    match shown {
        Shown::Settings => "Viewed the settings",
        Shown::Address => "Saw the full e-mail address",
    }
}

/// Who caused an entry.
pub fn by(entry: &Entry) -> &'static str {
    match (entry.actor, entry.channel) {
        (Actor::Member, _) => "the member",
        (Actor::Applicant, _) => "the applicant",
        (Actor::Support, _) => "support",
        (Actor::PrivacyOfficer, _) => "a privacy officer",
        (Actor::Auditor, _) => "an auditor",
        (Actor::Default, _) => "a rule",
        (Actor::System, Channel::CommandLine) => "the command line",
        (Actor::System, _) => "Sayso",
    }
}

/// A role of the staff in a sentence.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Support => "support",
        Role::PrivacyOfficer => "privacy officer",
        Role::Auditor => "auditor",
    }
}
