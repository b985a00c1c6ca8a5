//! The write-ahead log of a `SQLite` database as it lies on the disk, held against the index in
//! which `SQLite` keeps what it has written there (`-shm`; sqlite.org/walformat.html).
//!
//! `SQLite` trusts its index: it would read, and fold into the database, whatever lies in the log
//! by now. So a log that was emptied or overwritten in place destroys the database unless somebody
//! looks.

use super::file_id::{FileId, file_id, with_ending};
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

/// How often it is looked while the log is written meanwhile.
const TRIES: u32 = 24;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The log and its index, both open.
#[derive(Debug)]
pub(super) struct WriteLog {
    log: File,
    index: Arc<File>,
}

/// What the index says of the log.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Head {
    frames: u32,
    page_size: u32,
    /// Of the newest frame.
    checksum: [u32; 2],
    salts: [u8; 8],
}

impl WriteLog {
    /// Of the database in `file`, which `SQLite` has open; none where there is no such log.
    pub fn of(file: &Path) -> Option<Self> {
        let log = File::open(with_ending(file, "-wal")).ok()?;
        Some(Self { log, index: index(&with_ending(file, "-shm"))? })
    }

    /// The first salt in the log's header. `SQLite` adds one when it begins the log anew.
    pub fn salt(&self) -> Option<u32> {
        salt(&read::<LOG_HEADER>(&self.log, 0)?)
    }

    /// Whether the log begins and ends as the index says.
    pub fn is_whole(&self) -> bool {
        for n in 0..TRIES {
            if n > 2 {
                std::thread::sleep(Duration::from_millis(1));
            }
            // Halfway written.
            let Some(head) = self.head() else { continue };
            if self.is_as(head) {
                return true;
            }
            if self.head() == Some(head) {
                return false;
            }
        }
        // It is written all the time, so somebody can write.
        true
    }

    fn is_as(&self, Head { frames, page_size, checksum, salts }: Head) -> bool {
        let Some(before) = u64::from(frames).checked_sub(1) else { return true };
        let newest = LOG_HEADER as u64 + before * (u64::from(page_size) + FRAME_HEADER as u64);
        let (log, frame) = (read::<LOG_HEADER>(&self.log, 0), read::<FRAME_HEADER>(&self.log, newest));
        let (Some(log), Some(frame)) = (log, frame) else { return false };
        log[16..24] == salts
            && frame[8..16] == salts
            && [16, 20].map(|at| number(&frame, at).map(u32::from_be_bytes)) == checksum.map(Some)
    }

    /// `SQLite` writes it twice, one after the other; none while the two differ.
    fn head(&self) -> Option<Head> {
        let both: [u8; 96] = read(&self.index, 0)?;
        let (one, other) = both.split_at(48);
        if one != other {
            return None;
        }
        let native = |at| number(one, at).map(u32::from_ne_bytes);
        // The largest size does not fit, and is written as 1.
        let page_size = match u16::from_ne_bytes([one[14], one[15]]) {
            1 => 65_536,
            size => size.into(),
        };
        let salts = one[32..40].try_into().ok()?;
        Some(Head { frames: native(16)?, page_size, checksum: [native(24)?, native(28)?], salts })
    }
}

/// The first salt of the log in `file`, where that has a header.
pub(super) fn salt_of(file: &Path) -> Option<u32> {
    salt(&read::<LOG_HEADER>(&File::open(file).ok()?, 0)?)
}

fn salt(header: &[u8; LOG_HEADER]) -> Option<u32> {
    number(header, 16).map(u32::from_be_bytes)
}

fn number(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..at + 4)?.try_into().ok()
}

/// The index, open once for all in this process: whoever closes a file takes away the locks that
/// `SQLite` has on it in the same process, under whatever descriptor (fcntl).
fn index(path: &Path) -> Option<Arc<File>> {
    static OPEN: Mutex<Vec<(FileId, Weak<File>)>> = Mutex::new(Vec::new());
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|(_, file)| file.strong_count() > 0);
    let id = file_id(path)?;
    let there = open.iter().find(|(other, _)| *other == id).and_then(|(_, file)| file.upgrade());
    if there.is_some() {
        return there;
    }
    let file = Arc::new(File::open(path).ok()?);
    open.push((id, Arc::downgrade(&file)));
    drop(open);
    Some(file)
}

/// So many bytes of a file; none where it is shorter.
#[cfg(unix)]
pub(super) fn read<const N: usize>(file: &File, at: u64) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    std::os::unix::fs::FileExt::read_exact_at(file, &mut bytes, at).ok()?;
    Some(bytes)
}
#[cfg(not(unix))]
pub(super) fn read<const N: usize>(_: &File, _: u64) -> Option<[u8; N]> {
    None
}
