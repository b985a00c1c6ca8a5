//! The site as a stranger meets it, over TCP, and an eye on what it costs.

use clap::Parser;
use sayso::account::model::{Country, NewMember, Role};
use sayso::account::password::hash_now;
use sayso::consent::rules::{BUILT_IN, Rules};
use sayso::db::{Db, built};
use sayso::serve::listen::{self, Bounds};
use sayso::serve::router::router;
use sayso::time;
use sayso::web::{App, config::Config, session_store::Sessions};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const PASSWORD: &str = "correct-horse-battery";

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    config: Config,
}

pub struct Site {
    pub app: App,
    pub addr: SocketAddr,
    folder: Option<tempfile::TempDir>,
}

/// As wide as nothing here is looked at.
pub const WIDE: Bounds =
    Bounds { in_all: 0, per_network: 0, head: Duration::from_secs(30), taking: Duration::from_secs(30) };

impl Site {
    /// One on a SQLite database of its own, behind a proxy that says who asks.
    pub async fn open(bounds: Bounds) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/sayso.db", folder.path().display());
        let mut site = Self::on(&url, bounds).await;
        site.folder = Some(folder);
        site
    }

    /// The same on the database `url`, as one node of several.
    pub async fn on(url: &str, bounds: Bounds) -> Self {
        let config = Line::parse_from(["test", "--database-url", url, "--proxies", "1"]).config;
        // A machine that is busy with all these stories at once may keep a connection waiting.
        let db = Db::open_patiently(url).await.unwrap();
        db.migrate().await.unwrap();
        let app = App::new(db, Rules::parse(BUILT_IN).unwrap(), time::system(), config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let served = router(&app, Sessions::new(&app));
        tokio::spawn(listen::serve(listener, served, bounds, std::future::pending()));
        Self { app, addr, folder: None }
    }

    /// The same database, for another node.
    pub fn url(&self) -> String {
        self.app.config.database.url().to_owned()
    }

    pub async fn member(&self, email: &str) {
        let new = NewMember {
            name: "Ada".into(),
            email: email.into(),
            country: Country::parse("IE").unwrap(),
            role: Role::Member,
            password_hash: hash_now(PASSWORD),
            demo: false,
            address_proved: true,
        };
        self.app.join(new).await.unwrap();
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.unwrap()
    }

    /// What `from` is answered; `cookie` may be empty.
    pub async fn ask(&self, method: &str, path: &str, from: &str, cookie: &str, body: &str) -> Answer {
        let mut stream = self.connect().await;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {addr}\r\nx-forwarded-for: {from}\r\norigin: http://{addr}\r\n\
             sec-fetch-site: same-origin\r\naccept: application/json\r\ncookie: {cookie}\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len(),
            addr = self.addr,
        );
        // Of what is too long the rest is not read.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        Answer::parse(&answer)
    }

    pub async fn post(&self, path: &str, from: &str, body: &str) -> Answer {
        self.ask("POST", path, from, "", body).await
    }

    /// A number out of the database.
    pub async fn count(&self, sql: &str) -> i64 {
        match &self.app.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(built(sql)).fetch_one(read).await.unwrap(),
            Db::Postgres { pool, .. } => sqlx::query_scalar(built(sql)).fetch_one(pool).await.unwrap(),
        }
    }

    /// Bytes of the database and of what SQLite keeps beside it.
    pub fn stored(&self) -> u64 {
        let folder = self.folder.as_ref().unwrap().path();
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum()
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_ascii_lowercase(), body: body.into() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The cookies that it sets, as they are sent back.
    pub fn cookies(&self) -> String {
        let set = self.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        set.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
    }
}
