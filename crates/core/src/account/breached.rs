//! Passwords that are known from breaches, from a file that the operator names: those themselves,
//! one a line, or their SHA-1, as Have I Been Pwned has them (`HASH:COUNT`).
//!
//! Of each there are 64 bits of the SHA-1: eight bytes of memory, and of all passwords there are
//! one in 2^64 / 20,000,000 is taken for one of them.

use super::opaque_string::{PASSWORD_MIN, enforce};
use crate::text::{BYTE_ORDER_MARK, Foreign, foreign};
use sha1::{Digest, Sha1};
use std::io::{self, BufRead};
use std::sync::Arc;

/// Passwords that a list may have: so many are 160 MB.
const MOST: usize = 20_000_000;
/// Bytes that a line may have: more than any password is.
const LINE_MAX: usize = 2_048;
/// Bytes that are looked at to tell what a file is.
const HEAD: usize = 8;

/// The passwords that are known; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Breached(Arc<[u64]>);

/// Why a file cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum BreachedError {
    /// The file begins as no text in UTF-8 does.
    #[error(transparent)]
    Foreign(#[from] Foreign),
    /// This line, counted from 1, is not UTF-8.
    #[error("line {0} is not UTF-8; save the file as UTF-8 and try again")]
    NotUtf8(usize),
    /// This line, counted from 1, is longer than any password is.
    #[error("line {0} is longer than {LINE_MAX} bytes")]
    TooLong(usize),
    /// This line, counted from 1, has 40 hexadecimal digits, and behind their colon no number.
    #[error(
        "line {0} is not a SHA-1, with or without a count; accepted: 40 hexadecimal digits, or those, a colon and a number"
    )]
    Hash(usize),
    /// This line, counted from 1, is from Have I Been Pwned's other list, whose hashes have 32
    /// digits.
    #[error("line {0} is an NTLM hash; use the SHA-1 version of the list")]
    Ntlm(usize),
    /// The list has more passwords than are kept in memory.
    #[error("it has more than {MOST} passwords that are long enough; take the commonest, such as its first lines")]
    TooMany,
    /// No line is a password that could be chosen here, so the list would refuse none.
    #[error("it has no password of {PASSWORD_MIN} characters or more")]
    Nothing,
    /// The file could not be read to its end.
    #[error(transparent)]
    Read(#[from] io::Error),
}

impl Breached {
    /// Reads a list.
    ///
    /// # Errors
    /// Where it cannot be read, or a line of it is none: by the line.
    pub fn read(list: impl BufRead) -> Result<Self, BreachedError> {
        Self::of(list, MOST)
    }

    fn of(mut file: impl BufRead, most: usize) -> Result<Self, BreachedError> {
        let head = file.fill_buf()?;
        if let Some(what) = foreign(&head[..head.len().min(HEAD)]) {
            return Err(what.into());
        }
        let (mut known, mut line, mut number) = (Vec::new(), Vec::new(), 0);
        loop {
            line.clear();
            number += 1;
            if io::Read::take(&mut file, LINE_MAX as u64 + 1).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.len() > LINE_MAX {
                return Err(BreachedError::TooLong(number));
            }
            let text = if number == 1 { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line) } else { &line };
            known.extend(read_line(text, number)?);
            if known.len() > most {
                // One that stands there twice counts once.
                tidy(&mut known);
                if known.len() > most {
                    return Err(BreachedError::TooMany);
                }
            }
        }
        tidy(&mut known);
        if known.is_empty() { Err(BreachedError::Nothing) } else { Ok(Self(known.into())) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no list: then no password is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `password` is one of them, or is but for capitals.
    pub fn has(&self, password: &str) -> bool {
        let is = |text: &str| self.0.binary_search(&key(&Sha1::digest(text.as_bytes()))).is_ok();
        !self.is_empty() && (is(password) || is(&password.to_lowercase()))
    }
}

fn tidy(known: &mut Vec<u64>) {
    known.sort_unstable();
    known.dedup();
}

/// The first eight bytes of a SHA-1.
fn key(sha1: &[u8]) -> u64 {
    sha1.iter().take(8).fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// What one line stands for; nothing where it is none that could be chosen here, such as a short
/// one.
fn read_line(bytes: &[u8], number: usize) -> Result<Option<u64>, BreachedError> {
    let text = std::str::from_utf8(bytes).map_err(|_| BreachedError::NotUtf8(number))?;
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    let (hash, count) = text.split_once(':').map_or((text, None), |(hash, count)| (hash, Some(count)));
    let is_hex = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_count = |count: &str| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    if is_hex && hash.len() == 40 {
        if !count.is_none_or(is_count) {
            return Err(BreachedError::Hash(number));
        }
        return Ok(u64::from_str_radix(&hash[..16], 16).ok());
    }
    if is_hex && hash.len() == 32 && count.is_some_and(is_count) {
        return Err(BreachedError::Ntlm(number));
    }
    // One with a control character is no password here.
    let password = enforce(text).unwrap_or_default();
    Ok((password.chars().count() >= PASSWORD_MIN).then(|| key(&Sha1::digest(password.as_bytes()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &[u8]) -> Result<Breached, String> {
        Breached::of(file, 4).map_err(|error| error.to_string())
    }

    #[test]
    fn a_list_has_passwords_or_their_sha_1() {
        for list in [
            &b"000webhost.com\n1q2w3e4r5t6y7u8i9o\r\n\nshort\nhas a\ttab in it\n"[..],
            b"\xef\xbb\xbf1q2w3e4r5t6y7u8i9o",
        ] {
            let known = of(list).unwrap();
            assert!(known.has("1q2w3e4r5t6y7u8i9o") && known.has("1Q2W3E4R5T6Y7U8I9O"), "{list:?}");
            assert!(!known.has("1q2w3e4r5t6y7u8i9") && !known.has(""));
        }
        // printf 'plumb seven otters gladly' | sha1sum
        let hex = "9cc011396f14cc5ed90c83a063d48383bb8ce4da";
        for line in [hex.to_owned(), hex.to_uppercase(), format!("{hex}:3"), format!("{hex}:37359195\r\n")] {
            let known = of(line.as_bytes()).unwrap();
            assert!(known.has("plumb seven otters gladly") && !known.has(hex), "{line}");
            assert_eq!(known.len(), 1);
        }
        // However its letters are put together.
        assert!(of("Mu\u{308}llers\u{a0}Katzen".as_bytes()).unwrap().has("M\u{fc}llers Katzen"));
        assert!(!Breached::default().has("1q2w3e4r5t6y7u8i9o"), "without a list none is known");
    }

    /// FIPS 180-4: SHA-1 of "abc" begins with a9993e36 4706816a.
    #[test]
    fn the_hash_is_sha_1() {
        assert_eq!(key(&Sha1::digest(b"abc")), 0xa999_3e36_4706_816a);
        assert_eq!(read_line(b"A9993E364706816ABA3E25717850C26C9CD0D89D:12", 1).unwrap(), Some(0xa999_3e36_4706_816a));
    }

    #[test]
    fn what_is_no_list_is_told_by_its_line() {
        let sha1 = "A9993E364706816ABA3E25717850C26C9CD0D89D";
        for (list, said) in [
            (b"1q2w3e4r5t6y7u8i9o\nM\xfcllers Katzen\n".to_vec(), "line 2 is not UTF-8; save the file as UTF-8"),
            (format!("{sha1}:1\n{sha1}:many").into_bytes(), "line 2 is not a SHA-1"),
            (format!("{sha1}:").into_bytes(), "line 1 is not a SHA-1"),
            (b"8846F7EAEE8FB117AD06BDD830B7586C:7".to_vec(), "line 1 is an NTLM hash"),
            ([&b"1q2w3e4r5t6y7u8i9o\n"[..], &[b'x'; 2_049]].concat(), "line 2 is longer than 2048 bytes"),
            (b"\x1f\x8b\x08\x00".to_vec(), "this file is compressed; unpack it first"),
            (b"short\n\n".to_vec(), "it has no password of 12 characters or more"),
            (Vec::new(), "it has no password of 12 characters or more"),
        ] {
            let error = of(&list).unwrap_err();
            assert!(error.starts_with(said), "{error} is not {said}");
        }
    }

    #[test]
    fn so_many_are_taken_and_one_that_is_there_twice_counts_once() {
        let list = |count: usize| (0..count).map(|n| format!("passphrase {n:04}\n")).collect::<Vec<_>>().concat();
        assert_eq!(of(list(4).repeat(3).as_bytes()).unwrap().len(), 4);
        assert!(of(list(5).as_bytes()).unwrap_err().starts_with("it has more than"));
    }
}
