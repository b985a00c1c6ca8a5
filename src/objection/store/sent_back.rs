//! Cases that concern one officer, as rows of the queue, whatever they are due.

use super::queue::lines;
use super::queue_row::{COLUMNS, Line, PAGE, QueueRow, sent_back_to, wrote_refusal};
use crate::db::{self, Conn, built, many, on};

/// The cases whose draft was sent back to this officer, the earliest due first; at most a page.
pub async fn sent_back(mut conn: Conn<'_>, officer: &str) -> db::Result<Vec<Line>> {
    const SENT_BACK: &str = concat!(
        "select cases.number from (select distinct number from case_steps where step = 'returned') b cross join cases
         where cases.number = b.number and ",
        sent_back_to!(),
        " = $1 order by cases.waits_until, cases.number limit $2"
    );
    let numbers: Vec<String> =
        on!(conn, c => sqlx::query_scalar(SENT_BACK).bind(officer).bind(PAGE as i64).fetch_all(c).await)?;
    lines_of(conn, &numbers).await
}

/// The waiting cases of these, the earliest due first; at most a page.
pub async fn lines_of(mut conn: Conn<'_>, numbers: &[String]) -> db::Result<Vec<Line>> {
    let numbers = numbers.get(..PAGE).unwrap_or(numbers);
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let begin = format!(
        "select number, state, waits_until as sort, {COLUMNS} from cases where waits_until is not null and number in ("
    );
    let sql = many(&begin, "$", numbers.len(), ") order by waits_until, number");
    let rows: Vec<QueueRow> = on!(conn, c => {
        let mut query = sqlx::query_as(built(&sql));
        for number in numbers {
            query = query.bind(number);
        }
        query.fetch_all(c).await
    })?;
    Ok(lines(conn, rows).await?.0)
}

/// The numbers of the answers that wait for a second officer, other than this one, who wrote an
/// earlier refusal of the case.
pub async fn not_to_agree(mut conn: Conn<'_>, officer: &str) -> db::Result<Vec<String>> {
    const NOT: &str = concat!("select number from cases where proposed_by is not null and ", wrote_refusal!());
    on!(conn, c => sqlx::query_scalar(NOT).bind(officer).fetch_all(c).await)
}
