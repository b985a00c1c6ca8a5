//! One entry: what was recorded, the words that were shown, and the bytes that were hashed.

use super::super::audience::Audience;
use super::super::page::{self, OneEntry};
use super::super::wording::{self, THEY_READ, Voice};
use crate::account::security_event::{self, Event, Outcome};
use crate::account::{roles::Capability, session};
use crate::error::AppError;
use crate::ui::{self, Frame, LinkOrText, When};
use crate::web::App;
use leptos::prelude::*;
use sayso_core::paths::LOG;

#[component]
pub fn EntryPage() -> impl IntoView {
    let id = leptos_router::hooks::use_params_map().get_untracked().get("id").unwrap_or_default();
    let here = format!("/settings/privacy/entries/{id}");
    let all = async move {
        let member = session::signed_in_for(Capability::OwnSettings).await?;
        let app = App::here();
        let found = page::entry(&app, &member, &id, None, Audience::Member.voice()).await;
        if matches!(found, Err(AppError::NotFound)) && page::is_anybodys(&app, &id).await? {
            security_event::log(Event::NotTheirs, Outcome::Refused, Some(&member), "entry");
        }
        Ok((member, found?))
    };
    ui::load(here, all, |(member, found)| {
        view! {
            <Frame title=found.title() here="/settings/privacy/history" member>
                {entry(found, &Audience::Member)}
            </Frame>
        }
    })
}

/// One entry, for whoever reads it.
pub fn entry(found: OneEntry, reader: &Audience) -> impl IntoView + use<> {
    let OneEntry { stored, row, notice, clock, held, leaf } = found;
    let page = wording::entry_path(stored.entry.id);
    let own = matches!(reader, Audience::Member).then(|| format!("{page}/receipt"));
    // Officers get the file, too; support does not.
    let file = match reader {
        Audience::Member => Some(format!("{page}/receipt.zip")),
        Audience::Staff { base, cases: true, .. } => Some(format!("{base}/entries/{}/receipt.zip", stored.entry.id)),
        Audience::Staff { .. } => None,
    };
    let entry = stored.entry;
    let canonical = String::from_utf8_lossy(&stored.bytes).into_owned();
    let (reader, voice) = (reader.clone(), reader.voice());
    view! {
        <section class="card" aria-label="What was recorded">
            <section>
                <dl class="facts">
                    <dt>"What"</dt>
                    <dd>{row.what}</dd>
                    <dt>"When"</dt>
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
                                <dd>
                                    <LinkOrText class="ref" to=reader.link(&format!("/objections/{case}")) says=case.clone() />
                                </dd>
                            }
                        })}
                    {held
                        .map(|held| {
                            view! {
                                <dt>"What held then"</dt>
                                <dd>{held}</dd>
                            }
                        })}
                    {entry
                        .rule
                        .map(|rule| {
                            view! {
                                <dt>"Rule in force"</dt>
                                <dd>
                                    <code class="ref">{rule}</code>
                                </dd>
                            }
                        })}
                </dl>
            </section>
            {notice
                .map(|notice| {
                    let link = wording::notice_path(&notice.notice.reference);
                    view! {
                        <section class="stack">
                            <h2>{voice.either("The notice you were shown", "The notice the member was shown")}</h2>
                            {(voice == Voice::Staff).then(|| view! { <p class="soft">{THEY_READ}</p> })}
                            <blockquote class="exact stack">
                                <p>
                                    <strong>{notice.title}</strong>
                                </p>
                                {super::notice::paragraphs(&notice.body)}
                            </blockquote>
                            <p>
                                <a href=link>"View this notice and its fingerprint"</a>
                            </p>
                        </section>
                    }
                })}
            <section class="stack">
                <h2>"Proof"</h2>
                {match leaf {
                    Some((leaf, size)) => {
                        view! {
                            <p>
                                {format!(
                                    "This entry is number {} of {size} in our public log, which we sign. Whoever has kept a signed state of the log would see a later change. The log tells nobody what stands in the entry.",
                                    leaf + 1,
                                )}
                            </p>
                            {file
                                .map(|file| {
                                    view! {
                                        <p class="row">
                                            <a class="button" href=file download="">
                                                "Download receipt"
                                            </a>
                                            {own
                                                .map(|own| {
                                                    view! {
                                                        <a class="button" href=own>
                                                            "Receipt to print"
                                                        </a>
                                                    }
                                                })}
                                        </p>
                                        <p class="soft">
                                            {voice
                                                .either(
                                                    "Whoever has the receipt can check it without us: offline, with tools that others wrote. It shows what stands in this entry, so give it only to people who may know.",
                                                    "We record each download, and the member sees that you looked at their settings. The receipt has this entry and the notice. What the member wrote is not in it.",
                                                )}
                                        </p>
                                    }
                                })}
                            <p>
                                <a href=LOG>"What the public log is, and how to check a receipt"</a>
                            </p>
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <p>
                                "This entry is recorded. It gets into our public log within seconds. Then its receipt is here."
                            </p>
                            {reader
                                .link(&page)
                                .map(|again| {
                                    view! {
                                        <p>
                                            <a class="button" href=again>
                                                "Look again"
                                            </a>
                                        </p>
                                    }
                                })}
                        }
                            .into_any()
                    }
                }}
            </section>
            <section class="stack">
                <h2>"The stored entry"</h2>
                <p class="soft">"These are the exact bytes we stored (JSON in the canonical form of RFC 8785) and their SHA-256 fingerprint. They never contain names or free text. Texts appear only as salted hashes."</p>
                <pre class="bytes" tabindex="0" role="region" aria-label="The entry's bytes">{canonical}</pre>
                <p class="ref hash">{stored.sha256}</p>
            </section>
            <footer>
                <a href=reader.link("/settings/privacy/history")>"Full history"</a>
            </footer>
        </section>
    }
}
