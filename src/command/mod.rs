//! The commands, a file each, and how they open the database.

mod ask;
pub mod backup;
pub mod clock;
pub mod config;
pub mod figures;
mod files;
pub mod laws;
pub mod log;
pub mod mail;
pub mod members;
pub mod migrate;
pub mod notice;
pub mod out;
mod progress;
pub mod serve;
pub mod user;
pub mod verify;
mod verify_database;

use progress::Progress;
use sayso::account::store::staff_actions::{self, NewAction};
use sayso::db::{self, Db};
use sayso::ledger::clock::Watch;
use sayso::time;
use sayso::time::guard::Present;
use sayso::web::config::Database;
use std::error::Error;

/// The database, its tables up to date.
///
/// # Errors
/// Also where there is none: whoever mistypes its path would look into an empty one.
pub async fn open(database: &Database) -> Result<Db, Box<dyn Error>> {
    is_there(database)?;
    open_or_make(database).await
}

/// The same, made where it is missing: for what comes before the first start.
pub async fn open_or_make(database: &Database) -> Result<Db, Box<dyn Error>> {
    let db = up_to_date(Db::open_patiently(database.url()).await?, database).await?;
    Watch::system().begin(&db).await?;
    Ok(db)
}

/// The same for the server, whose requests wait for no connection longer than people do.
pub async fn open_to_serve(database: &Database) -> Result<Db, Box<dyn Error>> {
    let db = up_to_date(Db::open(database.url()).await?, database).await?;
    Watch::system().begin(&db).await?;
    Ok(db)
}

/// The same without looking at the clock: for what settles a doubt about it.
pub async fn open_unwatched(database: &Database) -> Result<Db, Box<dyn Error>> {
    is_there(database)?;
    up_to_date(Db::open_patiently(database.url()).await?, database).await
}

/// # Errors
/// Where there is no database yet.
fn is_there(database: &Database) -> Result<(), String> {
    match Db::file(database.url()).filter(|_| !Db::is_there(database.url())) {
        Some(file) => Err(format!(
            "there is no database at {}. Correct DATABASE_URL; at its first start, the server makes the database",
            file.display()
        )),
        None => Ok(()),
    }
}

async fn up_to_date(db: Db, database: &Database) -> Result<Db, Box<dyn Error>> {
    if database.no_migrate {
        db.check_tables().await?
    } else {
        let _telling = Progress::of_unknown_length("bringing the tables up to date");
        db.migrate().await?
    }
    Ok(db)
}

/// Records in the log of the staff what a command does.
pub async fn record(db: &Db, action: &NewAction<'_>) -> db::Result<()> {
    let mut tx = db.begin_at_any_time().await?;
    staff_actions::put(tx.conn(), action, time::system().now_micros()).await?;
    tx.commit().await
}

/// The present, as this database's clock has it.
pub fn present(db: &Db) -> Present {
    db.guard().present().unwrap_or_else(|| Present::believed(time::system().now()))
}
