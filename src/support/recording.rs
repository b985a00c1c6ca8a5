//! What an officer records for somebody who did not use the form: an objection, or a complaint
//! about the answer to one.

use super::officer_actions::{OfficerAction, act_on_case, officer, page, stale};
use crate::account::model::{no_address, parse_email};
use crate::account::session::Draft;
use crate::error::AppError;
use crate::ledger::WordsOf;
use crate::objection::applicant_actions::refused;
use crate::objection::case::Move;
use crate::objection::disown::NOT_THEIRS;
use crate::objection::form::RawFiling;
use crate::objection::model::Case;
use crate::objection::record_form::{RawRecord, parse_complaint, parse_recording};
use crate::objection::recorded_again::same_address;
use crate::objection::service::{self, NotMade, Recording};
use crate::objection::verify;
use crate::time::UtcMillis;
use crate::web::{App, reply};

/// The page with the form, which is also the name that its draft is kept under.
pub const RECORD: &str = "/support/objections/record";

/// How it came in, as it is shown again in a form that was refused. A date field takes dates only.
fn typed(record: &RawRecord) -> [(&'static str, &str); 5] {
    let is_day = UtcMillis::from_date(&record.received).is_some();
    [
        ("came", &record.came),
        ("received", if is_day { &record.received } else { "" }),
        ("words", &record.words),
        ("agent", &record.agent),
        ("overdue", &record.overdue),
    ]
}

/// The form as it is filled in to record this case again, under an address that is not typed yet.
pub fn again(case: &Case) -> Draft {
    let purposes: Vec<&str> = case.purposes.iter().map(|asked| asked.purpose.as_str()).collect();
    let record = case.record();
    let day = record.map(|record| record.received.date()).unwrap_or_default();
    let values = [
        ("again", &*case.number),
        ("came", record.map(|record| record.came.as_str()).unwrap_or_default()),
        ("received", &day),
        ("words", record.and_then(|record| record.words).map(WordsOf::as_str).unwrap_or_default()),
        ("agent", record.and_then(|record| record.agent.as_deref()).unwrap_or_default()),
        ("name", &case.name),
        ("country", case.region.country().alpha2()),
        ("california", if case.region.is_california() { "true" } else { "" }),
        ("purposes", &purposes.join(" ")),
        ("mode", case.mode.as_str()),
        ("reason", case.reason.as_deref().unwrap_or_default()),
        ("language", &case.language),
    ];
    Draft::typed(RECORD, &values)
}

/// The case that is to be recorded again; none where none was named.
async fn earlier(again: &str, email: &str) -> Result<Option<Case>, AppError> {
    if again.is_empty() {
        return Ok(None);
    }
    let case = super::officer_actions::case(again).await?;
    if !case.can_be_recorded_again() {
        return Err(AppError::NotFound);
    }
    if case.email == email {
        return Err(AppError::Invalid(vec![("email".into(), same_address(&case.number))]));
    }
    Ok(Some(case))
}

/// Records an objection, and leads to its case; refused, the form comes back.
pub async fn record_objection(
    form: &str,
    again: &str,
    record: &RawRecord,
    raw: &RawFiling,
) -> Result<String, AppError> {
    let chosen = raw.purposes.join(" ");
    let person = [
        ("form", form),
        ("again", again),
        ("name", &raw.name),
        ("email", &raw.email),
        ("country", &raw.country),
        ("california", if raw.california { "true" } else { "" }),
        ("purposes", &chosen),
        ("mode", &raw.mode),
        ("reason", &raw.reason),
        ("language", &raw.language),
    ];
    let answer = async {
        let officer = officer().await?;
        let app = App::here();
        let form = uuid::Uuid::parse_str(form).map_err(|_| AppError::Unreadable)?.to_string();
        let (filing, record) = parse_recording(raw, record, app.clock.now()).map_err(AppError::Invalid)?;
        let person = filing.person.as_ref().ok_or(AppError::Unreadable)?;
        let earlier = earlier(again, &person.email).await?;
        let code = verify::fresh_code(&app, None).await?;
        let again = earlier.as_ref();
        let what = Recording { filing: &filing, person, record: &record, officer: &officer, form: &form, again };
        let origin = app.config.origin();
        let number = service::record_objection(&app.db, what, &code, &origin, app.clock.now()).await?;
        app.wake_mailer();
        Draft::done(&page(&number), OfficerAction::Recorded.as_str()).keep().await?;
        Ok(number)
    };
    let answer = answer.await;
    let next = page(answer.as_deref().unwrap_or_default());
    reply::form(RECORD, &[&typed(record)[..], &person].concat(), answer, &next).await
}

/// Records a complaint about the answer in a case.
pub async fn record_complaint(case: &str, revision: &str, record: &RawRecord, text: &str) -> Result<(), AppError> {
    let now = App::here().clock.now();
    let typed = [&typed(record)[..], &[("complaint", text)]].concat();
    act_on_case(case, revision, ("", ""), &typed, OfficerAction::ComplaintRecorded, |case, _| {
        let (text, record) = parse_complaint(text, record, case.decided, now)?;
        Ok(Move::RecordComplaint { text, record })
    })
    .await
}

/// Corrects the address of a recorded case that nobody has confirmed.
pub async fn correct_address(number: &str, revision: &str, email: &str) -> Result<(), AppError> {
    let page = page(number);
    let answer = async {
        let officer = officer().await?;
        let case = super::officer_actions::case(number).await?;
        let seen: i64 = revision.parse().map_err(|_| AppError::Unreadable)?;
        let can = |case: &Case| case.address_can_be_corrected();
        let Some(email) = parse_email(email) else {
            let is_old = seen != case.revision;
            return Err(if is_old { stale(number, true, can).await? } else { AppError::Invalid(no_address("email")) });
        };
        if case.is_disowned() && case.email == email {
            return Err(AppError::Invalid(vec![("email".into(), NOT_THEIRS.into())]));
        }
        let app = App::here();
        let code = verify::fresh_code(&app, None).await?;
        let (by, origin, now) = ((&officer, seen), app.config.origin(), app.clock.now());
        let corrected = service::correct_recorded_address(&app.db, &case.number, by, &email, &code, &origin, now);
        let corrected = corrected.await;
        if matches!(corrected, Err(NotMade::Stale)) {
            return Err(stale(number, true, can).await?);
        }
        corrected.map_err(refused)?;
        app.wake_mailer();
        Draft::done(&page, OfficerAction::AddressCorrected.as_str()).keep().await
    };
    reply::form(&page, &[("email", email)], answer.await, &page).await
}
