//! `sayso log`: what an operator decides about the public log.

use super::ask::Yes;
use super::out::say;
use super::progress::Progress;
use sayso::account::staff_action::ActionKind;
use sayso::account::store::staff_actions::{self, NewAction};
use sayso::log::keyring::Keyring;
use sayso::log::resume;
use sayso::log::rollback::{self, Loss};
use sayso::log::rotation::{self, BOTH_SIGN};
use sayso::log::seen::Seen;
use sayso::log::sequencer::Sequencer;
use sayso::log::witness::{Opinion, Witnessing};
use sayso::log::{key, store};
use sayso::members::store as members;
use sayso::time::{self, UtcMillis};
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
    /// Have a new key sign the public log; the one before signs beside it for 30 days
    RotateKey {
        /// Have the key before sign nothing more from now on: somebody else may have it
        #[arg(long)]
        at_once: bool,
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Have the public log go on that a witness stopped, if every witness agrees with it now
    Resume {
        /// Do without the witness that stopped it, which is not in SAYSO_WITNESSES any more
        #[arg(long)]
        without_witness: bool,
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        config: Box<Config>,
    },
}

pub async fn run(command: Command) -> Done {
    match command {
        Command::AcceptRollback { yes, config } => accept_rollback(yes, &config).await,
        Command::RotateKey { at_once, yes, config } => rotate_key(at_once, yes, &config).await,
        Command::Resume { without_witness, yes, config } => resume(without_witness, yes, &config).await,
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
    let keys = rollback::key(config.public_log.key(), &config.data, &loss.next)?;
    let clock = time::system();
    let sequencer = Sequencer { db: db.clone(), clock: clock.clone(), keys, seen: seen.clone() };
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
    if config.public_log.key().is_some_and(|given| !given.contains(&sequencer.keys.secret_text(" "))) {
        say!("The new log has its own key, in {}. Set SAYSO_LOG_KEY to what is in it.", file.display());
    }
    say!("Keep a copy of its key where the database is not. Then start the server.");
    let left = store::ended(db.reader().await?.conn()).await?.len();
    say!("Logs that have ended, and stay readable at /log/1/ and so on: {left}.");
    db.close().await;
    Ok(())
}

async fn rotate_key(at_once: bool, yes: Yes, config: &Config) -> Done {
    let db = super::open(&config.database).await?;
    let seen = Seen::open(&config.data)?;
    seen.follow(&db).await?;
    let signing = rotation::signing(&db).await?;
    let Some(signing) = signing else {
        return Err("this database has no public log yet: its key is made at the first start".into());
    };
    let given = config.public_log.key();
    let keys = Keyring::find(given, &config.data, &signing.origin, true)?;
    // One that the log does not know yet: put there by an earlier try, or by who set the variable.
    let next = keys.not_among(&signing.known).map(|key| key.public().clone());
    let file = config.data.join(key::file_of(&signing.origin));
    if let (Some(_), None) = (given, &next) {
        let file = file.with_extension("key.next");
        keys.with_new().keep(&file, " ")?;
        return Err(format!(
            "not rotated yet. Your key is in SAYSO_LOG_KEY, so every server has to get the new one first: {} has the old key and the new one. Set SAYSO_LOG_KEY on every server to that line, start them again, and run this command again with it",
            file.display()
        )
        .into());
    }
    let clock = time::system();
    let now = clock.now();
    let both_until = if at_once { now } else { UtcMillis(now.0 + BOTH_SIGN) };
    say!("The log:                 {}", signing.origin);
    say!("The key that signs now:  {}", signing.newest);
    if at_once {
        say!("It signs nothing more from now on. What it has signed stays valid.");
    } else {
        say!("It signs beside the new one until {}. What it has signed stays valid.", both_until.day());
    }
    yes.confirm("A new key signs the public log from now on.", "Go on?")?;
    let (keys, next) = match next {
        Some(next) => (keys, next),
        None => {
            let keys = keys.with_new();
            keys.keep(&file, "\n")?;
            let next = keys.not_among(&signing.known).map(|key| key.public().clone());
            (keys, next.ok_or("the new key cannot be found again")?)
        }
    };
    let sequencer = Sequencer { db: db.clone(), clock: clock.clone(), keys, seen: seen.clone() };
    let mut tx = db.begin().await?;
    let (entry, new) = rotation::rotate(&mut tx, &sequencer, &signing, &next.to_string(), both_until).await?;
    let action = NewAction { points_to: Some(entry.id.to_string()), ..NewAction::by_command(ActionKind::KeyRotated) };
    staff_actions::put(tx.conn(), &action, clock.now_micros()).await?;
    tx.commit().await?;
    seen.keep(&new)?;
    say!("Done, as entry {}. The key that signs from now on:\n\n{next}\n", entry.id.receipt());
    say!("Its fingerprint is {}. Tell it to those who check your log.", next.fingerprint());
    if given.is_none() {
        say!("{} has both keys. Keep a copy of it where the database is not.", file.display());
        say!("Servers that read this file go on by themselves. Copy it to those that have a file of their own.");
    }
    if !at_once {
        say!("From {} on, the line of the old key is not needed any more.", both_until.day());
    }
    db.close().await;
    Ok(())
}

async fn resume(without_witness: bool, yes: Yes, config: &Config) -> Done {
    let db = super::open(&config.database).await?;
    let seen = Seen::open(&config.data)?;
    let Some(state) = resume::stopped(&db).await? else {
        say!("No witness has stopped the public log. There is nothing to do.");
        return Ok(());
    };
    say!("The log:          {}, with {} entries", state.origin, state.size);
    say!("What stopped it:  {}", state.stopped);
    let opinions = match &config.public_log.witnesses {
        Some(witnesses) => Witnessing::new(&db, witnesses).opinions(&state).await?,
        None => Vec::new(),
    };
    for (name, _) in opinions.iter().filter(|(_, opinion)| matches!(opinion, Opinion::Agrees(_))) {
        say!("It agrees now:    {name}");
    }
    let refusals = resume::refusals(&state.stopped, &opinions, without_witness);
    if !refusals.is_empty() {
        return Err(format!("the public log stays stopped: {}", refusals.join("; ")).into());
    }
    yes.confirm("Entries that wait get into the public log again.", "Go on?")?;
    let mut tx = db.begin().await?;
    if !resume::resume(&mut tx, &seen, &state).await? {
        return Err("the public log is in another state by now. Run this again".into());
    }
    let action = NewAction::by_command(ActionKind::LogResumed);
    staff_actions::put(tx.conn(), &action, time::system().now_micros()).await?;
    tx.commit().await?;
    say!("The public log goes on. Servers that run notice it by themselves.");
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
