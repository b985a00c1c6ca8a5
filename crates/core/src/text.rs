//! Text as people save and paste it: which bytes are no text in UTF-8, and which characters nobody
//! sees. Pure but for [`read`].

use std::io::{self, Read};

/// What begins some files in UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file that is something else than text in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Foreign {
    /// UTF-16, with a mark at the beginning or a zero beside the first letter.
    #[error("this is UTF-16, as Excel's \"Unicode Text\" is; save it as UTF-8 (in Excel: \"CSV UTF-8\")")]
    Utf16,
    /// A container such as those of `.xlsx`, `.ods` and `.xls`.
    #[error("this is a spreadsheet's own file; save it as text in UTF-8 (in Excel: \"CSV UTF-8\")")]
    Spreadsheet,
    /// Packed with gzip, Zstandard, bzip2 or xz.
    #[error("this file is compressed; unpack it first")]
    Compressed,
    /// A PDF, of which no text can be read as it stands.
    #[error("this is a PDF; save it as text in UTF-8")]
    Pdf,
}

/// What a file is, by the bytes that it begins with, where that is known not to be text in UTF-8.
pub fn foreign(head: &[u8]) -> Option<Foreign> {
    const KNOWN: [(&[u8], Foreign); 9] = [
        (b"\xff\xfe", Foreign::Utf16),
        (b"\xfe\xff", Foreign::Utf16),
        (b"PK\x03\x04", Foreign::Spreadsheet),
        (b"\xd0\xcf\x11\xe0", Foreign::Spreadsheet),
        (b"\x1f\x8b", Foreign::Compressed),
        (b"\x28\xb5\x2f\xfd", Foreign::Compressed),
        (b"BZh", Foreign::Compressed),
        (b"\xfd7zXZ", Foreign::Compressed),
        (b"%PDF-", Foreign::Pdf),
    ];
    let known = KNOWN.iter().find(|(begins, _)| head.starts_with(begins)).map(|(_, what)| *what);
    // UTF-16 without a mark has a zero beside each letter of ASCII.
    known.or_else(|| matches!(head, [0, b' '..=b'~', ..] | [b' '..=b'~', 0, ..]).then_some(Foreign::Utf16))
}

/// Whether a character has no shape of its own, or turns the direction of those behind it (Unicode,
/// UAX 9).
pub const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether there is nothing to read in `text`: only blanks, controls and characters that have no
/// shape.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_unseen(c))
}

/// A number as it is read: `4,000`.
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let head = digits.len() % 3;
    let mut parts: Vec<&str> = (head..digits.len()).step_by(3).map(|at| &digits[at..at + 3]).collect();
    if head > 0 {
        parts.insert(0, &digits[..head]);
    }
    parts.join(",")
}

/// What in `text` nobody sees, or what stands for what somebody's program could not read, by its
/// number: `U+200B, which is invisible`.
pub fn unseen(text: &str) -> Option<String> {
    let found = text.chars().find(|c| is_unseen(*c) || *c == char::REPLACEMENT_CHARACTER)?;
    Some(match found {
        char::REPLACEMENT_CHARACTER => {
            "U+FFFD, which a program writes when it reads a file in the wrong encoding".into()
        }
        found => format!("U+{:04X}, which is invisible", u32::from(found)),
    })
}

/// Why a file cannot be taken as text.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The file begins as no text in UTF-8 does.
    #[error(transparent)]
    Foreign(#[from] Foreign),
    /// This line, counted from 1, is not UTF-8.
    #[error("line {0} is not UTF-8; save the file as UTF-8 and try again")]
    NotUtf8(usize),
    /// There are more than this many bytes.
    #[error("it is longer than {0} bytes")]
    TooLong(u64),
    /// What should be read could not be.
    #[error(transparent)]
    Read(#[from] io::Error),
}

/// The text of a file's bytes, without the mark that some programs put before it.
///
/// # Errors
/// Where they are no text in UTF-8, by the line.
pub fn decode(bytes: &[u8]) -> Result<&str, TextError> {
    if let Some(what) = foreign(bytes) {
        return Err(what.into());
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        TextError::NotUtf8(before.split(|b| *b == b'\n').count())
    })
}

/// Reads a text of at most `max` bytes.
///
/// # Errors
/// Where it cannot be read, is longer, or is no text in UTF-8.
pub fn read(from: impl Read, max: u64) -> Result<String, TextError> {
    let mut bytes = Vec::new();
    from.take(max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        return Err(TextError::TooLong(max));
    }
    decode(&bytes).map(str::to_owned)
}

/// What a mailed address carries, without what mail programs and people leave at its ends: a full
/// stop, a bracket, a blank. Secrets and numbers of ours begin and end with a letter or a digit.
pub fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bytes: &[u8]) -> String {
        decode(bytes).map_or_else(|e| e.to_string(), |text| format!("text {text:?}"))
    }

    #[test]
    fn a_number_is_read_in_groups_of_three() {
        let shown = [0, 7, 999, 1_000, 4_001, 123_456, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "7", "999", "1,000", "4,001", "123,456", "1,234,567"]);
    }

    #[test]
    fn a_mark_is_left_away_and_only_at_the_beginning() {
        assert_eq!(said(b"\xef\xbb\xbfT\r\n"), "text \"T\\r\\n\"");
        assert_eq!(said(b""), "text \"\"");
        assert_eq!(decode(b"a\xef\xbb\xbfb").unwrap(), "a\u{feff}b");
    }

    #[test]
    fn what_is_no_utf_8_is_told_with_what_to_do() {
        assert_eq!(said(b"a\nb\nM\xfcller"), "line 3 is not UTF-8; save the file as UTF-8 and try again");
        for utf_16 in [&b"\xff\xfei\0d\0"[..], b"\xfe\xff\0i\0d", b"i\0d\0", b"\0i\0d"] {
            assert!(said(utf_16).starts_with("this is UTF-16"), "{utf_16:?}");
        }
        assert!(said(b"PK\x03\x04x").contains("spreadsheet") && said(b"\xd0\xcf\x11\xe0").contains("spreadsheet"));
        assert!(said(b"\x1f\x8b\x08").contains("unpack") && said(b"%PDF-1.7").contains("PDF"));
    }

    #[test]
    fn a_file_has_a_bound() {
        assert_eq!(read(&b"four"[..], 4).unwrap(), "four");
        assert_eq!(read(&b"four"[..], 3).unwrap_err().to_string(), "it is longer than 3 bytes");
    }
}
