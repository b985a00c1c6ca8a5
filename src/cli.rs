//! The command line: which commands there are, and what is wrong with a setting.

use crate::command::{self, members};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};
use sayso::error::chain;
use sayso::serve::log;
use sayso::web::config::{Config, Database};
use std::{error::Error, process::ExitCode};

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
    /// List and retry e-mails that have not been sent
    #[command(subcommand)]
    Mail(command::mail::Mail),
    /// Import the platform's members, invite them, and export them
    #[command(subcommand)]
    Members(members::Members),
    /// Say that the clock was wrong, and is right now
    #[command(subcommand)]
    Clock(command::clock::Command),
    /// Update the figures now, as the server does each day after midnight
    Figures {
        #[command(flatten)]
        config: Box<Config>,
    },
}

/// Reads the command line, and does what it says.
pub fn run() -> ExitCode {
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
                    command::open(&database).await.map(|_| println!("The tables are up to date."))
                }
                Command::Backup(backup) => command::backup::backup(backup).await,
                Command::Restore(restore) => command::backup::restore(restore).await,
                Command::Mail(command) => command::mail::run(command).await,
                Command::Members(command) => members::run(command).await,
                Command::Clock(command) => command::clock::run(command).await,
                Command::Figures { config } => command::figures::run(*config).await,
                Command::User(command) => command::user::run(command).await,
                Command::Notice(command) => command::notice::run(command).await,
            }
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let error: Box<dyn Error> = error;
            log::last_words(&format!("sayso: {}", chain(&*error)));
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
