//! What holds where: the region rules, and the regimes of objections. Both are built in, and an
//! operator can put a file of their own in the place of either.

use super::ConfigError;
use crate::consent::rules::{self, Rules};
use crate::objection::regime::{self, Regimes};
use crate::text::{self, TextError};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Bytes that such a file may have.
const FILE_MAX: u64 = 1 << 20;

/// The files that say what holds where.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Laws {
    /// A file of dated region rules, in the form of crates/core/src/consent/rules.toml [default:
    /// built in]
    #[arg(long, env = "SAYSO_RULES")]
    pub rules: Option<PathBuf>,
    /// A file of deadlines, authorities and courts for objections, in the form of
    /// crates/core/src/objection/regimes.toml [default: built in]
    #[arg(long, env = "SAYSO_REGIMES")]
    pub regimes: Option<PathBuf>,
}

impl Laws {
    /// The rules in force: from the file, or those built in.
    ///
    /// # Errors
    /// Whatever is wrong with the file.
    pub fn rules(&self) -> Result<Rules, ConfigError> {
        Ok(Rules::parse(&self.rules_text()?)?)
    }

    /// The same as they are written.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn rules_text(&self) -> Result<String, ConfigError> {
        read_or(self.rules.as_deref(), rules::BUILT_IN).map_err(|(file, e)| ConfigError::RulesFile(file, e))
    }

    /// The regimes in force: from the file, or those built in.
    ///
    /// # Errors
    /// Whatever is wrong with the file.
    pub fn regimes(&self) -> Result<Regimes, ConfigError> {
        Ok(Regimes::parse(&self.regimes_text()?)?)
    }

    /// The same as they are written.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn regimes_text(&self) -> Result<String, ConfigError> {
        read_or(self.regimes.as_deref(), regime::BUILT_IN).map_err(|(file, e)| ConfigError::RegimesFile(file, e))
    }

    /// Has this process go by these regimes. Call it once, before anything asks for one.
    ///
    /// # Errors
    /// Whatever is wrong with the file.
    pub fn put_regimes_in_force(&self) -> Result<(), ConfigError> {
        if regime::put_in_force(self.regimes()?) { Ok(()) } else { Err(ConfigError::TooLate) }
    }
}

fn read_or(file: Option<&Path>, built_in: &str) -> Result<String, (PathBuf, TextError)> {
    let Some(path) = file else { return Ok(built_in.to_owned()) };
    let read = File::open(path).map_err(TextError::from).and_then(|file| text::read(file, FILE_MAX));
    read.map_err(|error| (path.to_owned(), error))
}
