use super::*;
use crate::commitment::leaf;
use crate::note::{Key, Signs};
use crate::receipt::testing::{Log, Signing};

const NOTICE_TEXT: &str = "What we do\n\nWe train.\n";
const WORDS: &str = "I do not want this.";
const NOTICE_NAME: &str = "notices/generative_ai_training-1-en.txt";

type Owned = BTreeMap<String, Vec<u8>>;

fn id(n: u64) -> String {
    format!("019cb36e-0b4f-7000-8000-{n:012x}")
}

fn receipt_number(n: u64) -> String {
    let entry = crate::receipt::testing::ENTRY.replace("019cb36e-0b4f-7000-8000-0000443214c7", &id(n));
    Entry::parse(entry.as_bytes()).unwrap().receipt().unwrap()
}

/// The bytes of entry `n` of `subject`, after one with this commitment. The second names a notice,
/// the third has the hash of a text.
fn entry(n: u64, subject: &str, before: Option<[u8; 32]>) -> Vec<u8> {
    let mut json: serde_json::Value = serde_json::from_str(crate::receipt::testing::ENTRY).unwrap();
    json["id"] = id(n).into();
    json["position"] = n.into();
    json["subject"] = subject.into();
    if let Some(before) = before {
        json["previous"] = id(n - 1).into();
        json["previous_leaf"] = to_base64(&before).into();
    }
    if n == 2 {
        let hash = sha256(NOTICE_TEXT.as_bytes());
        json["notice"] = serde_json::json!({
            "purpose": "generative_ai_training", "version": 1, "language": "en", "sha256": hash
        });
    }
    if n == 3 {
        json["case"] = "OBJ-1".into();
        json["step"] = serde_json::json!({"text": sha256(format!("s\n{WORDS}").as_bytes()), "outcomes": []});
    }
    serde_jcs::to_vec(&json).unwrap()
}

/// A pack of four entries that is right, and the key of its log.
fn right(subject: &str, waiting: bool) -> (Owned, Key) {
    let signing = Signing::new("privacy.example/log", Signs::Text, 1);
    let (mut log, mut before, mut made) = (Log::default(), None, Vec::new());
    for n in 1..=4 {
        let (bytes, salt) = (entry(n, subject, before), [u8::try_from(n).unwrap(); 32]);
        let commitment = commitment(&salt, &bytes);
        before = Some(commitment);
        if !(waiting && n == 4) {
            log.push(&leaf(&commitment));
        }
        log.push(&format!("other {n}\n"));
        made.push((n, bytes, salt));
    }
    let mut files = Owned::new();
    for (n, bytes, salt) in made {
        let folder = folder(n, &receipt_number(n));
        files.insert(format!("{folder}/{ENTRY}"), bytes);
        if !(waiting && n == 4) {
            let proof = log.proof(2 * (n - 1), &salt, &signing.key.name, &[&signing]);
            files.insert(format!("{folder}/{PROOF}"), proof.to_string().into());
        }
    }
    let texts = [Text { entry: id(3), salt: "s".into(), text: WORDS.into() }];
    files.insert(texts_file("OBJ-1"), serde_jcs::to_vec(&texts).unwrap());
    files.insert("cases/OBJ-1/case.json".into(), b"{\"number\":\"OBJ-1\"}\n".to_vec());
    files.insert(NOTICE_NAME.into(), NOTICE_TEXT.into());
    files.insert(KEY.into(), format!("{}\n", signing.key).into());
    files.insert(POLICY.into(), format!("log {}\nquorum none\n", signing.key).into());
    for name in [README, SCRIPT, INDEX, ACCOUNT] {
        files.insert(name.into(), b"said\n".to_vec());
    }
    let waiting = if waiting { vec![id(4)] } else { Vec::new() };
    let manifest = Manifest {
        format: FORMAT.into(),
        about: About::History(subject.into()),
        made: 0,
        entries: 4,
        waiting,
        files: BTreeMap::new(),
    };
    list(&mut files, manifest);
    (files, signing.key)
}

/// Writes `pack.json` as a forger would who knows how.
fn list(files: &mut Owned, mut manifest: Manifest) {
    let others = files.iter().filter(|(name, _)| *name != MANIFEST && !name.starts_with(ENTRIES));
    manifest.files = others.map(|(name, bytes)| (name.clone(), sha256(bytes))).collect();
    files.insert(MANIFEST.into(), manifest.bytes().unwrap());
}

fn list_again(files: &mut Owned) {
    let manifest = serde_json::from_slice(&files[MANIFEST]).unwrap();
    list(files, manifest);
}

fn checked(files: &Owned) -> Result<Verdict, Refused> {
    check_files(&files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect(), None)
}

fn refused(files: &Owned) -> String {
    checked(files).expect_err("it is wrong").to_string()
}

#[test]
fn a_pack_that_is_right_is_proved_by_the_key_of_its_log() {
    let (files, key) = right("m-1", false);
    let verdict = checked(&files).unwrap();
    assert_eq!((verdict.texts, verdict.logs.len(), verdict.trust), (1, 1, Trust::TheReceipt));
    let mut named: Vec<File> = vec![File { name: README.into(), bytes: files[README].clone() }];
    let rest = files.iter().filter(|(name, _)| *name != README);
    named.extend(rest.map(|(name, bytes)| File { name: name.clone(), bytes: bytes.clone() }));
    let archive = archive::pack(&named);
    assert!(is_pack(&archive) && !is_pack(&crate::receipt::testing::packed(1, 1)));
    let verdict = check(&archive, Some(&Policy::of_log(key))).unwrap();
    assert_eq!(verdict.trust, Trust::Elsewhere);
    assert!(verdict.to_string().contains("entries 1 to 4 without a gap"), "{verdict}");
    assert!(check(&archive[..archive.len() - 1], None).is_err());
    let other = Signing::new("privacy.example/log", Signs::Text, 2).key;
    assert!(matches!(check(&archive, Some(&Policy::of_log(other))), Err(Refused::Entry(..))));
}

#[test]
fn what_is_not_in_the_log_yet_is_said() {
    let (files, _) = right("m-1", true);
    let verdict = checked(&files).unwrap().to_string();
    assert!(verdict.contains(&format!("Not proved: the entry {}.", id(4))), "{verdict}");
    assert!(verdict.contains("The last one that is proved is number 3"), "{verdict}");
}

#[test]
fn nothing_that_is_proved_follows_what_waits() {
    // Whoever turns a No into a Yes, and says that the log has not got it yet.
    let (mut files, key) = right("m-1", false);
    let place = |name: &str| format!("{}/{name}", folder(2, &receipt_number(2)));
    let forged = String::from_utf8(files[&place(ENTRY)].clone()).unwrap().replace("denied", "allowed");
    assert_ne!(forged.as_bytes(), files[&place(ENTRY)]);
    files.insert(place(ENTRY), forged.into());
    files.remove(&place(PROOF));
    let mut manifest: Manifest = serde_json::from_slice(&files[MANIFEST]).unwrap();
    manifest.waiting = vec![id(2)];
    list(&mut files, manifest);
    assert!(refused(&files).contains("follows one that pack.json says was not in the log yet"));
    // What waits at the end proves nothing, whatever key there is.
    let (files, _) = right("m-1", true);
    let named = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let verdict = check_files(&named, Some(&Policy::of_log(key))).unwrap();
    assert_eq!((verdict.trust, verdict.proves()), (Trust::Elsewhere, Trust::TheReceipt));
    assert!(verdict.to_string().contains("but for what comes last: one entry was not in the log yet"));
}

#[test]
fn one_changed_byte_of_any_file_is_refused_and_named() {
    let (files, _) = right("m-1", false);
    for name in files.keys() {
        let mut changed = files.clone();
        let bytes = changed.get_mut(name).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        let said = refused(&changed);
        let folder = name.rsplit_once('/').filter(|_| name.starts_with(ENTRIES)).map_or(name.as_str(), |(it, _)| it);
        assert!(said.contains(folder), "{name}: {said}");
        let mut missing = files.clone();
        missing.remove(name);
        let said = refused(&missing);
        assert!(said.contains(folder), "{name}: {said}");
    }
}

#[test]
fn a_forger_who_lists_the_files_again_is_refused_too() {
    let (files, _) = right("m-1", false);
    let mut word = files.clone();
    let texts = String::from_utf8(word[&texts_file("OBJ-1")].clone()).unwrap().replace("not want", "want");
    word.insert(texts_file("OBJ-1"), texts.into());
    list_again(&mut word);
    assert!(refused(&word).contains("cases/OBJ-1/texts.json has a text that is not the one in the entries"));
    let mut notice = files.clone();
    notice.insert(NOTICE_NAME.into(), b"We do nothing.\n".to_vec());
    list_again(&mut notice);
    assert!(refused(&notice).contains("is not the text that an entry names"));
    notice.remove(NOTICE_NAME);
    list_again(&mut notice);
    assert!(refused(&notice).contains("is missing: an entry names it"));
    let mut more = files.clone();
    more.insert("more.txt".into(), Vec::new());
    assert!(refused(&more).contains("more.txt does not belong there"));
}

#[test]
fn entries_are_all_there_in_their_order_and_of_one_history() {
    let (files, _) = right("m-1", false);
    let place = |n: u64, name: &str| format!("{}/{name}", folder(n, &receipt_number(n)));
    let mut gap = files.clone();
    gap.remove(&place(2, ENTRY));
    gap.remove(&place(2, PROOF));
    assert!(refused(&gap).contains("entries/000002- is missing"));
    // What follows moves up.
    let mut moved = gap.clone();
    for n in [3, 4] {
        for name in [ENTRY, PROOF] {
            let bytes = moved.remove(&place(n, name)).unwrap();
            moved.insert(format!("{}/{name}", folder(n - 1, &receipt_number(n))), bytes);
        }
    }
    assert!(refused(&moved).contains("stands at another place of its history"));
    let mut swapped = files.clone();
    for name in [ENTRY, PROOF] {
        let (two, three) = (swapped[&place(2, name)].clone(), swapped[&place(3, name)].clone());
        swapped.insert(place(2, name), three);
        swapped.insert(place(3, name), two);
    }
    assert!(refused(&swapped).contains("entries/000002-"));
    let (other, _) = right("m-2", false);
    let mut slipped = files.clone();
    for name in [ENTRY, PROOF] {
        slipped.insert(place(3, name), other[&place(3, name)].clone());
    }
    assert!(refused(&slipped).contains("is of another history"));
    let mut fewer = files.clone();
    let mut manifest: Manifest = serde_json::from_slice(&fewer[MANIFEST]).unwrap();
    manifest.entries = 3;
    list(&mut fewer, manifest);
    assert!(refused(&fewer).contains("is an entry more than pack.json counts"));
}

/// The same files as the pack of a case: of the four entries only the third is of one.
fn of_case(case: &str) -> Owned {
    let (mut files, _) = right("m-1", false);
    for n in [1, 2, 4] {
        for name in [ENTRY, PROOF] {
            files.remove(&format!("{}/{name}", folder(n, &receipt_number(n))));
        }
    }
    for name in [ENTRY, PROOF] {
        let bytes = files.remove(&format!("{}/{name}", folder(3, &receipt_number(3)))).unwrap();
        files.insert(format!("{}/{name}", folder(1, &receipt_number(3))), bytes);
    }
    files.remove(ACCOUNT);
    files.remove(NOTICE_NAME);
    let about = About::Case(case.into());
    let manifest =
        Manifest { format: FORMAT.into(), about, made: 0, entries: 1, waiting: Vec::new(), files: BTreeMap::new() };
    list(&mut files, manifest);
    files
}

#[test]
fn the_pack_of_a_case_has_its_steps_and_no_others() {
    let verdict = checked(&of_case("OBJ-1")).unwrap();
    assert_eq!((verdict.texts, verdict.logs.len()), (1, 1));
    let said = verdict.to_string();
    assert!(said.contains("It has one step of that case. It does not prove that these are all of them."), "{said}");
    assert!(refused(&of_case("OBJ-2")).contains("is of another case"));
    // The same step once more.
    let mut twice = of_case("OBJ-1");
    for name in [ENTRY, PROOF] {
        let bytes = twice[&format!("{}/{name}", folder(1, &receipt_number(3)))].clone();
        twice.insert(format!("{}/{name}", folder(2, &receipt_number(3))), bytes);
    }
    let mut manifest: Manifest = serde_json::from_slice(&twice[MANIFEST]).unwrap();
    manifest.entries = 2;
    list(&mut twice, manifest);
    assert!(refused(&twice).contains("stands there twice"));
}
