//! The table `sign_ups`.

use crate::account::mailed_link::{HOLDS, SignUp, Typed};
use crate::account::model::Country;
use crate::db::{self, Conn, inconsistent, on};
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;

/// Browsers whose sign-ups with one address are kept, the newest: whoever types another's address
/// on end fills no disk.
const BROWSERS: i64 = 20;

#[derive(sqlx::FromRow)]
struct SignUpRow {
    browser: String,
    name: String,
    country: String,
    password_hash: String,
}

/// Keeps what was typed for this address in the browser with this mark's hash, in the place of what
/// was typed there before.
pub async fn put(mut conn: Conn<'_>, email: &str, typed: &Typed, now: UtcMillis) -> db::Result<()> {
    const PUT: &str = "insert into sign_ups (email, browser, name, country, password_hash, made_at)
      values ($1, $2, $3, $4, $5, $6)
      on conflict (email, browser) do update set name = excluded.name, country = excluded.country,
        password_hash = excluded.password_hash, made_at = excluded.made_at";
    const NEWEST: &str = "delete from sign_ups where email = $1 and browser not in
      (select browser from sign_ups where email = $1 order by made_at desc, browser limit $2)";
    let Typed { browser, sign_up } = typed;
    on!(conn, c => sqlx::query(PUT)
        .bind(email).bind(browser)
        .bind(&sign_up.name).bind(sign_up.country.alpha2()).bind(&sign_up.password_hash).bind(now.0)
        .execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(NEWEST).bind(email).bind(BROWSERS).execute(c).await.map(drop))
}

/// What waits for this address at `now`, the newest first.
pub async fn waiting(mut conn: Conn<'_>, email: &str, now: UtcMillis) -> db::Result<Vec<Typed>> {
    const WAITING: &str = "select browser, name, country, password_hash from sign_ups
      where email = $1 and made_at > $2 and made_at <= $3 order by made_at desc, browser";
    let rows: Vec<SignUpRow> = on!(conn, c => sqlx::query_as(WAITING)
        .bind(email).bind(now.0 - HOLDS).bind(now.0 + TOLERANCE)
        .fetch_all(c).await)?;
    let typed = |row: SignUpRow| {
        let country = Country::parse(&row.country).ok_or_else(|| inconsistent("sign_ups", "country"))?;
        let sign_up = SignUp { name: row.name, country, password_hash: row.password_hash };
        Ok(Typed { browser: row.browser, sign_up })
    };
    rows.into_iter().map(typed).collect()
}

/// Takes away what waits for this address.
pub async fn forget(mut conn: Conn<'_>, email: &str) -> db::Result<()> {
    const THERE: &str = "delete from sign_ups where email = $1";
    on!(conn, c => sqlx::query(THERE).bind(email).execute(c).await.map(drop))
}

/// Takes away what no link can use any more, at most so many; whether more may be left.
pub async fn sweep(mut conn: Conn<'_>, now: UtcMillis, most: i64) -> db::Result<bool> {
    const SOME: &str = "delete from sign_ups where (email, browser) in
      (select email, browser from sign_ups where made_at <= $1 order by made_at limit $2)";
    let gone = on!(conn, c => sqlx::query(SOME).bind(now.0 - HOLDS).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}
