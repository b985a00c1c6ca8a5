//! Whether what somebody says is recorded. Pure.

use super::objections::Objections;
use super::pace::Pace;
use super::standing::newest_choice;
use crate::ledger::{Choice, Entry, EntryId, Kind, NoticeRef, Purpose};
use crate::time::UtcMillis;

/// What is known when somebody presses, while nobody else can record anything about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "facts, each of which holds or not by itself")]
pub struct Before {
    /// Whether the account's address is known to be theirs.
    pub proved: bool,
    /// Whether another account with the same mailbox says No.
    pub denied_elsewhere: bool,
    /// Whether an objection, upheld or pending, keeps it off.
    pub objected: bool,
    /// Their newest choice, and its entry.
    pub newest: Option<(Choice, EntryId)>,
    /// Whether a part of the record was lost since then, so that an On counts no more.
    pub lost: bool,
    /// The entry that their history, or that of where they live, began with.
    pub begun: Option<EntryId>,
    /// Whether turning it on is offered where they live.
    pub offered: bool,
    /// For how many seconds turning it on has to wait, because they changed it so often of late.
    pub wait: Option<u32>,
}

/// Why nothing is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRecorded {
    /// Nobody has shown that the account's address is theirs.
    NotProved,
    /// Another account with the same mailbox says No.
    DeniedElsewhere,
    /// An objection, upheld or pending, keeps it off.
    Objected,
    /// It holds already: the same press again, a second tab, a form sent twice.
    Already,
    /// The choice was changed elsewhere after the form was loaded.
    Stale,
    /// Turning it on is not offered in this region.
    NotOffered,
    /// It was changed so often of late that turning it on waits for so many seconds.
    TooOften {
        /// At least 1, rounded up.
        seconds: u32,
    },
}

/// What `entries` say about it: those of one member that decide about `purpose`, oldest first and
/// as they were recorded, with as many choices as `pace` [looks at](Pace::looks_at). What other
/// accounts and the rules say is left to be filled in.
pub fn before(entries: &[Entry], proved: bool, purpose: Purpose, wanted: Choice, pace: Pace, now: UtcMillis) -> Before {
    let choices = || entries.iter().rev().filter(|e| e.kind == Kind::Choice && e.purpose == Some(purpose));
    let recorded: Vec<UtcMillis> = choices().take(pace.looks_at() as usize).map(|e| e.at).collect();
    let begun = entries.iter().rev().find(|e| e.previous.is_none() || e.kind == Kind::Move);
    Before {
        proved,
        denied_elsewhere: false,
        objected: Objections::of(entries, purpose, UtcMillis(i64::MAX)).because().is_some(),
        newest: choices().next().and_then(|e| Some((e.choice?, e.id))),
        lost: {
            let rollback = entries.iter().rposition(|e| e.kind == Kind::Rollback);
            rollback.is_some_and(|n| newest_choice(&entries[n..], purpose, UtcMillis(i64::MAX)).is_none())
        },
        begun: begun.map(|e| e.id),
        offered: false,
        wait: pace.wait(wanted, &recorded, now),
    }
}

/// The notice about `purpose` that was delivered last: the words that a choice answers.
pub fn told(entries: &[Entry], purpose: Purpose) -> Option<NoticeRef> {
    let delivered = entries.iter().rev().find(|e| e.kind == Kind::Notice && e.purpose == Some(purpose));
    delivered?.notice.clone()
}

/// Whether `wanted` is recorded. `seen` is the newest choice that the form was loaded with, or what
/// stood there in its place.
///
/// Only turning on is ever refused for what the member may not do. How often they changed it is
/// asked last: whoever would be refused, or changes nothing, is not told to wait.
///
/// # Errors
/// Why it is not.
pub fn choose(wanted: Choice, seen: Option<EntryId>, before: &Before) -> Result<(), NotRecorded> {
    let on = wanted == Choice::Allowed;
    if on && !before.proved {
        return Err(NotRecorded::NotProved);
    }
    if on && before.denied_elsewhere {
        return Err(NotRecorded::DeniedElsewhere);
    }
    if on && before.objected {
        return Err(NotRecorded::Objected);
    }
    let is_of_now = match before.newest {
        Some((choice, _)) if choice == wanted && !(before.lost && on) => return Err(NotRecorded::Already),
        Some((_, entry)) => seen == Some(entry),
        // The form of somebody who had said nothing names whose it is, and where they lived. What
        // names nothing is a program.
        None => seen.is_none() || seen == before.begun,
    };
    if !is_of_now {
        return Err(NotRecorded::Stale);
    }
    if on && !before.offered {
        return Err(NotRecorded::NotOffered);
    }
    match before.wait {
        Some(seconds) => Err(NotRecorded::TooOften { seconds }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::entry_id;
    use crate::time::UtcMillis;
    use Choice::{Allowed, Denied};

    /// Somebody who may do everything, and has said nothing.
    fn free() -> Before {
        Before { proved: true, offered: true, ..Before::default() }
    }

    #[test]
    fn only_turning_on_is_refused_for_what_one_may_not_do() {
        for (before, why) in [
            (Before { proved: false, ..free() }, NotRecorded::NotProved),
            (Before { denied_elsewhere: true, ..free() }, NotRecorded::DeniedElsewhere),
            (Before { objected: true, ..free() }, NotRecorded::Objected),
            (Before { offered: false, ..free() }, NotRecorded::NotOffered),
        ] {
            assert_eq!(choose(Allowed, None, &before), Err(why));
            assert_eq!(choose(Denied, None, &before), Ok(()), "{why:?}");
        }
        assert_eq!(choose(Allowed, None, &free()), Ok(()));
    }

    #[test]
    fn an_on_that_counts_no_more_is_said_anew() {
        let newest = entry_id(UtcMillis(2));
        let before = Before { newest: Some((Allowed, newest)), ..free() };
        assert_eq!(choose(Allowed, Some(newest), &before), Err(NotRecorded::Already));
        assert_eq!(choose(Allowed, Some(newest), &Before { lost: true, ..before }), Ok(()));
        let denied = Before { newest: Some((Denied, newest)), lost: true, ..free() };
        assert_eq!(choose(Denied, Some(newest), &denied), Err(NotRecorded::Already));
    }

    #[test]
    fn a_form_is_of_now_if_it_names_what_is_newest() {
        let [newest, older] = [2, 1].map(|at| entry_id(UtcMillis(at)));
        let before = Before { newest: Some((Denied, newest)), ..free() };
        assert_eq!(choose(Allowed, Some(newest), &before), Ok(()));
        for stale in [None, Some(older)] {
            assert_eq!(choose(Allowed, stale, &before), Err(NotRecorded::Stale));
            assert_eq!(choose(Denied, stale, &before), Err(NotRecorded::Already), "the same again changes nothing");
        }
        let before = Before { begun: Some(newest), ..free() };
        for (seen, expected) in [(None, Ok(())), (Some(newest), Ok(())), (Some(older), Err(NotRecorded::Stale))] {
            assert_eq!(choose(Denied, seen, &before), expected);
        }
    }

    #[test]
    fn how_often_is_asked_last() {
        let often = Before { wait: Some(7), ..free() };
        assert_eq!(choose(Allowed, None, &often), Err(NotRecorded::TooOften { seconds: 7 }));
        let newest = entry_id(UtcMillis(1));
        for (before, why) in [
            (Before { objected: true, ..often }, NotRecorded::Objected),
            (Before { newest: Some((Allowed, newest)), ..often }, NotRecorded::Already),
            (Before { newest: Some((Denied, newest)), ..often }, NotRecorded::Stale),
            (Before { offered: false, ..often }, NotRecorded::NotOffered),
        ] {
            assert_eq!(choose(Allowed, None, &before), Err(why));
        }
    }
}
