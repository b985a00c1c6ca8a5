//! The newest checkpoint that this node has seen, kept in a file beside the key and never in the
//! database: so that a database that was restored from a backup cannot pass for the newest one.

use super::prove;
use super::store::{self, State, Which};
use crate::db::{self, Conn, Db};
use crate::error::chain;
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::merkle::{Hash, Tree, extends};
use sayso_verify::note::Note;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Its name in `SAYSO_DATA`.
pub const FILE: &str = "log.seen";

/// What the database lacks of what this node has seen. Each says what can be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RolledBack {
    #[error(
        "the database is older than its public log: {missing} of the {seen} entries of the log are missing. Put the newest copy of the database back. If there is none, stop every server and run `sayso log accept-rollback`"
    )]
    Missing { missing: u64, seen: u64 },
    #[error(
        "the database has another history than its public log: of the {seen} entries that this server saw, some were changed or replaced. Put the right copy of the database back. If there is none, stop every server and run `sayso log accept-rollback`"
    )]
    Other { seen: u64 },
    #[error(
        "the database has the public log {here}, and this server saw {seen} entries of {log}, which are missing. Put the right copy of the database back. If there is none, stop every server and run `sayso log accept-rollback`"
    )]
    OtherLog { here: String, log: String, seen: u64 },
    #[error(
        "{why}: either this database was restored from a backup or has a second copy that goes on, or the witness errs. Put the right copy of the database back, or ask the witness: once it agrees, run `sayso log resume`. If neither helps, stop every server and run `sayso log accept-rollback`"
    )]
    Stopped { why: String },
}

/// Why the start is refused, or what is wrong with the file.
#[derive(Debug, thiserror::Error)]
pub enum SeenError {
    #[error("{0} cannot be read: {1}. It is the newest state of the public log that this server saw")]
    Unreadable(PathBuf, #[source] io::Error),
    #[error(
        "{0} is damaged. It is the newest state of the public log that this server saw: put back what /log/checkpoint last answered"
    )]
    Malformed(PathBuf),
    #[error(transparent)]
    RolledBack(#[from] RolledBack),
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// What was seen, at hand and in its file.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// `None` where nothing outlives the process.
    file: Option<PathBuf>,
    newest: Arc<Mutex<Newest>>,
}

#[derive(Debug, Default)]
struct Newest {
    checkpoint: Option<Checkpoint>,
    /// Whether the file could not be written.
    unwritten: bool,
}

impl Seen {
    /// What the file in this folder has; nothing where there is none.
    ///
    /// # Errors
    /// If there is one that cannot be read: it is not taken for none.
    pub fn open(folder: &Path) -> Result<Self, SeenError> {
        let file = folder.join(FILE);
        let checkpoint = match fs::read_to_string(&file) {
            Ok(text) => {
                let checkpoint = Note::parse(&text).ok().and_then(|note| Checkpoint::parse(&note.text));
                Some(checkpoint.ok_or_else(|| SeenError::Malformed(file.clone()))?)
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
            Err(cause) => return Err(SeenError::Unreadable(file, cause)),
        };
        Ok(Self { file: Some(file), newest: Arc::new(Mutex::new(Newest { checkpoint, unwritten: false })) })
    }

    /// The newest one.
    pub fn newest(&self) -> Option<Checkpoint> {
        self.locked().checkpoint.clone()
    }

    /// Whether what was seen is kept at hand only, because its file could not be written.
    pub fn is_unwritten(&self) -> bool {
        self.locked().unwritten
    }

    fn locked(&self) -> MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares the database with what was seen, and keeps what is newer.
    ///
    /// # Errors
    /// If the database is behind, or has another history. Nothing may be added to it then.
    pub async fn follow(&self, db: &Db) -> Result<(), SeenError> {
        let mut reader = db.reader().await?;
        let state = store::state(reader.conn()).await?;
        self.compare(reader.conn(), state.as_ref()).await?;
        drop(reader);
        if let Some(state) = state {
            self.keep(&state)?;
        }
        Ok(())
    }

    /// Holds a state of the database against what was seen.
    ///
    /// # Errors
    /// As [`Seen::follow`].
    pub async fn compare(&self, mut conn: Conn<'_>, state: Option<&State>) -> Result<(), SeenError> {
        if let Some(State { stopped, .. }) = state.filter(|state| !state.stopped.is_empty()) {
            return Err(RolledBack::Stopped { why: stopped.clone() }.into());
        }
        let Some(seen) = self.newest() else { return Ok(()) };
        let ended = match state {
            Some(state) if state.origin != seen.origin => store::ended(conn.reborrow()).await?,
            _ => Vec::new(),
        };
        let now = state.map(State::tree).transpose()?;
        let here = state.map(|state| state.origin.as_str()).zip(now);
        let proof = match here {
            Some((origin, now)) if origin == seen.origin && now.size > seen.tree.size => {
                prove::consistency(conn, Which::Newest, seen.tree.size, now.size).await?
            }
            _ => Vec::new(),
        };
        Ok(held(&seen, here, &ended, &proof)?)
    }

    /// Keeps this state, which was compared. If its file cannot be written, it is kept at hand and
    /// that is said: entries go on getting their leaves.
    pub fn keep(&self, state: &State) -> db::Result<()> {
        let new = Checkpoint { origin: state.origin.clone(), tree: state.tree()? };
        let mut newest = self.locked();
        let older = |seen: &Checkpoint| seen.origin == new.origin && seen.tree.size >= new.tree.size;
        if !newest.unwritten && newest.checkpoint.as_ref().is_some_and(older) {
            return Ok(());
        }
        let file = self.file.as_deref();
        let written = file.map_or(Ok(()), |file| write(file, &state.checkpoint));
        let written = written.inspect_err(|cause| {
            if !newest.unwritten {
                tracing::error!(
                    file = ?file, cause = %chain(cause),
                    "cannot keep the newest state of the public log, so a database that is restored later cannot be told from the newest; let the server write there"
                );
            }
        });
        *newest = Newest { checkpoint: Some(new), unwritten: written.is_err() };
        Ok(())
    }
}

/// Whether the database has all that was seen. `here` is its log and tree, `ended` are those of its
/// logs that were ended, and `proof` shows that its tree extends the one that was seen.
fn held(seen: &Checkpoint, here: Option<(&str, Tree)>, ended: &[State], proof: &[Hash]) -> Result<(), RolledBack> {
    let Tree { size, .. } = seen.tree;
    match here {
        None if size == 0 => Ok(()),
        None => Err(RolledBack::Missing { missing: size, seen: size }),
        // That it lacks something has been accepted.
        Some((here, _)) if here != seen.origin => {
            let has_ended = ended.iter().any(|ended| ended.origin == seen.origin);
            has_ended.then_some(()).ok_or_else(|| RolledBack::OtherLog {
                here: here.into(),
                log: seen.origin.clone(),
                seen: size,
            })
        }
        Some((_, now)) if now.size < size => Err(RolledBack::Missing { missing: size - now.size, seen: size }),
        Some((_, now)) if extends(now, seen.tree, proof) => Ok(()),
        Some(_) => Err(RolledBack::Other { seen: size }),
    }
}

/// Writes a file so that after a power cut it is there with what it had before, or with this.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut there = tempfile::NamedTempFile::new_in(folder)?;
    there.write_all(text.as_bytes())?;
    there.as_file().sync_all()?;
    there.persist(file).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::key::LogKey;
    use crate::log::tree::Edge;
    use sayso_verify::merkle::leaf_hash;

    const LOG: &str = "privacy.example/log";

    /// A tree of so many leaves, of which those from `other` on are different ones.
    fn tree(size: u64, other: u64) -> Tree {
        let mut edge = Edge::default();
        let leaf = |i: u64| leaf_hash(&[u8::from(i >= other), u8::try_from(i).unwrap()]);
        edge.grow(&(0..size).map(leaf).collect::<Vec<_>>());
        Tree { size, root: edge.root() }
    }

    fn seen(size: u64) -> Checkpoint {
        Checkpoint { origin: LOG.into(), tree: tree(size, u64::MAX) }
    }

    #[test]
    fn a_smaller_or_another_tree_is_told_with_what_is_missing() {
        assert_eq!(held(&seen(4), Some((LOG, tree(4, u64::MAX))), &[], &[]), Ok(()));
        let missing = |missing, seen| Err(RolledBack::Missing { missing, seen });
        assert_eq!(held(&seen(7), Some((LOG, tree(4, u64::MAX))), &[], &[]), missing(3, 7));
        assert_eq!(held(&seen(7), None, &[], &[]), missing(7, 7));
        // It went on from an older state: as large, or larger by now.
        assert_eq!(held(&seen(7), Some((LOG, tree(7, 5))), &[], &[]), Err(RolledBack::Other { seen: 7 }));
        assert_eq!(held(&seen(4), Some((LOG, tree(5, 3))), &[], &[[1; 32]]), Err(RolledBack::Other { seen: 4 }));
        // A tree of four, and one more leaf, is shown by the hash of that leaf.
        let proof = [leaf_hash(&[0, 4])];
        assert_eq!(held(&seen(4), Some((LOG, tree(5, u64::MAX))), &[], &proof), Ok(()));
        let text = RolledBack::Missing { missing: 3, seen: 7 }.to_string();
        assert!(text.contains("3 of the 7 entries") && text.contains("sayso log accept-rollback"), "{text}");
    }

    #[test]
    fn a_log_that_was_ended_is_not_missed() {
        let ended = State { log: 1, origin: LOG.into(), size: 4, ..State::default() };
        let here = Some(("privacy.example/log/2", tree(1, 0)));
        assert_eq!(held(&seen(7), here, &[ended], &[]), Ok(()));
        assert!(matches!(held(&seen(7), here, &[], &[]), Err(RolledBack::OtherLog { .. })));
    }

    #[test]
    fn what_was_seen_is_kept_and_never_an_older_one() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let key = LogKey::make(LOG).unwrap();
        let state = |size| {
            let checkpoint = key.sign(seen(size).to_string()).to_string();
            State { origin: LOG.into(), size: i64::try_from(size).unwrap(), checkpoint, ..State::default() }
        };
        let kept = Seen::open(&data).unwrap();
        assert_eq!(kept.newest(), None);
        kept.keep(&state(5)).unwrap();
        kept.keep(&state(3)).unwrap();
        assert_eq!(Seen::open(&data).unwrap().newest(), Some(seen(5)));
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "nothing else is left behind");
        fs::write(data.join(FILE), "privacy.example/log\n").unwrap();
        let damaged = Seen::open(&data).unwrap_err().to_string();
        assert!(damaged.contains("is damaged"), "{damaged}");
    }
}
