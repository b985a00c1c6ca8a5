//! The public log: what is served of it, and that it has every entry.

use crate::others_check::{check_py, check_py_refuses_every_change};
use crate::stories;
use crate::test_app::TestApp;
use http::StatusCode;
use sayso::account::store::by_email;
use sayso::ledger::store as ledger;
use sayso::log::key::LogKey;
use sayso::log::prove::{self, Proved};
use sayso::log::seen::Seen;
use sayso::log::sequencer::{Batch, Sequencer};
use sayso::log::store::{self, Which};
use sayso_verify::archive::unpack;
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::commitment::{commitment, leaf};
use sayso_verify::merkle::{Tree, extends, leaf_hash, root_of};
use sayso_verify::note::Note;
use sayso_verify::policy::Policy;
use sayso_verify::proof::Proof;
use sayso_verify::receipt::{NOTICE, Refused, Trust, check, check_files};

stories![
    each_entry_gets_a_leaf_that_its_receipt_proves,
    a_receipt_is_downloaded_and_checked_by_programs_of_others,
    the_log_only_grows,
    entries_say_their_place_and_fix_the_one_before,
    entries_from_before_the_log_get_their_leaves_too,
    two_nodes_make_one_log,
    only_what_is_published_is_served,
    leaves_stay,
    the_log_is_explained_to_people,
];

const ORIGIN: &str = "privacy.example/log";

/// Gives entries their leaves, with the same key each time.
pub fn sequencer(site: &TestApp) -> Sequencer {
    let key = LogKey::parse(&key()).unwrap();
    Sequencer { db: site.app.db.clone(), clock: site.app.clock.clone(), keys: key.into(), seen: Seen::default() }
}

/// The same key each time.
pub fn key() -> String {
    static KEY: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    KEY.get_or_init(|| LogKey::make(ORIGIN).unwrap().secret_text()).clone()
}

/// The newest checkpoint as everybody gets it, with its signature checked.
async fn served(site: &TestApp) -> Tree {
    let answer = site.visitor().get("/log/checkpoint").await;
    assert_eq!(answer.status, StatusCode::OK);
    let note = Note::parse(&answer.body).unwrap();
    let key = LogKey::parse(&key()).unwrap().public().clone();
    assert_eq!(note.signed_by(&[key]).unwrap().len(), 1);
    let checkpoint = Checkpoint::parse(&note.text).unwrap();
    assert_eq!(checkpoint.origin, ORIGIN);
    checkpoint.tree
}

pub async fn all(site: &TestApp, email: &str) -> Vec<sayso::ledger::Entry> {
    let mut reader = site.app.db.reader().await.unwrap();
    let member = by_email(reader.conn(), email).await.unwrap().unwrap();
    ledger::of_subject(reader.conn(), &member.subject).await.unwrap()
}

async fn each_entry_gets_a_leaf_that_its_receipt_proves(site: TestApp) {
    assert_eq!(site.visitor().get("/log/checkpoint").await.status, StatusCode::NOT_FOUND);
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    let entries = all(&site, "ada@example.org").await;
    let mut reader = site.app.db.reader().await.unwrap();
    let last = entries.last().unwrap();
    assert!(matches!(prove::entry(reader.conn(), last.id).await.unwrap(), Proved::NotYet));
    drop(reader);
    assert!(sequencer(&site).catch_up().await.unwrap() >= entries.len());
    let tree = served(&site).await;
    let mut reader = site.app.db.reader().await.unwrap();
    for entry in entries {
        let Proved::Here(proof) = prove::entry(reader.conn(), entry.id).await.unwrap() else { panic!("{entry:?}") };
        let Proof { salt, index, hashes, .. } = Proof::parse(&proof.to_string()).unwrap();
        let leaf = leaf(&commitment(&salt, &entry.canonical().bytes));
        assert_eq!(root_of(leaf_hash(leaf.as_bytes()), index, tree.size, &hashes), Some(tree.root));
        // It stands in the bundle that monitors read.
        let bundle = site.visitor().get(&format!("/log/tile/entries/000.p/{}", tree.size)).await;
        let bundle = String::from_utf8_lossy(&bundle.bytes);
        assert!(bundle.contains(&leaf), "leaf {index}");
        assert!(!bundle.contains(&entry.id.to_string()) && !bundle.contains(&entry.subject));
    }
}

/// By our own checker, and by the Python in the archive, which shares nothing with it.
async fn a_receipt_is_downloaded_and_checked_by_programs_of_others(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    let entries = all(&site, "ada@example.org").await;
    let choice = entries.last().unwrap();
    let page = format!("/settings/privacy/entries/{}", choice.id);
    ada.get(&page).await.says("It gets into our public log within seconds.");
    assert_eq!(ada.get(&format!("{page}/receipt.zip")).await.location(), page, "which says so");
    sequencer(&site).catch_up().await.unwrap();
    let shown = ada.get(&page).await;
    shown.says("in our public log");
    assert_eq!(shown.attribute("a[download]", "href"), format!("{page}/receipt.zip"));
    let file = ada.get(&format!("{page}/receipt.zip")).await;
    assert_eq!(file.header("content-type"), "application/zip");
    assert_eq!(
        file.header("content-disposition"),
        format!("attachment; filename=\"receipt-{}.zip\"", choice.id.receipt())
    );
    // Nobody else gets it.
    let eve = site.member("eve@example.org", "US").await;
    assert_eq!(eve.get(&format!("{page}/receipt.zip")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.visitor().get(&format!("{page}/receipt.zip")).await.status, StatusCode::FOUND);

    let key = LogKey::parse(&key()).unwrap().public().clone();
    let bytes = &file.bytes[..];
    assert_eq!(check(bytes, None).unwrap().trust, Trust::TheReceipt);
    let verdict = check(bytes, Some(&Policy::of_log(key.clone()))).unwrap();
    assert_eq!((verdict.trust, verdict.has_notice), (Trust::Elsewhere, true));
    assert_eq!(verdict.entry.choice.as_deref(), Some("denied"));

    let folder = tempfile::tempdir().unwrap();
    for part in unpack(bytes).unwrap() {
        std::fs::write(folder.path().join(part.name), part.bytes).unwrap();
    }
    let (code, said) = check_py(folder.path(), &[]);
    assert!(code == Some(2) && said.contains("Not proved yet") && said.contains("choice: denied"), "{said}");
    let (code, said) = check_py(folder.path(), &["--vkey", &key.to_string()]);
    assert!(code == Some(0) && said.contains("Proved, by the key"), "{said}");
    // Whole lines of the page of keys, and quotes that a terminal has left, do no harm.
    let line = format!("'{key} 1 {}'", verdict.checkpoint.tree.size);
    assert_eq!(check_py(folder.path(), &["--vkey", &line]).0, Some(0));
    check_py_refuses_every_change(folder.path(), &key.to_string());
    let entry = folder.path().join("entry.json");
    let forged = std::fs::read_to_string(&entry).unwrap().replace("denied", "allowed");
    std::fs::write(&entry, forged).unwrap();
    let (code, said) = check_py(folder.path(), &[]);
    assert!(code == Some(1) && said.contains("does not stand in this log"), "{said}");

    // The entry names a notice, so its text has to be there.
    let mut files = unpack(bytes).unwrap();
    files.retain(|file| file.name != NOTICE);
    let folder = tempfile::tempdir().unwrap();
    for part in &files {
        std::fs::write(folder.path().join(&part.name), &part.bytes).unwrap();
    }
    let (code, said) = check_py(folder.path(), &[]);
    assert!(code == Some(1) && said.contains("notice.txt is missing: the entry names a notice"), "{said}");
    assert_eq!(check_files(&files, None).unwrap_err(), Refused::NoNotice);
}

async fn the_log_only_grows(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    let mut trees = Vec::new();
    for press in ["denied", "allowed", "denied"] {
        ada.press(press).await;
        sequencer(&site).catch_up().await.unwrap();
        trees.push(served(&site).await);
        // Nothing new is nothing signed.
        assert_eq!(sequencer(&site).catch_up().await.unwrap(), 0);
        assert_eq!(Some(&served(&site).await), trees.last());
    }
    let mut reader = site.app.db.reader().await.unwrap();
    for (i, new) in trees.iter().enumerate() {
        for old in &trees[..=i] {
            let hashes = prove::consistency(reader.conn(), Which::Newest, old.size, new.size).await.unwrap();
            assert!(extends(*new, *old, &hashes), "{} to {}", old.size, new.size);
        }
    }
    let keys = site.visitor().get("/log/keys").await.body;
    let expected = format!("{} {} {}\n", LogKey::parse(&key()).unwrap().public(), trees[0].size, trees[2].size);
    assert_eq!(keys, expected);
}

async fn entries_say_their_place_and_fix_the_one_before(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    ada.press("allowed").await;
    sequencer(&site).catch_up().await.unwrap();
    ada.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    let entries = all(&site, "ada@example.org").await;
    let mut reader = site.app.db.reader().await.unwrap();
    let mut before = None;
    for (i, entry) in entries.iter().enumerate() {
        assert_eq!((entry.version, entry.position), (5, i64::try_from(i).ok().map(|i| i + 1)));
        assert_eq!(entry.previous_leaf, before);
        let leaf = store::leaf_of(reader.conn(), entry.id).await.unwrap().unwrap();
        before = Some(sayso_verify::strict::to_base64(&leaf.commitment));
    }
    assert!(entries.len() >= 5, "{}", entries.len());
}

async fn entries_from_before_the_log_get_their_leaves_too(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    // As a migration finds them: nothing in the queue, and a span that was there before.
    site.tamper("delete from log_queue").await.unwrap();
    let span = "insert into log_backfill (only_one, after_id, until_id) select 1, '', max(id) from entries";
    site.tamper(span).await.unwrap();
    site.tamper("delete from subject_secrets").await.unwrap();
    site.pass(1000);
    ada.press("allowed").await;
    sequencer(&site).catch_up().await.unwrap();
    let mut reader = site.app.db.reader().await.unwrap();
    for entry in all(&site, "ada@example.org").await {
        assert!(store::leaf_of(reader.conn(), entry.id).await.unwrap().is_some(), "{entry:?}");
    }
    assert!(!store::is_behind(reader.conn()).await.unwrap());
}

async fn two_nodes_make_one_log(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    let [one, two] = [sequencer(&site), sequencer(&site)];
    for press in ["denied", "allowed", "denied", "allowed"] {
        ada.press(press).await;
        let (first, second) = tokio::join!(one.batch(), two.batch());
        for batch in [first.unwrap(), second.unwrap()] {
            assert!(matches!(batch, Batch::Done(_) | Batch::Elsewhere));
        }
    }
    one.catch_up().await.unwrap();
    let tree = served(&site).await;
    let mut reader = site.app.db.reader().await.unwrap();
    let commitments = store::commitments(reader.conn(), 0, 1000).await.unwrap();
    assert_eq!(commitments.len() as u64, tree.size);
    let mut edge = sayso::log::tree::Edge::default();
    edge.grow(&commitments.iter().map(|made| leaf_hash(leaf(made).as_bytes())).collect::<Vec<_>>());
    assert_eq!(edge.root(), tree.root, "the leaves, one after the other, are the tree");
}

async fn only_what_is_published_is_served(site: TestApp) {
    site.publish(1).await;
    site.member("ada@example.org", "US").await.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    let size = served(&site).await.size;
    let visitor = site.visitor();
    let tile = visitor.get(&format!("/log/tile/0/000.p/{size}")).await;
    assert_eq!(tile.status, StatusCode::OK);
    assert_eq!(tile.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(tile.header("content-type"), "application/octet-stream");
    for path in [format!("0/000.p/{}", size + 1), "0/000".into(), "1/000.p/1".into(), "0/001.p/1".into(), "x".into()] {
        let answer = visitor.get(&format!("/log/tile/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let checkpoint = visitor.get("/log/checkpoint").await;
    assert_eq!(checkpoint.header("cache-control"), "public, max-age=1");
    assert_eq!(checkpoint.header("content-type"), "text/plain; charset=utf-8");
}

async fn leaves_stay(site: TestApp) {
    site.publish(1).await;
    sequencer(&site).catch_up().await.unwrap();
    for sql in ["update log_leaves set leaf = leaf + 1000", "delete from log_leaves"] {
        let refused = site.tamper(sql).await.unwrap_err();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
}

async fn the_log_is_explained_to_people(site: TestApp) {
    let visitor = site.visitor();
    visitor.get("/log").await.is_page("Our public log").says("The log is empty.");
    visitor.get("/log/check").await.is_page("Check a receipt").says("python3 check.py --vkey 'KEY'");
    site.publish(1).await;
    site.member("ada@example.org", "US").await.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    let key = LogKey::parse(&key()).unwrap().public().clone();
    let page = visitor.get("/log").await;
    page.says(&format!("{} records", served(&site).await.size));
    page.says(&key.fingerprint());
    page.says(ORIGIN);
    for path in ["/log/checkpoint", "/log/keys", "/log/check"] {
        assert!(page.links("/log").contains(&path.to_owned()), "{path}");
        assert_eq!(visitor.get(path).await.status, StatusCode::OK);
    }
    let page = visitor.get("/log/check").await;
    page.says(&format!("python3 check.py --vkey '{key}'"));
    page.says(&key.fingerprint());
    // Only a script can check there, and only a script shows that part.
    assert!(page.has("#checking[hidden]"));
}
