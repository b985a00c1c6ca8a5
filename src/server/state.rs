//! What every request can reach.

use super::config::Config;
use crate::account::password::Passwords;
use crate::consent::rules::Rules;
use crate::db::Db;
use crate::error::AppError;
use crate::time::Clock;
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
    new_accounts: Arc<DefaultKeyedRateLimiter<String>>,
}

impl App {
    pub fn new(db: Db, rules: Rules, clock: Clock, config: Config) -> Self {
        // Twenty at once from one address, then one a minute: enough for a classroom, too few for a flood.
        let quota = Quota::per_minute(NonZeroU32::MIN).allow_burst(NonZeroU32::MIN.saturating_add(19));
        Self {
            db,
            rules: Arc::new(rules),
            clock,
            leptos: super::assets::leptos_options(config.addr),
            config: Arc::new(config),
            passwords: Passwords::default(),
            new_accounts: Arc::new(DefaultKeyedRateLimiter::keyed(quota)),
        }
    }

    /// The one of this request.
    pub fn here() -> Self {
        expect_context()
    }

    /// # Errors
    /// [`AppError::SlowDown`] where too many accounts were made from `address` of late.
    pub fn limit_new_accounts(&self, address: &str) -> Result<(), AppError> {
        self.new_accounts.check_key(&address.to_owned()).map_err(|_| AppError::SlowDown { seconds: 60 })
    }

    /// Forgets addresses that have not been seen for long.
    pub fn forget_old_addresses(&self) {
        self.new_accounts.retain_recent();
    }
}
