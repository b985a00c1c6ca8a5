//! `sayso verify`: checks what was recorded, as anybody can without us.

use super::files::{bytes, text};
use super::out::say;
use super::verify_database::{Kept, whole};
use sayso::db::Db;
use sayso::web::config::Database;
use sayso_verify::archive::{File, LONGEST};
use sayso_verify::note::Key;
use sayso_verify::pack;
use sayso_verify::policy::{self, Policy};
use sayso_verify::receipt::{FILES, Trust, check, check_files};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

/// Check a receipt or a pack, the whole database, or that the log has only grown
///
/// A receipt needs no network, no database and no settings. It says what was proved: which entry,
/// in which log, signed by whom, witnessed by whom. It ends with 0 if that is proved by a policy or
/// a key that you give, with 2 if the receipt only agrees with the key that came with it, and with
/// 1 if it is refused.
///
/// A pack, which has everything about one member, is checked in the same way, and that none of its
/// entries is missing.
///
/// With --database, everything is read: every entry and its place in its history, the texts, the
/// access log, the notices, the public log and its signature. It names what does not hold, and ends
/// with 0 if everything holds, and with 1 if not. Nothing is changed, and the server may run.
///
/// With --since, the public log of the database is held against an older state of it, which you
/// kept: it ends with 1 if the log has not only grown from there.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
#[group(skip)]
pub struct Verify {
    /// The receipt or the pack, as it was downloaded, or the folder into which it was extracted
    #[arg(required_unless_present_any = ["database", "since"], conflicts_with_all = ["database", "since"])]
    receipt: Option<PathBuf>,
    /// Verify the whole database that DATABASE_URL names
    #[arg(long)]
    database: bool,
    /// An older checkpoint of the log, or an older receipt, as a file
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    /// Whose signatures are needed: a file in the form of c2sp.org/tlog-policy
    #[arg(long, value_name = "FILE", conflicts_with = "vkey")]
    policy: Option<PathBuf>,
    /// The key of the log, as its page /log/keys has it
    #[arg(long, value_name = "KEY")]
    vkey: Option<String>,
    #[command(flatten)]
    settings: Database,
}

/// That a receipt only agrees with itself, of which it has told.
#[derive(Debug, thiserror::Error)]
#[error("not proved")]
pub struct NotProved;

pub async fn run(verify: &Verify) -> Result<(), Box<dyn Error>> {
    let policy = match (&verify.policy, &verify.vkey) {
        (Some(file), _) => Some(Policy::parse(&text(file, policy::LONGEST)?)?),
        (None, Some(vkey)) => {
            Some(Policy::of_log(Key::parse(vkey).ok_or("the key is not one of a log: it reads name+id+base64")?))
        }
        (None, None) => None,
    };
    if let Some(receipt) = &verify.receipt {
        return check_receipt(receipt, policy.as_ref());
    }
    // What is kept is read first: without it nothing is opened.
    let since = verify.since.as_deref().map(Kept::read).transpose()?;
    super::is_there(&verify.settings)?;
    let db = Db::open_patiently(verify.settings.url()).await?;
    db.check_tables().await?;
    let keys: Option<Vec<Key>> = policy.map(|policy| policy.logs);
    let whole = if verify.database { whole(&db, keys.as_deref()).await } else { Ok(()) };
    let grown = match since {
        Some(since) => since.extended(&db, keys).await,
        None => Ok(()),
    };
    db.close().await;
    whole.and(grown)
}

/// Enough of a file to tell a pack from a receipt.
const BEGINNING: usize = 64;

fn check_receipt(receipt: &Path, policy: Option<&Policy>) -> Result<(), Box<dyn Error>> {
    let refused = |why: &dyn Error| format!("{} is refused. {why}", receipt.display());
    let (said, trust) = if receipt.join(pack::MANIFEST).exists() {
        let all = folder_of(receipt)?;
        let files = all.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let verdict = pack::check_files(&files, policy).map_err(|why| refused(&why))?;
        (verdict.to_string(), verdict.proves())
    } else if receipt.is_dir() {
        let verdict = check_files(&files(receipt)?, policy).map_err(|why| refused(&why))?;
        (verdict.to_string(), verdict.trust)
    } else if pack::is_pack(&bytes(receipt, BEGINNING)?) {
        let verdict = pack::check(&bytes(receipt, pack::LONGEST + 1)?, policy).map_err(|why| refused(&why))?;
        (verdict.to_string(), verdict.proves())
    } else {
        let verdict = check(&bytes(receipt, LONGEST + 1)?, policy).map_err(|why| refused(&why))?;
        (verdict.to_string(), verdict.trust)
    };
    say!("{}", said.trim_end());
    match trust {
        Trust::Elsewhere => Ok(()),
        Trust::TheReceipt => Err(NotProved.into()),
    }
}

/// Whether this is a file that computers leave in folders by themselves.
fn is_the_computers(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || matches!(&*name, "Thumbs.db" | "desktop.ini")
}

/// All files of a pack that was extracted into this folder, by their names in it.
fn folder_of(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, Box<dyn Error>> {
    let (mut files, mut left, mut room) = (BTreeMap::new(), vec![folder.to_owned()], pack::LONGEST);
    while let Some(inside) = left.pop() {
        for found in std::fs::read_dir(&inside)? {
            let path = found?.path();
            if is_the_computers(&path) {
                continue;
            }
            if path.is_dir() {
                left.push(path);
                continue;
            }
            let names = path.strip_prefix(folder)?.iter().map(|part| part.to_string_lossy());
            let read = bytes(&path, room + 1)?;
            room = room.checked_sub(read.len()).ok_or("the folder is larger than a pack can be")?;
            files.insert(names.collect::<Vec<_>>().join("/"), read);
        }
    }
    Ok(files)
}

/// The files of a receipt that lie in this folder; others are passed over.
fn files(folder: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let mut files = Vec::new();
    for name in FILES {
        let path = folder.join(name);
        if path.exists() {
            files.push(File { name: name.into(), bytes: bytes(&path, LONGEST + 1)? });
        }
    }
    Ok(files)
}
