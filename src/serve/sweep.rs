//! What only grows is removed once it has been kept as long as [`retention`](super::retention)
//! says: hourly, in bounded batches of short transactions, of which one node makes one at a time.
//! While the clock is in doubt nothing is written, so nothing is removed.

use super::retention as kept;
use crate::account::store::{allowances, attempts, devices, mailed_links, sign_ups};
use crate::db::{self, lock};
use crate::error::chain;
use crate::ledger::store::clock;
use crate::mail::store as outbox;
use crate::members::{store as members, welcome::LINK_DAYS};
use crate::objection::{correction::CORRECTABLE, service, store as cases};
use crate::support::store as support;
use crate::time::UtcMillis;
use crate::web::App;

/// Rows that one transaction removes of a table, and transactions of each in an hour.
const BATCH: i64 = 500;
const BATCHES: usize = 100;
/// Under this name sweeps wait for each other on `PostgreSQL`.
const LOCK: &str = "sweep";

/// Removes in batches, each in a transaction of its own, until none is left or it has been enough.
macro_rules! in_batches {
    ($app:expr, $what:literal, $conn:ident => $sweep:expr) => {
        for _ in 0..BATCHES {
            let batch = async {
                let mut tx = $app.db.begin().await?;
                lock(tx.conn(), LOCK).await?;
                let $conn = tx.conn();
                let more: bool = $sweep.await?;
                tx.commit().await?;
                Ok::<_, db::Error>(more)
            };
            match batch.await {
                Ok(true) => tokio::task::yield_now().await,
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(error = %chain(&error), concat!("could not remove ", $what));
                    break;
                }
            }
        }
    };
}

/// Removes everything that has been kept long enough.
pub async fn all(app: &App) {
    let now = app.clock.now();
    let since = |kept: i64| UtcMillis(now.0.saturating_sub(kept));
    in_batches!(app, "attempts at signing in", c => attempts::sweep(c, since(kept::ATTEMPTS), now, BATCH));
    in_batches!(app, "what is counted of strangers", c => allowances::sweep(c, now, BATCH));
    in_batches!(app, "known devices", c => devices::sweep(c, now, BATCH));
    in_batches!(app, "mailed links", c => mailed_links::sweep_some(c, now, BATCH));
    in_batches!(app, "sign-ups that were not confirmed", c => sign_ups::sweep(c, now, BATCH));
    let welcome = since(i64::from(LINK_DAYS) * UtcMillis::DAY);
    in_batches!(app, "links to a first password", c => members::forget_some_links(c, welcome, BATCH));
    in_batches!(app, "codes of cases", c => cases::sweep_codes(c, since(kept::CODES), BATCH));
    in_batches!(app, "who has filed", c => cases::sweep_filers(c, since(CORRECTABLE), BATCH));
    in_batches!(app, "links of cases", c => cases::sweep_links(c, now, BATCH));
    let mails = [since(kept::SENT_MAILS), since(kept::DEAD_MAILS)];
    in_batches!(app, "old e-mails", c => outbox::sweep(c, mails, BATCH));
    in_batches!(app, "who was told of a day", c => support::forget_mornings(c, &since(kept::MORNING_MAILS).date(), BATCH));
    in_batches!(app, "clocks of earlier starts", c => clock::forget(c, since(kept::CLOCKS), BATCH));
    match texts(app, now).await {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "erased what was written in cases that nobody confirmed"),
        Err(error) => {
            tracing::warn!(error = %chain(&error), "could not erase what was written in cases that nobody confirmed");
        }
    }
}

/// Erases what was written in cases that nobody confirmed; returns in how many.
async fn texts(app: &App, now: UtcMillis) -> db::Result<u64> {
    let until = UtcMillis(now.0.saturating_sub(kept::UNCONFIRMED));
    let (mut swept, mut after) = (0, (i64::MIN, String::new()));
    for _ in 0..BATCHES {
        let found = cases::unconfirmed_until(app.db.reader().await?.conn(), until, &after, BATCH).await?;
        let Some(last) = found.last().cloned() else { break };
        for (_, number) in found {
            swept += u64::from(service::sweep_texts(&app.db, &number, now).await?);
        }
        after = last;
    }
    Ok(swept)
}
