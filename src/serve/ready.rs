//! `/readyz`: whether a write would be durable. One probe a second answers everybody who asks.

use super::log;
use crate::error::{AWAY_SECONDS, chain};
use crate::mail::store as mail;
use crate::web::App;
use crate::web::probe::Found;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use std::time::{Duration, Instant};

/// For how long what a probe has found is handed out.
const HOLDS: Duration = Duration::from_secs(1);
/// How long a probe may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Red while a write would fail: the disk is full, the database is gone, or the clock is in doubt,
/// with the reason. Mail that was given up and log lines that were lost are said, and are no reason
/// to take a node out.
pub async fn ready(State(app): State<App>) -> Response {
    // What is known of the clock costs nothing to ask.
    let found = match app.db.guard().may_write() {
        Err(doubt) => red(&doubt.to_string()),
        Ok(()) => newest(&app).await,
    };
    let mut says = found.says;
    let lost = log::lines_lost();
    if lost > 0 {
        says += &format!("log_lines_lost {lost}\n");
    }
    let mut answer = Response::new(Body::from(says));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if !found.ready {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(AWAY_SECONDS));
        *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    answer
}

/// What the newest probe has found; a new one where it is too long ago.
async fn newest(app: &App) -> Found {
    let mut newest = app.probe().0.lock().await;
    if let Some((at, found)) = &*newest
        && at.elapsed() < HOLDS
    {
        return found.clone();
    }
    let found = probe(app).await;
    *newest = Some((Instant::now(), found.clone()));
    found
}

fn red(says: &str) -> Found {
    Found { ready: false, says: format!("{says}\n") }
}

async fn probe(app: &App) -> Found {
    let write = async {
        app.db.probe_write(app.clock.now()).await?;
        mail::dead(app.db.reader().await?.conn()).await
    };
    let green = |says: String| Found { ready: true, says };
    match tokio::time::timeout(PATIENCE, write).await {
        Ok(Ok(0)) => green("ready\n".into()),
        Ok(Ok(1)) => green("ready\n1 e-mail could not be delivered; see the log\n".into()),
        Ok(Ok(dead)) => green(format!("ready\n{dead} e-mails could not be delivered; see the log\n")),
        Ok(Err(cause)) => {
            if let Some(doubt) = cause.in_doubt() {
                red(&doubt.to_string())
            } else {
                tracing::error!(cause = %chain(&cause), "not ready: a write fails");
                red("a write fails")
            }
        }
        Err(_) => red("a write takes too long"),
    }
}
