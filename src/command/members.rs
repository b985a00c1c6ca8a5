//! `sayso members`: files, a bar where somebody looks, and what is said at the end. What happens
//! is in `sayso::members`.

mod import;

use super::ask::Yes;
use super::files::{Counter, is_plain, private, spares_the_database, with_ending};
use super::out::say;
use super::progress::Progress;
use clap::Subcommand;
use sayso::account::security_event::{Event, Outcome, Source};
use sayso::account::staff_action::ActionKind;
use sayso::account::store::{self as accounts, staff_actions::NewAction};
use sayso::members::export::Export;
use sayso::members::model::Format;
use sayso::members::{mailboxes, store, welcome};
use sayso::serve::log;
use sayso::time;
use sayso::web::config::{Config, Database};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

type Done = Result<(), Box<dyn Error>>;

/// That lines of an import were refused, of which it has told.
#[derive(Debug, thiserror::Error)]
#[error("some lines were refused")]
pub struct LinesRefused;

#[derive(Subcommand)]
pub enum Members {
    /// Import the members in FILE who are not here yet
    ///
    /// FILE is CSV with a header (id,email,name,country,joined; other columns are ignored),
    /// separated by commas, semicolons or tabs, or NDJSON with one object a line; both in UTF-8.
    /// `id` is the platform's own id of the member. It is taken exactly as it is, or refused.
    /// `country` is a code of ISO 3166-1 alpha-2. `joined` is a date written YYYY-MM-DD, alone or
    /// with a time, in UTC unless it says otherwise. Each member starts at off, with an entry under
    /// the rule of their region.
    ///
    /// A member who is already here under the same id is left as they are. So you can import the
    /// same file again, also after an import was cut short: it continues from there. Refused lines
    /// are written down with their number and the reason, and the others are imported. You can
    /// correct the file of refused lines and import that. Of several lines with the same id, or the
    /// same address, the first is imported and the others are refused.
    ///
    /// Nobody is sent an e-mail. You decide whom to write to and when, and a wrong file has not
    /// written to a million people. Members set a password with an e-mailed link. `sayso members
    /// invite` sends it, or they ask for it at /welcome/again.
    ///
    /// The exit code is 0 if no line was refused, 3 if some were, and 1 if the import ended before
    /// the end of FILE.
    #[command(verbatim_doc_comment)]
    Import {
        /// The file to import
        file: PathBuf,
        /// csv or ndjson [default: what the name of FILE ends with]
        #[arg(long, value_parser = format)]
        format: Option<Format>,
        /// Where to write refused lines, as CSV; an existing file is replaced [default:
        /// FILE.rejects.csv]
        #[arg(long)]
        rejects: Option<PathBuf>,
        /// Also update members who are already here: their name, their country (they moved) and
        /// their address (the old and the new one are both told)
        #[arg(long)]
        update: bool,
        /// Only say what would happen, and write the lines that would be refused
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        config: Box<Config>,
    },
    /// List the accounts that share a mailbox
    ///
    /// Their addresses differ only in how they are written, such as müller.example and
    /// xn--mller-kva.example. They date from before addresses were compared as mail servers compare
    /// them. Until you have merged them, a No of one counts for all.
    #[command(verbatim_doc_comment)]
    Duplicates {
        #[command(flatten)]
        database: Database,
    },
    /// Merge two accounts that share a mailbox: KEEP stays, with every No and every case of both
    ///
    /// Nobody can sign in to LOSE any more, but its history stays. Both are ids, as `sayso members
    /// duplicates` lists them, or the platform's own ids. This cannot be undone.
    #[command(verbatim_doc_comment)]
    Merge {
        /// The id of the account that stays
        keep: String,
        /// The id of the account that ends
        lose: String,
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        database: Database,
    },
    /// E-mail imported members a link to set their password
    ///
    /// This is a separate step, so that nobody gets an e-mail by surprise. Each member is sent one
    /// link, which works once, within seven days. They can ask for another at /welcome/again. The
    /// e-mails go into the outbox, and a running server sends them.
    ///
    /// It stops once LIMIT e-mails are waiting in the outbox, so that a code that somebody needs
    /// does not wait behind a million e-mails. Run it again, say every few minutes, until nobody is
    /// left. Nobody is sent two.
    #[command(verbatim_doc_comment)]
    Invite {
        /// How many e-mails may wait in the outbox
        #[arg(long, default_value = "1000", value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
        limit: i64,
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        config: Box<Config>,
    },
    /// Export every member to FILE, with what holds for each purpose, since when and why
    ///
    /// FILE is there once it is complete, and replaces an older one. An export that was cut short
    /// leaves only FILE.part behind. Run it again: it starts over, so that no member is listed as
    /// they were before a choice they have made since. On a terminal you are asked before an older
    /// file is replaced. Ids are written as they came in. In CSV,
    /// a name that a spreadsheet would take for a formula has an apostrophe before it; NDJSON has
    /// everything as it is. docs/files.md says how to undo it.
    #[command(verbatim_doc_comment)]
    Export {
        /// The file to write
        file: PathBuf,
        /// csv or ndjson [default: what the name of FILE ends with]
        #[arg(long, value_parser = format)]
        format: Option<Format>,
        /// Write nothing, and say how many members and bytes there would be
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        config: Box<Config>,
    },
}

fn format(text: &str) -> Result<Format, &'static str> {
    Format::parse(text).ok_or("accepted: csv or ndjson")
}

fn format_of(file: &Path, said: Option<Format>) -> Result<Format, String> {
    said.or_else(|| Format::of(file)).ok_or_else(|| {
        format!("{} ends with neither .csv nor .ndjson; say --format csv or --format ndjson", file.display())
    })
}

pub async fn run(command: Members) -> Done {
    match command {
        Members::Import { file, format, rejects, update, dry_run, config } => {
            let format = format_of(&file, format)?;
            import::import(&file, format, rejects, update, dry_run, &config).await
        }
        Members::Duplicates { database } => duplicates(&database).await,
        Members::Merge { keep, lose, yes, database } => merge(&keep, &lose, yes, &database).await,
        Members::Invite { limit, yes, config } => invite(limit, yes, &config).await,
        Members::Export { file, format, dry_run, yes, config } => {
            let format = format_of(&file, format)?;
            export(&file, format, dry_run, yes, &config).await
        }
    }
}

async fn duplicates(database: &Database) -> Done {
    let db = super::open(database).await?;
    mailboxes::settle(&db, time::system().now()).await?;
    let all = accounts::mailboxes::duplicates(db.reader().await?.conn()).await?;
    let amount = i64::try_from(all.len()).ok();
    super::record(&db, &NewAction { amount, ..NewAction::by_command(ActionKind::DuplicatesListed) }).await?;
    db.close().await;
    if all.is_empty() {
        say!("No accounts share a mailbox.");
    }
    for (mailbox, member) in all {
        say!("{mailbox}  {}  {}  {}", member.id, member.email, member.joined_at.day());
    }
    Ok(())
}

async fn merge(keep: &str, lose: &str, yes: Yes, database: &Database) -> Done {
    let db = super::open(database).await?;
    let (keep, lose) = mailboxes::to_merge(&db, keep, lose).await?;
    let about = format!(
        "{} ({}) will keep every No and every case of both, and nobody can sign in to {} ({}) any more.",
        keep.id, keep.email, lose.id, lose.email
    );
    yes.confirm(&about, "Merge them?")?;
    let kept = mailboxes::merge(&db, &keep.id, &lose.id, time::system().now()).await?;
    db.close().await;
    say!("Merged. {} is now {}. Nobody can sign in to {} any more.", kept.id, kept.email, lose.id);
    Ok(())
}

async fn invite(limit: i64, yes: Yes, config: &Config) -> Done {
    if config.base_url.is_none() {
        return Err(
            "SAYSO_BASE_URL is not set, so the links would lead nowhere; set it to the address that browsers see"
                .into(),
        );
    }
    let about = format!("Up to {limit} members will be sent an e-mail with links to {}.", config.origin());
    yes.confirm(&about, "Send them?")?;
    let db = super::open(&config.database).await?;
    let queueing = Progress::of_unknown_length("queueing e-mails");
    let site = welcome::Site { platform: config.platform.name.as_deref(), origin: &config.origin() };
    let invited = welcome::invite(&db, site, limit, time::system().now()).await?;
    drop(queueing);
    db.close().await;
    say!(
        "{}",
        match invited.put {
            0 => "No e-mails were queued.".to_owned(),
            1 => "1 e-mail was queued. A running server sends it.".into(),
            n => format!("{n} e-mails were queued. A running server sends them."),
        }
    );
    match invited.left {
        0 => say!("Every imported member has been sent a link."),
        n => say!(
            "Still to be invited: {n}. E-mails waiting in the outbox: {}. Run this again once they are sent.",
            invited.waiting
        ),
    }
    Ok(())
}

async fn export(file: &Path, format: Format, dry_run: bool, yes: Yes, config: &Config) -> Done {
    let log = log::begin_for_command(&config.logging);
    let rules = config.laws.rules()?;
    spares_the_database(file, &config.database)?;
    if !dry_run && is_plain(file) {
        yes.confirm_on_a_terminal(&format!("{} is there already.", file.display()), "Replace it?")?;
    }
    let db = super::open(&config.database).await?;
    let members = store::count(db.reader().await?.conn()).await?;
    let members = u64::try_from(members).unwrap_or(0);
    let progress = Progress::begin("exporting, members", members, "{bar:40} {percent:>3} %  {pos} members  {eta} left");
    if file.exists() && !is_plain(file) {
        return Err(format!("{} is not a file that can be replaced", file.display()).into());
    }
    let window_days = config.notice_window_days;
    let present = super::present(&db);
    if let Some(doubt) = present.doubt {
        tracing::warn!("{doubt}, so nobody is on by default in this export");
    }
    let (now, doubt, demo) = (present.earliest, present.doubt.is_some(), config.demo);
    let work = Export { db: &db, rules: &rules, window_days, now, doubt, demo };
    let reached = |members| progress.reached(members);
    let said = if dry_run {
        let mut counter = Counter(0);
        let members = work.run(format, &mut counter, reached).await?;
        format!("{}, in {} bytes. Nothing was written.", members_would(members), counter.0)
    } else {
        let what = format!("members.{}", format.as_str());
        let (source, at) = (Source::command_line(), time::system().now_micros());
        let mut tx = db.begin_at_any_time().await?;
        let event = source.store(tx.conn(), Event::Download, Outcome::Success, None, &*what, at).await?;
        tx.commit().await?;
        let part = with_ending(file, ".part");
        let mut out = private(&part).map_err(|e| format!("cannot write {}: {e}", part.display()))?;
        let members = work.run(format, &mut out, reached).await?;
        out.flush()?;
        out.sync_all()?;
        fs::rename(&part, file).map_err(|e| format!("cannot write {}: {e}", file.display()))?;
        event.log();
        format!("{} in {}.", members_are(members), file.display())
    };
    drop(progress);
    db.close().await;
    log.finish();
    say!("{said}");
    Ok(())
}

fn members_are(n: u64) -> String {
    if n == 1 { "1 member is".into() } else { format!("{n} members are") }
}

fn members_would(n: u64) -> String {
    if n == 1 { "1 member would be written".into() } else { format!("{n} members would be written") }
}
