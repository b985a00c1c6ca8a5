//! What was written in the cases of a member who has deleted their account. What stays of a case is
//! its number, kind, dates and outcome.

use crate::db::{self, Conn, on};
use crate::time::UtcMillis;

/// Erases what was written in a case of somebody who has deleted their account, with the name, the
/// address, the answers and every way to it. Returns how many texts there were; `None` where the
/// case is nobody's who has. On `PostgreSQL` a function of the tables' owner looks for itself; on
/// `SQLite` the triggers of migration 0074 let nothing else pass.
pub async fn erase_forgotten(mut conn: Conn<'_>, number: &str, now: UtcMillis) -> db::Result<Option<i64>> {
    const WORDS: [&str; 6] = [
        "delete from case_words where number = $1",
        "delete from case_links where number = $1",
        "delete from case_codes where number = $1",
        "delete from case_mailed_codes where number = $1",
        "delete from case_code_tries where number = $1",
        "delete from case_filers where number = $1",
    ];
    const NAME: &str = "update cases set searchable = false, name_key = '' where number = $1";
    let texts = texts(conn.reborrow(), number, now).await?;
    for gone in WORDS {
        on!(conn, c => sqlx::query(gone).bind(number).execute(c).await.map(drop))?;
    }
    on!(conn, c => sqlx::query(NAME).bind(number).execute(c).await.map(drop))?;
    Ok(texts)
}

async fn texts(conn: Conn<'_>, number: &str, now: UtcMillis) -> db::Result<Option<i64>> {
    const TEXTS: &str = "select (select count(*) from case_steps where number = $1 and text is not null)
      + (select count(*) from case_notes where number = $1 and text is not null)";
    const OF_CASE: &str =
        "update cases set reason = null, name = '', email = '', texts_swept_at = $2 where number = $1";
    const ERASED: [&str; 5] = [
        "update case_steps set text = null, salt = '' where number = $1 and (text is not null or salt <> '')",
        "update case_notes set text = null where number = $1 and text is not null",
        "update case_rulings set grounds = null, said = null where (grounds is not null or said is not null)
           and entry_id in (select entry_id from case_steps where number = $1)",
        "update case_records set agent = null where agent is not null
           and entry_id in (select entry_id from case_steps where number = $1)",
        "update case_purposes set grounds = null, proposed_grounds = null where number = $1",
    ];
    match conn {
        Conn::Postgres(c) => {
            const ERASE: &str = "select erase_forgotten_case($1, $2)";
            Ok(sqlx::query_scalar(ERASE).bind(number).bind(now.0).fetch_one(c).await?)
        }
        Conn::Sqlite(c) => {
            let texts: i64 = sqlx::query_scalar(TEXTS).bind(number).fetch_one(&mut *c).await?;
            for erased in ERASED {
                sqlx::query(erased).bind(number).execute(&mut *c).await?;
            }
            sqlx::query(OF_CASE).bind(number).bind(now.0).execute(&mut *c).await?;
            Ok(Some(texts))
        }
    }
}
