//! The third card of the Data privacy tab: who looked.

use crate::account::model::Member;
use crate::consent::audience::Audience;
use crate::consent::wording::{ViewWording, moment, view_wording};
use crate::error::AppError;
use crate::ledger::store as ledger;
use crate::time::UtcMillis;
use crate::ui::When;
use crate::web::App;
use leptos::prelude::*;

/// As many looks stand on the tab; the history has all of them.
const SHOWN: usize = 10;

/// When somebody of the staff looked at this member's settings, and why; up to `at` where that is
/// given.
pub async fn who_looked(member: &Member, reader: &Audience, at: Option<UtcMillis>) -> Result<AnyView, AppError> {
    let app = App::here();
    let until = at.unwrap_or(UtcMillis(i64::MAX));
    let mut views = ledger::views(app.db.reader().await?.conn(), &member.subject, until, SHOWN as u32 + 1).await?;
    let more = views.len() > SHOWN;
    views.truncate(SHOWN);
    let none = views.is_empty();
    let history = reader.link("/settings/privacy/history");
    let rows: Vec<_> = views
        .into_iter()
        .map(|entry| {
            let link = reader.link(&format!("/settings/privacy/entries/{}", entry.id));
            (view_wording(&entry), moment(entry.at), link, entry.id.receipt())
        })
        .collect();
    Ok(view! {
        <article class="card" aria-labelledby="looked">
            <section class="stack">
                <h2 id="looked">"Who looked"</h2>
                {none.then(|| view! { <p>"Nobody has viewed these settings."</p> })}
                {(!none)
                    .then(|| {
                        view! {
                            <ul class="plain-list">
                                {rows
                                    .into_iter()
                                    .map(|(ViewWording { team, what, why }, at, link, receipt)| {
                                        view! {
                                            <li>
                                                {format!("{team} {what} on ")} <When at />
                                                {format!(". Reason: {why}. ")} <a class="ref" href=link>
                                                    {receipt}
                                                </a>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        }
                    })}
                {more
                    .then(|| {
                        view! {
                            <p>
                                "See earlier views in the " <a href=history>"full history"</a> "."
                            </p>
                        }
                    })}
            </section>
        </article>
    }
    .into_any())
}
