//! `sayso config check`: every setting with its value and where that comes from, and all that a
//! start would refuse or warn about; and the cases of its database for which an officer is missing.
//! Nothing is opened but the files that settings name, a file without a name where the server would
//! write, and the database if there is one.

use super::out::say;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches};
use sayso::db::{Db, OpenError};
use sayso::error::chain;
use sayso::serve::{production, ready};
use sayso::support::too_few;
use sayso::web::config::Config;
use std::error::Error;
use std::fs::OpenOptions;
use std::path::Path;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Show every setting, what is wrong with them, and cases for which an officer is missing
    ///
    /// The exit code is 0 if the server would start, 1 if it would not, and 2 if a value is not
    /// accepted or a name is almost that of a setting. With --strict it is 1 for a warning as well.
    #[command(verbatim_doc_comment)]
    Check {
        /// Also fail on a warning
        #[arg(long)]
        strict: bool,
        #[command(flatten)]
        config: Box<Config>,
    },
}

/// `args` are those of this command and `matches` what was said; `unknown` are variables that look
/// like ours and are none.
pub async fn run(
    command: Command,
    args: &[Arg],
    matches: &ArgMatches,
    unknown: &[String],
) -> Result<(), Box<dyn Error>> {
    let Command::Check { strict, config } = command;
    let mut rows: Vec<[String; 3]> = args.iter().filter_map(|arg| row(arg, matches)).collect();
    rows.sort();
    let width = rows.iter().map(|[name, ..]| name.len()).max().unwrap_or_default();
    for [name, value, from] in &rows {
        say!("{name:width$}  {value}  ({from})");
    }
    say!("");
    let mut wrong = Vec::new();
    let mut look = |found: Option<String>| wrong.extend(found);
    look(config.check().err().map(|e| chain(&e)));
    look(config.laws.rules().err().map(|e| chain(&e)));
    look(config.laws.regimes().err().map(|e| chain(&e)));
    look(config.password_rules().err().map(|e| chain(&e)));
    look(config.post_office().err().map(|e| chain(&e)));
    let url = config.database.url();
    let unfit = database(url);
    let officers = if unfit.is_none() { officers_missing(url, config.demo).await } else { Ok(Vec::new()) };
    look(unfit);
    let data = &config.data;
    let unwritable = ready::can_be_written(data).err();
    look(unwritable.map(|error| format!("SAYSO_DATA: cannot write in {}: {error}", data.display())));
    let mut warnings = production::warnings(&config);
    warnings.extend(unknown.iter().map(|name| production::unknown_setting(name)));
    for said in &wrong {
        say!("Wrong: {said}");
    }
    for said in &warnings {
        say!("Warning: {said}");
    }
    let tried = officers.is_ok();
    let missing = officers.unwrap_or_else(|cause| {
        say!("The database was not read, so whether an officer is missing for a case is not known: {cause}");
        Vec::new()
    });
    for said in &missing {
        say!("Warning: {said}");
    }
    match (wrong.len(), warnings.len()) {
        (0, 0) if missing.is_empty() => say!("Every setting is fit for production."),
        (0, _) if !strict && tried => {
            say!("The server would start with these settings. Whether its port is free was not tried.");
        }
        (0, _) if !strict => {
            say!(
                "The server would start with these settings if its database answers. Whether its port is free was not tried."
            );
        }
        (0, 0) => return Err("an officer is missing for a case".into()),
        (0, n) => return Err(format!("{n} of these settings are not fit for production").into()),
        (1, _) => return Err("the server would not start: 1 setting is wrong".into()),
        (n, _) => return Err(format!("the server would not start: {n} settings are wrong").into()),
    }
    Ok(())
}

/// The cases for which an officer is missing, in sentences; none where there is no database yet, or
/// its tables are those of an earlier version. `demo` is whether the officers of the demonstration
/// count.
///
/// # Errors
/// Why the database was not read.
async fn officers_missing(url: &str, demo: bool) -> Result<Vec<String>, String> {
    if !Db::is_there(url) {
        return Ok(Vec::new());
    }
    let db = Db::open(url).await.map_err(|error| chain(&error))?;
    let found = match db.check_tables().await {
        Err(OpenError::Behind { .. }) => Ok(Vec::new()),
        Err(error) => Err(chain(&error)),
        Ok(()) => too_few::of_database(&db, demo).await.map(|found| found.says()).map_err(|error| chain(&error)),
    };
    db.close().await;
    found
}

/// What is wrong with the database, as far as that is known without opening it.
fn database(url: &str) -> Option<String> {
    if let Err(error) = Db::check_url(url) {
        return Some(chain(&error));
    }
    let file = Db::file(url)?;
    let written = if file.exists() {
        OpenOptions::new().append(true).open(&file).map(drop)
    } else {
        ready::can_be_written(file.parent().unwrap_or(Path::new("")))
    };
    if let Err(error) = written {
        return Some(format!("DATABASE_URL: cannot write {}: {error}", file.display()));
    }
    Db::check_files(&file).err().map(|error| chain(&error))
}

/// The name of a setting, its value where nobody minds who reads it, and where that comes from.
fn row(arg: &Arg, matches: &ArgMatches) -> Option<[String; 3]> {
    let name = arg.get_env()?.to_string_lossy().into_owned();
    let id = arg.get_id().as_str();
    let from = match matches.value_source(id) {
        Some(ValueSource::EnvVariable) => "environment",
        Some(ValueSource::CommandLine) => "command line",
        Some(_) => "default",
        None => "not set",
    };
    let values = matches.get_raw(id).into_iter().flatten();
    let value: Vec<String> = values.map(|value| value.to_string_lossy().into_owned()).collect();
    let hidden = arg.is_hide_env_values_set() && from != "default" && !value.is_empty();
    Some([name, if hidden { "…".into() } else { value.join(" ") }, from.into()])
}
