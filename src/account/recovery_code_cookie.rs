//! Fresh recovery codes: made, and on their way to the page that shows them, once.
//!
//! They travel in a cookie of that page alone, for two minutes: were they put into the session,
//! they would stand in the database, where only their hashes are to be.

use super::second_factor::{fresh_recovery_codes, recovery_code};
use crate::error::AppError;
use crate::id;
use crate::web::App;
use crate::web::set_cookie as cookie;

/// The page.
pub const PAGE: &str = "/account/recovery-codes";
const SECONDS: i64 = 120;

fn name(app: &App) -> &'static str {
    if app.config.is_https() { "__Secure-sayso-codes" } else { "sayso-codes" }
}

fn set(app: &App, value: &str, seconds: i64) {
    cookie::set(app, name(app), value, PAGE, seconds);
}

/// Fresh codes, and the hashes to store of them.
pub async fn fresh_codes(app: &App) -> Result<(Vec<String>, Vec<String>), AppError> {
    let codes = fresh_recovery_codes(&std::array::from_fn(|_| id::random()));
    let read = codes.iter().filter_map(|code| recovery_code(code)).collect();
    let hashes = app.passwords.hash_codes(read, None).await?;
    Ok((codes, hashes))
}

/// Hands these codes to the page.
pub fn hand_over(app: &App, codes: &[String]) {
    set(app, &codes.join("."), SECONDS);
}

/// The codes that were handed to the page, in the browser that asks; only those that are the
/// member's and have not been used, by the hashes in `left`.
pub async fn handed_over(app: &App, left: &[String]) -> Result<Vec<String>, AppError> {
    let Some(found) = cookie::read(name(app)) else { return Ok(Vec::new()) };
    let codes: Vec<&str> = found.split('.').filter(|code| recovery_code(code).is_some()).collect();
    let read = codes.iter().filter_map(|code| recovery_code(code)).collect();
    let known = app.passwords.find_codes(read, left.to_vec()).await?;
    let theirs = codes.into_iter().zip(known).filter(|(_, known)| known.is_some());
    Ok(theirs.map(|(code, _)| code.to_owned()).collect())
}

/// Takes them out of the browser again.
pub fn forget(app: &App) {
    set(app, "", 0);
}
