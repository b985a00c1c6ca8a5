//! A member deletes their account: everything that names them goes, what is recorded stays to be
//! verified, and nobody brings them back.

use crate::audit::{by_email, look, support};
use crate::members::{exported, import, invited};
use crate::objection::{ONE, TWO, decide, file, stored};
use crate::public_log::sequencer;
use crate::stories;
use crate::test_app::{PASSWORD, TestApp, TestClient};
use crate::whole_record::verify;
use http::StatusCode;
use sayso::account::model::Role;
use sayso::db::{Db, built};
use sayso::ledger::entry::PLATFORM;
use sayso::ledger::{Kind, store as ledger};
use sayso::log::forget;
use sayso::members::model::Format;
use sayso::objection::case::CaseState;

stories![
    everything_that_names_a_member_goes,
    a_forgotten_history_verifies_and_leads_to_nobody,
    a_secret_stays_while_an_entry_waits_for_its_leaf,
    nothing_is_forgotten_unseen,
    a_wrong_password_deletes_nothing,
    open_cases_are_withdrawn_and_complaints_wait_for_nobody,
    an_import_brings_nobody_back_and_an_export_denies_them,
    whoever_signs_up_again_begins_anew,
    staff_have_no_such_page,
];

const ADA: &str = "ada.byron@example.org";

pub async fn delete(visitor: &TestClient, password: &str) -> String {
    let answer = visitor.post("/api/delete-account", &[("current", password)]).await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    answer.location()
}

async fn ada(site: &TestApp) -> TestClient {
    let ada = site.visitor();
    let typed = [("name", "Ada Byron"), ("email", ADA), ("country", "IE"), ("password", PASSWORD)];
    site.sign_up(&ada, &typed).await;
    ada
}

/// Every text that is stored anywhere, with its table and column.
async fn everything(site: &TestApp) -> Vec<(String, String)> {
    let mut all = Vec::new();
    match &site.app.db {
        Db::Sqlite { read, .. } => {
            const COLUMNS: &str = "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c
              where m.type = 'table' and m.name not like 'sqlite_%' and m.name <> '_sqlx_migrations'";
            let columns: Vec<(String, String)> = sqlx::query_as(COLUMNS).fetch_all(read).await.unwrap();
            for (table, column) in columns {
                let sql = format!("select cast({column} as text) from {table} where {column} is not null");
                let texts: Vec<Vec<u8>> = sqlx::query_scalar(built(&format!(
                    "select cast(x as blob) from ({})",
                    sql.replace(&format!("select cast({column} as text)"), &format!("select {column} as x"))
                )))
                .fetch_all(read)
                .await
                .unwrap();
                let texts = texts.into_iter().map(|text| String::from_utf8_lossy(&text).into_owned());
                all.extend(texts.map(|text| (format!("{table}.{column}"), text)));
            }
        }
        Db::Postgres { pool, .. } => {
            const TABLES: &str = "select table_name::text from information_schema.tables
              where table_schema = current_schema() and table_name <> '_sqlx_migrations'";
            let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(pool).await.unwrap();
            for table in tables {
                let sql = format!("select to_jsonb(t)::text from {table} t");
                let rows: Vec<String> = sqlx::query_scalar(built(&sql)).fetch_all(pool).await.unwrap();
                all.extend(rows.into_iter().map(|row| (table.clone(), row)));
            }
            let canonical: Vec<Vec<u8>> =
                sqlx::query_scalar("select canonical from entries").fetch_all(pool).await.unwrap();
            all.extend(canonical.into_iter().map(|it| ("entries".into(), String::from_utf8_lossy(&it).into_owned())));
        }
    }
    all
}

/// Where any of these words stands.
fn places(all: &[(String, String)], words: &[&str]) -> Vec<String> {
    let has = |text: &str| words.iter().any(|word| text.to_lowercase().contains(&word.to_lowercase()));
    all.iter().filter(|(_, text)| has(text)).map(|(place, text)| format!("{place}: {text}")).collect()
}

async fn everything_that_names_a_member_goes(site: TestApp) {
    site.publish(1).await;
    let ada = ada(&site).await;
    ada.press("denied").await;
    let refused = file(&ada, ONE, &["research"]).await;
    decide(&site.officer().await, &site, &refused, &[("research", "refused", "Zebras need Ada Byron.")]).await;
    let open = file(&ada, TWO, &["personalisation"]).await;
    let member = by_email(&site, ADA).await;
    look(&support(&site).await, &member.id, "Ada Byron called about zebras.").await;
    let words = ["byron", ADA, "zebra", "I write about my health"];
    assert!(places(&everything(&site).await, &words).len() > 10, "they were there");
    let elsewhere = site.signed_in(ADA).await;

    let page = ada.get("/account/delete").await;
    page.says("What is erased");
    page.says(&open);
    page.does_not_say(&refused);
    assert_eq!(delete(&ada, PASSWORD).await, "/account/deleted");
    ada.get("/account/deleted").await.says("Your account is deleted");
    for browser in [&ada, &elsewhere] {
        assert!(browser.get("/settings/privacy").await.location().starts_with("/sign-in"));
    }
    let letter = site.mail(ADA, "Your account for").await;
    assert!(letter.contains(&open) && !letter.contains(&refused), "{letter}");
    // That letter is the last that has the address, until it is sent.
    site.tamper("delete from outbox").await.unwrap();
    let left = places(&everything(&site).await, &words);
    assert!(left.is_empty(), "{left:#?}");
    assert_eq!(site.enter_password(&site.visitor(), ADA).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let case = stored(&site, &open).await;
    assert_eq!((case.state, case.name.as_str(), case.reason), (CaseState::Withdrawn, "", None));
    // A second press says the same.
    assert_eq!(delete(&ada, PASSWORD).await, "/account/deleted");
}

async fn a_forgotten_history_verifies_and_leads_to_nobody(site: TestApp) {
    site.publish(1).await;
    let ada = ada(&site).await;
    ada.press("denied").await;
    let number = file(&ada, ONE, &["research"]).await;
    let officer = site.officer().await;
    decide(&officer, &site, &number, &[("research", "refused", "We must.")]).await;
    let member = by_email(&site, ADA).await;
    look(&support(&site).await, &member.id, "Called.").await;
    site.member("eve@example.org", "IE").await.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    let entries = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &member.subject).await.unwrap();
    let receipt = ada.get(&format!("/settings/privacy/entries/{}/receipt.zip", entries[0].id)).await.bytes;
    delete(&ada, PASSWORD).await;
    sequencer(&site).catch_up().await.unwrap();
    assert_eq!(forget::some(&site.app.db, site.app.clock.now()).await.unwrap(), 1);
    assert_eq!(forget::some(&site.app.db, site.app.clock.now()).await.unwrap(), 0);
    sequencer(&site).catch_up().await.unwrap();
    let platform = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), PLATFORM).await.unwrap();
    let said = platform.into_iter().find_map(|entry| entry.forgotten).unwrap();
    let now = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &member.subject).await.unwrap();
    assert_eq!((said.subject, said.leaves), (member.subject.clone(), i64::try_from(now.len()).unwrap()));
    let secrets = everything(&site).await.into_iter().filter(|(place, _)| place.starts_with("subject_secrets"));
    assert!(secrets.into_iter().all(|(_, text)| !text.contains(&member.subject)));
    let (code, said) = verify(&site, &["--database"]);
    assert!(code == Some(0) && said.contains("Everything holds."), "{said}");
    // What was downloaded stays valid.
    assert!(sayso_verify::receipt::check(&receipt, None).is_ok());
    // An auditor still reads the entries, and that the texts were erased.
    site.staff("auditor@example.org", Role::Auditor).await;
    let auditor = site.signed_in_as("auditor@example.org", Role::Auditor).await;
    let filed = now.iter().find(|entry| entry.kind == Kind::Objection).unwrap();
    auditor.get(&format!("/audit/ledger/{}", filed.id)).await.says("Erased");
    auditor.get("/audit/ledger").await.says("Deleted account");
    assert_eq!(auditor.get("/audit").await.status, StatusCode::OK);
    let again = [("case", &*number), ("revision", "99"), ("why_again", "Again.")];
    let refused = officer.post("/api/reopen-objection", &again).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    assert_eq!(officer.get("/support/objections").await.status, StatusCode::OK);
    let found = officer.get("/support?q=byron").await;
    found.does_not_say("Ada Byron");
}

async fn a_secret_stays_while_an_entry_waits_for_its_leaf(site: TestApp) {
    let ada = ada(&site).await;
    ada.press("denied").await;
    delete(&ada, PASSWORD).await;
    assert_eq!(forget::some(&site.app.db, site.app.clock.now()).await.unwrap(), 0);
    let (code, said) = verify(&site, &["--database"]);
    assert_eq!(code, Some(0), "{said}");
    sequencer(&site).catch_up().await.unwrap();
    assert_eq!(forget::some(&site.app.db, site.app.clock.now()).await.unwrap(), 1);
    sequencer(&site).catch_up().await.unwrap();
    let (code, said) = verify(&site, &["--database"]);
    assert_eq!(code, Some(0), "{said}");
}

async fn nothing_is_forgotten_unseen(site: TestApp) {
    let ada = ada(&site).await;
    ada.press("denied").await;
    let eve = site.member("eve@example.org", "IE").await;
    eve.press("denied").await;
    let (subject, other) = (by_email(&site, ADA).await.subject, by_email(&site, "eve@example.org").await.subject);
    delete(&ada, PASSWORD).await;
    sequencer(&site).catch_up().await.unwrap();
    forget::some(&site.app.db, site.app.clock.now()).await.unwrap();
    sequencer(&site).catch_up().await.unwrap();
    let (code, said) = verify(&site, &["--database"]);
    assert_eq!(code, Some(0), "{said}");
    let name = format!("forgotten {subject}");
    let of_other = format!("forgotten {other}");
    let platform = ledger::of_subject(site.app.db.reader().await.unwrap().conn(), PLATFORM).await.unwrap();
    let entry = platform.iter().find(|entry| entry.forgotten.is_some()).unwrap().id.to_string();
    for (change, back, named) in [
        (
            format!("insert into subject_secrets (subject, secret) values ('{subject}', '{}=')", "A".repeat(43)),
            format!("delete from subject_secrets where subject = '{subject}'"),
            &name,
        ),
        (
            format!("update forgotten_subjects set entry_id = 'x' where subject = '{subject}'"),
            format!("update forgotten_subjects set entry_id = '{entry}' where subject = '{subject}'"),
            &name,
        ),
        (
            format!("insert into forgotten_subjects (subject, asked_at, entry_id) values ('{other}', 1, '{entry}')"),
            format!("delete from forgotten_subjects where subject = '{other}'"),
            &of_other,
        ),
        (
            format!("update forgotten_subjects set subject = 'y' where subject = '{subject}'"),
            format!("update forgotten_subjects set subject = '{subject}' where subject = 'y'"),
            &"The secret is there that its leaf is made with".to_owned(),
        ),
    ] {
        site.tamper(&change).await.unwrap();
        let (code, said) = verify(&site, &["--database"]);
        assert!(code == Some(1) && said.contains(named), "{change}\n{said}");
        site.tamper(&back).await.unwrap();
    }
    // Whoever deletes a secret without a word is found out.
    site.tamper(&format!("delete from subject_secrets where subject = '{other}'")).await.unwrap();
    let (code, said) = verify(&site, &["--database"]);
    assert!(code == Some(1) && said.contains("The secret is there that its leaf is made with"), "{said}");
    // Nothing more is recorded about somebody who is forgotten.
    let more = format!(
        "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256)
         select 'x', subject, position + 100, kind, purpose, at, canonical, sha256 from entries
         where subject = '{subject}' and position = 1"
    );
    assert!(site.tamper(&more).await.unwrap_err().contains("forgotten"));
    // Texts of cases of those who are here cannot be erased, not even with an account marked so.
    let number = file(&eve, ONE, &["research"]).await;
    let change = format!("update case_steps set text = null, salt = '' where number = '{number}'");
    assert!(site.tamper(&change).await.unwrap_err().contains("append-only"));
    assert!(site.tamper("update looks set text = null, salt = null").await.is_ok(), "there is none");
}

async fn a_wrong_password_deletes_nothing(site: TestApp) {
    let ada = ada(&site).await;
    for wrong in ["not-my-password-at-all", ""] {
        let answer = ada.post("/api/delete-account", &[("current", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says("This is not your current password.");
    }
    ada.get("/settings/privacy").await.says("Data privacy");
    assert_eq!(by_email(&site, ADA).await.name, "Ada Byron");
    // Only whoever is signed in here is deleted.
    let other = site.member("eve@example.org", "IE").await;
    assert_eq!(delete(&other, PASSWORD).await, "/account/deleted");
    assert_eq!(by_email(&site, ADA).await.name, "Ada Byron");
}

async fn open_cases_are_withdrawn_and_complaints_wait_for_nobody(site: TestApp) {
    site.publish(1).await;
    let ada = ada(&site).await;
    let officer = site.officer().await;
    let number = file(&ada, ONE, &["research"]).await;
    decide(&officer, &site, &number, &[("research", "refused", "We must.")]).await;
    ada.post("/api/complain-about-objection", &[("case", &number), ("text", "Look again.")]).await;
    assert!(stored(&site, &number).await.has_complaint());
    ada.get("/account/delete").await.says(&number);
    delete(&ada, PASSWORD).await;
    let case = stored(&site, &number).await;
    assert!(!case.waits(), "{case:?}");
    officer.get("/support/objections").await.does_not_say(&number);
    sequencer(&site).catch_up().await.unwrap();
    forget::some(&site.app.db, site.app.clock.now()).await.unwrap();
    sequencer(&site).catch_up().await.unwrap();
    let (code, said) = verify(&site, &["--database"]);
    assert_eq!(code, Some(0), "{said}");
}

async fn an_import_brings_nobody_back_and_an_export_denies_them(site: TestApp) {
    const FILE: &str = "id,email,name,country,joined\n17,ada.byron@example.org,Ada Byron,IE,2019-05-01\n18,eve@example.org,Eve,IE,2019-05-01\n";
    site.publish(1).await;
    import(&site, FILE).await;
    let ada = invited(&site, ADA).await;
    ada.get("/account/delete").await.says("The number by which your platform knows you");
    delete(&ada, PASSWORD).await;
    let letter = site.mail(ADA, "Your account for").await;
    assert!(letter.contains("We tell your platform not to use your data"), "{letter}");
    let (tally, refused) = import(&site, FILE).await;
    assert_eq!((tally.departed, tally.known, tally.brought_in, refused.len()), (1, 1, 0, 0));
    for format in [Format::Csv, Format::Ndjson] {
        let file = exported(&site, format).await;
        let line = file.lines().find(|line| line.contains("account deleted")).unwrap().to_owned();
        assert!(line.contains("17") && line.matches("denied").count() == 7 && !line.contains("allowed"), "{line}");
        assert!(!file.contains("Byron") && !file.contains(ADA), "{file}");
    }
}

async fn whoever_signs_up_again_begins_anew(site: TestApp) {
    site.publish(1).await;
    let first = ada(&site).await;
    first.press("denied").await;
    let before = by_email(&site, ADA).await;
    delete(&first, PASSWORD).await;
    let again = ada(&site).await;
    let after = by_email(&site, ADA).await;
    assert_ne!((&before.id, &before.subject), (&after.id, &after.subject));
    let page = again.get("/settings/privacy/history").await;
    page.says("Account created, with this off");
    page.does_not_say("turned it off");
}

async fn staff_have_no_such_page(site: TestApp) {
    let officer = site.officer().await;
    assert_eq!(officer.get("/account/delete").await.status, StatusCode::NOT_FOUND);
    officer.get("/account").await.does_not_say("Delete your account");
    let answer = officer.post("/api/delete-account", &[("current", PASSWORD)]).await;
    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.body.contains("deleted"));
    assert_eq!(by_email(&site, "officer@example.org").await.name, "Staff");
}
