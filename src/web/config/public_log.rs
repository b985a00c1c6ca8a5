//! The settings of the public log.

use super::secret::{Secret, log_key_file};
use super::values::up_to;
use super::witnesses::{Witnesses, witnesses_file};
use std::time::Duration;

/// How the public log is signed, and how often.
#[derive(Clone, Debug, clap::Args)]
pub struct PublicLog {
    /// How many seconds entries are gathered before they get into the public log together, 1 to 60
    #[arg(long, env = "SAYSO_LOG_INTERVAL", default_value = "1", value_parser = seconds)]
    pub log_interval: u32,
    /// The key that signs the public log, or several with a blank between them, instead of the
    /// file `log.key` in `SAYSO_DATA`
    #[arg(long, env = "SAYSO_LOG_KEY", hide_env_values = true)]
    pub log_key: Option<Secret>,
    /// A file that contains the value of `SAYSO_LOG_KEY`; only the server's user and group may be
    /// able to read it
    #[arg(long, env = "SAYSO_LOG_KEY_FILE", conflicts_with = "log_key", value_parser = log_key_file)]
    pub log_key_file: Option<Secret>,
    /// A file with the witnesses of the public log, and how many of them have to sign, in the form
    /// of c2sp.org/tlog-policy with an address for each
    #[arg(long, env = "SAYSO_WITNESSES", value_name = "FILE", value_parser = witnesses_file)]
    pub witnesses: Option<Witnesses>,
}

impl PublicLog {
    /// How long a batch is gathered.
    pub fn interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.log_interval))
    }

    /// The key, where it is not in its usual file.
    pub fn key(&self) -> Option<&str> {
        let given = self.log_key.as_ref().or(self.log_key_file.as_ref()).map(Secret::reveal);
        given.filter(|key| !key.trim().is_empty())
    }
}

fn seconds(text: &str) -> Result<u32, String> {
    match up_to::<60>(text)? {
        0 => Err("it is a number of seconds from 1 to 60".into()),
        seconds => Ok(seconds),
    }
}
