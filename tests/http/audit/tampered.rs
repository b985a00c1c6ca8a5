//! What somebody with the database's password could change, and what the auditor sees of it.

use super::*;

stories![nobody_changes_or_removes_a_look_or_a_download, what_was_changed_behind_the_guards_is_seen,];

/// As somebody with the database's password could: the guards are taken away first.
pub async fn tamper_behind_the_guards(site: &TestApp, table: &str, sql: &str) {
    let guards: &[String] = match &site.app.db {
        Db::Sqlite { .. } => {
            &[format!("drop trigger {table}_refuse_update"), format!("drop trigger {table}_refuse_delete")]
        }
        Db::Postgres { .. } => &[format!("alter table {table} disable trigger all")],
    };
    for guard in guards {
        site.tamper(guard).await.unwrap();
    }
    site.tamper(sql).await.unwrap();
}

async fn nobody_changes_or_removes_a_look_or_a_download(site: TestApp) {
    let ada = join(&site, "Ada", "ada@example.org").await;
    let support = support(&site).await;
    look(&support, &ada.id, "Called.").await;
    let auditor = auditor(&site).await;
    auditor.get("/audit/log.csv").await;
    for sql in [
        "update looks set text = 'other words'",
        "delete from looks",
        "update audit_downloads set filters = ''",
        "delete from audit_downloads",
    ] {
        assert!(site.tamper(sql).await.unwrap_err().contains("append-only"), "{sql}");
    }
    for table in ["looks", "audit_downloads"] {
        let sql = match &site.app.db {
            Db::Sqlite { .. } => format!("insert or replace into {table} select * from {table}"),
            Db::Postgres { .. } => format!("truncate {table} cascade"),
        };
        assert!(site.tamper(&sql).await.unwrap_err().contains("append-only"), "{sql}");
    }
    auditor.get("/audit").await.says("One view");
}

async fn what_was_changed_behind_the_guards_is_seen(site: TestApp) {
    let ada = site.member("ada@example.org", "IE").await;
    file(&ada, TWO, &["research"]).await;
    let member = by_email(&site, "ada@example.org").await;
    let support = support(&site).await;
    look(&support, &member.id, "Called about the switch.").await;
    let auditor = auditor(&site).await;
    let entries = {
        let mut reader = site.app.db.reader().await.unwrap();
        ledger::of_subject(reader.conn(), &member.subject).await.unwrap()
    };
    let [first, second, .., view] = &entries[..] else { panic!("too few entries") };
    let page = auditor.get(&format!("/audit/ledger/{}", view.id)).await;
    page.says("Holds: The access log has this view.");
    page.does_not_say("Does not hold");
    let [stored, computed] = ["SHA-256 as stored", "SHA-256 computed now"]
        .map(|heading| said(&page).split_once(heading).unwrap().1.trim().split(' ').next().unwrap().to_owned());
    assert_eq!((stored, computed), (view.canonical().sha256, view.canonical().sha256));
    assert!(page.text_of("pre.bytes").contains("\"subject\":"), "the bytes stand there");
    auditor
        .get(&format!("/audit/ledger/{}?chain=whole", first.id))
        .await
        .says(&format!("All {} entries hold", entries.len()));

    tamper_behind_the_guards(&site, "looks", "update looks set text = 'Was curious.'").await;
    let log = auditor.get("/audit").await;
    log.says("does not match: the text");
    log.says("1 of these do not match their entry.");
    assert_eq!(&records(&auditor.get("/audit/log.csv").await)[0][13], "the text");
    site.tamper("delete from looks").await.unwrap();
    auditor.get(&format!("/audit/ledger/{}", view.id)).await.says("Does not hold: The access log has this view.");

    tamper_behind_the_guards(
        &site,
        "entries",
        &format!("update entries set sha256 = '{}' where id = '{}'", "0".repeat(64), second.id),
    )
    .await;
    let page = auditor.get(&format!("/audit/ledger/{}", second.id)).await;
    page.says("Does not hold: Its bytes have the SHA-256 that is stored.");
    let chain = auditor.get(&format!("/audit/ledger/{}?chain=whole", first.id)).await;
    chain.says(&format!("1 of {} entries do not hold.", entries.len()));
    site.tamper(&format!("delete from entries where id = '{}'", second.id)).await.unwrap();
    let chain = auditor.get(&format!("/audit/ledger/{}?chain=whole", first.id)).await;
    chain.says("does not pass: It names the entry before it; It directly follows the entry before it.");
    // What is no entry at all is said to be none, and breaks no page.
    let odd = match &site.app.db {
        Db::Sqlite { .. } => "x'ff00'",
        Db::Postgres { .. } => "'\\xff00'::bytea",
    };
    site.tamper(&format!("update entries set canonical = {odd} where id = '{}'", first.id)).await.unwrap();
    auditor.get("/audit/ledger").await.says("Cannot be read");
    auditor
        .get(&format!("/audit/ledger/{}", first.id))
        .await
        .says("Does not hold: Its bytes are an entry in the canonical form.");
    assert!(auditor.get("/audit/ledger.csv").await.body.contains("cannot be read"));
}
