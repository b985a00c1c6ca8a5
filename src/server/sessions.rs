//! Sessions in the database, whichever it is, through the published store.

use super::config::Config;
use crate::account::session::IDLE;
use crate::db::Db;
use sha2::{Digest, Sha256};
use sqlx::{PgPool, SqlitePool};
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, ExpiredDeletion, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

/// The published stores behind one type.
#[derive(Clone, Debug)]
pub enum Sessions {
    /// As in [`Db`]: whoever only reads does not queue behind those who write.
    Sqlite {
        read: SqliteStore,
        write: SqliteStore,
        rows: SqlitePool,
    },
    Postgres {
        store: PostgresStore,
        rows: PgPool,
    },
}

macro_rules! write {
    ($self:expr, $s:ident => $run:expr) => {
        match $self {
            Self::Sqlite { write: $s, .. } => $run,
            Self::Postgres { store: $s, .. } => $run,
        }
    };
}

impl Sessions {
    /// Opens the store, making its table where it is missing.
    pub async fn open(db: &Db) -> sqlx::Result<Self> {
        Ok(match db {
            Db::Sqlite { read, write, .. } => {
                let rows = write.clone();
                let [read, write] = [read, write].map(|pool| SqliteStore::new(pool.clone()));
                write.migrate().await?;
                Self::Sqlite { read, write, rows }
            }
            Db::Postgres { pool, .. } => {
                let store = PostgresStore::new(pool.clone());
                store.migrate().await?;
                Self::Postgres { store, rows: pool.clone() }
            }
        })
    }

    /// Removes sessions that have ended by themselves.
    pub async fn sweep(&self) -> Result<()> {
        write!(self, s => s.delete_expired().await)
    }

    /// The layer with the cookie: `HttpOnly`, `SameSite=Lax`, and `__Host-` with `Secure` where the site is https.
    pub fn layer(self, config: &Config) -> SessionManagerLayer<Self> {
        let https = config.is_https();
        SessionManagerLayer::new(self)
            .with_name(if https { "__Host-sayso" } else { "sayso" })
            .with_secure(https)
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/")
            .with_expiry(Expiry::OnInactivity(IDLE))
    }
}

/// Under which name a session is stored: half of the SHA-256 of its id, so that whoever reads the database, or a copy of it,
/// cannot sign in with what stands there. The id itself has 128 random bits and needs no salt.
fn stored(id: &Id) -> Id {
    let hash = Sha256::digest(id.0.to_be_bytes());
    Id(hash[..16].iter().fold(0, |all, b| all << 8 | i128::from(*b)))
}

fn as_stored(record: &Record) -> Record {
    Record { id: stored(&record.id), ..record.clone() }
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        write!(self, s => s.create(&mut as_stored(record)).await)
    }

    /// Writes to a session that is still there. The published stores would insert one that is not, and a request that was under way
    /// while its session ended, as at sign-out, would bring it back. New ones, also those under a new id, come by `create`.
    async fn save(&self, record: &Record) -> Result<()> {
        // Their tables and their encoding: what is written here is read by their `load`.
        const IN_SQLITE: &str = "update tower_sessions set data = $2, expiry_date = $3 where id = $1";
        const IN_POSTGRES: &str = "update tower_sessions.session set data = $2, expiry_date = $3 where id = $1";
        let record = as_stored(record);
        let data = rmp_serde::to_vec(&record).map_err(|e| Error::Encode(e.to_string()))?;
        let (id, until) = (record.id.to_string(), record.expiry_date);
        let done = match self {
            Self::Sqlite { rows, .. } => {
                sqlx::query(IN_SQLITE).bind(id).bind(data).bind(until).execute(rows).await.map(drop)
            }
            Self::Postgres { rows, .. } => {
                sqlx::query(IN_POSTGRES).bind(id).bind(data).bind(until).execute(rows).await.map(drop)
            }
        };
        done.map_err(|e| Error::Backend(e.to_string()))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let record = match self {
            Self::Sqlite { read, .. } => read.load(&stored(id)).await,
            Self::Postgres { store, .. } => store.load(&stored(id)).await,
        };
        record.map(|found| found.map(|record| Record { id: *id, ..record }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        write!(self, s => s.delete(&stored(id)).await)
    }
}
