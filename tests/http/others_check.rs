//! Programs that are not ours check receipts, and the consistency of any two checkpoints of a run:
//! Go's `tlog` and `note`, and `scitt-cose` in Python.

use crate::public_log::sequencer;
use crate::stories;
use crate::test_app::TestApp;
use sayso::db::Db;
use sayso::ledger::store as ledger;
use sayso::ledger::{Actor, Channel, Event, NewEntry, Purpose};
use sayso::log::prove::{self, Proved};
use sayso::log::store::{self, Which};
use sayso::time::UtcMillis;
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::commitment::{commitment, leaf};
use sayso_verify::merkle::Hash;
use sayso_verify::note::Note;
use sayso_verify::strict::to_base64;
use std::io::Write;
use std::process::{Command, Stdio};

stories![programs_of_others_check_receipts_and_every_two_checkpoints];

/// Entries of the run: `make test-long` says a hundred thousand.
fn entries() -> usize {
    std::env::var("SAYSO_OTHERS_CHECK").ok().and_then(|n| n.parse().ok()).unwrap_or(600)
}

/// Checkpoints of it, at sizes that have nothing in common.
const CHECKPOINTS: usize = 25;
/// Receipts that are checked.
const RECEIPTS: usize = 200;

async fn programs_of_others_check_receipts_and_every_two_checkpoints(site: TestApp) {
    let (all, sequencer) = (entries(), sequencer(&site));
    let mut lines = vec![serde_json::json!({"Kind": "key", "Vkey": sequencer.keys.first().public().to_string()})];
    let (mut made, mut ids, mut sizes) = (0, Vec::new(), Vec::new());
    for n in 1..=CHECKPOINTS {
        // More each time, and the last time all.
        let until = all * n * n / (CHECKPOINTS * CHECKPOINTS);
        while made < until {
            let mut tx = site.app.db.begin().await.unwrap();
            for _ in 0..(until - made).min(1_000) {
                let event = Event::Default { purpose: Purpose::Research, rule: None };
                let subject = format!("subject-{made}");
                let draft = NewEntry { subject, actor: Actor::Default, channel: Channel::Web, event };
                let now: UtcMillis = site.app.clock.now();
                ids.push(ledger::append(tx.conn(), draft, now).await.unwrap().id);
                made += 1;
            }
            tx.commit().await.unwrap();
        }
        sequencer.catch_up().await.unwrap();
        let mut reader = site.app.db.reader().await.unwrap();
        let state = store::state(reader.conn()).await.unwrap().unwrap();
        lines.push(serde_json::json!({"Kind": "checkpoint", "Checkpoint": state.checkpoint}));
        sizes.push(u64::try_from(state.size).unwrap());
    }
    let base64 = |hashes: &[Hash]| hashes.iter().map(|hash| to_base64(hash)).collect::<Vec<_>>();
    let mut reader = site.app.db.reader().await.unwrap();
    let mut pairs = 0;
    for (new, size) in sizes.iter().enumerate() {
        for (old, smaller) in sizes[..=new].iter().enumerate().filter(|(_, smaller)| **smaller > 0) {
            let hashes = prove::consistency(reader.conn(), Which::Newest, *smaller, *size).await.unwrap();
            lines.push(serde_json::json!({"Kind": "pair", "Old": old, "New": new, "Hashes": base64(&hashes)}));
            pairs += 1;
        }
    }
    let apart = (ids.len() / RECEIPTS).max(1);
    let mut receipts = 0;
    for id in ids.iter().step_by(apart).chain(ids.last()) {
        let Proved::Here(proof) = prove::entry(reader.conn(), *id).await.unwrap() else { panic!("{id}") };
        let entry = ledger::raw(reader.conn(), *id).await.unwrap().unwrap();
        let leaf = leaf(&commitment(&proof.salt, &entry.canonical));
        assert!(Checkpoint::parse(&Note::parse(&proof.checkpoint).unwrap().text).is_some());
        lines.push(serde_json::json!({
            "Kind": "receipt", "Leaf": to_base64(leaf.as_bytes()), "Index": proof.index,
            "Hashes": base64(&proof.hashes), "Checkpoint": proof.checkpoint
        }));
        receipts += 1;
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let expected = format!("checkpoints {CHECKPOINTS}, pairs {pairs}, receipts {receipts}\n");
    let python = std::env::var("SAYSO_TEST_PYTHON").expect("scripts/setup stories says where it is");
    let mut programs = vec![vec![python, "tests/others/check.py".into()]];
    // The run is the same on both databases; Go compiles for a while.
    if matches!(site.app.db, Db::Sqlite { .. }) {
        programs.push(["go", "run", "tests/others/check.go"].map(String::from).to_vec());
    }
    for program in programs {
        assert_eq!(said(&program, &text), expected, "{program:?}");
        // One that agrees with everything would have taken this as well.
        let wrong =
            lines.iter().filter(|line| line["Kind"] != "checkpoint" || line["Checkpoint"] != lines[2]["Checkpoint"]);
        let wrong: String = wrong.map(|line| format!("{line}\n")).collect();
        assert_ne!(said(&program, &wrong), expected, "{program:?}");
    }
}

/// What a program prints that reads `text`.
pub fn said(program: &[String], text: &str) -> String {
    let mut command = Command::new(&program[0]);
    command.args(&program[1..]).env("GOPATH", "/usr/share/gocode").env("GO111MODULE", "off");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|cause| panic!("{}: {cause}; scripts/setup stories installs it", program[0]));
    let mut input = child.stdin.take().unwrap();
    // It may end before it has read everything.
    let _ = input.write_all(text.as_bytes());
    drop(input);
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}
