//! What a line of an import says about one member. Pure.

use crate::account::model::{Country, EMAIL_MAX, NAME_MAX, parse_email, parse_name};
use crate::csv_safe;
use crate::string_enum;
use crate::text::unseen;
use crate::time::UtcMillis;
use std::path::Path;

/// Characters that the platform's id of a member may have.
pub const ID_MAX: usize = 100;
/// What a line has to say, in the order of an export.
pub const FIELDS: [&str; 5] = ["id", "email", "name", "country", "joined"];

string_enum! {
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
    /// Under which the platform knows them, byte for byte.
    pub id: String,
    /// An e-mail address, in any spelling.
    pub email: String,
    /// As people write it, with blanks around it or not.
    pub name: String,
    /// A code of ISO 3166-1 alpha-2, in any case.
    pub country: String,
    /// A date or an instant, as [`UtcMillis::from_database`] reads it.
    pub joined: String,
}

/// A member as the platform knows them; every field has been looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Under which the platform knows them: kept, compared and handed out as it is written.
    pub id: String,
    /// As [`parse_email`] makes it.
    pub email: String,
    /// As [`parse_name`] makes it.
    pub name: String,
    /// Where they live: the first rule of their history is that of this country.
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
    if let Err(what) = check_id(&raw.id) {
        at("id", &what);
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
        at("name", &format!("accepted: at most {NAME_MAX} readable characters"));
    }
    let country = Country::parse(&raw.country.trim().to_ascii_uppercase());
    if raw.country.trim().is_empty() {
        at("country", "missing");
    } else if country.is_none() {
        at("country", "accepted: a code of ISO 3166-1 alpha-2, such as GB");
    }
    let joined = UtcMillis::from_database(raw.joined.trim()).map(UtcMillis::to_the_second);
    if raw.joined.trim().is_empty() {
        at("joined", "missing");
    } else {
        match joined {
            None => at("joined", JOINED),
            Some(then) if then > now => at("joined", "is in the future"),
            Some(then) if then < UtcMillis(0) => at("joined", "is before 1970"),
            Some(_) => {}
        }
    }
    match (email, name, country, joined) {
        (Some(email), Some(name), Some(country), Some(joined)) if wrong.is_empty() => {
            Ok(Person { id: raw.id.clone(), email, name, country, joined })
        }
        _ => Err(wrong.join("; ")),
    }
}

const JOINED: &str =
    "accepted: a date as year, month and day, such as 2024-03-01, or with a time such as 2024-03-01T09:30:00Z";

/// Looks at an id. It is taken exactly as it is or not at all: whoever joins by it would miss the
/// member under any other.
///
/// # Errors
/// What is wrong with it.
pub fn check_id(id: &str) -> Result<(), String> {
    if id.trim().is_empty() {
        Err("missing".into())
    } else if id.chars().count() > ID_MAX || id.chars().any(char::is_control) {
        Err(format!("accepted: at most {ID_MAX} characters, without control characters"))
    } else if id.trim() != id {
        Err("has a blank before or after it (we never change an id, so write it without)".into())
    } else if let Some(found) = unseen(id) {
        Err(format!("has {found} (write the id without it)"))
    } else if is_rounded(id) {
        Err("is a number that a spreadsheet has rounded (write it with every digit)".into())
    } else if csv_safe::runs(id) {
        Err("a spreadsheet could run it as a formula (after a first +, - or @ an id may have letters, digits, blanks and \
             + - @ = _ . : / ~ #, and it may not begin with =)"
            .into())
    } else if csv_safe::is_guarded(id) {
        Err("has an apostrophe before +, - or @, as files for spreadsheets have it (write the id without it)".into())
    } else {
        Ok(())
    }
}

/// Whether this is what a spreadsheet makes of a long number: `1.23457E+17`.
fn is_rounded(id: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts = id.split_once("E+").and_then(|(number, power)| Some((number.split_once(['.', ','])?, power)));
    parts.is_some_and(|((whole, fraction), power)| {
        whole.len() == 1 && digits(whole) && digits(fraction) && digits(power)
    })
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
        let ada = read(&raw("17", "Ada@Example.ORG", "Ada  Lovelace", "gb", "2019-05-01T10:30:00.9Z")).unwrap();
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
            (0, "17 "),
            (0, "\u{a0}17"),
            (0, "1\u{200b}7"),
            (0, "1\u{fffd}7"),
            (0, "1,23457E+17"),
            (0, "=17"),
            (0, "@SUM(A1)"),
            (0, "'@ada"),
            (0, "'=17"),
            (0, long.as_str()),
            (1, "ada"),
            (1, "ada@example.org\r\nBcc: eve@example.org"),
            (2, "A\u{0}da"),
            (2, "M\u{fffd}ller"),
            (2, &long),
            (3, "United Kingdom"),
            (3, "XX"),
            (4, "yesterday"),
            (4, "01.03.2024"),
            (4, "01/03/2024 00:00"),
            (4, "45352"),
            (4, "2024-03-01 25:00:00"),
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
    fn ids_that_platforms_have_are_taken_as_they_are() {
        for id in ["-LkJ3_x", "@ada", "-5", "007", "1E+5", "+49 170 1234567", "a b", "Müller", "{7}", "tis'", "'tis"] {
            assert_eq!(read(&raw(id, "ada@example.org", "Ada", "GB", "2019-05-01")).unwrap().id, id);
        }
    }

    #[test]
    fn a_time_is_read_as_databases_and_spreadsheets_write_it() {
        let joined = |text| read(&raw("17", "ada@example.org", "Ada", "GB", text)).map(|ada| ada.joined.rfc3339());
        for (text, means) in [
            ("2024-03-01", "2024-03-01T00:00:00Z"),
            ("2024-03-01 00:00:00", "2024-03-01T00:00:00Z"),
            ("2024-03-01 09:30", "2024-03-01T09:30:00Z"),
            ("2024-03-01T09:30:00.123456", "2024-03-01T09:30:00Z"),
            ("2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            ("2024-03-01 00:00:00+00", "2024-03-01T00:00:00Z"),
            ("2024-03-01 00:00:00.5+02:00", "2024-02-29T22:00:00Z"),
        ] {
            assert_eq!(joined(text).as_deref(), Ok(means), "{text}");
        }
        let said = joined("01.03.2024").unwrap_err();
        assert!(said.starts_with("joined: accepted: a date as year, month and day, such as 2024-03-01"), "{said}");
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
