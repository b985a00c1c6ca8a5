//! Copies of a `SQLite` database: made while it is in use, and looked at without changing them.

use super::{Conn, Db, Error, Reader, on};
use crate::time::UtcMillis;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::fs::File;
use std::io;
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("back up PostgreSQL with its own tools; docs/operating.md says how")]
    Postgres,
    #[error("{0} already exists; nothing was written")]
    Exists(String),
    #[error("cannot write {0}: {1}")]
    Write(String, #[source] io::Error),
    #[error("cannot read {0}: {1}")]
    Read(String, #[source] sqlx::Error),
    #[error("{0} is damaged: {1}")]
    Damaged(String, String),
    #[error(transparent)]
    Database(#[from] Error),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What a copy says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// When it was made; none where it is not a copy, or is in use already.
    pub made_at: Option<UtcMillis>,
    pub entries: i64,
    /// The time of its newest entry.
    pub newest: Option<UtcMillis>,
}

impl Db {
    /// Copies everything into `file`, as it stands at one instant, while others go on; the copy is
    /// marked, so that a server that finds it in the place of the database knows what it is. It is
    /// on the disk when this returns.
    pub async fn copy_to(&self, file: &Path, now: UtcMillis) -> Result<(), BackupError> {
        let Self::Sqlite { read, .. } = self else { return Err(BackupError::Postgres) };
        let name = file.display().to_string();
        let failed = |error| BackupError::Write(name.clone(), error);
        make_new(file).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists(name.clone()),
            _ => failed(error),
        })?;
        let copied = copy(read, file, now).await;
        if copied.is_err() {
            // Half a copy would be taken for a backup.
            for beside in ["", "-journal"] {
                let mut path = file.as_os_str().to_owned();
                path.push(beside);
                let _ = std::fs::remove_file(path);
            }
        }
        copied
    }

    /// Opens a file for reading, as it is: nothing of it is changed, and no file is made beside it.
    pub async fn read_only(file: &Path) -> Result<Reader, BackupError> {
        let name = file.display().to_string();
        let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
        let conn = match pool {
            Ok(pool) => pool.acquire().await,
            Err(error) => Err(error),
        };
        Ok(Reader::SqliteAlone(conn.map_err(|error| BackupError::Read(name, error))?))
    }

    /// Closes, with everything in the one file. Whether nobody else has it open: a database whose
    /// log is in use by others cannot do without it.
    pub async fn close_alone(self) -> super::Result<bool> {
        if let Self::Sqlite { read, write, hand, place, .. } = &self {
            if !place.may_fold() {
                return Ok(true);
            }
            hand.clear();
            read.close().await;
            let mode: sqlx::Result<String> = sqlx::query_scalar("pragma journal_mode = delete").fetch_one(write).await;
            match mode.map_err(Error::from) {
                Ok(mode) if mode == "delete" => {}
                Err(error) if !error.is_away() => {
                    tracing::warn!(cause = %error, "cannot fold the write-ahead log into the file");
                }
                _ => return Ok(false),
            }
        }
        if let Self::Sqlite { write, .. } = &self {
            write.close().await;
        }
        Ok(true)
    }

    /// When the copy was made that this database was restored from, until [`Db::settle_restored`].
    pub async fn restored_from(&self) -> super::Result<Option<UtcMillis>> {
        restored_from(self.reader().await?.conn()).await
    }

    /// Ends what was under way when the copy was made, and may have been used since: every session,
    /// and every link and code that was mailed.
    pub async fn settle_restored(&self) -> super::Result<()> {
        const END: [&str; 11] = [
            "delete from sessions",
            "delete from mailed_links",
            "delete from sign_ups",
            "delete from welcome_links",
            "delete from case_links",
            "delete from case_codes",
            "delete from case_mailed_codes",
            "delete from case_code_tries",
            "delete from case_filers",
            "delete from known_devices",
            "delete from restored",
        ];
        let mut tx = self.begin_at_any_time().await?;
        for sql in END {
            on!(tx.conn(), c => sqlx::query(sql).execute(c).await.map(drop))?;
        }
        tx.commit().await
    }
}

/// Copies the database behind `read` into an empty file, and marks it.
async fn copy(read: &SqlitePool, file: &Path, now: UtcMillis) -> Result<(), BackupError> {
    const MARK: &str = "insert into restored (id, made_at) values (1, $1)
      on conflict (id) do update set made_at = excluded.made_at";
    let failed = |error| BackupError::Write(file.display().to_string(), error);
    let full = |error: sqlx::Error| match error.as_database_error().and_then(sqlx::error::DatabaseError::code) {
        Some(code) if code == "13" => failed(io::ErrorKind::StorageFull.into()),
        _ => error.into(),
    };
    sqlx::query("vacuum into $1").bind(file.to_string_lossy()).execute(read).await.map_err(full)?;
    let copy = SqlitePoolOptions::new().max_connections(1);
    let copy = copy.connect_with(SqliteConnectOptions::new().filename(file)).await?;
    sqlx::query(MARK).bind(now.0).execute(&copy).await.map_err(full)?;
    // The copy is another database: no log of this one belongs to it.
    sqlx::query("pragma user_version = 0").execute(&copy).await.map_err(full)?;
    copy.close().await;
    File::open(file).and_then(|file| file.sync_all()).map_err(failed)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

async fn restored_from(mut conn: Conn<'_>) -> super::Result<Option<UtcMillis>> {
    const FROM: &str = "select made_at from restored";
    let made: Option<i64> = on!(conn, c => sqlx::query_scalar(FROM).fetch_optional(c).await)?;
    Ok(made.map(UtcMillis))
}

/// What is in the database behind `reader`, after `SQLite` has looked at every page of it.
pub async fn contents(reader: &mut Reader, name: &str) -> Result<Contents, BackupError> {
    const COUNT: &str = "select count(*), max(at) from entries";
    if let Conn::Sqlite(c) = reader.conn() {
        let said: String = sqlx::query_scalar("pragma integrity_check(1)")
            .fetch_one(c)
            .await
            .map_err(|error| BackupError::Read(name.to_owned(), error))?;
        if said != "ok" {
            return Err(BackupError::Damaged(name.to_owned(), said));
        }
    }
    let made_at = restored_from(reader.conn()).await?;
    let (entries, newest): (i64, Option<i64>) = on!(reader.conn(), c => sqlx::query_as(COUNT).fetch_one(c).await)?;
    Ok(Contents { made_at, entries, newest: newest.map(UtcMillis) })
}

/// An empty file for this user's eyes only, that was not there before.
fn make_new(file: &Path) -> io::Result<File> {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(file)
}
