//! Which browsers have filed a case without an account (table `case_filers`). Of what such a
//! browser has in its cookie, only the hash is stored.

use crate::db::{self, Conn, on};
use crate::ledger::entry::sha256_hex;
use crate::time::UtcMillis;

/// Has the browser with this secret be one that filed the case.
pub async fn put_filer(mut conn: Conn<'_>, number: &str, secret: &str, now: UtcMillis) -> db::Result<()> {
    const FILER: &str = "insert into case_filers (sha256, number, made_at) values ($1, $2, $3)";
    on!(conn, c => sqlx::query(FILER)
        .bind(sha256_hex(secret.as_bytes())).bind(number).bind(now.0)
        .execute(c).await.map(drop))
}

/// Whether the browser with this secret filed the case.
pub async fn is_filer(mut conn: Conn<'_>, number: &str, secret: &str) -> db::Result<bool> {
    const FILED: &str = "select count(*) from case_filers where sha256 = $1 and number = $2";
    let filed: i64 = on!(conn, c => sqlx::query_scalar(FILED)
        .bind(sha256_hex(secret.as_bytes())).bind(number).fetch_one(c).await)?;
    Ok(filed > 0)
}

/// Forgets those from before `since`, at most so many; whether more may be left.
pub async fn sweep(mut conn: Conn<'_>, since: UtcMillis, most: i64) -> db::Result<bool> {
    const SWEEP: &str = "delete from case_filers where sha256 in
      (select sha256 from case_filers where made_at <= $1 order by made_at limit $2)";
    let gone = on!(conn, c => sqlx::query(SWEEP).bind(since.0).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}
