//! Choices, notices and what follows from them, in the database. Every function that answers
//! success has committed.

use super::carry;
use super::notice::{Notice, NoticeText};
use super::objections::Objections;
use super::pace::Pace;
use super::rules::{DefaultRule, Rules};
use super::settled::settle;
use super::standing::{Facts, first_country, undelivered};
use crate::account::model::Member;
use crate::db::{Conn, Db, Tx, on};
use crate::ledger::{
    Actor, Channel, Choice, Entry, EntryId, Kind, NewEntry, NoticeRef, Purpose, entry::PLATFORM, store as ledger,
};
use crate::time::UtcMillis;

#[derive(sqlx::FromRow)]
struct NoticeRow {
    purpose: String,
    version: i64,
    language: String,
    sha256: String,
    published_at: i64,
    effective_at: i64,
}

impl TryFrom<NoticeRow> for Notice {
    type Error = sqlx::Error;

    fn try_from(row: NoticeRow) -> sqlx::Result<Self> {
        let decode = || sqlx::Error::Decode("notices: a purpose or version we do not know".into());
        let reference = NoticeRef {
            purpose: Purpose::parse(&row.purpose).ok_or_else(decode)?,
            version: row.version.try_into().map_err(|_| decode())?,
            language: row.language,
            sha256: row.sha256,
        };
        Ok(Self { reference, published_at: UtcMillis(row.published_at), effective_at: UtcMillis(row.effective_at) })
    }
}

/// A published notice with its text.
#[derive(Clone, Debug)]
pub struct Published {
    pub notice: Notice,
    pub title: String,
    pub body: String,
}

/// All published notices, oldest version first, without their texts.
pub async fn notices(conn: Conn<'_>) -> sqlx::Result<Vec<Notice>> {
    const ALL: &str = "select purpose, version, language, sha256, published_at, effective_at from notices
      order by purpose, version, language";
    let rows: Vec<NoticeRow> = on!(conn, c => sqlx::query_as(ALL).fetch_all(c).await)?;
    rows.into_iter().map(Notice::try_from).collect()
}

/// The exact text of one notice.
pub async fn notice(
    mut conn: Conn<'_>,
    purpose: Purpose,
    version: u32,
    language: &str,
) -> sqlx::Result<Option<Published>> {
    const META: &str = "select purpose, version, language, sha256, published_at, effective_at from notices
      where purpose = $1 and version = $2 and language = $3";
    const TEXT: &str = "select title, body from notices where purpose = $1 and version = $2 and language = $3";
    let (p, v) = (purpose.as_str(), i64::from(version));
    let row: Option<NoticeRow> =
        on!(&mut conn, c => sqlx::query_as(META).bind(p).bind(v).bind(language).fetch_optional(&mut **c).await)?;
    let Some(row) = row else { return Ok(None) };
    let (title, body): (String, String) =
        on!(conn, c => sqlx::query_as(TEXT).bind(p).bind(v).bind(language).fetch_one(c).await)?;
    Ok(Some(Published { notice: row.try_into()?, title, body }))
}

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error(
        "{0} version {1} in {2} is already published; a published version cannot be changed, only followed by a higher one"
    )]
    Exists(Purpose, u32, String),
    #[error("version {given} does not follow {newest}, the newest published one")]
    NotFollowing { given: u32, newest: u32 },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Whether a notice is the next one of its purpose and language.
///
/// # Errors
/// Where it is not.
pub async fn may_follow(mut conn: Conn<'_>, r: &NoticeRef) -> Result<(), PublishError> {
    const NEWEST: &str = "select max(version) from notices where purpose = $1 and language = $2";
    let newest: Option<i64> = on!(&mut conn, c =>
        sqlx::query_scalar(NEWEST).bind(r.purpose.as_str()).bind(&r.language).fetch_one(&mut **c).await)?;
    if notice(conn, r.purpose, r.version, &r.language).await?.is_some() {
        return Err(PublishError::Exists(r.purpose, r.version, r.language.clone()));
    }
    match newest.and_then(|n| u32::try_from(n).ok()).filter(|newest| *newest >= r.version) {
        Some(newest) => Err(PublishError::NotFollowing { given: r.version, newest }),
        None => Ok(()),
    }
}

/// Publishes a notice: from now on it can be delivered, and never be changed.
pub async fn publish(db: &Db, text: NoticeText, channel: Channel, now: UtcMillis) -> Result<Entry, PublishError> {
    const INSERT: &str = "insert into notices
      (purpose, version, language, title, body, sha256, published_at, effective_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let NoticeText { reference: r, title, body, effective_at } = text;
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), PLATFORM).await?;
    may_follow(tx.conn(), &r).await?;
    on!(tx.conn(), c => sqlx::query(INSERT)
        .bind(r.purpose.as_str()).bind(i64::from(r.version)).bind(&r.language).bind(&title).bind(&body)
        .bind(&r.sha256).bind(now.0).bind(effective_at.0)
        .execute(c).await.map(drop))?;
    let draft = NewEntry {
        purpose: Some(r.purpose),
        notice: Some(r),
        ..NewEntry::new(PLATFORM, Kind::Notice, Actor::System, channel)
    };
    let entry = ledger::append(tx.conn(), draft, now).await?;
    tx.commit().await?;
    Ok(entry)
}

fn rule_id(rules: &Rules, member: &Member, purpose: Purpose, at: UtcMillis) -> Option<String> {
    rules.at(purpose, member.country, at).map(|r| r.id.clone())
}

/// What is recorded when `member` begins here, at `at`: it is off, under the rule of their region.
pub fn beginning(rules: &Rules, member: &Member, channel: Channel, at: UtcMillis) -> NewEntry {
    let purpose = Purpose::GenerativeAiTraining;
    NewEntry {
        purpose: Some(purpose),
        choice: Some(Choice::Denied),
        rule: rule_id(rules, member, purpose, at),
        ..NewEntry::new(member.subject.clone(), Kind::Default, Actor::Default, channel)
    }
}

/// Records, as part of making an account, that it begins at off.
pub async fn record_default(tx: &mut Tx, rules: &Rules, member: &Member, channel: Channel) -> sqlx::Result<Entry> {
    ledger::append(tx.conn(), beginning(rules, member, channel, member.joined_at), member.joined_at).await
}

/// What is recorded when `notice` is shown to `member`.
pub fn delivery(rules: &Rules, member: &Member, notice: &NoticeRef, channel: Channel, at: UtcMillis) -> NewEntry {
    NewEntry {
        purpose: Some(notice.purpose),
        rule: rule_id(rules, member, notice.purpose, at),
        notice: Some(notice.clone()),
        ..NewEntry::new(member.subject.clone(), Kind::Notice, Actor::System, channel)
    }
}

/// What is recorded when `member` says `choice`; `told` are the words they had in front of them.
pub fn said(
    rules: &Rules,
    member: &Member,
    purpose: Purpose,
    choice: Choice,
    told: Option<NoticeRef>,
    channel: Channel,
    at: UtcMillis,
) -> NewEntry {
    NewEntry {
        purpose: Some(purpose),
        choice: Some(choice),
        rule: rule_id(rules, member, purpose, at),
        notice: told,
        ..NewEntry::new(member.subject.clone(), Kind::Choice, Actor::Member, channel)
    }
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
) -> sqlx::Result<Option<Entry>> {
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

/// What became of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    Recorded(EntryId),
    /// It held already: the same press again, a second tab, a form sent twice.
    Already,
    /// The choice was changed elsewhere after the form was loaded; nothing was recorded.
    Stale,
    /// Turning it on is not offered in this region.
    NotOffered,
    /// An objection, upheld or pending, keeps it off.
    Objected,
    /// Nobody has shown that the account's address is theirs.
    NotProved,
    /// Another account with the same mailbox says No.
    DeniedElsewhere,
    /// It was changed so often of late that turning it on waits for so many seconds.
    TooOften {
        seconds: u32,
    },
}

/// Records what the member says about `purpose`, unless they said just that last. `seen` is the
/// newest choice that the form was loaded with. On success it is durable. How often they changed it
/// is asked last: whoever would be refused, or changes nothing, is not told to wait.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a different thing, and a struct for one call would only hide that"
)]
pub async fn choose(
    db: &Db,
    rules: &Rules,
    pace: Pace,
    member: &Member,
    purpose: Purpose,
    wanted: Choice,
    seen: Option<EntryId>,
    channel: Channel,
    now: UtcMillis,
) -> sqlx::Result<Chosen> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), &member.subject).await?;
    if wanted == Choice::Allowed {
        if !member.address_proved {
            return Ok(Chosen::NotProved);
        }
        if carry::denied_elsewhere(&mut tx, &member.id, purpose).await? {
            return Ok(Chosen::DeniedElsewhere);
        }
        let steps = ledger::of_cases(tx.conn(), &member.subject).await?;
        if Objections::of(&steps, purpose, UtcMillis(i64::MAX)).because().is_some() {
            return Ok(Chosen::Objected);
        }
    }
    let (newest, recorded) = ledger::choices(tx.conn(), &member.subject, purpose, pace.looks_at()).await?;
    if newest.as_ref().is_some_and(|entry| entry.choice == Some(wanted)) {
        return Ok(Chosen::Already);
    }
    let is_of_now = match (newest, seen) {
        (Some(newest), seen) => seen == Some(newest.id),
        (None, None) => true,
        // The form of somebody who had said nothing names whose it is, and where they lived.
        (None, seen) => ledger::begun(tx.conn(), &member.subject).await? == seen,
    };
    if !is_of_now {
        return Ok(Chosen::Stale);
    }
    let rule = rules.at(purpose, member.country, now);
    if wanted == Choice::Allowed && rule.is_none_or(|r| r.default == DefaultRule::Excluded) {
        return Ok(Chosen::NotOffered);
    }
    if let Some(seconds) = pace.wait(wanted, &recorded, now) {
        return Ok(Chosen::TooOften { seconds });
    }
    let told = ledger::newest(tx.conn(), &member.subject, Kind::Notice, purpose).await?.and_then(|e| e.notice);
    let draft = said(rules, member, purpose, wanted, told, channel, now);
    let entry = ledger::append(tx.conn(), draft, now).await?;
    if wanted == Choice::Denied {
        carry::spread(&mut tx, &member.id, &[purpose], channel, now).await?;
    }
    tx.commit().await?;
    Ok(Chosen::Recorded(entry.id))
}
