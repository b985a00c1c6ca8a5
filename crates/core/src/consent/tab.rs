//! The first card of the tab: what holds for one purpose, in words, with its form and its picture.
//! Pure.

use super::history::{Period, periods_since};
use super::picture::picture;
use super::rows::{last_changes, tell_what_is_to_come};
use super::rules::DefaultRule;
use super::standing::{Because, Facts, Standing, newest_choice, standing_now};
use super::view::{STALE, Said, TabView, ToldLine};
use super::wording::{Voice, entry_path, moment, notice_path, past, sentence, under_an_address};
use crate::ledger::{Choice, Entry, Kind, Purpose};
use crate::time::UtcMillis;

/// How long somebody may take to read the first page after they joined, in milliseconds.
const A_MOMENT: i64 = 3_600_000;

/// Said of what held before, where that is not on the tab.
pub const EARLIER: &str = "See the full history.";

/// Said where nothing came before, to the member and to staff.
const NOTHING: [&str; 2] = [
    "Nothing. It has been like this since your history here began.",
    "Nothing. It has been like this since their history here began.",
];

/// The newest move, or the entry that the history began with.
fn begun(entries: &[Entry]) -> Option<&Entry> {
    entries.iter().rev().find(|e| e.kind == Kind::Move).or_else(|| entries.first())
}

fn told(holds: &Standing, entries: &[Entry], voice: Voice) -> Option<ToldLine> {
    match &holds.because {
        Because::Window { told, notice, .. } | Because::ByDefault { told, notice, .. } => {
            let whom = voice.either("you", "the member");
            let (text, label) = (format!("We showed {whom} the notice on {}.", told.day()), "Read the notice".into());
            Some(ToldLine { text, label, link: Some(notice_path(notice)) })
        }
        // What was written stays hidden until the case is added to the account.
        Because::Upheld { case, .. } | Because::Paused { case, .. } if !is_own(entries, case) => Some(ToldLine {
            text: under_an_address(voice).into(),
            label: "Get a new link".into(),
            link: Some("/objection/again".into()),
        }),
        Because::Upheld { case, .. } | Because::Paused { case, .. } => {
            let (label, link) = (format!("View objection {case}"), Some(format!("/objections/{case}")));
            Some(ToldLine { text: String::new(), label, link })
        }
        _ => None,
    }
}

/// Whether a case is in this account, and not only under its address.
fn is_own(entries: &[Entry], case: &str) -> bool {
    entries.iter().any(|e| e.kind == Kind::Objection && e.case.as_deref() == Some(case))
}

/// What held before the present. The moment between the beginning of a history and its first notice
/// is nothing to tell apart, where it was off before and after.
fn earlier(periods: &[Period]) -> Option<&Period> {
    let [.., before, present] = periods else { return None };
    let began = periods.len() == 2 && matches!(before.standing.because, Because::NotTold { .. });
    let same = before.standing.choice == present.standing.choice;
    Some(before).filter(|_| !(began && same && before.until.0 - before.from.0 < A_MOMENT))
}

/// The first card of the tab, at `now`, as `voice` says it.
/// `since` when all choices are [known](super::history::known_since).
pub fn tab(
    facts: &Facts<'_>,
    purpose: Purpose,
    since: Option<UtcMillis>,
    now: UtcMillis,
    stale: bool,
    voice: Voice,
) -> TabView {
    let country = facts.country_at(now);
    let holds = standing_now(facts, purpose, now);
    let on = holds.choice == Choice::Allowed;
    let newest = newest_choice(facts.entries, purpose, now);
    let offered = facts.rules.at(purpose, country, now).is_some_and(|r| r.default != DefaultRule::Excluded);
    let periods = periods_since(facts, purpose, since, now);
    let nothing = if since.is_some() { EARLIER } else { voice.either(NOTHING[0], NOTHING[1]) };
    let before = earlier(&periods).map_or_else(|| nothing.into(), |p| past(p, facts.country_at(p.from).name(), voice));
    let mut view = TabView {
        on,
        switch: offered || on,
        dot: if matches!(holds.because, Because::Paused { .. }) { "paused" } else { holds.choice.as_str() }.into(),
        fixed: matches!(holds.because, Because::Upheld { .. } | Because::Paused { .. } | Because::NotProved),
        keep_off: !on
            && newest.is_none_or(|(choice, _)| choice == Choice::Allowed)
            && !matches!(holds.because, Because::Upheld { .. }),
        // Of who has said nothing yet it is what their history, or that of where they live, began
        // with: so that the form is nobody else's.
        seen: newest
            .map(|(_, entry)| entry)
            .or_else(|| begun(facts.entries))
            .map(|e| e.id.to_string())
            .unwrap_or_default(),
        // Where an objection holds, the newest choice is not what one sees. And what was paused in
        // between has not held since the choice.
        said: newest
            .filter(|(choice, entry)| {
                let all_along = periods.iter().filter(|p| p.until > entry.at).all(|p| p.standing.choice == *choice);
                all_along && matches!(holds.because, Because::Chosen { .. })
            })
            .map(|(choice, entry)| Said {
                on: choice == Choice::Allowed,
                since: moment(entry.at),
                receipt: entry.id.receipt(),
                link: Some(entry_path(entry.id)),
            }),
        shown: String::new(),
        stale,
        now: sentence(&holds, country.name(), voice),
        told: told(&holds, facts.entries, voice),
        before,
        picture: picture(facts, &periods, purpose, since, now, voice),
        rows: last_changes(facts, purpose, &periods, voice),
        shows: String::new(),
    };
    tell_what_is_to_come(&mut view.rows, now);
    view.shows = shows(&view);
    view
}

/// The lines that `public/told.js` compares with the page.
fn shows(view: &TabView) -> String {
    let switch = match (view.switch, view.on) {
        (false, _) => ["", ""],
        (true, true) => ["true", "On"],
        (true, false) => ["false", "Off"],
    };
    let receipt = view.said.as_ref().map_or("", |said| &said.receipt);
    let newest = view.rows.first().map_or("", |row| &row.receipt);
    let stale = if view.stale { STALE } else { "" };
    [switch[0], switch[1], &view.now, receipt, stale, &view.picture.last, newest].join("\n")
}
