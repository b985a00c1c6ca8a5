//! The shapes of the consent record in a receipt, and examples beside them: three that are right,
//! and others that break one rule each.

use axum::extract::Path;
use axum::response::IntoResponse;
use http::{StatusCode, header};

macro_rules! published {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../public/shapes/", $name)))),+]
    };
}

/// Each file by its path below `public/shapes`.
const FILES: [(&str, &str); 15] = published![
    "consent-record.ttl",
    "examples/default.jsonld",
    "examples/given.jsonld",
    "examples/objected.jsonld",
    "examples/fails-consent-without-basis.jsonld",
    "examples/fails-controller.jsonld",
    "examples/fails-default-as-consent.jsonld",
    "examples/fails-id.jsonld",
    "examples/fails-jurisdiction.jsonld",
    "examples/fails-member.jsonld",
    "examples/fails-notice.jsonld",
    "examples/fails-refusal-as-consent.jsonld",
    "examples/fails-schema.jsonld",
    "examples/fails-status-time.jsonld",
    "examples/fails-two-ids.jsonld",
];

/// One of them; they change with the program alone.
pub async fn serve(Path(path): Path<String>) -> impl IntoResponse {
    let found = FILES.iter().find(|(name, _)| *name == path).ok_or(StatusCode::NOT_FOUND)?;
    let kind = if path.ends_with(".ttl") { "text/turtle; charset=utf-8" } else { "application/ld+json" };
    Ok::<_, StatusCode>(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=86400")], found.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_is_published() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/public/shapes/examples");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| format!("examples/{}", file.unwrap().file_name().to_string_lossy()))
            .collect();
        there.sort();
        let mut served: Vec<&str> = FILES.iter().map(|(name, _)| *name).filter(|name| name.contains('/')).collect();
        served.sort_unstable();
        assert_eq!(there, served);
    }
}
