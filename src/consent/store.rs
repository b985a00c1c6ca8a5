//! Notices in the database.

pub mod known;

pub use super::notice::Published;
use super::notice::{NotNext, Notice, NoticeText, Notices, follows};
use crate::account::staff_action::ActionKind;
use crate::account::store::staff_actions::{self, NewAction};
use crate::db::{self, Conn, Db, inconsistent, on};
use crate::ledger::{Actor, Channel, Entry, Event, NewEntry, NoticeRef, Purpose, entry::PLATFORM, store as ledger};
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
    type Error = db::Error;

    fn try_from(row: NoticeRow) -> db::Result<Self> {
        let unknown = |column| inconsistent("notices", column);
        let reference = NoticeRef {
            purpose: Purpose::parse(&row.purpose).ok_or_else(|| unknown("purpose"))?,
            version: row.version.try_into().map_err(|_| unknown("version"))?,
            language: row.language,
            sha256: row.sha256,
        };
        Ok(Self { reference, published_at: UtcMillis(row.published_at), effective_at: UtcMillis(row.effective_at) })
    }
}

/// All published notices, oldest version first, without their texts.
pub async fn notices(mut conn: Conn<'_>) -> db::Result<Vec<Notice>> {
    const ALL: &str = "select purpose, version, language, sha256, published_at, effective_at from notices
      order by purpose, version, language";
    let rows: Vec<NoticeRow> = on!(conn, c => sqlx::query_as(ALL).fetch_all(c).await)?;
    rows.into_iter().map(Notice::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct TitledRow {
    #[sqlx(flatten)]
    notice: NoticeRow,
    title: String,
}

/// All published notices with their titles, oldest version first.
pub async fn titled(mut conn: Conn<'_>) -> db::Result<Vec<(Notice, String)>> {
    const TITLED: &str = "select purpose, version, language, sha256, published_at, effective_at, title from notices
      order by purpose, version, language";
    let rows: Vec<TitledRow> = on!(conn, c => sqlx::query_as(TITLED).fetch_all(c).await)?;
    rows.into_iter().map(|row| Ok((row.notice.try_into()?, row.title))).collect()
}

#[derive(sqlx::FromRow)]
struct WholeRow {
    #[sqlx(flatten)]
    notice: NoticeRow,
    title: String,
    body: String,
}

/// All published notices with their texts.
pub async fn whole(mut conn: Conn<'_>) -> db::Result<Notices> {
    const WHOLE: &str = "select purpose, version, language, sha256, published_at, effective_at, title, body
      from notices order by purpose, version, language";
    let rows: Vec<WholeRow> = on!(conn, c => sqlx::query_as(WHOLE).fetch_all(c).await)?;
    let published = rows
        .into_iter()
        .map(|WholeRow { notice, title, body }| Ok(Published { notice: notice.try_into()?, title, body }));
    Ok(Notices::new(published.collect::<db::Result<_>>()?))
}

/// The exact text of one notice.
pub async fn notice(
    mut conn: Conn<'_>,
    purpose: Purpose,
    version: u32,
    language: &str,
) -> db::Result<Option<Published>> {
    const META: &str = "select purpose, version, language, sha256, published_at, effective_at from notices
      where purpose = $1 and version = $2 and language = $3";
    const TEXT: &str = "select title, body from notices where purpose = $1 and version = $2 and language = $3";
    let (p, v) = (purpose.as_str(), i64::from(version));
    let row: Option<NoticeRow> =
        on!(conn, c => sqlx::query_as(META).bind(p).bind(v).bind(language).fetch_optional(c).await)?;
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
    #[error(transparent)]
    NotNext(#[from] NotNext),
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Whether a notice is the next one of its purpose and language.
///
/// # Errors
/// Where it is not.
pub async fn may_follow(mut conn: Conn<'_>, r: &NoticeRef) -> Result<(), PublishError> {
    const NEWEST: &str = "select max(version) from notices where purpose = $1 and language = $2";
    let newest: Option<i64> = on!(conn, c =>
        sqlx::query_scalar(NEWEST).bind(r.purpose.as_str()).bind(&r.language).fetch_one(c).await)?;
    if notice(conn, r.purpose, r.version, &r.language).await?.is_some() {
        return Err(PublishError::Exists(r.purpose, r.version, r.language.clone()));
    }
    Ok(follows(newest.and_then(|n| u32::try_from(n).ok()), r.version)?)
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
    let event = Event::Published { notice: r, effective: effective_at };
    let draft = NewEntry { subject: PLATFORM.to_owned(), actor: Actor::System, channel, event };
    let entry = ledger::append(tx.conn(), draft, now).await?;
    // The demonstration publishes, too, and nobody did that.
    if channel == Channel::CommandLine {
        let points_to = Some(entry.id.to_string());
        let action = NewAction { points_to, ..NewAction::by_command(ActionKind::NoticePublished) };
        staff_actions::put(tx.conn(), &action, now.into()).await?;
    }
    tx.commit().await?;
    Ok(entry)
}
