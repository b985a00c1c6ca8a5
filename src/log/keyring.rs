//! The keys that a node has of its log: one, and around a rotation several. They stand one a line
//! in a file that is nobody else's, or in a variable.

use super::key::{KeyError, LogKey, file_of};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Keys of one log, at least one, the oldest first.
#[derive(Clone, Debug)]
pub struct Keyring {
    keys: Vec<LogKey>,
}

impl From<LogKey> for Keyring {
    fn from(key: LogKey) -> Self {
        Self { keys: vec![key] }
    }
}

impl Keyring {
    /// The keys for the log with this origin: what the variable has, or the file. Where there is no
    /// log yet, and neither has one, a key is made and written into the file.
    ///
    /// # Errors
    /// If there is none and there is a log, or if what there is cannot be used.
    pub fn find(variable: Option<&str>, folder: &Path, origin: &str, has_log: bool) -> Result<Self, KeyError> {
        let file = folder.join(file_of(origin));
        let (from, keys) = match variable {
            Some(text) => ("SAYSO_LOG_KEY".to_owned(), parse(text)),
            None => match read(&file)? {
                Some(text) => (file.display().to_string(), parse(&text)),
                None if has_log => return Err(KeyError::Missing(file)),
                None => return made(folder, file, origin),
            },
        };
        let keys = keys.ok_or_else(|| KeyError::Malformed(from.clone()))?;
        let name = keys[0].public().name.clone();
        // Before the first checkpoint, a key that is given names the log.
        let origin = if has_log { origin } else { &name };
        match keys.iter().find(|key| key.public().name != origin) {
            Some(other) => Err(KeyError::Another(from, other.public().name.clone(), origin.into())),
            None => Ok(Self { keys }),
        }
    }

    /// The key that a log begins with.
    pub fn first(&self) -> &LogKey {
        &self.keys[0]
    }

    /// The name of the log.
    pub fn origin(&self) -> &str {
        &self.first().public().name
    }

    /// Those with these public halves, or the first public half that is not among them.
    ///
    /// # Errors
    /// If one is missing.
    pub fn those<'a>(&'a self, vkeys: &'a [String]) -> Result<Vec<&'a LogKey>, &'a str> {
        let find = |vkey: &'a String| self.keys.iter().find(|key| key.public().to_string() == *vkey).ok_or(&**vkey);
        vkeys.iter().map(find).collect()
    }

    /// The newest that is none of these, if there is one.
    pub fn not_among(&self, vkeys: &[String]) -> Option<&LogKey> {
        self.keys.iter().rev().find(|key| !vkeys.contains(&key.public().to_string()))
    }

    /// The same with a new key behind the others.
    pub fn with_new(&self) -> Self {
        let key = LogKey::make(self.origin());
        Self { keys: self.keys.iter().cloned().chain(key).collect() }
    }

    /// Writes them into a file, this between one and the next.
    ///
    /// # Errors
    /// If the file cannot be written. Then it has what it had before.
    pub fn keep(&self, file: &Path, between: &str) -> Result<(), KeyError> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let write = || {
            // Made for nobody else (mode 0600), and in its place at once or not at all.
            let mut there = tempfile::NamedTempFile::new_in(folder)?;
            there.write_all(format!("{}\n", self.secret_text(between)).as_bytes())?;
            there.as_file().sync_all()?;
            there.persist(file).map_err(|error| error.error)?;
            fs::File::open(folder)?.sync_all()
        };
        write().map_err(|cause| KeyError::Unwritable(file.into(), cause))
    }

    /// As the file (a line for each) or the variable (a blank between them) has them. Whoever has
    /// this can sign for the log.
    pub fn secret_text(&self, between: &str) -> String {
        let keys: Vec<String> = self.keys.iter().map(LogKey::secret_text).collect();
        keys.join(between)
    }
}

/// Each key that stands there, once.
fn parse(text: &str) -> Option<Vec<LogKey>> {
    let mut keys: Vec<LogKey> = Vec::new();
    for word in text.split_whitespace() {
        let key = LogKey::parse(word)?;
        if !keys.iter().any(|other| other.public() == key.public()) {
            keys.push(key);
        }
    }
    Some(keys).filter(|keys| !keys.is_empty())
}

fn made(folder: &Path, file: PathBuf, origin: &str) -> Result<Keyring, KeyError> {
    let key = LogKey::make(origin).ok_or_else(|| KeyError::Malformed(origin.into()))?;
    let write = || {
        fs::create_dir_all(folder)?;
        // Nobody else's, and never over another one.
        let mut there = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file)?;
        there.write_all(format!("{}\n", key.secret_text()).as_bytes())?;
        there.sync_all()?;
        fs::File::open(folder)?.sync_all()
    };
    match write() {
        Ok(()) => Ok(key.into()),
        // Another process was first.
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Keyring::find(None, folder, origin, true),
        Err(cause) => Err(KeyError::Unwritable(file, cause)),
    }
}

/// What stands in the file, if there is one, and if it is nobody else's.
fn read(file: &Path) -> Result<Option<String>, KeyError> {
    let unreadable = |cause| KeyError::Unreadable(file.into(), cause);
    match fs::metadata(file) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(unreadable(cause)),
        Ok(there) if there.mode() & 0o077 != 0 => Err(KeyError::Open(file.into())),
        Ok(_) => fs::read_to_string(file).map(Some).map_err(unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::FILE;
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const ORIGIN: &str = "privacy.example/log";

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let made = Keyring::find(None, &data, ORIGIN, false).unwrap();
        let found = Keyring::find(None, &data, ORIGIN, true).unwrap();
        assert_eq!(made.first().public(), found.first().public());
        let file = data.join(FILE);
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        let note = made.first().sign("text\n".into());
        assert_eq!(note.signed_by(std::slice::from_ref(found.first().public())).unwrap().len(), 1);

        let other = Keyring::find(None, &data, "other.example/log", true).unwrap_err().to_string();
        assert!(other.contains("another log") && other.contains(ORIGIN), "{other}");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let open = Keyring::find(None, &data, ORIGIN, true).unwrap_err().to_string();
        assert!(open.contains("chmod 600"), "{open}");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        for damaged in ["PRIVATE+KEY+x", "", "\n", &format!("{}\nx\n", made.first().secret_text())] {
            fs::write(&file, damaged).unwrap();
            assert!(matches!(Keyring::find(None, &data, ORIGIN, true), Err(KeyError::Malformed(_))), "{damaged}");
        }
        fs::remove_file(&file).unwrap();
        let missing = Keyring::find(None, &data, ORIGIN, true).unwrap_err().to_string();
        assert!(missing.contains("has a log already"), "{missing}");
        assert!(!file.exists(), "none is made where a log exists");
        let variable = Keyring::find(Some(&made.secret_text(" ")), &data, ORIGIN, true).unwrap();
        assert_eq!(variable.first().public(), made.first().public());
    }

    #[test]
    fn a_new_key_stands_behind_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let one = Keyring::find(None, data, ORIGIN, false).unwrap();
        let old = one.first().public().to_string();
        assert!(one.not_among(std::slice::from_ref(&old)).is_none());
        let file = data.join(FILE);
        let two = one.with_new();
        two.keep(&file, "\n").unwrap();
        let new = two.not_among(std::slice::from_ref(&old)).unwrap().public().to_string();
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        // The same one twice is one.
        let text = fs::read_to_string(&file).unwrap();
        let twice = text.replace('\n', " ").repeat(2);
        let found = Keyring::find(Some(&twice), data, ORIGIN, true).unwrap();
        assert_eq!(found.secret_text("\n") + "\n", text);
        let both = [old.clone(), new.clone()];
        assert_eq!(found.those(&both).unwrap().len(), 2);
        assert!(found.not_among(&both).is_none());
        assert_eq!(one.those(&both).unwrap_err(), new);
        let other = LogKey::make("other.example/log").unwrap().secret_text();
        let mixed = Keyring::find(Some(&format!("{text}{other}")), data, ORIGIN, true).unwrap_err().to_string();
        assert!(mixed.contains("another log"), "{mixed}");
        assert!(two.keep(&data.join("no/folder/log.key"), "\n").is_err());
    }
}
