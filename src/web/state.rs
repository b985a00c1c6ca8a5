//! What every request can reach.

use super::config::Config;
use super::probe::Probe;
use crate::account::password::Passwords;
use crate::account::password_rules::PasswordRules;
use crate::consent::rules::Rules;
use crate::db::Db;
use crate::mail::worker::Wake;
use crate::time::Clock;
use crate::time::guard::Present;
use leptos::prelude::{LeptosOptions, expect_context};
use std::sync::Arc;

/// Handles on the database, the rules, the clock and the settings; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub rules: Arc<Rules>,
    pub clock: Clock,
    pub config: Arc<Config>,
    pub passwords: Passwords,
    pub password_rules: Arc<PasswordRules>,
    pub leptos: LeptosOptions,
    probe: Arc<Probe>,
    bell: Arc<Wake>,
}

impl App {
    pub fn new(db: Db, rules: Rules, clock: Clock, config: Config) -> Self {
        Self {
            clock: db.guard().clock(clock),
            db,
            rules: Arc::new(rules),
            leptos: super::assets::leptos_options(config.addr),
            password_rules: Arc::new(config.password_rules_alone()),
            config: Arc::new(config),
            passwords: Passwords::default(),
            probe: Arc::default(),
            bell: Arc::default(),
        }
    }

    /// The same with these rules for new passwords, which have a list of stolen ones.
    pub fn with_password_rules(self, rules: PasswordRules) -> Self {
        Self { password_rules: Arc::new(rules), ..self }
    }

    /// The present, and whether the clock that says it is believed.
    pub fn present(&self) -> Present {
        self.db.guard().present().unwrap_or_else(|| Present::believed(self.clock.now()))
    }

    /// The one of this request.
    pub fn here() -> Self {
        expect_context()
    }

    /// Has mail sent at once that a transaction has put into the outbox. Call it after the commit.
    pub fn wake_mailer(&self) {
        self.bell.ring();
    }

    /// Has the worker that sends mail end after the one in hand.
    pub fn close_post(&self) {
        self.bell.close();
    }

    /// What is known of whether a write would be durable.
    pub fn probe(&self) -> &Probe {
        &self.probe
    }

    /// What the worker listens to.
    pub fn bell(&self) -> &Wake {
        &self.bell
    }
}
