//! The file of a `SQLite` database: who has it open, and whether it still lies at its path.
//!
//! A file that is moved while a process has it open takes every write with it. What was
//! acknowledged is then not in the file at the path, and nobody notices.

use super::file_id::{FileId, file_id, id_of, with_ending};
use super::note::{Note, STAMP_AT};
use super::write_log::{WriteLog, read, salt_of};
use super::{Error, OpenError};
use sqlx::SqlitePool;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A lock on a database's file, held until the last clone is gone, or the process. It is a lock on
/// a file beside it: one on the file itself would mix with those of `SQLite`.
#[derive(Clone, Debug)]
pub struct Hold(#[expect(dead_code, reason = "the lock is held as long as the file is open")] Arc<File>);

impl Hold {
    /// As one of several who have the database open.
    ///
    /// # Errors
    /// [`OpenError::Restoring`] while somebody holds it alone.
    pub(super) fn together(file: &Path) -> Result<Self, OpenError> {
        Self::with(file, File::try_lock_shared, OpenError::Restoring)
    }

    /// Alone, so that the file can be replaced. Makes its folder where that is missing.
    ///
    /// # Errors
    /// [`OpenError::InUse`] while anybody has the database open.
    pub fn alone(file: &Path) -> Result<Self, OpenError> {
        make_folder(file)?;
        Self::with(file, File::try_lock, OpenError::InUse)
    }

    fn with(
        file: &Path,
        lock: fn(&File) -> Result<(), TryLockError>,
        held: fn(PathBuf) -> OpenError,
    ) -> Result<Self, OpenError> {
        let name = beside(file);
        let failed = |cause| OpenError::file("lock", &name, cause);
        let lock_file = private(&name).map_err(failed)?;
        match lock(&lock_file) {
            Ok(()) => Ok(Self(Arc::new(lock_file))),
            Err(TryLockError::WouldBlock) => Err(held(file.to_owned())),
            Err(TryLockError::Error(cause)) => Err(failed(cause)),
        }
    }
}

/// Where the lock is: the same by whatever link or way the file is named.
fn beside(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = fs::canonicalize(file)
        .or_else(|_| fs::canonicalize(folder).map(|folder| folder.join(file.file_name().unwrap_or_default())));
    let mut name = real.unwrap_or_else(|_| file.to_owned()).into_os_string();
    name.push("-open");
    name.into()
}

/// Where `SQLite` puts what is not in the file yet: its write-ahead log.
fn log_of(file: &Path) -> PathBuf {
    with_ending(file, "-wal")
}

/// What says that the log was damaged while somebody had the database open.
fn damage_of(file: &Path) -> PathBuf {
    with_ending(file, "-damaged")
}

/// Whether the file may be opened, or made where it is missing. What was acknowledged may be in its
/// write-ahead log alone. So nothing is made anew where a database was, and no log of another file
/// is taken for this one's: `SQLite` would write its pages into this one.
///
/// # Errors
/// [`OpenError::Gone`], [`OpenError::ForeignLog`] and [`OpenError::Damaged`].
pub(super) fn is_as_it_was_left(file: &Path) -> Result<(), OpenError> {
    if damage_of(file).exists() {
        return Err(OpenError::Damaged(file.to_owned(), damage_of(file)));
    }
    let (lock, log_path) = (beside(file), log_of(file));
    let log = fs::metadata(&log_path).is_ok_and(|log| log.len() > 0);
    let noted = fs::read_to_string(&lock).ok().filter(|noted| !noted.is_empty());
    match file_id(file) {
        None if log || noted.is_some() => Err(OpenError::Gone(file.to_owned(), lock)),
        Some(id) if log && noted.is_some_and(|noted| !is_the_noted(&noted, file, id)) => {
            Err(OpenError::ForeignLog { database: file.to_owned(), log: log_path, lock })
        }
        _ => Ok(()),
    }
}

fn is_the_noted(noted: &str, file: &Path, id: FileId) -> bool {
    let (lock, log_path) = (beside(file), log_of(file));
    let found = Note { id, log: file_id(&log_path), own: file_id(&lock), salt: salt_of(&log_path), stamp: None };
    // Nobody here has it open yet: closing it would end the locks that `SQLite` has on it.
    let stamp = || File::open(file).ok().and_then(|file| read(&file, STAMP_AT)).map(u32::from_be_bytes);
    // What cannot be read was written by hand, or by another version.
    Note::read(noted).is_some_and(|noted| noted.belongs(&found, stamp))
}

/// The files that a process has open: the database, and its write-ahead log.
#[derive(Clone, Debug)]
pub struct Place(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    path: PathBuf,
    /// What keeps them open. They are never closed where that would fold into the database what is
    /// not its own.
    pools: [SqlitePool; 2],
    file: Option<FileId>,
    log: Option<FileId>,
    index: Option<FileId>,
    write_log: Option<WriteLog>,
    /// The size that was seen last. A database does not become smaller by itself.
    size: AtomicU64,
    /// What stands in the file of the lock.
    noted: Mutex<Note>,
    _hold: Hold,
}

impl Place {
    /// Of the file at `path`, which `pools` have open by now, as its write-ahead log is.
    pub(super) fn of(path: PathBuf, pools: [SqlitePool; 2], stamp: u32, hold: Hold) -> Result<Self, OpenError> {
        let log_path = log_of(&path);
        let (file, log, index) = (file_id(&path), file_id(&log_path), file_id(&with_ending(&path, "-shm")));
        let write_log = WriteLog::of(&path);
        let salt = write_log.as_ref().and_then(WriteLog::salt);
        let id = file.ok_or_else(|| OpenError::Gone(path.clone(), beside(&path)))?;
        let note = Note { id, log, own: file_id(&beside(&path)), salt, stamp: (stamp != 0).then_some(stamp) };
        let (size, noted) = (AtomicU64::new(0), Mutex::new(note));
        let opened = Opened { path, pools, file, log, index, write_log, size, noted, _hold: hold };
        if fs::read_to_string(beside(&opened.path)).ok().as_deref().and_then(Note::read) != Some(note) {
            opened.write(&note)?;
        }
        Ok(Self(Arc::new(opened)))
    }

    /// Notes the mark that the database itself has by now.
    pub(super) fn is_stamped(&self, stamp: u32) -> Result<(), OpenError> {
        let mut noted = self.0.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.stamp = Some(stamp);
        self.0.write(&noted)
    }

    /// Whether what is written arrives in the files at their paths.
    ///
    /// # Errors
    /// [`Error::Moved`] where another file lies there by now, or none; where another was copied
    /// over the database; and where the log was emptied or written over.
    pub(super) fn is_kept(&self) -> Result<(), Error> {
        if self.0.is_kept() { Ok(()) } else { Err(Error::Moved) }
    }

    /// Whether what is read is what was written: the log is as `SQLite` left it.
    ///
    /// # Errors
    /// [`Error::Moved`].
    pub(super) fn is_readable(&self) -> Result<(), Error> {
        if self.0.is_whole() { Ok(()) } else { Err(Error::Moved) }
    }
}

impl Opened {
    fn is_kept(&self) -> bool {
        let Ok(now) = fs::metadata(&self.path) else { return false };
        let same = self.file == Some(id_of(&now))
            && self.log == file_id(&log_of(&self.path))
            && self.index == file_id(&with_ending(&self.path, "-shm"));
        same && self.size.fetch_max(now.len(), Ordering::Relaxed) <= now.len() && self.is_whole() && {
            self.note_salt();
            true
        }
    }

    fn is_whole(&self) -> bool {
        self.write_log.as_ref().is_none_or(WriteLog::is_whole)
    }

    /// Notes which log this is, where it has begun anew.
    fn note_salt(&self) {
        let Some(salt) = self.write_log.as_ref().and_then(WriteLog::salt) else { return };
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.salt != Some(salt) {
            noted.salt = Some(salt);
            if let Err(error) = self.write(&noted) {
                tracing::warn!(%error, "could not note which log belongs to the database");
            }
        }
    }

    /// Never empty in between: an empty note would let every log pass.
    fn write(&self, note: &Note) -> Result<(), OpenError> {
        let (name, line) = (beside(&self.path), note.to_string());
        let written = OpenOptions::new().write(true).create(true).truncate(false).open(&name).and_then(|mut file| {
            file.write_all(line.as_bytes())?;
            file.set_len(line.len() as u64)
        });
        written.map_err(|cause| OpenError::file("write", &name, cause))
    }

    /// Whether closing may fold the log into the file.
    fn may_fold(&self) -> bool {
        // Where nothing lies there any more, nothing can be destroyed.
        let gone = [&self.path, &log_of(&self.path)].iter().all(|path| !path.exists());
        gone || self.is_kept() && !Error::was_damaged()
    }
}

impl Place {
    /// Notes for the next start that the log was emptied or written over, where it was: nobody
    /// could tell by then.
    pub(super) fn note_damage(&self) {
        if !self.0.is_whole() {
            const SAID: &[u8] =
                b"The write-ahead log of this database was emptied or written over while the server ran.\n";
            let noted = private(&damage_of(&self.0.path)).and_then(|mut file| {
                file.set_len(0)?;
                file.write_all(SAID)?;
                file.sync_all()
            });
            if let Err(error) = noted {
                tracing::error!(%error, "could not note that the write-ahead log was damaged");
            }
        }
    }

    /// Whether closing may fold the log into the file. Where it may not, the files stay open until
    /// the process ends, and as they are.
    pub(super) fn may_fold(&self) -> bool {
        self.0.may_fold()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if self.pools.iter().all(SqlitePool::is_closed) || self.may_fold() {
            return;
        }
        // The last connection that is closed folds the log in. So none is.
        for pool in &self.pools {
            std::mem::forget(pool.clone());
        }
    }
}

/// Makes the folder of `file` where it is missing, for this user's eyes only.
pub(super) fn make_folder(file: &Path) -> Result<(), OpenError> {
    let Some(folder) = file.parent() else { return Ok(()) };
    let mut folders = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders.recursive(true).create(folder).map_err(|cause| OpenError::file("make the folder", folder, cause))
}

/// The file, made where it is missing, for this user's eyes only.
pub(super) fn private(file: &Path) -> io::Result<File> {
    let mut files = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut files, 0o600);
    files.append(true).create(true).open(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::time::UtcMillis;

    fn url(file: &Path) -> String {
        format!("sqlite://{}", file.display())
    }

    #[tokio::test]
    async fn whoever_replaces_the_file_waits_for_everybody_who_has_it_open() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let (one, other) = (Db::open(&url(&file)).await.unwrap(), Db::open(&url(&file)).await.unwrap());
        // Also by another name of the same file.
        #[cfg(unix)]
        {
            let link = folder.path().join("link.db");
            std::os::unix::fs::symlink(&file, &link).unwrap();
            assert!(matches!(Hold::alone(&link), Err(OpenError::InUse(_))));
        }
        drop(one);
        assert!(matches!(Hold::alone(&file), Err(OpenError::InUse(_))));
        drop(other);
        let alone = Hold::alone(&file).unwrap();
        assert!(matches!(Db::open(&url(&file)).await, Err(OpenError::Restoring(_))));
        drop(Db::open_alone(&url(&file), alone).await.unwrap());
        Db::open(&url(&file)).await.unwrap();
    }

    #[tokio::test]
    async fn nothing_is_acknowledged_that_is_not_in_the_file_at_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let [file, aside] = ["a.db", "aside.db"].map(|name| folder.path().join(name));
        let db = Db::open(&url(&file)).await.unwrap();
        db.migrate().await.unwrap();
        db.probe_write(UtcMillis(1)).await.unwrap();
        let begun = db.begin().await.unwrap();
        fs::rename(&file, &aside).unwrap();
        // Also what was begun before.
        assert!(matches!(begun.commit().await, Err(Error::Moved)));
        assert!(matches!(db.begin_at_any_time().await, Err(Error::Moved)));
        fs::copy(&aside, &file).unwrap();
        assert!(matches!(db.probe_write(UtcMillis(2)).await, Err(Error::Moved)));
        // Put back, it is the file that is open.
        fs::rename(&aside, &file).unwrap();
        db.probe_write(UtcMillis(3)).await.unwrap();
    }

    #[tokio::test]
    async fn nothing_is_acknowledged_whose_log_was_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let [file, aside] = ["a.db", "aside"].map(|name| folder.path().join(name));
        let db = Db::open(&url(&file)).await.unwrap();
        db.migrate().await.unwrap();
        db.probe_write(UtcMillis(1)).await.unwrap();
        fs::rename(log_of(&file), &aside).unwrap();
        assert!(matches!(db.probe_write(UtcMillis(2)).await, Err(Error::Moved)));
        fs::rename(&aside, log_of(&file)).unwrap();
        db.probe_write(UtcMillis(3)).await.unwrap();
        // A copy that is written over the file, as `cp` does, is another database in the same file.
        let copy = fs::read(&file).unwrap();
        fs::write(&file, &copy[..copy.len() - 4096]).unwrap();
        assert!(matches!(db.probe_write(UtcMillis(4)).await, Err(Error::Moved)));
    }

    #[tokio::test]
    async fn a_log_is_applied_to_no_other_file_and_what_is_gone_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let [file, other] = ["a.db", "other.db"].map(|name| folder.path().join(name));
        for each in [&file, &other] {
            let db = Db::open(&url(each)).await.unwrap();
            db.migrate().await.unwrap();
            db.close().await;
        }
        let db = Db::open(&url(&file)).await.unwrap();
        db.probe_write(UtcMillis(1)).await.unwrap();
        // As after a kill: the log stays behind.
        let left = fs::read(log_of(&file)).unwrap();
        db.close().await;
        fs::write(log_of(&file), &left).unwrap();
        fs::rename(&other, &file).unwrap();
        assert!(matches!(Db::open(&url(&file)).await, Err(OpenError::ForeignLog { .. })));
        fs::remove_file(&file).unwrap();
        assert!(matches!(Db::open(&url(&file)).await, Err(OpenError::Gone(..))));
        fs::remove_file(log_of(&file)).unwrap();
        assert!(matches!(Db::open(&url(&file)).await, Err(OpenError::Gone(..))));
        // Whoever means it takes away what is left of it.
        fs::remove_file(beside(&file)).unwrap();
        Db::open(&url(&file)).await.unwrap();
    }
}
