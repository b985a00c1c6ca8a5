//! Whether what is stored is what was recorded. Pure.

use crate::ledger::entry::{sealed, sha256_hex};
use crate::ledger::record::RawEntry;
use crate::ledger::{Actor, Entry, Kind, Purpose};

/// What can be said about an entry's row by itself and with the one before it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The SHA-256 of the bytes that are stored, computed now.
    pub sha256: String,
    /// What the bytes say, where they are an entry.
    pub entry: Option<Entry>,
    /// Each check: what it is about, and whether it holds.
    pub checks: Vec<(&'static str, bool)>,
}

impl Checked {
    /// What does not hold.
    pub fn wrong(&self) -> Vec<&'static str> {
        self.checks.iter().filter(|(_, holds)| !holds).map(|(what, _)| *what).collect()
    }
}

/// Checks `row`, with the row of the same subject one position before it.
pub fn entry(row: &RawEntry, before: Option<&RawEntry>) -> Checked {
    let sha256 = sha256_hex(&row.canonical);
    let entry: Option<Entry> = serde_json::from_slice(&row.canonical).ok();
    let canonical = entry.as_ref().is_some_and(|entry| entry.canonical().bytes == row.canonical);
    let columns = entry.as_ref().is_some_and(|e| {
        e.id.to_string() == row.id
            && e.subject == row.subject
            && e.kind.as_str() == row.kind
            && e.purpose.map(Purpose::as_str) == row.purpose.as_deref()
            && e.at.0 == row.at
            && e.position.is_none_or(|position| position == row.position)
    });
    let link = entry.as_ref().is_some_and(|e| {
        e.previous.map(|id| id.to_string()) == before.map(|before| before.id.clone())
            && (before.is_none() == (row.position == 1))
    });
    // Where the operator says that the clock was wrong, the time steps back, once.
    let span = entry.as_ref().and_then(|e| e.clock);
    let accepted = |at: i64| span.is_some_and(|span| (span.from.0..=span.until.0).contains(&at));
    let time = before.is_none_or(|before| before.at <= row.at || accepted(before.at));
    let checks = vec![
        ("Its bytes have the SHA-256 that is stored", sha256 == row.sha256),
        ("Its bytes are an entry in the canonical form", canonical),
        ("It is stored under the values that it contains", columns),
        ("It names the entry before it", link),
        ("It is no earlier than the entry before it", time),
    ];
    Checked { sha256, entry, checks }
}

/// What does not hold of `row` as a link of its subject's history, with the row that was read
/// before it: the checks of [`entry`], and that none is left out.
pub fn link(row: &RawEntry, before: Option<&RawEntry>) -> (Checked, Vec<&'static str>) {
    let checked = entry(row, before);
    let mut wrong = checked.wrong();
    if row.position != before.map_or(1, |before| before.position + 1) {
        wrong.push("It directly follows the entry before it");
    }
    (checked, wrong)
}

/// A look as the access log has it.
pub struct LoggedRow<'a> {
    /// The entry that is to record it, by its id.
    pub entry_id: &'a str,
    /// The member, by the ledger's opaque id.
    pub subject: &'a str,
    /// The staff member's role at the time, such as `support`.
    pub role: &'a str,
    /// What was shown, such as `settings`.
    pub shown: &'a str,
    /// The category of the reason, such as `asked`.
    pub reason: &'a str,
    /// The case that was the reason, by its number, if one was.
    pub case: Option<&'a str>,
    /// The reason as it was written, contact data included; `None` where only a case was named.
    pub text: Option<&'a str>,
    /// What the entry's hash of `text` was made with.
    pub salt: Option<&'a str>,
    /// The entry of the view of the settings in which the address was shown.
    pub during: Option<&'a str>,
    /// Who it was, by the id of the account.
    pub staff: &'a str,
    /// When it was, in milliseconds since 1970 in UTC.
    pub at: i64,
    /// Until when it was open.
    pub until: i64,
    /// Whether the member has deleted their account: then the text is erased.
    pub forgotten: bool,
}

/// What of a look is not as its entry has it; empty where everything is. The text is compared as it
/// was written, whatever of it is shown.
pub fn look(look: &LoggedRow<'_>, bytes: Option<&[u8]>, sha256: Option<&str>) -> Vec<&'static str> {
    let (Some(bytes), Some(sha256)) = (bytes, sha256) else { return vec!["it has no entry"] };
    let entry: Option<Entry> = serde_json::from_slice(bytes).ok();
    let Some((entry, view)) = entry.and_then(|e| e.view.clone().map(|view| (e, view))) else {
        return vec!["its entry is about something else"];
    };
    let actor = match look.role {
        "privacy_officer" => Actor::PrivacyOfficer,
        _ => Actor::Support,
    };
    let text = look.text.zip(look.salt).map(|(text, salt)| sealed(salt, text));
    let during = view.during.map(|id| id.to_string());
    let same = [
        ("the entry's own bytes", sha256_hex(bytes) == sha256 && entry.kind == Kind::View),
        ("which entry", entry.id.to_string() == look.entry_id),
        ("the member", entry.subject == look.subject),
        ("the team", entry.actor == actor),
        ("what was shown", view.shown.as_str() == look.shown && during.as_deref() == look.during),
        ("the reason", view.reason.as_str() == look.reason && entry.case.as_deref() == look.case),
        ("the text", view.text == text || look.forgotten && look.text.is_none()),
        ("the time", entry.at.0 == look.at),
        // Older entries have neither.
        ("who it was", view.staff.is_none() || view.staff == Some(sealed(look.subject, look.staff))),
        ("its end", view.until.is_none_or(|until| until.0 == look.until)),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
}

/// What became of a text of a case that an entry has the hash of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is there, as it was.
    Match,
    /// It is another text than the one that was recorded.
    Changed,
    /// It was erased, and the record says so.
    Swept,
    /// It is gone, and the record says nothing of it.
    Missing,
    /// Of answers that were proposed, only the newest is kept.
    Replaced,
}

impl Kept {
    /// What does not hold, if something does not.
    pub const fn wrong(self) -> Option<&'static str> {
        match self {
            Self::Changed => Some("The text written with it matches its hash"),
            Self::Missing => Some("The text written with it is there"),
            Self::Match | Self::Swept | Self::Replaced => None,
        }
    }

    /// Said of it, behind what it is about.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Match => "matches the hash in the entry",
            Self::Changed => "was changed and does not match the hash in the entry",
            Self::Swept => "was erased when its time was up, as the record says",
            Self::Missing => "is missing, and the record does not say why",
            Self::Replaced => "was replaced, because we keep only the newest draft",
        }
    }

    /// In one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Match => "Match",
            Self::Changed => "Changed",
            Self::Swept => "Erased",
            Self::Missing => "Missing",
            Self::Replaced => "Not kept",
        }
    }
}

/// Compares what is stored, salt and text, with the hash that an entry has of it. `swept` is
/// whether the record says that it was erased.
pub fn text(hash: &str, stored: Option<(&str, &str)>, swept: bool) -> Kept {
    match stored {
        Some((salt, text)) if sealed(salt, text) == hash => Kept::Match,
        Some(_) => Kept::Changed,
        None if swept => Kept::Swept,
        None => Kept::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::entry::Canonical;
    use crate::ledger::{Channel, ClockSpan, Event, NewEntry, Reason, Shown, View};
    use crate::time::UtcMillis;

    fn rows() -> [RawEntry; 2] {
        let draft = |actor, event| NewEntry { subject: "s-1".into(), actor, channel: Channel::Web, event };
        let begun = Event::Default { purpose: Purpose::Research, rule: None };
        let view = View {
            shown: Shown::Settings,
            reason: Reason::Asked,
            text: Some(sealed("salt", "Called.")),
            during: None,
            staff: Some(sealed("s-1", "staff-1")),
            until: Some(UtcMillis(5)),
        };
        let viewed = Event::View { case: None, view };
        let first = crate::testing::entry(draft(Actor::Default, begun), UtcMillis(1), None);
        let second = crate::testing::entry(draft(Actor::Support, viewed), UtcMillis(2), Some(first.id));
        let row = |position, entry: Entry| {
            let canonical = entry.canonical();
            RawEntry {
                id: entry.id.to_string(),
                subject: entry.subject.clone(),
                position,
                kind: entry.kind.to_string(),
                purpose: entry.purpose.map(|p| p.to_string()),
                at: entry.at.0,
                canonical: canonical.bytes,
                sha256: canonical.sha256,
            }
        };
        [row(1, first), row(2, second)]
    }

    #[test]
    fn a_time_steps_back_only_where_the_operator_says_that_the_clock_was_wrong() {
        let [first, _] = rows();
        let id = first.id.parse().ok();
        let accepted = |from, until| {
            let span = ClockSpan { from: UtcMillis(from), until: UtcMillis(until) };
            let event = Event::Clock(span);
            let draft = NewEntry { subject: "s-1".into(), actor: Actor::System, channel: Channel::CommandLine, event };
            let entry = crate::testing::entry(draft, UtcMillis(0), id);
            let Canonical { bytes: canonical, sha256 } = entry.canonical();
            let (id, kind) = (entry.id.to_string(), entry.kind.to_string());
            let row = RawEntry { id, kind, purpose: None, at: 0, canonical, sha256, position: 2, ..first.clone() };
            link(&row, Some(&first)).1
        };
        assert_eq!(accepted(1, 5), [""; 0]);
        assert_eq!(accepted(2, 5), ["It is no earlier than the entry before it"]);
    }

    fn wrong(change: impl Fn(&mut RawEntry)) -> Vec<&'static str> {
        let [first, mut second] = rows();
        change(&mut second);
        entry(&second, Some(&first)).wrong()
    }

    #[test]
    fn whatever_is_changed_in_a_row_is_found() {
        assert!(wrong(|_| {}).is_empty());
        assert!(entry(&rows()[0], None).wrong().is_empty());
        assert_eq!(wrong(|row| row.sha256 = "0".repeat(64)).len(), 1);
        assert_eq!(wrong(|row| row.at += 1), ["It is stored under the values that it contains"]);
        assert_eq!(wrong(|row| row.kind = "choice".into()), ["It is stored under the values that it contains"]);
        assert!(wrong(|row| row.canonical.push(b' ')).contains(&"Its bytes are an entry in the canonical form"));
        assert_eq!(wrong(|row| row.canonical = vec![0xff]).len(), 4);
        assert!(wrong(|row| row.at = 0).contains(&"It is no earlier than the entry before it"));
        // The one before is gone, or another stands in its place.
        let [first, second] = rows();
        assert_eq!(entry(&second, None).wrong(), ["It names the entry before it"]);
        assert_eq!(
            entry(&second, Some(&RawEntry { id: "x".into(), ..first })).wrong(),
            ["It names the entry before it"]
        );
    }

    #[test]
    fn a_text_is_as_it_was_or_it_is_said_what_became_of_it() {
        let hash = sealed("salt", "I write about my health.");
        assert_eq!(text(&hash, Some(("salt", "I write about my health.")), false), Kept::Match);
        for stored in [("salt", "Something else."), ("", "I write about my health."), ("salt", "")] {
            assert_eq!(text(&hash, Some(stored), true), Kept::Changed);
        }
        assert_eq!(text(&hash, None, true), Kept::Swept);
        assert_eq!(text(&hash, None, false), Kept::Missing);
        assert!(Kept::Swept.wrong().is_none() && Kept::Missing.wrong().is_some() && Kept::Changed.wrong().is_some());
    }

    #[test]
    fn whatever_is_changed_in_a_look_is_found() {
        let [_, row] = rows();
        let as_it_was = || LoggedRow {
            entry_id: &row.id,
            subject: "s-1",
            role: "support",
            shown: "settings",
            reason: "asked",
            case: None,
            text: Some("Called."),
            salt: Some("salt"),
            during: None,
            staff: "staff-1",
            at: 2,
            until: 5,
            forgotten: false,
        };
        let found = |change: &dyn Fn(&mut LoggedRow<'_>)| {
            let mut changed = as_it_was();
            change(&mut changed);
            look(&changed, Some(&row.canonical), Some(&row.sha256))
        };
        assert!(found(&|_| {}).is_empty());
        assert_eq!(found(&|l| l.staff = "staff-2"), ["who it was"]);
        assert_eq!(found(&|l| l.until = 6), ["its end"]);
        assert_eq!(found(&|l| l.subject = "s-2"), ["the member", "who it was"]);
        assert_eq!(found(&|l| l.role = "privacy_officer"), ["the team"]);
        assert_eq!(found(&|l| l.shown = "address"), ["what was shown"]);
        assert_eq!(found(&|l| l.reason = "fault"), ["the reason"]);
        assert_eq!(found(&|l| l.case = Some("OBJ-00000000")), ["the reason"]);
        assert_eq!(found(&|l| l.text = Some("Called again.")), ["the text"]);
        assert!(found(&|l| (l.text, l.salt, l.forgotten) = (None, None, true)).is_empty());
        assert_eq!(found(&|l| (l.text, l.forgotten) = (Some("Other."), true)), ["the text"]);
        assert_eq!(found(&|l| l.text = None), ["the text"]);
        assert_eq!(found(&|l| l.at = 3), ["the time"]);
        assert_eq!(look(&as_it_was(), Some(&row.canonical), Some("0")), ["the entry's own bytes"]);
        assert_eq!(look(&as_it_was(), None, None), ["it has no entry"]);
        assert_eq!(look(&as_it_was(), Some(b"{}"), Some("")), ["its entry is about something else"]);
    }
}
