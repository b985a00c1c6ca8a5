//! A database that was restored from a backup: nothing is added to its log, and once the loss is
//! accepted, nobody is on by what was said before.

use crate::clock::exported;
use crate::public_log::{all, key, sequencer};
use crate::stories;
use crate::test_app::{TestApp, another_probe};
use crate::whole_record::{each_is_named, hex, verify};
use http::StatusCode;
use sayso::ledger::{Entry, Kind};
use sayso::log::key::LogKey;
use sayso::log::rollback;
use sayso::log::seen::{RolledBack, Seen, SeenError};
use sayso::log::sequencer::{NotAdded, Sequencer};
use sayso::log::store::{self, State, Which};
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::merkle::Tree;
use sayso_verify::note::Note;
use sayso_verify::policy::Policy;
use sayso_verify::receipt::{Trust, check};
use std::path::Path;

stories![
    a_log_that_is_behind_stops_and_readyz_says_how_many_are_missing,
    a_log_that_went_on_from_a_backup_stops_too,
    after_the_loss_nobody_is_on_until_they_choose_anew,
    a_new_log_begins_and_receipts_of_both_verify,
    a_log_that_has_ended_is_not_changed_unseen,
];

async fn state(site: &TestApp) -> State {
    store::state(site.app.db.reader().await.unwrap().conn()).await.unwrap().unwrap()
}

/// As if this folder had seen `more` leaves after those that the database has, or another root.
async fn has_seen(site: &TestApp, folder: &Path, more: i64) -> Seen {
    let known = state(site).await;
    let key = LogKey::parse(&key()).unwrap();
    let size = known.size + more;
    let tree = Tree { size: u64::try_from(size).unwrap(), root: [7; 32] };
    let checkpoint = key.sign(Checkpoint { origin: known.origin.clone(), tree }.to_string()).to_string();
    let seen = Seen::open(folder).unwrap();
    seen.keep(&State { size, checkpoint, ..known }).unwrap();
    seen
}

/// What `sayso log accept-rollback --yes` does.
async fn accept(site: &TestApp, folder: &Path, seen: &Seen) -> (Entry, Sequencer) {
    let loss = rollback::find(&site.app.db, seen).await.unwrap().expect("something is lost");
    let keys = rollback::key(Some(&key()), folder, &loss.next).unwrap();
    let sequencer = Sequencer { db: site.app.db.clone(), clock: site.app.clock.clone(), keys, seen: seen.clone() };
    let mut tx = site.app.db.begin().await.unwrap();
    let accepted = rollback::accept(&mut tx, &sequencer, &loss, site.app.clock.now(), |_| {}).await;
    let (entry, begun) = accepted.unwrap();
    tx.commit().await.unwrap();
    seen.keep(&begun).unwrap();
    (entry, sequencer)
}

async fn a_log_that_is_behind_stops_and_readyz_says_how_many_are_missing(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let site = site.with_flags(&["--data", folder.path().to_str().unwrap(), "--log-key", &key()]).await;
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    let seen = sayso::log::seen(&site.app.db, &site.app.config).await.unwrap();
    let mut scribe = sayso::log::begin(&site.app, seen.clone()).await.unwrap();
    let mut waiting = None;
    scribe.turn(&mut waiting).await;
    let before = state(&site).await;
    let ready = site.visitor().get("/readyz").await;
    assert_eq!(ready.status, StatusCode::OK, "{}", ready.body);
    assert!(ready.body.contains(r#""public_log":"ok""#), "{}", ready.body);
    assert_eq!(Seen::open(folder.path()).unwrap().newest().unwrap().tree.size, u64::try_from(before.size).unwrap());

    let seen = has_seen(&site, folder.path(), 3).await;
    let mut scribe = sayso::log::begin(&site.app, seen).await.unwrap();
    ada.press("allowed").await;
    scribe.turn(&mut waiting).await;
    assert_eq!(state(&site).await.checkpoint, before.checkpoint, "nothing was added");
    another_probe().await;
    let ready = site.visitor().get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    let missing = format!("3 of the {} entries of the log are missing", before.size + 3);
    assert!(ready.body.contains(&missing) && ready.body.contains("accept-rollback"), "{}", ready.body);
    // And so it does not start again.
    let refused = sayso::log::seen(&site.app.db, &site.app.config).await.unwrap_err().to_string();
    assert!(refused.contains(&missing), "{refused}");
}

async fn a_log_that_went_on_from_a_backup_stops_too(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    // Of another history, as large as this one; and this one goes on.
    let seen = has_seen(&site, folder.path(), 0).await;
    let other = |done: Result<(), SeenError>| matches!(done, Err(SeenError::RolledBack(RolledBack::Other { .. })));
    assert!(other(seen.follow(&site.app.db).await));
    ada.press("allowed").await;
    assert!(sequencer(&site).catch_up().await.unwrap() > 0);
    assert!(other(seen.follow(&site.app.db).await));
    let stopped = Sequencer { seen, ..sequencer(&site) };
    let before = state(&site).await.size;
    ada.press("denied").await;
    let refused = stopped.catch_up().await.unwrap_err();
    assert!(matches!(refused, NotAdded::Seen(SeenError::RolledBack(RolledBack::Other { .. }))), "{refused:?}");
    assert_eq!(state(&site).await.size, before);
}

async fn after_the_loss_nobody_is_on_until_they_choose_anew(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    site.publish(1).await;
    for email in ["ada@example.org", "eve@example.org", "bob@example.org"] {
        site.member(email, "US").await.get("/settings/privacy").await;
    }
    site.signed_in("eve@example.org").await.press("denied").await;
    site.pass_days(31);
    let ada = site.signed_in("ada@example.org").await;
    ada.press("denied").await;
    ada.press("allowed").await;
    sequencer(&site).catch_up().await.unwrap();
    assert_eq!(exported(&site, "bob@example.org").await, "allowed", "by default");
    let seen = has_seen(&site, folder.path(), 1).await;
    accept(&site, folder.path(), &seen).await;
    for email in ["ada@example.org", "eve@example.org", "bob@example.org"] {
        assert_eq!(exported(&site, email).await, "denied", "{email}");
    }
    let page = ada.get("/settings/privacy").await;
    assert!(!page.is_on());
    page.says("what you had said may be lost");
    page.says("Keep it off");
    ada.get("/settings/privacy/history").await.says("Some of our records were lost");
    site.signed_in("eve@example.org").await.get("/settings/privacy").await.says("Off by your choice");
    site.pass_days(400);
    assert_eq!(exported(&site, "bob@example.org").await, "denied", "whatever time passes");

    // Whoever says On again is on; so is, by default, who comes later.
    let ada = site.signed_in("ada@example.org").await;
    assert_eq!(ada.press("allowed").await.status, StatusCode::FOUND);
    assert_eq!(exported(&site, "ada@example.org").await, "allowed");
    assert!(ada.get("/settings/privacy").await.is_on());
    site.member("zoe@example.org", "US").await.get("/settings/privacy").await;
    site.pass_days(31);
    assert_eq!(exported(&site, "zoe@example.org").await, "allowed");
    assert_eq!(site.count("rollback").await, 3);
}

async fn a_new_log_begins_and_receipts_of_both_verify(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    let first = all(&site, "ada@example.org").await.pop().unwrap();
    let before = state(&site).await;
    // This entry waits for its leaf, and gets it in the new log.
    ada.press("allowed").await;
    let seen = has_seen(&site, folder.path(), 5).await;
    let (entry, next) = accept(&site, folder.path(), &seen).await;
    assert!(folder.path().join("log-2.key").exists(), "the new log has a key of its own");
    let lost = entry.rollback.clone().unwrap();
    assert_eq!((entry.kind, entry.version, lost.log), (Kind::Rollback, 6, before.origin.clone()));
    assert_eq!(lost.size, u64::try_from(before.size).unwrap() + 5);
    let leaf = store::leaf_of(site.app.db.reader().await.unwrap().conn(), entry.id).await.unwrap().unwrap();
    assert_eq!(leaf.leaf, before.size, "it is the first leaf of the new log");

    next.catch_up().await.unwrap();
    ada.press("denied").await;
    next.catch_up().await.unwrap();
    let last = all(&site, "ada@example.org").await.pop().unwrap();
    let old = LogKey::parse(&key()).unwrap().public().clone();
    for (entry, key) in [(&first, &old), (&last, next.keys.first().public())] {
        let file = ada.get(&format!("/settings/privacy/entries/{}/receipt.zip", entry.id)).await;
        let verdict = check(&file.bytes, Some(&Policy::of_log(key.clone()))).unwrap();
        assert_eq!((verdict.trust, verdict.entry.id), (Trust::Elsewhere, entry.id.to_string()));
    }
    ada.get(&format!("/settings/privacy/entries/{}", first.id)).await.says("in our public log");

    let visitor = site.visitor();
    let checkpoint = async |path: &str| {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        Checkpoint::parse(&Note::parse(&answer.body).unwrap().text).unwrap()
    };
    let newest = checkpoint("/log/checkpoint").await;
    assert_eq!(newest.origin, format!("{}/2", before.origin));
    assert_eq!(checkpoint("/log/2/checkpoint").await, newest);
    let ended = checkpoint("/log/1/checkpoint").await;
    assert_eq!((ended.origin.clone(), ended.tree.size), (before.origin.clone(), u64::try_from(before.size).unwrap()));
    for (log, size) in [("/log/1", ended.tree.size), ("/log/2", newest.tree.size), ("/log", newest.tree.size)] {
        for level in ["0", "entries"] {
            let path = format!("{log}/tile/{level}/000.p/{size}");
            assert_eq!(visitor.get(&path).await.status, StatusCode::OK, "{path}");
            let path = format!("{log}/tile/{level}/000.p/{}", size + 1);
            assert_eq!(visitor.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    for path in ["/log/3/checkpoint", "/log/0/checkpoint", "/log/x/checkpoint", "/log/01/checkpoint"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let keys = visitor.get("/log/keys").await.body;
    assert!(keys.contains(&old.to_string()) && keys.contains(&next.keys.first().public().to_string()), "{keys}");

    // What is stored of both is verified, and both extend what was kept of them.
    let verified = |site: &TestApp| verify(site, &["--database"]);
    let (code, said) = verified(&site);
    let leaves = ended.tree.size + newest.tree.size;
    assert!(code == Some(0) && said.contains(&format!("a public log of {leaves} leaves")), "{said}");
    let receipt = ada.get(&format!("/settings/privacy/entries/{}/receipt.zip", first.id)).await.bytes;
    let kept = folder.path().join("kept.zip");
    std::fs::write(&kept, receipt).unwrap();
    let (code, said) = verify(&site, &["--since", kept.to_str().unwrap()]);
    assert!(code == Some(0) && said.contains("It has ended since"), "{said}");
    let longer = LogKey::parse(&key()).unwrap();
    let tree = Tree { size: ended.tree.size + 5, root: [7; 32] };
    let longer = longer.sign(Checkpoint { origin: ended.origin.clone(), tree }.to_string()).to_string();
    let longer_file = folder.path().join("longer");
    std::fs::write(&longer_file, longer).unwrap();
    let (code, said) = verify(&site, &["--since", longer_file.to_str().unwrap()]);
    assert!(code == Some(1) && said.contains("5 entries are missing. It has ended since"), "{said}");

    // A node that had seen more of the old log goes on with the new one, and only the new key does.
    let other = tempfile::tempdir().unwrap();
    let elsewhere = Seen::open(other.path()).unwrap();
    let tree = Tree { size: 99, root: [8; 32] };
    let known = Checkpoint { origin: before.origin.clone(), tree }.to_string();
    let checkpoint = LogKey::parse(&key()).unwrap().sign(known).to_string();
    elsewhere.keep(&State { size: 99, checkpoint, ..before }).unwrap();
    elsewhere.follow(&site.app.db).await.unwrap();
    assert_eq!(elsewhere.newest().unwrap().origin, newest.origin);
    ada.press("allowed").await;
    assert!(sequencer(&site).catch_up().await.is_err());
    // And a loss of the new one begins a third.
    let seen = Seen::open(other.path()).unwrap();
    let tree = Tree { size: newest.tree.size + 1, root: [9; 32] };
    let checkpoint = next.keys.first().sign(Checkpoint { origin: newest.origin.clone(), tree }.to_string()).to_string();
    seen.keep(&State { size: state(&site).await.size + 1, checkpoint, ..state(&site).await }).unwrap();
    let (_, third) = accept(&site, other.path(), &seen).await;
    third.catch_up().await.unwrap();
    assert_eq!(state(&site).await.origin, "privacy.example/log/3");
    assert_eq!(visitor.get("/log/2/checkpoint").await.status, StatusCode::OK);
    let file = ada.get(&format!("/settings/privacy/entries/{}/receipt.zip", last.id)).await;
    let policy = Policy::of_log(next.keys.first().public().clone());
    assert_eq!(check(&file.bytes, Some(&policy)).unwrap().trust, Trust::Elsewhere);
    let (code, said) = verified(&site);
    assert_eq!(code, Some(0), "{said}");
}

async fn a_log_that_has_ended_is_not_changed_unseen(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    let before = state(&site).await;
    let third = all(&site, "ada@example.org").await.pop().unwrap();
    let seen = has_seen(&site, folder.path(), 5).await;
    let (_, next) = accept(&site, folder.path(), &seen).await;
    ada.press("denied").await;
    next.catch_up().await.unwrap();
    let zeros = hex(&[0; 32], &site);
    let tile =
        store::tile_of(site.app.db.reader().await.unwrap().conn(), Which::Ended(1), 0, 0).await.unwrap().unwrap();
    let mut changed = tile.clone();
    changed[1][0] ^= 1;
    let forged = before.checkpoint.replace("\n\n— privacy.example/log ", "\n\n— privacy.example/log A");
    let size = before.size;
    each_is_named(
        &site,
        &[
            (format!("update log_ended_tiles set hashes = {}", hex(&changed.concat(), &site)), "tile 0/0 of the log"),
            ("delete from log_ended_tiles".into(), "tile 0/0 of the log"),
            (format!("insert into log_ended_tiles (log, level, tile, hashes) values (1, 0, 9, {zeros})"), "tile 0/9"),
            (format!("update log_ended set checkpoint = '{forged}'"), "checkpoint of the log"),
            (format!("update log_ended set size = {size} - 1"), "checkpoint of the log"),
            ("update log_ended set first_leaf = 1".into(), "log privacy.example/log/2"),
            ("update log_ended set origin = 'x'".into(), "log privacy.example/log"),
            ("delete from log_ended".into(), "log privacy.example/log"),
            (format!("update log_leaves set commitment = {zeros} where leaf = 0"), "tile 0/0 of the log"),
            (format!("delete from log_leaves where entry_id = '{}'", third.id), "leaf"),
            ("update log_state set first_leaf = first_leaf + 1".into(), "log privacy.example/log/2"),
        ],
    )
    .await;
}
