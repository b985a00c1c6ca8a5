//! The files of the charts, for whoever may see the chart; others are answered as by a page.

use super::load::{self, Chart};
use super::public;
use crate::account::roles::Capability;
use crate::account::security_event::{self, Event, Outcome};
use crate::account::session;
use crate::error::AppError;
use crate::web::{App, as_page, link};
use axum::response::{IntoResponse, Redirect, Response};
use http::{StatusCode, header, request::Parts};

/// The file of one chart. `None` where there is nothing under this address for whoever asks.
pub async fn chart(app: App, chart: Chart, parts: Parts) -> Option<Response> {
    let path = parts.uri.path().to_owned();
    let answer = as_page(&app, parts, async move {
        let staff = session::signed_in_for(Capability::ReadFigures).await?;
        let csv = load::table(&App::here(), chart).await?.csv().map_err(AppError::internal)?;
        let file = format!("{}.csv", chart.as_str());
        security_event::record(&App::here(), Event::Download, Outcome::Success, &staff, &file).await?;
        Ok(csv)
    });
    match Box::pin(answer).await {
        Ok(csv) => Some(file(chart.as_str(), csv)),
        Err(AppError::NotSignedIn) => Some(found(&link::sign_in_path(&path))),
        Err(AppError::Internal { reference }) => Some(found(&format!("/error?reference={reference}"))),
        Err(_) => None,
    }
}

/// The file behind `/transparency`, for everybody.
pub async fn transparency(app: &App) -> Response {
    let csv = async { public::table(&load::public(app).await?.0).csv().map_err(AppError::internal) };
    match csv.await {
        Ok(csv) => file("transparency", csv),
        Err(error) => (error.status(), "Something went wrong on our side.\n").into_response(),
    }
}

fn found(to: &str) -> Response {
    let mut answer = Redirect::to(to).into_response();
    *answer.status_mut() = StatusCode::FOUND;
    answer
}

fn file(name: &str, csv: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    (headers, csv).into_response()
}
