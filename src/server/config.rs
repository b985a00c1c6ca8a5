//! The settings of `sayso serve`. Each has a variable, a flag and a default; the README has a line for each.

use crate::consent::rules::{self, Rules};
use std::{net::SocketAddr, path::PathBuf};

/// How the server runs.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    #[command(flatten)]
    pub database: Database,
    /// Where to listen
    #[arg(long, env = "SAYSO_ADDR", default_value = "127.0.0.1:3000", value_parser = addr)]
    pub addr: SocketAddr,
    /// What browsers see, without a path; https turns on Secure, __Host- and HSTS [default: http:// and the address]
    #[arg(long, env = "SAYSO_BASE_URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// The folder for what the server keeps beside its database
    #[arg(long, env = "SAYSO_DATA", default_value = "data")]
    pub data: PathBuf,
    /// 1 fills an empty database with demonstration accounts
    #[arg(long, env = "SAYSO_DEMO", value_parser = switch, default_value = "0", num_args = 0..=1, default_missing_value = "1")]
    pub demo: bool,
    /// Days between being told and being on by default, 0 to 3650
    #[arg(long, env = "SAYSO_NOTICE_WINDOW_DAYS", default_value = "30", value_parser = up_to::<3650>)]
    pub notice_window_days: u32,
    /// A file of dated region rules, in the form of src/consent/rules.toml [default: built in]
    #[arg(long, env = "SAYSO_RULES")]
    pub rules: Option<PathBuf>,
    /// How many proxies of yours stand in front; that many addresses from the end of X-Forwarded-For are theirs
    #[arg(long, env = "SAYSO_PROXIES", default_value = "0", value_parser = up_to::<8>)]
    pub proxies: u32,
    /// Whom to write to about a security problem, an e-mail or web address
    #[arg(long, env = "SAYSO_SECURITY_CONTACT", default_value = "mailto:security@sayso.example", value_parser = contact)]
    pub security_contact: String,
    /// Log lines as text or as json
    #[arg(long, env = "SAYSO_LOG_FORMAT", default_value = "text", value_parser = log_format)]
    pub log_format: String,
    /// What is logged, in the form of tracing's EnvFilter
    #[arg(long, env = "SAYSO_LOG", default_value = "info,sqlx=warn", value_parser = log_filter)]
    pub log: String,
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
    pub url: String,
}

impl std::fmt::Debug for Database {
    /// Hides what stands between the scheme and the host, which may be a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.url.split(':').next().unwrap_or_default())?;
        f.write_str("://…")
    }
}

fn database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    known.then(|| text.to_owned()).ok_or_else(|| "accepted: sqlite://PATH or postgres://…".into())
}

fn addr(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "accepted: an address and a port, such as 127.0.0.1:3000 or [::]:3000")
}

fn up_to<const MOST: u32>(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|n| *n <= MOST).ok_or_else(|| format!("accepted: a whole number from 0 to {MOST}"))
}

fn log_format(text: &str) -> Result<String, &'static str> {
    matches!(text, "text" | "json").then(|| text.to_owned()).ok_or("accepted: text or json")
}

fn log_filter(text: &str) -> Result<String, &'static str> {
    let filter = tracing_subscriber::EnvFilter::try_new(text);
    filter.map(|_| text.to_owned()).map_err(|_| "accepted: a level, or targets with levels, such as info,sqlx=warn")
}

fn base_url(text: &str) -> Result<String, String> {
    let uri: http::Uri = text.parse().map_err(|_| "accepted: http://HOST or https://HOST, with or without a port")?;
    let plain =
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some() && matches!(uri.path(), "" | "/");
    plain
        .then(|| text.trim_end_matches('/').to_owned())
        .ok_or_else(|| "accepted: http://HOST or https://HOST, with or without a port, without a path".into())
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "1" | "true" | "on" => Ok(true),
        "0" | "false" | "off" | "" => Ok(false),
        _ => Err("accepted: 1 or 0".into()),
    }
}

fn contact(text: &str) -> Result<String, String> {
    let known = ["mailto:", "https://"].iter().any(|s| text.starts_with(s)) && !text.contains(char::is_control);
    known.then(|| text.to_owned()).ok_or_else(|| "accepted: mailto:ADDRESS or https://…".into())
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("SAYSO_RULES: cannot read {0}: {1}")]
    RulesFile(PathBuf, #[source] std::io::Error),
    #[error("SAYSO_RULES: {0}")]
    Rules(#[from] rules::RulesError),
}

impl Config {
    /// The origin that browsers see.
    pub fn origin(&self) -> String {
        self.base_url.clone().unwrap_or_else(|| format!("http://{}", self.addr))
    }

    pub fn is_https(&self) -> bool {
        self.origin().starts_with("https://")
    }

    /// The rules in force: from the file, or those built in.
    pub fn load_rules(&self) -> Result<Rules, ConfigError> {
        let text = match &self.rules {
            Some(path) => std::fs::read_to_string(path).map_err(|e| ConfigError::RulesFile(path.clone(), e))?,
            None => rules::BUILT_IN.to_owned(),
        };
        Ok(Rules::parse(&text)?)
    }
}
