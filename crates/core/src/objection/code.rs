//! How often codes and links of a case are mailed, and how many wrong codes are looked at, for a
//! person without an account. Pure.
//!
//! A stranger must not spend the applicant's tries, so wrong codes are counted by who enters them:
//! six for the browser that filed, six for each network address, and a wide total for all strangers
//! together. A code has eight letters of 32, so 2⁴⁰ values. At most ten hold at a time, and a new
//! one begins the counts afresh, ten times a day: whoever has a thousand addresses makes 10,000
//! tries a day, and is right once in 10 million days (2⁴⁰ ÷ (10 × 10,000)).

use super::model::Case;
use super::repeat::ACCIDENT;
use crate::id;
use crate::ledger::Step;
use crate::ledger::entry::sha256_hex;
use crate::time::UtcMillis;

/// How long a code holds, in milliseconds.
pub const CODE_HOLDS: i64 = UtcMillis::DAY;
/// How many codes of one case are sent while each follows the one before within a day.
const CODES_MAX: i64 = 10;
/// Links of one case that are sent in a day to whoever asks for them.
const LINKS_MAX: i64 = 10;
/// The milliseconds that pass between two codes, or two links, of one case.
const PAUSE: i64 = 60_000;
/// Codes that one address is sent in a day, for all the cases that somebody filed under it: so that
/// no mailbox is filled.
pub const CODES_AN_ADDRESS: i64 = 10;
/// Wrong codes that are looked at before a new one is needed: of the browser that filed, and of
/// each network address.
pub const CODE_TRIES: i64 = 6;
/// The same of all network addresses together.
pub const CODE_TRIES_IN_ALL: i64 = 1_000;

/// How many mails of one kind were sent about a case, and when the newest was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// How many were sent in the time that counts.
    pub count: i64,
    /// The instant of the newest, which another one may not follow at once.
    pub newest: UtcMillis,
}

impl Sent {
    /// Whether another code may follow these, which each followed the one before within a day.
    pub fn lets_code_follow(self, now: UtcMillis) -> bool {
        let too_many = self.count >= CODES_MAX && self.newest.lasts(CODE_HOLDS, now);
        !too_many && !self.newest.lasts(PAUSE, now)
    }

    /// Whether another link may follow these, which were sent within the last day.
    pub fn lets_link_follow(self, now: UtcMillis) -> bool {
        self.count < LINKS_MAX && !self.newest.lasts(PAUSE, now)
    }
}

/// A code as it is hashed, however it was typed.
pub fn read_code(typed: &str) -> String {
    id::forgiving(typed).unwrap_or_default()
}

/// Under which hash a code stands that was made before they were hashed slowly.
pub fn old_code_hash(number: &str, code: &str) -> String {
    sha256_hex(format!("{number} {code}").as_bytes())
}

/// Who enters a code: with the mark that whoever filed the case was given, if it is right, and from
/// which network address.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// What the asker has as [`Case::filed_mark`]; empty where they have none.
    pub mark: &'a str,
    /// Their network address as text, or `unknown`.
    pub address: &'a str,
}

impl Asker<'_> {
    /// Under which names a wrong code for `case` is counted, and how many each may have.
    pub fn counts(&self, case: &Case) -> Vec<(String, i64)> {
        let Self { mark, address } = self;
        if !mark.is_empty() && *mark == case.filed_mark() {
            return vec![("filer".to_owned(), CODE_TRIES)];
        }
        let own = sha256_hex(format!("code {} {address}", case.number).as_bytes());
        vec![(own, CODE_TRIES), ("all".to_owned(), CODE_TRIES_IN_ALL)]
    }
}

impl Case {
    /// Whether a code may open it: it was filed without an account, and its address is not erased.
    pub fn has_code(&self) -> bool {
        let by_code = self.awaits_code() || self.steps.iter().any(|s| s.step == Step::Verified);
        by_code && !self.email.is_empty()
    }

    /// Whether its code was right within the last hour: entered again, it only opens the case.
    pub fn was_just_verified(&self, now: UtcMillis) -> bool {
        self.was_verified_within(ACCIDENT, now)
    }

    /// Whether that is so short a while ago that the same again is the same press, which is told
    /// the same.
    pub fn is_same_entering(&self, now: UtcMillis) -> bool {
        self.was_verified_within(PAUSE, now)
    }

    fn was_verified_within(&self, millis: i64, now: UtcMillis) -> bool {
        self.steps.iter().any(|done| done.step == Step::Verified && done.at.lasts(millis, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objection::case::CaseState;
    use crate::objection::model::sample;

    const NOW: UtcMillis = UtcMillis(1_800_000_000_000);

    fn ago(millis: i64) -> UtcMillis {
        UtcMillis(NOW.0 - millis)
    }

    #[test]
    fn a_code_follows_after_a_minute_and_ten_times_a_day() {
        assert!(!Sent { count: 1, newest: ago(PAUSE - 1) }.lets_code_follow(NOW));
        assert!(Sent { count: 9, newest: ago(PAUSE) }.lets_code_follow(NOW));
        assert!(!Sent { count: 10, newest: ago(PAUSE) }.lets_code_follow(NOW));
        assert!(Sent { count: 10, newest: ago(CODE_HOLDS) }.lets_code_follow(NOW), "a day later");
    }

    #[test]
    fn a_link_follows_after_a_minute_and_ten_times_a_day() {
        assert!(Sent { count: 0, newest: UtcMillis(0) }.lets_link_follow(NOW), "the first");
        assert!(!Sent { count: 1, newest: ago(PAUSE - 1) }.lets_link_follow(NOW));
        assert!(Sent { count: 9, newest: ago(PAUSE) }.lets_link_follow(NOW));
        assert!(!Sent { count: 10, newest: ago(PAUSE) }.lets_link_follow(NOW));
    }

    #[test]
    fn strangers_spend_their_own_tries() {
        let case = sample(NOW);
        let filer = Asker { mark: &case.filed_mark(), address: "192.0.2.1" }.counts(&case);
        assert_eq!(filer, [("filer".to_owned(), CODE_TRIES)]);
        let of = |mark, address| Asker { mark, address }.counts(&case);
        let stranger = of("", "192.0.2.1");
        assert_eq!(stranger.iter().map(|(_, most)| *most).collect::<Vec<_>>(), [CODE_TRIES, CODE_TRIES_IN_ALL]);
        assert_eq!(stranger, of("0123456789abcdef", "192.0.2.1"), "a wrong mark is a stranger's");
        assert_ne!(stranger[0], of("", "192.0.2.2")[0]);
        assert_eq!(stranger[1], of("", "192.0.2.2")[1]);
    }

    #[test]
    fn a_code_opens_what_was_filed_without_an_account() {
        let waiting = Case { state: CaseState::AwaitingVerification, ..sample(NOW) };
        assert!(waiting.has_code());
        assert!(!Case { email: String::new(), ..waiting }.has_code(), "it was swept");
        assert!(!sample(NOW).has_code(), "nobody was ever asked for one");
    }
}
