//! What a client wants back: a page, unless it asks for JSON by name (RFC 9110, 12.5.1).
//!
//! Text browsers send `*/*` or nothing. What follows behind this layer, leptos too, looks for
//! `text/html` in the header and takes everything else for a program, so the header is made to say
//! one of the two.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

pub async fn says_which(mut request: Request, next: Next) -> Response {
    let wanted = if wants_json(request.headers()) { "application/json" } else { "text/html" };
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(wanted));
    next.run(request).await
}

/// Whether JSON is asked for by name, and no less than a page.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let all = headers.get_all(header::ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
    let ranges: Vec<(String, f32)> = all.flat_map(|accept| accept.split(',')).filter_map(range).collect();
    // Of several ranges that match, the most specific counts.
    let quality = |names: [&str; 3]| {
        names.iter().find_map(|name| ranges.iter().find(|(range, _)| range == name)).map_or(0.0, |(_, q)| *q)
    };
    let named = ranges.iter().any(|(range, _)| range == "application/json");
    let json = quality(["application/json", "application/*", "*/*"]);
    named && json > 0.0 && json >= quality(["text/html", "text/*", "*/*"])
}

/// A media range in lower case, and its quality; without other parameters.
fn range(text: &str) -> Option<(String, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let mut quality = parts.filter_map(|part| part.split_once('=')).filter(|(name, _)| name.eq_ignore_ascii_case("q"));
    let quality =
        quality.next().map_or(Some(1.0), |(_, q)| q.parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)))?;
    Some((name, quality))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(lines: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::ACCEPT, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        wants_json(&headers)
    }

    #[test]
    fn pages_are_for_everybody_who_does_not_ask_for_json() {
        for page in [
            "*/*",
            "",
            "text/html",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01",
            "text/html, application/json;q=0.9",
            "application/json;q=0.5, */*",
            "application/json;q=0",
            "application/*",
            "application/json;q=2",
            "application/jsonp, text/plain",
            "image/avif,image/webp,*/*",
            "\u{e9}",
            ";q=1,,;",
        ] {
            assert!(!asks(&[page]), "{page}");
        }
        assert!(!asks(&[]), "nothing at all");
        assert!(!asks(&["application/json;q=0.8", "text/html"]), "in two lines");
    }

    #[test]
    fn json_is_for_who_asks_for_it() {
        for json in [
            "application/json",
            "Application/JSON",
            "application/json, text/plain, */*",
            "application/json;charset=utf-8",
            "application/json; q=0.5",
            "text/html;q=0.5, application/json;q=0.5",
            "text/html;q=0.1,application/json",
            "*/*;q=0.1, application/json;q=0.2",
        ] {
            assert!(asks(&[json]), "{json}");
        }
        assert!(asks(&["text/html;q=0.2", "application/json"]), "in two lines");
    }
}
