//! What a session knows of somebody who is signed in, and how long that holds. Pure.

use super::model::Role;
use crate::string_enum;
use crate::time::UtcMillis;
use crate::time::guard::Present;
use serde::{Deserialize, Serialize};

/// Under which name a session holds a [`SignedIn`]; in the table these are columns.
pub const KEY: &str = "signed-in";

/// Fourteen days without a visit, in milliseconds; also of sessions in which nobody is signed in.
pub const IDLE: i64 = 14 * UtcMillis::DAY;
/// Ninety days in all, in milliseconds.
pub const ABSOLUTE: i64 = 90 * UtcMillis::DAY;
/// How often a visit is noted, so that reading a page seldom writes.
const TOUCH_EVERY: i64 = 3_600_000;

/// Ten minutes without a visit, of staff, in milliseconds.
pub const STAFF_IDLE: i64 = 10 * 60_000;
/// When staff are told that their session is about to end, in milliseconds without a visit.
pub const STAFF_WARNED: i64 = 8 * 60_000;
/// Twelve hours in all, of staff, in milliseconds.
pub const STAFF_ABSOLUTE: i64 = 12 * 3_600_000;
/// By so much the ten minutes may be shorter, so that reading pages does not write each time.
const STAFF_TOUCH_EVERY: i64 = 30_000;

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The id of the account, which is not its `subject`.
    pub member: String,
    /// The account's epoch at sign-in; under a later one the session has ended.
    pub epoch: i64,
    /// When they signed in, from which the days in all are counted.
    pub since: UtcMillis,
    /// The newest visit that was noted, from which the time without a visit is counted.
    pub touched: UtcMillis,
    /// What they showed at sign-in.
    pub proof: Proof,
    /// Browser and system, as `account/device.rs` of the package puts them into words.
    pub device: String,
}

string_enum! {
    /// What somebody has shown to be signed in.
    pub enum Proof {
        /// The password alone, which is enough for members.
        Password = "password",
        /// The password, and then a code: nothing less makes a session one of staff.
        SecondFactor = "second-factor",
    }

    /// Why a session of staff has ended without their doing.
    pub enum Ended {
        /// For ten minutes nobody visited a page.
        Idle = "idle",
        /// Twelve hours had passed since they signed in.
        Limit = "limit",
        /// The password, the role or the second factor is another one since.
        Changed = "changed",
    }
}

impl Proof {
    /// What somebody of this role has shown who is signed in already.
    pub const fn of(role: Role) -> Self {
        if role.is_staff() { Self::SecondFactor } else { Self::Password }
    }
}

impl Ended {
    /// What is said where they sign in again.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Idle => "You were signed out after ten minutes of inactivity.",
            Self::Limit => "You were signed out because you had been signed in for twelve hours.",
            Self::Changed => "You were signed out because your account was changed elsewhere.",
        }
    }
}

/// Whether what began at `began` and is good for `length` still is. A time in the future was stored
/// by a wrong clock: it is over, unless the clock in doubt is today's.
fn holds(began: UtcMillis, length: i64, present: Present) -> bool {
    match present.doubt {
        None => began.lasts(length, present.at),
        Some(_) => present.at.0.saturating_sub(began.0) < length,
    }
}

impl SignedIn {
    /// Somebody who signs in now.
    pub fn new(member: &str, epoch: i64, proof: Proof, device: String, now: UtcMillis) -> Self {
        Self { member: member.into(), epoch, since: now, touched: now, proof, device }
    }

    /// Why it has ended, if it has, for an account whose role and epoch are now these.
    pub fn ended(&self, role: Role, epoch: i64, present: Present) -> Option<Ended> {
        let (idle, absolute) = if role.is_staff() { (STAFF_IDLE, STAFF_ABSOLUTE) } else { (IDLE, ABSOLUTE) };
        if self.epoch != epoch || role.is_staff() && self.proof != Proof::SecondFactor {
            Some(Ended::Changed)
        } else if !holds(self.touched, idle, present) {
            Some(Ended::Idle)
        } else if !holds(self.since, absolute, present) {
            Some(Ended::Limit)
        } else {
            None
        }
    }

    /// Notes this visit, where the one before was long enough ago and the clock is believed.
    /// Returns whether it did.
    pub fn touch(&mut self, role: Role, present: Present) -> bool {
        let often = if role.is_staff() { STAFF_TOUCH_EVERY } else { TOUCH_EVERY };
        let due = present.doubt.is_none() && present.at.0 - self.touched.0 >= often;
        if due {
            self.touched = present.at;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::guard::{Doubt, TOLERANCE};

    const NOW: Present = Present::believed(UtcMillis(0));

    /// Of a session that began and was last seen so many milliseconds ago.
    fn after(role: Role, proof: Proof, since: i64, touched: i64, present: Present) -> Option<Ended> {
        let [since, touched] = [since, touched].map(|ago| UtcMillis(-ago));
        SignedIn { member: "m".into(), epoch: 1, since, touched, proof, device: String::new() }.ended(role, 1, present)
    }

    #[test]
    fn a_session_of_staff_is_short_and_takes_a_second_factor() {
        use Proof::{Password, SecondFactor};
        let minute = 60_000;
        let after = |role, proof, since, touched| after(role, proof, since, touched, NOW);
        for role in Role::ALL.iter().copied().filter(|role| role.is_staff()) {
            assert_eq!(after(role, SecondFactor, 719 * minute, 10 * minute - 1), None, "{role}");
            assert_eq!(after(role, SecondFactor, 720 * minute, 0), Some(Ended::Limit), "{role}");
            assert_eq!(after(role, SecondFactor, 10 * minute, 10 * minute), Some(Ended::Idle), "{role}");
            assert_eq!(after(role, Password, 0, 0), Some(Ended::Changed), "{role}");
        }
        assert_eq!(after(Role::Member, Password, ABSOLUTE - 1, IDLE - 1), None);
        assert_eq!(after(Role::Member, Password, ABSOLUTE, 0), Some(Ended::Limit));
        assert_eq!(after(Role::Member, Password, IDLE, IDLE), Some(Ended::Idle));
    }

    #[test]
    fn a_session_of_a_clock_that_was_ahead_is_worth_no_more_than_its_own_length() {
        for (role, proof) in [(Role::Member, Proof::Password), (Role::Auditor, Proof::SecondFactor)] {
            assert_eq!(after(role, proof, -TOLERANCE, -TOLERANCE, NOW), None);
            assert_eq!(after(role, proof, -TOLERANCE - 1, -TOLERANCE - 1, NOW), Some(Ended::Idle));
            assert_eq!(after(role, proof, -TOLERANCE - 1, 0, NOW), Some(Ended::Limit));
            // While the clock is in doubt it may be today's that is wrong: nobody is signed out by
            // that.
            let doubted = Present { doubt: Some(Doubt::NotSetRight), ..NOW };
            assert_eq!(after(role, proof, -60 * UtcMillis::DAY, -60 * UtcMillis::DAY, doubted), None);
            assert_eq!(after(role, proof, 0, IDLE, doubted), Some(Ended::Idle));
        }
    }

    #[test]
    fn a_visit_is_noted_seldom_and_never_by_a_clock_in_doubt() {
        let mut session = SignedIn::new("m", 0, Proof::Password, String::new(), UtcMillis(0));
        let at = |ms, doubt| Present { doubt, ..Present::believed(UtcMillis(ms)) };
        assert!(!session.touch(Role::Member, at(TOUCH_EVERY - 1, None)));
        assert!(!session.touch(Role::Member, at(TOUCH_EVERY, Some(Doubt::NotSetRight))));
        assert!(session.touch(Role::Support, at(STAFF_TOUCH_EVERY, None)));
        assert_eq!(session.touched, UtcMillis(STAFF_TOUCH_EVERY));
    }
}
