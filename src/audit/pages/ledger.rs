//! The whole ledger, newest first.

use super::super::filter::{self, NO_PURPOSE, Query};
use super::super::wording;
use super::{Filters, LEDGER, LOG, More, PAGE, VERIFICATION, draft, short};
use crate::account::roles::Capability;
use crate::account::session;
use crate::consent::wording::moment_short;
use crate::ledger::record::{RawEntry, Wanted};
use crate::ledger::store;
use crate::ledger::{Entry, EntryId, Kind, Purpose};
use crate::time::UtcMillis;
use crate::ui::{self, Field, Frame, Select, When};
use crate::web::App;
use leptos::prelude::*;

#[component]
pub fn LedgerPage() -> impl IntoView {
    let asked = filter::entries(&super::query());
    let here = asked.link(LEDGER);
    let all = async move {
        let auditor = session::signed_in_for(Capability::ReadLedger).await?;
        let found = match &asked.wanted {
            Ok(wanted) => {
                let app = App::here();
                let mut reader = app.db.reader().await?;
                Some(store::newest_of_all(reader.conn(), wanted, asked.after, PAGE + 1).await?)
            }
            Err(_) => None,
        };
        Ok((auditor, asked, found))
    };
    ui::load(here, all, |(auditor, asked, found)| {
        let draft = draft(&asked);
        let purposes = Purpose::ALL.iter().map(|purpose| (purpose.as_str(), purpose.title()));
        let more = view! {
            <Select
                draft=&draft
                name="kind"
                label="What"
                all="anything"
                options=Kind::ALL.iter().map(|kind| (kind.as_str(), wording::kind(*kind))).collect()
            />
            <Select
                draft=&draft
                name="purpose"
                label="About"
                all="any purpose"
                options=purposes.chain([(NO_PURPOSE, "several purposes, or none")]).collect()
            />
            <Field draft=&draft name="subject" label="Member, by subject" autocomplete="off" max=40 optional=true />
        }
        .into_any();
        view! {
            <Frame title="Ledger" here=LEDGER member=auditor lead="All entries, newest first. Entries contain no names.">
                <section class="card" aria-label="Entries">
                    <Filters path=LEDGER draft=&draft filtered=!asked.typed.is_empty() more />
                    {found.map(|found| view! { <section class="stack">{results(&asked, found)}</section> })}
                </section>
            </Frame>
        }
    })
}

fn results(asked: &Query<Wanted>, mut rows: Vec<RawEntry>) -> AnyView {
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    if rows.is_empty() {
        let said = match (asked.after, asked.typed.is_empty()) {
            (Some(_), _) => "Nothing earlier.",
            (None, true) => "No entries yet.",
            (None, false) => "No matching entries.",
        };
        return view! { <h2>{said}</h2> }.into_any();
    }
    let subject = asked.wanted.as_ref().ok().and_then(|wanted| wanted.subject.clone());
    let last = rows.last().filter(|_| more).map(|row| row.id.clone());
    let count = match rows.len() {
        1 => "One entry".to_owned(),
        n if more => format!("{n} entries, more on the next page"),
        n => format!("{n} entries"),
    };
    view! {
        <h2>{count}</h2>
        <p>
            <a href=VERIFICATION>"Verify the whole record"</a>
        </p>
        {subject
            .map(|subject| {
                view! {
                    <p>
                        "For subject " <span class="ref hash">{subject.clone()}</span> ". "
                        <a href=format!("{LOG}?subject={subject}")>"Support views of this member"</a>
                    </p>
                }
            })}
        <table class="rows log">
            <caption class="unseen">"Entries, newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"When (UTC)"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"By"</th>
                    <th scope="col">"Member"</th>
                    <th scope="col">"Entry"</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
        <More asked=asked path=LEDGER last files=LEDGER />
    }
    .into_any()
}

/// One entry, also where somebody has made something else of it than an entry.
fn row(row: RawEntry) -> impl IntoView {
    let entry: Option<Entry> = serde_json::from_slice(&row.canonical).ok();
    let receipt = row.id.parse().ok().map_or_else(|| row.id.clone(), |id: EntryId| id.receipt());
    let what = match &entry {
        Some(entry) => wording::what(entry).into_any(),
        None => view! { <strong class="late">"Cannot be read"</strong> }.into_any(),
    };
    let about = entry.as_ref().and_then(|e| e.purpose).map(Purpose::title);
    let platform = row.subject == crate::ledger::entry::PLATFORM;
    let whose = if platform { "the platform".to_owned() } else { short(&row.subject) };
    view! {
        <tr>
            <td>
                <When at=moment_short(UtcMillis(row.at)) />
            </td>
            <td>{what} {about.map(|about| view! { <span class="soft below">{about}</span> })}</td>
            <td>{entry.as_ref().map(wording::by)}</td>
            <td>
                <a class="ref" href=format!("{LOG}?subject={}", row.subject) title=row.subject.clone()>
                    {whose}
                </a>
            </td>
            <td>
                <a class="ref" href=format!("{LEDGER}/{}", row.id)>
                    {receipt}
                </a>
            </td>
        </tr>
    }
}
