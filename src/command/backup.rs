//! `sayso backup` and `sayso restore`: a copy of a SQLite database that was looked at, and what a
//! database that came from one has to end.

use super::ask::Yes;
use super::files::{private, with_ending};
use super::out::say;
use super::progress::Progress;
use sayso::account::staff_action::ActionKind;
use sayso::account::store::staff_actions::NewAction;
use sayso::db::{Contents, Db, Hold, OpenError, contents};
use sayso::error::chain;
use sayso::ledger::store as ledger;
use sayso::serve::log;
use sayso::time::{self, UtcMillis};
use sayso::web::config::Database;
use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

type Done = Result<(), Box<dyn Error>>;

#[derive(clap::Args)]
pub struct Backup {
    /// The file to create; it must not exist yet
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

#[derive(clap::Args)]
pub struct Restore {
    /// A file that `sayso backup` made; leave it out if PostgreSQL's own tools have restored
    file: Option<PathBuf>,
    /// Move the current database aside, and say what the backup lacks. Refused while the server, or
    /// another command, has it open
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    yes: Yes,
    #[command(flatten)]
    database: Database,
}

/// Copies the database while it is in use, opens the copy and looks at every entry of it.
pub async fn backup(Backup { file, database }: Backup) -> Done {
    super::is_there(&database)?;
    let db = Db::open(database.url()).await?;
    db.check_tables().await?;
    // The copy has this row, too. A disk that is full is a reason to make a backup, not to refuse
    // one.
    if let Err(error) = super::record(&db, &NewAction::by_command(ActionKind::Backup)).await {
        log::tell(&format!("cannot record this backup in the log of the staff: {}", chain(&error)));
    }
    let now = time::system().now();
    let copying = Progress::of_unknown_length("copying the database");
    db.copy_to(&file, now).await?;
    drop(copying);
    let contents = looked_at(&file).await?;
    db.close().await;
    say!("{} Every one was read and matches its hash.", said(&file, contents));
    Ok(())
}

/// Puts a backup into the place of the database, and ends what may have been used since it was
/// made.
pub async fn restore(Restore { file, replace, yes, database }: Restore) -> Done {
    const ENDS: &str = "Everybody will be signed out, and links and codes e-mailed before will no longer work.";
    let Some(file) = file else {
        super::is_there(&database)?;
        yes.confirm(ENDS, "Settle the restored database?")?;
        let db = Db::open(database.url()).await?;
        db.migrate().await?;
        return settle(&db).await;
    };
    let place = Db::file(database.url()).ok_or("a backup file is for SQLite; see docs/operating.md for PostgreSQL")?;
    // A link stays where it is.
    let place = fs::canonicalize(&place).unwrap_or(place);
    if fs::canonicalize(&file).is_ok_and(|file| file == place) {
        return Err(format!("{} is the database itself, and no backup of it", file.display()).into());
    }
    let backup = looked_at(&file).await?;
    say!("{}", said(&file, backup));
    if place.exists() && !replace {
        let said = format!("{} already exists; stop the server, and use --replace to move it aside", place.display());
        return Err(said.into());
    }
    let alone = Hold::alone(&place)?;
    if place.exists() {
        yes.confirm(ENDS, &format!("Put {} into the place of {}?", file.display(), place.display()))?;
    }
    // Beside it first: a disk may be full, and the database is not there meanwhile.
    let copying = Progress::of_unknown_length("copying the backup");
    let copied = with_ending(&place, ".restoring");
    copy(&file, &copied).map_err(|error| format!("cannot write {}: {error}", copied.display()))?;
    drop(copying);
    // A log of another database would be folded into this one as soon as the two are opened.
    let fits = Db::check_files(&place);
    if place.exists() && fits.is_ok() {
        compare(database.url(), &place, backup, &alone).await?;
    }
    if let Err(why @ (OpenError::ForeignLog { .. } | OpenError::Damaged(..))) = &fits {
        say!("Cannot tell what is missing from the backup: {}", why.why_not_read());
    }
    put_aside(&place)?;
    fs::rename(&copied, &place).map_err(|error| format!("cannot write {}: {error}", place.display()))?;
    if let Some(folder) = place.parent() {
        File::open(folder)?.sync_all()?;
    }
    let db = Db::open_alone(database.url(), alone).await?;
    db.migrate().await?;
    settle(&db).await
}

/// A file with the bytes of another, on the disk when this returns; none where it does not succeed.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let copied = File::open(from).and_then(|mut from| {
        let mut to = private(to)?;
        io::copy(&mut from, &mut to)?;
        to.sync_all()
    });
    copied.inspect_err(|_| drop(fs::remove_file(to)))
}

async fn settle(db: &Db) -> Done {
    db.settle_restored().await?;
    super::record(db, &NewAction::by_command(ActionKind::Restored)).await?;
    db.close().await;
    say!(
        "Everybody is signed out, and links and codes e-mailed before no longer work. Queued e-mails will be sent, some perhaps a second time."
    );
    Ok(())
}

/// Says what the backup has not, where the database can be read. Afterwards it is closed, and what
/// stood in its write-ahead log is in the file.
///
/// # Errors
/// Where something has it open that takes no lock of ours, such as an older version.
async fn compare(url: &str, place: &Path, backup: Contents, alone: &Hold) -> Done {
    let opened = match Db::open_alone(url, alone.clone()).await {
        Ok(db) => db,
        Err(error) => {
            say!("Cannot tell what is missing from the backup: {error}.");
            return Ok(());
        }
    };
    let name = place.display().to_string();
    let present = contents(&mut opened.reader().await?, &name).await;
    if !opened.close_alone().await? {
        fs::remove_file(with_ending(place, ".restoring"))?;
        return Err(OpenError::InUse(place.to_owned()).into());
    }
    match present {
        Ok(present) => say!("{}", missing(present, backup)),
        Err(error) => say!("Cannot tell what is missing from the backup: {error}."),
    }
    Ok(())
}

/// Moves the database aside, with what SQLite keeps beside it: a log of another file would be taken
/// for the backup's.
fn put_aside(place: &Path) -> Done {
    let now = time::system().now();
    let aside = with_ending(place, &format!(".before-restore-{}", now.0));
    for beside in ["", "-wal", "-shm", "-damaged"] {
        let from = with_ending(place, beside);
        if from.exists() {
            fs::rename(&from, with_ending(&aside, beside))
                .map_err(|error| format!("cannot move {}: {error}", from.display()))?;
        }
    }
    let there = |ending| Some(with_ending(&aside, ending)).filter(|path| path.exists());
    match (there(""), there("-wal")) {
        (Some(aside), None) => say!("The old database is now {}.", aside.display()),
        (Some(aside), Some(log)) => {
            say!("The old database is now {}. The log beside it was not read: {}.", aside.display(), log.display());
        }
        (None, Some(log)) => {
            say!("There was no database, only its log, which is now {}. Choices may be in it.", log.display());
        }
        (None, None) => {}
    }
    Ok(())
}

/// What the database that is put aside has, and the backup has not.
fn missing(present: Contents, backup: Contents) -> String {
    let fewer = present.entries - backup.entries;
    let newest = |at: Option<UtcMillis>| at.map_or_else(|| "-".into(), |at| format!("{} UTC", at.short()));
    match fewer {
        ..=0 => "The backup has as many entries as the old database.".into(),
        1 => {
            format!("1 entry is missing from the backup. The backup's newest entry is from {}.", newest(backup.newest))
        }
        _ => format!(
            "{fewer} entries are missing from the backup. The backup's newest entry is from {}, the old database's from {}.",
            newest(backup.newest),
            newest(present.newest)
        ),
    }
}

/// When a backup was made, and what is in it.
fn said(file: &Path, Contents { made_at, entries, newest }: Contents) -> String {
    let made = made_at.map(|at| format!("was made at {} UTC. It ", at.short())).unwrap_or_default();
    let entries = if entries == 1 { "1 entry".into() } else { format!("{entries} entries") };
    let newest = newest.map(|at| format!(". The newest is from {} UTC", at.short())).unwrap_or_default();
    format!("{} {made}has {entries}{newest}.", file.display())
}

/// What is in this file, once every page and every entry of it was read.
async fn looked_at(file: &Path) -> Result<Contents, Box<dyn Error>> {
    let name = file.display().to_string();
    if !File::open(file)
        .and_then(|file| file.metadata())
        .map_err(|error| format!("cannot read {name}: {error}"))?
        .is_file()
    {
        return Err(format!("cannot read {name}: it is no file").into());
    }
    // It is read as it lies there, without what is in its log.
    if fs::metadata(with_ending(file, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(format!("{name} is a database in use, and no backup: make one with `sayso backup`").into());
    }
    let _telling = Progress::of_unknown_length("reading every page and every entry");
    let mut reader = Db::read_only(file).await?;
    let contents = contents(&mut reader, &name).await?;
    if let Some(id) = ledger::first_broken(&mut reader).await? {
        return Err(format!("{name} is damaged: entry {id} does not match its hash").into());
    }
    Ok(contents)
}
