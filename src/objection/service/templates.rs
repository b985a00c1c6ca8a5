//! Keeps the templates of texts that officers send.

use super::super::store;
use super::super::template::{Content, Saved, Template, is_taken, retire, save};
use crate::account::model::Member;
use crate::account::staff_action::ActionKind;
use crate::account::store::staff_actions::{self, NewAction};
use crate::db::{self, Db, Tx, lock};
use crate::time::Clock;

/// What came of saving or retiring a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is stored, now or by the press before.
    Stored,
    /// Somebody else has changed it since the page was loaded.
    Stale,
    /// Another template has the same title.
    Taken,
    /// There is no such template.
    NotFound,
}

/// Stores `content` as the next version of the template `id`, or as its first one. `seen` is the
/// version that the page was made with, 0 for a new template.
///
/// # Errors
/// Those of the database.
pub async fn save_template(
    db: &Db,
    id: &str,
    seen: i64,
    content: &Content,
    officer: &Member,
    clock: &Clock,
) -> db::Result<Kept> {
    let mut tx = begin(db).await?;
    let all = store::newest_templates(tx.conn()).await?;
    let newest = all.iter().find(|template| template.id == id);
    // What a template is for never changes.
    let content = newest.map_or_else(
        || content.clone(),
        |newest| Content { title: content.title.clone(), text: content.text.clone(), ..newest.content.clone() },
    );
    match save(newest, seen, &content) {
        Saved::Already => Ok(Kept::Stored),
        Saved::Stale => Ok(Kept::Stale),
        Saved::Version(_) if is_taken(&content, id, &all) => Ok(Kept::Taken),
        Saved::Version(version) => put(tx, (id, version), &content, false, officer, clock).await,
    }
}

/// Retires the template `id`: it is offered no more.
///
/// # Errors
/// Those of the database.
pub async fn retire_template(db: &Db, id: &str, seen: i64, officer: &Member, clock: &Clock) -> db::Result<Kept> {
    let mut tx = begin(db).await?;
    let versions: Vec<Template> = store::template_versions(tx.conn(), id).await?;
    let Some(newest) = versions.first() else { return Ok(Kept::NotFound) };
    match retire(newest, seen) {
        Saved::Already => Ok(Kept::Stored),
        Saved::Stale => Ok(Kept::Stale),
        Saved::Version(version) => put(tx, (id, version), &newest.content, true, officer, clock).await,
    }
}

/// Two officers who save at once are one after the other.
async fn begin(db: &Db) -> db::Result<Tx> {
    let mut tx = db.begin().await?;
    lock(tx.conn(), "text templates").await?;
    Ok(tx)
}

async fn put(
    mut tx: Tx,
    (id, version): (&str, i64),
    content: &Content,
    retired: bool,
    officer: &Member,
    clock: &Clock,
) -> db::Result<Kept> {
    let now = clock.now_micros();
    store::put_template(tx.conn(), id, version, content, retired, officer, now.millis()).await?;
    let kind = if retired { ActionKind::TemplateRetired } else { ActionKind::TemplateSaved };
    let which = format!("{id} version {version}");
    let action = NewAction { detail: Some(&which), ..NewAction::by(kind, officer) };
    staff_actions::put(tx.conn(), &action, now).await?;
    tx.commit().await?;
    Ok(Kept::Stored)
}
