//! The table `member_words`: what members are found under (see [`search`]), and finding them by it.

use super::{MemberRow, name_parts};
use crate::account::model::{Member, Role};
use crate::account::search::{self, Range, Terms};
use crate::account::search_near;
use crate::batch::Batch;
use crate::db::{self, Conn, Db, Sorter, built, many, on};
use std::collections::{BTreeSet, HashMap};
use std::time::Instant;
use uuid::Uuid;

/// The words of members, of each the id, the name and the address, in the order of the index.
pub(super) fn of<'a>(members: &[(&'a str, &str, &str)]) -> Vec<(String, &'a str)> {
    let words =
        members.iter().flat_map(|(id, name, email)| search::keys(name, email).into_iter().map(|word| (word, *id)));
    let mut words: Vec<_> = words.collect();
    words.sort_unstable();
    words
}

pub(super) async fn write(mut conn: Conn<'_>, words: &[(String, impl AsRef<str>)]) -> db::Result<()> {
    const WORD: &str = "insert into member_words (word, member_id) values";
    const AT_ONCE: usize = 500;
    for words in words.chunks(AT_ONCE) {
        let sql = many(WORD, "($, $)", words.len(), " on conflict do nothing");
        on!(conn, c => {
            let mut insert = sqlx::query(built(&sql));
            for (word, id) in words {
                insert = insert.bind(word).bind(id.as_ref());
            }
            insert.execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Has somebody found under another name or address than before.
pub(super) async fn rewrite(mut conn: Conn<'_>, was: &Member, name: &str, email: &str) -> db::Result<()> {
    const FORGET: &str = "delete from member_words where word = $1 and member_id = $2";
    let now = search::keys(name, email);
    for word in search::keys(&was.name, &was.email).difference(&now) {
        on!(conn, c => sqlx::query(FORGET).bind(word).bind(&was.id).execute(c).await.map(drop))?;
    }
    write(conn.reborrow(), &of(&[(&was.id, name, email)])).await?;
    name_parts::write(conn.reborrow(), [name].into_iter()).await?;
    name_parts::forget(conn, &was.name, name).await
}

/// Members whose words are sorted together; each time the whole index is walked once. Of each,
/// 16 bytes are kept in memory.
const SORTED_AT_ONCE: usize = 1_000_000;
/// Members that are read at a time.
const READ_AT_ONCE: i64 = 5_000;
/// Words of names that are kept until they are written.
const NAME_WORDS: usize = 20_000;

/// Gives every member their words who has none: those who were brought in by the thousand, those
/// from before there were any, and those that an older version of the server has added since.
/// Returns how many there were. Cut short, it is begun again.
pub async fn fill_words(db: &Db) -> db::Result<u64> {
    let mut filled = 0;
    loop {
        let (ids, words) = without_words(db).await?;
        if ids.is_empty() {
            return Ok(filled);
        }
        write_sorted(db, &ids, words).await?;
        have_words(db, &ids).await?;
        filled += ids.len() as u64;
    }
}

/// Members who have no words yet, and the words that each of them is to have, by its place among
/// them. The words of their names are written already.
async fn without_words(db: &Db) -> db::Result<(Ids, Sorter)> {
    const WITHOUT: &str = "select id, name, email from members where not name_parted and id > $1 order by id limit $2";
    let (mut ids, mut sorter, mut names, mut last) =
        (Ids::default(), Sorter::default(), BTreeSet::new(), String::new());
    while ids.len() < SORTED_AT_ONCE {
        let mut reader = db.reader().await?;
        let some: Vec<(String, String, String)> =
            on!(reader.conn(), c => sqlx::query_as(WITHOUT).bind(&last).bind(READ_AT_ONCE).fetch_all(c).await)?;
        drop(reader);
        let Some((newest, ..)) = some.last() else { break };
        last.clone_from(newest);
        for (id, name, email) in some {
            let place = ids.push(id);
            for word in search::keys(&name, &email) {
                sorter.push(&word, place)?;
            }
            names.extend(search_near::words(&name));
        }
        if names.len() > NAME_WORDS {
            name_parts::write_many(db, std::mem::take(&mut names)).await?;
        }
    }
    name_parts::write_many(db, names).await?;
    Ok((ids, sorter))
}

async fn write_sorted(db: &Db, ids: &Ids, words: Sorter) -> db::Result<()> {
    let (mut words, mut batch) = (words.sorted()?, Batch::new(10_000, 30_000));
    loop {
        let mut some = Vec::with_capacity(batch.size());
        while some.len() < batch.size()
            && let Some((word, place)) = words.next()?
        {
            some.push((word, ids.get(place)));
        }
        if some.is_empty() {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        let begun = Instant::now();
        write(tx.conn(), &some).await?;
        tx.commit().await?;
        batch.took(some.len(), begun.elapsed());
    }
}

/// Notes that these members have their words.
async fn have_words(db: &Db, ids: &Ids) -> db::Result<()> {
    const DONE: &str = "update members set searchable = true, words_in_pairs = true, short_words_paired = true, name_parted = true where id in (";
    let (mut at, mut batch) = (0, Batch::new(5_000, 20_000));
    while at < ids.len() {
        let these: Vec<u32> = (at..ids.len().min(at + batch.size())).map(|place| place as u32).collect();
        let mut tx = db.begin().await?;
        let begun = Instant::now();
        for some in these.chunks(500) {
            let sql = many(DONE, "$", some.len(), ")");
            on!(tx.conn(), c => {
                let mut done = sqlx::query(built(&sql));
                for place in some {
                    done = done.bind(ids.get(*place));
                }
                done.execute(c).await.map(drop)
            })?;
        }
        tx.commit().await?;
        batch.took(these.len(), begun.elapsed());
        at += these.len();
    }
    Ok(())
}

/// The ids of many members. Ours are UUIDs, which take less room than their text.
#[derive(Default)]
struct Ids {
    uuids: Vec<Uuid>,
    /// Those that are none, or are written in another way.
    others: HashMap<u32, String>,
}

impl Ids {
    fn len(&self) -> usize {
        self.uuids.len()
    }

    fn is_empty(&self) -> bool {
        self.uuids.is_empty()
    }

    fn push(&mut self, id: String) -> u32 {
        let place = self.uuids.len() as u32;
        let uuid = Uuid::try_parse(&id).unwrap_or_default();
        self.uuids.push(uuid);
        if uuid.to_string() != id {
            self.others.insert(place, id);
        }
        place
    }

    fn get(&self, place: u32) -> String {
        self.others.get(&place).cloned().unwrap_or_else(|| self.uuids[place as usize].to_string())
    }
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

/// Rows that are read first, which is a page and the one behind it where each of them is meant; the
/// next time twice as many, and so on.
const ROWS_FIRST: i64 = search::PAGE as i64 + 1;
const ROWS_AT_ONCE: i64 = 200;
/// After so many rows that could be meant, a page is left as it is.
const ROWS_MAX: i64 = 2_000;

#[derive(sqlx::FromRow)]
struct FoundRow {
    word: String,
    #[sqlx(flatten)]
    member: MemberRow,
}

/// The members meant by `terms`, in the order of the words they are found under, those after the
/// member `after`. Somebody found otherwise, `first`, is the first one of the first page, and none
/// of the others.
pub async fn find(mut conn: Conn<'_>, terms: Terms, first: Option<Member>, after: Option<&str>) -> db::Result<Found> {
    let mut found = Found::default();
    let once = first.as_ref().map(|first| first.id.clone());
    let last = match after {
        Some(id) => super::by_id(conn.reborrow(), id).await?,
        None => None,
    };
    found.members.extend(first.filter(|_| after.is_none()));
    // Whether somebody has an address that is all of the query shows as they are read.
    let Some(address) = terms.one_address().map(str::to_owned) else {
        let terms = known(conn.reborrow(), terms).await?;
        walk(conn, &terms, once.as_deref(), last.as_ref(), &mut found).await?;
        return Ok(found);
    };
    if !walk(conn.reborrow(), &terms, once.as_deref(), last.as_ref(), &mut found).await? {
        let terms = terms.without_address(&address);
        walk(conn, &terms, once.as_deref(), last.as_ref(), &mut found).await?;
    }
    Ok(found)
}

/// Adds to a page those meant by `terms` who come after the member `last`, without `once`, until it
/// is full. Returns whether a member, meant or not, stands where it looked.
async fn walk(
    mut conn: Conn<'_>,
    terms: &Terms,
    once: Option<&str>,
    last: Option<&Member>,
    found: &mut Found,
) -> db::Result<bool> {
    // The rows first and the members of those rows then, so that no planner begins at the members.
    // What is said twice about `word` tells PostgreSQL how few rows there are; put like this,
    // SQLite does not take it for where to begin.
    const ROWS: &str =
        "select w.word, m.id, m.subject, m.email, m.name, m.country, m.role, m.session_epoch, m.joined_at,
        m.address_proved_at, m.unproved_since, m.unproved_until, m.demo
      from (select word, member_id from member_words
            where not word < $1 and (word, member_id) > ($1, $2) and word < $3 and word like $4 order by word, member_id limit $5) w
      join members m on m.id = w.member_id order by w.word, w.member_id";
    let places = places(conn.reborrow(), WordsOf::Members, terms).await?;
    // The first place that somebody stands in counts, and of several keys there the first.
    let stands = |name: &str, email: &str| {
        let keys = search::keys(name, email);
        let word = |place: &Range| place.first_of(&keys).map(str::to_owned);
        places.iter().enumerate().find_map(|(n, place)| Some((n, word(place)?)))
    };
    let from = last.and_then(|last| stands(&last.name, &last.email).map(|(n, word)| (n, word, last.id.clone())));
    let mut anybody = from.is_some();
    let (skipped, word, id) = from.unwrap_or_default();
    let mut at = (word, id);
    for (n, place) in places.iter().enumerate().skip(skipped) {
        if n > skipped || at.1.is_empty() {
            at = (place.start.clone(), String::new());
        }
        let (mut seen, mut at_once) = (0, ROWS_FIRST);
        loop {
            let rows: Vec<FoundRow> = on!(conn, c => sqlx::query_as(ROWS)
                .bind(&at.0).bind(&at.1).bind(&place.end).bind(place.like()).bind(at_once).fetch_all(c).await)?;
            let whole = rows.len() as i64 == at_once;
            (seen, at_once) = (seen + at_once, (at_once * 2).min(ROWS_AT_ONCE));
            for FoundRow { word, member } in rows {
                let theirs = member.role == Role::Member.as_str();
                anybody |= theirs;
                let meant = theirs && terms.match_all(&member.name, &member.email);
                let here = || stands(&member.name, &member.email).is_some_and(|(first, key)| first == n && key == word);
                let new = meant && once != Some(&*member.id) && here();
                at = (word, member.id.clone());
                if new {
                    if found.members.len() == search::PAGE {
                        found.more = true;
                        return Ok(anybody);
                    }
                    found.members.push(member.try_into()?);
                }
            }
            if !whole {
                break;
            }
            if seen >= ROWS_MAX {
                found.cut = true;
                return Ok(anybody);
            }
        }
    }
    Ok(anybody)
}

/// `terms` with those addresses only that a member has.
async fn known(mut conn: Conn<'_>, terms: Terms) -> db::Result<Terms> {
    const HAS: &str = "select count(*) from member_words w join members m on m.id = w.member_id
      where w.word = $1 and m.role = 'member'";
    let mut known = terms.clone();
    for (address, range) in terms.addresses() {
        let have: i64 = on!(conn, c => sqlx::query_scalar(HAS).bind(&range.start).fetch_one(c).await)?;
        if have == 0 {
            known = known.without_address(address);
        }
    }
    Ok(known)
}

/// Whose words.
#[derive(Clone, Copy, Debug)]
pub enum WordsOf {
    Members,
    /// Of those who filed the cases that officers may see.
    Cases,
}

/// Where in the index to look for those meant by `terms`; nowhere where nobody can be. Where all
/// words are very short, first at whoever has one of them itself, and then at the one that the
/// fewest have words like, or the first of those that very many have.
pub async fn places(mut conn: Conn<'_>, of: WordsOf, terms: &Terms) -> db::Result<Vec<Range>> {
    let (places, mut singles) = (terms.places(), terms.singles().collect::<Vec<_>>());
    if !places.is_empty() {
        return Ok(places);
    }
    if singles.len() <= 1 {
        return Ok(singles);
    }
    let (mut fewest, mut least) = (0, ROWS_MAX);
    for (n, range) in singles.iter().enumerate() {
        let there = rows(conn.reborrow(), of, range, least).await?;
        if there == 0 {
            return Ok(Vec::new());
        }
        if there < least {
            (fewest, least) = (n, there);
        }
    }
    let mut places = terms.short_words();
    places.push(singles.swap_remove(fewest));
    Ok(places)
}

/// How many rows there are, at most `most`.
async fn rows(mut conn: Conn<'_>, of: WordsOf, range: &Range, most: i64) -> db::Result<i64> {
    const MEMBERS: &str =
        "select count(*) from (select 1 from member_words where word >= $1 and word < $2 limit $3) as found";
    const CASES: &str =
        "select count(*) from (select 1 from case_words where word >= $1 and word < $2 limit $3) as found";
    let count = match of {
        WordsOf::Members => MEMBERS,
        WordsOf::Cases => CASES,
    };
    on!(conn, c => sqlx::query_scalar(count).bind(&range.start).bind(&range.end).bind(most).fetch_one(c).await)
}
