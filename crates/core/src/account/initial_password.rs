//! A password that whoever runs this has set for somebody: it opens an account only so far that its
//! owner can set one of their own, and only for a limited time (OWASP ASVS 5.0, 6.4.1). Pure.

use crate::time::UtcMillis;

/// For how many days it holds.
pub const HOLDS_DAYS: u32 = 7;

/// Whether one that was set at `since` still holds.
pub const fn holds(since: UtcMillis, now: UtcMillis) -> bool {
    since.lasts(HOLDS_DAYS as i64 * UtcMillis::DAY, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_for_seven_days() {
        let set = UtcMillis(1_795_459_000_000);
        let over = UtcMillis(set.0 + 7 * UtcMillis::DAY);
        assert!(holds(set, set) && holds(set, UtcMillis(over.0 - 1)) && !holds(set, over));
        assert!(!holds(over, set), "what a wrong clock has set holds for no longer");
    }
}
