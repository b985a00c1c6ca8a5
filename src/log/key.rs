//! The key that signs the log: kept in a file beside the database, or in a variable, and never in
//! the database.
//!
//! Its form is that of Go's `note` package: `PRIVATE+KEY+name+id+base64`.

use crate::id;
use ed25519_dalek::{Signer, SigningKey};
use sayso_verify::note::{Key, Note, Signature, Signs, signed_bytes};
use sayso_verify::strict::{base64_of, to_base64, to_hex};
use std::fmt;
use std::io;
use std::path::PathBuf;

/// The name of the first log's in `SAYSO_DATA`.
pub const FILE: &str = "log.key";
const PREFIX: &str = "PRIVATE+KEY+";

/// A key that signs for one log.
#[derive(Clone)]
pub struct LogKey {
    secret: SigningKey,
    public: Key,
}

/// Why there is no key. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "the key of the log is missing: {0} is not there, and this database has a log already. Put the file back from where you keep it. Without it nobody can go on with this log"
    )]
    Missing(PathBuf),
    #[error("the key of the log cannot be read: {0}: {1}")]
    Unreadable(PathBuf, #[source] io::Error),
    #[error("the key of the log can be read by others: {0}. Run: chmod 600 {0}")]
    Open(PathBuf),
    #[error("{0} is not a key of a log, or a damaged one. Put the right one back from where you keep it")]
    Malformed(String),
    #[error("{0} is the key of another log, {1}, and this database has the log {2}. Put the right one there")]
    Another(String, String, String),
    #[error("a key for the log cannot be written: {0}: {1}. Let the server write there, or set SAYSO_LOG_KEY")]
    Unwritable(PathBuf, #[source] io::Error),
}

impl LogKey {
    /// A new key for the log with this origin.
    pub fn make(origin: &str) -> Option<Self> {
        Self::of(origin, &id::random())
    }

    fn of(origin: &str, secret: &[u8; 32]) -> Option<Self> {
        let secret = SigningKey::from_bytes(secret);
        let public = Key::new(origin, Signs::Text, secret.verifying_key().as_bytes())?;
        Some(Self { secret, public })
    }

    /// Reads a key.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim_end_matches('\n').strip_prefix(PREFIX)?.splitn(3, '+');
        let (name, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
        let [1, secret @ ..] = base64_of::<33>(secret)? else { return None };
        Self::of(name, &secret).filter(|key| to_hex(&key.public.id) == id)
    }

    /// As [`LogKey::parse`] reads it. Whoever has this can sign for the log.
    pub fn secret_text(&self) -> String {
        let mut secret = vec![1];
        secret.extend(self.secret.as_bytes());
        format!("{PREFIX}{}+{}+{}", self.public.name, to_hex(&self.public.id), to_base64(&secret))
    }

    /// Its public half.
    pub fn public(&self) -> &Key {
        &self.public
    }

    /// The text, signed.
    pub fn sign(&self, text: String) -> Note {
        let signatures = vec![self.signature(&text)];
        Note { text, signatures }
    }

    /// The signature of the text.
    pub fn signature(&self, text: &str) -> Signature {
        let signature = self.secret.sign(&signed_bytes(text, None)).to_bytes();
        Signature::new(&self.public, None, &signature)
    }
}

/// The name of the first log, and the number of this one: a log that follows another has its number
/// behind that name.
pub fn numbered(origin: &str) -> (&str, i64) {
    let number = |digits| i64::try_from(sayso_verify::strict::number(digits)?).ok();
    let later = origin.rsplit_once('/').and_then(|(first, digits)| Some((first, number(digits)?)));
    later.filter(|(first, number)| first.ends_with("/log") && *number > 1).unwrap_or((origin, 1))
}

/// The file that has the key of this log.
pub fn file_of(origin: &str) -> String {
    match numbered(origin) {
        (_, 1) => FILE.into(),
        (_, number) => format!("log-{number}.key"),
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({})", self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "privacy.example/log";

    #[test]
    fn a_log_line_never_has_it() {
        let key = LogKey::make(ORIGIN).unwrap();
        assert!(!format!("{key:?}").contains(&key.secret_text()[40..]));
        assert_eq!(LogKey::parse(&key.secret_text()).unwrap().public(), key.public());
    }

    #[test]
    fn a_later_log_has_its_number_and_a_key_of_its_own() {
        assert_eq!(numbered(ORIGIN), (ORIGIN, 1));
        assert_eq!(numbered("privacy.example/log/2"), (ORIGIN, 2));
        for other in ["privacy.example/log/1", "privacy.example/log/02", "privacy.example/2", "2/log"] {
            assert_eq!(numbered(other), (other, 1));
        }
        assert_eq!((file_of(ORIGIN).as_str(), file_of("privacy.example/log/12").as_str()), ("log.key", "log-12.key"));
    }

    #[test]
    fn others_sign_with_the_same_key() {
        let key = LogKey::make(ORIGIN).unwrap();
        let theirs = signed_note::StandardSigner::new(&key.secret_text()).unwrap();
        let mut note = signed_note::Note::new(b"text\n", &[]).unwrap();
        note.add_sigs(&[&theirs]).unwrap();
        assert_eq!(String::from_utf8(note.to_bytes()).unwrap(), key.sign("text\n".into()).to_string());
    }
}
