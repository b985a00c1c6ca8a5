//! What every request can reach.

use super::config::Config;
use super::probe::Probe;
use crate::account::password::Passwords;
use crate::account::password_rules::PasswordRules;
use crate::consent::notice::Notices;
use crate::consent::rules::Rules;
use crate::db::Db;
use crate::ledger::writer::Writer;
use crate::mail::worker::Wake;
use crate::time::Clock;
use crate::time::guard::Present;
use leptos::prelude::{LeptosOptions, expect_context};
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

/// One handle on everything: each request clones it a few times.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// The database, the rules, the clock, the settings, and what is kept at hand.
#[derive(Clone)]
pub struct Shared {
    pub db: Db,
    pub rules: Arc<Rules>,
    pub clock: Clock,
    pub config: Arc<Config>,
    pub passwords: Passwords,
    pub password_rules: Arc<PasswordRules>,
    pub leptos: LeptosOptions,
    pub writer: Writer,
    notices: Arc<RwLock<Arc<Notices>>>,
    probe: Arc<Probe>,
    bell: Arc<Wake>,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    pub fn new(db: Db, rules: Rules, clock: Clock, config: Config) -> Self {
        Self(Arc::new(Shared {
            clock: db.guard().clock(clock),
            db,
            rules: Arc::new(rules),
            leptos: super::assets::leptos_options(config.addr),
            password_rules: Arc::new(config.password_rules_alone()),
            config: Arc::new(config),
            passwords: Passwords::default(),
            writer: Writer::default(),
            notices: Arc::default(),
            probe: Arc::default(),
            bell: Arc::default(),
        }))
    }

    /// The same site, with something of it changed.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = Shared::clone(&self.0);
        change(&mut shared);
        Self(Arc::new(shared))
    }

    /// The same with these rules for new passwords, which have a list of stolen ones.
    pub fn with_password_rules(self, rules: PasswordRules) -> Self {
        self.with(|shared| shared.password_rules = Arc::new(rules))
    }

    /// The present, and whether the clock that says it is believed.
    pub fn present(&self) -> Present {
        self.db.guard().present().unwrap_or_else(|| Present::believed(self.clock.now()))
    }

    /// The one of this request.
    pub fn here() -> Self {
        expect_context()
    }

    /// The published notices that are at hand, of which there may be more by now.
    pub fn notices(&self) -> Arc<Notices> {
        self.notices.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps these at hand.
    pub fn keep_notices(&self, notices: Arc<Notices>) {
        *self.notices.write().unwrap_or_else(PoisonError::into_inner) = notices;
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
