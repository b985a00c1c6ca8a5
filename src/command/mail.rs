//! `sayso mail`: what waits in the outbox, without whom it is to and what it says.

use super::open;
use super::out::say;
use clap::Subcommand;
use sayso::account::staff_action::ActionKind;
use sayso::account::store::staff_actions::{self, NewAction};
use sayso::db::Db;
use sayso::mail::store as outbox;
use sayso::time;
use sayso::web::config::Database;
use std::error::Error;

#[derive(Subcommand)]
pub enum Mail {
    /// List queued and undelivered e-mails (no recipients or contents)
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Retry undelivered e-mails
    Retry {
        /// Only the e-mail with this id
        id: Option<outbox::MailId>,
        #[command(flatten)]
        database: Database,
    },
}

pub async fn run(command: Mail) -> Result<(), Box<dyn Error>> {
    match command {
        Mail::List { database } => list(&open(&database).await?).await,
        Mail::Retry { id, database } => retry(&open(&database).await?, id).await,
    }
}

async fn list(db: &Db) -> Result<(), Box<dyn Error>> {
    let mails = outbox::unsent(db.reader().await?.conn()).await?;
    if mails.is_empty() {
        say!("Every e-mail has been sent.");
    }
    for mail in mails {
        let (at, said) = (mail.created_at.short(), mail.last_error.as_deref().unwrap_or("-"));
        say!("{}  {:<7}  {at} UTC  {:>2} attempts  {said}", mail.id, mail.state.as_str(), mail.attempts);
    }
    Ok(())
}

async fn retry(db: &Db, only: Option<outbox::MailId>) -> Result<(), Box<dyn Error>> {
    let mut tx = db.begin().await?;
    let taken_up = outbox::retry(tx.conn(), only, time::system().now()).await?;
    if taken_up > 0 {
        let amount = i64::try_from(taken_up).ok();
        let action = NewAction { amount, ..NewAction::by_command(ActionKind::MailRetried) };
        staff_actions::put(tx.conn(), &action, time::system().now_micros()).await?;
    }
    tx.commit().await?;
    match (only, taken_up) {
        (Some(id), 0) => return Err(format!("no undelivered e-mail has the id {id}; see `sayso mail list`").into()),
        (_, 1) => say!("1 e-mail is queued again. A running server retries it within seconds."),
        (_, n) => say!("{n} e-mails are queued again. A running server retries them within seconds."),
    }
    Ok(())
}
