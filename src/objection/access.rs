//! Who may open a case: the member whose it is, and whoever came by its link or its code. Officers
//! read it, too.

use super::{model::Case, store};
use crate::account::model::Member;
use crate::account::roles::{Capability, may};
use crate::account::{session, store as accounts};
use crate::error::AppError;
use crate::server::App;

const OPENED: &str = "opened-cases";
/// Cases that one session has open by link or code.
const OPENED_MAX: usize = 20;

/// The case `number`, and who reads it. Somebody else's, and one that there is not, are both not
/// found.
pub async fn open(number: &str) -> Result<(Option<Member>, Case), AppError> {
    let viewer = session::viewer().await?;
    let app = App::here();
    let case = store::by_number(app.db.reader().await?.conn(), number).await?;
    let own = |case: &Case| case.member.is_some() && case.member.as_ref() == viewer.as_ref().map(|m| &m.id);
    let opened = session::get::<Vec<String>>(OPENED).await?.unwrap_or_default();
    let theirs = match case.as_ref().filter(|case| !own(case)).and_then(|case| case.member.as_ref()) {
        Some(id) => accounts::by_id(app.db.reader().await?.conn(), id).await?,
        None => None,
    };
    let case = case.filter(|_| theirs.is_none_or(|member| app.admits(&member)));
    match case.filter(|case| own(case) || opened.contains(&case.number)) {
        Some(case) => Ok((viewer, case)),
        None if viewer.is_none() => Err(AppError::NotSignedIn),
        None => Err(AppError::NotFound),
    }
}

/// The case `number` for whoever reads it: an officer, or whoever may [`open`] it.
pub async fn read(number: &str) -> Result<Case, AppError> {
    let role = session::viewer().await?.map(|viewer| viewer.role);
    if may(role, Capability::WorkCases) {
        let app = App::here();
        let case = store::by_number(app.db.reader().await?.conn(), number).await?;
        if let Some(case) = case.filter(Case::for_officers) {
            return Ok(case);
        }
    }
    Ok(open(number).await?.1)
}

/// Closes a case that this session came to by link or code.
pub async fn forget(number: &str) -> Result<(), AppError> {
    let mut opened = session::get::<Vec<String>>(OPENED).await?.unwrap_or_default();
    if !opened.iter().any(|known| known == number) {
        return Ok(());
    }
    opened.retain(|known| known != number);
    session::put(OPENED, opened).await
}

/// Remembers that this session came with the link or the code of a case.
pub async fn remember(number: &str) -> Result<(), AppError> {
    let mut opened = session::get::<Vec<String>>(OPENED).await?.unwrap_or_default();
    opened.retain(|known| known != number);
    opened.push(number.into());
    if opened.len() > OPENED_MAX {
        opened.remove(0);
    }
    session::put(OPENED, opened).await
}
