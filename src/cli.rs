//! The command line: which commands there are, and what is wrong with a setting.

use crate::command;
use crate::command::members::{self, LinesRefused};
use crate::command::out;
use crate::command::verify::NotProved;
use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use sayso::error::chain;
use sayso::serve::log;
use sayso::web::config::{Config, names};
use std::ffi::OsString;
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
    /// Bring the database's tables up to date, and old entries into the public log, and stop
    Migrate {
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Back up a SQLite database to a file while it is in use, and check the copy
    Backup(command::backup::Backup),
    /// Replace the database with a backup, and sign everybody out
    Restore(command::backup::Restore),
    /// List and create accounts, and change or close those of staff
    #[command(subcommand)]
    User(command::user::User),
    /// List and publish notices
    #[command(subcommand)]
    Notice(command::notice::Command),
    /// The region rules in force
    #[command(subcommand)]
    Rules(command::laws::Rules),
    /// The deadlines, authorities and courts in force
    #[command(subcommand)]
    Regimes(command::laws::Regimes),
    /// Check the settings
    #[command(subcommand)]
    Config(command::config::Command),
    /// List and retry e-mails that have not been sent
    #[command(subcommand)]
    Mail(command::mail::Mail),
    /// Import the platform's members, invite them, and export them
    #[command(subcommand)]
    Members(members::Members),
    /// Say that the clock was wrong, and is right now
    #[command(subcommand)]
    Clock(command::clock::Command),
    /// Have a new key sign the public log, have it go on after a witness's error, or accept that a
    /// part of it is lost
    #[command(subcommand)]
    Log(command::log::Command),
    Verify(Box<command::verify::Verify>),
    /// Update the figures now, as the server does each day after midnight
    Figures {
        #[command(flatten)]
        config: Box<Config>,
    },
}

/// Reads the command line, and does what it says.
pub fn run() -> ExitCode {
    let mut words: Vec<OsString> = std::env::args_os().collect();
    if wants_json(&words) {
        log::speak_json();
    }
    // The bare binary serves.
    if words.len() < 2 {
        words = vec!["sayso".into(), "serve".into()];
    }
    let (command, matches) = match parse(&words) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let unknown = match unknown_settings() {
        Ok(unknown) => unknown,
        Err(slip) => {
            log::last_words(&slip);
            return ExitCode::from(2);
        }
    };
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|rt| rt.block_on(act(command, &matches, unknown)));
    let done = done.and_then(|()| out::finish());
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // It has been said.
        Err(error) if error.is::<LinesRefused>() => ExitCode::from(3),
        Err(error) if error.is::<NotProved>() => ExitCode::from(2),
        Err(error) => {
            let error: Box<dyn Error> = error;
            log::last_words(&format!("sayso: {}", chain(&*error)));
            ExitCode::FAILURE
        }
    }
}

/// # Errors
/// The exit code, where something is wrong with what was said, and that has been told: with every
/// variable whose value is not accepted, and not only with the first.
fn parse(words: &[OsString]) -> Result<(Command, ArgMatches), ExitCode> {
    let (mut accepting, mut wrong) = (Cli::command(), Vec::new());
    loop {
        let parsed = accepting.try_get_matches_from_mut(words).and_then(|matches| {
            let cli = Cli::from_arg_matches(&matches)?;
            Ok((cli.command, matches))
        });
        let error = match parsed {
            Ok(parsed) if wrong.is_empty() => return Ok(parsed),
            Ok(_) => return Err(ExitCode::from(2)),
            Err(error) => error,
        };
        let Some(flag) = wrong_value(&error).filter(|flag| !wrong.contains(flag)) else {
            return Err(if wrong.is_empty() { refuse(&error) } else { ExitCode::from(2) });
        };
        // The others are looked at without its variable.
        refuse(&error);
        accepting = without_variable(Cli::command(), &flag);
        accepting = wrong.iter().fold(accepting, |accepting, flag| without_variable(accepting, flag));
        wrong.push(flag);
    }
}

/// The flag of a setting whose value is not accepted, without its dashes.
fn wrong_value(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(arg)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = arg.split_whitespace().next()?.strip_prefix("--")?.to_owned();
    let cli = Cli::command();
    let mut settings = cli.get_subcommands().flat_map(clap::Command::get_arguments);
    let is_setting = settings.any(|arg| arg.get_long() == Some(&flag) && arg.get_env().is_some());
    (error.kind() == ErrorKind::ValueValidation && is_setting).then_some(flag)
}

/// The same command line, for which the variable of this flag does not count.
fn without_variable(command: clap::Command, flag: &str) -> clap::Command {
    let named = |arg: &&Arg| arg.get_long() == Some(flag) && arg.get_env().is_some();
    let id = command.get_arguments().find(named).map(|arg| arg.get_id().clone());
    let within: Vec<String> = command.get_subcommands().map(|within| within.get_name().to_owned()).collect();
    let command = match id {
        Some(id) => command.mut_arg(id, |arg| arg.env(Resettable::Reset)),
        None => command,
    };
    within.into_iter().fold(command, |command, name| command.mut_subcommand(name, |of| without_variable(of, flag)))
}

async fn act(command: Command, matches: &ArgMatches, unknown: Vec<String>) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Serve(config) => command::serve::run(*config, &unknown).await,
        Command::Migrate { config } => command::migrate::run(*config).await,
        Command::Backup(backup) => command::backup::backup(backup).await,
        Command::Restore(restore) => command::backup::restore(restore).await,
        Command::Mail(command) => command::mail::run(command).await,
        Command::Members(command) => members::run(command).await,
        Command::Clock(command) => command::clock::run(command).await,
        Command::Log(command) => command::log::run(command).await,
        Command::Verify(verify) => command::verify::run(&verify).await,
        Command::Figures { config } => command::figures::run(*config).await,
        Command::User(command) => command::user::run(command).await,
        Command::Notice(command) => command::notice::run(command).await,
        Command::Rules(command) => Ok(command::laws::print_rules(&command)?),
        Command::Regimes(command) => Ok(command::laws::print_regimes(&command)?),
        Command::Config(command) => {
            let (mut matches, mut of) = (matches, Cli::command());
            while let Some((name, within)) = matches.subcommand() {
                of = of.find_subcommand(name).cloned().unwrap_or_default();
                matches = within;
            }
            let args: Vec<Arg> = of.get_arguments().cloned().collect();
            command::config::run(command, &args, matches, &unknown).await
        }
    }
}

/// Whether every line is to be JSON, by what was said before anything else is known of it.
fn wants_json(words: &[OsString]) -> bool {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let after = |pair: &[std::borrow::Cow<'_, str>]| (pair[0] == "--log-format").then(|| pair[1].to_string());
    let said = words.windows(2).find_map(after);
    let said = said.or_else(|| words.iter().find_map(|word| word.strip_prefix("--log-format=").map(str::to_owned)));
    said.or_else(|| std::env::var("SAYSO_LOG_FORMAT").ok()).is_some_and(|format| format == "json")
}

/// The names of variables that look like settings of ours and are none.
///
/// # Errors
/// What to say of one that is almost the name of a setting: it was meant to have an effect.
fn unknown_settings() -> Result<Vec<String>, String> {
    let known = settings(&Cli::command());
    let mut unknown = Vec::new();
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let slip =
            |meant: &str| format!("sayso: {name} is no setting. Did you mean {meant}? Correct the name, or unset it");
        if names::means_the_database(&name) && std::env::var_os(names::DATABASE).is_none() {
            return Err(slip(names::DATABASE));
        }
        // What our build says to itself, cargo hands to what it runs as well.
        if !name.starts_with(names::PREFIX) || known.contains(&name) || name == "SAYSO_BUILT" {
            continue;
        }
        if let Some(meant) = names::meant(&name, &known) {
            return Err(slip(meant));
        }
        unknown.push(name);
    }
    unknown.sort();
    Ok(unknown)
}

/// Every variable that any command reads.
fn settings(command: &clap::Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(Arg::get_env).map(|name| name.to_string_lossy().into_owned());
    own.chain(command.get_subcommands().flat_map(settings)).collect()
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
    let (Some(setting), true) = (setting(flag), error.kind() == ErrorKind::ValueValidation) else {
        return misused(error);
    };
    let variable = name(setting);
    let value = text(ContextKind::InvalidValue).filter(|_| !setting.is_hide_env_values_set());
    let value = value.map(|value| format!("{value:?} is not accepted; ")).unwrap_or_default();
    let accepted = error.source().map(ToString::to_string).unwrap_or_default();
    log::last_words(&format!("sayso: {variable} ({flag}): {value}{accepted}"));
    ExitCode::from(2)
}

/// Says how a command is used, which is text for whoever typed it; where lines are JSON, what is
/// wrong is one of them.
fn misused(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && log::speaks_json() {
        log::last_words(error.to_string().trim());
        return ExitCode::from(2);
    }
    error.exit()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two flags of one name, for example, are only found when the command is used.
    #[test]
    fn every_command_can_be_used() {
        Cli::command().debug_assert();
    }
}
