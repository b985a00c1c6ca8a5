//! A pack: what a platform has recorded of one member, or of one case, in one file, and what is
//! proved by it.
//!
//! Each entry in it is checked as its [receipt] would be. Beyond that:
//!
//! - in the pack of a history the entries are numbered from 1 on without a gap, each names the one
//!   before it, and fixes its content by `previous_leaf`; so no entry between the first and the
//!   last can be left out;
//! - in the pack of a case every entry is of that case; where it names an earlier one of the pack
//!   as the one before it, it fixes its content. Other entries stand between them in the history,
//!   so a case pack does not prove that no step of the case is left out;
//! - entries that were not in a log yet come last, and prove nothing: none that is proved follows
//!   them;
//! - all proofs of one log are for the same checkpoint;
//! - each text of a case, and each answer as it was sent, is the one whose hash an entry of that
//!   case has;
//! - every other file is as `pack.json` lists it, and there is no file that it does not list.
//!
//! `account.json`, `case.json`, the answers as pages show them, and `index.html` are the words of
//! whoever made the archive. No log has them, so they are held against `pack.json` alone, which
//! nobody has signed. Whether entries follow the last one is not proved by a pack either: they can
//! be cut off at its end.

use crate::archive::{self, BadArchive, File};
use crate::commitment::commitment;
use crate::entry::Entry;
use crate::policy::Policy;
use crate::proof::Proof;
use crate::receipt::{self, ENTRY, KEY, POLICY, PROOF, README, SCRIPT, Trust, with_notice as receipt_of};
use crate::strict::{to_base64, to_hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// A pack of more bytes is not read.
pub const LONGEST: usize = 512 * 1024 * 1024;
/// What the pack is, and the SHA-256 of each file that no proof covers.
pub const MANIFEST: &str = "pack.json";
/// All of it to read.
pub const INDEX: &str = "index.html";
/// What the account says, in a member's own pack.
pub const ACCOUNT: &str = "account.json";
/// The name of this form.
pub const FORMAT: &str = "sayso-pack/1";
/// Those that are always there, besides the entries.
const NEEDED: [&str; 5] = [README, SCRIPT, KEY, POLICY, INDEX];
const ENTRIES: &str = "entries/";

/// What a pack is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// The whole history of a subject: letters that name nobody.
    History(String),
    /// The steps of the case with this number.
    Case(String),
}

/// What `pack.json` says, in the canonical form of RFC 8785.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// What it is about.
    pub about: About,
    /// When it was made, in milliseconds since 1970 in UTC.
    pub made: i64,
    /// How many entries there were.
    pub entries: u64,
    /// The ids of those among them that were not in the log yet.
    pub waiting: Vec<String>,
    /// The SHA-256 of each other file, in lower-case hex.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    /// The bytes of the file.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        serde_jcs::to_vec(self).ok()
    }
}

/// A text of a case, or an answer as it was sent, in `cases/OBJ-…/texts.json`. The entry has the
/// SHA-256 of the salt, a line feed and the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The id of the entry that has its hash.
    pub entry: String,
    /// What it was hashed with.
    pub salt: String,
    /// The text.
    pub text: String,
}

/// The folder of an entry: its number in the history or among the steps of the case, and its
/// receipt number.
pub fn folder(number: u64, receipt: &str) -> String {
    format!("{ENTRIES}{number:06}-{receipt}")
}

/// The file of a notice.
pub fn notice_file(purpose: &str, version: u32, language: &str) -> String {
    format!("notices/{purpose}-{version}-{language}.txt")
}

/// The file with the texts of a case.
pub fn texts_file(case: &str) -> String {
    format!("cases/{case}/texts.json")
}

/// The SHA-256 of a file, as `pack.json` has it.
pub fn sha256(bytes: &[u8]) -> String {
    to_hex(&Sha256::digest(bytes))
}

/// What is proved.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What the pack says it is.
    pub manifest: Manifest,
    /// Each log that has entries of it, by its origin, with what was proved of the last one there.
    pub logs: BTreeMap<String, receipt::Verdict>,
    /// Texts of cases that are those in the entries.
    pub texts: usize,
    /// The last entry that is proved: its number, its receipt number, and its time in milliseconds
    /// since 1970 in UTC. None where nothing is.
    pub last: Option<(u64, String, i64)>,
    /// Where the keys came from.
    pub trust: Trust,
}

/// Why a pack is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] BadArchive),
    /// An entry whose receipt is refused.
    #[error("{0}: {1}")]
    Entry(String, receipt::Refused),
    /// A file, and what is wrong with it.
    #[error("{0} {1}.")]
    Wrong(String, &'static str),
}

/// What links an entry to the one before it, and to texts.
#[derive(Deserialize)]
struct Links {
    previous: Option<String>,
    previous_leaf: Option<String>,
    step: Option<Step>,
}

#[derive(Deserialize)]
struct Step {
    text: Option<String>,
    outcomes: Vec<Outcome>,
    answer: Option<String>,
}

#[derive(Deserialize)]
struct Outcome {
    text: Option<String>,
}

/// The files of a pack, by their names.
pub type Files<'a> = BTreeMap<&'a str, &'a [u8]>;

/// Whether an archive is a pack rather than a receipt: a pack begins with how to check it.
pub fn is_pack(archive: &[u8]) -> bool {
    archive.get(30..).is_some_and(|rest| rest.starts_with(README.as_bytes()))
}

/// Checks a pack as it was downloaded. Without a policy from `elsewhere` it is held against the
/// keys that came with it.
///
/// # Errors
/// With the first thing in it that is not as it has to be.
pub fn check(archive: &[u8], elsewhere: Option<&Policy>) -> Result<Verdict, Refused> {
    let mut files = Files::new();
    for (name, bytes) in archive::split(archive, LONGEST)? {
        if files.insert(name, bytes).is_some() {
            return Err(wrong(name, "stands there twice"));
        }
    }
    check_files(&files, elsewhere)
}

/// Checks the files of a pack.
///
/// # Errors
/// With the first thing in them that is not as it has to be.
pub fn check_files(files: &Files<'_>, elsewhere: Option<&Policy>) -> Result<Verdict, Refused> {
    let manifest = listed(files)?;
    let (seen, logs, waits, last) = (Seen::new(), BTreeMap::new(), false, None);
    let mut reading = Reading { files, elsewhere, manifest: &manifest, seen, logs, waits, last };
    let (mut hashes, mut read) = (HashMap::new(), 0);
    for number in 1..=manifest.entries {
        read += reading.entry(number, &mut hashes)?;
    }
    let mut entries = files.range(ENTRIES..).map(|(name, _)| *name).take_while(|name| name.starts_with(ENTRIES));
    // They are in the order of their numbers, and those until the last number were all read.
    if let Some(more) = entries.nth(read) {
        return Err(wrong(more, "is an entry more than pack.json counts"));
    }
    let Reading { logs, last, .. } = reading;
    let mut texts = 0;
    // What else there is of a case is the platform's own words.
    let of_cases = files.iter().filter(|(name, _)| name.starts_with("cases/") && name.ends_with("/texts.json"));
    for (name, bytes) in of_cases {
        texts += texts_are_those_of(name, bytes, &hashes)?;
    }
    let trust = if elsewhere.is_some() { Trust::Elsewhere } else { Trust::TheReceipt };
    Ok(Verdict { logs, texts, last, trust, manifest })
}

fn wrong(name: &str, why: &'static str) -> Refused {
    Refused::Wrong(name.into(), why)
}

/// What the pack says it is, once every file is there that it lists, and no other.
fn listed(files: &Files<'_>) -> Result<Manifest, Refused> {
    let bytes = files.get(MANIFEST).ok_or_else(|| wrong(MANIFEST, "is missing"))?;
    let manifest: Option<Manifest> = serde_json::from_slice(bytes).ok();
    let manifest = manifest.filter(|it| it.format == FORMAT && it.bytes().as_deref() == Some(bytes));
    let manifest = manifest.ok_or_else(|| wrong(MANIFEST, "was changed, or is from a later version"))?;
    for (name, expected) in &manifest.files {
        let bytes = files.get(name.as_str()).ok_or_else(|| wrong(name, "is missing"))?;
        if sha256(bytes) != *expected {
            return Err(wrong(name, "was changed: it is not the one that pack.json lists"));
        }
    }
    if let Some(needed) = NEEDED.iter().find(|name| !manifest.files.contains_key(**name)) {
        return Err(wrong(needed, "is missing in pack.json"));
    }
    let unlisted =
        |name: &&&str| **name != MANIFEST && !name.starts_with(ENTRIES) && !manifest.files.contains_key(**name);
    match files.keys().find(unlisted) {
        Some(name) => Err(wrong(name, "does not belong there: pack.json does not list it")),
        None => Ok(manifest),
    }
}

/// The commitments of entries by their ids; none of one that is not proved. Of a history the last
/// one alone.
type Seen = HashMap<String, Option<[u8; 32]>>;

/// The entries that were read, and what is known of them.
struct Reading<'a> {
    files: &'a Files<'a>,
    elsewhere: Option<&'a Policy>,
    manifest: &'a Manifest,
    seen: Seen,
    logs: BTreeMap<String, receipt::Verdict>,
    /// Whether one was not in the log yet.
    waits: bool,
    last: Option<(u64, String, i64)>,
}

impl Reading<'_> {
    /// Checks the next entry, and notes the hashes of texts in it. Answers how many files it has.
    fn entry(&mut self, number: u64, hashes: &mut HashMap<String, (String, Vec<String>)>) -> Result<usize, Refused> {
        let begins = folder(number, "");
        let all = self.files.range(begins.as_str()..).take_while(|(name, _)| name.starts_with(&begins));
        let all: Vec<(&str, &[u8])> = all.take(3).map(|(name, bytes)| (*name, *bytes)).collect();
        let &(name, bytes) = all.first().ok_or_else(|| wrong(&begins, "is missing"))?;
        let entry = Entry::parse(bytes).ok_or_else(|| wrong(name, "was changed, or is from a later version"))?;
        let links: Option<Links> = serde_json::from_slice(bytes).ok();
        let links = links.ok_or_else(|| wrong(name, "is from a later version"))?;
        let folder = folder(number, &entry.receipt().unwrap_or_default());
        if name != format!("{folder}/{ENTRY}") {
            return Err(wrong(name, "is not where this entry belongs: another number, or another receipt"));
        }
        self.belongs(number, name, &entry, &links)?;
        let proof = all.get(1).filter(|(name, _)| *name == format!("{folder}/{PROOF}"));
        let waits = self.manifest.waiting.contains(&entry.id);
        if all.len() != if waits { 1 } else { 2 } || proof.is_some() == waits {
            return Err(wrong(&folder, "has not exactly its entry and its proof"));
        }
        if self.waits && !waits {
            return Err(wrong(&folder, "follows one that pack.json says was not in the log yet, and is in it"));
        }
        self.waits |= waits;
        let before = links.previous.as_ref().and_then(|previous| self.seen.get(previous));
        if let (Some(fixed), Some(Some(made))) = (&links.previous_leaf, before)
            && to_base64(made) != *fixed
        {
            return Err(wrong(name, "has fixed another content of the entry before it"));
        }
        if entry.position.is_some_and(|is| is > 1) && links.previous_leaf.is_none() {
            return Err(wrong(name, "does not fix the entry before it"));
        }
        let made = proof.map(|(_, proof)| self.proved(&folder, bytes, proof)).transpose()?;
        if made.is_some() {
            self.last = Some((number, entry.receipt().unwrap_or_default(), entry.at));
        }
        if let Some(notice) = &entry.notice {
            let purpose = notice_purpose(bytes).ok_or_else(|| wrong(name, "is from a later version"))?;
            let name = notice_file(&purpose, notice.version, &notice.language);
            let text = self.files.get(name.as_str()).ok_or_else(|| wrong(&name, "is missing: an entry names it"))?;
            if !notice.is(text) {
                return Err(wrong(&name, "is not the text that an entry names"));
            }
        }
        let step = links.step.map(|step| step.outcomes.into_iter().map(|o| o.text).chain([step.text, step.answer]));
        let found: Vec<String> = step.into_iter().flatten().flatten().collect();
        if let Some(case) = entry.case.filter(|_| !found.is_empty()) {
            hashes.insert(entry.id.clone(), (case, found));
        }
        if let About::History(_) = self.manifest.about {
            self.seen.clear();
        }
        self.seen.insert(entry.id, made);
        Ok(all.len())
    }

    /// Whether an entry is of what the pack is about, at this number.
    fn belongs(&self, number: u64, name: &str, entry: &Entry, links: &Links) -> Result<(), Refused> {
        match &self.manifest.about {
            About::History(subject) if entry.subject != *subject => Err(wrong(name, "is of another history")),
            About::History(_) if entry.position.is_some_and(|is| u64::try_from(is) != Ok(number)) => {
                Err(wrong(name, "stands at another place of its history"))
            }
            About::History(_) if links.previous.as_ref() != self.seen.keys().next() => {
                Err(wrong(name, "does not follow the entry before it"))
            }
            About::Case(case) if entry.case.as_ref() != Some(case) => Err(wrong(name, "is of another case")),
            About::Case(_) if self.seen.contains_key(&entry.id) => Err(wrong(name, "stands there twice")),
            _ => Ok(()),
        }
    }

    /// Checks the receipt that this entry would have, and computes its commitment.
    fn proved(&mut self, folder: &str, bytes: &[u8], proof: &[u8]) -> Result<[u8; 32], Refused> {
        let broken = || Refused::Entry(folder.into(), receipt::Refused::Spelling(PROOF));
        let read = std::str::from_utf8(proof).ok().and_then(Proof::parse).ok_or_else(broken)?;
        let origin = read.checkpoint.lines().next().unwrap_or_default();
        let file = |name: &str| self.files.get(name).copied().unwrap_or_default();
        let keys = std::str::from_utf8(file(KEY)).unwrap_or_default();
        let key = keys.split_inclusive('\n').find(|line| line.split('+').next() == Some(origin));
        let key = key.ok_or_else(|| wrong(KEY, "has not the key of a log that the proofs are of"))?;
        let mut files: Vec<(&str, &[u8])> = vec![(ENTRY, bytes), (PROOF, proof), (KEY, key.as_bytes())];
        files.extend([(POLICY, file(POLICY)), (README, &[][..]), (SCRIPT, &[][..])]);
        let files = files.into_iter().map(|(name, bytes)| File { name: name.into(), bytes: bytes.into() });
        let files: Vec<File> = files.collect();
        let verdict = receipt_of(&files, self.elsewhere, false).map_err(|why| Refused::Entry(folder.into(), why))?;
        let same = self.logs.get(origin).is_none_or(|before| before.checkpoint == verdict.checkpoint);
        if !same {
            return Err(wrong(folder, "is proved for another checkpoint than the entries before it"));
        }
        self.logs.insert(origin.into(), verdict);
        Ok(commitment(&read.salt, bytes))
    }
}

/// The use of data that the notice of an entry is about.
fn notice_purpose(entry: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(entry).ok()?;
    Some(json.get("notice")?.get("purpose")?.as_str()?.to_owned())
}

/// How many texts this file of a case has, each of which an entry of the case has the hash of.
fn texts_are_those_of(
    name: &str,
    bytes: &[u8],
    hashes: &HashMap<String, (String, Vec<String>)>,
) -> Result<usize, Refused> {
    let texts: Vec<Text> = serde_json::from_slice(bytes).map_err(|_| wrong(name, "was changed"))?;
    for Text { entry, salt, text } in &texts {
        let hash = sha256(format!("{salt}\n{text}").as_bytes());
        let is = |(case, found): &(String, Vec<String>)| texts_file(case) == name && found.contains(&hash);
        if !hashes.get(entry).is_some_and(is) {
            return Err(wrong(name, "has a text that is not the one in the entries"));
        }
    }
    Ok(texts.len())
}

impl Verdict {
    /// Whose keys have proved all of it; keys from elsewhere prove nothing of what was not in a log
    /// yet.
    pub fn proves(&self) -> Trust {
        if self.logs.is_empty() || !self.manifest.waiting.is_empty() { Trust::TheReceipt } else { self.trust }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { manifest, logs, texts, last, trust } = self;
        match (trust, manifest.waiting.len()) {
            _ if logs.is_empty() => writeln!(f, "Not proved: none of its entries was in the log yet.")?,
            (Trust::Elsewhere, 0) => writeln!(f, "Proved, by the keys that you gave.")?,
            (Trust::Elsewhere, n) => writeln!(
                f,
                "Proved, by the keys that you gave, but for what comes last: {} not in the log yet.",
                if n == 1 { "one entry was".to_owned() } else { format!("{n} entries were") }
            )?,
            (Trust::TheReceipt, _) => writeln!(
                f,
                "Not proved yet: this agrees with the keys that came with it, and whoever forges a pack brings keys too. Compare their fingerprints with those on the page /log of the platform, or with what somebody else has kept of them."
            )?,
        }
        let entries = manifest.entries;
        match &manifest.about {
            About::History(subject) => {
                writeln!(f, "It is a pack of the history {subject}.")?;
                writeln!(f, "It has the entries 1 to {entries} without a gap.")?;
            }
            About::Case(case) => {
                writeln!(f, "It is a pack of the case {case}.")?;
                let steps = if entries == 1 { "one step".to_owned() } else { format!("{entries} steps") };
                writeln!(f, "It has {steps} of that case. It does not prove that these are all of them.")?;
            }
        }
        for id in &manifest.waiting {
            writeln!(f, "Not proved: the entry {id}.")?;
        }
        if let Some((number, receipt, at)) = last {
            let at = crate::entry::of_seconds(at / 1000);
            writeln!(f, "The last one that is proved is number {number}, {receipt}, of {at}.")?;
            writeln!(f, "Whether others came after it, nobody can tell from this file.")?;
        }
        match texts {
            0 => writeln!(f, "Each notice is the one that the entries name.")?,
            1 => writeln!(f, "One text of a case, and each notice, is the one that the entries name.")?,
            n => writeln!(f, "{n} texts of cases, and all notices, are those that the entries name.")?,
        }
        writeln!(
            f,
            "Not proved, but the words of whoever made the file: index.html, account.json, case.json, the answers beside texts.json, README.txt and check.py."
        )?;
        for (origin, verdict) in logs {
            let (size, key) = (verdict.checkpoint.tree.size, verdict.log.fingerprint());
            writeln!(f, "The log {origin} had {size} entries. It signed that with the key {key}.")?;
            match verdict.witnesses.len() {
                0 => writeln!(f, "No witness has signed it: it is signed with this key alone.")?,
                n => writeln!(f, "So many witnesses have signed it: {n}.")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "pack_tests.rs"]
mod tests;
