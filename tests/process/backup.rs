//! A backup while the server runs, and what is restored from it.

use crate::client::{Client, PASSWORD};
use crate::server::{Server, bare_command, until};
use std::path::Path;
use std::process::Output;

fn sayso(words: &[&str], url: &str) -> Output {
    bare_command().args(words).env("DATABASE_URL", url).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned()
}

fn stopped(mut server: Server) {
    server.ask_to_stop();
    server.ended(std::time::Duration::from_secs(40));
}

#[test]
fn a_backup_made_while_members_press_is_restored_and_says_what_it_has_not() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::start(&url);
    let ada = server.visitor().join("ada@example.org");
    let first = ada.first_press().unwrap().choice().unwrap();
    assert!(first.1, "it is on");
    let file = folder.path().join("backup.db");
    let name = file.to_str().unwrap();
    let made = sayso(&["backup", name], &url);
    assert!(made.status.success(), "{}", said(&made));
    assert!(said(&made).contains("Every one was read and matches its hash."), "{}", said(&made));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // It is never written over.
    let again = sayso(&["backup", name], &url);
    assert!(!again.status.success() && said(&again).contains("already exists"), "{}", said(&again));
    let second = ada.press(first).unwrap().choice().unwrap();
    assert!(!second.1, "it is off since the backup");
    ada.press(second).unwrap().choice().unwrap();
    stopped(server);

    let refused = sayso(&["restore", name], &url);
    assert!(!refused.status.success() && said(&refused).contains("use --replace"), "{}", said(&refused));
    let restored = sayso(&["restore", name, "--replace", "--yes"], &url);
    assert!(restored.status.success(), "{}", said(&restored));
    assert!(said(&restored).contains("2 entries are missing from the backup"), "{}", said(&restored));
    assert!(said(&restored).contains("Everybody is signed out"), "{}", said(&restored));
    let aside = |path: &Path| path.file_name().unwrap().to_string_lossy().contains("before-restore");
    assert!(std::fs::read_dir(folder.path()).unwrap().any(|entry| aside(&entry.unwrap().path())));
    let server = Server::start(&url);
    let ada = ada.at(server.addr);
    assert_eq!(ada.get("/settings/privacy").unwrap().status, 302, "the session of before is over");
    stopped(server);
}

/// The copy knows nothing of a No that was said after it. What the server saw of its log does.
#[test]
fn a_copy_of_yesterday_refuses_to_start_until_the_loss_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let data = folder.path().join("data");
    let data_name = data.to_str().unwrap();
    let start = |key: &str| {
        let own = [("SAYSO_DATA", data_name), ("SAYSO_LOG_KEY", key)];
        Server::launch(bare_command(), &url, &own[..if key.is_empty() { 1 } else { 2 }])
    };
    let size = || {
        let seen = std::fs::read_to_string(data.join("log.seen")).ok()?;
        seen.lines().nth(1)?.parse::<u64>().ok()
    };
    let server = start("");
    let ada = Client::new(server.addr, &data.join("mail")).join("ada@example.org");
    let first = ada.first_press().unwrap().choice().unwrap();
    assert!(first.1, "it is on");
    let patience = std::time::Duration::from_secs(30);
    let entries = until("the log has it", patience, || size().filter(|size| *size >= 2));
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    let before = size().unwrap().max(entries);
    let file = folder.path().join("backup.db");
    assert!(sayso(&["backup", file.to_str().unwrap()], &url).status.success());
    assert!(!ada.press(first).unwrap().choice().unwrap().1, "it is off since the backup");
    let after = until("the log has the No", patience, || size().filter(|size| *size > before));
    stopped(server);
    let restored = sayso(&["restore", file.to_str().unwrap(), "--replace", "--yes"], &url);
    assert!(restored.status.success(), "{}", said(&restored));

    let run = |words: &[&str]| {
        bare_command().args(words).env("DATABASE_URL", &url).env("SAYSO_DATA", data_name).output().unwrap()
    };
    let refused = run(&["serve", "--addr", "127.0.0.1:0"]);
    let missing = format!("{} of the {after} entries of the log are missing", after - before);
    assert!(!refused.status.success() && said(&refused).contains(&missing), "{}", said(&refused));
    assert!(said(&refused).contains("sayso log accept-rollback"), "{}", said(&refused));
    let asked = run(&["log", "accept-rollback"]);
    assert!(!asked.status.success() && said(&asked).contains("add --yes"), "{}", said(&asked));
    let accepted = run(&["log", "accept-rollback", "--yes"]);
    assert!(accepted.status.success(), "{}", said(&accepted));
    assert!(said(&accepted).contains("the first one of the new log processes.example/log/2"), "{}", said(&accepted));
    let again = run(&["log", "accept-rollback", "--yes"]);
    assert!(again.status.success() && said(&again).contains("nothing to accept"), "{}", said(&again));

    let key = std::fs::read_to_string(data.join("log-2.key")).unwrap();
    let server = start(key.trim());
    let mut ada = ada.at(server.addr);
    ada.cookie = String::new();
    let form = format!("email=ada%40example.org&password={PASSWORD}");
    let answer = ada.post("/api/sign-in", &form).unwrap();
    ada.keep_cookie(&answer);
    let page = ada.wanting_html().get("/settings/privacy").unwrap();
    assert!(page.body.contains("may be lost") && page.body.contains(r#"aria-checked="false""#), "{page:?}");
    stopped(server);
}

/// As an operator would who knows of no command: the file is put there by hand.
#[test]
fn a_copy_put_into_place_by_hand_signs_everybody_out_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::start(&url);
    let ada = server.visitor().join("ada@example.org");
    let file = folder.path().join("backup.db");
    assert!(sayso(&["backup", file.to_str().unwrap()], &url).status.success());
    stopped(server);
    let url = format!("sqlite://{}", file.display());
    let server = Server::start(&url);
    server.logs("this database was restored");
    let ada = ada.at(server.addr);
    assert_eq!(ada.get("/settings/privacy").unwrap().status, 302);
    stopped(server);
    // Once.
    let server = Server::start(&url);
    assert!(!server.log().contains("this database was restored"), "{}", server.log());
}

#[test]
fn a_damaged_backup_is_told_and_never_restored() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::start(&url);
    server.visitor().join("ada@example.org").first_press().unwrap();
    let file = folder.path().join("backup.db");
    assert!(sayso(&["backup", file.to_str().unwrap()], &url).status.success());
    stopped(server);
    let bytes = std::fs::read(&file).unwrap();
    // One letter of what an entry says.
    let at = bytes.windows(9).position(|window| window == b"\"allowed\"").expect("a choice is in it");
    for (at, with) in [(at + 1, b'b'), (100, 0xff)] {
        let mut damaged = bytes.clone();
        damaged[at] = with;
        let file = folder.path().join("damaged.db");
        std::fs::write(&file, damaged).unwrap();
        let refused = sayso(&["restore", file.to_str().unwrap(), "--replace", "--yes"], &url);
        assert!(!refused.status.success(), "{}", said(&refused));
        let why = said(&refused);
        assert!(why.contains("is damaged") || why.contains("cannot read"), "{why}");
        assert!(folder.path().join("sayso.db").exists());
    }
}

/// What a running server acknowledges would go into the file that was moved aside.
#[test]
fn nothing_is_restored_while_somebody_has_the_database_open() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::start(&url);
    let ada = server.visitor().join("ada@example.org");
    let held = ada.first_press().unwrap().choice().unwrap();
    let file = folder.path().join("backup.db");
    let name = file.to_str().unwrap();
    assert!(sayso(&["backup", name], &url).status.success());
    let files = || {
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| !name.to_string_lossy().contains("-open")).collect::<std::collections::BTreeSet<_>>()
    };
    let before = files();
    let refused = sayso(&["restore", name, "--replace", "--yes"], &url);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let why = "somebody has the database";
    assert!(
        said(&refused).contains(why) && said(&refused).contains("open: stop the server first"),
        "{}",
        said(&refused)
    );
    assert_eq!(files(), before, "nothing was moved, and nothing is left over");
    // The No that follows is in the file at the path.
    let off = ada.press(held).unwrap().choice().unwrap();
    assert!(!off.1);
    // Commands of all other kinds go on beside the server.
    assert!(sayso(&["user", "list"], &url).status.success());
    // Nor is the database its own backup.
    let own = folder.path().join("sayso.db");
    let refused = sayso(&["restore", own.to_str().unwrap(), "--replace", "--yes"], &url);
    assert!(said(&refused).contains("is the database itself"), "{}", said(&refused));
    stopped(server);
    let restored = sayso(&["restore", name, "--replace", "--yes"], &url);
    assert!(restored.status.success(), "{}", said(&restored));
    assert!(said(&restored).contains("1 entry is missing from the backup"), "{}", said(&restored));
    stopped(Server::start(&url));
}

/// By hand, past every lock of ours.
#[test]
fn a_server_whose_database_was_swapped_is_red_and_acknowledges_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let server = Server::start(&url);
    let ada = server.visitor().join("ada@example.org");
    let held = ada.first_press().unwrap().choice().unwrap();
    let [file, aside, backup] = ["sayso.db", "aside.db", "backup.db"].map(|name| folder.path().join(name));
    assert!(sayso(&["backup", backup.to_str().unwrap()], &url).status.success());
    std::fs::rename(&file, &aside).unwrap();
    std::fs::copy(&backup, &file).unwrap();
    let answer = ada.press(held).unwrap();
    assert_eq!((answer.status, answer.choice()), (503, None), "{}", answer.body);
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let ready = ada.get("/readyz").unwrap();
    assert_eq!(ready.status, 503, "{}", ready.body);
    assert!(
        ready.body.contains(
            "\"database\":\"its file or its write-ahead log was moved, replaced, emptied or written over; copy"
        ),
        "{}",
        ready.body
    );
    server.logs("the database's file was moved or replaced");
    // The same file again is no other.
    std::fs::rename(&aside, &file).unwrap();
    assert!(ada.press(held).unwrap().choice().is_some());
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert!(server.is_ready());
}
