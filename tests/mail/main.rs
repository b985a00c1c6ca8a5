//! The binary and a real mail server (`end2end/smtp.mjs`): nothing is lost, nothing arrives twice,
//! nobody else reads it.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod objection;
mod server;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sayso::mail::store::{self, MailId, MailState};
use sayso::mail::{Block, Letter};
use sayso::time;
use serde_json::Value;
use server::{Sayso, Smtp, command, free_address, get, terminate, until};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const WORDS: &str = "Grüße: I object to <all> of it.";

/// Puts a mail to each into the outbox of `sayso`, all in one transaction, while it runs.
async fn put(sayso: &Sayso, to: impl IntoIterator<Item = String>) -> Vec<MailId> {
    let mut tx = sayso.db.begin().await.unwrap();
    let mut ids = Vec::new();
    for to in to {
        let subject = "Your objection: fällig am 31. Dezember".into();
        let blocks =
            vec![Block::Quote(WORDS.into()), Block::Link("Your case".into(), "https://privacy.example/c/1".into())];
        let letter = Letter { to, subject, blocks };
        ids.push(store::put(tx.conn(), &letter, time::system().now()).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids
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

    let mut ids = put(&sayso, (0..60).map(|n| format!("m{n}@example.org"))).await;
    until("the mail server has stopped", async || smtp.child.try_wait().unwrap()).await;
    ids.extend(put(&sayso, (60..80).map(|n| format!("m{n}@example.org"))).await);
    sayso.until_one(MailState::Waiting, "server unreachable").await;
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
    let ids = put(&sayso, ["ada@example.org".into()]).await;
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
        format!(
            "> {WORDS}\n\nYour case:\nhttps://privacy.example/c/1\n\n\
             Please do not reply to this e-mail, because nobody reads the replies. To\nreach us, go to http://privacy.example."
        )
    );
    let html = mail["html"].as_str().unwrap();
    assert!(html.contains("Grüße: I object to &lt;all&gt; of it."), "{html}");
    assert!(mail["headers"]["content-type"].as_str().unwrap().contains("multipart/alternative"));
    let said = fs::read_to_string(folder.path().join("said")).unwrap();
    assert!(said.contains(&format!("E-mail: goes to 127.0.0.1 port {}, unencrypted", address.port())), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_there_is_given_up_and_said_and_who_was_put_off_gets_it_later() {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let smtp = Smtp::start(address, &folder.path().join("taken"), &[]);
    let sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &format!("smtp://{address}"))]).await;
    let people = ["gone", "later", "ada"].map(|name| format!("{name}@example.org"));
    let ids = put(&sayso, people).await;

    let dead = sayso.until_one(MailState::Dead, "550").await;
    assert_eq!(dead.id, ids[0]);
    until("the others have theirs", async || (sayso.unsent().await.len() == 1).then_some(())).await;
    assert_eq!(smtp.ids().into_iter().collect::<BTreeSet<_>>(), message_ids(&ids[1..]));
    let ready = get(sayso.address, "/readyz").unwrap();
    assert!(
        ready.starts_with("HTTP/1.1 200")
            && ready.contains("\"mail\":\"1 e-mail could not be delivered; see the log\""),
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
    assert!(retried.starts_with("1 e-mail is queued again"), "{retried}");
    // Given up once more, and counted afresh.
    until("it is tried again", async || sayso.log().matches("given up").nth(1).map(drop)).await;
    assert_eq!(sayso.until_one(MailState::Dead, "550").await.attempts, 1);
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
        let ids = put(&sayso, ["ada@example.org".into()]).await;
        sayso.until_one(MailState::Waiting, "server tls").await;
        assert_eq!(smtp.taken(), Vec::<Value>::new());
        assert!(sayso.log().contains("UnknownIssuer"), "{}", sayso.log());
        drop(sayso);

        // A wrong password is the operator's doing: no mail is given up for it.
        let wrong = url.replace("hunter2", "hunter3");
        let sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &wrong), ("SSL_CERT_FILE", &authority)]).await;
        sayso.until_one(MailState::Waiting, "server 535").await;
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
    put(&sayso, ["ada@example.org".into()]).await;
    sayso.until_one(MailState::Waiting, "server tls").await;
    assert_eq!(smtp.taken(), Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_end_it_finishes_the_mail_in_hand_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (address, taken) = (free_address(), folder.path().join("taken"));
    let smtp = Smtp::start(address, &taken, &[]);
    let mut sayso = Sayso::start(folder.path(), &[("SAYSO_SMTP_URL", &format!("smtp://{address}"))]).await;
    let first = put(&sayso, ["slow@example.org".into()]).await;
    until("the first is in hand", async || taken.join("held").exists().then_some(())).await;
    let second = put(&sayso, ["ada@example.org".into()]).await;
    terminate(&sayso.child);
    until("nothing is served any longer", async || get(sayso.address, "/healthz").is_none().then_some(())).await;
    assert!(sayso.child.try_wait().unwrap().is_none(), "it ended with a mail in hand");
    fs::write(taken.join("release"), "").unwrap();
    let status = until("it has ended", async || sayso.child.try_wait().unwrap()).await;
    assert!(status.success());
    assert_eq!(smtp.ids().into_iter().collect::<BTreeSet<_>>(), message_ids(&first));
    let left: Vec<_> = sayso.unsent().await.iter().map(|m| (m.id, m.state)).collect();
    assert_eq!(left, [(second[0], MailState::Waiting)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_server_mails_become_files_and_the_start_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let mut sayso = Sayso::start(folder.path(), &[]).await;
    let ids = put(&sayso, ["ada@example.org".into()]).await;
    sayso.until_all_are_sent().await;
    let mail = folder.path().join("mail");
    assert!(mail.join(format!("{}.eml", ids[0])).exists());
    assert_eq!(fs::read_dir(&mail).unwrap().count(), 1);
    let line =
        format!("E-mail: no server is configured (SAYSO_SMTP_URL), so e-mails become files in {}\n", mail.display());
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
    for (name, value) in [
        ("SAYSO_SMTP_URL", "smtp://ada:hunter2@mail.example?tls=maybe"),
        ("SAYSO_MAIL_FROM", "nobody"),
        ("SAYSO_MAIL_REPLY_TO", "nobody"),
    ] {
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
