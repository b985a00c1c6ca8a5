//! The public log explained to a person, and a receipt checked in the browser.

use super::store::{self, keys::LogKeyRow};
use crate::time::UtcMillis;
use crate::ui::{self, Plain, Script};
use crate::web::{App, assets};
use leptos::prelude::*;
use sayso_core::paths::{LOG, LOG_CHECK};

/// What is said of the log as it is now.
struct Now {
    origin: String,
    size: i64,
    signed: UtcMillis,
    /// The keys, newest last, with their fingerprints.
    keys: Vec<(String, LogKeyRow)>,
    at: UtcMillis,
}

async fn now() -> crate::db::Result<Option<Now>> {
    let app = App::here();
    let mut reader = app.db.reader().await?;
    let Some(state) = store::state(reader.conn()).await? else { return Ok(None) };
    let keys = store::keys::of(reader.conn(), &state.origin).await?.into_iter();
    let keys = keys.filter_map(|row| row.key().map(|key| (key.fingerprint(), row))).collect();
    let at = app.clock.now();
    Ok(Some(Now { origin: state.origin, size: state.size, signed: UtcMillis(state.signed_at), keys, at }))
}

/// `/log`.
#[component]
pub fn LogPage() -> impl IntoView {
    let all = async { Ok(now().await?) };
    ui::load(LOG, all, |now| {
        let lead = "A public list with a seal of each of our records. Whoever keeps its signed state sees every later change, also one of ours.";
        view! {
            <Plain title="Our public log" lead wide=true bare=true>
                <section class="card" aria-labelledby="what">
                    <section class="stack">
                        <h2 id="what">"What it is"</h2>
                        <p>
                            "Whenever something happens to your choices, we write it down: you turn something off, you object, we answer, somebody of our staff looks at your settings. Each of these records gets a place in the public log within seconds."
                        </p>
                        <p>
                            "The log does not contain the record itself. It contains a seal of it: a number that fits this record and no other, and that tells nothing about you. All seals together come to one more number, which we sign. If one record were changed, removed, added or moved, that number would be another one."
                        </p>
                        <p>
                            "You can download a receipt for each of your records. It has the record, its seal and our signature. With it you can show later what you said and when, even if our records say something else by then, or if we are gone."
                        </p>
                    </section>
                </section>
                {as_it_is(now)}
                <section class="card" aria-labelledby="how">
                    <section class="stack">
                        <h2 id="how">"How to check it"</h2>
                        <p>
                            "Download a receipt from your history, under Data privacy. Then check it: here in your browser, or without us and without a network. The receipt itself says how."
                        </p>
                        <p>
                            <a class="button" href=LOG_CHECK>
                                "Check a receipt"
                            </a>
                        </p>
                        <p>
                            "A receipt proves what the log says. To see that the log itself was not replaced by another one, keep a copy of its signed state, the checkpoint, or have somebody keep it for you. A later log has to contain the earlier one, and programs can check that it does."
                        </p>
                        <p class="soft">
                            "What it does not prove: that what was written down is true, or that everything was written down."
                        </p>
                        <p class="soft">
                            "For programs: the log has the public forms "
                            <a href="https://c2sp.org/tlog-tiles">"tlog-tiles"</a> ", "
                            <a href="https://c2sp.org/tlog-checkpoint">"tlog-checkpoint"</a> " and "
                            <a href="https://c2sp.org/tlog-proof">"tlog-proof"</a> "."
                        </p>
                    </section>
                </section>
            </Plain>
        }
    })
}

fn as_it_is(now: Option<Now>) -> impl IntoView {
    let body = match now {
        None => view! { <p>"The log is empty. It begins with the first record."</p> }.into_any(),
        Some(now) => {
            let records = if now.size == 1 { "1 record".into() } else { format!("{} records", now.size) };
            let keys = now.keys.into_iter().map(|(fingerprint, row)| {
                let replaced = row.ends_at.map(|at| {
                    let (day, signs) = (UtcMillis(at).day(), row.signs_at(now.at.0));
                    view! { <p>{if signs { format!("Signs until {day}, beside the key that replaced it") } else { format!("Signed until {day}. Another key has replaced it") }}</p> }
                });
                view! {
                    <dt>"Fingerprint of the key"</dt>
                    <dd>
                        <code>{fingerprint}</code>
                        {replaced}
                    </dd>
                }
            });
            view! {
                <dl class="facts">
                    <dt>"Name"</dt>
                    <dd>
                        <code>{now.origin}</code>
                    </dd>
                    <dt>"Size"</dt>
                    <dd>{records}</dd>
                    <dt>"Signed"</dt>
                    <dd>
                        {format!("{} (UTC)", now.signed.day())}
                    </dd>
                    {keys.collect_view()}
                </dl>
                <p>
                    <a href="/log/checkpoint">"The checkpoint"</a> " is the signed state of the log. "
                    <a href="/log/keys">"The keys"</a> " are those that have signed it, and which sizes."
                </p>
                <p>
                    "Compare the fingerprint with what somebody else has kept of it. Whoever forges a receipt also brings a key."
                </p>
            }
            .into_any()
        }
    };
    view! {
        <section class="card" aria-labelledby="now">
            <section class="stack">
                <h2 id="now">"As it is now"</h2>
                {body}
            </section>
        </section>
    }
}

/// `/log/check`.
#[component]
pub fn CheckPage() -> impl IntoView {
    let all = async { Ok(now().await?) };
    ui::load(LOG_CHECK, all, |now| {
        let key = now.and_then(|now| now.keys.into_iter().next_back());
        let module = assets::script("checker").unwrap_or_default();
        view! {
            <Plain title="Check a receipt" lead="Whether a receipt is genuine. It does not leave your device." wide=true bare=true>
                // Only a script can check, so only a script shows this.
                <section class="card" aria-labelledby="here" id="checking" hidden data-module=module>
                    <form class="stack" id="check">
                        <h2 id="here">"In your browser"</h2>
                        <div class="field">
                            <label for="receipt">"Receipt"</label>
                            <p class="hint" id="receipt-hint">
                                "A file such as receipt-7KQ2-9FMX.zip. Choose it, or drop it here. Do not extract it."
                            </p>
                            <input id="receipt" type="file" accept=".zip" aria-describedby="receipt-hint" />
                        </div>
                        <div class="field">
                            <label for="vkey">"Key of the log (optional)"</label>
                            <p class="hint" id="vkey-hint">
                                "If you have it from somebody else than us. Without it, we can only say that the receipt agrees with the key inside it."
                            </p>
                            <input id="vkey" type="text" autocomplete="off" spellcheck="false" aria-describedby="vkey-hint" />
                        </div>
                        <div id="verdict" role="status"></div>
                    </form>
                </section>
                <section class="card" aria-labelledby="by-hand">
                    <section class="stack">
                        <h2 id="by-hand">"By hand"</h2>
                        <p>
                            "You need Python 3.8 or newer, and no package or network. Extract the receipt, open a terminal in its folder, and run:"
                        </p>
                        <pre class="bytes" tabindex="0" role="region" aria-label="Command">
                            {format!("python3 check.py --vkey '{}'", key.as_ref().map_or("KEY", |(_, row)| &row.vkey))}
                        </pre>
                        <p>
                            "This is the key that we publish. It proves more if you take it from somebody who kept it earlier. README.txt in the receipt explains each step."
                        </p>
                        {key
                            .map(|(fingerprint, _)| {
                                view! {
                                    <p>
                                        "The fingerprint of this key is " <code>{fingerprint}</code> "."
                                    </p>
                                }
                            })}
                        <p>
                            <a href=LOG>"What the public log is"</a>
                        </p>
                    </section>
                </section>
                <Script name="check" />
            </Plain>
        }
    })
}
