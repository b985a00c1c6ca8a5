//! How often strangers may do what costs: make accounts, file, ask for mail. Counted in the
//! database, so that all nodes count together; a request that is refused writes nothing.

use super::security_event::{self, Event, Outcome};
use super::store::allowances;
use super::throttle::Rate;
use crate::db::lock;
use crate::error::AppError;
use crate::ledger::entry::sha256_hex;
use crate::web::network::Networks;
use crate::web::{App, client};

/// What is allowed so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    NewAccounts,
    Filings,
    /// Codes and links that are tried, or asked for.
    Codes,
}

/// Enough for a classroom, too few for a flood.
const NARROW: Rate = Rate { at_once: 20, each: 60_000 };
/// Of a /48, which may be a company or a village.
const WIDE: Rate = Rate { at_once: 100, each: 12_000 };

impl Allowance {
    const fn name(self) -> &'static str {
        match self {
            Self::NewAccounts => "new accounts",
            Self::Filings => "filings",
            Self::Codes => "codes",
        }
    }

    /// Said with the time to wait, in milliseconds.
    fn refused(self, wait: i64) -> AppError {
        let what = match self {
            Self::NewAccounts => "sign-up",
            Self::Filings => "objection",
            Self::Codes => "mail-or-code",
        };
        security_event::log(Event::Blocked, Outcome::Refused, None, what);
        AppError::SlowDown { seconds: u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX).max(1) }
    }

    /// Under which keys it is counted, and how often it is allowed under each. They name nobody.
    fn keys(self, networks: &Networks) -> Vec<(String, Rate)> {
        let key = |network: &String| sha256_hex(format!("{} {network}", self.name()).as_bytes());
        let wide = networks.wide.as_ref().map(|wide| (key(wide), WIDE));
        std::iter::once((key(&networks.narrow), NARROW)).chain(wide).collect()
    }
}

impl App {
    /// Takes one of what whoever asks is allowed.
    ///
    /// # Errors
    /// [`AppError::SlowDown`] where there was too much of it of late from their network.
    pub async fn allow(&self, what: Allowance) -> Result<(), AppError> {
        let now = self.clock.now();
        let keys = what.keys(&client::networks());
        let mut reader = self.db.reader().await?;
        for (key, rate) in &keys {
            let used = allowances::used_until(reader.conn(), key).await?;
            rate.take(used, now).map_err(|wait| what.refused(wait))?;
        }
        drop(reader);
        let mut tx = self.db.begin().await?;
        for (key, rate) in &keys {
            lock(tx.conn(), key).await?;
            let used = allowances::used_until(tx.conn(), key).await?;
            let until = rate.take(used, now).map_err(|wait| what.refused(wait))?;
            allowances::put(tx.conn(), key, until).await?;
        }
        Ok(tx.commit().await?)
    }
}
