//! For whom a page was made. A page stays open while somebody else signs in at the same browser;
//! what it sends then would be done for them, who have not seen it. So every form of a page says in
//! its address for whom the page was made, and is refused where somebody else is signed in by now.

use super::request::on_api;
use crate::account::model::{Member, form_mark};
use crate::error::AppError;
use http::request::Parts;
use leptos::prelude::use_context;
use std::sync::{Arc, OnceLock};

/// The name of the mark in the address of a form.
const NAME: &str = "made-for";
/// How every form of ours begins in a page. What people typed cannot look like it: it has no `<`.
const FORM: &str = "<form method=\"post\" action=\"/api/";
/// What each form has in which something is typed: we look at it, and not the browser.
const TYPED_IN: &str = " novalidate";

/// Learns who was signed in while the page of this request was made.
#[derive(Clone, Debug, Default)]
pub struct MadeFor(Arc<OnceLock<String>>);

impl MadeFor {
    /// Has each form of the page say for whom it was made. Browsers fill in again what was typed
    /// into a form that looks the same: of the same name to Firefox, with fields of the same names
    /// to Chromium. So these differ from person to person where something can be typed.
    pub fn mark_forms(&self, page: &str) -> Option<String> {
        let mark = self.0.get()?;
        let mut parts = page.split(FORM);
        let mut marked = parts.next()?.to_owned();
        for (n, part) in (1..).zip(parts) {
            let (path, rest) = part.split_once('"')?;
            let (attributes, rest) = rest.split_once('>')?;
            marked += &format!("{FORM}{path}?{NAME}={mark}\" name=\"form-{n}-{mark}\"{attributes}>");
            // Of an island, in which nothing is typed, the browser half knows every element.
            if attributes.contains(TYPED_IN) {
                marked += &format!("<input type=\"hidden\" name=\"form-for-{mark}\">");
            }
            marked += rest;
        }
        Some(marked)
    }
}

/// Notes that a page is made for `viewer`; or, where a form was sent, looks whether it was made for
/// them. What is not said is not looked at: a program has no page.
///
/// # Errors
/// [`AppError::SomebodyElse`] where somebody else is signed in.
pub fn check(viewer: Option<&Member>) -> Result<(), AppError> {
    let (Some(viewer), Some(parts)) = (viewer, use_context::<Parts>()) else { return Ok(()) };
    if on_api(&parts) {
        let said = parts.uri.query().and_then(|query| {
            url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == NAME).map(|(_, mark)| mark)
        });
        return said.map_or(Ok(()), |mark| is_for(&mark, viewer));
    }
    if let Some(made_for) = parts.extensions.get::<MadeFor>() {
        let _ = made_for.0.set(form_mark(viewer));
    }
    Ok(())
}

/// Whether `mark` is that of a page for `viewer`; one that says nothing is anybody's.
///
/// # Errors
/// [`AppError::SomebodyElse`] where it is not.
pub fn is_for(mark: &str, viewer: &Member) -> Result<(), AppError> {
    if mark.is_empty() || mark == form_mark(viewer) { Ok(()) } else { Err(AppError::SomebodyElse) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_for(mark: &str) -> MadeFor {
        MadeFor(Arc::new(OnceLock::from(mark.to_owned())))
    }

    #[test]
    fn every_form_says_for_whom_it_was_made() {
        let page = "<p>a</p><form method=\"post\" action=\"/api/x\" class=\"stack\" novalidate>1</form><form method=\"post\" action=\"/api/y\">2</form>";
        let marked = "<p>a</p><form method=\"post\" action=\"/api/x?made-for=m\" name=\"form-1-m\" class=\"stack\" novalidate><input type=\"hidden\" name=\"form-for-m\">1</form><form method=\"post\" action=\"/api/y?made-for=m\" name=\"form-2-m\">2</form>";
        assert_eq!(made_for("m").mark_forms(page).as_deref(), Some(marked));
    }

    #[test]
    fn what_was_typed_stays_as_it_was() {
        let page = "<textarea>&lt;form method=\"post\" action=\"/api/x\"&gt;</textarea>";
        assert_eq!(made_for("m").mark_forms(page).as_deref(), Some(page));
        assert_eq!(MadeFor::default().mark_forms(page), None, "for nobody");
    }
}
