//! Appending to the record and reading it back. Rows are only ever added; triggers refuse anything
//! else.

pub mod behind;
pub mod clock;
pub mod deciding;
pub mod history;
pub mod secret;

use super::Purpose;
use super::entry::{Entry, EntryId, sha256_hex};
use super::event::NewEntry;
use super::record::{RawEntry, Wanted};
use super::vocabulary::Kind;
pub use crate::db::lock;
use crate::db::{self, Conn, Reader, built, inconsistent, many, on};
use crate::id::{self, Neighbours};
use crate::time::UtcMillis;
use behind::{After, NewRow};

#[derive(sqlx::FromRow)]
struct EntryRow {
    canonical: Vec<u8>,
    sha256: String,
}

/// An entry as it is stored: decoded, with the very bytes that were hashed.
#[derive(Clone, Debug)]
pub struct Stored {
    pub entry: Entry,
    pub bytes: Vec<u8>,
    pub sha256: String,
}

impl TryFrom<EntryRow> for Stored {
    type Error = db::Error;

    fn try_from(EntryRow { canonical: bytes, sha256 }: EntryRow) -> db::Result<Self> {
        Ok(Self { entry: decoded(&bytes)?, bytes, sha256 })
    }
}

/// The entry of these bytes.
pub fn decoded(canonical: &[u8]) -> db::Result<Entry> {
    serde_json::from_slice(canonical).map_err(|_| inconsistent("entries", "canonical"))
}

/// Appends `draft` at the end of its subject's history and returns the entry. Call it inside a
/// transaction that holds the subject's [`lock`]; a fork is refused by the unique position all the
/// same.
pub async fn append(mut conn: Conn<'_>, draft: NewEntry, now: UtcMillis) -> db::Result<Entry> {
    const NEWEST: &str =
        "select id, position, at, canonical from entries where subject = $1 order by position desc limit 1";
    const INSERT: &str = "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256)
      values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let newest: Option<(String, i64, i64, Vec<u8>)> =
        on!(conn, c => sqlx::query_as(NEWEST).bind(&draft.subject).fetch_optional(c).await)?;
    let after = match newest {
        Some((id, position, at, canonical)) => {
            let id = id.parse().map_err(|_| inconsistent("entries", "id"))?;
            After::Entry { id, position, at: UtcMillis(at), canonical }
        }
        None => After::Nothing,
    };
    let secret = secret::ensure(conn.reborrow(), &draft.subject).await?;
    let new = NewRow::of(draft, &after, &secret, now);
    on!(conn, c => sqlx::query(INSERT)
        .bind(new.entry.id.to_string()).bind(&new.entry.subject).bind(new.position)
        .bind(new.entry.kind.as_str()).bind(new.entry.purpose.map(Purpose::as_str)).bind(new.entry.at.0)
        .bind(&new.canonical.bytes).bind(&new.canonical.sha256)
        .execute(c).await.map(drop))?;
    Ok(new.entry)
}

/// A subject's entries of one kind, oldest first.
pub async fn of_kind(mut conn: Conn<'_>, subject: &str, kind: Kind) -> db::Result<Vec<Entry>> {
    const THEIRS: &str = "select canonical, sha256 from entries where subject = $1 and kind = $2 order by position";
    let rows: Vec<EntryRow> =
        on!(conn, c => sqlx::query_as(THEIRS).bind(subject).bind(kind.as_str()).fetch_all(c).await)?;
    rows.into_iter().map(|row| Stored::try_from(row).map(|s| s.entry)).collect()
}

/// Begins the histories of new subjects, one draft each, a hundred in a statement. Each becomes the
/// first entry that [`append`] would make of it; `ids` makes what is random in theirs. A unique
/// violation means that one of these histories had begun before.
pub async fn begin(
    mut conn: Conn<'_>,
    drafts: impl IntoIterator<Item = NewEntry>,
    ids: &Neighbours,
    now: UtcMillis,
) -> db::Result<()> {
    const INSERT: &str = "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256) values";
    let mut firsts = drafts.into_iter().map(|draft| NewRow::first(draft, now, &ids.of_entry()));
    loop {
        let firsts: Vec<_> = firsts.by_ref().take(100).collect();
        if firsts.is_empty() {
            return Ok(());
        }
        let insert = many(INSERT, "($, $, 1, $, $, $, $, $)", firsts.len(), "");
        on!(conn, c => {
            let mut insert = sqlx::query(built(&insert));
            for NewRow { entry, canonical, .. } in &firsts {
                insert = insert
                    .bind(entry.id.to_string()).bind(&entry.subject).bind(entry.kind.as_str())
                    .bind(entry.purpose.map(Purpose::as_str)).bind(entry.at.0)
                    .bind(&canonical.bytes).bind(&canonical.sha256);
            }
            insert.execute(c).await.map(drop)
        })?;
    }
}

/// Everything recorded about `subject`, oldest first.
pub async fn of_subject(mut conn: Conn<'_>, subject: &str) -> db::Result<Vec<Entry>> {
    const ALL: &str = "select canonical, sha256 from entries where subject = $1 order by position";
    let rows: Vec<EntryRow> = on!(conn, c => sqlx::query_as(ALL).bind(subject).fetch_all(c).await)?;
    rows.into_iter().map(|row| Stored::try_from(row).map(|s| s.entry)).collect()
}

/// When the history of `subject` begins; `None` where there is none.
pub async fn began(mut conn: Conn<'_>, subject: &str) -> db::Result<Option<UtcMillis>> {
    const FIRST: &str = "select at from entries where subject = $1 and position = 1";
    let at: Option<i64> = on!(conn, c => sqlx::query_scalar(FIRST).bind(subject).fetch_optional(c).await)?;
    Ok(at.map(UtcMillis))
}

/// When the newest `most` entries of one kind were recorded, newest first.
pub async fn times(mut conn: Conn<'_>, subject: &str, kind: Kind, most: u32) -> db::Result<Vec<UtcMillis>> {
    const TIMES: &str = "select at from entries where subject = $1 and kind = $2 order by position desc limit $3";
    let times: Vec<i64> = on!(conn, c => sqlx::query_scalar(TIMES)
        .bind(subject).bind(kind.as_str()).bind(i64::from(most))
        .fetch_all(c).await)?;
    Ok(times.into_iter().map(UtcMillis).collect())
}

/// The newest looks of the staff at `subject`, newest first and at most `most` of them, up to
/// `until`.
pub async fn views(mut conn: Conn<'_>, subject: &str, until: UtcMillis, most: u32) -> db::Result<Vec<Entry>> {
    const VIEWS: &str = "select canonical, sha256 from entries
      where subject = $1 and kind = 'view' and at <= $2 order by position desc limit $3";
    let rows: Vec<EntryRow> = on!(conn, c => sqlx::query_as(VIEWS)
        .bind(subject).bind(until.0).bind(i64::from(most))
        .fetch_all(c).await)?;
    rows.into_iter().map(|row| Stored::try_from(row).map(|s| s.entry)).collect()
}

/// One entry of `subject`; somebody else's is `None`, as if it did not exist.
pub async fn find(mut conn: Conn<'_>, subject: &str, id: EntryId) -> db::Result<Option<Stored>> {
    const ONE: &str = "select canonical, sha256 from entries where id = $1 and subject = $2";
    let row: Option<EntryRow> =
        on!(conn, c => sqlx::query_as(ONE).bind(id.to_string()).bind(subject).fetch_optional(c).await)?;
    row.map(Stored::try_from).transpose()
}

/// [`RawEntry`], as a query finds it.
#[derive(sqlx::FromRow)]
struct RawRow {
    id: String,
    subject: String,
    position: i64,
    kind: String,
    purpose: Option<String>,
    at: i64,
    canonical: Vec<u8>,
    sha256: String,
}

impl From<RawRow> for RawEntry {
    fn from(row: RawRow) -> Self {
        let RawRow { id, subject, position, kind, purpose, at, canonical, sha256 } = row;
        Self { id, subject, position, kind, purpose, at, canonical, sha256 }
    }
}

const RAW: &str = "e.id, e.subject, e.position, e.kind, e.purpose, e.at, e.canonical, e.sha256";

/// At most `most` entries of the whole ledger, newest first, that come after the entry `after` in
/// this order; each in a few steps along an index, however many entries there are and whatever is
/// wanted of them.
pub async fn newest_of_all(
    mut conn: Conn<'_>,
    wanted: &Wanted,
    after: Option<EntryId>,
    most: usize,
) -> db::Result<Vec<RawEntry>> {
    let Wanted { subject, kind, purpose, from, until } = wanted;
    // Ids sort by time. No id is as high as `g`.
    let from = from.map_or_else(String::new, |at| id::first_at(at).to_string());
    let until = until.map_or_else(|| "g".to_owned(), |at| id::first_at(at).to_string());
    let after = after.map(|id| id.to_string());
    let is = |kind: Option<Kind>, purpose: Option<Option<Purpose>>| {
        // Words of ours, from closed lists.
        let kind = kind.map(|kind| format!(" and kind = '{kind}'"));
        let purpose =
            purpose.map(|purpose| purpose.map_or(" and purpose is null".into(), |p| format!(" and purpose = '{p}'")));
        kind.unwrap_or_default() + &purpose.unwrap_or_default()
    };
    if let Some(subject) = subject {
        // Within a subject, in the order of the chain.
        let sql = format!(
            "select {RAW} from entries e where e.subject = $1 and e.id >= $2 and e.id < $3
               and e.position < coalesce((select position from entries where id = $4 and subject = $1), $5){}
             order by e.position desc limit {most}",
            is(*kind, *purpose)
        );
        let rows: Vec<RawRow> = on!(conn, c => sqlx::query_as(built(&sql))
            .bind(subject).bind(from).bind(until).bind(after.unwrap_or_default()).bind(i64::MAX)
            .fetch_all(c).await)?;
        return Ok(rows.into_iter().map(RawEntry::from).collect());
    }
    let all_kinds = || Kind::ALL.iter().copied().map(Some);
    let all_purposes = || Purpose::ALL.iter().copied().map(Some).chain([None]).map(Some);
    let walks: Vec<String> = match (kind, purpose) {
        (Some(_), Some(_)) | (None, None) => vec![is(*kind, *purpose)],
        (Some(_), None) => all_purposes().map(|purpose| is(*kind, purpose)).collect(),
        (None, Some(_)) => all_kinds().map(|kind| is(kind, *purpose)).collect(),
    };
    // PostgreSQL takes `is null` for no reason to walk along the index, unless it is asked for its
    // whole order.
    let order = if kind.is_none() && purpose.is_none() { "id desc" } else { "kind desc, purpose desc, id desc" };
    let sql = merged("entries", "id", RAW, &walks, order, most);
    let before = after.into_iter().chain([until]).min().unwrap_or_default();
    let rows: Vec<RawRow> = on!(conn, c => sqlx::query_as(built(&sql)).bind(from).bind(before).fetch_all(c).await)?;
    Ok(rows.into_iter().map(RawEntry::from).collect())
}

/// SQL for the newest `most` rows of `table` by `id`, from $1 on and below $2, that one of `walks`
/// finds; each of these is a condition that begins an index which then goes by `id`, in this
/// `order`, so that none reads more than it gives.
pub fn merged(table: &str, id: &str, columns: &str, walks: &[String], order: &str, most: usize) -> String {
    let walk = |(i, is): (usize, &String)| {
        format!(
            "select * from (select {id} as found from {table}
               where {id} >= $1 and {id} < $2{is} order by {order} limit {most}) w{i}"
        )
    };
    let walks = walks.iter().enumerate().map(walk).collect::<Vec<_>>().join(" union all ");
    format!(
        "select {columns} from (select found from ({walks}) w order by found desc limit {most}) p
         join {table} e on e.{id} = p.found order by e.{id} desc"
    )
}

/// The subjects of the entries whose receipt is the end `receipt` of their ids.
pub async fn subjects_with_receipt(mut conn: Conn<'_>, receipt: &str) -> db::Result<Vec<String>> {
    const SUBJECTS: &str = "select distinct subject from entries where substr(id, 27) = $1 order by subject limit 5";
    on!(conn, c => sqlx::query_scalar(SUBJECTS).bind(receipt).fetch_all(c).await)
}

/// The ids and subjects of the entries whose receipts are one of these ends of their ids, at most
/// so many.
pub async fn with_receipts(mut conn: Conn<'_>, receipts: &[String], most: usize) -> db::Result<Vec<(String, String)>> {
    if receipts.is_empty() {
        return Ok(Vec::new());
    }
    let head = "select id, subject from entries where substr(id, 27) in (";
    let sql = many(head, "$", receipts.len(), &format!(") order by id limit {most}"));
    on!(conn, c => {
        let mut query = sqlx::query_as(built(&sql));
        for receipt in receipts {
            query = query.bind(receipt);
        }
        query.fetch_all(c).await
    })
}

/// The row of one entry, whosever it is.
pub async fn raw(mut conn: Conn<'_>, id: EntryId) -> db::Result<Option<RawEntry>> {
    let sql = format!("select {RAW} from entries e where e.id = $1");
    let row: Option<RawRow> = on!(conn, c => sqlx::query_as(built(&sql)).bind(id.to_string()).fetch_optional(c).await)?;
    Ok(row.map(RawEntry::from))
}

/// At most `most` rows of `subject` from `position` on, oldest first.
pub async fn chain(mut conn: Conn<'_>, subject: &str, position: i64, most: usize) -> db::Result<Vec<RawEntry>> {
    let sql = format!(
        "select {RAW} from entries e where e.subject = $1 and e.position >= $2 order by e.position limit {most}"
    );
    let rows: Vec<RawRow> =
        on!(conn, c => sqlx::query_as(built(&sql)).bind(subject).bind(position).fetch_all(c).await)?;
    Ok(rows.into_iter().map(RawEntry::from).collect())
}

/// At most `most` rows of everybody, by their subjects and oldest first, after the one of a subject
/// at a position.
pub async fn all_after(mut conn: Conn<'_>, (subject, position): (&str, i64), most: usize) -> db::Result<Vec<RawEntry>> {
    let sql = format!(
        "select {RAW} from entries e where (e.subject, e.position) > ($1, $2) order by e.subject, e.position limit {most}"
    );
    let rows: Vec<RawRow> =
        on!(conn, c => sqlx::query_as(built(&sql)).bind(subject).bind(position).fetch_all(c).await)?;
    Ok(rows.into_iter().map(RawEntry::from).collect())
}

/// The first entry, by id, whose bytes have not the hash that stands beside them; all of them are
/// read, so many at a time.
pub async fn first_broken(reader: &mut Reader) -> db::Result<Option<String>> {
    const NEXT: &str = "select id, canonical, sha256 from entries where id > $1 order by id limit 1000";
    let mut after = String::new();
    loop {
        let rows: Vec<(String, Vec<u8>, String)> =
            on!(reader.conn(), c => sqlx::query_as(NEXT).bind(&after).fetch_all(c).await)?;
        let broken = rows.iter().find(|(_, bytes, sha256)| sha256_hex(bytes) != *sha256);
        if let Some((id, ..)) = broken {
            return Ok(Some(id.clone()));
        }
        match rows.into_iter().last() {
            Some((id, ..)) => after = id,
            None => return Ok(None),
        }
    }
}

/// The newest move of `subject`, or the entry that its history began with.
pub async fn begun(mut conn: Conn<'_>, subject: &str) -> db::Result<Option<EntryId>> {
    const BEGUN: &str = "select id from entries where subject = $1 and (position = 1 or kind = 'move')
      order by position desc limit 1";
    let id: Option<String> = on!(conn, c => sqlx::query_scalar(BEGUN).bind(subject).fetch_optional(c).await)?;
    Ok(id.and_then(|id| id.parse().ok()))
}
