//! A backup while the server runs, and what is restored from it.

use crate::server::{Server, bare_command};
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
