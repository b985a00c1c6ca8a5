//! What commands that read and write files have in common: names, modes, and how much is read.

use sayso::db::Db;
use sayso::web::config::Database;
use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// `members.csv` and `.part` make `members.csv.part`.
pub fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// An empty file, for whoever runs this alone: there are names and addresses in it.
pub fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // One that was there before has kept its mode.
    #[cfg(unix)]
    if is_plain(path) {
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    }
    Ok(file)
}

/// # Errors
/// Where a file to be written is the database itself, by whatever name.
pub fn spares_the_database(path: &Path, database: &Database) -> Result<(), String> {
    let real = |path: &Path| fs::canonicalize(path).ok();
    let is_it = Db::file(database.url()).and_then(|file| real(&file)).is_some_and(|file| real(path) == Some(file));
    if is_it { Err(format!("{} is the database, and is not written over", path.display())) } else { Ok(()) }
}

/// Whether this is a file like any other, which may be removed and replaced: neither a device nor
/// a link to one.
pub fn is_plain(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_file())
}

/// Keeps nothing of what is written to it but the number of bytes.
pub struct Counter(pub u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The text that stands in a file, of so many bytes at most.
pub fn text(file: &Path, most: usize) -> Result<String, Box<dyn Error>> {
    let bytes = bytes(file, most + 1)?;
    let fits = if bytes.len() > most { None } else { String::from_utf8(bytes).ok() };
    fits.ok_or_else(|| format!("{} is too long, or no text", file.display()).into())
}

/// What stands in a file, and no more than `most` bytes of it.
pub fn bytes(file: &Path, most: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    let read = fs::File::open(file)
        .and_then(|file| file.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    Ok(bytes)
}
