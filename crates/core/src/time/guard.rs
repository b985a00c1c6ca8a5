//! Whether the machine's clock can be believed. The record does not believe every clock: what is
//! written under a wrong one says when somebody was told, and when they said no.
//!
//! The wall clock is held against the newest instant on record, against the day of the build,
//! against a clock that counts from boot (so that sleep is no jump), and against the database
//! server's. More than [`TOLERANCE`] apart, nothing is written. What cannot be known is said in
//! `docs/clock.md`.

use super::{Clock, UtcMillis};
use std::sync::{Arc, Mutex, PoisonError};

/// How far two clocks may be apart, in milliseconds.
pub const TOLERANCE: i64 = 120_000;
/// How far an instant may be before one that was read earlier, where both were believed: neither is
/// further than [`TOLERANCE`] from what they are held against.
pub const CORRECTION: i64 = 2 * TOLERANCE;
/// How long after the last wrong reading nothing is written yet, in milliseconds since boot: a
/// request that began while the clock was wrong may still carry its time.
const AFTERWARDS: i64 = 60_000;

/// What the clocks of this machine say at one moment, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the wall clock says, which anybody may have set.
    pub wall: UtcMillis,
    /// Since boot, asleep or awake.
    pub boot: i64,
}

impl Reading {
    /// When this machine booted, as its wall clock has it: the same for as long as nobody moves
    /// that clock.
    pub const fn booted(self) -> i64 {
        self.wall.0.saturating_sub(self.boot)
    }
}

/// What a reading is held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// [`Reading::booted`] of a reading that was believed; `None` before the first.
    pub booted: Option<i64>,
    /// [`Reading::booted`] of a reading that contradicted the record when nothing had been believed
    /// yet: the same clock stays wrong, also once it has caught up.
    pub doubted: Option<i64>,
    /// The newest instant on record, without what the operator does not believe.
    pub newest: Option<UtcMillis>,
    /// The first instant of the day on which this program was built.
    pub built: Option<UtcMillis>,
    /// How far the database server's clock is ahead of this machine's, in milliseconds.
    pub server_ahead: Option<i64>,
}

/// Why a clock is not believed. Lengths in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Behind the newest instant on record.
    BehindRecord {
        /// The newest instant on record.
        newest: UtcMillis,
        /// How far the clock is behind it.
        by: i64,
    },
    /// It was behind the record when this machine started, and nobody has set it right since.
    NotSetRight,
    /// Behind the day of the build.
    BehindBuild {
        /// The first instant of the day of the build, in UTC.
        built: UtcMillis,
    },
    /// It was moved forwards while it ran.
    MovedForwards {
        /// How far, as the clock since boot shows.
        by: i64,
    },
    /// It was moved backwards while it ran.
    MovedBackwards {
        /// How far, as the clock since boot shows.
        by: i64,
    },
    /// The database server's clock says something else; `by` is how far that one is ahead.
    Server {
        /// Below zero where the server's clock is behind.
        by: i64,
    },
}

impl Doubt {
    /// Whether a clock that runs on would stop contradicting what it is held against without having
    /// been set right: then it has to be remembered which clock that was. The database server's
    /// clock runs on, too. And a clock that is only remembered as wrong is not a new one: somebody
    /// who slews it to the right time in small steps would never get there.
    const fn outlasts_catching_up(self) -> bool {
        matches!(self, Self::BehindRecord { .. } | Self::BehindBuild { .. })
    }
}

/// Whether `reading` contradicts its basis, and how. Pure.
pub fn doubt(reading: Reading, basis: &Basis) -> Option<Doubt> {
    let moved = basis.booted.map_or(0, |booted| reading.booted().saturating_sub(booted));
    let behind = |other: UtcMillis| Some(other.0.saturating_sub(reading.wall.0)).filter(|by| *by > TOLERANCE);
    if moved > TOLERANCE {
        Some(Doubt::MovedForwards { by: moved })
    } else if moved < -TOLERANCE {
        Some(Doubt::MovedBackwards { by: moved.saturating_neg() })
    } else if let Some(built) = basis.built.filter(|built| behind(*built).is_some()) {
        // Before the record, which a wrong clock may have written: this one cannot be right.
        Some(Doubt::BehindBuild { built })
    } else if let Some((newest, by)) = basis.newest.and_then(|newest| Some((newest, behind(newest)?))) {
        Some(Doubt::BehindRecord { newest, by })
    } else if basis.booted.is_none() && basis.doubted.is_some_and(|booted| near(booted, reading.booted())) {
        Some(Doubt::NotSetRight)
    } else {
        basis.server_ahead.filter(|by| by.saturating_abs() > TOLERANCE).map(|by| Doubt::Server { by })
    }
}

fn near(a: i64, b: i64) -> bool {
    a.saturating_sub(b).saturating_abs() <= TOLERANCE
}

/// The present as well as it can be known: where the clock was moved while it ran, what it would
/// say had it not been.
pub fn present(reading: Reading, basis: &Basis) -> UtcMillis {
    match (doubt(reading, basis), basis.booted) {
        (Some(Doubt::MovedForwards { .. } | Doubt::MovedBackwards { .. }), Some(booted)) => {
            UtcMillis(booted.saturating_add(reading.boot))
        }
        _ => reading.wall,
    }
}

/// The earliest that the present may be, where two clocks disagree: nobody knows yet which of them
/// is wrong. The one that is believed, where there is no doubt.
pub fn earliest(reading: Reading, basis: &Basis) -> UtcMillis {
    let at = present(reading, basis);
    if doubt(reading, basis).is_none() {
        return at;
    }
    let server = basis.server_ahead.map(|ahead| UtcMillis(reading.wall.0.saturating_add(ahead)));
    [Some(reading.wall), server].into_iter().flatten().fold(at, UtcMillis::min)
}

/// The span that an operator does not believe who says that the clock is right at `now`, as far as
/// the record shows it: from its first instant to its last, as the wrong clock said them. `moved`
/// is by how much the clock was moved in this boot, `since` when it was first believed in it.
/// `None` where nothing contradicts the clock. Pure.
pub fn unbelieved(
    now: UtcMillis,
    newest: Option<UtcMillis>,
    moved: Option<i64>,
    since: Option<UtcMillis>,
) -> Option<(UtcMillis, UtcMillis)> {
    let moved = moved.filter(|moved| moved.saturating_abs() > TOLERANCE);
    let after_now = |until: UtcMillis| Some((UtcMillis(now.0 + 1), until));
    match (newest.filter(|newest| *newest > now), moved) {
        // What is on record from later than now was written by a clock that was ahead.
        (Some(newest), _) if moved.is_none_or(|moved| moved < 0) => after_now(newest),
        // The clock was moved forwards: until then it was behind, for as long as it is known in
        // this boot.
        (_, Some(moved)) if moved > 0 => {
            let before = UtcMillis(now.0 - moved);
            Some((since.unwrap_or(before).min(before), before))
        }
        // Moved backwards, and nothing was written before that: only what it is compared with
        // changes.
        (None, Some(moved)) => after_now(UtcMillis(now.0 - moved)),
        _ => None,
    }
}

/// The same where the clock is only remembered as wrong ([`Doubt::NotSetRight`]) and contradicts
/// nothing any more: it was behind the record in this boot, `noted` is what it said then, and the
/// operator says that it was right all the time. So what is on record from later than `noted` was
/// written by a clock that was ahead. `None` where it is another doubt. Pure.
pub fn unbelieved_since(reading: Reading, basis: &Basis, noted: UtcMillis) -> Option<(UtcMillis, UtcMillis)> {
    let from = UtcMillis(noted.0.saturating_add(1));
    let until = basis.newest.map_or(from, |newest| newest.max(from));
    (doubt(reading, basis) == Some(Doubt::NotSetRight)).then_some((from, until))
}

impl std::fmt::Display for Doubt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BehindRecord { newest, by } => {
                write!(f, "the clock is {} behind the newest entry, of {}", span(*by), newest.long())
            }
            Self::NotSetRight => f.write_str("the clock was behind the record and has not been set right since"),
            Self::BehindBuild { built } => {
                write!(f, "the clock is behind the day on which this program was built, {}", built.day())
            }
            Self::MovedForwards { by } => {
                write!(f, "the clock was moved {} forwards while this machine ran", span(*by))
            }
            Self::MovedBackwards { by } => {
                write!(f, "the clock was moved {} backwards while this machine ran", span(*by))
            }
            Self::Server { by } => {
                let how = if *by > 0 { "behind" } else { "ahead of" };
                write!(f, "the clock is {} {how} the database server's", span(by.saturating_abs()))
            }
        }
    }
}

/// A length of time for an operator: `3 minutes`, `60 days`.
fn span(milliseconds: i64) -> String {
    // To the nearest, so that sixty days less a moment are not 59.
    let nearest = |unit: i64| (milliseconds + unit / 2) / unit;
    match nearest(60_000) {
        minutes @ 0..120 => format!("{minutes} minutes"),
        120..2_880 => format!("{} hours", nearest(3_600_000)),
        _ => format!("{} days", nearest(86_400_000)),
    }
}

/// What an operator does about a clock that cannot be right: nobody can accept it.
pub const SET_IT_RIGHT: &str = "nothing is written until the clock is set right";

/// What an operator does about any other.
pub const WHAT_TO_DO: &str = "nothing is written until this is settled: set the clock right, or, if the clock is right now and was wrong before, run `sayso clock accept`";

/// That nothing is written now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InDoubt(pub Option<Doubt>);

impl std::fmt::Display for InDoubt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(doubt @ (Doubt::BehindBuild { .. } | Doubt::Server { .. })) => write!(f, "{doubt}; {SET_IT_RIGHT}"),
            Some(doubt) => write!(f, "{doubt}; {WHAT_TO_DO}"),
            None => f.write_str("the clock was wrong a moment ago; writing begins again within a minute"),
        }
    }
}

impl std::error::Error for InDoubt {}

/// The present, and whether it can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    /// The best that is known of it; see [`present`]. What ends at a time is judged by it.
    pub at: UtcMillis,
    /// The earliest that it may be. What holds for a member is judged by it, so that no page and no
    /// export says that something began on a day to come.
    pub earliest: UtcMillis,
    /// Why the clock is not believed; `None` where it is.
    pub doubt: Option<Doubt>,
}

impl Present {
    /// One that is not in doubt.
    pub const fn believed(at: UtcMillis) -> Self {
        Self { at, earliest: at, doubt: None }
    }
}

/// A clock and what it is held against; cheap to clone, all clones are one. One that watches
/// nothing believes everything.
#[derive(Clone, Default)]
pub struct Guard(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    clock: Option<Clock>,
    basis: Basis,
    /// The boot clock at the last reading that was not believed.
    wrong_at: Option<i64>,
    /// The newest doubt that nobody has been told of.
    unsaid: Option<Doubt>,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard")
    }
}

impl Guard {
    fn with<T>(&self, run: impl FnOnce(&mut Inner) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Watches `clock` from now on.
    pub fn watch(&self, clock: Clock, basis: Basis) {
        self.with(|inner| *inner = Inner { clock: Some(clock), basis, ..Inner::default() });
    }

    /// Changes what the clock is held against.
    pub fn rebase(&self, change: impl FnOnce(&mut Basis)) {
        self.with(|inner| change(&mut inner.basis));
    }

    /// What the clock is held against at the moment.
    pub fn basis(&self) -> Basis {
        self.with(|inner| inner.basis)
    }

    /// What the clocks say now; `None` where nothing is watched.
    pub fn reading(&self) -> Option<Reading> {
        self.with(|inner| inner.clock.clone()).map(|clock| clock.reading())
    }

    /// The present; `None` where nothing is watched.
    pub fn present(&self) -> Option<Present> {
        self.with(|inner| {
            let reading = inner.clock.as_ref()?.reading();
            let doubt = doubt(reading, &inner.basis);
            if let Some(doubt) = doubt {
                inner.wrong_at = Some(reading.boot);
                inner.unsaid = Some(doubt);
                if inner.basis.booted.is_none() && doubt.outlasts_catching_up() {
                    inner.basis.doubted = Some(reading.booted());
                }
            } else if inner.basis.booted.is_none() {
                // The first that is believed, at the start or once a clock that started wrong was
                // set right.
                inner.basis.booted = Some(reading.booted());
            }
            let (at, earliest) = (present(reading, &inner.basis), earliest(reading, &inner.basis));
            Some(Present { at, earliest, doubt })
        })
    }

    /// Whether something may be written now.
    ///
    /// # Errors
    /// [`InDoubt`] while the clock is not believed, and for a minute afterwards.
    pub fn may_write(&self) -> Result<(), InDoubt> {
        let Some(present) = self.present() else { return Ok(()) };
        if present.doubt.is_some() {
            return Err(InDoubt(present.doubt));
        }
        self.with(|inner| {
            let boot = inner.clock.as_ref().map_or(0, |clock| clock.reading().boot);
            let recent = inner.wrong_at.is_some_and(|wrong| (0..AFTERWARDS).contains(&(boot - wrong)));
            if recent { Err(InDoubt(None)) } else { Ok(()) }
        })
    }

    /// Forgets that the clock was wrong a moment ago, because the operator has said what is not
    /// believed.
    pub fn settled(&self) {
        self.with(|inner| inner.wrong_at = None);
    }

    /// The newest doubt since the last time that this was asked.
    pub fn unsaid(&self) -> Option<Doubt> {
        self.with(|inner| inner.unsaid.take())
    }

    /// The clock that everybody is to read: the wall clock's time while that is believed, otherwise
    /// the best that is known.
    pub fn clock(&self, fallback: Clock) -> Clock {
        let guard = self.clone();
        let wall = fallback.clone();
        fallback.with_wall(move || guard.present().map_or_else(|| wall.now(), |p| p.at))
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
