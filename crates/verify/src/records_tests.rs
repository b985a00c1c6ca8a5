use super::*;
use crate::receipt::testing::{ENTRY, Log, Signing, files};
use crate::receipt::{KANTARA, RECORD, Refused, check_files};
use crate::{archive::File, note::Signs};

const NOTICE_TEXT: &str = "We use your data.\n";
const NOTICE_HASH: &str = "5d0193300b2643c363b2fe04135d46b5a077fe4df3a7e7ce5caed1a5fe0a0309";

fn said(status: Status) -> Said {
    Said {
        site: "https://privacy.example".into(),
        name: "The \"Acme\" Company".into(),
        contact: "mailto:privacy@acme.example".into(),
        phone: Some("+353 1 555 0100".into()),
        address: "1 Example Street, Dublin".into(),
        policy: "https://acme.example/privacy".into(),
        country: "IE".into(),
        status,
    }
}

/// An entry of the switch.
fn choice(choice: &str) -> String {
    let notice = format!(r#""notice":{{"language":"en","purpose":"{PURPOSE}","sha256":"{NOTICE_HASH}","version":3}}"#);
    let with = ENTRY.replace("generative_ai_training", PURPOSE).replace(r#""notice":null"#, &notice);
    with.replace("\"denied\"", &format!("{choice:?}"))
}

fn told() -> String {
    let told = choice("denied").replace(r#""choice":"denied""#, r#""choice":null"#);
    told.replace(r#""kind":"choice""#, r#""kind":"notice""#).replace(r#""actor":"member""#, r#""actor":"system""#)
}

fn read(text: &str) -> Entry {
    Entry::parse(text.as_bytes()).unwrap()
}

/// Each entry that has records, with what it can mean.
fn all() -> Vec<(String, Status)> {
    vec![
        (choice("allowed"), Status::NotObjected),
        (choice("denied"), Status::Objected),
        (choice("allowed"), Status::Given),
        (choice("denied"), Status::Refused),
        (choice("denied"), Status::Withdrawn),
        (told(), Status::NotObjected),
    ]
}

#[test]
fn what_is_read_from_a_record_is_what_it_was_made_of() {
    for (entry, status) in all() {
        for said in [said(status), Said { phone: None, contact: "https://acme.example/contact".into(), ..said(status) }]
        {
            let entry = read(&entry);
            let record = consent_record(&entry, &said).unwrap();
            assert_eq!(Said::in_record(&entry, record.as_bytes()), Some(said.clone()), "{record}");
            let kantara = kantara(&entry, &said);
            assert_eq!(kantara.is_some(), said.phone.is_some() && entry.kind == "choice");
            for text in kantara.iter().chain([&record]) {
                assert!(serde_json::from_str::<Value>(text).is_ok(), "{text}");
            }
        }
    }
}

#[test]
fn a_no_is_never_a_yes_and_a_default_is_no_consent() {
    use Status::{Given, NotObjected, Objected, Refused, Withdrawn};
    for (entry, possible) in [
        (choice("allowed"), vec![NotObjected, Given]),
        (choice("denied"), vec![Objected, Refused, Withdrawn]),
        (told(), vec![NotObjected]),
        (choice("denied").replace(r#""actor":"member""#, r#""actor":"system""#), vec![]),
        (choice("denied").replace(PURPOSE, "research"), vec![]),
        (ENTRY.replace("generative_ai_training", PURPOSE), vec![]),
        (told().replace(r#""kind":"notice""#, r#""kind":"default""#), vec![]),
    ] {
        for status in STATUS.map(|row| row.0) {
            let record = consent_record(&read(&entry), &said(status));
            assert_eq!(record.is_some(), possible.contains(&status), "{status:?} of {entry}");
        }
    }
    let record = consent_record(&read(&told()), &said(NotObjected)).unwrap();
    for word in ["dpv:Consent", "dpv:ExpressedConsent", "dpv:WithdrawConsent", "dpv:ProvideConsent"] {
        assert!(!record.contains(word), "{word}");
    }
}

/// A receipt of this entry with these records.
fn packed(entry: &str, records: &[(&str, String)]) -> Vec<File> {
    let (log, salt) = (Signing::new("privacy.example/log", Signs::Text, 1), [9; 32]);
    let proof = Log::with(entry.as_bytes(), &salt, 1, 2).proof(1, &salt, &log.key.name, &[&log]);
    let mut files = files(entry, &proof, &log.key, &format!("log {}\nquorum none\n", log.key));
    files.push(File { name: crate::receipt::NOTICE.into(), bytes: NOTICE_TEXT.into() });
    files.extend(records.iter().map(|(name, text)| File { name: (*name).into(), bytes: text.clone().into() }));
    files
}

#[test]
fn no_byte_of_a_record_can_be_changed_but_the_platforms_own_word() {
    for (entry, status) in all() {
        let (read, said) = (read(&entry), said(status));
        let record = consent_record(&read, &said).unwrap();
        let kantara = kantara(&read, &said);
        let both: Vec<_> = [(RECORD, record.clone())].into_iter().chain(kantara.map(|text| (KANTARA, text))).collect();
        let whole = packed(&entry, &both);
        let verdict = check_files(&whole, None).unwrap();
        assert_eq!(verdict.said.as_ref(), Some(&said));
        assert!(verdict.to_string().contains(status.name()), "{verdict}");
        for (which, (name, text)) in both.iter().enumerate() {
            let place = whole.len() - both.len() + which;
            for at in 0..text.len() {
                let mut changed = text.clone().into_bytes();
                changed[at] ^= 1;
                // Of what the platform says, another text is another statement, which stands in the
                // verdict.
                let other = Said::in_record(&read, &changed).filter(|_| *name == RECORD);
                assert!(other.as_ref().is_none_or(|other| *other != said && other.status == status), "{at}");
                if at % 97 == 0 {
                    let mut files = whole.clone();
                    files[place].bytes = changed;
                    let refused = check_files(&files, None).map(|verdict| verdict.said);
                    assert!(refused.is_err() || both.len() == 1 && refused.as_ref() == Ok(&other), "{at}: {refused:?}");
                }
            }
        }
        // The one without the other.
        let alone: Vec<_> = both.iter().skip(1).cloned().collect();
        assert_eq!(check_files(&packed(&entry, &alone), None).is_ok(), alone.is_empty());
    }
}

#[test]
fn refused_cannot_become_given() {
    let entry = choice("denied");
    let record = consent_record(&read(&entry), &said(Status::Refused)).unwrap();
    let given = record.replace("ConsentRefused", "ConsentGiven");
    assert_ne!(record, given);
    assert_eq!(check_files(&packed(&entry, &[(RECORD, given)]), None).unwrap_err(), Refused::AnotherRecord(RECORD));
    let later = record.replace("2026-03-03T12:00:01.999Z", "2026-03-04T12:00:01.999Z");
    assert_ne!(record, later);
    assert_eq!(check_files(&packed(&entry, &[(RECORD, later)]), None).unwrap_err(), Refused::AnotherRecord(RECORD));
}

/// The examples that are published beside the shapes are what is made.
#[test]
fn the_published_examples_are_records_that_are_made() {
    let hash = "4".repeat(64);
    for (published, text, status) in [
        (include_str!("../../../public/shapes/examples/default.jsonld"), told(), Status::NotObjected),
        (include_str!("../../../public/shapes/examples/objected.jsonld"), choice("denied"), Status::Objected),
        (include_str!("../../../public/shapes/examples/given.jsonld"), choice("allowed"), Status::Given),
    ] {
        let made = consent_record(&read(&text.replace(NOTICE_HASH, &hash)), &said(status)).unwrap();
        assert_eq!(published, made);
    }
}
