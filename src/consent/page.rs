//! Gathers one page of a history, or one entry of it: never the whole.

use super::history::{known_since, periods, periods_since};
use super::load::{self, until};
use super::picture::{CHOICES, picture};
use super::rows::{part, tell_what_is_to_come};
use super::settled::settle;
use super::standing::{Facts, first_country};
use super::wording::Voice;
use super::{entry_wording, notice::Notice, store, view};
use crate::account::model::{Country, Member};
use crate::account::staff_action::Access;
use crate::account::store::staff_actions;
use crate::db::{self, Conn, Reader};
use crate::error::AppError;
use crate::ledger::{
    Entry, EntryId, Kind, Purpose,
    store::{self as ledger, deciding, history},
};
use crate::time::UtcMillis;
use crate::web::App;
use std::collections::{BTreeMap, HashSet};

const AI: Purpose = Purpose::GenerativeAiTraining;

/// Entries on a page of the history, those about other purposes included.
pub const PAGE: i64 = 50;

/// Times that staff opened or took along something, on a page at most, the newest.
const ACCESSES: u32 = 500;

/// One page of a history, newest first.
pub struct Page {
    /// On the first page.
    pub picture: Option<view::Picture>,
    pub rows: Vec<view::HistoryRow>,
    /// What is asked for `before` on the page with what came later: `None` on the first page, and
    /// an inner `None` where that is the first.
    pub newer: Option<Option<i64>>,
    /// The same on the page with what came earlier.
    pub older: Option<i64>,
}

/// What a part of a history is told from: the part itself, and what decides besides.
struct Around {
    entries: Vec<Entry>,
    notices: Vec<Notice>,
    country: Country,
    now: UtcMillis,
}

impl Around {
    /// With what decides among `known`, each at its position.
    async fn gather(
        app: &App,
        reader: &mut Reader,
        member: &Member,
        mut known: BTreeMap<i64, Entry>,
        choices: usize,
        at: Option<UtcMillis>,
    ) -> Result<Self, AppError> {
        known.extend(deciding::placed(reader.conn(), &member.subject, AI, choices, at).await?);
        let notices = store::notices(reader.conn()).await?;
        let present = app.present().earliest;
        let mut entries: Vec<Entry> = known.into_values().collect();
        settle(&mut entries, present);
        let country = first_country(&entries, member.country);
        if let Some(at) = at {
            entries.truncate(entries.partition_point(|e| e.at <= at));
        }
        Ok(Self { entries, notices, country, now: at.unwrap_or(present) })
    }

    fn facts<'a>(&'a self, app: &'a App, member: &Member, at: Option<UtcMillis>) -> Facts<'a> {
        Facts {
            entries: &self.entries,
            notices: &self.notices,
            rules: &app.rules,
            country: self.country,
            doubt: at.is_none() && app.present().doubt.is_some(),
            unproved: member.unproved,
            window_days: app.config.notice_window_days,
        }
    }

    /// When this one counts.
    fn counts(&self, id: EntryId) -> Option<UtcMillis> {
        self.entries.iter().find(|e| e.id == id).map(|e| e.at)
    }
}

/// The page of the history that has what was recorded before the position `before`; the first one
/// where that is none. As it is now, or was at `at`, as `voice` says it.
pub async fn history(
    app: &App,
    member: &Member,
    at: Option<UtcMillis>,
    before: Option<i64>,
    voice: Voice,
) -> Result<Page, AppError> {
    let mut reader = app.db.reader().await?;
    let subject = &member.subject;
    let end = history::newest_position(reader.conn(), subject, at).await?.unwrap_or_default() + 1;
    let before = before.filter(|before| (2..end).contains(before));
    let (last, first) = (before.unwrap_or(end) - 1, (before.unwrap_or(end) - PAGE).max(1));
    // With the one that came after them: it says where the page before ends.
    let later = i64::from(before.is_some());
    let known = history::back_from(reader.conn(), subject, last + later, last + later - first + 1).await?;
    let ids: HashSet<EntryId> = known.iter().filter(|(at, _)| *at <= last).map(|(_, e)| e.id).collect();
    let ends = |at: i64| known.iter().find(|(position, _)| *position == at).map(|(_, e)| e.id);
    let (oldest, next) = (ends(first).filter(|_| first > 1), before.and_then(ends));
    let mut around: BTreeMap<i64, Entry> = known.into_iter().collect();
    around.extend(history::choices_before(reader.conn(), subject, AI, first).await?);
    let around = Around::gather(app, &mut reader, member, around, 1, at).await?;
    let drawn_from = match before {
        Some(_) => None,
        None => Some(Around::gather(app, &mut reader, member, BTreeMap::new(), CHOICES + 1, at).await?),
    };
    let (from, to) = (oldest.and_then(|id| around.counts(id)), next.and_then(|id| around.counts(id)));
    let accesses = accesses(reader.conn(), member, from, to, at).await?;
    drop(reader);
    let picture = drawn_from.map(|all| {
        let (facts, since) = (all.facts(app, member, at), known_since(&all.entries, AI, CHOICES));
        let drawn = picture(&facts, &periods_since(&facts, AI, since, all.now), AI, since, all.now, voice);
        view::Picture { until: until(at), ..drawn }
    });
    let facts = around.facts(app, member, at);
    let times = |at: UtcMillis| from.is_none_or(|from| from <= at) && to.is_none_or(|to| at < to);
    // Nobody is on by default once they have chosen: what was by default is right without the
    // choices in between.
    let periods = periods(&facts, AI, around.now);
    let mut rows = part(&facts, AI, (&periods, &accesses), voice, |e| ids.contains(&e.id), times);
    tell_what_is_to_come(&mut rows, around.now);
    Ok(Page {
        picture,
        rows,
        newer: before.map(|before| Some(before + PAGE).filter(|newer| *newer < end)),
        older: (first > 1).then_some(first),
    })
}

/// Who of the staff opened this member's cases or took something along, from `from` on, before
/// `to`, and no later than `at`.
async fn accesses(
    conn: Conn<'_>,
    member: &Member,
    from: Option<UtcMillis>,
    to: Option<UtcMillis>,
    at: Option<UtcMillis>,
) -> db::Result<Vec<Access>> {
    let (from, to) = (from.unwrap_or(UtcMillis(i64::MIN)), to.unwrap_or(UtcMillis(i64::MAX)));
    let to = at.map_or(to, |at| to.min(UtcMillis(at.0 + 1)));
    staff_actions::accesses_of_member(conn, &member.id, from, to, ACCESSES).await
}

/// One entry with what is said of it.
pub struct OneEntry {
    pub stored: ledger::Stored,
    pub row: view::HistoryRow,
    /// The words that had been shown.
    pub notice: Option<store::Published>,
    /// Why its time is not to be believed, or steps back.
    pub clock: Option<String>,
    /// What held of the switch right after it, in one sentence; `None` where it is about something
    /// else, or its time is not to be believed.
    pub held: Option<String>,
    /// Its leaf in the public log, counted from 0, and how many there are; `None` while it waits.
    pub leaf: Option<(u64, u64)>,
}

impl OneEntry {
    /// The title of its page.
    pub fn title(&self) -> String {
        format!("Receipt {}", self.stored.entry.id.receipt())
    }
}

/// Whether there is an entry with this id, whoever's it is.
pub async fn is_anybodys(app: &App, id: &str) -> Result<bool, AppError> {
    let Ok(id) = id.parse::<EntryId>() else { return Ok(false) };
    Ok(ledger::raw(app.db.reader().await?.conn(), id).await?.is_some())
}

/// One entry of this member with its words; anybody else's is not found, and none that was recorded
/// after `at`.
pub async fn entry(
    app: &App,
    member: &Member,
    id: &str,
    at: Option<UtcMillis>,
    voice: Voice,
) -> Result<OneEntry, AppError> {
    let id: EntryId = id.parse().map_err(|_| AppError::NotFound)?;
    let mut reader = app.db.reader().await?;
    let stored = ledger::find(reader.conn(), &member.subject, id).await?.ok_or(AppError::NotFound)?;
    if at.is_some_and(|at| at < stored.entry.at) {
        return Err(AppError::NotFound);
    }
    let position = history::position_of(reader.conn(), &member.subject, id).await?.ok_or(AppError::NotFound)?;
    let published = match &stored.entry.notice {
        Some(n) => store::notice(reader.conn(), n.purpose, n.version, &n.language).await?,
        None => None,
    };
    let before = match stored.entry.previous {
        Some(id) => ledger::find(reader.conn(), &member.subject, id).await?.map(|before| before.entry.at),
        None => None,
    };
    let mut around = BTreeMap::from([(position, stored.entry.clone())]);
    if stored.entry.kind == Kind::Choice {
        around.extend(history::choices_before(reader.conn(), &member.subject, AI, position).await?);
    }
    let around = Around::gather(app, &mut reader, member, around, 1, None).await?;
    drop(reader);
    let facts = around.facts(app, member, None);
    let mut rows = part(&facts, AI, (&[], &[]), voice, |e| e.id == id, |_| false);
    tell_what_is_to_come(&mut rows, around.now);
    let row = rows
        .into_iter()
        .next()
        .unwrap_or_else(|| entry_wording::row(&stored.entry, &entry_wording::Changed::default(), voice));
    let clock = entry_wording::clock_was_wrong(&stored.entry, &row, before, voice);
    let leaf = crate::log::store::place_of(app.db.reader().await?.conn(), id).await?;
    let about_it = match &stored.entry.case {
        Some(_) => stored.entry.step.as_ref().is_some_and(|step| step.purposes.contains(&AI)),
        None => stored.entry.purpose.is_none_or(|purpose| purpose == AI),
    };
    let held = if about_it && clock.is_none() {
        Some(load::seen(app, member, Some(stored.entry.at), voice).await?.0.now)
    } else {
        None
    };
    Ok(OneEntry { stored, row, notice: published, clock, held, leaf })
}
