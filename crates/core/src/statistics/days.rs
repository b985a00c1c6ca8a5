//! For how many members of each region training was on, off, paused or excluded at the end of each
//! day. Pure: periods in, counts out, so that one look at a member's history gives all its days.

use super::table::{Table, count, of, percent};
use crate::account::model::Country;
use crate::account::regions;
use crate::consent::history::Period;
use crate::consent::standing::{Because, Standing};
use crate::ledger::{Choice, Entry, Kind, Purpose};
use crate::string_enum;
use crate::time::UtcMillis;

/// Days that are kept and shown.
pub const KEPT: usize = 400;

const AI: Purpose = Purpose::GenerativeAiTraining;

string_enum! {
    /// Where members live, as far as the rules that are built in make a difference.
    pub enum Region {
        /// The groups `EU`, `EEA-EFTA` and `Switzerland`.
        EeaCh = "eea-ch",
        /// The group `United-Kingdom`, which the Crown dependencies are not in.
        UnitedKingdom = "united-kingdom",
        /// The group `Canada`.
        Canada = "canada",
        /// The group `Hong-Kong`.
        HongKong = "hong-kong",
        /// Every other group.
        Elsewhere = "elsewhere",
    }

    /// What holds for training, in the order in which the chart stacks it.
    pub enum DayState {
        /// Allowed, by a choice or by default.
        On = "on",
        /// Denied for any other reason.
        Off = "off",
        /// Denied while an objection is decided.
        Paused = "paused",
        /// Not offered in the region, and nothing was said.
        Excluded = "excluded",
    }
}

impl Region {
    /// By the one list of who belongs where, so that the chart tells apart whom the rules do.
    pub fn of(country: Country) -> Self {
        match regions::built_in().group_of(country) {
            "EU" | "EEA-EFTA" | "Switzerland" => Self::EeaCh,
            "United-Kingdom" => Self::UnitedKingdom,
            "Canada" => Self::Canada,
            "Hong-Kong" => Self::HongKong,
            _ => Self::Elsewhere,
        }
    }

    /// As the chart and its table call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::EeaCh => "EU, EEA and Switzerland",
            Self::UnitedKingdom => "United Kingdom",
            Self::Canada => "Canada",
            Self::HongKong => "Hong Kong",
            Self::Elsewhere => "Elsewhere",
        }
    }
}

impl DayState {
    /// What counts for a day that ends with this.
    pub const fn of(standing: &Standing) -> Self {
        match (standing.choice, &standing.because) {
            (Choice::Allowed, _) => Self::On,
            (Choice::Denied, Because::Paused { .. }) => Self::Paused,
            (Choice::Denied, Because::Excluded { .. }) => Self::Excluded,
            (Choice::Denied, _) => Self::Off,
        }
    }

    /// As the chart and its table call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::On => "On",
            Self::Off => "Off",
            Self::Paused => "Paused",
            Self::Excluded => "Excluded",
        }
    }
}

/// Members by state, in the order of [`DayState::ALL`].
pub type Members = [i64; 4];

/// One day: its first instant, and how many members each region had in each state at its end, in
/// the order of [`Region::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its first instant, in UTC.
    pub day: UtcMillis,
    /// Members who had an account at its end.
    pub regions: [Members; 5],
}

impl Day {
    /// The members of all regions together.
    pub fn all(&self) -> Members {
        self.regions.iter().fold([0; 4], |all, members| [0, 1, 2, 3].map(|state| all[state] + members[state]))
    }
}

/// Counts members into days. What is kept is by how much each day differs from the one before, so
/// that a member costs as much as they have turning points, however many days there are.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The first day that is kept, and the one after the last, in days since 1970-01-01.
    first: i64,
    end: i64,
    changes: Vec<[Members; 5]>,
}

impl Tally {
    /// Counts the days that are over at `now`.
    pub fn new(now: UtcMillis) -> Self {
        let end = now.0.div_euclid(UtcMillis::DAY);
        #[expect(clippy::cast_possible_wrap, reason = "they are 400")]
        let first = end - KEPT as i64;
        Self { first, end, changes: vec![[[0; 4]; 5]; KEPT + 1] }
    }

    /// The last instant that counts.
    pub const fn until(&self) -> UtcMillis {
        UtcMillis(self.end * UtcMillis::DAY - 1)
    }

    /// Counts a member of `region`; `periods` are theirs up to [`until`](Self::until), oldest
    /// first.
    pub fn add(&mut self, region: Region, periods: &[Period]) {
        for (i, period) in periods.iter().enumerate() {
            // What has begun by the end of a day, and nothing else since, is what that day ends
            // with.
            let from = period.from.0.div_euclid(UtcMillis::DAY);
            let to = periods.get(i + 1).map_or(self.end, |next| next.from.0.div_euclid(UtcMillis::DAY));
            let (from, to) = (from.clamp(self.first, self.end), to.clamp(self.first, self.end));
            let (region, state) = (region as usize, DayState::of(&period.standing) as usize);
            for (day, change) in [(from, 1), (to, -1)] {
                if let Some(changes) = usize::try_from(day - self.first).ok().and_then(|n| self.changes.get_mut(n)) {
                    changes[region][state] += change;
                }
            }
        }
    }

    /// The days, oldest first, from the first on that there was a member.
    pub fn days(&self) -> Vec<Day> {
        let mut now = [[0; 4]; 5];
        let days = (self.first..self.end).zip(&self.changes).map(|(day, changes)| {
            for (members, changes) in now.iter_mut().flatten().zip(changes.iter().flatten()) {
                *members += changes;
            }
            Day { day: UtcMillis(day * UtcMillis::DAY), regions: now }
        });
        days.skip_while(|day| day.all() == [0; 4]).collect()
    }
}

/// What the chart shows, in a sentence.
pub fn in_words(days: &[Day]) -> String {
    let Some(last) = days.last() else { return "No day has been counted yet.".into() };
    let [on, off, paused, excluded] = last.all();
    let all = on + off + paused + excluded;
    let share = |members| percent(members, all);
    format!(
        "On {}, training was on for {} of {}. It was off for {}, paused for {} and excluded for {}.",
        last.day.day(),
        share(on),
        of(all, "member", "members"),
        share(off),
        share(paused),
        share(excluded)
    )
}

/// The same for one region; `days` are not empty.
pub fn region_in_words(days: &[Day], region: Region) -> String {
    let Some(last) = days.last() else { return String::new() };
    let members = last.regions[region as usize];
    let all: i64 = members.iter().sum();
    let said = DayState::ALL.iter().zip(members).map(|(state, n)| format!("{} {}", state.as_str(), percent(n, all)));
    let said: Vec<String> = said.collect();
    format!("{}, {}: {}.", region.title(), of(all, "member", "members"), said.join(", "))
}

const HEAD: [&str; 7] = ["Day", "Region", "Members", "On", "Off", "Paused", "Excluded"];

/// A row for each day and region that had members.
pub fn table<'a>(days: impl IntoIterator<Item = &'a Day>) -> Table {
    let mut rows = Vec::new();
    for day in days {
        for (region, members) in Region::ALL.iter().zip(day.regions) {
            let all: i64 = members.iter().sum();
            if all > 0 {
                let counts = [all].into_iter().chain(members).map(|n| n.to_string());
                rows.push([day.day.date(), region.title().into()].into_iter().chain(counts).collect());
            }
        }
    }
    Table { head: HEAD.to_vec(), rows }
}

/// The days that the page has rows for, newest first: the last one, and the last of each month
/// before.
pub fn told(days: &[Day]) -> Vec<&Day> {
    let last_of_month = |n: usize| days.get(n + 1).is_none_or(|next| next.day.month() != days[n].day.month());
    (0..days.len()).rev().filter(|n| last_of_month(*n)).map(|n| &days[n]).collect()
}

/// A count and its share, as it stands beside a chart.
pub fn beside(members: i64, all: i64) -> String {
    format!("{} ({})", percent(members, all), count(members))
}

/// Takes the next entry of one member's history, without what no day can end with: looks, and a
/// choice that another followed on the same day. So nothing grows with how often they press.
pub fn keep(history: &mut Vec<Entry>, entry: Entry) {
    let chose = |e: &Entry| e.kind == Kind::Choice && e.purpose == Some(AI);
    if chose(&entry) {
        // What was recorded before a clock was set right is not of the day that it says.
        let since = history.iter().rposition(|e| e.kind == Kind::Clock).map_or(0, |n| n + 1);
        let before = history[since..].iter().rposition(chose).map(|n| since + n);
        if let Some(n) = before.filter(|n| history[*n].at.midnight() == entry.at.midnight()) {
            history.remove(n);
        }
    } else if !history.is_empty() && !entry.kind.always_decides() {
        return;
    }
    history.push(entry);
}

#[cfg(test)]
#[path = "days_tests.rs"]
mod tests;
