//! The letter with the link to set a first password. Pure.

use crate::account::letters::what;
use crate::mail::{Block, Letter};
use crate::paths;
use crate::time::UtcMillis;

/// To a member whom the platform has brought in. `key` is the secret of the link, which holds until
/// `until`.
pub fn welcome(to: &str, platform: Option<&str>, origin: &str, key: &str, until: UtcMillis) -> Letter {
    let text = |said: &str| Block::Text(said.into());
    let who = platform.unwrap_or("Your platform");
    let blocks = vec![
        Block::Text(format!(
            "{who} now uses Sayso for its privacy settings. There you can see and choose whether what you write is used to train generative AI. To sign in, set your password:"
        )),
        Block::Link("Set your password".into(), format!("{origin}{}?key={key}", paths::WELCOME)),
        Block::Text(format!("The link works once, until {}. Please don't share it.", until.long())),
        Block::Link("Link expired? Get a new one".into(), format!("{origin}{}", paths::WELCOME_AGAIN)),
        text("Ignoring this e-mail changes nothing about how your data is used."),
    ];
    Letter { to: to.into(), subject: format!("Set your password for {}", what(platform)), blocks }
}
