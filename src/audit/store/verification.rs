//! The tables `verifications` and `verification_findings`.

use super::super::verification::{Outcome, Verification};
use crate::account::model::Member;
use crate::account::staff_action::ActionKind;
use crate::account::store::staff_actions::{self, NewAction};
use crate::db::{self, Conn, Db, inconsistent, lock, on};
use crate::time::UtcMillis;

#[derive(sqlx::FromRow)]
struct VerificationRow {
    id: i64,
    began_at: i64,
    told_at: i64,
    ended_at: Option<i64>,
    name: String,
    build: String,
    total: i64,
    checked: i64,
    wrong: i64,
    outcome: Option<String>,
}

impl TryFrom<VerificationRow> for Verification {
    type Error = db::Error;

    fn try_from(row: VerificationRow) -> db::Result<Self> {
        let outcome =
            row.outcome.map(|word| Outcome::parse(&word).ok_or_else(|| inconsistent("verifications", "outcome")));
        Ok(Self {
            id: row.id,
            began: UtcMillis(row.began_at),
            told: UtcMillis(row.told_at),
            ended: row.ended_at.map(UtcMillis),
            by: row.name,
            build: row.build,
            total: row.total,
            checked: row.checked,
            wrong: row.wrong,
            outcome: outcome.transpose()?,
        })
    }
}

/// The newest verifications, newest first, at most so many.
pub async fn newest(mut conn: Conn<'_>, most: i64) -> db::Result<Vec<Verification>> {
    const NEWEST: &str =
        "select v.id, v.began_at, v.told_at, v.ended_at, m.name, v.build, v.total, v.checked, v.wrong, v.outcome
      from verifications v join members m on m.id = v.by_id order by v.id desc limit $1";
    let rows: Vec<VerificationRow> = on!(conn, c => sqlx::query_as(NEWEST).bind(most).fetch_all(c).await)?;
    rows.into_iter().map(Verification::try_from).collect()
}

/// What a verification found: entries by their ids, and what does not hold of each.
pub async fn findings(mut conn: Conn<'_>, id: i64) -> db::Result<Vec<(String, String)>> {
    const FOUND: &str = "select entry_id, what from verification_findings where verification_id = $1 order by position";
    on!(conn, c => sqlx::query_as(FOUND).bind(id).fetch_all(c).await)
}

/// Begins one for `auditor`, and returns its number; `None` where one is running.
pub async fn begin(db: &Db, auditor: &Member, now: UtcMillis) -> db::Result<Option<i64>> {
    const BEGIN: &str = "insert into verifications (began_at, told_at, by_id, build, total)
      values ($1, $1, $2, $3, $4) returning id";
    // Before the write lock is held: it takes its time in a large record.
    let total = super::whole::total(db.reader().await?.conn()).await?;
    let mut tx = db.begin().await?;
    lock(tx.conn(), "verification").await?;
    let running = newest(tx.conn(), 1).await?;
    if running.iter().any(|other| other.state(now) == super::super::verification::State::Running) {
        return Ok(None);
    }
    let id: i64 = on!(tx.conn(), c => sqlx::query_scalar(BEGIN)
        .bind(now.0).bind(&auditor.id).bind(env!("CARGO_PKG_VERSION")).bind(total)
        .fetch_one(c).await)?;
    let action = NewAction { points_to: Some(id.to_string()), ..NewAction::by(ActionKind::Verification, auditor) };
    staff_actions::put(tx.conn(), &action, now.into()).await?;
    tx.commit().await?;
    Ok(Some(id))
}

/// What a server that verifies has to tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    pub checked: i64,
    pub wrong: i64,
}

/// Tells how far the verification `id` is; with an outcome, that it came to its end.
pub async fn tell(db: &Db, id: i64, far: Progress, outcome: Option<Outcome>, now: UtcMillis) -> db::Result<()> {
    const TELL: &str = "update verifications set told_at = $2, checked = $3, wrong = $4, outcome = $5,
        ended_at = case when $5 is null then null else $2 end where id = $1 and outcome is null";
    let mut tx = db.begin_at_any_time().await?;
    on!(tx.conn(), c => sqlx::query(TELL)
        .bind(id).bind(now.0).bind(far.checked).bind(far.wrong).bind(outcome.map(Outcome::as_str))
        .execute(c).await.map(drop))?;
    tx.commit().await
}

/// Names one more thing that does not hold.
pub async fn find(db: &Db, id: i64, position: i64, entry: &str, what: &str) -> db::Result<()> {
    const FIND: &str = "insert into verification_findings (verification_id, position, entry_id, what)
      values ($1, $2, $3, $4)";
    let mut tx = db.begin_at_any_time().await?;
    on!(tx.conn(), c => sqlx::query(FIND).bind(id).bind(position).bind(entry).bind(what).execute(c).await.map(drop))?;
    tx.commit().await
}
