//! Gathers what standing is decided from, and hands it to the words. Shared by the pages and the
//! server functions.

use super::notice::Notices;
use super::settled::settle;
use super::standing::{self, Facts, first_country, undelivered};
use super::store::known::{self, Known};
use super::wording::Voice;
use super::{history::known_since, picture::CHOICES, service, store, tab, view};
use crate::account::model::{Country, Member, Unproved, form_mark};
use crate::account::store as accounts;
use crate::error::{AppError, chain};
use crate::ledger::{Channel, Entry, EntryId, NoticeRef, Purpose, store::deciding};
use crate::time::UtcMillis;
use crate::web::App;
use crate::web::request::Visit;
use std::sync::Arc;

const AI: Purpose = Purpose::GenerativeAiTraining;

/// Looks of the staff that are read for the tab, at most.
pub const VIEWS: usize = 11;

/// What was read along the way, for the other cards of the tab.
pub struct MoreKnown {
    /// The newest looks of the staff, newest first.
    pub views: Vec<Entry>,
    /// Whether the member has cases, or cases under their address reach their account.
    pub cases: bool,
    /// Whether staff took something about them along.
    pub taken: bool,
}

struct Gathered {
    made_for: String,
    entries: Vec<Entry>,
    notices: Arc<Notices>,
    now: UtcMillis,
    doubt: bool,
    unproved: Option<Unproved>,
    /// Where the member lived when the history began.
    country: Country,
    /// Since when every choice is known.
    since: Option<UtcMillis>,
    /// The delivery of a notice that they dismissed last.
    dismissed: Option<EntryId>,
}

/// Every published notice, of which there are `count`.
async fn notices(app: &App, count: usize) -> Result<Arc<Notices>, AppError> {
    let at_hand = app.notices();
    if at_hand.all().len() == count {
        return Ok(at_hand);
    }
    let read = Arc::new(store::whole(app.db.reader().await?.conn()).await?);
    app.keep_notices(read.clone());
    Ok(read)
}

/// What decides now, with the choices that a picture has.
async fn present(app: &App, member: &Member) -> Result<(Gathered, MoreKnown), AppError> {
    let known = known::of(&app.db, member, AI, CHOICES + 1, VIEWS).await?;
    gathered(app, member, known).await
}

async fn gathered(app: &App, member: &Member, known: Known) -> Result<(Gathered, MoreKnown), AppError> {
    let Known { mut entries, views, notices: count, cases, taken, dismissed, .. } = known;
    let notices = notices(app, count).await?;
    let present = app.present();
    settle(&mut entries, present.earliest);
    let all = Gathered {
        made_for: form_mark(member),
        since: known_since(&entries, AI, CHOICES),
        country: first_country(&entries, member.country),
        entries,
        notices,
        now: present.earliest,
        doubt: present.doubt.is_some(),
        unproved: member.unproved,
        dismissed,
    };
    Ok((all, MoreKnown { views, cases, taken }))
}

/// What decided by the end of the instant `at`, with the choices that a picture has.
async fn past(app: &App, member: &Member, at: UtcMillis) -> Result<Gathered, AppError> {
    let mut reader = app.db.reader().await?;
    let mut entries = deciding::about(reader.conn(), &member.subject, AI, CHOICES + 1, Some(at)).await?;
    let notices = Arc::new(store::whole(reader.conn()).await?);
    settle(&mut entries, app.present().earliest);
    let country = first_country(&entries, member.country);
    entries.truncate(entries.partition_point(|e| e.at <= at));
    Ok(Gathered {
        made_for: form_mark(member),
        since: known_since(&entries, AI, CHOICES),
        entries,
        notices,
        now: at,
        doubt: false,
        unproved: member.unproved,
        country,
        dismissed: None,
    })
}

impl Gathered {
    fn facts<'a>(&'a self, app: &'a App) -> Facts<'a> {
        Facts {
            entries: &self.entries,
            notices: self.notices.all(),
            rules: &app.rules,
            country: self.country,
            doubt: self.doubt,
            unproved: self.unproved,
            window_days: app.config.notice_window_days,
        }
    }

    fn tab(&self, app: &App, stale: bool, voice: Voice) -> view::TabView {
        let card = tab::tab(&self.facts(app), AI, self.since, self.now, stale, voice);
        // The island sends no address of a form, which would say for whom the page was made.
        view::TabView { seen: format!("{}.{}", self.made_for, card.seen), ..card }
    }
}

/// The tab's first card as it stands.
pub async fn tab(app: &App, member: &Member, stale: bool) -> Result<view::TabView, AppError> {
    Ok(present(app, member).await?.0.tab(app, stale, Voice::Member))
}

/// The same where it is known already.
pub async fn tab_of(app: &App, member: &Member, known: Known, stale: bool) -> Result<view::TabView, AppError> {
    Ok(gathered(app, member, known).await?.0.tab(app, stale, Voice::Member))
}

/// The notice that a member's next visit shows them: for the first time, or once more.
pub enum NextVisit {
    Delivers(NoticeRef),
    Shows(NoticeRef),
}

/// The same now or at `at`, for somebody who only looks: nothing is delivered by it. With the
/// notice that the member's next visit shows, of which nothing is known for another time.
pub async fn seen(
    app: &App,
    member: &Member,
    at: Option<UtcMillis>,
    voice: Voice,
) -> Result<(view::TabView, Option<NextVisit>), AppError> {
    let all = match at {
        None => present(app, member).await?.0,
        Some(at) => past(app, member, at).await?,
    };
    let facts = all.facts(app);
    let next = match undelivered(&facts, AI, all.now).filter(|_| at.is_none()) {
        Some(due) => Some(NextVisit::Delivers(due.reference.clone())),
        None if at.is_some() => None,
        None => to_decide(app, &all).and_then(|e| e.notice.clone()).map(NextVisit::Shows),
    };
    let mut tab = all.tab(app, false, voice);
    tab.picture.until = until(at);
    Ok((tab, next))
}

/// A notice on the tab.
pub struct Shown {
    pub notice: store::Published,
    /// Whether this visit is the first that shows it.
    pub new: bool,
    /// Whether its reader has decided already, so that nothing is asked of them.
    pub decided: bool,
}

/// A visit to the tab: shows the newest notice, then the card. If this member has not been shown
/// the notice, this is its delivery, which is durable before the notice is handed out. It is shown
/// on each visit until they decide or dismiss it. Where nobody may see the page, it is not
/// delivered, and the card says which notice it was.
pub async fn visit(
    app: &App,
    member: &Member,
    visit: Visit,
    stale: bool,
) -> Result<(Option<Shown>, view::TabView, MoreKnown), AppError> {
    let (mut all, more) = present(app, member).await?;
    let mut shown = None;
    if let Some(due) = undelivered(&all.facts(app), AI, all.now).filter(|_| visit != Visit::Nobody) {
        let r = &due.reference;
        let decided = standing::has_decided(&all.facts(app), AI, all.now);
        shown = all.notices.text(r).map(|notice| Shown { notice, new: true, decided });
        if visit == Visit::Unseen {
            return Ok((shown, view::TabView { shown: mark(r), ..all.tab(app, stale, Voice::Member) }, more));
        }
        let now = app.clock.now();
        match service::deliver(app, &all.facts(app), member, r, Channel::Web, now).await {
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
    if shown.is_none()
        && let Some(delivery) = to_decide(app, &all)
        && let Some(r) = &delivery.notice
    {
        shown = all.notices.text(r).map(|notice| Shown { notice, new: false, decided: false });
    }
    Ok((shown, all.tab(app, stale, Voice::Member), more))
}

/// What a page says of the notice on it.
pub fn mark(notice: &NoticeRef) -> String {
    format!("{}.{}", notice.version, notice.language)
}

/// The delivery of the notice that stays on this member's tab.
fn to_decide<'a>(app: &App, all: &'a Gathered) -> Option<&'a Entry> {
    let id = standing::to_decide(&all.facts(app), AI, all.now)?.id;
    all.entries.iter().find(|e| e.id == id).filter(|e| Some(e.id) != all.dismissed)
}

/// Takes the notice off the member's tab, if it is the one that stands there.
pub async fn dismiss(app: &App, member: &Member, what: &str) -> Result<(), AppError> {
    // A page that another site had opened has not delivered it yet.
    shown(app, member, what).await?;
    let (all, _) = present(app, member).await?;
    let on_show = to_decide(app, &all);
    if let Some(delivery) = on_show.filter(|e| e.notice.as_ref().is_some_and(|r| mark(r) == what)) {
        let mut tx = app.db.begin().await?;
        accounts::dismiss_notice(tx.conn(), &member.id, delivery.id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Where a picture ends: now, or at the instant that is looked at.
pub(super) fn until(at: Option<UtcMillis>) -> String {
    at.map_or_else(|| "now".into(), UtcMillis::long)
}

/// The notice that a page says it has shown, if it is the one that is still to be delivered to this
/// member.
async fn pending(app: &App, member: &Member, shown: &str) -> Result<Option<(Gathered, NoticeRef)>, AppError> {
    if shown.is_empty() {
        return Ok(None);
    }
    let (all, _) = present(app, member).await?;
    let facts = all.facts(app);
    let due = undelivered(&facts, AI, all.now).map(|due| due.reference.clone());
    Ok(due.filter(|due| mark(due) == shown).map(|due| (all, due)))
}

/// Delivers the notice that a page says it has shown to somebody, where it is still to be
/// delivered; otherwise nothing happens.
pub async fn shown(app: &App, member: &Member, shown: &str) -> Result<(), AppError> {
    if let Some((all, due)) = pending(app, member, shown).await? {
        service::deliver(app, &all.facts(app), member, &due, Channel::Web, app.clock.now()).await?;
    }
    Ok(())
}
