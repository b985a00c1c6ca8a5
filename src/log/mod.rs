//! The public log: each entry of the record gets a leaf in an append-only tree, whose state is
//! signed and served to everybody. By it a receipt is checked without us.
//!
//! The forms are those of C2SP ([tlog-tiles](https://c2sp.org/tlog-tiles),
//! [tlog-checkpoint](https://c2sp.org/tlog-checkpoint),
//! [signed-note](https://c2sp.org/signed-note)), in the spelling of the crate `sayso-verify`, which
//! checks them.

pub mod files;
pub mod key;
pub mod prove;
pub mod sequencer;
pub mod store;
pub mod tree;

use crate::error::chain;
use crate::web::App;
use key::{KeyError, LogKey};
use sequencer::Sequencer;

/// What begins with the server: whoever gives entries their leaves here. `None` where this node has
/// another key than the log, which another node then goes on with.
///
/// # Errors
/// If the key is missing or cannot be used.
pub async fn begin(app: &App) -> Result<Option<Sequencer>, Box<dyn std::error::Error>> {
    let mut reader = app.db.reader().await?;
    let (state, keys) = (store::state(reader.conn()).await?, store::keys(reader.conn()).await?);
    drop(reader);
    let config = &app.config;
    let origin = state.as_ref().map_or_else(|| origin(&config.origin().to_string()), |state| state.origin.clone());
    let key = match LogKey::find(config.public_log.key(), &config.data, &origin, state.is_some()) {
        Ok(key) if keys.is_empty() || keys.iter().any(|(known, ..)| *known == key.public().to_string()) => key,
        Ok(key) => {
            tracing::error!(
                key = %key.public(), log = %origin,
                "this node has another key than the public log, so it adds nothing to it; give it the key of the node that does"
            );
            return Ok(None);
        }
        Err(cause @ KeyError::Another(..)) => {
            tracing::error!(cause = %chain(&cause), "this node adds nothing to the public log");
            return Ok(None);
        }
        Err(cause) => return Err(cause.into()),
    };
    Ok(Some(Sequencer { db: app.db.clone(), clock: app.clock.clone(), key, interval: config.public_log.interval() }))
}

/// The name of the log of a site: where it is served, without a scheme.
pub fn origin(site: &str) -> String {
    format!("{}/log", site.trim_start_matches("https://").trim_start_matches("http://"))
}
