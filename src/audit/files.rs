//! The auditor's files: what the filters select, page by page while it is sent, so that memory does
//! not grow with the ledger.
//!
//! A page holds no more than fifty rows and stays on the screen; a file leaves the house. So each
//! download is recorded, in a table that is only ever added to, before its first byte is sent, and
//! every auditor sees the record.

use super::filter::{self, Query};
use super::sheet::{ENTRY_HEADER, LOOK_HEADER, LookLine, entry_fields};
use super::staff::{STAFF_HEADER, StaffAction, StaffFilter, StaffKey};
use super::store::{self, File, Format};
use crate::account::roles::Capability;
use crate::account::security_event::Source;
use crate::account::session;
use crate::csv_safe;
use crate::db::Db;
use crate::error::AppError;
use crate::ledger::EntryId;
use crate::ledger::record;
use crate::ledger::store as ledger;
use crate::web::{App, as_page, link};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use http::{HeaderValue, Method, StatusCode, header};
use std::collections::BTreeMap;

/// Rows that are read at a time.
const PAGE: usize = 500;

pub async fn log_csv(state: State<App>, request: Request) -> Response {
    looks(state, request, Format::Csv).await
}

pub async fn log_ndjson(state: State<App>, request: Request) -> Response {
    looks(state, request, Format::Ndjson).await
}

pub async fn ledger_csv(state: State<App>, request: Request) -> Response {
    entries(state, request, Format::Csv).await
}

pub async fn ledger_ndjson(state: State<App>, request: Request) -> Response {
    entries(state, request, Format::Ndjson).await
}

async fn looks(State(app): State<App>, request: Request, format: Format) -> Response {
    let work = move |db: Db, wanted: filter::ViewFilter, after: Option<EntryId>| async move {
        let page = store::looks(db.reader().await?.conn(), &wanted, after, PAGE).await?;
        let lines = page.iter().map(LookLine::from);
        let text = match format {
            Format::Csv => csv(lines.map(|line| line.fields())),
            Format::Ndjson => ndjson(lines.map(|line| serde_json::to_vec(&line).map_err(AppError::internal))),
        }?;
        Ok((text, page.last().map(|last| last.entry), page.len() == PAGE))
    };
    send(app, request, Capability::ReadAccessLog, File::AccessLog, format, &LOOK_HEADER, filter::looks, work).await
}

async fn entries(State(app): State<App>, request: Request, format: Format) -> Response {
    let work = move |db: Db, wanted: record::Wanted, after: Option<EntryId>| async move {
        let page = ledger::newest_of_all(db.reader().await?.conn(), &wanted, after, PAGE).await?;
        let text = match format {
            Format::Csv => csv(page.iter().map(entry_fields)),
            // Each line is what was hashed: `printf %s "$line" | sha256sum`.
            Format::Ndjson => ndjson(page.iter().map(|row| Ok(row.canonical.clone()))),
        }?;
        let last = page.last().and_then(|last| last.id.parse().ok());
        Ok((text, last, page.len() == PAGE && last.is_some()))
    };
    send(app, request, Capability::ReadLedger, File::Ledger, format, &ENTRY_HEADER, filter::entries, work).await
}

pub async fn staff_csv(State(app): State<App>, request: Request) -> Response {
    let work = move |db: Db, wanted: StaffFilter, after: Option<StaffKey>| async move {
        let page = store::staff::actions(db.reader().await?.conn(), &wanted, after, PAGE).await?;
        let text = csv(page.iter().map(StaffAction::fields))?;
        Ok((text, page.last().map(|last| last.key), page.len() == PAGE))
    };
    let (file, format) = (File::StaffActions, Format::Csv);
    send(app, request, Capability::ReadAccessLog, file, format, &STAFF_HEADER, filter::staff, work).await
}

fn csv(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, AppError> {
    let mut out = csv_safe::writer(Vec::new());
    for row in rows {
        out.write_record(row).map_err(AppError::internal)?;
    }
    out.into_inner().map_err(AppError::internal)
}

fn ndjson(lines: impl Iterator<Item = Result<Vec<u8>, AppError>>) -> Result<Vec<u8>, AppError> {
    let mut out = Vec::new();
    for line in lines {
        out.extend(line?);
        out.push(b'\n');
    }
    Ok(out)
}

/// Authorises, records, and sends page after page of what `read` makes of the query. `work` gives
/// the bytes of a page, the key of its last row, and whether there may be another.
#[expect(clippy::too_many_arguments, reason = "each names one of the things in which the files differ")]
async fn send<T, K, W, Fut>(
    app: App,
    request: Request,
    capability: Capability,
    file: File,
    format: Format,
    columns: &[&str],
    read: fn(&filter::Fields<'_>) -> Query<T, K>,
    work: W,
) -> Response
where
    T: Clone + Send + 'static,
    K: Send + 'static,
    W: Fn(Db, T, Option<K>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(Vec<u8>, Option<K>, bool), AppError>> + Send + 'static,
{
    let (parts, _) = request.into_parts();
    let head = parts.method == Method::HEAD;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let query = parts.uri.query().unwrap_or_default();
    let fields: BTreeMap<String, String> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let source = Source::of(&parts.headers, &parts.extensions, app.config.proxies);
    let auditor = match as_page(&app, parts, session::signed_in_for(capability)).await {
        Ok(auditor) => auditor,
        Err(error) => return refused(&error, &path),
    };
    let asked = read(&|field| fields.get(field).cloned());
    let wanted = match &asked.wanted {
        Ok(wanted) => wanted.clone(),
        Err(errors) => {
            let said: Vec<&str> = errors.iter().map(|(_, said)| said.as_str()).collect();
            return (StatusCode::UNPROCESSABLE_ENTITY, said.join("\n") + "\n").into_response();
        }
    };
    let (kind, now) = (format.as_str(), app.clock.now());
    let day = now.short().chars().take(10).collect::<String>();
    let name = HeaderValue::from_str(&format!("attachment; filename=\"sayso-{file}-{day}.{kind}\""));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(if format == Format::Csv {
                "text/csv; charset=utf-8; header=present"
            } else {
                "application/x-ndjson"
            }),
        ),
        (header::CONTENT_DISPOSITION, name.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    if head {
        return headers.into_response();
    }
    let (by, at) = ((&auditor, source), app.clock.now_micros());
    if let Err(cause) = store::record_download(&app.db, by, file, format, &asked.query(), at).await {
        return refused(&AppError::internal(cause), &path);
    }
    let first = match format {
        Format::Csv => csv([columns.iter().map(ToString::to_string).collect()].into_iter()).unwrap_or_default(),
        Format::Ndjson => Vec::new(),
    };
    (headers, Body::from_stream(pages(app.db.clone(), wanted, first, work))).into_response()
}

/// `first`, then page after page, each read when the one before has been taken.
fn pages<T, K, W, Fut>(db: Db, wanted: T, first: Vec<u8>, work: W) -> impl Stream<Item = Result<Vec<u8>, AppError>>
where
    T: Clone,
    W: Fn(Db, T, Option<K>) -> Fut,
    Fut: Future<Output = Result<(Vec<u8>, Option<K>, bool), AppError>>,
{
    stream::try_unfold(Some((first, None)), move |next| {
        let page = next.map(|(begun, after): (Vec<u8>, Option<K>)| (begun, work(db.clone(), wanted.clone(), after)));
        async move {
            let Some((mut text, page)) = page else { return Ok(None) };
            // What breaks in the middle is logged where the error was made, and the connection ends
            // without its end.
            let (more, last, another) = page.await?;
            text.extend(more);
            Ok(Some((text, another.then_some((Vec::new(), last)))))
        }
    })
}

fn refused(error: &AppError, path: &str) -> Response {
    match error {
        AppError::NotSignedIn => (StatusCode::FOUND, [(header::LOCATION, link::sign_in_path(path))]).into_response(),
        error => (error.status(), format!("{error}\n")).into_response(),
    }
}
