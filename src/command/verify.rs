//! `sayso verify`: checks what was recorded, as anybody can without us.

use super::files::{bytes, text};
use super::out::say;
use super::verify_database::{Kept, whole};
use sayso::db::Db;
use sayso::web::config::Database;
use sayso_verify::archive::{File, LONGEST};
use sayso_verify::note::Key;
use sayso_verify::policy::{self, Policy};
use sayso_verify::receipt::{FILES, Trust, check, check_files};
use std::error::Error;
use std::path::{Path, PathBuf};

/// Check a receipt, the whole database, or that the log has only grown
///
/// A receipt needs no network, no database and no settings. It says what was proved: which entry,
/// in which log, signed by whom, witnessed by whom. It ends with 0 if that is proved by a policy or
/// a key that you give, with 2 if the receipt only agrees with the key that came with it, and with
/// 1 if it is refused.
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
    /// The receipt, as it was downloaded, or the folder into which it was extracted
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

fn check_receipt(receipt: &Path, policy: Option<&Policy>) -> Result<(), Box<dyn Error>> {
    let refused = |why: &dyn Error| format!("{} is refused. {why}", receipt.display());
    let verdict = if receipt.is_dir() {
        check_files(&files(receipt)?, policy)
    } else {
        check(&bytes(receipt, LONGEST + 1)?, policy)
    };
    let verdict = verdict.map_err(|why| refused(&why))?;
    say!("{}", verdict.to_string().trim_end());
    match verdict.trust {
        Trust::Elsewhere => Ok(()),
        Trust::TheReceipt => Err(NotProved.into()),
    }
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
