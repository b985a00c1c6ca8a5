//! A link that is mailed to an address: whoever opens it and presses the button there has that
//! mailbox. Until then nothing rests on the address, and no letter quotes what was typed. Pure.

use super::model::Country;
use crate::ledger::entry::sha256_hex;
use crate::string_enum;
use crate::time::UtcMillis;

/// How long a link holds. It is also the span in which links to one address are counted, so that
/// whoever asks for them on end cannot leave the owner without one that holds.
pub const HOLDS: i64 = UtcMillis::DAY;
/// Links of one kind that an address is sent within [`HOLDS`].
const AT_MOST: i64 = 5;
/// The milliseconds that pass between two of them.
const PAUSE: i64 = 60_000;

string_enum! {
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
    /// On one line, as [`parse_name`](super::model::parse_name) makes it.
    pub name: String,
    /// Where they live: the first rule of their history is that of this country.
    pub country: Country,
    /// A PHC string of Argon2; the password itself is not kept.
    pub password_hash: String,
}

/// What was typed at sign-up in one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The SHA-256 of the browser's mark.
    pub browser: String,
    /// What the account is made of, if the link is opened in that browser.
    pub sign_up: SignUp,
}

/// A link that was mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedLink {
    /// Of the secret, which stands in the mail alone.
    pub sha256: String,
    /// What a press on the opened page does.
    pub kind: Kind,
    /// Where it was sent.
    pub email: String,
    /// Whose it is; `None` with a sign-up.
    pub member: Option<String>,
    /// What was typed, where it is kept with the link and not by browser.
    pub sign_up: Option<SignUp>,
    /// The SHA-256 of the mark of the browser that asked for it.
    pub browser: Option<String>,
    /// From when on the link holds, for [`HOLDS`].
    pub made_at: UtcMillis,
}

impl MailedLink {
    /// A fresh one with this secret, which is mailed.
    pub fn fresh(kind: Kind, email: &str, secret: &str, made_at: UtcMillis) -> Self {
        let (sha256, email) = (sha256_hex(secret.as_bytes()), email.to_owned());
        Self { sha256, kind, email, member: None, sign_up: None, browser: None, made_at }
    }

    /// Whether it still holds at `now`.
    pub fn holds(&self, now: UtcMillis) -> bool {
        self.made_at.lasts(HOLDS, now)
    }

    /// What was typed for its address, by the browser with this mark, and whether it was that one.
    /// Several may have signed up with the address, and one mail went to all: what is typed in the
    /// one is nothing to the other. Elsewhere it is known only where it was typed in one alone.
    pub fn typed(&self, waiting: &[Typed], mark: Option<&str>) -> (Option<SignUp>, bool) {
        let browser = mark.map(|mark| sha256_hex(mark.as_bytes()));
        let mut all: Vec<(Option<&str>, &SignUp)> =
            waiting.iter().map(|typed| (Some(&*typed.browser), &typed.sign_up)).collect();
        // A node of the version before keeps it with the link alone.
        let own = self.sign_up.as_ref().map(|sign_up| (self.browser.as_deref(), sign_up));
        all.extend(own.filter(|(browser, _)| !all.iter().any(|(known, _)| known == browser)));
        let here = all.iter().find(|(typed_in, _)| browser.is_some() && *typed_in == browser.as_deref());
        match (here, &*all) {
            (Some((_, sign_up)), _) => (Some((*sign_up).clone()), true),
            (None, [(_, sign_up)]) => (Some((*sign_up).clone()), false),
            _ => (None, false),
        }
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
    fn a_link_holds_for_a_day() {
        let at = UtcMillis(1_795_459_000_000);
        let link = MailedLink::fresh(Kind::SignUp, "ada@example.org", "secret", at);
        assert_eq!(link.sha256, sha256_hex(b"secret"));
        assert!(link.holds(at) && link.holds(UtcMillis(at.0 + HOLDS - 1)) && !link.holds(UtcMillis(at.0 + HOLDS)));
    }

    #[test]
    fn each_browser_finds_what_was_typed_in_it_and_no_other() {
        let link = MailedLink::fresh(Kind::SignUp, "ada@example.org", "secret", UtcMillis(1_795_459_000_000));
        let sign_up = |name: &str| SignUp {
            name: name.into(),
            country: Country::parse("IE").unwrap(),
            password_hash: String::new(),
        };
        let typed = |mark: &str, name: &str| Typed { browser: sha256_hex(mark.as_bytes()), sign_up: sign_up(name) };
        let (eve, ada) = (typed("eve", "Eve"), typed("ada", "Ada"));
        let asked = MailedLink { browser: Some(eve.browser.clone()), sign_up: Some(sign_up("Eve")), ..link };
        let found = |waiting: &[Typed], mark| {
            let (typed, here) = asked.typed(waiting, mark);
            (typed.map(|typed| typed.name), here)
        };
        let both = [ada, eve];
        assert_eq!(found(&both, Some("ada")), (Some("Ada".into()), true));
        assert_eq!(found(&both, Some("eve")), (Some("Eve".into()), true));
        assert_eq!(found(&both, Some("phone")), (None, false));
        assert_eq!(found(&both, None), (None, false));
        // By a node of the version before, or in one browser alone.
        for waiting in [&both[..0], &both[1..]] {
            assert_eq!(found(waiting, Some("eve")), (Some("Eve".into()), true));
            assert_eq!(found(waiting, Some("phone")), (Some("Eve".into()), false));
            assert_eq!(found(waiting, None), (Some("Eve".into()), false));
        }
        // What was typed last in a browser is what counts there.
        assert_eq!(found(&[typed("eve", "Evelyn")], Some("eve")), (Some("Evelyn".into()), true));
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
