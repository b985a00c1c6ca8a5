//! Verifying the whole record, and what earlier verifications found.

use super::super::store::verification;
use super::super::verification::{Outcome, State, Verification};
use super::{LEDGER, VERIFICATION};
use crate::account::roles::Capability;
use crate::account::session;
use crate::account::session::Draft;
use crate::consent::wording::moment_short;
use crate::ledger::EntryId;
use crate::time::UtcMillis;
use crate::ui::{self, Frame, Problems, Script, When};
use crate::web::App;
use leptos::prelude::*;

/// Verifications that are listed.
const LISTED: i64 = 20;

#[component]
pub fn VerificationPage() -> impl IntoView {
    let asked = leptos_router::hooks::use_query_map().get_untracked().get("run").unwrap_or_default();
    let all = async move {
        let auditor = session::signed_in_for(Capability::ReadLedger).await?;
        let app = App::here();
        let draft = Draft::take_for(VERIFICATION, Some(&auditor)).await?;
        let mut reader = app.db.reader().await?;
        let found = verification::newest(reader.conn(), LISTED).await?;
        let findings = match found.first() {
            Some(newest) => verification::findings(reader.conn(), newest.id).await?,
            None => Vec::new(),
        };
        // An earlier one, which is listed below with what it found.
        let earlier = found.iter().skip(1).find(|one| one.id.to_string() == asked).cloned();
        let earlier = match earlier {
            Some(one) => Some((verification::findings(reader.conn(), one.id).await?, one)),
            None => None,
        };
        Ok((auditor, draft, found, findings, earlier, app.clock.now()))
    };
    ui::load(VERIFICATION, all, |(auditor, draft, found, findings, earlier, now)| {
        let newest = found.first().cloned();
        let running = newest.as_ref().is_some_and(|newest| newest.state(now) == State::Running);
        view! {
            <Frame
                title="Verification"
                here=VERIFICATION
                member=auditor
                lead="Whether the whole record is what was recorded: every entry of every history, what was written beside it, the access log, the notices, and the public log."
            >
                <section class="card" aria-label="Verification">
                    <section class="stack">
                        <Problems draft=&draft />
                        {newest.map(|newest| as_it_stands(&newest, findings, now))}
                        {if running {
                            view! {
                                <p>
                                    "You can leave this page. It goes on until the server ends. "
                                    <a href=VERIFICATION>"Look again"</a>
                                </p>
                                <Script name="verifying" />
                            }
                                .into_any()
                        } else {
                            view! {
                                <form method="post" action="/api/verify-record">
                                    <button class="button primary" type="submit">
                                        "Verify the whole record"
                                    </button>
                                </form>
                            }
                                .into_any()
                        }}
                        <p class="soft">
                            "A verification is made by this server. If you do not want to rely on it, download "
                            <a href=LEDGER>"the whole ledger"</a> " and check its hashes yourself."
                        </p>
                    </section>
                    {earlier
                        .map(|(findings, one)| {
                            view! {
                                <section class="stack" id="earlier">
                                    <h2>"Begun on " <When at=moment_short(one.began) /></h2>
                                    <p class="said wrong first">{one.says(now)}</p>
                                    {list(&one, findings)}
                                </section>
                            }
                        })}
                    {(!found.is_empty())
                        .then(|| {
                            view! {
                                <section class="stack">
                                    <h2>"Verifications"</h2>
                                    <table class="rows">
                                        <caption class="unseen">"Verifications, newest first"</caption>
                                        <thead>
                                            <tr>
                                                <th scope="col">"Begun (UTC)"</th>
                                                <th scope="col">"Ended (UTC)"</th>
                                                <th scope="col">"Result"</th>
                                                <th scope="col">"By"</th>
                                                <th scope="col">"Version"</th>
                                            </tr>
                                        </thead>
                                        <tbody>{found.into_iter().map(|one| row(one, now)).collect_view()}</tbody>
                                    </table>
                                </section>
                            }
                        })}
                </section>
            </Frame>
        }
    })
}

/// How far the newest one is, or what it found.
fn as_it_stands(newest: &Verification, findings: Vec<(String, String)>, now: UtcMillis) -> AnyView {
    let (state, said) = (newest.state(now), newest.says(now));
    let class = match state {
        State::Ended(Outcome::Holds) => "said first",
        State::Running => "first",
        _ => "said wrong first",
    };
    let progress = (state == State::Running).then(|| {
        view! { <progress id="progress" aria-label="Checked" max="100" value=newest.percent().to_string()></progress> }
    });
    view! {
        <p id="far" class=class role="status">
            {said}
        </p>
        {progress}
        {list(newest, findings)}
    }
    .into_any()
}

/// What does not hold, the first of it.
fn list(one: &Verification, findings: Vec<(String, String)>) -> impl IntoView + use<> {
    let left = one.wrong - i64::try_from(findings.len()).unwrap_or(i64::MAX);
    view! {
        {(!findings.is_empty()).then(|| view! { <ul class="plain-list">{findings.into_iter().map(finding).collect_view()}</ul> })}
        {(left > 0).then(|| view! { <p class="soft">{format!("And {left} more.")}</p> })}
    }
}

fn finding((id, what): (String, String)) -> impl IntoView {
    // What is no entry is a part of the public log, or a notice.
    let about = match id.parse::<EntryId>() {
        Ok(entry) => view! {
            <a class="ref" href=format!("{LEDGER}/{id}")>
                {entry.receipt()}
            </a>
        }
        .into_any(),
        Err(_) => id.into_any(),
    };
    view! { <li>{about} {format!(" does not pass: {what}.")}</li> }
}

fn row(one: Verification, now: UtcMillis) -> impl IntoView {
    let (said, began, ended) = (one.says(now), moment_short(one.began), one.ended.map(moment_short));
    let found = format!("{VERIFICATION}?run={}#earlier", one.id);
    let said = if one.wrong > 0 { view! { <a href=found>{said}</a> }.into_any() } else { said.into_any() };
    view! {
        <tr>
            <td>
                <When at=began />
            </td>
            <td>{ended.map_or_else(|| "–".into_any(), |at| view! { <When at /> }.into_any())}</td>
            <td>{said}</td>
            <td>
                <bdi>{one.by}</bdi>
            </td>
            <td>{one.build}</td>
        </tr>
    }
}
