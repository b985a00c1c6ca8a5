//! Sessions behind the cookie: what `tower_sessions` keeps of a visitor goes into our own table,
//! whichever database it is in.
//!
//! When a session ends is told by our clock; what the library takes for its end is not looked at.

use super::App;
use super::config::Config;
use super::cookie::name;
use super::form_draft::DRAFTS;
use super::session::HALF;
use crate::account::signed_in::{self, IDLE, SignedIn};
use crate::account::store::sessions::{self as rows, MemberRow, Stored, Whose, name_of};
use crate::db::{self, AWAY, Db};
use crate::error::chain;
use crate::time::guard::Present;
use crate::time::{Clock, UtcMillis};
use serde_json::Value;
use std::collections::HashMap;
use time::OffsetDateTime;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

#[derive(Clone)]
pub struct Sessions {
    db: Db,
    clock: Clock,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

/// For how long a session is kept that holds nothing but drafts, in milliseconds.
const BRIEF: i64 = 3_600_000;

fn failed(cause: db::Error) -> Error {
    Error::Backend(if cause.is_away() { AWAY.into() } else { chain(&cause) })
}

impl Sessions {
    pub fn new(app: &App) -> Self {
        Self { db: app.db.clone(), clock: app.clock.clone() }
    }

    /// Removes sessions that have ended by themselves; none by a clock that is in doubt.
    pub async fn sweep(&self) -> db::Result<()> {
        let (mut tx, now) = (self.db.begin().await?, self.clock.now());
        rows::sweep(tx.conn(), now).await?;
        tx.commit().await
    }

    /// The layer with the cookie: `HttpOnly`, `SameSite=Lax`, and `__Host-` with `Secure` where the
    /// site is https.
    pub fn layer(self, config: &Config) -> SessionManagerLayer<Self> {
        SessionManagerLayer::new(self)
            .with_name(name(config))
            .with_secure(config.is_https())
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/")
            .with_expiry(Expiry::OnInactivity(time::Duration::milliseconds(IDLE)))
    }

    fn present(&self) -> Present {
        self.db.guard().present().unwrap_or_else(|| Present::believed(self.clock.now()))
    }

    /// What is stored of `record`. Who is signed in stands in columns, so that their sessions can
    /// be found.
    fn as_stored(&self, record: &Record) -> Result<Stored> {
        let mut data = record.data.clone();
        data.remove(rows::ACCOUNT);
        let whose = match data.remove(signed_in::KEY).map(serde_json::from_value::<SignedIn>).transpose() {
            Ok(Some(signed_in)) => Whose::Members(signed_in),
            Ok(None) => half(&data).map_or(Whose::Nobodys, Whose::Half),
            Err(cause) => return Err(Error::Encode(cause.to_string())),
        };
        let now = self.clock.now();
        let (created_at, seen_at) = match &whose {
            Whose::Members(signed_in) => (signed_in.since, signed_in.touched),
            // What only says what became of a form, to nobody in particular, is over within the
            // hour.
            Whose::Nobodys if data.keys().all(|key| key == DRAFTS) => (now, UtcMillis(now.0 - IDLE + BRIEF)),
            Whose::Half(_) | Whose::Nobodys => (now, now),
        };
        let data = serde_json::to_string(&data).map_err(|cause| Error::Encode(cause.to_string()))?;
        Ok(Stored { name: name_of(&record.id), data, whose, created_at, seen_at })
    }
}

/// The id of whoever is half signed in.
fn half(data: &HashMap<String, Value>) -> Option<String> {
    data.get(HALF)?.get("member")?.as_str().map(str::to_owned)
}

/// What the library knows of `stored`, with the account that was read with it; `None` where it
/// cannot be read, as that of another version may not be.
fn as_record(id: &Id, stored: Stored, account: Option<MemberRow>) -> Option<Record> {
    let mut data: HashMap<String, Value> = serde_json::from_str(&stored.data).ok()?;
    if let Whose::Members(signed_in) = stored.whose {
        data.insert(signed_in::KEY.into(), serde_json::to_value(signed_in).ok()?);
        if let Some(account) = account {
            data.insert(rows::ACCOUNT.into(), serde_json::to_value(account).ok()?);
        }
    }
    let until = UtcMillis(stored.seen_at.0.saturating_add(IDLE));
    let expiry_date = OffsetDateTime::from_unix_timestamp(until.0.div_euclid(1000)).ok()?;
    Some(Record { id: *id, data, expiry_date })
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let mut tx = self.db.begin_at_any_time().await.map_err(failed)?;
            if rows::insert(tx.conn(), &self.as_stored(record)?).await.map_err(failed)? {
                return tx.commit().await.map_err(failed);
            }
            record.id = Id::default();
        }
    }

    /// Writes to a session that is still there. New ones, also those under a new id, come by
    /// `create`.
    async fn save(&self, record: &Record) -> Result<()> {
        let stored = self.as_stored(record)?;
        let mut tx = self.db.begin_at_any_time().await.map_err(failed)?;
        rows::update(tx.conn(), &stored).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut reader = self.db.reader().await.map_err(failed)?;
        let found = rows::with_account(reader.conn(), &name_of(id)).await.map_err(failed)?;
        reader.done();
        let present = self.present();
        // While the clock is in doubt none is over: a browser whose session is not found forgets
        // it.
        let holds = |stored: &Stored| present.doubt.is_some() || stored.seen_at.lasts(IDLE, present.at);
        let there = found.filter(|(stored, _)| holds(stored));
        Ok(there.and_then(|(stored, account)| as_record(id, stored, account)))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut tx = self.db.begin_at_any_time().await.map_err(failed)?;
        rows::delete(tx.conn(), &name_of(id)).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}
