//! Telling a file from another at the same path, and the names of files beside it.

use std::fs;
use std::path::{Path, PathBuf};

/// What tells a file from another at the same path: its device and its number there.
pub(super) type FileId = (u64, u64);

pub(super) fn file_id(path: &Path) -> Option<FileId> {
    fs::metadata(path).ok().map(|about| id_of(&about))
}

#[cfg(unix)]
pub(super) fn id_of(about: &fs::Metadata) -> FileId {
    (std::os::unix::fs::MetadataExt::dev(about), std::os::unix::fs::MetadataExt::ino(about))
}
#[cfg(not(unix))]
pub(super) fn id_of(_: &fs::Metadata) -> FileId {
    (0, 0)
}

/// A file beside another, with a longer name.
pub(super) fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
