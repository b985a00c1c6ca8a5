//! The receipt of an entry for an officer who looks at the member whose entry it is. Support, who
//! may look too, does not get it.

use super::support_view;
use crate::account::roles::Capability;
use crate::consent::download::{self, Answer};
use crate::web::App;
use axum::response::Response;
use http::request::Parts;

/// The file of `entry` of the member `id`. `None` where there is none under this address for
/// whoever asks. Without an open support view, the page of the entry asks for the reason first.
pub async fn of_member(app: App, id: String, entry: String, parts: Parts) -> Option<Response> {
    let (page, asked) = (download::page_of(&parts), parts.clone());
    let find = async move {
        let app = App::here();
        let visit = support_view::begin(&id, Capability::WorkCases).await?;
        if visit.look.is_none() {
            return Ok(Answer::See(page));
        }
        let by = download::by(&app, &visit.staff, &asked);
        download::found(&app, &visit.member.subject, &entry, page, by).await
    };
    download::answer(&app, parts, find).await
}
