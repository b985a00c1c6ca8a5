//! Letters about an account. Those to an address that is not proved quote nothing that was typed:
//! anybody can type it. Pure.

use super::mailed_link::Kind;
use super::model::readable;
use crate::mail::{Block, Letter};
use crate::paths::{CONFIRM, FORGOT};
use crate::time::UtcMillis;

fn text(said: impl Into<String>) -> Block {
    Block::Text(said.into())
}

fn letter(to: &str, subject: &str, blocks: Vec<Block>) -> Letter {
    Letter { to: to.into(), subject: subject.into(), blocks }
}

/// Words about a kind of link: the subject, what it is for, the link's label, and what to do if one
/// did not ask for it.
const fn about(kind: Kind) -> [&'static str; 4] {
    match kind {
        Kind::SignUp => [
            "Confirm your address to begin with Sayso",
            "Somebody signed up with this e-mail address. If it was you, open the link and confirm it. There is no account before that.",
            "Confirm your address",
            "It was not you? Do nothing, and no account is made.",
        ],
        Kind::Address => [
            "Confirm your address for Sayso",
            "There is an account with this e-mail address, and the address has not been confirmed yet. Until it is, we keep nothing of that account on by default, and our letters quote nothing.",
            "Confirm your address",
            "You have no account? Then somebody used your address. Open the link, and the account is yours alone: every password and session from before ends.",
        ],
        Kind::Password => [
            "Set a new password for Sayso",
            "Somebody asked for a new password for the account with this e-mail address. If it was you, open the link and set one. Every session then ends.",
            "Set a new password",
            "It was not you? Do nothing, and your password stays as it is.",
        ],
        Kind::NewAddress => [
            "Confirm your new address for Sayso",
            "Somebody asked for their account to have this e-mail address. If it was you, open the link in the browser in which you are signed in, and confirm it.",
            "Confirm the new address",
            "It was not you? Do nothing, and nothing is changed.",
        ],
    }
}

/// The letter with a link. `secret` is what the link is known by; it holds until `until`.
pub fn link(kind: Kind, to: &str, origin: &str, secret: &str, until: UtcMillis) -> Letter {
    let [subject, said, label, otherwise] = about(kind);
    let blocks = vec![
        text(said),
        Block::Link(label.into(), format!("{origin}{CONFIRM}?key={secret}")),
        text(format!("The link works once, until {}. Please pass it on to nobody.", until.long())),
        text(otherwise),
    ];
    letter(to, subject, blocks)
}

/// To an address whose account was there when somebody signed up with it, or wanted it as theirs.
pub fn there_already(to: &str, origin: &str) -> Letter {
    let blocks = vec![
        text(
            "Somebody asked for an account with this e-mail address. There is one already, so nothing was made and nothing was changed. If it was you, sign in; if you have forgotten your password, set a new one.",
        ),
        Block::Link("Sign in".into(), format!("{origin}/sign-in")),
        Block::Link("Set a new password".into(), format!("{origin}{FORGOT}")),
        text("It was not you? Do nothing."),
    ];
    letter(to, "You have an account with Sayso already", blocks)
}

/// To staff without a second factor who have forgotten their password: a mailbox alone opens no
/// account of theirs.
pub fn ask_who_runs_this(to: &str) -> Letter {
    let blocks = vec![text(
        "Somebody asked for a new password for your staff account. It has no second factor yet, so a link cannot set one. Please ask whoever runs this site.",
    )];
    letter(to, "Your password for Sayso", blocks)
}

/// That the password was set anew by a mailed link.
pub fn password_was_set(to: &str, origin: &str) -> Letter {
    let blocks = vec![
        text(
            "A new password was set for your account by a link that was mailed to you. Every session from before has ended.",
        ),
        text(
            "It was not you? Then somebody reads your mail. Secure your mailbox first, and then set another password:",
        ),
        Block::Link("Set a new password".into(), format!("{origin}{FORGOT}")),
    ];
    letter(to, "Your password was set anew", blocks)
}

/// To the present address: somebody who knows the password asked for another one.
pub fn change_was_asked(to: &str, origin: &str) -> Letter {
    let blocks = vec![
        text(
            "Somebody who is signed in to your account asked for another e-mail address for it. It is changed once that address has been confirmed. Until then this one holds.",
        ),
        text("It was not you? Then change your password now; the link to the other address then ends."),
        Block::Link("Your account".into(), format!("{origin}/account")),
    ];
    letter(to, "Another address was asked for", blocks)
}

/// To the address that was the account's until now.
pub fn address_was(to: &str, new: Option<&str>) -> Letter {
    let mut blocks = vec![text("Your account has another e-mail address now. We write no more to this one about it.")];
    blocks.extend(new.map(|new| Block::Fact("The new address".into(), readable(new))));
    blocks.push(text(
        "It was not you? Please write to us: whoever did it was signed in, and opened a link at the new address.",
    ));

    letter(to, "Your address was changed", blocks)
}

/// The same where the platform said so.
pub fn address_was_by_platform(to: &str) -> Letter {
    let blocks = vec![
        text(
            "Your account has another e-mail address now: the one that your platform has for you. We write no more to this one about it.",
        ),
        text("You did not change it there? Please write to your platform."),
    ];
    letter(to, "Your address was changed", blocks)
}

/// To the address that is the account's from now on.
pub fn address_is(to: &str, origin: &str) -> Letter {
    let blocks = vec![
        text("This is the e-mail address of your account from now on. You sign in with it, and we write to it."),
        Block::Link("Your account".into(), format!("{origin}/account")),
    ];
    letter(to, "Your address was changed", blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_with_a_link_says_what_it_is_for_and_quotes_nothing() {
        for kind in Kind::ALL.iter().copied() {
            let letter = link(kind, "ada@example.org", "https://privacy.example", "secret", UtcMillis(0));
            let plain = letter.plain();
            assert!(plain.contains("https://privacy.example/confirm?key=secret\n"), "{plain}");
            assert!(!letter.blocks.iter().any(|b| matches!(b, Block::Quote(_) | Block::Fact(..))));
        }
    }
}
