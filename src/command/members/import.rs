//! `sayso members import`: the file, what is refused of it, and how far it is.

use super::{Done, LinesRefused};
use crate::command::files::{is_plain, private, spares_the_database, with_ending};
use crate::command::out::say;
use crate::command::progress::Progress;
use crate::command::{open_or_make, record};
use sayso::account::staff_action::ActionKind;
use sayso::account::store::staff_actions::NewAction;
use sayso::db::Db;
use sayso::members::import::{Import, Report, Tally};
use sayso::members::lines::Lines;
use sayso::members::model::Format;
use sayso::members::rejects::{Refused, Rejects};
use sayso::members::repeated::Repeated;
use sayso::time;
use sayso::web::config::Config;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufReader, Seek};
use std::path::{Path, PathBuf};

pub async fn import(
    file: &Path,
    format: Format,
    rejects: Option<PathBuf>,
    update: bool,
    dry_run: bool,
    config: &Config,
) -> Done {
    let mut read = File::open(file).and_then(in_a_file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
    let size = read.metadata()?.len();
    let begin = |read| {
        Lines::open(BufReader::with_capacity(1 << 20, read), format).map_err(|e| format!("{}: {e}", file.display()))
    };
    let clock = time::system();
    // Which lines say the same id or address is known once the whole file was read.
    let repeated = Repeated::of(&mut begin(read.try_clone()?)?, clock.now())
        .map_err(|e| format!("cannot read {}: {e}", file.display()))?;
    read.rewind()?;
    let mut lines = begin(read)?;
    let rules = config.laws.rules()?;
    // A folder of its own, which is gone afterwards.
    let folder = dry_run.then(tempfile::tempdir).transpose()?;
    let (db, instead) = match &folder {
        // A dry run makes no database.
        Some(folder) if !Db::is_there(config.database.url()) => {
            (in_folder(folder.path(), "none").await?, Some(in_folder(folder.path(), "dry-run").await?))
        }
        Some(folder) => (open_or_make(&config.database).await?, Some(in_folder(folder.path(), "dry-run").await?)),
        None => (open_or_make(&config.database).await?, None),
    };
    let rejects = rejects.unwrap_or_else(|| with_ending(file, ".rejects.csv"));
    if fs::canonicalize(&rejects).is_ok_and(|path| fs::canonicalize(file).is_ok_and(|file| file == path)) {
        return Err("--rejects: this is the file to import".into());
    }
    spares_the_database(&rejects, &config.database)?;
    let mut desk = Desk::open(&rejects, size).map_err(|e| format!("cannot write {}: {e}", rejects.display()))?;
    if !dry_run {
        record(&db, &NewAction::by_command(ActionKind::ImportBegun)).await?;
    }
    let origin = config.origin();
    let instead_of = instead.as_ref();
    let work = Import { db: &db, rules: &rules, clock: &clock, instead: instead_of, update, origin: &origin };
    let goes_on = |e| format!("{e}\nWhat was imported by then stays. Run the same command again to continue.");
    let tally = work.run(&mut lines, repeated, &mut desk).await.map_err(goes_on)?;
    if !dry_run {
        let amount = i64::try_from(tally.brought_in + tally.updated).ok();
        record(&db, &NewAction { amount, ..NewAction::by_command(ActionKind::Import) }).await?;
    }
    desk.close(&rejects, tally)?;
    db.close().await;
    if let Some(instead) = instead {
        instead.close().await;
    }
    say!("{}", said(tally, dry_run));
    if tally.refused > 0 {
        let lines = lines_were(tally.refused);
        say!("{lines} refused. {} says why. Correct that file and import it.", rejects.display());
    }
    if tally.brought_in > 0 && !dry_run {
        say!("Nobody was sent an e-mail. To invite members, run `sayso members invite`.");
    }
    if tally.refused > 0 { Err(LinesRefused.into()) } else { Ok(()) }
}

/// What can be read twice: of a pipe, a copy that nobody else sees.
fn in_a_file(mut read: File) -> io::Result<File> {
    if read.metadata()?.is_file() {
        return Ok(read);
    }
    let mut copy = tempfile::tempfile()?;
    io::copy(&mut read, &mut copy)?;
    copy.rewind()?;
    Ok(copy)
}

/// An empty database in `folder`.
async fn in_folder(folder: &Path, name: &str) -> Result<Db, Box<dyn Error>> {
    let db = Db::open(&format!("sqlite://{}/{name}.db", folder.display())).await?;
    db.migrate().await?;
    Ok(db)
}

/// What an import has come to, in one line.
fn said(tally: Tally, dry_run: bool) -> String {
    let Tally { brought_in, known, updated, departed, .. } = tally;
    let left = match departed {
        0 => String::new(),
        1 => " 1 has deleted their account here, and was not brought back.".into(),
        n => format!(" {n} have deleted their account here, and were not brought back."),
    };
    let here = match known {
        0 => String::new(),
        1 => " 1 was already here, unchanged.".into(),
        n => format!(" {n} were already here, unchanged."),
    };
    let change = match (brought_in, dry_run) {
        (0, _) => "Nothing changed.".to_owned(),
        (1, false) => "1 member was imported.".into(),
        (n, false) => format!("{n} members were imported."),
        (1, true) => "1 member would be imported. Nothing changed.".into(),
        (n, true) => format!("{n} members would be imported. Nothing changed."),
    };
    let updated = match (updated, dry_run) {
        (0, _) => String::new(),
        (1, false) => " 1 was updated.".into(),
        (n, false) => format!(" {n} were updated."),
        (1, true) => " 1 would be updated.".into(),
        (n, true) => format!(" {n} would be updated."),
    };
    if updated.is_empty() || tally.brought_in > 0 {
        change + &updated + &here + &left
    } else {
        updated.trim().to_owned() + &here + &left
    }
}

fn lines_were(n: u64) -> String {
    if n == 1 { "1 line was".into() } else { format!("{n} lines were") }
}

/// Writes refused lines down, and tells how far it is.
struct Desk {
    rejects: Rejects<File>,
    progress: Progress,
}

impl Desk {
    /// `size` is that of the file that is brought in, in bytes.
    fn open(rejects: &Path, size: u64) -> io::Result<Self> {
        let rejects = Rejects::new(private(rejects)?)?;
        let progress =
            Progress::begin("importing, bytes of the file", size, "{bar:40} {percent:>3} %  {msg}  {eta} left");
        Ok(Self { rejects, progress })
    }

    /// Where nothing was refused, nothing stays.
    fn close(mut self, path: &Path, tally: Tally) -> io::Result<()> {
        drop(self.progress);
        self.rejects.flush()?;
        if tally.refused == 0 && is_plain(path) { fs::remove_file(path) } else { Ok(()) }
    }
}

impl Report for Desk {
    fn refused(&mut self, refused: Refused<'_>) -> io::Result<()> {
        self.rejects.put(&refused)
    }

    fn reached(&mut self, tally: Tally, bytes: u64) {
        let Tally { brought_in, known, refused, .. } = tally;
        self.progress.says(format!("{brought_in} imported, {known} already here, {refused} refused"));
        self.progress.reached(bytes);
    }

    fn indexing(&mut self) {
        self.progress.says("making them searchable");
    }
}
