//! Entries of a batch as links of their histories, and their leaves. No database: it runs beside
//! what reads the next batch.

use super::super::check;
use super::rows::{Beside, EntryRow};
use crate::ledger::Entry;
use crate::ledger::record::RawEntry;
use crate::ledger::store::secret::Secret;
use sayso_verify::strict::to_base64;

/// That a leaf is of another entry, or of other bytes.
pub const LEAF: &str = "Its leaf in the public log is made of it";
/// That nobody can show what a leaf is of, and no entry says that its subject is forgotten.
const SECRET: &str = "The secret is there that its leaf is made with";
const FIXES: &str = "It fixes what stands in the entry before it";

/// The entry before the next one, and what its leaf has to be.
pub struct Before {
    row: RawEntry,
    commitment: Option<[u8; 32]>,
}

/// What was found of one entry.
pub struct Link {
    pub id: String,
    /// What does not hold.
    pub wrong: Vec<&'static str>,
    /// Whether no leaf of it was there.
    pub has_no_leaf: bool,
    /// What its leaf has to be.
    pub expected: Option<[u8; 32]>,
    /// The entry, where something is kept beside it that has to be looked at.
    pub entry: Option<Entry>,
}

/// Checks a batch that comes behind `before`, and returns its last entry as well.
pub fn check(mut before: Option<Before>, batch: Vec<EntryRow>) -> (Vec<Link>, Option<Before>) {
    let mut links = Vec::with_capacity(batch.len());
    let mut known: Option<(String, Option<Secret>)> = None;
    for row in batch {
        let (row, Beside { secret, leaf, forgotten }) = row.parts();
        let previous = before.as_ref().filter(|before| before.row.subject == row.subject);
        let (checked, mut wrong) = check::link(&row, previous.map(|before| &before.row));
        // One secret for a whole history.
        if known.as_ref().is_none_or(|(subject, _)| *subject != row.subject) {
            known = Some((row.subject.clone(), secret.as_deref().and_then(|text| Secret::parse(text).ok())));
        }
        let secret = known.as_ref().and_then(|(_, secret)| secret.as_ref());
        let expected = secret.map(|secret| secret.commitment(&row.id, &row.canonical));
        match (&leaf, &expected) {
            (Some(leaf), Some(expected)) if leaf[..] != expected[..] => wrong.push(LEAF),
            (Some(_), None) if !forgotten => wrong.push(SECRET),
            _ => {}
        }
        if let Some(fixed) = checked.entry.as_ref().and_then(|entry| entry.previous_leaf.as_deref()) {
            let made = previous.and_then(|before| before.commitment);
            if made.map(|made| to_base64(&made)).as_deref() != Some(fixed) {
                wrong.push(FIXES);
            }
        } else if checked.entry.as_ref().is_some_and(|entry| entry.position.is_some_and(|position| position > 1)) {
            wrong.push(FIXES);
        }
        let entry = checked.entry.filter(|entry| entry.step.is_some() || entry.view.is_some());
        links.push(Link { id: row.id.clone(), wrong, has_no_leaf: leaf.is_none(), expected, entry });
        // Nobody can make it again: the leaf as it stands, which the tree holds, is what was fixed.
        let stands = leaf.filter(|_| forgotten).and_then(|leaf| leaf.try_into().ok());
        before = Some(Before { row, commitment: expected.or(stands) });
    }
    (links, before)
}
