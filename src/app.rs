//! The document and the route table.

use crate::account::model::Member;
use crate::consent::audience::Audience;
use crate::error::AppError;
use crate::ui::{Away, Broken, NotFound, Plain, Refused, WayHome, status};
use crate::web::assets;
use crate::web::reply;
use crate::{account, audit, consent, members, objection, statistics, support};
use http::{HeaderValue, StatusCode, header};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{ParamSegment, SsrMode, StaticSegment};

/// The document around every page, with the policy that belongs to it.
pub fn shell(options: &LeptosOptions) -> impl IntoView + use<> {
    let nonce = use_nonce();
    if let (Some(nonce), Some(response)) = (&nonce, use_context::<ResponseOptions>()) {
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    // Islands carry their own data; the page around them is not hydrated and ships none.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let wake = wake(&options.output_name);
    let names = assets::names();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=format!("/pkg/{}", names.style) />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <script type="module" nonce=nonce.clone() src=format!("/pkg/{}", names.page)></script>
                <script type="module" nonce=nonce.clone() inner_html=wake></script>
                <MetaTags />
            </head>
            <body>
                <Root />
            </body>
        </html>
    }
}

/// Loads the client half where there is an island, and only there, and wakes it. Our own rather
/// than leptos's, whose preload carries the nonce as `crossorigin`, which is no valid value for it.
///
/// A translator, or an extension, may have put other nodes in the place of the texts before that.
/// Then waking fails half way, and the server's HTML is put back: its forms work as they do without
/// JavaScript.
fn wake(name: &str) -> String {
    format!(
        r#"const islands = document.querySelectorAll("leptos-island");
if (islands.length) {{
  const client = await import("/pkg/{name}.js");
  await client.default({{ module_or_path: "/pkg/{name}_bg.wasm" }});
  const asServed = [...islands].map((island) => island.cloneNode(true));
  try {{
    client.hydrate();
    for (const island of islands) client[island.dataset.component](island);
  }} catch {{
    islands.forEach((island, i) => island.replaceWith(asServed[i]));
  }}
  performance.mark("awake");
}}"#
    )
}

/// Every page there is.
#[component]
pub fn Root() -> impl IntoView {
    provide_meta_context();
    let mode = SsrMode::Async;
    view! {
        <Title formatter=|title| format!("{title} · Sayso") />
        <Router>
            <Routes fallback=NotFound>
                <Route path=StaticSegment("") view=account::pages::Home ssr=mode.clone() />
                <Route path=StaticSegment("sign-in") view=account::pages::SignInPage ssr=mode.clone() />
                <Route
                    path=(StaticSegment("sign-in"), StaticSegment("password"))
                    view=account::pages::OwnPasswordPage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("sign-in"), StaticSegment("code"))
                    view=account::pages::CodePage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("sign-in"), StaticSegment("second-factor"))
                    view=account::pages::SetUpPage
                    ssr=mode.clone()
                />
                <Route path=StaticSegment("sign-up") view=account::pages::SignUpPage ssr=mode.clone() />
                <Route
                    path=(StaticSegment("sign-up"), StaticSegment("sent"))
                    view=account::pages::SentPage
                    ssr=mode.clone()
                />
                <Route path=StaticSegment("confirm") view=account::pages::ConfirmPage ssr=mode.clone() />
                <Route path=StaticSegment("forgot") view=account::pages::ForgotPage ssr=mode.clone() />
                <Route path=StaticSegment("cookie") view=account::pages::CookiePage ssr=mode.clone() />
                <Route path=StaticSegment("welcome") view=members::pages::WelcomePage ssr=mode.clone() />
                <Route
                    path=(StaticSegment("welcome"), StaticSegment("again"))
                    view=members::pages::AgainPage
                    ssr=mode.clone()
                />
                <Route path=StaticSegment("account") view=account::pages::AccountPage ssr=mode.clone() />
                <Route
                    path=(StaticSegment("account"), StaticSegment("recovery-codes"))
                    view=account::pages::RecoveryCodesPage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("account"), StaticSegment("authenticator"))
                    view=account::pages::AuthenticatorPage
                    ssr=mode.clone()
                />
                <Route path=StaticSegment("error") view=ErrorPage ssr=mode.clone() />
                <Route
                    path=(StaticSegment("settings"), StaticSegment("privacy"))
                    view=|| consent::pages::tab(more_cards)
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("settings"), StaticSegment("privacy"), StaticSegment("history"))
                    view=consent::pages::HistoryPage
                    ssr=mode.clone()
                />
                <Route
                    path=(
                        StaticSegment("settings"),
                        StaticSegment("privacy"),
                        StaticSegment("entries"),
                        ParamSegment("id"),
                    )
                    view=consent::pages::EntryPage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("notices"), ParamSegment("purpose"), ParamSegment("version"))
                    view=consent::pages::NoticePage
                    ssr=mode.clone()
                />
                <Route path=StaticSegment("objection") view=objection::pages::FormPage ssr=mode.clone() />
                <Route
                    path=(StaticSegment("objection"), StaticSegment("code"))
                    view=objection::pages::CodePage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("objection"), StaticSegment("again"))
                    view=objection::pages::AgainPage
                    ssr=mode.clone()
                />
                <Route path=StaticSegment("objections") view=objection::pages::ListPage ssr=mode.clone() />
                <Route
                    path=(StaticSegment("objections"), ParamSegment("case"))
                    view=objection::pages::CasePage
                    ssr=mode.clone()
                />
                <Route path=StaticSegment("support") view=support::pages::FindPage ssr=mode.clone() />
                <Route
                    path=(StaticSegment("support"), StaticSegment("members"), ParamSegment("id"))
                    view=support::pages::MemberPage
                    ssr=mode.clone()
                />
                <Route
                    path=(
                        StaticSegment("support"),
                        StaticSegment("members"),
                        ParamSegment("id"),
                        StaticSegment("history"),
                    )
                    view=support::pages::MemberHistoryPage
                    ssr=mode.clone()
                />
                <Route
                    path=(
                        StaticSegment("support"),
                        StaticSegment("members"),
                        ParamSegment("id"),
                        StaticSegment("entries"),
                        ParamSegment("entry"),
                    )
                    view=support::pages::MemberEntryPage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("support"), StaticSegment("objections"))
                    view=support::pages::QueuePage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("support"), StaticSegment("objections"), ParamSegment("case"))
                    view=support::pages::CasePage
                    ssr=mode.clone()
                />
                <Route path=StaticSegment("audit") view=audit::pages::LogPage ssr=mode.clone() />
                <Route
                    path=(StaticSegment("audit"), StaticSegment("downloads"))
                    view=audit::pages::DownloadsPage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("audit"), StaticSegment("ledger"))
                    view=audit::pages::LedgerPage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("audit"), StaticSegment("ledger"), ParamSegment("id"))
                    view=audit::pages::LedgerEntryPage
                    ssr=mode.clone()
                />
                <Route
                    path=(StaticSegment("support"), StaticSegment("figures"))
                    view=statistics::pages::FiguresPage
                    ssr=mode.clone()
                />
                <Route path=StaticSegment("transparency") view=statistics::pages::TransparencyPage ssr=mode />
            </Routes>
        </Router>
    }
}

/// The cards of the Data privacy tab below the first, each made by the feature it belongs to.
async fn more_cards(member: Member) -> Result<AnyView, AppError> {
    let other_uses = objection::pages::other_uses(&member, &Audience::Member, None).await?;
    let who_looked = support::pages::who_looked(&member, &Audience::Member, None).await?;
    Ok((other_uses, who_looked).into_any())
}

/// Where a form without JavaScript lands when something broke, and what a page shows when it cannot
/// be made.
#[component]
fn ErrorPage() -> impl IntoView {
    let query = leptos_router::hooks::use_query_map().get_untracked();
    let reference =
        query.get("reference").filter(|r| r.len() <= 12 && r.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    // What failed was answered and logged as a failure then. This is a page that anybody can ask
    // for, with any reference: it is none.
    if let Some(reference) = reference {
        return view! { <Broken reference /> }.into_any();
    }
    let (code, title, text) = match query.get("about").as_deref() {
        Some("not-offered") => (
            StatusCode::CONFLICT,
            "Not available in your region",
            "This use of your data is not available in your region at the moment, so you cannot turn it on. Nothing was changed.",
        ),
        Some("somebody-else") => (
            StatusCode::CONFLICT,
            "Somebody else has signed in here",
            "The page that you sent this from was made for another account, so nothing was changed. You now see the account that is signed in.",
        ),
        Some("objected") => (
            StatusCode::CONFLICT,
            "Your objection keeps this off",
            "This use of your data stays off while we decide on your objection, and permanently once we have upheld it. Nothing was changed.",
        ),
        Some("denied-elsewhere") => (
            StatusCode::CONFLICT,
            "Another account has this off",
            "Another account has the same e-mail address, and this is off there. Until we have merged the two, it is off in both. Nothing was changed.",
        ),
        Some("not-proved") => (
            StatusCode::CONFLICT,
            "Please confirm your e-mail address first",
            "You cannot turn anything on until we know that your e-mail address is yours. Nothing was changed.",
        ),
        Some("too-often") => {
            let seconds = query.get("seconds").and_then(|s| s.parse().ok()).filter(|s| (1..=86_400).contains(s));
            return view! { <TooOften seconds=seconds.unwrap_or(60) /> }.into_any();
        }
        Some("unsaved") => (
            StatusCode::SERVICE_UNAVAILABLE,
            "We cannot save changes at the moment",
            "Nothing was changed. You can still see your settings, and they stay as they are shown. Please try again later.",
        ),
        Some("busy") => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many people are signing in",
            "Nothing was changed. Please go back and try again in a few seconds.",
        ),
        Some("unavailable") => return view! { <Away /> }.into_any(),
        Some("unreadable") => (
            StatusCode::BAD_REQUEST,
            "We could not read your request",
            "Nothing was changed. Please reload the page and try again.",
        ),
        Some("too-long") => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "This is too long",
            "What you sent is longer than this form takes, so nothing was changed. Please go back, shorten it, and send it again.",
        ),
        Some("only-forms") => (
            StatusCode::METHOD_NOT_ALLOWED,
            "There is nothing to see here",
            "This address only receives forms. Please open the page with the form.",
        ),
        Some("another-origin") => return view! { <Refused /> }.into_any(),
        _ => return view! { <NotFound /> }.into_any(),
    };
    status(code);
    view! {
        <Plain title>
            <p>{text}</p>
            <p>
                <WayHome />
            </p>
        </Plain>
    }
    .into_any()
}

/// The switch was pressed so often that turning it on has to wait.
#[component]
fn TooOften(seconds: u32) -> impl IntoView {
    reply::set_status(&AppError::SlowDown { seconds });
    let wait = crate::error::in_words(seconds);
    view! {
        <Plain title="You have changed this too often">
            <p>
                {format!(
                    "You have changed this many times in a short while. You can turn it on again in {wait}. Nothing was changed, and it is off. You never have to wait to turn it off.",
                )}
            </p>
            <p>
                <WayHome />
            </p>
        </Plain>
    }
}
