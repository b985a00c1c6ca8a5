//! The file of a `SQLite` database: who has it open, and whether it still lies at its path.
//!
//! A file that is moved while a process has it open takes every write with it. What was
//! acknowledged is then not in the file at the path, and nobody notices.

use super::{Error, OpenError};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// Whether the file may be opened, or made where it is missing. What was acknowledged may be in its
/// write-ahead log alone. So nothing is made anew where a database was, and no log of another file
/// is taken for this one's: `SQLite` would write its pages into this one.
///
/// # Errors
/// [`OpenError::Gone`] and [`OpenError::ForeignLog`].
pub(super) fn is_as_it_was_left(file: &Path) -> Result<(), OpenError> {
    let log = fs::metadata(log_of(file)).is_ok_and(|log| log.len() > 0);
    let noted = fs::read_to_string(beside(file)).ok().filter(|noted| !noted.is_empty());
    match file_id(file) {
        None if log || noted.is_some() => Err(OpenError::Gone(file.to_owned(), beside(file))),
        Some(id) if log && noted.is_some_and(|noted| noted != note(id)) => {
            Err(OpenError::ForeignLog(log_of(file), beside(file)))
        }
        _ => Ok(()),
    }
}

/// The files that a process has open: the database, and its write-ahead log.
#[derive(Clone, Debug)]
pub struct Place(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    path: PathBuf,
    log_path: PathBuf,
    file: Option<FileId>,
    log: Option<FileId>,
    /// The size that was seen last. A database does not become smaller by itself.
    size: AtomicU64,
    _hold: Hold,
}

impl Place {
    /// Of the file at `path`, which is open by now, as its write-ahead log is.
    pub(super) fn of(path: PathBuf, hold: Hold) -> Result<Self, OpenError> {
        let (file, log_path) = (file_id(&path), log_of(&path));
        if let Some(id) = file.filter(|id| fs::read_to_string(beside(&path)).is_ok_and(|noted| noted != note(*id))) {
            let name = beside(&path);
            fs::write(&name, note(id)).map_err(|cause| OpenError::file("write", &name, cause))?;
        }
        let log = file_id(&log_path);
        Ok(Self(Arc::new(Opened { path, log_path, file, log, size: AtomicU64::new(0), _hold: hold })))
    }

    /// Whether what is written arrives in the files at their paths.
    ///
    /// # Errors
    /// [`Error::Moved`] where another file lies there by now, or none, or another was copied over
    /// the database.
    pub(super) fn is_kept(&self) -> Result<(), Error> {
        let Opened { path, log_path, file, log, size, .. } = &*self.0;
        let now = fs::metadata(path).map_err(|_| Error::Moved)?;
        let same = *file == Some(id_of(&now)) && *log == file_id(log_path);
        if same && size.fetch_max(now.len(), Ordering::Relaxed) <= now.len() { Ok(()) } else { Err(Error::Moved) }
    }
}

/// What stands in the file of the lock: which file was opened last.
#[cfg(unix)]
fn note((device, inode): FileId) -> String {
    format!("{device} {inode}\n")
}
#[cfg(not(unix))]
fn note((): FileId) -> String {
    "opened\n".into()
}

/// What tells a file from another at the same path.
#[cfg(unix)]
type FileId = (u64, u64);
#[cfg(not(unix))]
type FileId = ();

fn file_id(path: &Path) -> Option<FileId> {
    fs::metadata(path).ok().map(|about| id_of(&about))
}

#[cfg(unix)]
fn id_of(about: &fs::Metadata) -> FileId {
    (std::os::unix::fs::MetadataExt::dev(about), std::os::unix::fs::MetadataExt::ino(about))
}
#[cfg(not(unix))]
fn id_of(_: &fs::Metadata) -> FileId {}

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
        assert!(matches!(Db::open(&url(&file)).await, Err(OpenError::ForeignLog(..))));
        fs::remove_file(&file).unwrap();
        assert!(matches!(Db::open(&url(&file)).await, Err(OpenError::Gone(..))));
        fs::remove_file(log_of(&file)).unwrap();
        assert!(matches!(Db::open(&url(&file)).await, Err(OpenError::Gone(..))));
        // Whoever means it takes away what is left of it.
        fs::remove_file(beside(&file)).unwrap();
        Db::open(&url(&file)).await.unwrap();
    }
}
