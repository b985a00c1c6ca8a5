//! Gathers what standing is decided from, and hands it to the words. Shared by the pages and the
//! server functions.

use super::settled::settle;
use super::standing::{Facts, first_country, undelivered};
use super::{history::known_since, notice::Notice, picture::CHOICES, service, store, tab, view};
use crate::account::model::{Country, Member, form_mark};
use crate::error::{AppError, chain};
use crate::ledger::{Channel, Entry, NoticeRef, Purpose, store::deciding};
use crate::time::UtcMillis;
use crate::web::App;
use crate::web::request::Visit;

const AI: Purpose = Purpose::GenerativeAiTraining;

struct Gathered {
    made_for: String,
    entries: Vec<Entry>,
    notices: Vec<Notice>,
    now: UtcMillis,
    doubt: bool,
    unproved: bool,
    /// Where the member lived when the history began.
    country: Country,
    /// Since when every choice is known.
    since: Option<UtcMillis>,
}

/// What decides now, or did by the end of the instant `at`, with the choices that a picture has.
async fn gather(app: &App, member: &Member, at: Option<UtcMillis>) -> Result<Gathered, AppError> {
    let mut reader = app.db.reader().await?;
    let mut entries = deciding::about(reader.conn(), &member.subject, AI, CHOICES + 1, at).await?;
    let notices = store::notices(reader.conn()).await?;
    let present = app.present();
    settle(&mut entries, present.at);
    let country = first_country(&entries, member.country);
    if let Some(at) = at {
        entries.truncate(entries.partition_point(|e| e.at <= at));
    }
    Ok(Gathered {
        made_for: form_mark(member),
        since: known_since(&entries, AI, CHOICES),
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

    fn tab(&self, app: &App, stale: bool) -> view::TabView {
        let card = tab::tab(&self.facts(app), AI, self.since, self.now, stale);
        // The island sends no address of a form, which would say for whom the page was made.
        view::TabView { seen: format!("{}.{}", self.made_for, card.seen), ..card }
    }
}

/// The tab's first card as it stands.
pub async fn tab(app: &App, member: &Member, stale: bool) -> Result<view::TabView, AppError> {
    Ok(gather(app, member, None).await?.tab(app, stale))
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
    let mut tab = all.tab(app, false);
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
            return Ok((shown, view::TabView { shown: pending, ..all.tab(app, stale) }));
        }
        let now = app.clock.now();
        match service::deliver(&app.db, &all.facts(app), member, r, Channel::Web, now).await {
            Ok(Some(entry)) => {
                all.now = all.now.max(entry.at);
                all.entries.push(entry);
            }
            // Another tab was first, and shows it.
            Ok(None) => shown = None,
            // What cannot be recorded is not delivered, and the settings can be read all the same.
            Err(cause) => {
                tracing::error!(cause = %chain(&cause), "a notice could not be delivered");
                shown = None;
            }
        }
    }
    Ok((shown, all.tab(app, stale)))
}

/// Where a picture ends: now, or on the day that is looked at.
pub(super) fn until(at: Option<UtcMillis>) -> String {
    at.map_or_else(|| "now".into(), UtcMillis::day)
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
        service::deliver(&app.db, &all.facts(app), member, &due, Channel::Web, app.clock.now()).await?;
    }
    Ok(())
}
