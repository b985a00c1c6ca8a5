//! What a page was made for. A page stays open while somebody else signs in at the same browser, or
//! opens another mailed link there; what it sends then would be done for them, who have not seen
//! it. So every form of a page says in its address for whom the page was made, and by which link,
//! and is refused where the session has another by now.

use super::request::on_api;
use crate::account::model::{Member, form_mark};
use crate::error::AppError;
use crate::ledger::entry::sha256_hex;
use http::request::Parts;
use leptos::prelude::use_context;
use std::sync::{Arc, OnceLock};

/// The name of the mark in the address of a form: for whom.
const WHOM: &str = "made-for";
/// The same: by which mailed link.
const LINK: &str = "made-by";
/// The same: of what that was typed at sign-up.
const TYPED: &str = "made-of";
/// The mark of a page that somebody came to by what was mailed to them, signed in as nobody.
const NOBODY: &str = "nobody";
/// How every form of ours begins in a page. What people typed cannot look like it: it has no `<`.
const FORM: &str = "<form method=\"post\" action=\"/api/";
/// What each form has in which something is typed: we look at it, and not the browser.
const TYPED_IN: &str = " novalidate";

/// Learns what the page of this request was made for.
#[derive(Clone, Debug, Default)]
pub struct MadeFor(Arc<Marks>);

#[derive(Debug, Default)]
struct Marks {
    whom: OnceLock<String>,
    link: OnceLock<String>,
    typed: OnceLock<String>,
}

/// What leptos puts between two texts.
const MARKER: &str = "<!>";

impl MadeFor {
    /// Makes a page of leptos's valid HTML, and has each of its forms say what it was made for.
    ///
    /// The markers `<!>` become empty comments, which the browser reads as the same node. Browsers
    /// fill in again what was typed into a form that looks the same: of the same name to Firefox,
    /// with fields of the same names to Chromium. So these differ from person to person where
    /// something can be typed.
    pub fn mend(&self, page: &str) -> String {
        let marks = [(WHOM, self.0.whom.get()), (LINK, self.0.link.get()), (TYPED, self.0.typed.get())];
        let marks: Vec<_> = marks.into_iter().filter_map(|(name, mark)| Some((name, mark?.as_str()))).collect();
        let query = marks.iter().map(|(name, mark)| format!("{name}={mark}")).collect::<Vec<_>>().join("&amp;");
        let mark = marks.iter().map(|(_, mark)| *mark).collect::<Vec<_>>().join("-");
        let mut mended = String::with_capacity(page.len() + page.len() / 8);
        let (mut done, mut forms) = (0, 0);
        for (at, _) in page.match_indices('<') {
            let here = &page[at..];
            if here.starts_with(MARKER) {
                mended += &page[done..at];
                mended += "<!---->";
                done = at + MARKER.len();
            } else if !marks.is_empty()
                && let Some((tag, path, attributes)) = form(here)
            {
                forms += 1;
                mended += &page[done..at];
                mended += &format!("{FORM}{path}?{query}\" name=\"form-{forms}-{mark}\"{attributes}>");
                // Of an island, in which nothing is typed, the browser half knows every element.
                if attributes.contains(TYPED_IN) {
                    mended += &format!("<input type=\"hidden\" name=\"form-for-{mark}\">");
                }
                done = at + tag.len();
            }
        }
        mended += &page[done..];
        mended
    }
}

/// The first tag of `html`, if it is that of a form of ours: all of it, where it leads, and its
/// other attributes.
fn form(html: &str) -> Option<(&str, &str, &str)> {
    let (path, rest) = html.strip_prefix(FORM)?.split_once('"')?;
    let (attributes, rest) = rest.split_once('>')?;
    Some((&html[..html.len() - rest.len()], path, attributes))
}

/// What the address of this form says under `name`, where it is one of a page. A program has no
/// page, and says nothing.
fn said(name: &str) -> Option<String> {
    let parts = use_context::<Parts>().filter(on_api)?;
    let mut query = url::form_urlencoded::parse(parts.uri.query()?.as_bytes());
    query.find(|(key, _)| key == name).map(|(_, mark)| mark.into_owned())
}

/// Notes for the forms of this page what it is made for, once.
fn note(marks: impl Fn(&Marks) -> &OnceLock<String>, mark: impl FnOnce() -> String) {
    let parts = use_context::<Parts>().filter(|parts| !on_api(parts));
    if let Some(made_for) = parts.as_ref().and_then(|parts| parts.extensions.get::<MadeFor>()) {
        marks(&made_for.0).get_or_init(mark);
    }
}

/// Notes that a page is made for `viewer`, who is signed in or half; or, where a form was sent,
/// looks whether it was made for them.
///
/// # Errors
/// [`AppError::SomebodyElse`] where it was made for another.
pub fn check(viewer: Option<&Member>) -> Result<(), AppError> {
    let Some(viewer) = viewer else { return Ok(()) };
    note(|marks| &marks.whom, || form_mark(viewer));
    whom().map_or(Ok(()), |mark| is_for(&mark, viewer))
}

/// Whether `mark` is that of a page for `viewer`; one that says nothing is anybody's.
///
/// # Errors
/// [`AppError::SomebodyElse`] where it is not.
pub fn is_for(mark: &str, viewer: &Member) -> Result<(), AppError> {
    if mark.is_empty() || mark == form_mark(viewer) { Ok(()) } else { Err(AppError::SomebodyElse) }
}

/// The mark of the member for whom the page of this form was made, where it was made for one.
pub fn whom() -> Option<String> {
    said(WHOM).filter(|mark| mark != NOBODY)
}

/// Notes that a page is made for somebody who is not signed in, and came by what was mailed.
pub fn note_nobody() {
    note(|marks| &marks.whom, || NOBODY.to_owned());
}

/// Whether this form was made for such a person.
pub fn is_for_nobody() -> bool {
    said(WHOM).is_some_and(|mark| mark == NOBODY)
}

/// Notes that a page acts by the mailed link with this SHA-256; or, where a form was sent, looks
/// whether it was made by that link.
///
/// # Errors
/// [`AppError::AnotherLink`] where it was made by another.
pub fn check_link(sha256: &str) -> Result<(), AppError> {
    let mark = link_mark(sha256);
    let same = said(LINK).is_none_or(|said| said == mark);
    note(|marks| &marks.link, || mark);
    if same { Ok(()) } else { Err(AppError::AnotherLink) }
}

/// Notes that a page shows what was typed at sign-up with this hash of its password; or, where a
/// form was sent, whether it was made of the same. Two people may sign up at one browser with one
/// address, and of both the mark of the browser is the same.
pub fn is_of(password_hash: &str) -> bool {
    let mark = sha256_hex(format!("form of {password_hash}").as_bytes())[..16].to_owned();
    let same = said(TYPED).is_none_or(|said| said == mark);
    note(|marks| &marks.typed, || mark);
    same
}

/// Whether this form says by which link it was made.
pub fn names_a_link() -> bool {
    said(LINK).is_some()
}

/// With what is stored of a link nobody is to compare what a form says of it.
fn link_mark(sha256: &str) -> String {
    sha256_hex(format!("form by {sha256}").as_bytes())[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_for(whom: Option<&str>, link: Option<&str>) -> MadeFor {
        let cell = |mark: Option<&str>| mark.map(|mark| OnceLock::from(mark.to_owned())).unwrap_or_default();
        MadeFor(Arc::new(Marks { whom: cell(whom), link: cell(link), typed: OnceLock::new() }))
    }

    #[test]
    fn every_form_says_what_it_was_made_for() {
        let page = "<p>a</p><form method=\"post\" action=\"/api/x\" class=\"stack\" novalidate>1</form><form method=\"post\" action=\"/api/y\">2</form>";
        let marked = "<p>a</p><form method=\"post\" action=\"/api/x?made-for=m\" name=\"form-1-m\" class=\"stack\" novalidate><input type=\"hidden\" name=\"form-for-m\">1</form><form method=\"post\" action=\"/api/y?made-for=m\" name=\"form-2-m\">2</form>";
        assert_eq!(made_for(Some("m"), None).mend(page), marked);
        let form = "<form method=\"post\" action=\"/api/x\">";
        let by_link = "<form method=\"post\" action=\"/api/x?made-by=l\" name=\"form-1-l\">";
        assert_eq!(made_for(None, Some("l")).mend(form), by_link);
        let both = "<form method=\"post\" action=\"/api/x?made-for=m&amp;made-by=l\" name=\"form-1-m-l\">";
        assert_eq!(made_for(Some("m"), Some("l")).mend(form), both);
        assert_eq!(MadeFor::default().mend(form), form, "for nobody");
        let cut = "<form method=\"post\" action=\"/api/x";
        assert_eq!(made_for(Some("m"), None).mend(cut), cut);
    }

    #[test]
    fn what_was_typed_stays_as_it_was() {
        let page = "<textarea>&lt;form method=\"post\" action=\"/api/x\"&gt;</textarea>";
        assert_eq!(made_for(Some("m"), Some("l")).mend(page), page);
    }

    #[test]
    fn the_markers_of_leptos_become_comments() {
        assert_eq!(MadeFor::default().mend("<p>é<!>ü<!><!></p><!DOCTYPE>"), "<p>é<!---->ü<!----><!----></p><!DOCTYPE>");
    }
}
