//! What stands in the file of the lock: which database was opened last, and which log is its own.

use super::file_id::FileId;
use std::fmt;

/// Where in a database's file its mark stands: the user version of `SQLite`'s header.
pub(super) const STAMP_AT: u64 = 60;

/// So often, at most, a log has begun anew since it was noted: each time after a thousand pages or
/// more, and it is noted at each write.
const ANEW: u32 = 65_536;

/// The files of a database, as they were seen last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub id: FileId,
    pub log: Option<FileId>,
    /// The file of the lock itself.
    pub own: Option<FileId>,
    /// Of the log.
    pub salt: Option<u32>,
    /// In the database itself; a copy that `sayso backup` makes has none.
    pub stamp: Option<u32>,
}

impl Note {
    /// What [`Display`](fmt::Display) wrote, or an older version: that had the first two numbers
    /// alone.
    pub fn read(noted: &str) -> Option<Self> {
        let mut words = noted.split_whitespace();
        let id = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let mut next = || words.next().and_then(|word| word.parse::<u64>().ok());
        let [log, own] = [next(), next()].map(|number| Some((id.0, number?)));
        let [salt, stamp] = [next(), next()].map(|number| u32::try_from(number?).ok());
        Some(Self { id, log, own, salt, stamp })
    }

    /// Whether the log that was `found` belongs to the database that was found beside it. The
    /// device does not count: it changes with a mount or a restart. `stamp` reads the mark in the
    /// file.
    pub fn belongs(&self, found: &Self, stamp: impl FnOnce() -> Option<u32>) -> bool {
        let number = |id: Option<FileId>| id.map(|(_, number)| number);
        let same_log = || match (self.salt, found.salt) {
            (Some(noted), Some(found)) => found.wrapping_sub(noted) <= ANEW,
            // Nothing was noted of it. Without a header, SQLite takes nothing from it.
            (None, _) => number(self.log).is_none() || number(self.log) == number(found.log),
            (_, None) => true,
        };
        let same_database = || if let Some(noted) = self.stamp { stamp() == Some(noted) } else { self.salt.is_none() };
        if self.id == found.id {
            return same_log();
        }
        if self.id.1 == found.id.1 {
            return same_log() && (self.stamp.is_none() || same_database());
        }
        // All three files are others: the folder was copied. If the note is the same file, the
        // database alone was replaced, or the two were put here.
        let copied = number(self.own).is_some() && number(self.own) != number(found.own);
        copied && self.salt.is_some() && same_log() && same_database()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id.0, self.id.1)?;
        for number in [self.log, self.own] {
            match number {
                Some((_, number)) => write!(f, " {number}")?,
                None => f.write_str(" -")?,
            }
        }
        for number in [self.salt, self.stamp] {
            match number {
                Some(number) => write!(f, " {number}")?,
                None => f.write_str(" -")?,
            }
        }
        f.write_str("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTED: Note = Note { id: (1, 20), log: Some((1, 21)), own: Some((1, 22)), salt: Some(7), stamp: Some(99) };

    fn belongs(noted: &str, found: Note) -> bool {
        Note::read(noted).unwrap().belongs(&Note { stamp: None, ..found }, || found.stamp)
    }

    #[test]
    fn it_is_read_as_it_was_written_also_by_the_version_before() {
        assert_eq!(NOTED.to_string(), "1 20 21 22 7 99\n");
        assert_eq!(Note::read(&NOTED.to_string()), Some(NOTED));
        let older = Note { log: None, own: None, salt: None, stamp: None, ..NOTED };
        assert_eq!(Note::read("1 20\n"), Some(older));
        assert_eq!(Note::read(&older.to_string()), Some(older));
        assert_eq!(Note::read("opened\n"), None);
    }

    #[test]
    fn the_device_does_not_count_and_the_log_and_the_mark_do() {
        let noted = NOTED.to_string();
        // Another mount, a restart; and the log has begun anew since.
        assert!(belongs(&noted, Note { id: (5, 20), log: Some((5, 21)), own: Some((5, 22)), ..NOTED }));
        assert!(belongs("1 20\n", Note { id: (5, 20), ..NOTED }));
        assert!(belongs(&noted, Note { salt: Some(9), ..NOTED }));
        // The folder was copied.
        let copied = Note { id: (1, 30), log: Some((1, 31)), own: Some((1, 32)), ..NOTED };
        assert!(belongs(&noted, copied));
        // Then another database, or another log, was put into the copy; and where nothing is known.
        assert!(!belongs(&noted, Note { stamp: Some(98), ..copied }));
        assert!(!belongs(&noted, Note { stamp: Some(0), ..copied }));
        assert!(!belongs(&noted, Note { salt: Some(6), ..copied }));
        assert!(!belongs("1 20\n", copied));
        // A database in the place of this one, also a plain copy; a log in the place of its own.
        assert!(!belongs(&noted, Note { id: (1, 30), ..NOTED }));
        assert!(!belongs(&noted, Note { id: (5, 20), stamp: Some(98), ..NOTED }));
        assert!(!belongs(&noted, Note { log: Some((1, 31)), salt: Some(3_000_000_000), ..NOTED }));
    }
}
