//! Somebody of the staff at the pages of one member: who it is, whether a look is open, and opening
//! one.

use super::access_reason::{self, AccessReason};
use super::store::{self, OpenView};
use crate::account::model::{Member, Role};
use crate::account::roles::Capability;
use crate::account::session::{self, Draft};
use crate::account::store as accounts;
use crate::error::AppError;
use crate::objection::model::Case;
use crate::objection::store as cases;
use crate::web::{App, link, reply};
use sayso_core::string_enum;

string_enum! {
    /// What staff have done in a support view, for the page that says so.
    pub enum ViewAction { AddressShown = "unmasked" }
}

impl ViewAction {
    /// What is said of it, once it is stored.
    pub const fn says(self) -> &'static str {
        match self {
            Self::AddressShown => "You can now see the full address, and we have recorded that.",
        }
    }
}

/// Who looks, at whom, and the look that is open, if one is.
pub struct SupportView {
    pub staff: Member,
    pub member: Member,
    pub look: Option<OpenView>,
}

/// The path of a member's pages among staff; the draft of its form is kept under the same name.
pub fn page(member: &str) -> String {
    format!("/support/members/{member}")
}

/// The id of a member as somebody sent it, if it could be one: in the spelling that is stored, so
/// that one member has one address.
fn parse_id(raw: &str) -> Option<String> {
    uuid::Uuid::parse_str(raw).ok().map(|id| id.to_string()).filter(|same| same == raw)
}

/// Answers a form that names nobody, and so has no page to go back to: whoever may not send it is
/// told that first.
async fn nobody(capability: Capability) -> Result<(), AppError> {
    reply::answer(session::signed_in_for(capability).await.and(Err(AppError::NotFound)))
}

/// Begins at the pages of the member `id`. Staff are no members.
pub async fn begin(id: &str, capability: Capability) -> Result<SupportView, AppError> {
    let staff = session::signed_in_for(capability).await?;
    let id = parse_id(id).ok_or(AppError::NotFound)?;
    let app = App::here();
    let mut reader = app.db.reader().await?;
    let member = accounts::by_id(reader.conn(), &id).await?;
    let member = member.filter(|m| m.role == Role::Member).ok_or(AppError::NotFound)?;
    let look = store::open(reader.conn(), &staff.id, &member.id, app.clock.now()).await?;
    Ok(SupportView { staff, member, look })
}

/// Opens a look with the reason that was typed, then goes on to `next`, one of this member's pages;
/// refused, what was typed is still there.
pub async fn open(id: &str, case: &str, reason: &str, text: &str, next: &str) -> Result<(), AppError> {
    let page = match parse_id(id) {
        Some(id) => page(&id),
        None => return nobody(Capability::ViewMembers).await,
    };
    let answer = async {
        let SupportView { staff, member, .. } = begin(id, Capability::ViewMembers).await?;
        let why = access_reason::parse(case, reason, text).map_err(AppError::Invalid)?;
        let app = App::here();
        check_case(&app, &member, &why).await?;
        store::look(&app.db, &staff, &member, &why, app.clock.now()).await?;
        Ok(())
    };
    let next = link::own_path(next).filter(|next| is_at(&page, next)).unwrap_or(&page);
    reply::form(&page, &[("case", case), ("reason", reason), ("text", text)], answer.await, next).await
}

/// Whether `path` is `page` or lies below it. A browser takes `..`, and `%2e%2e` too, as the way
/// up, so that there is neither.
fn is_at(page: &str, path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/');
    path.strip_prefix(page).is_some_and(|rest| (rest.is_empty() || rest.starts_with('/')) && rest.chars().all(plain))
}

/// A case that is the reason has to be one of this member's, or one that reaches their account.
async fn check_case(app: &App, member: &Member, why: &AccessReason) -> Result<(), AppError> {
    let Some(number) = &why.case else { return Ok(()) };
    let mut reader = app.db.reader().await?;
    let case = cases::by_number(reader.conn(), number).await?.filter(Case::for_officers);
    let own = case.as_ref().is_some_and(|case| case.member.as_ref() == Some(&member.id));
    if own || case.is_some() && cases::reached(reader.conn(), number).await?.contains(&member.subject) {
        return Ok(());
    }
    Err(AppError::Invalid(vec![("case".into(), "This member has no case with this number.".into())]))
}

/// Shows the whole address while a look is open.
pub async fn unmask(id: &str) -> Result<(), AppError> {
    let page = match parse_id(id) {
        Some(id) => page(&id),
        None => return nobody(Capability::UnmaskAddresses).await,
    };
    let answer = async {
        let SupportView { staff, member, .. } = begin(id, Capability::UnmaskAddresses).await?;
        let app = App::here();
        if store::show_address(&app.db, &staff, &member, app.clock.now()).await?.is_some() {
            return Draft::done(&page, ViewAction::AddressShown.as_str()).keep().await;
        }
        let said = if store::has_looked(app.db.reader().await?.conn(), &staff.id, &member.id).await? {
            "Your 30 minutes are over. Please give your reason again."
        } else {
            "Please give your reason first. You can show the full address after that."
        };
        Err(AppError::Invalid(vec![(String::new(), said.into())]))
    };
    reply::form(&page, &[], answer.await, &page).await
}

#[cfg(test)]
mod tests {
    use super::is_at;

    #[test]
    fn a_page_of_a_member_is_not_left_by_dots() {
        let page = "/support/members/01a205b3-d000-748f-b26b-c87fa5cb1408";
        for below in ["", "?at=2026-01-01", "/history", "/history?page=2", "/receipts/0-1#top"] {
            assert!(is_at(page, &format!("{page}{below}")), "{below}");
        }
        for elsewhere in ["/../../../evil", "/%2e%2e/x", "/..%2f", "0", "/\\evil", "evil?/"] {
            assert!(!is_at(page, &format!("{page}{elsewhere}")), "{elsewhere}");
        }
        assert!(!is_at(page, "/support"));
    }
}
