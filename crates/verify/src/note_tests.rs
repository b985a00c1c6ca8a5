use super::*;
use crate::receipt::testing::Signing;
use signed_note::{Note as TheirNote, StandardVerifier, VerifierList, is_key_name_valid};

const TEXT: &str = "privacy.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

fn note(by: &[&Signing]) -> Note {
    Note { text: TEXT.into(), signatures: by.iter().map(|key| key.sign(TEXT, 1_700_000_000)).collect() }
}

#[test]
fn what_is_signed_here_is_read_by_others() {
    let log = Signing::new("privacy.example/log", Signs::Text, 1);
    let text = note(&[&log]).to_string();
    let theirs = TheirNote::from_bytes(text.as_bytes()).unwrap();
    let key = StandardVerifier::new(&log.key.to_string()).unwrap();
    let known = VerifierList::new(vec![Box::new(key)]);
    assert_eq!(theirs.verify(&known).unwrap().0.len(), 1);
    assert!(is_key_name_valid(&log.key.name));
}

#[test]
fn a_note_has_one_spelling() {
    let log = Signing::new("privacy.example/log", Signs::Text, 1);
    let text = note(&[&log]).to_string();
    let read = Note::parse(&text).unwrap();
    assert_eq!(read.to_string(), text);
    assert_eq!(read.signed_by(std::slice::from_ref(&log.key)).unwrap().len(), 1);
    for other in [
        text.replace('\n', "\r\n"),
        text.trim_end().to_owned(),
        format!("{text}\n"),
        text.replace("— ", "- "),
        text.replace("— privacy", "—  privacy"),
        text.replace("example/log ", "example/log  "),
        TEXT.to_owned(),
        String::new(),
        "\n\n".into(),
    ] {
        assert_eq!(Note::parse(&other), Err(BadNote::Malformed), "{other:?}");
    }
    let many = note(&vec![&log; MOST]);
    assert!(Note::parse(&many.to_string()).is_ok());
    assert_eq!(Note::parse(&note(&vec![&log; MOST + 1]).to_string()), Err(BadNote::TooLong));
    assert_eq!(Note::parse(&"x".repeat(LONGEST + 1)), Err(BadNote::TooLong));
}

#[test]
fn a_wrong_signature_of_a_known_key_refuses_and_that_of_an_unknown_one_is_passed_over() {
    let [log, other] = [1, 2].map(|seed| Signing::new("privacy.example/log", Signs::Text, seed));
    let known = std::slice::from_ref(&log.key);
    assert_eq!(note(&[&other]).signed_by(known), Ok(Vec::new()));
    assert_eq!(note(&[&other, &log]).signed_by(known).unwrap().len(), 1);
    let mut wrong = note(&[&log]);
    wrong.text = wrong.text.replace('0', "1");
    assert_eq!(wrong.signed_by(known), Err(BadNote::WrongSignature("privacy.example/log".into())));
    // One right signature does not save a wrong one.
    let mut both = note(&[&log, &log]);
    both.signatures[1].bytes[5] ^= 1;
    assert!(both.signed_by(known).is_err());
}

#[test]
fn a_witness_signs_the_time_as_well() {
    let witness = Signing::new("w.example", Signs::TextAndTime, 5);
    let known = std::slice::from_ref(&witness.key);
    let signed = note(&[&witness]).signed_by(known).unwrap();
    assert_eq!(signed[0].time, Some(1_700_000_000));
    let mut later = note(&[&witness]);
    later.signatures[0].bytes[7] ^= 1;
    assert!(later.signed_by(known).is_err());
    let mut short = note(&[&witness]);
    short.signatures[0].bytes.truncate(7);
    assert!(short.signed_by(known).is_err());
    // The same bytes are nothing under the other kind of key.
    let text = Signing::new("w.example", Signs::Text, 5);
    assert_ne!(text.key.id, witness.key.id);
    assert_eq!(note(&[&witness]).signed_by(&[text.key]), Ok(Vec::new()));
}

#[test]
fn a_key_has_one_spelling() {
    let key = Signing::new("privacy.example/log", Signs::Text, 1).key;
    let text = key.to_string();
    assert_eq!(Key::parse(&text), Some(key.clone()));
    assert_eq!(key.fingerprint().len(), 39);
    for other in [
        text.to_uppercase(),
        text.replace("privacy", "privacv"),
        format!(" {text}"),
        format!("{text}\n"),
        text.replacen('+', "", 1),
        text.trim_end_matches(|c: char| c != '+').to_owned(),
        "a+00000000+AQ==".into(),
        String::new(),
    ] {
        assert_eq!(Key::parse(&other), None, "{other:?}");
    }
    assert_eq!(Key::new("a b", Signs::Text, key.public()), None);
    assert_eq!(Key::new("", Signs::Text, key.public()), None);
    assert_eq!(Key::new("a", Signs::Text, &[0; 32]), None, "a weak key signs everything");
}
