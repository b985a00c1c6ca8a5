//! The codes with which a person without an account opens their case (tables `case_mailed_codes`,
//! `case_codes` and `case_code_tries`). How many are sent, and how many tries there are, says
//! [`code`](crate::objection::code).

use crate::db::{self, Conn, on};
use crate::ledger::entry::sha256_hex;
use crate::objection::code::{CODE_HOLDS, CODES_AN_ADDRESS, Sent};
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;

#[derive(sqlx::FromRow)]
struct Counted {
    sha256: String,
    sent_at: i64,
    sent: i64,
}

async fn counted(mut conn: Conn<'_>, number: &str) -> db::Result<Option<Counted>> {
    const COUNTED: &str = "select sha256, sent_at, sent from case_codes where number = $1";
    on!(conn, c => sqlx::query_as(COUNTED).bind(number).fetch_optional(c).await)
}

/// The hashes of the codes of a case that hold at `now`.
pub async fn code_hashes(mut conn: Conn<'_>, number: &str, now: UtcMillis) -> db::Result<Vec<String>> {
    const MAILED: &str =
        "select hash from case_mailed_codes where number = $1 and sent_at > $2 and sent_at <= $3 and ended_at is null
      order by sent_at desc";
    let (since, until) = (now.0 - CODE_HOLDS, now.0 + TOLERANCE);
    let mut all: Vec<String> = on!(conn, c => sqlx::query_scalar(MAILED)
        .bind(number).bind(since).bind(until).fetch_all(c).await)?;
    // One that was sent by the version before.
    let old = counted(conn, number).await?;
    let holds = |row: &Counted| !row.sha256.is_empty() && UtcMillis(row.sent_at).lasts(CODE_HOLDS, now);
    all.extend(old.filter(holds).map(|row| row.sha256));
    Ok(all)
}

/// The codes of this case that were sent, each within a day of the one before.
pub async fn codes_sent(conn: Conn<'_>, number: &str) -> db::Result<Option<Sent>> {
    let row = counted(conn, number).await?;
    Ok(row.map(|row| Sent { count: row.sent, newest: UtcMillis(row.sent_at) }))
}

/// Whether this address may be sent another code.
pub async fn there_is_room(mut conn: Conn<'_>, email: &str, now: UtcMillis) -> db::Result<bool> {
    const SENT: &str = "select count(*) from case_mailed_codes where address = $1 and sent_at > $2 and sent_at <= $3";
    // Those of the version before say only whose case they are of.
    const BEFORE: &str = "select count(*) from case_mailed_codes m join cases c on c.number = m.number
      where c.email = $1 and m.address = '' and m.sent_at > $2 and m.sent_at <= $3";
    let mut sent = 0;
    for (sql, address) in [(SENT, mailed_to(email)), (BEFORE, email.to_owned())] {
        let count: i64 = on!(conn, c => sqlx::query_scalar(sql)
            .bind(&address).bind(now.0 - UtcMillis::DAY).bind(now.0 + TOLERANCE).fetch_one(c).await)?;
        sent += count;
    }
    Ok(sent < CODES_AN_ADDRESS)
}

/// An address, as codes that were mailed there are counted by it.
fn mailed_to(email: &str) -> String {
    sha256_hex(format!("codes to {email}").as_bytes())
}

/// Stores a code that is mailed to `email` now, by its hash; the counts of wrong ones begin afresh.
/// Those that were sent before stay good until their day is over.
pub async fn put_code(mut conn: Conn<'_>, number: &str, email: &str, hash: &str, now: UtcMillis) -> db::Result<()> {
    const KEEP: &str = "insert into case_mailed_codes (hash, number, sent_at)
      select sha256, number, sent_at from case_codes where number = $1 and sha256 <> '' on conflict do nothing";
    const COUNT: &str = "insert into case_codes (number, sha256, sent_at, sent, tries) values ($1, '', $2, 1, 0)
      on conflict (number) do update set sha256 = '', sent_at = excluded.sent_at, tries = 0,
        sent = case when case_codes.sent_at < excluded.sent_at - 86400000 then 1 else case_codes.sent + 1 end";
    const CODE: &str = "insert into case_mailed_codes (hash, number, sent_at, address) values ($1, $2, $3, $4)";
    on!(conn, c => sqlx::query(KEEP).bind(number).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(COUNT).bind(number).bind(now.0).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(CODE).bind(hash).bind(number).bind(now.0).bind(mailed_to(email))
        .execute(c).await.map(drop))?;
    forgive_tries(conn, number).await
}

/// Has every code that was mailed for this case open nothing any more. They still count for the
/// address that they went to.
pub async fn end_codes(mut conn: Conn<'_>, number: &str, now: UtcMillis) -> db::Result<()> {
    const END: &str = "update case_mailed_codes set ended_at = $2 where number = $1 and ended_at is null";
    // One of the version before stands here.
    const BEFORE: &str = "update case_codes set sha256 = '' where number = $1";
    on!(conn, c => sqlx::query(END).bind(number).bind(now.0).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(BEFORE).bind(number).execute(c).await.map(drop))
}

/// How many wrong codes were counted for a case and whoever entered them, within the last day.
pub async fn code_tries(mut conn: Conn<'_>, number: &str, who: &str, now: UtcMillis) -> db::Result<i64> {
    const TRIES: &str = "select tries, newest_at from case_code_tries where number = $1 and who = $2";
    let row: Option<(i64, i64)> = on!(conn, c => sqlx::query_as(TRIES).bind(number).bind(who).fetch_optional(c).await)?;
    Ok(row.filter(|(_, newest)| UtcMillis(*newest).lasts(UtcMillis::DAY, now)).map_or(0, |(tries, _)| tries))
}

/// Counts one more.
pub async fn count_try(mut conn: Conn<'_>, number: &str, who: &str, now: UtcMillis) -> db::Result<()> {
    const COUNT: &str = "insert into case_code_tries (number, who, tries, newest_at) values ($1, $2, $3, $4)
      on conflict (number, who) do update set tries = excluded.tries, newest_at = excluded.newest_at";
    let tries = code_tries(conn.reborrow(), number, who, now).await? + 1;
    on!(conn, c => sqlx::query(COUNT).bind(number).bind(who).bind(tries).bind(now.0).execute(c).await.map(drop))
}

/// Forgets the wrong codes of a case.
pub async fn forgive_tries(mut conn: Conn<'_>, number: &str) -> db::Result<()> {
    const FORGIVE: &str = "delete from case_code_tries where number = $1";
    on!(conn, c => sqlx::query(FORGIVE).bind(number).execute(c).await.map(drop))
}

/// Removes codes, counts and tries from before `since`, at most so many of each; whether more are
/// left.
pub async fn sweep(mut conn: Conn<'_>, since: UtcMillis, most: i64) -> db::Result<bool> {
    const CODES: &str = "delete from case_mailed_codes where hash in
      (select hash from case_mailed_codes where sent_at <= $1 order by sent_at limit $2)";
    const COUNTS: &str = "delete from case_codes where number in
      (select number from case_codes where sent_at <= $1 limit $2)";
    const TRIES: &str = "delete from case_code_tries where (number, who) in
      (select number, who from case_code_tries where newest_at <= $1 order by newest_at limit $2)";
    let mut more = false;
    for sql in [CODES, COUNTS, TRIES] {
        let gone = on!(conn, c => sqlx::query(sql).bind(since.0).bind(most)
            .execute(c).await.map(|done| done.rows_affected()))?;
        more |= gone >= most.unsigned_abs();
    }
    Ok(more)
}
