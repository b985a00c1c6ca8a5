//! What the browser that filed without an account has in a cookie for a day, so that it alone can
//! correct the address of the case. A mark in an address of a page would not do: others may see it.

use super::case::CaseState;
use super::correction::{CORRECTABLE, Correction};
use super::model::Case;
use super::still_open::StillOpen;
use super::store;
use crate::error::AppError;
use crate::web::{App, set_cookie as cookie};

/// Cases that one browser has in its cookie, the newest.
const MOST: usize = 5;
/// What stands behind a secret until the page was shown that has the whole address; after a
/// correction, the word of what became of it.
const FRESH: &str = "new";

fn name(app: &App) -> &'static str {
    if app.config.is_https() { "__Host-sayso-filed" } else { "sayso-filed" }
}

/// A case in the cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledHere {
    number: String,
    pub secret: String,
    /// Whether the page that says so was not shown yet: it then shows the whole address, once.
    fresh: Option<Fresh>,
}

/// What the page says once, to the browser that filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fresh {
    /// That the case is filed.
    Filed,
    /// What became of the address that was typed anew.
    Corrected(Correction),
}

impl Fresh {
    fn parse(word: &str) -> Option<Self> {
        if word == FRESH { Some(Self::Filed) } else { Correction::parse(word).map(Self::Corrected) }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Filed => FRESH,
            Self::Corrected(said) => said.as_str(),
        }
    }

    /// What became of an address, if one was typed anew.
    pub const fn correction(self) -> Option<Correction> {
        match self {
            Self::Filed => None,
            Self::Corrected(said) => Some(said),
        }
    }
}

/// As the cookie has it: `OBJ-7F3K9Q2M~secret`, and a word of [`Fresh`] or none, the newest first.
fn read(cookie: &str) -> Vec<FiledHere> {
    let one = |text: &str| {
        let (number, rest) = text.split_once('~')?;
        let (secret, fresh) = match rest.split_once('~') {
            Some((secret, word)) => (secret, Some(Fresh::parse(word)?)),
            None => (rest, None),
        };
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let known = plain(number) && plain(secret);
        known.then(|| FiledHere { number: number.into(), secret: secret.into(), fresh })
    };
    cookie.split('.').filter_map(one).take(MOST).collect()
}

fn write(all: &[FiledHere]) -> String {
    let one = |filed: &FiledHere| {
        let word = filed.fresh.map(|fresh| format!("~{}", fresh.as_str())).unwrap_or_default();
        format!("{}~{}{word}", filed.number, filed.secret)
    };
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

/// Gives it to the browser that filed the case, or has just typed its address anew.
pub fn hand_over(app: &App, number: &str, secret: &str, corrected: Option<Correction>) {
    let fresh = Some(corrected.map_or(Fresh::Filed, Fresh::Corrected));
    put(app, FiledHere { number: number.into(), secret: secret.into(), fresh });
}

/// Whether this browser filed `case`; if so, what is to be shown for the first time. From then on
/// it is not.
pub async fn shows(app: &App, case: &Case) -> Result<Option<Option<Fresh>>, AppError> {
    let Some(filed) = of(app, &case.number) else { return Ok(None) };
    if !store::is_filer(app.db.reader().await?.conn(), &case.number, &filed.secret).await? {
        return Ok(None);
    }
    let fresh = filed.fresh;
    if fresh.is_some() {
        put(app, FiledHere { fresh: None, ..filed });
    }
    Ok(Some(fresh))
}

/// The cases that this browser filed, are still open, and are `meant`; the newest first.
pub async fn still_open(app: &App, meant: impl Fn(&Case) -> bool) -> Result<Vec<StillOpen>, AppError> {
    let mut found = Vec::new();
    for filed in all(app) {
        let mut reader = app.db.reader().await?;
        let case = store::by_number(reader.conn(), &filed.number).await?;
        let Some(case) = case.filter(|case| case.is_open() && meant(case)) else { continue };
        if store::is_filer(reader.conn(), &case.number, &filed.secret).await? {
            let awaits_code = case.state == CaseState::AwaitingVerification;
            found.push(StillOpen { number: case.number, awaits_code });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let filed = |number: &str, fresh| FiledHere { number: number.into(), secret: "0a1b".into(), fresh };
        let corrected = Some(Fresh::Corrected(Correction::CodeSent));
        let all =
            vec![filed("OBJ-7F3K9Q2M", Some(Fresh::Filed)), filed("OBJ-1", corrected), filed("OBJ-00000000", None)];
        assert_eq!(write(&all), "OBJ-7F3K9Q2M~0a1b~new.OBJ-1~0a1b~sent.OBJ-00000000~0a1b");
        assert_eq!(read(&write(&all)), all);
        for nothing in ["", ".", "~", "x", "OBJ~a b", "OBJ-1~\"", "OBJ-1~é"] {
            assert!(read(nothing).iter().all(|filed| filed.number.is_empty()), "{nothing:?}");
        }
        let many: Vec<_> = (0..9).map(|n| filed(&format!("OBJ-{n}"), None)).collect();
        assert_eq!(read(&write(&many)).len(), MOST);
    }
}
