//! Programs that are not ours check receipts, and the consistency of any two checkpoints of a run:
//! Go's `tlog` and `note`, and `scitt-cose` in Python. They get a receipt as it is downloaded, and
//! make its leaf themselves. The `check.py` of a receipt is tried here too.

use crate::public_log::sequencer;
use crate::stories;
use crate::test_app::TestApp;
use sayso::consent::receipt;
use sayso::ledger::store as ledger;
use sayso::ledger::{Actor, Channel, Event, NewEntry, Purpose};
use sayso::log::prove;
use sayso::log::store::{self, Which};
use sayso::time::UtcMillis;
use sayso_verify::merkle::Hash;
use sayso_verify::strict::to_base64;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

stories![programs_of_others_check_receipts_and_every_two_checkpoints];

/// Entries of the run: `make test-long` says a hundred thousand.
fn entries_of_the_run() -> usize {
    std::env::var("SAYSO_OTHERS_CHECK").ok().and_then(|n| n.parse().ok()).unwrap_or(600)
}

/// Checkpoints of it, at sizes that have nothing in common.
const CHECKPOINTS: usize = 25;
/// Receipts that are checked.
const RECEIPTS: usize = 200;

async fn programs_of_others_check_receipts_and_every_two_checkpoints(site: TestApp) {
    let (all, sequencer) = (entries_of_the_run(), sequencer(&site));
    let mut lines = vec![serde_json::json!({"Kind": "key", "Vkey": sequencer.keys.first().public().to_string()})];
    let (mut made, mut entries, mut sizes) = (0, Vec::new(), Vec::new());
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
                entries.push(ledger::append(tx.conn(), draft, now).await.unwrap());
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
    let apart = (entries.len() / RECEIPTS).max(1);
    let mut receipts = 0;
    for entry in entries.iter().step_by(apart).chain(entries.last()) {
        let stored = ledger::find(reader.conn(), &entry.subject, entry.id).await.unwrap().unwrap();
        let archive = receipt::of(&site.app, reader.conn(), &stored).await.unwrap().packed().unwrap();
        lines.push(serde_json::json!({"Kind": "receipt", "Archive": to_base64(&archive)}));
        receipts += 1;
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let expected = format!("checkpoints {CHECKPOINTS}, pairs {pairs}, receipts {receipts}\n");
    let programs = [vec![python(), "tests/others/check.py".into()], vec![go()]];
    for program in programs {
        assert_eq!(said(&program, &text), expected, "{program:?}");
        // One that agrees with everything would have taken this as well.
        let wrong =
            lines.iter().filter(|line| line["Kind"] != "checkpoint" || line["Checkpoint"] != lines[2]["Checkpoint"]);
        let wrong: String = wrong.map(|line| format!("{line}\n")).collect();
        assert_ne!(said(&program, &wrong), expected, "{program:?}");
    }
}

/// The Python that `scripts/setup` has put the programs of others into.
fn python() -> String {
    std::env::var("SAYSO_TEST_PYTHON").expect("scripts/setup stories says where it is")
}

/// The program in Go, which is compiled once for the stories on both databases.
fn go() -> String {
    static GO: OnceLock<PathBuf> = OnceLock::new();
    let program = GO.get_or_init(|| {
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("others-check");
        let mut command = Command::new("go");
        command.env("GOPATH", "/usr/share/gocode").env("GO111MODULE", "off");
        let done = command.args(["build", "-o"]).arg(&program).arg("tests/others/check.go").status();
        assert!(done.expect("scripts/setup stories installs Go").success());
        program
    });
    program.to_string_lossy().into_owned()
}

/// What a program prints that reads `text`.
pub fn said(program: &[String], text: &str) -> String {
    let mut child = Command::new(&program[0])
        .args(&program[1..])
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

/// How the `check.py` in this folder ends, and what it says. It runs without any package, and
/// without what the environment could add.
pub fn check_py(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(python());
    let out = command.args(["-I", "-S"]).arg(folder.join("check.py")).args(args).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    (out.status.code(), said)
}

/// Has the files of a receipt or a pack changed in every way that `tests/others` knows, and checked
/// by their `check.py`, with this key of the log.
pub fn check_py_refuses_every_change(folder: &Path, vkey: &str) {
    let folder = folder.to_string_lossy().into_owned();
    let program = [python(), "tests/others/changed_files.py".into(), folder, vkey.to_owned()];
    let said = said(&program, "");
    assert!(said.starts_with("Every change was refused: "), "{said}");
}

#[test]
fn the_ed25519_of_check_py_agrees_with_the_standard_and_with_others() {
    let said = said(&[python(), "tests/others/ed25519.py".into()], "");
    assert_eq!(said, "vectors 5, compared 1080, weak 8\n");
}
