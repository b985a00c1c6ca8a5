//! The second factor of staff: its code at sign-in, setting it up, and another authenticator.

use super::super::model::{Member, readable};
use super::super::pending_sign_in::{self, CODE, Found, SET_UP, SIGN_IN};
use super::super::recovery_code_cookie;
use super::super::roles::Capability;
use super::super::second_factor::{CODE_MAX, Secret, Squares};
use super::super::session::{self, Draft};
use super::super::store::second_factor as store;
use super::recovery_codes;
use crate::error::AppError;
use crate::paths::AUTHENTICATOR;
use crate::time::UtcMillis;
use crate::ui::{Field, Frame, Plain, Problems, go, load, slow_down};
use crate::web::App;
use leptos::prelude::*;

/// Who is half signed in, the draft of the page, and where to go from it if nobody is: to the page
/// of the password, on which it is said why, or on, if they are signed in by now.
pub(super) async fn halfway_at(page: &str) -> Result<(Found, Draft, &'static str), AppError> {
    let found = pending_sign_in::find().await?;
    pending_sign_in::say_over(&found).await?;
    let from_here = match &found {
        Found::Nobody => session::viewer().await?.map_or(SIGN_IN, |viewer| viewer.role.home()),
        Found::Here(_) | Found::Over { .. } => SIGN_IN,
    };
    Ok((found, Draft::take(page).await?, from_here))
}

pub(super) fn on_to(path: &str) -> AnyView {
    go(path);
    ().into_any()
}

/// Asks for the code, or a recovery code.
#[component]
pub fn CodePage() -> impl IntoView {
    load(CODE, halfway_at(CODE), |(found, draft, from_here)| {
        let here = match found {
            Found::Here(here) if here.page() == CODE => here,
            Found::Here(here) => return on_to(here.page()),
            Found::Over { .. } | Found::Nobody => return on_to(from_here),
        };
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        view! {
            <Plain title="Enter your code">
                <Problems draft=&draft />
                <p>
                    "Open your authenticator app and enter the six digits that it shows for Sayso and " <strong class="hash"><bdi>{readable(&here.member.email)}</bdi></strong> "."
                </p>
                <Codes draft=&draft action="/api/enter-code" button="Sign in" next=here.next />
                <p class="soft">
                    "Lost your app and your recovery codes? Ask your administrator to reset your second factor."
                </p>
                <p class="soft">"Not you? " <a href=SIGN_IN>"Start over"</a></p>
            </Plain>
        }
        .into_any()
    })
}

/// Tells the form where whoever signs in with it wants to go.
pub(super) fn going_to(next: String) -> Option<impl IntoView> {
    (!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next /> })
}

#[component]
fn CodeForm<'a>(
    draft: &'a Draft,
    action: &'static str,
    button: &'static str,
    #[prop(default = String::new())] next: String,
) -> impl IntoView + use<> {
    view! {
        <form method="post" action=action class="stack" novalidate>
            {going_to(next)}
            <Field
                draft=draft
                name="code"
                label="Six-digit code"
                autocomplete="one-time-code"
                inputmode="numeric"
                max=CODE_MAX
            />
            <button class="button primary" type="submit">
                {button}
            </button>
        </form>
    }
}

/// The field for a code, and behind a line that opens, the one for a recovery code.
#[component]
fn Codes<'a>(
    draft: &'a Draft,
    action: &'static str,
    button: &'static str,
    #[prop(default = String::new())] next: String,
) -> impl IntoView + use<> {
    let open = draft.value("way") == "recovery";
    let hidden = going_to(next.clone());
    view! {
        <CodeForm draft=draft action=action button=button next=next />
        <details class="more" open=open>
            <summary>"Use a recovery code instead"</summary>
            <form method="post" action=action class="stack" novalidate>
                {hidden}
                <Field
                    draft=draft
                    name="recovery"
                    label="Recovery code"
                    autocomplete="off"
                    hint="One of the codes that we showed you when you set up your app. Each works once."
                    max=CODE_MAX
                />
                <button class="button" type="submit">
                    "Use this recovery code"
                </button>
            </form>
        </details>
    }
}

/// Both fields in one form that asks for something else besides: one of them is enough.
#[component]
pub fn CodeFields<'a>(draft: &'a Draft) -> impl IntoView + use<> {
    view! {
        <Field
            draft=draft
            name="code"
            label="Six-digit code"
            autocomplete="one-time-code"
            inputmode="numeric"
            hint="The code that your authenticator app shows. You can also use a recovery code."
            optional=true
            max=CODE_MAX
        />
        <Field
            draft=draft
            name="recovery"
            label="Recovery code"
            autocomplete="off"
            hint="Only if you have no six-digit code. Each one works once."
            optional=true
            max=CODE_MAX
        />
    }
}

/// Sets up the second factor of somebody who has none yet.
#[component]
pub fn SetUpPage() -> impl IntoView {
    load(SET_UP, halfway_at(SET_UP), |(found, draft, from_here)| {
        let here = match found {
            Found::Here(here) if here.page() == SET_UP => here,
            Found::Here(here) => return on_to(here.page()),
            Found::Over { .. } | Found::Nobody => return on_to(from_here),
        };
        let secret = here.secret.as_ref().and_then(|secret| Secret::read(secret, &here.member.email));
        let Some(secret) = secret else { return on_to(CODE) };
        view! {
            <Plain
                title="Set up your second factor"
                lead="Staff sign in with a password and a code from an app. You set this up once."
                bare=true
            >
                <Problems draft=&draft />
                <div class="card">
                    <NewSecret secret=&secret email=here.member.email />
                    <FirstCode draft=&draft action="/api/set-up-second-factor" button="Confirm and sign in" next=here.next />
                </div>
            </Plain>
        }
        .into_any()
    })
}

/// The secret: for cameras, for an app on this device, and for typing.
#[component]
fn NewSecret<'a>(secret: &'a Secret, email: String) -> impl IntoView + use<> {
    view! {
        <section class="stack" aria-labelledby="add">
            <h2 id="add">"1. Add Sayso to your authenticator app"</h2>
            <p class="soft">
                "You can use any app for one-time codes. Scan this with the app, or type the key. If the app is on this device, open the link."
            </p>
            <div class="scan">
                {secret.picture().map(|squares| view! { <Picture squares /> })} <dl class="stack">
                    <div>
                        <dt>"Link"</dt>
                        <dd>
                            <a href=secret.link()>"Open it in an app on this device"</a>
                        </dd>
                    </div>
                    <div>
                        <dt>"Key"</dt>
                        <dd>
                            <code class="secret">{secret.in_groups()}</code>
                        </dd>
                    </div>
                    <div>
                        <dt>"Account"</dt>
                        <dd><bdi>{readable(&email)}</bdi></dd>
                    </div>
                    <div>
                        <dt>"Kind"</dt>
                        <dd>"Time-based, six digits"</dd>
                    </div>
                </dl>
            </div>
        </section>
    }
}

/// Black on white whatever the light, so that a camera reads it.
#[component]
fn Picture(squares: Squares) -> impl IntoView {
    let Squares { side, path } = squares;
    let label = "QR code that adds Sayso to an authenticator app. The link and the key do the same.";
    view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") width="200" height="200" shape-rendering="crispEdges" role="img" aria-label=label>
            <rect width=side height=side fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
}

#[component]
fn FirstCode<'a>(
    draft: &'a Draft,
    action: &'static str,
    button: &'static str,
    #[prop(default = String::new())] next: String,
) -> impl IntoView + use<> {
    view! {
        <section class="stack" aria-labelledby="first">
            <h2 id="first">"2. Enter the code that the app shows"</h2>
            <CodeForm draft=draft action=action button=button next=next />
        </section>
    }
}

/// What the account page shows of a second factor.
pub struct Factor {
    set_up: UtcMillis,
    left: usize,
}

/// The one of `member`; `None` where there is none, as for those who are no staff.
pub async fn of(member: &Member) -> Result<Option<Factor>, AppError> {
    if !member.role.is_staff() {
        return Ok(None);
    }
    let app = App::here();
    let mut reader = app.db.reader().await?;
    let Some(factor) = store::of_member(reader.conn(), &member.id).await? else { return Ok(None) };
    let left = store::recovery_codes(reader.conn(), &member.id).await?.len();
    Ok(Some(Factor { set_up: factor.set_up_at(), left }))
}

/// The card of the account page, with what is `said` where it has just been changed.
#[component]
pub fn Card(factor: Factor, said: Option<&'static str>) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="factor">
            <section class="stack">
                <h2 id="factor">"Your second factor"</h2>
                <div role="status">
                    {said.map(|said| view! { <p class="said first">{said}</p> })}
                </div>
                <dl class="facts">
                    <dt>"Authenticator app"</dt>
                    <dd>{format!("Set up on {}", factor.set_up.day())}</dd>
                    <dt>"Recovery codes"</dt>
                    <dd>{recovery_codes::left(factor.left)}</dd>
                </dl>
                <p class="row">
                    <a class="button" href=recovery_code_cookie::PAGE>
                        "Make new recovery codes"
                    </a>
                    <a class="button" href=AUTHENTICATOR>
                        "Switch to another app"
                    </a>
                </p>
            </section>
        </section>
    }
}

/// Changes to another authenticator: first a code of the present one, then the secret of the next.
#[component]
pub fn AuthenticatorPage() -> impl IntoView {
    let all = async {
        let member = session::signed_in_for(Capability::OwnSecondFactor).await?;
        let secret = pending_sign_in::change(&App::here()).await?;
        Ok((member.clone(), secret, Draft::take_for(AUTHENTICATOR, Some(&member)).await?))
    };
    load(AUTHENTICATOR, all, |(member, secret, draft)| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        let email = member.email.clone();
        let secret = secret.and_then(|secret| Secret::read(&secret, &email));
        view! {
            <Frame
                title="Another authenticator app"
                here="/account"
                member
                lead="Your current app keeps working until you enter the first code of the new one."
            >
                <Problems draft=&draft />
                {match secret {
                    Some(secret) => {
                        view! {
                            <div class="card">
                                <NewSecret secret=&secret email />
                                <FirstCode draft=&draft action="/api/confirm-authenticator" button="Use the new app" />
                            </div>
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <section class="card" aria-labelledby="prove">
                                <section class="stack">
                                    <h2 id="prove">"First, a code from your current app"</h2>
                                    <Codes draft=&draft action="/api/change-authenticator" button="Continue" />
                                </section>
                            </section>
                        }
                            .into_any()
                    }
                }}
                <p class="soft">
                    <a href="/account">"Keep my current app"</a>
                </p>
            </Frame>
        }
    })
}
