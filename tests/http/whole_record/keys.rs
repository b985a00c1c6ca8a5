//! `sayso log rotate-key`: a new key signs beside the old one, and nobody slips one in.

use super::{each_is_named, history, record, verify};
use crate::public_log::{key, sequencer};
use crate::stories;
use crate::test_app::TestApp;
use sayso::ledger::entry::PLATFORM;
use sayso::ledger::{Kind, store as ledger};
use sayso::log::key::{FILE, LogKey};
use sayso::log::keyring::Keyring;
use sayso::log::rotation::{self, BOTH_SIGN};
use sayso::log::seen::Seen;
use sayso::log::sequencer::{NotAdded, Sequencer};
use sayso::log::store;
use sayso::time::UtcMillis;
use sayso_verify::note::{Key, Note};
use sayso_verify::policy::Policy;
use sayso_verify::receipt::{Trust, check};

stories![
    for_thirty_days_both_keys_sign,
    a_key_that_somebody_else_may_have_signs_no_more_at_once,
    a_node_without_the_new_key_adds_nothing_until_it_has_it,
    no_key_is_slipped_in,
];

/// What `sayso log rotate-key --yes` does, where the old key signs for so long; the keys by then.
async fn rotate(site: &TestApp, both: i64) -> Keyring {
    let signing = rotation::signing(&site.app.db).await.unwrap().unwrap();
    let keys = sequencer(site).keys.with_new();
    let next = keys.not_among(&signing.known).unwrap().public().to_string();
    let sequencer = Sequencer { keys: keys.clone(), ..sequencer(site) };
    let mut tx = site.app.db.begin().await.unwrap();
    let until = UtcMillis(site.app.clock.now().0 + both);
    let (entry, new) = rotation::rotate(&mut tx, &sequencer, &signing, &next, until).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(entry.kind, Kind::Key);
    let signed = Note::parse(&new.checkpoint).unwrap().signed_by(&[public(&next)]).unwrap();
    assert_eq!(signed.len(), 1, "the new key signs the entry that names it");
    keys
}

fn public(vkey: &str) -> Key {
    Key::parse(vkey).unwrap()
}

/// The old key, and the one behind it.
fn both(keys: &Keyring) -> (Key, Key) {
    let old = keys.first().public().clone();
    let new = keys.not_among(&[old.to_string()]).unwrap().public().clone();
    (old, new)
}

/// Which of these have signed the newest checkpoint.
async fn have_signed(site: &TestApp, keys: &[&Key]) -> Vec<bool> {
    let note = Note::parse(&site.visitor().get("/log/checkpoint").await.body).unwrap();
    keys.iter().map(|key| note.signed_by(&[(*key).clone()]).unwrap().len() == 1).collect()
}

async fn receipt(site: &TestApp) -> Vec<u8> {
    let choice = history(site, "ada@example.org").await.into_iter().rfind(|entry| entry.kind == Kind::Choice).unwrap();
    let ada = site.signed_in("ada@example.org").await;
    ada.get(&format!("/settings/privacy/entries/{}/receipt.zip", choice.id)).await.bytes
}

async fn for_thirty_days_both_keys_sign(site: TestApp) {
    record(&site).await;
    let before = receipt(&site).await;
    let keys = rotate(&site, BOTH_SIGN).await;
    let (old, new) = both(&keys);
    let node = Sequencer { keys: keys.clone(), ..sequencer(&site) };
    site.signed_in("ada@example.org").await.press("allowed").await;
    assert!(node.catch_up().await.unwrap() > 0);
    assert_eq!(have_signed(&site, &[&old, &new]).await, [true, true]);
    // Whoever knows one of them is served by it.
    let during = receipt(&site).await;
    for key in [&old, &new] {
        let verdict = check(&during, Some(&Policy::of_log(key.clone()))).unwrap();
        assert_eq!((verdict.trust, &verdict.log), (Trust::Elsewhere, key));
    }
    assert_eq!(check(&during, None).unwrap().log, new, "it brings the newest");
    let listed = site.visitor().get("/log/keys").await.body;
    let (first, last) = listed.trim_end().split_once('\n').unwrap();
    assert!(first.starts_with(&old.to_string()) && first.contains(" until 2026-12-2"), "{listed}");
    assert!(last.starts_with(&new.to_string()) && !last.contains("until"), "{listed}");
    let page = site.visitor().get("/log").await;
    for said in ["Signs until", &new.fingerprint(), &old.fingerprint()] {
        page.says(said);
    }
    let (code, said) = verify(&site, &["--database"]);
    assert!(code == Some(0) && said.contains(&new.fingerprint()), "{said}");

    site.pass(30 * UtcMillis::DAY + 1);
    site.signed_in("ada@example.org").await.press("denied").await;
    // The line of the old key may go from the file.
    let alone = keys.secret_text("\n").lines().nth(1).unwrap().to_owned();
    let alone = Keyring::from(LogKey::parse(&alone).unwrap());
    assert!(Sequencer { keys: alone, ..sequencer(&site) }.catch_up().await.unwrap() > 0);
    assert_eq!(have_signed(&site, &[&old, &new]).await, [false, true]);
    assert!(check(&receipt(&site).await, Some(&Policy::of_log(old.clone()))).is_err());
    for (kept, key) in [(&before, &old), (&during, &old), (&during, &new)] {
        assert!(check(kept, Some(&Policy::of_log(key.clone()))).is_ok(), "what was signed stays valid");
    }
    site.visitor().get("/log").await.says("Another key has replaced it");
    let (code, said) = verify(&site, &["--database"]);
    assert_eq!(code, Some(0), "{said}");
    // An auditor reads it in the history of the platform.
    let mut reader = site.app.db.reader().await.unwrap();
    let said = ledger::of_subject(reader.conn(), PLATFORM).await.unwrap().into_iter().find_map(|entry| entry.key);
    let said = said.unwrap();
    assert_eq!((said.vkey, said.replaces), (new.to_string(), old.to_string()));
}

async fn a_key_that_somebody_else_may_have_signs_no_more_at_once(site: TestApp) {
    record(&site).await;
    let keys = rotate(&site, 0).await;
    let (old, new) = both(&keys);
    assert_eq!(have_signed(&site, &[&old, &new]).await, [false, true]);
    site.signed_in("ada@example.org").await.press("allowed").await;
    let refused = sequencer(&site).catch_up().await.unwrap_err();
    assert!(matches!(&refused, NotAdded::KeyMissing(vkey) if *vkey == new.to_string()), "{refused}");
    assert!(Sequencer { keys, ..sequencer(&site) }.catch_up().await.unwrap() > 0);
    assert_eq!(have_signed(&site, &[&old, &new]).await, [false, true]);
    let (code, said) = verify(&site, &["--database"]);
    assert_eq!(code, Some(0), "{said}");
    site.visitor().get("/log").await.says("Another key has replaced it");
}

async fn a_node_without_the_new_key_adds_nothing_until_it_has_it(site: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    let (private, text) = (std::os::unix::fs::PermissionsExt::from_mode(0o600), key());
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, private).unwrap();
    let site = site.with_flags(&["--data", folder.path().to_str().unwrap()]).await;
    record(&site).await;
    let mut scribe = sayso::log::begin(&site.app, Seen::default()).await.unwrap();
    let keys = rotate(&site, BOTH_SIGN).await;
    let state = async || store::state(site.app.db.reader().await.unwrap().conn()).await.unwrap().unwrap();
    let before = state().await;
    let mut waiting = None;
    site.signed_in("ada@example.org").await.press("allowed").await;
    scribe.turn(&mut waiting).await;
    scribe.turn(&mut waiting).await;
    assert_eq!(state().await.checkpoint, before.checkpoint, "it does not sign with the old key alone");
    std::fs::write(&file, keys.secret_text("\n")).unwrap();
    scribe.turn(&mut waiting).await;
    assert!(state().await.size > before.size, "and needs no start once the key is in the file");
    let (old, new) = both(&keys);
    assert_eq!(have_signed(&site, &[&old, &new]).await, [true, true]);
}

async fn no_key_is_slipped_in(site: TestApp) {
    record(&site).await;
    let (old, new) = both(&rotate(&site, BOTH_SIGN).await);
    let third = LogKey::make(&old.name).unwrap().public().to_string();
    let named = |vkey: &dyn std::fmt::Display| format!("key {vkey} does not pass");
    let (of_old, of_new, of_third) = (named(&old), named(&new), named(&third));
    let size = store::state(site.app.db.reader().await.unwrap().conn()).await.unwrap().unwrap().size;
    let added = format!("insert into log_keys (vkey, first_size, last_size) values ('{third}', {}, {0})", size + 1);
    each_is_named(
        &site,
        &[
            (added, &of_third),
            (format!("delete from log_keys where vkey = '{old}'"), &of_old),
            (format!("delete from log_keys where vkey = '{new}'"), &of_new),
            (format!("update log_keys set ends_at = null where vkey = '{old}'"), &of_old),
            (format!("update log_keys set ends_at = ends_at + 1 where vkey = '{old}'"), &of_old),
            (format!("update log_keys set ends_at = 1 where vkey = '{new}'"), &of_new),
        ],
    )
    .await;
}
