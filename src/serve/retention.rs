//! How long we keep what only grows. `docs/retention.md` says why, and a test compares its table
//! with [`KEPT`]. Pure.

use crate::account::mailed_link;
use crate::account::throttle::KNOWN_FOR;
use crate::members::welcome::LINK_DAYS;
use crate::objection::{code::CODE_HOLDS, correction::CORRECTABLE, link, privacy};
use crate::time::UtcMillis;

const DAY: i64 = UtcMillis::DAY;

/// What failed at signing in, after the newest attempt: what is counted and told is good for a day.
pub const ATTEMPTS: i64 = 2 * DAY;
/// Codes of cases, and the counts of wrong ones: a code holds for a day.
pub const CODES: i64 = 2 * CODE_HOLDS;
/// The texts, name and address of a case that nobody confirmed: the longest time for an answer, one
/// month and two more. The triggers of migration 0033 have the same number, by the database's own
/// clock.
pub const UNCONFIRMED: i64 = privacy::UNCONFIRMED_DAYS * DAY;
/// That a mail was sent, and when; whom it was to and what it said was erased at that time.
pub const SENT_MAILS: i64 = 30 * DAY;
/// A mail that could not be delivered, with its text, after it was written.
pub const DEAD_MAILS: i64 = privacy::UNDELIVERED_DAYS * DAY;
/// Which officer was mailed on which day.
pub const MORNING_MAILS: i64 = 30 * DAY;
/// What a machine's clock was when it was started.
pub const CLOCKS: i64 = 730 * DAY;

/// How long a line of the table in `docs/retention.md` says, in milliseconds.
pub const KEPT: [(&str, i64); 15] = [
    ("sign_in_attempts", ATTEMPTS),
    ("known_devices", KNOWN_FOR),
    ("mailed_links", mailed_link::HOLDS),
    ("sign_ups", mailed_link::HOLDS),
    ("welcome_links", LINK_DAYS as i64 * DAY),
    ("case_mailed_codes, case_codes, case_code_tries", CODES),
    ("case_filers", CORRECTABLE),
    ("case_links, at least", link::FRESH),
    ("case_links, without an answer", link::UNANSWERED),
    ("case_links, after the answer", link::ANSWERED),
    ("cases, case_steps and case_notes, address not confirmed", UNCONFIRMED),
    ("outbox, sent", SENT_MAILS),
    ("outbox, not deliverable", DEAD_MAILS),
    ("morning_mails", MORNING_MAILS),
    ("clock_basis", CLOCKS),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_about_it_says_the_same() {
        let page = include_str!("../../docs/retention.md");
        let line = |line: &str| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let (what, days) = (cells.next()?, cells.next()?);
            let days: i64 = days.strip_suffix(" days").or(days.strip_suffix(" day"))?.parse().ok()?;
            Some((what.replace('`', ""), days * DAY))
        };
        let said: Vec<(String, i64)> = page.lines().filter_map(line).collect();
        assert_eq!(said, KEPT.map(|(what, how_long)| (what.to_owned(), how_long)));
        for migration in [
            include_str!("../../migrations/sqlite/0033_kept_how_long.sql"),
            include_str!("../../migrations/postgres/0033_kept_how_long.sql"),
            include_str!("../../migrations/sqlite/0057_case_notes.sql"),
        ] {
            assert!(migration.contains(&format!("{} * 86400000", UNCONFIRMED / DAY)));
        }
    }
}
