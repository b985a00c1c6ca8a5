//! The letter that tells the owner of an account that strangers try to get in. It quotes nothing
//! that anybody typed. Pure.

use crate::mail::{Block, Letter};
use crate::paths::FORGOT;

/// What the strangers fail at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The password: they may know nothing but the address.
    Password,
    /// The code: they know the password.
    Code,
}

/// To the owner of the account with the address `to`.
pub fn letter(to: &str, at: At, origin: &str) -> Letter {
    let text = |said: &str| Block::Text(said.into());
    let link = |says: &str, path: &str| Block::Link(says.into(), format!("{origin}{path}"));
    let mut blocks = match at {
        At::Password => vec![text(
            "Somebody has tried several times to sign in to your account with a wrong password, on a device that you have not signed in on before. They did not get in.",
        )],
        At::Code => vec![text(
            "Somebody has entered your password and then several wrong codes, on a device that you have not signed in on before. They did not get in. Unless this was you, they know your password. Please change it.",
        )],
    };
    blocks.extend([
        text(
            "We now make such devices wait between attempts. Where you have signed in before, you can sign in as usual.",
        ),
        text("If this was you and you cannot get in, you can set a new password:"),
        link("Set a new password", FORGOT),
        text("You can see where you are signed in, and change your password, on your account page:"),
        link("Your account", "/account"),
        text(match at {
            At::Password => {
                "We send this e-mail at most once a day. If only you know your password, you don't need to do anything."
            }
            At::Code => "We send this e-mail at most once a day. If this wasn't you, change your password now.",
        }),
    ]);
    Letter { to: to.into(), subject: "Somebody is trying to sign in to your account".into(), blocks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_offers_a_link_and_says_whether_the_password_is_known() {
        for (at, knows) in [(At::Password, false), (At::Code, true)] {
            let plain = letter("ada@example.org", at, "https://sayso.example").plain();
            assert!(plain.contains("https://sayso.example/forgot"), "{plain}");
            assert_eq!(plain.contains("they know your password"), knows);
            assert_ne!(plain.contains("you don't need to do anything"), knows);
        }
    }
}
