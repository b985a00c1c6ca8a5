//! `sayso rules print` and `sayso regimes print`: what is in force, as the files that
//! `SAYSO_RULES` and `SAYSO_REGIMES` take.

use super::out;
use sayso::web::config::{ConfigError, Laws};

#[derive(clap::Subcommand)]
pub enum Rules {
    /// Print the region rules in force, as TOML that SAYSO_RULES takes
    Print {
        #[command(flatten)]
        laws: Laws,
    },
}

#[derive(clap::Subcommand)]
pub enum Regimes {
    /// Print the deadlines, authorities and courts in force, as TOML that SAYSO_REGIMES takes
    Print {
        #[command(flatten)]
        laws: Laws,
    },
}

/// Nothing is printed that a start would refuse.
pub fn print_rules(Rules::Print { laws }: &Rules) -> Result<(), ConfigError> {
    laws.rules()?;
    out::print(format_args!("{}", laws.rules_text()?));
    Ok(())
}

/// The same for the regimes.
pub fn print_regimes(Regimes::Print { laws }: &Regimes) -> Result<(), ConfigError> {
    laws.regimes()?;
    out::print(format_args!("{}", laws.regimes_text()?));
    Ok(())
}
