//! Moves on a case, by the person whose it is and by officers.

use super::afterwards::{afterwards, lock_accounts, told_now};
use super::{Recorded, knowing, reach, record, write};
use crate::account::model::Member;
use crate::account::staff_action::ActionKind;
use crate::account::store::staff_actions::{self, NewAction};
use crate::consent::afterwards::Afterwards;
use crate::db::{self, Conn, Db, Tx};
use crate::ledger::{Step, store as ledger};
use crate::objection::case::{By, IllegalMove, Move};
use crate::objection::model::Case;
use crate::objection::repeat::was_made;
use crate::objection::{letters, question_letter, shown, store, wording};
use crate::time::UtcMillis;

/// Why a move was not made; nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    #[error("no such case")]
    NotFound,
    /// Somebody else made a move after the page was loaded.
    #[error("This case has changed since you loaded the page. Nothing was saved.")]
    Stale,
    #[error(
        "The other case must be from the same person, filed and due no later than this one. It must ask for at least as much and still be waiting for its answer."
    )]
    NoOther,
    /// Something else holds by now than the question before the move has said.
    #[error("{}", shown::SAYS_OTHERWISE)]
    SaysOtherwise,
    #[error(transparent)]
    IllegalMove(#[from] IllegalMove),
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Who makes a move, and what they had in front of them.
#[derive(Clone, Copy)]
pub struct Mover<'a> {
    pub by: By,
    pub officer: Option<&'a Member>,
    /// The revision that the page was loaded with; none where any will do.
    pub seen: Option<i64>,
    /// What the question before the move has said; none where there was none.
    pub shown: Option<Shown<'a>>,
    pub origin: &'a str,
}

/// What the question before a withdrawal has said, and to whom.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The marks of its sentences, as its form carries them.
    pub marks: &'a str,
    /// Whether whoever read it is signed in to the account that the case is in.
    pub own: bool,
}

/// Makes one move: decided by [`Case::apply`], stored, recorded and told, or none of it. The same
/// press once more finds what the first did.
pub async fn make_move(db: &Db, number: &str, mover: Mover<'_>, mv: &Move, now: UtcMillis) -> Result<Case, NotMade> {
    let mut tx = db.begin().await?;
    let case = move_in(&mut tx, number, mover, mv, now).await?;
    tx.commit().await?;
    Ok(case)
}

/// The same as part of a transaction.
pub(super) async fn move_in(
    tx: &mut Tx,
    number: &str,
    mover: Mover<'_>,
    mv: &Move,
    now: UtcMillis,
) -> Result<Case, NotMade> {
    let Mover { by, officer, seen, shown, origin } = mover;
    // These are made where a code is looked at and where a case is filed.
    if matches!(mv, Move::Verify | Move::Acknowledge | Move::UpholdByRule) {
        return Err(NotMade::NotFound);
    }
    let by_id = officer.map(|o| o.id.as_str());
    // In one order, so that two officers who join two cases to each other do not wait for each
    // other.
    let mut names = vec![number];
    if let Move::MarkDuplicate { of } = mv {
        names.push(of);
    }
    let joined_to = match mv {
        Move::Reopen { .. } => store::by_number(tx.conn(), number).await?.and_then(|case| case.duplicate_of),
        _ => None,
    };
    names.extend(joined_to.as_deref());
    names.sort_unstable();
    for name in names {
        ledger::lock(tx.conn(), name).await?;
    }
    let mut case = store::by_number(tx.conn(), number).await?.ok_or(NotMade::NotFound)?;
    if case.is_erased() {
        return Err(IllegalMove::Erased.into());
    }
    if was_made(&case, by, by_id, seen, mv, now) {
        return Ok(case);
    }
    if seen.is_some_and(|seen| seen != case.revision) {
        return Err(NotMade::Stale);
    }
    let (before, parted) = (case.officer.clone(), case.duplicate_of.clone());
    let asked = shown.filter(|_| matches!(mv, Move::Withdraw)).map(|shown| (shown, case.clone()));
    let applied = case.apply(by, by_id, mv, now)?;
    if let (Some(officer), true) = (officer, case.officer != before) {
        record_given(tx, number, Some(&officer.id), officer, now).await?;
    }
    if let Move::MarkDuplicate { of } = mv {
        let other = store::by_number(tx.conn(), of).await?;
        if !other.is_some_and(|other| other.takes_in(&case)) {
            return Err(NotMade::NoOther);
        }
    }
    let after = if applied.step.name.rules() || applied.step.name == Step::Withdrawn {
        lock_accounts(tx, &case).await?;
        if let Some((shown, case)) = asked
            && says_otherwise(tx, case, shown, now).await?
        {
            return Err(NotMade::SaysOtherwise);
        }
        afterwards(tx.conn(), &case).await?
    } else {
        Afterwards::default()
    };
    let said = case.said_with(&applied.step, &after);
    let made = Recorded { step: applied.step, by, officer, text: applied.text, said, record: mv.record().cloned() };
    record(tx, &mut case, made, now).await?;
    if let Move::MarkDuplicate { of } = mv {
        store::join(tx.conn(), number, of).await?;
    }
    if let (Move::Reopen { .. }, Some(of)) = (mv, &parted) {
        store::part(tx.conn(), of).await?;
    }
    reach::mirror(tx, &case, mv, now).await?;
    let confirmed = case.member.is_none() && !case.is_unconfirmed();
    if matches!(mv, Move::Reopen { .. }) && confirmed && store::reached(tx.conn(), number).await?.is_empty() {
        // Somebody may have proved its address since it was refused.
        reach::reach_owner(tx, &case, now).await?;
    }
    write(tx, &case, origin, now, |case, way| {
        question_letter::about(case, mv, way).or_else(|| letters::about(case, mv, &after, way))
    })
    .await?;
    store::save(tx.conn(), &case).await?;
    Ok(case)
}

/// What the page says before a case is withdrawn, to whoever is or is not signed in to its account.
pub async fn withdrawing(
    conn: &mut Conn<'_>,
    case: Case,
    own: bool,
    now: UtcMillis,
) -> db::Result<(Case, Vec<String>)> {
    let case = if own { knowing(conn.reborrow(), case, now).await? } else { case };
    let told = told_now(conn.reborrow(), &case, own).await?;
    let said = wording::withdrawing(&case, told.known());
    Ok((case, said))
}

async fn says_otherwise(tx: &mut Tx, case: Case, shown: Shown<'_>, now: UtcMillis) -> db::Result<bool> {
    let (case, said) = withdrawing(&mut tx.conn(), case, shown.own, now).await?;
    Ok(case.says_otherwise(shown.marks, &said))
}

/// Gives a case to an officer, or to nobody; recorded with who did it. Giving it to whose it is
/// changes nothing.
///
/// # Errors
/// [`NotMade::Stale`] where the case has gone on since the page was loaded.
pub async fn assign(
    db: &Db,
    number: &str,
    officer: Option<&Member>,
    by: &Member,
    seen: i64,
    now: UtcMillis,
) -> Result<(), NotMade> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let case = store::by_number(tx.conn(), number).await?.ok_or(NotMade::NotFound)?;
    let officer = officer.map(|o| o.id.as_str());
    if case.officer.as_deref() == officer {
        return Ok(());
    }
    if case.revision != seen {
        return Err(NotMade::Stale);
    }
    case.may_be_assigned()?;
    store::assign(tx.conn(), number, officer).await?;
    record_given(&mut tx, number, officer, by, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Records to whom a case was given, and by whom.
async fn record_given(tx: &mut Tx, number: &str, to: Option<&str>, by: &Member, now: UtcMillis) -> db::Result<()> {
    let points_to = Some(store::record_given(tx.conn(), number, to, &by.id, now).await?);
    let action = NewAction { case: Some(number), points_to, ..NewAction::by(ActionKind::CaseAssigned, by) };
    staff_actions::put(tx.conn(), &action, now.into()).await
}
