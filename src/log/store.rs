//! Leaves, tiles and checkpoints as they are stored. Rows of leaves are only ever added.

use crate::db::{self, Conn, built, inconsistent, many, on};
use crate::ledger::EntryId;
use crate::ledger::store::secret::Secret;
use sayso_verify::merkle::Hash;
use std::collections::{BTreeMap, HashMap};

/// An entry that waits for its leaf.
#[derive(Debug, sqlx::FromRow)]
pub struct Waiting {
    /// Its place in the queue; 0 for one from before there was a log.
    pub place: i64,
    pub id: String,
    pub subject: String,
    pub canonical: Vec<u8>,
    /// Whether it has a leaf already: an older program ran beside the migration.
    pub has_leaf: bool,
}

/// The newest state of the log.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct State {
    pub origin: String,
    pub size: i64,
    /// The signed checkpoint, without what witnesses have signed.
    pub checkpoint: String,
    /// The lines of witnesses below it.
    pub cosignatures: String,
    pub signed_at: i64,
}

/// A leaf of the log.
#[derive(Debug, sqlx::FromRow)]
pub struct Leaf {
    pub leaf: i64,
    pub entry_id: String,
    pub commitment: Vec<u8>,
}

/// The newest state; `None` before the first checkpoint.
pub async fn state(mut conn: Conn<'_>) -> db::Result<Option<State>> {
    const STATE: &str = "select origin, size, checkpoint, cosignatures, signed_at from log_state where only_one = 1";
    on!(conn, c => sqlx::query_as(STATE).fetch_optional(c).await)
}

/// Whether an entry waits for its leaf.
pub async fn is_behind(mut conn: Conn<'_>) -> db::Result<bool> {
    const BEHIND: &str = "select exists (select 1 from log_queue) or exists (select 1 from log_backfill)";
    on!(conn, c => sqlx::query_scalar(BEHIND).fetch_one(c).await)
}

/// The oldest of what waits, at most so many; and those from before there was a log, oldest first,
/// as far as there is room.
pub async fn waiting(mut conn: Conn<'_>, most: i64) -> db::Result<(Vec<Waiting>, Vec<Waiting>)> {
    const QUEUED: &str = "select q.place, e.id, e.subject, e.canonical,
        exists (select 1 from log_leaves l where l.entry_id = e.id) as has_leaf
      from (select place, entry_id from log_queue order by place limit $1) q
        join entries e on e.id = q.entry_id order by q.place";
    const BEFORE: &str = "select cast(0 as bigint) as place, e.id, e.subject, e.canonical,
        exists (select 1 from log_leaves l where l.entry_id = e.id) as has_leaf
      from log_backfill b join entries e on e.id > b.after_id and e.id <= b.until_id order by e.id limit $1";
    let queued: Vec<Waiting> = on!(conn, c => sqlx::query_as(QUEUED).bind(most).fetch_all(c).await)?;
    let room = most - i64::try_from(queued.len()).unwrap_or(most);
    let before = on!(conn, c => sqlx::query_as(BEFORE).bind(room).fetch_all(c).await)?;
    Ok((queued, before))
}

/// Takes these off the queue, and no others: what began before them may be committed after them.
pub async fn dequeue(mut conn: Conn<'_>, queued: &[Waiting]) -> db::Result<()> {
    for some in queued.chunks(500) {
        let done = many("delete from log_queue where place in (", "$", some.len(), ")");
        on!(conn, c => {
            let mut query = sqlx::query(built(&done));
            for entry in some {
                query = query.bind(entry.place);
            }
            query.execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Notes that the entries from before the log up to `id` have their leaves; with `None`, that all
/// have.
pub async fn backfilled(mut conn: Conn<'_>, id: Option<&str>) -> db::Result<()> {
    match id {
        Some(id) => {
            const ON: &str = "update log_backfill set after_id = $1";
            on!(conn, c => sqlx::query(ON).bind(id).execute(c).await.map(drop))
        }
        None => on!(conn, c => sqlx::query("delete from log_backfill").execute(c).await.map(drop)),
    }
}

/// The secrets of these subjects, those that have none getting one.
pub async fn secrets(mut conn: Conn<'_>, subjects: &[&str]) -> db::Result<HashMap<String, Secret>> {
    let mut all = HashMap::with_capacity(subjects.len());
    for some in subjects.chunks(500) {
        let found = many("select subject, secret from subject_secrets where subject in (", "$", some.len(), ")");
        let rows: Vec<(String, String)> = on!(conn, c => {
            let mut query = sqlx::query_as(built(&found));
            for subject in some {
                query = query.bind(*subject);
            }
            query.fetch_all(c).await
        })?;
        for (subject, secret) in rows {
            all.insert(subject, Secret::parse(&secret)?);
        }
        let without: Vec<&&str> = some.iter().filter(|subject| !all.contains_key(**subject)).collect();
        for some in without.chunks(250) {
            let insert = many(
                "insert into subject_secrets (subject, secret) values",
                "($, $)",
                some.len(),
                " on conflict (subject) do nothing returning subject, secret",
            );
            let made: Vec<(String, String)> = on!(conn, c => {
                let mut query = sqlx::query_as(built(&insert));
                for subject in some {
                    query = query.bind(**subject).bind(Secret::make());
                }
                query.fetch_all(c).await
            })?;
            for (subject, secret) in made {
                all.insert(subject, Secret::parse(&secret)?);
            }
            // Somebody else made it meanwhile.
            for subject in some.iter().filter(|subject| !all.contains_key(***subject)).collect::<Vec<_>>() {
                let secret = crate::ledger::store::secret::ensure(conn.reborrow(), subject).await?;
                all.insert((**subject).to_owned(), secret);
            }
        }
    }
    Ok(all)
}

/// Adds leaves from `first` on.
pub async fn add_leaves(mut conn: Conn<'_>, first: i64, leaves: &[(&str, [u8; 32])]) -> db::Result<()> {
    let mut next = first;
    for some in leaves.chunks(300) {
        let insert = many("insert into log_leaves (leaf, entry_id, commitment) values", "($, $, $)", some.len(), "");
        on!(conn, c => {
            let mut query = sqlx::query(built(&insert));
            for (entry, commitment) in some {
                query = query.bind(next).bind(*entry).bind(&commitment[..]);
                next += 1;
            }
            query.execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Stores tiles as they are now.
pub async fn put_tiles(mut conn: Conn<'_>, tiles: &BTreeMap<(u8, u64), Vec<Hash>>) -> db::Result<()> {
    const PUT: &str = "insert into log_tiles (level, tile, hashes) values ($1, $2, $3)
      on conflict (level, tile) do update set hashes = excluded.hashes";
    for ((level, tile), hashes) in tiles {
        let tile = i64::try_from(*tile).unwrap_or(i64::MAX);
        on!(conn, c => sqlx::query(PUT).bind(i64::from(*level)).bind(tile).bind(hashes.concat())
            .execute(c).await.map(drop))?;
    }
    Ok(())
}

/// The hashes of a tile, if it is there.
pub async fn tile(mut conn: Conn<'_>, level: u8, tile: u64) -> db::Result<Option<Vec<Hash>>> {
    const TILE: &str = "select hashes from log_tiles where level = $1 and tile = $2";
    let Ok(tile) = i64::try_from(tile) else { return Ok(None) };
    let bytes: Option<Vec<u8>> =
        on!(conn, c => sqlx::query_scalar(TILE).bind(i64::from(level)).bind(tile).fetch_optional(c).await)?;
    bytes.map(|bytes| hashes(&bytes)).transpose()
}

fn hashes(bytes: &[u8]) -> db::Result<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() { Ok(hashes.to_vec()) } else { Err(inconsistent("log_tiles", "hashes")) }
}

/// Moves the log from `before` leaves (`None` where there is no log) to `state`. False where it has
/// another size by now, and then nothing is changed.
pub async fn move_on(mut conn: Conn<'_>, before: Option<i64>, state: &State) -> db::Result<bool> {
    const FIRST: &str = "insert into log_state (only_one, origin, size, checkpoint, signed_at)
      values (1, $1, $2, $3, $4) on conflict (only_one) do nothing";
    const NEXT: &str = "update log_state set size = $2, checkpoint = $3, cosignatures = '', signed_at = $4
      where only_one = 1 and origin = $1 and size = $5";
    let State { origin, size, checkpoint, signed_at, .. } = state;
    let moved = match before {
        None => on!(conn, c => sqlx::query(FIRST).bind(origin).bind(size).bind(checkpoint).bind(signed_at)
                .execute(c).await.map(|done| done.rows_affected()))?,
        Some(before) => {
            on!(conn, c => sqlx::query(NEXT).bind(origin).bind(size).bind(checkpoint).bind(signed_at).bind(before)
                .execute(c).await.map(|done| done.rows_affected()))?
        }
    };
    Ok(moved == 1)
}

/// Notes that a key has signed the tree of `size` leaves.
pub async fn signed(mut conn: Conn<'_>, vkey: &str, size: i64) -> db::Result<()> {
    const SIGNED: &str = "insert into log_keys (vkey, first_size, last_size) values ($1, $2, $2)
      on conflict (vkey) do update set last_size = excluded.last_size";
    on!(conn, c => sqlx::query(SIGNED).bind(vkey).bind(size).execute(c).await.map(drop))
}

/// The keys of the log, each with the first and the last size that it has signed.
pub async fn keys(mut conn: Conn<'_>) -> db::Result<Vec<(String, i64, i64)>> {
    const KEYS: &str = "select vkey, first_size, last_size from log_keys order by first_size, vkey";
    on!(conn, c => sqlx::query_as(KEYS).fetch_all(c).await)
}

/// The leaf of an entry, if it has one.
pub async fn leaf_of(mut conn: Conn<'_>, entry: EntryId) -> db::Result<Option<Leaf>> {
    const LEAF: &str = "select leaf, entry_id, commitment from log_leaves where entry_id = $1";
    on!(conn, c => sqlx::query_as(LEAF).bind(entry.to_string()).fetch_optional(c).await)
}

/// Which leaf an entry has, counted from 0, and how many the published log has.
pub async fn place_of(mut conn: Conn<'_>, entry: EntryId) -> db::Result<Option<(u64, u64)>> {
    let (leaf, state) = (leaf_of(conn.reborrow(), entry).await?, state(conn).await?);
    let number = |n: i64| u64::try_from(n).map_err(|_| inconsistent("log_leaves", "leaf"));
    let Some((leaf, state)) = leaf.zip(state) else { return Ok(None) };
    Ok(Some((number(leaf.leaf)?, number(state.size)?)))
}

/// The commitments of at most `most` leaves from `first` on.
pub async fn commitments(mut conn: Conn<'_>, first: i64, most: i64) -> db::Result<Vec<[u8; 32]>> {
    const SOME: &str = "select commitment from log_leaves where leaf >= $1 order by leaf limit $2";
    let rows: Vec<Vec<u8>> = on!(conn, c => sqlx::query_scalar(SOME).bind(first).bind(most).fetch_all(c).await)?;
    let fixed = |row: Vec<u8>| row.try_into().map_err(|_| inconsistent("log_leaves", "commitment"));
    rows.into_iter().map(fixed).collect()
}

/// Tries to become the one that gives leaves until the transaction ends.
pub async fn try_alone(conn: Conn<'_>) -> db::Result<bool> {
    match conn {
        // The transaction began IMMEDIATE: nobody else writes.
        Conn::Sqlite(_) => Ok(true),
        Conn::Postgres(c) => {
            const TRY: &str = "select pg_try_advisory_xact_lock(hashtextextended('log', 0))";
            Ok(sqlx::query_scalar(TRY).fetch_one(c).await?)
        }
    }
}
