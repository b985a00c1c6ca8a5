//! Which path leads where.

use super::{App, Pages, assets, cookie, layers, log, refused, sessions::Sessions};
use crate::app::{Root, shell};
use crate::audit::files as audit;
use crate::db::in_doubt;
use crate::figures::{files, load::Chart};
use crate::mail::store as mail;
use axum::body::Body;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get};
use http::{Request, StatusCode, header};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::time::Duration;

/// The whole site.
pub fn router(app: &App, sessions: Sessions) -> Router {
    let context = {
        let app = app.clone();
        move || provide_context(app.clone())
    };
    let document = {
        let options = app.leptos.clone();
        move || shell(&options)
    };
    let page = Pages::new(leptos_axum::render_app_async_with_context(context.clone(), document.clone()));
    // The files of the charts ask for a session like pages do, and refuse like them.
    let chart = |chart: Chart| {
        let (app, page) = (app.clone(), page.clone());
        get(move |request: Request<Body>| async move {
            let (parts, body) = request.into_parts();
            match files::chart(app, chart, parts.clone()).await {
                Some(answer) => answer,
                None => page.answer(Request::from_parts(parts, body)).await,
            }
        })
    };
    let pages = Router::new()
        .leptos_routes_with_context(&app.leptos, generate_route_list(Root), context.clone(), document.clone())
        .route("/support/figures/open-cases.csv", chart(Chart::OpenCases))
        .route("/support/figures/answers.csv", chart(Chart::Answers))
        .route("/support/figures/standing.csv", chart(Chart::Standing))
        .merge(files(app))
        .fallback(leptos_axum::render_app_async_with_context(context, document))
        .with_state(app.leptos.clone())
        .layer(from_fn_with_state(page.clone(), refused::with_its_page))
        .layer(sessions.layer(&app.config))
        .layer(from_fn_with_state(app.clone(), cookie::stays));
    let rest = Router::new()
        .route("/pkg/{name}", get(assets::serve))
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route(
            "/robots.txt",
            get(async || "User-agent: *\nAllow: /$\nAllow: /notices/\nAllow: /objection$\nAllow: /transparency\nDisallow: /\n"),
        )
        .route("/.well-known/security.txt", get(security))
        .route("/transparency.csv", get(async |State(app): State<App>| files::transparency(&app).await))
        .route("/favicon.svg", get(favicon))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .with_state(app.clone());
    layers::wrap(rest.merge(pages), app, &page)
}

/// What is downloaded, and asks who one is as pages do.
fn files(app: &App) -> Router<LeptosOptions> {
    Router::new()
        .route("/audit/log.csv", get(audit::log_csv))
        .route("/audit/log.ndjson", get(audit::log_ndjson))
        .route("/audit/ledger.csv", get(audit::ledger_csv))
        .route("/audit/ledger.ndjson", get(audit::ledger_ndjson))
        .with_state(app.clone())
}

/// Red while a write would fail: the disk is full, the database is gone, or the clock is in doubt,
/// with the reason. Mail that was given up and log lines that were lost are said, and are no reason
/// to take a node out.
async fn ready(State(app): State<App>) -> Response {
    let (status, mut said) = can_write(&app).await;
    let lost = log::lines_lost();
    if lost > 0 {
        said += &format!("log_lines_lost {lost}\n");
    }
    (status, said).into_response()
}

/// Whether a write succeeds, and what there is to say about it.
async fn can_write(app: &App) -> (StatusCode, String) {
    let write = async {
        app.db.probe_write(app.clock.now()).await?;
        mail::dead(app.db.reader().await?.conn()).await
    };
    let red = |said: &str| (StatusCode::SERVICE_UNAVAILABLE, format!("{said}\n"));
    let dead = match tokio::time::timeout(Duration::from_secs(3), write).await {
        Ok(Ok(dead)) => dead,
        Ok(Err(cause)) if in_doubt(&cause).is_some() => {
            return red(&in_doubt(&cause).map(ToString::to_string).unwrap_or_default());
        }
        Ok(Err(cause)) => {
            tracing::error!(%cause, "not ready: a write fails");
            return red("a write fails");
        }
        Err(_) => return red("a write takes too long"),
    };
    let mail = match dead {
        0 => String::new(),
        1 => "1 mail could not be delivered; see the log\n".into(),
        dead => format!("{dead} mails could not be delivered; see the log\n"),
    };
    (StatusCode::OK, format!("ready\n{mail}"))
}

/// RFC 9116. It expires a year after it is asked for, because whoever runs this answers for it
/// while it runs.
async fn security(State(app): State<App>) -> String {
    let expires = app.clock.now().plus_days(365).rfc3339();
    let contact = &app.config.security_contact;
    format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\nCanonical: {}/.well-known/security.txt\n",
        app.config.origin()
    )
}

async fn favicon() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, include_str!("../../public/favicon.svg"))
}
