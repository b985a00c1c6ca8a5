//! `sayso verify`: checks what was recorded, as anybody can without us.

use super::out::say;
use sayso_verify::archive::{File, LONGEST};
use sayso_verify::note::Key;
use sayso_verify::policy::{self, Policy};
use sayso_verify::receipt::{FILES, Trust, check, check_files};
use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Check a receipt. It needs no network, no database and no settings
///
/// It says what was proved: which entry, in which log, signed by whom, witnessed by whom. It ends
/// with 0 if that is proved by a policy or a key that you give, with 2 if the receipt only agrees
/// with the key that came with it, and with 1 if it is refused.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Verify {
    /// The receipt, as it was downloaded, or the folder into which it was extracted
    receipt: PathBuf,
    /// Whose signatures are needed: a file in the form of c2sp.org/tlog-policy
    #[arg(long, value_name = "FILE", conflicts_with = "vkey")]
    policy: Option<PathBuf>,
    /// The key of the log, as its page /log/keys has it
    #[arg(long, value_name = "KEY")]
    vkey: Option<String>,
}

/// That a receipt only agrees with itself, of which it has told.
#[derive(Debug, thiserror::Error)]
#[error("not proved")]
pub struct NotProved;

pub fn run(verify: &Verify) -> Result<(), Box<dyn Error>> {
    let policy = match (&verify.policy, &verify.vkey) {
        (Some(file), _) => Some(Policy::parse(&text(file, policy::LONGEST)?)?),
        (None, Some(vkey)) => {
            Some(Policy::of_log(Key::parse(vkey).ok_or("the key is not one of a log: it reads name+id+base64")?))
        }
        (None, None) => None,
    };
    let receipt = &verify.receipt;
    let refused = |why: &dyn Error| format!("{} is refused. {why}", receipt.display());
    let verdict = if receipt.is_dir() {
        check_files(&files(receipt)?, policy.as_ref())
    } else {
        check(&bytes(receipt, LONGEST + 1)?, policy.as_ref())
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

fn text(file: &Path, most: usize) -> Result<String, Box<dyn Error>> {
    let bytes = bytes(file, most + 1)?;
    let fits = if bytes.len() > most { None } else { String::from_utf8(bytes).ok() };
    fits.ok_or_else(|| format!("{} is too long, or no text", file.display()).into())
}

/// What stands in a file, and no more than `most` bytes of it.
fn bytes(file: &Path, most: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    let read = fs::File::open(file)
        .and_then(|file| file.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    Ok(bytes)
}
