//! A site on a database of its own, a clock to move, and browsers to visit it with.

mod answer;
mod authenticator;
mod client;
mod outbox;

pub use answer::{Answer, decode};
pub use authenticator::Authenticator;
pub use client::{TestClient, encode};

use axum::Router;
use clap::Parser;
use http::StatusCode;
use sayso::account::{
    model::{Country, NewMember, Role},
    password::hash_now,
};
use sayso::consent::{notice::NoticeText, rules::Rules, store};
use sayso::db::Db;
use sayso::ledger::clock::{Acceptance, Watch};
use sayso::ledger::{Channel, Purpose};
use sayso::serve::router::router;
use sayso::time::{Clock, UtcMillis};
use sayso::web::{App, config::Config, session_store::Sessions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

pub const PASSWORD: &str = "correct-horse-battery";

pub const AI: Purpose = Purpose::GenerativeAiTraining;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    config: Config,
}

pub struct TestApp {
    pub app: App,
    router: Router,
    clock: Arc<AtomicI64>,
    /// By how much the wall clock is wrong.
    moved: Arc<AtomicI64>,
    pub watch: Watch,
    visitors: AtomicU16,
    /// What the staff's authenticators know and which recovery codes they have kept, by address.
    authenticators: Mutex<BTreeMap<String, Authenticator>>,
    /// On PostgreSQL, the URL for the owner of the tables; the site itself serves as another role.
    pub owner: Option<String>,
    _folder: Option<tempfile::TempDir>,
}

/// The role is the whole cluster's, and tests of other processes make it, too.
const MAKE_ROLE: &str = "do $$ begin create role sayso_app login;
  exception when duplicate_object or unique_violation then null; end $$";

/// Until `/readyz` looks again: what a probe has found is handed out for a second.
pub async fn another_probe() {
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
}

impl TestApp {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/data/sayso.db", folder.path().display());
        Self::open(&url, Some(folder), &[]).await
    }

    pub async fn postgres() -> Self {
        let cluster = std::env::var("SAYSO_TEST_POSTGRES").expect("SAYSO_TEST_POSTGRES names a cluster: run make test");
        let name = format!("t{}", uuid::Uuid::new_v7(uuid::Timestamp::now(uuid::NoContext)).simple());
        let admin = sqlx::PgPool::connect(&format!("{cluster}/postgres")).await.expect("the cluster answers");
        sqlx::query(AssertSqlSafe(format!("create database {name}"))).execute(&admin).await.unwrap();
        sqlx::raw_sql(MAKE_ROLE).execute(&admin).await.unwrap();
        admin.close().await;
        // As in docs/postgres-roles.sql: the owner migrates, and another role serves.
        let owner = format!("{cluster}/{name}");
        let db = Db::open(&owner).await.unwrap();
        db.migrate().await.unwrap();
        let Db::Postgres { pool, .. } = &db else { unreachable!() };
        sqlx::raw_sql(include_str!("../../docs/postgres-roles.sql")).execute(pool).await.unwrap();
        db.close().await;
        let mut site = Self::open(&owner.replace("//sayso@", "//sayso_app@"), None, &["--no-migrate"]).await;
        site.owner = Some(owner);
        site
    }

    pub async fn open(url: &str, folder: Option<tempfile::TempDir>, flags: &[&str]) -> Self {
        let line = ["test", "--database-url", url].into_iter().chain(flags.iter().copied());
        let config = Line::parse_from(line).config;
        let clock = Arc::new(AtomicI64::new(UtcMillis::from_date("2026-11-23").unwrap().0));
        let moved = Arc::new(AtomicI64::new(0));
        let (shared, wrong, boot) = (clock.clone(), moved.clone(), clock.clone());
        let raw = Clock::from_fns(
            move || UtcMillis(shared.load(Ordering::SeqCst) + wrong.load(Ordering::SeqCst)),
            move || boot.load(Ordering::SeqCst),
        );
        // The time of the stories is not that of the database server.
        let watch = Watch { clock: raw.clone(), boot: Some("boot".into()), built: None, server: false };
        // A machine that is busy with all these stories at once may keep a connection waiting.
        let db = Db::open_patiently(url).await.unwrap();
        if config.database.no_migrate {
            db.check_tables().await.unwrap()
        } else {
            db.migrate().await.unwrap()
        }
        watch.begin(&db).await.unwrap();
        let rules = Rules::parse(sayso::consent::rules::BUILT_IN).unwrap();
        let passwords = config.password_rules().unwrap();
        let app = App::new(db, rules, raw, config).with_password_rules(passwords);
        Self {
            router: router(&app, Sessions::new(&app)),
            app,
            clock,
            moved,
            watch,
            visitors: AtomicU16::new(1),
            authenticators: Mutex::default(),
            owner: None,
            _folder: folder,
        }
    }

    /// The same site under other rules.
    pub async fn with_rules(self, text: &str) -> Self {
        let app = self.app.with(|app| app.rules = Arc::new(Rules::parse(text).unwrap()));
        Self { router: router(&app, Sessions::new(&app)), app, ..self }
    }

    /// The same site, started with other settings.
    pub async fn with_flags(self, flags: &[&str]) -> Self {
        let app = self.app.with(|app| {
            app.config = Arc::new(Line::parse_from(["test"].iter().chain(flags)).config);
            app.password_rules = Arc::new(app.config.password_rules().unwrap());
        });
        Self { router: router(&app, Sessions::new(&app)), app, ..self }
    }

    pub fn pass(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Moves the wall clock by so many milliseconds, while the time since boot goes on as before.
    pub fn move_clock(&self, milliseconds: i64) {
        self.moved.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// The server is started again: what it knew of the clock is what is stored.
    pub async fn restart(&self) {
        self.watch.begin(&self.app.db).await.unwrap();
    }

    /// The machine is started again.
    pub async fn reboot(&mut self) {
        self.watch.boot = Some(uuid::Uuid::new_v7(uuid::Timestamp::now(uuid::NoContext)).to_string());
        self.restart().await;
    }

    /// What `sayso clock accept --yes` does, and what the server then sees.
    pub async fn accept_clock(&self) -> Option<Acceptance> {
        let accepted = self.accept_clock_elsewhere().await?;
        assert_eq!(self.watch.check(&self.app.db).await.unwrap(), None);
        Some(accepted)
    }

    /// The same in a process of its own, which the server has to notice.
    pub async fn accept_clock_elsewhere(&self) -> Option<Acceptance> {
        let accepted = self.watch.acceptance(&self.app.db, None).await.unwrap()?;
        let mut tx = self.app.db.begin_at_any_time().await.unwrap();
        self.watch.accept(&mut tx, &accepted).await.unwrap();
        sayso::objection::service::reschedule(&mut tx, accepted.span, accepted.now).await.unwrap();
        tx.commit().await.unwrap();
        Some(accepted)
    }

    /// The same for somebody of the staff who visits a page every few minutes, and so stays signed
    /// in.
    pub async fn pass_at_work(&self, staff: &TestClient, milliseconds: i64) {
        let minutes = 8 * 60_000;
        for _ in 0..milliseconds / minutes {
            self.pass(minutes);
            assert_eq!(staff.get("/account").await.status, StatusCode::OK);
        }
        self.pass(milliseconds % minutes);
    }

    pub fn pass_days(&self, days: i64) {
        self.pass(days * UtcMillis::DAY);
    }

    /// Publishes the notice that speaks for every rule in force in 2026.
    pub async fn publish(&self, version: u32) -> store::Published {
        let effective = UtcMillis::from_date("2025-11-03").unwrap();
        let text = NoticeText::parse("What we do\n\nThe exact words.", AI, version, "en", effective).unwrap();
        store::publish(&self.app.db, text, Channel::CommandLine, self.app.clock.now()).await.unwrap();
        store::notice(self.app.db.reader().await.unwrap().conn(), AI, version, "en").await.unwrap().unwrap()
    }

    /// Somebody with a browser and an address of their own.
    pub fn visitor(&self) -> TestClient {
        let n = self.visitors.fetch_add(1, Ordering::SeqCst);
        let address = SocketAddr::from(([127, 1, (n >> 8) as u8, n as u8], 4000));
        let origin = self.app.config.origin().to_string();
        TestClient { router: self.router.clone(), cookies: Mutex::default(), address, html: true, keeps: true, origin }
    }

    /// A member who has just signed up, and has confirmed the address.
    pub async fn member(&self, email: &str, country: &str) -> TestClient {
        let visitor = self.visitor();
        self.sign_up(&visitor, &[("name", "Ada"), ("email", email), ("country", country), ("password", PASSWORD)])
            .await;
        visitor
    }

    /// Signs up at this browser with what is typed, and opens the mailed link there. Of the mail
    /// nothing stays.
    pub async fn sign_up(&self, visitor: &TestClient, typed: &[(&str, &str)]) {
        let answer = visitor.post("/api/sign-up", typed).await;
        assert_eq!(answer.location(), "/sign-up/sent", "{}", answer.body);
        let email = typed.iter().find(|(field, _)| *field == "email").unwrap().1;
        let email = sayso::account::model::parse_email(email).unwrap();
        self.open_link(visitor, &email).await;
        self.tamper("delete from outbox where subject like 'Confirm your address to start%'").await.unwrap();
        let answer = visitor.post("/api/confirm", &[]).await;
        assert_eq!(answer.location(), "/settings/privacy", "{}", answer.body);
    }

    /// Opens the newest link that was mailed to `email`; returns the page behind it.
    pub async fn open_link(&self, visitor: &TestClient, email: &str) -> Answer {
        let key = self.mailed(email, "/confirm?key=").await;
        assert_eq!(visitor.get(&format!("/confirm?key={key}")).await.location(), "/confirm");
        visitor.get("/confirm").await
    }

    pub async fn signed_in(&self, email: &str) -> TestClient {
        self.signed_in_as(email, Role::Member).await
    }

    /// A privacy officer who has just signed in.
    pub async fn officer(&self) -> TestClient {
        self.staff("officer@example.org", Role::PrivacyOfficer).await;
        self.signed_in_as("officer@example.org", Role::PrivacyOfficer).await
    }

    /// A second one, for what takes two.
    pub async fn another_officer(&self) -> TestClient {
        let db = &self.app.db;
        let there =
            sayso::account::store::by_email(db.reader().await.unwrap().conn(), "second@example.org").await.unwrap();
        if there.is_none() {
            self.staff("second@example.org", Role::PrivacyOfficer).await;
        }
        self.signed_in_as("second@example.org", Role::PrivacyOfficer).await
    }

    /// Makes an account of the staff whose password is their own.
    pub async fn staff(&self, email: &str, role: Role) {
        let new = NewMember {
            name: "Staff".into(),
            email: email.into(),
            country: Country::parse("IE").unwrap(),
            role,
            password_hash: hash_now(PASSWORD),
            demo: false,
            address_proved: true,
        };
        self.app.join(new).await.unwrap();
    }

    /// Makes an account as `sayso user add` does: with a password that its owner has to replace.
    pub async fn added(&self, email: &str, role: Role) {
        let new = NewMember {
            name: "Added".into(),
            email: email.into(),
            country: Country::parse("IE").unwrap(),
            role,
            password_hash: hash_now(PASSWORD),
            demo: false,
            address_proved: true,
        };
        self.app.join_by_operator(new).await.unwrap();
    }

    /// Somebody who has just signed in; staff with their second factor, which they set up where
    /// they have none yet.
    pub async fn signed_in_as(&self, email: &str, role: Role) -> TestClient {
        let visitor = self.visitor();
        self.sign_in(&visitor, email, role).await;
        visitor
    }

    /// Signs in at this browser.
    pub async fn sign_in(&self, visitor: &TestClient, email: &str, role: Role) {
        let answer = self.enter_password(visitor, email).await;
        let answer = match &*answer.location() {
            "/sign-in/second-factor" => self.set_up(visitor, email).await,
            "/sign-in/code" => {
                let code = self.authenticator(email, |a| a.unused_code(self.app.clock.now()));
                let field = if code.len() == 6 { "code" } else { "recovery" };
                visitor.post("/api/enter-code", &[(field, &code)]).await
            }
            _ => answer,
        };
        assert!(answer.location().ends_with(role.home()), "{} {}", answer.location(), answer.body);
    }

    /// The first half of signing in.
    pub async fn enter_password(&self, visitor: &TestClient, email: &str) -> Answer {
        visitor.post("/api/sign-in", &[("email", email), ("password", PASSWORD)]).await
    }

    /// Sets up the second factor that the page shows to this browser, and keeps the recovery codes.
    pub async fn set_up(&self, visitor: &TestClient, email: &str) -> Answer {
        let authenticator = Authenticator::new(&visitor.get("/sign-in/second-factor").await.authenticator_key());
        self.authenticators.lock().unwrap().insert(email.into(), authenticator);
        let code = self.authenticator(email, |a| a.unused_code(self.app.clock.now()));
        let answer = visitor.post("/api/set-up-second-factor", &[("code", &code)]).await;
        let page = visitor.get("/account/recovery-codes").await;
        self.authenticator(email, |a| a.recovery = page.recovery_codes());
        answer
    }

    /// Gives `email` an authenticator that was set up otherwise.
    pub fn authenticator_of(&self, email: &str, authenticator: Authenticator) {
        self.authenticators.lock().unwrap().insert(email.into(), authenticator);
    }

    /// What `email` has in their hands.
    pub fn authenticator<T>(&self, email: &str, with: impl FnOnce(&mut Authenticator) -> T) -> T {
        with(self.authenticators.lock().unwrap().get_mut(email).expect("it has been set up"))
    }

    /// How many entries of `kind` there are in the whole ledger.
    pub async fn count(&self, kind: &str) -> i64 {
        let sql = "select count(*) from entries where kind = $1 and subject <> 'platform'";
        match &self.app.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).bind(kind).fetch_one(read).await.unwrap(),
            Db::Postgres { pool, .. } => sqlx::query_scalar(sql).bind(kind).fetch_one(pool).await.unwrap(),
        }
    }

    /// Runs a statement as somebody with the database's password would; the error's text where it
    /// is refused.
    pub async fn tamper(&self, sql: &str) -> Result<(), String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match (&self.app.db, &self.owner) {
            (Db::Sqlite { write, .. }, _) => sqlx::query(sql).execute(write).await.map(drop),
            (Db::Postgres { .. }, Some(owner)) => {
                let mut conn = PgConnection::connect(owner).await.unwrap();
                sqlx::query(sql).execute(&mut conn).await.map(drop)
            }
            (Db::Postgres { pool, .. }, None) => sqlx::query(sql).execute(pool).await.map(drop),
        }
        .map_err(|e| e.to_string())
    }
}
