//! What [`deciding`](crate::ledger::store::deciding) reads of a history, told without a database;
//! and that nothing else of it is missed.

use super::carried::{noes, own_noes};
use super::history::{Period, known_since, periods, periods_since};
use super::settled::settle;
use super::standing::{Facts, first_country, standing_now, undelivered};
use super::wording::Voice;
use super::{tab, view::TabView};
use crate::account::model::Country;
use crate::ledger::{Entry, Kind, Purpose};
use crate::time::UtcMillis;
use proptest::prelude::*;

fn newest(entries: &[Entry], purpose: Purpose, most: usize) -> impl Iterator<Item = &Entry> {
    entries.iter().rev().filter(move |e| e.kind == Kind::Choice && e.purpose == Some(purpose)).take(most)
}

fn with(entries: &[Entry], choices: &[&Entry]) -> Vec<Entry> {
    let decides = |e: &&Entry| e.kind.always_decides() || choices.iter().any(|c| c.id == e.id);
    entries.iter().filter(decides).cloned().collect()
}

/// As `deciding::about`.
pub fn about(entries: &[Entry], purpose: Purpose, most: usize) -> Vec<Entry> {
    with(entries, &newest(entries, purpose, most).collect::<Vec<_>>())
}

/// As `deciding::of_subjects`, of one.
pub fn all(entries: &[Entry]) -> Vec<Entry> {
    with(entries, &Purpose::ALL.iter().flat_map(|p| newest(entries, *p, 1)).collect::<Vec<_>>())
}

/// What held from `since` on.
fn cut(periods: Vec<Period>, since: Option<UtcMillis>) -> Vec<Period> {
    let Some(since) = since else { return periods };
    let last = periods.len().saturating_sub(1);
    let later = periods.into_iter().enumerate().filter(|(n, p)| p.until > since || *n == last);
    later.map(|(_, p)| p).map(|p| Period { from: p.from.max(since), ..p }).collect()
}

fn words(tab: &TabView) -> Vec<String> {
    let rows = tab.rows.iter().map(|row| format!("{} {} {} {}", row.when.iso, row.what, row.by, row.receipt));
    let said = tab.said.as_ref().map(|said| said.receipt.clone());
    let told = tab.told.as_ref().map(|told| told.text.clone());
    [&tab.now, &tab.before, &tab.seen, &tab.picture.last]
        .into_iter()
        .cloned()
        .chain(rows)
        .chain(said)
        .chain(told)
        .collect()
}

/// Holds what decides against the whole of `entries`, as they were recorded; of `facts` the entries
/// and the country are made of these, and of `country`, where the member lives now.
pub fn nothing_else_decides(
    entries: &[Entry],
    country: Country,
    facts: &Facts<'_>,
    now: UtcMillis,
    purposes: &[Purpose],
) -> Result<(), TestCaseError> {
    let settled = |mut entries: Vec<Entry>| {
        settle(&mut entries, now);
        entries
    };
    let (whole, part) = (settled(entries.to_vec()), settled(all(entries)));
    let of = |entries: &[Entry]| first_country(entries, country);
    prop_assert_eq!(of(&whole), of(&part));
    prop_assert_eq!(noes(entries), noes(&all(entries)));
    let whole = Facts { entries: &whole, country: of(&whole), ..*facts };
    let part = Facts { entries: &part, country: of(&part), ..*facts };
    for purpose in purposes.iter().copied() {
        let holds = standing_now(&whole, purpose, now);
        prop_assert_eq!(&standing_now(&part, purpose, now), &holds);
        prop_assert_eq!(periods(&part, purpose, now).pop(), periods(&whole, purpose, now).pop());
        let due = undelivered(&whole, purpose, now).map(|n| &n.reference);
        prop_assert_eq!(undelivered(&part, purpose, now).map(|n| &n.reference), due);
        prop_assert_eq!(own_noes(&about(entries, purpose, 2)).contains(&purpose), own_noes(entries).contains(&purpose));
        for most in 1..6 {
            let part = settled(about(entries, purpose, most + 1));
            let since = known_since(&part, purpose, most);
            prop_assert_eq!(since.is_some(), newest(entries, purpose, usize::MAX).count() > most);
            let part = Facts { entries: &part, country: of(&part), ..*facts };
            prop_assert_eq!(&standing_now(&part, purpose, now), &holds);
            let known = periods_since(&part, purpose, since, now);
            prop_assert_eq!(known, cut(periods(&whole, purpose, now), since), "of {}", most);
            if most == 5 {
                let card = tab::tab(&part, purpose, since, now, false, Voice::Member);
                let mut expected = tab::tab(&whole, purpose, None, now, false, Voice::Member);
                // Where all that is known happened at one instant, it is not known what was before.
                if card.before == tab::EARLIER {
                    expected.before = tab::EARLIER.into();
                }
                prop_assert_eq!(words(&card), words(&expected));
            }
        }
    }
    Ok(())
}
