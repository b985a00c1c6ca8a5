//! A case that was filed without an account pauses its purposes in the account with the same
//! address, too, where that address is known to be the member's. A pause can only turn off, so this
//! asks nobody; what was written stays with whoever has the case's link or code. Each begin and end
//! is an entry in that account's history, so that standing stays a function of the history.

use super::{Case, by_number, noes_of};
use crate::account::model::{Member, Role};
use crate::account::store::{by_id_or_subject, proved_by_address};
use crate::consent::carry;
use crate::db::{Conn, Tx, built, many, on};
use crate::ledger::{Actor, CaseStep, Channel, Decided, Kind, NewEntry, Purpose, Step, store as ledger};
use crate::objection::case::Move;
use crate::time::UtcMillis;

/// Cases asked for at a time.
const AT_ONCE: usize = 100;

/// Whether this case pauses what is under way elsewhere: it is nobody's, its address was confirmed,
/// and it waits for its answer.
fn reaches(case: &Case) -> bool {
    case.member.is_none() && !case.pending().is_empty()
}

/// Has `case`, whose address was just confirmed, reach the account that is known to have it.
pub(super) async fn reach_owner(tx: &mut Tx, case: &Case, now: UtcMillis) -> sqlx::Result<()> {
    let owner = proved_by_address(tx.conn(), &case.email).await?;
    match owner.filter(|owner| owner.role == Role::Member && reaches(case)) {
        Some(owner) => begin(tx, case, &owner, now).await,
        None => Ok(()),
    }
}

/// Has the cases that wait under their addresses reach `members`, whose addresses have just been
/// proved. Call it in the transaction that proves them.
pub async fn reach_proved(tx: &mut Tx, members: &[&Member], now: UtcMillis) -> sqlx::Result<()> {
    const WAITING: &str = "select number from cases where member_id is null
      and state in ('received', 'acknowledged', 'under_review') and email in (";
    for members in members.chunks(AT_ONCE) {
        let sql = many(WAITING, "$", members.len(), ") order by number");
        let numbers: Vec<String> = on!(tx.conn(), c => {
            let mut waiting = sqlx::query_scalar(built(&sql));
            for member in members {
                waiting = waiting.bind(&member.email);
            }
            waiting.fetch_all(c).await
        })?;
        for number in numbers {
            // The number first and then the history: in the order of every move.
            ledger::lock(tx.conn(), &number).await?;
            let Some(case) = by_number(tx.conn(), &number).await?.filter(reaches) else { continue };
            if let Some(member) = members.iter().find(|m| m.email == case.email && m.role == Role::Member) {
                begin(tx, &case, member, now).await?;
            }
        }
    }
    Ok(())
}

/// Records in the accounts that `case` reaches what a move on it changes there.
pub(super) async fn mirror(tx: &mut Tx, case: &Case, mv: &Move, now: UtcMillis) -> sqlx::Result<()> {
    let purposes = || case.purposes.iter().map(|p| p.purpose).collect::<Vec<Purpose>>();
    let step = match mv {
        Move::Withdraw => CaseStep { purposes: purposes(), ..Step::Withdrawn.into() },
        Move::MarkDuplicate { of } => {
            CaseStep { purposes: purposes(), other: Some(of.clone()), ..Step::MarkedDuplicate.into() }
        }
        Move::Decide(_) | Move::Agree { .. } => {
            let decided =
                |r: crate::objection::case::Ruling| Decided { purpose: r.purpose, outcome: r.outcome, text: None };
            let outcomes = case.rulings().unwrap_or_default().into_iter().map(decided).collect();
            CaseStep { outcomes, ..Step::Decided.into() }
        }
        _ => return Ok(()),
    };
    for subject in reached(tx.conn(), &case.number).await? {
        record(tx, case, &subject, step.clone(), now).await?;
    }
    Ok(())
}

/// The case goes on in this member's own history from here on.
pub(super) async fn linked(mut conn: Conn<'_>, case: &Case, member: &Member) -> sqlx::Result<()> {
    const LINKED: &str = "delete from case_accounts where number = $1 and member_id = $2";
    on!(conn, c => sqlx::query(LINKED).bind(&case.number).bind(&member.id).execute(c).await.map(drop))
}

/// The cases that have reached this member's account and are nobody's own, the earliest first, also
/// those that have had their answer. Nothing that was written is in them.
pub async fn reaching(mut conn: Conn<'_>, member: &Member) -> sqlx::Result<Vec<Case>> {
    const REACHING: &str = "select a.number from case_accounts a join cases c on c.number = a.number
      where a.member_id = $1 order by c.received_at, a.number";
    let numbers: Vec<String> = on!(conn, c => sqlx::query_scalar(REACHING).bind(&member.id).fetch_all(c).await)?;
    let mut cases = Vec::new();
    for number in numbers {
        let case = by_number(conn.reborrow(), &number).await?.filter(|case| case.member.is_none());
        cases.extend(case.map(|case| Case { name: String::new(), reason: None, joined: Vec::new(), ..case }));
    }
    Ok(cases)
}

async fn reached(mut conn: Conn<'_>, number: &str) -> sqlx::Result<Vec<String>> {
    const REACHED: &str = "select m.subject from case_accounts a join members m on m.id = a.member_id
      where a.number = $1 order by m.subject";
    on!(conn, c => sqlx::query_scalar(REACHED).bind(number).fetch_all(c).await)
}

async fn begin(tx: &mut Tx, case: &Case, member: &Member, now: UtcMillis) -> sqlx::Result<()> {
    const REACH: &str = "insert into case_accounts (number, member_id) values ($1, $2) on conflict do nothing";
    let new = on!(tx.conn(), c => sqlx::query(REACH)
        .bind(&case.number).bind(&member.id)
        .execute(c).await.map(|done| done.rows_affected() > 0))?;
    if !new {
        return Ok(());
    }
    let step = CaseStep {
        purposes: case.purposes.iter().map(|p| p.purpose).collect(),
        since: Some(case.received),
        ..Step::Reached.into()
    };
    record(tx, case, &member.subject, step, now).await
}

async fn record(tx: &mut Tx, case: &Case, subject: &str, step: CaseStep, now: UtcMillis) -> sqlx::Result<()> {
    let draft = NewEntry::new(subject, Kind::Pause, Actor::System, Channel::Web);
    let draft = NewEntry { case: Some(case.number.clone()), step: Some(step), ..draft };
    ledger::lock(tx.conn(), subject).await?;
    let noes = noes_of(draft.step.as_ref());
    ledger::append(tx.conn(), draft, now).await?;
    if !noes.is_empty()
        && let Some(member) = by_id_or_subject(tx.conn(), subject).await?
    {
        carry::spread(tx, &member.id, &noes, Channel::Web, now).await?;
    }
    Ok(())
}
