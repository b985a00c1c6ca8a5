//! What is refused at once while more is asked for than can be done: whoever is let in is answered
//! soon, and whoever is not learns it soon.
//!
//! Only so many requests are worked on at a time; they all share the cores, and each one more would
//! make all of them slower. Pages and forms are counted apart, so that a disk that is slow to write
//! keeps nobody from reading. So are forms with a password, which wait for their turn elsewhere
//! (`account/password_queue.rs`): who signs in takes nobody's place, and has one. So has who brings
//! the cookie of a device: a flood of passwords from elsewhere keeps no known device out, before it
//! is that line's turn to tell them apart. Whether the cookie is a known one costs a reading, so it
//! is not asked here: made-up cookies take one another's places, and then those of the passwords.

use crate::account::known_device;
use crate::web::accept;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use http::{Method, StatusCode, header};
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::{Semaphore, SemaphorePermit, TryAcquireError};

/// Where passwords are sent, or codes that are hashed like them, or such codes are made.
const WITH_PASSWORD: [&str; 17] = [
    "/api/change-authenticator",
    "/api/change-password",
    "/api/confirm",
    "/api/confirm-authenticator",
    "/api/correct-objection-address",
    "/api/enter-code",
    "/api/make-recovery-codes",
    "/api/send-objection-again",
    "/api/set-first-password",
    "/api/set-new-password",
    "/api/set-own-password",
    "/api/set-up-second-factor",
    "/api/sign-in",
    "/api/sign-in-to-object",
    "/api/sign-up",
    "/api/submit-objection",
    "/api/verify-objection",
];
/// How many requests of a kind are worked on at a time, for each core. A page takes about 0.8
/// milliseconds of a core, so the last of them waits for 25. With 64 the slowest of a hundred took
/// 200 ms (`make bench-overload`).
const PER_CORE: usize = 32;
/// After how many seconds whoever is refused is to come again.
const AGAIN: &str = "5";

const SAID: &str = "We are very busy at the moment. Nothing was changed. Please try again in a few seconds.\n";
const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>We are very busy</title>
</head>
<body>
<main>
<h1>We are very busy at the moment</h1>
<p>Nothing was changed. Please try again in a few seconds.</p>
<p>If you sent a form, go back: what you typed is still there in most browsers.</p>
</main>
</body>
</html>
"#;

/// The places there are.
#[derive(Clone, Debug)]
pub struct Load {
    pages: Arc<Semaphore>,
    forms: Arc<Semaphore>,
    with_password: Arc<Semaphore>,
    from_device: Arc<Semaphore>,
}

impl Load {
    /// As many as this machine can do.
    pub fn of_this_machine() -> Self {
        Self::new(PER_CORE * available_parallelism().map_or(1, usize::from))
    }

    /// At most so many of each kind at a time, and twice as many with a password: most of these
    /// wait for their turn.
    fn new(each: usize) -> Self {
        let [pages, forms, with_password, from_device] =
            [each, each, 2 * each, each].map(|most| Arc::new(Semaphore::new(most)));
        Self { pages, forms, with_password, from_device }
    }

    /// A place for this request; none is taken by what costs next to nothing.
    fn place(&self, request: &Request) -> Result<Option<SemaphorePermit<'_>>, TryAcquireError> {
        let path = request.uri().path();
        if matches!(path, "/healthz" | "/readyz") || path.starts_with("/pkg/") {
            return Ok(None);
        }
        let place = if matches!(*request.method(), Method::GET | Method::HEAD) {
            self.pages.try_acquire()
        } else if !WITH_PASSWORD.contains(&path) {
            self.forms.try_acquire()
        } else if known_device::has_cookie(request.headers()) {
            self.from_device.try_acquire().or_else(|_| self.with_password.try_acquire())
        } else {
            self.with_password.try_acquire()
        };
        place.map(Some)
    }
}

/// The layer.
pub async fn shed(State(load): State<Load>, request: Request, next: Next) -> Response {
    match load.place(&request) {
        Ok(_place) => next.run(request).await,
        Err(_) => refused(&request),
    }
}

fn refused(request: &Request) -> Response {
    let (status, again) = (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AGAIN)]);
    if accept::wants_json(request.headers()) {
        (status, again, SAID).into_response()
    } else {
        (status, again, Html(PAGE)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::roles::ENDPOINTS;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use std::time::Duration;
    use tokio::sync::Notify;
    use tower::ServiceExt;

    #[test]
    fn passwords_are_sent_where_there_is_an_endpoint() {
        let known: Vec<_> = ENDPOINTS.iter().flat_map(|(_, endpoints)| *endpoints).collect();
        for path in WITH_PASSWORD {
            assert!(known.contains(&&path), "{path}");
        }
    }

    #[tokio::test]
    async fn who_finds_no_place_is_refused_at_once_and_nobody_takes_anothers() {
        let (load, go) = (Load::new(1), Arc::new(Notify::new()));
        let waits = {
            let go = go.clone();
            move || async move {
                go.notified().await;
                "done"
            }
        };
        let router = Router::new()
            .route("/slow", get(waits.clone()).post(waits.clone()))
            .route("/api/sign-in", get(waits.clone()).post(waits))
            .route("/quick", get(async || "done").post(async || "done"))
            .route("/healthz", get(async || "alive"))
            .layer(from_fn_with_state(load, shed));
        let ask = |method: &str, path: &str, accept: &str| {
            let request = Request::builder().method(method).uri(path).header(header::ACCEPT, accept);
            router.clone().oneshot(request.body(Body::empty()).unwrap())
        };
        let page = tokio::spawn(ask("GET", "/slow", "*/*"));
        tokio::time::sleep(Duration::from_millis(20)).await;
        let refused = ask("GET", "/quick", "text/html").await.unwrap();
        assert_eq!(
            (refused.status(), refused.headers()["retry-after"].as_bytes()),
            (StatusCode::SERVICE_UNAVAILABLE, b"5".as_slice())
        );
        assert!(refused.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        let refused = ask("GET", "/quick", "application/json").await.unwrap();
        assert!(refused.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
        assert_eq!(ask("GET", "/healthz", "*/*").await.unwrap().status(), StatusCode::OK);
        assert_eq!(ask("POST", "/quick", "*/*").await.unwrap().status(), StatusCode::OK, "forms have their own");
        let signing_in = tokio::spawn(ask("POST", "/api/sign-in", "*/*"));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(ask("POST", "/quick", "*/*").await.unwrap().status(), StatusCode::OK, "so have passwords");
        go.notify_waiters();
        assert_eq!(page.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(signing_in.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(ask("GET", "/quick", "*/*").await.unwrap().status(), StatusCode::OK, "the place is free again");
    }
    #[tokio::test]
    async fn passwords_from_elsewhere_take_no_place_of_a_device_that_has_a_cookie() {
        let (load, go) = (Load::new(1), Arc::new(Notify::new()));
        let waits = {
            let go = go.clone();
            move || async move {
                go.notified().await;
                "done"
            }
        };
        let router =
            Router::new().route("/api/sign-in", axum::routing::post(waits)).layer(from_fn_with_state(load, shed));
        let ask = |cookie: &str| {
            let request = Request::post("/api/sign-in").header(header::COOKIE, cookie).body(Body::empty());
            tokio::spawn(router.clone().oneshot(request.unwrap()))
        };
        let device = "a=b; __Host-sayso-device=0123456789abcdef0123456789abcdef";
        let mut asked = vec![ask(""), ask("sayso-device=short")];
        tokio::time::sleep(Duration::from_millis(20)).await;
        let stranger = ask("sayso-device=short").await.unwrap().unwrap();
        assert_eq!(stranger.status(), StatusCode::SERVICE_UNAVAILABLE, "both places are taken");
        asked.push(ask(device));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(ask(device).await.unwrap().unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
        go.notify_waiters();
        for answer in asked {
            assert_eq!(answer.await.unwrap().unwrap().status(), StatusCode::OK);
        }
    }
}
