//! Subjects that are forgotten: each is named by an entry of the platform, exactly, and nothing
//! else
//! is gone.

use super::Finding;
use super::rows::{self, ForgottenRow};
use crate::db::{self, Db};
use crate::ledger::entry::PLATFORM;
use crate::ledger::{Entry, Kind};

/// Checks a batch of them; returns the last one, if there was one.
pub async fn check(db: &Db, after: &str, most: i64) -> db::Result<(Option<String>, Vec<Finding>)> {
    let mut reader = db.reader().await?;
    let batch = rows::forgotten(reader.conn(), after, most).await?;
    let mut found: Vec<Finding> = batch.iter().filter_map(wrong).collect();
    if after.is_empty() {
        let alone = rows::forgotten_alone(reader.conn(), most).await?;
        found.extend(alone.into_iter().map(|id| Finding::new(id, "The subject that it names is forgotten")));
    }
    Ok((batch.into_iter().last().map(|row| row.subject), found))
}

/// What does not hold of one.
fn wrong(row: &ForgottenRow) -> Option<Finding> {
    let about = |wrong: &str| Some(Finding::new(format!("forgotten {}", row.subject), wrong));
    if row.entry_id.is_none() {
        return if row.has_secret { None } else { about("Its secret is there until an entry says that it is gone") };
    }
    let entry: Option<Entry> = row.canonical.as_deref().and_then(|canonical| serde_json::from_slice(canonical).ok());
    let entry = entry.filter(|entry| entry.subject == PLATFORM && entry.kind == Kind::Forgotten);
    match entry.and_then(|entry| entry.forgotten) {
        None => about("An entry says that it is forgotten"),
        Some(said) if said.subject != row.subject => about("An entry says that it is forgotten"),
        Some(said) if said.leaves != row.entries => about("It has as many entries as it had when it was forgotten"),
        Some(_) if row.has_secret => about("Its secret is gone, as an entry says"),
        Some(_) => None,
    }
}
