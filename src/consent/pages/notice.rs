//! The exact text of one notice, with its hash. For everybody: what members were told is no secret.

use super::super::{notice::LANGUAGES, store};
use crate::error::AppError;
use crate::ledger::Purpose;
use crate::ui::{self, Plain};
use crate::web::App;
use leptos::prelude::*;

/// A notice's text as paragraphs; an empty line ends one.
pub fn paragraphs(body: &str) -> impl IntoView + use<> {
    body.split("\n\n").map(|p| view! { <p>{p.to_owned()}</p> }).collect_view()
}

#[component]
pub fn NoticePage() -> impl IntoView {
    let params = leptos_router::hooks::use_params_map().get_untracked();
    let query = leptos_router::hooks::use_query_map().get_untracked();
    let all = async move {
        let purpose = params.get("purpose").and_then(|p| Purpose::parse(&p)).ok_or(AppError::NotFound)?;
        let version = params.get("version").and_then(|v| v.parse().ok()).ok_or(AppError::NotFound)?;
        let asked = query.get("language").unwrap_or_else(|| "en".into());
        let language = LANGUAGES.iter().copied().find(|l| *l == asked).ok_or(AppError::NotFound)?;
        let app = App::here();
        let mut reader = app.db.reader().await?;
        store::notice(reader.conn(), purpose, version, language).await?.ok_or(AppError::NotFound)
    };
    ui::load("/", all, |published| {
        let notice = published.notice;
        view! {
            <Plain title=published.title>
                {paragraphs(&published.body)}
                <dl class="facts">
                    <dt>"About"</dt>
                    <dd>{notice.reference.purpose.title()}</dd>
                    <dt>"Version"</dt>
                    <dd>{notice.reference.version}</dd>
                    <dt>"Published"</dt>
                    <dd>{notice.published_at.long()}</dd>
                    <dt>"In force from"</dt>
                    <dd>{notice.effective_at.long()}</dd>
                    <dt>"Fingerprint (SHA-256)"</dt>
                    <dd class="ref hash">{notice.reference.sha256}</dd>
                </dl>
            </Plain>
        }
    })
}
