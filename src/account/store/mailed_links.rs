//! The table `mailed_links`.

use super::sign_ups;
use crate::account::mailed_link::{HOLDS, Kind, MailedLink, SignUp};
use crate::account::model::Country;
use crate::db::{self, Conn, inconsistent, on};
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;

#[derive(sqlx::FromRow)]
struct LinkRow {
    sha256: String,
    kind: String,
    email: String,
    member_id: Option<String>,
    name: Option<String>,
    country: Option<String>,
    password_hash: Option<String>,
    browser: Option<String>,
    made_at: i64,
}

impl TryFrom<LinkRow> for MailedLink {
    type Error = db::Error;

    fn try_from(row: LinkRow) -> db::Result<Self> {
        let unknown = |column| inconsistent("mailed_links", column);
        let sign_up = match (row.name, row.country, row.password_hash) {
            (Some(name), Some(country), Some(password_hash)) => {
                let country = Country::parse(&country).ok_or_else(|| unknown("country"))?;
                Some(SignUp { name, country, password_hash })
            }
            _ => None,
        };
        Ok(Self {
            kind: Kind::parse(&row.kind).ok_or_else(|| unknown("kind"))?,
            sha256: row.sha256,
            email: row.email,
            member: row.member_id,
            sign_up,
            browser: row.browser,
            made_at: UtcMillis(row.made_at),
        })
    }
}

pub async fn put(mut conn: Conn<'_>, link: &MailedLink) -> db::Result<()> {
    const PUT: &str = "insert into mailed_links
      (sha256, kind, email, member_id, name, country, password_hash, browser, made_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let typed = link.sign_up.as_ref();
    on!(conn, c => sqlx::query(PUT)
        .bind(&link.sha256).bind(link.kind.as_str()).bind(&link.email).bind(&link.member)
        .bind(typed.map(|t| &t.name)).bind(typed.map(|t| t.country.alpha2())).bind(typed.map(|t| &t.password_hash))
        .bind(&link.browser).bind(link.made_at.0)
        .execute(c).await.map(drop))
}

/// The link of this secret's SHA-256, if it holds at `now`.
pub async fn find(mut conn: Conn<'_>, sha256: &str, now: UtcMillis) -> db::Result<Option<MailedLink>> {
    const FIND: &str = "select sha256, kind, email, member_id, name, country, password_hash, browser, made_at
      from mailed_links where sha256 = $1";
    let row: Option<LinkRow> = on!(conn, c => sqlx::query_as(FIND).bind(sha256).fetch_optional(c).await)?;
    Ok(row.map(MailedLink::try_from).transpose()?.filter(|link| link.holds(now)))
}

/// Takes the link away; false where another press was first.
pub async fn use_up(mut conn: Conn<'_>, sha256: &str) -> db::Result<bool> {
    const USE: &str = "delete from mailed_links where sha256 = $1";
    on!(conn, c => sqlx::query(USE).bind(sha256).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// How many links of `kind` the address has been sent that still hold, and when the newest was.
/// Where a link is of use to one member alone, only theirs count: what others ask for is not to
/// keep them waiting.
pub async fn sent(
    mut conn: Conn<'_>,
    kind: Kind,
    email: &str,
    member: Option<&str>,
    now: UtcMillis,
) -> db::Result<(i64, UtcMillis)> {
    const THEIRS: &str = "select count(*), coalesce(max(made_at), 0) from mailed_links
      where email = $1 and kind = $2 and made_at > $3 and made_at <= $4 and member_id = $5";
    const SENT: &str = "select count(*), coalesce(max(made_at), 0) from mailed_links
      where email = $1 and kind = $2 and made_at > $3 and made_at <= $4";
    let (since, until) = (now.0 - HOLDS, now.0 + TOLERANCE);
    let (sent, newest): (i64, i64) = match member {
        Some(member) => on!(conn, c => sqlx::query_as(THEIRS)
            .bind(email).bind(kind.as_str()).bind(since).bind(until).bind(member).fetch_one(c).await)?,
        None => on!(conn, c => sqlx::query_as(SENT)
            .bind(email).bind(kind.as_str()).bind(since).bind(until).fetch_one(c).await)?,
    };
    Ok((sent, UtcMillis(newest)))
}

/// Whether a link waits that gives this member another address.
pub async fn is_moving(mut conn: Conn<'_>, member: &str, now: UtcMillis) -> db::Result<bool> {
    const WAITS: &str = "select count(*) from mailed_links where member_id = $1 and kind = $2 and made_at > $3";
    let waits: i64 = on!(conn, c => sqlx::query_scalar(WAITS)
        .bind(member).bind(Kind::NewAddress.as_str()).bind(now.0 - HOLDS).fetch_one(c).await)?;
    Ok(waits > 0)
}

/// Takes away every link of this member, and every one to this address, with what was typed for it.
pub async fn forget(mut conn: Conn<'_>, member: &str, email: &str) -> db::Result<()> {
    const THEIRS: &str = "delete from mailed_links where member_id = $1";
    const THERE: &str = "delete from mailed_links where email = $1";
    on!(conn, c => sqlx::query(THEIRS).bind(member).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(THERE).bind(email).execute(c).await.map(drop))?;
    sign_ups::forget(conn, email).await
}

/// Takes away links that hold no longer, with what was typed for them.
pub async fn sweep(mut conn: Conn<'_>, now: UtcMillis) -> db::Result<()> {
    const OLD: &str = "delete from mailed_links where made_at <= $1";
    on!(conn, c => sqlx::query(OLD).bind(now.0 - HOLDS).execute(c).await.map(drop))
}

/// The same, at most so many; whether more may be left.
pub async fn sweep_some(mut conn: Conn<'_>, now: UtcMillis, most: i64) -> db::Result<bool> {
    const SOME: &str = "delete from mailed_links where sha256 in
      (select sha256 from mailed_links where made_at <= $1 order by made_at limit $2)";
    let gone = on!(conn, c => sqlx::query(SOME).bind(now.0 - HOLDS).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}
