//! Paths of this site: which are some, and how one is written into an address.

/// A path on this site, to go to after signing in; anything that could lead elsewhere is none.
pub fn own_path(path: &str) -> Option<&str> {
    is_plain(path, 500).then_some(path)
}

/// Whether this is a path on this site, as a header can carry it.
fn is_plain(path: &str, most: usize) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '@'])
        && path.bytes().all(|b| b.is_ascii_graphic())
        && path.len() <= most
}

/// `path`, if it may stand in a `Location`; the start page otherwise. A path that carries another
/// one after it is longer than that.
pub fn place(path: &str) -> &str {
    if is_plain(path, 2_000) { path } else { "/" }
}

/// Sign-in, and then on to `next`, where that is a way that sign-in would take.
pub fn sign_in_path(next: &str) -> String {
    match own_path(next) {
        None | Some("/") => "/sign-in".into(),
        Some(next) => with_next("/sign-in", next),
    }
}

/// What an address says where it is gone to because nobody is signed in any more, so that the form
/// that was sent did nothing.
const UNSENT: &str = "unsent";

/// `path`, which says there that what was sent was not done.
pub fn unsent(path: &str) -> String {
    let (page, fragment) = path.find('#').map_or((path, ""), |at| path.split_at(at));
    let joint = if page.contains('?') { '&' } else { '?' };
    format!("{page}{joint}{UNSENT}=1{fragment}")
}

/// Whether a page with this query is to say so.
pub fn is_unsent(query: Option<&str>) -> bool {
    query.is_some_and(|query| query.split('&').any(|pair| pair.split('=').next() == Some(UNSENT)))
}

/// The page `path`, and then on to `next`.
pub fn with_next(path: &str, next: &str) -> String {
    format!("{path}?next={}", in_address(next))
}

/// `text` as a query and a header can carry it, whatever is in it (RFC 3986, 2.1).
pub fn in_address(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut to, b| {
        if b.is_ascii_alphanumeric() || b"/-._~".contains(&b) {
            to.push(char::from(b));
        } else {
            let _ = write!(to, "%{b:02X}");
        }
        to
    })
}

#[cfg(test)]
mod tests {
    use super::{is_unsent, own_path, place, sign_in_path, unsent};

    #[test]
    fn an_address_says_that_a_form_did_nothing() {
        for (path, told) in [
            ("/account", "/account?unsent=1"),
            ("/objections/OBJ-7F3K9Q2M#add", "/objections/OBJ-7F3K9Q2M?unsent=1#add"),
            (&*sign_in_path("/account"), "/sign-in?next=/account&unsent=1"),
        ] {
            assert_eq!(unsent(path), told);
            let query = told.split_once('?').map(|(_, query)| query.split('#').next().unwrap());
            assert!(is_unsent(query), "{told}");
        }
        for query in [None, Some(""), Some("next=/account"), Some("next=unsent"), Some("unsent2=1")] {
            assert!(!is_unsent(query), "{query:?}");
        }
    }

    #[test]
    fn the_way_back_never_leads_to_another_site() {
        assert_eq!(own_path("/settings/privacy?x=1"), Some("/settings/privacy?x=1"));
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "javascript:x",
            "/a\nb",
            "/@x",
        ] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn nothing_but_a_path_of_ours_gets_into_a_header() {
        for good in ["/", "/support/objections/OBJ-7F3K9Q2M#preview", "/sign-in?next=%2Fsupport%3Fq%3Da%40b"] {
            assert_eq!(place(good), good);
        }
        let long = format!("/{}", "x".repeat(70_000));
        for bad in
            ["", "/a\r\nSet-Cookie: x=y", "/a\0", "/a b", "/\u{e9}", "//evil.example", "https://evil.example", &long]
        {
            assert_eq!(place(bad), "/", "{bad:?}");
        }
    }
}
