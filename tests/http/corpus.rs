//! Nothing that a member, an applicant or a file types can act in anybody's browser, mail program
//! or spreadsheet.
//!
//! Each story is lived through twice, in two houses: once with what is meant to do harm in every
//! field, and once with letters of the same shape. Every page then has the same elements with the
//! same attributes in both, and what was typed comes back as text.

mod compare;
mod story;
mod texts;

use crate::audit::{by_email, everything_of};
use crate::stories;
use crate::test_app::TestApp;
use crate::tree::{dangers, plain, said, shape};
use compare::{cells, compare, compare_mails};
use sayso::account::model::{Role, parse_name};
use sayso::db::Db;
use sayso::members::export::Export;
use sayso::members::import::{Import, Report, Tally};
use sayso::members::lines::Lines;
use sayso::members::model::{Format, check_id};
use sayso::members::rejects::Refused;
use sayso::members::rejects::Rejects;
use sayso::members::repeated::Repeated;
use sayso::support::{access_reason, store as looks};
use sayso::time::UtcMillis;
use std::io;
use story::Story;
use texts::{CORPUS, With};

stories![
    nothing_a_member_types_becomes_part_of_a_page,
    nothing_the_staff_write_as_a_reason_acts_at_the_auditors,
    nothing_an_applicant_types_becomes_part_of_a_page_or_a_mail,
    nothing_anybody_writes_into_a_case_becomes_part_of_a_page_or_a_mail,
    what_a_file_brings_in_is_text_in_every_file_and_page_that_comes_out,
];

async fn another(site: &TestApp) -> TestApp {
    match site.app.db {
        Db::Sqlite { .. } => TestApp::sqlite().await,
        Db::Postgres { .. } => TestApp::postgres().await,
    }
}

/// The file of what was refused, and beside it the reasons.
struct Kept {
    reasons: Vec<String>,
    file: Rejects<tempfile::NamedTempFile>,
}

impl Report for Kept {
    fn refused(&mut self, refused: Refused<'_>) -> io::Result<()> {
        self.reasons.push(refused.reason.to_owned());
        self.file.put(&refused)
    }

    fn reached(&mut self, _: Tally, _: u64) {}
}

async fn nothing_a_member_types_becomes_part_of_a_page(site: TestApp) {
    let other = another(&site).await;
    let live = async |site: &TestApp, with: With| {
        let mut story = Story::begin(site, with).await;
        for (n, harm) in CORPUS.iter().enumerate() {
            story.member(n, harm).await;
        }
        story.mails().await;
        story.found
    };
    let (harm, letters) = tokio::join!(live(&site, With::Harm), live(&other, With::Letters));
    compare(&harm, &letters);
    compare_mails(&harm.mails, &letters.mails);
}

async fn nothing_the_staff_write_as_a_reason_acts_at_the_auditors(site: TestApp) {
    let other = another(&site).await;
    let live = async |site: &TestApp, with: With| {
        site.staff("auditor@example.org", Role::Auditor).await;
        site.staff("support@example.org", Role::Support).await;
        site.member("zoe@example.org", "IE").await;
        let (staff, member) = (by_email(site, "support@example.org").await, by_email(site, "zoe@example.org").await);
        for harm in CORPUS {
            site.pass(31 * 60_000);
            let why = access_reason::parse("", "asked", &with.text(harm)).unwrap();
            looks::look(&site.app.db, &staff, &member, &why, site.app.clock.now()).await.unwrap();
        }
        site.signed_in_as("auditor@example.org", Role::Auditor).await
    };
    let [auditor, theirs] = [live(&site, With::Harm).await, live(&other, With::Letters).await];
    let [log, letters] = [auditor.get("/audit").await.body, theirs.get("/audit").await.body];
    assert_eq!(shape(&log), shape(&letters));
    assert_eq!(dangers(&log), Vec::<String>::new());
    assert!(said(&log).contains(&plain("x\n=1+1")), "{log}");
    let typed = crate::test_app::encode(CORPUS[2]);
    for path in ["/audit", "/audit/ledger"] {
        let query = format!(
            "{path}?subject={typed}&from={typed}&role={typed}&shown={typed}&kind={typed}&purpose={typed}&after={typed}"
        );
        let wrong = auditor.get(&query).await.body;
        assert_eq!(dangers(&wrong), Vec::<String>::new());
        assert!(said(&wrong).contains(CORPUS[2]));
    }
    let file = auditor.get("/audit/log.csv").await.body;
    let cells = cells(&file);
    for begin in ["'=HYPERLINK(", "'=cmd|", "'+1", "'-2", "'＝1", "x;'=1+1", "<script>"] {
        assert!(cells.iter().any(|cell| cell.starts_with(begin)), "{begin} in {file}");
    }
    let lines = auditor.get("/audit/log.ndjson").await.body;
    let texts: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts.len(), CORPUS.len());
    assert!(texts.contains(&CORPUS[0].to_owned()));
}

async fn nothing_an_applicant_types_becomes_part_of_a_page_or_a_mail(site: TestApp) {
    let other = another(&site).await;
    let live = async |site: &TestApp, with: With| {
        let mut story = Story::begin(site, with).await;
        for (n, harm) in CORPUS.iter().enumerate() {
            story.applicant(n, harm).await;
        }
        story.mails().await;
        story.found
    };
    let (harm, letters) = tokio::join!(live(&site, With::Harm), live(&other, With::Letters));
    compare(&harm, &letters);
    compare_mails(&harm.mails, &letters.mails);
    assert!(harm.mails.len() >= 2 * CORPUS.len());
}

async fn nothing_anybody_writes_into_a_case_becomes_part_of_a_page_or_a_mail(site: TestApp) {
    let other = another(&site).await;
    let live = async |site: &TestApp, with: With| {
        let mut story = Story::begin(site, with).await;
        story.case().await;
        story.mails().await;
        story.found
    };
    let (harm, letters) = tokio::join!(live(&site, With::Harm), live(&other, With::Letters));
    compare(&harm, &letters);
    compare_mails(&harm.mails, &letters.mails);
    assert!(harm.mails.len() >= 5, "received, extended, decided, complained, answered");
    site.pass(UtcMillis::DAY);
    let officer = site.another_officer().await;
    for file in [
        "/support/figures/open-cases.csv",
        "/support/figures/answers.csv",
        "/support/figures/standing.csv",
        "/transparency.csv",
    ] {
        let file = officer.get(file).await.body;
        assert!(cells(&file).len() >= 5 && !file.contains("pwned"), "{file}");
    }
    let auditor = {
        site.staff("auditor@example.org", Role::Auditor).await;
        site.signed_in_as("auditor@example.org", Role::Auditor).await
    };
    for (path, answer) in everything_of(&auditor).await {
        if answer.header("content-type").starts_with("text/html") {
            assert_eq!(dangers(&answer.body), Vec::<String>::new(), "{path}");
        }
        assert!(!answer.body.contains("pwned"), "{path}");
    }
}

async fn what_a_file_brings_in_is_text_in_every_file_and_page_that_comes_out(site: TestApp) {
    let mut csv_file = csv::Writer::from_writer(Vec::new());
    csv_file.write_record(["id", "email", "name", "country", "joined"]).unwrap();
    let mut ndjson = String::new();
    let mut taken = Vec::new();
    for (n, harm) in CORPUS.iter().enumerate() {
        let short: String = harm.chars().take(90).collect();
        let (by_csv, by_json) = (With::Harm.email(harm, n, "csv"), With::Harm.email(harm, n, "ndjson"));
        // An id that a spreadsheet would run does not come in; then the name does by another.
        let id = |by| {
            Some(format!("{short}{by}{n}")).filter(|id| check_id(id).is_ok()).unwrap_or_else(|| format!("{by}{n}"))
        };
        csv_file.write_record([&id("c"), &by_csv, &short, "IE", "2019-05-01"]).unwrap();
        let (id, joined) = (id("j"), "2019-05-01");
        let line = serde_json::json!({ "id": id, "email": by_json, "name": short, "country": "IE", "joined": joined });
        ndjson += &format!("{line}\n");
        // And a line that is wrong in everything.
        csv_file.write_record([harm, harm, harm, harm, harm]).unwrap();
        if let Ok(name) = parse_name(&short) {
            taken.extend([(by_csv, name.clone()), (by_json, name)]);
        }
    }
    let app = &site.app;
    let csv_file = csv_file.into_inner().unwrap();
    let rejects = tempfile::NamedTempFile::new().unwrap();
    let path = rejects.path().to_owned();
    let mut kept = Kept { reasons: Vec::new(), file: Rejects::new(rejects).unwrap() };
    for (format, bytes) in [(Format::Csv, &csv_file[..]), (Format::Ndjson, ndjson.as_bytes())] {
        let work =
            Import { db: &app.db, rules: &app.rules, clock: &app.clock, instead: None, update: false, origin: "" };
        let repeated = Repeated::of(&mut Lines::open(bytes, format).unwrap(), app.clock.now()).unwrap();
        work.run(&mut Lines::open(bytes, format).unwrap(), repeated, &mut kept).await.unwrap();
    }
    assert!(kept.reasons.len() >= CORPUS.len());
    // The reasons are ours: what was typed stands in the text beside them only.
    for reason in &kept.reasons {
        assert!(!reason.contains("pwned") && !reason.contains("evil"), "{reason}");
    }
    kept.file.flush().unwrap();
    let refused = cells(&std::fs::read_to_string(path).unwrap());
    assert_eq!(refused.len(), 8 * (kept.reasons.len() + 1));
    assert!(refused.iter().any(|cell| cell.contains("cmd|' /C calc'!A0")), "{refused:?}");
    let export = async |format: Format| {
        let mut out = Vec::new();
        let work = Export {
            db: &app.db,
            rules: &app.rules,
            window_days: 30,
            now: app.present().at,
            doubt: app.present().doubt.is_some(),
            demo: false,
        };
        work.run(format, &mut out, |_| {}).await.unwrap();
        String::from_utf8(out).unwrap()
    };
    let cells = cells(&export(Format::Csv).await);
    let lines = export(Format::Ndjson).await;
    let names: Vec<(String, String)> = lines
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            (value["email"].as_str().unwrap().to_owned(), value["name"].as_str().unwrap().to_owned())
        })
        .collect();
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    let came = taken.iter().filter(|(email, _)| names.iter().any(|(there, _)| there == email));
    let mut shapes = Vec::new();
    for (email, name) in came.clone() {
        assert!(names.contains(&(email.clone(), name.clone())), "{name:?} comes out as it came in");
        assert!(cells.contains(&sayso::csv_safe::neutralise_formula(name).into_owned()), "{name:?}");
        let id = by_email(&site, email).await.id;
        let found = support.get(&format!("/support?q={id}")).await;
        assert_eq!(dangers(&found.body), Vec::<String>::new());
        assert!(said(&found.body).contains(&plain(name)), "{name:?}");
        shapes.push(shape(&found.body));
    }
    assert!(shapes.len() > CORPUS.len(), "{} of {}", shapes.len(), taken.len());
    assert!(shapes.iter().all(|shape| *shape == shapes[0]));
}
