//! Settings in which a password may stand: they are shown nowhere, and can be read from a file.

use super::values::{database_url, secret_in, switch};
use std::convert::Infallible;
use std::str::FromStr;

/// A value that is shown nowhere, because there may be a password in it.
#[derive(Clone)]
pub struct Secret {
    hidden: String,
    /// The file that it is from, if every user of the machine can read that.
    open_file: Option<String>,
}

impl Secret {
    /// What it hides, for the one place that uses it.
    pub(super) fn reveal(&self) -> &str {
        &self.hidden
    }

    /// The file that it is from, if every user of the machine can read that.
    pub fn open_file(&self) -> Option<&str> {
        self.open_file.as_deref()
    }
}

/// A password, which its file may show to others: some mounts of secrets do, and it can be changed.
/// The start warns of it.
pub(super) fn secret_file(path: &str) -> Result<Secret, String> {
    let (hidden, others_can) = secret_in(path)?;
    Ok(Secret { hidden, open_file: others_can.then(|| path.to_owned()) })
}

/// The key of the log, which nobody else may read: whoever has seen it can sign for this log for
/// ever.
pub(super) fn log_key_file(path: &str) -> Result<Secret, String> {
    let key = secret_file(path)?;
    match key.open_file() {
        Some(file) => Err(format!(
            "the key of the log can be read by others: {file}. Run: chmod 600 {file}; accepted: a file that only the \
             server's user and group can read"
        )),
        None => Ok(key),
    }
}

fn database_url_file(path: &str) -> Result<Secret, String> {
    let url = secret_file(path)?;
    database_url(url.reveal()).map_err(|accepted| format!("its content is not accepted; {accepted}"))?;
    Ok(url)
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    /// Takes anything: what is wrong with it is said later, without repeating it.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self { hidden: text.to_owned(), open_file: None })
    }
}

/// Which database.
#[derive(Clone, clap::Args)]
pub struct Database {
    /// sqlite://… or postgres://…; created and migrated when missing or behind
    #[arg(
        long = "database-url",
        env = "DATABASE_URL",
        default_value = "sqlite://data/sayso.db",
        hide_env_values = true,
        value_parser = database_url
    )]
    url: String,
    /// A file that contains the value of `DATABASE_URL`
    #[arg(long = "database-url-file", env = "DATABASE_URL_FILE", conflicts_with = "url", value_parser = database_url_file)]
    pub(super) url_file: Option<Secret>,
    /// Only check that the tables are up to date, for a database role that may not change them;
    /// their owner runs `sayso migrate`
    #[arg(long, env = "SAYSO_NO_MIGRATE", value_parser = switch, default_value = "0", num_args = 0..=1, default_missing_value = "1")]
    pub no_migrate: bool,
}

impl Database {
    /// Where it is; there may be a password in it.
    pub fn url(&self) -> &str {
        self.url_file.as_ref().map_or(&self.url, Secret::reveal)
    }
}

impl std::fmt::Debug for Database {
    /// Hides what stands between the scheme and the host, which may be a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.url().split(':').next().unwrap_or_default())?;
        f.write_str("://…")
    }
}
