//! Moves that the person who objected makes on their own case.

use super::case::{By, Move};
use super::store::{self, Mover, NotMade};
use super::{access, case};
use crate::account::{model::FieldErrors, session::Draft};
use crate::error::AppError;
use crate::server::{App, reply};

/// Makes the move that was typed on the viewer's own case, then says `done` on its page; refused, what was `typed` is still there.
pub async fn make(number: &str, typed: &str, mv: Result<Move, FieldErrors>, done: &str) -> Result<(), AppError> {
    let number = case::parse_number(number).unwrap_or_default();
    let page = format!("/objections/{number}");
    let answer = async {
        let (_, case) = access::open(&number).await?;
        let mv = mv.map_err(AppError::Invalid)?;
        let app = App::here();
        let origin = app.config.origin();
        let mover = Mover { by: By::Applicant, officer: None, seen: None, origin: &origin };
        store::make(&app.db, &case.number, mover, &mv, app.clock.now()).await.map_err(refused)?;
        app.wake_post();
        Draft::done(&page, done).keep().await
    };
    reply::form(&page, &[("text", typed)], answer.await, &page).await
}

/// Why a move was not made, for the one who asked for it.
pub fn refused(error: NotMade) -> AppError {
    match error {
        NotMade::NotFound => AppError::NotFound,
        NotMade::Database(error) => error.into(),
        NotMade::Stale | NotMade::NoOther | NotMade::Illegal(_) => {
            AppError::Invalid(vec![(String::new(), error.to_string())])
        }
    }
}
