//! A receipt as one file: a ZIP archive whose files are not compressed. There is one way to write
//! it, so that an archive is either exactly what Sayso writes of these files, or it is refused.

/// An archive of more bytes is not read.
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
    #[error("It is larger than a receipt can be.")]
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

/// The archive of these files, in this order.
pub fn pack(files: &[File]) -> Vec<u8> {
    let (mut archive, mut list) = (Vec::new(), Vec::new());
    for File { name, bytes } in files {
        let at = archive.len();
        // What both the file and the list say: version 2.0, no flags, not compressed, no time.
        let mut common = Vec::new();
        for half in [20, 0, 0, 0, DAY] {
            common.extend(u16::to_le_bytes(half));
        }
        for whole in [crc32fast::hash(bytes), length(bytes), length(bytes)] {
            common.extend(whole.to_le_bytes());
        }
        // The length of the name, and of what else there could be.
        common.extend(length(name.as_bytes()).to_le_bytes());
        archive.extend(FILE.iter().chain(&common).chain(name.as_bytes()).chain(bytes));
        list.extend(LISTED);
        // Made by version 2.0 on Unix.
        list.extend(0x0314_u16.to_le_bytes());
        list.extend(&common);
        // No comment, the first disk, no attributes of its own.
        list.extend([0; 6]);
        list.extend(PLAIN.to_le_bytes());
        list.extend(length(&archive[..at]).to_le_bytes());
        list.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len()).unwrap_or(u16::MAX).to_le_bytes();
    let (list_length, list_at) = (length(&list).to_le_bytes(), length(&archive).to_le_bytes());
    archive.extend(list);
    archive.extend(END);
    archive.extend([0; 4]);
    archive.extend([count, count].concat());
    archive.extend([list_length, list_at].concat());
    archive.extend([0; 2]);
    archive
}

/// The files of an archive, in their order.
///
/// # Errors
/// If it is not exactly what [`pack`] writes of them.
pub fn unpack(archive: &[u8]) -> Result<Vec<File>, BadArchive> {
    if archive.len() > LONGEST {
        return Err(BadArchive::TooLarge);
    }
    if !archive.starts_with(&FILE) || !ends(archive) {
        return Err(BadArchive::NoArchive);
    }
    let (mut files, mut rest) = (Vec::new(), archive);
    while rest.starts_with(&FILE) {
        let (file, after) = first(rest).ok_or(BadArchive::PackedAgain)?;
        files.push(file);
        rest = after;
    }
    match pack(&files) {
        whole if whole == archive => Ok(files),
        whole if whole.starts_with(archive) => Err(BadArchive::NoArchive),
        _ => Err(BadArchive::PackedAgain),
    }
}

/// Whether it has the end of an archive. A comment can follow it, of 65,535 bytes at most.
fn ends(archive: &[u8]) -> bool {
    let last = &archive[archive.len().saturating_sub(65_535 + 22)..];
    last.windows(END.len()).any(|four| four == END)
}

/// The file that this begins with, and what is behind it.
fn first(archive: &[u8]) -> Option<(File, &[u8])> {
    let number = |at: usize| archive.get(at..at + 4).and_then(|four| Some(u32::from_le_bytes(four.try_into().ok()?)));
    let length = usize::try_from(number(18)?).ok()?;
    let name = usize::try_from(number(26)?).ok().filter(|name| *name <= 100)?;
    let rest = archive.get(30..)?;
    let (name, rest) = (rest.get(..name)?, rest.get(name..)?);
    let name = std::str::from_utf8(name).ok().filter(|name| name.is_ascii())?;
    let file = File { name: name.into(), bytes: rest.get(..length)?.into() };
    Some((file, &rest[length..]))
}

/// So many bytes; no receipt has as many as do not fit.
fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
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
