//! What an auditor asks for, as a query has it. Pure.

use super::staff::{StaffFilter, Who};
use crate::account::model::{FieldErrors, Role};
use crate::account::staff_action::{ActionKind, Client};
use crate::ledger::entry::PLATFORM;
use crate::ledger::record::Wanted;
use crate::ledger::{EntryId, Kind, Purpose, Reason, Shown};
use crate::objection::case::parse_number;
use crate::time::UtcMillis;
use std::str::FromStr;
use uuid::Uuid;

/// The word for entries about several purposes or none.
pub const NO_PURPOSE: &str = "none";

/// The roles that can look at members, as the access log has them.
pub const LOOKERS: [Role; 2] = [Role::Support, Role::PrivacyOfficer];

/// Gives the value of a field of the query, where it has one.
pub type Fields<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Which looks are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewFilter {
    /// Only views by this role; one of [`LOOKERS`].
    pub role: Option<Role>,
    /// Only views in which this was shown.
    pub shown: Option<Shown>,
    /// Only views of this member, by the ledger's opaque id.
    pub subject: Option<String>,
    /// Only views at this instant or later; the first one of a day in UTC.
    pub from: Option<UtcMillis>,
    /// Those earlier than this.
    pub until: Option<UtcMillis>,
}

/// What was asked for in a query: what it means, or what is wrong at which field. A page begins
/// behind a row with the key `K`.
#[derive(Clone, Debug)]
pub struct Query<T, K = EntryId> {
    /// The fields that were filled in, as they were.
    pub typed: Vec<(&'static str, String)>,
    /// What the fields mean, or a message at each field that cannot be read.
    pub wanted: Result<T, FieldErrors>,
    /// Behind which one the page begins.
    pub after: Option<K>,
}

impl<T, K> Query<T, K> {
    /// The filters as a query without its question mark; empty where everything is asked for.
    pub fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.typed).finish()
    }

    /// `path` with these filters.
    pub fn link(&self, path: &str) -> String {
        let query = self.query();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The same, behind `last`.
    pub fn link_after(&self, path: &str, last: &str) -> String {
        let query = self.query();
        let and = if query.is_empty() { "" } else { "&" };
        format!("{path}?{query}{and}after={last}")
    }
}

/// Reads the query of the access log; `get` gives a field's value.
pub fn looks(get: &Fields<'_>) -> Query<ViewFilter> {
    let mut form = Form::read(get, &["from", "to", "role", "shown", "subject"]);
    let (from, until) = form.days();
    let wanted = ViewFilter {
        role: form.word("role", |word| Role::parse(word).filter(|role| LOOKERS.contains(role))),
        shown: form.word("shown", Shown::parse),
        subject: form.subject(),
        from,
        until,
    };
    form.end(wanted)
}

/// Reads the query of the ledger.
pub fn entries(get: &Fields<'_>) -> Query<Wanted> {
    let mut form = Form::read(get, &["from", "to", "kind", "purpose", "subject"]);
    let (from, until) = form.days();
    let wanted = Wanted {
        kind: form.word("kind", Kind::parse),
        purpose: form.word(
            "purpose",
            |word| {
                if word == NO_PURPOSE { Some(None) } else { Purpose::parse(word).map(Some) }
            },
        ),
        subject: form.subject(),
        from,
        until,
    };
    form.end(wanted)
}

/// Reads the query of the log of the staff.
pub fn staff<K: FromStr>(get: &Fields<'_>) -> Query<StaffFilter, K> {
    let mut form = Form::read(get, &["from", "to", "person", "kind", "reason", "case", "subject"]);
    let (from, until) = form.days();
    let wanted = StaffFilter {
        who: form.word("person", |word| match word {
            _ if word == Client::CommandLine.as_str() => Some(Who::CommandLine),
            id => Uuid::parse_str(id).ok().map(|id| Who::Staff(id.to_string())),
        }),
        kind: form.word("kind", ActionKind::parse),
        reason: form.word("reason", Reason::parse),
        case: form.case(),
        subject: form.subject(),
        from,
        until,
    };
    form.end(wanted)
}

struct Form {
    typed: Vec<(&'static str, String)>,
    errors: FieldErrors,
    after: Option<String>,
}

impl Form {
    fn read(get: &Fields<'_>, fields: &[&'static str]) -> Self {
        let value = |field: &'static str| Some((field, get(field)?.trim().to_owned())).filter(|(_, v)| !v.is_empty());
        let typed = fields.iter().copied().filter_map(value).collect();
        Self { typed, errors: Vec::new(), after: get("after") }
    }

    fn value(&self, field: &str) -> Option<&str> {
        self.typed.iter().find(|(name, _)| *name == field).map(|(_, value)| value.as_str())
    }

    fn wrong(&mut self, field: &str, said: &str) {
        self.errors.push((field.into(), said.into()));
    }

    /// From the first instant of a day on, and up to the last one of another.
    fn days(&mut self) -> (Option<UtcMillis>, Option<UtcMillis>) {
        let [from, to] = ["from", "to"].map(|field| {
            let day = self.value(field).map(day);
            if day == Some(None) {
                self.wrong(field, &format!("{}: Please enter a date, such as 2026-11-23.", label(field)));
            }
            day.flatten()
        });
        if from.is_some() && to.is_some() && from > to {
            self.wrong("to", "To: This date is before the start date.");
        }
        (from, to.map(|day| day.plus_days(1)))
    }

    fn word<W>(&mut self, field: &str, parse: impl Fn(&str) -> Option<W>) -> Option<W> {
        let word = self.value(field)?;
        let parsed = parse(word);
        if parsed.is_none() {
            self.wrong(field, &format!("{}: Please choose from the list.", label(field)));
        }
        parsed
    }

    fn case(&mut self) -> Option<String> {
        let typed = self.value("case")?;
        let number = parse_number(typed);
        if number.is_none() {
            self.wrong("case", "This is not a case number. A case number looks like OBJ-7F3K9Q2M.");
        }
        number
    }

    fn subject(&mut self) -> Option<String> {
        let typed = self.value("subject")?;
        let subject =
            Uuid::parse_str(typed).map(|id| id.to_string()).ok().or((typed == PLATFORM).then(|| PLATFORM.into()));
        if subject.is_none() {
            let said = "This is not a subject. A subject has 32 letters and digits. You cannot search by name or address here.";
            self.wrong("subject", said);
        }
        subject
    }

    fn end<T, K: FromStr>(self, wanted: T) -> Query<T, K> {
        let Self { typed, errors, after } = self;
        let after = after.and_then(|key| key.parse().ok());
        Query { typed, wanted: if errors.is_empty() { Ok(wanted) } else { Err(errors) }, after }
    }
}

/// What stands beside a field on the pages, so that a message can say which one it is about.
fn label(field: &str) -> &'static str {
    match field {
        "from" => "From",
        "to" => "To",
        "role" => "By",
        "person" => "Person",
        "reason" => "Reason for a support view",
        "case" => "Case number",
        "shown" => "What was shown",
        "kind" => "What",
        "purpose" => "About",
        _ => "Member, by subject",
    }
}

/// A day as a date field sends it, and nothing else that is a date; none that an id cannot have.
pub fn day(typed: &str) -> Option<UtcMillis> {
    let plain = typed.len() == 10 && typed.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    UtcMillis::from_date(typed).filter(|day| plain && day.0 >= 0)
}

#[cfg(test)]
mod tests {
    use super::super::staff::StaffKey;
    use super::*;
    use crate::time::UtcMicros;

    fn asked<T, K>(read: impl Fn(&Fields<'_>) -> Query<T, K>, query: &str) -> Query<T, K> {
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        read(&|field| fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()))
    }

    #[test]
    fn nothing_filled_in_is_everything() {
        let all = asked(looks, "from=&to=+&role=&after=");
        assert_eq!((all.wanted.as_ref(), all.query().as_str()), (Ok(&ViewFilter::default()), ""));
        assert_eq!(all.link("/audit"), "/audit");
        let all = asked(entries, "");
        assert_eq!(all.wanted, Ok(Wanted::default()));
    }

    #[test]
    fn a_range_has_both_its_days() {
        let two = asked(looks, "from=2026-11-23&to=2026-11-24&role=support&shown=address");
        let wanted = two.wanted.clone().unwrap();
        assert_eq!(wanted.from.map(UtcMillis::rfc3339).as_deref(), Some("2026-11-23T00:00:00Z"));
        assert_eq!(wanted.until.map(UtcMillis::rfc3339).as_deref(), Some("2026-11-25T00:00:00Z"));
        assert_eq!((wanted.role, wanted.shown), (Some(Role::Support), Some(Shown::Address)));
        assert_eq!(two.link("/audit"), "/audit?from=2026-11-23&to=2026-11-24&role=support&shown=address");
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        let fields = |wrong: FieldErrors| wrong.into_iter().map(|(field, _)| field).collect::<Vec<_>>();
        for day in ["yesterday", "2026-02-30", "20261123", "2026-11-23T10:00", "1969-12-31", "99999-01-01", "\0"] {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("from", day).finish();
            assert_eq!(fields(asked(looks, &query).wanted.unwrap_err()), ["from"], "{day:?}");
        }
        let wrong = asked(looks, "from=2026-11-24&to=2026-11-23&role=auditor&shown=x&subject=ada%40example.org");
        assert_eq!(fields(wrong.wanted.unwrap_err()), ["to", "role", "shown", "subject"]);
        let wrong = asked(entries, "kind=rumour&purpose=x&subject=Ada");
        assert_eq!(fields(wrong.wanted.unwrap_err()), ["kind", "purpose", "subject"]);
    }

    #[test]
    fn the_log_of_the_staff_is_asked_for_by_person_kind_reason_case_and_member() {
        let query = "person=command-line&kind=sign-in&reason=asked&case=obj-7f3k9q2m&to=2026-11-23&after=7.1";
        let some = asked(staff::<StaffKey>, query);
        let wanted = some.wanted.unwrap();
        assert_eq!((wanted.who, wanted.kind), (Some(Who::CommandLine), Some(ActionKind::SignIn)));
        assert_eq!((wanted.reason, wanted.case.as_deref()), (Some(Reason::Asked), Some("OBJ-7F3K9Q2M")));
        assert_eq!(some.after, Some(StaffKey { at: UtcMicros(7), id: 1 }));
        let wrong = asked(staff::<StaffKey>, "person=Ada&kind=x&reason=x&case=7&subject=ada%40example.org&after=7");
        let wrong_ones = wrong.wanted.unwrap_err();
        let said = |at: usize| wrong_ones[at].1.split_once(':').map(|(label, _)| label);
        assert_eq!([said(0), said(1), said(2)], [Some("Person"), Some("What"), Some("Reason for a support view")]);
        let fields: Vec<_> = wrong_ones.into_iter().map(|(field, _)| field).collect();
        assert_eq!(
            (fields, wrong.after),
            (["person", "kind", "reason", "case", "subject"].map(String::from).to_vec(), None)
        );
    }

    #[test]
    fn a_subject_is_read_in_any_spelling_and_several_purposes_are_a_choice() {
        let one = asked(entries, "subject=8D0F4C1E2A5B4C6D9E7F0A1B2C3D4E5F&purpose=none");
        let wanted = one.wanted.unwrap();
        assert_eq!(wanted.subject.as_deref(), Some("8d0f4c1e-2a5b-4c6d-9e7f-0a1b2c3d4e5f"));
        assert_eq!(wanted.purpose, Some(None));
        assert_eq!(asked(entries, "subject=platform").wanted.unwrap().subject.as_deref(), Some("platform"));
    }
}
