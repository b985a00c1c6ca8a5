//! Verifying the whole record while others work: every entry of every history with the one before
//! it, what was written beside it, and the access log with its entries. A batch at a time, each of
//! which is read for itself.

use super::check;
use super::store::verification::{self as rows, Progress};
use super::store::{self, texts};
use super::verification::Outcome;
use crate::db;
use crate::error::chain;
use crate::ledger::record::RawEntry;
use crate::ledger::{Kind, store as ledger};
use crate::web::App;
use std::time::Duration;

/// Records that are read at a time.
const BATCH: usize = 200;
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
        self.entries().await?;
        self.views().await
    }

    async fn entries(&mut self) -> db::Result<()> {
        let mut before: Option<RawEntry> = None;
        loop {
            let mut reader = self.app.db.reader().await?;
            let after = before.as_ref().map_or(("", i64::MIN), |row| (&*row.subject, row.position));
            let batch = ledger::all_after(reader.conn(), after, BATCH).await?;
            let last = batch.len() < BATCH;
            let mut found = Vec::new();
            for row in batch {
                let previous = before.as_ref().filter(|before| before.subject == row.subject);
                let (checked, mut wrong) = check::link(&row, previous);
                if let Some(entry) = &checked.entry {
                    let kept = texts::of(reader.conn(), entry).await?;
                    wrong.extend(kept.into_iter().filter_map(|(_, kept)| kept.wrong()));
                    if entry.kind == Kind::View && !store::has_look(reader.conn(), entry.id).await? {
                        wrong.push("The access log has this view");
                    }
                }
                found.extend((!wrong.is_empty()).then(|| (row.id.clone(), wrong)));
                self.far.checked += 1;
                before = Some(row);
            }
            drop(reader);
            self.goes_on(found).await?;
            if last {
                return Ok(());
            }
        }
    }

    async fn views(&mut self) -> db::Result<()> {
        let mut after: Option<String> = None;
        loop {
            let mut reader = self.app.db.reader().await?;
            let batch = store::checked_looks(reader.conn(), after.as_deref(), BATCH).await?;
            drop(reader);
            let last = batch.len() < BATCH;
            after = batch.last().map(|(entry, _)| entry.clone());
            self.far.checked += i64::try_from(batch.len()).unwrap_or(i64::MAX);
            self.goes_on(batch.into_iter().filter(|(_, differs)| !differs.is_empty()).collect()).await?;
            if last {
                return Ok(());
            }
        }
    }

    /// Names what was found, says how far it is, and leaves the others some time.
    async fn goes_on(&mut self, found: Vec<(String, Vec<&'static str>)>) -> db::Result<()> {
        for (entry, wrong) in found {
            self.far.wrong += 1;
            if self.far.wrong <= NAMED {
                rows::find(&self.app.db, self.id, self.far.wrong, &entry, &wrong.join("; ")).await?;
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
