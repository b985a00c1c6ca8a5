//! What an entry says, in words. The bytes are what is proved; this only reads them out.

use crate::strict::to_hex;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt;

/// What is read of an entry. It has more fields, which differ by its kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The version of its form.
    pub version: u8,
    /// A UUID of version 7.
    pub id: String,
    /// Whose history it belongs to: letters that name nobody.
    pub subject: String,
    /// What happened.
    pub kind: String,
    /// The use of data that it is about, where it is about one.
    pub purpose: Option<String>,
    /// What was said, or held by default.
    pub choice: Option<String>,
    /// Who it was: a role.
    pub actor: String,
    /// The notice in front of whoever chose.
    pub notice: Option<Notice>,
    /// The number of a case.
    pub case: Option<String>,
    /// By the platform's clock, in milliseconds since 1970 in UTC.
    pub at: i64,
    /// From version 5 on: 1 for the first entry of the history, and one more for each that follows.
    pub position: Option<i64>,
}

/// Which text was shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Notice {
    /// From 1.
    pub version: u32,
    /// Its language.
    pub language: String,
    /// The hash of its text.
    pub sha256: String,
}

impl Entry {
    /// Reads an entry. `None` where the bytes are not JSON in the canonical form of RFC 8785, or
    /// not an entry.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let json: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        // A name that stands there twice, or a blank, would let it be read in two ways.
        let canonical = serde_jcs::to_vec(&json).ok()?;
        (canonical == bytes).then_some(())?;
        serde_json::from_value(json).ok()
    }

    /// The number that people read out: `7KQ2-9FMX`. `None` where the id is none.
    pub fn receipt(&self) -> Option<String> {
        const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let digits: String = self.id.chars().filter(|c| *c != '-').collect();
        let bits = u64::from_str_radix(digits.get(22..)?, 16).ok().filter(|_| digits.len() == 32)?;
        let letters = (0..8).rev().map(|i| char::from(LETTERS[usize::try_from(bits >> (5 * i) & 31).unwrap_or(0)]));
        let mut code: String = letters.collect();
        code.insert(4, '-');
        Some(code)
    }
}

impl Notice {
    /// Whether this is its text.
    pub fn is(&self, text: &[u8]) -> bool {
        to_hex(&Sha256::digest(text)) == self.sha256
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.receipt().unwrap_or_else(|| self.id.clone());
        write!(f, "Entry {number}: kind {}", self.kind)?;
        for (name, value) in [("purpose", &self.purpose), ("choice", &self.choice), ("case", &self.case)] {
            value.iter().try_for_each(|value| write!(f, ", {name} {value}"))?;
        }
        write!(f, ", by {}, recorded {}", self.actor, instant(self.at))?;
        self.position.iter().try_for_each(|position| write!(f, ", number {position} of its history"))
    }
}

/// An instant in seconds since 1970, in words.
pub(crate) fn of_seconds(seconds: i64) -> String {
    instant(seconds.saturating_mul(1000))
}

/// An instant in UTC, to the second.
fn instant(millis: i64) -> String {
    let (date, time) = calendar(millis);
    format!("{date} {time} UTC")
}

/// The same as RFC 3339 has it, to the millisecond.
pub(crate) fn timestamp(millis: i64) -> String {
    let (date, time) = calendar(millis);
    format!("{date}T{time}.{:03}Z", millis.rem_euclid(1000))
}

/// The day and the time of day, in UTC.
fn calendar(millis: i64) -> (String, String) {
    let (days, second) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000) / 1000);
    // The years of 400 have 146,097 days; they begin on 1 March of the year 0, so that a leap day
    // is the last day of a year.
    let day = days + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (date, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = era * 400 + year + i64::from(month <= 2);
    let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    (format!("{year:04}-{month:02}-{date:02}"), time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_that_of_the_calendar() {
        for (millis, said) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (-1, "1969-12-31 23:59:59 UTC"),
            (951_782_400_000, "2000-02-29 00:00:00 UTC"),
            (1_772_539_201_999, "2026-03-03 12:00:01 UTC"),
            (4_107_542_399_000, "2100-02-28 23:59:59 UTC"),
            (4_107_542_400_000, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(instant(millis), said);
        }
    }

    #[test]
    fn an_entry_has_one_spelling() {
        let text = crate::receipt::testing::ENTRY;
        let entry = Entry::parse(text.as_bytes()).unwrap();
        assert_eq!(entry.receipt().as_deref(), Some("0123-4567"));
        assert_eq!(
            entry.to_string(),
            "Entry 0123-4567: kind choice, purpose generative_ai_training, choice denied, by member, recorded 2026-03-03 12:00:01 UTC, number 5 of its history"
        );
        for other in [
            text.replace(":5,", ": 5,"),
            text.replace("{\"actor\"", "{ \"actor\""),
            text.replace("\"case\":null", "\"case\":null,\"case\":null"),
            format!("{text}\n"),
            text.replace("\"at\":", "\"a\":"),
            "[]".into(),
            String::new(),
        ] {
            assert_eq!(Entry::parse(other.as_bytes()), None, "{other}");
        }
    }
}
