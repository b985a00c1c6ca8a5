//! A history as a picture: bars along a line, and the key to them. Pure.

use super::history::{Period, in_words};
use super::standing::{Because, Facts, Standing};
use super::view::{Bar, Picture};
use super::wording::Voice;
use crate::ledger::{Choice, Kind, Purpose};
use crate::time::UtcMillis;

/// Choices that a picture is made of at most, the newest: a page that shows it reads these, and the
/// one before them.
pub const CHOICES: usize = 100;
const WIDTH: u16 = 720;
/// How wide the present is at least, of that.
const PRESENT_WIDTH: u16 = 96;

/// The periods as a picture, to scale but for the last one, which is always wide enough to be seen;
/// with a gap of two units between bars.
/// Where it begins later than the history, at `since`, it says so.
pub fn picture(
    facts: &Facts<'_>,
    periods: &[Period],
    purpose: Purpose,
    since: Option<UtcMillis>,
    now: UtcMillis,
    voice: Voice,
) -> Picture {
    type Shape = (&'static str, &'static str);
    let shape = |standing: &Standing| -> Shape {
        match (&standing.because, standing.choice) {
            (Because::Paused { .. }, _) => ("paused", "paused while we decide"),
            (Because::Upheld { .. }, _) => ("off", "off, objection upheld"),
            (Because::Chosen { .. }, Choice::Allowed) => {
                ("on", voice.either("on by your choice", "on by their choice"))
            }
            (Because::Chosen { .. }, Choice::Denied) => {
                ("off", voice.either("off by your choice", "off by their choice"))
            }
            (Because::Carried { .. }, _) => ("off", "off, address in use before"),
            (Because::RolledBack { .. }, _) => ("off", "off, records were lost"),
            (_, Choice::Allowed) => ("on", "on by default"),
            (_, Choice::Denied) => ("off", "off"),
        }
    };
    let start = periods.first().map_or(now.0, |p| p.from.0);
    let mut runs: Vec<(Shape, i64, i64)> = Vec::new();
    for p in periods {
        let shape = shape(&p.standing);
        match runs.last_mut() {
            Some((last, _, until)) if *last == shape => *until = p.until.0,
            _ => runs.push((shape, p.from.0, p.until.0)),
        }
    }
    let present = runs.pop();
    // What came before the present shares what the present leaves of the line.
    let turn = present.map_or(now.0, |(_, from, _)| from);
    let (past, whole) = (i128::from(turn - start), i128::from((now.0 - start).max(1)));
    let width = i128::from(WIDTH);
    let room = if past > 0 { width - i128::from(PRESENT_WIDTH) } else { 0 };
    let turn_x = (past * width / whole).min(room);
    let x = |at: i64| {
        let at = i128::from(at.clamp(start, now.0) - start);
        let x = if at <= past {
            if past == 0 { 0 } else { at * turn_x / past }
        } else {
            turn_x + (at - past) * (width - turn_x) / (whole - past).max(1)
        };
        u16::try_from(x.max(0)).map_or(WIDTH, |x| x.min(WIDTH))
    };
    // What is too short to be seen joins the run before it, so that the picture's size has a bound.
    runs.dedup_by(|next, before| {
        let unseen = x(next.2) < x(before.2) + 2;
        if unseen {
            before.2 = next.2;
        }
        unseen
    });
    let bar = |(shape, left, right): (Shape, u16, u16)| {
        let width = right.saturating_sub(left).saturating_sub(2).max(2);
        Bar { x: left.min(WIDTH - 2), width, state: shape.0.into(), label: shape.1.into() }
    };
    let mut bars: Vec<Bar> = runs.iter().map(|(shape, from, until)| bar((*shape, x(*from), x(*until)))).collect();
    bars.extend(present.map(|(shape, from, _)| bar((shape, x(from), WIDTH))));
    let mut marks: Vec<u16> = facts
        .entries
        .iter()
        .filter(|e| e.kind == Kind::Choice && e.purpose == Some(purpose) && since.is_none_or(|since| e.at >= since))
        .map(|e| x(e.at.0).clamp(1, WIDTH - 1))
        .collect();
    marks.dedup();
    let mut key: Vec<Bar> = Vec::new();
    for bar in &bars {
        if key.iter().all(|known| known.label != bar.label) {
            key.push(bar.clone());
        }
    }
    let last = bars.last().map(|bar| bar.label.clone()).unwrap_or_default();
    let (from, until) = (UtcMillis(start).month(), "now".into());
    let earlier = since.map(|since| format!("The last {CHOICES} choices, since {}: ", since.day()));
    let label = earlier.unwrap_or_default() + &in_words(periods);
    Picture { label, bars, key, marks, from, until, last }
}
