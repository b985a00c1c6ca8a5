//! The command line.

mod command;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};
use command::members;
use sayso::db::Db;
use sayso::ledger::clock::Watch;
use sayso::mail::store as outbox;
use sayso::serve::log;
use sayso::time;
use sayso::time::guard::Present;
use sayso::web::config::{Config, Database};
use std::{error::Error, process::ExitCode};

/// Gives memory back after a rush of sign-ins (argon2 takes 19 MiB each), which the C library's
/// arenas keep.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What `scripts/site.mjs` has made, by name. In the binary alone: a new colour compiles this crate
/// and not the library.
#[cfg(not(debug_assertions))]
const SITE: sayso::web::assets::Files = include!("../target/site.rs");

/// The privacy settings page that a member platform can stand behind.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Every setting of `sayso serve` is also an environment variable: see `sayso serve --help`."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site (also what happens without a command)
    Serve(Box<Config>),
    /// Bring the database's tables up to date and stop
    Migrate(Database),
    /// Back up a SQLite database to a file while it is in use, and check the copy
    Backup(command::backup::Backup),
    /// Replace the database with a backup, and sign everybody out
    Restore(command::backup::Restore),
    /// Create accounts, and change or close those of staff
    #[command(subcommand)]
    User(command::user::User),
    /// Publish notices
    #[command(subcommand)]
    Notice(command::notice::Command),
    /// List and retry mail that has not been sent
    #[command(subcommand)]
    Mail(Mail),
    /// Import the platform's members, invite them, and export them
    #[command(subcommand)]
    Members(members::Members),
    /// Settle a doubt about the clock
    #[command(subcommand)]
    Clock(command::clock::Command),
    /// Update the figures now, as the server does each day after midnight
    Figures {
        #[command(flatten)]
        config: Box<Config>,
    },
}

#[derive(Subcommand)]
enum Mail {
    /// List queued and undelivered mail (no recipients or contents)
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Retry undelivered mail
    Retry {
        /// Only the mail with this id
        id: Option<outbox::MailId>,
        #[command(flatten)]
        database: Database,
    },
}

fn main() -> ExitCode {
    #[cfg(not(debug_assertions))]
    sayso::web::assets::embed(SITE);
    // The bare binary serves.
    let bare = std::env::args_os().len() < 2;
    let parsed = if bare { Cli::try_parse_from(["sayso", "serve"]) } else { Cli::try_parse() };
    let command = match parsed {
        Ok(cli) => cli.command,
        Err(error) => return refuse(&error),
    };
    let done = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Into::into).and_then(|rt| {
        rt.block_on(async {
            match command {
                Command::Serve(config) => command::serve::run(*config).await,
                Command::Migrate(database) => {
                    let mut database = database;
                    database.no_migrate = false;
                    open(&database).await.map(|_| println!("The tables are up to date."))
                }
                Command::Backup(backup) => command::backup::backup(backup).await,
                Command::Restore(restore) => command::backup::restore(restore).await,
                Command::Mail(Mail::List { database }) => list_mail(&open(&database).await?).await,
                Command::Mail(Mail::Retry { id, database }) => retry_mail(&open(&database).await?, id).await,
                Command::Members(command) => members::run(command).await,
                Command::Clock(command) => command::clock::run(command).await,
                Command::Figures { config } => command::statistics::run(*config).await,
                Command::User(command) => command::user::run(command).await,
                Command::Notice(command) => command::notice::run(command).await,
            }
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let error: Box<dyn Error> = error;
            log::last_words(&format!("sayso: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Says what is wrong with a setting by the names under which it can be set. A value that may hold
/// a password is not repeated.
fn refuse(error: &clap::Error) -> ExitCode {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let flag = |kind| text(kind).and_then(|arg| arg.split_whitespace().next()).unwrap_or_default();
    let cli = Cli::command();
    let setting = |flag: &str| {
        let mut settings = cli.get_subcommands().flat_map(clap::Command::get_arguments);
        settings.find(|arg| arg.get_long() == flag.strip_prefix("--") && arg.get_env().is_some())
    };
    let name = |arg: &clap::Arg| arg.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if error.kind() == ErrorKind::ArgumentConflict
        && let Some(one) = setting(flag(ContextKind::InvalidArg))
        && let Some(other) = setting(flag(ContextKind::PriorArg))
    {
        log::last_words(&format!("sayso: {} and {} are both set; accepted: one of them", name(one), name(other)));
        return ExitCode::from(2);
    }
    let flag = flag(ContextKind::InvalidArg);
    let (Some(setting), true) = (setting(flag), error.kind() == ErrorKind::ValueValidation) else { error.exit() };
    let variable = name(setting);
    let value = text(ContextKind::InvalidValue).filter(|_| !setting.is_hide_env_values_set());
    let value = value.map(|value| format!("{value:?} is not accepted; ")).unwrap_or_default();
    let accepted = error.source().map(ToString::to_string).unwrap_or_default();
    log::last_words(&format!("sayso: {variable} ({flag}): {value}{accepted}"));
    ExitCode::from(2)
}

async fn list_mail(db: &Db) -> Result<(), Box<dyn Error>> {
    let mails = outbox::unsent(db.reader().await?.conn()).await?;
    if mails.is_empty() {
        println!("Every mail has been sent.");
    }
    for mail in mails {
        let (at, said) = (mail.created_at.short(), mail.last_error.as_deref().unwrap_or("-"));
        println!("{}  {:<7}  {at} UTC  {:>2} attempts  {said}", mail.id, mail.state.as_str(), mail.attempts);
    }
    Ok(())
}

async fn retry_mail(db: &Db, only: Option<outbox::MailId>) -> Result<(), Box<dyn Error>> {
    let mut tx = db.begin().await?;
    let taken_up = outbox::retry(tx.conn(), only, time::system().now()).await?;
    tx.commit().await?;
    match (only, taken_up) {
        (Some(id), 0) => return Err(format!("no undelivered mail has the id {id}; see `sayso mail list`").into()),
        (_, 1) => println!("1 mail is queued again. A running server retries it within seconds."),
        (_, n) => println!("{n} mails are queued again. A running server retries them within seconds."),
    }
    Ok(())
}

/// The database, its tables up to date.
async fn open(database: &Database) -> Result<Db, Box<dyn Error>> {
    let db = open_unwatched(database).await?;
    Watch::system().begin(&db).await?;
    Ok(db)
}

/// The same without looking at the clock: for what settles a doubt about it.
async fn open_unwatched(database: &Database) -> Result<Db, Box<dyn Error>> {
    let db = Db::open(database.url()).await?;
    if database.no_migrate {
        db.check_tables().await?
    } else {
        db.migrate().await?
    }
    Ok(db)
}

/// The present, as this database's clock has it.
fn present(db: &Db) -> Present {
    db.guard().present().unwrap_or_else(|| Present { at: time::system().now(), doubt: None })
}
