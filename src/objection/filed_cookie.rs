//! What the browser that filed without an account has in a cookie for a day, so that it alone can
//! correct the address of the case. A mark in an address of a page would not do: others may see it.

use super::correction::CORRECTABLE;
use super::model::Case;
use super::store;
use crate::error::AppError;
use crate::web::{App, set_cookie as cookie};

/// Cases that one browser has in its cookie, the newest.
const MOST: usize = 5;
/// What stands behind a secret until the page was shown that has the whole address.
const FRESH: &str = "~new";

fn name(app: &App) -> &'static str {
    if app.config.is_https() { "__Host-sayso-filed" } else { "sayso-filed" }
}

/// A case in the cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledHere {
    number: String,
    pub secret: String,
    /// Whether the page that says so was not shown yet: it then shows the whole address, once.
    pub fresh: bool,
}

/// As the cookie has it: `OBJ-7F3K9Q2M~secret`, with [`FRESH`] or not, the newest first.
fn read(cookie: &str) -> Vec<FiledHere> {
    let one = |text: &str| {
        let (text, fresh) = text.strip_suffix(FRESH).map_or((text, false), |text| (text, true));
        let (number, secret) = text.split_once('~')?;
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let known = plain(number) && plain(secret);
        known.then(|| FiledHere { number: number.into(), secret: secret.into(), fresh })
    };
    cookie.split('.').filter_map(one).take(MOST).collect()
}

fn write(all: &[FiledHere]) -> String {
    let one = |filed: &FiledHere| format!("{}~{}{}", filed.number, filed.secret, if filed.fresh { FRESH } else { "" });
    all.iter().take(MOST).map(one).collect::<Vec<_>>().join(".")
}

fn all(app: &App) -> Vec<FiledHere> {
    cookie::read(name(app)).map(|cookie| read(&cookie)).unwrap_or_default()
}

fn put(app: &App, filed: FiledHere) {
    let mut all = all(app);
    all.retain(|other| other.number != filed.number);
    all.insert(0, filed);
    cookie::set(app, name(app), &write(&all), "/", CORRECTABLE / 1_000);
}

/// What this browser has of the case `number`, as it says; whether it is right is for
/// [`shows`] to see.
pub fn of(app: &App, number: &str) -> Option<FiledHere> {
    all(app).into_iter().find(|filed| filed.number == number)
}

/// Gives it to the browser that filed the case, or has just corrected its address.
pub fn hand_over(app: &App, number: &str, secret: &str) {
    put(app, FiledHere { number: number.into(), secret: secret.into(), fresh: true });
}

/// Whether this browser filed `case`; if so, whether that is to be shown for the first time. From
/// then on it is not.
pub async fn shows(app: &App, case: &Case) -> Result<Option<bool>, AppError> {
    let Some(filed) = of(app, &case.number) else { return Ok(None) };
    if !store::is_filer(app.db.reader().await?.conn(), &case.number, &filed.secret).await? {
        return Ok(None);
    }
    let fresh = filed.fresh;
    if fresh {
        put(app, FiledHere { fresh: false, ..filed });
    }
    Ok(Some(fresh))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let filed = |number: &str, fresh| FiledHere { number: number.into(), secret: "0a1b".into(), fresh };
        let all = vec![filed("OBJ-7F3K9Q2M", true), filed("OBJ-00000000", false)];
        assert_eq!(write(&all), "OBJ-7F3K9Q2M~0a1b~new.OBJ-00000000~0a1b");
        assert_eq!(read(&write(&all)), all);
        for nothing in ["", ".", "~", "x", "OBJ~a b", "OBJ-1~\"", "OBJ-1~é"] {
            assert!(read(nothing).iter().all(|filed| filed.number.is_empty()), "{nothing:?}");
        }
        let many: Vec<_> = (0..9).map(|n| filed(&format!("OBJ-{n}"), false)).collect();
        assert_eq!(read(&write(&many)).len(), MOST);
    }
}
