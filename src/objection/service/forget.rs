//! The cases of a member who deletes their account: what is open is withdrawn, and what was written
//! in any of them goes.

use super::moves::{Mover, NotMade, move_in};
use super::{Recorded, record};
use crate::account::model::Member;
use crate::db::Tx;
use crate::ledger::{CaseStep, Step, Swept, SweptFor, store as ledger};
use crate::objection::case::{By, Move};
use crate::objection::model::Case;
use crate::objection::store;
use crate::time::UtcMillis;

/// Takes the locks of every case of `member`, in one order, and then that of their history. Returns
/// the cases.
pub async fn lock_cases(tx: &mut Tx, member: &Member) -> Result<Vec<Case>, NotMade> {
    let mut numbers: Vec<String> =
        store::of_member(tx.conn(), &member.id).await?.into_iter().map(|c| c.number).collect();
    numbers.sort_unstable();
    for number in &numbers {
        ledger::lock(tx.conn(), number).await?;
    }
    ledger::lock(tx.conn(), &member.subject).await?;
    // One that was filed meanwhile is not locked: its person presses again.
    let cases = store::of_member(tx.conn(), &member.id).await?;
    if cases.len() == numbers.len() { Ok(cases) } else { Err(NotMade::Stale) }
}

/// Withdraws what is open of these, and returns the numbers of those.
pub async fn withdraw_open(tx: &mut Tx, cases: &[Case], origin: &str, now: UtcMillis) -> Result<Vec<String>, NotMade> {
    let mover = Mover { by: By::Applicant, officer: None, seen: None, shown: None, origin };
    let mut withdrawn = Vec::new();
    for case in cases.iter().filter(|case| case.is_open()) {
        move_in(tx, &case.number, mover, &Move::Withdraw, now).await?;
        withdrawn.push(case.number.clone());
    }
    Ok(withdrawn)
}

/// Erases what was written in these cases of a member who is forgotten by now. Nobody answers a
/// complaint of theirs any more. An entry says how many texts went, and why.
pub async fn erase(tx: &mut Tx, cases: &[Case], now: UtcMillis) -> Result<(), NotMade> {
    for case in cases {
        let Some(mut case) = store::by_number(tx.conn(), &case.number).await? else { continue };
        if case.has_complaint() {
            case.complaint_answered = Some(now);
            store::save(tx.conn(), &case).await?;
        }
        let Some(texts) = store::erase_forgotten(tx.conn(), &case.number, now).await? else { continue };
        let texts = u32::try_from(texts).unwrap_or(u32::MAX);
        let swept = Some(Swept { texts, reason: SweptFor::AccountDeleted });
        record(tx, &mut case, Recorded::by_system(CaseStep { swept, ..Step::Swept.into() }), now).await?;
    }
    Ok(())
}
