//! How a server function answers: JSON with a status to a client that wants data, a page to a form
//! without JavaScript.

use super::form_draft::{Outcome, Refused, Slot};
use super::network::{self, Networks};
use super::origin::Origin;
use super::{App, cookie};
use crate::account::session::{self, Draft};
use crate::error::AppError;
use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, HeaderValue, header, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use std::net::{IpAddr, SocketAddr};
use url::Url;

/// Whether the client is a browser that sends a plain form; the layer `accept` has made the header
/// say which.
pub fn wants_html() -> bool {
    use_context::<Parts>()
        .and_then(|parts| Some(parts.headers.get(header::ACCEPT)?.to_str().ok()?.contains("text/html")))
        .unwrap_or(false)
}

/// Who sees the page that this request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// A person: they typed its address, came from a page of ours or of this site, or from a mail
    /// program.
    Seen,
    /// Another site had it opened, perhaps in a tab that nobody looks at.
    Unseen,
    /// Nobody: a program asks, or a browser guesses that the page may be wanted.
    Nobody,
}

/// Who sees the page of this request, as far as it says (Fetch Metadata).
pub fn visit() -> Visit {
    let site = use_context::<Parts>().and_then(|parts| parts.headers.get("sec-fetch-site").cloned());
    match site {
        _ if !is_visit() => Visit::Nobody,
        Some(site) if site.as_bytes() == b"cross-site" => Visit::Unseen,
        _ => Visit::Seen,
    }
}

/// Whether this request shows its page to a person: not HEAD, and not a browser's guess that the
/// page may be wanted.
fn is_visit() -> bool {
    let Some(parts) = use_context::<Parts>() else { return false };
    let says = |name: &str, word: &str| {
        parts.headers.get(name).and_then(|v| v.to_str().ok()).is_some_and(|v| v.to_ascii_lowercase().contains(word))
    };
    let guess = says("sec-purpose", "prefetch") || says("purpose", "prefetch") || says("x-moz", "prefetch");
    let elsewhere = parts.headers.get("sec-fetch-dest").is_some_and(|d| d.as_bytes() != b"document");
    parts.method == http::Method::GET && !guess && !elsewhere
}

/// A path on this site, to go to after signing in; anything that could lead elsewhere is none.
pub fn own_path(path: &str) -> Option<&str> {
    is_plain(path, 500).then_some(path)
}

/// Whether this is a path on this site, as a header can carry it.
fn is_plain(path: &str, most: usize) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '@'])
        && path.bytes().all(|b| b.is_ascii_graphic())
        && path.len() <= most
}

/// `path`, if it may stand in a `Location`; the start page otherwise. A path that carries another
/// one after it is longer than that.
fn place(path: &str) -> &str {
    if is_plain(path, 2_000) { path } else { "/" }
}

/// Leads to `path` on this site; to the start page where it is none, whoever made it of what.
pub fn redirect(path: &str) {
    if let Some(slot) = Slot::here() {
        slot.put(Outcome::Answered);
    }
    leptos_axum::redirect(place(path));
}

/// The address of whoever asks, as counted from the proxies that are ours.
pub fn address() -> String {
    client().map_or_else(|| "unknown".into(), |address| address.to_string())
}

/// The networks that whoever asks is counted under.
pub fn networks() -> Networks {
    client().map_or_else(|| Networks { narrow: "unknown".into(), wide: None }, network::networks)
}

fn client() -> Option<IpAddr> {
    let parts = expect_context::<Parts>();
    client_of(&parts.headers, &parts.extensions, App::here().config.proxies)
}

/// The same for a request with this head.
pub fn address_of(headers: &HeaderMap, extensions: &Extensions, proxies: u32) -> String {
    let client = client_of(headers, extensions, proxies);
    client.map_or_else(|| "unknown".into(), |address| address.to_string())
}

fn client_of(headers: &HeaderMap, extensions: &Extensions, proxies: u32) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    network::client(headers, proxies, peer)
}

/// Answers with `result`. A refusal sets the status, or sends a form without JavaScript to a page
/// that says it; an accepted form goes back to its page.
pub fn answer<T>(result: Result<T, AppError>) -> Result<T, AppError> {
    if wants_html() && result.is_ok() {
        redirect(&referring_path());
    }
    if let Err(error) = &result {
        if wants_html() {
            match error {
                AppError::NotSignedIn => redirect(&sign_in_path(&referring_path())),
                AppError::Internal { reference } => redirect(&format!("/error?reference={reference}")),
                AppError::NotOffered => redirect("/error?about=not-offered"),
                AppError::Objected => redirect("/error?about=objected"),
                AppError::DeniedElsewhere => redirect("/error?about=denied-elsewhere"),
                AppError::NotProved => redirect("/error?about=not-proved"),
                AppError::NotFound => redirect("/error?about=not-found"),
                AppError::Unsaved => redirect("/error?about=unsaved"),
                AppError::SlowDown { seconds } => {
                    show_instead(&format!("/error?about=too-often&seconds={seconds}"), error)
                }
                AppError::Unavailable => redirect("/error?about=unavailable"),
                AppError::Busy => redirect("/error?about=busy"),
                _ => redirect("/error?about=unreadable"),
            }
        } else {
            set_status(error);
        }
    }
    result
}

/// Answers with the page at `path`, which says what is wrong; the status and `Retry-After` are the
/// error's.
fn show_instead(path: &str, error: &AppError) {
    match Slot::here() {
        Some(slot) => {
            let refused = Refused { page: path.to_owned(), draft: Draft::default(), error: error.clone() };
            slot.put(Outcome::Refused(Box::new(refused)));
        }
        None => redirect(path),
    }
}

/// Answers a form on the page `page`: accepted, on to `next`; refused, with that page as it was
/// filled in.
pub async fn form<T>(
    page: &str,
    typed: &[(&str, &str)],
    result: Result<T, AppError>,
    next: &str,
) -> Result<T, AppError> {
    match &result {
        Ok(_) => redirect(&cookie::way_to(next).await),
        Err(AppError::NotSignedIn) if wants_html() => match keep_for_whose_it_was(page, typed).await {
            Ok(true) => redirect(&sign_in_path(page)),
            // The cookie may be the one that the press before has replaced: the page knows who is
            // signed in by now.
            Ok(false) if cookie::came() => redirect(page),
            Ok(false) => return answer(result),
            Err(failed) => return answer(Err(failed)),
        },
        Err(AppError::NotSignedIn | AppError::Internal { .. }) => return answer(result),
        Err(error) => match Slot::here().filter(|_| wants_html()) {
            Some(slot) => {
                let draft = Draft::new(page, typed, error);
                let refused = Refused { page: place(page).to_owned(), draft, error: error.clone() };
                slot.put(Outcome::Refused(Box::new(refused)));
            }
            None => set_status(error),
        },
    }
    result
}

/// Keeps what was typed for the member of staff whose session had ended here; false where it was
/// nobody's.
async fn keep_for_whose_it_was(page: &str, typed: &[(&str, &str)]) -> Result<bool, AppError> {
    let Some(subject) = session::whose().await? else { return Ok(false) };
    let error = AppError::Invalid(vec![(String::new(), SIGNED_OUT.into())]);
    Draft::new(page, typed, &error).kept_for(&subject).keep().await?;
    Ok(true)
}

/// Said where a form comes back that was sent after the session had ended.
const SIGNED_OUT: &str = "You were signed out in the meantime, so nothing was done. What you typed is still here. Please check it and send it again.";

/// Sets the status, and `Retry-After` (RFC 9110, 10.2.3) where there is a time to wait.
pub fn set_status(error: &AppError) {
    let response = expect_context::<ResponseOptions>();
    response.set_status(error.status());
    if let Some(seconds) = error.retry_after() {
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Sign-in, and then on to `next`, where that is a way that sign-in would take.
pub fn sign_in_path(next: &str) -> String {
    match own_path(next) {
        None | Some("/") => "/sign-in".into(),
        Some(next) => with_next("/sign-in", next),
    }
}

/// The page `path`, and then on to `next`.
pub fn with_next(path: &str, next: &str) -> String {
    format!("{path}?next={}", in_address(next))
}

/// `text` as a query and a header can carry it, whatever is in it (RFC 3986, 2.1).
pub fn in_address(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut to, b| {
        if b.is_ascii_alphanumeric() || b"/-._~".contains(&b) {
            to.push(char::from(b));
        } else {
            let _ = write!(to, "%{b:02X}");
        }
        to
    })
}

/// The page that this request was sent from, where that is one of this site; the start page
/// otherwise.
fn referring_path() -> String {
    let parts = expect_context::<Parts>();
    let referer = parts.headers.get(header::REFERER).and_then(|r| r.to_str().ok());
    let own = App::here().config.origin_for(&parts.headers, &parts.uri);
    let page = referer.and_then(|page| Url::parse(page).ok()).filter(|page| Origin::of(page.as_str()) == Some(own));
    page.and_then(|page| own_path(page.path()).map(str::to_owned)).unwrap_or_else(|| "/".into())
}

#[cfg(test)]
mod tests {
    use super::{own_path, place};

    #[test]
    fn the_way_back_never_leads_to_another_site() {
        assert_eq!(own_path("/settings/privacy?x=1"), Some("/settings/privacy?x=1"));
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "javascript:x",
            "/a\nb",
            "/@x",
        ] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn nothing_but_a_path_of_ours_gets_into_a_header() {
        for good in ["/", "/support/objections/OBJ-7F3K9Q2M#preview", "/sign-in?next=%2Fsupport%3Fq%3Da%40b"] {
            assert_eq!(place(good), good);
        }
        let long = format!("/{}", "x".repeat(70_000));
        for bad in
            ["", "/a\r\nSet-Cookie: x=y", "/a\0", "/a b", "/\u{e9}", "//evil.example", "https://evil.example", &long]
        {
            assert_eq!(place(bad), "/", "{bad:?}");
        }
    }
}
