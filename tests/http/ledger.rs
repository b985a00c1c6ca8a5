//! The record cannot be changed, and what is stored is what was hashed.

use crate::stories;
use sayso::ledger::{entry::sha256_hex, store};

stories! {
    async fn nobody_changes_or_removes_an_entry(house: House) {
        house.publish(1).await;
        let ada = house.member("ada@example.org", "US").await;
        ada.press("denied").await;
        for sql in [
            "update entries set at = 0",
            "delete from entries",
            "update notices set body = 'other words'",
            "delete from notices",
        ] {
            let refused = house.tamper(sql).await.unwrap_err();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
        if matches!(house.app.db, sayso::db::Db::Sqlite { .. }) {
            let refused = house.tamper("insert or replace into entries select id, subject, position, kind, purpose, 0, canonical, sha256 from entries").await;
            assert!(refused.unwrap_err().contains("append-only"));
        } else {
            assert!(house.tamper("truncate entries").await.unwrap_err().contains("append-only"));
        }
        assert_eq!(house.count("choice").await, 1);
    }

    async fn a_history_is_a_chain_of_canonical_bytes_that_name_nobody(house: House) {
        house.publish(1).await;
        let ada = house.member("ada@example.org", "US").await;
        ada.press("denied").await;
        ada.press("allowed").await;
        let member = sayso::account::store::by_email(house.app.db.reader().await.unwrap().conn(), "ada@example.org").await.unwrap().unwrap();
        let mut reader = house.app.db.reader().await.unwrap();
        let entries = store::of_subject(reader.conn(), &member.subject).await.unwrap();
        assert_eq!(entries.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(), ["default", "notice", "choice", "choice"]);
        let mut previous = None;
        for entry in entries {
            assert_eq!(entry.previous, previous);
            previous = Some(entry.id);
            let stored = store::find(reader.conn(), &member.subject, entry.id).await.unwrap().unwrap();
            assert_eq!(stored.bytes, entry.canonical().bytes);
            assert_eq!(stored.sha256, sha256_hex(&stored.bytes));
            let text = String::from_utf8(stored.bytes).unwrap();
            for secret in ["Ada", "ada@", &member.id, "127."] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
}
