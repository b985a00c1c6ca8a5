//! `PostgreSQL`: how it is reached, and that what it confirms is durable.

use super::hand::{FRESH, Hand};
use super::{Db, Error, OpenError, Result};
use crate::time::guard::Guard;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection, PgPool, Postgres, Transaction};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{net::IpAddr, str::FromStr};
use url::Url;

/// How many connections there are, and how many of them read or run one statement.
const CONNECTIONS: u32 = 16;
const READERS: usize = 12;

/// How long a request waits for a connection: somebody waits for its answer, and is told to come
/// again.
pub(super) const PATIENCE: Duration = Duration::from_millis(900);
/// How long a command waits for one, which nobody would begin again after a second.
pub(super) const OF_A_COMMAND: Duration = Duration::from_secs(30);

/// What each connection begins with.
///
/// Each statement of ours has one good plan, whatever its values are. Left to itself `PostgreSQL`
/// makes a new one at every call where it takes the values to matter; with a million members that
/// is a third of the time of a search.
///
/// A commit that was answered is on the disk: `off` lost 16 of 2,242 choices in a crash, and
/// `local` does not wait for a standby that was asked for. What is stronger stays.
const BEGIN: &str = "set plan_cache_mode = force_generic_plan;
  select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') in ('off', 'local')";

/// How to connect, as far as `url` alone says whether that is possible.
pub(super) fn options(url: &str) -> Result<PgConnectOptions, OpenError> {
    let options = PgConnectOptions::from_str(url).map_err(OpenError::Url)?;
    match other_machine(url, std::env::var("PGSSLMODE").ok()) {
        Some((host, None)) => Err(OpenError::SslMode { host }),
        _ => Ok(options),
    }
}

/// `patience`: how long a connection is waited for.
pub async fn open(url: &str, patience: Duration) -> Result<Db, OpenError> {
    let options = options(url)?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(patience)
        // A connection is asked whether it is still there, but not one that has just answered: each
        // question is a way there and back.
        .test_before_acquire(false)
        .before_acquire(|conn, about| {
            Box::pin(async move {
                if about.idle_for > FRESH {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|conn, _| Box::pin(async move { conn.execute(BEGIN).await.map(drop) }));
    let mut first = first(&options).await?;
    let fsync: String = sqlx::query_scalar("select current_setting('fsync')")
        .fetch_one(&mut first)
        .await
        .map_err(OpenError::Connect)?;
    first.close().await.map_err(OpenError::Connect)?;
    if fsync == "off" {
        return Err(OpenError::Fsync);
    }
    let pool = pool.connect_lazy_with(options);
    // The others are for transactions, which take theirs from the pool.
    let hand = Hand::new(READERS);
    Ok(Db::Postgres { pool, hand, guard: Guard::default(), reach: Reach::new(patience) })
}

/// A transaction, which is ended also if whoever asks for it goes before it has begun. sqlx counts
/// a transaction only once the server has answered. Of one for which nobody waits any more it would
/// know nothing: the next statement on that connection would be part of it, answered and never
/// committed. So a task of its own waits.
pub(super) async fn begun(pool: PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    let begins = tokio::spawn(async move { pool.begin().await });
    begins.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// How long a server may take at the start to answer at all. Whoever starts us sees at once what is
/// wrong, and starts us again.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// How long a server that answers is waited for while it is starting, or has no connection left.
const STARTS_WITHIN: Duration = Duration::from_secs(10);

/// The first connection.
async fn first(options: &PgConnectOptions) -> Result<PgConnection, OpenError> {
    let begun = Instant::now();
    loop {
        let connecting = tokio::time::timeout(ANSWERS_WITHIN, PgConnection::connect_with(options));
        let failed = match connecting.await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => error,
            Err(_) => sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()),
        };
        match failed {
            sqlx::Error::Io(cause) => return Err(OpenError::Unreachable { place: place(options), cause }),
            // It is there, and will do more in a moment.
            error if Error::is_busy(&error) && begun.elapsed() < STARTS_WITHIN => {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            error => return Err(OpenError::Connect(error)),
        }
    }
}

/// Where a server is looked for: nothing that is secret.
fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{} port {}", options.get_host(), options.get_port()),
    }
}

/// How long a connection is waited for: an answer that asks several times is to come within a
/// second all the same, so after one that did not come the others are hardly waited for.
#[derive(Clone, Debug)]
pub struct Reach {
    failed_at: Arc<Mutex<Option<Instant>>>,
    patience: Duration,
}

/// How long the database is taken to be away after a connection did not come.
const AWAY_FOR: Duration = Duration::from_secs(1);
/// How long a connection is waited for meanwhile.
const BRIEFLY: Duration = Duration::from_millis(50);

impl Reach {
    fn new(patience: Duration) -> Self {
        Self { failed_at: Arc::default(), patience }
    }

    pub(super) async fn within<T>(&self, connection: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
        let away = self.failed_at().is_some_and(|at| at.elapsed() < AWAY_FOR);
        let patience = if away { BRIEFLY } else { self.patience };
        let came = tokio::time::timeout(patience, connection).await;
        let came = came.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(Error::from);
        match &came {
            Ok(_) if away => self.note(None),
            // While it is away the time is not noted anew: somebody has to try in earnest again.
            Err(error) if !away && error.is_away() => self.note(Some(Instant::now())),
            _ => {}
        }
        came
    }

    fn failed_at(&self) -> Option<Instant> {
        *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, failed: Option<Instant>) {
        *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner) = failed;
    }
}

/// The host that `url` leads to, if that is another machine, and its `sslmode`, where it says one;
/// otherwise it is what is `set` elsewhere.
fn other_machine(url: &str, set: Option<String>) -> Option<(String, Option<String>)> {
    let parsed = Url::parse(url).ok().filter(|url| url.scheme().starts_with("postgres"))?;
    let parameter = |name: &str| parsed.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let mode = parameter("sslmode").or_else(|| parameter("ssl-mode")).or(set);
    let host = parameter("host").or_else(|| parameter("hostaddr")).or_else(|| parsed.host_str().map(str::to_owned));
    let host = host.or_else(|| std::env::var("PGHOST").ok())?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    // A path is a socket on this machine; in a URL its slashes are written %2F.
    let local = bare.is_empty()
        || bare.starts_with('/')
        || bare.to_ascii_lowercase().starts_with("%2f")
        || is_this_machine(bare);
    (!local).then_some((host, mode))
}

/// Whether a host is this machine, by its name alone.
pub fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// What an attacker on the way to the database at `url` could do, if its `sslmode` is a weak one.
pub fn weak_way(url: &str) -> Option<&'static str> {
    let (_, mode) = other_machine(url, std::env::var("PGSSLMODE").ok())?;
    match &*mode?.to_ascii_lowercase() {
        "disable" => Some("everything can be read on the way"),
        "allow" | "prefer" => Some("somebody on the way can prevent the encryption"),
        "require" => Some("somebody on the way can pretend to be the database"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{other_machine, weak_way};

    #[test]
    fn the_way_to_another_machine_has_to_be_said() {
        for url in [
            "postgres://sayso@db.example/sayso",
            "postgres://sayso:secret@10.0.0.7:5433/sayso",
            "postgresql://sayso@[2001:db8::1]/sayso",
            "postgres://sayso@localhost.example/sayso",
            "postgres:///sayso?host=db.example",
            "postgres://sayso@localhost/sayso?host=db.example",
        ] {
            assert!(matches!(other_machine(url, None), Some((_, None))), "{url}");
            assert!(matches!(other_machine(url, Some("require".into())), Some((_, Some(_)))), "{url}");
        }
        for url in [
            "postgres://sayso@db.example/sayso?sslmode=verify-full",
            "postgres://sayso@db.example/sayso?connect_timeout=3&sslmode=disable",
            "postgres://sayso@127.0.0.1:5432/sayso",
            "postgres://sayso@LOCALHOST/sayso",
            "postgres://sayso@[::1]/sayso",
            "postgres:///sayso?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/sayso",
        ] {
            assert!(!matches!(other_machine(url, None), Some((_, None))), "{url}");
        }
    }

    #[test]
    fn a_weak_way_to_another_machine_is_known() {
        for mode in ["disable", "allow", "prefer", "require", "PREFER"] {
            assert!(weak_way(&format!("postgres://sayso@db.example/sayso?sslmode={mode}")).is_some(), "{mode}");
            assert_eq!(weak_way(&format!("postgres://sayso@localhost/sayso?sslmode={mode}")), None, "{mode}");
        }
        for mode in ["verify-ca", "verify-full"] {
            assert_eq!(weak_way(&format!("postgres://sayso@db.example/sayso?sslmode={mode}")), None, "{mode}");
        }
        assert_eq!(weak_way("sqlite://data/sayso.db"), None);
    }
}
