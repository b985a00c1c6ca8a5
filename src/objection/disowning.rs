//! Whoever came by the link of a recorded objection says that it is not theirs.

use super::{access, applicant_actions::ApplicantAction, pages::LEFT, service};
use crate::account::session::Draft;
use crate::error::AppError;
use crate::objection::disown::CONFIRMED;
use crate::web::App;

/// Says so. The links that were sent open nothing any more, also here; a second press finds what
/// the first one did.
pub async fn disown(number: &str) -> Result<(), AppError> {
    if !access::has_disowned(number).await? {
        let (_, case) = access::open(number).await?;
        let app = App::here();
        if !service::disown(&app.db, &case.number, app.clock.now()).await? {
            return Err(AppError::Invalid(vec![(String::new(), CONFIRMED.into())]));
        }
    }
    Draft::done(LEFT, ApplicantAction::Disowned.as_str()).keep().await
}
