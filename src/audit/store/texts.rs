//! What was written in cases, beside the hashes that entries have of it.

use super::super::check::{self, Kept};
use crate::db::{self, Conn, on};
use crate::ledger::entry::sha256_hex;
use crate::ledger::{CaseStep, Entry, Purpose, Step};

#[derive(sqlx::FromRow)]
struct StepRow {
    number: String,
    position: i64,
    text: Option<String>,
    salt: String,
    reason: Option<String>,
    answer: Option<String>,
}

#[derive(sqlx::FromRow)]
struct GroundsRow {
    purpose: String,
    grounds: Option<String>,
    proposed_grounds: Option<String>,
}

/// Each text that `entry` has the hash of, and what became of it; nothing where it has none.
pub async fn of(mut conn: Conn<'_>, entry: &Entry) -> db::Result<Vec<(String, Kept)>> {
    const STEP: &str = "select s.number, s.position, s.text, s.salt, c.reason, a.blocks as answer
      from case_steps s join cases c on c.number = s.number left join case_answers a on a.entry_id = s.entry_id
      where s.entry_id = $1";
    let Some(step) = entry.step.as_ref().filter(|step| has_hashes(step)) else { return Ok(Vec::new()) };
    let row: Option<StepRow> = on!(conn, c => sqlx::query_as(STEP)
        .bind(entry.id.to_string()).fetch_optional(c).await)?;
    // What stands beside it has to be of this case.
    let row = row.filter(|row| entry.case.as_ref() == Some(&row.number));
    let swept = match &entry.case {
        Some(case) => was_swept(conn.reborrow(), case, entry).await?,
        None => false,
    };
    let mut found = Vec::new();
    if let Some(hash) = &step.text {
        let kept = row.as_ref().map_or_else(
            || check::text(hash, None, swept),
            |row| {
                let kept = check::text(hash, row.text.as_deref().map(|text| (&*row.salt, text)), swept);
                // A reason stands twice: officers read that of the case.
                let twice = !matches!(step.name, Step::Filed | Step::Recorded) || row.reason == row.text;
                if kept == Kept::Match && !twice { Kept::Changed } else { kept }
            },
        );
        found.push(("The text".to_owned(), kept));
    }
    if let Some(hash) = &step.answer {
        let stored = row.as_ref().and_then(|row| Some((&*row.salt, row.answer.as_deref()?)));
        found.push(("The answer as it was sent".to_owned(), check::text(hash, stored, swept)));
    }
    let grounds = match &row {
        Some(row) => grounds(conn.reborrow(), &entry.id.to_string(), row, step, swept).await?,
        None => step.outcomes.iter().filter(|d| d.text.is_some()).map(|d| (d.purpose, Kept::Missing)).collect(),
    };
    found.extend(
        grounds.into_iter().map(|(purpose, kept)| (format!("The text of the grounds about {}", purpose.title()), kept)),
    );
    Ok(found)
}

fn has_hashes(step: &CaseStep) -> bool {
    step.text.is_some() || step.answer.is_some() || step.outcomes.iter().any(|decided| decided.text.is_some())
}

/// Whether the record says, after `entry` and in the same history, that the texts of this case were
/// swept.
async fn was_swept(mut conn: Conn<'_>, case: &str, entry: &Entry) -> db::Result<bool> {
    const SWEPT: &str = "select e.canonical, e.sha256 from case_steps s join entries e on e.id = s.entry_id
      where s.number = $1 and s.step = 'swept' and e.subject = $2";
    let rows: Vec<(Vec<u8>, String)> = on!(conn, c => sqlx::query_as(SWEPT)
        .bind(case).bind(&entry.subject).fetch_all(c).await)?;
    let says = |(canonical, sha256): &(Vec<u8>, String)| {
        sha256_hex(canonical) == *sha256
            && serde_json::from_slice::<Entry>(canonical).is_ok_and(|later| {
                later.case.as_deref() == Some(case)
                    && later.at >= entry.at
                    && later.step.is_some_and(|step| step.name == Step::Swept)
            })
    };
    Ok(rows.iter().any(says))
}

/// The grounds of an answer. Of those that were proposed only the newest are kept. A decision of a
/// version from before `case_rulings` has none there; they are what stands beside the purposes.
async fn grounds(
    mut conn: Conn<'_>,
    entry: &str,
    row: &StepRow,
    step: &CaseStep,
    swept: bool,
) -> db::Result<Vec<(Purpose, Kept)>> {
    const GROUNDS: &str = "select purpose, grounds, proposed_grounds from case_purposes where number = $1";
    const RULED: &str =
        "select purpose, grounds, cast(null as text) as proposed_grounds from case_rulings where entry_id = $1";
    // What is proposed after one of these takes the place of what was proposed before.
    const LATER: &str = "select count(*) from case_steps where number = $1 and position > $2
      and step in ('proposed', 'complained', 'reopened')";
    if step.outcomes.iter().all(|decided| decided.text.is_none()) {
        return Ok(Vec::new());
    }
    let proposed = step.name == Step::Proposed;
    let mut rows: Vec<GroundsRow> = on!(conn, c => sqlx::query_as(RULED).bind(entry).fetch_all(c).await)?;
    if rows.is_empty() {
        rows = on!(conn, c => sqlx::query_as(GROUNDS).bind(&row.number).fetch_all(c).await)?;
    }
    let later: i64 = on!(conn, c => sqlx::query_scalar(LATER).bind(&row.number).bind(row.position).fetch_one(c).await)?;
    let mut found = Vec::new();
    for decided in &step.outcomes {
        let Some(hash) = &decided.text else { continue };
        let of = rows.iter().find(|r| r.purpose == decided.purpose.as_str());
        let text = of.and_then(|r| if proposed { r.proposed_grounds.as_deref() } else { r.grounds.as_deref() });
        let kept = if proposed && later > 0 {
            Kept::Replaced
        } else {
            check::text(hash, text.map(|text| (&*row.salt, text)), swept)
        };
        found.push((decided.purpose, kept));
    }
    Ok(found)
}
