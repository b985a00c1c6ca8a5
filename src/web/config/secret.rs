//! Settings in which a password may stand: they are shown nowhere, and can be read from a file.

use super::values::{database_url, database_url_file, secret_in, switch};
use std::convert::Infallible;
use std::str::FromStr;

/// A value that is shown nowhere, because there may be a password in it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// What it hides, for the one place that uses it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

pub(super) fn secret_file(path: &str) -> Result<Secret, String> {
    secret_in(path).map(Secret)
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
        Ok(Self(text.to_owned()))
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
    url_file: Option<String>,
    /// Only check that the tables are up to date, for a database role that may not change them;
    /// their owner runs `sayso migrate`
    #[arg(long, env = "SAYSO_NO_MIGRATE", value_parser = switch, default_value = "0", num_args = 0..=1, default_missing_value = "1")]
    pub no_migrate: bool,
}

impl Database {
    /// Where it is; there may be a password in it.
    pub fn url(&self) -> &str {
        self.url_file.as_ref().unwrap_or(&self.url)
    }
}

impl std::fmt::Debug for Database {
    /// Hides what stands between the scheme and the host, which may be a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.url().split(':').next().unwrap_or_default())?;
        f.write_str("://…")
    }
}
