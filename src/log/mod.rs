//! The public log: each entry of the record gets a leaf in an append-only tree, whose state is
//! signed and served to everybody. By it a receipt is checked without us.
//!
//! The forms are those of C2SP ([tlog-tiles](https://c2sp.org/tlog-tiles),
//! [tlog-checkpoint](https://c2sp.org/tlog-checkpoint),
//! [signed-note](https://c2sp.org/signed-note)), in the spelling of the crate `sayso-verify`, which
//! checks them.

pub mod files;
pub mod forget;
pub mod key;
pub mod keyring;
pub mod offer;
pub mod pages;
pub mod prove;
pub mod rollback;
pub mod rotation;
pub mod seen;
pub mod sequencer;
pub mod store;
pub mod tree;
pub mod witness;

use crate::db::Db;
use crate::error::chain;
use crate::web::probe::LogHealth;
use crate::web::{App, config::Config};
use key::KeyError;
use keyring::Keyring;
use seen::{RolledBack, Seen, SeenError};
use sequencer::{NotAdded, Sequencer};
use std::time::{Duration, Instant};
use witness::Witnessing;

/// Entries that have waited for this long are told about.
const PATIENCE: Duration = Duration::from_mins(2);

/// What this node has seen of the log, if the database has all of it.
///
/// # Errors
/// If it has not: the database was restored from a backup, or is another one.
pub async fn seen(db: &Db, config: &Config) -> Result<Seen, SeenError> {
    let seen = Seen::open(&config.data)?;
    match seen.follow(db).await {
        // It serves what there is, and says why nothing is added.
        Ok(()) | Err(SeenError::RolledBack(RolledBack::Stopped { .. })) => Ok(seen),
        Err(cause) => Err(cause),
    }
}

/// Follows the log of one node, and adds to it where it may.
#[derive(Clone)]
pub struct Scribe {
    app: App,
    seen: Seen,
    /// `None` where this node has keys of another log, which another node then goes on with.
    sequencer: Option<Sequencer>,
    /// The key that was missing here when that was last told.
    missing: Option<String>,
}

/// What begins with the server.
///
/// # Errors
/// If the key is missing or cannot be used.
pub async fn begin(app: &App, seen: Seen) -> Result<Scribe, Box<dyn std::error::Error>> {
    let state = store::state(app.db.reader().await?.conn()).await?;
    let begun = state.is_some();
    let origin = state.map_or_else(|| origin(&app.config.origin().to_string()), |state| state.origin);
    let keys = match Keyring::find(app.config.public_log.key(), &app.config.data, &origin, begun) {
        Ok(keys) => Some(keys),
        Err(cause @ KeyError::Another(..)) => {
            tracing::error!(cause = %chain(&cause), "this node adds nothing to the public log");
            None
        }
        Err(cause) => return Err(cause.into()),
    };
    let sequencer =
        keys.map(|keys| Sequencer { db: app.db.clone(), clock: app.clock.clone(), keys, seen: seen.clone() });
    Ok(Scribe { app: app.clone(), seen, sequencer, missing: None })
}

impl Scribe {
    /// Goes on for ever. What fails is tried again at the next turn.
    pub async fn work(mut self) {
        let app = self.app.clone();
        match &app.config.public_log.witnesses {
            // Nobody waits for a witness.
            Some(witnesses) => {
                let witnessing = Witnessing::new(&app.db, witnesses);
                let interval = app.config.public_log.interval();
                Box::pin(futures_util::future::join(self.follow(), witnessing.work(interval))).await;
            }
            None => self.follow().await,
        }
    }

    async fn follow(&mut self) {
        let mut beat = tokio::time::interval(self.app.config.public_log.interval());
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut waiting = None;
        loop {
            beat.tick().await;
            if self.app.db.guard().may_write().is_ok() {
                self.turn(&mut waiting).await;
            }
        }
    }

    /// One turn. `waiting` is what had waited longest for its leaf, and when that was first so.
    pub async fn turn(&mut self, waiting: &mut Option<(i64, Instant)>) {
        let mut done = self.add().await;
        // Somebody may have put the key there since.
        if matches!(done, Err(NotAdded::KeyMissing(_))) && self.finds_keys() {
            done = self.add().await;
        }
        self.missing = match &done {
            Err(cause @ NotAdded::KeyMissing(key)) => {
                if self.missing.as_ref() != Some(key) {
                    tracing::error!("{cause}");
                }
                Some(key.clone())
            }
            _ => None,
        };
        let db = &self.app.db;
        if done.is_ok()
            && let Err(cause) = forget::some(db, self.app.clock.now()).await
        {
            tracing::warn!(cause = %chain(&cause), "could not forget those who have deleted their account; it is tried again");
        }
        let late = match store_longest(db).await {
            Ok(place) => {
                let since = waiting.filter(|(before, _)| Some(*before) == place).map(|(_, since)| since);
                *waiting = place.map(|place| (place, since.unwrap_or_else(Instant::now)));
                waiting.is_some_and(|(_, since)| since.elapsed() > PATIENCE)
            }
            // Whoever asks hears that of the database.
            Err(_) => false,
        };
        let health = match &done {
            Err(NotAdded::Seen(SeenError::RolledBack(why))) => LogHealth::Stopped(why.to_string()),
            _ if late => LogHealth::Named("entries have waited for more than two minutes to get into the public log"),
            _ if self.seen.is_unwritten() => {
                LogHealth::Named("the newest state of the public log cannot be kept in SAYSO_DATA")
            }
            _ => LogHealth::Well,
        };
        let is_new = self.app.probe().tell_log(health);
        match done {
            Err(NotAdded::Seen(SeenError::RolledBack(why))) if is_new => {
                tracing::error!(%why, "nothing is added to the public log any more");
            }
            Ok(()) | Err(NotAdded::KeyMissing(_) | NotAdded::Seen(SeenError::RolledBack(_))) => {}
            Err(cause) => {
                tracing::warn!(cause = %chain(&cause), "could not add entries to the public log; it is tried again");
            }
        }
    }
}

impl Scribe {
    /// Adds what waits, where this node may.
    async fn add(&self) -> Result<(), NotAdded> {
        match &self.sequencer {
            Some(sequencer) => sequencer.catch_up().await.map(drop),
            None => Ok(self.seen.follow(&self.app.db).await?),
        }
    }

    /// Reads the keys again, and says whether they can be used.
    fn finds_keys(&mut self) -> bool {
        let Some(sequencer) = &mut self.sequencer else { return false };
        let config = &self.app.config;
        let found = Keyring::find(config.public_log.key(), &config.data, sequencer.keys.origin(), true);
        let is_found = found.is_ok();
        if let Ok(keys) = found {
            sequencer.keys = keys;
        }
        is_found
    }
}

async fn store_longest(db: &Db) -> crate::db::Result<Option<i64>> {
    store::longest_waiting(db.reader().await?.conn()).await
}

/// The name of the log of a site: where it is served, without a scheme.
pub fn origin(site: &str) -> String {
    format!("{}/log", site.trim_start_matches("https://").trim_start_matches("http://"))
}
