//! What an auditor reads: who of the staff looked, and the whole ledger; and what an auditor never
//! reads: whom a member is.

mod tampered;
mod verifying;

use crate::objection::{ONE, TWO, file};
use crate::stories;
use crate::test_app::{Answer, TestApp, TestClient};
use http::{Method, StatusCode};
use sayso::account::model::{Country, Member, NewMember, Role};
use sayso::account::store as accounts;
use sayso::csv_safe::exact;
use sayso::db::Db;
use sayso::ledger::entry::sha256_hex;
use sayso::ledger::{Reason, store as ledger};
use sayso::support::{access_reason::AccessReason, store as looks};
use std::collections::BTreeSet;

stories![
    the_auditor_reads_who_of_the_staff_looked_at_which_subject_and_why,
    filters_select_and_what_is_wrong_with_them_stands_at_its_field,
    pages_and_files_have_each_row_once_and_newest_first,
    a_file_has_what_was_hashed_and_is_recorded_before_it_is_sent,
    the_auditor_sees_no_contact_data_anywhere,
];

async fn auditor(site: &TestApp) -> TestClient {
    site.staff("auditor@example.org", Role::Auditor).await;
    site.signed_in_as("auditor@example.org", Role::Auditor).await
}

pub async fn support(site: &TestApp) -> TestClient {
    site.staff("support@example.org", Role::Support).await;
    site.signed_in_as("support@example.org", Role::Support).await
}

pub async fn by_email(site: &TestApp, email: &str) -> Member {
    accounts::by_email(site.app.db.reader().await.unwrap().conn(), email).await.unwrap().unwrap()
}

async fn join(site: &TestApp, name: &str, email: &str) -> Member {
    let (name, email, country) = (name.into(), email.into(), Country::parse("IE").unwrap());
    let new = NewMember {
        name,
        email,
        country,
        role: Role::Member,
        password_hash: "none".into(),
        demo: false,
        address_proved: true,
    };
    site.app.join(new).await.unwrap()
}

pub async fn look(staff: &TestClient, member: &str, text: &str) {
    let fields = [("member", member), ("reason", "asked"), ("text", text)];
    assert_eq!(staff.post("/api/look-at-member", &fields).await.location(), format!("/support/members/{member}"));
}

/// What a page says, its cells apart.
fn said(page: &Answer) -> String {
    page.texts().iter().flat_map(|text| text.split_whitespace()).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(page: &Answer, text: &str) {
    assert!(said(page).contains(text), "the page does not say {text:?}:\n{}", said(page));
}

/// Everything that a page links to among the auditor's own.
fn links(page: &Answer) -> Vec<String> {
    let links = page.links("/audit").into_iter();
    links.map(|link| link.split('#').next().unwrap().to_owned()).collect()
}

/// Every page and file that an auditor can come to from the rail, with the address of each.
pub async fn everything_of(auditor: &TestClient) -> Vec<(String, Answer)> {
    let (mut seen, mut all) = (BTreeSet::new(), Vec::new());
    let mut next = vec!["/audit".to_owned(), "/audit/ledger".into()];
    while let Some(path) = next.pop() {
        if seen.insert(path.clone()) {
            let answer = auditor.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}:\n{}", answer.lines());
            next.extend(links(&answer));
            all.push((path, answer));
        }
    }
    all
}

/// The records of a CSV file, without its header.
fn records(answer: &Answer) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(answer.body.as_bytes()).records().map(Result::unwrap).collect()
}

/// The rows of all pages from `first` on, by where their last link leads.
async fn rows(visitor: &TestClient, first: &str) -> Vec<String> {
    let (mut all, mut next) = (Vec::new(), first.to_owned());
    loop {
        let page = visitor.get(&next).await;
        let links = page.attributes("tbody [href^=\"/audit/ledger/\"]", "href");
        assert!((1..=50).contains(&links.len()), "{links:?}");
        all.extend(links.iter().map(|link| link["/audit/ledger/".len()..][..36].to_owned()));
        let Some(link) = page.link_to("next") else { return all };
        next = link;
    }
}

async fn the_auditor_reads_who_of_the_staff_looked_at_which_subject_and_why(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    let case = file(&ada, ONE, &["research"]).await;
    let member = by_email(&site, "ada@example.org").await;
    let auditor = auditor(&site).await;
    auditor.get("/").await;
    let empty = auditor.get("/audit").await;
    empty.says("No support views yet.");
    let support = support(&site).await;
    look(&support, &member.id, "Called about the switch.").await;
    support.post("/api/unmask-address", &[("member", &member.id)]).await;
    site.pass(60_000);
    let officer = site.officer().await;
    officer.post("/api/look-at-member", &[("member", &member.id), ("case", &case)]).await;

    let page = auditor.get("/audit").await;
    page.says("3 views");
    says(&page, &format!("2026-11-23 00:01 Staff privacy officer Viewed the settings Case {case}"));
    says(
        &page,
        "2026-11-23 00:00 Staff support Viewed the settings The member asked for help Called about the switch.",
    );
    says(&page, "Staff support Saw the full e-mail address");
    assert_eq!(page.text().matches("matches its entry").count(), 3);
    assert_eq!(page.count(&format!("[href=\"/audit/ledger?subject={}\"]", member.subject)), 3);
    for secret in ["ada@example.org", &member.id, "support@example.org"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    // One click and the same subject is looked at in the ledger, and back.
    let ledger = auditor.get(&format!("/audit/ledger?subject={}", member.subject)).await;
    ledger.says(&format!("For subject {}", member.subject));
    ledger.says(&format!("Case {case}: filed"));
    ledger.says("Viewed the settings");
    assert!(ledger.has(&format!("[href=\"/audit?subject={}\"]", member.subject)));
    auditor.get(&format!("/audit?subject={}", member.subject)).await.says("3 views");
}

async fn filters_select_and_what_is_wrong_with_them_stands_at_its_field(site: TestApp) {
    let [ada, bob] = [join(&site, "Ada", "ada@example.org").await, join(&site, "Bob", "bob@example.org").await];
    let support = support(&site).await;
    look(&support, &ada.id, "On Monday.").await;
    site.pass_days(1);
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    look(&support, &bob.id, "On Tuesday.").await;
    support.post("/api/unmask-address", &[("member", &bob.id)]).await;
    let officer = site.officer().await;
    look(&officer, &ada.id, "By the officer.").await;
    let auditor = auditor(&site).await;
    for (query, said) in [
        ("", "4 views"),
        ("from=2026-11-24", "3 views"),
        ("to=2026-11-23", "One view"),
        ("from=2026-11-23&to=2026-11-24", "4 views"),
        ("from=2026-11-25", "No matching views."),
        ("role=support", "3 views"),
        ("role=privacy_officer", "One view"),
        ("shown=address", "One view"),
        ("shown=settings", "3 views"),
        ("role=privacy_officer&shown=address", "No matching views."),
        (&format!("subject={}", ada.subject), "2 views"),
        (&format!("subject={}&role=support", ada.subject.to_uppercase()), "One view"),
        (&format!("subject={}&from=2026-11-24", ada.subject), "One view"),
        ("subject=8d0f4c1e-2a5b-4c6d-9e7f-0a1b2c3d4e5f", "No matching views."),
        ("from=&to=&role=&shown=&subject=", "4 views"),
    ] {
        auditor.get(&format!("/audit?{query}")).await.says(said);
    }
    for (query, said) in [
        ("from=2026-02-30", "Please enter a date"),
        ("to=yesterday", "Please enter a date"),
        ("from=2026-11-24&to=2026-11-23", "This date is before the start date."),
        ("role=auditor", "Please choose from the list."),
        ("shown=%00", "Please choose from the list."),
        ("subject=ada%40example.org", "This is not a subject"),
    ] {
        let page = auditor.get(&format!("/audit?{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        page.says(said);
        assert!(!page.has("tbody"));
        assert!(page.has("[aria-invalid=true]"), "{query}");
        let refused = auditor.get(&format!("/audit/log.csv?{query}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(said));
    }
    auditor.get("/audit/downloads").await.says("Nothing has been downloaded yet.");
    for (query, said) in [
        ("kind=default", "2 entries"),
        ("kind=view&purpose=none", "4 entries"),
        ("purpose=none", "4 entries"),
        ("purpose=generative-ai-training", "2 entries"),
        ("purpose=generative-ai-training&kind=view", "No matching entries."),
        ("kind=view&from=2026-11-24", "3 entries"),
        ("kind=default&to=2026-11-22", "No matching entries."),
        (&format!("subject={}", ada.subject), "3 entries"),
        (&format!("subject={}&kind=view", ada.subject), "2 entries"),
        (&format!("subject={}&from=2026-11-24", ada.subject), "One entry"),
        ("kind=rumour", "Please choose from the list."),
        ("from=x", "Please enter a date"),
    ] {
        auditor.get(&format!("/audit/ledger?{query}")).await.says(said);
    }
}

async fn pages_and_files_have_each_row_once_and_newest_first(site: TestApp) {
    let ada = join(&site, "Ada", "ada@example.org").await;
    site.staff("support@example.org", Role::Support).await;
    site.staff("officer@example.org", Role::PrivacyOfficer).await;
    let staff = [by_email(&site, "support@example.org").await, by_email(&site, "officer@example.org").await];
    let why = AccessReason { reason: Reason::Asked, case: None, text: Some("Called.".into()) };
    let (count, begun) = (530, site.app.clock.now());
    for i in 0..count {
        let now = begun.plus_days(i as u32 + 1);
        looks::look(&site.app.db, &staff[i % 2], &ada, &why, now).await.unwrap();
    }
    site.pass_days(count as i64 + 1);
    let auditor = auditor(&site).await;
    let mut expected: Vec<String> = {
        let mut reader = site.app.db.reader().await.unwrap();
        let all = ledger::of_subject(reader.conn(), &ada.subject).await.unwrap();
        all.iter().skip(1).map(|entry| entry.id.to_string()).collect()
    };
    expected.reverse();
    let every_second = |from: usize| expected.iter().skip(from).step_by(2).cloned().collect::<Vec<_>>();
    let subject = &ada.subject;
    assert_eq!(rows(&auditor, "/audit").await, expected);
    assert_eq!(rows(&auditor, &format!("/audit?subject={subject}")).await, expected);
    assert_eq!(rows(&auditor, "/audit?role=support").await, every_second(1));
    assert_eq!(rows(&auditor, "/audit?shown=settings&from=2000-01-01").await, expected);
    for query in ["?kind=view", "?purpose=none", "?kind=view&purpose=none"] {
        assert_eq!(rows(&auditor, &format!("/audit/ledger{query}")).await, expected, "{query}");
    }
    for query in [String::new(), format!("?subject={subject}")] {
        let all = rows(&auditor, &format!("/audit/ledger{query}")).await;
        assert_eq!((all.len(), &all[..count]), (count + 1, &expected[..]));
    }
    let csv = records(&auditor.get("/audit/log.csv").await);
    assert_eq!(csv.iter().map(|record| record[1].to_owned()).collect::<Vec<_>>(), expected);
    let lines = auditor.get("/audit/log.ndjson?role=privacy_officer").await.body;
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines.iter().map(|line| line["entry"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
        every_second(0)
    );
    let csv = records(&auditor.get("/audit/ledger.csv?kind=view").await);
    assert_eq!(csv.iter().map(|record| record[1].to_owned()).collect::<Vec<_>>(), expected);
    // A page behind what is not there is the first one, or the end.
    for after in ["x", "%00", ""] {
        auditor.get(&format!("/audit?after={after}")).await.says("50 views, more");
    }
    auditor.get("/audit?after=00000000-0000-7000-8000-000000000000").await.says("Nothing earlier.");
    // Every link of a chain that long is checked.
    auditor
        .get(&format!("/audit/ledger/{}?chain=whole", expected[0]))
        .await
        .says("All 531 entries hold, each linked to the one before.");
}

async fn a_file_has_what_was_hashed_and_is_recorded_before_it_is_sent(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    let member = by_email(&site, "ada@example.org").await;
    let support = support(&site).await;
    look(&support, &member.id, "=HYPERLINK(\"http://evil.example\");+1").await;
    let auditor = auditor(&site).await;

    let csv = auditor.get("/audit/ledger.csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"sayso-ledger-2026-11-23.csv\"");
    assert_eq!(csv.header("x-content-type-options"), "nosniff");
    assert_eq!(csv.header("cache-control"), "private, no-store");
    let lines = auditor.get("/audit/ledger.ndjson").await;
    assert_eq!(lines.header("content-type"), "application/x-ndjson");
    assert_eq!(lines.header("content-disposition"), "attachment; filename=\"sayso-ledger-2026-11-23.ndjson\"");
    let hashes: Vec<String> = lines.body.lines().map(|line| sha256_hex(line.as_bytes())).collect();
    assert!(hashes.len() >= 5);
    assert_eq!(hashes, records(&csv).iter().map(|record| record[9].to_owned()).collect::<Vec<_>>());
    for record in records(&csv) {
        assert_eq!(sha256_hex(exact(&record[10]).as_bytes()), record[9], "docs/files.md: the record, as it was hashed");
    }

    let log = auditor.get("/audit/log.csv?role=support").await;
    let record = &records(&log)[0];
    assert_eq!((&record[4], &record[8], &record[12]), ("support", "'=HYPERLINK(\"http://evil.example\");'+1", "yes"));
    assert_eq!(exact(&record[8]), "=HYPERLINK(\"http://evil.example\");+1");
    assert!(records(&auditor.get("/audit/log.csv?role=privacy_officer").await).is_empty());

    let page = auditor.get("/audit/downloads").await;
    says(&page, "2026-11-23 00:00 Ledger, CSV everything Staff");
    says(&page, "Ledger, NDJSON everything Staff");
    says(&page, "Access log, CSV role support Staff");
    assert_eq!(page.text().matches("2026-11-23 00:00").count(), 4);
    // To ask what a file is like is no download, and neither is to be refused.
    let head = auditor.send(Method::HEAD, "/audit/log.csv", &[], &[]).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    let nobody = site.visitor().get("/audit/log.csv?role=support").await;
    assert_eq!(
        (nobody.status, &*nobody.location()),
        (StatusCode::FOUND, "/sign-in?next=/audit/log.csv%3Frole%3Dsupport")
    );
    for other in [&ada, &support] {
        let refused = other.get("/audit/log.csv").await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert!(!refused.body.contains("support"));
    }
    assert_eq!(auditor.get("/audit/downloads").await.text().matches("2026-11-23 00:00").count(), 4);
}

/// Whoever a member is stands nowhere: the staff wrote it into their reasons here, as well as
/// they could.
async fn the_auditor_sees_no_contact_data_anywhere(site: TestApp) {
    site.publish(1).await;
    let email = "zebediah.quillfeather@pottery.example";
    let visitor = site.visitor();
    let fields = [
        ("name", "Zebediah Quillfeather"),
        ("email", email),
        ("country", "IE"),
        ("password", crate::test_app::PASSWORD),
    ];
    site.sign_up(&visitor, &fields).await;
    visitor.press("denied").await;
    let case = file(&visitor, ONE, &["research"]).await;
    let applicant = site.visitor();
    let objection = [
        ("form", TWO),
        ("name", "Wilhelmina Thornapple"),
        ("email", "wilhelmina@orchard.example"),
        ("country", "IE"),
        ("mode", "object"),
        ("purposes[]", "research"),
        ("reason", "Ask Hildegard."),
        ("language", "en"),
    ];
    assert!(applicant.post("/api/submit-objection", &objection).await.location().starts_with("/objection/code?case="));
    let member = by_email(&site, email).await;
    let support = support(&site).await;
    look(
        &support,
        &member.id,
        &format!("ZEBEDIAH QUILLFEATHER <{email}>, +353 1 496 0000, called; Quillfeather's switch."),
    )
    .await;
    support.post("/api/unmask-address", &[("member", &member.id)]).await;
    let officer = site.officer().await;
    let fields = [("member", &*member.id), ("case", &case), ("text", "Zebediah asks, on 01-4960000.")];
    officer.post("/api/look-at-member", &fields).await;

    let auditor = auditor(&site).await;
    let all = everything_of(&auditor).await;
    let paths: Vec<&str> = all.iter().map(|(path, _)| path.as_str()).collect();
    for there in [
        "/audit",
        "/audit/ledger",
        "/audit/downloads",
        "/audit/log.csv",
        "/audit/log.ndjson",
        "/audit/ledger.csv",
        "/audit/ledger.ndjson",
    ] {
        assert!(paths.contains(&there), "{there} among {paths:?}");
    }
    assert!(paths.iter().filter(|path| path.contains("?chain=whole")).count() >= 5);
    let secrets = [
        "zebediah",
        "quillfeather",
        "pottery",
        "wilhelmina",
        "thornapple",
        "orchard",
        "hildegard",
        "4960000",
        "496 0000",
        "support@",
        "officer@",
        &member.id,
    ];
    for (path, answer) in &all {
        let small = answer.body.to_lowercase();
        for secret in secrets {
            assert!(!small.contains(secret), "{secret} at {path}");
        }
    }
    let log = auditor.get("/audit").await;
    log.says("[name] [name] [address] [number], called; [name]'s switch.");
    log.says("[name] asks, on [number].");
    assert!(auditor.get("/audit/log.csv").await.body.contains("[name]"));
    for closed in [
        "/support".to_owned(),
        format!("/support/members/{}", member.id),
        format!("/support/objections/{case}"),
        format!("/objections/{case}"),
    ] {
        assert_eq!(auditor.get(&closed).await.status, StatusCode::NOT_FOUND, "{closed}");
    }
}
