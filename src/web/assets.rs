//! What browsers load beside the pages: the client half, the styles and the small scripts, each in
//! three encodings.
//!
//! The release carries them: its `main.rs` hands them over, so that a new colour does not compile
//! this library again. A debug build reads `target/site` at each request.

use axum::body::{Body, Bytes};
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use leptos::config::LeptosOptions;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::{LazyLock, OnceLock};

/// Files by name.
pub type Files = &'static [(&'static str, &'static [u8])];

static EMBEDDED: OnceLock<Files> = OnceLock::new();

/// Where a debug build finds them.
const FOLDER: Option<&str> =
    if cfg!(debug_assertions) { Some(concat!(env!("CARGO_MANIFEST_DIR"), "/target/site")) } else { None };

/// Serves these files. Call it before anything is served.
pub fn embed(files: Files) {
    // A second call changes nothing: a process has one set of files.
    let _ = EMBEDDED.set(files);
}

/// What a file holds; without a copy where it is embedded.
fn read(name: &str) -> Option<Bytes> {
    match (EMBEDDED.get(), FOLDER) {
        (Some(files), _) => files.iter().find(|(known, _)| *known == name).map(|(_, bytes)| Bytes::from_static(bytes)),
        (None, Some(folder)) if !name.contains(['/', '\\']) => {
            std::fs::read(std::path::Path::new(folder).join(name)).ok().map(Bytes::from)
        }
        (None, _) => None,
    }
}

fn all_names() -> Vec<Cow<'static, str>> {
    if let Some(files) = EMBEDDED.get() {
        return files.iter().map(|(name, _)| Cow::Borrowed(*name)).collect();
    }
    let files = FOLDER.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().filter_map(Result::ok);
    files.filter_map(|file| file.file_name().into_string().ok().map(Cow::Owned)).collect()
}

/// The file of the script that `scripts/site.mjs` makes under `name`; none in a binary without
/// files.
pub fn script(name: &str) -> Option<String> {
    let begin = format!("{name}-");
    let found = all_names().into_iter().find(|file| file.starts_with(&begin) && file.ends_with(".js"));
    found.map(Cow::into_owned)
}

/// The names that the build gave, with their content's hash.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Of the client half, without `.js` and `_bg.wasm`.
    pub client: String,
    pub style: String,
    /// What every page has: `local-time`, `back` and `told` in public/.
    pub page: String,
}

impl Names {
    fn found() -> Self {
        let all = all_names();
        let find = |begin: &str, end: &str| {
            all.iter()
                .find(|n| n.starts_with(begin) && n.ends_with(end))
                .map(std::string::ToString::to_string)
                .unwrap_or_default()
        };
        Self {
            client: find("sayso-", ".js").trim_end_matches(".js").to_owned(),
            style: find("style-", ".css"),
            page: find("page-", ".js"),
        }
    }
}

/// The names of now: of a debug build they may change while it runs.
pub fn names() -> Cow<'static, Names> {
    static EMBEDDED: LazyLock<Names> = LazyLock::new(Names::found);
    if FOLDER.is_some() { Cow::Owned(Names::found()) } else { Cow::Borrowed(&*EMBEDDED) }
}

/// Leptos's options, with the hashed name, so that nothing is read from the environment or a folder
/// when the server runs.
pub fn leptos_options(addr: SocketAddr) -> LeptosOptions {
    let name = Some(names().client.clone()).filter(|name| !name.is_empty()).unwrap_or_else(|| "sayso".into());
    LeptosOptions::builder().output_name(name).site_root("target/site").site_pkg_dir("pkg").site_addr(addr).build()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// `/pkg/{name}`: named by their content, so they are kept for a year and never asked for again
/// (RFC 8246).
pub async fn serve(Path(name): Path<String>, request: Request) -> Response {
    let accepts = |coding: &str| {
        let all = request.headers().get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
        all.flat_map(|v| v.split(',')).any(|c| {
            let mut parts = c.split(';');
            parts.next().map(str::trim) == Some(coding) && !parts.any(|q| q.trim().replace(' ', "") == "q=0")
        })
    };
    if name.ends_with(".br") || name.ends_with(".gz") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let coded = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(coding))
        .find_map(|(coding, end)| Some((read(&format!("{name}{end}"))?, Some(coding))));
    let Some((file, coding)) = coded.or_else(|| Some((read(&name)?, None))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = Response::new(Body::from(file));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}
