//! Refuses what another site sends on a visitor's behalf (CSRF): every request that may change
//! something has to come from our own pages.
//!
//! `Sec-Fetch-Site` decides where there is one: no page can forge it, and no policy of referrers
//! changes it. Browsers that send none, or come without TLS, say it by `Origin`, where `null` is
//! nobody's. Text browsers send neither, and say it by `Referer`. What sends nothing of this is no
//! browser.

use crate::account::security_event::{self, Event, Outcome};
use crate::web::body::BODY_MAX;
use crate::web::origin::Origin;
use crate::web::refusal::Refusal;
use crate::web::{App, Head, Pages, accept};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use url::form_urlencoded;

/// How often it is logged, in milliseconds.
const LOG_EVERY: i64 = 60_000;

/// Where a request says it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A page of ours, or no browser at all.
    Here,
    /// Another site, as the browser says for certain.
    AnotherSite,
    /// Another origin, or none, as far as the request says: it may be that something on the way has
    /// changed that.
    Unclear,
}

/// Where a request with these headers comes from, where `own` is our origin.
pub fn source(headers: &HeaderMap, own: &Origin) -> Source {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (text(&SITE), text(&header::ORIGIN), text(&header::REFERER)) {
        (Some("same-origin" | "none"), ..) => Source::Here,
        (Some(_), ..) => Source::AnotherSite,
        (None, Some(origin), _) if Origin::of(origin).as_ref() == Some(own) => Source::Here,
        (None, Some(_), _) => Source::Unclear,
        // Some send a word or a path that is no address: that says nothing.
        (None, None, Some(page)) if Origin::of(page).is_some_and(|origin| origin != *own) => Source::Unclear,
        (None, None, _) => Source::Here,
    }
}

static SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What the layer needs.
#[derive(Clone)]
pub struct Guard {
    app: App,
    pages: Pages,
    /// When it was last logged.
    logged: Arc<AtomicI64>,
}

impl Guard {
    pub fn new(app: &App, pages: &Pages) -> Self {
        Self { app: app.clone(), pages: pages.clone(), logged: Arc::new(AtomicI64::new(i64::MIN)) }
    }

    /// Says in the log what was refused, at most once a minute: whoever runs this can see that a
    /// setting is wrong, and nobody can fill the disk.
    fn log(&self, headers: &HeaderMap, own: &Origin) {
        let (last, now) = (self.logged.load(Ordering::Relaxed), self.app.clock.now().0);
        // A clock that was set back does not silence it.
        let due = now < last || now.saturating_sub(last) >= LOG_EVERY;
        let first = || self.logged.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if !(due && first()) {
            return;
        }
        // What stands in a header may be anything: of an address its origin is logged, and else
        // only that it is none.
        let said = |name: &HeaderName| match headers.get(name).map(|value| value.to_str().unwrap_or_default()) {
            None => "none".to_owned(),
            Some(word @ ("null" | "cross-site" | "same-site")) => word.to_owned(),
            Some(address) => Origin::of(address).map_or_else(|| "unreadable".into(), |origin| origin.to_string()),
        };
        tracing::warn!(
            own = %own,
            origin = said(&header::ORIGIN),
            sec_fetch_site = said(&SITE),
            referer = said(&header::REFERER),
            "refused a form from another origin; if it was sent from a page of this site, set SAYSO_BASE_URL to what browsers \
             see, and have proxies leave these headers as they are. Others within a minute are not logged"
        );
    }
}

/// The layer: stands around everything, before any session is looked at.
pub async fn refuse(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let own = guard.app.config.origin_for(request.headers(), request.uri());
    let source = source(request.headers(), &own);
    if source == Source::Here {
        return next.run(request).await;
    }
    guard.log(request.headers(), &own);
    let from = security_event::Source::of(request.headers(), request.extensions(), guard.app.config.proxies);
    let how = if source == Source::AnotherSite { "another-site" } else { "unclear" };
    from.log(Event::OriginRefused, Outcome::Refused, None, how);
    if accept::wants_json(request.headers()) {
        let said = "This request may have come from another site, so it was refused. Nothing was changed.";
        return (StatusCode::FORBIDDEN, said).into_response();
    }
    page(&guard.pages, request, own, source).await
}

/// The page that says what to do. It begins no session, and nothing on it sends the form once more:
/// whoever made another site send it could have somebody press that.
async fn page(pages: &Pages, request: Request<Body>, own: Origin, source: Source) -> Response {
    let (parts, body) = request.into_parts();
    let typed = match source {
        Source::Unclear => axum::body::to_bytes(body, BODY_MAX).await.map_or_else(|_| Vec::new(), |b| typed(&b)),
        _ => Vec::new(),
    };
    let mut head = Head::from(&parts);
    head.extensions.insert(Refusal { own, typed });
    let mut page = pages.show(Uri::from_static("/error?about=another-origin"), &head).await;
    *page.status_mut() = StatusCode::FORBIDDEN;
    page
}

/// The texts that somebody may have typed in a form of ours. A password, a code and what no field
/// of ours is called are not among them.
fn typed(body: &[u8]) -> Vec<(String, String)> {
    let label = |name: &str| match name {
        "name" => Some("Name"),
        "email" => Some("E-mail address"),
        "case" | "of" => Some("Case number"),
        "reason" => Some("Reason"),
        "text" => Some("Text"),
        "why" => Some("What has to change"),
        _ if name.starts_with("rulings[") && name.ends_with("][grounds]") => Some("Grounds"),
        _ => None,
    };
    let fields = form_urlencoded::parse(body).filter(|(_, value)| !value.trim().is_empty());
    fields.filter_map(|(name, value)| Some((label(&name)?.to_owned(), value.into_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(headers: &[(&'static str, &'static str)]) -> Source {
        let own: Origin = "https://privacy.example".parse().unwrap();
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        source(&HeaderMap::from_iter(headers), &own)
    }

    #[test]
    fn what_the_browser_says_for_certain_comes_first() {
        for origin in ["null", "https://privacy.example", "https://evil.example", ""] {
            let origin = ("origin", origin);
            assert_eq!(sent(&[("sec-fetch-site", "same-origin"), origin]), Source::Here, "{origin:?}");
            assert_eq!(sent(&[("sec-fetch-site", "none"), origin]), Source::Here, "{origin:?}");
            for site in ["cross-site", "same-site", "Same-Origin", "", "same-origin, cross-site"] {
                assert_eq!(sent(&[("sec-fetch-site", site), origin]), Source::AnotherSite, "{site} {origin:?}");
            }
        }
    }

    #[test]
    fn without_it_the_origin_decides_and_then_the_page_that_led_here() {
        for (origin, expected) in [
            ("https://privacy.example", Source::Here),
            ("https://PRIVACY.example:443", Source::Here),
            ("http://privacy.example", Source::Unclear),
            ("https://privacy.example:8443", Source::Unclear),
            ("https://evil.example", Source::Unclear),
            ("null", Source::Unclear),
            ("", Source::Unclear),
        ] {
            assert_eq!(sent(&[("origin", origin)]), expected, "{origin}");
            let ours = ("referer", "https://privacy.example/settings");
            assert_eq!(sent(&[("origin", origin), ours]), expected, "{origin} with a page of ours");
        }
        for (referer, expected) in [
            ("https://privacy.example/settings/privacy?x", Source::Here),
            ("https://privacy.example:443/", Source::Here),
            ("https://evil.example/privacy.example", Source::Unclear),
            ("https://privacy.example.evil.example/", Source::Unclear),
            ("about:blank", Source::Here),
            ("/settings/privacy", Source::Here),
            ("", Source::Here),
        ] {
            assert_eq!(sent(&[("referer", referer)]), expected, "{referer}");
        }
        assert_eq!(sent(&[]), Source::Here, "no browser");
    }

    #[test]
    fn texts_are_kept_and_secrets_are_not() {
        let body = b"name=Ada+L%C3%A9e&password=hunter2&current=x&code=123456&recovery=r&proof=p&form=1&reason=%3Cb%3E\
            &rulings%5B0%5D%5Bgrounds%5D=Because&rulings%5B0%5D%5Boutcome%5D=refused&text=+&odd=1&email=%FF";
        let kept = typed(body);
        let kept: Vec<(&str, &str)> = kept.iter().map(|(label, value)| (&**label, &**value)).collect();
        let expected = [("Name", "Ada Lée"), ("Reason", "<b>"), ("Grounds", "Because"), ("E-mail address", "\u{fffd}")];
        assert_eq!(kept, expected);
    }
}
