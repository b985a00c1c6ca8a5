//! What a pack is made of, as it is stored.

use crate::db::{self, Conn, on};
use std::collections::HashMap;

/// An entry with its leaf, which is one of all logs; without one while it waits.
#[derive(sqlx::FromRow)]
pub struct Row {
    pub id: String,
    pub position: i64,
    pub canonical: Vec<u8>,
    pub leaf: Option<i64>,
}

/// The next entries of a history behind `after` and up to `last`, oldest first and at most `most`.
pub async fn entries(mut conn: Conn<'_>, subject: &str, after: i64, last: i64, most: i64) -> db::Result<Vec<Row>> {
    const NEXT: &str = "select e.id, e.position, e.canonical, l.leaf
      from entries e left join log_leaves l on l.entry_id = e.id
      where e.subject = $1 and e.position > $2 and e.position <= $3 order by e.position limit $4";
    on!(conn, c => sqlx::query_as(NEXT).bind(subject).bind(after).bind(last).bind(most).fetch_all(c).await)
}

/// The highest leaf of a history; none where nothing of it is in a log.
pub async fn highest_leaf(mut conn: Conn<'_>, subject: &str) -> db::Result<Option<i64>> {
    const HIGHEST: &str =
        "select max(l.leaf) from entries e join log_leaves l on l.entry_id = e.id where e.subject = $1";
    on!(conn, c => sqlx::query_scalar(HIGHEST).bind(subject).fetch_one(c).await)
}

/// What the texts of a case were hashed with, by the ids of their entries.
pub async fn salts(mut conn: Conn<'_>, number: &str) -> db::Result<HashMap<String, String>> {
    const SALTS: &str = "select entry_id, salt from case_steps where number = $1";
    let all: Vec<(String, String)> = on!(conn, c => sqlx::query_as(SALTS).bind(number).fetch_all(c).await)?;
    Ok(all.into_iter().collect())
}
