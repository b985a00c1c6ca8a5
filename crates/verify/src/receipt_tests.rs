use super::testing::{ENTRY as TEXT, Log, Signing, files, packed, receipt};
use super::*;
use crate::archive::pack;
use proptest::prelude::*;

fn policy(text: &str) -> Policy {
    Policy::parse(text).unwrap()
}

#[test]
fn a_receipt_is_proved_with_a_policy_from_elsewhere() {
    let (_, log, _) = receipt(0, 0);
    let policy = Policy::of_log(log.key);
    let verdict = check(&packed(70, 200), Some(&policy)).unwrap();
    assert_eq!((verdict.index, verdict.checkpoint.tree.size, verdict.trust), (70, 271, Trust::Elsewhere));
    let said = verdict.to_string();
    for part in ["leaf 70 of the log privacy.example/log", "by this platform alone", "Proved, with the keys"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn without_one_it_only_agrees_with_itself() {
    let verdict = check(&packed(2, 3), None).unwrap();
    assert_eq!(verdict.trust, Trust::TheReceipt);
    let said = verdict.to_string();
    assert!(said.contains("Not proved yet") && said.contains(&verdict.log.fingerprint()), "{said}");
    assert!(said.contains("privacy.example/log/keys"), "{said}");
}

#[test]
fn a_forgers_receipt_is_refused_by_a_policy_from_elsewhere() {
    let forger = Signing::new("privacy.example/log", Signs::Text, 66);
    let salt = [9; 32];
    let proof = Log::with(TEXT.as_bytes(), &salt, 1, 1).proof(1, &salt, &forger.key.name, &[&forger]);
    let forged = pack(&files(TEXT, &proof, &forger.key, &format!("log {}\nquorum none\n", forger.key)));
    assert_eq!(check(&forged, None).map(|verdict| verdict.trust), Ok(Trust::TheReceipt));
    let (_, log, _) = receipt(0, 0);
    let refused = check(&forged, Some(&Policy::of_log(log.key))).unwrap_err();
    assert_eq!(refused, Refused::NotSigned("privacy.example/log".into()));
    let other = Signing::new("other.example/log", Signs::Text, 1);
    let refused = check(&packed(0, 0), Some(&Policy::of_log(other.key))).unwrap_err();
    assert_eq!(refused, Refused::AnotherLog("privacy.example/log".into()));
}

#[test]
fn witnesses_are_counted() {
    let log = Signing::new("privacy.example/log", Signs::Text, 1);
    let [one, two] = [2, 3].map(|seed| Signing::new(&format!("w{seed}.example"), Signs::TextAndTime, seed));
    let salt = [9; 32];
    let tree = Log::with(TEXT.as_bytes(), &salt, 4, 4);
    let text = format!(
        "log {}\nwitness one {}\nwitness two {}\ngroup both 2 one two\nquorum both\n",
        log.key, one.key, two.key
    );
    let of = |by: &[&Signing]| pack(&files(TEXT, &tree.proof(4, &salt, &log.key.name, by), &log.key, &text));
    let verdict = check(&of(&[&log, &one, &two]), Some(&policy(&text))).unwrap();
    assert_eq!((verdict.witnesses.len(), verdict.asked), (2, 2));
    assert!(verdict.to_string().contains("The witness two saw it at 2026-03-03 12:01:40 UTC."), "{verdict}");
    assert_eq!(check(&of(&[&log, &one]), Some(&policy(&text))).unwrap_err(), Refused::TooFewWitnesses(1));
    assert_eq!(check(&of(&[&log]), None).unwrap_err(), Refused::TooFewWitnesses(0));
    assert_eq!(check(&of(&[&one, &two]), None).unwrap_err(), Refused::NotSigned("privacy.example/log".into()));
    // Somebody who is not in the policy says nothing.
    let unknown = Signing::new("w2.example", Signs::TextAndTime, 77);
    assert_eq!(check(&of(&[&log, &one, &unknown]), None).unwrap_err(), Refused::TooFewWitnesses(1));
    // Twice the same one is one.
    assert_eq!(check(&of(&[&log, &one, &one]), None).unwrap_err(), Refused::TooFewWitnesses(1));
}

#[test]
fn an_entry_that_is_not_in_the_log_is_refused() {
    let (mut files, ..) = receipt(5, 5);
    files[0].bytes = TEXT.replace("denied", "allowed").into();
    assert_eq!(check(&pack(&files), None).unwrap_err(), Refused::NotInTheLog);
    let (mut files, _, proof) = receipt(5, 5);
    files[1].bytes = Proof { index: 6, ..proof }.to_string().into();
    assert_eq!(check(&pack(&files), None).unwrap_err(), Refused::NotInTheLog);
}

#[test]
fn the_notice_is_the_one_that_the_entry_names() {
    let text = "We use your data.\n";
    let hash = "e0cbb1f5c0cd2f0ea8d8c8a0ed8f5d62b5dc3ac0a4d97f8e9c8a9f8f4f5b3c11";
    let log = Signing::new("privacy.example/log", Signs::Text, 1);
    let salt = [9; 32];
    let with = |sha256: &str, notice: Option<&str>| {
        let notice_ref = format!(
            r#""notice":{{"language":"en","purpose":"generative_ai_training","sha256":"{sha256}","version":1}}"#
        );
        let entry = TEXT.replace(r#""notice":null"#, &notice_ref);
        let proof = Log::with(entry.as_bytes(), &salt, 1, 0).proof(1, &salt, &log.key.name, &[&log]);
        let mut files = files(&entry, &proof, &log.key, &format!("log {}\nquorum none\n", log.key));
        files.extend(notice.map(|text| File { name: NOTICE.into(), bytes: text.into() }));
        check_files(&files, None).map(|verdict| verdict.has_notice)
    };
    let right = crate::strict::to_hex(&<sha2::Sha256 as sha2::Digest>::digest(text));
    assert_eq!(with(&right, Some(text)), Ok(true));
    assert_eq!(with(&right, None), Err(Refused::NoNotice));
    assert_eq!(with(hash, Some(text)), Err(Refused::AnotherNotice));
    assert_eq!(with(&right, Some("We don't.\n")), Err(Refused::AnotherNotice));
}

#[test]
fn files_that_do_not_belong_there_or_are_missing_are_named() {
    let (files, ..) = receipt(1, 1);
    let said = |files: &[File]| check_files(files, None).unwrap_err().to_string();
    assert!(said(&files[1..]).contains("entry.json is missing"));
    let more = [&files[..], &[File { name: "x".into(), bytes: Vec::new() }]].concat();
    assert!(said(&more).contains("x does not belong there"));
    let twice = [&files[..], &files[..1]].concat();
    assert!(said(&twice).contains("entry.json does not belong there"));
    let mut windows = files.clone();
    windows[1].bytes = String::from_utf8(windows[1].bytes.clone()).unwrap().replace('\n', "\r\n").into();
    assert!(said(&windows).contains("Windows line ends"), "{}", said(&windows));
}

/// Does it a hundred times, on as many threads as there are cores, and adds up what it answers.
fn a_hundred_times(what: impl Fn(u64) -> usize + Sync) -> usize {
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let what = &what;
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || (0..100).skip(first).step_by(threads).map(what).sum::<usize>()))
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

/// Changes the bits of these bytes, one at a time, and answers how many that were. None of the
/// changes may be taken. Every bit of every tenth is tried, and of all others one bit of each byte:
/// with `SAYSO_TEST_EVERY_BIT`, as in `make test-long`, every bit of all.
fn no_bit_can_be_changed(of: u64, bytes: &mut [u8], is_taken: impl Fn(&[u8]) -> bool) -> usize {
    assert!(is_taken(bytes), "number {of}");
    let every = of.is_multiple_of(10) || tries_every_bit();
    let mut tried = 0;
    for at in 0..bytes.len() {
        for bit in (0..8).filter(|bit| every || (at as u64 + of) % 8 == *bit) {
            bytes[at] ^= 1 << bit;
            assert!(!is_taken(bytes), "number {of}, byte {at}, bit {bit}");
            bytes[at] ^= 1 << bit;
            tried += 1;
        }
    }
    tried
}

fn tries_every_bit() -> bool {
    std::env::var_os("SAYSO_TEST_EVERY_BIT").is_some()
}

/// The size of a tree, other ones up to five hundred leaves, and a leaf of it.
fn tree_and_leaf(of: u64) -> (u64, u64) {
    let size = 1 + 5 * of + of % 5;
    (size, of * 37 % size)
}

#[test]
fn a_changed_bit_of_any_of_a_hundred_proofs_is_refused() {
    let tried = a_hundred_times(|of| {
        let (size, leaf) = tree_and_leaf(of);
        let (mut files, log, _) = receipt(leaf, size - 1 - leaf);
        let policy = Policy::of_log(log.key);
        let mut proof = files.remove(1).bytes;
        no_bit_can_be_changed(of, &mut proof, |bytes| {
            let changed = File { name: PROOF.into(), bytes: bytes.into() };
            let all = [&files[..], &[changed]].concat();
            check_files(&all, Some(&policy)).is_ok()
        })
    });
    assert!(tried > if tries_every_bit() { 500_000 } else { 100_000 }, "{tried}");
}

/// Without an entry: as a monitor or a witness reads them.
#[test]
fn a_changed_bit_of_any_of_a_hundred_checkpoints_is_refused() {
    let tried = a_hundred_times(|of| {
        let (size, leaf) = tree_and_leaf(of);
        let (_, log, proof) = receipt(leaf, size - 1 - leaf);
        let mut checkpoint = proof.checkpoint.into_bytes();
        no_bit_can_be_changed(of, &mut checkpoint, |bytes| {
            let note = std::str::from_utf8(bytes).ok().and_then(|text| Note::parse(text).ok());
            let note = note.filter(|note| Checkpoint::parse(&note.text).is_some());
            let signed = note.and_then(|note| note.signed_by(std::slice::from_ref(&log.key)).ok());
            signed.is_some_and(|signed| !signed.is_empty())
        })
    });
    assert!(tried > if tries_every_bit() { 100_000 } else { 20_000 }, "{tried}");
}

proptest! {
    #[test]
    fn whatever_it_is_given_it_answers(bytes in proptest::collection::vec(any::<u8>(), 0..2000), at in any::<usize>()) {
        prop_assert!(check(&bytes, None).is_err());
        let whole = packed(3, 9);
        let cut = &whole[..at % whole.len()];
        prop_assert!(check(cut, None).is_err());
        let (mut files, ..) = receipt(2, 2);
        let place = at % files.len();
        files[place].bytes = bytes;
        let _ = check_files(&files, None);
    }
}
