//! Moves on a case, by the person whose it is and by officers.

use super::{afterwards, by_number, queue, reach, record, save, write};
use crate::account::model::Member;
use crate::db::{Conn, Db, on};
use crate::ledger::store as ledger;
use crate::objection::case::{By, IllegalMove, Move};
use crate::objection::letters;
use crate::objection::model::Case;
use crate::objection::repeat::was_made;
use crate::objection::steps;
use crate::time::UtcMillis;

/// Why a move was not made; nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    #[error("no such case")]
    NotFound,
    /// Somebody else made a move after the page was loaded.
    #[error(
        "This case has changed since you loaded the page. Nothing was saved, and what you wrote is still here. Please check it, then send it."
    )]
    Stale,
    #[error(
        "The other case must be from the same person, filed and due no later than this one. It must ask for at least as much and still be waiting for its answer."
    )]
    NoOther,
    #[error(transparent)]
    IllegalMove(#[from] IllegalMove),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Who makes a move, and what they had in front of them.
#[derive(Clone, Copy)]
pub struct Mover<'a> {
    pub by: By,
    pub officer: Option<&'a Member>,
    /// The revision that the page was loaded with; none where any will do.
    pub seen: Option<i64>,
    pub origin: &'a str,
}

/// Has what goes on in `number` go on in `of`, whose revision goes up: whoever has that case before
/// them has not seen what came to it.
async fn join(mut conn: Conn<'_>, number: &str, of: &str) -> sqlx::Result<()> {
    const MOVE_ON: &str = "update cases set duplicate_of = $2 where duplicate_of = $1";
    const TELL: &str = "update cases set revision = revision + 1 where number = $1";
    on!(conn, c => sqlx::query(MOVE_ON).bind(number).bind(of).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(TELL).bind(of).execute(c).await.map(drop))
}

/// Makes one move: decided by [`steps::apply`], stored, recorded and told, or none of it. The same
/// press once more finds what the first did.
pub async fn make_move(db: &Db, number: &str, mover: Mover<'_>, mv: &Move, now: UtcMillis) -> Result<Case, NotMade> {
    let Mover { by, officer, seen, origin } = mover;
    let mut tx = db.begin().await?;
    // In one order, so that two officers who join two cases to each other do not wait for each
    // other.
    let mut names = vec![number];
    if let Move::MarkDuplicate { of } = mv {
        names.push(of);
    }
    names.sort_unstable();
    for name in names {
        ledger::lock(tx.conn(), name).await?;
    }
    let mut case = by_number(tx.conn(), number).await?.ok_or(NotMade::NotFound)?;
    if was_made(&case, by, officer.map(|o| o.id.as_str()), seen, mv, now) {
        return Ok(case);
    }
    if seen.is_some_and(|seen| seen != case.revision) {
        return Err(NotMade::Stale);
    }
    let (next, step) = steps::apply(&case.facts(), by, mv, now)?;
    (case.state, case.due) = (next.state, next.due);
    match mv {
        Move::BeginReview => {
            if let Some(officer) = officer.filter(|o| case.officer.as_ref() != Some(&o.id)) {
                case.officer = Some(officer.id.clone());
                queue::record_given(tx.conn(), number, Some(&officer.id), &officer.id, now).await?;
            }
        }
        Move::MarkDuplicate { of } => {
            let other = by_number(tx.conn(), of).await?;
            if !other.is_some_and(|other| other.takes_in(&case)) {
                return Err(NotMade::NoOther);
            }
            (case.duplicate_of, case.proposed) = (Some(of.clone()), None);
        }
        Move::Decide(rulings) => case.rule(rulings, now),
        Move::Agree { .. } => {
            case.rule(&case.proposal(), now);
            case.proposed = None;
        }
        Move::Propose { rulings, .. } => {
            case.propose(rulings);
            case.proposed = officer.map(|o| (o.id.clone(), now));
        }
        Move::Return { .. } => case.proposed = None,
        Move::Complain { .. } => (case.complaint_due, case.complaint_answered) = (step.due, None),
        Move::AnswerComplaint { .. } => case.complaint_answered = Some(now),
        Move::Withdraw => case.proposed = None,
        Move::Add { .. } | Move::Extend { .. } | Move::Close => {}
        // These two are made where a code is looked at and where a case is filed.
        Move::Verify | Move::Acknowledge => return Err(NotMade::NotFound),
    }
    let text = match mv {
        Move::Add { text } | Move::Complain { text } | Move::AnswerComplaint { text } => Some(text.clone()),
        Move::Extend { reason, .. } => Some(reason.clone()),
        Move::Return { text, .. } => Some(text.clone()).filter(|text| !text.is_empty()),
        _ => None,
    };
    record(&mut tx, &mut case, step, by, officer, text, now).await?;
    if let Move::MarkDuplicate { of } = mv {
        join(tx.conn(), number, of).await?;
    }
    reach::mirror(&mut tx, &case, mv, now).await?;
    let after = afterwards(tx.conn(), &case).await?;
    write(&mut tx, &case, origin, now, |case, way| letters::about(case, mv, &after, way)).await?;
    save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(case)
}
