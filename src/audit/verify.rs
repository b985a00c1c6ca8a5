//! The verification of the whole record that an auditor asked for: it says how far it is, and
//! leaves the others some time after each batch.

use super::store::verification::{self as rows, Progress};
use super::verification::Outcome;
use super::whole::{Part, Whole};
use crate::db;
use crate::error::chain;
use crate::web::App;
use std::time::Duration;

/// Records that are read at a time.
const BATCH: i64 = 200;
/// What does not hold and is named; the rest is counted.
const NAMED: i64 = 100;
/// What is left to others after each batch.
const REST: Duration = Duration::from_millis(5);
/// How often it says how far it is, in milliseconds.
const TELL_EVERY: i64 = 1_000;

/// Runs the verification `id` to its end, and stores what it came to.
pub async fn run(app: App, id: i64) {
    let mut work = Work { app: &app, id, far: Progress::default(), told: app.clock.now().0 };
    let outcome = match work.everything().await {
        Ok(()) if work.far.wrong == 0 => Outcome::Holds,
        Ok(()) => Outcome::Wrong,
        Err(cause) => {
            tracing::error!(cause = %chain(&cause), "the record could not be verified to its end");
            Outcome::Failed
        }
    };
    if outcome == Outcome::Wrong {
        tracing::error!(wrong = work.far.wrong, "part of the record does not hold: see /audit/verification");
    }
    if let Err(cause) = rows::tell(&app.db, id, work.far, Some(outcome), app.clock.now()).await {
        tracing::error!(cause = %chain(&cause), "what a verification came to could not be stored");
    }
}

struct Work<'a> {
    app: &'a App,
    id: i64,
    far: Progress,
    /// When it last said how far it is.
    told: i64,
}

impl Work<'_> {
    async fn everything(&mut self) -> db::Result<()> {
        let mut whole = Whole::new(self.app.db.clone(), BATCH);
        while let Some(part) = whole.next().await? {
            self.goes_on(part).await?;
        }
        Ok(())
    }

    /// Names what was found, says how far it is, and leaves the others some time.
    async fn goes_on(&mut self, part: Part) -> db::Result<()> {
        self.far.checked += i64::try_from(part.checked).unwrap_or(i64::MAX);
        for found in part.found {
            self.far.wrong += 1;
            if self.far.wrong <= NAMED {
                rows::find(&self.app.db, self.id, self.far.wrong, &found.about, &found.wrong).await?;
            }
        }
        let now = self.app.clock.now();
        if now.0 - self.told >= TELL_EVERY {
            self.told = now.0;
            rows::tell(&self.app.db, self.id, self.far, None, now).await?;
        }
        tokio::time::sleep(REST).await;
        Ok(())
    }
}
