//! What is done about the choice, each in one transaction: gathered, decided, stored. What answers
//! success has committed.

use super::carry;
use super::decide::{self, NotRecorded};
use super::new_entry::{beginning, delivery, said};
use super::pace::Pace;
use super::picture::CHOICES;
use super::rules::{DefaultRule, Rules};
use super::settled::settle;
use super::standing::{Facts, first_country, undelivered};
use super::store::known::{self, Known};
use crate::account::model::Member;
use crate::db::{self, Tx};
use crate::ledger::{Channel, Choice, Entry, EntryId, NoticeRef, Purpose, store as ledger};
use crate::time::UtcMillis;
use crate::web::App;

/// Records, as part of making an account, that it begins at off.
pub async fn record_default(tx: &mut Tx, rules: &Rules, member: &Member, channel: Channel) -> db::Result<Entry> {
    ledger::append(tx.conn(), beginning(rules, member, channel, member.joined_at), member.joined_at).await
}

/// How often something is decided upon what is known, before nobody else may write meanwhile.
const TRIES: usize = 8;

/// Records that this member is being shown `notice` now. `None` where another visit was first, or
/// it is not the one that is due. `facts` are those of the visit, without its entries.
pub async fn deliver(
    app: &App,
    facts: &Facts<'_>,
    member: &Member,
    notice: &NoticeRef,
    channel: Channel,
    now: UtcMillis,
) -> db::Result<Option<Entry>> {
    for _ in 0..TRIES {
        let known = known::of(&app.db, member, notice.purpose, 1, 0).await?;
        let mut entries = known.entries;
        settle(&mut entries, now);
        let facts = Facts { entries: &entries, country: first_country(&entries, member.country), ..*facts };
        if undelivered(&facts, notice.purpose, now).is_none_or(|due| due.reference != *notice) {
            return Ok(None);
        }
        let draft = delivery(facts.rules, member, notice, channel, now);
        if let Some(entry) = app.writer.append_after(&app.db, (&known.after, known.secret.as_ref()), draft, now).await?
        {
            return Ok(Some(entry));
        }
    }
    Ok(None)
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

/// What became of a press, and what is known of the member after it.
pub struct Pressed {
    pub recorded: Result<EntryId, NotRecorded>,
    /// None where it was recorded for several accounts at once.
    pub known: Option<Known>,
}

/// Records what the member says, if [`decide::choose`] finds that it is to be. On success it is
/// durable.
///
/// It is decided upon what is known, and written only if nothing else was recorded about the member
/// since: one statement reads, and one writes.
pub async fn choose(app: &App, member: &Member, what: Said, now: UtcMillis) -> db::Result<Pressed> {
    let Said { purpose, wanted, seen, channel } = what;
    let pace = app.config.pace();
    let choices = (CHOICES + 1).max(usize::try_from(pace.looks_at()).unwrap_or(usize::MAX));
    for _ in 0..TRIES {
        let mut known = known::of(&app.db, member, purpose, choices, 0).await?;
        if known.twins {
            break;
        }
        let offered = is_offered(&app.rules, member, purpose, now);
        let before = decide::Before {
            offered,
            ..decide::before(&known.entries, member.address_proved, purpose, wanted, pace, now)
        };
        if let Err(why) = decide::choose(wanted, seen, &before) {
            return Ok(Pressed { recorded: Err(why), known: Some(known) });
        }
        let told = decide::told(&known.entries, purpose);
        let draft = said(&app.rules, member, purpose, wanted, told, channel, now);
        if let Some(entry) = app.writer.append_after(&app.db, (&known.after, known.secret.as_ref()), draft, now).await?
        {
            let id = entry.id;
            known.entries.push(entry);
            return Ok(Pressed { recorded: Ok(id), known: Some(known) });
        }
    }
    let recorded = choose_alone(app, pace, member, what, now).await?;
    Ok(Pressed { recorded, known: None })
}

fn is_offered(rules: &Rules, member: &Member, purpose: Purpose, now: UtcMillis) -> bool {
    rules.at(purpose, member.country, now).is_some_and(|r| r.default != DefaultRule::Excluded)
}

/// The same while nobody else writes: a No goes to every account with the mailbox, and a Yes asks
/// all of them.
async fn choose_alone(
    app: &App,
    pace: Pace,
    member: &Member,
    what: Said,
    now: UtcMillis,
) -> db::Result<Result<EntryId, NotRecorded>> {
    let Said { purpose, wanted, seen, channel } = what;
    let mut tx = app.db.begin().await?;
    ledger::lock(tx.conn(), &member.subject).await?;
    let most = usize::try_from(pace.looks_at()).unwrap_or(usize::MAX).max(1);
    let entries = ledger::deciding::about(tx.conn(), &member.subject, purpose, most, None).await?;
    let mut before = decide::before(&entries, member.address_proved, purpose, wanted, pace, now);
    before.offered = is_offered(&app.rules, member, purpose, now);
    if wanted == Choice::Allowed {
        before.denied_elsewhere = carry::denied_elsewhere(&mut tx, &member.id, purpose).await?;
    }
    if let Err(why) = decide::choose(wanted, seen, &before) {
        return Ok(Err(why));
    }
    let draft = said(&app.rules, member, purpose, wanted, decide::told(&entries, purpose), channel, now);
    let entry = ledger::append(tx.conn(), draft, now).await?;
    if wanted == Choice::Denied {
        carry::spread(&mut tx, &member.id, &[purpose], channel, now).await?;
    }
    tx.commit().await?;
    Ok(Ok(entry.id))
}
