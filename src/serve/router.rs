//! Which path leads where.

use super::{layers, ready, refused};
use crate::app::{Root, shell};
use crate::audit::files as audit;
use crate::audit::receipt::of_anybody;
use crate::consent::{download, shapes};
use crate::log::files as public_log;
use crate::pack;
use crate::statistics::{files, load::Chart};
use crate::support::receipt::of_member;
use crate::web::session_store::Sessions;
use crate::web::{App, Pages, assets, cookie};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get};
use http::{Request, StatusCode, header, request::Parts};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list};

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
            or_page(Box::pin(files::chart(app, chart, parts.clone())).await, &page, parts, body).await
        })
    };
    // So do receipts.
    let own_receipt = {
        let (app, page) = (app.clone(), page.clone());
        get(move |Path(entry): Path<String>, request: Request<Body>| async move {
            let (parts, body) = request.into_parts();
            or_page(Box::pin(download::own(app, entry, parts.clone())).await, &page, parts, body).await
        })
    };
    let members_receipt = {
        let (app, page) = (app.clone(), page.clone());
        get(move |Path((member, entry)): Path<(String, String)>, request: Request<Body>| async move {
            let (parts, body) = request.into_parts();
            or_page(Box::pin(of_member(app, member, entry, parts.clone())).await, &page, parts, body).await
        })
    };
    let receipt = {
        let (app, page) = (app.clone(), page.clone());
        get(move |Path(entry): Path<String>, request: Request<Body>| async move {
            let (parts, body) = request.into_parts();
            or_page(Box::pin(of_anybody(app, entry, parts.clone())).await, &page, parts, body).await
        })
    };
    let pages = Router::new()
        .leptos_routes_with_context(&app.leptos, generate_route_list(Root), context.clone(), document.clone())
        .route("/support/figures/open-cases.csv", chart(Chart::OpenCases))
        .route("/support/figures/answers.csv", chart(Chart::Answers))
        .route("/support/figures/standing.csv", chart(Chart::Standing))
        .route("/settings/privacy/entries/{id}/receipt.zip", own_receipt)
        .route("/support/members/{id}/entries/{entry}/receipt.zip", members_receipt)
        .route("/audit/ledger/{id}/receipt.zip", receipt)
        .merge(files(app))
        .fallback(leptos_axum::render_app_async_with_context(context, document))
        .with_state(app.leptos.clone())
        .layer(from_fn_with_state(page.clone(), refused::with_its_page))
        .layer(sessions.layer(&app.config))
        .layer(from_fn_with_state(app.clone(), cookie::stays));
    let rest = Router::new()
        .route("/pkg/{name}", get(assets::serve))
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready::ready))
        .route(
            "/robots.txt",
            get(async || "User-agent: *\nAllow: /$\nAllow: /notices/\nAllow: /objection$\nAllow: /transparency\nDisallow: /\n"),
        )
        .route("/.well-known/security.txt", get(security))
        .route("/log/checkpoint", get(public_log::checkpoint))
        .route("/log/keys", get(public_log::keys))
        .route("/log/tile/{*path}", get(public_log::tile))
        .route("/log/{number}/checkpoint", get(public_log::numbered_checkpoint))
        .route("/log/{number}/tile/{*path}", get(public_log::numbered_tile))
        .route("/transparency.csv", get(async |State(app): State<App>| files::transparency(&app).await))
        .route("/shapes/{*path}", get(shapes::serve))
        .route("/favicon.svg", get(favicon))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .with_state(app.clone());
    layers::wrap(rest.merge(pages), app, &page)
}

/// The file that was found, or else what the pages say where there is nothing.
async fn or_page(found: Option<Response>, page: &Pages, parts: Parts, body: Body) -> Response {
    match found {
        Some(answer) => answer,
        None => page.answer(Request::from_parts(parts, body)).await,
    }
}

/// What is downloaded, and asks who one is as pages do.
fn files(app: &App) -> Router<LeptosOptions> {
    Router::new()
        .route("/settings/privacy/everything.zip", get(pack::download::own))
        .route("/support/objections/{case}/everything.zip", get(pack::download::case))
        .route("/audit/cases/{case}/record.zip", get(pack::download::case_record))
        .route("/audit/members/{subject}/record.zip", get(pack::download::history_record))
        .route("/audit/log.csv", get(audit::log_csv))
        .route("/audit/log.ndjson", get(audit::log_ndjson))
        .route("/audit/staff.csv", get(audit::staff_csv))
        .route("/audit/ledger.csv", get(audit::ledger_csv))
        .route("/audit/ledger.ndjson", get(audit::ledger_ndjson))
        .with_state(app.clone())
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
