//! What is shipped inside the binary: the client half, the styles and the small files, each in
//! three encodings.

use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use leptos::config::LeptosOptions;
use rust_embed::RustEmbed;
use std::{net::SocketAddr, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "target/site"]
struct Site;

/// The file of the script that is called `name` in public/.
pub fn script(name: &str) -> String {
    let begin = format!("{name}-");
    let found = Site::iter().find(|file| file.starts_with(&begin) && file.ends_with(".js"));
    found.map(|file| file.into_owned()).unwrap_or_default()
}

/// The names that the build gave, with their content's hash.
#[derive(Debug, Default)]
pub struct Names {
    /// Of the client half, without `.js` and `_bg.wasm`.
    pub client: String,
    pub style: String,
    /// What every page has: `local-time`, `back` and `told` in public/.
    pub page: String,
}

pub static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let find = |begin: &str, end: &str| {
        Site::iter().find(|n| n.starts_with(begin) && n.ends_with(end)).map(|n| n.into_owned()).unwrap_or_default()
    };
    Names {
        client: find("sayso-", ".js").trim_end_matches(".js").to_owned(),
        style: find("style-", ".css"),
        page: find("page-", ".js"),
    }
});

/// Leptos's options, with the hashed name, so that nothing is read from the environment or a folder
/// when the server runs.
pub fn leptos_options(addr: SocketAddr) -> LeptosOptions {
    let name = if NAMES.client.is_empty() { "sayso".to_owned() } else { NAMES.client.clone() };
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
    if Site::get(&name).is_none() || name.ends_with(".br") || name.ends_with(".gz") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let (file, coding) = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(coding))
        .find_map(|(coding, end)| Site::get(&format!("{name}{end}")).map(|f| (Some(f), Some(coding))))
        .unwrap_or_else(|| (Site::get(&name), None));
    let Some(file) = file else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}
