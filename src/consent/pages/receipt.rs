//! The receipt of an entry on one page, to read and to print: first in words, then byte for byte.

use super::super::audience::Audience;
use super::super::page::{self, OneEntry};
use super::super::receipt::{self, Receipt};
use super::super::wording;
use crate::account::{roles::Capability, session};
use crate::error::AppError;
use crate::ui::{self, Frame, When};
use crate::web::App;
use leptos::prelude::*;
use sayso_core::paths::LOG_CHECK;
use sayso_verify::archive::File;
use sayso_verify::note::Key;
use sayso_verify::receipt::{KEY, POLICY, PROOF};

#[component]
pub fn ReceiptPage() -> impl IntoView {
    let id = leptos_router::hooks::use_params_map().get_untracked().get("id").unwrap_or_default();
    let here = format!("/settings/privacy/entries/{id}/receipt");
    let all = async move {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let app = App::here();
        let found = page::entry(&app, &member, &id, None, Audience::Member.voice()).await?;
        let receipt = receipt::of(&app, app.db.reader().await?.conn(), &found.stored).await?;
        match receipt {
            Receipt::Here(files) => Ok((member, found, Some(files))),
            Receipt::NotYet => Ok((member, found, None)),
            Receipt::Forgotten => Err(AppError::NotFound),
        }
    };
    ui::load(here, all, |(member, found, files)| {
        let title = format!("{}, to print", found.title());
        view! {
            <Frame title here="/settings/privacy/history" member>
                {match files {
                    Some(files) => sheet(found, &files).into_any(),
                    None => not_yet(&found).into_any(),
                }}
            </Frame>
        }
    })
}

/// Before the entry is in the log.
fn not_yet(found: &OneEntry) -> impl IntoView + use<> {
    let here = format!("{}/receipt", wording::entry_path(found.stored.entry.id));
    view! {
        <section class="card" aria-label="The receipt">
            <section class="stack">
                <p>"This entry is recorded. It gets into our public log within seconds. Then its receipt is here."</p>
                <p>
                    <a class="button" href=here>
                        "Look again"
                    </a>
                </p>
            </section>
        </section>
    }
}

/// What stands in one of the files.
fn text(files: &[File], name: &str) -> String {
    let file = files.iter().find(|file| file.name == name);
    file.map(|file| String::from_utf8_lossy(&file.bytes).trim_end().to_owned()).unwrap_or_default()
}

fn sheet(found: OneEntry, files: &[File]) -> impl IntoView + use<> {
    let OneEntry { stored, row, notice, clock, held, leaf } = found;
    let entry = stored.entry;
    let page = wording::entry_path(entry.id);
    let number = entry.id.receipt();
    let canonical = String::from_utf8_lossy(&stored.bytes).into_owned();
    let [proof, key, policy] = [PROOF, KEY, POLICY].map(|name| text(files, name));
    let (log, fingerprint) = Key::parse(&key).map(|key| (key.name.clone(), key.fingerprint())).unwrap_or_default();
    let place = leaf.map(|(leaf, size)| format!("Number {} of {size} in the public log {log}", leaf + 1));
    let keys = format!("{log}/keys");
    view! {
        <article class="card sheet" aria-label="The receipt">
            <section class="stack">
                <p class="on-screen soft">
                    "Print this page, or save it as a PDF, with your browser. To check it with a computer, keep the file as well: "
                    <a href=format!("{page}/receipt.zip") download="">
                        {format!("receipt-{number}.zip")}
                    </a> "."
                </p>
                <h2>{row.what}</h2>
                <dl class="facts">
                    <dt>"Recorded"</dt>
                    <dd>
                        <When at=wording::moment(entry.at) />
                        {clock.map(|said| view! { <p>{said}</p> })}
                    </dd>
                    <dt>"By"</dt>
                    <dd>{row.by}</dd>
                    {entry
                        .purpose
                        .map(|purpose| {
                            view! {
                                <dt>"About"</dt>
                                <dd>{purpose.title()}</dd>
                            }
                        })}
                    {entry
                        .case
                        .map(|case| {
                            view! {
                                <dt>"Case"</dt>
                                <dd class="ref">{case}</dd>
                            }
                        })}
                    {held
                        .map(|held| {
                            view! {
                                <dt>"What held then"</dt>
                                <dd>{held}</dd>
                            }
                        })}
                    <dt>"Receipt"</dt>
                    <dd class="ref">{number}</dd>
                    {place
                        .map(|place| {
                            view! {
                                <dt>"Place"</dt>
                                <dd>{place}</dd>
                            }
                        })}
                </dl>
                <p>
                    "We sign that log. If we changed or removed this entry, the numbers below would no longer agree with what we have signed, and anybody could show it."
                </p>
            </section>
            {notice
                .map(|notice| {
                    view! {
                        <section class="stack">
                            <h2>"The notice you were shown"</h2>
                            <blockquote class="exact stack">
                                <p>
                                    <strong>{notice.title}</strong>
                                </p>
                                {super::notice::paragraphs(&notice.body)}
                            </blockquote>
                        </section>
                    }
                })}
            <section class="stack">
                <h2>"The entry, byte for byte"</h2>
                <pre class="bytes">{canonical}</pre>
                <p class="soft">
                    "Its SHA-256 fingerprint: " <code class="ref hash">{stored.sha256}</code>
                </p>
            </section>
            <section class="stack">
                <h2>"The proof"</h2>
                <p class="soft">
                    "The line “extra” is the salt, the lines below are the hashes on the way to the root, and the rest is the state of the log that we signed (c2sp.org/tlog-proof)."
                </p>
                <pre class="bytes">{proof}</pre>
            </section>
            <section class="stack">
                <h2>"The key and the policy"</h2>
                <p>"Fingerprint of the key: " <code class="ref hash">{fingerprint}</code></p>
                <pre class="bytes">{key}</pre>
                <pre class="bytes">{policy}</pre>
            </section>
            <section class="stack">
                <h2>"How to check it"</h2>
                <ol class="plain-list">
                    <li>
                        {format!(
                            "Compare the fingerprint above with the one that somebody else has, or with the key at {keys}. Whoever forges a receipt brings a key too.",
                        )}
                    </li>
                    <li>
                        "The file of this receipt has a program in Python, check.py, and says how to run it. It needs no network. The page "
                        <a href=LOG_CHECK>"Check a receipt"</a> " does the same in a browser."
                    </li>
                    <li>
                        "By hand: the leaf is the text “sayso-entry/1”, a line feed, the base64 of HMAC-SHA-256(salt, entry), and a line feed. Its hash and those of the proof lead to the root, as RFC 6962 has it."
                    </li>
                </ol>
            </section>
            <footer class="on-screen">
                <a href=page>"Back to this entry"</a>
            </footer>
        </article>
    }
}
