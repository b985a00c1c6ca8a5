//! Gathers what a chart shows. Shared by the pages and the files.

use super::days::{self, Day};
use super::due::{Open, edges};
use super::public::{self, Public};
use super::store;
use super::table::Table;
use super::weeks::{self, Week};
use crate::error::AppError;
use crate::objection::store as cases;
use crate::time::UtcMillis;
use crate::web::App;
use sayso_core::string_enum;

string_enum! {
    /// The charts of the staff, by the names of their files.
    pub enum Chart {
        OpenCases = "open-cases",
        Answers = "answers",
        Standing = "standing",
    }
}

pub async fn open(app: &App, now: UtcMillis) -> Result<Open, AppError> {
    let (before, all) = cases::open_before(app.db.reader().await?.conn(), edges(now)).await?;
    Ok(Open::between(before, all))
}

/// The weeks up to the one of `now`, as far as they have come.
pub async fn answers(app: &App, now: UtcMillis) -> Result<Vec<Week>, AppError> {
    let mut reader = app.db.reader().await?;
    let (from, until) = (weeks::from(now), UtcMillis(now.0 + 1));
    let received = cases::received_by_week(reader.conn(), from, until).await?;
    let answered = cases::answered_by_week(reader.conn(), from, until).await?;
    Ok(weeks::weeks(now, &received, &answered))
}

/// The days that have been counted.
pub async fn standing(app: &App) -> Result<Vec<Day>, AppError> {
    Ok(store::days(app.db.reader().await?.conn()).await?.days)
}

/// What a chart's file has.
pub async fn table(app: &App, chart: Chart) -> Result<Table, AppError> {
    let now = app.clock.now();
    Ok(match chart {
        Chart::OpenCases => open(app, now).await?.table(),
        Chart::Answers => weeks::table(&answers(app, now).await?),
        Chart::Standing => days::table(&standing(app).await?),
    })
}

/// What may be told in public, and the last day that it is about; none where no quarter has been
/// counted.
pub async fn public(app: &App) -> Result<(Public, Option<UtcMillis>), AppError> {
    let spans = store::spans(app.db.reader().await?.conn()).await?;
    let last = spans.quarters.last().map(|quarter| UtcMillis(quarter.ends.0 - 1));
    Ok((public::told(&spans.quarters, spans.all.and_then(|all| all.median)), last))
}
