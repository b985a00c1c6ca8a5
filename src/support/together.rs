//! What an officer does about several cases at once. Each is a transaction of its own: what became
//! of the others changes nothing for it.

use super::{list, officer_actions};
use crate::account::model::Member;
use crate::account::session::Draft;
use crate::account::store as accounts;
use crate::error::AppError;
use crate::objection::case::{By, Move};
use crate::objection::model::Case;
use crate::objection::service::{self, Mover, NotMade};
use crate::objection::store;
use crate::objection::together::{
    Chosen, LeftOut, TOGETHER_MAX, Tally, Together, chosen, is_of_another, to_uphold, was_upheld,
};
use crate::web::{App, reply};

fn wrong(field: &str, said: impl Into<String>) -> AppError {
    AppError::Invalid(vec![(field.into(), said.into())])
}

/// What was chosen: at least one case.
pub fn parse(cases: &[String]) -> Result<Vec<Chosen>, AppError> {
    match chosen(cases) {
        Some(cases) if !cases.is_empty() => Ok(cases),
        Some(_) => Err(wrong("all", "Please select at least one case.")),
        None => Err(wrong("all", format!("Please select at most {TOGETHER_MAX} cases."))),
    }
}

/// Does what was asked for about each of the cases, and says on their list what became of them.
pub async fn work(cases: &[String], intent: &str, to: &str, list: &str) -> Result<(), AppError> {
    let page = list::address(&list::of_page(&list::read(list)));
    let answer = async {
        let officer = officer_actions::officer().await?;
        let together = Together::parse(intent).ok_or(AppError::Unreadable)?;
        let cases = parse(cases)?;
        let app = App::here();
        let to = match together {
            Together::AssignToMe => Some(officer.clone()),
            Together::Assign if to.is_empty() => return Err(wrong("to", "Please choose an officer.")),
            Together::Assign if to == crate::objection::queue::NOBODY => None,
            Together::Assign => {
                let officers = accounts::officers(app.db.reader().await?.conn()).await?;
                let found = officers.into_iter().find(|other| other.id == to && app.admits(other));
                Some(found.ok_or_else(|| wrong("to", "Please choose one of the officers listed here."))?)
            }
            Together::Review | Together::Uphold => None,
        };
        let officers = accounts::officers(app.db.reader().await?.conn()).await?;
        let officers: Vec<&str> = officers.iter().map(|officer| &*officer.id).collect();
        let mut tally = Tally::new(together);
        for case in &cases {
            match one(&app, together, case, (&officer, &officers), to.as_ref()).await {
                Ok(Done::Told) => tally.done += 1,
                Ok(Done::Untold) => {
                    tally.done += 1;
                    tally.unsent.push(case.number.clone());
                }
                Ok(Done::OfAnother) => tally.others.push(case.number.clone()),
                Err(NotMade::Stale) => tally.stale.push(case.number.clone()),
                Err(NotMade::Database(error)) => return Err(error.into()),
                Err(_) => {
                    let now = store::by_number(app.db.reader().await?.conn(), &case.number).await?;
                    let why = now.filter(Case::for_officers).map(|now| LeftOut::of(&now, together));
                    tally.not.push((case.number.clone(), why.unwrap_or(LeftOut::Gone)));
                }
            }
        }
        app.wake_mailer();
        Draft::done(&page, &tally.word()).keep().await
    };
    let typed: Vec<(&str, &str)> = cases.iter().map(|case| (case.as_str(), "chosen")).chain([("to", to)]).collect();
    reply::form(&page, &typed, answer.await, &page).await
}

/// What became of one of them.
enum Done {
    /// It is done, and the person was told what they are to be told of it.
    Told,
    /// It is done, and no answer was sent: the address is somebody else's.
    Untold,
    /// It is another officer's to do.
    OfAnother,
}

impl Done {
    fn of_upheld(case: &Case) -> Self {
        if case.is_disowned() { Self::Untold } else { Self::Told }
    }
}

/// Does it about one of them.
async fn one(
    app: &App,
    together: Together,
    chosen: &Chosen,
    (officer, officers): (&Member, &[&str]),
    to: Option<&Member>,
) -> Result<Done, NotMade> {
    let now = app.clock.now();
    let case = store::by_number(app.db.reader().await?.conn(), &chosen.number).await?;
    let mut case = case.filter(Case::for_officers).ok_or(NotMade::NotFound)?;
    let steps = match together {
        Together::AssignToMe | Together::Assign => {
            service::assign(&app.db, &case.number, to, officer, chosen.revision, now).await?;
            return Ok(Done::Told);
        }
        Together::Review if is_of_another(&case, &officer.id, officers) => return Ok(Done::OfAnother),
        Together::Review => vec![Move::BeginReview],
        Together::Uphold if was_upheld(&case, &officer.id, chosen.revision, now) => {
            return Ok(Done::of_upheld(&case));
        }
        Together::Uphold if case.revision != chosen.revision => return Err(NotMade::Stale),
        Together::Uphold => to_uphold(&case, now).ok_or(NotMade::NotFound)?,
    };
    let origin = app.config.origin();
    for (seen, mv) in (chosen.revision..).zip(&steps) {
        let mover = Mover { by: By::Officer, officer: Some(officer), seen: Some(seen), shown: None, origin: &origin };
        case = service::make_move(&app.db, &case.number, mover, mv, now).await?;
    }
    Ok(if together == Together::Uphold { Done::of_upheld(&case) } else { Done::Told })
}

/// What has changed since a page of the queue was loaded, in a sentence; nothing if nothing has.
pub async fn changes(shown: &str, since: i64) -> Result<String, AppError> {
    use crate::account::roles::Capability;
    crate::account::session::unnoticed_for(Capability::WorkCases).await?;
    let shown: Vec<String> = shown.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let shown = chosen(&shown).ok_or(AppError::Unreadable)?;
    let app = App::here();
    let (changed, new) = store::changed(app.db.reader().await?.conn(), &shown, crate::time::UtcMillis(since)).await?;
    Ok(crate::objection::together::says_changed(changed, usize::try_from(new).unwrap_or_default()))
}
