//! A page of ours as the answer to a request for something else.

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Request, Uri, header};
use std::{pin::Pin, sync::Arc};

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Renders pages. It stands behind every layer: what a page needs to know, its request has to
/// carry.
#[derive(Clone)]
pub struct Pages(Arc<dyn Fn(Request<Body>) -> Answer + Send + Sync>);

impl Pages {
    pub fn new<F: Future<Output = Response> + Send + 'static>(
        render: impl Fn(Request<Body>) -> F + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |request| Box::pin(render(request))))
    }

    /// Answers a request as it is.
    pub async fn answer(&self, request: Request<Body>) -> Response {
        (self.0)(request).await
    }

    /// The page at `uri`, for whoever sent a request with this head; nothing of its body.
    pub async fn show(&self, uri: Uri, head: &Head) -> Response {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = uri;
        *request.headers_mut() = head.headers.clone();
        for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
            request.headers_mut().remove(name);
        }
        *request.extensions_mut() = head.extensions.clone();
        self.answer(request).await
    }
}

/// What a page needs to know of the request that it answers.
#[derive(Clone)]
pub struct Head {
    pub headers: HeaderMap,
    pub extensions: Extensions,
}

impl Head {
    pub fn of(request: &Request<Body>) -> Self {
        Self { headers: request.headers().clone(), extensions: request.extensions().clone() }
    }
}

impl From<&Parts> for Head {
    fn from(parts: &Parts) -> Self {
        Self { headers: parts.headers.clone(), extensions: parts.extensions.clone() }
    }
}
