//! `sayso user`: accounts, and those of staff. What is typed here is looked at by the same rules as
//! what is typed into a form. What is done to staff is a security event, and they are mailed about
//! it.

use super::ask::Yes;
use super::out::{self, say};
use clap::Subcommand;
use sayso::account::changed::Changed;
use sayso::account::initial_password::HOLDS_DAYS;
use sayso::account::search::{masked, masked_name};
use sayso::account::security_event::{Event, Outcome, Source, Stored};
use sayso::account::store::roster::{self, Listed};
use sayso::account::{model, password::hash_now, store as accounts};
use sayso::account::{notify, service::JoinError};
use sayso::db::{self, Conn, Db, Tx};
use sayso::serve::log;
use sayso::support::too_few;
use sayso::text::BYTE_ORDER_MARK;
use sayso::time;
use sayso::web::App;
use sayso::web::config::{Config, Database, Logging};
use std::error::Error;
use std::io::{self, IsTerminal, Read};

/// Bytes of standard input that are looked at for a password: more than any may have.
const INPUT_MAX: u64 = 8192;

/// Accounts that are read at a time.
const PAGE: i64 = 500;

#[derive(Subcommand)]
pub enum User {
    /// List staff: role, address, name, since when, and their second factor
    ///
    /// With `--role member` it lists members, whose names and addresses are masked.
    #[command(verbatim_doc_comment)]
    List {
        /// Only this role: member, support, privacy_officer or auditor [default: all staff]
        #[arg(long, value_parser = |s: &str| model::Role::parse(s).ok_or("accepted: member, support, privacy_officer, auditor"))]
        role: Option<model::Role>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        logging: Logging,
    },
    /// Create an account; its password is read from standard input. On a terminal, it is generated
    /// and shown once
    Add(Box<NewAccount>),
    /// Change a staff member's role, and end their sessions
    SetRole {
        /// support, privacy_officer or auditor
        #[arg(long, value_parser = |s: &str| model::Role::parse(s).filter(|r| r.is_staff()).ok_or("accepted: support, privacy_officer, auditor"))]
        role: model::Role,
        #[arg(value_parser = email)]
        email: String,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        logging: Logging,
    },
    /// Close the account of a staff member who leaves: they can no longer sign in, and their name
    /// stays on past actions
    Close {
        #[arg(value_parser = email)]
        email: String,
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        logging: Logging,
    },
    /// Set a new first password for a staff member, and end their sessions. It is read from
    /// standard input. On a terminal, it is generated and shown once. They choose their own at the
    /// next sign-in
    ResetPassword {
        #[arg(value_parser = email)]
        email: String,
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Reset the second factor of a staff member who has lost it, and end their sessions: they set
    /// up a new one at the next sign-in
    ResetSecondFactor {
        #[arg(value_parser = email)]
        email: String,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        logging: Logging,
    },
}

#[derive(clap::Args)]
pub struct NewAccount {
    /// member, support, privacy_officer or auditor
    #[arg(long, value_parser = |s: &str| model::Role::parse(s).ok_or("accepted: member, support, privacy_officer, auditor"))]
    role: model::Role,
    #[arg(long, value_parser = email)]
    email: String,
    #[arg(long, value_parser = |s: &str| model::parse_name(s))]
    name: String,
    /// The country, as an ISO 3166-1 alpha-2 code
    #[arg(long, value_parser = |s: &str| model::Country::parse(s).ok_or("accepted: a code of ISO 3166-1 alpha-2"))]
    country: model::Country,
    #[command(flatten)]
    config: Config,
}

fn email(text: &str) -> Result<String, &'static str> {
    model::parse_email(text).ok_or("accepted: an e-mail address")
}

pub async fn run(command: User) -> Result<(), Box<dyn Error>> {
    let (logging, database) = match &command {
        User::Add(account) => (&account.config.logging, &account.config.database),
        User::ResetPassword { config, .. } => (&config.logging, &config.database),
        User::List { logging, database, .. }
        | User::SetRole { logging, database, .. }
        | User::Close { logging, database, .. }
        | User::ResetSecondFactor { logging, database, .. } => (logging, database),
    };
    let log = log::begin_for_command(logging);
    // Staff are added before the first start.
    let opened = match &command {
        User::Add(_) => super::open_or_make(database).await,
        _ => super::open(database).await,
    };
    let done = match opened {
        Ok(db) => act(db, command).await,
        Err(error) => Err(error),
    };
    log.finish();
    done
}

async fn act(db: Db, command: User) -> Result<(), Box<dyn Error>> {
    match command {
        User::Add(account) => add(db, *account).await,
        User::SetRole { role, email, .. } => set_role(&db, &email, role).await,
        User::List { role, json, .. } => list(&db, role, json).await,
        User::Close { email, yes, .. } => close(&db, &email, yes).await,
        User::ResetPassword { email, config } => reset_password(db, &email, *config).await,
        User::ResetSecondFactor { email, .. } => reset_second_factor(&db, &email).await,
    }
}

async fn list(db: &Db, role: Option<model::Role>, json: bool) -> Result<(), Box<dyn Error>> {
    let roles: Vec<_> =
        model::Role::ALL.iter().copied().filter(|one| role.map_or(one.is_staff(), |role| role == *one)).collect();
    let mut any = false;
    for role in roles {
        let mut after = String::new();
        while !out::is_refused() {
            let page = roster::page(db.reader().await?.conn(), role, &after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.member.id);
            any = true;
            for listed in &page {
                say!("{}", if json { as_json(listed) } else { as_line(listed) });
            }
        }
    }
    if !any && !json {
        say!("{}", if role.is_some() { "No account has this role." } else { "There are no staff accounts." });
    }
    Ok(())
}

/// The name and the address of staff, whom the commands know by it; of members, as much as support
/// sees before it has said why.
fn shown(member: &model::Member) -> (String, String) {
    if member.role.is_staff() {
        (member.name.clone(), member.email.clone())
    } else {
        (masked_name(&member.name), masked(&member.email))
    }
}

fn as_line(Listed { member, closed, second_factor_at }: &Listed) -> String {
    let (name, email) = shown(member);
    let factor = match second_factor_at {
        Some(at) => format!("second factor since {}", at.date()),
        None => "no second factor".into(),
    };
    let closed = if *closed { "  closed" } else { "" };
    format!("{:<15}  {email}  {name}  created {}  {factor}{closed}", member.role.as_str(), member.joined_at.date())
}

fn as_json(Listed { member, closed, second_factor_at }: &Listed) -> String {
    let (name, email) = shown(member);
    serde_json::json!({
        "role": member.role.as_str(),
        "email": email,
        "name": name,
        "created": member.joined_at.rfc3339(),
        "second_factor": second_factor_at.map(|at| at.rfc3339()),
        "closed": closed,
    })
    .to_string()
}

/// Stores what was done to the account of `member`, in the transaction that does it.
async fn store(tx: &mut Tx, event: Event, member: &model::Member, detail: &str) -> db::Result<Stored> {
    let at = time::system().now_micros();
    Source::command_line().store(tx.conn(), event, Outcome::Success, Some(member), detail, at).await
}

/// With the rules for passwords that the server has.
fn app(db: Db, config: Config) -> Result<App, Box<dyn Error>> {
    let (rules, passwords) = (config.laws.rules()?, config.password_rules()?);
    Ok(App::new(db, rules, time::system(), config).with_password_rules(passwords))
}

async fn add(db: Db, account: NewAccount) -> Result<(), Box<dyn Error>> {
    let NewAccount { role, email, name, country, config } = account;
    let app = app(db, config)?;
    let password = Password::new(&app, &[&name, &email])?;
    let password_hash = hash_now(&password.text);
    let new = model::NewMember { name, email, country, role, password_hash, demo: false, address_proved: true };
    let member = app.join_by_operator(new).await?;
    say!("Created {} ({}).", member.email, member.role);
    password.say(&app);
    Ok(())
}

async fn reset_password(db: Db, email: &str, config: Config) -> Result<(), Box<dyn Error>> {
    let app = app(db, config)?;
    let member = of_staff(app.db.reader().await?.conn(), email).await?;
    let password = Password::new(&app, &[&member.name, &member.email])?;
    app.set_initial_password(&member, &hash_now(&password.text)).await.map_err(|error| match error {
        JoinError::Over => format!("the account of {email} is closed"),
        error => error.to_string(),
    })?;
    say!("{email} has a new first password, and is signed out everywhere.");
    password.say(&app);
    Ok(())
}

/// A password that is being set for somebody.
struct Password {
    text: String,
    /// Whether it was made here, and nobody knows it yet.
    made: bool,
}

impl Password {
    /// From standard input; on a terminal a made one, which is to be shown. In the log of a job it
    /// would stay.
    fn new(app: &App, own_words: &[&str]) -> Result<Self, Box<dyn Error>> {
        if io::stdin().is_terminal() {
            return Ok(Self { text: sayso::id::password(), made: true });
        }
        let mut bytes = Vec::new();
        io::stdin().take(INPUT_MAX).read_to_end(&mut bytes)?;
        // Some shells put a mark before what they pipe, and nobody could type it.
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| "the password on standard input is not UTF-8")?;
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err("there is no password on standard input. Pipe one in, or run this on a terminal, which shows a generated one".into());
        }
        app.password_rules.check(text, own_words)?;
        Ok(Self { text: text.to_owned(), made: false })
    }

    /// Says it where nobody knows it yet, and how long it holds.
    fn say(&self, app: &App) {
        if self.made {
            say!("The password, shown only this once: {}", self.text);
        }
        let until = app.clock.now().plus_days(HOLDS_DAYS).long();
        say!("The password is valid until {until}. They choose their own when they first sign in.");
    }
}

async fn reset_second_factor(db: &Db, email: &str) -> Result<(), Box<dyn Error>> {
    let mut tx = db.begin().await?;
    let member = in_service(tx.conn(), email).await?;
    if accounts::second_factor::of_member(tx.conn(), &member.id).await?.is_none() {
        say!("{email} has no second factor, and will set one up at the next sign-in. Nothing was changed.");
        return Ok(());
    }
    accounts::second_factor::reset(tx.conn(), &member.id).await?;
    notify::of_change(tx.conn(), &member, Changed::SecondFactorReset, None, time::system().now()).await?;
    let event = store(&mut tx, Event::SecondFactorReset, &member, "").await?;
    tx.commit().await?;
    event.log();
    say!("{email} is signed out everywhere, and will set up a new second factor at the next sign-in.");
    Ok(())
}

async fn set_role(db: &Db, email: &str, role: model::Role) -> Result<(), Box<dyn Error>> {
    let mut tx = db.begin().await?;
    let member = in_service(tx.conn(), email).await?;
    if member.role == role {
        say!("{email} is {role} already. Nothing was changed.");
        return Ok(());
    }
    let missing = too_few::without(db, &member).await?;
    accounts::set_role(tx.conn(), &member.id, role).await?;
    notify::of_change(tx.conn(), &member, Changed::Role(role), None, time::system().now()).await?;
    let event = store(&mut tx, Event::RoleChanged, &member, role.as_str()).await?;
    tx.commit().await?;
    event.log();
    say!("{email} was {} and is now {role}. They are signed out everywhere.", member.role);
    for sentence in missing {
        say!("{sentence}");
    }
    Ok(())
}

async fn close(db: &Db, email: &str, yes: Yes) -> Result<(), Box<dyn Error>> {
    let member = of_staff(db.reader().await?.conn(), email).await?;
    if accounts::is_closed(db.reader().await?.conn(), &member.id).await? {
        say!("The account of {email} is closed already. Nothing was changed.");
        return Ok(());
    }
    let missing = too_few::without(db, &member).await?;
    let mut about =
        format!("The account of {} ({}, {}) will be closed for good.", member.name, member.email, member.role);
    for sentence in &missing {
        about.push_str("\nAfterwards: ");
        about.push_str(sentence);
    }
    yes.confirm(&about, "Close it?")?;
    let mut tx = db.begin().await?;
    let member = in_service(tx.conn(), email).await?;
    accounts::close(tx.conn(), &member.id).await?;
    notify::of_change(tx.conn(), &member, Changed::Closed, None, time::system().now()).await?;
    let event = store(&mut tx, Event::StaffClosed, &member, "").await?;
    tx.commit().await?;
    event.log();
    say!("{email} is signed out everywhere, and can no longer sign in.");
    for sentence in missing {
        say!("{sentence}");
    }
    Ok(())
}

/// Whoever of the staff has this address.
async fn of_staff(conn: Conn<'_>, email: &str) -> Result<model::Member, Box<dyn Error>> {
    let member = accounts::by_email(conn, email).await?.filter(|member| member.role.is_staff());
    Ok(member.ok_or_else(|| format!("no staff account has the address {email}"))?)
}

/// The same, where the account is not closed.
async fn in_service(mut conn: Conn<'_>, email: &str) -> Result<model::Member, Box<dyn Error>> {
    let member = of_staff(conn.reborrow(), email).await?;
    if accounts::is_closed(conn, &member.id).await? {
        return Err(format!("the account of {email} is closed").into());
    }
    Ok(member)
}
