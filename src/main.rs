//! The command line.

mod command;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};
use command::members;
use sayso::account::store as accounts;
use sayso::db::Db;
use sayso::ledger::clock::Watch;
use sayso::mail::{post, store as outbox};
use sayso::people::mailboxes;
use sayso::server::config::{Config, Database};
use sayso::server::{App, demo, listen, router::router, sessions::Sessions};
use sayso::support::morning;
use sayso::time::Clock;
use sayso::time::guard::Present;
use std::{error::Error, io::IsTerminal, process::ExitCode, time::Duration};

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
    /// Copy a SQLite database into a file while it is in use, and look at the copy
    Backup(command::backup::Backup),
    /// Put a backup into the place of the database, and sign everybody out
    Restore(command::backup::Restore),
    /// Make accounts, and those of staff: change and close them
    #[command(subcommand)]
    User(command::user::Command),
    /// Publish notices
    #[command(subcommand)]
    Notice(command::notice::Command),
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
                Command::Serve(config) => serve(*config).await,
                Command::Migrate(database) => {
                    let database = Database { no_migrate: false, ..database };
                    open(&database).await.map(|_| println!("The tables are up to date."))
                }
                Command::Backup(backup) => command::backup::backup(backup).await,
                Command::Restore(restore) => command::backup::restore(restore).await,
                Command::Mail(Mail::List { database }) => list_mail(&open(&database).await?).await,
                Command::Mail(Mail::Retry { id, database }) => retry_mail(&open(&database).await?, id).await,
                Command::Members(command) => members::run(command).await,
                Command::Clock(command) => command::clock::run(command).await,
                Command::Figures { config } => command::figures::run(*config).await,
                Command::User(command) => command::user::run(command).await,
                Command::Notice(command) => command::notice::run(command).await,
            }
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let error: Box<dyn Error> = error;
            eprintln!("sayso: {error}");
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
    let flag = text(ContextKind::InvalidArg).and_then(|arg| arg.split_whitespace().next()).unwrap_or_default();
    let cli = Cli::command();
    let mut settings = cli.get_subcommands().flat_map(clap::Command::get_arguments);
    let setting = settings.find(|arg| arg.get_long() == flag.strip_prefix("--") && arg.get_env().is_some());
    let (Some(setting), true) = (setting, error.kind() == ErrorKind::ValueValidation) else { error.exit() };
    let variable = setting.get_env().map(|name| name.to_string_lossy()).unwrap_or_default();
    let value = text(ContextKind::InvalidValue).filter(|_| !setting.is_hide_env_values_set());
    let value = value.map(|value| format!("{value:?} is not accepted; ")).unwrap_or_default();
    let accepted = error.source().map(ToString::to_string).unwrap_or_default();
    eprintln!("sayso: {variable} ({flag}): {value}{accepted}");
    ExitCode::from(2)
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
    let db = Db::open(&database.url).await?;
    if database.no_migrate {
        db.check_tables().await?
    } else {
        db.migrate().await?
    }
    Ok(db)
}

/// The present, as this database's clock has it.
fn present(db: &Db) -> Present {
    db.guard().present().unwrap_or_else(|| Present { at: Clock::system().now(), doubt: None })
}

async fn serve(config: Config) -> Result<(), Box<dyn Error>> {
    let log = tracing_subscriber::fmt().with_env_filter(&config.log).with_writer(std::io::stderr);
    // Colours are for people; in a file or a journal they are noise.
    let log = log.with_ansi(std::io::stderr().is_terminal());
    if config.log_format == "json" {
        log.json().init()
    } else {
        log.init()
    }
    let rules = config.load_rules()?;
    let post_office = config.post_office()?;
    sayso::account::password::Passwords::warm_up();
    let db = open(&config.database).await?;
    if let Some(made_at) = db.restored_from().await? {
        db.settle_restored().await?;
        let made_at = made_at.rfc3339();
        tracing::warn!(
            made_at,
            "this database was restored: whatever was recorded since is missing; everybody is signed out"
        );
    }
    let app = App::new(db, rules, Clock::system(), config);
    let sessions = Sessions::new(&app);
    let listener = tokio::net::TcpListener::bind(app.config.addr)
        .await
        .map_err(|e| format!("SAYSO_ADDR: cannot listen on {}: {e}", app.config.addr))?;
    if app.config.demo {
        demo::fill(&app).await?;
    }
    if let Err(error) = mailboxes::settle(&app.db, app.clock.now()).await {
        tracing::warn!(%error, "could not compare addresses");
    }
    println!("Sayso serves {}", app.config.origin());
    println!("{}", post_office.says());
    if app.config.demo {
        println!("Accounts to try it with, all with the password {}:", demo::PASSWORD);
        for (email, what) in demo::ACCOUNTS {
            println!("  {email:<24} {what}");
        }
        println!("Staff need a code as well: README.md, \"Run it\", says how to get one.");
    }
    let postman = tokio::spawn(post::work(app.clone(), post_office));
    let sweeper = tokio::spawn(sweep(app.clone(), sessions.clone()));
    let herald = tokio::spawn(mornings(app.clone()));
    let counter = tokio::spawn(sayso::figures::count::work(app.clone()));
    let watched = app.db.clone();
    let watchman = tokio::spawn(async move { Watch::system().work(&watched).await });
    listen::serve(listener, router(&app, sessions), stop()).await;
    for worker in [sweeper, herald, counter, watchman] {
        worker.abort();
    }
    app.close_post();
    postman.await?;
    app.db.close().await;
    Ok(())
}

/// Tells officers each morning what is due.
async fn mornings(app: App) {
    let mut minutely = tokio::time::interval(Duration::from_secs(60));
    loop {
        minutely.tick().await;
        match morning::send(&app.db, app.config.morning_hour, &app.config.origin(), app.clock.now()).await {
            Ok(0) => {}
            Ok(_) => app.wake_post(),
            Err(error) => tracing::warn!(%error, "could not tell officers what is due"),
        }
    }
}

async fn sweep(app: App, sessions: Sessions) {
    let mut hourly = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hourly.tick().await;
        app.forget_old_addresses();
        if let Err(error) = sessions.sweep().await {
            tracing::warn!(%error, "could not remove ended sessions");
        }
        sayso::server::sweep::all(&app).await;
        if let Err(error) = vouch(&app).await {
            tracing::warn!(%error, "could not vouch for the addresses of the platform's members");
        }
        match mailboxes::settle(&app.db, app.clock.now()).await {
            Ok(0) => {}
            Ok(found) => {
                tracing::warn!(found, "accounts with one mailbox: see `sayso members duplicates`, and merge them")
            }
            Err(error) => tracing::warn!(%error, "could not compare addresses"),
        }
        match accounts::fill_words(&app.db).await {
            Ok(0) => {}
            Ok(members) => tracing::info!(members, "made members searchable"),
            Err(error) => tracing::warn!(%error, "could not make members searchable"),
        }
    }
}

async fn vouch(app: &App) -> Result<(), sqlx::Error> {
    let mut tx = app.db.begin().await?;
    accounts::vouch_for_imported(tx.conn()).await?;
    accounts::mailed_links::sweep(tx.conn(), app.clock.now()).await?;
    tx.commit().await
}

/// Until somebody asks the server to stop: what it accepted by then it finishes.
async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            return interrupt.await.unwrap_or_default();
        };
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    interrupt.await.unwrap_or_default();
}
