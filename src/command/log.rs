//! `sayso log`: what an operator decides about the public log.

use super::ask::Yes;
use super::out::say;
use super::progress::Progress;
use sayso::account::staff_action::ActionKind;
use sayso::account::store::staff_actions::{self, NewAction};
use sayso::log::rollback::{self, Loss};
use sayso::log::seen::Seen;
use sayso::log::sequencer::Sequencer;
use sayso::log::{key, store};
use sayso::members::store as members;
use sayso::time;
use sayso::web::config::Config;
use std::error::Error;

type Done = Result<(), Box<dyn Error>>;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Accept that the database has lost a part of the record, and begin a new public log
    AcceptRollback {
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        config: Box<Config>,
    },
}

pub async fn run(command: Command) -> Done {
    match command {
        Command::AcceptRollback { yes, config } => accept_rollback(yes, &config).await,
    }
}

async fn accept_rollback(yes: Yes, config: &Config) -> Done {
    let db = super::open(&config.database).await?;
    let seen = Seen::open(&config.data)?;
    let Some(loss) = rollback::find(&db, &seen).await? else {
        say!("The database has all of the public log that this server saw. There is nothing to accept.");
        return Ok(());
    };
    let affected = members::count(db.reader().await?.conn()).await?;
    describe(&loss, affected);
    let about = "What is missing stays missing: put the newest copy of the database back instead, if there is one.";
    yes.confirm(about, "Accept?")?;
    let key = rollback::key(config.public_log.key(), &config.data, &loss.next)?;
    let clock = time::system();
    let sequencer = Sequencer { db: db.clone(), clock: clock.clone(), key, seen: seen.clone() };
    let progress = Progress::begin(
        "turning off, members",
        affected.unsigned_abs(),
        "{bar:40} {percent:>3} %  {pos} members  {eta} left",
    );
    let mut tx = db.begin().await?;
    let (entry, begun) = rollback::accept(&mut tx, &sequencer, &loss, clock.now(), |n| progress.reached(n)).await?;
    let points_to = Some(entry.id.to_string());
    let action = NewAction { points_to, ..NewAction::by_command(ActionKind::RollbackAccepted) };
    staff_actions::put(tx.conn(), &action, clock.now_micros()).await?;
    tx.commit().await?;
    drop(progress);
    seen.keep(&begun)?;
    say!("Accepted, as entry {}. It is the first one of the new log {}.", entry.id.receipt(), loss.next);
    let file = config.data.join(key::file_of(&loss.next));
    if config.public_log.key().is_some_and(|given| given.trim() != sequencer.key.secret_text()) {
        say!("The new log has its own key, in {}. Set SAYSO_LOG_KEY to what is in it.", file.display());
    }
    say!("Keep a copy of its key where the database is not. Then start the server.");
    let left = store::ended(db.reader().await?.conn()).await?.len();
    say!("Logs that have ended, and stay readable at /log/1/ and so on: {left}.");
    db.close().await;
    Ok(())
}

/// Says what is about to be done.
fn describe(loss: &Loss, affected: i64) {
    say!("What is wrong:              {}.", loss.why.to_string().split(". ").next().unwrap_or_default());
    say!("The log that ends:          {}, of which {} entries were seen", loss.known.origin, loss.known.tree.size);
    say!("The log that begins:        {}, with a key of its own", loss.next);
    say!("Members:                    {affected}");
    say!("");
    say!("If you accept:");
    say!("  - Nobody knows who has said No in what is lost. So whatever was on is off for every member,");
    say!("    until they turn it on again themselves. Every No that is there stays.");
    say!("  - An entry about this is added to the platform's history and to that of each member.");
    say!("  - Receipts of the log that ends can still be checked. Its tiles stay readable.");
}
