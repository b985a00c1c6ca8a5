//! `/readyz`: whether a write would be durable, part by part. One probe a second answers everybody
//! who asks.

use super::{log, workers};
use crate::db::Error;
use crate::error::{AWAY_SECONDS, chain};
use crate::mail::store as mail;
use crate::web::App;
use crate::web::config::Config;
use crate::web::probe::{Found, LogHealth, Part};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// For how long what a probe has found is handed out.
const HOLDS: Duration = Duration::from_secs(1);
/// How long a probe may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes that are written to know that there is room: a page of most disks.
const ROOM: [u8; 4096] = [1; 4096];

/// Red while a write would fail: the database is gone or lies elsewhere, a disk is full or cannot
/// be written, or the clock is in doubt; while work beside the requests has stopped by a fault; and
/// while the public log is stopped, because it was rolled back.
/// Mail that was given up and log lines that were lost are said, and are no reason to take a node
/// out.
pub async fn ready(State(app): State<App>) -> Response {
    let Found { database, disk, undelivered } = newest(&app).await;
    // What is known of the clock costs nothing to ask.
    let doubt = app.db.guard().may_write().err().map(|doubt| doubt.to_string());
    let lost = log::lines_lost();
    let stopped = workers::stopped();
    let public_log = app.probe().log();
    let goes_on = !matches!(public_log, LogHealth::Stopped(_));
    let is_ready = goes_on && stopped == 0 && doubt.is_none() && !database.is_broken() && !disk.is_broken();
    let mail = match undelivered {
        Some(0) => "ok".into(),
        Some(1) => "1 e-mail could not be delivered; see the log".into(),
        Some(n) => format!("{n} e-mails could not be delivered; see the log"),
        None => "unknown".to_owned(),
    };
    let said = json!({
        "ready": is_ready,
        "parts": {
            "clock": doubt.as_deref().unwrap_or("ok"),
            "database": database.says(),
            "disk": disk.says(),
            "mail": mail,
            "public_log": public_log.says(),
            "work": match stopped {
                0 => "ok",
                _ => "a fault stopped work beside the requests; it begins again by itself, and the log has the fault",
            },
            "log": if lost == 0 { "ok".to_owned() } else { format!("lines lost: {lost}") },
        },
        "undelivered_mails": undelivered,
        "log_lines_lost": lost,
    });
    if is_ready {
        return Json(said).into_response();
    }
    let again = [(header::RETRY_AFTER, HeaderValue::from(AWAY_SECONDS))];
    (StatusCode::SERVICE_UNAVAILABLE, again, Json(said)).into_response()
}

/// What the newest probe has found; a new one where it is too long ago.
async fn newest(app: &App) -> Found {
    let mut newest = app.probe().0.lock().await;
    if let Some((at, found)) = &*newest
        && at.elapsed() < HOLDS
    {
        return found.clone();
    }
    let ((database, undelivered), disk) = tokio::join!(database(app), disk(&app.config));
    let found = Found { database, disk, undelivered };
    *newest = Some((Instant::now(), found.clone()));
    found
}

/// Whether a write would be kept; while the clock is in doubt, when nothing is written, whether the
/// database answers.
async fn database(app: &App) -> (Part, Option<i64>) {
    let write = async {
        if app.db.guard().may_write().is_ok() {
            app.db.probe_write(app.clock.now()).await?;
        }
        mail::dead(app.db.reader().await?.conn()).await
    };
    match tokio::time::timeout(PATIENCE, write).await {
        Ok(Ok(undelivered)) => (Part::Well, Some(undelivered)),
        // The clock became doubtful just now, which is told as such.
        Ok(Err(cause)) if cause.in_doubt().is_some() => (Part::Well, None),
        Ok(Err(cause @ Error::Moved)) => {
            tracing::error!(cause = %chain(&cause), "not ready: the database's files are not as they were");
            app.db.note_damage();
            (
                Part::Broken(
                    "its file or its write-ahead log was moved, replaced, emptied or written over; copy all its files, then start the server again",
                ),
                None,
            )
        }
        Ok(Err(cause)) => {
            tracing::error!(cause = %chain(&cause), "not ready: a write fails");
            (Part::Broken("a write fails"), None)
        }
        Err(_) => (Part::Broken("a write takes too long"), None),
    }
}

/// Whether a file could be written where `SAYSO_DATA` is: always where e-mails are files, and
/// otherwise where there is such a folder.
async fn disk(config: &Config) -> Part {
    // Also where mail is sent and the key is elsewhere: what was seen of the log is kept there.
    let data = config.data.clone();
    let probe = tokio::task::spawn_blocking(move || can_be_written(&data));
    match tokio::time::timeout(PATIENCE, probe).await {
        Ok(Ok(Ok(()))) => Part::Well,
        Ok(Ok(Err(cause))) => {
            tracing::error!(cause = %chain(&cause), "not ready: SAYSO_DATA cannot be written");
            Part::Broken("a file cannot be written")
        }
        Ok(Err(_)) | Err(_) => Part::Broken("writing a file takes too long"),
    }
}

/// Writes a file without a name in `folder`, or in the nearest folder in which it would be made.
pub fn can_be_written(folder: &Path) -> io::Result<()> {
    let there = folder.ancestors().find(|path| path.exists());
    let there = there.filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::tempfile_in(there)?;
    file.write_all(&ROOM)?;
    file.sync_data()
}
