//! The public log in the database: what of its tree is changed is found, and a log that was written
//! anew with its own key does not extend what somebody has kept of the earlier one.

use super::{each_is_named, hex, history, record, unguarded, verify};
use crate::public_log::sequencer;
use crate::stories;
use crate::test_app::TestApp;
use sayso::ledger::{Choice, Entry, Kind, store as ledger};
use sayso::log::key::LogKey;
use sayso::log::store::{self, State};
use sayso::log::tree::Edge;
use sayso_verify::checkpoint::Checkpoint;
use sayso_verify::commitment::leaf;
use sayso_verify::merkle::{Tree, leaf_hash};
use sayso_verify::strict::to_base64;

stories![the_tree_is_not_changed_unseen, a_log_that_was_written_anew_does_not_extend_what_was_kept];

async fn the_tree_is_not_changed_unseen(site: TestApp) {
    record(&site).await;
    let mut reader = site.app.db.reader().await.unwrap();
    let state = store::state(reader.conn()).await.unwrap().unwrap();
    let last = state.size - 1;
    let third = {
        let ada = history(&site, "ada@example.org").await;
        ada[2].id.to_string()
    };
    let leaf = store::leaf_of(reader.conn(), third.parse().unwrap()).await.unwrap().unwrap();
    let place = leaf.leaf;
    let tile = store::tile(reader.conn(), 0, 0).await.unwrap().unwrap();
    drop(reader);
    let mut changed = tile.clone();
    changed[2][0] ^= 1;
    let set = |hashes: &[[u8; 32]]| format!("update log_tiles set hashes = {}", hex(&hashes.concat(), &site));
    let mut longer = tile.clone();
    longer.push([7; 32]);
    // A checkpoint of a tree that nobody has, with the right key.
    let keys = sequencer(&site).keys;
    let key = keys.first();
    let made = |size, root| {
        let text = Checkpoint { origin: state.origin.clone(), tree: Tree { size, root } }.to_string();
        key.sign(text).to_string()
    };
    let size = u64::try_from(state.size).unwrap();
    let another = made(size, [7; 32]);
    let smaller = {
        let mut edge = Edge::default();
        edge.grow(&tile[..tile.len() - 1]);
        made(size - 1, edge.root())
    };
    let forged = state.checkpoint.replace("\n\n— privacy.example/log ", "\n\n— privacy.example/log A");
    let leaf_name = format!("leaf {place}");
    let (end, beyond) = (format!("leaf {last}"), format!("leaf {}", last + 1));
    let zeros = hex(&[0; 32], &site);
    each_is_named(
        &site,
        &[
            (format!("update log_leaves set commitment = {zeros} where leaf = {place}"), &third),
            (format!("delete from log_leaves where leaf = {place}"), &leaf_name),
            (format!("delete from log_leaves where leaf = {last}"), &end),
            (format!("insert into log_leaves (leaf, entry_id, commitment) values ({last} + 1, 'x', {zeros})"), &beyond),
            (
                format!(
                    "update log_leaves set leaf = 100000 where leaf = {place};;
                     update log_leaves set leaf = {place} where leaf = {last};;
                     update log_leaves set leaf = {last} where leaf = 100000"
                ),
                "tile 0/0",
            ),
            (
                format!(
                    "update log_leaves set entry_id = 'x' where leaf = {place};;
                     update log_leaves set entry_id = '{third}' where leaf = {last};;
                     update log_leaves set entry_id = 'y' where leaf = {place}"
                ),
                &third,
            ),
            (set(&changed), "tile 0/0 does not pass: It has the hash of leaf 2"),
            (set(&tile[..tile.len() - 1]), "tile 0/0"),
            (set(&longer), "tile 0/0"),
            ("delete from log_tiles".into(), "tile 0/0"),
            (format!("insert into log_tiles (level, tile, hashes) values (1, 0, {zeros})"), "tile 1/0"),
            (format!("update log_state set checkpoint = '{another}'"), "checkpoint"),
            (format!("update log_state set checkpoint = '{forged}'"), "checkpoint"),
            (format!("update log_state set size = size - 1, checkpoint = '{smaller}'"), &end),
            ("update log_state set size = size - 1".into(), "checkpoint"),
            ("delete from log_state".into(), "leaf 0"),
        ],
    )
    .await;
}

/// Whoever has the key and the database can write everything anew, so that it agrees with itself.
/// What was kept outside tells.
async fn a_log_that_was_written_anew_does_not_extend_what_was_kept(site: TestApp) {
    record(&site).await;
    let ada = site.signed_in("ada@example.org").await;
    let entries = history(&site, "ada@example.org").await;
    let choice = entries.iter().find(|entry| entry.kind == Kind::Choice).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let kept = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file.display().to_string()
    };
    let checkpoint = kept("checkpoint", site.visitor().get("/log/checkpoint").await.body.as_bytes());
    let receipt = ada.get(&format!("/settings/privacy/entries/{}/receipt.zip", choice.id)).await;
    let receipt = kept("receipt.zip", &receipt.bytes);
    for file in [&checkpoint, &receipt] {
        let (code, said) = verify(&site, &["--since", file]);
        assert!(code == Some(0) && said.contains("has only grown"), "{said}");
    }
    ada.press("allowed").await;
    sequencer(&site).catch_up().await.unwrap();
    for file in [&checkpoint, &receipt] {
        let (code, said) = verify(&site, &["--database", "--since", file]);
        assert!(code == Some(0) && said.contains("has only grown"), "{said}");
    }

    write_anew(&site, choice, &entries).await;
    let (code, said) = verify(&site, &["--database"]);
    assert!(code == Some(0), "it agrees with itself: {said}");
    for file in [&checkpoint, &receipt] {
        let (code, said) = verify(&site, &["--since", file]);
        assert!(code == Some(1) && said.contains("the log is another one"), "{said}");
    }
    // A state that is longer than the log is no older one.
    site.tamper("delete from log_leaves where leaf > 1").await.unwrap();
    let text = "a note\n";
    assert_eq!(verify(&site, &["--since", &kept("other", text.as_bytes())]).0, Some(1));
    let foreign = LogKey::make("other.example/log").unwrap();
    let other = Checkpoint { origin: "other.example/log".into(), tree: Tree { size: 1, root: [1; 32] } };
    let other = kept("foreign", foreign.sign(other.to_string()).to_string().as_bytes());
    let (code, said) = verify(&site, &["--since", &other]);
    assert!(code == Some(1) && said.contains("is of the log other.example/log"), "{said}");
    let longer = Checkpoint { origin: "privacy.example/log".into(), tree: Tree { size: 100_000, root: [1; 32] } };
    let longer = kept("longer", sequencer(&site).keys.first().sign(longer.to_string()).to_string().as_bytes());
    let (code, said) = verify(&site, &["--since", &longer]);
    assert!(code == Some(1) && said.contains("missing"), "{said}");
}

/// Has `choice` say the contrary: its bytes, those of every later entry, the leaves, the tiles and
/// the signed checkpoint, all of it as if it had been recorded like that.
async fn write_anew(site: &TestApp, choice: &Entry, entries: &[Entry]) {
    unguarded(site).await;
    let mut reader = site.app.db.reader().await.unwrap();
    let secret = ledger::secret::of(reader.conn(), &choice.subject).await.unwrap().unwrap();
    // Also what came behind those that are known.
    let all = ledger::of_subject(reader.conn(), &choice.subject).await.unwrap();
    assert!(all.len() > entries.len());
    let mut before: Option<[u8; 32]> = None;
    for mut entry in all {
        if entry.id == choice.id {
            let denied = entry.choice == Some(Choice::Denied);
            entry.choice = Some(if denied { Choice::Allowed } else { Choice::Denied });
        }
        entry.previous_leaf = before.map(|made| to_base64(&made));
        let (canonical, id) = (entry.canonical(), entry.id.to_string());
        let made = secret.commitment(&id, &canonical.bytes);
        let bytes = hex(&canonical.bytes, site);
        let sha256 = canonical.sha256;
        site.tamper(&format!("update entries set canonical = {bytes}, sha256 = '{sha256}' where id = '{id}'"))
            .await
            .unwrap();
        let commitment = hex(&made, site);
        site.tamper(&format!("update log_leaves set commitment = {commitment} where entry_id = '{id}'")).await.unwrap();
        before = Some(made);
    }
    let commitments = store::commitments(reader.conn(), 0, 1000).await.unwrap();
    let state = store::state(reader.conn()).await.unwrap().unwrap();
    drop(reader);
    let mut edge = Edge::default();
    let hashes: Vec<_> = commitments.iter().map(|made| leaf_hash(leaf(made).as_bytes())).collect();
    for ((level, tile), hashes) in edge.grow(&hashes) {
        let bytes = hex(&hashes.concat(), site);
        site.tamper(&format!("update log_tiles set hashes = {bytes} where level = {level} and tile = {tile}"))
            .await
            .unwrap();
    }
    let State { origin, .. } = state;
    let text = Checkpoint { origin, tree: Tree { size: edge.size(), root: edge.root() } }.to_string();
    let checkpoint = sequencer(site).keys.first().sign(text).to_string();
    site.tamper(&format!("update log_state set checkpoint = '{checkpoint}'")).await.unwrap();
}
