//! The table `name_parts`: the words of names, by their middles and with a letter missing (see
//! [`search_near`]). Each word stands there once, whoever has it.

use crate::account::search_near::{self, inside, likeliest, nearly};
use crate::batch::Batch;
use crate::db::{self, Conn, Db, built, many, on};
use std::collections::BTreeSet;
use std::time::Instant;

/// Rows that are written, and words that are asked for, at a time.
const AT_ONCE: usize = 500;
/// Words that are read for each part of what was typed.
const READ_MAX: i64 = 200;

/// Has the words of these names found by their parts.
pub async fn write(mut conn: Conn<'_>, names: impl Iterator<Item = &str>) -> db::Result<()> {
    let words = unknown(conn.reborrow(), names.flat_map(search_near::words).collect()).await?;
    put(conn, &parts(&words, |_, _| true)).await
}

/// The same of many words, in transactions that hold nobody up for long.
pub async fn write_many(db: &Db, words: BTreeSet<String>) -> db::Result<()> {
    let words = unknown(db.reader().await?.conn(), words).await?;
    let mut batch = Batch::new(5_000, 20_000);
    // The part by which a word is known comes when all its other parts are there: cut short, the
    // word is written again.
    for known_by in [false, true] {
        let parts = parts(&words, |part, word| (part == search_near::own(word)) == known_by);
        let mut rest = &*parts;
        while !rest.is_empty() {
            let (some, later) = rest.split_at(rest.len().min(batch.size()));
            let mut tx = db.begin().await?;
            let begun = Instant::now();
            put(tx.conn(), some).await?;
            tx.commit().await?;
            batch.took(some.len(), begun.elapsed());
            rest = later;
        }
    }
    Ok(())
}

/// Those of `words` that are not there yet.
async fn unknown(conn: Conn<'_>, mut words: BTreeSet<String>) -> db::Result<BTreeSet<String>> {
    for known in known(conn, &words).await? {
        words.remove(&known);
    }
    Ok(words)
}

/// The parts of `words` that are `wanted`, in the order of the index.
fn parts(words: &BTreeSet<String>, wanted: impl Fn(&str, &str) -> bool) -> Vec<(String, &str)> {
    let mut parts: Vec<(String, &str)> = words
        .iter()
        .flat_map(|word| search_near::parts(word).into_iter().map(move |part| (part, &**word)))
        .filter(|(part, word)| wanted(part, word))
        .collect();
    parts.sort_unstable();
    parts
}

async fn put(mut conn: Conn<'_>, parts: &[(String, &str)]) -> db::Result<()> {
    const PART: &str = "insert into name_parts (part, word) values";
    for parts in parts.chunks(AT_ONCE) {
        let sql = many(PART, "($, $)", parts.len(), " on conflict do nothing");
        on!(conn, c => {
            let mut insert = sqlx::query(built(&sql));
            for (part, word) in parts {
                insert = insert.bind(part).bind(*word);
            }
            insert.execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Those of `words` that are there.
async fn known(mut conn: Conn<'_>, words: &BTreeSet<String>) -> db::Result<Vec<String>> {
    let mut known = Vec::new();
    for words in words.iter().collect::<Vec<_>>().chunks(AT_ONCE) {
        let sql = many("select word from name_parts where (part, word) in (values", "($, $)", words.len(), ")");
        let there: Vec<String> = on!(conn, c => {
            let mut query = sqlx::query_scalar(built(&sql));
            for word in words {
                query = query.bind(search_near::own(word)).bind(*word);
            }
            query.fetch_all(c).await
        })?;
        known.extend(there);
    }
    Ok(known)
}

/// Forgets the words of a name that nobody is found under any more. Call it once the words of who
/// had it are gone. (If somebody gets such a word at the very moment, it is found as typed, and not
/// by its parts.)
pub async fn forget(mut conn: Conn<'_>, name: &str, now: &str) -> db::Result<()> {
    const USED: &str = "select count(*) from (select 1 from member_words where word >= $1 and word < $2
      union all select 1 from case_words where word >= $1 and word < $2 limit 1) as used";
    const FORGET: &str = "delete from name_parts where part = $1 and word = $2";
    for word in search_near::words(name).difference(&search_near::words(now)) {
        let end = format!("{word}\u{10FFFF}");
        let used: i64 = on!(conn, c => sqlx::query_scalar(USED).bind(word).bind(&end).fetch_one(c).await)?;
        if used > 0 {
            continue;
        }
        for part in search_near::parts(word) {
            on!(conn, c => sqlx::query(FORGET).bind(&part).bind(word).execute(c).await.map(drop))?;
        }
    }
    Ok(())
}

/// The words of names that may be meant by `typed`, the likeliest first, at most so many.
pub async fn near(mut conn: Conn<'_>, typed: &str, most: usize) -> db::Result<Vec<String>> {
    const INSIDE: &str = "select word from name_parts where part >= $1 and part < $2 order by part, word limit $3";
    let mut found: Vec<String> = Vec::new();
    let parts = nearly(typed);
    if !parts.is_empty() {
        let sql = many("select word from name_parts where part in (", "$", parts.len(), "");
        let sql = format!("{sql}) limit {READ_MAX}");
        found = on!(conn, c => {
            let mut query = sqlx::query_scalar(built(&sql));
            for part in &parts {
                query = query.bind(part);
            }
            query.fetch_all(c).await
        })?;
    }
    if let Some(range) = inside(typed) {
        let more: Vec<String> = on!(conn, c => sqlx::query_scalar(INSIDE)
            .bind(&range.start).bind(&range.end).bind(READ_MAX).fetch_all(c).await)?;
        found.extend(more);
    }
    Ok(likeliest(typed, found, most))
}
