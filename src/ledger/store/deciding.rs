//! What standing is decided by, without reading the whole history: every entry of a member but
//! choices and support views, and the newest choices. Kinds of entries that nobody knows of yet
//! decide, until somebody has thought about them.

use super::decoded;
use crate::db::{self, Conn, built, many, on};
use crate::ledger::Purpose;
use crate::ledger::entry::{Entry, EntryId};
use crate::time::UtcMillis;

/// The condition of the index `entries_deciding`, word by word.
const DECIDES: &str = "kind not in ('choice', 'view')";

/// What decides about `purpose`, oldest first, with the newest `most` choices about it. With `at`,
/// the choices that count by then: those that say a time up to it, and those that were recorded
/// before a clock was set right by then, whatever they say.
pub async fn about(
    conn: Conn<'_>,
    subject: &str,
    purpose: Purpose,
    most: usize,
    at: Option<UtcMillis>,
) -> db::Result<Vec<Entry>> {
    Ok(placed(conn, subject, purpose, most, at).await?.into_iter().map(|(_, entry)| entry).collect())
}

/// The same, each with its position.
pub async fn placed(
    mut conn: Conn<'_>,
    subject: &str,
    purpose: Purpose,
    most: usize,
    at: Option<UtcMillis>,
) -> db::Result<Vec<(i64, Entry)>> {
    let by = at.map_or("", |_| {
        "and (at <= $3 or position < (select max(position) from entries where subject = $1 and kind = 'clock' and at <= $3))"
    });
    let sql = format!(
        "select position, canonical from entries where subject = $1 and {DECIDES}
         union all
         select position, canonical from (select position, canonical from entries
           where subject = $1 and kind = 'choice' and purpose = $2 {by} order by position desc limit {most}) newest
         order by position"
    );
    let rows: Vec<(i64, Vec<u8>)> = on!(conn, c => {
        let about = sqlx::query_as(built(&sql)).bind(subject).bind(purpose.as_str());
        let about = match at {
            Some(at) => about.bind(at.0),
            None => about,
        };
        about.fetch_all(c).await
    })?;
    rows.into_iter().map(|(position, canonical)| Ok((position, decoded(&canonical)?))).collect()
}

/// What decides about every purpose for these subjects, each oldest first, with the newest choice
/// about each; the subjects in the order of their names.
pub async fn of_subjects(conn: Conn<'_>, subjects: &[&str]) -> db::Result<Vec<Entry>> {
    all(conn, subjects, None).await
}

/// The same for one subject; of the choices, those that had been recorded by the entry `until`.
pub async fn of_subject(conn: Conn<'_>, subject: &str, until: Option<EntryId>) -> db::Result<Vec<Entry>> {
    all(conn, &[subject], until).await
}

async fn all(mut conn: Conn<'_>, subjects: &[&str], until: Option<EntryId>) -> db::Result<Vec<Entry>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let purposes: Vec<String> = Purpose::ALL.iter().map(|p| format!("('{p}')")).collect();
    let by = until.map_or_else(String::new, |_| {
        format!(
            "and n.position <= (select position from entries where id = ${} and subject = s.subject)",
            subjects.len() + 1
        )
    });
    let tail = format!(
        "), purposes (purpose) as (values {})
         select e.subject, e.position, e.canonical
           from subjects s join entries e on e.subject = s.subject and e.{DECIDES}
         union all
         select e.subject, e.position, e.canonical
           from subjects s cross join purposes p join entries e on e.subject = s.subject and e.position =
             (select max(n.position) from entries n
               where n.subject = s.subject and n.kind = 'choice' and n.purpose = p.purpose {by})",
        purposes.join(", ")
    );
    let sql = many("with subjects (subject) as (values", "(cast($ as text))", subjects.len(), &tail);
    let mut rows: Vec<(String, i64, Vec<u8>)> = on!(conn, c => {
        let mut all = sqlx::query_as(built(&sql));
        for subject in subjects {
            all = all.bind(*subject);
        }
        if let Some(until) = until {
            all = all.bind(until.to_string());
        }
        all.fetch_all(c).await
    })?;
    // Not the database: the two do not agree on the order of letters.
    rows.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    rows.into_iter().map(|(.., canonical)| decoded(&canonical)).collect()
}

#[cfg(test)]
mod tests {
    use super::DECIDES;
    use crate::ledger::Kind;

    #[test]
    fn the_condition_leaves_out_the_kinds_of_which_not_every_entry_decides() {
        let others = Kind::ALL.iter().filter(|kind| !kind.always_decides()).map(|kind| format!("'{kind}'"));
        assert_eq!(DECIDES, format!("kind not in ({})", others.collect::<Vec<_>>().join(", ")));
    }
}
