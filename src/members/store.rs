//! The table `members` where it is read and filled by the thousand, and `welcome_links`. One
//! account at a time is `account::store`.

use super::model::Person;
use crate::account::model::{Country, Member};
use crate::account::store::{MemberRow, select_members};
use crate::db::{self, Conn, Db, built, inconsistent, many, on};
use crate::time::UtcMillis;
use crate::time::guard::TOLERANCE;
use std::collections::{HashMap, HashSet};

/// Rows in one statement.
const AT_ONCE: usize = 100;

/// Gives `SQLite`'s writing connection room for a large import: a log that is folded into the file
/// less often. Each time, that writes the index of addresses once more. `PostgreSQL` has its
/// settings of its own.
pub async fn make_room(db: &Db) -> db::Result<()> {
    let Db::Sqlite { write, .. } = db else { return Ok(()) };
    // 256 MiB, in pages of 4 KiB.
    sqlx::raw_sql("pragma wal_autocheckpoint = 65536").execute(write).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    platform_id: Option<String>,
    email: String,
    name: String,
    country: String,
    joined_at: i64,
    address_proved_at: Option<i64>,
}

/// Whose account has an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The member whom the platform knows under this id.
    Platform(String),
    /// One that was made here, and whose address is proved.
    Here,
    /// One that was made here by whoever: whoever proves the address gets it.
    Unproved,
}

/// What there is already under some ids and addresses.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// By the platform's id.
    pub by_id: HashMap<String, Person>,
    pub by_email: HashMap<String, Holder>,
    /// The platform's ids of those who have deleted their account.
    pub departed: HashSet<String>,
}

impl Known {
    pub fn add(&mut self, person: &Person) {
        self.by_email.insert(person.email.clone(), Holder::Platform(person.id.clone()));
        self.by_id.insert(person.id.clone(), person.clone());
    }

    fn take(&mut self, row: PersonRow) -> db::Result<()> {
        let country = Country::parse(&row.country);
        let country = country.ok_or_else(|| inconsistent("members", "country"))?;
        match row.platform_id {
            None => {
                let holder = if row.address_proved_at.is_some() { Holder::Here } else { Holder::Unproved };
                self.by_email.insert(row.email, holder);
            }
            Some(id) => {
                self.add(&Person { id, email: row.email, name: row.name, country, joined: UtcMillis(row.joined_at) });
            }
        }
        Ok(())
    }
}

/// Looks up who has the ids or the addresses of `people`, and puts them into `known`.
pub async fn look_up(mut conn: Conn<'_>, people: &[&Person], known: &mut Known) -> db::Result<()> {
    const BY_ID: &str = "select platform_id, email, name, country, joined_at, address_proved_at
      from members where platform_id in (";
    const BY_EMAIL: &str = "select platform_id, email, name, country, joined_at, address_proved_at
      from members where email in (";
    for people in people.chunks(5 * AT_ONCE) {
        for (head, key) in [(BY_ID, (|p| &p.id) as fn(&Person) -> &String), (BY_EMAIL, |p| &p.email)] {
            let sql = many(head, "$", people.len(), ")");
            let rows: Vec<PersonRow> = on!(conn, c => {
                let mut found = sqlx::query_as(built(&sql));
                for person in people {
                    found = found.bind(key(person));
                }
                found.fetch_all(c).await
            })?;
            rows.into_iter().try_for_each(|row| known.take(row))?;
        }
        let sql = many("select platform_id from departed_members where platform_id in (", "$", people.len(), ")");
        let departed: Vec<String> = on!(conn, c => {
            let mut found = sqlx::query_scalar(built(&sql));
            for person in people {
                found = found.bind(&person.id);
            }
            found.fetch_all(c).await
        })?;
        known.departed.extend(departed);
    }
    Ok(())
}

/// The platform's id of a member, if it has brought them here.
pub async fn platform_id(mut conn: Conn<'_>, member: &str) -> db::Result<Option<String>> {
    const ID: &str = "select platform_id from members where id = $1";
    let id: Option<Option<String>> = on!(conn, c => sqlx::query_scalar(ID).bind(member).fetch_optional(c).await)?;
    Ok(id.flatten())
}

/// Notes that the member whom the platform knows under this id has deleted their account.
pub async fn depart(mut conn: Conn<'_>, platform_id: &str, now: UtcMillis) -> db::Result<()> {
    const DEPART: &str = "insert into departed_members (platform_id, left_at) values ($1, $2)";
    on!(conn, c => sqlx::query(DEPART).bind(platform_id).bind(now.0).execute(c).await.map(drop))
}

/// At most so many of those who have deleted their account, by the platform's ids, after this one.
pub async fn departed(mut conn: Conn<'_>, after: &str, most: i64) -> db::Result<Vec<(String, i64)>> {
    const NEXT: &str = "select platform_id, left_at from departed_members where platform_id > $1
      order by platform_id limit $2";
    on!(conn, c => sqlx::query_as(NEXT).bind(after).bind(most).fetch_all(c).await)
}

/// Stores members with the platform's ids of them, without a password. A unique violation means
/// that one of them is there by now, or that somebody else has the address.
pub async fn insert(mut conn: Conn<'_>, members: &[(Member, String)]) -> db::Result<()> {
    const INSERT: &str = "insert into members
      (id, subject, email, name, country, role, password_hash, session_epoch, demo, joined_at, address_proved_at,
       platform_id) values";
    for members in members.chunks(AT_ONCE) {
        let sql = many(INSERT, "($, $, $, $, $, 'member', '', 0, false, $, $, $)", members.len(), "");
        on!(conn, c => {
            let mut insert = sqlx::query(built(&sql));
            for (member, platform_id) in members {
                insert = insert
                    .bind(&member.id).bind(&member.subject).bind(&member.email).bind(&member.name)
                    .bind(member.country.alpha2()).bind(member.joined_at.0)
                    .bind(member.address_proved.then_some(member.joined_at.0)).bind(platform_id);
            }
            insert.execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// A member with the platform's id.
#[derive(sqlx::FromRow)]
struct BroughtRow {
    #[sqlx(flatten)]
    member: MemberRow,
    platform_id: Option<String>,
}

/// The accounts that have the addresses of `members` without having proved them.
pub async fn unproved(mut conn: Conn<'_>, members: &[&Member]) -> db::Result<Vec<Member>> {
    const THEIRS: &str = select_members!("where address_proved_at is null and role = 'member' and email in (");
    let mut holders = Vec::new();
    for members in members.chunks(5 * AT_ONCE) {
        let sql = many(THEIRS, "$", members.len(), ")");
        let rows: Vec<MemberRow> = on!(conn, c => {
            let mut found = sqlx::query_as(built(&sql));
            for member in members {
                found = found.bind(&member.email);
            }
            found.fetch_all(c).await
        })?;
        for row in rows {
            holders.push(Member::try_from(row)?);
        }
    }
    Ok(holders)
}

/// The next members after the one with the id `after`, at most so many, each with the platform's
/// id; staff are none, and those of the demonstration only where `demo` says so.
pub async fn page(mut conn: Conn<'_>, after: &str, most: i64, demo: bool) -> db::Result<Vec<(Member, Option<String>)>> {
    const PAGE: &str = select_members!(
        ", platform_id",
        "where id > $1 and role = 'member' and forgotten_at is null and (not demo or $3) order by id limit $2"
    );
    let rows: Vec<BroughtRow> =
        on!(conn, c => sqlx::query_as(PAGE).bind(after).bind(most).bind(demo).fetch_all(c).await)?;
    rows.into_iter().map(|row| Ok((row.member.try_into()?, row.platform_id))).collect()
}

/// Corrects when somebody joined the platform.
pub async fn set_joined(mut conn: Conn<'_>, id: &str, joined: UtcMillis) -> db::Result<()> {
    const SET: &str = "update members set joined_at = $2 where id = $1 and joined_at <> $2";
    on!(conn, c => sqlx::query(SET).bind(id).bind(joined.0).execute(c).await.map(drop))
}

/// How many members there are.
pub async fn count(mut conn: Conn<'_>) -> db::Result<i64> {
    const COUNT: &str = "select count(*) from members where role = 'member' and forgotten_at is null";
    on!(conn, c => sqlx::query_scalar(COUNT).fetch_one(c).await)
}

/// Members who were brought in and have not been sent a link, at most so many, oldest here first:
/// id and address.
pub async fn uninvited(mut conn: Conn<'_>, most: i64) -> db::Result<Vec<(String, String)>> {
    const UNINVITED: &str = "select id, email from members
      where invited_at is null and platform_id is not null order by id limit $1";
    on!(conn, c => sqlx::query_as(UNINVITED).bind(most).fetch_all(c).await)
}

/// How many of them there are.
pub async fn count_uninvited(mut conn: Conn<'_>) -> db::Result<i64> {
    const COUNT: &str = "select count(*) from members where invited_at is null and platform_id is not null";
    on!(conn, c => sqlx::query_scalar(COUNT).fetch_one(c).await)
}

/// The id of the member who has this address and no password yet, if there is one.
pub async fn without_password(mut conn: Conn<'_>, email: &str) -> db::Result<Option<String>> {
    const WITHOUT: &str = "select id from members where email = $1 and password_hash = '' and role = 'member'";
    on!(conn, c => sqlx::query_scalar(WITHOUT).bind(email).fetch_optional(c).await)
}

/// Stores a link by the SHA-256 of its secret, and that its owner has been sent one.
pub async fn put_link(mut conn: Conn<'_>, sha256: &str, member: &str, now: UtcMillis) -> db::Result<()> {
    const LINK: &str = "insert into welcome_links (sha256, member_id, made_at) values ($1, $2, $3)";
    const INVITED: &str = "update members set invited_at = coalesce(invited_at, $2) where id = $1";
    on!(conn, c => sqlx::query(LINK).bind(sha256).bind(member).bind(now.0).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(INVITED).bind(member).bind(now.0).execute(c).await.map(drop))
}

/// How many links `member` has been sent since, and when the newest of them.
pub async fn links(mut conn: Conn<'_>, member: &str, since: UtcMillis) -> db::Result<(i64, UtcMillis)> {
    const LINKS: &str =
        "select count(*), coalesce(max(made_at), 0) from welcome_links where member_id = $1 and made_at > $2";
    let (count, newest) = on!(conn, c => sqlx::query_as(LINKS).bind(member).bind(since.0).fetch_one(c).await)?;
    Ok((count, UtcMillis(newest)))
}

/// The id of the member whose link made after `since`, and by no clock ahead of `now`, has this
/// SHA-256, as long as they have no password.
pub async fn by_link(mut conn: Conn<'_>, sha256: &str, since: UtcMillis, now: UtcMillis) -> db::Result<Option<String>> {
    const BY_LINK: &str = "select members.id from welcome_links join members on members.id = welcome_links.member_id
      where welcome_links.sha256 = $1 and welcome_links.made_at > $2 and welcome_links.made_at <= $3
        and members.password_hash = ''";
    on!(conn, c => sqlx::query_scalar(BY_LINK)
        .bind(sha256).bind(since.0).bind(now.0 + TOLERANCE).fetch_optional(c).await)
}

/// Takes a link away, so that it is used once; `false` where somebody else has.
pub async fn use_up(mut conn: Conn<'_>, sha256: &str) -> db::Result<bool> {
    const USED: &str = "delete from welcome_links where sha256 = $1";
    on!(conn, c => sqlx::query(USED).bind(sha256).execute(c).await.map(|done| done.rows_affected() == 1))
}

/// Takes all links of `member` away, for when they have a password.
pub async fn forget_links(mut conn: Conn<'_>, member: &str) -> db::Result<()> {
    const THEIRS: &str = "delete from welcome_links where member_id = $1";
    on!(conn, c => sqlx::query(THEIRS).bind(member).execute(c).await.map(drop))
}

/// Takes away links that were made before `since` and hold no longer.
pub async fn forget_old_links(mut conn: Conn<'_>, since: UtcMillis) -> db::Result<()> {
    const OLD: &str = "delete from welcome_links where made_at <= $1";
    on!(conn, c => sqlx::query(OLD).bind(since.0).execute(c).await.map(drop))
}

/// The same, at most so many; whether more may be left.
pub async fn forget_some_links(mut conn: Conn<'_>, since: UtcMillis, most: i64) -> db::Result<bool> {
    const SOME: &str = "delete from welcome_links where sha256 in
      (select sha256 from welcome_links where made_at <= $1 order by made_at limit $2)";
    let gone = on!(conn, c => sqlx::query(SOME).bind(since.0).bind(most)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone >= most.unsigned_abs())
}
