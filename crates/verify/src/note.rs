//! Text signed by one or more keys, by [signed-note](https://c2sp.org/signed-note): the log signs
//! the text of its checkpoint, and whoever witnessed it adds a line
//! ([tlog-cosignature](https://c2sp.org/tlog-cosignature)).

use crate::strict::{base64, base64_of, to_base64, to_hex};
use ed25519_dalek::{Signature as Ed25519, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// A note of this many bytes or more is not read.
pub const LONGEST: usize = 64 * 1024;
/// So many signatures are read, and no more.
pub const MOST: usize = 64;

/// What a key signs, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// The text itself, by Ed25519: type 0x01.
    Text,
    /// The text and the time at which it was seen, by Ed25519: type 0x04, a cosignature.
    TextAndTime,
}

impl Signs {
    fn byte(self) -> u8 {
        match self {
            Self::Text => 1,
            Self::TextAndTime => 4,
        }
    }
}

/// A public key with its name: a "vkey".
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// For a log, its origin.
    pub name: String,
    /// The first four bytes of a hash of all the rest, which signatures are found by.
    pub id: [u8; 4],
    /// What it signs.
    pub signs: Signs,
    public: VerifyingKey,
}

impl Key {
    /// A key of these bytes; `None` where they are no point of the curve, or the name is no name.
    pub fn new(name: &str, signs: Signs, public: &[u8; 32]) -> Option<Self> {
        let public = VerifyingKey::from_bytes(public).ok().filter(|key| !key.is_weak())?;
        is_name(name).then(|| Self { name: name.into(), id: id(name, signs, public.as_bytes()), signs, public })
    }

    /// Reads `name+id+key`.
    pub fn parse(vkey: &str) -> Option<Self> {
        let mut parts = vkey.splitn(3, '+');
        let (name, id, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let [kind, public @ ..] = base64_of::<33>(rest)?;
        let signs = [Signs::Text, Signs::TextAndTime].into_iter().find(|signs| signs.byte() == kind)?;
        Self::new(name, signs, &public).filter(|key| to_hex(&key.id) == id)
    }

    /// The 32 bytes of the key itself.
    pub fn public(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    /// What people compare: the first 16 bytes of the SHA-256 of the key, in groups of four digits.
    pub fn fingerprint(&self) -> String {
        let hex = to_hex(&Sha256::digest(self.public.as_bytes())[..16]);
        let groups: Vec<&str> = (0..hex.len()).step_by(4).map(|at| &hex[at..at + 4]).collect();
        groups.join(" ")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.signs.byte()];
        key.extend(self.public.as_bytes());
        write!(f, "{}+{}+{}", self.name, to_hex(&self.id), to_base64(&key))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

fn id(name: &str, signs: Signs, public: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', signs.byte()]).chain_update(public).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// What a key of a log signs, or a key of a witness at `time`, in seconds since 1970.
pub fn signed_bytes(text: &str, time: Option<u64>) -> Vec<u8> {
    match time {
        None => text.into(),
        Some(time) => format!("cosignature/v1\ntime {time}\n{text}").into(),
    }
}

/// One line below a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Whose it says that it is.
    pub name: String,
    /// Of which of their keys.
    pub id: [u8; 4],
    bytes: Vec<u8>,
}

impl Signature {
    /// Of a key, with the time where its kind has one.
    pub fn new(key: &Key, time: Option<u64>, signature: &[u8; 64]) -> Self {
        let mut bytes: Vec<u8> = time.iter().flat_map(|time| time.to_be_bytes()).collect();
        bytes.extend(signature);
        Self { name: key.name.clone(), id: key.id, bytes }
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = base64(rest).filter(|_| is_name(name))?;
        let (id, bytes) = bytes.split_first_chunk::<4>().filter(|(_, bytes)| !bytes.is_empty())?;
        Some(Self { name: name.into(), id: *id, bytes: bytes.into() })
    }

    fn is_of(&self, key: &Key) -> bool {
        self.name == key.name && self.id == key.id
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = self.id.iter().chain(&self.bytes).copied().collect();
        writeln!(f, "— {} {}", self.name, to_base64(&bytes))
    }
}

/// A text with its signatures, of which none has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is signed, with its last line feed.
    pub text: String,
    /// In the order of their lines.
    pub signatures: Vec<Signature>,
}

/// Why a note is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    /// It is no text, a blank line, and signatures.
    #[error("It is not a signed text in the form of c2sp.org/signed-note.")]
    Malformed,
    /// More than is read.
    #[error("It is too long, or has too many signatures.")]
    TooLong,
    /// A signature that names a known key is not of that key.
    #[error("The signature of {0} is wrong: the text was changed after it was signed, or somebody else signed it.")]
    WrongSignature(String),
}

/// A key that has signed a note, and when where it says so: in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Which of the keys that were asked for.
    pub key: Key,
    /// With a cosignature: when the witness saw the text.
    pub time: Option<u64>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// If it is spelled in another way than it is written, or is too long.
    pub fn parse(note: &str) -> Result<Self, BadNote> {
        if note.len() > LONGEST {
            return Err(BadNote::TooLong);
        }
        if note.contains(|c: char| c.is_ascii_control() && c != '\n') {
            return Err(BadNote::Malformed);
        }
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(BadNote::Malformed)?;
        let lines = signatures.strip_suffix('\n').ok_or(BadNote::Malformed)?;
        if lines.matches('\n').count() >= MOST {
            return Err(BadNote::TooLong);
        }
        let signatures = lines.split('\n').map(Signature::parse).collect::<Option<_>>().ok_or(BadNote::Malformed)?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// Which of these keys have signed it. Signatures of other keys are passed over, as the
    /// standard asks.
    ///
    /// # Errors
    /// If a signature that names one of these keys is not of that key.
    pub fn signed_by(&self, keys: &[Key]) -> Result<Vec<Signed>, BadNote> {
        let mut all: Vec<Signed> = Vec::new();
        for signature in &self.signatures {
            let Some(key) = keys.iter().find(|key| signature.is_of(key)) else { continue };
            let wrong = || BadNote::WrongSignature(key.name.clone());
            let time = self.checked(key, signature).ok_or_else(wrong)?;
            if !all.iter().any(|signed| signed.key == *key) {
                all.push(Signed { key: key.clone(), time });
            }
        }
        Ok(all)
    }

    /// The time that a right signature has; `None` where it is wrong.
    #[expect(clippy::option_option, reason = "right with no time, right with one, and wrong")]
    fn checked(&self, key: &Key, signature: &Signature) -> Option<Option<u64>> {
        let (time, bytes) = match key.signs {
            Signs::Text => (None, &signature.bytes[..]),
            Signs::TextAndTime => {
                let (time, bytes) = signature.bytes.split_first_chunk::<8>()?;
                (Some(u64::from_be_bytes(*time)).filter(|time| i64::try_from(*time).is_ok())?.into(), bytes)
            }
        };
        let bytes = Ed25519::from_slice(bytes).ok()?;
        key.public.verify_strict(&signed_bytes(&self.text, time), &bytes).ok()?;
        Some(time)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| write!(f, "{signature}"))
    }
}

#[cfg(test)]
#[path = "note_tests.rs"]
mod tests;
