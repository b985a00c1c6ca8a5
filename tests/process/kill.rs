//! `kill -9` at any moment: no acknowledged choice is lost, none appears twice, the next start
//! needs no repair.

use crate::client::Client;
use crate::server::{Server, choices, history, until};
use sayso::ledger::EntryId;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// How often it is killed: `make test-long` says two hundred times.
pub fn rounds() -> usize {
    std::env::var("SAYSO_TEST_KILLS").map_or(5, |kills| kills.parse().expect("SAYSO_TEST_KILLS is a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let mut server = Server::start(&url);
    let ada = server.visitor().join("ada@example.org");
    let mut acknowledged = BTreeSet::new();
    for round in 0..rounds() {
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

    assert!(acknowledged.len() > rounds() * 2, "only {} presses were answered", acknowledged.len());
    let stored = choices(&history(&url, "ada@example.org").await);
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    // What was under way at a kill may have been kept without an answer: one a round at most.
    assert!(stored.len() <= acknowledged.len() + rounds());
}

/// Members, and how many connections each presses on at a time: entries of many are written
/// together, and several of one are decided one upon the other.
const MEMBERS: usize = 16;
const EACH: usize = 4;

/// Many who press at a time, and what each was told.
pub struct Crowd {
    members: Vec<(String, Client)>,
    acknowledged: Vec<BTreeSet<EntryId>>,
    rounds: usize,
    answered: Arc<AtomicUsize>,
}

impl Crowd {
    pub fn join(server: &Server) -> Self {
        Self::of(MEMBERS, |n| format!("member{n}@example.org"), &server.visitor())
    }

    /// Half as many under other names, at a server that puts its mails there.
    pub fn join_as(server: &Server, mails: &Path, name: &str) -> Self {
        Self::of(MEMBERS / 2, |n| format!("{name}{n}@example.org"), &Client::new(server.addr, mails))
    }

    fn of(members: usize, email: impl Fn(usize) -> String, visitor: &Client) -> Self {
        let emails = (0..members).map(email);
        let joined = emails.map(|email| (email.clone(), visitor.clone().join(&email))).collect();
        Self { members: joined, acknowledged: vec![BTreeSet::new(); members], rounds: 0, answered: Arc::default() }
    }

    /// Everybody presses at this server, which is killed at another moment in each round.
    pub fn press_until_killed(&mut self, server: Server) {
        let (enough, later) = (20 + 37 * self.rounds % 200, Duration::from_micros(731 * self.rounds as u64 % 20_000));
        let answered = self.answered.clone();
        let before = answered.load(Ordering::Relaxed);
        self.press_while(server, |server| {
            let so_many = || (answered.load(Ordering::Relaxed) >= before + enough).then_some(());
            until("enough presses are answered", Duration::from_secs(60), so_many);
            std::thread::sleep(later);
            server.kill();
        });
    }

    /// Everybody presses at this server until `end` has ended it.
    pub fn press_while(&mut self, server: Server, end: impl FnOnce(Server)) {
        let gone = Arc::new(AtomicBool::new(false));
        let members = self.members.len();
        let presses: Vec<_> = (0..members * EACH)
            .map(|n| {
                let (ada, gone) = (self.members[n % members].1.clone().at(server.addr), gone.clone());
                let answered = self.answered.clone();
                (n % members, std::thread::spawn(move || press_on(&ada, &gone, &answered)))
            })
            .collect();
        end(server);
        gone.store(true, Ordering::Relaxed);
        for (member, presses) in presses {
            self.acknowledged[member].extend(presses.join().unwrap());
        }
        self.rounds += 1;
    }

    /// Everything that was acknowledged is in the database `url`, each entry behind the one before,
    /// and hardly anything else.
    pub async fn finds_everything(&self, url: &str) {
        let all: usize = self.acknowledged.iter().map(BTreeSet::len).sum();
        assert!(all > 0, "no press was answered");
        for ((email, _), acknowledged) in self.members.iter().zip(&self.acknowledged) {
            let stored = choices(&history(url, email).await);
            let lost: Vec<_> = acknowledged.difference(&stored).collect();
            assert!(lost.is_empty(), "{email}: acknowledged and lost: {lost:?}");
            // What was under way may have been kept without an answer: one on each connection.
            assert!(stored.len() <= acknowledged.len() + EACH * self.rounds, "{email}");
        }
    }
}

/// Presses until the server is gone, also where a press fails; the ids that it acknowledged.
fn press_on(ada: &Client, gone: &AtomicBool, answered: &AtomicUsize) -> Vec<EntryId> {
    let mut kept = Vec::new();
    let mut held = None;
    while !gone.load(Ordering::Relaxed) {
        let answer = match held {
            Some(held) => ada.press(held),
            None => ada.first_press(),
        };
        let Some(answer) = answer else { break };
        if let Some(now) = answer.choice() {
            kept.push(now.0);
            answered.fetch_add(1, Ordering::Relaxed);
            held = Some(now);
        }
    }
    kept
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_many_are_written_together_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::start(&url);
    let mut crowd = Crowd::join(&server);
    let mut server = Some(server);
    for _ in 0..rounds() {
        crowd.press_until_killed(server.take().unwrap());
        server = Some(Server::start(&url));
    }
    server.unwrap().kill();
    crowd.finds_everything(&url).await;
}
