//! The pages around mailed links: that one was sent, what an opened one is for, and a forgotten
//! password. All of them are plain forms.

use super::super::account_action::AccountAction;
use super::super::mailed_link::Kind;
use super::super::model::{EMAIL_MAX, NAME_MAX, readable};
use super::super::opened::{self, CameBy, OVER};
use super::super::session::{self, Draft};
use super::NoSignUp;
use super::second_factor::CodeFields;
use crate::paths::{CONFIRM, FORGOT, SIGN_UP_SENT};
use crate::text::bare;
use crate::ui::{CountryField, Field, NewPasswordField, Plain, Problems, Username, go, load, slow_down, status};
use crate::web::{App, link, reply};
use http::StatusCode;
use leptos::prelude::*;

/// That a mail is on its way. It shows the address that was typed just now, and says the same
/// whoever has the address.
#[component]
pub fn SentPage() -> impl IntoView {
    if !App::here().config.sign_up {
        return view! { <NoSignUp /> }.into_any();
    }
    load(SIGN_UP_SENT, Draft::take(SIGN_UP_SENT), |draft| {
        let to = Some(draft.value("email")).filter(|email| !email.is_empty());
        view! {
            <Plain title="Check your e-mail">
                <p role="status">
                    {match to {
                        Some(email) => view! { "We have sent an e-mail to " <strong><bdi>{readable(&email)}</bdi></strong> ". " }.into_any(),
                        None => view! { "We have sent you an e-mail. " }.into_any(),
                    }} "Open the link in it to confirm your address. There is no account until then."
                </p>
                <p>
                    "Open the link in this browser. In another one, we ask for your details and a password again."
                </p>
                <p class="soft">"It can take a few minutes. The link is valid for 24 hours."</p>
                <WhereMailLies />
                <p class="soft">
                    "No e-mail? Check your spam folder, or " <a href="/sign-up">"sign up again"</a>
                    " in case you mistyped the address."
                </p>
            </Plain>
        }
    })
    .into_any()
}

/// For whoever tries this on a machine of their own: without a mail server, mails are files.
#[component]
pub fn WhereMailLies() -> impl IntoView {
    App::here().config.mail_folder().map(|folder| {
        view! {
            <p class="said">
                <span>
                    "No mail server is configured here. The e-mail is a file in " <code>{folder.display().to_string()}</code> "."
                </span>
            </p>
        }
    })
}

/// What an opened link is for.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let key = leptos_router::hooks::use_query_map().get_untracked().get("key");
    let all = async {
        let app = App::here();
        if let Some(key) = key {
            // The secret leaves the address at once, before it can be seen, kept or sent on.
            go(&opened::open(&app, bare(&key)).await?);
            return Ok(None);
        }
        let (came, draft) = (opened::came_by(&app).await?, Draft::take(CONFIRM).await?);
        if came.is_none()
            && let Some(next) = opened::done_before().await?.filter(|next| next != "/")
        {
            reply::redirect(&next);
            return Ok(None);
        }
        Ok(Some((came, session::viewer().await?.is_some(), draft)))
    };
    load(CONFIRM, all, |found| {
        let Some((came, signed_in, draft)) = found else { return ().into_any() };
        if let Some(seconds) = draft.slow_down {
            slow_down(seconds);
        }
        match came {
            None => view! { <Over signed_in /> }.into_any(),
            Some(came) if came.link.kind == Kind::Password => view! { <NewPassword came draft /> }.into_any(),
            Some(came) if came.asks_who() => view! { <Who came draft /> }.into_any(),
            Some(came) if came.here => view! { <Press came draft /> }.into_any(),
            Some(_) => view! { <SignInFirst /> }.into_any(),
        }
    })
}

/// One button: whoever opened the link is who asked for it.
#[component]
fn Press(came: CameBy, draft: Draft) -> impl IntoView {
    let (title, button) = match came.link.kind {
        Kind::NewAddress => ("Confirm your new address", "Confirm this address"),
        Kind::Address => ("Confirm your address", "Confirm this address"),
        _ => ("Confirm your address", "Confirm and sign in"),
    };
    view! {
        <Plain title>
            <Problems draft=&draft />
            <p>"We e-mailed this link to " <strong><bdi>{readable(&came.link.email)}</bdi></strong> "."</p>
            {came
                .typed
                .map(|typed| {
                    view! {
                        <p>"This makes an account with what was typed at sign-up in this browser:"</p>
                        <dl class="facts">
                            <dt>"Name"</dt>
                            <dd><bdi>{typed.name}</bdi></dd>
                            <dt>"Country"</dt>
                            <dd>{typed.country.name()}</dd>
                        </dl>
                    }
                })}
            <form method="post" action="/api/confirm" class="stack" novalidate>
                <button class="button primary" type="submit">
                    {button}
                </button>
            </form>
        </Plain>
    }
}

/// Name, country and a password: whoever typed them before may be somebody else.
#[component]
fn Who(came: CameBy, draft: Draft) -> impl IntoView {
    let (name, country) = match (&came.member, &came.typed) {
        (Some(member), _) => (member.name.clone(), Some(member.country)),
        (None, Some(typed)) => (typed.name.clone(), Some(typed.country)),
        (None, None) => (String::new(), None),
    };
    let said = match came.link.kind {
        Kind::Address => "This ends every earlier password and session of this account.",
        _ => "The password typed at sign-up does not count.",
    };
    let email = came.link.email;
    view! {
        <Plain title="Confirm your address">
            <Problems draft=&draft />
            <p>
                "We e-mailed this link to " <strong><bdi>{readable(&email)}</bdi></strong>
                ", and you opened it in a different browser from the one that requested it, or somebody has signed in here since. Please check these details and set your own password. "
                {said}
            </p>
            <form method="post" action="/api/confirm" class="stack" novalidate>
                <Username email />
                <Field draft=&draft name="name" label="Name" autocomplete="name" value=name max=NAME_MAX />
                <CountryField draft=&draft value=country hint="This determines which data rules apply to you." />
                <NewPasswordField draft=&draft />
                <button class="button primary" type="submit">
                    "Confirm and sign in"
                </button>
            </form>
        </Plain>
    }
}

#[component]
fn NewPassword(came: CameBy, draft: Draft) -> impl IntoView {
    let staff = came.member.as_ref().is_some_and(|member| member.role.is_staff());
    let email = came.link.email;
    view! {
        <Plain title="Set a new password">
            <Problems draft=&draft />
            <p>
                "For the account with the address " <strong><bdi>{readable(&email)}</bdi></strong>
                ". This signs you out everywhere else."
            </p>
            <form method="post" action="/api/set-new-password" class="stack" novalidate>
                <Username email />
                <NewPasswordField draft=&draft />
                {staff.then(|| view! { <CodeFields draft=&draft /> })}
                <button class="button primary" type="submit">
                    "Set password and sign in"
                </button>
            </form>
        </Plain>
    }
}

/// A new address is confirmed by whoever is signed in to the account: a mistyped one is not to open
/// it to a stranger.
#[component]
fn SignInFirst() -> impl IntoView {
    view! {
        <Plain title="Please sign in first">
            <p>
                "This link changes the e-mail address of an account. To confirm the change, sign in to that account with its current address."
            </p>
            <p>
                <a class="button primary" href=link::sign_in_path(CONFIRM)>
                    "Sign in"
                </a>
            </p>
        </Plain>
    }
}

/// To whoever has no link that holds: never had one, used it, or let it grow old.
#[component]
fn Over(signed_in: bool) -> impl IntoView {
    status(StatusCode::NOT_FOUND);
    view! {
        <Plain title="This link is no longer valid">
            <p>{OVER}</p>
            <p>
                {if signed_in {
                    view! {
                        <a class="button primary" href="/">
                            "Go to your settings"
                        </a>
                    }
                } else {
                    view! {
                        <a class="button primary" href="/sign-in">
                            "Sign in"
                        </a>
                    }
                }}
            </p>
            <p class="soft">
                <a href=FORGOT>"Get a link to set a new password"</a>
                {App::here()
                    .config
                    .sign_up
                    .then(|| view! { " or " <a href="/sign-up">"sign up again"</a> })}
            </p>
        </Plain>
    }
}

#[component]
pub fn ForgotPage() -> impl IntoView {
    load(FORGOT, Draft::take(FORGOT), |draft| {
        view! {
            <LinkByMail
                draft
                title="Set a new password"
                lead="We will e-mail you a link to set a new password. Your settings stay as they are."
                action="/api/forgot-password"
                otherwise="Know your password? "
            >
                <WhereMailLies />
            </LinkByMail>
        }
    })
}

/// Asks for an address and mails a link to it. `children` are shown once that is done, and
/// `otherwise` stands before the way to sign in.
#[component]
pub fn LinkByMail(
    draft: Draft,
    title: &'static str,
    lead: &'static str,
    action: &'static str,
    otherwise: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    if let Some(seconds) = draft.slow_down {
        slow_down(seconds);
    }
    let sent = draft.done_as(AccountAction::parse).map(AccountAction::says);
    view! {
        <Plain title>
            <div role="status">
                {sent
                    .map(|said| {
                        view! {
                            <p class="said">
                                <span>{said}</span>
                            </p>
                        }
                    })}
            </div>
            {sent.and(children).map(|children| children())}
            <Problems draft=&draft />
            <p>{lead}</p>
            <form method="post" action=action class="stack" novalidate>
                <Field draft=&draft name="email" label="E-mail address" kind="email" autocomplete="username" max=EMAIL_MAX />
                <button class="button primary" type="submit">
                    "Send me a link"
                </button>
            </form>
            <p class="soft">{otherwise} <a href="/sign-in">"Sign in"</a></p>
        </Plain>
    }
}
