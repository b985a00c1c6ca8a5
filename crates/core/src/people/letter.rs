//! The letter with the link to set a first password. Pure.

use crate::mail::{Block, Letter};
use crate::paths;
use crate::time::UtcMillis;

/// To a member whom the platform has brought in. `key` is the secret of the link, which holds until
/// `until`.
pub fn welcome(to: &str, origin: &str, key: &str, until: UtcMillis) -> Letter {
    let text = |said: &str| Block::Text(said.into());
    let blocks = vec![
        text(
            "Your account has been brought over to Sayso. There you see whether what you write is used to train generative AI, and you change it with one press. To sign in, you need a password of your own:",
        ),
        Block::Link("Set your password".into(), format!("{origin}{}?key={key}", paths::WELCOME)),
        Block::Text(format!("The link works once, until {}. Please pass it on to nobody.", until.long())),
        Block::Link("Too late? Have another link sent".into(), format!("{origin}{}", paths::WELCOME_AGAIN)),
        text("Nothing about the use of your data changes with this mail, or if you leave it unanswered."),
    ];
    Letter { to: to.into(), subject: "Set your password for Sayso".into(), blocks }
}
