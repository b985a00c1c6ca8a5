//! What the forms have to look like with which an officer records something for somebody. Pure.

use super::form::{self, COMPLAINT_MAX, Filing, RawFiling, Wrong};
use super::record::Record;
use super::{deadline, regime};
use crate::account::model::{FieldErrors, is_blank, parse_name_of};
use crate::consent::wording::Voice;
use crate::ledger::{CameBy, WordsOf};
use crate::time::UtcMillis;
use serde::{Deserialize, Serialize};

/// How many days ago something may have come in that is recorded now. A form with the wrong year is
/// caught by this; what is older has been overdue for most of a year.
pub const RECORDED_WITHIN_DAYS: i64 = 366;

/// What is ticked where the day is right and the answer is overdue at once.
pub const OVERDUE: &str = "The deadline has already passed";

/// The part of an officer's form that says so, as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RawRecord {
    /// The word of a [`CameBy`].
    pub came: String,
    /// A day, as `2026-11-23`.
    pub received: String,
    /// The word of a [`WordsOf`].
    pub words: String,
    /// Who acts for the person; may be empty.
    pub agent: String,
    /// Ticked where the answer was due before now, and the day is right all the same.
    pub overdue: String,
}

/// An objection that an officer records: how it came, and the same form as everybody has.
///
/// # Errors
/// Everything that is wrong, in the order of the form.
pub fn parse_recording(raw: &RawFiling, record: &RawRecord, now: UtcMillis) -> Result<(Filing, Record), FieldErrors> {
    match (parse(record, !is_blank(&raw.reason), now), form::parse_for(Voice::Staff, raw, None)) {
        (Ok(day), Ok(filing)) => {
            let due = deadline::due(day.received, regime::for_region(filing.region).answer);
            not_over(due, record, now).map(|()| (filing, day))
        }
        (record, filing) => Err(both(record.err(), filing.err())),
    }
}

/// That the answer is not overdue at once, unless it is said that the day is right: the person
/// reads the due date in their copy.
fn not_over(due: UtcMillis, record: &RawRecord, now: UtcMillis) -> Result<(), FieldErrors> {
    if due > now || !record.overdue.is_empty() {
        return Ok(());
    }
    let said = format!(
        "The answer would have been due on {}. Please check the day. If it is right, tick \u{201c}{OVERDUE}\u{201d}.",
        due.day()
    );
    Err(vec![("overdue".into(), said)])
}

/// A complaint that an officer records: its text, and how it came. `decided` is when the answer was
/// given that it is about; nobody complains of it before.
///
/// # Errors
/// Everything that is wrong, in the order of the form.
pub fn parse_complaint(
    text: &str,
    record: &RawRecord,
    decided: Option<UtcMillis>,
    now: UtcMillis,
) -> Result<(String, Record), FieldErrors> {
    let day = parse(record, true, now).and_then(|record| match decided {
        Some(decided) if record.received < decided => {
            let said = format!("We gave our answer on {}. Please enter a day on or after that.", decided.day());
            Err(vec![("received".into(), said)])
        }
        _ => Ok(record),
    });
    let text = form::required("The complaint", text, COMPLAINT_MAX, "Please write down the complaint.");
    match (day, text) {
        (Ok(day), Ok(text)) => not_over(deadline::complaint_due(day.received), record, now).map(|()| (text, day)),
        (day, text) => {
            let text = text.err().map(|said| vec![("complaint".to_owned(), said)]);
            Err(both(day.err(), text))
        }
    }
}

fn both(first: Option<FieldErrors>, then: Option<FieldErrors>) -> FieldErrors {
    first.into_iter().chain(then).flatten().collect()
}

/// `words_there` is whether anything was written down, so that it has to be known whose it is.
fn parse(raw: &RawRecord, words_there: bool, now: UtcMillis) -> Result<Record, FieldErrors> {
    let mut wrong = Wrong::default();
    let came = wrong.or("came", CameBy::parse(&raw.came).ok_or("Please choose how it reached us."));
    let received = wrong.or("received", received_on(&raw.received, now));
    let words = match WordsOf::parse(&raw.words) {
        _ if !words_there => Ok(None),
        Some(words) => Ok(Some(words)),
        None => Err("Please choose whose words you have recorded."),
    };
    let words = wrong.or("words", words);
    let agent = wrong.or("agent", agent(raw, came, words.flatten()));
    match (came, received, words, agent) {
        (Some(came), Some(received), Some(words), Some(agent)) => Ok(Record { came, words, agent, received }),
        _ => Err(wrong.0),
    }
}

/// The agent's name, which is there if, and only if, somebody acts for the person.
fn agent(raw: &RawRecord, came: Option<CameBy>, words: Option<WordsOf>) -> Result<Option<String>, String> {
    let acts = came == Some(CameBy::Agent) || words == Some(WordsOf::Agent);
    match (acts, is_blank(&raw.agent)) {
        (false, true) => Ok(None),
        (false, false) if came.is_none() => Ok(None),
        (false, false) => {
            Err("You entered an agent. Please choose \u{201c}From an agent\u{201d} above, or leave this empty.".into())
        }
        (true, true) => Err("Please enter the name of the agent.".into()),
        (true, false) => parse_name_of("their", &raw.agent).map(Some),
    }
}

/// From when the time to answer runs for what came in on this day (UTC).
fn received_on(raw: &str, now: UtcMillis) -> Result<UtcMillis, String> {
    let ask = "Please enter the day on which it came in, such as 2026-11-23.";
    let day = UtcMillis::from_date(raw.trim()).ok_or(ask)?;
    if day > now {
        return Err("This day is in the future (by UTC). Please enter the day on which it came in.".into());
    }
    if day.0 < now.midnight().0 - RECORDED_WITHIN_DAYS * UtcMillis::DAY {
        return Err("This day is more than a year ago. Please check the year.".into());
    }
    Ok(UtcMillis(day.0 + UtcMillis::DAY - 1).min(now))
}

#[cfg(test)]
#[path = "record_form_tests.rs"]
mod tests;
