//! What auditors downloaded: they are watched too.

use super::super::store::{self, Download, File};
use super::{DOWNLOADS, LEDGER, LOG, PAGE, STAFF};
use crate::account::roles::Capability;
use crate::account::session;
use crate::consent::wording::moment_short;
use crate::ledger::EntryId;
use crate::ui::{self, Frame, NextPage, When};
use crate::web::App;
use leptos::prelude::*;

#[component]
pub fn DownloadsPage() -> impl IntoView {
    let after: Option<EntryId> = super::query()("after").and_then(|id| id.parse().ok());
    let all = async move {
        let auditor = session::signed_in_for(Capability::ReadAccessLog).await?;
        let app = App::here();
        let found = store::downloads(app.db.reader().await?.conn(), after, PAGE + 1).await?;
        Ok((auditor, found))
    };
    ui::load(DOWNLOADS, all, move |(auditor, mut found)| {
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(|last| format!("{DOWNLOADS}?after={}", last.id));
        let none = found.is_empty();
        view! {
            <Frame
                title="Downloads"
                here=LOG
                member=auditor
                lead="Files downloaded by auditors, newest first. We record each download before we send its first byte. Nothing can be changed or removed here."
            >
                <section class="card" aria-label="Downloads">
                    <section class="stack">
                        {none
                            .then(|| {
                                view! {
                                    <h2>{if after.is_some() { "Nothing earlier." } else { "Nothing has been downloaded yet." }}</h2>
                                }
                            })}
                        {(!none)
                            .then(|| {
                                view! {
                                    <table class="rows">
                                        <caption class="unseen">"Downloads, newest first"</caption>
                                        <thead>
                                            <tr>
                                                <th scope="col">"When (UTC)"</th>
                                                <th scope="col">"What"</th>
                                                <th scope="col">"Which part"</th>
                                                <th scope="col">"Who"</th>
                                            </tr>
                                        </thead>
                                        <tbody>{found.into_iter().map(row).collect_view()}</tbody>
                                    </table>
                                }
                            })}
                        <NextPage to=next rows=PAGE />
                    </section>
                    <footer>
                        <a href=LOG>"Back to the access log"</a>
                    </footer>
                </section>
            </Frame>
        }
    })
}

fn row(download: Download) -> impl IntoView {
    let Download { at, auditor, file, format, filters, .. } = download;
    let (what, path) = match file {
        File::AccessLog => ("Access log", LOG),
        File::Ledger => ("Ledger", LEDGER),
        File::StaffActions => ("Staff actions", STAFF),
    };
    let part = if filters.is_empty() {
        "everything".into_any()
    } else {
        let fields = url::form_urlencoded::parse(filters.as_bytes());
        let said = fields.map(|(field, value)| format!("{field} {value}")).collect::<Vec<_>>().join(", ");
        view! {
            <a class="hash" href=format!("{path}?{filters}")>
                {said}
            </a>
        }
        .into_any()
    };
    view! {
        <tr>
            <td>
                <When at=moment_short(at) />
            </td>
            <td>{format!("{what}, {}", format.as_str().to_uppercase())}</td>
            <td>{part}</td>
            <td>
                <bdi>{auditor}</bdi>
            </td>
        </tr>
    }
}
