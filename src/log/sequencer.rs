//! Gives each entry its leaf, in batches, and signs the tree: one node at a time, never in the path
//! of a request.
//!
//! A batch is one transaction: leaves, tiles, the size of the tree and its signed checkpoint. So
//! whoever is killed leaves no gap. The update that moves the tree on says from which size: whoever
//! slept meanwhile changes nothing, and there is no fork.

use super::keyring::Keyring;
use super::seen::{Seen, SeenError};
use super::store::{self, State, Waiting, keys};
use super::tree::{Edge, edges};
use crate::db::{self, Conn, Db, Tx, inconsistent};
use crate::time::Clock;
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::commitment::leaf;
use sayso_verify::merkle::{Tree, leaf_hash};
use sayso_verify::note::Note;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Entries of a batch, at most: few enough that nobody waits for the lock for long.
const BATCH: i64 = 1000;

/// How often it is told how far that is, if much waits.
const TELLING: Duration = Duration::from_secs(10);

/// Gives entries of one database their leaves.
#[derive(Clone)]
pub struct Sequencer {
    pub db: Db,
    pub clock: Clock,
    pub keys: Keyring,
    /// What the database is held against, before anything is added to it.
    pub seen: Seen,
}

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    #[error(
        "this node does not have the key {0}, which signs the public log, so it adds nothing to it; give it the keys of the node that does"
    )]
    KeyMissing(String),
    #[error(
        "this node has the key of another log, {0}, so it adds nothing to the public log {1}; give it the keys of the node that does"
    )]
    OtherLog(String, String),
    #[error(transparent)]
    Seen(#[from] SeenError),
}

impl From<db::Error> for NotAdded {
    fn from(cause: db::Error) -> Self {
        Self::Seen(cause.into())
    }
}

impl NotAdded {
    /// Whether the keys are missing here, so that another node has to go on.
    pub const fn is_of_keys(&self) -> bool {
        matches!(self, Self::KeyMissing(_) | Self::OtherLog(..))
    }
}

/// What a batch came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batch {
    /// So many entries got their leaves, and more wait.
    More(usize),
    /// So many, and none waits.
    Done(usize),
    /// Another node is at it.
    Elsewhere,
}

impl Sequencer {
    /// Gives everything that waits its leaf, and returns how much that was.
    ///
    /// # Errors
    /// Also if the database is behind what was seen of the log, or if a key that signs it is
    /// missing here.
    pub async fn catch_up(&self) -> Result<usize, NotAdded> {
        let (mut all, mut told) = (0, Instant::now());
        loop {
            match self.batch().await? {
                Batch::More(some) => {
                    all += some;
                    if told.elapsed() > TELLING {
                        told = Instant::now();
                        let waiting = store::how_many_wait(self.db.reader().await?.conn()).await?;
                        tracing::info!(added = all, waiting, "entries get into the public log");
                    }
                }
                Batch::Done(some) => return Ok(all + some),
                Batch::Elsewhere => return Ok(all),
            }
            tokio::task::yield_now().await;
        }
    }

    /// One batch.
    ///
    /// # Errors
    /// As [`Sequencer::catch_up`].
    pub async fn batch(&self) -> Result<Batch, NotAdded> {
        self.seen.follow(&self.db).await?;
        let mut reader = self.db.reader().await?;
        let state = store::state(reader.conn()).await?;
        // Also where nothing waits: an operator hears it before somebody presses.
        self.check_origin(state.as_ref())?;
        self.check_keys(reader.conn()).await?;
        if state.is_some() && !store::is_behind(reader.conn()).await? {
            return Ok(Batch::Done(0));
        }
        drop(reader);
        let mut tx = self.db.begin().await?;
        if !store::try_alone(tx.conn()).await? {
            return Ok(Batch::Elsewhere);
        }
        let state = store::state(tx.conn()).await?;
        self.seen.compare(tx.conn(), state.as_ref()).await?;
        self.check_origin(state.as_ref())?;
        self.check_keys(tx.conn()).await?;
        let (queued, before) = store::waiting(tx.conn(), BATCH).await?;
        store::dequeue(tx.conn(), &queued).await?;
        let room = BATCH - i64::try_from(queued.len()).unwrap_or(BATCH);
        let whole = i64::try_from(before.len()).unwrap_or(0) < room;
        let last = before.last().map(|entry| entry.id.clone());
        if whole || last.is_some() {
            store::backfilled(tx.conn(), last.as_deref().filter(|_| !whole)).await?;
        }
        let taken = queued.len() + before.len();
        let entries: Vec<Waiting> = queued.into_iter().chain(before).filter(|entry| !entry.has_leaf).collect();
        if entries.is_empty() && state.is_some() {
            tx.commit().await?;
            return Ok(Self::came_to(0, taken));
        }
        let Some(new) = self.add(&mut tx, state, &entries).await? else {
            // Dropped, the transaction takes everything back.
            return Ok(Batch::Elsewhere);
        };
        tx.commit().await?;
        self.seen.keep(&new)?;
        Ok(Self::came_to(entries.len(), taken))
    }

    fn check_origin(&self, state: Option<&State>) -> Result<(), NotAdded> {
        match state.filter(|state| state.origin != self.keys.origin()) {
            Some(state) => Err(NotAdded::OtherLog(self.keys.origin().to_owned(), state.origin.clone())),
            None => Ok(()),
        }
    }

    /// Whether every key that signs the log is here.
    ///
    /// # Errors
    /// [`NotAdded::KeyMissing`] if one is not.
    pub async fn check_keys(&self, conn: Conn<'_>) -> Result<(), NotAdded> {
        let sign = keys::that_sign(conn, self.keys.origin(), self.clock.now()).await?;
        self.keys.those(&sign).map(drop).map_err(|missing| NotAdded::KeyMissing(missing.to_owned()))
    }

    /// Gives these entries the next leaves of the log, and signs the tree. `None` where the log has
    /// another size by now.
    pub async fn add(&self, tx: &mut Tx, state: Option<State>, entries: &[Waiting]) -> db::Result<Option<State>> {
        let before = state.as_ref().map(|state| state.size);
        let State { size, log, first_leaf, .. } = state.unwrap_or(State { log: 1, ..State::default() });
        let mut subjects: Vec<&str> = entries.iter().map(|entry| entry.subject.as_str()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let secrets = store::secrets(tx.conn(), &subjects).await?;
        let mut leaves = Vec::with_capacity(entries.len());
        for Waiting { id, subject, canonical, .. } in entries {
            let secret = secrets.get(subject).ok_or_else(|| inconsistent("subject_secrets", "subject"))?;
            leaves.push((id.as_str(), secret.commitment(id, canonical)));
        }
        let mut edge = self.edge(tx, size).await?;
        let hashes: Vec<_> = leaves.iter().map(|(_, made)| leaf_hash(leaf(made).as_bytes())).collect();
        let tiles = edge.grow(&hashes);
        store::add_leaves(tx.conn(), first_leaf + size, &leaves).await?;
        store::put_tiles(tx.conn(), &tiles).await?;
        let next = i64::try_from(edge.size()).map_err(|_| inconsistent("log_state", "size"))?;
        let (origin, now) = (self.keys.origin().to_owned(), self.clock.now());
        let tree = Tree { size: edge.size(), root: edge.root() };
        let text = Checkpoint { origin: origin.clone(), tree }.to_string();
        let sign = keys::that_sign(tx.conn(), &origin, now).await?;
        let sign = self.keys.those(&sign).map_err(|_| inconsistent("log_keys", "vkey"))?;
        // A log that begins has none yet.
        let sign = if sign.is_empty() { vec![self.keys.first()] } else { sign };
        let signatures = sign.iter().map(|key| key.signature(&text)).collect();
        let checkpoint = Note { text, signatures }.to_string();
        let new = State { origin, size: next, checkpoint, signed_at: now.0, log, first_leaf, ..State::default() };
        if !store::move_on(tx.conn(), before, &new).await? {
            return Ok(None);
        }
        for key in sign {
            keys::signed(tx.conn(), &key.public().to_string(), next).await?;
        }
        Ok(Some(new))
    }

    /// So many got a leaf, of so many that waited.
    fn came_to(some: usize, taken: usize) -> Batch {
        if i64::try_from(taken).unwrap_or(BATCH) < BATCH { Batch::Done(some) } else { Batch::More(some) }
    }

    /// The right edge of the tree as it is stored.
    async fn edge(&self, tx: &mut Tx, size: i64) -> db::Result<Edge> {
        let size = u64::try_from(size).map_err(|_| inconsistent("log_state", "size"))?;
        let mut tiles = BTreeMap::new();
        for (level, (_, place), width) in edges(size) {
            if width > 0
                && let Some(hashes) = store::tile(tx.conn(), level, place).await?
            {
                tiles.insert(level, hashes);
            }
        }
        Edge::new(size, &tiles).ok_or_else(|| inconsistent("log_tiles", "hashes"))
    }
}
