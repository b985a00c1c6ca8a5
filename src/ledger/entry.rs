//! One ledger record and its canonical form: JSON by RFC 8785 (JCS), hashed with SHA-256 (FIPS 180-4).
//!
//! An entry names nobody: the member appears as an opaque `subject`, and no name, e-mail, address, free text or IP address
//! has a field to stand in.

use super::words::{Actor, Channel, Choice, Kind, Purpose};
use crate::{id, time::UtcMillis};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The version of the canonical form. A change of any field is a new version.
pub const FORMAT: u8 = 1;

/// The subject of entries that are about the platform itself, such as a notice being published.
pub const PLATFORM: &str = "platform";

/// The id of an entry: a UUIDv7 (RFC 9562), so that ids sort by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(Uuid);

impl EntryId {
    /// A fresh id for something that happens at `at`.
    pub fn at(at: UtcMillis) -> Self {
        Self(id::in_time_order(at))
    }

    /// The receipt number people see and read out: 40 of the id's random bits, as `7KQ2-9FMX`.
    pub fn receipt(self) -> String {
        let bytes = self.0.as_bytes();
        id::code(&[bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]])
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for EntryId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::parse_str(text).map(Self)
    }
}

/// Which text was shown: purpose, version, language and the SHA-256 of its bytes, in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRef {
    pub purpose: Purpose,
    pub version: u32,
    pub language: String,
    pub sha256: String,
}

/// What is to be recorded; the store adds id, time and the link to the entry before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub subject: String,
    pub kind: Kind,
    pub purpose: Purpose,
    pub choice: Option<Choice>,
    pub actor: Actor,
    pub channel: Channel,
    pub rule: Option<String>,
    pub notice: Option<NoticeRef>,
}

/// One record. Field names are those of the canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub version: u8,
    pub id: EntryId,
    pub subject: String,
    pub kind: Kind,
    pub purpose: Purpose,
    pub choice: Option<Choice>,
    pub actor: Actor,
    pub channel: Channel,
    pub rule: Option<String>,
    pub notice: Option<NoticeRef>,
    pub case: Option<String>,
    pub at: UtcMillis,
    pub previous: Option<EntryId>,
}

/// An entry's canonical bytes, and their SHA-256 in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    pub bytes: Vec<u8>,
    pub sha256: String,
}

impl Entry {
    /// The entry that `draft` becomes at `at`, after `previous` of the same subject.
    pub fn new(draft: Draft, at: UtcMillis, previous: Option<EntryId>) -> Self {
        let Draft { subject, kind, purpose, choice, actor, channel, rule, notice } = draft;
        let (version, id, case) = (FORMAT, EntryId::at(at), None);
        Self { version, id, subject, kind, purpose, choice, actor, channel, rule, notice, case, at, previous }
    }

    /// The bytes that are stored and hashed: every field present (`null` where there is none), names in order, no blanks.
    pub fn canonical(&self) -> Canonical {
        let bytes = serde_jcs::to_vec(self).expect("an entry has only strings, integers and null");
        let sha256 = sha256_hex(&bytes);
        Canonical { bytes, sha256 }
    }
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, b| {
        let _ = write!(hex, "{b:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            version: 1,
            id: "0192f0c1-2b3c-7d4e-8f50-112233445566".parse().unwrap(),
            subject: "s-1".into(),
            kind: Kind::Choice,
            purpose: Purpose::GenerativeAiTraining,
            choice: Some(Choice::Denied),
            actor: Actor::Member,
            channel: Channel::Web,
            rule: Some("gai-2024-09-18".into()),
            notice: None,
            case: None,
            at: UtcMillis(1_795_459_000_000),
            previous: None,
        }
    }

    /// These bytes are what receipts will prove. If this test fails, the form has changed: make it a new version.
    #[test]
    fn the_canonical_form_is_fixed() {
        let canonical = entry().canonical();
        assert_eq!(
            String::from_utf8(canonical.bytes.clone()).unwrap(),
            r#"{"actor":"member","at":1795459000000,"case":null,"channel":"web","choice":"denied","id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"choice","notice":null,"previous":null,"purpose":"generative-ai-training","rule":"gai-2024-09-18","subject":"s-1","version":1}"#
        );
        assert_eq!(canonical.sha256, sha256_hex(&canonical.bytes));
        assert_eq!(serde_json::from_slice::<Entry>(&canonical.bytes).unwrap(), entry());
    }

    #[test]
    fn sha256_is_the_standards_own_example() {
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_receipt_number_is_the_ids_last_forty_bits() {
        assert_eq!(entry().id.receipt(), id::code(&[0x22, 0x33, 0x44, 0x55, 0x66]));
    }
}
