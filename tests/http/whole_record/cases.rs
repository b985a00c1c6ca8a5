//! The rows of cases and of their steps: they stand as their entries tell.

use super::{each_is_named, history, record};
use crate::stories;
use crate::test_app::TestApp;
use sayso::ledger::Step;

stories![no_row_of_a_case_is_changed_unseen];

async fn no_row_of_a_case_is_changed_unseen(site: TestApp) {
    let number = record(&site).await;
    let ada = history(&site, "ada@example.org").await;
    let step = |name: Step| {
        let of = ada.iter().find(|entry| entry.step.as_ref().is_some_and(|step| step.name == name));
        of.unwrap().id.to_string()
    };
    let (filed, proposed, decided) = (step(Step::Filed), step(Step::Proposed), step(Step::Decided));
    let case = format!("case {number}");
    let of_step = |set: &str, entry: &str| format!("update case_steps set {set} where entry_id = '{entry}'");
    let of_case = |set: &str| format!("update cases set {set} where number = '{number}'");
    let of_use = |set: &str| format!("update case_purposes set {set} where number = '{number}'");
    each_is_named(
        &site,
        &[
            (of_step("at = at - 7776000000", &filed), &filed),
            (of_step("due_at = due_at + 7776000000", &filed), &filed),
            (of_step("due_at = 1", &decided), &decided),
            (of_step("actor = 'support'", &filed), &filed),
            (of_step("officer_id = 'somebody'", &proposed), &proposed),
            (of_step("officer_id = null", &decided), &decided),
            (of_step("position = 99", &filed), &case),
            (of_case("received_at = received_at - 7776000000"), &case),
            (of_case("due_at = due_at + 86400000"), &case),
            (of_case("state = 'withdrawn'"), &case),
            (of_case("mode = 'restrict'"), &case),
            (of_case("decided_at = decided_at - 1"), &case),
            (of_case("decided_at = null"), &case),
            (of_use("outcome = null"), &case),
            (of_use("outcome = 'upheld'"), &case),
            (of_use("purpose = 'advertising'"), &case),
        ],
    )
    .await;
}
