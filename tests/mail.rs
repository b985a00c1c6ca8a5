//! The binary and a real mail server (`end2end/smtp.mjs`): nothing is lost, nothing arrives twice, nobody else reads it.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sayso::db::Db;
use sayso::mail::store::{self, MailId, State, Unsent};
use sayso::mail::{Block, Letter};
use sayso::time::Clock;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const WORDS: &str = "Grüße: I object to <all> of it.";

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Waits for `check` to find something.
async fn until<T>(what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
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
fn terminate(child: &Child) {
    let asked = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status().unwrap();
    assert!(asked.success());
}

/// A mail server, and the folder with what it has taken.
struct Smtp {
    child: Child,
    folder: PathBuf,
}

impl Smtp {
    fn start(address: SocketAddr, folder: &Path, settings: &[(&str, &str)]) -> Self {
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
    fn taken(&self) -> Vec<Value> {
        let files = fs::read_dir(&self.folder).unwrap().map(|file| file.unwrap().path());
        files.filter(|p| p.extension().is_some_and(|e| e == "json")).map(|p| read_json(&p)).collect()
    }

    fn ids(&self) -> Vec<String> {
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
struct Sayso {
    child: Child,
    address: SocketAddr,
    db: Db,
    folder: PathBuf,
}

fn command(folder: &Path) -> Command {
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
    async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
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

    /// Puts a mail to each into the outbox, all in one transaction, while the server runs.
    async fn put(&self, to: impl IntoIterator<Item = String>) -> Vec<MailId> {
        let mut tx = self.db.begin().await.unwrap();
        let mut ids = Vec::new();
        for to in to {
            let subject = "Your objection: fällig am 31. Dezember".into();
            let blocks =
                vec![Block::Quote(WORDS.into()), Block::Link("Your case".into(), "https://privacy.example/c/1".into())];
            let letter = Letter { to, subject, blocks };
            ids.push(store::put(tx.conn(), &letter, Clock::system().now()).await.unwrap());
        }
        tx.commit().await.unwrap();
        ids
    }

    async fn unsent(&self) -> Vec<Unsent> {
        store::unsent(self.db.reader().await.unwrap().conn()).await.unwrap()
    }

    /// Until some mail stands so.
    async fn until_one(&self, state: State, last_error: &str) -> Unsent {
        until(&format!("a mail is {state} because of {last_error}"), async || {
            let fits = |m: &Unsent| m.state == state && m.last_error.as_deref() == Some(last_error);
            self.unsent().await.into_iter().find(fits)
        })
        .await
    }

    async fn until_all_are_sent(&self) {
        until("all mail is sent", async || self.unsent().await.is_empty().then_some(())).await;
    }

    /// What the server wrote to its log; nothing in it names anybody or says what a mail says.
    fn log(&self) -> String {
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

fn get(address: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

fn message_ids(ids: &[MailId]) -> BTreeSet<String> {
    ids.iter().map(|id| format!("<{id}@privacy.example>")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_stopped_in_the_middle_gets_every_mail_exactly_once_after_it_returns() {
    let folder = tempfile::tempdir().unwrap();
    let (address, taken) = (free_address(), folder.path().join("taken"));
    let mut smtp = Smtp::start(address, &taken, &[("SMTP_STOP_AFTER", "20")]);
    let sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &format!("smtp://{address}"))]).await;

    let mut ids = sayso.put((0..60).map(|n| format!("m{n}@example.org"))).await;
    until("the mail server has stopped", async || smtp.child.try_wait().unwrap()).await;
    ids.extend(sayso.put((60..80).map(|n| format!("m{n}@example.org"))).await);
    sayso.until_one(State::Waiting, "server unreachable").await;
    assert_eq!(smtp.taken().len(), 20);
    assert_eq!(sayso.unsent().await.len(), 60);
    // Meanwhile the pages are there.
    assert!(get(sayso.address, "/sign-in").unwrap().starts_with("HTTP/1.1 200"));

    let smtp = Smtp::start(address, &taken, &[]);
    sayso.until_all_are_sent().await;
    let arrived = smtp.ids();
    assert_eq!(arrived.len(), 80);
    assert_eq!(arrived.into_iter().collect::<BTreeSet<_>>(), message_ids(&ids));
    sayso.log();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_arrives_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let smtp = Smtp::start(address, &folder.path().join("taken"), &[]);
    let url = format!("smtp://{address}");
    let sayso =
        Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &url), ("SAYSO_MAIL_FROM", "Ämter <office@privacy.example>")])
            .await;
    let ids = sayso.put(["ada@example.org".into()]).await;
    sayso.until_all_are_sent().await;

    let [mail] = &smtp.taken()[..] else { panic!("one mail") };
    assert_eq!(mail["messageId"], format!("<{}@privacy.example>", ids[0]));
    assert_eq!(mail["subject"], "Your objection: fällig am 31. Dezember");
    assert_eq!(mail["from"], "\"Ämter\" <office@privacy.example>");
    assert_eq!(mail["to"], serde_json::json!(["ada@example.org"]));
    assert_eq!(mail["hello"], "privacy.example");
    assert_eq!(mail["headers"]["auto-submitted"], "Auto-Submitted: auto-generated");
    assert_eq!(
        mail["text"].as_str().unwrap().trim_end(),
        format!("> {WORDS}\n\nYour case:\nhttps://privacy.example/c/1")
    );
    let html = mail["html"].as_str().unwrap();
    assert!(html.contains("Grüße: I object to &lt;all&gt; of it."), "{html}");
    assert!(mail["headers"]["content-type"].as_str().unwrap().contains("multipart/alternative"));
    let said = fs::read_to_string(folder.path().join("said")).unwrap();
    assert!(said.contains(&format!("Mail: goes to 127.0.0.1 port {}, unencrypted", address.port())), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_there_is_given_up_and_said_and_who_was_put_off_gets_it_later() {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let smtp = Smtp::start(address, &folder.path().join("taken"), &[]);
    let sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &format!("smtp://{address}"))]).await;
    let people = ["gone", "later", "ada"].map(|name| format!("{name}@example.org"));
    let ids = sayso.put(people).await;

    let dead = sayso.until_one(State::Dead, "550").await;
    assert_eq!(dead.id, ids[0]);
    until("the others have theirs", async || (sayso.unsent().await.len() == 1).then_some(())).await;
    assert_eq!(smtp.ids().into_iter().collect::<BTreeSet<_>>(), message_ids(&ids[1..]));
    let ready = get(sayso.address, "/readyz").unwrap();
    assert!(
        ready.starts_with("HTTP/1.1 200") && ready.ends_with("ready\n1 mail could not be delivered; see the log\n"),
        "{ready}"
    );
    let log = sayso.log();
    let line = log.lines().find(|line| line.contains("given up")).unwrap();
    assert!(line.contains("ERROR") && line.contains(&dead.id.to_string()) && line.contains("550"), "{line}");

    let list = said(command(folder.path()).args(["mail", "list"]));
    assert!(
        list.starts_with(&dead.id.to_string()) && list.contains("dead") && list.contains("1 attempts  550"),
        "{list}"
    );
    assert!(!list.contains("example.org") && list.lines().count() == 1, "{list}");
    let retried = said(command(folder.path()).args(["mail", "retry", &dead.id.to_string()]));
    assert!(retried.starts_with("1 mail will be sent again"), "{retried}");
    // Given up once more, and counted afresh.
    until("it is tried again", async || sayso.log().matches("given up").nth(1).map(drop)).await;
    assert_eq!(sayso.until_one(State::Dead, "550").await.attempts, 1);
    let refused = command(folder.path()).args(["mail", "retry", &ids[1].to_string()]).output().unwrap();
    assert!(!refused.status.success(), "a mail that was sent cannot be sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_nobody_vouches_for_gets_nothing_and_one_that_is_trusted_gets_it_encrypted() {
    for (tls, url) in [
        ("smtps", "smtps://ada:hunter2@localhost:PORT"),
        ("starttls", "smtp://ada:hunter2@localhost:PORT?tls=required"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let [authority, certificate, key] = certificates(folder.path());
        let address = free_address();
        let settings =
            [("SMTP_TLS", tls), ("SMTP_KEY", &key), ("SMTP_CERT", &certificate), ("SMTP_USER", "ada:hunter2")];
        let smtp = Smtp::start(address, &folder.path().join("taken"), &settings);
        let url = url.replace("PORT", &address.port().to_string());

        let sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &url)]).await;
        let ids = sayso.put(["ada@example.org".into()]).await;
        sayso.until_one(State::Waiting, "server tls").await;
        assert_eq!(smtp.taken(), Vec::<Value>::new());
        assert!(sayso.log().contains("UnknownIssuer"), "{}", sayso.log());
        drop(sayso);

        // A wrong password is the operator's doing: no mail is given up for it.
        let wrong = url.replace("hunter2", "hunter3");
        let sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &wrong), ("SSL_CERT_FILE", &authority)]).await;
        sayso.until_one(State::Waiting, "server 535").await;
        drop(sayso);

        let sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &url), ("SSL_CERT_FILE", &authority)]).await;
        sayso.until_all_are_sent().await;
        assert_eq!(smtp.ids().into_iter().collect::<BTreeSet<_>>(), message_ids(&ids));
        assert_eq!(smtp.taken()[0]["secure"], true, "{tls}");
        sayso.log();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_gets_nothing_where_tls_is_required() {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let smtp = Smtp::start(address, &folder.path().join("taken"), &[]);
    let url = format!("smtp://localhost:{}?tls=required", address.port());
    let sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &url)]).await;
    sayso.put(["ada@example.org".into()]).await;
    sayso.until_one(State::Waiting, "server tls").await;
    assert_eq!(smtp.taken(), Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_end_it_finishes_the_mail_in_hand_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (address, taken) = (free_address(), folder.path().join("taken"));
    let smtp = Smtp::start(address, &taken, &[]);
    let mut sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &format!("smtp://{address}"))]).await;
    let first = sayso.put(["slow@example.org".into()]).await;
    until("the first is in hand", async || taken.join("held").exists().then_some(())).await;
    let second = sayso.put(["ada@example.org".into()]).await;
    terminate(&sayso.child);
    until("nothing is served any longer", async || get(sayso.address, "/healthz").is_none().then_some(())).await;
    assert!(sayso.child.try_wait().unwrap().is_none(), "it ended with a mail in hand");
    fs::write(taken.join("release"), "").unwrap();
    let status = until("it has ended", async || sayso.child.try_wait().unwrap()).await;
    assert!(status.success());
    assert_eq!(smtp.ids().into_iter().collect::<BTreeSet<_>>(), message_ids(&first));
    let left: Vec<_> = sayso.unsent().await.iter().map(|m| (m.id, m.state)).collect();
    assert_eq!(left, [(second[0], State::Waiting)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_server_mails_become_files_and_the_start_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let mut sayso = Sayso::start(folder.path(), &[]).await;
    let ids = sayso.put(["ada@example.org".into()]).await;
    sayso.until_all_are_sent().await;
    let mail = folder.path().join("mail");
    assert!(mail.join(format!("{}.eml", ids[0])).exists());
    assert_eq!(fs::read_dir(&mail).unwrap().count(), 1);
    let line = format!("Mail: no server is set (SAYSO_SMTP_URL); messages are put into {}\n", mail.display());
    assert!(fs::read_to_string(folder.path().join("said")).unwrap().contains(&line));

    // And they are nowhere else: not in what the database has of its own on the disk either.
    terminate(&sayso.child);
    assert!(until("it has ended", async || sayso.child.try_wait().unwrap()).await.success());
    sayso.db.close().await;
    let stored = fs::read(folder.path().join("sayso.db")).unwrap();
    let has = |words: &str| stored.windows(words.len()).any(|bytes| bytes == words.as_bytes());
    assert!(has(&ids[0].to_string()), "the mail's id is not in the file that was looked at");
    for erased in ["ada@example.org", "I object", "/c/1"] {
        assert!(!has(erased), "{erased} is still in the database's file");
    }
    assert!(!folder.path().join("sayso.db-wal").exists());
}

#[test]
fn a_wrong_setting_stops_the_start_and_repeats_no_password() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in
        [("SAYSO_SMTP_URL", "smtp://ada:hunter2@mail.example?tls=maybe"), ("SAYSO_MAIL_FROM", "nobody")]
    {
        let Output { status, stderr, .. } = command(folder.path()).arg("serve").env(name, value).output().unwrap();
        let said = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && said.contains(name) && said.contains("accepted:"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let help = said(
        command(folder.path()).args(["serve", "--help"]).env("SAYSO_SMTP_URL", "smtps://ada:hunter2@mail.example"),
    );
    assert!(help.contains("SAYSO_SMTP_URL") && !help.contains("hunter2"), "{help}");
}

fn said(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// An authority of our own, and the certificate and key that it gives to localhost; as PEM files.
fn certificates(folder: &Path) -> [String; 3] {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    [("authority.pem", authority.pem()), ("server.pem", server.pem()), ("key.pem", key.serialize_pem())].map(
        |(name, pem)| {
            let path = folder.join(name);
            fs::write(&path, pem).unwrap();
            path.to_str().unwrap().to_owned()
        },
    )
}
