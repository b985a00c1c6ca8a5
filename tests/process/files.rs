//! What lies beside the database: a log that is not its own, or not as it was left, destroys
//! nothing.

use crate::client::Client;
use crate::server::{Server, bare_command, choices, history};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

fn sayso(words: &[&str], url: &str) -> Output {
    bare_command().args(words).env("DATABASE_URL", url).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned()
}

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", file.display()))
}

fn stop(mut server: Server) -> String {
    server.ask_to_stop();
    server.ended(Duration::from_secs(40));
    server.log()
}

/// A server whose member has one choice in the file, and one more in the log alone.
fn two_choices(file: &Path) -> (Server, Client) {
    let server = Server::start(&url(file));
    let ada = server.visitor().join("ada@example.org");
    let held = ada.first_press().unwrap().choice().unwrap();
    stop(server);
    assert!(!beside(file, "-wal").exists(), "it was folded in");
    let server = Server::start(&url(file));
    let ada = ada.at(server.addr);
    ada.press(held).unwrap().choice().unwrap();
    (server, ada)
}

/// As a server leaves it that was killed.
fn killed(file: &Path) {
    two_choices(file).0.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_was_emptied_or_written_over_is_noticed_and_never_folded_in() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.db");
    killed(&other);
    let foreign = fs::read(beside(&other, "-wal")).unwrap();
    for (n, what) in ["emptied", "cut", "written over", "made longer"].into_iter().enumerate() {
        let file = folder.path().join(format!("{n}.db"));
        let (server, ada) = two_choices(&file);
        let log = beside(&file, "-wal");
        let before = fs::read(&file).unwrap();
        // Into the same file, as a shell does.
        match what {
            "emptied" => fs::write(&log, "").unwrap(),
            "cut" => fs::File::options().write(true).open(&log).unwrap().set_len(4_000).unwrap(),
            "written over" => fs::write(&log, &foreign).unwrap(),
            _ => fs::write(&log, foreign.repeat(3)).unwrap(),
        }
        let page = ada.clone().wanting_html().get("/settings/privacy").unwrap();
        assert_eq!(page.status, 503, "{what}: {}", page.body);
        assert!(page.body.contains("until somebody who runs this site has looked at it"), "{what}: {}", page.body);
        assert!(!page.body.contains("in a few seconds"), "{what}: {}", page.body);
        std::thread::sleep(Duration::from_millis(1_100));
        let ready = ada.get("/readyz").unwrap();
        assert_eq!(ready.status, 503, "{what}: {}", ready.body);
        assert!(ready.body.contains("emptied or written over; copy all its files"), "{what}: {}", ready.body);
        let log = stop(server);
        assert!(log.contains("the write-ahead log was not folded into the database"), "{what}: {log}");
        assert_eq!(fs::read(&file).unwrap(), before, "{what}: the database is as it was");
        // The next start is refused, also if the supervisor begins it again and again.
        for _ in 0..2 {
            let refused = said(&sayso(&["config", "check"], &url(&file)));
            assert!(refused.contains("was emptied or written over while the server ran"), "{what}: {refused}");
            assert!(refused.contains("the server would not start"), "{what}: {refused}");
            let started = sayso(&["migrate"], &url(&file));
            assert!(!started.status.success() && said(&started).contains("restore a backup"), "{what}");
        }
        fs::remove_file(beside(&file, "-damaged")).unwrap();
        // Without that log, it is whole.
        for ending in ["-wal", "-shm"] {
            fs::remove_file(beside(&file, ending)).unwrap();
        }
        assert_eq!(choices(&history(&url(&file), "ada@example.org").await).len(), 1, "{what}");
    }
}

#[test]
fn a_restore_opens_no_database_beside_the_log_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let [file, other, backup] = ["sayso.db", "other.db", "backup.db"].map(|name| folder.path().join(name));
    killed(&file);
    stop(two_choices(&other).0);
    assert!(sayso(&["backup", backup.to_str().unwrap()], &url(&other)).status.success());
    fs::rename(&file, folder.path().join("moved.db")).unwrap();
    fs::copy(&other, &file).unwrap();
    let (database, log) = (fs::read(&file).unwrap(), fs::read(beside(&file, "-wal")).unwrap());

    let checked = said(&sayso(&["config", "check"], &url(&file)));
    assert!(checked.contains("does not seem to belong to the database beside it"), "{checked}");
    assert!(checked.contains("the server would not start"), "{checked}");

    let restored = sayso(&["restore", backup.to_str().unwrap(), "--replace", "--yes"], &url(&file));
    assert!(restored.status.success(), "{}", said(&restored));
    let told = said(&restored);
    assert!(
        told.contains("Cannot tell what is missing from the backup") && told.contains("Neither is opened"),
        "{told}"
    );
    assert!(told.contains("The log beside it was not read"), "{told}");
    let aside = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<PathBuf> = aside.filter(|path| path.display().to_string().contains(".before-restore-")).collect();
    let log_aside = aside.iter().find(|path| path.display().to_string().ends_with("-wal")).expect("the log is aside");
    let file_aside = PathBuf::from(log_aside.display().to_string().trim_end_matches("-wal"));
    assert_eq!(fs::read(log_aside).unwrap(), log);
    assert_eq!(fs::read(file_aside).unwrap(), database);
    stop(Server::start(&url(&file)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_crash_the_device_does_not_count_and_a_copied_folder_starts() {
    let folder = tempfile::tempdir().unwrap();
    let [one, copy] = ["one", "copy"].map(|name| folder.path().join(name));
    fs::create_dir(&one).unwrap();
    let file = one.join("sayso.db");
    killed(&file);
    let copied = Command::new("cp").arg("-a").args([&one, &copy]).status().unwrap();
    assert!(copied.success());

    // A restart or a mount has given the device another number.
    let lock = beside(&file, "-open");
    let noted = fs::read_to_string(&lock).unwrap();
    let (device, rest) = noted.split_once(' ').unwrap();
    fs::write(&lock, format!("{}{device} {rest}", 1)).unwrap();
    stop(Server::start(&url(&file)));
    assert_eq!(choices(&history(&url(&file), "ada@example.org").await).len(), 2);

    // The whole folder, as it was copied after the crash.
    let file = copy.join("sayso.db");
    stop(Server::start(&url(&file)));
    assert_eq!(choices(&history(&url(&file), "ada@example.org").await).len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_cannot_be_decided_the_advice_begins_with_what_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
    for folder in [&one, &two] {
        fs::create_dir(folder).unwrap();
    }
    let [file, moved] = [one, two].map(|folder| folder.join("sayso.db"));
    killed(&file);
    // Another database was there before; these two were copied over it.
    stop(Server::start(&url(&moved)));
    fs::remove_file(&moved).unwrap();
    for ending in ["", "-wal"] {
        fs::copy(beside(&file, ending), beside(&moved, ending)).unwrap();
    }
    let refused = bare_command().args(["user", "list"]).env("DATABASE_URL", url(&moved)).output().unwrap();
    assert!(!refused.status.success());
    let why = said(&refused);
    let at = |text: &str| why.find(text).unwrap_or_else(|| panic!("{text}: {why}"));
    assert!(at("First copy") < at("delete") && at("nothing is lost") < at("aside"), "{why}");
    // Done as it says, nothing is lost.
    fs::remove_file(beside(&moved, "-open")).unwrap();
    stop(Server::start(&url(&moved)));
    assert_eq!(choices(&history(&url(&moved), "ada@example.org").await).len(), 2);
}
