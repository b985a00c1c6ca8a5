//! What a node says of its public log at the start, and how soon an entry is in it.

use crate::server::{Server, bare_command, until};
use sayso::log::key::LogKey;
use std::time::{Duration, Instant};

/// How many leaves the served checkpoint has.
fn size(server: &Server) -> u64 {
    let answer = server.visitor().get("/log/checkpoint").unwrap().body;
    answer.lines().nth(1).and_then(|line| line.parse().ok()).unwrap_or(0)
}

/// What `/readyz` says of the public log.
fn public_log(server: &Server) -> String {
    let ready: serde_json::Value = serde_json::from_str(&server.visitor().get("/readyz").unwrap().body).unwrap();
    ready["parts"]["public_log"].as_str().unwrap().to_owned()
}

#[test]
fn a_node_without_the_key_says_so_at_once_and_serves() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let key = LogKey::make("processes.example/log").unwrap();
    let first = Server::launch(bare_command(), &url, &[("SAYSO_LOG_KEY", &key.secret_text())]);
    let ada = first.visitor().join("ada@example.org");
    until("there is a log", Duration::from_secs(30), || (size(&first) > 0).then_some(()));
    assert_eq!(public_log(&first), "ok");
    let other = |origin: &str| {
        let key = LogKey::make(origin).unwrap().secret_text();
        Server::launch(bare_command(), &url, &[("SAYSO_LOG_KEY", &key)])
    };
    let second = other("processes.example/log");
    let missing = format!("this node does not have the key {}", key.public());
    assert!(public_log(&second).contains(&missing), "{}", public_log(&second));
    second.logs(&missing);
    second.logs("log.seen is missing in SAYSO_DATA although there is a public log");
    assert!(!first.log().contains("log.seen is missing"), "at the very first start nothing is missing");
    let third = other("elsewhere.example/log");
    let said = "this node has the key of another log, elsewhere.example/log";
    assert!(public_log(&third).contains(said), "{}", public_log(&third));
    third.logs(said);
    // They serve, and the first one adds to the log what is recorded there.
    let before = size(&first);
    let elsewhere = ada.at(second.addr);
    elsewhere.first_press().unwrap();
    until("the log has it", Duration::from_secs(30), || (size(&first) > before).then_some(()));
    std::thread::sleep(Duration::from_millis(2500));
    for (server, said) in [(&second, &*missing), (&third, said)] {
        assert!(public_log(server).contains(said));
        assert_eq!(server.log().matches(said).count(), 1, "once: {}", server.log());
    }
}

#[test]
fn an_entry_is_in_the_log_within_two_seconds_of_the_press() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::start(&url);
    let ada = server.visitor().join("ada@example.org");
    let mut choice = None;
    let mut tries: Vec<Duration> = Vec::new();
    for _ in 0..3 {
        // What was before it is in.
        let mut before = size(&server);
        until("nothing waits", Duration::from_secs(30), || {
            std::thread::sleep(Duration::from_millis(2500));
            let now = size(&server);
            (std::mem::replace(&mut before, now) == now && now > 0).then_some(())
        });
        let pressed = Instant::now();
        let answer = match choice.take() {
            None => ada.first_press().unwrap(),
            Some(last) => ada.press(last).unwrap(),
        };
        choice = answer.choice();
        until("the log has it", Duration::from_secs(30), || (size(&server) > before).then_some(()));
        tries.push(pressed.elapsed());
    }
    tries.sort_unstable();
    // The median, so that one moment of a busy machine does not count.
    assert!(tries[1] <= Duration::from_secs(2), "{tries:?}");
}

/// As `make run` has it: whoever tries Sayso sees all that a receipt can have.
#[test]
fn a_receipt_of_the_demonstration_has_the_records_of_both_standards() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::launch(bare_command(), &url, &[("SAYSO_DEMO", "1")]);
    let mut member = server.visitor();
    let form = format!("email=member%40sayso.example&password={}", sayso::serve::demo::PASSWORD);
    let answer = member.post("/api/sign-in", &form).unwrap();
    member.keep_cookie(&answer);
    let page = server.visitor().wanting_html().get("/sign-in").unwrap().body;
    assert!(page.contains("Example platform") && page.contains("https://example.com/privacy"), "{page}");
    let (id, _) = member.post("/api/set-ai-training", "wanted=denied").unwrap().choice().unwrap();
    let path = format!("/settings/privacy/entries/{id}/receipt.zip");
    let receipt = until("its receipt is there", Duration::from_secs(30), || {
        member.get(&path).filter(|answer| answer.status == 200)
    });
    for name in ["consent-record.jsonld", "consent-receipt.json"] {
        assert!(receipt.body.contains(name), "{name}");
    }
}
