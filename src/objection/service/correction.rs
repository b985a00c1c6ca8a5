//! Correcting the address of a case that waits for its code.

use super::verification::{self, FreshCode};
use super::{Recorded, record};
use crate::db::{self, Db};
use crate::id;
use crate::ledger::{Step, store as ledger};
use crate::mail::store as outbox;
use crate::objection::case::CaseState;
use crate::objection::correction::{Correction, NotCorrected};
use crate::objection::filing::{UNCONFIRMED_A_DAY, are_enough};
use crate::objection::{letters, store};
use crate::time::UtcMillis;

/// What became of an address that was typed anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// The case is under this address now, or was already. With the mark of who filed it.
    Now {
        mark: String,
        said: Correction,
    },
    /// Too many cases wait under this address already.
    TooMany,
    Not(NotCorrected),
    /// It is no case of whoever asks.
    NotTheirs,
}

/// Makes whoever has just filed the case the one who can correct its address: returns the secret
/// for their browser, or none where it was filed longer ago than a press takes.
pub async fn remember_filer(db: &Db, number: &str, now: UtcMillis) -> db::Result<Option<String>> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let case = store::by_number(tx.conn(), number).await?;
    if !case.is_some_and(|case| case.is_just_filed(now)) {
        return Ok(None);
    }
    let secret = id::opaque().simple().to_string();
    store::put_filer(tx.conn(), number, &secret, now).await?;
    tx.commit().await?;
    Ok(Some(secret))
}

/// Has a case be under another address, where whoever asks has the `secret` of the browser that
/// filed it. What was mailed before opens nothing any more, and `code` goes to the new address. No
/// account is looked at, so the answer tells nothing of one.
pub async fn correct_address(
    db: &Db,
    number: &str,
    secret: &str,
    email: &str,
    code: &FreshCode,
    origin: &str,
    now: UtcMillis,
) -> db::Result<Corrected> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let Some(mut case) = store::by_number(tx.conn(), number).await? else { return Ok(Corrected::NotTheirs) };
    if !store::is_filer(tx.conn(), number, secret).await? {
        return Ok(Corrected::NotTheirs);
    }
    let mark = case.filed_mark();
    if case.state == CaseState::AwaitingVerification && case.email == email {
        return Ok(Corrected::Now { mark, said: case.corrected_again(now) });
    }
    if let Err(why) = case.may_correct(now) {
        return Ok(Corrected::Not(why));
    }
    // As where something is filed under this address.
    ledger::lock(tx.conn(), email).await?;
    let earlier = store::unconfirmed(tx.conn(), email, UtcMillis(now.0 - UtcMillis::DAY)).await?;
    if are_enough(&earlier, UNCONFIRMED_A_DAY, now) {
        return Ok(Corrected::TooMany);
    }
    store::end_codes(tx.conn(), number, now).await?;
    outbox::take_back(tx.conn(), &case.email, &letters::code_subject(&case)).await?;
    record(&mut tx, &mut case, Recorded::by_applicant(Step::AddressCorrected.into(), None), now).await?;
    email.clone_into(&mut case.email);
    store::set_address(tx.conn(), number, email).await?;
    let room = store::there_is_room(tx.conn(), email, now).await?;
    if room {
        verification::send(&mut tx, &mut case, code, None, origin, now).await?;
    }
    store::save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(Corrected::Now { mark, said: if room { Correction::CodeSent } else { Correction::NoCode } })
}
