//! Standing and history put into plain words. Pure. An untouched default is never called consent here.

use super::history::{Period, in_words, periods};
use super::rules::DefaultRule;
use super::standing::{Because, Facts, Standing, newest_choice, standing};
use super::view::{Bar, Moment, Picture, Row, Said, TabView, Told};
use crate::ledger::{Channel, Choice, Entry, Kind, NoticeRef, Purpose};
use crate::time::UtcMillis;

const PICTURE_WIDTH: i64 = 720;
/// Rows on the tab; the history has all of them.
const LAST_ROWS: usize = 3;

pub fn moment(at: UtcMillis) -> Moment {
    Moment { iso: at.rfc3339(), text: at.long() }
}

fn moment_short(at: UtcMillis) -> Moment {
    Moment { iso: at.rfc3339(), text: at.short() }
}

/// "On" or "Off", as on the screen.
pub const fn word(choice: Choice) -> &'static str {
    match choice {
        Choice::Allowed => "On",
        Choice::Denied => "Off",
    }
}

/// The present standing in one sentence, with its reason and date.
pub fn sentence(holds: &Standing, country: &str) -> String {
    let on = holds.choice == Choice::Allowed;
    match &holds.because {
        Because::Chosen { .. } if on => "On, because you turned it on.".into(),
        Because::Chosen { .. } => "Off, because you said so. It stays off whatever rule or notice comes next.".into(),
        Because::Excluded { from, .. } => {
            format!(
                "Off. This use is not offered in your country ({country}) under the rule in force since {}.",
                from.day()
            )
        }
        Because::NotAsked { .. } => {
            format!("Off, not asked yet. In your country ({country}) it is off unless you turn it on.")
        }
        Because::NotTold { .. } => {
            "Off. You have not been shown the notice about this yet, and until then it stays off.".into()
        }
        Because::Window { until, .. } => {
            format!("Off for now. If you do nothing, it will be on by default from {}.", until.long())
        }
        Because::ByDefault { since, .. } => format!("On by default since {}. You have not objected.", since.day()),
        Because::NoRule => "Off. No rule about this is in force yet.".into(),
    }
}

/// A period that is over, in one sentence.
fn past(period: &Period, country: &str) -> String {
    let from = period.from.day();
    match &period.standing.because {
        Because::Chosen { .. } => format!("{} from {from}, because you said so.", word(period.standing.choice)),
        Because::ByDefault { .. } => {
            format!("On by default from {from}, under the rule for your country ({country}). You had not objected.")
        }
        Because::Excluded { .. } => format!("Off from {from}: not offered in your country ({country}) then."),
        Because::NotAsked { .. } => format!("Off from {from}, not asked yet."),
        Because::NotTold { .. } | Because::Window { .. } => {
            format!("Off from {from}, while you had not been told or the notice period ran.")
        }
        Because::NoRule => format!("Off from {from}: there was no rule about this then."),
    }
}

fn told(holds: &Standing) -> Option<Told> {
    match &holds.because {
        Because::Window { told, notice, .. } | Because::ByDefault { told, notice, .. } => {
            Some(Told { text: format!("You were told on {}.", told.day()), link: notice_path(notice) })
        }
        _ => None,
    }
}

pub fn notice_path(notice: &NoticeRef) -> String {
    format!("/notices/{}/{}?language={}", notice.purpose, notice.version, notice.language)
}

/// The first card of the tab, at `now`.
pub fn tab(facts: &Facts<'_>, purpose: Purpose, now: UtcMillis, stale: bool) -> TabView {
    let country = facts.country.name();
    let holds = standing(facts, purpose, now);
    let on = holds.choice == Choice::Allowed;
    let newest = newest_choice(facts.entries, purpose, now);
    let offered = facts.rules.at(purpose, facts.country, now).is_some_and(|r| r.default != DefaultRule::Excluded);
    let periods = periods(facts, purpose, now);
    let before = periods
        .iter()
        .rev()
        .nth(1)
        .map_or_else(|| "Nothing: this is how your account began.".into(), |p| past(p, country));
    let mut rows = rows(facts, purpose, &periods);
    rows.truncate(LAST_ROWS);
    TabView {
        on,
        switch: offered || on,
        keep_off: newest.is_none() && !on,
        seen: newest.map(|(_, entry)| entry.id.to_string()).unwrap_or_default(),
        said: newest.map(|(choice, entry)| Said {
            on: choice == Choice::Allowed,
            since: moment(entry.at),
            receipt: entry.id.receipt(),
        }),
        stale,
        now: sentence(&holds, country),
        told: told(&holds),
        before,
        picture: picture(facts, &periods, purpose, now),
        rows,
    }
}

/// The whole history, newest first: what was recorded, and what followed from it by date alone.
pub fn rows(facts: &Facts<'_>, purpose: Purpose, periods: &[Period]) -> Vec<Row> {
    let mut rows: Vec<(UtcMillis, Row)> = Vec::new();
    let mut last_choice: Option<Choice> = None;
    for entry in facts.entries.iter().filter(|e| e.purpose == purpose) {
        let was = match entry.kind {
            Kind::Choice => last_choice.or_else(|| Some(standing(facts, purpose, UtcMillis(entry.at.0 - 1)).choice)),
            _ => None,
        };
        if entry.kind == Kind::Choice {
            last_choice = entry.choice;
        }
        rows.push((entry.at, row(entry, was)));
    }
    for period in periods.iter().filter(|p| matches!(p.standing.because, Because::ByDefault { .. })) {
        let what = "On by default: you had been told, and the notice period was over".into();
        let by = "the rule for your country".into();
        let row = Row { when: moment_short(period.from), what, by, entry: String::new(), receipt: String::new() };
        rows.push((period.from, row));
    }
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().rev().map(|(_, row)| row).collect()
}

/// One entry in words.
pub fn row(entry: &Entry, was: Option<Choice>) -> Row {
    let what = match (entry.kind, entry.choice, &entry.notice) {
        (Kind::Default, ..) => "Account began, switched off".to_owned(),
        (Kind::Notice, _, Some(n)) => format!("You were shown notice {}", n.version),
        (Kind::Choice, Some(choice), _) => match was {
            Some(was) if was != choice => format!("{} → {}", word(was), word(choice)),
            _ => format!("Stays {}", word(choice).to_lowercase()),
        },
        _ => entry.kind.to_string(),
    };
    let by = match (entry.kind, entry.channel) {
        (Kind::Choice, Channel::Web) => "you, on the web",
        (Kind::Choice, _) => "you",
        _ => "Sayso",
    };
    Row { when: moment_short(entry.at), what, by: by.into(), entry: entry.id.to_string(), receipt: entry.id.receipt() }
}

/// The periods as a picture, to scale, with a gap of two units between bars.
pub fn picture(facts: &Facts<'_>, periods: &[Period], purpose: Purpose, now: UtcMillis) -> Picture {
    let start = periods.first().map_or(now.0, |p| p.from.0);
    let span = (now.0 - start).max(1);
    let x =
        |at: i64| ((at - start) as i128 * PICTURE_WIDTH as i128 / span as i128).clamp(0, PICTURE_WIDTH as i128) as u16;
    let mut runs: Vec<(Choice, i64, i64, bool)> = Vec::new();
    for p in periods {
        let said = matches!(p.standing.because, Because::Chosen { .. });
        match runs.last_mut() {
            Some((choice, _, until, by)) if *choice == p.standing.choice && *by == said => *until = p.until.0,
            _ => runs.push((p.standing.choice, p.from.0, p.until.0, said)),
        }
    }
    let bars = runs
        .iter()
        .map(|(choice, from, until, said)| {
            let (left, right) = (x(*from), x(*until));
            let width = right.saturating_sub(left).saturating_sub(2).max(2);
            let label = match (choice, said) {
                (Choice::Allowed, true) => "you: on",
                (Choice::Denied, true) => "you: off",
                (Choice::Allowed, false) => "on by default",
                (Choice::Denied, false) => "off",
            };
            let label = if width > 90 || (width > 50 && label.len() < 9) { label.into() } else { String::new() };
            Bar { x: left.min(PICTURE_WIDTH as u16 - 2), width, on: *choice == Choice::Allowed, label }
        })
        .collect();
    let marks = facts
        .entries
        .iter()
        .filter(|e| e.kind == Kind::Choice && e.purpose == purpose)
        .map(|e| x(e.at.0).clamp(1, PICTURE_WIDTH as u16 - 1))
        .collect();
    Picture { label: in_words(periods), bars, marks, from: UtcMillis(start).month() }
}
