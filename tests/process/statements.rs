//! How many statements a page and a press cost, counted in the log of the real binary.

use crate::client::Answer;
use crate::cluster::Cluster;
use crate::server::{Server, bare_command};

/// The lines of sqlx, one for each statement.
const LOG: [(&str, &str); 2] = [("SAYSO_LOG", "error,sayso=info,sqlx::query=debug"), ("SAYSO_LOG_FORMAT", "json")];

/// How many statements this request cost. The log is written a moment later than the answer.
fn cost(server: &Server, answer: &Answer) -> usize {
    let id = answer.header("x-request-id").expect("every answer has its id").to_owned();
    std::thread::sleep(std::time::Duration::from_millis(100));
    let log = server.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("sqlx::query") && line.contains(&id)).collect();
    println!("{}", lines.join("\n"));
    lines.len()
}

fn on(url: &str) {
    let server = Server::launch(bare_command(), url, &[LOG[0], LOG[1], ("SAYSO_DEMO", "1")]);
    let ada = server.visitor().join("ada@example.org");
    let tab = || ada.clone().wanting_html().get("/settings/privacy").unwrap();
    // The first visit delivers a notice.
    let first = tab();
    assert!(first.body.contains("New: please read this"));
    assert!(cost(&server, &first) <= 7, "a first visit: {}", cost(&server, &first));
    let again = tab();
    assert!(again.body.contains("Please read this"));
    assert_eq!(cost(&server, &again), 2, "a visit: the session and its account, and what is known");
    let press = ada.first_press().unwrap();
    let (id, on) = press.choice().expect("it is recorded");
    assert_eq!(cost(&server, &press), 3, "a press: the same two, and the entry");
    let wanted = if on { "denied" } else { "allowed" };
    let form = format!("wanted={wanted}&seen={id}");
    let press = ada.clone().wanting_html().post("/api/set-ai-training", &form).unwrap();
    assert_eq!(press.status, 302);
    assert_eq!(cost(&server, &press), 3, "the same as a plain form");
    let stale = ada.post("/api/set-ai-training", &form).unwrap();
    assert_eq!(cost(&server, &stale), 2, "what changes nothing writes nothing");
    let decided = tab();
    assert!(!decided.body.contains("lease read this"));
    assert_eq!(cost(&server, &decided), 2);
}

#[test]
fn a_visit_costs_two_statements_and_a_press_three_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    on(&format!("sqlite://{}/sayso.db", folder.path().display()));
}

#[test]
fn a_visit_costs_two_statements_and_a_press_three_on_postgresql() {
    let cluster = Cluster::start(&[]);
    on(&cluster.url());
}
