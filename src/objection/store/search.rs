//! Finding cases by all that may be known of them: the table `case_words`, in the form of
//! `member_words`; numbers, and receipts. Only cases that officers may see are found.

use crate::account::model::Country;
use crate::account::search::{self, Terms};
use crate::account::store::{WordsOf, name_parts, places};
use crate::db::{self, Conn, Db, built, inconsistent, many, on};
use crate::ledger::{Entry, Kind};
use crate::objection::case::CaseState;
use crate::objection::queue::Stage;
use crate::time::UtcMillis;

/// Whether officers may see a case, as `Case::for_officers` has it.
macro_rules! seen {
    () => {
        concat!("c.state <> 'awaiting_verification' and (c.state <> 'withdrawn' or ", taken_up!("c"), ")")
    };
}

/// The columns of [`FoundRow`].
macro_rules! columns {
    () => {
        "c.number, c.member_id, c.name, c.email, c.country, c.state, c.received_at, c.proposed_by,
         (c.complaint_due_at is not null and c.complaint_answered_at is null) as complaint,
         (c.state = 'acknowledged'
          and exists (select 1 from case_steps s where s.number = c.number and s.step = 'reopened')) as reopened"
    };
}

/// A case that was searched for.
#[derive(Clone, Debug)]
pub struct FoundCase {
    pub number: String,
    /// The id of the member whose it is, if it is a member's.
    pub member: Option<String>,
    pub name: String,
    pub email: String,
    pub country: Country,
    pub state: CaseState,
    pub stage: Stage,
    /// Whether an officer opened it again, and nobody has begun with it since.
    pub reopened: bool,
    pub received: UtcMillis,
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    number: String,
    member_id: Option<String>,
    name: String,
    email: String,
    country: String,
    state: String,
    received_at: i64,
    proposed_by: Option<String>,
    complaint: bool,
    reopened: bool,
}

impl TryFrom<FoundRow> for FoundCase {
    type Error = db::Error;

    fn try_from(row: FoundRow) -> db::Result<Self> {
        let state = CaseState::parse(&row.state).ok_or_else(|| inconsistent("cases", "state"))?;
        Ok(Self {
            stage: Stage::of(state, row.proposed_by.is_some(), row.complaint),
            state,
            reopened: row.reopened,
            number: row.number,
            member: row.member_id,
            name: row.name,
            email: row.email,
            country: Country::parse(&row.country).ok_or_else(|| inconsistent("cases", "country"))?,
            received: UtcMillis(row.received_at),
        })
    }
}

/// Has a case found under the name and the address that it has now.
pub async fn write_words(mut conn: Conn<'_>, number: &str) -> db::Result<()> {
    const OF: &str = "select name, email from cases where number = $1";
    const FORGET: &str = "delete from case_words where number = $1";
    const WORD: &str = "insert into case_words (word, number) values";
    const DONE: &str = "update cases set searchable = true, name_key = $2 where number = $1";
    let (name, email): (String, String) = on!(conn, c => sqlx::query_as(OF).bind(number).fetch_one(c).await)?;
    on!(conn, c => sqlx::query(FORGET).bind(number).execute(c).await.map(drop))?;
    let words = search::keys(&name, &email);
    let sql = many(WORD, "($, $)", words.len(), " on conflict do nothing");
    on!(conn, c => {
        let mut insert = sqlx::query(built(&sql));
        for word in &words {
            insert = insert.bind(word).bind(number);
        }
        insert.execute(c).await.map(drop)
    })?;
    name_parts::write(conn.reborrow(), [&*name].into_iter()).await?;
    on!(conn, c => sqlx::query(DONE).bind(number).bind(search::sort_key(&name)).execute(c).await.map(drop))
}

/// The same of those of a member's, and of one case, that are found already.
pub async fn rewrite_words(mut conn: Conn<'_>, member: Option<&str>, number: Option<&str>) -> db::Result<()> {
    const OF_MEMBER: &str = "select number from cases where member_id = $1 and searchable";
    const OF_CASE: &str = "select number from cases where number = $1 and searchable";
    let (sql, id) = if member.is_some() { (OF_MEMBER, member) } else { (OF_CASE, number) };
    let numbers: Vec<String> = on!(conn, c => sqlx::query_scalar(sql).bind(id).fetch_all(c).await)?;
    for number in numbers {
        write_words(conn.reborrow(), &number).await?;
    }
    Ok(())
}

/// Cases that get their words in one transaction.
const FILLED_AT_ONCE: i64 = 200;

/// Gives every case its words that officers may see and that has none: those from before there were
/// any, and those that an older version of the server has added since. Returns how many there were.
pub async fn fill_words(db: &Db) -> db::Result<u64> {
    const WITHOUT: &str =
        concat!("select c.number from cases c where not c.searchable and ", seen!(), " order by c.number limit $1");
    let mut filled = 0;
    loop {
        let mut reader = db.reader().await?;
        let some: Vec<String> =
            on!(reader.conn(), c => sqlx::query_scalar(WITHOUT).bind(FILLED_AT_ONCE).fetch_all(c).await)?;
        drop(reader);
        if some.is_empty() {
            return Ok(filled);
        }
        let mut tx = db.begin().await?;
        for number in &some {
            write_words(tx.conn(), number).await?;
        }
        tx.commit().await?;
        filled += some.len() as u64;
    }
}

/// Rows that are read at a time, and after which it is left at that.
const ROWS_AT_ONCE: i64 = 200;
const ROWS_MAX: i64 = 2_000;

/// The cases meant by `terms`, at most a page, and whether there are more.
pub async fn find(mut conn: Conn<'_>, terms: &Terms) -> db::Result<(Vec<FoundCase>, bool)> {
    const ROWS: &str = concat!(
        "select w.word, ",
        columns!(),
        " from (select word, number from case_words
            where not word < $1 and (word, number) > ($1, $2) and word < $3 and word like $4 order by word, number limit $5) w
          join cases c on c.number = w.number order by w.word, w.number"
    );
    #[derive(sqlx::FromRow)]
    struct Row {
        word: String,
        #[sqlx(flatten)]
        case: FoundRow,
    }
    let mut terms = terms.clone();
    let addresses: Vec<String> = terms.addresses().map(|(address, _)| address.to_owned()).collect();
    for address in addresses {
        const HAS: &str = "select count(*) from case_words where word = $1";
        let have: i64 = on!(conn, c => sqlx::query_scalar(HAS).bind(format!("@{address}")).fetch_one(c).await)?;
        if have == 0 {
            terms = terms.without_address(&address);
        }
    }
    let mut found: Vec<FoundCase> = Vec::new();
    for place in places(conn.reborrow(), WordsOf::Cases, &terms).await? {
        let (mut at, mut seen) = ((place.start.clone(), String::new()), 0);
        loop {
            let rows: Vec<Row> = on!(conn, c => sqlx::query_as(ROWS)
                .bind(&at.0).bind(&at.1).bind(&place.end).bind(place.like()).bind(ROWS_AT_ONCE).fetch_all(c).await)?;
            let whole = rows.len() as i64 == ROWS_AT_ONCE;
            seen += ROWS_AT_ONCE;
            for Row { word, case } in rows {
                at = (word, case.number.clone());
                let new = !found.iter().any(|known| known.number == case.number);
                if new && terms.match_all(&case.name, &case.email) {
                    if found.len() == search::PAGE {
                        return Ok((found, true));
                    }
                    found.push(case.try_into()?);
                }
            }
            if !whole {
                break;
            }
            if seen >= ROWS_MAX {
                return Ok((found, true));
            }
        }
    }
    Ok((found, false))
}

/// The cases with one of these numbers, in their order, at most so many.
pub async fn with_numbers(mut conn: Conn<'_>, numbers: &[String], most: usize) -> db::Result<Vec<FoundCase>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let head = concat!("select ", columns!(), " from cases c where ", seen!(), " and c.number in (");
    let sql = many(head, "$", numbers.len(), &format!(") order by c.number limit {most}"));
    let rows: Vec<FoundRow> = on!(conn, c => {
        let mut query = sqlx::query_as(built(&sql));
        for number in numbers {
            query = query.bind(number);
        }
        query.fetch_all(c).await
    })?;
    rows.into_iter().map(FoundCase::try_from).collect()
}

/// The numbers of the cases that an entry with this receipt names: of which it is a step, or which
/// it tells the account of.
pub async fn with_receipt(mut conn: Conn<'_>, receipt: &str) -> db::Result<Vec<String>> {
    const ENTRIES: &str = "select canonical from entries where substr(id, 27) = $1 order by id limit 5";
    let entries: Vec<Vec<u8>> = on!(conn, c => sqlx::query_scalar(ENTRIES).bind(receipt).fetch_all(c).await)?;
    let mut numbers = Vec::new();
    for canonical in entries {
        let entry: Entry = serde_json::from_slice(&canonical).map_err(|_| inconsistent("entries", "canonical"))?;
        // A look that has the case as its reason is no part of it.
        numbers.extend(entry.case.filter(|number| entry.kind != Kind::View && !numbers.contains(number)));
    }
    Ok(numbers)
}
