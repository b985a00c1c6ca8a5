//! Gathers what standing is decided from, and hands it to the words. Shared by the pages and the
//! server functions.

use super::settled::settle;
use super::standing::{Facts, first_country, undelivered};
use super::{history, notice::Notice, picture, store, tell, view};
use crate::account::model::{Country, Member};
use crate::error::AppError;
use crate::ledger::{Channel, Entry, EntryId, NoticeRef, Purpose, store as ledger};
use crate::server::App;
use crate::server::reply::Visit;
use crate::time::UtcMillis;

const AI: Purpose = Purpose::GenerativeAiTraining;

struct Gathered {
    entries: Vec<Entry>,
    notices: Vec<Notice>,
    now: UtcMillis,
    doubt: bool,
    unproved: bool,
    /// Where the member lived when the history began.
    country: Country,
}

/// What there is now, or was by the end of the instant `at`.
async fn gather(app: &App, member: &Member, at: Option<UtcMillis>) -> Result<Gathered, AppError> {
    let mut reader = app.db.reader().await?;
    let mut entries = ledger::of_subject(reader.conn(), &member.subject).await?;
    let notices = store::notices(reader.conn()).await?;
    let present = app.present();
    settle(&mut entries, present.at);
    let country = first_country(&entries, member.country);
    if let Some(at) = at {
        entries.truncate(entries.partition_point(|e| e.at <= at));
    }
    Ok(Gathered {
        entries,
        notices,
        now: at.unwrap_or(present.at),
        doubt: at.is_none() && present.doubt.is_some(),
        unproved: at.is_none() && !member.address_proved,
        country,
    })
}

impl Gathered {
    fn facts<'a>(&'a self, app: &'a App) -> Facts<'a> {
        Facts {
            entries: &self.entries,
            notices: &self.notices,
            rules: &app.rules,
            country: self.country,
            doubt: self.doubt,
            unproved: self.unproved,
            window_days: app.config.notice_window_days,
        }
    }
}

/// The tab's first card as it stands.
pub async fn tab(app: &App, member: &Member, stale: bool) -> Result<view::TabView, AppError> {
    let all = gather(app, member, None).await?;
    Ok(tell::tab(&all.facts(app), AI, all.now, stale))
}

/// The same as this member has it in front of them, now or at `at`, for somebody who only looks:
/// nothing is delivered by it. With the notice that their next visit delivers.
pub async fn seen(
    app: &App,
    member: &Member,
    at: Option<UtcMillis>,
) -> Result<(view::TabView, Option<NoticeRef>), AppError> {
    let all = gather(app, member, at).await?;
    let facts = all.facts(app);
    let next = undelivered(&facts, AI, all.now).filter(|_| at.is_none());
    let mut tab = tell::tab(&facts, AI, all.now, false);
    tab.picture.until = until(at);
    Ok((tab, next.map(|notice| notice.reference.clone())))
}

/// A visit to the tab: shows the newest notice if this member has not been shown it, which is its
/// delivery, then the card. The delivery is durable before the notice is handed out. Where nobody
/// may see the page, it is not delivered, and the card says which notice it was.
pub async fn visit(
    app: &App,
    member: &Member,
    visit: Visit,
    stale: bool,
) -> Result<(Option<store::Published>, view::TabView), AppError> {
    let mut all = gather(app, member, None).await?;
    let mut shown = None;
    if let Some(due) = undelivered(&all.facts(app), AI, all.now).filter(|_| visit != Visit::Nobody) {
        let r = &due.reference;
        shown = store::notice(app.db.reader().await?.conn(), r.purpose, r.version, &r.language).await?;
        if visit == Visit::Unseen {
            let pending = format!("{}.{}", r.version, r.language);
            return Ok((shown, view::TabView { shown: pending, ..tell::tab(&all.facts(app), AI, all.now, stale) }));
        }
        let now = app.clock.now();
        match store::deliver(&app.db, &all.facts(app), member, r, Channel::Web, now).await {
            Ok(Some(entry)) => {
                all.now = all.now.max(entry.at);
                all.entries.push(entry);
            }
            // Another tab was first, and shows it.
            Ok(None) => shown = None,
            // What cannot be recorded is not delivered, and the settings can be read all the same.
            Err(cause) => {
                tracing::error!(%cause, "a notice could not be delivered");
                shown = None;
            }
        }
    }
    Ok((shown, tell::tab(&all.facts(app), AI, all.now, stale)))
}

/// Where a picture ends: now, or on the day that is looked at.
fn until(at: Option<UtcMillis>) -> String {
    at.map_or_else(|| "now".into(), UtcMillis::day)
}

/// The whole history, newest first, and its picture; as it is now, or was at `at`.
pub async fn history(
    app: &App,
    member: &Member,
    at: Option<UtcMillis>,
) -> Result<(view::Picture, Vec<view::Row>), AppError> {
    let all = gather(app, member, at).await?;
    let facts = all.facts(app);
    let periods = history::periods(&facts, AI, all.now);
    let picture = view::Picture { until: until(at), ..picture::picture(&facts, &periods, AI, all.now) };
    Ok((picture, tell::rows(&facts, AI, &periods)))
}

/// One entry with what is said of it.
pub struct OneEntry {
    pub stored: ledger::Stored,
    pub row: view::Row,
    /// The words that had been shown.
    pub notice: Option<store::Published>,
    /// Why its time is not to be believed, or steps back.
    pub clock: Option<String>,
}

impl OneEntry {
    /// The title of its page.
    pub fn title(&self) -> String {
        format!("Receipt {}", self.stored.entry.id.receipt())
    }
}

/// One entry of this member with its words; anybody else's is not found.
pub async fn entry(app: &App, member: &Member, id: &str) -> Result<OneEntry, AppError> {
    let id: EntryId = id.parse().map_err(|_| AppError::NotFound)?;
    let mut reader = app.db.reader().await?;
    let stored = ledger::find(reader.conn(), &member.subject, id).await?.ok_or(AppError::NotFound)?;
    let published = match &stored.entry.notice {
        Some(n) => store::notice(reader.conn(), n.purpose, n.version, &n.language).await?,
        None => None,
    };
    let before = match stored.entry.previous {
        Some(id) => ledger::find(reader.conn(), &member.subject, id).await?.map(|before| before.entry.at),
        None => None,
    };
    drop(reader);
    let (_, rows) = history(app, member, None).await?;
    let alone = tell::row(&stored.entry, None);
    let row = rows.into_iter().find(|row| row.link == alone.link).unwrap_or(alone);
    let clock = tell::clock_was_wrong(&stored.entry, &row, before);
    Ok(OneEntry { stored, row, notice: published, clock })
}

/// The notice that a page says it has shown, if it is the one that is still to be delivered to this
/// member.
async fn pending(app: &App, member: &Member, shown: &str) -> Result<Option<(Gathered, NoticeRef)>, AppError> {
    if shown.is_empty() {
        return Ok(None);
    }
    let all = gather(app, member, None).await?;
    let facts = all.facts(app);
    let due = undelivered(&facts, AI, all.now).map(|due| due.reference.clone());
    Ok(due.filter(|due| format!("{}.{}", due.version, due.language) == shown).map(|due| (all, due)))
}

/// Delivers the notice that a page says it has shown to somebody, where it is still to be
/// delivered; otherwise nothing happens.
pub async fn shown(app: &App, member: &Member, shown: &str) -> Result<(), AppError> {
    if let Some((all, due)) = pending(app, member, shown).await? {
        store::deliver(&app.db, &all.facts(app), member, &due, Channel::Web, app.clock.now()).await?;
    }
    Ok(())
}
