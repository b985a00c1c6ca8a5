//! Cases, and the rows of their steps: they stand as their entries tell, from the first step to the
//! last.

use super::Finding;
use super::rows::{self, CaseRow, StepRow};
use crate::db::{self, Db};
use crate::ledger::{CaseStep, Entry, Step};
use crate::objection::case_facts::mark;
use crate::objection::deadline::Answer;
use crate::objection::steps::replay;
use std::collections::HashMap;

/// Checks a batch of cases by their numbers; returns the last one, if there was one.
pub async fn check(db: &Db, after: &str, most: i64) -> db::Result<(Option<String>, Vec<Finding>)> {
    let mut reader = db.reader().await?;
    let cases = rows::cases(reader.conn(), after, most).await?;
    let Some(last) = cases.last().map(|row| row.number.clone()) else { return Ok((None, Vec::new())) };
    let mut entries: HashMap<String, Vec<Entry>> = HashMap::new();
    for (number, canonical) in rows::entries_of_cases(reader.conn(), after, &last).await? {
        // What cannot be read is named with its entry.
        entries.entry(number).or_default().extend(serde_json::from_slice::<Entry>(&canonical).ok());
    }
    let mut outcomes: HashMap<String, Vec<(String, Option<String>)>> = HashMap::new();
    for (number, purpose, outcome) in rows::outcomes_of_cases(reader.conn(), after, &last).await? {
        outcomes.entry(number).or_default().push((purpose, outcome));
    }
    drop(reader);
    let mut found = Vec::new();
    for row in cases {
        let entries = entries.remove(&row.number).unwrap_or_default();
        let outcomes = outcomes.remove(&row.number).unwrap_or_default();
        let wrong = wrong(&row, outcomes, &entries);
        found.extend((!wrong.is_empty()).then(|| Finding::new(format!("case {}", row.number), wrong.join("; "))));
    }
    Ok((Some(last), found))
}

/// What of a case is not as its entries tell it.
fn wrong(row: &CaseRow, mut outcomes: Vec<(String, Option<String>)>, entries: &[Entry]) -> Vec<&'static str> {
    // The time that an answer may take matters only for moves that are still to be made.
    let Some(told) = replay(Answer::OneMonth, entries) else { return vec!["Its steps are those of one case"] };
    let at_step = |is: fn(Step) -> bool| {
        let steps = entries.iter().filter(move |entry| entry.step.as_ref().is_some_and(|step| is(step.name)));
        steps.map(|entry| entry.at.0)
    };
    let mut said: Vec<(String, Option<String>)> = told
        .purposes
        .iter()
        .map(|purpose| {
            let outcome = told.outcomes.iter().find(|(of, _)| of == purpose);
            (purpose.to_string(), outcome.map(|(_, outcome)| outcome.to_string()))
        })
        .collect();
    said.sort();
    outcomes.sort();
    let decided = match row.decided_at {
        Some(at) => told.decided && at_step(Step::rules).any(|step| step == at),
        None => !told.decided,
    };
    let complained = entries.iter().rev().filter_map(|entry| entry.step.as_ref());
    let complained = complained.filter(|step| step.name == Step::Complained).find_map(|step| step.due);
    let same = [
        ("It was received when its first step says", told.received.0 == row.received_at),
        ("Its answer is due when its steps say", told.due.0 == row.due_at),
        ("It stands where its steps lead", told.state.as_str() == row.state),
        ("It asks for what its first step says", told.mode.as_str() == row.mode),
        ("It was decided when its steps say", decided),
        ("What was decided about each use is what its steps say", said == outcomes),
        (
            "The answer to its complaint is due when its step says",
            row.complaint_due_at.is_none() || row.complaint_due_at == complained.map(|due| due.0),
        ),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
}

/// What beside a step is not as its entry has it.
pub fn beside(row: &StepRow, entry: &Entry, step: &CaseStep) -> Vec<&'static str> {
    let by = row.officer_id.as_deref().map(|officer| mark(&row.number, officer));
    let same = [
        ("The step was made when the entry says", row.at == entry.at.0),
        ("The step was made by whoever the entry says", row.actor == entry.actor.as_str()),
        ("What the step makes due is what the entry says", row.due_at == step.due.map(|due| due.0)),
        ("The officer of the step is the one whom the entry marks", step.officer.is_none() || by == step.officer),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(what, _)| what).collect()
}
