//! Addresses as mail programs and people hand them on: with a full stop, a bracket or a blank
//! behind them that is not ours. No path of ours ends so, and whoever asks for one is led to what
//! was meant.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

/// What may be left behind a path, as it is and encoded.
const LEFT: [&str; 26] = [
    ".",
    ",",
    ";",
    ":",
    "!",
    ")",
    "]",
    ">",
    "'",
    "*",
    "_",
    "%20",
    "%2e",
    "%2c",
    "%3b",
    "%3a",
    "%21",
    "%29",
    "%5d",
    "%3e",
    "%22",
    "%27",
    "%3f",
    "%a0",
    "%c2",
    "%e2%80%9d",
];

/// The path that was meant; `None` where there is nothing to take off, or nothing of ours is left.
fn meant(path: &str) -> Option<&str> {
    let mut rest = path;
    while let Some(shorter) = LEFT.iter().find_map(|left| {
        let at = rest.len().checked_sub(left.len())?;
        rest.get(at..).filter(|end| end.eq_ignore_ascii_case(left)).and(rest.get(..at))
    }) {
        rest = shorter;
    }
    let ours = rest.len() > 1 && rest.starts_with('/') && !rest.starts_with("//") && !rest.ends_with('/');
    let plain = rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.%".contains(&b)) && rest.len() <= 500;
    (rest.len() < path.len() && ours && plain).then_some(rest)
}

/// The layer.
pub async fn lead_on(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let page = matches!(*request.method(), Method::GET | Method::HEAD) && !uri.path().starts_with("/pkg/");
    let Some(meant) = meant(uri.path()).filter(|_| page) else { return next.run(request).await };
    let to = uri.query().map_or_else(|| meant.to_owned(), |query| format!("{meant}?{query}"));
    match HeaderValue::try_from(to) {
        Ok(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Err(_) => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn what_stands_behind_an_address_is_left_away() {
        for left in [".", ")", ">", "%20", "%3E", ").", ",%20", "%29."] {
            assert_eq!(meant(&format!("/objections/OBJ-7F3K9Q2M{left}")), Some("/objections/OBJ-7F3K9Q2M"), "{left}");
        }
        for path in
            ["/", "/confirm", "/objections/OBJ-7F3K9Q2M", "/.", "/)", "//evil.example.", "//evil.example/x.", "/a/)"]
        {
            assert_eq!(meant(path), None, "{path}");
        }
        assert_eq!(meant("/\\evil.example."), None);
        assert_eq!(meant("/@evil.example."), None);
    }
}
