//! Asked to stop, the server answers what it has accepted, loses nothing, and is gone within a
//! bound.

use crate::client::{Client, Connection};
use crate::server::{Server, choices, history, until};
use sayso::db::Db;
use std::collections::BTreeSet;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Longer than any request may take, and than the server may take to stop.
const BOUND: Duration = Duration::from_secs(40);
const PRESS: &str = "/api/set-ai-training";
const MEMBERS: usize = 8;

fn email(n: usize) -> String {
    format!("ada{n}@example.org")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_it_answers_what_is_under_way_and_waits_for_nobody_who_says_nothing_more() {
    answers_what_is_under_way("TERM").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_terminal_asks_it_to_stop_in_the_same_way() {
    answers_what_is_under_way("HUP").await;
}

/// Begun with `nohup`, it outlives its terminal.
#[test]
fn a_closed_terminal_does_not_end_what_was_begun_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let mut begin = std::process::Command::new("sh");
    // Without standard input and output on a terminal, nohup only has the signal ignored.
    begin.args(["-c", "exec nohup \"$0\" \"$@\"", crate::server::BINARY]);
    let mut server = Server::launch(begin, &url, &[]);
    server.signal("HUP");
    std::thread::sleep(Duration::from_millis(500));
    assert!(server.is_ready(), "{}", server.log());
    server.ask_to_stop();
    assert_eq!(server.ended(BOUND).code(), Some(0));
}

async fn answers_what_is_under_way(signal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    // These tests may themselves run under nohup, and what it ignores is inherited.
    let mut command = std::process::Command::new("env");
    command.args(["--default-signal=HUP", crate::server::BINARY]);
    // Only at this level does the log say when a request has begun.
    let mut server = Server::launch(command, &url, &[("SAYSO_LOG", "info,tower_http=debug")]);
    let members: Vec<Client> = (0..MEMBERS).map(|n| server.visitor().join(&email(n))).collect();

    let mut idle = Connection::open(server.visitor());
    idle.send("GET", "/healthz", "");
    assert_eq!(idle.receive().unwrap().status, 200);
    let mut half_a_body = Connection::open(members[0].clone());
    half_a_body.send_all_but(3, PRESS, "wanted=allowed");
    let mut half_a_head = Connection::open(members[0].clone());
    half_a_head.send_all_but("\r\n\r\nwanted=allowed".len(), PRESS, "wanted=allowed");

    // While somebody else writes, every press is under way and none is done.
    let db = Db::open(&url).await.unwrap();
    let writing = db.begin().await.unwrap();
    let mut presses: Vec<Connection> = members.into_iter().map(Connection::open).collect();
    for press in &mut presses {
        press.send("POST", PRESS, "wanted=allowed");
    }
    let begun = |line: &&str| line.contains("started processing request") && line.contains(PRESS);
    until("every press is under way", Duration::from_secs(4), || {
        (server.log().lines().filter(begun).count() > MEMBERS).then_some(())
    });
    server.signal(signal);
    let asked = Instant::now();
    until("it accepts nothing more", BOUND, || TcpStream::connect(server.addr).is_err().then_some(()));
    drop(writing);
    db.close().await;

    let mut acknowledged = Vec::new();
    for press in &mut presses {
        let answer = press.receive().expect("it was accepted, and gets its answer");
        acknowledged.push(answer.choice().unwrap_or_else(|| panic!("{answer:?}")));
    }
    assert!(asked.elapsed() < Duration::from_secs(10), "the answers came late");
    assert!(idle.receive().is_none());
    let status = server.ended(BOUND.saturating_sub(asked.elapsed()));
    assert_eq!(status.code(), Some(0));
    for (n, held) in acknowledged.into_iter().enumerate() {
        assert_eq!(choices(&history(&url, &email(n)).await), BTreeSet::from([held.0]));
        assert!(held.1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_in_a_stream_of_presses_it_keeps_what_it_answered_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let mut server = Server::start(&url);
    let members: Vec<Client> = (0..MEMBERS).map(|n| server.visitor().join(&email(n))).collect();
    let answered = AtomicUsize::new(0);
    let kept: Vec<BTreeSet<_>> = std::thread::scope(|scope| {
        let streams: Vec<_> = members
            .iter()
            .map(|ada| {
                scope.spawn(|| {
                    let mut kept = BTreeSet::new();
                    let mut answer = ada.first_press();
                    while let Some(answered_now) = answer {
                        // Refused is not an answer that the stop may bring about.
                        let held = answered_now.choice().unwrap_or_else(|| panic!("{answered_now:?}"));
                        kept.insert(held.0);
                        answered.fetch_add(1, Ordering::Relaxed);
                        answer = ada.press(held);
                    }
                    kept
                })
            })
            .collect();
        until("the presses are in full swing", Duration::from_secs(30), || {
            (answered.load(Ordering::Relaxed) > 20 * MEMBERS).then_some(())
        });
        server.ask_to_stop();
        streams.into_iter().map(|stream| stream.join().unwrap()).collect()
    });
    assert_eq!(server.ended(BOUND).code(), Some(0));
    for (n, kept) in kept.into_iter().enumerate() {
        assert_eq!(choices(&history(&url, &email(n)).await), kept, "stored on the left, answered on the right");
    }
}
