//! A verification of the whole record: how far it is, and what it found. Pure.

use crate::string_enum;
use crate::time::UtcMillis;

/// How long a server that verifies may say nothing, in milliseconds; after that it has ended.
pub const SILENCE: i64 = 60_000;

string_enum! {
    /// What a verification came to.
    pub enum Outcome {
        /// Everything holds.
        Holds = "holds",
        /// Something does not.
        Wrong = "wrong",
        /// The database could not be read to the end.
        Failed = "failed",
    }
}

/// What can be said of a verification at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It goes on.
    Running,
    /// It came to its end.
    Ended(Outcome),
    /// The server that verified ended before.
    CutShort,
}

/// A verification, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The number of its row.
    pub id: i64,
    /// When it was asked for.
    pub began: UtcMillis,
    /// When the server last said how far it is.
    pub told: UtcMillis,
    /// When it came to its end.
    pub ended: Option<UtcMillis>,
    /// Who asked for it.
    pub by: String,
    /// The version of the program that verified.
    pub build: String,
    /// Entries, support views and leaves of the public log there were when it began.
    pub total: i64,
    /// Those that were checked.
    pub checked: i64,
    /// Those of them that do not hold.
    pub wrong: i64,
    /// What it came to.
    pub outcome: Option<Outcome>,
}

impl Verification {
    /// What can be said of it at `now`. A time to come was written by a wrong clock, and is no sign
    /// of life.
    pub fn state(&self, now: UtcMillis) -> State {
        match self.outcome {
            Some(outcome) => State::Ended(outcome),
            None if self.told.lasts(SILENCE, now) => State::Running,
            None => State::CutShort,
        }
    }

    /// How far it is, in whole percent; what is recorded while it runs is checked, too.
    pub fn percent(&self) -> i64 {
        if self.total == 0 { 100 } else { (self.checked * 100 / self.total).min(100) }
    }

    /// The same in a sentence.
    pub fn says(&self, now: UtcMillis) -> String {
        let (checked, far) = (of(self.checked), format!("{} of {}", self.checked, of(self.total)));
        match self.state(now) {
            State::Running => format!("{far} checked ({}%).", self.percent()),
            State::CutShort => {
                format!("It was cut short after {far}: the server ended. Please begin again.")
            }
            State::Ended(Outcome::Failed) => {
                format!("It failed after {far}: the database could not be read.")
            }
            State::Ended(Outcome::Holds) => {
                format!("All {checked} hold, each linked to the one before, and so does the public log.")
            }
            State::Ended(Outcome::Wrong) => {
                let verb = if self.wrong == 1 { "does" } else { "do" };
                format!("{} of {checked} {verb} not hold.", self.wrong)
            }
        }
    }
}

fn of(n: i64) -> String {
    if n == 1 { "1 record".into() } else { format!("{n} records") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verification(checked: i64, wrong: i64, outcome: Option<Outcome>) -> Verification {
        let (began, told) = (UtcMillis(1_000), UtcMillis(500_000));
        let (by, build) = ("Aud".into(), "0".into());
        Verification { id: 1, began, told, ended: None, by, build, total: 40, checked, wrong, outcome }
    }

    #[test]
    fn a_server_that_says_nothing_for_a_minute_has_ended() {
        let running = verification(10, 0, None);
        let at = |ms| running.state(UtcMillis(500_000 + ms));
        assert_eq!([at(0), at(SILENCE - 1), at(SILENCE)], [State::Running, State::Running, State::CutShort]);
        assert_eq!(at(-crate::time::guard::TOLERANCE - 1), State::CutShort, "told by a clock that was ahead");
        assert_eq!(running.says(UtcMillis(500_000)), "10 of 40 records checked (25%).");
    }

    #[test]
    fn what_was_found_is_said_in_one_sentence() {
        let says = |checked, wrong, outcome| verification(checked, wrong, Some(outcome)).says(UtcMillis(0));
        assert_eq!(
            says(41, 0, Outcome::Holds),
            "All 41 records hold, each linked to the one before, and so does the public log."
        );
        assert_eq!(says(41, 1, Outcome::Wrong), "1 of 41 records does not hold.");
        assert_eq!(says(41, 2, Outcome::Wrong), "2 of 41 records do not hold.");
        // More came while it ran.
        assert_eq!(verification(41, 0, None).percent(), 100);
    }
}
