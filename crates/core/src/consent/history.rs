//! A member's history as periods: what held from when to when, and because of what. Pure.

use super::objections::Objections;
use super::standing::{Because, Facts, Standing, doubted, standing_under, turning_points};
use crate::ledger::{Choice, Entry, EntryId, Kind, Purpose};
use crate::time::UtcMillis;

/// A period in which one thing held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first instant.
    pub from: UtcMillis,
    /// The first instant of the next period; in the last one the present.
    pub until: UtcMillis,
    /// What held, as it was decided at the last turning point in the period.
    pub standing: Standing,
}

/// The periods from the member's first entry to `now`, oldest first. Neighbours differ in what held
/// or in why.
pub fn periods(facts: &Facts<'_>, purpose: Purpose, now: UtcMillis) -> Vec<Period> {
    let mut periods = Vec::<Period>::new();
    // Only what had been recorded by then, so that a long history is not searched from its end, or
    // folded, at every point.
    let (mut known, mut objections) = (0, Objections::new(purpose));
    for from in turning_points(facts, purpose, now) {
        while let Some(entry) = facts.entries.get(known).filter(|e| e.at <= from) {
            objections.take(entry);
            known += 1;
        }
        let facts = Facts { entries: &facts.entries[..known], ..*facts };
        let holds = standing_under(&objections, &facts, purpose, from);
        match periods.last_mut() {
            Some(last) if same(&last.standing, &holds) => last.standing = holds,
            last => {
                if let Some(last) = last {
                    last.until = from;
                }
                periods.push(Period { from, until: now, standing: holds });
            }
        }
    }
    // While the clock is in doubt, the present alone is another matter.
    if let Some(last) = periods.last_mut() {
        let standing = doubted(facts, last.standing.clone());
        if standing != last.standing {
            last.until = now;
            periods.push(Period { from: now, until: now, standing });
        }
    }
    periods
}

/// The same from `since` on: what held before that is not known here.
pub fn periods_since(facts: &Facts<'_>, purpose: Purpose, since: Option<UtcMillis>, now: UtcMillis) -> Vec<Period> {
    let mut periods = periods(facts, purpose, now);
    if let Some(since) = since {
        let present = periods.pop();
        periods.retain(|period| period.until > since);
        periods.extend(present);
        for period in &mut periods {
            period.from = period.from.max(since);
        }
    }
    periods
}

/// Where `entries`, settled, have the newest choices only: since when they have all of those that
/// counted, of `most` and the one before them. `None` where they have every one there is.
pub fn known_since(entries: &[Entry], purpose: Purpose, most: usize) -> Option<UtcMillis> {
    let mut choices = entries.iter().filter(|e| e.kind == Kind::Choice && e.purpose == Some(purpose));
    let second = choices.nth(1)?;
    (choices.count() + 2 > most).then_some(second.at)
}

/// What a reason is told apart by: its kind, and the choice or the case behind it.
fn reason(standing: &Standing) -> (u8, Option<EntryId>, &str) {
    match &standing.because {
        Because::Chosen { entry, .. } => (0, Some(*entry), ""),
        Because::Excluded { .. } => (1, None, ""),
        Because::NotAsked { .. } => (2, None, ""),
        Because::NotTold { .. } => (3, None, ""),
        Because::Window { .. } => (4, None, ""),
        Because::ByDefault { .. } => (5, None, ""),
        Because::NoRule => (6, None, ""),
        Because::NoTime => (9, None, ""),
        Because::NotProved => (10, None, ""),
        Because::Carried { entry, .. } => (11, Some(*entry), ""),
        Because::RolledBack { entry, .. } => (12, Some(*entry), ""),
        Because::Upheld { case, .. } => (7, None, case),
        Because::Paused { case, .. } => (8, None, case),
    }
}

fn same(a: &Standing, b: &Standing) -> bool {
    a.choice == b.choice && reason(a) == reason(b)
}

/// As many parts as are said in words; a longer history stands in the rows.
const PARTS_IN_WORDS: usize = 6;

/// What the picture of a history shows, in words: `On from 18 October 2024 to 14 March 2025; off
/// since 14 March 2025.` What came and went on one day is counted: `changed 3 times on 14 March
/// 2025`.
pub fn in_words(periods: &[Period]) -> String {
    let word = |choice| if choice == Choice::Allowed { "on" } else { "off" };
    let mut runs: Vec<(Choice, UtcMillis, UtcMillis)> = Vec::new();
    for p in periods {
        match runs.last_mut() {
            Some((choice, _, until)) if *choice == p.standing.choice => *until = p.until,
            _ => runs.push((p.standing.choice, p.from, p.until)),
        }
    }
    let Some((now, since, _)) = runs.pop() else { return "Nothing recorded yet.".into() };
    // The runs of one day stand together; any other stands alone.
    let within = |(_, from, until): &(Choice, UtcMillis, UtcMillis)| (from.day() == until.day()).then(|| from.day());
    let parts: Vec<&[_]> = runs.chunk_by(|a, b| within(a).is_some() && within(a) == within(b)).collect();
    let (unsaid, said) = parts.split_at(parts.len().saturating_sub(PARTS_IN_WORDS));
    let from = said.first().and_then(|part| part.first()).map_or(since, |(_, from, _)| *from);
    let changes: usize = unsaid.iter().map(|part| part.len()).sum();
    let earlier = (changes > 0).then(|| format!("changed {} by {}", times(changes), from.day()));
    let said = said.iter().enumerate().filter_map(|(n, part)| {
        let run @ (choice, from, until) = part.first()?;
        Some(if let Some(day) = within(run) {
            // The first of them is a change, too, unless nothing was before it.
            let changes = part.len() + usize::from(n > 0 || changes > 0);
            format!("changed {} on {day}", times(changes))
        } else {
            format!("{} from {} to {}", word(*choice), from.day(), until.day())
        })
    });
    let mut text: Vec<String> = earlier.into_iter().chain(said).collect();
    text.push(format!("{} since {}.", word(now), since.day()));
    let text = text.join("; ");
    text[..1].to_uppercase() + &text[1..]
}

fn times(n: usize) -> String {
    if n == 1 { "once".into() } else { format!("{n} times") }
}
