//! `kill -9` at any moment: no acknowledged choice is lost, none appears twice, the next start
//! needs no repair.

use crate::server::{Server, choices, history};
use std::collections::BTreeSet;
use std::time::Duration;

const ROUNDS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let mut server = Server::start(&url);
    let ada = server.visitor().join("ada@example.org");
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        let ada = ada.clone().at(server.addr);
        let presses = std::thread::spawn(move || {
            let mut kept = Vec::new();
            // An old form is answered with what holds.
            let mut answer = ada.first_press();
            while let Some(held) = answer.and_then(|a| a.choice()) {
                kept.push(held.0);
                answer = ada.press(held);
            }
            kept
        });
        // Another moment in each round.
        std::thread::sleep(Duration::from_millis(120 + 37 * round as u64));
        server.kill();
        acknowledged.extend(presses.join().unwrap());
        server = Server::start(&url);
    }
    server.kill();

    assert!(acknowledged.len() > ROUNDS * 2, "only {} presses were answered", acknowledged.len());
    let stored = choices(&history(&url, "ada@example.org").await);
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    // What was under way at a kill may have been kept without an answer: one a round at most.
    assert!(stored.len() <= acknowledged.len() + ROUNDS);
}
