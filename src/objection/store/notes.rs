//! What officers noted on a case (table `case_notes`).

use crate::account::model::Member;
use crate::db::{self, Conn, on};
use crate::objection::note::Note;
use crate::time::UtcMillis;

#[derive(sqlx::FromRow)]
struct NoteRow {
    officer_id: String,
    name: String,
    form: String,
    at: i64,
    text: Option<String>,
}

impl From<NoteRow> for Note {
    fn from(row: NoteRow) -> Self {
        let NoteRow { officer_id, name, form, at, text } = row;
        Self { officer: officer_id, by: name, form, at: UtcMillis(at), text }
    }
}

/// The notes on the case `number`, the newest last.
pub async fn notes(mut conn: Conn<'_>, number: &str) -> db::Result<Vec<Note>> {
    const NOTES: &str = "select n.officer_id, m.name, n.form, n.at, n.text
      from case_notes n join members m on m.id = n.officer_id where n.number = $1 order by n.position";
    let rows: Vec<NoteRow> = on!(conn, c => sqlx::query_as(NOTES).bind(number).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Note::from).collect())
}

/// Adds a note at `position`, counted from 1.
pub async fn put_note(
    mut conn: Conn<'_>,
    (number, position): (&str, i64),
    officer: &Member,
    form: &str,
    text: &str,
    at: UtcMillis,
) -> db::Result<()> {
    const PUT: &str =
        "insert into case_notes (number, position, officer_id, form, at, text) values ($1, $2, $3, $4, $5, $6)";
    on!(conn, c => sqlx::query(PUT)
        .bind(number).bind(position).bind(&officer.id).bind(form).bind(at.0).bind(text)
        .execute(c).await.map(drop))
}
