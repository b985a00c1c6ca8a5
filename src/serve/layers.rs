//! Everything a request passes through before and after a page, in one place and in order.

use super::foreign::{self, Guard};
use super::overload::{self, Load};
use super::production::{self, Noticed};
use super::trailing;
use crate::error::AppError;
use crate::web::body::{BODY_MAX, body_max, internal};
use crate::web::made_for::MadeFor;
use crate::web::{App, Head, Pages, accept};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::classify::ServerErrorsFailureClass;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;

/// Bytes that a page of ours may have.
const PAGE_MAX: usize = 16 * 1024 * 1024;
/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How hard pages are compressed. At this level the tab is 3.7 kB in each encoding, and takes 36 µs
/// in zstd, 48 in gzip and 82 in brotli. At brotli's usual one it is 3.4 kB, and takes 165 µs.
const COMPRESSED: CompressionLevel = CompressionLevel::Precise(2);

/// Under which target answers are logged, as filters for `SAYSO_LOG` know it.
const ANSWERS: &str = "tower_http::trace";

/// For a log whose reader counts: a number, to a thousandth.
fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

/// In the order in which a request meets them. They are one layer to the router, which would put
/// each into a box of its own for each request.
pub fn wrap(router: Router, app: &App, pages: &Pages) -> Router {
    let request_id = HeaderName::from_static("x-request-id");
    let trace = TraceLayer::new_for_http()
        .make_span_with(|request: &Request| {
            let id =
                request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or("");
            // The path only: a query may carry what somebody typed.
            tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
        })
        .on_response(|response: &Response, took: Duration, _: &Span| {
            let status = response.status().as_u16();
            tracing::info!(target: ANSWERS, latency_ms = milliseconds(took), status, "finished processing request");
        })
        .on_failure(|class: ServerErrorsFailureClass, took: Duration, _: &Span| {
            tracing::error!(target: ANSWERS, latency_ms = milliseconds(took), classification = %class, "response failed");
        });
    router.layer(
        ServiceBuilder::new()
            .layer(from_fn(own_request_id))
            .layer(SetRequestIdLayer::new(request_id.clone(), MakeRequestUuid))
            .layer(trace)
            .layer(PropagateRequestIdLayer::new(request_id))
            .layer(from_fn_with_state((app.clone(), Noticed::default()), production::notice))
            .layer(from_fn_with_state(app.clone(), headers))
            .layer(from_fn_with_state(Load::of_this_machine(), overload::shed))
            .layer(CompressionLayer::new().quality(COMPRESSED))
            .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| internal("a handler panicked")))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
            .layer(from_fn(for_us))
            .layer(from_fn_with_state(pages.clone(), bounded))
            .layer(from_fn(accept::says_which))
            .layer(from_fn(unreadable_is_not_internal))
            .layer(from_fn(valid_html))
            .layer(from_fn(trailing::lead_on))
            .layer(from_fn_with_state(Guard::new(app, pages), foreign::refuse)),
    )
}

/// Refuses what asks for no page of ours: what only a proxy could do (`CONNECT`), and a target that
/// is no path.
async fn for_us(request: Request, next: Next) -> Response {
    if request.method() == Method::CONNECT || request.method() == Method::TRACE {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD, POST")]).into_response();
    }
    if !request.uri().path().starts_with('/') {
        return StatusCode::BAD_REQUEST.into_response();
    }
    next.run(request).await
}

/// Refuses what is longer than it may be on its path, whether its length was said before or not.
async fn bounded(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let most = body_max(request.uri().path());
    let head = Head::of(&request);
    let (parts, body) = request.into_parts();
    match Limited::new(body, most).collect().await {
        Ok(whole) => next.run(Request::from_parts(parts, Body::from(whole.to_bytes()))).await,
        Err(error) if !error.is::<LengthLimitError>() => StatusCode::BAD_REQUEST.into_response(),
        Err(_) if accept::wants_json(&head.headers) => {
            (StatusCode::PAYLOAD_TOO_LARGE, "This is too long.\n").into_response()
        }
        Err(_) => pages.show(Uri::from_static("/error?about=too-long"), &head).await,
    }
}

/// A request id from outside could put anything into our log: we make our own.
async fn own_request_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove("x-request-id");
    next.run(request).await
}

/// leptos answers 500 to a form it cannot read; that is the sender's doing, and says 400.
async fn unreadable_is_not_internal(request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if !(api && response.status() == StatusCode::INTERNAL_SERVER_ERROR) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, BODY_MAX).await else { return internal("an answer was too long") };
    if serde_json::from_slice::<AppError>(&bytes).is_ok_and(|e| e == AppError::Unreadable) {
        parts.status = StatusCode::BAD_REQUEST;
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Makes leptos's pages valid HTML, and has their forms say for whom they were made. What it
/// appends behind `</html>` for hydrating a whole page is left away, since only islands are
/// hydrated here.
async fn valid_html(mut request: Request, next: Next) -> Response {
    let made_for = MadeFor::default();
    request.extensions_mut().insert(made_for.clone());
    let response = next.run(request).await;
    let html = response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if !html {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, PAGE_MAX).await else { return internal("a page was too long") };
    let text = String::from_utf8_lossy(&bytes);
    let end = text.rfind("</html>").map_or(text.len(), |at| at + "</html>".len());
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(made_for.mend(&text[..end])))
}

async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    // Pages bring their own, with a nonce.
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    );
    // What a member reads is not for caches on the way, nor for the next person at this screen.
    set(header::CACHE_CONTROL, "private, no-store");
    if app.config.is_https() {
        let subdomains = app.config.hsts_subdomains;
        set(
            header::STRICT_TRANSPORT_SECURITY,
            if subdomains { "max-age=63072000; includeSubDomains" } else { "max-age=63072000" },
        );
    }
    response
}
