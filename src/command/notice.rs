//! `sayso notice`: the texts that members are shown, for good. What stands in a file is looked at
//! as what comes by forms is, and a dry run shows what would stand there.

use super::ask::Yes;
use super::out::{self, say};
use sayso::consent::notice::{Notice, NoticeText, exact_text, may_begin};
use sayso::consent::store::{self, PublishError};
use sayso::db::Db;
use sayso::ledger::{Channel, Purpose};
use sayso::text;
use sayso::time::{self, UtcMillis};
use sayso::web::config::Database;
use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

type Done = Result<(), Box<dyn Error>>;

/// Bytes that a notice's file may have: more than a text of the greatest length has in UTF-8.
const FILE_MAX: u64 = 128 * 1024;

#[derive(clap::Subcommand)]
pub enum Command {
    /// List the published notices, oldest version first
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        database: Database,
    },
    /// Publish the text in FILE, whose first line is the title. A published version can never be
    /// changed, only followed by a higher one
    ///
    /// FILE is text in UTF-8. A byte order mark, CRLF, blanks at the ends of lines and extra empty
    /// lines between paragraphs are removed. Invisible characters are refused. Use --dry-run to see
    /// the result. A version that leaves one out is refused, and so is a date more than a day ago.
    #[command(verbatim_doc_comment)]
    Publish {
        /// The file with the title and the text
        file: PathBuf,
        /// What the notice is about, such as generative-ai-training
        #[arg(long, value_parser = |s: &str| Purpose::parse(s).ok_or("accepted: a purpose, such as generative-ai-training"))]
        purpose: Purpose,
        /// The version of this notice: 1, then each time one more
        #[arg(long = "notice-version")]
        version: u32,
        /// The language of the text, as a BCP 47 tag
        #[arg(long, default_value = "en")]
        language: String,
        /// The date from which it is in force, YYYY-MM-DD, midnight UTC
        #[arg(long, value_parser = |s: &str| UtcMillis::from_date(s).ok_or("accepted: a date written YYYY-MM-DD"))]
        effective: UtcMillis,
        /// Only show what would be published, exactly as members would read it
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        database: Database,
    },
}

pub async fn run(command: Command) -> Done {
    let (file, purpose, version, language, effective, dry_run, yes, database) = match command {
        Command::List { json, database } => return list(json, &database).await,
        Command::Publish { file, purpose, version, language, effective, dry_run, yes, database } => {
            (file, purpose, version, language, effective, dry_run, yes, database)
        }
    };
    let notice = read(&file)
        .and_then(|text| Ok(NoticeText::parse(&text, purpose, version, &language, effective)?))
        .map_err(|e| format!("{}: {e}", file.display()))?;
    may_begin(effective, time::system().now()).map_err(|e| format!("--effective: {e}"))?;
    if dry_run {
        let follows = follows(&notice, &database).await?;
        out::print(format_args!("{}", shown(&notice)));
        say!("Nothing was published. {follows}");
        return Ok(());
    }
    let sha256 = notice.reference.sha256.clone();
    let about = format!(
        "{purpose} {version} ({language}), \"{}\", in force from {}, will be published for good.",
        notice.title,
        effective.day()
    );
    // Nobody is asked about what would be refused.
    follows(&notice, &database).await?;
    yes.confirm(&about, "Publish it?")?;
    let db = super::open_or_make(&database).await?;
    let entry = store::publish(&db, notice, Channel::CommandLine, time::system().now()).await?;
    db.close().await;
    say!("Published {purpose} {version} ({language}), SHA-256 {sha256}, receipt {}.", entry.id.receipt());
    Ok(())
}

async fn list(json: bool, database: &Database) -> Done {
    let db = super::open(database).await?;
    let notices = store::titled(db.reader().await?.conn()).await?;
    db.close().await;
    if notices.is_empty() && !json {
        say!("No notice is published.");
    }
    for (notice, title) in &notices {
        say!("{}", if json { as_json(notice, title) } else { as_line(notice, title) });
    }
    Ok(())
}

fn as_line(Notice { reference: r, published_at, effective_at }: &Notice, title: &str) -> String {
    let (published, effective) = (published_at.short(), effective_at.date());
    format!(
        "{} {} ({})  published {published} UTC  in force from {effective}  SHA-256 {}  {title}",
        r.purpose, r.version, r.language, r.sha256
    )
}

fn as_json(Notice { reference: r, published_at, effective_at }: &Notice, title: &str) -> String {
    serde_json::json!({
        "purpose": r.purpose.as_str(),
        "version": r.version,
        "language": r.language,
        "title": title,
        "sha256": r.sha256,
        "published": published_at.rfc3339(),
        "effective": effective_at.rfc3339(),
    })
    .to_string()
}

fn read(file: &Path) -> Result<String, Box<dyn Error>> {
    Ok(text::read(File::open(file)?, FILE_MAX)?)
}

/// What would stand there.
fn shown(notice: &NoticeText) -> String {
    let NoticeText { reference: r, title, body, effective_at } = notice;
    format!(
        "Title:     {title}\nPurpose:   {}\nVersion:   {}\nLanguage:  {}\nIn force:  from {}\nSHA-256:   {}\n\n\
         Members will read, between the two lines:\n{RULE}\n{}{RULE}\n",
        r.purpose,
        r.version,
        r.language,
        effective_at.long(),
        r.sha256,
        exact_text(title, body),
    )
}

const RULE: &str = "--------------------------------------------------------------------------------";

/// Whether it could be published into this database, which is neither made nor changed.
async fn follows(notice: &NoticeText, database: &Database) -> Result<&'static str, Box<dyn Error>> {
    const FIRST: &str = "The database has no tables yet, so no version of this notice exists.";
    if !Db::is_there(database.url()) {
        return Ok(FIRST);
    }
    let db = Db::open(database.url()).await?;
    let checked = store::may_follow(db.reader().await?.conn(), &notice.reference).await;
    db.close().await;
    match checked {
        Ok(()) => Ok("You can publish this version: neither it nor a higher one exists yet."),
        // There is no such table.
        Err(PublishError::Database(error)) if error.is_refused_statement() => Ok(FIRST),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dry_run_shows_all_that_would_stand_there() {
        let effective = UtcMillis::from_date("2027-01-01").unwrap();
        let notice = NoticeText::parse("T\r\n\r\nB.\r\n", Purpose::GenerativeAiTraining, 3, "en", effective).unwrap();
        let said = shown(&notice);
        let exact = format!("{RULE}\nT\n\nB.\n{RULE}\n");
        for part in ["T", "generative-ai-training", "3", "en", "1 January 2027, 00:00 UTC", &notice.reference.sha256] {
            assert!(said.contains(&format!("  {part}\n")) || said.contains(&format!(" {part}\n")), "{part}: {said}");
        }
        assert!(said.ends_with(&exact), "{said}");
    }
}
