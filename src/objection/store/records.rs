//! How what an officer recorded came in, and whose words it is (table `case_records`).

use crate::db::{self, Conn, inconsistent, on};
use crate::ledger::{CameBy, WordsOf};
use crate::objection::record::Record;
use crate::time::UtcMillis;

#[derive(sqlx::FromRow)]
struct RecordRow {
    /// Whose it is: the entry of a step, or the number of a case.
    whose: String,
    came: String,
    words: Option<String>,
    agent: Option<String>,
    received_at: i64,
}

impl TryFrom<RecordRow> for (String, Record) {
    type Error = db::Error;

    fn try_from(row: RecordRow) -> db::Result<Self> {
        let came = CameBy::parse(&row.came).ok_or_else(|| inconsistent("case_records", "came"))?;
        let words = row.words.map(|word| WordsOf::parse(&word).ok_or_else(|| inconsistent("case_records", "words")));
        let record = Record { came, words: words.transpose()?, agent: row.agent, received: UtcMillis(row.received_at) };
        Ok((row.whose, record))
    }
}

/// What was recorded in the case `number`, each with the entry of its step.
pub(super) async fn of_case(mut conn: Conn<'_>, number: &str) -> db::Result<Vec<(String, Record)>> {
    const OF_CASE: &str = "select r.entry_id as whose, r.came, r.words, r.agent, r.received_at
      from case_records r join case_steps s on s.entry_id = r.entry_id where s.number = $1";
    let rows: Vec<RecordRow> = on!(conn, c => sqlx::query_as(OF_CASE).bind(number).fetch_all(c).await)?;
    rows.into_iter().map(TryFrom::try_from).collect()
}

/// How the recorded ones among the cases came in that go on in the case `number`, each with its
/// number.
pub(super) async fn of_joined(mut conn: Conn<'_>, number: &str) -> db::Result<Vec<(String, Record)>> {
    const OF_JOINED: &str = "select s.number as whose, r.came, r.words, r.agent, r.received_at
      from cases c join case_steps s on s.number = c.number join case_records r on r.entry_id = s.entry_id
      where c.duplicate_of = $1 and s.step = 'recorded'";
    let rows: Vec<RecordRow> = on!(conn, c => sqlx::query_as(OF_JOINED).bind(number).fetch_all(c).await)?;
    rows.into_iter().map(TryFrom::try_from).collect()
}
