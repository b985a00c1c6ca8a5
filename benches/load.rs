//! `make bench`: how fast the signed-in tab and the durable press are on this machine, beside two
//! yardsticks of the same run: what the disk allows (one SQLite commit after another,
//! `synchronous=FULL`) and what the HTTP stack allows (an Axum "hello").
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has nothing else to do")]

mod shared;

use shared::Client;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const SECONDS: u64 = 4;
const CONNECTIONS: [usize; 3] = [1, 16, 64];

impl Client {
    /// Signs up, and opens the link that the mail in the folder `mails` has.
    async fn sign_up(&mut self, run: &str, mails: &Path) {
        let email = format!("{run}.{}@example.org", self.member);
        let form = format!("name=Bench&email={}&country=US&password=correct-horse-battery", email.replace('@', "%40"));
        let answer = self.ask("POST", "/api/sign-up", &form).await;
        self.keep_cookie(&answer);
        let link = loop {
            match link_to(mails, &email) {
                Some(link) => break link,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        };
        self.ask("GET", &link, "").await;
        let answer = self.ask("POST", "/api/confirm", "").await;
        self.keep_cookie(&answer);
    }

    /// Presses the switch as a form would; `state` is the newest choice and whether it is on.
    async fn press(&mut self, state: &mut (String, bool)) {
        let wanted = if state.1 { "denied" } else { "allowed" };
        let answer = self.ask("POST", "/api/set-ai-training", &format!("wanted={wanted}&seen={}", state.0)).await;
        let id = answer.split_once("\"seen\":\"").unwrap_or_else(|| panic!("{answer}")).1.split_once('"').unwrap().0;
        assert_ne!(id, state.0, "the press changed nothing");
        *state = (id.to_owned(), answer.contains("{\"on\":true,\"switch\""));
    }
}

/// The path of the link in the mail to `email`, once that is there.
fn link_to(mails: &Path, email: &str) -> Option<String> {
    let files = std::fs::read_dir(mails).ok()?.filter_map(|file| Some(file.ok()?.path()));
    files.filter(|path| path.extension().is_some_and(|e| e == "eml")).find_map(|path| {
        let bytes = std::fs::read(path).ok()?;
        // Of the many that are there only one is looked at closely.
        if !bytes.windows(email.len()).any(|part| part == email.as_bytes()) {
            return None;
        }
        let mail = mail_parser::MessageParser::default().parse(&bytes)?;
        let to = mail.to()?.first()?.address()?;
        let text = mail.body_text(0).filter(|_| to == email)?;
        let at = text.find("/confirm?key=")?;
        text[at..].split_whitespace().next().map(str::to_owned)
    })
}

#[derive(Clone, Copy)]
enum Work {
    Hello,
    Tab,
    Press,
}

async fn run(addr: SocketAddr, work: Work, connections: usize, mails: &Path) -> f64 {
    let name = match work {
        Work::Hello => "hello",
        Work::Tab => "tab",
        Work::Press => "press",
    };
    let mut clients = Vec::new();
    for member in 0..connections {
        let mut client = Client::open(addr, member).await;
        if !matches!(work, Work::Hello) {
            client.sign_up(&format!("{name}{connections}"), mails).await;
        }
        clients.push(client);
    }
    // The first have waited for the last.
    for client in &mut clients {
        let cookie = std::mem::take(&mut client.cookie);
        *client = Client::open(addr, client.member).await;
        client.cookie = cookie;
    }
    let start = Instant::now();
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            tokio::spawn(async move {
                let mut times = Vec::new();
                let mut state = (String::new(), false);
                while start.elapsed() < Duration::from_secs(SECONDS) {
                    let before = Instant::now();
                    match work {
                        Work::Hello => assert!(client.ask("GET", "/", "").await.ends_with("hello")),
                        Work::Tab => {
                            assert!(client.ask("GET", "/settings/privacy", "").await.starts_with("HTTP/1.1 200"))
                        }
                        Work::Press => client.press(&mut state).await,
                    }
                    times.push(before.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize].as_secs_f64() * 1000.0;
    println!("{name:<7} {connections:>4} {rate:>10.0} {:>9.2} {:>9.2}", at(0.5), at(0.99));
    rate
}

/// One commit after another, as durable as the ledger's, on the same disk.
async fn bare_commits(folder: &std::path::Path) -> f64 {
    let url = format!("sqlite://{}/bare.db", folder.display());
    let sayso::db::Db::Sqlite { write, .. } = sayso::db::Db::open(&url).await.unwrap() else { unreachable!() };
    sqlx::query("create table t (id integer primary key, body blob)").execute(&write).await.unwrap();
    let (start, mut commits) = (Instant::now(), 0u32);
    while start.elapsed() < Duration::from_secs(SECONDS) {
        sqlx::query("insert into t (body) values ($1)").bind(vec![7u8; 500]).execute(&write).await.unwrap();
        commits += 1;
    }
    f64::from(commits) / start.elapsed().as_secs_f64()
}

fn resident_kb(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // Beside the build, so on a disk and not in memory.
    let folder = tempfile::tempdir_in(std::path::Path::new(env!("CARGO_BIN_EXE_sayso")).parent().unwrap()).unwrap();
    let bare = bare_commits(folder.path()).await;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hello_addr = listener.local_addr().unwrap();
    let hello = axum::Router::new().route("/", axum::routing::get(async || "hello"));
    tokio::spawn(async move { axum::serve(listener, hello).await });

    let began = Instant::now();
    let (mut child, addr) =
        shared::serve(&format!("sqlite://{}/sayso.db", folder.path().display()), folder.path()).await;
    let ready = began.elapsed();
    let idle = resident_kb(&child);

    println!("{:<7} {:>4} {:>10} {:>9} {:>9}", "what", "conn", "per second", "p50 ms", "p99 ms");
    let mut best = [0f64; 3];
    for (i, (work, addr)) in [(Work::Hello, hello_addr), (Work::Tab, addr), (Work::Press, addr)].into_iter().enumerate()
    {
        for connections in CONNECTIONS {
            best[i] = best[i].max(run(addr, work, connections, &folder.path().join("mail")).await);
        }
    }
    println!("\nbare SQLite commits, FULL, one after another: {bare:.0} per second");
    println!("the press is {:.2} of that; the tab is {:.3} of hello", best[2] / bare, best[1] / best[0]);
    println!("start to ready on an empty database: {} ms", ready.as_millis());
    println!("resident memory: {} MB at the start, {} MB after the load", idle / 1024, resident_kb(&child) / 1024);
    child.kill().unwrap();
    child.wait().unwrap();
}
