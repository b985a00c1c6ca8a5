//! What holds in the accounts that a case reaches, for whoever is told what its end means.

use crate::account::model::Member;
use crate::account::store as accounts;
use crate::consent::afterwards::Afterwards;
use crate::db::{self, Conn, Tx};
use crate::ledger::EntryId;
use crate::ledger::store as ledger;
use crate::ledger::store::deciding;
use crate::objection::given_back::Known;
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
    let others = of_others(conn, case, None).await?;
    Ok(Afterwards::together(&all).under(others))
}

/// What the other objections under the same confirmed address do outside of accounts: when the
/// entry `end` was recorded, or now. Nothing of what an account holds.
async fn of_others(conn: Conn<'_>, case: &Case, end: Option<EntryId>) -> db::Result<Afterwards> {
    let others = store::shown_under(conn, &case.email, OTHERS).await?;
    Ok(case.held_by(&others, end))
}

/// What is known of what holds without a case, to whoever reads its page.
#[derive(Clone, Debug)]
pub enum Told {
    /// All that is on record: they are signed in to the account that the case is in.
    All(Afterwards),
    /// What other objections outside of accounts do.
    Others(Afterwards),
    /// Nothing: it is in an account, and they came by a link.
    Nothing,
}

impl Told {
    /// The same for the sentences that are made of it.
    pub const fn known(&self) -> Known<'_> {
        match self {
            Self::All(after) => Known::All(after),
            Self::Others(after) => Known::Others(after),
            Self::Nothing => Known::Nothing,
        }
    }
}

/// What whoever reads the page of `case` is told of what holds without it now. `own` is whether
/// they are signed in to its account.
pub async fn told_now(conn: Conn<'_>, case: &Case, own: bool) -> db::Result<Told> {
    Ok(match (own, &case.member) {
        (true, _) => Told::All(afterwards(conn, case).await?),
        (false, None) => Told::Others(of_others(conn, case, None).await?),
        (false, Some(_)) => Told::Nothing,
    })
}

/// The same of what held when it got its newest answer, or was withdrawn.
pub async fn told_when_ended(conn: Conn<'_>, case: &Case, own: bool) -> db::Result<Told> {
    Ok(match (own, &case.member, case.end()) {
        (true, _, _) => Told::All(held_when_ended(conn, case).await?),
        (false, None, Some(end)) => Told::Others(of_others(conn, case, Some(end)).await?),
        (false, ..) => Told::Nothing,
    })
}

async fn of(conn: Conn<'_>, member: Option<&Member>, subject: &str, case: &Case) -> db::Result<Afterwards> {
    match member {
        None => Ok(Afterwards::default()),
        Some(member) if !member.address_proved => Ok(Afterwards::unproved()),
        Some(_) => Ok(Afterwards::without(&deciding::of_subject(conn, subject, None).await?, &case.number)),
    }
}

/// The same as it was when a member's case got its newest answer, or was withdrawn.
async fn held_when_ended(mut conn: Conn<'_>, case: &Case) -> db::Result<Afterwards> {
    let member = match &case.member {
        Some(id) => accounts::by_id(conn.reborrow(), id).await?,
        None => None,
    };
    match (member, case.end()) {
        (None, _) | (_, None) => Ok(Afterwards::default()),
        (Some(member), _) if !member.address_proved => Ok(Afterwards::unproved()),
        (Some(_), end) => {
            Ok(Afterwards::when_ended(&deciding::of_subject(conn, &case.subject, end).await?, &case.number))
        }
    }
}

/// Has whoever ends another case of the same accounts, or of the same address, wait until this one
/// is stored: of two that end at once the second one ends the pause, and says so.
pub(super) async fn lock_accounts(tx: &mut Tx, case: &Case) -> db::Result<()> {
    ledger::lock(tx.conn(), &case.subject).await?;
    for subject in store::reached(tx.conn(), &case.number).await? {
        ledger::lock(tx.conn(), &subject).await?;
    }
    // Outside of accounts the address is what two cases have in common.
    if case.member.is_none() {
        ledger::lock(tx.conn(), &case.email).await?;
    }
    Ok(())
}
