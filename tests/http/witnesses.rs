//! Witnesses of the public log: each is a server on this machine, written from
//! [tlog-witness](https://c2sp.org/tlog-witness) with the crates of others alone.

use crate::public_log::{all, key, sequencer};
use crate::stories;
use crate::test_app::{TestApp, another_probe};
use axum::Router;
use axum::extract::State as Of;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use ed25519_dalek::{Signer, SigningKey};
use http::{StatusCode, header};
use sayso::log::key::LogKey;
use sayso::log::resume;
use sayso::log::seen::{RolledBack, Seen, SeenError};
use sayso::log::sequencer::{NotAdded, Sequencer};
use sayso::log::store;
use sayso::log::witness::{Opinion, Witnessing};
use sayso_verify::note::{Key, Signs};
use sayso_verify::receipt::{Trust, check};
use signed_note::{Note, StandardVerifier, VerifierList};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tlog_tiles::{Checkpoint, Hash, check_tree};

stories![
    receipts_carry_the_signatures_of_witnesses,
    a_witness_that_is_down_slows_nothing,
    a_witness_refuses_a_forked_log_and_the_log_stops,
    a_log_that_lost_what_a_witness_has_seen_stops,
    a_log_goes_on_once_the_witness_agrees_again,
    witnesses_are_asked_before_anything_is_added_after_a_start,
];

/// A witness of one log.
struct Witness {
    name: &'static str,
    secret: SigningKey,
    log: String,
    /// The newest tree that it has cosigned.
    seen: Mutex<(u64, Hash)>,
}

impl Witness {
    fn new(name: &'static str, secret: u8) -> Arc<Self> {
        let log = LogKey::parse(&key()).unwrap().public().to_string();
        Arc::new(Self {
            name,
            secret: SigningKey::from_bytes(&[secret; 32]),
            log,
            seen: Mutex::new((0, Hash([0; 32]))),
        })
    }

    fn vkey(&self) -> String {
        Key::new(self.name, Signs::TextAndTime, self.secret.verifying_key().as_bytes()).unwrap().to_string()
    }

    /// Serves it, and returns its address.
    async fn serve(self: &Arc<Self>) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/w/add-checkpoint", post(add_checkpoint)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/w")
    }
}

async fn add_checkpoint(Of(witness): Of<Arc<Witness>>, body: String) -> Response {
    answer(&witness, &body).unwrap_or_else(|| StatusCode::BAD_REQUEST.into_response())
}

fn answer(witness: &Witness, body: &str) -> Option<Response> {
    let (head, checkpoint) = body.split_once("\n\n")?;
    let mut lines = head.split('\n');
    let old: u64 = lines.next()?.strip_prefix("old ")?.parse().ok()?;
    let proof: Vec<Hash> = lines.map(|line| Hash::parse_hash(line).ok()).collect::<Option<_>>()?;
    let note = Note::from_bytes(checkpoint.as_bytes()).ok()?;
    let log = StandardVerifier::new(&witness.log).unwrap();
    if note.verify(&VerifierList::new(vec![Box::new(log)])).is_err() {
        return Some(StatusCode::FORBIDDEN.into_response());
    }
    let tree = Checkpoint::from_bytes(note.text()).ok()?;
    if old > tree.size() {
        return None;
    }
    let mut seen = witness.seen.lock().unwrap();
    if old != seen.0 {
        let size = [(header::CONTENT_TYPE, "text/x.tlog.size")];
        return Some((StatusCode::CONFLICT, size, format!("{}\n", seen.0)).into_response());
    }
    let fits = match old {
        0 => proof.is_empty(),
        _ if old == tree.size() => proof.is_empty() && seen.1 == *tree.hash(),
        _ => check_tree(&proof, tree.size(), *tree.hash(), old, seen.1).is_ok(),
    };
    if !fits {
        return Some(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    }
    *seen = (tree.size(), *tree.hash());
    let time = u64::try_from(sayso::time::system().now().0 / 1000).unwrap();
    let text = String::from_utf8(note.text().to_vec()).unwrap();
    let signed = witness.secret.sign(format!("cosignature/v1\ntime {time}\n{text}").as_bytes());
    let id = u32::from_str_radix(witness.vkey().split('+').nth(1)?, 16).ok()?;
    let bytes = [&time.to_be_bytes()[..], &signed.to_bytes()].concat();
    Some(signed_note::Signature::new(witness.name.into(), id, bytes).ok()?.to_bytes().into_response())
}

/// The site with these witnesses, of which one is enough.
async fn with(site: TestApp, witnesses: &[(&Arc<Witness>, String)]) -> (TestApp, Witnessing, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut policy = String::new();
    for (n, (witness, address)) in witnesses.iter().enumerate() {
        policy += &format!("witness w{n} {} {address}\n", witness.vkey());
    }
    let names: Vec<String> = (0..witnesses.len()).map(|n| format!("w{n}")).collect();
    policy += &format!("group enough any {}\nquorum enough\n", names.join(" "));
    let file = folder.path().join("witnesses");
    std::fs::write(&file, policy).unwrap();
    let data = folder.path().to_str().unwrap();
    let flags = ["--data", data, "--log-key", &key(), "--witnesses", file.to_str().unwrap()];
    let site = site.with_flags(&flags).await;
    let witnessing = Witnessing::new(&site.app.db, site.app.config.public_log.witnesses.as_ref().unwrap());
    (site, witnessing, folder)
}

async fn receipts_carry_the_signatures_of_witnesses(site: TestApp) {
    let [one, two] = [Witness::new("w.example/1", 1), Witness::new("w.example/2", 2)];
    let addresses = [one.serve().await, two.serve().await];
    let (site, witnessing, _folder) = with(site, &[(&one, addresses[0].clone()), (&two, addresses[1].clone())]).await;
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    let choice = all(&site, "ada@example.org").await.pop().unwrap();
    let path = format!("/settings/privacy/entries/{}/receipt.zip", choice.id);
    let alone = check(&ada.get(&path).await.bytes, None).unwrap();
    assert!(alone.witnesses.is_empty() && alone.to_string().contains("signed by this platform alone"), "{alone}");

    witnessing.round().await.unwrap();
    let size = store::state(site.app.db.reader().await.unwrap().conn()).await.unwrap().unwrap().size;
    assert_eq!(one.seen.lock().unwrap().0, u64::try_from(size).unwrap());
    let seen = check(&ada.get(&path).await.bytes, None).unwrap();
    assert_eq!((seen.witnesses.len(), seen.asked, seen.trust), (2, 1, Trust::TheReceipt));
    assert!(site.visitor().get("/log/checkpoint").await.body.contains("w.example/2"));
    // What is newer than they have seen is not held up, and what they have seen stays witnessed.
    ada.press("allowed").await;
    sequencer(&site).catch_up().await.unwrap();
    assert!(!site.visitor().get("/log/checkpoint").await.body.contains("w.example/2"));
    assert_eq!(check(&ada.get(&path).await.bytes, None).unwrap().witnesses.len(), 2);
    witnessing.round().await.unwrap();
    assert!(site.visitor().get("/log/checkpoint").await.body.contains("w.example/2"));
    // A node that was started again hears from them where they are.
    ada.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    let witnesses = site.app.config.public_log.witnesses.as_ref().unwrap();
    Witnessing::new(&site.app.db, witnesses).round().await.unwrap();
    let body = site.visitor().get("/log/checkpoint").await.body;
    assert!(body.contains("w.example/1") && body.contains("w.example/2"), "{body}");
}

async fn a_witness_that_is_down_slows_nothing(site: TestApp) {
    let [one, two] = [Witness::new("w.example/1", 1), Witness::new("w.example/2", 2)];
    // It takes connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dumb = format!("http://{}/", silent.local_addr().unwrap());
    let (site, witnessing, _folder) = with(site, &[(&one, dumb), (&two, two.serve().await)]).await;
    site.publish(1).await;
    sequencer(&site).catch_up().await.unwrap();
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    let entries = async {
        // While they are asked.
        tokio::time::sleep(Duration::from_millis(300)).await;
        tokio::time::timeout(Duration::from_secs(3), sequencer(&site).catch_up()).await.unwrap().unwrap()
    };
    let (round, added) = tokio::join!(witnessing.round(), entries);
    round.unwrap();
    assert!(added > 0);
    let before = std::time::Instant::now();
    witnessing.round().await.unwrap();
    assert!(before.elapsed() < Duration::from_secs(4), "it is left alone for a minute");
    assert!(site.visitor().get("/log/checkpoint").await.body.contains("w.example/2"));
}

async fn a_witness_refuses_a_forked_log_and_the_log_stops(site: TestApp) {
    let one = Witness::new("w.example/1", 1);
    let address = one.serve().await;
    let (site, witnessing, folder) = with(site, &[(&one, address)]).await;
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    sequencer(&site).catch_up().await.unwrap();
    witnessing.round().await.unwrap();
    // As if it had been shown another tree of this size.
    one.seen.lock().unwrap().1 = Hash([7; 32]);
    ada.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    witnessing.round().await.unwrap();
    stopped(&site, &folder, &ada, "has seen another history").await;
}

async fn a_log_that_lost_what_a_witness_has_seen_stops(site: TestApp) {
    let one = Witness::new("w.example/1", 1);
    let address = one.serve().await;
    let (site, witnessing, folder) = with(site, &[(&one, address)]).await;
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    sequencer(&site).catch_up().await.unwrap();
    one.seen.lock().unwrap().0 = 1000;
    witnessing.round().await.unwrap();
    stopped(&site, &folder, &ada, "has seen 1000 entries").await;
}

async fn a_log_goes_on_once_the_witness_agrees_again(site: TestApp) {
    let [one, two] = [Witness::new("w.example/1", 1), Witness::new("w.example/2", 2)];
    let addresses = [one.serve().await, two.serve().await];
    let (site, witnessing, folder) = with(site, &[(&one, addresses[0].clone()), (&two, addresses[1].clone())]).await;
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    sequencer(&site).catch_up().await.unwrap();
    witnessing.round().await.unwrap();
    let db = &site.app.db;
    assert!(resume::stopped(db).await.unwrap().is_none());
    let right = *one.seen.lock().unwrap();
    one.seen.lock().unwrap().0 = 1000;
    ada.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    witnessing.round().await.unwrap();
    let state = resume::stopped(db).await.unwrap().expect("it is stopped");

    // It still contradicts, and the other one agrees.
    let opinions = witnessing.opinions(&state).await.unwrap();
    let refusals = resume::refusals(&state.stopped, &opinions, false);
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert!(refusals[0].starts_with("the witness w.example/1 has seen 1000 entries"), "{refusals:?}");
    // Of the right size, with another tree.
    *one.seen.lock().unwrap() = (u64::try_from(state.size).unwrap(), Hash([7; 32]));
    let opinions = witnessing.opinions(&state).await.unwrap();
    assert_eq!(
        resume::refusals(&state.stopped, &opinions, false),
        ["the witness w.example/1 has seen another history"]
    );
    assert!(resume::stopped(db).await.unwrap().is_some(), "asking changes nothing");

    *one.seen.lock().unwrap() = right;
    let opinions = witnessing.opinions(&state).await.unwrap();
    assert!(opinions.iter().all(|(_, opinion)| matches!(opinion, Opinion::Agrees(_))), "{opinions:?}");
    assert!(resume::refusals(&state.stopped, &opinions, false).is_empty());
    // Not where the database lacks what this node has seen.
    let more = tempfile::tempdir().unwrap();
    let seen = Seen::open(more.path()).unwrap();
    let tree = sayso_verify::merkle::Tree { size: 999, root: [9; 32] };
    let text = sayso_verify::checkpoint::Checkpoint { origin: state.origin.clone(), tree }.to_string();
    let checkpoint = LogKey::parse(&key()).unwrap().sign(text).to_string();
    seen.keep(&store::State { size: 999, checkpoint, ..state.clone() }).unwrap();
    let mut tx = db.begin().await.unwrap();
    let behind = resume::resume(&mut tx, &seen, &state).await;
    assert!(matches!(behind, Err(SeenError::RolledBack(RolledBack::Missing { .. }))), "{behind:?}");
    drop(tx);
    let seen = Seen::open(folder.path()).unwrap();
    let mut tx = db.begin().await.unwrap();
    assert!(resume::resume(&mut tx, &seen, &state).await.unwrap());
    tx.commit().await.unwrap();
    ada.press("allowed").await;
    assert!(sequencer(&site).catch_up().await.unwrap() > 0);
    witnessing.round().await.unwrap();
    assert!(resume::stopped(db).await.unwrap().is_none());
    let lines = store::state(db.reader().await.unwrap().conn()).await.unwrap().unwrap().cosignatures;
    assert!(lines.contains("w.example/1") && lines.contains("w.example/2"), "{lines}");
    // Whoever is asked again has its line there once.
    Witnessing::new(db, site.app.config.public_log.witnesses.as_ref().unwrap()).round().await.unwrap();
    let again = store::state(db.reader().await.unwrap().conn()).await.unwrap().unwrap().cosignatures;
    assert_eq!(again.lines().count(), 2, "{again}");
}

/// A database that was put back together with `log.seen`: only the witness knows.
async fn witnesses_are_asked_before_anything_is_added_after_a_start(site: TestApp) {
    let [one, two] = [Witness::new("w.example/1", 1), Witness::new("w.example/2", 2)];
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dumb = format!("http://{}/", silent.local_addr().unwrap());
    let (site, _, folder) = with(site, &[(&one, one.serve().await), (&two, dumb)]).await;
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    sequencer(&site).catch_up().await.unwrap();
    let state = async || store::state(site.app.db.reader().await.unwrap().conn()).await.unwrap().unwrap();
    let before = state().await;
    ada.press("denied").await;
    let start = async || {
        let seen = sayso::log::seen(&site.app.db, &site.app.config).await.unwrap();
        sayso::log::begin(&site.app, seen).await.unwrap()
    };
    // It has seen more than there is.
    one.seen.lock().unwrap().0 = 1000;
    let _ = std::fs::remove_file(folder.path().join("log.seen"));
    let work = tokio::spawn(start().await.work());
    tokio::time::sleep(Duration::from_secs(10)).await;
    work.abort();
    let stopped = state().await;
    assert!(stopped.stopped.contains("w.example/1 has seen 1000 entries"), "{}", stopped.stopped);
    assert_eq!(stopped.size, before.size, "nothing was added before it was asked");

    // One that does not answer holds it up for some seconds only.
    one.seen.lock().unwrap().0 = 0;
    let mut tx = site.app.db.begin().await.unwrap();
    assert!(resume::resume(&mut tx, &Seen::default(), &stopped).await.unwrap());
    tx.commit().await.unwrap();
    let (work, begun) = (tokio::spawn(start().await.work()), std::time::Instant::now());
    while state().await.size == before.size {
        assert!(begun.elapsed() < Duration::from_secs(30), "it waits for a witness that is silent");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    work.abort();
    assert!(state().await.stopped.is_empty());
}

/// Nothing is added any more, by no node, and `/readyz` says why.
async fn stopped(site: &TestApp, folder: &tempfile::TempDir, ada: &crate::test_app::TestClient, why: &str) {
    let state = async || store::state(site.app.db.reader().await.unwrap().conn()).await.unwrap().unwrap();
    let before = state().await;
    assert!(before.stopped.contains(why) && before.stopped.contains("w.example/1"), "{}", before.stopped);
    assert_eq!(before.cosignatures, "");
    ada.press("allowed").await;
    let refused = Sequencer { seen: Seen::default(), ..sequencer(site) }.catch_up().await;
    assert!(matches!(refused, Err(NotAdded::Seen(SeenError::RolledBack(RolledBack::Stopped { .. })))), "{refused:?}");
    assert_eq!(state().await.checkpoint, before.checkpoint);
    // Also after a start.
    let seen = sayso::log::seen(&site.app.db, &site.app.config).await.unwrap();
    sayso::log::begin(&site.app, seen).await.unwrap().turn(&mut None).await;
    another_probe().await;
    let ready = site.visitor().get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(ready.body.contains(why) && ready.body.contains("accept-rollback"), "{}", ready.body);
    let seen = Seen::open(folder.path()).unwrap();
    let loss = sayso::log::rollback::find(&site.app.db, &seen).await.unwrap().expect("that can be accepted");
    assert_eq!(loss.next, format!("{}/2", before.origin));
}
