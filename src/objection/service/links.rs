//! Links to every objection under an address, for whoever reads what is mailed there.

use crate::account::store::allowances;
use crate::account::throttle::Rate;
use crate::db::{self, Db};
use crate::id;
use crate::ledger::entry::sha256_hex;
use crate::ledger::store as ledger;
use crate::mail::store as outbox;
use crate::objection::letters::Way;
use crate::objection::{all_links, store};
use crate::time::UtcMillis;

/// Objections that one mail has links to, the newest.
const MOST: i64 = 50;
/// How often an address is mailed its links: once a minute, and ten times a day.
const RATES: [(&str, Rate); 2] =
    [("minute", Rate { at_once: 1, each: 60_000 }), ("day", Rate { at_once: 10, each: UtcMillis::DAY / 10 })];

/// Mails a link to each objection under `email` that somebody has shown to be theirs. Whether there
/// is any, the answer does not tell: what was asked is counted, and something is committed, in any
/// case.
pub async fn send_links(db: &Db, email: &str, origin: &str, now: UtcMillis) -> db::Result<()> {
    let mut tx = db.begin().await?;
    ledger::lock(tx.conn(), email).await?;
    let mut counted = Vec::new();
    let mut enough = false;
    for (name, rate) in RATES {
        let key = sha256_hex(format!("links a {name} {email}").as_bytes());
        let used = allowances::used_until(tx.conn(), &key).await?;
        let until = rate.take(used, now);
        enough |= until.is_err();
        counted.push((key, used, until));
    }
    for (key, used, until) in counted {
        let until = until.ok().filter(|_| !enough).unwrap_or(used);
        allowances::put(tx.conn(), &key, until).await?;
    }
    let cases = store::shown_under(tx.conn(), email, MOST).await?;
    // For a person without an account each link has a secret of its own.
    let keys: Vec<Option<String>> =
        cases.iter().map(|case| case.member.is_none().then(|| id::opaque().simple().to_string())).collect();
    let ways: Vec<Way<'_>> = keys.iter().map(|key| Way { origin, key: key.as_deref() }).collect();
    let letter = all_links::letter(email, &cases, &ways);
    if enough || cases.is_empty() {
        outbox::put_for_nobody(tx.conn(), &letter, now).await?;
    } else {
        for (case, key) in cases.iter().zip(&keys) {
            if let Some(key) = key {
                store::put_link(tx.conn(), &case.number, key, now).await?;
            }
        }
        outbox::put(tx.conn(), &letter, now).await?;
    }
    tx.commit().await
}
