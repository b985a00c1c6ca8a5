//! Sign-in, sign-up and the account page. All of them are plain forms.

mod carried;
mod cookie;
mod details;
mod initial_password;
mod mailbox;
mod recovery_codes;
mod second_factor;
pub(super) mod sessions;
mod signed_out;

pub use cookie::CookiePage;
pub use initial_password::OwnPasswordPage;
pub use mailbox::{ConfirmPage, ForgotPage, LinkByMail, SentPage};
pub use recovery_codes::RecoveryCodesPage;
pub use second_factor::{AuthenticatorPage, CodePage, SetUpPage};
pub use signed_out::SignedOutPage;

use super::account_action::AccountAction;
use super::model::{EMAIL_MAX, NAME_MAX, PASSWORD_MAX, Role, readable};
use super::roles::Capability;
use super::session::{self, Draft, Ended};
use crate::paths::{DELETE_ACCOUNT, FORGOT};
use crate::ui::{
    CountryField, Field, Frame, NewPasswordField, Plain, Problems, TakeAlong, Username, go, is_unsent, load, slow_down,
    status,
};
use crate::web::App;
use http::StatusCode;
use leptos::prelude::*;

/// To the tab if signed in, else to sign-in.
#[component]
pub fn Home() -> impl IntoView {
    load("/", session::signed_in_for(Capability::Visit), |member| {
        go(member.role.home());
    })
}

/// Said to whoever sent a form while nobody was signed in.
const UNSENT: &str = "Nobody is signed in here any more, so what you sent was not done.";

#[component]
pub fn SignInPage() -> impl IntoView {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    let asked = query.get("next").unwrap_or_default();
    let all = async { Ok((Draft::take("/sign-in").await?, session::ended().await?)) };
    let unsent = is_unsent();
    let open = App::here().config.sign_up;
    load("/sign-in", all, move |(draft, (ended, kept))| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        let next = carried::next(&draft, asked);
        let said = ended.map(Ended::says).or(unsent.then_some(UNSENT));
        view! {
            <Plain title="Sign in">
                {said
                    .map(|said| {
                        let kept = (kept || carried::is_for_one(&draft)).then_some(" What you typed will be there when you have signed in again.");
                        view! { <p class="said stale first">{said} {kept}</p> }
                    })}
                <Problems draft=&draft />
                <p>{what_this_is()}</p>
                <carried::Note draft=&draft />
                <form method="post" action="/api/sign-in" class="stack" novalidate>
                    <carried::Hidden draft=&draft next=next.clone() />
                    <Field draft=&draft name="email" label="E-mail address" kind="email" autocomplete="username" max=EMAIL_MAX />
                    <Field
                        draft=&draft
                        name="password"
                        label="Password"
                        kind="password"
                        autocomplete="current-password"
                        max=PASSWORD_MAX
                    />
                    <button class="button primary" type="submit">
                        "Sign in"
                    </button>
                </form>
                <p class="soft">"Forgot your password? " <a href=FORGOT>"Set a new one"</a></p>
                {if open {
                    view! {
                        <carried::Instead draft=&draft next question="No account yet? " to="/sign-up" action="/api/show-sign-up" says="Sign up" />
                    }
                        .into_any()
                } else {
                    view! { <p class="soft">{no_sign_up()}</p> }.into_any()
                }}
                <carried::WithoutAccount draft=&draft />
                <p class="soft">
                    "Invited by your platform and no password yet? "
                    <a href="/welcome/again">"Get a link"</a>
                </p>
            </Plain>
        }
    })
}

/// What somebody finds here who has followed a link and knows nothing else.
fn what_this_is() -> String {
    let config = App::here().config.clone();
    format!(
        "Here members of {} decide whether machine learning may use their data, and see what they decided before.",
        config.platform.name.as_deref().unwrap_or("the platform")
    )
}

/// Said where nobody can sign up.
fn no_sign_up() -> String {
    let config = App::here().config.clone();
    format!("Accounts here are made by {}.", config.platform.name.as_deref().unwrap_or("the platform"))
}

/// The page in the place of sign-up, and of what comes after it, where it is off.
#[component]
pub fn NoSignUp() -> impl IntoView {
    status(StatusCode::NOT_FOUND);
    view! {
        <Plain title="You cannot sign up here">
            <p>{no_sign_up()} " If you have one, sign in with it. You can object without an account."</p>
            <p>
                <a class="button primary" href="/sign-in">
                    "Sign in"
                </a>
            </p>
            <p class="soft">
                <a href="/objection">"Open the objection form"</a>
            </p>
        </Plain>
    }
}

#[component]
pub fn SignUpPage() -> impl IntoView {
    if !App::here().config.sign_up {
        return view! { <NoSignUp /> }.into_any();
    }
    let asked = leptos_router::hooks::use_query_map().get_untracked().get("next").unwrap_or_default();
    load("/sign-up", Draft::take("/sign-up"), move |draft| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        let next = carried::next(&draft, asked);
        view! {
            <Plain title="Sign up">
                <Problems draft=&draft />
                <carried::Note draft=&draft />
                <form method="post" action="/api/sign-up" class="stack" novalidate>
                    <carried::Hidden draft=&draft next=next.clone() />
                    <Field draft=&draft name="name" label="Name" autocomplete="name" max=NAME_MAX />
                    <Field draft=&draft name="email" label="E-mail address" kind="email" autocomplete="username" max=EMAIL_MAX />
                    <CountryField draft=&draft hint="This determines which data rules apply to you." />
                    <NewPasswordField draft=&draft label="Password" />
                    <button class="button primary" type="submit">
                        "Sign up"
                    </button>
                </form>
                <carried::Instead draft=&draft next question="Have an account? " to="/sign-in" action="/api/show-sign-in" says="Sign in" />
                {draft.has("kept").then(|| view! { <carried::WithoutAccount draft=&draft /> })}
            </Plain>
        }
    })
    .into_any()
}

#[component]
pub fn AccountPage() -> impl IntoView {
    let all = async {
        let member = session::signed_in_for(Capability::OwnAccount).await?;
        let factor = second_factor::of(&member).await?;
        let devices = sessions::of(&member).await?;
        let draft = Draft::take_for("/account", Some(&member)).await?;
        let drafts = details::drafts(&member).await?;
        Ok((member, factor, devices, draft, drafts))
    };
    load("/account", all, |(member, factor, devices, draft, drafts)| {
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        let done = draft.done_as(AccountAction::parse);
        let said = |of: &[AccountAction]| done.filter(|done| of.contains(done)).map(AccountAction::says);
        let password = said(&[AccountAction::PasswordChanged, AccountAction::PasswordChangedAddressNot]);
        let authenticator = said(&[AccountAction::AuthenticatorChanged]);
        let mailbox = said(&[AccountAction::AddressLinkSent, AccountAction::AddressConfirmed]);
        let link_sent = done == Some(AccountAction::AddressLinkSent);
        let is_member = member.role == Role::Member;
        let own = is_member.then(|| member.clone());
        let email = member.email.clone();
        let facts = member.clone();
        view! {
            <Frame title="Account" here="/account" member>
                <section class="card" aria-labelledby="who">
                    <section>
                        <h2 id="who">"Your details"</h2>
                        <dl class="facts">
                            <dt>"Name"</dt>
                            <dd><bdi>{facts.name}</bdi></dd>
                            <dt>"E-mail address"</dt>
                            <dd><bdi>{readable(&facts.email)}</bdi></dd>
                            <dt>"Country"</dt>
                            <dd>{facts.country.name()}</dd>
                            <dt>"Member since"</dt>
                            <dd>{facts.joined_at.day()}</dd>
                        </dl>
                        {mailbox
                            .map(|said| {
                                view! {
                                    <div role="status">
                                        <p class="said">{said}</p>
                                    </div>
                                }
                            })}
                        {link_sent.then(|| view! { <mailbox::WhereMailLies /> })}
                    </section>
                </section>
                {own.map(|member| view! { <details::Cards member drafts /> <TakeAlong /> })}
                {factor.map(|factor| view! { <second_factor::Card factor said=authenticator /> })}
                <section class="card" aria-labelledby="change">
                    <section class="stack">
                        <h2 id="change">"Change your password"</h2>
                        <p class="soft">"You stay signed in here, and will be signed out everywhere else."</p>
                        <div role="status">
                            {password.map(|said| view! { <p class="said">{said}</p> })}
                        </div>
                        <Problems draft=&draft />
                        <form method="post" action="/api/change-password" class="stack" novalidate>
                            <Username email />
                            <Field
                                draft=&draft
                                name="current"
                                label="Current password"
                                kind="password"
                                autocomplete="current-password"
                                max=PASSWORD_MAX
                            />
                            <NewPasswordField draft=&draft />
                            <button class="button primary" type="submit">
                                "Change password"
                            </button>
                        </form>
                    </section>
                </section>
                <sessions::Card devices />
                {is_member.then(|| view! { <DeleteCard /> })}
            </Frame>
        }
    })
}

/// The way out, for members: accounts of staff are closed by whoever runs this.
#[component]
fn DeleteCard() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="delete">
            <section class="stack">
                <h2 id="delete">"Delete your account"</h2>
                <p class="soft">"The next page says what is erased and what stays, and asks for your password."</p>
                <p>
                    <a class="button" href=DELETE_ACCOUNT>
                        "Delete your account"
                    </a>
                </p>
            </section>
        </section>
    }
}
