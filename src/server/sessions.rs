//! Sessions in the database, whichever it is, through the published store.

use super::config::Config;
use crate::account::session::IDLE;
use crate::db::Db;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{ExpiredDeletion, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

/// The published stores behind one type.
#[derive(Clone, Debug)]
pub enum Sessions {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

macro_rules! either {
    ($self:expr, $s:ident => $run:expr) => {
        match $self {
            Self::Sqlite($s) => $run,
            Self::Postgres($s) => $run,
        }
    };
}

impl Sessions {
    /// Opens the store, making its table where it is missing.
    pub async fn open(db: &Db) -> sqlx::Result<Self> {
        Ok(match db {
            Db::Sqlite { write, .. } => {
                let store = SqliteStore::new(write.clone());
                store.migrate().await?;
                Self::Sqlite(store)
            }
            Db::Postgres(pool) => {
                let store = PostgresStore::new(pool.clone());
                store.migrate().await?;
                Self::Postgres(store)
            }
        })
    }

    /// Removes sessions that have ended by themselves.
    pub async fn sweep(&self) -> Result<()> {
        either!(self, s => s.delete_expired().await)
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

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        either!(self, s => s.create(record).await)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        either!(self, s => s.save(record).await)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        either!(self, s => s.load(id).await)
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        either!(self, s => s.delete(id).await)
    }
}
