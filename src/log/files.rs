//! What everybody can fetch of the log, by [tlog-tiles](https://c2sp.org/tlog-tiles): the signed
//! checkpoint, the tiles, the leaves, and the keys.
//!
//! A partial tile is served for each width that the published tree has reached, and no longer.

use super::store::{self, State, Which, keys::LogKeyRow};
use super::tree::FULL;
use crate::db;
use crate::error::AppError;
use crate::time::UtcMillis;
use crate::web::App;
use axum::extract::{Path, State as Of};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use sayso_verify::commitment::leaf;

/// Full tiles never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The checkpoint changes each second.
const BRIEFLY: &str = "public, max-age=1";
const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// Which tile is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// The hashes of a level.
    Hashes(u8, u64, usize),
    /// The leaves below a tile of level 0.
    Leaves(u64, usize),
}

/// Reads `0/x001/234`, `0/001.p/12` and `entries/000`. `None` where a tile has another name.
fn asked(path: &str) -> Option<Asked> {
    let (level, rest) = path.split_once('/')?;
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, sayso_verify::strict::number(width).filter(|w| (1..256).contains(w))?),
        None => (rest, FULL as u64),
    };
    let mut index: u64 = 0;
    let mut parts = number.split('/').peekable();
    let mut first = true;
    while let Some(part) = parts.next() {
        let digits = if parts.peek().is_some() { part.strip_prefix('x')? } else { part };
        let value: u64 =
            digits.parse().ok().filter(|_| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()))?;
        // One name for each: no zeros in front of the first three digits.
        if first && value == 0 && parts.peek().is_some() {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(value)?;
        first = false;
    }
    let width = usize::try_from(width).ok()?;
    if level == "entries" {
        return Some(Asked::Leaves(index, width));
    }
    let level = sayso_verify::strict::number(level).filter(|level| *level < 64)?;
    Some(Asked::Hashes(u8::try_from(level).ok()?, index, width))
}

/// Whether the tree of `size` leaves has this much of a tile.
fn is_published(size: u64, asked: Asked) -> bool {
    let (level, index, width) = match asked {
        Asked::Hashes(level, index, width) => (level, index, width),
        Asked::Leaves(index, width) => (0, index, width),
    };
    let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
    let end = index.checked_mul(FULL as u64).and_then(|first| first.checked_add(width as u64));
    end.is_some_and(|end| end <= hashes)
}

/// `GET /log/checkpoint`.
pub async fn checkpoint(Of(app): Of<App>) -> Response {
    checkpoint_of(&app, None).await
}

/// `GET /log/2/checkpoint`: of the log with this number.
pub async fn numbered_checkpoint(Of(app): Of<App>, Path(log): Path<String>) -> Response {
    match number(&log) {
        Some(log) => checkpoint_of(&app, Some(log)).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The number of a log, in its one spelling.
fn number(log: &str) -> Option<i64> {
    sayso_verify::strict::number(log).and_then(|log| i64::try_from(log).ok())
}

/// The log with this number, or the newest one.
async fn log(reader: &mut db::Reader, number: Option<i64>) -> db::Result<Option<(Which, State)>> {
    match number {
        Some(number) => store::log(reader.conn(), number).await,
        None => Ok(store::state(reader.conn()).await?.map(|state| (Which::Newest, state))),
    }
}

async fn checkpoint_of(app: &App, number: Option<i64>) -> Response {
    let state = async { log(&mut app.db.reader().await?, number).await };
    answered(state.await.map(|state| {
        match state {
            Some((_, State { checkpoint, cosignatures, .. })) => (
                [(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, BRIEFLY)],
                format!("{checkpoint}{cosignatures}"),
            )
                .into_response(),
            None => not_yet(),
        }
    }))
}

/// `GET /log/tile/…`.
pub async fn tile(Of(app): Of<App>, Path(path): Path<String>) -> Response {
    match asked(&path) {
        Some(asked) => answered(find(&app, None, asked).await),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /log/2/tile/…`: of the log with this number.
pub async fn numbered_tile(Of(app): Of<App>, Path((log, path)): Path<(String, String)>) -> Response {
    match (number(&log), asked(&path)) {
        (Some(log), Some(asked)) => answered(find(&app, Some(log), asked).await),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn find(app: &App, number: Option<i64>, asked: Asked) -> db::Result<Response> {
    let mut reader = app.db.reader().await?;
    let Some((which, state)) = log(&mut reader, number).await? else { return Ok(not_yet()) };
    let size = u64::try_from(state.size).unwrap_or(0);
    if !is_published(size, asked) {
        return Ok(not_yet());
    }
    let bytes = match asked {
        Asked::Hashes(level, index, width) => store::tile_of(reader.conn(), which, level, index)
            .await?
            .map(|hashes| hashes[..width.min(hashes.len())].concat()),
        Asked::Leaves(index, width) => Some(bundle(&mut reader, state.first_leaf, index, width).await?),
    };
    Ok(match bytes {
        Some(bytes) => ([(header::CONTENT_TYPE, BYTES), (header::CACHE_CONTROL, FOR_EVER)], bytes).into_response(),
        None => not_yet(),
    })
}

/// Leaves, each behind its length in two bytes.
async fn bundle(reader: &mut db::Reader, of_log: i64, index: u64, width: usize) -> db::Result<Vec<u8>> {
    let first = i64::try_from(index.saturating_mul(FULL as u64)).unwrap_or(i64::MAX);
    let commitments =
        store::commitments(reader.conn(), of_log.saturating_add(first), i64::try_from(width).unwrap_or(0)).await?;
    let mut bytes = Vec::new();
    for commitment in commitments {
        let leaf = leaf(&commitment);
        bytes.extend(u16::try_from(leaf.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(leaf.as_bytes());
    }
    Ok(bytes)
}

/// `GET /log/keys`: each key, the first and last size of the log that it has signed, and until when
/// it signs, if another one took its place.
pub async fn keys(Of(app): Of<App>) -> Response {
    let keys = async { store::keys::all(app.db.reader().await?.conn()).await };
    let line = |LogKeyRow { vkey, first_size, last_size, ends_at }: &LogKeyRow| {
        let until = ends_at.map(|at| format!(" until {}", UtcMillis(at).rfc3339())).unwrap_or_default();
        format!("{vkey} {first_size} {last_size}{until}\n")
    };
    answered(keys.await.map(|keys| {
        let lines: String = keys.iter().map(line).collect();
        ([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, BRIEFLY)], lines).into_response()
    }))
}

fn answered(found: db::Result<Response>) -> Response {
    found.unwrap_or_else(|cause| {
        let status = AppError::from(cause).status();
        (status, [(header::CACHE_CONTROL, "no-store")], "The log cannot be read at the moment.\n").into_response()
    })
}

/// What is not there may be there a second later: nobody keeps this answer.
fn not_yet() -> Response {
    (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_has_one_name() {
        for (path, tile) in [
            ("0/000", Asked::Hashes(0, 0, 256)),
            ("0/x001/x234/067", Asked::Hashes(0, 1_234_067, 256)),
            ("1/017.p/255", Asked::Hashes(1, 17, 255)),
            ("63/000.p/1", Asked::Hashes(63, 0, 1)),
            ("entries/x001/000", Asked::Leaves(1000, 256)),
            ("entries/000.p/7", Asked::Leaves(0, 7)),
        ] {
            assert_eq!(asked(path), Some(tile), "{path}");
        }
        for path in [
            "",
            "0",
            "0/",
            "0/0",
            "0/0000",
            "0/x000/000",
            "0/001/002",
            "0/x001",
            "00/000",
            "64/000",
            "-1/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000/",
            "0/+01",
            "data/000",
            "0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(asked(path), None, "{path}");
        }
    }

    #[test]
    fn only_what_is_published_is_served() {
        let published = |size, path: &str| is_published(size, asked(path).unwrap());
        assert!(published(70_000, "0/272") && published(70_000, "0/273.p/112") && published(70_000, "2/000.p/1"));
        assert!(!published(70_000, "0/273") && !published(70_000, "0/273.p/113") && !published(70_000, "2/000.p/2"));
        assert!(!published(0, "0/000.p/1") && !published(70_000, "63/000.p/1"));
    }
}
