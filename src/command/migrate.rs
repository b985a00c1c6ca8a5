//! `sayso migrate`: brings the tables up to date, and then gives those entries their leaves in the
//! public log that have none yet, such as those from before there was a log. It can be killed and
//! run again, and servers may run meanwhile.

use super::out::say;
use super::progress::Progress;
use sayso::db::Db;
use sayso::log::keyring::Keyring;
use sayso::log::seen::{RolledBack, Seen, SeenError};
use sayso::log::sequencer::{Batch, NotAdded, Sequencer};
use sayso::log::witness::Witnessing;
use sayso::log::{key, store};
use sayso::time;
use sayso::web::config::Config;
use std::error::Error;
use std::time::Duration;

/// How long it leaves the log to another node that is at it.
const ELSEWHERE: Duration = Duration::from_millis(250);

pub async fn run(mut config: Config) -> Result<(), Box<dyn Error>> {
    config.database.no_migrate = false;
    let db = super::open_or_make(&config.database).await?;
    say!("The tables are up to date.");
    let waiting = store::how_many_wait(db.reader().await?.conn()).await?;
    if waiting > 0 {
        match fill(&db, &config, waiting).await? {
            None => say!("Every entry is in the public log."),
            Some(why) => {
                let left = store::how_many_wait(db.reader().await?.conn()).await?;
                say!("Entries that are not in the public log yet: {left}. Servers add them while they run.");
                say!("It was not done here: {why}.");
            }
        }
    }
    db.close().await;
    Ok(())
}

/// Gives leaves until nothing waits, or says why that is left to the servers.
async fn fill(db: &Db, config: &Config, waiting: u64) -> Result<Option<String>, Box<dyn Error>> {
    let seen = Seen::open(&config.data)?;
    let state = store::state(db.reader().await?.conn()).await?;
    let begun = state.is_some();
    let origin = state.map_or_else(|| sayso::log::origin(&config.origin().to_string()), |state| state.origin);
    let given = config.public_log.key();
    let file = config.data.join(key::file_of(&origin));
    // None is made here: this may be another machine than the server's, or have other settings.
    if given.is_none() && !file.exists() {
        return Ok(Some(format!(
            "the key of the log is not here: SAYSO_LOG_KEY is not set, and {} is not there",
            file.display()
        )));
    }
    let keys = match Keyring::find(given, &config.data, &origin, begun) {
        Ok(keys) => keys,
        Err(cause @ key::KeyError::Another(..)) => return Ok(Some(cause.to_string())),
        Err(cause) => return Err(cause.into()),
    };
    if let Some(witnesses) = &config.public_log.witnesses {
        Witnessing::new(db, witnesses).ask_first().await?;
    }
    let sequencer = Sequencer { db: db.clone(), clock: time::system(), keys, seen };
    let progress = Progress::begin(
        "filling the public log, entries",
        waiting,
        "{bar:40} {percent:>3} %  {pos} entries  {eta} left",
    );
    let mut done = 0;
    loop {
        match sequencer.batch().await {
            Ok(Batch::More(some)) => done += some as u64,
            Ok(Batch::Done(_)) if !store::is_behind(db.reader().await?.conn()).await? => return Ok(None),
            // Something came meanwhile.
            Ok(Batch::Done(some)) => done += some as u64,
            Ok(Batch::Elsewhere) => {
                tokio::time::sleep(ELSEWHERE).await;
                let left = store::how_many_wait(db.reader().await?.conn()).await?;
                done = done.max(waiting.saturating_sub(left));
            }
            Err(cause) if cause.is_of_keys() => return Ok(Some(cause.to_string())),
            Err(NotAdded::Seen(SeenError::RolledBack(why @ RolledBack::Stopped { .. }))) => {
                return Ok(Some(format!("nothing is added at present: {why}")));
            }
            Err(cause) => return Err(cause.into()),
        }
        progress.reached(done);
    }
}
