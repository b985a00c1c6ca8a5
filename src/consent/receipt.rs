//! The receipt of an entry: one file with everything that is needed to check it without us.

use super::notice::exact_text;
use super::store as notices;
use crate::db::{self, Conn, inconsistent};
use crate::ledger::store::Stored;
use crate::log::prove::{self, Proved};
use crate::log::store::{self, keys::LogKeyRow};
use crate::web::config::Witnesses;
use sayso_verify::archive::{File, pack};
use sayso_verify::note::{Key, Note};
use sayso_verify::proof::Proof;
use sayso_verify::receipt::{ENTRY, KEY, NOTICE, POLICY, PROOF, README, SCRIPT};

/// How to check it, for a person.
const HOW: &str = include_str!("receipt/README.txt");
/// How to check it, for Python.
const CHECK: &str = include_str!("receipt/check.py");

/// What there is instead of a receipt, or the receipt.
#[derive(Debug)]
pub enum Receipt {
    /// The entry waits for its leaf: a second later it is there.
    NotYet,
    /// Nobody can show any more what the leaf is of.
    Forgotten,
    /// The archive, as it is downloaded.
    Here(Vec<u8>),
}

/// The receipt of an entry. Its policy asks for the witnesses if enough of them have signed.
pub async fn of(mut conn: Conn<'_>, stored: &Stored, witnesses: Option<&Witnesses>) -> db::Result<Receipt> {
    match prove::entry(conn.reborrow(), stored.entry.id).await? {
        Proved::Here(proof) => Ok(Receipt::Here(pack(&files(conn, stored, &proof, witnesses).await?))),
        Proved::NotYet => Ok(Receipt::NotYet),
        Proved::Forgotten => Ok(Receipt::Forgotten),
    }
}

/// The files of a receipt, with the proof of its entry.
pub async fn files(
    mut conn: Conn<'_>,
    stored: &Stored,
    proof: &Proof,
    witnesses: Option<&Witnesses>,
) -> db::Result<Vec<File>> {
    let key = signed_by(conn.reborrow(), &proof.checkpoint).await?;
    let at = store::served_at(conn.reborrow(), &key.name).await?;
    let enough = witnesses.filter(|witnesses| witnesses.are_enough(&proof.checkpoint));
    let quorum = enough.map_or("quorum none\n", |witnesses| witnesses.lines.as_str());
    let text = |name: &str, text: String| File { name: name.into(), bytes: text.into() };
    let mut files = vec![
        File { name: ENTRY.into(), bytes: stored.bytes.clone() },
        text(PROOF, proof.to_string()),
        text(KEY, format!("{key}\n")),
        text(POLICY, format!("log {key} https://{at}/\n{quorum}")),
    ];
    if let Some(notice) = &stored.entry.notice {
        let there = notices::notice(conn, notice.purpose, notice.version, &notice.language).await?;
        files.extend(there.map(|there| text(NOTICE, exact_text(&there.title, &there.body))));
    }
    files.extend([text(README, HOW.into()), text(SCRIPT, CHECK.into())]);
    Ok(files)
}

/// The newest key of the log that has signed this checkpoint.
async fn signed_by(conn: Conn<'_>, checkpoint: &str) -> db::Result<Key> {
    let keys: Vec<Key> = store::keys::all(conn).await?.iter().rev().filter_map(LogKeyRow::key).collect();
    let signed = Note::parse(checkpoint).ok().and_then(|note| note.signed_by(&keys).ok()).unwrap_or_default();
    let newest = keys.into_iter().find(|key| signed.iter().any(|signed| signed.key == *key));
    newest.ok_or_else(|| inconsistent("log_state", "checkpoint"))
}
