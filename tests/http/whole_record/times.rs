//! Entries that somebody adds later, with an earlier time: also in the form of an older version,
//! and as if they were of the demonstration. What an older version had recorded is none of those.

use super::{hex, history, record, verify};
use crate::public_log::sequencer;
use crate::stories;
use crate::test_app::TestApp;
use sayso::ledger::{Channel, Choice, Entry, EntryId, Kind};

stories![nothing_is_added_with_an_earlier_time, what_an_older_version_recorded_holds];

const DAY: i64 = 86_400_000;

/// What an older version would have recorded after `before`, so much later.
fn old(before: &Entry, later: i64, random: u8) -> Entry {
    let at = sayso::time::UtcMillis(before.at.0 + later);
    let id = format!("{:08x}-{:04x}-7000-8000-0000000000{random:02x}", at.0 >> 16, at.0 & 0xffff);
    Entry {
        version: 1,
        id: id.parse::<EntryId>().unwrap(),
        at,
        previous: Some(before.id),
        position: None,
        previous_leaf: None,
        choice: Some(Choice::Allowed),
        ..before.clone()
    }
}

/// Adds an entry with the database's own tools, while everything that guards it is there.
async fn add(site: &TestApp, entry: &Entry, position: i64) {
    let canonical = entry.canonical();
    let (purpose, bytes) = (entry.purpose.unwrap(), hex(&canonical.bytes, site));
    let sql = format!(
        "insert into entries (id, subject, position, kind, purpose, at, canonical, sha256)
         values ('{}', '{}', {position}, '{}', '{purpose}', {}, {bytes}, '{}')",
        entry.id, entry.subject, entry.kind, entry.at.0, canonical.sha256
    );
    site.tamper(&sql).await.unwrap();
}

async fn nothing_is_added_with_an_earlier_time(site: TestApp) {
    record(&site).await;
    let eve = history(&site, "eve@example.org").await;
    let choice = eve.iter().rev().find(|entry| entry.kind == Kind::Choice).unwrap();
    assert_eq!(choice.id, eve.last().unwrap().id);
    site.pass_days(90);
    site.member("ben@example.org", "IE").await.press("denied").await;
    sequencer(&site).catch_up().await.unwrap();
    assert_eq!(verify(&site, &["--database"]).0, Some(0));

    let forged = old(choice, DAY, 1);
    add(&site, &forged, eve.len() as i64 + 1).await;
    sequencer(&site).catch_up().await.unwrap();
    let (code, said) = verify(&site, &["--database"]);
    let named = said.contains(&forged.id.to_string()) && said.contains("when its place in the public log says");
    assert!(code == Some(1) && named, "{said}");

    let again = Entry { channel: Channel::Demonstration, ..old(&forged, DAY, 2) };
    add(&site, &again, eve.len() as i64 + 2).await;
    sequencer(&site).catch_up().await.unwrap();
    let (_, said) = verify(&site, &["--database"]);
    assert!(said.contains(&again.id.to_string()), "{said}");
    // Whoever says that all this is a demonstration is told how much of it is.
    site.tamper("update members set demo = true where email = 'ben@example.org'").await.unwrap();
    let (_, said) = verify(&site, &["--database"]);
    assert!(said.contains("has members of the demonstration") && said.contains("the times of 2 entries"), "{said}");
}

async fn what_an_older_version_recorded_holds(site: TestApp) {
    site.publish(1).await;
    let ada = site.member("ada@example.org", "IE").await;
    ada.press("denied").await;
    let first = history(&site, "ada@example.org").await;
    let choice = first.iter().rev().find(|entry| entry.kind == Kind::Choice).unwrap().clone();
    let now = site.app.clock.now().0;
    // A history of an older version, which is in the database before the log begins.
    let subject = "0b7c8a52-95a9-4b5c-b6a5-2d8b6c6adfff".to_owned();
    let begun = Entry { subject, previous: None, ..old(&choice, -300 * DAY, 3) };
    let mut all = vec![Entry { previous: None, ..begun }];
    for n in 4..9 {
        all.push(old(all.last().unwrap(), 20 * DAY, n));
    }
    site.tamper("delete from log_queue").await.unwrap();
    for (n, entry) in (1..).zip(&all) {
        add(&site, entry, n).await;
    }
    site.tamper("delete from log_queue").await.unwrap();
    let until = format!("select 1, '', max(id) from entries where at <= {now}");
    site.tamper(&format!("insert into log_backfill (only_one, after_id, until_id) {until}")).await.unwrap();
    // What is recorded meanwhile gets its leaf first.
    site.pass(1_000);
    ada.press("allowed").await;
    sequencer(&site).catch_up().await.unwrap();
    let (code, said) = verify(&site, &["--database"]);
    assert!(code == Some(0), "{said}");
}
