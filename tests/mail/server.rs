//! The binary, and a mail server that it talks to.

use sayso::db::Db;
use sayso::mail::store::{self, MailState, Unsent};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Waits for `check` to find something.
pub async fn until<T>(what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
    let patience = Instant::now();
    loop {
        if let Some(found) = check().await {
            return found;
        }
        assert!(patience.elapsed() < Duration::from_secs(60), "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks a process to end, as an operator would.
pub fn terminate(child: &Child) {
    let asked = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status().unwrap();
    assert!(asked.success());
}

/// A mail server, and the folder with what it has taken.
pub struct Smtp {
    pub child: Child,
    pub folder: PathBuf,
}

impl Smtp {
    pub fn start(address: SocketAddr, folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new("node")
            .arg("end2end/smtp.mjs")
            .arg(address.port().to_string())
            .arg(folder)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs end2end/smtp.mjs");
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said, "ready\n", "the mail server does not start; are the npm packages installed (scripts/setup)?");
        Self { child, folder: folder.into() }
    }

    /// Everything that it answers for, as mailparser reads it.
    pub fn taken(&self) -> Vec<Value> {
        let files = fs::read_dir(&self.folder).unwrap().map(|file| file.unwrap().path());
        files.filter(|p| p.extension().is_some_and(|e| e == "json")).map(|p| read_json(&p)).collect()
    }

    pub fn ids(&self) -> Vec<String> {
        self.taken().iter().map(|mail| mail["messageId"].as_str().unwrap().to_owned()).collect()
    }
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary, serving.
pub struct Sayso {
    pub child: Child,
    pub address: SocketAddr,
    pub db: Db,
    pub folder: PathBuf,
}

pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    command
        .env("DATABASE_URL", format!("sqlite://{}/sayso.db", folder.display()))
        .env("SAYSO_DATA", folder)
        .env("SAYSO_BASE_URL", "http://privacy.example")
        .env("SAYSO_DEMO", "0")
        .env_remove("SAYSO_SMTP_URL");
    command
}

impl Sayso {
    pub async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let address = free_address();
        let child = command(folder)
            .arg("serve")
            .env("SAYSO_ADDR", address.to_string())
            .envs(settings.iter().copied())
            .stdout(fs::File::create(folder.join("said")).unwrap())
            .stderr(fs::File::options().create(true).append(true).open(folder.join("log")).unwrap())
            .spawn()
            .unwrap();
        until("the server is ready", async || get(address, "/readyz").filter(|a| a.starts_with("HTTP/1.1 200"))).await;
        let db = Db::open(&format!("sqlite://{}/sayso.db", folder.display())).await.unwrap();
        Self { child, address, db, folder: folder.into() }
    }

    pub async fn unsent(&self) -> Vec<Unsent> {
        store::unsent(self.db.reader().await.unwrap().conn()).await.unwrap()
    }

    /// Until some mail stands so.
    pub async fn until_one(&self, state: MailState, last_error: &str) -> Unsent {
        until(&format!("a mail is {state} because of {last_error}"), async || {
            let fits = |m: &Unsent| m.state == state && m.last_error.as_deref() == Some(last_error);
            self.unsent().await.into_iter().find(fits)
        })
        .await
    }

    pub async fn until_all_are_sent(&self) {
        until("all mail is sent", async || self.unsent().await.is_empty().then_some(())).await;
    }

    /// What the server wrote to its log; nothing in it names anybody or says what a mail says.
    pub fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.join("log")).unwrap();
        for secret in ["@example.org", "Your objection", "I object", "/c/1", "hunter2"] {
            assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
        }
        log
    }
}

impl Drop for Sayso {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn get(address: SocketAddr, path: &str) -> Option<String> {
    ask(address, &format!("GET {path} HTTP/1.1\r\n"), "")
}

/// Sends a form from the address `from`, with `cookie`; the whole answer.
pub fn post(address: SocketAddr, from: &str, cookie: &str, path: &str, form: &str) -> Option<String> {
    let length = form.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nAccept: application/json\r\nX-Forwarded-For: {from}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"
    );
    ask(address, &head, form)
}

fn ask(address: SocketAddr, head: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "{head}Host: {address}\r\nConnection: close\r\n\r\n{body}").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}
