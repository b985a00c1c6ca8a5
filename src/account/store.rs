//! The tables `members`, `member_words` and `sign_in_attempts`.

pub mod second_factor;

use super::model::{Country, Member, NewMember, Role};
use super::search::{self, Range, Terms};
use crate::db::{Conn, Db, lock, many, on};
use crate::{id, time::UtcMillis};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    subject: String,
    email: String,
    name: String,
    country: String,
    role: String,
    session_epoch: i64,
    joined_at: i64,
}

impl TryFrom<Row> for Member {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let unknown = |what: &str| sqlx::Error::Decode(format!("members: unknown {what}").into());
        Ok(Self {
            country: Country::parse(&row.country).ok_or_else(|| unknown("country"))?,
            role: Role::parse(&row.role).ok_or_else(|| unknown("role"))?,
            id: row.id,
            subject: row.subject,
            email: row.email,
            name: row.name,
            session_epoch: row.session_epoch,
            joined_at: UtcMillis(row.joined_at),
        })
    }
}

/// Adds an account, with the words it is found under. A unique violation means that the address has one already. Call it inside a
/// transaction.
pub async fn insert(mut conn: Conn<'_>, new: NewMember, joined_at: UtcMillis) -> sqlx::Result<Member> {
    const INSERT: &str = "insert into members
      (id, subject, email, name, country, role, password_hash, session_epoch, demo, joined_at, searchable, words_in_pairs)
      values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, true, true)";
    let member = Member {
        id: id::in_time_order(joined_at).to_string(),
        // Nothing of the person, nor of the time, is in it.
        subject: id::opaque().to_string(),
        email: new.email,
        name: new.name,
        country: new.country,
        role: new.role,
        session_epoch: 0,
        joined_at,
    };
    on!(&mut conn, c => sqlx::query(INSERT)
        .bind(&member.id).bind(&member.subject).bind(&member.email).bind(&member.name).bind(member.country.alpha2())
        .bind(member.role.as_str()).bind(&new.password_hash).bind(new.demo).bind(joined_at.0)
        .execute(&mut **c).await.map(drop))?;
    write_words(conn, &words_of(&[(&member.id, &member.name, &member.email)])).await?;
    Ok(member)
}

/// The words of members, of each the id, the name and the address, in the order of the index.
fn words_of<'a>(members: &[(&'a str, &str, &str)]) -> Vec<(String, &'a str)> {
    let words =
        members.iter().flat_map(|(id, name, email)| search::keys(name, email).into_iter().map(|word| (word, *id)));
    let mut words: Vec<_> = words.collect();
    words.sort_unstable();
    words
}

async fn write_words(mut conn: Conn<'_>, words: &[(String, &str)]) -> sqlx::Result<()> {
    const WORD: &str = "insert into member_words (word, member_id) values";
    const AT_ONCE: usize = 400;
    for words in words.chunks(AT_ONCE) {
        let sql = many(WORD, "($, $)", words.len(), " on conflict do nothing");
        on!(&mut conn, c => {
            let mut insert = sqlx::query(&sql);
            for (word, id) in words {
                insert = insert.bind(word).bind(*id);
            }
            insert.execute(&mut **c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Members whose words are sorted together. The more they are, the fewer times the whole index is walked; these take about 100 MB.
const SORTED_AT_ONCE: i64 = 100_000;
/// Words, and members, that are written in one transaction, so that nobody else waits for long.
const WRITTEN_AT_ONCE: usize = 10_000;

/// Gives every member their words who has none: those who were brought in by the thousand, those from before there were any, and those
/// that an older version of the server has added since. Returns how many there were. Cut short, it is begun again.
pub async fn fill_words(db: &Db) -> sqlx::Result<u64> {
    const WITHOUT: &str = "select id, name, email from members where not words_in_pairs order by id limit $1";
    const DONE: &str = "update members set searchable = true, words_in_pairs = true where id in (";
    let mut filled = 0;
    loop {
        let mut reader = db.reader().await?;
        let some: Vec<(String, String, String)> =
            on!(reader.conn(), c => sqlx::query_as(WITHOUT).bind(SORTED_AT_ONCE).fetch_all(c).await)?;
        drop(reader);
        if some.is_empty() {
            return Ok(filled);
        }
        let them: Vec<_> = some.iter().map(|(id, name, email)| (&**id, &**name, &**email)).collect();
        let words = words_of(&them);
        for words in words.chunks(WRITTEN_AT_ONCE) {
            let mut tx = db.begin().await?;
            write_words(tx.conn(), words).await?;
            tx.commit().await?;
        }
        for ids in them.chunks(WRITTEN_AT_ONCE) {
            let mut tx = db.begin().await?;
            for ids in ids.chunks(500) {
                let sql = many(DONE, "$", ids.len(), ")");
                on!(tx.conn(), c => {
                    let mut done = sqlx::query(&sql);
                    for (id, ..) in ids {
                        done = done.bind(*id);
                    }
                    done.execute(c).await.map(drop)
                })?;
            }
            tx.commit().await?;
        }
        filled += some.len() as u64;
    }
}

/// The next members after the one with the id `after`, at most so many: id, subject and country. Staff are none.
pub async fn page_of_subjects(conn: Conn<'_>, after: &str, most: i64) -> sqlx::Result<Vec<(String, String, Country)>> {
    const PAGE: &str =
        "select id, subject, country from members where id > $1 and role = 'member' order by id limit $2";
    let rows: Vec<(String, String, String)> =
        on!(conn, c => sqlx::query_as(PAGE).bind(after).bind(most).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(id, subject, country)| match Country::parse(&country) {
            Some(country) => Ok((id, subject, country)),
            None => Err(sqlx::Error::Decode("members: unknown country".into())),
        })
        .collect()
}

/// A page of members who were searched for.
#[derive(Debug, Default)]
pub struct Found {
    pub members: Vec<Member>,
    /// Whether there are more; they come after the last one of these.
    pub more: bool,
    /// So many have the commonest word of the query that not all of them were looked through.
    pub cut: bool,
}

/// Rows that are read first, which is a page where each of them is meant; the next time twice as many, and so on.
const ROWS_FIRST: i64 = search::PAGE as i64 + 4;
const ROWS_AT_ONCE: i64 = 200;
/// After so many rows that could be meant, a page is left as it is.
const ROWS_MAX: i64 = 2_000;

#[derive(sqlx::FromRow)]
struct FoundRow {
    word: String,
    #[sqlx(flatten)]
    member: Row,
}

/// The members meant by `terms`, in the order of the words they are found under, those after the member `after`. Somebody found
/// otherwise, `first`, is the first one of the first page, and none of the others.
pub async fn find(mut conn: Conn<'_>, terms: Terms, first: Option<Member>, after: Option<&str>) -> sqlx::Result<Found> {
    // The rows first and the members of those rows then, so that no planner begins at the members. What is said twice about `word`
    // tells PostgreSQL how few rows there are; put like this, SQLite does not take it for where to begin.
    const ROWS: &str =
        "select w.word, m.id, m.subject, m.email, m.name, m.country, m.role, m.session_epoch, m.joined_at
      from (select word, member_id from member_words
            where not word < $1 and (word, member_id) > ($1, $2) and word < $3 and word like $4 order by word, member_id limit $5) w
      join members m on m.id = w.member_id order by w.word, w.member_id";
    let once = first.as_ref().map(|first| first.id.clone());
    let mut found = Found { members: first.into_iter().filter(|_| after.is_none()).collect(), ..Found::default() };
    let terms = known(conn.again(), terms).await?;
    let places = places(conn.again(), &terms).await?;
    // The first place that somebody stands in counts, and of several keys there the first.
    let stands = |name: &str, email: &str| {
        let keys = search::keys(name, email);
        let word = |place: &Range| place.first_of(&keys).map(str::to_owned);
        places.iter().enumerate().find_map(|(n, place)| Some((n, word(place)?)))
    };
    let mut from = None;
    if let Some(after) = after
        && let Some(member) = by_id(conn.again(), after).await?
    {
        from = stands(&member.name, &member.email).map(|(n, word)| (n, word, member.id));
    }
    let (skipped, word, id) = from.unwrap_or_default();
    let mut at = (word, id);
    for (n, place) in places.iter().enumerate().skip(skipped) {
        if n > skipped || at.1.is_empty() {
            at = (place.start.clone(), String::new());
        }
        let (mut seen, mut at_once) = (0, ROWS_FIRST);
        loop {
            let rows: Vec<FoundRow> = on!(&mut conn, c => sqlx::query_as(ROWS)
                .bind(&at.0).bind(&at.1).bind(&place.end).bind(place.like()).bind(at_once).fetch_all(&mut **c).await)?;
            let whole = rows.len() as i64 == at_once;
            (seen, at_once) = (seen + at_once, (at_once * 2).min(ROWS_AT_ONCE));
            for FoundRow { word, member } in rows {
                let meant = member.role == Role::Member.as_str() && terms.match_all(&member.name, &member.email);
                let here = || stands(&member.name, &member.email).is_some_and(|(first, key)| first == n && key == word);
                let new = meant && once.as_ref() != Some(&member.id) && here();
                at = (word, member.id.clone());
                if new {
                    if found.members.len() == search::PAGE {
                        return Ok(Found { more: true, ..found });
                    }
                    found.members.push(member.try_into()?);
                }
            }
            if !whole {
                break;
            }
            if seen >= ROWS_MAX {
                return Ok(Found { cut: true, ..found });
            }
        }
    }
    Ok(found)
}

/// `terms` with those addresses only that a member has.
async fn known(mut conn: Conn<'_>, terms: Terms) -> sqlx::Result<Terms> {
    const HAS: &str = "select count(*) from member_words w join members m on m.id = w.member_id
      where w.word = $1 and m.role = 'member'";
    let mut known = terms.clone();
    for (address, range) in terms.addresses() {
        let have: i64 = on!(&mut conn, c => sqlx::query_scalar(HAS).bind(&range.start).fetch_one(&mut **c).await)?;
        if have == 0 {
            known = known.without_address(address);
        }
    }
    Ok(known)
}

/// Where in the index to look for those meant by `terms`; nowhere where nobody can be. Words too short to be put two by two are looked for
/// at the one that the fewest have, or the first of those that very many have.
async fn places(mut conn: Conn<'_>, terms: &Terms) -> sqlx::Result<Vec<Range>> {
    let (places, mut singles) = (terms.places(), terms.singles().collect::<Vec<_>>());
    if !places.is_empty() {
        return Ok(places);
    }
    if singles.len() <= 1 {
        return Ok(singles);
    }
    let (mut fewest, mut least) = (0, ROWS_MAX);
    for (n, range) in singles.iter().enumerate() {
        let there = rows(conn.again(), range, least).await?;
        if there == 0 {
            return Ok(Vec::new());
        }
        if there < least {
            (fewest, least) = (n, there);
        }
    }
    Ok(vec![singles.swap_remove(fewest)])
}

/// How many rows there are, at most `most`.
async fn rows(conn: Conn<'_>, range: &Range, most: i64) -> sqlx::Result<i64> {
    const COUNT: &str =
        "select count(*) from (select 1 from member_words where word >= $1 and word < $2 limit $3) as found";
    on!(conn, c => sqlx::query_scalar(COUNT).bind(&range.start).bind(&range.end).bind(most).fetch_one(c).await)
}

/// The member who has this id with the platform they were brought in from; never somebody of the staff.
pub async fn by_platform_id(conn: Conn<'_>, id: &str) -> sqlx::Result<Option<Member>> {
    const THEIRS: &str = "select id, subject, email, name, country, role, session_epoch, joined_at from members
      where platform_id = $1 and role = 'member'";
    // PostgreSQL refuses texts with a NUL in them.
    if id.contains('\0') {
        return Ok(None);
    }
    let row: Option<Row> = on!(conn, c => sqlx::query_as(THEIRS).bind(id).fetch_optional(c).await)?;
    row.map(Member::try_from).transpose()
}

/// The member with this id, or known to the ledger under this name; never somebody of the staff.
pub async fn by_id_or_subject(conn: Conn<'_>, id: &str) -> sqlx::Result<Option<Member>> {
    const EITHER: &str = "select id, subject, email, name, country, role, session_epoch, joined_at from members
      where (id = $1 or subject = $1) and role = 'member'";
    let row: Option<Row> = on!(conn, c => sqlx::query_as(EITHER).bind(id).fetch_optional(c).await)?;
    row.map(Member::try_from).transpose()
}

pub async fn by_id(conn: Conn<'_>, id: &str) -> sqlx::Result<Option<Member>> {
    const BY_ID: &str =
        "select id, subject, email, name, country, role, session_epoch, joined_at from members where id = $1";
    let row: Option<Row> = on!(conn, c => sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)?;
    row.map(Member::try_from).transpose()
}

/// The privacy officers whose accounts are not closed, by name.
pub async fn officers(conn: Conn<'_>) -> sqlx::Result<Vec<Member>> {
    const OFFICERS: &str = "select id, subject, email, name, country, role, session_epoch, joined_at from members
      where role = 'privacy_officer' and role <> 'member' and password_hash <> 'closed' order by name, id";
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(OFFICERS).fetch_all(c).await)?;
    rows.into_iter().map(Member::try_from).collect()
}

pub async fn by_email(conn: Conn<'_>, email: &str) -> sqlx::Result<Option<Member>> {
    const BY_EMAIL: &str =
        "select id, subject, email, name, country, role, session_epoch, joined_at from members where email = $1";
    let row: Option<Row> = on!(conn, c => sqlx::query_as(BY_EMAIL).bind(email).fetch_optional(c).await)?;
    row.map(Member::try_from).transpose()
}

/// The hash of an account's password; `None` where there is no such account, or it has no password yet.
pub async fn password_hash(conn: Conn<'_>, id: &str) -> sqlx::Result<Option<String>> {
    const HASH: &str = "select password_hash from members where id = $1 and password_hash <> ''";
    on!(conn, c => sqlx::query_scalar(HASH).bind(id).fetch_optional(c).await)
}

/// Stores a new password and ends every session made before; returns the epoch that new ones carry.
pub async fn change_password(conn: Conn<'_>, id: &str, hash: &str) -> sqlx::Result<i64> {
    const CHANGE: &str = "update members set password_hash = $2, session_epoch = session_epoch + 1
      where id = $1 and password_hash <> 'closed' returning session_epoch";
    on!(conn, c => sqlx::query_scalar(CHANGE).bind(id).bind(hash).fetch_one(c).await)
}

/// Ends every session of an account; returns the epoch that new ones carry.
pub async fn end_sessions(conn: Conn<'_>, id: &str) -> sqlx::Result<i64> {
    const END: &str = "update members set session_epoch = session_epoch + 1 where id = $1 returning session_epoch";
    on!(conn, c => sqlx::query_scalar(END).bind(id).fetch_one(c).await)
}

/// How many accounts there are: all of them, and those of the demonstration.
pub async fn counts(conn: Conn<'_>) -> sqlx::Result<(i64, i64)> {
    const COUNTS: &str = "select count(*), coalesce(sum(case when demo then 1 else 0 end), 0) from members";
    on!(conn, c => sqlx::query_as(COUNTS).fetch_one(c).await)
}

/// Counts one attempt at signing in under each key *before* the password is looked at, so that many at once count too.
/// Returns when the next attempt is looked at, where that is later than now; the attempt is then not to be looked at.
pub async fn count_attempt(
    mut conn: Conn<'_>,
    keys: [(&str, i64); 2],
    now: UtcMillis,
) -> sqlx::Result<Option<UtcMillis>> {
    const BLOCKED: &str = "select blocked_until from sign_in_attempts where key = $1";
    // A day without failures and the count begins again.
    const COUNT: &str = "insert into sign_in_attempts (key, failures, newest_at, blocked_until) values ($1, 1, $2, 0)
      on conflict (key) do update set newest_at = excluded.newest_at,
        failures = case when sign_in_attempts.newest_at < excluded.newest_at - 86400000 then 1
                        else sign_in_attempts.failures + 1 end
      returning failures";
    const BLOCK: &str = "update sign_in_attempts set blocked_until = $2 where key = $1";
    let mut wait = None;
    for (key, _) in keys {
        lock(conn.again(), key).await?;
        let until: Option<i64> =
            on!(&mut conn, c => sqlx::query_scalar(BLOCKED).bind(key).fetch_optional(&mut **c).await)?;
        wait = wait.max(until.map(UtcMillis).filter(|until| *until > now));
    }
    if wait.is_some() {
        return Ok(wait);
    }
    for (key, free) in keys {
        let failures: i64 =
            on!(&mut conn, c => sqlx::query_scalar(COUNT).bind(key).bind(now.0).fetch_one(&mut **c).await)?;
        if let Some(pause) = super::session::pause_after(failures, free) {
            on!(&mut conn, c =>
                sqlx::query(BLOCK).bind(key).bind(now.0 + pause).execute(&mut **c).await.map(drop))?;
        }
    }
    Ok(None)
}

/// After a right password: the account starts afresh, and the address has this one attempt taken off again (not all of
/// them, or whoever has one account of their own could go on guessing at others).
pub async fn forgive(mut conn: Conn<'_>, account: &str, address: &str) -> sqlx::Result<()> {
    const CLEAR: &str = "delete from sign_in_attempts where key = $1";
    const TAKE_OFF: &str = "update sign_in_attempts set failures = failures - 1 where key = $1 and failures > 0";
    on!(&mut conn, c => sqlx::query(CLEAR).bind(account).execute(&mut **c).await.map(drop))?;
    on!(conn, c => sqlx::query(TAKE_OFF).bind(address).execute(c).await.map(drop))
}

/// Gives somebody of the staff another role, and ends every session of theirs.
pub async fn set_role(mut conn: Conn<'_>, id: &str, role: Role) -> sqlx::Result<()> {
    const SET: &str = "update members set role = $2 where id = $1";
    on!(&mut conn, c => sqlx::query(SET).bind(id).bind(role.as_str()).execute(&mut **c).await.map(drop))?;
    end_sessions(conn, id).await.map(drop)
}

/// Takes password, second factor and recovery codes away and ends every session. What stands for the password is no hash, so none is
/// right, and it is not empty either: that is an account whose first password is still to be set. Call it inside a transaction.
pub async fn close(mut conn: Conn<'_>, id: &str) -> sqlx::Result<()> {
    const CLOSE: &str = "update members set password_hash = 'closed' where id = $1";
    on!(&mut conn, c => sqlx::query(CLOSE).bind(id).execute(&mut **c).await.map(drop))?;
    second_factor::reset(conn, id).await
}
