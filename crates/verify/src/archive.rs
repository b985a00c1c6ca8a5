//! A receipt or a pack as one file: a ZIP archive whose files are not compressed. There is one way
//! to write it, so that an archive is either exactly what Sayso writes of these files, or it is
//! refused.

/// A receipt of more bytes is not read.
pub const LONGEST: usize = 1024 * 1024;

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, in ASCII.
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

/// Why an archive is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadArchive {
    /// More than [`LONGEST`].
    #[error("It is larger than a receipt or a pack can be.")]
    TooLarge,
    /// Not a ZIP archive, or the beginning of one.
    #[error("It is not a receipt, or only a part of one.")]
    NoArchive,
    /// Somebody else has packed the files.
    #[error(
        "It was packed again by another program, or changed. Extract it, and check the folder, or download it once more."
    )]
    PackedAgain,
}

const FILE: [u8; 4] = *b"PK\x03\x04";
const LISTED: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
/// The first day that the format knows, 1 January 1980: a receipt says no other time than its
/// entry.
const DAY: u16 = 0x21;
/// A plain file that everybody can read, as Unix writes it.
const PLAIN: u32 = 0o100_644 << 16;

/// Writes an archive a file at a time, so that nobody has to hold the whole of it.
#[derive(Debug, Default)]
pub struct Writer {
    list: Vec<u8>,
    at: u64,
    count: u64,
}

impl Writer {
    /// What stands before the bytes of the next file, which follow it.
    pub fn head(&mut self, name: &str, bytes: &[u8]) -> Vec<u8> {
        // What both the file and the list say: version 2.0, no flags, not compressed, no time.
        let mut common = Vec::new();
        for half in [20, 0, 0, 0, DAY] {
            common.extend(u16::to_le_bytes(half));
        }
        for whole in [crc32fast::hash(bytes), length(bytes.len()), length(bytes.len())] {
            common.extend(whole.to_le_bytes());
        }
        // The length of the name, and of what else there could be.
        common.extend(length(name.len()).to_le_bytes());
        self.list.extend(LISTED);
        // Made by version 2.0 on Unix.
        self.list.extend(0x0314_u16.to_le_bytes());
        self.list.extend(&common);
        // No comment, the first disk, no attributes of its own.
        self.list.extend([0; 6]);
        self.list.extend(PLAIN.to_le_bytes());
        self.list.extend(u32::try_from(self.at).unwrap_or(u32::MAX).to_le_bytes());
        self.list.extend(name.as_bytes());
        let head = [&FILE, &common[..], name.as_bytes()].concat();
        self.at += (head.len() + bytes.len()) as u64;
        self.count += 1;
        head
    }

    /// The list of all files, which ends the archive.
    pub fn end(self) -> Vec<u8> {
        let Self { mut list, at, count } = self;
        let listed = list.len() as u64;
        let short = u16::try_from(count).unwrap_or(u16::MAX);
        if short == u16::MAX {
            // The longer end of ZIP64, and where it stands: made by and for its version 4.5.
            list.extend(*b"PK\x06\x06");
            list.extend(44_u64.to_le_bytes());
            list.extend([0x2d, 0x03, 0x2d, 0]);
            list.extend([0; 8]);
            for whole in [count, count, listed, at] {
                list.extend(whole.to_le_bytes());
            }
            list.extend(*b"PK\x06\x07");
            list.extend([0; 4]);
            list.extend((at + listed).to_le_bytes());
            list.extend(1_u32.to_le_bytes());
        }
        let fits = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
        list.extend(END);
        list.extend([0; 4]);
        list.extend([short.to_le_bytes(), short.to_le_bytes()].concat());
        list.extend([fits(listed), fits(at)].concat());
        list.extend([0; 2]);
        list
    }
}

/// The archive of these files, in this order.
pub fn pack(files: &[File]) -> Vec<u8> {
    let (mut archive, mut writer) = (Vec::new(), Writer::default());
    for File { name, bytes } in files {
        archive.extend(writer.head(name, bytes));
        archive.extend(bytes);
    }
    archive.extend(writer.end());
    archive
}

/// The files of an archive, in their order.
///
/// # Errors
/// If it is not exactly what [`pack`] writes of them.
pub fn unpack(archive: &[u8]) -> Result<Vec<File>, BadArchive> {
    let files = split(archive, LONGEST)?;
    Ok(files.into_iter().map(|(name, bytes)| File { name: name.into(), bytes: bytes.into() }).collect())
}

/// The same of an archive of at most `longest` bytes, without a copy of any file.
///
/// # Errors
/// If it is not exactly what a [`Writer`] writes of them.
pub fn split(archive: &[u8], longest: usize) -> Result<Vec<(&str, &[u8])>, BadArchive> {
    if archive.len() > longest {
        return Err(BadArchive::TooLarge);
    }
    if !archive.starts_with(&FILE) || !ends(archive) {
        return Err(BadArchive::NoArchive);
    }
    let (mut files, mut rest, mut writer) = (Vec::new(), archive, Writer::default());
    while rest.starts_with(&FILE) {
        let (name, bytes, after) = first(rest).ok_or(BadArchive::PackedAgain)?;
        if !rest.starts_with(&writer.head(name, bytes)) {
            return Err(BadArchive::PackedAgain);
        }
        files.push((name, bytes));
        rest = after;
    }
    match writer.end() {
        end if end == rest => Ok(files),
        end if end.starts_with(rest) => Err(BadArchive::NoArchive),
        _ => Err(BadArchive::PackedAgain),
    }
}

/// Whether it has the end of an archive. A comment can follow it, of 65,535 bytes at most.
fn ends(archive: &[u8]) -> bool {
    let last = &archive[archive.len().saturating_sub(65_535 + 22)..];
    last.windows(END.len()).any(|four| four == END)
}

/// The file that this begins with, and what is behind it.
fn first(archive: &[u8]) -> Option<(&str, &[u8], &[u8])> {
    let number = |at: usize| archive.get(at..at + 4).and_then(|four| Some(u32::from_le_bytes(four.try_into().ok()?)));
    let length = usize::try_from(number(18)?).ok()?;
    let name = usize::try_from(number(26)?).ok().filter(|name| *name <= 100)?;
    let rest = archive.get(30..)?;
    let (name, rest) = (rest.get(..name)?, rest.get(name..)?);
    let name = std::str::from_utf8(name).ok().filter(|name| name.is_ascii())?;
    Some((name, rest.get(..length)?, &rest[length..]))
}

/// So many bytes; nothing that is packed has as many as do not fit.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn two() -> Vec<File> {
        [("a.txt", "one\n"), ("b.json", "{}")]
            .map(|(name, text)| File { name: name.into(), bytes: text.into() })
            .to_vec()
    }

    #[test]
    fn what_is_packed_is_unpacked_and_nothing_else_is() {
        let archive = pack(&two());
        assert_eq!(unpack(&archive), Ok(two()));
        assert_eq!(unpack(&archive[..archive.len() - 1]), Err(BadArchive::NoArchive));
        assert_eq!(unpack(&archive[..20]), Err(BadArchive::NoArchive));
        assert_eq!(unpack(b""), Err(BadArchive::NoArchive));
        assert_eq!(unpack(b"{}"), Err(BadArchive::NoArchive));
        assert_eq!(unpack(&vec![0; LONGEST + 1]), Err(BadArchive::TooLarge));
        let with_comment = [&archive[..], b"x"].concat();
        assert_eq!(unpack(&with_comment), Err(BadArchive::PackedAgain));
        for at in 0..archive.len() {
            for bit in 0..8 {
                let mut changed = archive.clone();
                changed[at] ^= 1 << bit;
                // Only what stands in the files, with its checksum, is another archive.
                assert!(unpack(&changed).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn more_files_than_the_short_end_can_count_have_the_long_one() {
        let name = |n: u32| format!("{n:06}");
        let mut files: Vec<File> = (0..65_534).map(|n| File { name: name(n), bytes: vec![] }).collect();
        let short = pack(&files);
        assert!(!short[short.len() - 200..].windows(4).any(|four| four == b"PK\x06\x06"));
        files.push(File { name: name(65_534), bytes: vec![1] });
        let long = pack(&files);
        assert!(long[long.len() - 200..].windows(4).any(|four| four == b"PK\x06\x06"));
        let split = split(&long, long.len()).unwrap();
        assert_eq!((split.len(), split[65_534]), (65_535, ("065534", &[1][..])));
        assert_eq!(super::split(&long, long.len() - 1), Err(BadArchive::TooLarge));
    }

    proptest! {
        #[test]
        fn nothing_that_is_read_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let begun = [&FILE[..], &bytes, &END].concat();
            if let Ok(files) = unpack(&begun) {
                prop_assert_eq!(pack(&files), begun);
            }
        }
    }
}
