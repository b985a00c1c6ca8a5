//! What is kept beside the entries: the texts of notices, and the steps of cases.

use super::rows::{self, NoticeRow, StepRow};
use super::{Finding, cases};
use crate::consent::notice::exact_text;
use crate::db::{self, Db};
use crate::ledger::entry::{Decided, PLACED, PLATFORM, sealed, sha256_hex};
use crate::ledger::{Actor, CaseStep, Entry, NoticeRef};
use crate::time::guard::CORRECTION;
use std::collections::HashMap;

/// What an entry says of a notice that it publishes.
struct Publication {
    id: String,
    notice: NoticeRef,
    at: i64,
    /// From when it counts; older entries do not say.
    effective: Option<i64>,
}

/// Checks every notice with the entry by which it was published, both ways; returns how many there
/// are. Notices are few.
pub async fn notices(db: &Db) -> db::Result<(u64, Vec<Finding>)> {
    let mut reader = db.reader().await?;
    // First the entries: what is published meanwhile has a text when it has an entry.
    let published = rows::published(reader.conn(), PLATFORM).await?;
    let there = rows::notices(reader.conn()).await?;
    drop(reader);
    let mut found = Vec::new();
    let mut entries: HashMap<(String, i64, String), Publication> = HashMap::new();
    for (id, canonical) in published {
        let Ok(Entry { notice: Some(notice), at, effective, .. }) = serde_json::from_slice(&canonical) else {
            continue;
        };
        let key = (notice.purpose.to_string(), i64::from(notice.version), notice.language.clone());
        let published = Publication { id, notice, at: at.0, effective: effective.map(|at| at.0) };
        if let Some(again) = entries.insert(key, published) {
            found.push(Finding::new(again.id, "Its notice was published once"));
        }
    }
    let count = there.len() as u64;
    let newest = entries.values().map(|published| published.at).max().unwrap_or(i64::MIN);
    for notice in there {
        let name = format!("notice {} {} {}", notice.purpose, notice.version, notice.language);
        let key = (notice.purpose.clone(), notice.version, notice.language.clone());
        let wrong = match entries.remove(&key) {
            // It may have been published after the entries were read.
            None if notice.published_at > newest && newest > i64::MIN && is_new(db, &key).await? => continue,
            None => "An entry says that it was published".to_owned(),
            Some(published) => match differs(&notice, &published) {
                Some(what) => format!("{what} (entry {})", published.id),
                None => continue,
            },
        };
        found.push(Finding::new(name, wrong));
    }
    found.extend(
        entries.into_values().map(|published| Finding::new(published.id, "The notice that it publishes is there")),
    );
    Ok((count, found))
}

/// Whether the entry of this notice is there by now.
async fn is_new(db: &Db, (purpose, version, language): &(String, i64, String)) -> db::Result<bool> {
    let published = rows::published(db.reader().await?.conn(), PLATFORM).await?;
    Ok(published.iter().any(|(_, canonical)| {
        serde_json::from_slice::<Entry>(canonical).ok().and_then(|entry| entry.notice).is_some_and(|notice| {
            notice.purpose.as_str() == purpose && i64::from(notice.version) == *version && notice.language == *language
        })
    }))
}

/// What of a notice is not as its entry has it. Older entries do not say from when it counts.
fn differs(notice: &NoticeRow, published: &Publication) -> Option<&'static str> {
    let Publication { notice: reference, at, effective, .. } = published;
    let text = sha256_hex(exact_text(&notice.title, &notice.body).as_bytes());
    if text != reference.sha256 || notice.sha256 != reference.sha256 {
        return Some("Its text is the one that was published");
    }
    if effective.is_some_and(|effective| effective != notice.effective_at) {
        return Some("It counts from the time that its entry says");
    }
    // An entry is a little later where a clock was set back a little.
    (!(0..=CORRECTION).contains(&(at - notice.published_at))).then_some("It was published when its entry says")
}

/// Checks a batch of steps of cases with their entries; returns the last one, if there was one.
pub async fn steps(db: &Db, after: &str, most: i64) -> db::Result<(Option<String>, Vec<Finding>)> {
    let mut reader = db.reader().await?;
    let batch = rows::steps(reader.conn(), after, most).await?;
    let last = batch.last().map(|row| row.entry_id.clone());
    let mut found = Vec::new();
    for row in batch {
        let entry = row.canonical.as_deref().map(serde_json::from_slice::<Entry>);
        let mut wrong = wrong(&row, entry.as_ref().and_then(|entry| entry.as_ref().ok()));
        if let Some(Ok(Entry { step: Some(step), version, actor, .. })) = &entry
            && step.name.rules()
            && !decision(&mut reader, &row, step, *version >= PLACED && *actor != Actor::System).await?
        {
            wrong.push("What was decided is what the entry says");
        }
        found.extend((!wrong.is_empty()).then(|| Finding::new(row.entry_id, wrong.join("; "))));
    }
    Ok((last, found))
}

/// Whether the decision of a step is what its entry says: as it was said then, and as it stands in
/// the case, where nothing was decided since. `all` is whether both are kept: older versions did
/// not, and a decision that only stands once more in another history has no words of its own.
async fn decision(reader: &mut db::Reader, row: &StepRow, step: &CaseStep, all: bool) -> db::Result<bool> {
    let said = step
        .outcomes
        .iter()
        .map(|decided| (decided.purpose.to_string(), decided.outcome.as_str().to_owned(), decided.text.is_some()));
    let mut said: Vec<_> = said.collect();
    let mut ruled = rows::rulings(reader.conn(), &row.entry_id).await?;
    said.sort();
    ruled.sort();
    // Grounds may have been erased: whether they may is checked with the entry.
    let same =
        said.len() == ruled.len() && said.iter().zip(&ruled).all(|(a, b)| a.0 == b.0 && a.1 == b.1 && (a.2 || !b.2));
    if !all {
        return Ok(ruled.is_empty() || same);
    }
    let stands = rows::ruled(reader.conn(), &row.number, row.position).await?;
    let is_so = |decided: &Decided| {
        stands.iter().filter(|stands| stands.purpose == decided.purpose.as_str() && !stands.again).all(|stands| {
            let hash = stands.grounds.as_deref().map(|grounds| sealed(&row.salt, grounds));
            // One that was reopened has no outcome.
            stands.outcome.as_deref().is_none_or(|outcome| outcome == decided.outcome.as_str())
                && (hash.is_none() || hash == decided.text)
        })
    };
    Ok(same && step.outcomes.iter().all(is_so))
}

/// What of a step's row is not as its entry has it.
fn wrong(row: &StepRow, entry: Option<&Entry>) -> Vec<&'static str> {
    let Some(entry) = entry else { return vec!["The step of a case has its entry"] };
    let Some(step) = &entry.step else { return vec!["The entry of a step of a case is about a step"] };
    let mut found = cases::beside(row, entry, step);
    let same = [
        ("The step of the case is the one in the entry", step.name.as_str() == row.step),
        ("The step is of the case that the entry names", entry.case.as_deref() == Some(&row.number)),
        ("A text is there only where the entry has its hash", row.text.is_none() || step.text.is_some()),
        ("An answer is there only where the entry has its hash", !row.answers || step.answer.is_some()),
    ];
    found.extend(same.into_iter().filter(|(_, same)| !same).map(|(what, _)| what));
    found
}
