//! Objections filed through the form while the mail server comes and goes.

use crate::server::{Sayso, Smtp, command, free_address, post, until};
use sayso::db::Db;
use sayso::mail::store::MailState;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

const PASSWORD: &str = "correct-horse-battery";
/// What a member chooses in its place.
const OWN: &str = "plumb+seven+otters+gladly";

/// Makes an account as the command line does: without a mail that would have to be told from those
/// of the cases.
fn add_member(folder: &Path, email: &str) {
    let mut adding = command(folder)
        .args(["user", "add", "--role", "member", "--name", "Ada", "--country", "US", "--email", email])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    adding.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(adding.wait().unwrap().success());
}

/// That of the session that an answer begins.
fn cookie_of(answer: &str) -> String {
    let (_, rest) = answer.split_once("set-cookie: sayso=").unwrap_or_else(|| panic!("{answer}"));
    format!("sayso={}", rest.split(';').next().unwrap())
}

/// Somebody who files; the members among them have an account first. Answers with the number of the
/// case.
async fn files(sayso: &Sayso, n: usize, is_member: bool) -> (String, String) {
    let (address, email) = (sayso.address, format!("m{n}@example.org"));
    if is_member {
        add_member(&sayso.folder, &email);
    }
    let number = tokio::task::spawn_blocking(move || {
        let (from, mail) = (format!("10.0.{}.{}", n / 200, n % 200), format!("m{n}%40example.org"));
        let mut cookie = String::new();
        if is_member {
            let form = format!("email={mail}&password={PASSWORD}");
            let answer = post(address, &from, "", "/api/sign-in", &form).unwrap();
            cookie = cookie_of(&answer);
            let answer = post(address, &from, &cookie, "/api/set-own-password", &format!("password={OWN}")).unwrap();
            cookie = cookie_of(&answer);
        }
        let form = format!(
            "form=00000000-0000-4000-8000-{n:012}&name=Ben&email={mail}&country=IE&purposes[]=research&mode=object&language=en"
        );
        let answer = post(address, &from, &cookie, "/api/submit-objection", &form).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer.rsplit_once("\r\n").map_or("", |(_, body)| body).trim_matches('"').to_owned()
    });
    (email, number.await.unwrap())
}

async fn all(sayso: &Sayso, who: std::ops::Range<usize>) -> BTreeMap<String, String> {
    let mut filed = BTreeMap::new();
    for n in who.step_by(4) {
        let one = |n| files(sayso, n, n % 5 == 0);
        let (a, b, c, d) = tokio::join!(one(n), one(n + 1), one(n + 2), one(n + 3));
        filed.extend([a, b, c, d]);
    }
    filed
}

async fn stored(sayso: &Sayso) -> BTreeMap<String, String> {
    let Db::Sqlite { read, .. } = &sayso.db else { panic!("the test's server is on SQLite") };
    let rows: Vec<(String, String)> = sqlx::query_as("select email, number from cases").fetch_all(read).await.unwrap();
    rows.into_iter().collect()
}

fn line<'a>(mail: &'a Value, begins: &str) -> &'a str {
    mail["text"].as_str().unwrap().lines().find_map(|line| line.strip_prefix(begins)).unwrap_or_default()
}

/// What arrived, as pairs of an address and a subject.
fn arrived(smtp: &Smtp) -> Vec<(String, String)> {
    let pair =
        |mail: &Value| (mail["to"][0].as_str().unwrap().to_owned(), mail["subject"].as_str().unwrap().to_owned());
    smtp.taken().iter().map(pair).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn with_the_mail_server_stopped_in_the_middle_all_that_is_filed_is_stored_and_all_mail_arrives_once() {
    let folder = tempfile::tempdir().unwrap();
    let (address, taken) = (free_address(), folder.path().join("taken"));
    let mut smtp = Smtp::start(address, &taken, &[("SMTP_STOP_AFTER", "15")]);
    let settings = [("SAYSO_SMTP_URL", &*format!("smtp://{address}")), ("SAYSO_PROXIES", "1")];
    let sayso = Sayso::start(folder.path(), &settings).await;

    let mut filed = all(&sayso, 0..40).await;
    until("the mail server has stopped", async || smtp.child.try_wait().unwrap()).await;
    filed.extend(all(&sayso, 40..60).await);
    sayso.until_one(MailState::Waiting, "server unreachable").await;
    // Whoever has their code uses it meanwhile.
    let codes = smtp.taken().into_iter().filter(|mail| mail["subject"].as_str().unwrap().starts_with("Your code"));
    let mut verified = BTreeSet::new();
    for mail in codes {
        let email = mail["to"][0].as_str().unwrap();
        let form = format!("case={}&code={}", filed[email], line(&mail, "    "));
        let answer = post(sayso.address, "10.1.0.1", "", "/api/verify-objection", &form).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        verified.insert(email.to_owned());
    }
    assert!(!verified.is_empty());
    assert_eq!(filed.len(), 60);
    assert_eq!(stored(&sayso).await, filed);
    assert_eq!(smtp.taken().len(), 15);
    let is_member = |email: &str| email.trim_matches(|c: char| !c.is_ascii_digit()).parse::<usize>().unwrap() % 5 == 0;
    // Each member is also told that they chose a password of their own.
    let members = filed.keys().filter(|email| is_member(email)).count();
    assert_eq!(sayso.unsent().await.len(), 60 + members + verified.len() - 15);

    let smtp = Smtp::start(address, &taken, &[]);
    sayso.until_all_are_sent().await;
    let mut owed = BTreeSet::new();
    for (email, number) in &filed {
        if !is_member(email) {
            owed.insert((email.clone(), format!("Your code for objection {number}")));
        }
        if is_member(email) {
            owed.insert((email.clone(), "Your password was changed".into()));
        }
        if is_member(email) || verified.contains(email) {
            owed.insert((email.clone(), format!("We have your objection {number}")));
        }
    }
    let arrived = arrived(&smtp);
    assert_eq!(arrived.len(), owed.len(), "something arrived twice");
    assert_eq!(arrived.into_iter().collect::<BTreeSet<_>>(), owed);
    assert_eq!(smtp.ids().into_iter().collect::<BTreeSet<_>>().len(), owed.len());
    sayso.log();
}
