//! The log tells what happened and to which request, and nothing about whom.

use crate::client::{Client, PASSWORD};
use crate::server::{Server, bare_command};
use sayso::serve::demo;
use std::time::Duration;

const NEXT_PASSWORD: &str = "plumb-seven-otters-gladly";

/// A session with everything in it that a log must not repeat. Returns those secrets, and the id of
/// every request.
fn session(server: &Server) -> (Vec<String>, Vec<String>) {
    let mut ids = Vec::new();
    let mut ask = |who: &mut Client, method: &str, path: &str, form: &str| {
        let answer = who.ask(method, path, form).unwrap();
        ids.push(answer.header("x-request-id").expect("every answer has its id").to_owned());
        if answer.cookie("sayso").is_some_and(|c| c != "sayso=") {
            who.keep_cookie(&answer);
        }
        answer
    };
    let mut ada = server.visitor();
    let form = format!("name=Augusta&email=augusta%40lovelace.example&country=US&password={PASSWORD}");
    assert_eq!(ask(&mut ada, "POST", "/api/sign-up", &form).status, 200);
    let answer = ada.confirm("augusta@lovelace.example");
    let device = answer.cookie("sayso-device").expect("this device is known from now on").to_owned();
    let first_cookie = ada.cookie.clone();
    assert_eq!(ask(&mut ada, "GET", "/settings/privacy", "").status, 200);

    let mut elsewhere = server.visitor().wanting_html();
    let form = "email=augusta%40lovelace.example&password=guessed-by-somebody-else";
    assert_eq!(ask(&mut elsewhere, "POST", "/api/sign-in", form).status, 422);
    assert_eq!(
        ask(&mut elsewhere, "GET", "/sign-in?email=augusta%40lovelace.example&next=/augusta@lovelace.example", "")
            .status,
        200
    );
    let form = format!("email=augusta%40lovelace.example&password={PASSWORD}");
    assert_eq!(ask(&mut elsewhere, "POST", "/api/sign-in", &form).status, 302);

    assert_eq!(ask(&mut ada, "POST", "/api/set-ai-training", "wanted=denied").status, 200);
    assert_eq!(ask(&mut ada, "POST", "/api/set-ai-training", "wanted=augusta%40lovelace.example").status, 400);
    assert_eq!(ask(&mut ada, "POST", "/api/sign-up", "email=augusta&email=augusta%40lovelace.example&%ff").status, 400);
    let form = "name=&email=augusta%40lovelace&country=XX&password=augusta-short";
    assert_eq!(ask(&mut ada, "POST", "/api/sign-up", form).status, 422);
    let form = format!("current={PASSWORD}&password={NEXT_PASSWORD}");
    assert_eq!(ask(&mut ada, "POST", "/api/change-password", &form).status, 200);
    assert_eq!(ask(&mut ada, "GET", "/no/such/page?who=augusta@lovelace.example", "").status, 404);

    let value = |cookie: &str| cookie.split_once('=').unwrap().1.to_owned();
    let mut secrets: Vec<String> =
        ["augusta", "lovelace", PASSWORD, NEXT_PASSWORD, "guessed-by-somebody-else"].map(String::from).into();
    let cookies = [device, first_cookie, ada.cookie.clone(), elsewhere.cookie.clone()];
    secrets.extend(cookies.map(|c| value(&c)));
    (secrets, ids)
}

/// Makes every press fail, as no visitor could; the reference that a browser and a program get for
/// it.
async fn broken(server: &Server, url: &str) -> [String; 2] {
    let ada = server.visitor().join("ada@example.org");
    let sayso::db::Db::Sqlite { write, .. } = sayso::db::Db::open(url).await.unwrap() else { panic!("not SQLite") };
    sqlx::query("alter table entries rename to gone").execute(&write).await.unwrap();
    let page = ada.clone().wanting_html().first_press().unwrap();
    let place = page.header("location").unwrap();
    let reference = place.strip_prefix("/error?reference=").unwrap().to_owned();
    assert!(ada.clone().wanting_html().get(place).unwrap().body.contains(&reference));
    [reference, ada.first_press().unwrap().reference().unwrap()]
}

async fn in_form(format: &str, level: &str) -> (String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let settings = [("SAYSO_LOG_FORMAT", format), ("SAYSO_LOG", level)];
    let mut server = Server::launch(bare_command(), &url, &settings);
    let (secrets, ids) = session(&server);
    let references = broken(&server, &url).await;
    server.ask_to_stop();
    assert!(server.ended(Duration::from_secs(40)).success());
    let log = server.log();
    for secret in &secrets {
        assert!(!secret.is_empty() && !log.contains(secret.as_str()), "{secret:?} stands in the log:\n{log}");
    }
    for reference in references {
        assert!(log.contains(&reference), "the reference {reference} is not in the log:\n{log}");
    }
    (log, ids)
}

/// What is logged unless somebody asks for more or less.
const DEFAULT: &str = "info,sqlx=warn";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_text_every_request_has_a_line_with_its_id_and_none_tells_a_secret() {
    let (log, ids) = in_form("text", DEFAULT).await;
    for id in ids {
        assert!(
            log.lines().any(|line| line.contains("request{") && line.contains(&id)),
            "no line has the id {id}:\n{log}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_json_every_line_is_an_object_and_every_request_has_one_with_its_id() {
    let (log, ids) = in_form("json", DEFAULT).await;
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids_of = |line: &serde_json::Value| -> Vec<String> {
        let spans = line["spans"].as_array().into_iter().flatten();
        spans.filter_map(|span| span["id"].as_str().map(String::from)).collect()
    };
    for line in &lines {
        assert!(line.get("span").is_none(), "a span stands there twice: {line}");
    }
    let answered: Vec<_> = lines.iter().filter(|line| line["fields"]["status"].is_number()).collect();
    assert!(answered.len() >= ids.len(), "{log}");
    assert!(answered.iter().all(|line| line["fields"]["latency_ms"].as_f64().is_some_and(|ms| ms >= 0.0)), "{log}");
    let logged: Vec<String> = lines.iter().flat_map(ids_of).collect();
    for id in ids {
        assert!(logged.contains(&id), "no line has the id {id}:\n{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn even_a_talkative_log_tells_no_secret() {
    in_form("text", "debug").await;
}

/// Whoever runs this sees that a setting is wrong, and nobody fills the disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_from_another_origin_is_logged_once_a_minute_with_both_origins() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let settings = [("SAYSO_BASE_URL", "https://Privacy.example:443")];
    let mut server = Server::launch(bare_command(), &url, &settings);
    let anybody = server.visitor().wanting_html();
    let form = "email=augusta%40lovelace.example&password=hunter2";
    for origin in ["http://privacy.example:8080", "https://evil.example", "augusta lovelace", "null"] {
        assert_eq!(anybody.post_from(origin, "/api/sign-in", form).unwrap().status, 403, "{origin}");
    }
    assert_eq!(anybody.post_from("https://privacy.example", "/api/sign-in", form).unwrap().status, 422);
    server.ask_to_stop();
    assert!(server.ended(Duration::from_secs(40)).success());
    let log = server.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("refused a form from another origin")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    for said in ["https://privacy.example", "http://privacy.example:8080", "SAYSO_BASE_URL"] {
        assert!(lines[0].contains(said), "{said}: {}", lines[0]);
    }
    assert!(!log.contains("lovelace") && !log.contains("hunter2"), "{log}");
}

/// What makes a start none of production is said once each, with what to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_that_is_none_of_production_says_so_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let mut server = Server::launch(bare_command(), &url, &[("SAYSO_DEMO", "1")]);
    for _ in 0..3 {
        let request = server.visitor().request("GET", "/healthz", "", "close");
        let proxied =
            request.replace("\r\nAccept:", "\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nAccept:");
        assert_eq!(server.visitor().send(&proxied).unwrap().status, 200);
    }
    server.ask_to_stop();
    assert!(server.ended(Duration::from_secs(40)).success());
    let said = |log: &str, what: &str| {
        let lines = log.lines().filter(|line| line.contains("not a production start: ") && line.contains(what));
        lines.filter(|line| line.contains(" WARN ")).count()
    };
    let log = server.log();
    for what in [
        "SAYSO_DEMO is on",
        "SAYSO_SMTP_URL is not set",
        "SAYSO_BASE_URL is not set",
        "SAYSO_PASSWORD_BLOCKLIST is not set",
        "a request came with X-Forwarded-For while SAYSO_PROXIES is 0",
        "a request says that it came by https",
    ] {
        assert_eq!(said(&log, what), 1, "{what}:\n{log}");
    }
    assert_eq!(said(&log, ""), 6, "{log}");
    assert!(!log.contains("192.0.2.7"), "{log}");

    let stolen = folder.path().join("stolen.txt");
    std::fs::write(&stolen, "1q2w3e4r5t6y7u8i9o\n").unwrap();
    let settings = [
        ("SAYSO_BASE_URL", "https://privacy.example"),
        ("SAYSO_PASSWORD_BLOCKLIST", stolen.to_str().unwrap()),
        ("SAYSO_PROXIES", "1"),
        ("SAYSO_SECURITY_CONTACT", "mailto:security@privacy.example"),
        ("SAYSO_SMTP_URL", "smtp://127.0.0.1:9"),
        ("SAYSO_MAIL_FROM", "privacy@privacy.example"),
        ("SAYSO_PLATFORM", "Example"),
        ("SAYSO_PRIVACY_POLICY_URL", "https://example.org/privacy"),
        ("SAYSO_IMPRINT_URL", "https://example.org/imprint"),
        ("SAYSO_CONTACT", "privacy@example.org"),
        ("SAYSO_ACCESSIBILITY_URL", "https://example.org/accessibility"),
        ("SAYSO_POSTAL_ADDRESS", "1 Example Street, Dublin"),
        ("SAYSO_PHONE", "+353 1 555 0100"),
    ];
    let mut server = Server::launch(bare_command(), &url, &settings);
    server.ask_to_stop();
    assert!(server.ended(Duration::from_secs(40)).success());
    let log = server.log();
    let accounts = format!("this database has {} demonstration accounts", demo::ACCOUNTS.len() + demo::GENERATED);
    assert_eq!((said(&log, ""), said(&log, &accounts)), (1, 1), "{log}");
}
