//! One ledger record and its canonical form: JSON by RFC 8785 (JCS), hashed with SHA-256 (FIPS
//! 180-4).
//!
//! An entry names nobody: the member appears as an opaque `subject`, and no name, e-mail, address,
//! free text or IP address has a field to stand in. Of what somebody wrote there is only the hash.

use super::purpose::Purpose;
use super::vocabulary::{
    Actor, CameBy, Channel, Choice, ForgottenFor, Kind, Mode, Outcome, Reason, Shown, Step, SweptFor, WordsOf,
};
use crate::{id, time::UtcMillis};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The version of entries that say where they stand in their history.
pub const PLACED: u8 = 5;

/// The subject of entries that are about the platform itself, such as a notice being published.
pub const PLATFORM: &str = "platform";

/// The id of an entry: a `UUIDv7` (RFC 9562), so that ids sort by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(Uuid);

impl EntryId {
    /// The id of something that happens at `at`, made of these random bytes.
    pub fn new(at: UtcMillis, random: &[u8; 10]) -> Self {
        Self(id::in_time_order(at, random))
    }

    /// The instant in it, which is that of its entry.
    pub fn instant(self) -> UtcMillis {
        let bytes = self.0.as_bytes();
        UtcMillis(bytes[..6].iter().fold(0, |all, b| all << 8 | i64::from(*b)))
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

/// Which text was shown: purpose, version, language and the SHA-256 of its bytes, in lower-case
/// hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRef {
    /// The purpose that the text is about.
    pub purpose: Purpose,
    /// From 1; another word in the text makes another version.
    pub version: u32,
    /// The language of the text (BCP 47), such as `en`.
    pub language: String,
    /// The hash of [`exact_text`](crate::consent::notice::exact_text) in UTF-8.
    pub sha256: String,
}

/// One step of an objection's case. Hashes are SHA-256 in lower-case hex; the texts themselves are
/// kept elsewhere, so that they can be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseStep {
    /// What happened, which says what of the rest there is.
    pub name: Step,
    /// What was asked for, in the steps that begin a case.
    pub mode: Option<Mode>,
    /// The purposes for which something changes with this step; a decision's stand in `outcomes`.
    pub purposes: Vec<Purpose>,
    /// What was decided or proposed, once for each purpose; empty in other steps.
    pub outcomes: Vec<Decided>,
    /// The hash of what was written with this step.
    pub text: Option<String>,
    /// When an answer is due, in the steps that set it.
    pub due: Option<UtcMillis>,
    /// Another case's number: the one this duplicates, or the one it was filed after.
    pub other: Option<String>,
    /// With [`Step::Linked`]: the applicant's last entry, which the case goes on from.
    pub follows: Option<EntryId>,
    /// Who of the officers it was, as a mark that is good within this case only: the [sealed] id,
    /// under the case's number. It shows that the one who agreed to a refusal is not the one who
    /// proposed it, and names nobody. Left out where there is none, so that earlier steps keep
    /// their bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// With [`Step::Reached`] and with what an officer recorded: since when it has been with us.
    /// Left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<UtcMillis>,
    /// With [`Step::Swept`]: what was erased. Left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swept: Option<Swept>,
    /// With what an officer recorded: how it came in. Left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<CameBy>,
    /// With what an officer recorded: whose words the text is. Left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<WordsOf>,
    /// With a step that rules: the hash of the answer as it was sent, in the spelling of
    /// [`as_stored`](crate::objection::answer_letter::as_stored). Left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// How many texts of a case were erased that entries have the hashes of, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Swept {
    /// Texts that entries have a hash of.
    pub texts: u32,
    /// Why they were not kept any longer.
    pub reason: SweptFor,
}

/// What was decided about one purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// One of the purposes of the case.
    pub purpose: Purpose,
    /// Whether its processing ends, or goes on.
    pub outcome: Outcome,
    /// The hash of the grounds.
    pub text: Option<String>,
}

impl From<Step> for CaseStep {
    /// A step of which nothing more is to be said.
    fn from(name: Step) -> Self {
        let (mode, text, due, other, follows) = (None, None, None, None, None);
        let (officer, since, swept, came, words, answer) = (None, None, None, None, None, None);
        let (purposes, outcomes) = (Vec::new(), Vec::new());
        Self { name, mode, purposes, outcomes, text, due, other, follows, officer, since, swept, came, words, answer }
    }
}

/// What somebody of the staff was shown of a member, and why. Who it was is kept elsewhere: the
/// entry's `actor` names the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Whether they saw the settings, or the whole address.
    pub shown: Shown,
    /// The category that they chose; with [`Reason::Case`] the entry names the case.
    pub reason: Reason,
    /// The hash of what they wrote as the reason.
    pub text: Option<String>,
    /// With [`Shown::Address`]: the view of the settings during which the address was shown.
    pub during: Option<EntryId>,
    /// Who it was, as a mark that is good within this history only: the [sealed] id, under the
    /// subject. It names nobody. Left out in older entries, so that they keep their bytes, as
    /// `until` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// Until when the view was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UtcMillis>,
}

/// A member moved. Both are ISO 3166-1 alpha-2 codes; what held before is judged by `from`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// Where they lived until then.
    pub from: String,
    /// Where they live from then on.
    pub to: String,
}

/// The span of a clock that the operator does not believe: what was recorded in it was recorded at
/// another time than it says. Times in milliseconds since 1970, both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSpan {
    /// The first instant that is not believed.
    pub from: UtcMillis,
    /// The last instant that is not believed.
    pub until: UtcMillis,
}

/// The last known state of a log that was ended, because the database had lost a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// The name of that log.
    pub log: String,
    /// How many leaves it had.
    pub size: u64,
    /// The root over them, in base64.
    pub root: String,
}

/// A key of the public log that takes the place of another. Keys are in the form of
/// <https://c2sp.org/signed-note>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// The public key that signs from now on.
    pub vkey: String,
    /// The one that signed until now.
    pub replaces: String,
    /// Until when that one signs beside it, in milliseconds since 1970 in UTC.
    pub both_until: UtcMillis,
}

/// The entries of one subject of which nobody can show any more what their leaves are of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    /// Whose history it is: letters that name nobody.
    pub subject: String,
    /// How many leaves there are: those of its positions from 1 on, without a gap.
    pub leaves: i64,
    /// Why.
    pub reason: ForgottenFor,
}

/// One record. Field names are those of the canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version of the form: [`PLACED`] or later, or in older entries 1 to 4, as
    /// [`Event::version`](super::Event::version) has it.
    pub version: u8,
    /// Made of `at` and of random bytes; the receipt number is part of it.
    pub id: EntryId,
    /// Whose history it belongs to: a member's, that of a case without an account, or [`PLATFORM`].
    pub subject: String,
    /// What it records, which says what of the rest there is.
    pub kind: Kind,
    /// Always there in version 1.
    pub purpose: Option<Purpose>,
    /// What was said, or what held by default; `null` in every kind that has none.
    pub choice: Option<Choice>,
    /// Who caused it, as a role: an entry names nobody.
    pub actor: Actor,
    /// Which way it came in.
    pub channel: Channel,
    /// The id of the rule that was in force where the member lived, if one was.
    pub rule: Option<String>,
    /// The notice that was published, delivered, or in front of whoever chose.
    pub notice: Option<NoticeRef>,
    /// The number of the case it is about, such as `OBJ-7F3K9Q2M`.
    pub case: Option<String>,
    /// When it was recorded, in milliseconds since 1970 in UTC, by the clock of that time.
    pub at: UtcMillis,
    /// The entry of the same subject before it; `null` in the first one.
    pub previous: Option<EntryId>,
    /// Left out where there is none, so that version 1 keeps its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<CaseStep>,
    /// Left out where there is none, so that versions 1 and 2 keep their bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
    /// This and `clock` are left out where there is none, so that versions 1 to 3 keep their bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// With [`Kind::Clock`]: which span is not believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockSpan>,
    /// With [`Kind::Rollback`]: what was known of the log that ended. Left out where there is none,
    /// so that versions 1 to 5 keep their bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback: Option<Rollback>,
    /// With [`Kind::Key`]: which key it is. Left out where there is none, so that older versions
    /// keep their bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<NewKey>,
    /// With [`Kind::Forgotten`]: whose leaves lead to nobody. Left out where there is none, so that
    /// older versions keep their bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten: Option<Forgotten>,
    /// Where a notice was published: from when on it counts. Left out where there is none, so that
    /// older versions keep their bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<UtcMillis>,
    /// From version 5 on: 1 for the first entry of the subject, and one more for each that follows,
    /// so that a missing one shows as a gap. Left out before, so that older versions keep their
    /// bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    /// From version 5 on: the commitment in the leaf of `previous`, in base64, which fixes what
    /// stands in it and tells nobody. Left out in the first entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_leaf: Option<String>,
}

/// An entry's canonical bytes, and their SHA-256 in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// JSON by RFC 8785 in UTF-8, as it is stored.
    pub bytes: Vec<u8>,
    /// The hash of `bytes`, 64 digits.
    pub sha256: String,
}

impl Entry {
    /// Whether this belongs into the history of `purpose`: it is about it, or it is a step that
    /// changes what holds for it, or it is of a kind that is about all of them.
    pub fn concerns(&self, purpose: Purpose) -> bool {
        let step = |s: &CaseStep| s.purposes.contains(&purpose) || s.outcomes.iter().any(|d| d.purpose == purpose);
        match self.kind {
            Kind::Default | Kind::Notice | Kind::Choice | Kind::Objection | Kind::Decision | Kind::Pause => {
                self.purpose == Some(purpose) || self.step.as_ref().is_some_and(step)
            }
            Kind::View | Kind::Move | Kind::Clock | Kind::Rollback => true,
            Kind::Key | Kind::Forgotten => false,
        }
    }

    /// Whether it is a No that was carried here from another account with the same mailbox.
    pub fn is_carried(&self) -> bool {
        self.kind == Kind::Choice && self.actor == Actor::System
    }

    /// The bytes that are stored and hashed: names in order, no blanks, and every field present
    /// (`null` where there is none) save `step`, `view`, `moved`, `clock`, `rollback`, `key`,
    /// `forgotten`, `effective`, `position` and `previous_leaf`, which are left out where there is
    /// none.
    ///
    /// # Panics
    /// Never: an entry has only strings, integers and `null`, which are all JSON.
    pub fn canonical(&self) -> Canonical {
        let bytes = serde_jcs::to_vec(self).expect("an entry has only strings, integers and null");
        let sha256 = sha256_hex(&bytes);
        Canonical { bytes, sha256 }
    }
}

/// The hash that an entry has of a text: SHA-256 of a random salt, a newline and the text, so that
/// a short text cannot be guessed from it. Salt and text are kept beside each other, outside the
/// ledger, where they can be forgotten.
pub fn sealed(salt: &str, text: &str) -> String {
    sha256_hex(format!("{salt}\n{text}").as_bytes())
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
#[path = "entry_tests.rs"]
mod tests;
