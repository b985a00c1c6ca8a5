//! `sayso log rotate-key` beside a server that goes on.

use crate::client::Client;
use crate::server::{Server, bare_command, until};
use std::path::Path;
use std::process::Output;
use std::time::Duration;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned()
}

const PATIENCE: Duration = Duration::from_secs(30);

/// How many keys have signed the newest checkpoint, and how many leaves it has.
fn signed(server: &Server) -> (usize, u64) {
    let answer = server.visitor().get("/log/checkpoint").unwrap().body;
    let size = answer.lines().nth(1).and_then(|line| line.parse().ok()).unwrap_or(0);
    (answer.lines().filter(|line| line.starts_with("— ")).count(), size)
}

fn rotate(url: &str, data: &Path, key: Option<&str>) -> Output {
    let mut command = bare_command();
    command.args(["log", "rotate-key", "--yes"]).env("DATABASE_URL", url).env("SAYSO_DATA", data);
    command.envs(key.map(|key| ("SAYSO_LOG_KEY", key))).output().unwrap()
}

#[test]
fn a_running_server_goes_on_with_the_new_key_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let data = folder.path().join("data");
    let early = rotate(&url, &data, None);
    assert!(!early.status.success() && said(&early).contains("there is no database"), "{}", said(&early));
    // The key is to be made and kept in the file.
    let server = Server::launch(bare_command(), &url, &[("SAYSO_DATA", data.to_str().unwrap()), ("SAYSO_LOG_KEY", "")]);
    let ada = Client::new(server.addr, &data.join("mail")).join("ada@example.org");
    let first = ada.first_press().unwrap().choice().unwrap();
    until("the log has it", PATIENCE, || (signed(&server).1 >= 2).then_some(()));
    let asked = {
        let mut command = bare_command();
        command.args(["log", "rotate-key"]).env("DATABASE_URL", &url).env("SAYSO_DATA", &data).output().unwrap()
    };
    assert!(!asked.status.success() && said(&asked).contains("add --yes"), "{}", said(&asked));
    let done = rotate(&url, &data, None);
    assert!(done.status.success() && said(&done).contains("The key that signs from now on"), "{}", said(&done));
    let (keys, size) = signed(&server);
    assert_eq!(keys, 2);
    ada.press(first).unwrap();
    until("the server goes on with both", PATIENCE, || {
        let (keys, now) = signed(&server);
        (keys == 2 && now > size).then_some(())
    });
    assert!(server.is_ready());
    let verified = bare_command().args(["verify", "--database"]).env("DATABASE_URL", &url).output().unwrap();
    assert!(verified.status.success(), "{}", said(&verified));
}

#[test]
fn a_key_in_a_variable_is_rotated_once_the_servers_have_both() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sayso.db", folder.path().display());
    let data = folder.path().join("data");
    let key = sayso::log::key::LogKey::make("processes.example/log").unwrap().secret_text();
    let settings =
        |key: &'static str| [("SAYSO_DATA", data.to_str().unwrap().to_owned().leak() as &str), ("SAYSO_LOG_KEY", key)];
    let server = Server::launch(bare_command(), &url, &settings(key.clone().leak()));
    Client::new(server.addr, &data.join("mail")).join("ada@example.org");
    until("there is a log", PATIENCE, || (signed(&server).1 > 0).then_some(()));
    let not_yet = rotate(&url, &data, Some(&key));
    assert!(!not_yet.status.success() && said(&not_yet).contains("not rotated yet"), "{}", said(&not_yet));
    assert_eq!(signed(&server).0, 1);
    let both = std::fs::read_to_string(data.join("log.key.next")).unwrap();
    assert!(both.starts_with(&key) && both.split_whitespace().count() == 2);
    drop(server);
    let server = Server::launch(bare_command(), &url, &settings(both.clone().leak()));
    assert_eq!(signed(&server).0, 1, "a key that no entry names signs nothing");
    let done = rotate(&url, &data, Some(&both));
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(signed(&server).0, 2);
}
