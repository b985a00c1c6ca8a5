//! Writing cases: a new one, what a move changes, its steps, and where its letters go.

use super::{counts, search};
use crate::consent::afterwards::Holds;
use crate::db::{self, Conn, on};
use crate::ledger::{Outcome, Step, WordsOf};
use crate::objection::answer_letter;
use crate::objection::model::{Case, PastStep};
use crate::objection::question::Asking;
use crate::time::UtcMillis;

/// Stores a case that was just opened, which came of `form`.
pub async fn insert(mut conn: Conn<'_>, case: &Case, form: &str) -> db::Result<()> {
    const CASE: &str =
        "insert into cases (number, subject, member_id, form, name, email, country, california, mode, reason,
        language, state, received_at, first_due_at, due_at, after_number)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    const PURPOSE: &str = "insert into case_purposes (number, position, purpose) values ($1, $2, $3)";
    on!(conn, c => sqlx::query(CASE)
        .bind(&case.number).bind(&case.subject).bind(&case.member).bind(form).bind(&case.name).bind(&case.email)
        .bind(case.region.country().alpha2()).bind(case.region.is_california()).bind(case.mode.as_str()).bind(&case.reason)
        .bind(&case.language).bind(case.state.as_str()).bind(case.received.0).bind(case.first_due.0).bind(case.due.0)
        .bind(&case.after)
        .execute(c).await.map(drop))?;
    for (position, asked) in (1i64..).zip(&case.purposes) {
        on!(conn, c => sqlx::query(PURPOSE)
            .bind(&case.number).bind(position).bind(asked.purpose.as_str())
            .execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Writes what moves change.
pub async fn save(mut conn: Conn<'_>, case: &Case) -> db::Result<()> {
    const CASE: &str = "update cases set subject = $2, member_id = $3, state = $4, due_at = $5, decided_at = $6,
        complaint_due_at = $7, complaint_answered_at = $8, after_number = $9, duplicate_of = $10, officer_id = $11,
        proposed_by = $12, proposed_at = $13, first_due_at = $14, question = $15, revision = revision + 1 where number = $1";
    const PURPOSE: &str =
        "update case_purposes set outcome = $3, grounds = $4, proposed_outcome = $5, proposed_grounds = $6
      where number = $1 and purpose = $2";
    let (proposed_by, proposed_at) = case.proposed.clone().unzip();
    on!(conn, c => sqlx::query(CASE)
        .bind(&case.number).bind(&case.subject).bind(&case.member).bind(case.state.as_str()).bind(case.due.0)
        .bind(case.decided.map(|at| at.0)).bind(case.complaint_due.map(|at| at.0))
        .bind(case.complaint_answered.map(|at| at.0)).bind(&case.after).bind(&case.duplicate_of).bind(&case.officer)
        .bind(proposed_by).bind(proposed_at.map(|at| at.0)).bind(case.first_due.0)
        .bind(case.asking().map(Asking::as_str))
        .execute(c).await.map(drop))?;
    let reopened = case.steps.iter().any(|done| done.step == Step::Reopened);
    for asked in case.purposes.iter().filter(|p| reopened || p.outcome.is_some() || p.proposed.is_some()) {
        let (proposed, why) = asked.proposed.clone().unzip();
        on!(conn, c => sqlx::query(PURPOSE)
            .bind(&case.number).bind(asked.purpose.as_str()).bind(asked.outcome.map(Outcome::as_str)).bind(&asked.grounds)
            .bind(proposed.map(Outcome::as_str)).bind(why.flatten())
            .execute(c).await.map(drop))?;
    }
    counts::keep_outcome(conn, case).await
}

/// Stores a step, which follows those that `case` has, with the text and the salt of its entry, and
/// with what it decided and said.
pub async fn put_step(mut conn: Conn<'_>, case: &Case, done: &PastStep, salt: &str) -> db::Result<()> {
    const STEP: &str =
        "insert into case_steps (entry_id, number, position, step, actor, officer_id, at, due_at, text, salt)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    const RULING: &str = "insert into case_rulings (entry_id, position, purpose, outcome, grounds, holds, said)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (entry_id, position) do nothing";
    const RECORD: &str =
        "insert into case_records (entry_id, came, words, agent, received_at) values ($1, $2, $3, $4, $5)";
    const ANSWER: &str = "insert into case_answers (entry_id, blocks) values ($1, $2)";
    let position = case.steps.len() as i64 + 1;
    on!(conn, c => sqlx::query(STEP)
        .bind(done.entry.to_string()).bind(&case.number).bind(position).bind(done.step.as_str()).bind(done.actor.as_str())
        .bind(&done.officer).bind(done.at.0).bind(done.due.map(|d| d.0)).bind(&done.text).bind(salt)
        .execute(c).await.map(drop))?;
    if let Some(sent) = &done.sent {
        on!(conn, c => sqlx::query(ANSWER).bind(done.entry.to_string()).bind(answer_letter::as_stored(sent))
            .execute(c).await.map(drop))?;
    }
    if let Some(record) = &done.record {
        on!(conn, c => sqlx::query(RECORD)
            .bind(done.entry.to_string()).bind(record.came.as_str()).bind(record.words.map(WordsOf::as_str))
            .bind(&record.agent).bind(record.received.0)
            .execute(c).await.map(drop))?;
    }
    // Of a decision of the version before, which has kept nothing here, what it said is kept before
    // anything takes its place.
    let earlier = case.steps.iter().filter(|_| matches!(done.step, Step::RuledAgain | Step::Reopened));
    for decided in earlier.chain([done]) {
        for (position, ruling) in (1i64..).zip(&decided.rulings) {
            let said = decided.said.iter().find(|said| said.purpose == ruling.purpose);
            on!(conn, c => sqlx::query(RULING)
                .bind(decided.entry.to_string()).bind(position).bind(ruling.purpose.as_str())
                .bind(ruling.outcome.as_str()).bind(&ruling.grounds)
                .bind(said.and_then(|said| said.holds).map(Holds::as_str)).bind(said.map(|said| &said.text))
                .execute(c).await.map(drop))?;
        }
    }
    Ok(())
}

/// Merges case `number` into `of`, and increments the revision of `of`, so that an officer with a
/// stale page is told.
pub async fn join(mut conn: Conn<'_>, number: &str, of: &str) -> db::Result<()> {
    const MOVE_ON: &str = "update cases set duplicate_of = $2 where duplicate_of = $1";
    const TELL: &str = "update cases set revision = revision + 1 where number = $1";
    on!(conn, c => sqlx::query(MOVE_ON).bind(number).bind(of).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(TELL).bind(of).execute(c).await.map(drop))
}

/// Has an officer's page of case `of` be out of date: another case no longer goes on in it.
pub async fn part(mut conn: Conn<'_>, of: &str) -> db::Result<()> {
    const TELL: &str = "update cases set revision = revision + 1 where number = $1";
    on!(conn, c => sqlx::query(TELL).bind(of).execute(c).await.map(drop))
}

/// Has the letters about a member's cases go to another address of theirs.
pub async fn write_to(mut conn: Conn<'_>, member: &str, email: &str) -> db::Result<()> {
    const WRITE_TO: &str = "update cases set email = $2 where member_id = $1";
    on!(conn, c => sqlx::query(WRITE_TO).bind(member).bind(email).execute(c).await.map(drop))?;
    search::rewrite_words(conn, Some(member), None).await
}

/// Has the letters about one case go to this address.
pub async fn set_address(mut conn: Conn<'_>, number: &str, email: &str) -> db::Result<()> {
    const SET: &str = "update cases set email = $2 where number = $1";
    on!(conn, c => sqlx::query(SET).bind(number).bind(email).execute(c).await.map(drop))?;
    search::rewrite_words(conn, None, Some(number)).await
}

/// Notes when somebody said that the address of a case is not theirs, or that it was corrected.
/// An officer's page from before is then out of date.
pub async fn set_disowned(mut conn: Conn<'_>, number: &str, at: Option<UtcMillis>) -> db::Result<()> {
    const SET: &str = "update cases set disowned_at = $2, revision = revision + 1 where number = $1";
    on!(conn, c => sqlx::query(SET).bind(number).bind(at.map(|at| at.0)).execute(c).await.map(drop))
}
