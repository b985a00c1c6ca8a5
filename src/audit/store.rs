//! The access log, read with the entries of the looks; and the table `audit_downloads`.

pub mod staff;
pub mod texts;
pub mod verification;
pub mod whole;

use super::check::{self, LoggedRow};
use super::filter::ViewFilter;
use super::logged_view::LoggedView;
use super::redact::redact;
use crate::account::model::{Member, Role};
use crate::account::security_event::{Detail, Event, Outcome, Row, Source};
use crate::db::{self, Conn, Db, built, inconsistent, on};
use crate::id;
use crate::ledger::store::merged;
use crate::ledger::{EntryId, Reason, Shown};
use crate::time::{UtcMicros, UtcMillis};
use sayso_core::string_enum;

string_enum! {
    /// What can be downloaded.
    pub enum File { AccessLog = "access-log", Ledger = "ledger", StaffActions = "staff-actions" }

    /// As what.
    pub enum Format { Csv = "csv", Ndjson = "ndjson" }
}

#[derive(sqlx::FromRow)]
struct LoggedViewRow {
    entry_id: String,
    at: i64,
    open_until: i64,
    role: String,
    shown: String,
    reason: String,
    case_number: Option<String>,
    text: Option<String>,
    salt: Option<String>,
    look_id: Option<String>,
    staff_id: String,
    staff_name: String,
    subject: String,
    // Whose words are taken out of the text; they go no further.
    member_name: String,
    member_email: String,
    forgotten: bool,
    canonical: Option<Vec<u8>>,
    sha256: Option<String>,
}

impl TryFrom<LoggedViewRow> for LoggedView {
    type Error = db::Error;

    fn try_from(row: LoggedViewRow) -> db::Result<Self> {
        let unknown = |column| inconsistent("looks", column);
        let as_it_stands = LoggedRow {
            entry_id: &row.entry_id,
            subject: &row.subject,
            role: &row.role,
            shown: &row.shown,
            reason: &row.reason,
            case: row.case_number.as_deref(),
            text: row.text.as_deref(),
            salt: row.salt.as_deref(),
            during: row.look_id.as_deref(),
            staff: &row.staff_id,
            at: row.at,
            until: row.open_until,
            forgotten: row.forgotten,
        };
        let differs = check::look(&as_it_stands, row.canonical.as_deref(), row.sha256.as_deref());
        Ok(Self {
            entry: row.entry_id.parse().map_err(|_| unknown("entry_id"))?,
            at: UtcMillis(row.at),
            until: UtcMillis(row.open_until),
            staff: row.staff_name,
            staff_id: row.staff_id,
            role: Role::parse(&row.role).ok_or_else(|| unknown("role"))?,
            shown: Shown::parse(&row.shown).ok_or_else(|| unknown("shown"))?,
            reason: Reason::parse(&row.reason).ok_or_else(|| unknown("reason"))?,
            case: row.case_number,
            text: row.text.map(|text| redact(&text, &row.member_name, &row.member_email)),
            subject: row.subject,
            during: row.look_id,
            differs,
        })
    }
}

/// At most `most` looks, newest first, that come after the look `after` in this order.
pub async fn looks(
    conn: Conn<'_>,
    wanted: &ViewFilter,
    after: Option<EntryId>,
    most: usize,
) -> db::Result<Vec<LoggedView>> {
    let after = after.map(|id| id.to_string());
    rows_of_looks(conn, wanted, after.as_deref(), most).await?.into_iter().map(LoggedView::try_from).collect()
}

/// At most `most` looks, newest first: the id of each one's entry, and what does not hold of it. A
/// row with a word that Sayso never writes is named like any other.
pub async fn checked_looks(
    conn: Conn<'_>,
    after: Option<&str>,
    most: usize,
) -> db::Result<Vec<(String, Vec<&'static str>)>> {
    let rows = rows_of_looks(conn, &ViewFilter::default(), after, most).await?;
    let checked = rows.into_iter().map(|row| {
        let id = row.entry_id.clone();
        let differs = LoggedView::try_from(row)
            .map_or_else(|_| vec!["its row in the access log cannot be read"], |view| view.differs);
        (id, differs)
    });
    Ok(checked.collect())
}

async fn rows_of_looks(
    mut conn: Conn<'_>,
    wanted: &ViewFilter,
    after: Option<&str>,
    most: usize,
) -> db::Result<Vec<LoggedViewRow>> {
    const MEMBER: &str = "select id from members where subject = $1";
    // The table by another name, as `merged` has it.
    const COLUMNS: &str =
        "e.entry_id, e.at, e.open_until, e.role, e.shown, e.reason, e.case_number, e.text, e.salt, e.look_id,
      e.staff_id, e.member_id";
    let ViewFilter { role, shown, subject, from, until } = wanted;
    let from = from.map_or_else(String::new, |at| id::first_at(at).to_string());
    let until = until.map_or_else(|| "g".to_owned(), |at| id::first_at(at).to_string());
    let before = after.map(str::to_owned).into_iter().chain([until]).min().unwrap_or_default();
    // Words of ours, from closed lists.
    let is = |role: Option<Role>, shown: Option<Shown>| {
        let role = role.map(|role| format!(" and role = '{role}'"));
        let shown = shown.map(|shown| format!(" and shown = '{shown}'"));
        role.unwrap_or_default() + &shown.unwrap_or_default()
    };
    let member = match subject {
        Some(subject) => {
            let member: Option<String> =
                on!(conn, c => sqlx::query_scalar(MEMBER).bind(subject).fetch_optional(c).await)?;
            let Some(member) = member else { return Ok(Vec::new()) };
            member
        }
        None => String::new(),
    };
    let walks: Vec<String> = match (role, shown) {
        _ if subject.is_some() => vec![format!("{} and member_id = $3", is(*role, *shown))],
        (None, None) | (Some(_), Some(_)) => vec![is(*role, *shown)],
        (Some(_), None) => Shown::ALL.iter().map(|shown| is(*role, Some(*shown))).collect(),
        (None, Some(_)) => super::filter::LOOKERS.iter().map(|role| is(Some(*role), *shown)).collect(),
    };
    let found = merged("looks", "entry_id", COLUMNS, &walks, "entry_id desc", most);
    let sql = format!(
        "select l.*, s.name as staff_name, m.subject, m.name as member_name, m.email as member_email,
           exists (select 1 from forgotten_subjects f where f.subject = m.subject) as forgotten, n.canonical, n.sha256
         from ({found}) l join members s on s.id = l.staff_id join members m on m.id = l.member_id
           left join entries n on n.id = l.entry_id
         order by l.entry_id desc"
    );
    let rows: Vec<LoggedViewRow> = on!(conn, c => {
        let query = sqlx::query_as(built(&sql)).bind(from).bind(before);
        let query = if subject.is_some() { query.bind(member) } else { query };
        query.fetch_all(c).await
    })?;
    Ok(rows)
}

/// Whether the access log has the look that this entry records.
pub async fn has_look(mut conn: Conn<'_>, entry: EntryId) -> db::Result<bool> {
    const COUNT: &str = "select count(*) from looks where entry_id = $1";
    let count: i64 = on!(conn, c => sqlx::query_scalar(COUNT).bind(entry.to_string()).fetch_one(c).await)?;
    Ok(count > 0)
}

/// A download that began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    pub id: String,
    pub at: UtcMillis,
    pub auditor: String,
    pub file: File,
    pub format: Format,
    pub filters: String,
}

/// Records a download, asked for by `source`; durable when it returns. Call it before anything is
/// sent.
pub async fn record_download(
    db: &Db,
    (auditor, source): (&Member, Source),
    file: File,
    format: Format,
    filters: &str,
    at: UtcMicros,
) -> db::Result<()> {
    const INSERT: &str =
        "insert into audit_downloads (id, auditor_id, file, format, filters, at) values ($1, $2, $3, $4, $5, $6)";
    let now = at.millis();
    let id = id::in_time_order(now).to_string();
    let mut tx = db.begin().await?;
    on!(tx.conn(), c => sqlx::query(INSERT)
        .bind(&id).bind(&auditor.id).bind(file.as_str()).bind(format.as_str()).bind(filters).bind(now.0)
        .execute(c).await.map(drop))?;
    let detail = Detail { line: &format!("{file}.{format}"), row: Row::PointsTo(id) };
    let event = source.store(tx.conn(), Event::Download, Outcome::Success, Some(auditor), detail, at).await?;
    tx.commit().await?;
    event.log();
    Ok(())
}

#[derive(sqlx::FromRow)]
struct DownloadRow {
    id: String,
    at: i64,
    auditor: String,
    file: String,
    format: String,
    filters: String,
}

/// At most `most` downloads, newest first, that come after `after` in this order.
pub async fn downloads(mut conn: Conn<'_>, after: Option<EntryId>, most: usize) -> db::Result<Vec<Download>> {
    const PAGE: &str = "select d.id, d.at, m.name as auditor, d.file, d.format, d.filters
      from audit_downloads d join members m on m.id = d.auditor_id where d.id < $1 order by d.id desc limit $2";
    // No id is as high as `g`.
    let before = after.map_or_else(|| "g".to_owned(), |id| id.to_string());
    let rows: Vec<DownloadRow> =
        on!(conn, c => sqlx::query_as(PAGE).bind(before).bind(most as i64).fetch_all(c).await)?;
    let unknown = |column| inconsistent("audit_downloads", column);
    let download = |row: DownloadRow| {
        Ok(Download {
            id: row.id,
            at: UtcMillis(row.at),
            auditor: row.auditor,
            file: File::parse(&row.file).ok_or_else(|| unknown("file"))?,
            format: Format::parse(&row.format).ok_or_else(|| unknown("format"))?,
            filters: row.filters,
        })
    };
    rows.into_iter().map(download).collect()
}
