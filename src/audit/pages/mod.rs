//! What an auditor sees: the access log, the log of the staff, the ledger, one entry with its
//! checks, and what was downloaded.

mod downloads;
mod entry;
mod ledger;
mod log;
mod staff;
mod verification;

pub use downloads::DownloadsPage;
pub use entry::LedgerEntryPage;
pub use ledger::LedgerPage;
pub use log::LogPage;
pub use staff::StaffPage;
pub use verification::VerificationPage;

use super::filter::{Query, day};
use crate::account::session::Draft;
use crate::error::AppError;
use crate::ui::{Field, NextPage, Problems};
use leptos::prelude::*;

pub const LOG: &str = "/audit";
pub const LEDGER: &str = "/audit/ledger";
pub const STAFF: &str = "/audit/staff";
pub const VERIFICATION: &str = "/audit/verification";
pub const DOWNLOADS: &str = "/audit/downloads";
/// Rows on a page.
const PAGE: usize = 50;

/// A field of the query of this page.
fn query() -> impl Fn(&str) -> Option<String> {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    move |field| query.get(field)
}

/// The form of the filters as it was sent, with what is wrong at its fields.
fn draft<T, K>(asked: &Query<T, K>) -> Draft {
    // A date field shows dates only, and another value in it is no valid HTML.
    let shown = |(field, value): &&(&str, String)| !["from", "to"].contains(field) || day(value).is_some();
    let typed = asked.typed.iter().filter(shown).map(|(field, value)| (*field, value.as_str()));
    let typed: Vec<(&str, &str)> = typed.collect();
    let errors = asked.wanted.as_ref().err().cloned().unwrap_or_default();
    Draft::new("", &typed, &AppError::Invalid(errors))
}

/// The beginning of a subject, which is enough to tell members apart on a page; the link has the
/// whole.
fn short(subject: &str) -> String {
    subject.split_once('-').map_or_else(|| subject.to_owned(), |(first, _)| format!("{first}…"))
}

/// What can be done with what was found: the next page, and the files.
#[component]
fn More<'a, T, K>(
    asked: &'a Query<T, K>,
    path: &'static str,
    /// The last row of this page, where there is another.
    last: Option<String>,
    /// The files' path, without what says which.
    files: &'static str,
    /// Whether there is a file for programs beside the one for spreadsheets.
    #[prop(default = true)]
    ndjson: bool,
) -> impl IntoView + use<T, K> {
    let next = last.map(|last| asked.link_after(path, &last));
    let file = |kind: &str| asked.link(&format!("{files}.{kind}"));
    view! {
        <NextPage to=next rows=PAGE />
        <div class="row files">
            <a class="button" href=file("csv") download>
                "Download as CSV"
            </a>
            {ndjson
                .then(|| {
                    view! {
                        <a class="button" href=file("ndjson") download>
                            "Download as NDJSON"
                        </a>
                    }
                })}
        </div>
        <p class="soft">
            "A file contains everything that matches the filters. Each download is " <a href=DOWNLOADS>"recorded"</a> "."
        </p>
    }
}

/// The form of the filters: what is wrong with them, the two days that every page has, what this
/// page has besides, and what to do with them.
#[component]
fn Filters<'a>(path: &'static str, draft: &'a Draft, filtered: bool, more: AnyView) -> impl IntoView + use<> {
    view! {
        <section class="stack">
            <Problems draft />
            <form method="get" action=path class="stack" novalidate>
                <div class="filters">
                    <Field draft name="from" label="From" kind="date" autocomplete="off" max=10 optional=true />
                    <Field draft name="to" label="To" kind="date" autocomplete="off" max=10 optional=true />
                    {more}
                    <div class="row">
                        <button class="button primary" type="submit">
                            "Show"
                        </button>
                        {filtered
                            .then(|| {
                                view! {
                                    <a class="button" href=path>
                                        "Clear"
                                    </a>
                                }
                            })}
                    </div>
                </div>
            </form>
        </section>
    }
}
