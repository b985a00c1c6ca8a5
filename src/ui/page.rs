//! Pages that load something first, and the pages that say it could not be had.

use super::{Frame, Plain};
use crate::account::model::Role;
use crate::account::session;
use crate::error::{AWAY_SECONDS, AppError};
use crate::web::{App, assets, link, reply};
use http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// Loads, then shows. Not signed in goes to sign-in and back; everything else that fails becomes
/// the page that says so.
pub fn load<T, V>(
    here: impl Into<String>,
    load: impl Future<Output = Result<T, AppError>> + Send + 'static,
    show: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoView + 'static,
{
    let here = here.into();
    let unsent = is_unsent();
    // Not inside a closure: the future has effects (a notice is delivered) and runs once.
    Suspend::new(async move {
        match load.await {
            Ok(loaded) => show(loaded).into_any(),
            Err(AppError::NotSignedIn) => {
                let sign_in = link::sign_in_path(&here);
                go(&if unsent { link::unsent(&sign_in) } else { sign_in });
                ().into_any()
            }
            Err(AppError::Internal { reference }) => {
                status(StatusCode::INTERNAL_SERVER_ERROR);
                view! { <Broken reference /> }.into_any()
            }
            Err(AppError::Unavailable) => view! { <Away /> }.into_any(),
            Err(_) => view! { <NotFound /> }.into_any(),
        }
    })
}

/// Whether this page is to say that what was sent was not done, because nobody is signed in.
pub fn is_unsent() -> bool {
    use_context::<Parts>().is_some_and(|parts| link::is_unsent(parts.uri.query()))
}

/// Leads from one page to another, also a client that asks for no HTML by name, such as curl;
/// leptos does that for forms only.
pub fn go(path: &str) {
    reply::redirect(path);
    status(StatusCode::FOUND);
}

/// Says 429 and when to try again (RFC 6585, 4; RFC 9110, 10.2.3).
pub fn slow_down(seconds: u32) {
    status(StatusCode::TOO_MANY_REQUESTS);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Said with 503 while the database does not answer.
#[component]
pub fn Away() -> impl IntoView {
    status(StatusCode::SERVICE_UNAVAILABLE);
    if use_context::<App>().is_some_and(|app| app.db.is_kept().is_err()) {
        return view! {
            <Plain title="We cannot reach our records">
                <p>"Our database cannot be used until somebody who runs this site has looked at it."</p>
                <p>"Nothing can be saved until then. Please come back later to see what was saved."</p>
            </Plain>
        };
    }
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(AWAY_SECONDS));
    }
    view! {
        <Plain title="We cannot reach our records">
            <p>"Our database is not answering at the moment. What you chose earlier is stored."</p>
            <p>"Please reload this page in a few seconds to see what was saved."</p>
        </Plain>
    }
}

/// Sets the page's status.
pub fn status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// Nothing here, inside the frame.
#[component]
pub fn NotFound() -> impl IntoView {
    status(StatusCode::NOT_FOUND);
    view! {
        <Anybody title="Page not found">
            <p>"There is nothing at this address that you can see. You may have mistyped it, or it belongs to somebody else."</p>
            <p>
                <WayHome />
            </p>
        </Anybody>
    }
}

/// One card for anybody: in the frame of whoever is signed in, where that can be found out.
#[component]
pub fn Anybody(#[prop(into)] title: String, children: Children) -> impl IntoView {
    Suspend::new(async move {
        let viewer = if session::is_known() { session::viewer().await.ok().flatten() } else { None };
        match viewer {
            Some(member) => view! {
                <Frame title here="" member>
                    <div class="card">
                        <section class="stack">{children()}</section>
                    </div>
                </Frame>
            }
            .into_any(),
            None => view! { <Plain title>{children()}</Plain> }.into_any(),
        }
    })
}

/// Leads whoever is signed in to where their work or their settings are, and everybody else to the
/// start.
#[component]
pub fn WayHome() -> impl IntoView {
    Suspend::new(async move {
        // Who it is is a courtesy here: where it cannot be found out, the start page will say why.
        let viewer = if session::is_known() { session::viewer().await.ok().flatten() } else { None };
        let (to, says) = match viewer.map(|viewer| viewer.role) {
            Some(role) => (role.home(), names_home(role)),
            None => ("/", "Go to the start page"),
        };
        view! {
            <a class="button" href=to>
                {says}
            </a>
        }
    })
}

const fn names_home(role: Role) -> &'static str {
    match role {
        Role::Member => "Go to your settings",
        Role::Support => "Go to members",
        Role::PrivacyOfficer => "Go to the queue",
        Role::Auditor => "Go to the access log",
    }
}

/// Something failed on our side: a reference that is also in the log, and no cause. The status is
/// for whoever shows it to set.
#[component]
pub fn Broken(reference: String) -> impl IntoView {
    view! {
        <Plain title="Something went wrong on our side">
            <p>
                "We are sorry. Please reload the page to see what was saved. If it happens again, please tell us this reference: "
                <code class="ref">{reference}</code>
            </p>
            <p>
                <a class="button" href="/">
                    "Go to the start page"
                </a>
            </p>
        </Plain>
    }
}

/// A link; for whom there is nothing behind it, only its words.
#[component]
pub fn LinkOrText(to: Option<String>, #[prop(default = "")] class: &'static str, says: String) -> impl IntoView {
    let class = (!class.is_empty()).then_some(class);
    match to {
        Some(to) => view! { <a class=class href=to>{says}</a> }.into_any(),
        None => view! { <span class=class>{says}</span> }.into_any(),
    }
}

/// The link to the next rows of a list, where there are more than the `rows` of this page.
#[component]
pub fn NextPage(to: Option<String>, rows: usize) -> impl IntoView {
    to.map(|to| {
        view! {
            <p>
                <a class="button" href=to rel="next">
                    {format!("Next {rows}")}
                </a>
            </p>
        }
    })
}

/// A script of ours that one page has, by its name before the hash.
#[component]
pub fn Script(name: &'static str) -> impl IntoView {
    let nonce = leptos::nonce::use_nonce();
    assets::script(name).map(|file| view! { <script type="module" nonce=nonce src=format!("/pkg/{file}")></script> })
}
