//! What a verification of the whole record reads: rows as they stand, a batch at a time.

use crate::db::{self, Conn, built, many, on};
use crate::ledger::EntryId;
use crate::ledger::entry::{PLACED, PLATFORM};
use crate::ledger::record::RawEntry;
use crate::log::store::Which;

/// An entry as it stands, with what its leaf is made with and what stands in the public log of it.
#[derive(Debug, sqlx::FromRow)]
pub struct EntryRow {
    id: String,
    subject: String,
    position: i64,
    kind: String,
    purpose: Option<String>,
    at: i64,
    canonical: Vec<u8>,
    sha256: String,
    /// The secret of its subject, as it is stored.
    pub secret: Option<String>,
    /// What its leaf has, if it has one.
    pub commitment: Option<Vec<u8>>,
    /// Whether its subject is forgotten, and so has no secret any more.
    pub forgotten: bool,
}

/// What is stored beside an entry.
pub struct Beside {
    /// The secret of its subject.
    pub secret: Option<String>,
    /// What its leaf has.
    pub leaf: Option<Vec<u8>>,
    /// Whether its subject is forgotten.
    pub forgotten: bool,
}

impl EntryRow {
    /// The entry, and what is stored beside it.
    pub fn parts(self) -> (RawEntry, Beside) {
        let Self { id, subject, position, kind, purpose, at, canonical, sha256, secret, commitment, forgotten } = self;
        let beside = Beside { secret, leaf: commitment, forgotten };
        (RawEntry { id, subject, position, kind, purpose, at, canonical, sha256 }, beside)
    }

    /// Whose it is, and its position there.
    pub fn place(&self) -> (String, i64) {
        (self.subject.clone(), self.position)
    }
}

/// At most `most` entries of everybody, by their subjects and oldest first, after this place.
pub async fn entries(mut conn: Conn<'_>, (subject, position): (&str, i64), most: i64) -> db::Result<Vec<EntryRow>> {
    const NEXT: &str =
        "select e.id, e.subject, e.position, e.kind, e.purpose, e.at, e.canonical, e.sha256, s.secret, l.commitment,
        exists (select 1 from forgotten_subjects f where f.subject = e.subject and f.entry_id is not null) as forgotten
      from entries e left join subject_secrets s on s.subject = e.subject left join log_leaves l on l.entry_id = e.id
      where (e.subject, e.position) > ($1, $2) order by e.subject, e.position limit $3";
    on!(conn, c => sqlx::query_as(NEXT).bind(subject).bind(position).bind(most).fetch_all(c).await)
}

/// Which of these entries wait for their leaf.
pub async fn queued(mut conn: Conn<'_>, entries: &[String]) -> db::Result<Vec<String>> {
    let mut all = Vec::new();
    for some in entries.chunks(500) {
        let queued = many("select entry_id from log_queue where entry_id in (", "$", some.len(), ")");
        let before = many(
            "select e.id from entries e join log_backfill b on e.id > b.after_id and e.id <= b.until_id where e.id in (",
            "$",
            some.len(),
            ")",
        );
        for sql in [queued, before] {
            let rows: Vec<String> = on!(conn, c => {
                let mut query = sqlx::query_scalar(built(&sql));
                for entry in some {
                    query = query.bind(entry);
                }
                query.fetch_all(c).await
            })?;
            all.extend(rows);
        }
    }
    Ok(all)
}

/// The bytes of these entries.
pub async fn bytes_of(mut conn: Conn<'_>, entries: &[String]) -> db::Result<Vec<(String, Vec<u8>)>> {
    let mut all = Vec::new();
    for some in entries.chunks(500) {
        let sql = many("select id, canonical from entries where id in (", "$", some.len(), ")");
        let rows: Vec<(String, Vec<u8>)> = on!(conn, c => {
            let mut query = sqlx::query_as(built(&sql));
            for entry in some {
                query = query.bind(entry);
            }
            query.fetch_all(c).await
        })?;
        all.extend(rows);
    }
    Ok(all)
}

/// The bytes of the entries that say which span of the clock is not believed.
pub async fn clocks(mut conn: Conn<'_>) -> db::Result<Vec<Vec<u8>>> {
    const CLOCKS: &str = "select canonical from entries where kind = 'clock'";
    on!(conn, c => sqlx::query_scalar(CLOCKS).fetch_all(c).await)
}

/// A subject that is forgotten, or is to be, with the entry that says so and what is left of it.
#[derive(Debug, sqlx::FromRow)]
pub struct ForgottenRow {
    pub subject: String,
    pub entry_id: Option<String>,
    /// The bytes of that entry, if it is there.
    pub canonical: Option<Vec<u8>>,
    pub has_secret: bool,
    pub entries: i64,
}

/// At most `most` of those, after this one.
pub async fn forgotten(mut conn: Conn<'_>, after: &str, most: i64) -> db::Result<Vec<ForgottenRow>> {
    const NEXT: &str = "select f.subject, f.entry_id, e.canonical,
        exists (select 1 from subject_secrets s where s.subject = f.subject) as has_secret,
        (select count(*) from entries t where t.subject = f.subject) as entries
      from forgotten_subjects f left join entries e on e.id = f.entry_id
      where f.subject > $1 order by f.subject limit $2";
    on!(conn, c => sqlx::query_as(NEXT).bind(after).bind(most).fetch_all(c).await)
}

/// Entries of the kind `forgotten` that no row of those speaks of, at most so many.
pub async fn forgotten_alone(mut conn: Conn<'_>, most: i64) -> db::Result<Vec<String>> {
    const ALONE: &str = "select e.id from entries e where e.subject = $1 and e.kind = 'forgotten'
        and not exists (select 1 from forgotten_subjects f where f.entry_id = e.id) order by e.id limit $2";
    on!(conn, c => sqlx::query_scalar(ALONE).bind(PLATFORM).bind(most).fetch_all(c).await)
}

/// The bytes of the entries that name a new key of the public log.
pub async fn new_keys(mut conn: Conn<'_>) -> db::Result<Vec<Vec<u8>>> {
    const NEW_KEYS: &str = "select canonical from entries where kind = 'key' and subject = $1 order by position";
    on!(conn, c => sqlx::query_scalar(NEW_KEYS).bind(PLATFORM).fetch_all(c).await)
}

/// Whether there are members of the demonstration, whose past is made up.
pub async fn is_demonstration(mut conn: Conn<'_>) -> db::Result<bool> {
    const DEMO: &str = "select exists (select 1 from members where demo)";
    on!(conn, c => sqlx::query_scalar(DEMO).fetch_one(c).await)
}

/// A leaf as it stands, with the time of its entry, if that is there.
#[derive(Debug, sqlx::FromRow)]
pub struct LeafRow {
    pub leaf: i64,
    pub entry_id: String,
    pub commitment: Vec<u8>,
    pub at: Option<i64>,
    /// The last bytes of the entry.
    end: Option<Vec<u8>>,
}

impl LeafRow {
    /// Whether an older version recorded the entry. The version stands last in it, but in one of a
    /// support view.
    pub fn is_old(&self) -> bool {
        let end = self.end.as_deref().and_then(|end| end.strip_prefix(br#""version":"#));
        end.is_some_and(|end| matches!(end, [digit @ b'1'..=b'9', b'}'] if digit - b'0' < PLACED))
    }
}

/// At most `most` leaves from `first` on.
pub async fn leaves(mut conn: Conn<'_>, first: i64, most: i64) -> db::Result<Vec<LeafRow>> {
    // As long as `"version":1}`.
    const NEXT: &str = "select l.leaf, l.entry_id, l.commitment, e.at,
        substr(e.canonical, length(e.canonical) - 11, 12) as \"end\"
      from log_leaves l left join entries e on e.id = l.entry_id where l.leaf >= $1 order by l.leaf limit $2";
    on!(conn, c => sqlx::query_as(NEXT).bind(first).bind(most).fetch_all(c).await)
}

/// At most `most` entries by their ids, after this one: the ids and the bytes.
pub async fn by_ids(mut conn: Conn<'_>, after: &str, most: i64) -> db::Result<Vec<(String, Vec<u8>)>> {
    const NEXT: &str = "select id, canonical from entries where id > $1 order by id limit $2";
    on!(conn, c => sqlx::query_as(NEXT).bind(after).bind(most).fetch_all(c).await)
}

/// Tiles of a level of this log from `first` on, at most so many: which they are.
pub async fn tiles_from(mut conn: Conn<'_>, log: Which, level: i64, first: i64, most: i64) -> db::Result<Vec<i64>> {
    const NEWEST: &str = "select tile from log_tiles where level = $1 and tile >= $2 order by tile limit $3";
    const ENDED: &str =
        "select tile from log_ended_tiles where level = $1 and tile >= $2 and log = $4 order by tile limit $3";
    match log {
        Which::Newest => {
            on!(conn, c => sqlx::query_scalar(NEWEST).bind(level).bind(first).bind(most).fetch_all(c).await)
        }
        Which::Ended(log) => {
            on!(conn, c => sqlx::query_scalar(ENDED).bind(level).bind(first).bind(most).bind(log).fetch_all(c).await)
        }
    }
}

/// The bytes of the entries of the platform by which logs have ended.
pub async fn rollbacks(mut conn: Conn<'_>) -> db::Result<Vec<Vec<u8>>> {
    const ROLLBACKS: &str = "select canonical from entries where kind = 'rollback' and subject = $1 order by position";
    on!(conn, c => sqlx::query_scalar(ROLLBACKS).bind(PLATFORM).fetch_all(c).await)
}

/// Support views that no page of the access log shows: with an id that sorts behind every id of
/// ours, or of somebody who is not there. At most so many.
pub async fn hidden_looks(mut conn: Conn<'_>, most: i64) -> db::Result<Vec<String>> {
    const HIDDEN: &str = "select l.entry_id from looks l left join members m on m.id = l.member_id
        left join members s on s.id = l.staff_id
      where l.entry_id >= 'g' or m.id is null or s.id is null order by l.entry_id limit $1";
    on!(conn, c => sqlx::query_scalar(HIDDEN).bind(most).fetch_all(c).await)
}

/// A step of a case as it stands, with the bytes of its entry, if that is there.
#[derive(Debug, sqlx::FromRow)]
pub struct StepRow {
    pub entry_id: String,
    pub number: String,
    pub position: i64,
    pub step: String,
    pub actor: String,
    pub officer_id: Option<String>,
    pub at: i64,
    pub due_at: Option<i64>,
    pub text: Option<String>,
    pub salt: String,
    /// Whether an answer stands beside it.
    pub answers: bool,
    pub canonical: Option<Vec<u8>>,
}

/// At most `most` steps of cases, by the ids of their entries, after this one.
pub async fn steps(mut conn: Conn<'_>, after: &str, most: i64) -> db::Result<Vec<StepRow>> {
    const NEXT: &str =
        "select s.entry_id, s.number, s.position, s.step, s.actor, s.officer_id, s.at, s.due_at, s.text, s.salt,
        exists (select 1 from case_answers a where a.entry_id = s.entry_id) as answers, e.canonical
      from case_steps s left join entries e on e.id = s.entry_id where s.entry_id > $1 order by s.entry_id limit $2";
    on!(conn, c => sqlx::query_as(NEXT).bind(after).bind(most).fetch_all(c).await)
}

/// A case as it stands.
#[derive(Debug, sqlx::FromRow)]
pub struct CaseRow {
    pub number: String,
    pub mode: String,
    pub state: String,
    pub received_at: i64,
    pub due_at: i64,
    pub decided_at: Option<i64>,
    pub complaint_due_at: Option<i64>,
}

/// At most `most` cases by their numbers, after this one.
pub async fn cases(mut conn: Conn<'_>, after: &str, most: i64) -> db::Result<Vec<CaseRow>> {
    const NEXT: &str = "select number, mode, state, received_at, due_at, decided_at, complaint_due_at from cases
      where number > $1 order by number limit $2";
    on!(conn, c => sqlx::query_as(NEXT).bind(after).bind(most).fetch_all(c).await)
}

/// The bytes of the entries of the cases behind `after` and up to `last`, each with the number of
/// the case, in the order of the steps.
pub async fn entries_of_cases(mut conn: Conn<'_>, after: &str, last: &str) -> db::Result<Vec<(String, Vec<u8>)>> {
    const THEIRS: &str = "select s.number, e.canonical from case_steps s join entries e on e.id = s.entry_id
      where s.number > $1 and s.number <= $2 order by s.number, s.position";
    on!(conn, c => sqlx::query_as(THEIRS).bind(after).bind(last).fetch_all(c).await)
}

/// What was decided in these cases about each use: the number, the purpose and the outcome.
pub async fn outcomes_of_cases(
    mut conn: Conn<'_>,
    after: &str,
    last: &str,
) -> db::Result<Vec<(String, String, Option<String>)>> {
    const THEIRS: &str = "select number, purpose, outcome from case_purposes where number > $1 and number <= $2";
    on!(conn, c => sqlx::query_as(THEIRS).bind(after).bind(last).fetch_all(c).await)
}

/// What became of a purpose of a case, as it stands there.
#[derive(Debug, sqlx::FromRow)]
pub struct RuledRow {
    pub purpose: String,
    pub outcome: Option<String>,
    pub grounds: Option<String>,
    /// Whether it was ruled on after the step in question.
    pub again: bool,
}

/// What stands beside the purposes of a case, with whether a step after `position` ruled on them.
pub async fn ruled(mut conn: Conn<'_>, number: &str, position: i64) -> db::Result<Vec<RuledRow>> {
    const RULED: &str = "select p.purpose, p.outcome, p.grounds, exists (select 1 from case_rulings r
        join case_steps s on s.entry_id = r.entry_id
        where s.number = p.number and s.position > $2 and r.purpose = p.purpose) as again
      from case_purposes p where p.number = $1";
    on!(conn, c => sqlx::query_as(RULED).bind(number).bind(position).fetch_all(c).await)
}

/// What a decision said about each purpose, as it stands: the purpose, the outcome, and whether it
/// has grounds.
pub async fn rulings(mut conn: Conn<'_>, entry: &str) -> db::Result<Vec<(String, String, bool)>> {
    const RULINGS: &str = "select purpose, outcome, grounds is not null from case_rulings where entry_id = $1";
    on!(conn, c => sqlx::query_as(RULINGS).bind(entry).fetch_all(c).await)
}

/// The bytes of the entries by which notices were published.
pub async fn published(mut conn: Conn<'_>, platform: &str) -> db::Result<Vec<(String, Vec<u8>)>> {
    const PUBLISHED: &str =
        "select id, canonical from entries where subject = $1 and kind = 'notice' order by position";
    on!(conn, c => sqlx::query_as(PUBLISHED).bind(platform).fetch_all(c).await)
}

/// A notice as it stands.
#[derive(Debug, sqlx::FromRow)]
pub struct NoticeRow {
    pub purpose: String,
    pub version: i64,
    pub language: String,
    pub title: String,
    pub body: String,
    pub sha256: String,
    pub published_at: i64,
    pub effective_at: i64,
}

/// All notices.
pub async fn notices(mut conn: Conn<'_>) -> db::Result<Vec<NoticeRow>> {
    const ALL: &str = "select purpose, version, language, title, body, sha256, published_at, effective_at from notices
      order by purpose, version, language";
    on!(conn, c => sqlx::query_as(ALL).fetch_all(c).await)
}

/// How much there is to check: entries, support views and leaves.
pub async fn total(mut conn: Conn<'_>) -> db::Result<i64> {
    const TOTAL: &str =
        "select (select count(*) from entries) + (select count(*) from looks) + (select count(*) from log_leaves)";
    on!(conn, c => sqlx::query_scalar(TOTAL).fetch_one(c).await)
}

/// What the leaf of this entry has now.
pub async fn commitment_of(conn: Conn<'_>, entry: &str) -> db::Result<Option<Vec<u8>>> {
    let Ok(id) = entry.parse::<EntryId>() else { return Ok(None) };
    Ok(crate::log::store::leaf_of(conn, id).await?.map(|leaf| leaf.commitment))
}
