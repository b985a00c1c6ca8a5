//! Standing: what holds for a member and a purpose at an instant, since when, and because of what.
//! A pure function of entries, rules, notices and time. The order of the rules is that of the
//! product's promise; the first match wins:
//!
//! 1. an upheld objection → denied, for good;
//! 2. a pending objection → denied, paused while it is decided (moderation and safety alone is not
//!    paused);
//! 3. the member's newest choice holds, whatever notice, rule or region came since; but what
//!    allowed them before a part of the record was lost counts as denied until they choose anew;
//! 4. an `excluded` region → denied; an `opt-in` region → denied, "not asked yet";
//! 5. an `opt-out` region → denied until a notice in force was published, was delivered to this
//!    member, and the notice period has run out; then allowed, "on by default".

use super::because::How;
pub use super::because::{Because, Standing};
use super::notice::Notice;
use super::objections::Objections;
use super::rules::{DefaultRule, Rule, Rules};
use crate::account::model::{Country, Unproved};
use crate::ledger::{Choice, Entry, Kind, NoticeRef, Purpose};
use crate::time::UtcMillis;

/// Everything that standing is decided from.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The member's entries, oldest first, [settled](super::settled).
    pub entries: &'a [Entry],
    /// All that were published, in every version and about every purpose.
    pub notices: &'a [Notice],
    /// The dated rules, the built-in ones or the platform's own.
    pub rules: &'a Rules,
    /// Where they lived when the history began. Where they have lived since stands in their
    /// entries.
    pub country: Country,
    /// Whether the clock is in doubt: then nobody is on by default at the present.
    pub doubt: bool,
    /// The time in which nobody had confirmed the account's address: nothing is on in it.
    pub unproved: Option<Unproved>,
    /// How long after being told nobody is enrolled, in days of 24 hours.
    pub window_days: u32,
}

/// Where somebody lived when the history began of whom it is known where they live now.
pub fn first_country(entries: &[Entry], now: Country) -> Country {
    let first = entries.iter().find_map(|e| e.moved.as_ref());
    first.and_then(|moved| Country::parse(&moved.from)).unwrap_or(now)
}

impl Facts<'_> {
    /// Where the member lived at `at`: what held then is judged by that.
    pub fn country_at(&self, at: UtcMillis) -> Country {
        let moved = self.entries.iter().rev().filter(|e| e.at <= at).find_map(|e| e.moved.as_ref());
        moved.and_then(|moved| Country::parse(&moved.to)).unwrap_or(self.country)
    }

    /// Whether the account's address was still to be confirmed at `at`.
    pub fn is_unproved(&self, at: UtcMillis) -> bool {
        self.unproved.is_some_and(|unproved| unproved.holds(at))
    }

    /// Every country in which the member has lived.
    pub fn countries(&self) -> impl Iterator<Item = Country> {
        let moves = self.entries.iter().filter_map(|e| Country::parse(&e.moved.as_ref()?.to));
        std::iter::once(self.country).chain(moves)
    }
}

/// What holds for `purpose` at `at`. Entries later than `at` are not looked at.
pub fn standing(facts: &Facts<'_>, purpose: Purpose, at: UtcMillis) -> Standing {
    standing_under(&Objections::of(facts.entries, purpose, at), facts, purpose, at)
}

/// What holds at the present: [`standing`], but that nobody is on by default while the clock is in
/// doubt.
pub fn standing_now(facts: &Facts<'_>, purpose: Purpose, now: UtcMillis) -> Standing {
    doubted(facts, standing(facts, purpose, now))
}

/// What a standing of the present is worth while the clock is in doubt, for a window may not have
/// run out yet.
pub fn doubted(facts: &Facts<'_>, holds: Standing) -> Standing {
    match holds.because {
        Because::ByDefault { .. } if facts.doubt => Standing { choice: Choice::Denied, because: Because::NoTime },
        _ => holds,
    }
}

/// The same where the objections have been gathered already: those of `facts.entries` up to `at`,
/// to `purpose`.
pub fn standing_under(objections: &Objections<'_>, facts: &Facts<'_>, purpose: Purpose, at: UtcMillis) -> Standing {
    let holds = once_proved(objections, facts, purpose, at);
    // Nor will it be on when a window has run out.
    let on = holds.choice == Choice::Allowed || matches!(holds.because, Because::Window { .. });
    if on && facts.is_unproved(at) {
        return Standing { choice: Choice::Denied, because: Because::NotProved };
    }
    holds
}

/// What holds for an account whose address is confirmed.
fn once_proved(objections: &Objections<'_>, facts: &Facts<'_>, purpose: Purpose, at: UtcMillis) -> Standing {
    if let Some(because) = objections.because() {
        return Standing { choice: Choice::Denied, because };
    }
    let rollback = facts.entries.iter().rposition(|e| e.kind == Kind::Rollback && e.at <= at);
    let lost = rollback.map(|n| {
        let Entry { id, at, .. } = facts.entries[n];
        Because::RolledBack { entry: id, at }
    });
    if let Some((choice, entry)) = newest_choice(facts.entries, purpose, at) {
        let since = &facts.entries[rollback.unwrap_or(0)..];
        if let Some(because) = lost
            && choice == Choice::Allowed
            && newest_choice(since, purpose, at).is_none()
        {
            return Standing { choice: Choice::Denied, because };
        }
        let (entry, at, carried) = (entry.id, entry.at, entry.is_carried());
        let because = if carried { Because::Carried { entry, at } } else { Because::Chosen { entry, at } };
        return Standing { choice, because };
    }
    let denied = |because| Standing { choice: Choice::Denied, because };
    let Some(rule) = facts.rules.at(purpose, facts.country_at(at), at) else { return denied(Because::NoRule) };
    let (id, from) = (rule.id.clone(), rule.from);
    match rule.default {
        DefaultRule::Excluded => denied(Because::Excluded { rule: id, from }),
        DefaultRule::OptIn => denied(Because::NotAsked { rule: id, from }),
        DefaultRule::OptOut if lost.is_some() => denied(lost.unwrap_or(Because::NoRule)),
        DefaultRule::OptOut => match enrolment(facts, purpose, rule, at) {
            None => denied(Because::NotTold { rule: id, from }),
            Some((since, told, notice)) if at < since => {
                denied(Because::Window { rule: id, told, notice: notice.clone(), until: since })
            }
            Some((since, told, notice)) => {
                let (notice, objected) = (notice.clone(), objections.without_effect());
                // A pause that ended without being upheld: it is on again from then.
                let since = objected.iter().filter(|o| o.how != How::Pending).fold(since, |since, o| since.max(o.at));
                // Nor was it on before its owner had confirmed the address.
                let proved = facts.unproved.filter(|unproved| unproved.from <= at).and_then(|unproved| unproved.until);
                let since = proved.filter(|until| *until <= at).map_or(since, |until| since.max(until));
                Standing {
                    choice: Choice::Allowed,
                    because: Because::ByDefault { rule: id, told, notice, since, objected },
                }
            }
        },
    }
}

/// The newest choice for `purpose` that had been made by `at`.
pub fn newest_choice(entries: &[Entry], purpose: Purpose, at: UtcMillis) -> Option<(Choice, &Entry)> {
    entries
        .iter()
        .rev()
        .filter(|e| e.kind == Kind::Choice && e.purpose == Some(purpose) && e.at <= at)
        .find_map(|e| e.choice.map(|choice| (choice, e)))
}

/// The earliest instant at which what this member has been told by `at` would enrol them under an
/// opt-out rule that holds as `rule`, with the delivery and the notice it rests on.
///
/// A notice speaks for a rule only if it takes effect no earlier than the rule does: somebody who
/// was told "not in your region" two years ago has not been told that this has changed. And it
/// speaks to somebody who has moved since only where the country they left is under the very same
/// rule: otherwise they were told about another one.
fn enrolment<'a>(
    facts: &Facts<'a>,
    purpose: Purpose,
    rule: &Rule,
    at: UtcMillis,
) -> Option<(UtcMillis, UtcMillis, &'a NoticeRef)> {
    facts
        .entries
        .iter()
        .filter(|e| e.kind == Kind::Notice && e.purpose == Some(purpose) && e.at <= at)
        .filter_map(|e| {
            let told = e.notice.as_ref()?;
            let notice = facts.notices.iter().find(|n| n.reference == *told)?;
            let counts = notice.published_at <= e.at
                && notice.effective_at >= rule.from
                && !moved_from_under(facts, purpose, rule, e.at, at);
            counts.then(|| (e.at.plus_days(facts.window_days).max(notice.effective_at), e.at, told))
        })
        .min_by_key(|(since, ..)| *since)
}

/// Whether the member has moved between `told` and `at` from or to a country that is not under
/// `rule` at `at`.
fn moved_from_under(facts: &Facts<'_>, purpose: Purpose, rule: &Rule, told: UtcMillis, at: UtcMillis) -> bool {
    let under = |code: &str| {
        let country = Country::parse(code);
        country.and_then(|country| facts.rules.at(purpose, country, at)).is_some_and(|other| other.id == rule.id)
    };
    let moves = facts.entries.iter().filter(|e| told <= e.at && e.at <= at).filter_map(|e| e.moved.as_ref());
    moves.into_iter().any(|moved| !under(&moved.from) || !under(&moved.to))
}

/// The newest notice that has been published and that has not been delivered to this member where
/// they live now.
pub fn undelivered<'a>(facts: &Facts<'a>, purpose: Purpose, now: UtcMillis) -> Option<&'a Notice> {
    let newest = facts.notices.iter().filter(|n| n.reference.purpose == purpose).max_by_key(|n| n.reference.version)?;
    let rule = facts.rules.at(purpose, facts.country_at(now), now);
    let shown = |e: &Entry| {
        e.kind == Kind::Notice
            && e.notice.as_ref() == Some(&newest.reference)
            && rule.is_none_or(|rule| !moved_from_under(facts, purpose, rule, e.at, now))
    };
    (!facts.entries.iter().any(shown)).then_some(newest)
}

/// Whether a member has said what they want, whatever notices come later: they chose, or they
/// object.
pub fn has_decided(facts: &Facts<'_>, purpose: Purpose, now: UtcMillis) -> bool {
    newest_choice(facts.entries, purpose, now).is_some()
        || Objections::of(facts.entries, purpose, now).because().is_some()
}

/// The delivery of the notice that stays on the tab, unless it is the one that the member
/// dismissed: the newest to a member who has not decided.
pub fn to_decide<'a>(facts: &Facts<'a>, purpose: Purpose, now: UtcMillis) -> Option<&'a Entry> {
    let delivery = |e: &&Entry| e.kind == Kind::Notice && e.purpose == Some(purpose) && e.at <= now;
    let newest = facts.entries.iter().rev().find(delivery)?;
    (!has_decided(facts, purpose, now)).then_some(newest)
}

/// The instants at which standing may have changed up to `until`, in order, each once. Objections
/// change it only where one of their steps is an entry.
pub fn turning_points(facts: &Facts<'_>, purpose: Purpose, until: UtcMillis) -> Vec<UtcMillis> {
    let first = facts.entries.first().map_or(until, |e| e.at);
    let mut points: Vec<UtcMillis> = facts
        .entries
        .iter()
        .flat_map(|e| [Some(e.at), (e.kind == Kind::Notice).then(|| e.at.plus_days(facts.window_days))])
        .flatten()
        .chain(facts.countries().flat_map(|country| facts.rules.changes(purpose, country)))
        .chain(facts.notices.iter().map(|n| n.effective_at))
        .chain(facts.unproved.into_iter().flat_map(|unproved| [Some(unproved.from), unproved.until]).flatten())
        .filter(|at| (first..=until).contains(at))
        .collect();
    points.sort_unstable();
    points.dedup();
    points
}

#[cfg(test)]
#[path = "standing_tests.rs"]
mod tests;
