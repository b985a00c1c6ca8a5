//! Leaves, tiles and checkpoints as they are stored. Rows of leaves are only ever added.

pub mod forgotten;
pub mod keys;

use crate::db::{self, Conn, Tx, built, inconsistent, many, on};
use crate::ledger::store::secret::Secret;
use crate::ledger::{Entry, EntryId};
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::merkle::{Hash, Tree};
use sayso_verify::note::Note;
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
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct State {
    pub origin: String,
    pub size: i64,
    /// The signed checkpoint, without what witnesses have signed.
    pub checkpoint: String,
    /// The lines of witnesses below it.
    pub cosignatures: String,
    pub signed_at: i64,
    /// 1 for the first log, and one more for each that follows.
    pub log: i64,
    /// Which of all leaves is the first one of this log.
    pub first_leaf: i64,
    /// Why nothing is added to it any more; nothing where it goes on.
    pub stopped: String,
}

impl State {
    /// The tree that the checkpoint is of.
    pub fn tree(&self) -> db::Result<Tree> {
        let checkpoint = Note::parse(&self.checkpoint).ok().and_then(|note| Checkpoint::parse(&note.text));
        checkpoint.map(|checkpoint| checkpoint.tree).ok_or_else(|| inconsistent("log_state", "checkpoint"))
    }
}

/// Which log something is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that entries get into.
    Newest,
    /// One that has ended, by its number.
    Ended(i64),
}

/// A leaf, which is one of all logs.
#[derive(Debug, sqlx::FromRow)]
pub struct Leaf {
    pub leaf: i64,
    pub entry_id: String,
    pub commitment: Vec<u8>,
}

/// The newest state; `None` before the first checkpoint.
pub async fn state(mut conn: Conn<'_>) -> db::Result<Option<State>> {
    const STATE: &str = "select origin, size, checkpoint, cosignatures, signed_at, log, first_leaf, stopped
      from log_state where only_one = 1";
    on!(conn, c => sqlx::query_as(STATE).fetch_optional(c).await)
}

/// The logs that have ended, the oldest first: each in its last state that is known here.
pub async fn ended(mut conn: Conn<'_>) -> db::Result<Vec<State>> {
    const ENDED: &str = "select origin, size, checkpoint, cosignatures, signed_at, log, first_leaf, '' as stopped
      from log_ended order by log";
    on!(conn, c => sqlx::query_as(ENDED).fetch_all(c).await)
}

/// The log with this number, if there is one with a leaf, and whether it has ended.
pub async fn log(mut conn: Conn<'_>, number: i64) -> db::Result<Option<(Which, State)>> {
    let newest = state(conn.reborrow()).await?.map(|state| (Which::Newest, state));
    let ended = ended(conn).await?.into_iter().map(|state| (Which::Ended(state.log), state));
    Ok(newest.into_iter().chain(ended).find(|(_, state)| state.log == number && state.size > 0))
}

/// Where a log is served, without a scheme: the first one has its number in its address only once
/// it has ended.
pub async fn served_at(conn: Conn<'_>, origin: &str) -> db::Result<String> {
    let is_first = |state: &State| state.log == 1 && state.origin == origin;
    let has_ended = ended(conn).await?.iter().any(is_first);
    Ok(if has_ended { format!("{origin}/1") } else { origin.into() })
}

/// The log that has this one of all leaves.
pub async fn log_of(mut conn: Conn<'_>, leaf: i64) -> db::Result<Option<(Which, State)>> {
    let Some(newest) = state(conn.reborrow()).await? else { return Ok(None) };
    if leaf >= newest.first_leaf {
        return Ok(Some((Which::Newest, newest)));
    }
    let has = |state: &State| (state.first_leaf..state.first_leaf + state.size).contains(&leaf);
    Ok(ended(conn).await?.into_iter().find(has).map(|state| (Which::Ended(state.log), state)))
}

/// What has waited longest for its leaf, by its place in the queue.
pub async fn longest_waiting(mut conn: Conn<'_>) -> db::Result<Option<i64>> {
    on!(conn, c => sqlx::query_scalar("select min(place) from log_queue").fetch_one(c).await)
}

/// Whether an entry waits for its leaf.
pub async fn is_behind(mut conn: Conn<'_>) -> db::Result<bool> {
    const BEHIND: &str = "select exists (select 1 from log_queue) or exists (select 1 from log_backfill)";
    on!(conn, c => sqlx::query_scalar(BEHIND).fetch_one(c).await)
}

/// How many entries wait for their leaves.
pub async fn how_many_wait(mut conn: Conn<'_>) -> db::Result<u64> {
    const QUEUED: &str = "select count(*) from log_queue";
    const BEFORE: &str = "select count(*) from log_backfill b
      join entries e on e.id > b.after_id and e.id <= b.until_id";
    let queued: i64 = on!(conn, c => sqlx::query_scalar(QUEUED).fetch_one(c).await)?;
    let before: i64 = on!(conn, c => sqlx::query_scalar(BEFORE).fetch_one(c).await)?;
    Ok(queued.unsigned_abs() + before.unsigned_abs())
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

/// The hashes of a tile of the newest log, if it is there.
pub async fn tile(conn: Conn<'_>, level: u8, tile: u64) -> db::Result<Option<Vec<Hash>>> {
    tile_of(conn, Which::Newest, level, tile).await
}

/// The hashes of a tile of this log, if it is there.
pub async fn tile_of(mut conn: Conn<'_>, log: Which, level: u8, tile: u64) -> db::Result<Option<Vec<Hash>>> {
    const TILE: &str = "select hashes from log_tiles where level = $1 and tile = $2";
    const ENDED: &str = "select hashes from log_ended_tiles where level = $1 and tile = $2 and log = $3";
    let Ok(tile) = i64::try_from(tile) else { return Ok(None) };
    let level = i64::from(level);
    let bytes: Option<Vec<u8>> = match log {
        Which::Newest => on!(conn, c => sqlx::query_scalar(TILE).bind(level).bind(tile).fetch_optional(c).await)?,
        Which::Ended(log) => {
            on!(conn, c => sqlx::query_scalar(ENDED).bind(level).bind(tile).bind(log).fetch_optional(c).await)?
        }
    };
    bytes.map(|bytes| hashes(&bytes)).transpose()
}

fn hashes(bytes: &[u8]) -> db::Result<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() { Ok(hashes.to_vec()) } else { Err(inconsistent("log_tiles", "hashes")) }
}

/// Moves the log from `before` leaves (`None` where there is no log) to `state`. False where it has
/// another size by now, and then nothing is changed.
pub async fn move_on(mut conn: Conn<'_>, before: Option<i64>, state: &State) -> db::Result<bool> {
    const FIRST: &str = "insert into log_state (only_one, origin, size, checkpoint, signed_at, log)
      values (1, $1, $2, $3, $4, $5) on conflict (only_one) do nothing";
    const NEXT: &str = "update log_state set size = $2, checkpoint = $3, cosignatures = '', signed_at = $4
      where only_one = 1 and origin = $1 and size = $5";
    let State { origin, size, checkpoint, signed_at, log, .. } = state;
    let moved = match before {
        None => on!(conn, c => sqlx::query(FIRST).bind(origin).bind(size).bind(checkpoint).bind(signed_at).bind(log)
                .execute(c).await.map(|done| done.rows_affected()))?,
        Some(before) => {
            on!(conn, c => sqlx::query(NEXT).bind(origin).bind(size).bind(checkpoint).bind(signed_at).bind(before)
                .execute(c).await.map(|done| done.rows_affected()))?
        }
    };
    Ok(moved == 1)
}

/// Takes the lock of whoever gives leaves until the transaction ends.
pub async fn alone(conn: Conn<'_>) -> db::Result<()> {
    match conn {
        // The transaction began IMMEDIATE: nobody else writes.
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(c) => {
            const ALONE: &str = "select pg_advisory_xact_lock(hashtextextended('log', 0))";
            sqlx::query(ALONE).execute(c).await?;
            Ok(())
        }
    }
}

/// Ends a log in this state. Its tiles stay, at another place.
pub async fn end(mut conn: Conn<'_>, state: &State) -> db::Result<()> {
    const MOVE: &str = "insert into log_ended_tiles (log, level, tile, hashes)
      select $1, level, tile, hashes from log_tiles";
    note_ended(conn.reborrow(), state).await?;
    on!(conn, c => sqlx::query(MOVE).bind(state.log).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query("delete from log_tiles").execute(c).await.map(drop))
}

/// Notes that a log has ended.
pub async fn note_ended(mut conn: Conn<'_>, state: &State) -> db::Result<()> {
    const NOTE: &str = "insert into log_ended (log, origin, first_leaf, size, checkpoint, cosignatures, signed_at)
      values ($1, $2, $3, $4, $5, $6, $7)";
    let State { origin, size, checkpoint, cosignatures, signed_at, log, first_leaf, .. } = state;
    on!(conn, c => sqlx::query(NOTE).bind(log).bind(origin).bind(first_leaf).bind(size).bind(checkpoint)
        .bind(cosignatures).bind(signed_at).execute(c).await.map(drop))
}

/// Begins a log with nothing in it, in place of the one before.
pub async fn begin(mut conn: Conn<'_>, state: &State) -> db::Result<()> {
    const BEGIN: &str = "insert into log_state (only_one, origin, size, checkpoint, signed_at, log, first_leaf)
      values (1, $1, 0, '', $2, $3, $4) on conflict (only_one) do update set origin = excluded.origin, size = 0,
        checkpoint = '', cosignatures = '', stopped = '', signed_at = excluded.signed_at, log = excluded.log,
        first_leaf = excluded.first_leaf";
    let State { origin, signed_at, log, first_leaf, .. } = state;
    on!(conn, c => sqlx::query(BEGIN).bind(origin).bind(signed_at).bind(log).bind(first_leaf)
        .execute(c).await.map(drop))
}

/// What is known of the newest state of a log that enough witnesses have cosigned: its size, its
/// checkpoint and their lines.
pub async fn newest_witnessed(mut conn: Conn<'_>, log: i64) -> db::Result<Option<(i64, String, String)>> {
    const NEWEST: &str = "select size, checkpoint, cosignatures from log_witnessed where log = $1";
    on!(conn, c => sqlx::query_as(NEWEST).bind(log).fetch_optional(c).await)
}

/// Keeps a state that enough witnesses have cosigned.
pub async fn witnessed(mut conn: Conn<'_>, state: &State, lines: &str) -> db::Result<()> {
    const KEEP: &str = "insert into log_witnessed (log, size, checkpoint, cosignatures) values ($1, $2, $3, $4)
      on conflict (log) do update set size = excluded.size, checkpoint = excluded.checkpoint,
        cosignatures = excluded.cosignatures where log_witnessed.size <= excluded.size";
    on!(conn, c => sqlx::query(KEEP).bind(state.log).bind(state.size).bind(&state.checkpoint).bind(lines)
        .execute(c).await.map(drop))
}

/// Keeps what witnesses have signed below this checkpoint, while it is the newest.
pub async fn cosigned(mut conn: Conn<'_>, checkpoint: &str, lines: &str) -> db::Result<()> {
    const KEEP: &str = "update log_state set cosignatures = $2 where checkpoint = $1";
    on!(conn, c => sqlx::query(KEEP).bind(checkpoint).bind(lines).execute(c).await.map(drop))
}

/// Notes why nothing is added to this log any more. The first reason stays.
pub async fn stop(mut tx: Tx, origin: &str, why: &str) -> db::Result<()> {
    const STOP: &str = "update log_state set stopped = $2 where origin = $1 and stopped = ''";
    let mut conn = tx.conn();
    on!(conn, c => sqlx::query(STOP).bind(origin).bind(why).execute(c).await.map(drop))?;
    tx.commit().await
}

/// Has a log go on that was stopped in this state. False where it is in another one by now.
pub async fn resume(mut conn: Conn<'_>, state: &State) -> db::Result<bool> {
    const RESUME: &str = "update log_state set stopped = '' where origin = $1 and checkpoint = $2 and stopped = $3";
    let State { origin, checkpoint, stopped, .. } = state;
    let done = on!(conn, c => sqlx::query(RESUME).bind(origin).bind(checkpoint).bind(stopped)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// An entry of which it is known that it waits for its leaf.
pub async fn queued(mut conn: Conn<'_>, entry: &Entry) -> db::Result<Waiting> {
    const PLACE: &str = "select place from log_queue where entry_id = $1";
    let id = entry.id.to_string();
    let place = on!(conn, c => sqlx::query_scalar(PLACE).bind(&id).fetch_one(c).await)?;
    let canonical = entry.canonical().bytes;
    Ok(Waiting { place, id, subject: entry.subject.clone(), canonical, has_leaf: false })
}

/// The leaf of an entry, if it has one.
pub async fn leaf_of(mut conn: Conn<'_>, entry: EntryId) -> db::Result<Option<Leaf>> {
    const LEAF: &str = "select leaf, entry_id, commitment from log_leaves where entry_id = $1";
    on!(conn, c => sqlx::query_as(LEAF).bind(entry.to_string()).fetch_optional(c).await)
}

/// Which leaf of its log an entry has, counted from 0, and how many the published log has.
pub async fn place_of(mut conn: Conn<'_>, entry: EntryId) -> db::Result<Option<(u64, u64)>> {
    let Some(leaf) = leaf_of(conn.reborrow(), entry).await? else { return Ok(None) };
    let number = |n: i64| u64::try_from(n).map_err(|_| inconsistent("log_leaves", "leaf"));
    let Some((_, state)) = log_of(conn, leaf.leaf).await? else { return Ok(None) };
    Ok(Some((number(leaf.leaf - state.first_leaf)?, number(state.size)?)))
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
