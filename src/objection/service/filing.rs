//! Filing: one form is one case, also when it is sent twice.

use super::verification::{self, FreshCode};
use super::{Recorded, acknowledge, record};
use crate::account::model::Member;
use crate::db::{self, Db, Tx};
use crate::ledger::store as ledger;
use crate::objection::already_off::AlreadyOff;
use crate::objection::case;
use crate::objection::filing::{Applicant, OnFiling, SAME_FORM_MAX, named_after, on_filing};
use crate::objection::form::{Filing, Person};
use crate::objection::model::Case;
use crate::objection::still_open::StillOpen;
use crate::objection::store;
use crate::{id, time::UtcMillis};

/// Whose case it is that is being filed.
#[derive(Clone, Copy)]
pub enum Filer<'a> {
    Member(&'a Member),
    /// With the code that they are mailed, and what their browser has filed before.
    Applicant(&'a Person, &'a FreshCode, &'a [StillOpen]),
}

/// What became of a filed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// The number of the case, a new one or that of the same form sent before. Where its address is
    /// still to be confirmed, with the mark that shows to whoever filed it that it is stored.
    Case { number: String, verify: Option<String> },
    /// These are off permanently already: nothing was stored.
    AlreadyOff(Vec<AlreadyOff>),
    /// Too many of this person, or under this address, within a day: nothing was stored.
    TooMany,
}

impl From<&Case> for Filed {
    fn from(case: &Case) -> Self {
        Self::Case { number: case.number.clone(), verify: case.mark_to_show() }
    }
}

/// Stores what was filed, unless [`on_filing`] finds that it is there already. The same form sent
/// twice is one case while that is open, and for an hour unless it was withdrawn; another one about
/// the same purposes is a case of its own, linked to the first.
pub async fn file(
    db: &Db,
    filing: &Filing,
    filer: Filer<'_>,
    form: &str,
    origin: &str,
    now: UtcMillis,
) -> db::Result<Filed> {
    let applicant = match filer {
        Filer::Member(member) => member.into(),
        Filer::Applicant(person, ..) => Applicant {
            subject: id::opaque().to_string(),
            member: None,
            name: person.name.clone(),
            email: person.email.clone(),
        },
    };
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), form).await?;
    ledger::lock(tx.conn(), applicant.member.as_ref().map_or(&applicant.email, |_| &applicant.subject)).await?;
    let same = |case: &Case| case.is_same_form(filing, &applicant.email, now);
    let form = match name_of_form(&mut tx, same, form).await? {
        Named::Filed(case) => return Ok(Filed::from(&*case)),
        Named::New(form) => form,
    };
    let earlier = match filer {
        Filer::Member(member) => store::of_member(tx.conn(), &member.id).await?,
        Filer::Applicant(..) => {
            store::unconfirmed(tx.conn(), &applicant.email, UtcMillis(now.0 - UtcMillis::DAY)).await?
        }
    };
    let off = match filer {
        Filer::Member(member) => super::already_off(tx.conn(), &member.subject, None, now).await?,
        Filer::Applicant(..) => Vec::new(),
    };
    let (after, same) = match on_filing(filing, applicant.member.is_some(), &earlier, &off, now) {
        OnFiling::SamePress(number) => return Ok(Filed::Case { number, verify: None }),
        OnFiling::TooMany => return Ok(Filed::TooMany),
        OnFiling::AlreadyOff(off) => return Ok(Filed::AlreadyOff(off)),
        OnFiling::New { after, same } => (after, same),
    };
    let (mut case, step) = Case::open(fresh_number(&mut tx).await?, applicant, filing, after, now);
    store::insert(tx.conn(), &case, &form).await?;
    let text = case.reason.clone();
    record(&mut tx, &mut case, Recorded::by_applicant(step, text), now).await?;
    match filer {
        Filer::Member(_) => acknowledge(&mut tx, &mut case, origin, now).await?,
        Filer::Applicant(_, code, earlier) if store::there_is_room(tx.conn(), &case.email, now).await? => {
            case.still_open = earlier.to_vec();
            verification::send(&mut tx, &mut case, code, same.as_deref(), origin, now).await?;
        }
        // It is stored, and a code can be sent to it another day.
        Filer::Applicant(..) => {}
    }
    store::save(tx.conn(), &case).await?;
    tx.commit().await?;
    Ok(Filed::from(&case))
}

/// What is known of a form.
pub(super) enum Named {
    /// It was sent before, and this is its case.
    Filed(Box<Case>),
    /// The name to store it under.
    New(String),
}

/// Looks for the case of this very press among those that came of the form, each of which is found
/// by the one before.
pub(super) async fn name_of_form(tx: &mut Tx, same: impl Fn(&Case) -> bool, form: &str) -> db::Result<Named> {
    let mut form = form.to_owned();
    for _ in 0..SAME_FORM_MAX {
        match store::by_form(tx.conn(), &form).await? {
            None => return Ok(Named::New(form)),
            Some(case) if same(&case) => return Ok(Named::Filed(Box::new(case))),
            Some(case) => form = named_after(&form, &case.number),
        }
    }
    Ok(Named::New(id::opaque().to_string()))
}

/// A number that no case has yet.
pub(super) async fn fresh_number(tx: &mut Tx) -> db::Result<String> {
    loop {
        let number = case::number(id::random());
        if !store::is_taken(tx.conn(), &number).await? {
            return Ok(number);
        }
    }
}
