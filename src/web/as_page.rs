//! What the loading of a page has around it, for files that ask who one is as pages do.

use super::App;
use http::request::Parts;
use leptos::prelude::{Owner, provide_context};
use leptos::reactive::computed::ScopedFuture;

/// Runs `work` with the request around it, and through it the session.
pub async fn as_page<T>(app: &App, parts: Parts, work: impl Future<Output = T>) -> T {
    let (app, owner) = (app.clone(), Owner::new());
    owner
        .with(|| {
            provide_context(app);
            provide_context(parts);
            provide_context(leptos_axum::ResponseOptions::default());
            ScopedFuture::new(work)
        })
        .await
}
