//! Members brought in from a file, invited, and handed out again.

mod exporting;
mod importing;
mod inviting;

use crate::test_app::TestApp;
use sayso::account::store as accounts;
use sayso::db::Db;
use sayso::ledger::{Entry, store as ledger};
use sayso::mail::store as outbox;
use sayso::members::export::Export;
use sayso::members::import::{Import, Report, Tally};
use sayso::members::lines::Lines;
use sayso::members::model::Format;
use sayso::members::rejects::Refused;
use sayso::members::repeated::Repeated;
use sayso::members::welcome::{self, Invited};
use std::fmt::Write;
use std::io;

const HEADER: &str = "id,email,name,country,joined\n";
const ADA: &str = "17,Ada@example.org,Ada Lovelace,GB,2019-05-01T10:30:00Z\n";

/// Keeps what was refused, as `line: reason`.
#[derive(Default)]
struct Kept {
    refused: Vec<String>,
    batches: usize,
}

impl Report for Kept {
    fn refused(&mut self, refused: Refused<'_>) -> io::Result<()> {
        self.refused.push(format!("{}: {}", refused.line, refused.reason));
        Ok(())
    }

    fn reached(&mut self, _: Tally, _: u64) {
        self.batches += 1;
    }
}

async fn import_into(site: &TestApp, instead: Option<&Db>, format: Format, file: &str) -> (Tally, Vec<String>) {
    run(site, instead, format, file, false).await
}

/// With what the file says about members who are here already.
async fn update(site: &TestApp, file: &str) -> (Tally, Vec<String>) {
    run(site, None, Format::Csv, file, true).await
}

async fn run(site: &TestApp, instead: Option<&Db>, format: Format, file: &str, update: bool) -> (Tally, Vec<String>) {
    let app = &site.app;
    let origin = "http://127.0.0.1:3000";
    let work = Import { db: &app.db, rules: &app.rules, clock: &app.clock, instead, update, origin };
    let mut kept = Kept::default();
    let lines = || Lines::open(file.as_bytes(), format).unwrap();
    let repeated = Repeated::of(&mut lines(), app.clock.now()).unwrap();
    let tally = work.run(&mut lines(), repeated, &mut kept).await.unwrap();
    assert_eq!(kept.refused.len() as u64, tally.refused);
    assert_eq!(tally.lines, tally.brought_in + tally.known + tally.updated + tally.refused + tally.departed);
    (tally, kept.refused)
}

pub async fn import(site: &TestApp, file: &str) -> (Tally, Vec<String>) {
    import_into(site, None, Format::Csv, file).await
}

const fn tally(lines: u64, brought_in: u64, known: u64, refused: u64) -> Tally {
    Tally { lines, brought_in, known, updated: 0, refused, departed: 0 }
}

/// As many members as wanted, one a line.
fn many(format: Format, count: usize) -> String {
    let countries = ["US", "DE", "GB", "CH", "CA", "BR"];
    let mut file = if format == Format::Csv { HEADER.to_owned() } else { String::new() };
    for n in 0..count {
        let (country, year) = (countries[n % countries.len()], 2004 + n % 20);
        let _ = match format {
            Format::Csv => writeln!(file, "{n},m{n}@example.org,\"Member, the {n}th\",{country},{year}-05-01"),
            Format::Ndjson => writeln!(
                file,
                r#"{{"id":{n},"email":"m{n}@example.org","name":"Member, the {n}th","country":"{country}","joined":"{year}-05-01T00:00:00Z"}}"#
            ),
        };
    }
    file
}

/// The history of whoever has this address, each entry with the bytes that were hashed.
async fn history(site: &TestApp, email: &str) -> Vec<Entry> {
    let mut reader = site.app.db.reader().await.unwrap();
    let member = accounts::by_email(reader.conn(), email).await.unwrap().unwrap();
    let entries = ledger::of_subject(reader.conn(), &member.subject).await.unwrap();
    for entry in &entries {
        let stored = ledger::find(reader.conn(), &member.subject, entry.id).await.unwrap().unwrap();
        let canonical = entry.canonical();
        assert_eq!((stored.bytes, stored.sha256), (canonical.bytes, canonical.sha256));
    }
    entries
}

async fn number(site: &TestApp, sql: &str) -> i64 {
    match &site.app.db {
        Db::Sqlite { read, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(read).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(sayso::db::built(sql)).fetch_one(pool).await.unwrap(),
    }
}

async fn members(site: &TestApp) -> i64 {
    number(site, "select count(*) from members").await
}

/// A member who was brought in and has no password yet.
pub async fn brought_in(site: &TestApp, email: &str) {
    import(site, &format!("{HEADER}{email},{email},Fay,IE,2020-01-01\n")).await;
}

pub async fn invite(site: &TestApp, most: i64) -> Invited {
    let from = welcome::Site { platform: None, origin: "https://sayso.example" };
    welcome::invite(&site.app.db, from, most, site.app.clock.now()).await.unwrap()
}

/// Sends the next mail: whom it is to, and the path of the link in it.
async fn next_letter(site: &TestApp) -> Option<(String, String)> {
    let mut tx = site.app.db.begin().await.unwrap();
    let mail = outbox::claim(tx.conn(), site.app.clock.now()).await.unwrap();
    if let Some(mail) = &mail {
        outbox::sent(tx.conn(), mail.id, site.app.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mail = mail?;
    let link = mail.plain.split_whitespace().find(|word| word.contains("/welcome?key=")).unwrap();
    Some((mail.to, link[link.find("/welcome").unwrap()..].to_owned()))
}

pub async fn exported(site: &TestApp, format: Format) -> String {
    let app = &site.app;
    let work = Export {
        db: &app.db,
        rules: &app.rules,
        window_days: 30,
        now: app.present().at,
        doubt: app.present().doubt.is_some(),
        demo: false,
    };
    let mut out = Vec::new();
    let mut told = 0;
    let written = work.run(format, &mut out, |n| told = n).await.unwrap();
    assert_eq!(told, written);
    String::from_utf8(out).unwrap()
}

/// Invites everybody, and has this one set a password by their link; they are then signed in.
pub async fn invited(site: &TestApp, email: &str) -> crate::test_app::TestClient {
    invite(site, 100).await;
    loop {
        let (to, link) = next_letter(site).await.unwrap();
        if to == email {
            let visitor = site.visitor();
            visitor.get(&link).await;
            visitor.post("/api/set-first-password", &[("password", crate::test_app::PASSWORD)]).await;
            return visitor;
        }
    }
}

/// Every member as an export has them, one a line.
pub async fn exported_lines(site: &TestApp) -> Vec<serde_json::Value> {
    exported(site, Format::Ndjson).await.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
