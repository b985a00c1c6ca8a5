//! What a line of an import says about one member. Pure.

use crate::account::model::{Country, EMAIL_MAX, NAME_MAX, parse_email, parse_name};
use crate::time::UtcMillis;
use crate::words::words;
use std::path::Path;

/// Characters that the platform's id of a member may have.
pub const ID_MAX: usize = 100;
/// What a line has to say, in the order of an export.
pub const FIELDS: [&str; 5] = ["id", "email", "name", "country", "joined"];

words! {
    /// How a file of members is written.
    pub enum Format {
        /// Comma-separated values with a header (RFC 4180), in UTF-8.
        Csv = "csv",
        /// One JSON object a line (RFC 8259), in UTF-8.
        Ndjson = "ndjson",
    }
}

impl Format {
    /// What a file's name says: `.csv`, or `.ndjson` or `.jsonl`.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }
}

/// The fields of a line as they were written; empty where the line does not have one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw {
    pub id: String,
    pub email: String,
    pub name: String,
    pub country: String,
    pub joined: String,
}

/// A member as the platform knows them; every field has been looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Under which the platform knows them: compared as it is written, but for blanks around it.
    pub id: String,
    pub email: String,
    pub name: String,
    pub country: Country,
    /// When they joined the platform, to the second.
    pub joined: UtcMillis,
}

/// Reads a line's fields at `now`.
///
/// # Errors
/// Everything that is wrong with them, by the name of the field.
pub fn parse(raw: &Raw, now: UtcMillis) -> Result<Person, String> {
    let mut wrong = Vec::new();
    let mut at = |field: &str, what: &str| wrong.push(format!("{field}: {what}"));
    let id = raw.id.trim();
    if id.is_empty() {
        at("id", "missing");
    } else if id.chars().count() > ID_MAX || id.chars().any(char::is_control) {
        at("id", &format!("accepted: at most {ID_MAX} characters, without control characters"));
    }
    let email = parse_email(&raw.email);
    if raw.email.trim().is_empty() {
        at("email", "missing");
    } else if email.is_none() {
        at("email", &format!("accepted: an e-mail address of at most {EMAIL_MAX} characters"));
    }
    let name = parse_name(&raw.name).ok();
    if raw.name.trim().is_empty() {
        at("name", "missing");
    } else if name.is_none() {
        at("name", &format!("accepted: at most {NAME_MAX} characters, without control characters"));
    }
    let country = Country::parse(&raw.country.trim().to_ascii_uppercase());
    if raw.country.trim().is_empty() {
        at("country", "missing");
    } else if country.is_none() {
        at("country", "accepted: a code of ISO 3166-1 alpha-2");
    }
    let joined = UtcMillis::from_rfc3339(raw.joined.trim()).map(UtcMillis::to_the_second);
    if raw.joined.trim().is_empty() {
        at("joined", "missing");
    } else {
        match joined {
            None => at("joined", "accepted: an instant of RFC 3339, or a date written YYYY-MM-DD"),
            Some(then) if then > now => at("joined", "lies in the future"),
            Some(then) if then < UtcMillis(0) => at("joined", "lies before 1970"),
            Some(_) => {}
        }
    }
    match (email, name, country, joined) {
        (Some(email), Some(name), Some(country), Some(joined)) if wrong.is_empty() => {
            Ok(Person { id: id.into(), email, name, country, joined })
        }
        _ => Err(wrong.join("; ")),
    }
}

/// In which fields two members under one id differ: `name and country`; `None` where they are the
/// same.
pub fn differences(a: &Person, b: &Person) -> Option<String> {
    let fields = [
        ("email", a.email != b.email),
        ("name", a.name != b.name),
        ("country", a.country != b.country),
        ("joined", a.joined != b.joined),
    ];
    let differ: Vec<&str> = fields.iter().filter(|(_, differ)| *differ).map(|(field, _)| *field).collect();
    (!differ.is_empty()).then(|| differ.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(id: &str, email: &str, name: &str, country: &str, joined: &str) -> Raw {
        let [id, email, name, country, joined] = [id, email, name, country, joined].map(str::to_owned);
        Raw { id, email, name, country, joined }
    }

    fn read(raw: &Raw) -> Result<Person, String> {
        parse(raw, UtcMillis::from_date("2026-11-23").unwrap())
    }

    #[test]
    fn a_line_is_read_as_forms_are() {
        let ada = read(&raw(" 17 ", "Ada@Example.ORG", "Ada  Lovelace", "gb", "2019-05-01T10:30:00.9Z")).unwrap();
        assert_eq!((ada.id.as_str(), ada.email.as_str(), ada.name.as_str()), ("17", "ada@example.org", "Ada Lovelace"));
        assert_eq!((ada.country.alpha2(), ada.joined.rfc3339().as_str()), ("GB", "2019-05-01T10:30:00Z"));
        assert_eq!(ada.joined.0 % 1000, 0);
    }

    #[test]
    fn everything_wrong_with_a_line_is_said_by_the_name_of_its_field() {
        let said = read(&Raw::default()).unwrap_err();
        assert_eq!(said, "id: missing; email: missing; name: missing; country: missing; joined: missing");
        let good = ["17", "ada@example.org", "Ada", "GB", "2019-05-01"];
        let long = "x".repeat(NAME_MAX + 1);
        for (field, bad) in [
            (0, "1\u{0}7"),
            (0, long.as_str()),
            (1, "ada"),
            (1, "ada@example.org\r\nBcc: eve@example.org"),
            (2, "A\u{0}da"),
            (2, &long),
            (3, "United Kingdom"),
            (3, "XX"),
            (4, "yesterday"),
            (4, "2026-11-24"),
            (4, "1969-12-31"),
        ] {
            let mut line = good;
            line[field] = bad;
            let [id, email, name, country, joined] = line;
            let said = read(&raw(id, email, name, country, joined)).unwrap_err();
            assert!(said.starts_with(&format!("{}: ", FIELDS[field])) && !said.contains("; "), "{bad:?}: {said}");
        }
    }

    #[test]
    fn what_differs_is_named() {
        let ada = read(&raw("17", "ada@example.org", "Ada", "GB", "2019-05-01")).unwrap();
        assert_eq!(differences(&ada, &ada), None);
        let other = Person { name: "Eve".into(), country: Country::parse("FR").unwrap(), ..ada.clone() };
        assert_eq!(differences(&ada, &other).as_deref(), Some("name and country"));
    }

    #[test]
    fn a_files_name_says_how_it_is_written() {
        for (name, format) in [
            ("a/members.csv", Some(Format::Csv)),
            ("members.CSV", Some(Format::Csv)),
            ("members.ndjson", Some(Format::Ndjson)),
            ("members.jsonl", Some(Format::Ndjson)),
            ("members.json", None),
            ("csv", None),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }
}
