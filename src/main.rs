//! The command line.

mod command;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};
use command::members;
use sayso::account::{model, password::hash_now, store as accounts};
use sayso::consent::{notice::NoticeText, store};
use sayso::db::{Db, Tx};
use sayso::ledger::{Channel, Purpose, clock::Watch};
use sayso::mail::store as outbox;
use sayso::server::config::{Config, Database};
use sayso::server::{App, log};
use sayso::time::guard::Present;
use sayso::time::{Clock, UtcMillis};
use std::{error::Error, io::IsTerminal, io::Read, path::PathBuf, process::ExitCode};

/// Gives memory back after a rush of sign-ins (argon2 takes 19 MiB each), which the C library's
/// arenas keep.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// Make accounts, and those of staff: change and close them
    #[command(subcommand)]
    User(User),
    /// Publish notices
    #[command(subcommand)]
    Notice(Notice),
    /// Look at mail that has not been sent
    #[command(subcommand)]
    Mail(Mail),
    /// Bring the platform's members in, invite them, and hand them out again
    #[command(subcommand)]
    Members(members::Members),
    /// Settle a doubt about the clock
    #[command(subcommand)]
    Clock(command::clock::Command),
    /// Count now what the server counts each day after midnight: the figures of the days and
    /// quarters that are over
    Figures {
        #[command(flatten)]
        config: Box<Config>,
    },
}

#[derive(Subcommand)]
enum User {
    /// Make an account; its password is read from standard input, or made and shown once where that
    /// is a terminal
    Add(Box<NewAccount>),
    /// Give somebody of the staff another role, and end their sessions
    SetRole {
        /// support, privacy_officer or auditor
        #[arg(long, value_parser = |s: &str| model::Role::parse(s).filter(|r| r.is_staff()).ok_or("accepted: support, privacy_officer, auditor"))]
        role: model::Role,
        #[arg(value_parser = |s: &str| model::parse_email(s).ok_or("accepted: an e-mail address"))]
        email: String,
        #[command(flatten)]
        database: Database,
    },
    /// Close the account of somebody of the staff who leaves: they cannot sign in any more, and
    /// stay the name behind what they did
    Close {
        #[arg(value_parser = |s: &str| model::parse_email(s).ok_or("accepted: an e-mail address"))]
        email: String,
        #[command(flatten)]
        database: Database,
    },
    /// Take away the second factor of somebody of the staff who has lost it, and end their
    /// sessions: they set up a new one at the next sign-in
    ResetSecondFactor {
        #[arg(value_parser = |s: &str| model::parse_email(s).ok_or("accepted: an e-mail address"))]
        email: String,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(clap::Args)]
struct NewAccount {
    /// member, support, privacy_officer or auditor
    #[arg(long, value_parser = |s: &str| model::Role::parse(s).ok_or("accepted: member, support, privacy_officer, auditor"))]
    role: model::Role,
    #[arg(long, value_parser = |s: &str| model::parse_email(s).ok_or("accepted: an e-mail address"))]
    email: String,
    #[arg(long, value_parser = |s: &str| model::parse_name(s))]
    name: String,
    /// ISO 3166-1 alpha-2
    #[arg(long, value_parser = |s: &str| model::Country::parse(s).ok_or("accepted: a code of ISO 3166-1 alpha-2"))]
    country: model::Country,
    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand)]
enum Notice {
    /// Publish the text in FILE: its first line is the title. A published version is never changed,
    /// only followed
    Publish {
        file: PathBuf,
        #[arg(long, value_parser = |s: &str| Purpose::parse(s).ok_or("accepted: a purpose, such as generative-ai-training"))]
        purpose: Purpose,
        #[arg(long = "notice-version")]
        version: u32,
        /// BCP 47
        #[arg(long, default_value = "en")]
        language: String,
        /// The date from which it is in force, YYYY-MM-DD, midnight UTC
        #[arg(long, value_parser = |s: &str| UtcMillis::from_date(s).ok_or("accepted: a date written YYYY-MM-DD"))]
        effective: UtcMillis,
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Subcommand)]
enum Mail {
    /// List what waits and what could not be delivered, without whom it is to and what it says
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Send after all what could not be delivered
    Retry {
        /// Only the mail with this id
        id: Option<outbox::MailId>,
        #[command(flatten)]
        database: Database,
    },
}

fn main() -> ExitCode {
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
                Command::Migrate(database) => open(&database).await.map(|_| println!("The tables are up to date.")),
                Command::Mail(Mail::List { database }) => list_mail(&open(&database).await?).await,
                Command::Mail(Mail::Retry { id, database }) => retry_mail(&open(&database).await?, id).await,
                Command::Members(command) => members::run(command).await,
                Command::Clock(command) => command::clock::run(command).await,
                Command::Figures { config } => command::figures::run(*config).await,
                Command::User(User::Add(account)) => {
                    let NewAccount { role, email, name, country, config } = *account;
                    let (password, shown) = password()?;
                    let new = model::NewMember {
                        name,
                        email,
                        country,
                        role,
                        password_hash: hash_now(&password),
                        demo: false,
                        address_proved: true,
                    };
                    let rules = config.load_rules()?;
                    let app = App::new(open(&config.database).await?, rules, Clock::system(), config);
                    let member = app.join(new).await?;
                    println!("Made {} ({}).", member.email, member.role);
                    if shown {
                        println!("The password, shown only this once: {password}");
                    }
                    Ok(())
                }
                Command::User(User::ResetSecondFactor { email, database }) => {
                    reset_second_factor(&open(&database).await?, &email).await
                }
                Command::User(User::SetRole { role, email, database }) => {
                    set_role(&open(&database).await?, &email, role).await
                }
                Command::User(User::Close { email, database }) => close(&open(&database).await?, &email).await,
                Command::Notice(Notice::Publish { file, purpose, version, language, effective, database }) => {
                    let text =
                        std::fs::read_to_string(&file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
                    let notice = NoticeText::parse(&text, purpose, version, &language, effective)?;
                    let sha256 = notice.reference.sha256.clone();
                    let entry =
                        store::publish(&open(&database).await?, notice, Channel::CommandLine, Clock::system().now())
                            .await?;
                    println!(
                        "Published {purpose} {version} ({language}), SHA-256 {sha256}, receipt {}.",
                        entry.id.receipt()
                    );
                    Ok(())
                }
            }
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let error: Box<dyn Error> = error;
            log::last_words(&format!("sayso: {error}"));
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

async fn reset_second_factor(db: &Db, email: &str) -> Result<(), Box<dyn Error>> {
    let mut tx = db.begin().await?;
    let member = of_staff(&mut tx, email).await?;
    accounts::second_factor::reset(tx.conn(), &member.id).await?;
    tx.commit().await?;
    println!("{email} is signed out everywhere, and sets up a new second factor at the next sign-in.");
    Ok(())
}

async fn set_role(db: &Db, email: &str, role: model::Role) -> Result<(), Box<dyn Error>> {
    let mut tx = db.begin().await?;
    let member = of_staff(&mut tx, email).await?;
    accounts::set_role(tx.conn(), &member.id, role).await?;
    tx.commit().await?;
    println!("{email} was {} and is {role} now, and is signed out everywhere.", member.role);
    Ok(())
}

async fn close(db: &Db, email: &str) -> Result<(), Box<dyn Error>> {
    let mut tx = db.begin().await?;
    let member = of_staff(&mut tx, email).await?;
    accounts::close(tx.conn(), &member.id).await?;
    tx.commit().await?;
    println!("{email} is signed out everywhere, and cannot sign in any more.");
    Ok(())
}

/// Whoever of the staff has this address.
async fn of_staff(tx: &mut Tx, email: &str) -> Result<model::Member, Box<dyn Error>> {
    let member = accounts::by_email(tx.conn(), email).await?.filter(|member| member.role.is_staff());
    Ok(member.ok_or_else(|| format!("nobody of the staff has the address {email}"))?)
}

async fn list_mail(db: &Db) -> Result<(), Box<dyn Error>> {
    let mails = outbox::unsent(db.reader().await?.conn()).await?;
    if mails.is_empty() {
        println!("Every mail has been sent.");
    }
    for mail in mails {
        let (at, said) = (mail.created_at.short(), mail.last_error.as_deref().unwrap_or("-"));
        println!("{}  {:<7}  {at} UTC  {:>2} attempts  {said}", mail.id, mail.state.as_str(), mail.attempts);
    }
    Ok(())
}

async fn retry_mail(db: &Db, only: Option<outbox::MailId>) -> Result<(), Box<dyn Error>> {
    let mut tx = db.begin().await?;
    let taken_up = outbox::retry(tx.conn(), only, Clock::system().now()).await?;
    tx.commit().await?;
    match (only, taken_up) {
        (Some(id), 0) => return Err(format!("{id} is not the id of a dead mail; see `sayso mail list`").into()),
        (_, 1) => println!("1 mail will be sent again within seconds, by a server that runs."),
        (_, n) => println!("{n} mails will be sent again within seconds, by a server that runs."),
    }
    Ok(())
}

/// The database, its tables up to date.
async fn open(database: &Database) -> Result<Db, Box<dyn Error>> {
    let db = open_unwatched(database).await?;
    Watch::system().begin(&db).await?;
    Ok(db)
}

/// The same without looking at the clock: for what settles a doubt about it.
async fn open_unwatched(database: &Database) -> Result<Db, Box<dyn Error>> {
    let db = Db::open(database.url()).await?;
    db.migrate().await?;
    Ok(db)
}

/// The present, as this database's clock has it.
fn present(db: &Db) -> Present {
    db.guard().present().unwrap_or_else(|| Present { at: Clock::system().now(), doubt: None })
}

/// From standard input where something is piped in; otherwise a made one, which is to be shown.
fn password() -> Result<(String, bool), Box<dyn Error>> {
    if std::io::stdin().is_terminal() {
        return Ok((sayso::id::password(), true));
    }
    let mut text = String::new();
    std::io::stdin().take(4096).read_to_string(&mut text)?;
    let password = text.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        return Ok((sayso::id::password(), true));
    }
    model::check_password(&password, &[])?;
    Ok((password, false))
}
