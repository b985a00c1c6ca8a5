//! One writer for entries that go into the record by themselves: choices and deliveries.
//!
//! On `SQLite` one connection writes, and each commit waits for the disk. So what arrives while the
//! disk is busy is written together, in one statement and one commit. Nobody waits for others to
//! come, nobody is answered before the commit, and nobody's entry depends on another's.

use super::store::behind::{After, NewRow, insert_where_free};
use super::store::secret::{Secret, ensure};
use super::{Entry, NewEntry};
use crate::db::{self, Db, Error};
use crate::time::UtcMillis;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use tracing::Instrument;

/// Entries that are written at once, at most.
const AT_ONCE: usize = 64;

/// What waits to be written, and whether somebody is writing.
#[derive(Clone, Debug, Default)]
pub struct Writer(Arc<Mutex<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Request>,
    writing: bool,
}

#[derive(Debug)]
struct Request {
    row: NewRow,
    /// Whether it was written; false where another entry had its place.
    answer: oneshot::Sender<db::Result<bool>>,
}

impl Writer {
    /// Appends `draft` behind `after`, and returns the entry once it is durable. `None` where
    /// something else stands behind `after` by now: then read again, and decide again. `secret` is
    /// that of the subject, as far as it is known to have one.
    pub async fn append_after(
        &self,
        db: &Db,
        (after, secret): (&After, Option<&Secret>),
        draft: NewEntry,
        now: UtcMillis,
    ) -> db::Result<Option<Entry>> {
        let row = if let Some(secret) = secret {
            NewRow::of(draft, after, secret, now)
        } else {
            // Only in the first second of a history, and in one from before there were secrets.
            let mut tx = db.begin().await?;
            let secret = ensure(tx.conn(), &draft.subject).await?;
            tx.commit().await?;
            NewRow::of(draft, after, &secret, now)
        };
        let entry = row.entry.clone();
        let written = match db {
            Db::Sqlite { .. } => self.with_others(db, row).await?,
            Db::Postgres { .. } => !write(db, &[&row]).await?.is_empty(),
        };
        Ok(written.then_some(entry))
    }

    /// Waits until the row was written, or found its place taken. Somebody who goes meanwhile takes
    /// nothing back.
    async fn with_others(&self, db: &Db, row: NewRow) -> db::Result<bool> {
        let (answer, answered) = oneshot::channel();
        let begin = {
            let mut queue = self.queue();
            queue.waiting.push(Request { row, answer });
            !std::mem::replace(&mut queue.writing, true)
        };
        if begin {
            tokio::spawn(self.clone().write_all(db.clone()).in_current_span());
        }
        answered.await.map_err(|_| Error::from(sqlx::Error::WorkerCrashed))?
    }

    async fn write_all(self, db: Db) {
        // A panic must not leave the next without somebody who writes.
        let mut turn = Turn(Some(&self));
        while let Some(batch) = self.next() {
            write_batch(&db, batch).await;
        }
        turn.0 = None;
    }

    /// What is written next, no two of one subject: the second is decided upon the first. `None`
    /// where nothing waits; the next to come then begins anew.
    fn next(&self) -> Option<Vec<Request>> {
        let mut queue = self.queue();
        let mut subjects = HashSet::new();
        let (mut batch, mut later) = (Vec::new(), Vec::new());
        for request in queue.waiting.drain(..) {
            let goes = batch.len() < AT_ONCE && subjects.insert(request.row.entry.subject.clone());
            if goes { batch.push(request) } else { later.push(request) }
        }
        queue.waiting = later;
        queue.writing = !batch.is_empty();
        queue.writing.then_some(batch)
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever writes; if it ends before its time, what waits is answered with an error.
struct Turn<'w>(Option<&'w Writer>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(writer) = self.0 {
            let mut queue = writer.queue();
            queue.writing = false;
            queue.waiting.clear();
        }
    }
}

/// Writes these together. If that fails, each is tried by itself: what one of them cannot, such as
/// being written to a full disk, another may.
async fn write_batch(db: &Db, batch: Vec<Request>) {
    let rows: Vec<&NewRow> = batch.iter().map(|request| &request.row).collect();
    match write(db, &rows).await {
        Ok(written) => {
            let written: HashSet<String> = written.into_iter().collect();
            for Request { row, answer } in batch {
                let _ = answer.send(Ok(written.contains(&row.entry.id.to_string())));
            }
        }
        Err(cause) if batch.len() == 1 || cause.is_away() || cause.in_doubt().is_some() => {
            let cause = Arc::new(cause);
            for Request { answer, .. } in batch {
                let _ = answer.send(Err(Error::Shared(cause.clone())));
            }
        }
        Err(_) => {
            for Request { row, answer } in batch {
                let _ = answer.send(write(db, &[&row]).await.map(|written| !written.is_empty()));
            }
        }
    }
}

async fn write(db: &Db, rows: &[&NewRow]) -> db::Result<Vec<String>> {
    let mut writer = db.for_one_statement().await?;
    let written = insert_where_free(writer.conn(), rows).await?;
    writer.done();
    // Moved since it began, the file has taken this with it.
    db.is_kept()?;
    Ok(written)
}
