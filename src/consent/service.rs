//! What is done about the choice, each in one transaction: gathered, decided, stored. What answers
//! success has committed.

use super::carry;
use super::decide::{self, Before, NotRecorded};
use super::new_entry::{beginning, delivery, said};
use super::objections::Objections;
use super::pace::Pace;
use super::rules::{DefaultRule, Rules};
use super::settled::settle;
use super::standing::{Facts, first_country, undelivered};
use crate::account::model::Member;
use crate::db::{self, Db, Tx};
use crate::ledger::{Channel, Choice, Entry, EntryId, Kind, NoticeRef, Purpose, store as ledger};
use crate::time::UtcMillis;

/// Records, as part of making an account, that it begins at off.
pub async fn record_default(tx: &mut Tx, rules: &Rules, member: &Member, channel: Channel) -> db::Result<Entry> {
    ledger::append(tx.conn(), beginning(rules, member, channel, member.joined_at), member.joined_at).await
}

/// Records that this member is being shown `notice` now. `None` where another visit was first, or
/// it is not the one that is due.
pub async fn deliver(
    db: &Db,
    facts: &Facts<'_>,
    member: &Member,
    notice: &NoticeRef,
    channel: Channel,
    now: UtcMillis,
) -> db::Result<Option<Entry>> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), &member.subject).await?;
    let mut entries = ledger::deciding::about(tx.conn(), &member.subject, notice.purpose, 1, None).await?;
    settle(&mut entries, now);
    let facts = Facts { entries: &entries, country: first_country(&entries, member.country), ..*facts };
    if undelivered(&facts, notice.purpose, now).is_none_or(|due| due.reference != *notice) {
        return Ok(None);
    }
    let draft = delivery(facts.rules, member, notice, channel, now);
    let entry = ledger::append(tx.conn(), draft, now).await?;
    tx.commit().await?;
    Ok(Some(entry))
}

/// What somebody says, and with which form.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    pub purpose: Purpose,
    pub wanted: Choice,
    /// The newest choice that the form was loaded with.
    pub seen: Option<EntryId>,
    pub channel: Channel,
}

/// Records what the member says, if [`decide::choose`] finds that it is to be. On success it is
/// durable.
pub async fn choose(
    db: &Db,
    rules: &Rules,
    pace: Pace,
    member: &Member,
    what: Said,
    now: UtcMillis,
) -> db::Result<Result<EntryId, NotRecorded>> {
    let Said { purpose, wanted, seen, channel } = what;
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), &member.subject).await?;
    let before = before(&mut tx, rules, pace, member, what, now).await?;
    if let Err(why) = decide::choose(wanted, seen, &before) {
        return Ok(Err(why));
    }
    let told = ledger::newest(tx.conn(), &member.subject, Kind::Notice, purpose).await?.and_then(|e| e.notice);
    let entry = ledger::append(tx.conn(), said(rules, member, purpose, wanted, told, channel, now), now).await?;
    if wanted == Choice::Denied {
        carry::spread(&mut tx, &member.id, &[purpose], channel, now).await?;
    }
    tx.commit().await?;
    Ok(Ok(entry.id))
}

/// Gathers what the decision is made from; of what only turning on is refused for, nothing where
/// they turn it off.
async fn before(
    tx: &mut Tx,
    rules: &Rules,
    pace: Pace,
    member: &Member,
    what: Said,
    now: UtcMillis,
) -> db::Result<Before> {
    let Said { purpose, wanted, .. } = what;
    let on = wanted == Choice::Allowed;
    let mut before = Before { proved: member.address_proved, ..Before::default() };
    if on && before.proved {
        before.denied_elsewhere = carry::denied_elsewhere(tx, &member.id, purpose).await?;
        let steps = ledger::of_cases(tx.conn(), &member.subject).await?;
        before.objected = Objections::of(&steps, purpose, UtcMillis(i64::MAX)).because().is_some();
    }
    let (newest, recorded) = ledger::choices(tx.conn(), &member.subject, purpose, pace.looks_at()).await?;
    before.newest = newest.and_then(|entry| Some((entry.choice?, entry.id)));
    if before.newest.is_none() {
        before.begun = ledger::begun(tx.conn(), &member.subject).await?;
    }
    let rule = rules.at(purpose, member.country, now);
    before.offered = rule.is_some_and(|r| r.default != DefaultRule::Excluded);
    before.wait = pace.wait(wanted, &recorded, now);
    Ok(before)
}
