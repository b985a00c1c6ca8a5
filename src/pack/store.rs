//! What a pack is made of, as it is stored.

use crate::db::{self, Conn, on};
use sayso_verify::pack::About;
use std::collections::HashMap;

/// An entry with its leaf, which is one of all logs; without one while it waits.
#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: String,
    pub subject: String,
    /// Its position in the history, or among the steps of the case.
    pub number: i64,
    pub canonical: Vec<u8>,
    pub leaf: Option<i64>,
}

/// The history or the case that is meant.
fn key(about: &About) -> &str {
    match about {
        About::History(key) | About::Case(key) => key,
    }
}

/// The next entries behind `after` and up to `last`, oldest first and at most `most`.
pub async fn entries(mut conn: Conn<'_>, about: &About, after: i64, last: i64, most: i64) -> db::Result<Vec<Row>> {
    const OF_HISTORY: &str = "select e.id, e.subject, e.position as number, e.canonical, l.leaf
      from entries e left join log_leaves l on l.entry_id = e.id
      where e.subject = $1 and e.position > $2 and e.position <= $3 order by e.position limit $4";
    const OF_CASE: &str = "select e.id, e.subject, s.position as number, e.canonical, l.leaf
      from case_steps s join entries e on e.id = s.entry_id left join log_leaves l on l.entry_id = e.id
      where s.number = $1 and s.position > $2 and s.position <= $3 order by s.position limit $4";
    let sql = if matches!(about, About::Case(_)) { OF_CASE } else { OF_HISTORY };
    on!(conn, c => sqlx::query_as(sql).bind(key(about)).bind(after).bind(last).bind(most).fetch_all(c).await)
}

/// The number of the newest entry; none where there is nothing.
pub async fn newest(mut conn: Conn<'_>, about: &About) -> db::Result<Option<i64>> {
    const OF_HISTORY: &str = "select max(position) from entries where subject = $1";
    const OF_CASE: &str = "select max(position) from case_steps where number = $1";
    let sql = if matches!(about, About::Case(_)) { OF_CASE } else { OF_HISTORY };
    on!(conn, c => sqlx::query_scalar(sql).bind(key(about)).fetch_one(c).await)
}

/// Whose histories the entries are in: a case that was added to an account is in two.
pub async fn subjects(mut conn: Conn<'_>, about: &About) -> db::Result<Vec<String>> {
    const OF_CASE: &str = "select distinct e.subject from case_steps s join entries e on e.id = s.entry_id
      where s.number = $1 order by e.subject";
    match about {
        About::History(subject) => Ok(vec![subject.clone()]),
        About::Case(number) => on!(conn, c => sqlx::query_scalar(OF_CASE).bind(number).fetch_all(c).await),
    }
}

/// The highest leaf of them; none where nothing is in a log.
pub async fn highest_leaf(mut conn: Conn<'_>, about: &About) -> db::Result<Option<i64>> {
    const OF_HISTORY: &str =
        "select max(l.leaf) from entries e join log_leaves l on l.entry_id = e.id where e.subject = $1";
    const OF_CASE: &str =
        "select max(l.leaf) from case_steps s join log_leaves l on l.entry_id = s.entry_id where s.number = $1";
    let sql = if matches!(about, About::Case(_)) { OF_CASE } else { OF_HISTORY };
    on!(conn, c => sqlx::query_scalar(sql).bind(key(about)).fetch_one(c).await)
}

/// Whether one of them waits for its leaf that comes before one that has it: while what an older
/// version recorded gets into the log.
pub async fn has_gap(mut conn: Conn<'_>, about: &About) -> db::Result<bool> {
    const OF_HISTORY: &str = "select count(*) from entries e where e.subject = $1
        and not exists (select 1 from log_leaves l where l.entry_id = e.id)
        and e.position < (select max(o.position) from entries o join log_leaves l on l.entry_id = o.id
          where o.subject = $1)";
    const OF_CASE: &str = "select count(*) from case_steps s where s.number = $1
        and not exists (select 1 from log_leaves l where l.entry_id = s.entry_id)
        and s.position < (select max(o.position) from case_steps o join log_leaves l on l.entry_id = o.entry_id
          where o.number = $1)";
    let sql = if matches!(about, About::Case(_)) { OF_CASE } else { OF_HISTORY };
    let gaps: i64 = on!(conn, c => sqlx::query_scalar(sql).bind(key(about)).fetch_one(c).await)?;
    Ok(gaps > 0)
}

/// What the texts of a case were hashed with, by the ids of their entries.
pub async fn salts(mut conn: Conn<'_>, number: &str) -> db::Result<HashMap<String, String>> {
    const SALTS: &str = "select entry_id, salt from case_steps where number = $1";
    let all: Vec<(String, String)> = on!(conn, c => sqlx::query_as(SALTS).bind(number).fetch_all(c).await)?;
    Ok(all.into_iter().collect())
}
