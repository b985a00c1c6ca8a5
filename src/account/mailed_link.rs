//! A link that is mailed to an address: whoever opens it and presses the button there has that
//! mailbox. Until then nothing rests on the address, and no letter quotes what was typed. Pure.

use super::model::Country;
use crate::id;
use crate::ledger::entry::sha256_hex;
use crate::time::UtcMillis;
use crate::words::words;

/// How long a link holds. It is also the span in which links to one address are counted, so that
/// whoever asks for them on end cannot leave the owner without one that holds.
pub const HOLDS: i64 = UtcMillis::DAY;
/// Links of one kind that an address is sent within [`HOLDS`].
const AT_MOST: i64 = 5;
/// The milliseconds that pass between two of them.
const PAUSE: i64 = 60_000;

words! {
    /// What a link is for.
    pub enum Kind {
        /// To make an account with what was typed at sign-up.
        SignUp = "sign-up",
        /// To prove the address that an account has had since before addresses were proved.
        Address = "address",
        /// To set a new password in the place of a forgotten one.
        Password = "password",
        /// To give an account another address.
        NewAddress = "new-address",
    }
}

/// What was typed at sign-up, and waits for the link to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    pub name: String,
    pub country: Country,
    pub password_hash: String,
}

/// A link that was mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedLink {
    /// Of the secret, which stands in the mail alone.
    pub sha256: String,
    pub kind: Kind,
    /// Where it was sent.
    pub email: String,
    /// Whose it is; `None` with a sign-up.
    pub member: Option<String>,
    pub sign_up: Option<SignUp>,
    /// The SHA-256 of the mark of the browser that asked for it.
    pub browser: Option<String>,
    pub made_at: UtcMillis,
}

impl MailedLink {
    /// A fresh one, and the secret to mail.
    pub fn fresh(kind: Kind, email: &str, made_at: UtcMillis) -> (Self, String) {
        let secret = id::opaque().simple().to_string();
        let (sha256, email) = (sha256_hex(secret.as_bytes()), email.to_owned());
        (Self { sha256, kind, email, member: None, sign_up: None, browser: None, made_at }, secret)
    }

    /// Whether it still holds at `now`.
    pub fn holds(&self, now: UtcMillis) -> bool {
        self.made_at.lasts(HOLDS, now)
    }

    /// Whether the browser with this mark asked for it.
    pub fn asked_here(&self, mark: Option<&str>) -> bool {
        mark.is_some_and(|mark| self.browser.as_deref() == Some(&sha256_hex(mark.as_bytes())))
    }
}

/// Whether one more may be sent to an address that was sent `sent` of its kind within [`HOLDS`],
/// the newest at `newest`.
pub fn may_send(sent: i64, newest: UtcMillis, now: UtcMillis) -> bool {
    sent < AT_MOST && !newest.lasts(PAUSE, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_for_a_day_and_in_the_browser_that_asked() {
        let at = UtcMillis(1_795_459_000_000);
        let (link, secret) = MailedLink::fresh(Kind::SignUp, "ada@example.org", at);
        assert_eq!(link.sha256, sha256_hex(secret.as_bytes()));
        assert!(link.holds(at) && link.holds(UtcMillis(at.0 + HOLDS - 1)) && !link.holds(UtcMillis(at.0 + HOLDS)));
        assert!(!link.asked_here(None) && !link.asked_here(Some("mark")));
        let link = MailedLink { browser: Some(sha256_hex(b"mark")), ..link };
        assert!(link.asked_here(Some("mark")) && !link.asked_here(Some("other")) && !link.asked_here(None));
    }

    #[test]
    fn an_address_is_sent_five_a_day_and_one_a_minute() {
        let now = UtcMillis(1_795_459_000_000);
        assert!(may_send(0, UtcMillis(0), now));
        assert!(may_send(4, UtcMillis(now.0 - PAUSE), now));
        assert!(!may_send(5, UtcMillis(now.0 - PAUSE), now));
        assert!(!may_send(1, UtcMillis(now.0 - PAUSE + 1), now));
    }
}
