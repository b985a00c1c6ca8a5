//! Fresh recovery codes on their way to the page that shows them, once.
//!
//! They travel in a cookie of that page alone, for two minutes: were they put into the session, they would stand in the database, where only
//! their hashes are to be.

use super::model::Member;
use super::second_factor::recovery_hash;
use crate::server::App;
use http::{HeaderValue, header, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

/// The page.
pub const PAGE: &str = "/account/recovery-codes";
const SECONDS: u32 = 120;

fn name(app: &App) -> &'static str {
    if app.config.is_https() { "__Secure-sayso-codes" } else { "sayso-codes" }
}

fn set(app: &App, value: &str, seconds: u32) {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    let name = name(app);
    let cookie = format!("{name}={value}; Path={PAGE}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
    }
}

/// Hands these codes to the page.
pub fn hand_over(app: &App, codes: &[String]) {
    set(app, &codes.join("."), SECONDS);
}

/// The codes that were handed to the page, in the browser that asks; only those that are the member's and have not been used, by the hashes
/// in `left`.
pub fn handed_over(app: &App, member: &Member, left: &[String]) -> Vec<String> {
    let Some(parts) = use_context::<Parts>() else { return Vec::new() };
    let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let found = cookies
        .flat_map(|value| value.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(name(app))?.strip_prefix('=').map(str::to_owned));
    let Some(found) = found else { return Vec::new() };
    let known = |code: &&str| recovery_hash(&member.id, code).is_some_and(|hash| left.contains(&hash));
    found.split('.').filter(known).map(str::to_owned).collect()
}

/// Takes them out of the browser again.
pub fn forget(app: &App) {
    set(app, "", 0);
}
