//! `sayso verify --database` and `--since`: whoever has the database can change it with its own
//! tools, the guards taken away first, and whatever they change is found and named.

mod cases;
mod keys;
mod log;
mod times;

use crate::audit::{by_email, look, support};
use crate::objection::{ONE, decide, file};
use crate::public_log::sequencer;
use crate::stories;
use crate::test_app::TestApp;
use sayso::db::Db;
use sayso::ledger::{Choice, Entry, Kind, store as ledger};
use sayso::log::key::LogKey;
use std::process::Command;

stories![
    what_was_recorded_verifies_also_while_entries_wait,
    no_entry_is_changed_unseen,
    no_notice_is_changed_unseen,
    no_look_is_changed_unseen,
    no_sealed_text_is_changed_unseen,
];

/// What may not be changed.
const GUARDED: [&str; 10] = [
    "entries",
    "notices",
    "looks",
    "cases",
    "case_purposes",
    "case_steps",
    "case_rulings",
    "case_answers",
    "log_leaves",
    "log_tiles",
];
/// What is put back after each change.
const SAVED: [&str; 14] = [
    "entries",
    "notices",
    "looks",
    "case_purposes",
    "case_steps",
    "case_rulings",
    "case_answers",
    "log_leaves",
    "log_tiles",
    "log_state",
    "log_keys",
    "log_ended",
    "log_ended_tiles",
    "subject_secrets",
];

/// What `sayso verify` says of this site's database, and how it ends.
pub fn verify(site: &TestApp, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SAYSO_")) {
        command.env_remove(name);
    }
    let out = command.arg("verify").args(args).env("DATABASE_URL", site.app.config.database.url()).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    (out.status.code(), said)
}

/// A record with something of everything in it, all of it in the log, and the number of its case.
async fn record(site: &TestApp) -> String {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("allowed").await;
    ada.press("denied").await;
    site.member("eve@example.org", "IE").await.press("denied").await;
    let number = file(&ada, ONE, &["research"]).await;
    decide(&site.officer().await, site, &number, &[("research", "refused", "Because we must.")]).await;
    look(&support(site).await, &by_email(site, "ada@example.org").await.id, "Called.").await;
    sequencer(site).catch_up().await.unwrap();
    number
}

async fn history(site: &TestApp, email: &str) -> Vec<Entry> {
    let subject = by_email(site, email).await.subject;
    ledger::of_subject(site.app.db.reader().await.unwrap().conn(), &subject).await.unwrap()
}

/// Takes the guards away, and keeps a copy of everything.
async fn unguarded(site: &TestApp) {
    match &site.app.db {
        Db::Sqlite { write, .. } => {
            let triggers: Vec<(String, String)> =
                sqlx::query_as("select name, tbl_name from sqlite_master where type = 'trigger'")
                    .fetch_all(write)
                    .await
                    .unwrap();
            for (name, _) in triggers.iter().filter(|(_, table)| GUARDED.contains(&table.as_str())) {
                site.tamper(&format!("drop trigger {name}")).await.unwrap();
            }
            site.tamper("pragma foreign_keys = off").await.unwrap();
        }
        Db::Postgres { .. } => {
            for table in GUARDED {
                site.tamper(&format!("alter table {table} disable trigger all")).await.unwrap();
            }
        }
    }
    for table in SAVED.iter().chain(&["cases"]) {
        site.tamper(&format!("create table kept_{table} as select * from {table}")).await.unwrap();
    }
}

/// Makes each of these changes by itself, and sees that it is found and named by its name.
pub async fn each_is_named(site: &TestApp, changes: &[(String, &str)]) {
    let (code, said) = verify(site, &["--database"]);
    assert!(code == Some(0) && said.contains("Everything holds."), "{said}");
    unguarded(site).await;
    for (sql, name) in changes {
        for statement in sql.split(";;") {
            site.tamper(statement).await.unwrap_or_else(|cause| panic!("{statement}: {cause}"));
        }
        let (code, said) = verify(site, &["--database"]);
        assert!(code == Some(1) && said.contains(name) && said.contains("does not pass"), "{sql}\n{name}\n{said}");
        for table in SAVED {
            site.tamper(&format!("delete from {table}")).await.unwrap();
            site.tamper(&format!("insert into {table} select * from kept_{table}")).await.unwrap();
        }
        let back = "update cases set (reason, mode, state, received_at, due_at, decided_at)
          = (select reason, mode, state, received_at, due_at, decided_at from kept_cases k where k.number = cases.number)";
        site.tamper(back).await.unwrap();
    }
    let (code, said) = verify(site, &["--database"]);
    assert_eq!(code, Some(0), "put back as it was: {said}");
}

async fn what_was_recorded_verifies_also_while_entries_wait(site: TestApp) {
    let (code, said) = verify(&site, &["--database"]);
    assert!(code == Some(0) && said.contains("a public log of 0 leaves"), "{said}");
    record(&site).await;
    let (code, said) = verify(&site, &["--database"]);
    assert!(code == Some(0) && said.contains("Everything holds.") && !said.contains("not in the public log"), "{said}");
    assert!(said.contains("privacy.example/log\n") && said.contains("1 support view,"), "{said}");
    let key = sequencer(&site).keys.first().public().to_string();
    assert_eq!(verify(&site, &["--database", "--vkey", &key]).0, Some(0));
    let other = LogKey::make("privacy.example/log").unwrap().public().to_string();
    assert_eq!(verify(&site, &["--database", "--vkey", &other]).0, Some(1));

    site.member("ben@example.org", "IE").await.press("denied").await;
    let waiting = history(&site, "ben@example.org").await.len();
    let (code, said) = verify(&site, &["--database"]);
    assert!(code == Some(0) && said.contains(&format!("{waiting} are not in the public log yet")), "{said}");
    // What is no longer waited for, and has no leaf, was slipped in.
    site.tamper("delete from log_queue").await.unwrap();
    let (code, said) = verify(&site, &["--database"]);
    assert!(code == Some(1) && said.contains("It has a leaf in the public log, or waits for one"), "{said}");
}

async fn no_entry_is_changed_unseen(site: TestApp) {
    record(&site).await;
    let ada = history(&site, "ada@example.org").await;
    let eve = history(&site, "eve@example.org").await;
    let [choice, last] = [ada.iter().find(|entry| entry.kind == Kind::Choice).unwrap(), ada.last().unwrap()];
    let (id, first, of_eve) = (choice.id.to_string(), ada[0].id.to_string(), eve.last().unwrap().id.to_string());
    let last = last.id.to_string();
    // Another choice, with the bytes and the hash that belong to it.
    let mut other = choice.clone();
    other.choice = Some(if choice.choice == Some(Choice::Denied) { Choice::Allowed } else { Choice::Denied });
    let changed = |entry: &Entry, more: &str| {
        let canonical = entry.canonical();
        let bytes = hex(&canonical.bytes, &site);
        format!("update entries set canonical = {bytes}, sha256 = '{}'{more} where id = '{id}'", canonical.sha256)
    };
    let mut dated = choice.clone();
    dated.at.0 -= 86_400_000;
    // One more, at the end of a history, with everything that it needs but a leaf.
    let mut added = ada.last().unwrap().clone();
    added.previous = Some(ada.last().unwrap().id);
    added.id = "01940000-0000-7000-8000-000000000001".parse().unwrap();
    added.position = added.position.map(|position| position + 1);
    let canonical = added.canonical();
    let insert = format!(
        "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256)
         select '{}', subject, position + 1, kind, purpose, at, {}, '{}' from entries where id = '{last}'",
        added.id,
        hex(&canonical.bytes, &site),
        canonical.sha256
    );
    let added = added.id.to_string();
    let swap = format!(
        "update entries set position = 1000 where id = '{id}';;
         update entries set position = position - 1 where subject = '{0}' and position = {1};;
         update entries set position = {1} where id = '{id}'",
        choice.subject,
        choice.position.unwrap() + 1
    );
    each_is_named(
        &site,
        &[
            (format!("update entries set at = at - 1 where id = '{id}'"), &id),
            (changed(&other, ""), &id),
            (changed(&dated, &format!(", at = {}", dated.at.0)), &id),
            (format!("update entries set subject = '{}', position = 99 where id = '{id}'", eve[0].subject), &id),
            (format!("delete from entries where id = '{id}'"), &id),
            (format!("delete from entries where id = '{last}'"), &last),
            (format!("delete from entries where id = '{first}'"), &first),
            (insert, &added),
            (swap, &id),
            // Both rows, their ids included.
            (
                format!(
                    "update entries set id = 'x' where id = '{last}';;
                     update entries set id = '{last}' where id = '{of_eve}';;
                     update entries set id = '{of_eve}' where id = 'x'"
                ),
                &of_eve,
            ),
            (format!("delete from subject_secrets where subject = '{}'", choice.subject), &id),
        ],
    )
    .await;
}

/// Bytes as SQL writes them.
pub fn hex(bytes: &[u8], site: &TestApp) -> String {
    let digits = sayso_verify::strict::to_hex(bytes);
    match &site.app.db {
        Db::Sqlite { .. } => format!("x'{digits}'"),
        Db::Postgres { .. } => format!("'\\x{digits}'"),
    }
}

async fn no_notice_is_changed_unseen(site: TestApp) {
    record(&site).await;
    site.pass_days(1);
    site.publish(2).await;
    sequencer(&site).catch_up().await.unwrap();
    let platform = {
        let mut reader = site.app.db.reader().await.unwrap();
        ledger::of_subject(reader.conn(), sayso::ledger::entry::PLATFORM).await.unwrap()
    };
    let first = platform.iter().find(|entry| entry.notice.as_ref().is_some_and(|n| n.version == 1)).unwrap();
    let first = first.id.to_string();
    let name = "notice generative-ai-training 1 en";
    let hash = sayso::ledger::entry::sha256_hex("What we do\n\nOther words.\n".as_bytes());
    each_is_named(
        &site,
        &[
            ("update notices set body = 'Other words.' where version = 1".into(), name),
            (format!("update notices set body = 'Other words.', sha256 = '{hash}' where version = 1"), name),
            ("update notices set published_at = published_at - 86400000 where version = 1".into(), name),
            ("update notices set effective_at = effective_at - 86400000 where version = 1".into(), name),
            ("delete from notices where version = 1".into(), &first),
            (
                "insert into notices select purpose, 3, language, title, body, sha256, published_at, effective_at
                 from notices where version = 1"
                    .into(),
                "notice generative-ai-training 3 en",
            ),
            (
                "update notices set version = 9 where version = 1;; update notices set version = 1 where version = 2;;
                 update notices set version = 2 where version = 9"
                    .into(),
                name,
            ),
        ],
    )
    .await;
}

async fn no_look_is_changed_unseen(site: TestApp) {
    record(&site).await;
    let ada = by_email(&site, "ada@example.org").await;
    let eve = by_email(&site, "eve@example.org").await;
    look(&site.signed_in_as("support@example.org", sayso::account::model::Role::Support).await, &eve.id, "Wrote.")
        .await;
    sequencer(&site).catch_up().await.unwrap();
    let view = |entries: Vec<Entry>| entries.into_iter().find(|entry| entry.view.is_some()).unwrap().id.to_string();
    let (one, two) = (view(history(&site, "ada@example.org").await), view(history(&site, "eve@example.org").await));
    each_is_named(
        &site,
        &[
            (format!("update looks set text = 'Was curious.' where entry_id = '{one}'"), &one),
            (format!("update looks set at = at - 1000 where entry_id = '{one}'"), &one),
            (format!("update looks set open_until = open_until + 1 where entry_id = '{one}'"), &one),
            (format!("update looks set staff_id = '{}' where entry_id = '{one}'", eve.id), &one),
            (format!("update looks set member_id = '{}' where entry_id = '{one}'", eve.id), &one),
            // Joined with nobody, it stands on no page.
            (format!("update looks set member_id = 'nobody' where entry_id = '{one}'"), &one),
            (format!("delete from looks where entry_id = '{one}'"), &one),
            (
                format!(
                    "update looks set entry_id = 'x' where entry_id = '{one}';;
                     update looks set entry_id = '{one}' where entry_id = '{two}';;
                     update looks set entry_id = '{two}' where entry_id = 'x'"
                ),
                &one,
            ),
            (
                format!(
                    "insert into looks (entry_id, member_id, staff_id, role, shown, reason, text, salt, at, open_until)
                     select 'slipped-in', '{}', staff_id, role, shown, reason, text, salt, at, open_until
                     from looks where entry_id = '{one}'",
                    ada.id
                ),
                "slipped-in",
            ),
        ],
    )
    .await;
}

async fn no_sealed_text_is_changed_unseen(site: TestApp) {
    let number = record(&site).await;
    let ada = history(&site, "ada@example.org").await;
    let sealed = |kind| {
        let of = |entry: &&Entry| {
            let step = entry.step.as_ref();
            entry.kind == kind
                && step.is_some_and(|step| step.text.is_some() || step.outcomes.iter().any(|o| o.text.is_some()))
        };
        ada.iter().find(of).unwrap().id.to_string()
    };
    let (filed, decided) = (sealed(Kind::Objection), sealed(Kind::Decision));
    each_is_named(
        &site,
        &[
            (format!("update case_steps set text = 'Other words.' where entry_id = '{filed}'"), &filed),
            (format!("update cases set reason = 'Other words.' where number = '{number}'"), &filed),
            (format!("update case_steps set text = null where entry_id = '{filed}'"), &filed),
            (format!("update case_steps set step = 'withdrawn' where entry_id = '{decided}'"), &decided),
            (format!("delete from case_steps where entry_id = '{filed}'"), &filed),
            (format!("update case_rulings set grounds = 'Other words.' where entry_id = '{decided}'"), &decided),
            (format!("update case_rulings set outcome = 'upheld' where entry_id = '{decided}'"), &decided),
            (format!("delete from case_rulings where entry_id = '{decided}'"), &decided),
            (format!("update case_answers set blocks = '[]' where entry_id = '{decided}'"), &decided),
            (format!("delete from case_answers where entry_id = '{decided}'"), &decided),
            (format!("insert into case_answers (entry_id, blocks) values ('{filed}', '[]')"), &filed),
            (format!("update case_purposes set grounds = 'Other words.' where number = '{number}'"), &decided),
            (format!("update case_purposes set outcome = 'upheld' where number = '{number}'"), &decided),
            (
                format!(
                    "update case_steps set entry_id = 'x', position = 1000 where entry_id = '{filed}';;
                     update case_steps set entry_id = '{filed}' where entry_id = '{decided}';;
                     update case_steps set entry_id = '{decided}' where entry_id = 'x'"
                ),
                &filed,
            ),
            (
                format!(
                    "insert into case_steps (entry_id, number, position, step, actor, at, text, salt)
                     select 'slipped-in', number, 1000, step, actor, at, text, salt from case_steps
                     where entry_id = '{filed}'"
                ),
                "slipped-in",
            ),
        ],
    )
    .await;
}
