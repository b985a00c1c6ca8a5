//! A browser, and what it sends.

use super::Answer;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request, header};
use http_body_util::BodyExt;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use tower::ServiceExt;

pub struct TestClient {
    pub(super) router: Router,
    pub(super) cookies: Mutex<BTreeMap<String, String>>,
    pub(super) address: SocketAddr,
    pub(super) html: bool,
    /// Whether it keeps cookies.
    pub(super) keeps: bool,
    /// Of the pages that it sends forms from.
    pub(super) origin: String,
}

impl TestClient {
    /// The same browser, as a program that wants data instead of pages.
    pub fn wanting_json(mut self) -> Self {
        self.html = false;
        self
    }

    /// A browser with cookies off.
    pub fn without_cookies(mut self) -> Self {
        self.keeps = false;
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], &[]).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, fields, &[]).await
    }

    /// Gets the tab and presses its switch, or **Keep it off**, as a form would.
    pub async fn press(&self, wanted: &str) -> Answer {
        let seen = self.get("/settings/privacy").await.seen();
        self.post("/api/set-ai-training", &[("wanted", wanted), ("seen", &seen)]).await
    }

    pub async fn send(&self, method: Method, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&");
        let accept = if self.html { "text/html" } else { "application/json" };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, format!("{}/settings/privacy", self.origin));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.pass_on(request.body(Body::from(body)).unwrap()).await
    }

    /// Sends a request as it is, with this browser's cookies and from its address.
    pub async fn pass_on(&self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> = self.cookies.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(self.address));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut jar = self.cookies.lock().unwrap();
            if !self.keeps {
                continue;
            }
            if attributes.contains("Max-Age=0") || value.is_empty() {
                jar.remove(name);
            } else {
                jar.insert(name.into(), value.into());
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let kind = parts.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        // Tiles and receipts are the only answers that are no text.
        let is_text = !["application/octet-stream", "application/zip"].contains(&kind);
        let body = if is_text { String::from_utf8(bytes.clone()).unwrap() } else { String::new() };
        let mut answer = Answer::new(parts.status, parts.headers, body);
        answer.bytes = bytes;
        answer
    }

    /// That of the session.
    pub fn cookie(&self) -> Option<String> {
        let jar = self.cookies.lock().unwrap();
        ["sayso", "__Host-sayso"].iter().find_map(|name| jar.get(*name).cloned())
    }

    /// What this browser has of the cases that it filed without an account.
    pub fn filed_cookie(&self) -> Option<String> {
        self.cookies.lock().unwrap().get("sayso-filed").cloned()
    }

    pub fn set_filed_cookie(&self, value: &str) {
        self.cookies.lock().unwrap().insert("sayso-filed".into(), value.into());
    }

    pub fn take_cookie_of(&self, other: &Self) {
        *self.cookies.lock().unwrap() = other.cookies.lock().unwrap().clone();
    }
}

pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}
