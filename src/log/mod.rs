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
pub mod resume;
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
use seen::{FILE, RolledBack, Seen, SeenError};
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
    if seen.newest().is_none()
        && let Some(state) = store::state(db.reader().await?.conn()).await?
        && state.size > 0
    {
        tracing::warn!(
            leaves = state.size,
            "{FILE} is missing in SAYSO_DATA although there is a public log, so nobody here knows whether this database \
             is the newest copy. If this is not the first start of this node, put the file back, or compare /log/checkpoint \
             with one that you kept"
        );
    }
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
    keys: Result<Keyring, OtherLog>,
    /// What was last told of keys that are missing here.
    told: Option<String>,
}

/// That the keys of this node are of another log than that of its database.
#[derive(Clone, Debug)]
struct OtherLog {
    name: String,
    here: String,
}

/// What begins with the server. That a key is missing here which signs the log is told at once: the
/// server serves, and another node has to go on with the log.
///
/// # Errors
/// If there is no key, or it cannot be used.
pub async fn begin(app: &App, seen: Seen) -> Result<Scribe, Box<dyn std::error::Error>> {
    let keys = keys_of(app).await.map_err(|cause| -> Box<dyn std::error::Error> { cause })?;
    let mut scribe = Scribe { app: app.clone(), seen, keys, told: None };
    let missing = match &scribe.keys {
        Ok(keys) => {
            let sequencer = scribe.sequencer(keys);
            sequencer.check_keys(app.db.reader().await?.conn()).await.err()
        }
        Err(other) => Some(other.clone().into()),
    };
    match missing {
        Some(NotAdded::Seen(cause)) => return Err(cause.into()),
        Some(missing) => {
            scribe.tell_missing(Some(&missing));
            app.probe().tell_log(LogHealth::Named(missing.to_string()));
        }
        None => {}
    }
    Ok(scribe)
}

/// The keys that this node has of the log of its database.
async fn keys_of(app: &App) -> Result<Result<Keyring, OtherLog>, Box<dyn std::error::Error + Send + Sync>> {
    let state = store::state(app.db.reader().await?.conn()).await?;
    let begun = state.is_some();
    let origin = state.map_or_else(|| origin(&app.config.origin().to_string()), |state| state.origin);
    match Keyring::find(app.config.public_log.key(), &app.config.data, &origin, begun) {
        Ok(keys) => Ok(Ok(keys)),
        Err(KeyError::Another(_, name, here)) => Ok(Err(OtherLog { name, here })),
        Err(cause) => Err(cause.into()),
    }
}

impl From<OtherLog> for NotAdded {
    fn from(OtherLog { name, here }: OtherLog) -> Self {
        Self::OtherLog(name, here)
    }
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
                // Before anything is added: perhaps they have seen what is not here any more.
                self.ask_first(&witnessing).await;
                Box::pin(futures_util::future::join(self.follow(), witnessing.work(interval))).await;
            }
            None => self.follow().await,
        }
    }

    /// Goes on until the witnesses have been asked once.
    async fn ask_first(&self, witnessing: &Witnessing) {
        let mut beat = tokio::time::interval(self.app.config.public_log.interval());
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            if self.app.db.guard().may_write().is_err() {
                continue;
            }
            match witnessing.ask_first().await {
                Ok(()) => return,
                Err(cause) => {
                    tracing::warn!(cause = %chain(&cause), "could not show the public log to its witnesses; it is tried again");
                }
            }
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
        if done.as_ref().is_err_and(NotAdded::is_of_keys)
            && let Ok(keys) = keys_of(&self.app).await
        {
            self.keys = keys;
            done = self.add().await;
        }
        self.tell_missing(done.as_ref().err().filter(|cause| cause.is_of_keys()));
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
            Err(cause) if cause.is_of_keys() => LogHealth::Named(cause.to_string()),
            _ if late => {
                LogHealth::Named("entries have waited for more than two minutes to get into the public log".into())
            }
            _ if self.seen.is_unwritten() => {
                LogHealth::Named("the newest state of the public log cannot be kept in SAYSO_DATA".into())
            }
            _ => LogHealth::Well,
        };
        let is_new = self.app.probe().tell_log(health);
        match done {
            Err(NotAdded::Seen(SeenError::RolledBack(why))) if is_new => {
                tracing::error!(%why, "nothing is added to the public log any more");
            }
            Ok(()) | Err(NotAdded::Seen(SeenError::RolledBack(_))) => {}
            Err(cause) if cause.is_of_keys() => {}
            Err(cause) => {
                tracing::warn!(cause = %chain(&cause), "could not add entries to the public log; it is tried again");
            }
        }
    }
}

impl Scribe {
    /// Adds what waits, where this node may.
    async fn add(&self) -> Result<(), NotAdded> {
        match &self.keys {
            Ok(keys) => self.sequencer(keys).catch_up().await.map(drop),
            Err(other) => {
                self.seen.follow(&self.app.db).await?;
                Err(other.clone().into())
            }
        }
    }

    fn sequencer(&self, keys: &Keyring) -> Sequencer {
        let app = &self.app;
        Sequencer { db: app.db.clone(), clock: app.clock.clone(), keys: keys.clone(), seen: self.seen.clone() }
    }

    /// Logs once why this node adds nothing.
    fn tell_missing(&mut self, missing: Option<&NotAdded>) {
        let missing = missing.map(ToString::to_string);
        if let Some(said) = missing.as_ref().filter(|_| self.told != missing) {
            tracing::error!("{said}");
        }
        self.told = missing;
    }
}

async fn store_longest(db: &Db) -> crate::db::Result<Option<i64>> {
    store::longest_waiting(db.reader().await?.conn()).await
}

/// The name of the log of a site: where it is served, without a scheme.
pub fn origin(site: &str) -> String {
    format!("{}/log", site.trim_start_matches("https://").trim_start_matches("http://"))
}
