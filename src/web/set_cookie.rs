//! Cookies of ours besides that of the session.

use crate::web::App;
use http::{HeaderMap, HeaderValue, header, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

/// What the browser that asks sent as the cookie `name`.
pub fn read(name: &str) -> Option<String> {
    among(&use_context::<Parts>()?.headers, name)
}

/// The cookie `name` among what a request has sent.
pub fn among(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

/// Gives it one, for so many seconds, that no script can read.
pub fn set(app: &App, name: &str, value: &str, path: &str, seconds: i64) {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
    }
}
