//! A receipt, and what is proved by it.

use crate::archive::{BadArchive, File, unpack};
use crate::checkpoint::Checkpoint;
use crate::commitment::{commitment, leaf};
use crate::entry::Entry;
use crate::merkle::{leaf_hash, root_of};
use crate::note::{BadNote, Key, Note, Signed, Signs};
use crate::policy::{BadPolicy, Policy};
use crate::proof::Proof;
use crate::records::{Said, kantara};
use std::fmt;

/// The entry's canonical bytes.
pub const ENTRY: &str = "entry.json";
/// The proof that it stands in the log.
pub const PROOF: &str = "entry.tlog-proof";
/// The public key of the log.
pub const KEY: &str = "log.vkey";
/// The log and its witnesses, as the platform names them.
pub const POLICY: &str = "policy.txt";
/// The exact text of the notice that the entry names.
pub const NOTICE: &str = "notice.txt";
/// How to check it.
pub const README: &str = "README.txt";
/// A program that checks it, in Python.
pub const SCRIPT: &str = "check.py";
/// The same as a consent record by ISO/IEC TS 27560, made of the entry.
pub const RECORD: &str = "consent-record.jsonld";
/// The same as a Kantara Consent Receipt 1.1, made of the entry.
pub const KANTARA: &str = "consent-receipt.json";
/// The files of a receipt, in their order. The notice is there if the entry names one, and the two
/// records are there if the entry has what they are made of.
pub const FILES: [&str; 9] = [ENTRY, PROOF, KEY, POLICY, NOTICE, README, SCRIPT, RECORD, KANTARA];
/// Those that are always there.
const NEEDED: [&str; 6] = [ENTRY, PROOF, KEY, POLICY, README, SCRIPT];

/// Where the keys came from that it was checked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// From a policy that somebody else than the receipt brought.
    Elsewhere,
    /// From the receipt itself: a forger's receipt brings the forger's key.
    TheReceipt,
}

/// What is proved.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What the entry says.
    pub entry: Entry,
    /// Whether the text of the notice that the entry names came with it.
    pub has_notice: bool,
    /// What the platform says in the records of standards, where they came with it. The rest of
    /// them follows from the entry.
    pub said: Option<Said>,
    /// Which leaf of the log it is, counted from 0.
    pub index: u64,
    /// The log, its size and its root.
    pub checkpoint: Checkpoint,
    /// The key of the log.
    pub log: Key,
    /// The witnesses that have signed, by their names in the policy.
    pub witnesses: Vec<(String, Signed)>,
    /// How many witnesses the policy asks for.
    pub asked: usize,
    /// Where the keys came from.
    pub trust: Trust,
}

/// Why a receipt is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] BadArchive),
    /// A file is missing, stands there twice, or does not belong there.
    #[error("It has not the files of a receipt: {0}.")]
    Files(String),
    /// A file that is not as it is written.
    #[error(
        "{0} was changed, or is from a later version: it is not in its exact form. Windows line ends are such a change."
    )]
    Spelling(&'static str),
    /// The signed note around the checkpoint.
    #[error("The checkpoint in entry.tlog-proof: {0}")]
    Note(#[from] BadNote),
    /// The policy of the receipt.
    #[error("policy.txt: {0}")]
    Policy(#[from] BadPolicy),
    /// The hashes lead to another root.
    #[error(
        "The entry does not stand in this log: its hash does not lead to the root that the log signed. The entry or the proof was changed."
    )]
    NotInTheLog,
    /// A log that the policy does not name.
    #[error(
        "It is of the log {0}, which the policy does not name. It is the receipt of another platform, or the policy of another one."
    )]
    AnotherLog(String),
    /// No signature of a key that counts.
    #[error("The checkpoint is not signed with a key of {0} that the policy names.")]
    NotSigned(String),
    /// Not enough witnesses.
    #[error("The policy asks for the signatures of more witnesses than have signed: {0}.")]
    TooFewWitnesses(usize),
    /// A record that says something else than the entry.
    #[error(
        "{0} was changed, or is from a later version: it is not what the entry says in the words of that standard."
    )]
    AnotherRecord(&'static str),
    /// The entry names a notice, and its text did not come with it.
    #[error("notice.txt is missing: the entry names a notice.")]
    NoNotice,
    /// The notice is not the one in the entry.
    #[error("notice.txt is not the text that the entry names.")]
    AnotherNotice,
}

/// Checks a receipt as it was downloaded. Without a policy from `elsewhere` it is held against the
/// keys that came with it.
///
/// # Errors
/// If anything in it is not as it has to be.
pub fn check(archive: &[u8], elsewhere: Option<&Policy>) -> Result<Verdict, Refused> {
    check_files(&unpack(archive)?, elsewhere)
}

/// Checks the files of a receipt, whatever their order is.
///
/// # Errors
/// If anything in them is not as it has to be.
pub fn check_files(files: &[File], elsewhere: Option<&Policy>) -> Result<Verdict, Refused> {
    with_notice(files, elsewhere, true)
}

/// The same, with the notice that the entry names or without it: a pack has it elsewhere.
pub(crate) fn with_notice(files: &[File], elsewhere: Option<&Policy>, needed: bool) -> Result<Verdict, Refused> {
    for (i, file) in files.iter().enumerate() {
        let again = files[..i].iter().any(|other| other.name == file.name);
        if again || !FILES.contains(&file.name.as_str()) {
            return Err(Refused::Files(format!("{} does not belong there", file.name)));
        }
    }
    let find = |name: &str| files.iter().find(|file| file.name == name).map(|file| file.bytes.as_slice());
    if let Some(missing) = NEEDED.iter().find(|name| find(name).is_none()) {
        return Err(Refused::Files(format!("{missing} is missing")));
    }
    let bytes = |name: &'static str| find(name).ok_or(Refused::Spelling(name));
    let text = |name: &'static str| std::str::from_utf8(bytes(name)?).map_err(|_| Refused::Spelling(name));

    let entry = Entry::parse(bytes(ENTRY)?).ok_or(Refused::Spelling(ENTRY))?;
    let proof = Proof::parse(text(PROOF)?).ok_or(Refused::Spelling(PROOF))?;
    let note = Note::parse(&proof.checkpoint)?;
    let checkpoint = Checkpoint::parse(&note.text).ok_or(Refused::Spelling(PROOF))?;

    let leaf = leaf(&commitment(&proof.salt, bytes(ENTRY)?));
    let root = root_of(leaf_hash(leaf.as_bytes()), proof.index, checkpoint.tree.size, &proof.hashes);
    if root != Some(checkpoint.tree.root) {
        return Err(Refused::NotInTheLog);
    }

    let came = text(KEY)?.strip_suffix('\n').and_then(Key::parse);
    let came = came.filter(|key| key.signs == Signs::Text).ok_or(Refused::Spelling(KEY))?;
    let own = Policy::parse(text(POLICY)?)?;
    if came.name != checkpoint.origin {
        return Err(Refused::Spelling(KEY));
    }
    if !own.logs.contains(&came) {
        return Err(Refused::Spelling(POLICY));
    }
    let policy = elsewhere.unwrap_or(&own);
    let logs: Vec<Key> = policy.logs.iter().filter(|key| key.name == checkpoint.origin).cloned().collect();
    if logs.is_empty() {
        return Err(Refused::AnotherLog(checkpoint.origin));
    }
    let witnesses: Vec<Key> = policy.witnesses.iter().map(|(_, key)| key.clone()).collect();
    let signed = note.signed_by(&[logs.clone(), witnesses].concat())?;
    let log = signed.iter().find(|signed| logs.contains(&signed.key)).map(|signed| signed.key.clone());
    let log = log.ok_or_else(|| Refused::NotSigned(checkpoint.origin.clone()))?;
    let keys: Vec<Key> = signed.iter().map(|signed| signed.key.clone()).collect();
    let named = |signed: &Signed| {
        let name = policy.witnesses.iter().find(|(_, key)| *key == signed.key).map(|(name, _)| name.clone())?;
        Some((name, signed.clone()))
    };
    let witnesses: Vec<_> = signed.iter().filter_map(named).collect();
    if !policy.is_met(&keys) {
        return Err(Refused::TooFewWitnesses(witnesses.len()));
    }

    let has_notice = match (&entry.notice, find(NOTICE)) {
        (Some(notice), Some(text)) if notice.is(text) => true,
        (Some(_), None) if needed => return Err(Refused::NoNotice),
        (_, None) => false,
        _ => return Err(Refused::AnotherNotice),
    };
    let said = find(RECORD).map(|record| Said::in_record(&entry, record).ok_or(Refused::AnotherRecord(RECORD)));
    let said = said.transpose()?;
    if let Some(receipt) = find(KANTARA) {
        let made = said.as_ref().and_then(|said| kantara(&entry, said));
        made.filter(|made| made.as_bytes() == receipt).ok_or(Refused::AnotherRecord(KANTARA))?;
    }
    let trust = if elsewhere.is_some() { Trust::Elsewhere } else { Trust::TheReceipt };
    let asked = policy.least();
    Ok(Verdict { entry, has_notice, said, index: proof.index, checkpoint, log, witnesses, asked, trust })
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entry, index, checkpoint, log, .. } = self;
        writeln!(f, "{entry}.")?;
        writeln!(
            f,
            "It is leaf {index} of the log {}, which had {} entries.",
            checkpoint.origin, checkpoint.tree.size
        )?;
        writeln!(f, "The log signed that with the key {}.", log.fingerprint())?;
        match self.witnesses[..] {
            [] => writeln!(f, "No witness has signed it: it is signed by this platform alone.")?,
            _ => {
                for (name, signed) in &self.witnesses {
                    let seen = signed.time.and_then(|time| i64::try_from(time).ok()).map(crate::entry::of_seconds);
                    writeln!(
                        f,
                        "The witness {name} saw it{}.",
                        seen.map(|at| format!(" at {at}")).unwrap_or_default()
                    )?;
                }
            }
        }
        if self.has_notice {
            writeln!(f, "notice.txt is the exact text that was shown.")?;
        }
        if let Some(said) = &self.said {
            writeln!(
                f,
                "consent-record.jsonld, and consent-receipt.json where it is there, say what the entry says, in the words of standards: {}. Only the platform says who and where it is, what it uses, the country ({}), and that this is so in law: no log proves that.",
                said.status.name(),
                said.country
            )?;
        }
        writeln!(f, "Not proved: README.txt and check.py.")?;
        match self.trust {
            Trust::Elsewhere => writeln!(f, "Proved, with the keys of the policy that you gave."),
            Trust::TheReceipt => writeln!(
                f,
                "Not proved yet: this agrees with the key that came with it, and whoever forges a receipt brings a key too. Compare the key's fingerprint, {}, with the one that the platform publishes at {}/keys, or with what somebody else has kept of it.",
                log.fingerprint(),
                checkpoint.origin
            ),
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
#[path = "receipt_tests.rs"]
mod tests;
