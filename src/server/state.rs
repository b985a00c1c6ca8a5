//! What every request can reach.

use super::config::Config;
use crate::account::password::Passwords;
use crate::account::security_event::{self, Event, Outcome};
use crate::consent::rules::Rules;
use crate::db::Db;
use crate::error::AppError;
use crate::mail::post::Bell;
use crate::time::Clock;
use crate::time::guard::Present;
use governor::{DefaultKeyedRateLimiter, Quota};
use leptos::prelude::{LeptosOptions, expect_context};
use std::{num::NonZeroU32, sync::Arc};

/// Handles on the database, the rules, the clock and the settings; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub rules: Arc<Rules>,
    pub clock: Clock,
    pub config: Arc<Config>,
    pub passwords: Passwords,
    pub leptos: LeptosOptions,
    new_accounts: Limit,
    filings: Limit,
    codes: Limit,
    bell: Arc<Bell>,
}

/// So many at once from one address, then one a minute.
type Limit = Arc<DefaultKeyedRateLimiter<String>>;

fn limit(at_once: u32) -> Limit {
    let quota = Quota::per_minute(NonZeroU32::MIN).allow_burst(NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN));
    Arc::new(DefaultKeyedRateLimiter::keyed(quota))
}

fn within(limit: &Limit, address: &str, what: &str) -> Result<(), AppError> {
    limit.check_key(&address.to_owned()).map_err(|_| {
        security_event::log(Event::Blocked, Outcome::Refused, None, what);
        AppError::SlowDown { seconds: 60 }
    })
}

impl App {
    pub fn new(db: Db, rules: Rules, clock: Clock, config: Config) -> Self {
        Self {
            clock: db.guard().clock(clock),
            db,
            rules: Arc::new(rules),
            leptos: super::assets::leptos_options(config.addr),
            config: Arc::new(config),
            passwords: Passwords::default(),
            // Enough for a classroom, too few for a flood.
            new_accounts: limit(20),
            filings: limit(20),
            codes: limit(20),
            bell: Arc::default(),
        }
    }

    /// The present, and whether the clock that says it is believed.
    pub fn present(&self) -> Present {
        self.db.guard().present().unwrap_or_else(|| Present { at: self.clock.now(), doubt: None })
    }

    /// The one of this request.
    pub fn here() -> Self {
        expect_context()
    }

    /// # Errors
    /// [`AppError::SlowDown`] where too many accounts were made from `address` of late.
    pub fn limit_new_accounts(&self, address: &str) -> Result<(), AppError> {
        within(&self.new_accounts, address, "sign-up")
    }

    /// # Errors
    /// [`AppError::SlowDown`] where too many objections were filed from `address` of late.
    pub fn limit_filings(&self, address: &str) -> Result<(), AppError> {
        within(&self.filings, address, "objection")
    }

    /// # Errors
    /// [`AppError::SlowDown`] where too many codes were tried or asked for from `address` of late.
    pub fn limit_codes(&self, address: &str) -> Result<(), AppError> {
        within(&self.codes, address, "mail-or-code")
    }

    /// Has mail sent at once that a transaction has put into the outbox. Call it after the commit.
    pub fn wake_post(&self) {
        self.bell.ring();
    }

    /// Has the worker that sends mail end after the one in hand.
    pub fn close_post(&self) {
        self.bell.close();
    }

    /// What the worker listens to.
    pub fn bell(&self) -> &Bell {
        &self.bell
    }

    /// Forgets addresses that have not been seen for long.
    pub fn forget_old_addresses(&self) {
        for limit in [&self.new_accounts, &self.filings, &self.codes] {
            limit.retain_recent();
        }
    }
}
