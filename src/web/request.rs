//! What a request says of who sends it and what they want.

use http::{HeaderMap, header, request::Parts};
use leptos::prelude::use_context;

/// Whether the client is a browser that sends a plain form; the layer `accept` has made the header
/// say which.
pub fn wants_html() -> bool {
    use_context::<Parts>()
        .and_then(|parts| Some(parts.headers.get(header::ACCEPT)?.to_str().ok()?.contains("text/html")))
        .unwrap_or(false)
}

/// The id of the request that is being answered, as its lines in the log have it. It is ours: one
/// from outside is taken away before.
pub fn id() -> Option<String> {
    id_in(&use_context::<Parts>()?.headers)
}

/// The same, where the head of the request is at hand.
pub fn id_in(headers: &HeaderMap) -> Option<String> {
    headers.get("x-request-id")?.to_str().ok().map(str::to_owned)
}

/// Whether the request that is being answered asks for a page itself, and not only for its head.
pub fn is_for_a_page() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.method != http::Method::HEAD)
}

/// Whether this request is for a server function, and not for a page.
pub fn on_api(parts: &Parts) -> bool {
    parts.uri.path().starts_with("/api/")
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
