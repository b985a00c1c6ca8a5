//! What a receipt has: the records of standards, the page to print, and for whom it is there.

use crate::audit::{by_email, look, support};
use crate::choice::everywhere;
use crate::objection::{CODE, ONE, TWO, act, file, stored, unverified};
use crate::others_check::{check_py, said};
use crate::public_log::{all, key, sequencer};
use crate::stories;
use crate::test_app::{TestApp, TestClient};
use http::{Method, StatusCode};
use sayso::account::model::{Country, Role};
use sayso::ledger::Entry;
use sayso::log::key::LogKey;
use sayso_verify::archive::{File, unpack};
use sayso_verify::policy::Policy;
use sayso_verify::receipt::{KANTARA, RECORD, Verdict, check};

stories![
    records_of_standards_say_what_the_entry_says,
    a_platform_that_has_not_said_who_it_is_has_no_such_records,
    the_shapes_are_published,
    the_confirmation_after_a_press_leads_to_the_receipt,
    a_receipt_is_one_page_to_print,
    officers_and_auditors_take_a_receipt_along_and_it_is_recorded,
    a_mail_about_a_case_leads_a_member_to_the_receipt,
];

const WHO: [&str; 10] = [
    "--platform",
    "Lovelace \"Forum\"",
    "--privacy-policy-url",
    "https://lovelace.example/privacy",
    "--contact",
    "privacy@lovelace.example",
    "--postal-address",
    "1 Example Street, Dublin",
    "--phone",
    "+353 1 555 0100",
];

/// The receipt of an entry, as its owner downloads it.
async fn download(member: &TestClient, entry: &Entry) -> Vec<u8> {
    let file = member.get(&format!("/settings/privacy/entries/{}/receipt.zip", entry.id)).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.body);
    file.bytes.to_vec()
}

fn checked(receipt: &[u8]) -> Verdict {
    let key = LogKey::parse(&key()).unwrap().public().clone();
    check(receipt, Some(&Policy::of_log(key))).unwrap()
}

fn text<'a>(files: &'a [File], name: &str) -> Option<&'a str> {
    let file = files.iter().find(|file| file.name == name)?;
    Some(std::str::from_utf8(&file.bytes).unwrap())
}

/// What the Python in this receipt says, and how it ends.
fn python(files: &[File]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        std::fs::write(folder.path().join(&file.name), &file.bytes).unwrap();
    }
    check_py(folder.path(), &[])
}

/// What the records of each entry of Ada's history say, in its order: the status, and Kantara's
/// type of consent. Each is put into `lines` for the programs of others.
async fn records(site: &TestApp, ada: &TestClient, lines: &mut String) -> Vec<(String, Option<String>)> {
    sequencer(site).catch_up().await.unwrap();
    let mut found = Vec::new();
    for entry in all(site, "ada@example.org").await {
        let receipt = download(ada, &entry).await;
        assert_eq!(receipt, download(ada, &entry).await, "the same again");
        let (files, verdict) = (unpack(&receipt).unwrap(), checked(&receipt));
        let status = verdict.said.map(|said| said.status.name().to_owned());
        assert_eq!(status.is_some(), text(&files, RECORD).is_some());
        let Some(status) = status else { continue };
        for (kind, name) in [("record", RECORD), ("kantara", KANTARA)] {
            if let Some(text) = text(&files, name) {
                *lines += &format!("{}\n", serde_json::json!({"Kind": kind, "Text": text}));
            }
        }
        let (code, said) = python(&files);
        assert!(code == Some(2) && said.contains(&format!("The records say the same, as dpv:{status}.")), "{said}");
        let kantara = text(&files, KANTARA).map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
        let consent = kantara.map(|all| all["services"][0]["purposes"][0]["consentType"].as_str().unwrap().to_owned());
        found.push((status, consent));
    }
    found
}

async fn records_of_standards_say_what_the_entry_says(site: TestApp) {
    let site = site.with_flags(&WHO).await;
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.get("/settings/privacy").await;
    for press in ["denied", "allowed", "denied"] {
        ada.press(press).await;
    }
    let mut lines = String::new();
    let found = records(&site, &ada, &mut lines).await;
    let statuses: Vec<&str> = found.iter().map(|(status, _)| &**status).collect();
    let (on, off) = ("LegitimateInterestNotObjected", "LegitimateInterestObjected");
    assert_eq!(statuses, [on, off, on, off]);
    // Nobody said anything to the first: it is no consent, and no receipt of one.
    let consents: Vec<Option<&str>> = found.iter().map(|(_, consent)| consent.as_deref()).collect();
    assert!(
        consents[0].is_none() && consents[1..].iter().all(|said| said.unwrap().starts_with("None. ")),
        "{consents:?}"
    );

    // A No does not become a Yes unnoticed, by either program.
    let choice = all(&site, "ada@example.org").await.pop().unwrap();
    let files = unpack(&download(&ada, &choice).await).unwrap();
    for (name, from, to) in [
        (RECORD, "LegitimateInterestObjected", "ConsentGiven"),
        (RECORD, "\"dpv:hasConsentStatus\"", "\"dpv:hasConsentStatus\": {}, \"dpv:hasConsentStatus\""),
        (KANTARA, "\"None. This did not rest on consent", "\"EXPLICIT\", \"x\": \"None. This did not"),
        (KANTARA, &*choice.id.to_string(), "00000000-0000-7000-8000-000000000000"),
    ] {
        let mut forged = files.clone();
        let file = forged.iter_mut().find(|file| file.name == name).unwrap();
        let changed = String::from_utf8(file.bytes.clone()).unwrap().replace(from, to);
        assert_ne!(changed.as_bytes(), file.bytes, "{from}");
        file.bytes = changed.into();
        let refused = sayso_verify::receipt::check_files(&forged, None).unwrap_err().to_string();
        assert!(refused.starts_with(name), "{refused}");
        let (code, said) = python(&forged);
        assert!(code == Some(1) && said.contains("Refused:"), "{from}: {said}");
    }

    // Where it is asked for, it is consent, and a No is a refusal or a withdrawal.
    let site = site.with_rules(&everywhere("opt-in")).await;
    let eve = site.member("eve@example.org", "DE").await;
    for press in ["denied", "allowed", "denied"] {
        eve.press(press).await;
    }
    sequencer(&site).catch_up().await.unwrap();
    let mut said_of_eve = Vec::new();
    for entry in all(&site, "eve@example.org").await.iter().filter(|entry| entry.choice.is_some()) {
        let receipt = download(&eve, entry).await;
        let files = unpack(&receipt).unwrap();
        if let Some(said) = checked(&receipt).said {
            assert_eq!(said.country, "DE");
            said_of_eve.push(said.status.name());
            for (kind, name) in [("record", RECORD), ("kantara", KANTARA)] {
                lines += &format!("{}\n", serde_json::json!({"Kind": kind, "Text": text(&files, name).unwrap()}));
            }
        }
    }
    assert_eq!(said_of_eve, ["ConsentRefused", "ConsentGiven", "ConsentWithdrawn"]);
    let interpreter = std::env::var("SAYSO_TEST_PYTHON").expect("scripts/setup stories says where it is");
    let program = [interpreter, "tests/others/records.py".into()];
    assert_eq!(said(&program, &lines), "examples 3 right, 11 wrong; records 7, receipts 6\n");
}

async fn a_platform_that_has_not_said_who_it_is_has_no_such_records(site: TestApp) {
    // No telephone, and a page as contact: Kantara's asks for both.
    let less = [&WHO[..4], &["--contact", "https://lovelace.example/contact"], &WHO[6..8]].concat();
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    let entry = all(&site, "ada@example.org").await.pop().unwrap();
    let mut site = site;
    for (flags, expected) in [(&WHO[..6], [false, false]), (&less[..], [true, false]), (&WHO[..], [true, true])] {
        site = site.with_flags(flags).await;
        let ada = site.signed_in("ada@example.org").await;
        let files = unpack(&download(&ada, &entry).await).unwrap();
        assert_eq!([RECORD, KANTARA].map(|name| text(&files, name).is_some()), expected, "{flags:?}");
    }
}

async fn the_shapes_are_published(site: TestApp) {
    let visitor = site.visitor();
    let shapes = visitor.get("/shapes/consent-record.ttl").await;
    assert_eq!(shapes.header("content-type"), "text/turtle; charset=utf-8");
    assert_eq!(shapes.header("cache-control"), "public, max-age=86400");
    shapes.says("sh:targetSubjectsOf dct:conformsTo");
    let example = visitor.get("/shapes/examples/objected.jsonld").await;
    assert_eq!(example.header("content-type"), "application/ld+json");
    for path in ["/shapes/examples/fails-id.jsonld", "/shapes/examples/default.jsonld"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::OK, "{path}");
    }
    for path in ["/shapes/", "/shapes/x", "/shapes/../Cargo.toml", "/shapes/examples/"] {
        assert_ne!(visitor.get(path).await.status, StatusCode::OK, "{path}");
    }
}

async fn the_confirmation_after_a_press_leads_to_the_receipt(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    let choice = all(&site, "ada@example.org").await.pop().unwrap();
    let page = format!("/settings/privacy/entries/{}", choice.id);
    let tab = ada.get("/settings/privacy").await;
    assert_eq!(tab.attribute("#ai-said[role=status] a", "href"), page);
    assert_eq!(tab.text_of("#ai-said a"), choice.id.receipt());
    // Before it is in the log, the page says so, and offers to look again.
    let waits = ada.get(&page).await;
    waits.says("It gets into our public log within seconds.");
    assert!(waits.links(&page).contains(&page) && !waits.has("a[download]"));
    sequencer(&site).catch_up().await.unwrap();
    let there = ada.get(&page).await;
    assert_eq!(there.attribute("a[download]", "href"), format!("{page}/receipt.zip"));
    assert!(there.links(&page).contains(&format!("{page}/receipt")));
    // Staff who look are led to their own page of it.
    let officer = site.officer().await;
    let id = by_email(&site, "ada@example.org").await.id;
    look(&officer, &id, "They asked.").await;
    let card = officer.get(&format!("/support/members/{id}")).await;
    assert_eq!(card.attribute("#ai-said a", "href"), format!("/support/members/{id}/entries/{}", choice.id));
}

async fn a_receipt_is_one_page_to_print(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    let choice = all(&site, "ada@example.org").await.pop().unwrap();
    let page = format!("/settings/privacy/entries/{}/receipt", choice.id);
    let title = format!("Receipt {}, to print", choice.id.receipt());
    let waits = ada.get(&page).await;
    waits.is_page(&title).says("It gets into our public log within seconds.");
    assert_eq!(waits.links(&page), [&*page]);
    sequencer(&site).catch_up().await.unwrap();
    let sheet = ada.get(&page).await;
    sheet.is_page(&title).says("You chose to keep it off");
    // What a person reads comes before the bytes.
    let all_of_it = sheet.lines();
    let place = |text: &str| all_of_it.find(text).unwrap_or_else(|| panic!("{text}: {all_of_it}"));
    assert!(
        place("You chose to keep it off") < place("The exact words.")
            && place("The exact words.") < place("byte for byte")
    );
    let files = unpack(&download(&ada, &choice).await).unwrap();
    let printed = sheet.texts_of(".sheet pre.bytes");
    for (n, name) in ["entry.json", "entry.tlog-proof", "log.vkey", "policy.txt"].into_iter().enumerate() {
        assert_eq!(printed[n].trim_end(), text(&files, name).unwrap().trim_end(), "{name}");
    }
    sheet.says(&LogKey::parse(&key()).unwrap().public().fingerprint());
    assert_eq!(sheet.attribute("a[download]", "href"), format!("{page}.zip"));
    // Nobody else has it.
    let eve = site.member("eve@example.org", "US").await;
    assert_eq!(eve.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.visitor().get(&page).await.status, StatusCode::FOUND);
    assert_eq!(ada.get("/settings/privacy/entries/x/receipt").await.status, StatusCode::NOT_FOUND);
}

async fn officers_and_auditors_take_a_receipt_along_and_it_is_recorded(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "US").await;
    ada.press("denied").await;
    let choice = all(&site, "ada@example.org").await.pop().unwrap();
    let id = by_email(&site, "ada@example.org").await.id;
    let page = format!("/support/members/{id}/entries/{}", choice.id);
    let file = format!("{page}/receipt.zip");
    let ledger = format!("/audit/ledger/{}", choice.id);
    let officer = site.officer().await;
    site.staff("auditor@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("auditor@example.org", Role::Auditor).await;
    // Before it is in the log, each page says or shows that there is none.
    assert_eq!(auditor.get(&format!("{ledger}/receipt.zip")).await.location(), ledger);
    assert!(!auditor.get(&ledger).await.has(&format!("a[href=\"{ledger}/receipt.zip\"]")));
    sequencer(&site).catch_up().await.unwrap();
    let own = download(&ada, &choice).await;

    // An officer says why they look, first.
    assert_eq!(officer.get(&file).await.location(), page);
    look(&officer, &id, "They asked.").await;
    let shown = officer.get(&page).await;
    assert_eq!(shown.attribute("a[download]", "href"), file);
    shown.says("What the member wrote is not in it.");
    assert_eq!(officer.send(Method::HEAD, &file, &[], &[]).await.status, StatusCode::OK);
    assert_eq!(officer.get(&file).await.bytes.to_vec(), own, "it is the same file");
    assert_eq!(officer.get(&file.replace(&choice.id.to_string(), "x")).await.status, StatusCode::NOT_FOUND);

    // Support may look, and does not get it.
    let support = support(&site).await;
    look(&support, &id, "They asked.").await;
    assert!(!support.get(&page).await.has("a[download]"));
    assert_eq!(support.get(&file).await.status, StatusCode::NOT_FOUND);

    assert_eq!(auditor.get(&ledger).await.attribute("a.button[download]", "href"), format!("{ledger}/receipt.zip"));
    assert_eq!(auditor.get(&format!("{ledger}/receipt.zip")).await.bytes.to_vec(), own);
    for other in [&ada, &officer, &support] {
        assert_eq!(other.get(&format!("{ledger}/receipt.zip")).await.status, StatusCode::NOT_FOUND);
    }

    // Both are in the log of the staff, about the member's subject; a head is not a download.
    let log = auditor.get(&format!("/audit/staff?kind=download&subject={}", choice.subject)).await;
    assert_eq!(log.count("tbody tr"), 2, "{}", log.text());
    for row in log.texts_of("tbody tr") {
        assert!(row.contains(&format!("receipt-{}.zip", choice.id.receipt())), "{row}");
    }
    // The member reads that an officer looked.
    ada.get("/settings/privacy/history").await.says("Our privacy team viewed these settings");
}

async fn a_mail_about_a_case_leads_a_member_to_the_receipt(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let number = file(&ada, ONE, &["research"]).await;
    let link = "Your receipt: proof of what we recorded";
    let mail = site.mail("ada@example.org", &format!("We have your objection {number}")).await;
    assert!(mail.contains(link), "{mail}");
    let leads_to = async |step: &str| {
        let mailed = site.mailed("ada@example.org", "/settings/privacy/entries/").await;
        let entry =
            all(&site, "ada@example.org").await.into_iter().find(|entry| entry.id.to_string() == mailed).unwrap();
        assert_eq!(entry.step.unwrap().name.as_str(), step);
        assert_eq!(ada.get(&format!("/settings/privacy/entries/{mailed}")).await.status, StatusCode::OK);
    };
    leads_to("filed").await;
    site.pass(1000);
    act(&ada, &site, "withdraw-objection", &number, &[]).await;
    assert!(site.mail("ada@example.org", &format!("You withdrew objection {number}")).await.contains(link));
    leads_to("withdrawn").await;

    // Whoever has no account is led to the page of the case, as before.
    let ben = site.visitor();
    let number = unverified(&ben, TWO, "ben@example.org").await;
    let code = site.mailed("ben@example.org", CODE).await;
    ben.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    assert!(stored(&site, &number).await.member.is_none());
    for mail in site.mails("ben@example.org").await {
        assert!(!mail.contains(link) && !mail.contains("/settings/privacy/entries/"), "{mail}");
    }
}

#[test]
fn each_country_but_one_is_a_term_of_dpv() {
    let terms = include_str!("../standards/dpv-2.3-terms.txt");
    let loc = terms.split("https://w3id.org/dpv/loc#\n").nth(1).unwrap();
    let missing: Vec<_> = Country::all()
        .into_iter()
        .filter(|country| !loc.contains(&format!("  {}\n", country.alpha2())))
        .map(|country| country.to_string())
        .collect();
    assert_eq!(missing, ["Kosovo (XK)"], "the one that has no record");
}
