//! One entry as it is stored, with what can be checked of it.

use super::super::check::{self, Checked, Kept};
use super::super::store::{self, texts};
use super::super::wording;
use super::{LEDGER, LOG};
use crate::account::model::Member;
use crate::account::roles::Capability;
use crate::account::session;
use crate::consent::wording::moment;
use crate::error::AppError;
use crate::ledger::record::RawEntry;
use crate::ledger::store as ledger;
use crate::ledger::{EntryId, Kind, Purpose};
use crate::log::store as log;
use crate::time::UtcMillis;
use crate::ui::{self, Frame, When};
use crate::web::App;
use leptos::prelude::*;

/// Entries of a chain that are read at a time.
const STEP: usize = 500;
/// Entries of a broken chain that are named; the rest are counted.
const NAMED: usize = 20;

struct Page {
    auditor: Member,
    row: RawEntry,
    checked: Checked,
    /// What was written in a case, and what became of it.
    texts: Vec<(String, Kept)>,
    before: Option<String>,
    behind: Option<String>,
    chain: Option<Chain>,
    /// Whether leaves of this history can still be shown to be its own.
    provable: bool,
    /// Whether it is in the public log, with a proof.
    logged: bool,
}

/// What was found along a whole chain.
#[derive(Default)]
struct Chain {
    entries: u64,
    wrong: u64,
    named: Vec<(String, Vec<&'static str>)>,
}

#[component]
pub fn LedgerEntryPage() -> impl IntoView {
    let id = leptos_router::hooks::use_params_map().get_untracked().get("id").unwrap_or_default();
    let whole = super::query()("chain").is_some();
    ui::load(format!("{LEDGER}/{id}"), async move { load(&id, whole).await }, show)
}

async fn load(id: &str, whole: bool) -> Result<Page, AppError> {
    let auditor = session::signed_in_for(Capability::ReadLedger).await?;
    // The spelling that is stored, so that one entry has one address.
    let id: EntryId = id.parse().ok().filter(|same: &EntryId| same.to_string() == id).ok_or(AppError::NotFound)?;
    let app = App::here();
    let mut reader = app.db.reader().await?;
    let row = ledger::raw(reader.conn(), id).await?.ok_or(AppError::NotFound)?;
    let near = ledger::chain(reader.conn(), &row.subject, row.position - 1, 3).await?;
    let at = |position: i64| near.iter().find(|near| near.position == position);
    let mut checked = check::entry(&row, at(row.position - 1));
    if row.kind == Kind::View.as_str() {
        checked.checks.push(("The access log has this view", store::has_look(reader.conn(), id).await?));
    }
    let texts = match &checked.entry {
        Some(entry) => texts::of(reader.conn(), entry).await?,
        None => Vec::new(),
    };
    let [before, behind] = [-1, 1].map(|step| at(row.position + step).map(|near| near.id.clone()));
    let chain = if whole { Some(walk(&mut reader, &row.subject).await?) } else { None };
    let mut reader = app.db.reader().await?;
    let provable = !log::forgotten::is_asked(reader.conn(), &row.subject).await?;
    let logged = log::place_of(reader.conn(), id).await?.is_some() && provable;
    Ok(Page { auditor, row, checked, texts, before, behind, chain, provable, logged })
}

/// Checks every entry of `subject`, from the first one on.
async fn walk(reader: &mut crate::db::Reader, subject: &str) -> Result<Chain, AppError> {
    let (mut chain, mut before): (Chain, Option<RawEntry>) = Default::default();
    loop {
        let from = before.as_ref().map_or(i64::MIN, |row| row.position + 1);
        let rows = ledger::chain(reader.conn(), subject, from, STEP).await?;
        let last = rows.len() < STEP;
        for row in rows {
            let (checked, mut wrong) = check::link(&row, before.as_ref());
            if let Some(entry) = &checked.entry {
                wrong.extend(texts::of(reader.conn(), entry).await?.into_iter().filter_map(|(_, kept)| kept.wrong()));
            }
            chain.entries += 1;
            if !wrong.is_empty() {
                chain.wrong += 1;
                if chain.named.len() < NAMED {
                    chain.named.push((row.id.clone(), wrong));
                }
            }
            before = Some(row);
        }
        if last {
            return Ok(chain);
        }
    }
}

fn show(page: Page) -> impl IntoView {
    let Page { auditor, row, checked, texts, before, behind, chain, provable, logged } = page;
    let file = logged.then(|| format!("{LEDGER}/{}/receipt.zip", row.id));
    let receipt = row.id.parse().map_or_else(|_| row.id.clone(), |id: EntryId| id.receipt());
    let canonical = String::from_utf8_lossy(&row.canonical).into_owned();
    let all_hold =
        checked.checks.iter().all(|(_, holds)| *holds) && texts.iter().all(|(_, kept)| kept.wrong().is_none());
    let what = checked.entry.as_ref().map_or_else(|| "Cannot be read".to_owned(), wording::what);
    let about = checked.entry.as_ref().and_then(|entry| entry.purpose).map(Purpose::title);
    let by = checked.entry.as_ref().map(wording::by);
    let case = checked.entry.as_ref().and_then(|entry| entry.case.clone());
    let subject = row.subject.clone();
    view! {
        <Frame title=format!("Entry {receipt}") here=LEDGER member=auditor>
            <section class="card" aria-label="The entry">
                <section>
                    <dl class="facts">
                        <dt>"What"</dt>
                        <dd>{what}</dd>
                        {about
                            .map(|about| {
                                view! {
                                    <dt>"About"</dt>
                                    <dd>{about}</dd>
                                }
                            })}
                        <dt>"When"</dt>
                        <dd>
                            <When at=moment(UtcMillis(row.at)) />
                        </dd>
                        {by
                            .map(|by| {
                                view! {
                                    <dt>"By"</dt>
                                    <dd>{by}</dd>
                                }
                            })}
                        {case
                            .map(|case| {
                                view! {
                                    <dt>"Case"</dt>
                                    <dd>
                                        <span class="ref">{case.clone()}</span>
                                        {provable.then(|| view! {
                                        <span class="below">
                                            <a href=format!("/audit/cases/{case}/record.zip") download="">
                                                "Download the record of this case"
                                            </a>
                                        </span>
                                        })}
                                    </dd>
                                }
                            })}
                        <dt>"Subject"</dt>
                        <dd>
                            <a class="ref hash" href=format!("{LEDGER}?subject={subject}")>
                                {subject.clone()}
                            </a>
                            <span class="below">
                                <a href=format!("{LOG}?subject={subject}")>"Support views"</a>
                            </span>
                            {provable
                                .then(|| {
                                    view! {
                                        <span class="below">
                                            <a href=format!("/audit/members/{subject}/record.zip") download="">
                                                "Download the record of this subject"
                                            </a>
                                        </span>
                                    }
                                })}
                        </dd>
                        <dt>"Position"</dt>
                        <dd>{format!("{} in this subject's history", row.position)}</dd>
                    </dl>
                </section>
                <section class="stack">
                    <h2>"Checked just now"</h2>
                    <ul class="plain-list checks">
                        {checked
                            .checks
                            .into_iter()
                            .map(|(what, holds)| {
                                let class = (!holds).then_some("late");
                                view! {
                                    <li class=class>
                                        <strong>{if holds { "Holds: " } else { "Does not hold: " }}</strong>
                                        {what}
                                        "."
                                    </li>
                                }
                            })
                            .collect_view()}
                        {texts
                            .into_iter()
                            .map(|(what, kept)| {
                                let class = kept.wrong().map(|_| "late");
                                view! {
                                    <li class=class>
                                        <strong>{format!("{}: ", kept.word())}</strong>
                                        {format!("{what} {}.", kept.says())}
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                    {(!all_hold)
                        .then(|| {
                            view! {
                                <p class="said wrong first">"This row, or one next to it, was changed outside Sayso."</p>
                            }
                        })}
                </section>
                <section class="stack">
                    <h2>"The stored entry"</h2>
                    <p class="soft">"The exact bytes that we stored (JSON in the canonical form of RFC 8785)."</p>
                    <pre class="bytes" tabindex="0" role="region" aria-label="The entry's bytes">
                        {canonical}
                    </pre>
                    <dl class="facts">
                        <dt>"SHA-256 as stored"</dt>
                        <dd class="ref hash">{row.sha256}</dd>
                        <dt>"SHA-256 computed now"</dt>
                        <dd class="ref hash">{checked.sha256}</dd>
                    </dl>
                </section>
                <section class="stack" id="chain">
                    <h2>"The full history of this subject"</h2>
                    {match chain {
                        Some(chain) => said_of(chain).into_any(),
                        None => {
                            view! {
                                <p>
                                    "Every entry names the one before it. Checking all of them finds an entry that was changed, removed or inserted, unless all later ones were rewritten too. A chain alone cannot prove that nothing is missing from its end."
                                </p>
                                <p>
                                    <a class="button" href=format!("{LEDGER}/{}?chain=whole#chain", row.id)>
                                        "Check the whole chain"
                                    </a>
                                </p>
                            }
                                .into_any()
                        }
                    }}
                </section>
                {file
                    .map(|file| {
                        view! {
                            <section class="stack">
                                <h2>"Receipt"</h2>
                                <p>
                                    <a class="button" href=file download="">
                                        "Download receipt"
                                    </a>
                                </p>
                                <p class="soft">
                                    "It has this entry, the proof that it is in the public log, and the notice. We record each download."
                                </p>
                            </section>
                        }
                    })}
                <footer class="row">
                    {before
                        .map(|id| {
                            view! {
                                <a href=format!("{LEDGER}/{id}") rel="prev">
                                    "Previous entry"
                                </a>
                            }
                        })}
                    {behind
                        .map(|id| {
                            view! {
                                <a href=format!("{LEDGER}/{id}") rel="next">
                                    "Next entry"
                                </a>
                            }
                        })} <a href=LEDGER>"Full ledger"</a>
                </footer>
            </section>
        </Frame>
    }
}

fn said_of(chain: Chain) -> impl IntoView {
    let Chain { entries, wrong, named } = chain;
    if wrong == 0 {
        let entries = if entries == 1 {
            "Its only entry holds.".to_owned()
        } else {
            format!("All {entries} entries hold, each linked to the one before.")
        };
        return view! { <p class="said first" role="status">{entries}</p> }.into_any();
    }
    let more = wrong.saturating_sub(named.len() as u64);
    view! {
        <p class="said wrong first" role="status">
            {format!("{wrong} of {entries} entries do not hold.")}
        </p>
        <ul class="plain-list">
            {named
                .into_iter()
                .map(|(id, wrong)| {
                    let receipt = id.parse().map_or_else(|_| id.clone(), |id: EntryId| id.receipt());
                    view! {
                        <li>
                            <a class="ref" href=format!("{LEDGER}/{id}")>
                                {receipt}
                            </a>
                            {format!(" does not pass: {}.", wrong.join("; "))}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
        {(more > 0).then(|| view! { <p class="soft">{format!("And {more} more.")}</p> })}
    }
    .into_any()
}
