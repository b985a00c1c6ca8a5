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

/// What the account is for, in a subject: people know their platform, and not Sayso.
pub(crate) fn what(platform: Option<&str>) -> String {
    platform.map_or_else(|| "Sayso".to_owned(), |platform| format!("the privacy settings of {platform}"))
}

/// Words about a kind of link: how the subject begins, what it is for, the link's label, and what
/// to do if one did not ask for it.
const fn about(kind: Kind) -> [&'static str; 4] {
    match kind {
        Kind::SignUp => [
            "Confirm your address to start with",
            "Somebody signed up with this e-mail address. If it was you, open the link to confirm it, in the browser in which you signed up. In another browser, we ask for your details and a password again. There is no account until then.",
            "Confirm your address",
            "If this wasn't you, ignore this e-mail and no account will be created.",
        ],
        Kind::Address => [
            "Confirm your address for",
            "There is an account with this e-mail address, but nobody has confirmed the address yet. Until then, nothing is on in that account, and our e-mails quote nothing from it.",
            "Confirm your address",
            "If you have no account, somebody used your address. Open the link to make the account yours alone. That ends every earlier password and session.",
        ],
        Kind::Password => [
            "Set a new password for",
            "Somebody asked for a new password for the account with this e-mail address. If it was you, open the link and set one. That ends every session.",
            "Set a new password",
            "If this wasn't you, ignore this e-mail and your password stays the same.",
        ],
        Kind::NewAddress => [
            "Confirm your new address for",
            "Somebody asked to use this e-mail address for their account. If it was you, open the link in the browser where you are signed in, and confirm it.",
            "Confirm the new address",
            "If this wasn't you, ignore this e-mail and nothing changes.",
        ],
    }
}

/// The letter with a link. `secret` is what the link is known by; it holds until `until`.
pub fn link(kind: Kind, to: &str, platform: Option<&str>, origin: &str, secret: &str, until: UtcMillis) -> Letter {
    let [subject, said, label, otherwise] = about(kind);
    let blocks = vec![
        text(said),
        Block::Link(label.into(), format!("{origin}{CONFIRM}?key={secret}")),
        text(format!("The link works once, until {}. Please don't share it.", until.long())),
        text(otherwise),
    ];
    letter(to, &format!("{subject} {}", what(platform)), blocks)
}

/// That an account was deleted, with the numbers of the objections that were withdrawn by it.
/// `imported` is whether the platform has brought the member here.
pub fn account_deleted(to: &str, platform: Option<&str>, withdrawn: &[String], imported: bool) -> Letter {
    let mut blocks = vec![text(format!(
        "You have deleted your account for {}. Your name, your address and your password are erased.",
        what(platform)
    ))];
    if imported {
        blocks.push(text("We tell your platform not to use your data for AI training or the other uses, for good."));
    }
    if !withdrawn.is_empty() {
        blocks.push(text(format!("These objections were still open, and are withdrawn: {}.", withdrawn.join(", "))));
    }
    blocks.push(text(
        "This is the last e-mail that we send you about it. If you did not do this yourself, somebody knows your password: change it wherever you use it.",
    ));
    letter(to, &format!("Your account for {} is deleted", what(platform)), blocks)
}

/// To an address whose account was there when somebody signed up with it, or wanted it as theirs.
pub fn there_already(to: &str, platform: Option<&str>, origin: &str) -> Letter {
    let blocks = vec![
        text(
            "Somebody asked for an account with this e-mail address. There already is one, so nothing was created or changed. If it was you, sign in. If you have forgotten your password, set a new one.",
        ),
        Block::Link("Sign in".into(), format!("{origin}/sign-in")),
        Block::Link("Set a new password".into(), format!("{origin}{FORGOT}")),
        text("If this wasn't you, you can ignore this e-mail."),
    ];
    let with = if platform.is_some() { "for" } else { "with" };
    letter(to, &format!("You already have an account {with} {}", what(platform)), blocks)
}

/// To staff without a second factor who have forgotten their password: a mailbox alone opens no
/// account of theirs.
pub fn ask_who_runs_this(to: &str, platform: Option<&str>) -> Letter {
    let blocks = vec![text(
        "Somebody asked for a new password for your staff account. The account has no second factor yet, so we cannot send you a link to set a new password. Please ask your administrator.",
    )];
    letter(to, &format!("Your password for {}", what(platform)), blocks)
}

/// That a member changed their password where they are signed in.
pub fn password_was_changed(to: &str, origin: &str) -> Letter {
    let blocks = vec![
        text("The password of your account was changed. All your other sessions have ended."),
        text("If this wasn't you, somebody knows your password. Set another one:"),
        Block::Link("Set a new password".into(), format!("{origin}{FORGOT}")),
    ];
    letter(to, "Your password was changed", blocks)
}

/// That the password was set anew by a mailed link.
pub fn password_was_set(to: &str, origin: &str) -> Letter {
    let blocks = vec![
        text(
            "Somebody set a new password for your account with a link that we e-mailed to you. Every earlier session has ended.",
        ),
        text(
            "If this wasn't you, somebody can read your e-mail. Secure your mailbox first, then set another password:",
        ),
        Block::Link("Set a new password".into(), format!("{origin}{FORGOT}")),
    ];
    letter(to, "Your new password was set", blocks)
}

/// To the present address: somebody who knows the password asked for another one.
pub fn change_was_asked(to: &str, origin: &str) -> Letter {
    let blocks = vec![
        text(
            "Somebody who is signed in to your account asked to change its e-mail address. It changes once the new address has been confirmed. Until then, this one stays in use.",
        ),
        text(
            "If this wasn't you, change your password now. The link that we sent to the other address then stops working.",
        ),
        Block::Link("Your account".into(), format!("{origin}/account")),
    ];
    letter(to, "Somebody asked to change your e-mail address", blocks)
}

/// To the address that was the account's until now.
pub fn address_was(to: &str, new: Option<&str>) -> Letter {
    let mut blocks =
        vec![text("Your account now has another e-mail address. We will no longer write to this one about it.")];
    blocks.extend(new.map(|new| Block::Fact("New address".into(), readable(new))));
    blocks.push(text(
        "If this wasn't you, please contact your platform at once. Somebody signed in to your account made this change and confirmed the new address.",
    ));

    letter(to, "Your e-mail address was changed", blocks)
}

/// The same where the platform said so.
pub fn address_was_by_platform(to: &str) -> Letter {
    let blocks = vec![
        text(
            "Your account now has the e-mail address that your platform has for you. We will no longer write to this one about it.",
        ),
        text("If you did not change it there, please write to your platform."),
    ];
    letter(to, "Your e-mail address was changed", blocks)
}

/// To the address that is the account's from now on.
pub fn address_is(to: &str, origin: &str) -> Letter {
    let blocks = vec![
        text("This is now the e-mail address of your account. Use it to sign in. We will write to you here."),
        Block::Link("Your account".into(), format!("{origin}/account")),
    ];
    letter(to, "Your e-mail address was changed", blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_with_a_link_says_what_it_is_for_and_quotes_nothing() {
        for kind in Kind::ALL.iter().copied() {
            let letter = link(kind, "ada@example.org", None, "https://privacy.example", "secret", UtcMillis(0));
            assert!(letter.subject.ends_with(" Sayso"), "{}", letter.subject);
            let plain = letter.plain();
            assert!(plain.contains("https://privacy.example/confirm?key=secret\n"), "{plain}");
            assert!(!letter.blocks.iter().any(|b| matches!(b, Block::Quote(_) | Block::Fact(..))));
        }
    }

    #[test]
    fn a_subject_names_the_platform_where_it_is_known() {
        let to = "ada@example.org";
        let acme = Some("Acme & Sons");
        let asked = link(Kind::SignUp, to, acme, "https://privacy.example", "secret", UtcMillis(0));
        assert_eq!(asked.subject, "Confirm your address to start with the privacy settings of Acme & Sons");
        let there = |platform| there_already(to, platform, "https://privacy.example").subject;
        assert_eq!(there(acme), "You already have an account for the privacy settings of Acme & Sons");
        assert_eq!(there(None), "You already have an account with Sayso");
        assert_eq!(ask_who_runs_this(to, acme).subject, "Your password for the privacy settings of Acme & Sons");
    }
}
