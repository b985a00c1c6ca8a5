//! The keys of the public log: each but the first of a log is named by an entry, which also says
//! until when the one before it signs.

use super::Finding;
use super::rows;
use crate::db::{self, Conn};
use crate::ledger::{Entry, NewKey};
use crate::log::store::keys::{self, LogKeyRow};
use sayso_verify::note::{Key, Note};

/// What does not hold of the keys as they are stored.
pub async fn check(mut conn: Conn<'_>) -> db::Result<Vec<Finding>> {
    let mut entries = rows::new_keys(conn.reborrow()).await?;
    loop {
        let stored = keys::all(conn.reborrow()).await?;
        let again = rows::new_keys(conn.reborrow()).await?;
        // If one came in between, what was read is not of one time.
        if again == entries {
            let named = entries.iter().filter_map(|canonical| serde_json::from_slice::<Entry>(canonical).ok()?.key);
            return Ok(wrong(&stored, &named.collect::<Vec<_>>()));
        }
        entries = again;
    }
}

/// What does not hold of these keys, of which entries say this.
fn wrong(rows: &[LogKeyRow], named: &[NewKey]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |vkey: &str, wrong: &str| found.push(Finding::new(format!("key {vkey}"), wrong));
    for vkey in named.iter().flat_map(|new| [&new.vkey, &new.replaces]) {
        if !rows.iter().any(|row| row.vkey == *vkey) {
            say(vkey, "It is there: an entry names it as a key of the public log");
        }
    }
    let is_named = |row: &LogKeyRow| named.iter().any(|new| new.vkey == row.vkey);
    let name = |row: &LogKeyRow| row.key().map(|key| key.name);
    for (nth, row) in rows.iter().enumerate() {
        let has_other = rows[..nth].iter().any(|other| !is_named(other) && name(other) == name(row));
        if !is_named(row) && (has_other || name(row).is_none()) {
            say(&row.vkey, "An entry names it: it is not the first key of its log");
        }
        let until = named.iter().filter(|new| new.replaces == row.vkey).map(|new| new.both_until.0).min();
        if row.ends_at != until {
            say(&row.vkey, "It signs until the time that an entry says");
        }
    }
    found
}

/// Of these, the keys of the log that have signed this, the newest first; or one that should have
/// signed the tree of `size` leaves at that time, and has not.
pub fn signed(rows: &[LogKeyRow], origin: &str, note: &Note, size: i64, at: i64) -> Result<Vec<Key>, Option<String>> {
    let of_log = rows.iter().rev().filter_map(|row| row.key().filter(|key| key.name == origin).map(|key| (row, key)));
    let of_log: Vec<(&LogKeyRow, Key)> = of_log.collect();
    let keys: Vec<Key> = of_log.iter().map(|(_, key)| key.clone()).collect();
    let signed = note.signed_by(&keys).map_err(|_| None)?;
    let has_signed = |key: &Key| signed.iter().any(|signed| signed.key == *key);
    let should = |row: &LogKeyRow| row.first_size <= size && row.signs_at(at);
    if let Some((row, _)) = of_log.iter().find(|(row, key)| should(row) && !has_signed(key)) {
        return Err(Some(row.vkey.clone()));
    }
    let could = |row: &LogKeyRow| (row.first_size..=row.last_size).contains(&size);
    let by = of_log.into_iter().filter(|(row, key)| could(row) && has_signed(key)).map(|(_, key)| key).collect();
    Ok(by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::key::LogKey;
    use crate::time::UtcMillis;

    fn row(key: &LogKey, first_size: i64, ends_at: Option<i64>) -> LogKeyRow {
        LogKeyRow { vkey: key.public().to_string(), first_size, last_size: 9, ends_at }
    }

    #[test]
    fn each_key_but_the_first_is_named_by_an_entry() {
        let make = || LogKey::make("privacy.example/log").unwrap();
        let (one, two, three) = (make(), make(), make());
        let next = LogKey::make("privacy.example/log/2").unwrap();
        let new = |vkey: &LogKey, replaces: &LogKey, until| NewKey {
            vkey: vkey.public().to_string(),
            replaces: replaces.public().to_string(),
            both_until: UtcMillis(until),
        };
        let named = [new(&two, &one, 100)];
        let right = [row(&one, 1, Some(100)), row(&two, 5, None), row(&next, 1, None)];
        assert_eq!(wrong(&right, &named).len(), 0);
        let names = |rows: &[LogKeyRow], key: &LogKey| {
            let found = wrong(rows, &named);
            found.len() == 1 && format!("{:?}", found[0]).contains(&key.public().to_string())
        };
        assert!(names(&[&right[..], &[row(&three, 6, None)]].concat(), &three), "one was slipped in");
        assert!(names(&right[1..], &one) && names(&[right[0].clone(), right[2].clone()], &two), "one is gone");
        assert!(names(&[row(&one, 1, None), right[1].clone()], &one), "it signs on");
        assert!(names(&[row(&one, 1, Some(99)), right[1].clone()], &one));
        assert!(names(&[right[0].clone(), row(&two, 5, Some(200))], &two));
    }

    #[test]
    fn every_key_that_signs_has_signed() {
        let make = || LogKey::make("privacy.example/log").unwrap();
        let (one, two) = (make(), make());
        let rows = [row(&one, 1, Some(100)), row(&two, 5, None)];
        let note = |keys: &[&LogKey]| Note {
            text: "text\n".into(),
            signatures: keys.iter().map(|key| key.signature("text\n")).collect(),
        };
        let signed = |keys: &[&LogKey], size, at| signed(&rows, "privacy.example/log", &note(keys), size, at);
        let public = |key: &LogKey| key.public().clone();
        assert_eq!(signed(&[&one], 4, 50), Ok(vec![public(&one)]));
        assert_eq!(signed(&[&one, &two], 5, 50), Ok(vec![public(&two), public(&one)]));
        assert_eq!(signed(&[&one], 5, 50), Err(Some(two.public().to_string())));
        assert_eq!(signed(&[&two], 5, 50), Err(Some(one.public().to_string())));
        assert_eq!(signed(&[&two], 5, 100), Ok(vec![public(&two)]));
    }
}
