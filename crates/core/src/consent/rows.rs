//! The rows of a history: what was recorded, and what followed from it by date alone. Pure.

use super::because::Objected;
use super::entry_wording::{Changed, access_row, gives_back, pauses_again, row};
use super::history::Period;
use super::objections::Objections;
use super::standing::{Because, Facts, standing};
use super::view::HistoryRow;
use super::wording::{Voice, moment_short};
use crate::account::staff_action::Access;
use crate::ledger::{Choice, Entry, Kind, Purpose};
use crate::time::UtcMillis;

/// Rows on the tab; the history has all of them.
const LAST_ROWS: usize = 3;

/// The history, newest first.
pub fn rows(facts: &Facts<'_>, purpose: Purpose, periods: &[Period]) -> Vec<HistoryRow> {
    part(facts, purpose, (periods, &[]), Voice::Member, |_| true, |_| true)
}

/// The last rows of it. Who looked is no change, and has a card of its own.
pub fn last_changes(facts: &Facts<'_>, purpose: Purpose, periods: &[Period], voice: Voice) -> Vec<HistoryRow> {
    let of = |e: &Entry| e.concerns(purpose) && e.kind != Kind::View;
    newest(facts, purpose, (periods, &[]), voice, LAST_ROWS, of, |_| true)
}

/// The part of the whole history that has these entries, also steps of cases about other purposes,
/// and what followed for `purpose` and what was opened in `times`.
/// `facts` have what decides besides, the first choice, and the one before each of the choices that
/// are `wanted`.
pub fn part(
    facts: &Facts<'_>,
    purpose: Purpose,
    beside: (&[Period], &[Access]),
    voice: Voice,
    wanted: impl Fn(&Entry) -> bool,
    times: impl Fn(UtcMillis) -> bool,
) -> Vec<HistoryRow> {
    let of = |e: &Entry| wanted(e) && (e.concerns(purpose) || e.step.is_some());
    newest(facts, purpose, beside, voice, usize::MAX, of, times)
}

/// Marks the rows whose time lies after `now` as not counting: a clock that was ahead wrote them,
/// and no operator has said so yet (see [`settled`](super::settled)).
pub fn tell_what_is_to_come(rows: &mut [HistoryRow], now: UtcMillis) {
    let now = now.rfc3339();
    for row in rows.iter_mut().filter(|row| row.when.iso > now) {
        row.what.push_str(". Our clock was ahead when this was recorded, so it does not count yet");
    }
}

/// What `entry` changed. Before a choice it was as had been `said`, or as it held.
fn changed(facts: &Facts<'_>, purpose: Purpose, entry: &Entry, said: Option<Choice>) -> Changed {
    let held = || standing(facts, purpose, UtcMillis(entry.at.0 - 1)).choice;
    // Of several entries with the same time, those up to this one.
    let kept_off = |purpose: Purpose, with_it: bool| {
        let mut objections = Objections::new(purpose);
        facts.entries.iter().take_while(|e| e.id != entry.id).for_each(|e| objections.take(e));
        if with_it {
            objections.take(entry);
        }
        objections.because().is_some()
    };
    let given_back = entry.step.as_ref().map(gives_back).into_iter().flatten();
    let opened = entry.step.as_ref().map(pauses_again).into_iter().flatten();
    Changed {
        was: (entry.kind == Kind::Choice).then(|| said.unwrap_or_else(held)),
        resumed: given_back.filter(|purpose| !kept_off(*purpose, true)).collect(),
        paused: opened.filter(|purpose| !kept_off(*purpose, false)).collect(),
    }
}

/// What followed by date alone, and was not recorded.
fn by_date(at: UtcMillis, what: String, by: &str) -> HistoryRow {
    HistoryRow { when: moment_short(at), what, by: by.into(), link: None, receipt: String::new() }
}

/// At most `most` rows, of those entries that are `wanted`, and of what followed in `times`.
fn newest(
    facts: &Facts<'_>,
    purpose: Purpose,
    (periods, accesses): (&[Period], &[Access]),
    voice: Voice,
    most: usize,
    wanted: impl Fn(&Entry) -> bool,
    times: impl Fn(UtcMillis) -> bool,
) -> Vec<HistoryRow> {
    enum Event<'a> {
        Recorded(&'a Entry, Changed),
        /// With the objection that had stopped it until then.
        ByDefault(Option<&'a Objected>),
        /// The address is not confirmed, so it is off from here on.
        NotProved,
        /// The address was confirmed, so it is on again.
        Proved,
        /// Somebody of the staff opened something, or took it along.
        Accessed(&'a Access),
    }
    let mut events: Vec<(UtcMillis, Event<'_>)> = Vec::new();
    let mut said: Option<Choice> = None;
    for entry in facts.entries {
        if wanted(entry) {
            events.push((entry.at, Event::Recorded(entry, changed(facts, purpose, entry, said))));
        }
        if entry.kind == Kind::Choice && entry.concerns(purpose) {
            said = entry.choice;
        }
    }
    let before = std::iter::once(None).chain(periods.iter().map(Some));
    let followed = periods.iter().zip(before).filter(|(p, _)| times(p.from)).filter_map(|(p, before)| {
        let unproved = |p: &Period| matches!(p.standing.because, Because::NotProved);
        let on = |p: &Period| p.standing.choice == Choice::Allowed;
        let event = match &p.standing.because {
            _ if on(p) && before.is_some_and(unproved) => Event::Proved,
            Because::ByDefault { since, objected, .. } => {
                Event::ByDefault(objected.as_ref().filter(|o| *since == o.at))
            }
            Because::NotProved if before.is_some_and(on) => Event::NotProved,
            _ => return None,
        };
        Some((p.from, event))
    });
    events.extend(followed);
    let in_time = accesses.iter().filter(|access| times(access.at));
    events.extend(in_time.map(|access| (access.at, Event::Accessed(access))));
    events.sort_by_key(|(at, _)| *at);
    let newest = events.into_iter().rev().take(most);
    newest
        .map(|(at, event)| match event {
            Event::Recorded(entry, changed) => row(entry, &changed, voice),
            Event::Accessed(access) => access_row(access),
            Event::ByDefault(after) => {
                let what = after.map_or_else(
                    || "Turned on by default, because the notice period had ended".into(),
                    |o| format!("Turned on by default again after objection {}", o.case),
                );
                by_date(at, what, voice.either("the rule for your country", "the rule for their country"))
            }
            Event::NotProved => {
                let what = voice.either(
                    "Turned off, because you had not confirmed your e-mail address",
                    "Turned off, because the member had not confirmed their e-mail address",
                );
                by_date(at, what.into(), "Sayso")
            }
            Event::Proved => {
                let what = voice.either(
                    "Turned on again, because you confirmed your e-mail address",
                    "Turned on again, because the member confirmed their e-mail address",
                );
                by_date(at, what.into(), "Sayso")
            }
        })
        .collect()
}
