//! What an officer records for somebody: an objection that came by letter, in a call, from an agent
//! or in person. Complaints are a [move](super::moves).

use super::filing::{Named, fresh_number, name_of_form};
use super::notes::put_note;
use super::verification::FreshCode;
use super::{NotMade, Recorded, record, write};
use crate::account::model::Member;
use crate::db::{self, Db, Tx, inconsistent};
use crate::ledger::{Step, store as ledger};
use crate::mail::store as outbox;
use crate::objection::case::{By, IllegalMove, Move};
use crate::objection::filing::Applicant;
use crate::objection::form::{Filing, Person};
use crate::objection::model::Case;
use crate::objection::record::Record;
use crate::objection::recorded_again::{note_on_earlier, note_on_new};
use crate::objection::{recorded_letters, store};
use crate::{id, time::UtcMillis};

/// An objection as an officer has taken it down.
#[derive(Clone, Copy)]
pub struct Recording<'a> {
    pub filing: &'a Filing,
    pub person: &'a Person,
    pub record: &'a Record,
    pub officer: &'a Member,
    /// The name that the page gave the form.
    pub form: &'a str,
    /// The case that this is recorded again of, under another address.
    pub again: Option<&'a Case>,
}

/// Stores what an officer recorded, acknowledges it and mails the person a copy, with a code and a
/// link. Officers work on it at once. It reaches no account before the address is confirmed. The
/// same form sent twice is one case while that is open. Returns the number.
pub async fn record_objection(
    db: &Db,
    what: Recording<'_>,
    code: &FreshCode,
    origin: &str,
    now: UtcMillis,
) -> db::Result<String> {
    let Recording { filing, person, officer, form: named, again, .. } = what;
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), named).await?;
    ledger::lock(tx.conn(), &person.email).await?;
    let known = |case: &Case| case.record().is_some_and(|record| record.says_the_same(what.record));
    let same = |case: &Case| known(case) && case.is_same_form(filing, &person.email, now);
    let form = match name_of_form(&mut tx, same, named).await? {
        Named::Filed(case) => return Ok(case.number),
        Named::New(form) => form,
    };
    let applicant = Applicant {
        subject: id::opaque().to_string(),
        member: None,
        name: person.name.clone(),
        email: person.email.clone(),
    };
    let (mut case, step) = Case::open_recorded(fresh_number(&mut tx).await?, applicant, filing, what.record, None);
    store::insert(tx.conn(), &case, &form).await?;
    let (text, of) = (case.reason.clone(), Some(what.record.clone()));
    let begun = Recorded { step, by: By::Officer, officer: Some(officer), text, said: Vec::new(), record: of };
    record(&mut tx, &mut case, begun, now).await?;
    let acknowledged = case.apply(By::System, None, &Move::Acknowledge, now);
    let step = acknowledged.map_err(|_| inconsistent("cases", "state"))?.step;
    record(&mut tx, &mut case, Recorded::by_system(step), now).await?;
    store::search::write_words(tx.conn(), &case.number).await?;
    send_copy(&mut tx, &mut case, code, origin, now).await?;
    store::save(tx.conn(), &case).await?;
    if let Some(earlier) = again {
        let (old, new) = (&earlier.number, &case.number);
        put_note(&mut tx, old, officer, named, &note_on_earlier(new), now).await?;
        put_note(&mut tx, new, officer, named, &note_on_new(old), now).await?;
    }
    tx.commit().await?;
    Ok(case.number)
}

/// Has a recorded case be under another address, where nobody has confirmed it yet: an officer has
/// misheard or mistyped it. What was mailed before opens nothing any more. The same address once
/// more is the same press.
pub async fn correct_recorded_address(
    db: &Db,
    number: &str,
    (officer, seen): (&Member, i64),
    email: &str,
    code: &FreshCode,
    origin: &str,
    now: UtcMillis,
) -> Result<(), NotMade> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), number).await?;
    let mut case = store::by_number(tx.conn(), number).await?.ok_or(NotMade::NotFound)?;
    if !case.address_can_be_corrected() {
        return Err(IllegalMove::Verified.into());
    }
    if case.email == email {
        return Ok(());
    }
    if case.revision != seen {
        return Err(NotMade::Stale);
    }
    store::delete_links(tx.conn(), number, now).await?;
    outbox::take_back_about(tx.conn(), &case.email, number).await?;
    let step = Step::AddressCorrected.into();
    let corrected =
        Recorded { step, by: By::Officer, officer: Some(officer), text: None, said: Vec::new(), record: None };
    record(&mut tx, &mut case, corrected, now).await?;
    email.clone_into(&mut case.email);
    store::set_address(tx.conn(), number, email).await?;
    if case.disowned.take().is_some() {
        store::set_disowned(tx.conn(), number, None).await?;
    }
    send_copy(&mut tx, &mut case, code, origin, now).await?;
    store::save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(())
}

/// Mails the copy with the code, and what was answered by now. An address that was sent
/// enough codes today still gets its copy.
async fn send_copy(tx: &mut Tx, case: &mut Case, code: &FreshCode, origin: &str, now: UtcMillis) -> db::Result<()> {
    let room = store::there_is_room(tx.conn(), &case.email, now).await?;
    if room {
        store::put_code(tx.conn(), &case.number, &case.email, &code.hash, now).await?;
        record(tx, case, Recorded::by_system(Step::CodeSent.into()), now).await?;
    }
    let shown = room.then_some(&*code.shown);
    write(tx, case, origin, now, |case, way| Some(recorded_letters::recorded(case, shown, way, now))).await
}
