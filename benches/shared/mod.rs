//! What the benches share: a client with a session, and the server it talks to.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A keep-alive connection of a member with a session.
pub struct Client {
    stream: TcpStream,
    pub cookie: String,
    pub member: usize,
    buffer: Vec<u8>,
}

impl Client {
    pub async fn open(addr: SocketAddr, member: usize) -> Self {
        let stream = TcpStream::connect(addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, cookie: String::new(), member, buffer: Vec::new() }
    }

    /// Sends one request and reads its whole answer.
    pub async fn ask(&mut self, method: &str, path: &str, body: &str) -> String {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\nCookie: {}\r\n\
             X-Forwarded-For: 10.0.{}.{}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.cookie,
            self.member / 250,
            self.member % 250 + 1,
            body.len()
        );
        self.stream.write_all(head.as_bytes()).await.unwrap();
        self.buffer.clear();
        let mut chunk = [0u8; 16 * 1024];
        loop {
            let n = self.stream.read(&mut chunk).await.unwrap();
            assert!(n > 0, "the server closed the connection");
            self.buffer.extend_from_slice(&chunk[..n]);
            let Some(end) = self.buffer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&self.buffer[..end]).to_lowercase();
            let whole = match head.lines().find_map(|l| l.strip_prefix("content-length: ")) {
                Some(length) => self.buffer.len() >= end + 4 + length.parse::<usize>().unwrap(),
                None => self.buffer.ends_with(b"\r\n0\r\n\r\n"),
            };
            if whole {
                return String::from_utf8_lossy(&self.buffer).into_owned();
            }
        }
    }

    /// Keeps the session of an answer.
    pub fn keep_cookie(&mut self, answer: &str) {
        let cookie =
            answer.lines().find_map(|l| l.strip_prefix("set-cookie: sayso=")).unwrap_or_else(|| panic!("{answer}"));
        self.cookie = format!("sayso={}", cookie.split(';').next().unwrap());
    }
}

/// Where a server of this database keeps what is not in it, below `folder`: the key of its public
/// log, and what it saw of it.
pub fn data_of(folder: &Path, url: &str) -> PathBuf {
    let name = url.rsplit('/').next().unwrap_or_default();
    folder.join(format!("data-{}", name.split('?').next().unwrap_or_default()))
}

/// A server of this build that runs until this is dropped.
pub struct Server {
    child: Child,
    pub addr: SocketAddr,
    /// From the start until `/readyz` was green.
    pub ready: Duration,
}

impl Server {
    /// Starts the release binary on the database `url`, with these settings beside the defaults;
    /// returns once it is ready. Its log goes to `log`.
    pub async fn start(url: &str, folder: &Path, settings: &[(&str, &str)], log: Stdio) -> Self {
        let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
        command.args(["serve"]).env("DATABASE_URL", url).env("SAYSO_ADDR", addr.to_string());
        let data = data_of(folder, url);
        std::fs::create_dir_all(&data).unwrap();
        command.env("SAYSO_DATA", data).env("SAYSO_PROXIES", "1").env("SAYSO_LOG", "error");
        // These are for the bench: the server would warn of names that it does not know.
        for (name, _) in std::env::vars() {
            if ["SAYSO_BENCH_", "SAYSO_TEST_", "SAYSO_POSTGRES_"].iter().any(|start| name.starts_with(start)) {
                command.env_remove(name);
            }
        }
        command.envs(settings.iter().copied());
        let began = Instant::now();
        let mut child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        while TcpStream::connect(addr).await.is_err() {
            assert!(child.try_wait().unwrap().is_none(), "the server has ended");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(Client::open(addr, 0).await.ask("GET", "/readyz", "").await.starts_with("HTTP/1.1 200"));
        Self { child, addr, ready: began.elapsed() }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
