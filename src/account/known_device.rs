//! Devices that have signed in before: a long-lived cookie with a random secret, of which the
//! database has a hash for each member.
//!
//! It signs nobody in. It says only that a failure here is not a stranger's.

use super::model::Member;
use super::store::devices;
use super::throttle::KNOWN_FOR;
use crate::error::AppError;
use crate::ledger::entry::sha256_hex;
use crate::web::App;
use crate::web::set_cookie as cookie;
use crate::{id, time::UtcMillis};
use http::HeaderMap;

const NAME: &str = "sayso-device";
const NAME_BY_HTTPS: &str = "__Host-sayso-device";

fn name(app: &App) -> &'static str {
    if app.config.is_https() { NAME_BY_HTTPS } else { NAME }
}

/// Whether this could be a secret of ours.
fn could_be_ours(secret: &str) -> bool {
    secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether a request with these headers says that its device has signed in before. Anybody can say
/// so: only [`mark`] knows.
pub fn has_cookie(headers: &HeaderMap) -> bool {
    [NAME, NAME_BY_HTTPS].iter().any(|name| cookie::among(headers, name).is_some_and(|secret| could_be_ours(&secret)))
}

/// The secret of the device that asks, if it has one that could be ours.
fn secret(app: &App) -> Option<String> {
    cookie::read(name(app)).filter(|secret| could_be_ours(secret))
}

/// Under which hash the device with this secret is known to be one of this member's: another for
/// each member, so that the database does not tell who shares a device.
fn mark_of(member: &str, secret: &str) -> String {
    sha256_hex(format!("device {member} {secret}").as_bytes())
}

/// The mark of the device that asks, where this member has signed in on it before. Where there is
/// no such member it is looked for all the same, so that it takes as long.
pub async fn mark(app: &App, member: Option<&Member>) -> Result<Option<String>, AppError> {
    let Some(secret) = secret(app) else { return Ok(None) };
    let mark = mark_of(member.map_or("", |member| &member.id), &secret);
    let known = devices::is_known(app.db.reader().await?.conn(), &mark, app.clock.now()).await?;
    Ok(known.then_some(mark))
}

/// Knows the device that asks from now on, where this member has just signed in.
pub async fn remember(app: &App, member: &Member) -> Result<(), AppError> {
    let secret = secret(app).unwrap_or_else(|| id::opaque().simple().to_string());
    let mut tx = app.db.begin().await?;
    devices::know(tx.conn(), &member.id, &mark_of(&member.id, &secret), app.clock.now()).await?;
    tx.commit().await?;
    cookie::set(app, name(app), &secret, "/", KNOWN_FOR / 1000);
    Ok(())
}

/// How long the cookie is kept has to be what browsers allow.
const _: () = assert!(KNOWN_FOR <= 400 * UtcMillis::DAY);

#[cfg(test)]
mod tests {
    #[test]
    fn a_shared_device_has_a_mark_of_its_own_for_each_member() {
        let secret = "0123456789abcdef0123456789abcdef";
        let marks = ["a", "b", ""].map(|member| super::mark_of(member, secret));
        assert!(marks[0] != marks[1] && marks[1] != marks[2] && marks[0] != marks[2]);
        assert!(marks.iter().all(|mark| !mark.contains(secret)));
    }
}
