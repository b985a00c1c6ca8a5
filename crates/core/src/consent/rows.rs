//! The rows of a history: what was recorded, and what followed from it by date alone. Pure.

use super::because::Objected;
use super::history::Period;
use super::standing::{Because, Facts, standing};
use super::view::HistoryRow;
use super::wording::{Voice, moment_short, opening_row, row};
use crate::ledger::{Choice, Entry, Kind, Purpose};
use crate::time::UtcMillis;

/// Rows on the tab; the history has all of them.
const LAST_ROWS: usize = 3;

/// The history, newest first.
pub fn rows(facts: &Facts<'_>, purpose: Purpose, periods: &[Period]) -> Vec<HistoryRow> {
    newest(facts, purpose, (periods, &[]), Voice::Member, usize::MAX, |_| true, |_| true)
}

/// An opening of one of the member's cases by an officer: when, and the number of the case.
pub type Opening = (UtcMillis, String);

/// The last rows of it. Who looked is no change, and has a card of its own.
pub fn last_changes(facts: &Facts<'_>, purpose: Purpose, periods: &[Period], voice: Voice) -> Vec<HistoryRow> {
    newest(facts, purpose, (periods, &[]), voice, LAST_ROWS, |e| e.kind != Kind::View, |_| true)
}

/// The part of it that has these entries, and what followed and what was opened in `times`.
/// `facts` have what decides besides, the first choice, and the one before each of the choices that
/// are `wanted`.
pub fn part(
    facts: &Facts<'_>,
    purpose: Purpose,
    beside: (&[Period], &[Opening]),
    voice: Voice,
    wanted: impl Fn(&Entry) -> bool,
    times: impl Fn(UtcMillis) -> bool,
) -> Vec<HistoryRow> {
    newest(facts, purpose, beside, voice, usize::MAX, wanted, times)
}

/// What the choice `entry` changed: what had been said before it, or what held.
fn was(facts: &Facts<'_>, purpose: Purpose, entry: &Entry, said: Option<Choice>) -> Option<Choice> {
    let held = || standing(facts, purpose, UtcMillis(entry.at.0 - 1)).choice;
    (entry.kind == Kind::Choice).then(|| said.unwrap_or_else(held))
}

/// At most `most` rows, of those entries that are `wanted`, and of what followed in `times`.
fn newest(
    facts: &Facts<'_>,
    purpose: Purpose,
    (periods, openings): (&[Period], &[Opening]),
    voice: Voice,
    most: usize,
    wanted: impl Fn(&Entry) -> bool,
    times: impl Fn(UtcMillis) -> bool,
) -> Vec<HistoryRow> {
    enum Event<'a> {
        Recorded(&'a Entry, Option<Choice>),
        /// With the objection that had stopped it until then.
        ByDefault(Option<&'a Objected>),
        /// The case with this number.
        Opened(&'a str),
    }
    let mut events: Vec<(UtcMillis, Event<'_>)> = Vec::new();
    let mut said: Option<Choice> = None;
    for entry in facts.entries.iter().filter(|e| e.concerns(purpose)) {
        if wanted(entry) {
            events.push((entry.at, Event::Recorded(entry, was(facts, purpose, entry, said))));
        }
        if entry.kind == Kind::Choice {
            said = entry.choice;
        }
    }
    let by_default = periods.iter().filter(|p| times(p.from)).filter_map(|p| match &p.standing.because {
        Because::ByDefault { since, objected, .. } => {
            Some((p.from, Event::ByDefault(objected.as_ref().filter(|o| *since == o.at))))
        }
        _ => None,
    });
    events.extend(by_default);
    let opened = openings.iter().filter(|(at, _)| times(*at));
    events.extend(opened.map(|(at, case)| (*at, Event::Opened(case))));
    events.sort_by_key(|(at, _)| *at);
    let newest = events.into_iter().rev().take(most);
    newest
        .map(|(at, event)| match event {
            Event::Recorded(entry, was) => row(entry, was, voice),
            Event::Opened(case) => opening_row(at, case),
            Event::ByDefault(after) => HistoryRow {
                when: moment_short(at),
                what: after.map_or_else(
                    || "Turned on by default, because the notice period had ended".into(),
                    |o| format!("Turned on by default again after objection {}", o.case),
                ),
                by: voice.either("the rule for your country", "the rule for their country").into(),
                link: None,
                receipt: String::new(),
            },
        })
        .collect()
}
