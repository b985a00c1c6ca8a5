//! What holds in the accounts that a case reaches, for whoever is told what its end means.

use crate::account::model::Member;
use crate::account::store as accounts;
use crate::consent::afterwards::Afterwards;
use crate::db::{self, Conn, Tx};
use crate::ledger::store as ledger;
use crate::ledger::store::deciding;
use crate::ledger::{EntryId, Step};
use crate::objection::model::Case;
use crate::objection::store;

/// As many other cases under one address are looked at.
const OTHERS: i64 = 200;

/// What holds where `case` pauses nothing any more. The same before and after the step that ends
/// its pause.
pub async fn afterwards(mut conn: Conn<'_>, case: &Case) -> db::Result<Afterwards> {
    if let Some(id) = &case.member {
        let member = accounts::by_id(conn.reborrow(), id).await?;
        return of(conn, member.as_ref(), &case.subject, case).await;
    }
    // It reaches nothing, and whoever has the address may be a stranger.
    if case.is_unconfirmed() {
        return Ok(Afterwards::default());
    }
    let mut all = Vec::new();
    for subject in store::reached(conn.reborrow(), &case.number).await? {
        let member = accounts::by_id_or_subject(conn.reborrow(), &subject).await?;
        all.push(match member {
            // The account has another address by now. What holds in it is not for this one.
            Some(member) if member.email != case.email => Afterwards::not_told(),
            member => of(conn.reborrow(), member.as_ref(), &subject, case).await?.without_reasons(),
        });
    }
    let others = of_others(conn, case).await?;
    Ok(Afterwards::together(&all).under(others))
}

/// What the other objections under the same confirmed address do, of which no account knows.
/// Nothing of what an account holds.
pub async fn of_others(conn: Conn<'_>, case: &Case) -> db::Result<Afterwards> {
    let others = store::shown_under(conn, &case.email, OTHERS).await?;
    let others: Vec<_> = others.iter().filter(|o| o.member.is_none() && o.number != case.number).collect();
    let paused: Vec<_> = others.iter().flat_map(|other| other.paused()).collect();
    let upheld: Vec<_> = others.iter().flat_map(|other| other.upheld()).collect();
    Ok(Afterwards::of_others(&paused, &upheld))
}

async fn of(conn: Conn<'_>, member: Option<&Member>, subject: &str, case: &Case) -> db::Result<Afterwards> {
    match member {
        None => Ok(Afterwards::default()),
        Some(member) if !member.address_proved => Ok(Afterwards::unproved()),
        Some(_) => Ok(Afterwards::without(&deciding::of_subject(conn, subject, None).await?, &case.number)),
    }
}

/// The same as it was when a member's case got its newest answer, or was withdrawn.
pub async fn held_when_ended(mut conn: Conn<'_>, case: &Case) -> db::Result<Afterwards> {
    let member = match &case.member {
        Some(id) => accounts::by_id(conn.reborrow(), id).await?,
        None => None,
    };
    match (member, end(case)) {
        (None, _) | (_, None) => Ok(Afterwards::default()),
        (Some(member), _) if !member.address_proved => Ok(Afterwards::unproved()),
        (Some(_), end) => {
            Ok(Afterwards::when_ended(&deciding::of_subject(conn, &case.subject, end).await?, &case.number))
        }
    }
}

fn end(case: &Case) -> Option<EntryId> {
    let ends = |step: Step| step.rules() || step == Step::Withdrawn;
    case.steps.iter().rev().find(|done| ends(done.step)).map(|done| done.entry)
}

/// Has whoever ends another case of the same accounts wait until this one is stored: of two that
/// end at once the second one ends the pause, and says so.
pub(super) async fn lock_accounts(tx: &mut Tx, case: &Case) -> db::Result<()> {
    ledger::lock(tx.conn(), &case.subject).await?;
    for subject in store::reached(tx.conn(), &case.number).await? {
        ledger::lock(tx.conn(), &subject).await?;
    }
    Ok(())
}
