//! The settings of `sayso serve`. Each has a variable, a flag and a default; the README has a line
//! for each.

use crate::account::breached::{Breached, BreachedError};
use crate::account::password_rules::PasswordRules;
use crate::consent::pace::Pace;
use crate::consent::rules;
use crate::mail::message::{Sender, mailbox};
use crate::mail::relay::{self, Relay};
use crate::mail::worker::{Mailer, PostOffice};
use crate::objection::regime::RegimesError;
use crate::text::TextError;
use crate::web::origin::Origin;
use http::{HeaderMap, Uri};
use std::fs::File;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::PathBuf;

mod laws;
pub mod names;
mod platform;
mod public_log;
mod secret;
mod values;
mod witnesses;

pub use laws::Laws;
pub use platform::Platform;
pub use public_log::PublicLog;
use secret::secret_file;
pub use secret::{Database, Secret};
use values::{addr, base_url, contact, log_filter, log_format, switch, up_to};
pub use witnesses::Witnesses;

/// Addresses that nobody reads, until the operator sets others.
pub const MAIL_FROM: &str = "Sayso <privacy@sayso.example>";
pub const SECURITY_CONTACT: &str = "mailto:security@sayso.example";

/// How the server runs.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    #[command(flatten)]
    pub database: Database,
    /// Where to listen
    #[arg(long, env = "SAYSO_ADDR", default_value = "127.0.0.1:3000", value_parser = addr)]
    pub addr: SocketAddr,
    /// The address that browsers see, without a path; https turns on Secure, __Host- and HSTS
    /// [default: http:// and the address above]
    #[arg(long, env = "SAYSO_BASE_URL", value_parser = base_url)]
    pub base_url: Option<Origin>,
    /// The folder for what the server keeps besides its database
    #[arg(long, env = "SAYSO_DATA", default_value = "data")]
    pub data: PathBuf,
    /// 1 fills an empty database with demonstration accounts
    #[arg(long, env = "SAYSO_DEMO", value_parser = switch, default_value = "0", num_args = 0..=1, default_missing_value = "1")]
    pub demo: bool,
    /// The notice period: days between the notice and being on by default, 0 to 3650
    #[arg(long, env = "SAYSO_NOTICE_WINDOW_DAYS", default_value = "30", value_parser = up_to::<3650>)]
    pub notice_window_days: u32,
    #[command(flatten)]
    pub laws: Laws,
    /// How many times a minute a member can change one choice before they have to wait to turn it
    /// on; the same for their country; 0 for no limit. Turning it off never waits
    #[arg(long, env = "SAYSO_CHOICES_PER_MINUTE", default_value = "10", value_parser = up_to::<1_000>)]
    pub choices_per_minute: u32,
    /// The same for 24 hours
    #[arg(long, env = "SAYSO_CHOICES_PER_DAY", default_value = "100", value_parser = up_to::<1_000>)]
    pub choices_per_day: u32,
    /// How many of your proxies are in front; that many addresses at the end of X-Forwarded-For are
    /// theirs
    #[arg(long, env = "SAYSO_PROXIES", default_value = "0", value_parser = up_to::<8>)]
    pub proxies: u32,
    /// 1 makes browsers use https for all subdomains too, for two years
    #[arg(long, env = "SAYSO_HSTS_SUBDOMAINS", value_parser = switch, default_value = "0", num_args = 0..=1, default_missing_value = "1")]
    pub hsts_subdomains: bool,
    /// How many connections may be open at a time, 0 for no limit
    #[arg(long, env = "SAYSO_CONNECTIONS", default_value = "2000", value_parser = up_to::<1_000_000>)]
    pub connections: u32,
    /// The same for one network (an IPv4 address, or an IPv6 /64) where there is no proxy, 0 for no
    /// limit; connections from this machine are not counted
    #[arg(long, env = "SAYSO_CONNECTIONS_PER_NETWORK", default_value = "100", value_parser = up_to::<1_000_000>)]
    pub connections_per_network: u32,
    /// Where to report a security problem: an e-mail or web address
    #[arg(long, env = "SAYSO_SECURITY_CONTACT", default_value = SECURITY_CONTACT, value_parser = contact)]
    pub security_contact: String,
    /// The mail server: smtps://…, or smtp://… with ?tls=required or ?tls=opportunistic [default:
    /// none, e-mails become files]
    #[arg(long, env = "SAYSO_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<Secret>,
    /// A file that contains the value of `SAYSO_SMTP_URL`
    #[arg(long, env = "SAYSO_SMTP_URL_FILE", conflicts_with = "smtp_url", value_parser = secret_file)]
    pub smtp_url_file: Option<Secret>,
    /// The sender of our e-mails
    #[arg(long, env = "SAYSO_MAIL_FROM", default_value = MAIL_FROM)]
    pub mail_from: String,
    /// Where replies to our e-mails are read: an address, or a name and an address [default:
    /// nowhere, and the e-mails say so]
    #[arg(long, env = "SAYSO_MAIL_REPLY_TO", default_value = "")]
    pub mail_reply_to: String,
    /// A file of stolen passwords, which nobody can choose: one a line, or their SHA-1 as Have I
    /// Been Pwned has them [default: none]
    #[arg(long, env = "SAYSO_PASSWORD_BLOCKLIST")]
    pub password_blocklist: Option<PathBuf>,
    /// off has no sign-up: accounts are imported, or made by `sayso user add`
    #[arg(long, env = "SAYSO_SIGN_UP", value_parser = switch, default_value = "on", num_args = 0..=1, default_missing_value = "on")]
    pub sign_up: bool,
    /// Words that no password may be made of, separated by commas, such as the names of your
    /// platform and its products
    #[arg(long, env = "SAYSO_PASSWORD_WORDS", default_value = "")]
    pub password_words: String,
    /// The hour (UTC, 0 to 23) from which officers get the daily e-mail of what is due
    #[arg(long, env = "SAYSO_MORNING_HOUR", default_value = "6", value_parser = up_to::<23>)]
    pub morning_hour: u32,
    #[command(flatten)]
    pub platform: Platform,
    #[command(flatten)]
    pub public_log: PublicLog,
    #[command(flatten)]
    pub logging: Logging,
}

/// What is logged where nothing else is asked for.
const LOG_DEFAULT: &str = "info,sqlx=warn";

/// What is logged, and how.
#[derive(Clone, Debug, clap::Args)]
pub struct Logging {
    /// Log lines as text or as json
    #[arg(long, env = "SAYSO_LOG_FORMAT", default_value = "text", value_parser = log_format)]
    pub log_format: String,
    /// What is logged, in the form of tracing's `EnvFilter`
    #[arg(long, env = "SAYSO_LOG", default_value = LOG_DEFAULT, value_parser = log_filter)]
    pub log: String,
}

impl Logging {
    /// What a command logs that ends by itself: what it has to say is on standard output. So only
    /// warnings are logged, and what concerns security, unless something else is asked for.
    pub fn of_command(&self) -> &str {
        if self.log == LOG_DEFAULT { "warn,security=info" } else { &self.log }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("SAYSO_RULES: cannot read {0}: {1}")]
    RulesFile(PathBuf, #[source] TextError),
    #[error("SAYSO_RULES: {0}")]
    Rules(#[from] rules::RulesError),
    #[error("SAYSO_REGIMES: cannot read {0}: {1}")]
    RegimesFile(PathBuf, #[source] TextError),
    #[error("SAYSO_REGIMES: other regimes are in force already")]
    TooLate,
    #[error("SAYSO_REGIMES: {0}")]
    Regimes(#[from] RegimesError),
    #[error("SAYSO_PASSWORD_BLOCKLIST: cannot read {0}: {1}")]
    Blocklist(PathBuf, #[source] BreachedError),
    #[error("{0}: {1}; {accepted}", accepted = relay::ACCEPTED)]
    SmtpUrl(&'static str, &'static str),
    #[error(
        "SAYSO_MAIL_FROM: {0:?} cannot be a sender; accepted: an address, or a name and an address: NAME <ADDRESS>"
    )]
    MailFrom(String),
    #[error(
        "SAYSO_DEMO: everybody knows the passwords of the demonstration accounts, so other machines must not reach them. \
         But {0}. Please {1}, or unset SAYSO_DEMO"
    )]
    Demo(&'static str, &'static str),
    #[error(
        "SAYSO_MAIL_REPLY_TO: {0:?} cannot receive replies; accepted: an address, or a name and an address: NAME <ADDRESS>"
    )]
    MailReplyTo(String),
}

impl Config {
    /// The origin that browsers see.
    pub fn origin(&self) -> Origin {
        self.base_url.clone().unwrap_or_else(|| Origin::of_address(self.addr))
    }

    /// The origin that a request with these headers was sent to: the one that is set; else nobody
    /// has said which of this machine's names is meant, and it is the one that was asked for.
    pub fn origin_for(&self, headers: &HeaderMap, uri: &Uri) -> Origin {
        self.base_url.clone().or_else(|| Origin::asked_for(headers, uri)).unwrap_or_else(|| self.origin())
    }

    pub fn is_https(&self) -> bool {
        self.origin().is_https()
    }

    /// Whether `sayso serve` may begin with these settings, as far as they alone say it.
    ///
    /// # Errors
    /// [`ConfigError::Demo`] where the demonstration could be reached from elsewhere.
    pub fn check(&self) -> Result<(), ConfigError> {
        let origin = self.origin();
        let exposed = if !self.addr.ip().to_canonical().is_loopback() {
            Some(("SAYSO_ADDR lets other machines in", "set it to a loopback address, such as 127.0.0.1:3000"))
        } else if origin.is_https() {
            Some(("SAYSO_BASE_URL is https, as for a site that others visit", "unset it"))
        } else if !origin.is_loopback() {
            Some(("SAYSO_BASE_URL names a host that others can reach", "unset it"))
        } else {
            None
        };
        match exposed.filter(|_| self.demo) {
            Some((why, instead)) => Err(ConfigError::Demo(why, instead)),
            None => Ok(()),
        }
    }

    /// Where mail goes: to the server that is set, or into a folder.
    pub fn post_office(&self) -> Result<PostOffice, ConfigError> {
        let origin = self.origin();
        let host = origin.host();
        let sender =
            Sender::parse(&self.mail_from, host).ok_or_else(|| ConfigError::MailFrom(self.mail_from.clone()))?;
        let reply_to = match &*self.mail_reply_to {
            "" => None,
            text => Some(mailbox(text).ok_or_else(|| ConfigError::MailReplyTo(text.into()))?),
        };
        let site = self.platform.contact.clone().unwrap_or_else(|| origin.to_string());
        let sender = Sender { reply_to, site, platform: self.platform.name.clone(), ..sender };
        let post = match self.smtp() {
            Some((setting, url)) => {
                let relay = Relay::parse(url, host).map_err(|why| ConfigError::SmtpUrl(setting, why))?;
                Mailer::Smtp(Box::new(relay))
            }
            None => Mailer::Files(self.data.join("mail")),
        };
        Ok(PostOffice::new(sender, post))
    }

    /// The setting that names the mail server, and what it says, where there is one.
    pub fn smtp(&self) -> Option<(&'static str, &str)> {
        let settings = [("SAYSO_SMTP_URL_FILE", &self.smtp_url_file), ("SAYSO_SMTP_URL", &self.smtp_url)];
        settings
            .into_iter()
            .find_map(|(name, url)| Some((name, url.as_ref()?.reveal())).filter(|(_, url)| !url.is_empty()))
    }

    /// The settings whose files every user of the machine can read although a password may stand in
    /// them, with these files.
    pub fn open_secrets(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let settings = [("DATABASE_URL_FILE", &self.database.url_file), ("SAYSO_SMTP_URL_FILE", &self.smtp_url_file)];
        settings.into_iter().filter_map(|(name, secret)| Some((name, secret.as_ref()?.open_file()?)))
    }

    /// The folder in which mails lie, where there is no server for them and the site is on this
    /// machine alone: whoever reads a page there may know it.
    pub fn mail_folder(&self) -> Option<PathBuf> {
        (self.smtp().is_none() && self.origin().is_loopback()).then(|| self.data.join("mail"))
    }

    /// How often a member can change a choice, or move.
    pub const fn pace(&self) -> Pace {
        Pace { per_minute: self.choices_per_minute, per_day: self.choices_per_day }
    }

    /// The rules for new passwords, without the list of stolen ones.
    pub fn password_rules_alone(&self) -> PasswordRules {
        self.password_rules_with(Breached::default())
    }

    /// The rules for new passwords.
    ///
    /// # Errors
    /// [`ConfigError::Blocklist`] where the list of stolen ones cannot be read.
    pub fn password_rules(&self) -> Result<PasswordRules, ConfigError> {
        let breached = match &self.password_blocklist {
            Some(path) => File::open(path)
                .map_err(BreachedError::from)
                .and_then(|file| Breached::read(BufReader::with_capacity(1 << 16, file)))
                .map_err(|error| ConfigError::Blocklist(path.clone(), error))?,
            None => Breached::default(),
        };
        Ok(self.password_rules_with(breached))
    }

    fn password_rules_with(&self, breached: Breached) -> PasswordRules {
        PasswordRules::new(breached, self.password_words.split(','), self.origin().host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn a_command_logs_what_it_is_asked_for_and_otherwise_little() {
        assert_eq!(with(&[]).logging.of_command(), "warn,security=info");
        for asked in ["off", "debug", "warn,security=off"] {
            assert_eq!(with(&["--log", asked]).logging.of_command(), asked);
        }
    }

    fn with(flags: &[&str]) -> Config {
        Line::parse_from(["test"].iter().chain(flags)).config
    }

    #[test]
    fn a_base_url_that_is_no_origin_is_refused_with_what_is_accepted() {
        let wrong = Line::try_parse_from(["test", "--base-url", "https://privacy.example/settings"]);
        let said = wrong.map(|_| ()).unwrap_err().to_string();
        assert!(said.contains("accepted: http://HOST or https://HOST, with or without a port"), "{said}");
    }

    #[test]
    fn the_base_url_is_the_origin_whatever_was_asked_for() {
        let (asked, nothing) = (Uri::from_static("http://Elsewhere.example:80/x"), HeaderMap::new());
        let set = with(&["--base-url", "https://Privacy.example:443/"]);
        assert_eq!(&*set.origin_for(&nothing, &asked), "https://privacy.example");
        assert!(set.is_https());
        let unset = with(&["--addr", "[::1]:3000"]);
        assert_eq!(&*unset.origin_for(&nothing, &asked), "http://elsewhere.example");
        assert_eq!(&*unset.origin_for(&nothing, &Uri::from_static("/x")), "http://[::1]:3000");
        assert!(!unset.is_https());
    }

    #[test]
    fn a_wrong_mail_setting_is_named_with_what_is_accepted_and_without_a_password() {
        let config = with(&["--smtp-url", "smtp://ada:hunter2@mail.example?tls=maybe"]);
        let said = config.post_office().map(drop).unwrap_err().to_string();
        assert!(said.starts_with("SAYSO_SMTP_URL: ") && said.contains("accepted: smtps://HOST"), "{said}");
        assert!(!said.contains("hunter2") && !format!("{config:?}").contains("hunter2"));
        for (flag, variable) in [("--mail-from", "SAYSO_MAIL_FROM: "), ("--mail-reply-to", "SAYSO_MAIL_REPLY_TO: ")] {
            let said = with(&[flag, "nobody"]).post_office().map(drop).unwrap_err().to_string();
            assert!(said.starts_with(variable) && said.contains("accepted: "), "{said}");
        }
    }

    #[test]
    fn without_a_server_mails_become_files() {
        let office = with(&["--data", "somewhere", "--smtp-url", ""]).post_office().unwrap();
        assert_eq!(
            office.says(),
            "E-mail: no server is configured (SAYSO_SMTP_URL), so e-mails become files in somewhere/mail"
        );
    }
}
