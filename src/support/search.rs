//! What staff type into one box: a name, an address, an id, the number of a case, a receipt. Where
//! nothing is found, what is near to it.

use crate::account::model::Member;
use crate::account::search::{PAGE, Query, Terms};
use crate::account::staff_action::ActionKind;
use crate::account::store::staff_actions::NewAction;
use crate::account::store::{self, Found, name_parts, staff_actions};
use crate::db::{self, Conn};
use crate::error::AppError;
use crate::ledger::EntryId;
use crate::ledger::store as ledger;
use crate::objection::near_number::{TypedNumber, near_numbers, near_receipts};
use crate::objection::store::reached;
use crate::objection::store::search::{self as cases, FoundCase};
use crate::web::{App, request};

/// Words that are tried for each word that was typed.
const TRIED: usize = 6;
/// What is offered instead, at most.
const OFFERED: usize = 5;

/// What there is instead of, or beside, what was typed.
#[derive(Debug, Default)]
pub struct Near {
    /// Searches that find somebody: with another word of a name, or with another number.
    pub searches: Vec<String>,
    /// Whether these are numbers.
    pub are_numbers: bool,
}

/// What a search came to.
#[derive(Debug)]
pub enum Searched<T> {
    /// Nothing was asked for.
    Not,
    TooLong,
    Found(T),
}

/// Members, and what is near. If nobody was found, they are those of `near`.
#[derive(Debug, Default)]
pub struct Members {
    pub found: Found,
    pub near: Near,
    pub is_near: bool,
}

/// Cases, and what is near.
#[derive(Debug, Default)]
pub struct Cases {
    pub found: Vec<FoundCase>,
    pub more: bool,
    pub near: Near,
    pub is_near: bool,
}

/// Finds members, those after `after`.
pub async fn members(typed: &str, after: Option<&str>) -> Result<Searched<Members>, AppError> {
    let query = Query::parse(typed);
    if query == Query::TooLong {
        return Ok(Searched::TooLong);
    }
    if typed.trim().is_empty() {
        return Ok(Searched::Not);
    }
    let app = App::here();
    let mut reader = app.db.reader().await?;
    // The platform's own ids may look like anything: a number, a word, an address.
    let theirs = store::by_platform_id(reader.conn(), typed.trim()).await?;
    let number = TypedNumber::parse(typed);
    let mut first = match &number {
        Some(number) if after.is_none() => of_number(reader.conn(), number).await?,
        _ => Vec::new(),
    };
    let mut members = Members::default();
    match query {
        Query::Terms(terms) if first.is_empty() || number.as_ref().is_some_and(|number| !number.is_certain) => {
            members.found = store::find(reader.conn(), terms.clone(), theirs, after).await?;
            first.retain(|member| !members.found.members.iter().any(|other| other.id == member.id));
            members.found.members.splice(0..0, first);
            near_members(reader.conn(), &terms, after, &mut members).await?;
        }
        Query::Id(id) => {
            first.extend(store::by_id_or_subject(reader.conn(), &id).await?);
            members.found.members = first;
            add(&mut members.found.members, theirs);
        }
        _ => {
            members.found.members = first;
            add(&mut members.found.members, theirs);
        }
    }
    if members.found.members.is_empty()
        && let numbers = near_numbers(typed)
        && !numbers.is_empty()
    {
        let near = cases::with_numbers(reader.conn(), &numbers, OFFERED).await?;
        let mut searches: Vec<String> =
            near.into_iter().filter(|case| case.member.is_some()).map(|case| case.number).collect();
        for (receipt, _, subject) in receipts_near(reader.conn(), typed).await? {
            if store::by_subject(reader.conn(), &subject).await?.is_some() {
                searches.push(receipt);
            }
        }
        searches.truncate(OFFERED);
        members.near = Near { searches, are_numbers: true };
    }
    Ok(Searched::Found(members))
}

/// Adds those who are not among them.
fn add(members: &mut Vec<Member>, more: impl IntoIterator<Item = Member>) {
    for member in more {
        if members.len() < PAGE && !members.iter().any(|other| other.id == member.id) {
            members.push(member);
        }
    }
}

/// The receipts that exist and are almost what was typed: as they are printed, the end of the id,
/// and whose entry it is.
async fn receipts_near(conn: Conn<'_>, typed: &str) -> db::Result<Vec<(String, String, String)>> {
    let found = ledger::with_receipts(conn, &near_receipts(typed), OFFERED).await?;
    let printed = |(id, subject): (String, String)| {
        let receipt = id.parse().map(EntryId::receipt).ok()?;
        Some((receipt, id.get(26..)?.to_owned(), subject))
    };
    Ok(found.into_iter().filter_map(printed).collect())
}

/// The members whose case has this number, or whose account it reaches, and those whose entry has
/// this receipt.
async fn of_number(mut conn: Conn<'_>, number: &TypedNumber) -> db::Result<Vec<Member>> {
    let mut members = Vec::new();
    for case in cases::with_numbers(conn.reborrow(), std::slice::from_ref(&number.case), 1).await? {
        if let Some(id) = &case.member {
            add(&mut members, store::by_id_or_subject(conn.reborrow(), id).await?);
        } else {
            for subject in reached(conn.reborrow(), &case.number).await? {
                add(&mut members, store::by_subject(conn.reborrow(), &subject).await?);
            }
        }
    }
    for subject in ledger::subjects_with_receipt(conn.reborrow(), &number.receipt).await? {
        add(&mut members, store::by_subject(conn.reborrow(), &subject).await?);
    }
    Ok(members)
}

/// Other words in the place of one of these, the likeliest first: with a letter changed where
/// nobody was found, and in any case with what was typed in their middle.
async fn others(mut conn: Conn<'_>, terms: &Terms, found: bool) -> db::Result<Vec<Terms>> {
    let mut others = Vec::new();
    // Beside what was found, only the middles of one word are of use.
    let most = if found { usize::from(terms.words().len() == 1) } else { 3 };
    for (place, word) in terms.words().iter().enumerate().take(most) {
        let near = name_parts::near(conn.reborrow(), word, TRIED).await?;
        others.extend(near.iter().filter(|near| !found || near.contains(word)).map(|near| terms.with(place, near)));
    }
    Ok(others)
}

async fn near_members(mut conn: Conn<'_>, terms: &Terms, after: Option<&str>, members: &mut Members) -> db::Result<()> {
    if after.is_some() || members.found.cut {
        return Ok(());
    }
    let found = !members.found.members.is_empty();
    for other in others(conn.reborrow(), terms, found).await? {
        // Only what finds a member is offered: the words of cases are nobody else's to see.
        let these = store::find(conn.reborrow(), other.clone(), None, None).await?.members;
        if !these.is_empty() && members.near.searches.len() < OFFERED {
            members.near.searches.push(other.text());
            if !found {
                members.is_near = true;
                add(&mut members.found.members, these);
            }
        }
    }
    Ok(())
}

/// Finds cases, for officers.
pub async fn cases(typed: &str) -> Result<Searched<Cases>, AppError> {
    let query = Query::parse(typed);
    if query == Query::TooLong {
        return Ok(Searched::TooLong);
    }
    if typed.trim().is_empty() {
        return Ok(Searched::Not);
    }
    let app = App::here();
    let mut reader = app.db.reader().await?;
    let mut all = Cases::default();
    let number = TypedNumber::parse(typed);
    if let Some(number) = &number {
        let mut numbers = vec![number.case.clone()];
        numbers.extend(cases::with_receipt(reader.conn(), &number.receipt).await?);
        all.found = cases::with_numbers(reader.conn(), &numbers, PAGE).await?;
    }
    if let (Query::Terms(terms), true) = (&query, all.found.is_empty()) {
        (all.found, all.more) = cases::find(reader.conn(), terms).await?;
        let found = !all.found.is_empty();
        for other in others(reader.conn(), terms, found).await? {
            let (these, _) = cases::find(reader.conn(), &other).await?;
            if !these.is_empty() && all.near.searches.len() < OFFERED {
                all.near.searches.push(other.text());
                if !found {
                    all.is_near = true;
                    let room = PAGE.saturating_sub(all.found.len());
                    let new =
                        these.into_iter().filter(|case| !all.found.iter().any(|other| other.number == case.number));
                    let new: Vec<_> = new.take(room).collect();
                    all.found.extend(new);
                }
            }
        }
    }
    if all.found.is_empty()
        && let numbers = near_numbers(typed)
        && !numbers.is_empty()
    {
        let near = cases::with_numbers(reader.conn(), &numbers, OFFERED).await?;
        let mut searches: Vec<String> = near.into_iter().map(|case| case.number).collect();
        for (receipt, end, _) in receipts_near(reader.conn(), typed).await? {
            let numbers = cases::with_receipt(reader.conn(), &end).await?;
            if !cases::with_numbers(reader.conn(), &numbers, 1).await?.is_empty() {
                searches.push(receipt);
            }
        }
        searches.truncate(OFFERED);
        all.near = Near { searches, are_numbers: true };
    }
    Ok(Searched::Found(all))
}

/// Records a search before its results are shown: by what was looked for, and how many there were;
/// never what was typed.
pub async fn record(staff: &Member, typed: &str, listed: usize, in_cases: bool) -> Result<(), AppError> {
    if !request::is_for_a_page() {
        return Ok(());
    }
    let number = TypedNumber::parse(typed).is_some_and(|number| number.is_certain);
    let by = match (in_cases, number, Query::parse(typed)) {
        (false, true, _) => "by-number",
        (false, _, Query::Terms(_)) => "by-words",
        (false, ..) => "by-id",
        (true, true, _) => "cases-by-number",
        (true, ..) => "cases-by-words",
    };
    put(staff, by, listed).await
}

/// Records that a page of the queue showed so many names.
pub async fn record_names(staff: &Member, listed: usize) -> Result<(), AppError> {
    if !request::is_for_a_page() {
        return Ok(());
    }
    put(staff, "names-in-the-queue", listed).await
}

async fn put(staff: &Member, by: &str, listed: usize) -> Result<(), AppError> {
    let action =
        NewAction { detail: Some(by), amount: i64::try_from(listed).ok(), ..NewAction::by(ActionKind::Search, staff) };
    let app = App::here();
    let mut tx = app.db.begin_at_any_time().await?;
    staff_actions::put(tx.conn(), &action, app.clock.now_micros()).await?;
    Ok(tx.commit().await?)
}
