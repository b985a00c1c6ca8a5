//! Server functions with which officers record what came another way than by the form.

use crate::error::AppError;
use leptos::prelude::*;

/// Records an objection that came by letter, in a call, from an agent or in person; answers with
/// the number of its case. `form` is the name that the page gave this form; `again`, if it is not
/// empty, the case that this is recorded again of.
#[server(endpoint = "record-objection")]
pub async fn record_objection(
    #[server(default)] form: String,
    #[server(default)] came: String,
    #[server(default)] received: String,
    #[server(default)] words: String,
    #[server(default)] agent: String,
    #[server(default)] overdue: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] country: String,
    #[server(default)] california: String,
    #[server(default)] purposes: Vec<String>,
    #[server(default)] mode: String,
    #[server(default)] reason: String,
    #[server(default)] language: String,
    #[server(default)] again: String,
) -> Result<String, AppError> {
    use crate::objection::form::RawFiling;
    use crate::objection::record_form::RawRecord;

    let california = !california.is_empty();
    let raw = RawFiling { name, email, country, california, purposes, mode, reason, language };
    let record = RawRecord { came, received, words, agent, overdue };
    crate::support::recording::record_objection(&form, &again, &record, &raw).await
}

/// Records a complaint that came another way than by the form.
#[server(endpoint = "record-complaint")]
pub async fn record_complaint(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] came: String,
    #[server(default)] received: String,
    #[server(default)] words: String,
    #[server(default)] agent: String,
    #[server(default)] overdue: String,
    #[server(default)] complaint: String,
) -> Result<(), AppError> {
    use crate::objection::record_form::RawRecord;
    crate::support::recording::record_complaint(
        &case,
        &revision,
        &RawRecord { came, received, words, agent, overdue },
        &complaint,
    )
    .await
}

/// Corrects the address of a recorded case that nobody has confirmed; the copy is sent there.
#[server(endpoint = "correct-recorded-address")]
pub async fn correct_recorded_address(
    #[server(default)] case: String,
    #[server(default)] revision: String,
    #[server(default)] email: String,
) -> Result<(), AppError> {
    crate::support::recording::correct_address(&case, &revision, &email).await
}
