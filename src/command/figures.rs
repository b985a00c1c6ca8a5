//! `sayso figures`: the count that the server makes each night, made now.

use super::out::say;
use super::progress::Progress;
use sayso::members::store;
use sayso::statistics::count::Count;
use sayso::time::{self, UtcMillis};
use sayso::web::config::Config;
use std::error::Error;

pub async fn run(config: Config) -> Result<(), Box<dyn Error>> {
    let rules = config.laws.rules()?;
    let db = super::open(&config.database).await?;
    let now = time::system().now();
    let members = store::count(db.reader().await?.conn()).await?;
    let progress = Progress::begin(
        "counting, members",
        members.unsigned_abs(),
        "{bar:40} {percent:>3} %  {pos} members  {eta} left",
    );
    let count = Count { db: &db, rules: &rules, window_days: config.notice_window_days, now };
    let counted = count.run(None, |reached| progress.reached(reached)).await?;
    drop(progress);
    db.close().await;
    say!("Counted {counted} members up to the end of {} (UTC).", UtcMillis(now.midnight().0 - 1).day());
    Ok(())
}
