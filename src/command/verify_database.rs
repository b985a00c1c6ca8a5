//! `sayso verify --database` and `--since`: whether the record as it is stored is what was
//! recorded, and whether the public log has only grown.

use super::files::{bytes, text};
use super::out::say;
use super::progress::Progress;
use sayso::audit::whole::{Counts, Whole, called};
use sayso::db::Db;
use sayso::log::store::Which;
use sayso::log::{prove, store as log};
use sayso_verify::archive::LONGEST;
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::merkle::{Tree, extends};
use sayso_verify::note::{self, Key, Note};
use sayso_verify::proof::Proof;
use sayso_verify::receipt::check;
use std::error::Error;
use std::path::{Path, PathBuf};

type Done = Result<(), Box<dyn Error>>;

/// Rows that are read at a time.
const BATCH: i64 = 2_000;
/// What does not hold and is named; the rest is counted.
const NAMED: u64 = 100;
const BAR: &str = "{bar:30} {percent} % of the record, {msg}";

/// Verifies everything that is stored. With `keys`, one of them has to have signed the checkpoint.
pub async fn whole(db: &Db, keys: Option<&[Key]>) -> Done {
    let mut whole = Whole::new(db.clone(), BATCH);
    let progress = Progress::begin("verifying", whole.total().await?, BAR);
    let (mut checked, mut wrong) = (0, 0);
    while let Some(part) = whole.next().await? {
        checked += part.checked;
        progress.reached(checked);
        for found in part.found {
            wrong += 1;
            if wrong <= NAMED {
                say!("{} does not pass: {}.", called(&found.about), found.wrong);
            }
            progress.says(format!("{wrong} do not hold"));
        }
    }
    drop(progress);
    if wrong > NAMED {
        say!("And {} more.", wrong - NAMED);
    }
    let Counts { entries, views, notices, leaves, made_up, waiting, signed } = &whole.counts;
    say!(
        "Read: {}, {}, {}, and a public log of {}.",
        of(*entries, "entry", "entries"),
        of(*views, "support view", "support views"),
        of(*notices, "notice", "notices"),
        of(*leaves, "leaf", "leaves")
    );
    if *waiting > 0 {
        say!("{} not in the public log yet.", if *waiting == 1 { "1 is".into() } else { format!("{waiting} are") });
    }
    if *made_up > 0 {
        say!(
            "This database has members of the demonstration, whose past is made up: the times of {} were not held against the log. A platform has no such members.",
            of(*made_up, "entry", "entries")
        );
    }
    if let Some((checkpoint, fingerprint)) = signed {
        say!("The log is signed with the key {fingerprint}. Its checkpoint:\n\n{checkpoint}");
    }
    if wrong > 0 {
        return Err(format!("part of the record does not hold: {}", of(wrong, "finding", "findings")).into());
    }
    match (keys, signed) {
        (Some(keys), Some((checkpoint, _))) => signed_by(&Note::parse(checkpoint)?, keys)?,
        (Some(_), None) => return Err("this database has no log yet that a key could have signed".into()),
        (None, _) => {}
    }
    say!("Everything holds. Keep the checkpoint where the database is not: `sayso verify --since` checks against it.");
    Ok(())
}

fn of(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// An older state of the log that somebody kept.
pub struct Kept {
    file: PathBuf,
    note: Note,
    tree: Tree,
    origin: String,
}

impl Kept {
    /// Reads a checkpoint, a proof, or a receipt, whose own parts are checked as well.
    pub fn read(file: &Path) -> Result<Self, Box<dyn Error>> {
        let read = bytes(file, LONGEST + 1)?;
        let checkpoint = if read.starts_with(b"PK") {
            let verdict = check(&read, None).map_err(|why| format!("{} is refused. {why}", file.display()))?;
            let files = sayso_verify::archive::unpack(&read)?;
            let proof = files.iter().find(|file| file.name == sayso_verify::receipt::PROOF);
            let proof = proof.and_then(|proof| Proof::parse(std::str::from_utf8(&proof.bytes).ok()?));
            say!("{}.", verdict.entry);
            proof.ok_or("the receipt has no proof")?.checkpoint
        } else {
            let text = text(file, note::LONGEST + 8192)?;
            Proof::parse(&text).map_or(text, |proof| proof.checkpoint)
        };
        let no = |why: &str| format!("{} is no checkpoint of a log, no proof, and no receipt. {why}", file.display());
        let note = Note::parse(&checkpoint).map_err(|why| no(&why.to_string()))?;
        let Checkpoint { origin, tree } =
            Checkpoint::parse(&note.text).ok_or_else(|| no("Its signed text is not that of a checkpoint."))?;
        Ok(Self { file: file.into(), note, tree, origin })
    }

    /// Whether the log of this database has only grown since, also one that has ended. With `keys`,
    /// one of them has to have signed both states; without, one that the log has.
    pub async fn extended(self, db: &Db, keys: Option<Vec<Key>>) -> Done {
        let mut reader = db.reader().await?;
        let newest = log::state(reader.conn()).await?.ok_or("this database has no log yet")?;
        let is_newest = newest.origin == self.origin;
        let ended = log::ended(reader.conn()).await?.into_iter().find(|state| state.origin == self.origin);
        let keys = match keys {
            Some(keys) => keys,
            None => log::keys::all(reader.conn()).await?.iter().filter_map(log::keys::LogKeyRow::key).collect(),
        };
        let file = self.file.display();
        let (which, state) = match ended {
            _ if is_newest => (Which::Newest, newest),
            Some(state) => (Which::Ended(state.log), state),
            None => {
                let (of, has) = (&self.origin, &newest.origin);
                return Err(format!("{file} is of the log {of}, and this database has {has}").into());
            }
        };
        signed_by(&self.note, &keys).map_err(|why| format!("{file}: {why}"))?;
        if state.size == 0 {
            return Err(format!("the log {} has ended, and nothing of it is left here", state.origin).into());
        }
        let note = Note::parse(&state.checkpoint)?;
        signed_by(&note, &keys).map_err(|why| format!("the checkpoint of this database: {why}"))?;
        let now = Checkpoint::parse(&note.text).filter(|now| now.origin == state.origin);
        let now = now.ok_or("the checkpoint of this database is none of its log")?.tree;
        let (old, new) = (self.tree.size, now.size);
        if new < old {
            let missing = of(old - new, "entry is", "entries are");
            let ended = if is_newest { "" } else { ". It has ended since, which an entry of the platform says" };
            return Err(format!(
                "the log was longer: it had {old} entries in {file}, and has {new}: {missing} missing{ended}"
            )
            .into());
        }
        // Tiles that are not there prove nothing, as tiles that are not right.
        let grown = match prove::consistency(reader.conn(), which, old, new).await {
            Ok(hashes) => extends(now, self.tree, &hashes),
            Err(_) => false,
        };
        if !grown {
            return Err(format!(
                "the log is another one: its first {old} entries are not those that were signed in {file}. Something in them was changed, removed, added or moved since"
            )
            .into());
        }
        say!("The log has only grown since {file}: from {old} to {new} entries. None of the first {old} was changed.");
        if !is_newest {
            say!("It has ended since: a part of what followed was lost, and another log goes on.");
        }
        Ok(())
    }
}

/// # Errors
/// If none of these keys has signed it.
fn signed_by(note: &Note, keys: &[Key]) -> Done {
    if note.signed_by(keys)?.is_empty() { Err("it is not signed with a key of this log".into()) } else { Ok(()) }
}
