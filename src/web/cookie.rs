//! Whether the browser keeps our cookie. One that does not is told so, instead of being led in
//! circles.

use super::config::Config;
use super::session::session;
use super::{App, link, request};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The page that looks whether the cookie has come back.
pub const PAGE: &str = "/cookie";
/// What a form may lead to without a cookie: what is said there holds in any browser.
const WITHOUT: [&str; 1] = ["/sign-up/sent"];
/// The function whose answer takes the cookie out of the browser.
const SIGN_OUT: &str = "/api/sign-out";

/// The name of the cookie.
pub fn name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-sayso" } else { "sayso" }
}

/// Whether the cookie of a session came with this request.
pub fn came() -> bool {
    use_context::<Parts>().is_some_and(|parts| has(&parts.headers, name(&App::here().config)))
}

fn has(headers: &HeaderMap, name: &str) -> bool {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.split_once('=')).any(|(n, _)| n.trim() == name)
}

/// The way to `next` for a form that was accepted. Where that form began a session in a browser
/// that has sent no cookie yet, it leads past the page that looks whether it was kept.
pub async fn way_to(next: &str) -> String {
    if came() || !request::wants_html() || WITHOUT.contains(&next) {
        return next.to_owned();
    }
    match session().await {
        Ok(session) if session.is_modified() && !session.is_empty().await => link::with_next(PAGE, next),
        _ => next.to_owned(),
    }
}

/// Takes the cookie of the session out of the browser: with the attributes under which it was set,
/// without which browsers keep one whose name begins with `__Host-`. And has the browser forget the
/// pages it has kept. Other cookies are not ours alone: they may be those of a whole domain.
pub fn take_out(app: &App) {
    crate::web::set_cookie::set(app, name(&app.config), "", "/", 0);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    }
}

/// Leaves the cookie in the browser, whatever a form is answered with, but at sign-out.
///
/// Of two presses of one button the second may be sent with the cookie that the first has replaced.
/// Its session is gone, and the answer would take the new cookie out of the browser, and the person
/// out of their account.
pub async fn stays(State(app): State<App>, request: Request, next: Next) -> Response {
    let form = request.method() == Method::POST && request.uri().path() != SIGN_OUT;
    let mut answer = next.run(request).await;
    if !form {
        return answer;
    }
    let ours = name(&app.config);
    let all: Vec<HeaderValue> = answer.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
    if all.iter().any(|cookie| takes_out(cookie, ours)) {
        answer.headers_mut().remove(header::SET_COOKIE);
        for cookie in all.into_iter().filter(|cookie| !takes_out(cookie, ours)) {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    answer
}

fn takes_out(cookie: &HeaderValue, name: &str) -> bool {
    let set = cookie.to_str().ok().and_then(|cookie| cookie.split(';').next()?.split_once('='));
    set.is_some_and(|(n, value)| n == name && value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_known_by_its_whole_name() {
        let sent = |cookie: &'static str| HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(cookie))]);
        for cookie in ["sayso=x", "a=b; sayso=x", "a=b;sayso=", "sayso-codes=y; sayso=x"] {
            assert!(has(&sent(cookie), "sayso"), "{cookie}");
        }
        for cookie in ["", "sayso", "sayso-codes=x", "a=sayso=x", "xsayso=x", "__Host-sayso=x"] {
            assert!(!has(&sent(cookie), "sayso"), "{cookie}");
        }
    }

    #[test]
    fn what_takes_a_cookie_out_is_known() {
        let says = |cookie: &'static str| takes_out(&HeaderValue::from_static(cookie), "sayso");
        assert!(says("sayso=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
        for cookie in ["sayso=x; Path=/", "sayso-codes=; Path=/", "other=; Max-Age=0"] {
            assert!(!says(cookie), "{cookie}");
        }
    }
}
