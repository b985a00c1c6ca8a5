//! Fresh recovery codes on their way to the page that shows them, once.
//!
//! They travel in a cookie of that page alone, for two minutes: were they put into the session,
//! they would stand in the database, where only their hashes are to be.

use super::cookie;
use super::model::Member;
use super::second_factor::recovery_hash;
use crate::server::App;

/// The page.
pub const PAGE: &str = "/account/recovery-codes";
const SECONDS: i64 = 120;

fn name(app: &App) -> &'static str {
    if app.config.is_https() { "__Secure-sayso-codes" } else { "sayso-codes" }
}

fn set(app: &App, value: &str, seconds: i64) {
    cookie::set(app, name(app), value, PAGE, seconds);
}

/// Hands these codes to the page.
pub fn hand_over(app: &App, codes: &[String]) {
    set(app, &codes.join("."), SECONDS);
}

/// The codes that were handed to the page, in the browser that asks; only those that are the
/// member's and have not been used, by the hashes in `left`.
pub fn handed_over(app: &App, member: &Member, left: &[String]) -> Vec<String> {
    let Some(found) = cookie::read(name(app)) else { return Vec::new() };
    let known = |code: &&str| recovery_hash(&member.id, code).is_some_and(|hash| left.contains(&hash));
    found.split('.').filter(known).map(str::to_owned).collect()
}

/// Takes them out of the browser again.
pub fn forget(app: &App) {
    set(app, "", 0);
}
