//! The recovery codes of staff: fresh ones, and how many are left.

use super::super::model::readable;
use super::super::recovery_code_cookie;
use super::super::roles::Capability;
use super::super::second_factor::{CODE_MAX, RECOVERY_CODES};
use super::super::session::{self, Draft};
use super::super::store::second_factor as store;
use crate::ui::{Field, Frame, Problems, Username, load, slow_down};
use crate::web::{App, link, request};
use leptos::prelude::*;

/// How many codes are left, in words.
pub(super) fn left(n: usize) -> String {
    match n {
        0 => "None left, please make new ones".into(),
        1 => "One left, please make new ones".into(),
        n => format!("{n} of {RECOVERY_CODES} left"),
    }
}

/// Fresh recovery codes, once; otherwise how many are left, and the form to make new ones.
#[component]
pub fn RecoveryCodesPage() -> impl IntoView {
    let next = leptos_router::hooks::use_query_map().get_untracked().get("next").unwrap_or_default();
    let all = async {
        let member = session::signed_in_for(Capability::OwnSecondFactor).await?;
        let app = App::here();
        let left = store::recovery_codes(app.db.reader().await?.conn(), &member.id).await?;
        let fresh = recovery_code_cookie::handed_over(&app, &left).await?;
        if !fresh.is_empty() && request::visit() == request::Visit::Seen {
            recovery_code_cookie::forget(&app);
        }
        let draft = Draft::take_for(recovery_code_cookie::PAGE, Some(&member)).await?;
        Ok((member, left.len(), fresh, draft))
    };
    load(recovery_code_cookie::PAGE, all, move |(member, left, fresh, draft)| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        let next = link::own_path(&next).unwrap_or("/account").to_owned();
        let email = member.email.clone();
        view! {
            <Frame
                title="Recovery codes"
                here="/account"
                member
                lead="Each one signs you in once if you cannot use your app."
            >
                {if fresh.is_empty() {
                    view! { <MakeNew left draft=&draft email /> }.into_any()
                } else {
                    view! { <Fresh codes=fresh email next /> }.into_any()
                }}
            </Frame>
        }
    })
}

#[component]
fn Fresh(codes: Vec<String>, email: String, next: String) -> impl IntoView {
    let text = format!("Sayso, recovery codes of {}\nEach works once.\n\n{}\n", readable(&email), codes.join("\n"));
    let file = format!("data:text/plain;charset=utf-8,{}", link::in_address(&text));
    let on = if next == "/account" { "Back to your account" } else { "I have saved them, continue" };
    view! {
        <section class="card" aria-labelledby="fresh">
            <section class="stack">
                <h2 id="fresh">"Save these codes now"</h2>
                <p>
                    "We will not show them again. Print them, or put them where you keep your passwords, but not on the device with your app. Earlier codes no longer work."
                </p>
                <ol class="codes">
                    {codes
                        .into_iter()
                        .map(|code| {
                            view! {
                                <li>
                                    <code>{code}</code>
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
                <p class="row">
                    <a class="button primary" href=next>
                        {on}
                    </a>
                    <a class="button" href=file download="sayso-recovery-codes.txt">
                        "Download as text"
                    </a>
                </p>
            </section>
        </section>
    }
}

#[component]
fn MakeNew<'a>(left: usize, draft: &'a Draft, email: String) -> impl IntoView + use<> {
    view! {
        <section class="card" aria-labelledby="new">
            <section class="stack">
                <h2 id="new">{self::left(left)}</h2>
                <p class="soft">"We show them only when you make them. New codes replace all remaining ones."</p>
                <Problems draft=draft />
                <form method="post" action="/api/make-recovery-codes" class="stack" novalidate>
                    <Username email />
                    <Field
                        draft=draft
                        name="proof"
                        label="Six-digit code"
                        autocomplete="one-time-code"
                        hint="The code that your app shows now."
                        max=CODE_MAX
                    />
                    <button class="button primary" type="submit">
                        "Make new recovery codes"
                    </button>
                </form>
                <p class="soft">
                    <a href="/account">"Back to your account"</a>
                </p>
            </section>
        </section>
    }
}
