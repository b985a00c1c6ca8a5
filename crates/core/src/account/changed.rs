//! The letter that tells somebody of the staff what was changed about how they sign in: whoever did
//! it may be somebody else. It quotes nothing that anybody typed.

use super::model::Role;
use crate::mail::{Block, Letter};
use crate::paths::FORGOT;

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The owner set another password.
    Password,
    /// The first one was set up.
    SecondFactor,
    /// Another authenticator took the place of the first, whose codes no longer work.
    Authenticator,
    /// New recovery codes were made, so the old ones no longer work.
    RecoveryCodes,
    /// On the command line.
    SecondFactorReset,
    /// On the command line.
    InitialPassword,
    /// On the command line, to this one.
    Role(Role),
    /// On the command line: nobody signs in to the account any more.
    Closed,
}

/// To the address `to`. `origin` is where the site is, where that is known: on the command line it
/// is not.
pub fn letter(to: &str, changed: Changed, origin: Option<&str>) -> Letter {
    let text = |said: &str| Block::Text(said.into());
    let (subject, said) = match changed {
        Changed::Password => (
            "Your password was changed",
            "The password of your staff account was changed. All your other sessions have ended.".to_owned(),
        ),
        Changed::SecondFactor => (
            "A second factor was set up",
            "An authenticator app was set up for your staff account. We ask for its code when you sign in.".into(),
        ),
        Changed::Authenticator => (
            "Your authenticator was changed",
            "Your staff account now uses another authenticator app. The old one no longer works, and all your other \
             sessions have ended."
                .into(),
        ),
        Changed::RecoveryCodes => (
            "New recovery codes were made",
            "New recovery codes were made for your staff account. The old ones no longer work.".into(),
        ),
        Changed::SecondFactorReset => (
            "Your second factor was reset",
            "Your administrator has reset the second factor of your staff account. You have been signed out \
             everywhere. You will set up a new one when you next sign in."
                .into(),
        ),
        Changed::InitialPassword => (
            "A new password was set for you",
            "Your administrator has set a new password for your staff account. You are signed out everywhere. When you \
             next sign in, you choose a password of your own."
                .into(),
        ),
        Changed::Closed => (
            "Your account was closed",
            "Your administrator has closed your staff account. You are signed out everywhere, and you cannot sign in any \
             more. What you did here stays recorded under your name."
                .into(),
        ),
        Changed::Role(role) => (
            "Your role was changed",
            format!(
                "Your administrator has changed the role of your staff account to {}. You have been signed out everywhere.",
                name(role)
            ),
        ),
    };
    let otherwise = match changed {
        Changed::SecondFactorReset | Changed::InitialPassword | Changed::Role(_) | Changed::Closed => {
            "If you did not expect this, ask your administrator."
        }
        _ => {
            "If this was not you, somebody else can sign in to your account. Ask your administrator to reset your second \
             factor, and set a new password."
        }
    };
    let mut blocks = vec![text(&said), text(otherwise)];
    blocks.extend(origin.map(|origin| Block::Link("Set a new password".into(), format!("{origin}{FORGOT}"))));
    Letter { to: to.into(), subject: subject.into(), blocks }
}

/// As people say it.
const fn name(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Support => "support",
        Role::PrivacyOfficer => "privacy officer",
        Role::Auditor => "auditor",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_was_changed_and_what_to_do() {
        let all = [
            (Changed::Password, "password of your staff account was changed"),
            (Changed::SecondFactor, "authenticator app was set up"),
            (Changed::Authenticator, "now uses another authenticator app"),
            (Changed::RecoveryCodes, "New recovery codes"),
            (Changed::SecondFactorReset, "has reset the second factor"),
            (Changed::InitialPassword, "you choose a password of your own"),
            (Changed::Role(Role::PrivacyOfficer), "to privacy officer."),
            (Changed::Closed, "has closed your staff account"),
        ];
        for (changed, said) in all {
            let plain = letter("sam@example.org", changed, None).plain();
            let flat = plain.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(said) && flat.contains("your administrator"), "{plain}");
            assert!(!plain.contains("http"), "{plain}");
        }
        let plain = letter("sam@example.org", Changed::Password, Some("https://sayso.example")).plain();
        assert!(plain.contains("https://sayso.example/forgot"), "{plain}");
    }
}
