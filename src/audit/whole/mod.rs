//! Verifying the whole record while others work: every entry of every history with the one before
//! it, what was written beside it, the access log, the notices, the cases, and the public log with
//! its tree and its signature. A batch at a time, each of which is read for itself, so that it
//! takes as much memory for a million entries as for a thousand.
//!
//! The auditor's page and `sayso verify --database` are two who ask it.

mod beside;
mod cases;
mod forgotten;
mod keys;
mod links;
mod times;
mod tree;

use super::store::{self, texts, whole as rows};
use crate::db::{self, Db};
use crate::ledger::{Entry, EntryId};
use links::{Before, Link};
use tree::Growing;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about: an entry by its id, or for instance `leaf 17` or `tile 0/3`.
    pub about: String,
    /// What does not hold of it.
    pub wrong: String,
}

impl Finding {
    fn new(about: impl Into<String>, wrong: impl Into<String>) -> Self {
        Self { about: about.into(), wrong: wrong.into() }
    }
}

/// A batch that was checked.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Entries, support views and leaves in it.
    pub checked: u64,
    /// What of it does not hold.
    pub found: Vec<Finding>,
}

/// What there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub entries: u64,
    pub views: u64,
    pub notices: u64,
    /// Leaves of the trees whose checkpoints were checked.
    pub leaves: u64,
    /// Entries that are earlier than their places in the log say, which are taken for the made-up
    /// past of members of the demonstration. A platform has no such members.
    pub made_up: u64,
    /// Entries that wait for their leaf.
    pub waiting: u64,
    /// The newest checkpoint, and the fingerprint of the key that signed it.
    pub signed: Option<(String, String)>,
}

/// Where a verification is.
enum Phase {
    Entries(Option<Vec<rows::EntryRow>>),
    Views(Option<String>),
    Steps(String),
    Cases(String),
    Notices,
    Forgotten(String),
    Leaves(Option<Box<Growing>>),
    Ended,
}

/// A verification of the whole record; [`Whole::next`] until there is nothing more.
pub struct Whole {
    db: Db,
    batch: i64,
    phase: Phase,
    before: Option<Before>,
    /// What there was up to now.
    pub counts: Counts,
}

impl Whole {
    /// Of this database, so many rows at a time.
    pub fn new(db: Db, batch: i64) -> Self {
        let (phase, before, counts) = (Phase::Entries(None), None, Counts::default());
        Self { db, batch, phase, before, counts }
    }

    /// How much there is to check: entries, support views and leaves.
    pub async fn total(&self) -> db::Result<u64> {
        let total = rows::total(self.db.reader().await?.conn()).await?;
        Ok(u64::try_from(total).unwrap_or(0))
    }

    /// Checks the next batch; `None` once everything was checked.
    pub async fn next(&mut self) -> db::Result<Option<Part>> {
        let part = match std::mem::replace(&mut self.phase, Phase::Ended) {
            Phase::Entries(read) => self.entries(read).await?,
            Phase::Views(after) => self.views(after).await?,
            Phase::Steps(after) => self.steps(after).await?,
            Phase::Cases(after) => {
                let (last, found) = cases::check(&self.db, &after, self.batch).await?;
                self.phase = last.map_or(Phase::Notices, Phase::Cases);
                Part { checked: 0, found }
            }
            Phase::Notices => {
                let (count, found) = beside::notices(&self.db).await?;
                self.counts.notices = count;
                self.phase = Phase::Forgotten(String::new());
                Part { checked: 0, found }
            }
            Phase::Forgotten(after) => {
                let (last, found) = forgotten::check(&self.db, &after, self.batch).await?;
                self.phase = last.map_or(Phase::Leaves(None), Phase::Forgotten);
                Part { checked: 0, found }
            }
            Phase::Leaves(growing) => self.leaves(growing).await?,
            Phase::Ended => return Ok(None),
        };
        Ok(Some(part))
    }

    /// A batch of entries. The next one is read meanwhile.
    async fn entries(&mut self, read: Option<Vec<rows::EntryRow>>) -> db::Result<Part> {
        let batch = match read {
            Some(batch) => batch,
            None => self.read((String::new(), i64::MIN)).await?,
        };
        let Some(last) = batch.last().map(rows::EntryRow::place) else {
            self.phase = Phase::Views(None);
            return Ok(Part::default());
        };
        let checked = batch.len() as u64;
        let before = self.before.take();
        let links = tokio::task::spawn_blocking(move || links::check(before, batch));
        let (links, next) = tokio::join!(links, self.read(last));
        let (links, before) = links.map_err(|cause| db::Error::from(sqlx::Error::Io(std::io::Error::other(cause))))?;
        self.before = before;
        self.phase = Phase::Entries(Some(next?));
        self.counts.entries += checked;
        let found = self.beside(links).await?;
        Ok(Part { checked, found })
    }

    async fn read(&self, (subject, position): (String, i64)) -> db::Result<Vec<rows::EntryRow>> {
        let mut reader = self.db.reader().await?;
        let batch = rows::entries(reader.conn(), (&subject, position), self.batch).await?;
        reader.done();
        Ok(batch)
    }

    /// Looks at what stands beside the entries of a batch, and returns what does not hold of them.
    async fn beside(&mut self, links: Vec<Link>) -> db::Result<Vec<Finding>> {
        let mut reader = self.db.reader().await?;
        let homeless: Vec<String> = links.iter().filter(|link| link.has_no_leaf).map(|link| link.id.clone()).collect();
        let queued = rows::queued(reader.conn(), &homeless).await?;
        let mut found = Vec::new();
        for Link { id, mut wrong, has_no_leaf, entry, expected } in links {
            if let Some(entry) = &entry {
                wrong.extend(self.texts(&mut reader, entry).await?);
            }
            if has_no_leaf && queued.contains(&id) {
                self.counts.waiting += 1;
            } else if has_no_leaf {
                // It may have got its leaf a moment ago.
                match rows::commitment_of(reader.conn(), &id).await? {
                    None => wrong.push("It has a leaf in the public log, or waits for one"),
                    Some(made) if Some(&made[..]) != expected.as_ref().map(|it| &it[..]) => {
                        wrong.push(links::LEAF);
                    }
                    Some(_) => {}
                }
            }
            found.extend((!wrong.is_empty()).then(|| Finding::new(id, wrong.join("; "))));
        }
        Ok(found)
    }

    async fn texts(&self, reader: &mut db::Reader, entry: &Entry) -> db::Result<Vec<&'static str>> {
        let kept = texts::of(reader.conn(), entry).await?;
        let mut wrong: Vec<&'static str> = kept.into_iter().filter_map(|(_, kept)| kept.wrong()).collect();
        if entry.view.is_some() && !store::has_look(reader.conn(), entry.id).await? {
            wrong.push("The access log has this view");
        }
        Ok(wrong)
    }

    async fn views(&mut self, after: Option<String>) -> db::Result<Part> {
        let most = usize::try_from(self.batch).unwrap_or(1);
        let batch = store::checked_looks(self.db.reader().await?.conn(), after.as_deref(), most).await?;
        let checked = batch.len() as u64;
        self.counts.views += checked;
        self.phase = match batch.last() {
            Some((last, _)) => Phase::Views(Some(last.clone())),
            None => Phase::Steps(String::new()),
        };
        let wrong = batch.into_iter().filter(|(_, differs)| !differs.is_empty());
        let mut found: Vec<Finding> = wrong.map(|(id, differs)| Finding::new(id, differs.join("; "))).collect();
        if after.is_none() {
            let hidden = rows::hidden_looks(self.db.reader().await?.conn(), self.batch).await?;
            found.extend(hidden.into_iter().map(|id| Finding::new(id, "its row in the access log can be read")));
        }
        Ok(Part { checked, found })
    }

    async fn steps(&mut self, after: String) -> db::Result<Part> {
        let (last, found) = beside::steps(&self.db, &after, self.batch).await?;
        self.phase = last.map_or_else(|| Phase::Cases(String::new()), Phase::Steps);
        Ok(Part { checked: 0, found })
    }

    async fn leaves(&mut self, growing: Option<Box<Growing>>) -> db::Result<Part> {
        let mut growing = match growing {
            Some(growing) => growing,
            None => Box::new(Growing::begin(&self.db).await?),
        };
        let (checked, mut found) = growing.batch(&self.db).await?;
        if checked == 0 {
            found.extend(growing.end(&self.db).await?);
            self.counts.leaves += growing.size();
            self.counts.signed = growing.signed();
            self.counts.made_up = growing.made_up();
            if growing.next() {
                self.phase = Phase::Leaves(Some(growing));
            }
        } else {
            self.phase = Phase::Leaves(Some(growing));
        }
        Ok(Part { checked, found })
    }
}

/// What an id of an entry is called where people read it.
pub fn called(about: &str) -> String {
    about.parse().map_or_else(|_| about.to_owned(), |id: EntryId| format!("entry {} ({about})", id.receipt()))
}
