//! `sayso members import`, killed in the middle and begun again, ends as if nothing had been; and
//! others write meanwhile.

use crate::server::{Server, bare_command, until};
use sayso::db::Db;
use sayso::ledger::{Kind, store};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// So many that there is a middle to be killed in.
const MEMBERS: usize = 8_000;

/// A file with some lines that are refused, one of them because of another far before it.
fn file(folder: &Path) -> PathBuf {
    let mut text = "id,email,name,country,joined\n".to_owned();
    for n in 0..MEMBERS {
        let (country, email) = (["US", "DE", "GB"][n % 3], if n % 1_700 == 1_699 { n - 1_500 } else { n });
        let joined = if n % 997 == 0 { "long ago" } else { "2019-05-01" };
        let _ = writeln!(text, "{n},m{email}@example.org,Member {n},{country},{joined}");
    }
    let path = folder.join("members.csv");
    std::fs::write(&path, text).unwrap();
    path
}

fn import(url: &str, file: &Path, rejects: &Path) -> Command {
    let mut command = bare_command();
    command.args(["members", "import"]).arg(file).arg("--rejects").arg(rejects);
    command.env("DATABASE_URL", url).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn whole(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    quiet(output)
}

/// The same of an import of which some lines were refused.
fn whole_but_some(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    quiet(output)
}

fn quiet(output: Output) -> Output {
    // Where nobody looks there is no bar.
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.lines().all(|line| line.contains(" INFO security: ")), "{stderr}");
    output
}

/// How many bytes an import wrote, asked when it has ended and before it is forgotten.
#[cfg(target_os = "linux")]
fn written(import: &Child) -> u64 {
    let about = |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", import.id())).unwrap();
    until("the import has ended", Duration::from_secs(120), || {
        about("stat").rsplit_once(") ").unwrap().1.starts_with('Z').then_some(())
    });
    let io = about("io");
    io.lines().find_map(|line| line.strip_prefix("wchar: ")).unwrap().parse().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn url(folder: &Path, name: &str) -> String {
    format!("sqlite://{}/{name}.db", folder.display())
}

/// Who is there, by the platform's id, each after a look at the history: one entry, that of the
/// beginning.
async fn members(url: &str) -> BTreeMap<String, (String, String, String, i64)> {
    let db = Db::open(url).await.unwrap();
    let Db::Sqlite { read, .. } = &db else { unreachable!() };
    let rows: Vec<(String, String, String, String, i64, String)> = sqlx::query_as(
        "select platform_id, email, name, country, joined_at, subject from members where platform_id is not null",
    )
    .fetch_all(read)
    .await
    .unwrap();
    let mut reader = db.reader().await.unwrap();
    let mut members = BTreeMap::new();
    for (id, email, name, country, joined, subject) in rows {
        let entries = store::of_subject(reader.conn(), &subject).await.unwrap();
        assert_eq!(entries.iter().map(|e| (e.kind, e.previous)).collect::<Vec<_>>(), [(Kind::Default, None)]);
        assert!(members.insert(id, (email, name, country, joined)).is_none());
    }
    let orphans: i64 = sqlx::query_scalar(
        "select count(*) from entries where subject <> 'platform' and subject not in (select subject from members)",
    )
    .fetch_one(read)
    .await
    .unwrap();
    assert_eq!(orphans, 0, "an entry is there without its member");
    drop(reader);
    db.close().await;
    members
}

/// How many members there are, asked beside whoever else is in the database; `None` before there is
/// a table.
async fn count(db: &Db) -> Option<i64> {
    let Db::Sqlite { read, .. } = db else { unreachable!() };
    sqlx::query_scalar("select count(*) from members").fetch_one(read).await.ok()
}

/// Waits until at least so many members are there, while `import` runs.
fn reached(db: &Db, import: &mut Child, least: i64) -> i64 {
    until(&format!("{least} members are there"), Duration::from_secs(120), || {
        let ended = import.try_wait().unwrap();
        assert!(ended.is_none(), "it ended before it could be killed");
        let count = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(count(db)));
        count.filter(|count| *count >= least)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_and_begun_again_it_ends_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path());
    let [through, killed] = ["through", "killed"].map(|name| url(folder.path(), name));
    let [rejects, of_killed] = ["through", "killed"].map(|name| folder.path().join(format!("{name}.csv")));

    let first = said(&whole_but_some(&mut import(&through, &file, &rejects)));
    let wanted = members(&through).await;
    assert!(first.starts_with(&format!("{} members were imported.", wanted.len())), "{first}");

    let mut count = 0;
    for _ in 0..3 {
        let mut running = import(&killed, &file, &of_killed).spawn().unwrap();
        let db = Db::open(&killed).await.unwrap();
        let reached = reached(&db, &mut running, count + 1);
        running.kill().unwrap();
        running.wait().unwrap();
        db.close().await;
        assert!(reached > count && reached < wanted.len() as i64, "{reached} is not the middle");
        count = members(&killed).await.len() as i64;
    }
    let rest = said(&whole_but_some(&mut import(&killed, &file, &of_killed)));
    assert!(rest.contains(&format!("{count} were already here")), "{rest}");
    assert_eq!(members(&killed).await, wanted);
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    assert_eq!(read(&of_killed), read(&rejects));
    assert_eq!(read(&rejects).lines().count(), 1 + MEMBERS - wanted.len());

    let again = said(&whole_but_some(&mut import(&killed, &file, &of_killed)));
    assert!(again.starts_with(&format!("Nothing changed. {} were already here", wanted.len())), "{again}");
    assert_eq!(members(&killed).await, wanted);
    assert_eq!(read(&of_killed), read(&rejects));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_press_the_switch_while_others_are_brought_in() {
    let folder = tempfile::tempdir().unwrap();
    let (file, url) = (file(folder.path()), url(folder.path(), "sayso"));
    let server = Server::start(&url);
    let ada = server.visitor().join("ada@example.org");
    let mut running = import(&url, &file, &folder.path().join("rejects.csv")).spawn().unwrap();
    let db = Db::open(&url).await.unwrap();
    reached(&db, &mut running, 2);
    let mut held = ada.first_press().unwrap().choice().unwrap();
    let mut presses = 1;
    while running.try_wait().unwrap().is_none() {
        held = ada.press(held).expect("an answer").choice().expect("the press was recorded");
        presses += 1;
    }
    assert_eq!(running.wait().unwrap().code(), Some(3), "some lines were refused");
    assert!(presses > 2, "only {presses} presses were answered before the import was over");
    db.close().await;
    drop(server);
    assert!(members(&url).await.len() > MEMBERS - 100);
}

/// Each page of the database is written about twice, into the log and into the file. When batches
/// wrote most pages of the indexes, it was 22 kB for a member, and more the more there were.
#[cfg(target_os = "linux")]
#[test]
fn an_import_writes_each_page_about_once() {
    let folder = tempfile::tempdir().unwrap();
    let (file, url) = (folder.path().join("members.csv"), url(folder.path(), "sayso"));
    let members: u64 = 10_000;
    let mut text = "id,email,name,country,joined\n".to_owned();
    for n in 0..members {
        // In no order.
        let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let _ = writeln!(text, "{n},m.{mixed:016x}@example.org,Given{n} Surname{},US,2019-05-01", mixed % 997);
    }
    std::fs::write(&file, text).unwrap();
    let mut running = import(&url, &file, &folder.path().join("rejects.csv")).spawn().unwrap();
    let each = written(&running) / members;
    assert!(running.wait().unwrap().success());
    assert!(each < 14_000, "{each} bytes were written for each member");
}

#[test]
fn a_file_that_cannot_be_brought_in_is_refused_by_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, text: &str, more: &[&str]| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let mut command = import(&url(folder.path(), "sayso"), &file, &folder.path().join("rejects.csv"));
        let output = command.args(more).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused("members.txt", "", &[]).contains("say --format csv or --format ndjson"));
    assert!(refused("members.csv", "", &[]).contains("the file is empty"));
    assert!(refused("members.csv", "id,email,name,country\n", &[]).contains("no column joined"));
    assert!(refused("rejects.csv", "id,email,name,country,joined\n", &[]).contains("--rejects"));
    assert_eq!(std::fs::read_to_string(folder.path().join("rejects.csv")).unwrap(), "id,email,name,country,joined\n");
}

/// The whole way on the command line: a dry run, the import, invitations and the export.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_an_import_invitations_and_an_export() {
    let folder = tempfile::tempdir().unwrap();
    let (url, file) = (url(folder.path(), "sayso"), folder.path().join("members.ndjson"));
    let line = |id: &str, email: &str| {
        format!(r#"{{"id":"{id}","email":"{email}","name":"=Ada","country":"US","joined":"2019-05-01"}}"#)
    };
    std::fs::write(
        &file,
        [line("1", "a@example.org"), line("2", "b@example.org"), line("3", "a@example.org")].join("\n"),
    )
    .unwrap();
    let rejects = folder.path().join("members.ndjson.rejects.csv");
    let members_ = |args: &[&str]| {
        let mut command = bare_command();
        command.arg("members").args(args).env("DATABASE_URL", &url).current_dir(folder.path());
        command
    };
    let dry = said(&whole_but_some(&mut members_(&["import", "members.ndjson", "--dry-run"])));
    assert!(dry.starts_with("2 members would be imported. Nothing changed.\n1 line was refused"), "{dry}");
    assert!(!folder.path().join("sayso.db").exists(), "a dry run makes no database");
    let told = std::fs::read_to_string(&rejects).unwrap();
    assert!(told.contains("3,email: this address is also on line 1,"), "{told}");
    std::fs::remove_file(&rejects).unwrap();
    let done = said(&whole_but_some(&mut members_(&["import", "members.ndjson"])));
    assert!(done.starts_with("2 members were imported.\n1 line was refused"), "{done}");
    assert_eq!(std::fs::read_to_string(&rejects).unwrap(), told);
    assert!(done.contains("Nobody was sent an e-mail"), "{done}");
    assert_eq!(members(&url).await.len(), 2);

    let nowhere = members_(&["invite"]).output().unwrap();
    assert!(!nowhere.status.success() && String::from_utf8_lossy(&nowhere.stderr).contains("SAYSO_BASE_URL"));
    let invite = |limit: &str| {
        said(&whole(&mut members_(&["invite", "--base-url", "https://privacy.example", "--yes", "--limit", limit])))
    };
    assert!(invite("1").contains("Still to be invited: 1."));
    assert!(invite("1").starts_with("No e-mails were queued"));
    assert!(invite("10").contains("Every imported member has been sent a link."));
    assert!(said(&whole(bare_command().args(["mail", "list"]).env("DATABASE_URL", &url))).lines().count() == 2);

    let would = said(&whole(&mut members_(&["export", "out.csv", "--dry-run"])));
    assert!(!folder.path().join("out.csv").exists() && !folder.path().join("out.csv.part").exists());
    let exported = whole(&mut members_(&["export", "out.csv"]));
    assert_eq!(said(&exported), "2 members are in out.csv.\n");
    let logged = String::from_utf8_lossy(&exported.stderr);
    let line = "event=\"download\" outcome=\"success\" account=\"none\" client=\"command-line\" request_id=\"none\" detail=\"members.csv\"\n";
    assert!(logged.ends_with(line) && logged.lines().count() == 1, "{logged}");
    let out = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert_eq!(would, format!("2 members would be written, in {} bytes. Nothing was written.\n", out.len()));
    assert!(out.contains("\n1,a@example.org,'=Ada,US,2019-05-01T00:00:00Z,denied,"), "{out}");
    assert!(!folder.path().join("out.csv.part").exists());
    // Nobody is asked where there is no terminal: a job of the night replaces its file.
    let again = whole(&mut members_(&["export", "out.csv"]));
    assert_eq!(said(&again), "2 members are in out.csv.\n");
    #[cfg(unix)]
    for path in ["out.csv", "members.ndjson.rejects.csv"] {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(folder.path().join(path)).unwrap().permissions(),
        );
        assert_eq!(mode & 0o077, 0, "{path} is for others to read");
    }
}
