//! Counts once a day what cannot be counted while somebody waits: what held for every member at the
//! end of each day, and what became of the objections of each quarter. The counts of cases that are
//! kept for the charts are compared with the cases on the way.
//!
//! One pass over all members, a page at a time and each page read for itself, so that nobody waits
//! for it. Only days that are over are counted, and entries are never changed, so that it makes no
//! difference when a page is read. A pass that was cut short is begun again; what it finds replaces
//! what is there in one transaction.

use super::days::{Region, Tally, keep};
use super::public::Span;
use super::store;
use crate::account::model::Member;
use crate::account::store::page_of_members;
use crate::consent::history::periods;
use crate::consent::notice::Notice;
use crate::consent::rules::Rules;
use crate::consent::settled::settle;
use crate::consent::standing::{Facts, first_country};
use crate::consent::store::notices;
use crate::db::{self, Db};
use crate::error::chain;
use crate::ledger::{Entry, Purpose, store::history::each_of_subjects};
use crate::objection::store::{Cohort, cohort, first_received, recount};
use crate::time::UtcMillis;
use crate::web::App;
use std::collections::HashMap;
use std::time::Duration;

const AI: Purpose = Purpose::GenerativeAiTraining;

/// Members in a page: few enough that reading them keeps no thread of the server for long.
const PAGE: i64 = 200;
/// How long the server's own pass rests after each page.
const REST: Duration = Duration::from_millis(5);
/// How often the worker looks whether a day is over.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// How long after midnight the day before is counted, in milliseconds: what was recorded in its
/// last moments has been committed by then.
const AFTER: i64 = 5 * 60_000;

/// What is counted from.
pub struct Count<'a> {
    pub db: &'a Db,
    pub rules: &'a Rules,
    /// How long after being told nobody is enrolled, in days of 24 hours.
    pub window_days: u32,
    /// The days before the one of this instant are counted.
    pub now: UtcMillis,
}

impl<'a> Count<'a> {
    pub fn of(app: &'a App, now: UtcMillis) -> Self {
        Self { db: &app.db, rules: &app.rules, window_days: app.config.notice_window_days, now }
    }

    /// Counts everything and stores it; returns how many members there were. `rest` is taken after
    /// each page, and `reached` hears how many members were counted by then.
    pub async fn run(&self, rest: Option<Duration>, mut reached: impl FnMut(u64)) -> db::Result<u64> {
        let notices = notices(self.db.reader().await?.conn()).await?;
        let mut tally = Tally::new(self.now);
        let (mut after, mut counted) = (String::new(), 0);
        loop {
            let mut reader = self.db.reader().await?;
            let members = page_of_members(reader.conn(), &after, PAGE).await?;
            let Some(last) = members.last() else { break };
            after.clone_from(&last.id);
            let subjects: Vec<&str> = members.iter().map(|member| member.subject.as_str()).collect();
            let by_subject: HashMap<&str, &Member> =
                members.iter().map(|member| (member.subject.as_str(), member)).collect();
            let mut history: Vec<Entry> = Vec::new();
            let take = |entry: Entry| {
                if history.last().is_some_and(|before| before.subject != entry.subject) {
                    self.tally(&mut tally, std::mem::take(&mut history), &by_subject, &notices);
                }
                keep(&mut history, entry);
            };
            each_of_subjects(reader.conn(), &subjects, take).await?;
            drop(reader);
            self.tally(&mut tally, history, &by_subject, &notices);
            counted += members.len() as u64;
            reached(counted);
            match rest {
                Some(rest) => tokio::time::sleep(rest).await,
                None => tokio::task::yield_now().await,
            }
        }
        let wrong = recount(self.db).await?;
        if wrong > 0 {
            tracing::warn!(wrong, "counts of cases were not right and have been counted anew");
        }
        let (quarters, all) = self.quarters().await?;
        store::replace(self.db, self.now.midnight(), &tally.days(), &quarters, all.as_ref()).await?;
        Ok(counted)
    }

    /// Counts the member whose entries these are.
    fn tally(&self, tally: &mut Tally, mut entries: Vec<Entry>, members: &HashMap<&str, &Member>, notices: &[Notice]) {
        let (rules, window_days) = (self.rules, self.window_days);
        let member = entries.first().and_then(|first| members.get(first.subject.as_str())).copied();
        let Some(&Member { country, unproved, .. }) = member else { return };
        settle(&mut entries, self.now);
        let first = first_country(&entries, country);
        let facts = Facts { entries: &entries, notices, rules, country: first, window_days, doubt: false, unproved };
        tally.add(Region::of(country), &periods(&facts, AI, tally.until()));
    }

    /// The quarters that are over, each with what became of its objections by the end of the
    /// newest, and all of them together.
    async fn quarters(&self) -> db::Result<(Vec<Span>, Option<Span>)> {
        let by = self.now.quarter();
        let mut reader = self.db.reader().await?;
        let Some(first) = first_received(reader.conn()).await?.map(UtcMillis::quarter) else {
            return Ok((Vec::new(), None));
        };
        let mut quarters = Vec::new();
        let mut begins = first;
        while begins < by {
            let ends = begins.plus_months(3);
            quarters.push(span(begins, ends, cohort(reader.conn(), begins, ends, by).await?));
            begins = ends;
        }
        let all =
            if quarters.is_empty() { None } else { Some(span(first, by, cohort(reader.conn(), first, by, by).await?)) };
        Ok((quarters, all))
    }
}

fn span(begins: UtcMillis, ends: UtcMillis, Cohort { received, answered }: Cohort) -> Span {
    let complied = answered.map_or(0, |a| a.upheld + a.partly);
    let refused = answered.map_or(0, |a| a.refused);
    Span { begins, ends, received, complied, refused, median: answered.and_then(|a| a.median()) }
}

/// Counts whenever a day is over, and at once where that is behind, until it is stopped; it can be
/// stopped at any time.
pub async fn work(app: App) {
    loop {
        match Box::pin(catch_up(&app)).await {
            Ok(Some(members)) => tracing::info!(members, "the figures of the days that are over are counted"),
            Ok(None) => {}
            Err(cause) => tracing::error!(cause = %chain(&cause), "the figures cannot be counted"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Counts, if a day is over that has not been counted and no other node is at it. Returns how many
/// members there were.
pub async fn catch_up(app: &App) -> db::Result<Option<u64>> {
    let now = app.clock.now();
    let (due, behind) = (UtcMillis(now.0 - AFTER).midnight(), store::until(app.db.reader().await?.conn()).await?);
    // More than a day ahead it was counted while the clock was wrong.
    if (due.0..=due.0 + UtcMillis::DAY).contains(&behind.0) || !store::claim(&app.db, due, now).await? {
        return Ok(None);
    }
    let keeping = async {
        loop {
            tokio::time::sleep(Duration::from_millis(store::LEASE.unsigned_abs() / 3)).await;
            if let Err(cause) = store::keep(&app.db, app.clock.now()).await {
                tracing::warn!(cause = %chain(&cause), "cannot keep the work on the figures");
            }
        }
    };
    let count = Count::of(app, due);
    tokio::select! {
        counted = count.run(Some(REST), |_| {}) => counted.map(Some),
        () = keeping => Ok(None),
    }
}
